//! The people of one partition: an index over chunks, so that growth never moves a person.

use hashbrown::HashTable;

use crate::contact::Contact;
use crate::id::Key;
use crate::time::Deadline;

/// People in one chunk. A partition with one person in it has room for this many.
const CHUNK: usize = 256;

/// What is looked at when a timer comes up. It stands apart from the people, since most timers turn out
/// to be stale, and finding that out should not cost a visit to each of them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Alarm {
    /// The earliest timer that is set.
    pub(super) armed: Option<Deadline>,
    /// The deadline of the conversation, as it stands.
    pub(super) due: Option<Deadline>,
}

/// Finds people by key.
#[derive(Debug, Default)]
pub(super) struct ContactTable {
    index: HashTable<u32>,
    chunks: Vec<Vec<Contact>>,
    alarms: Vec<Alarm>,
}

impl ContactTable {
    pub(super) fn len(&self) -> usize {
        self.alarms.len()
    }

    /// The slot of `key`, which is made if there is none.
    pub(super) fn locate(&mut self, key: Key) -> u32 {
        let chunks = &self.chunks;
        let found = self.index.find(table_hash(key), |slot| at(chunks, *slot).key == key);
        match found {
            Some(slot) => *slot,
            None => self.insert(key),
        }
    }

    /// The person of that key, if there is one.
    pub(super) fn find(&self, key: Key) -> Option<&Contact> {
        let slot = self.index.find(table_hash(key), |slot| at(&self.chunks, *slot).key == key)?;
        Some(at(&self.chunks, *slot))
    }

    fn insert(&mut self, key: Key) -> u32 {
        let slot = u32::try_from(self.len()).expect("a partition holds fewer than 2^32 people");
        if self.len() == self.chunks.len() * CHUNK {
            self.chunks.push(Vec::with_capacity(CHUNK));
        }
        let last = self.chunks.last_mut().expect("a chunk was just made");
        last.push(Contact::new(key));
        self.alarms.push(Alarm::default());
        let chunks = &self.chunks;
        self.index.insert_unique(table_hash(key), slot, |slot| table_hash(at(chunks, *slot).key));
        slot
    }

    pub(super) fn contact(&self, slot: u32) -> &Contact {
        at(&self.chunks, slot)
    }

    /// The person and their alarm, to be changed.
    pub(super) fn contact_mut(&mut self, slot: u32) -> (&mut Contact, &mut Alarm) {
        let contact = &mut self.chunks[slot as usize / CHUNK][slot as usize % CHUNK];
        (contact, &mut self.alarms[slot as usize])
    }

    pub(super) fn alarm_mut(&mut self, slot: u32) -> &mut Alarm {
        &mut self.alarms[slot as usize]
    }

    /// Everybody, in the order in which they first wrote.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Contact> {
        self.chunks.iter().flatten()
    }
}

fn at(chunks: &[Vec<Contact>], slot: u32) -> &Contact {
    &chunks[slot as usize / CHUNK][slot as usize % CHUNK]
}

/// The partition is chosen by the upper bits of the stable hash, so these are the same for everybody
/// in a table; turned round, the table sees the bits that differ.
fn table_hash(key: Key) -> u64 {
    key.stable_hash().rotate_left(32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{BrandId, ContactId};

    #[test]
    fn finds_everybody_again() {
        let mut table = ContactTable::default();
        let key = |contact| Key { brand: BrandId(1), contact: ContactId(contact) };
        let slots: Vec<u32> = (0..1000).map(|contact| table.locate(key(contact))).collect();
        assert_eq!(table.len(), 1000);
        for (contact, slot) in (0..).zip(slots) {
            assert_eq!(table.locate(key(contact)), slot);
            assert_eq!(table.contact(slot).key, key(contact));
        }
        assert_eq!(table.len(), 1000);
    }
}
