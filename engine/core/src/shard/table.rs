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

/// An entry of the index. It keeps part of the hash, so that growing the index, and passing over the
/// entry of somebody else, need no look at the person.
#[derive(Clone, Copy, Debug)]
struct IndexEntry {
    hash: u32,
    slot: u32,
}

/// Finds people by key.
#[derive(Clone, Debug, Default)]
pub(super) struct ContactTable {
    index: HashTable<IndexEntry>,
    chunks: Vec<Vec<Contact>>,
    alarms: Vec<Alarm>,
}

impl ContactTable {
    pub(super) fn len(&self) -> usize {
        self.alarms.len()
    }

    /// The slot of `key`, which is made if there is none.
    pub(super) fn locate(&mut self, key: Key) -> u32 {
        let hash = index_hash(key);
        self.find_slot(hash, key).unwrap_or_else(|| self.insert(hash, key))
    }

    fn find_slot(&self, hash: u32, key: Key) -> Option<u32> {
        let is_it = |entry: &IndexEntry| entry.hash == hash && self.contact(entry.slot).key == key;
        self.index.find(spread(hash), is_it).map(|entry| entry.slot)
    }

    /// The person of that key, if there is one.
    pub(super) fn find(&self, key: Key) -> Option<&Contact> {
        self.find_slot(index_hash(key), key).map(|slot| self.contact(slot))
    }

    fn insert(&mut self, hash: u32, key: Key) -> u32 {
        let slot = u32::try_from(self.len()).expect("a partition holds fewer than 2^32 people");
        if self.len() == self.chunks.len() * CHUNK {
            self.chunks.push(Vec::with_capacity(CHUNK));
        }
        let last = self.chunks.last_mut().expect("a chunk was just made");
        last.push(Contact::new(key));
        self.alarms.push(Alarm::default());
        self.index
            .insert_unique(spread(hash), IndexEntry { hash, slot }, |entry| spread(entry.hash));
        slot
    }

    pub(super) fn contact(&self, slot: u32) -> &Contact {
        &self.chunks[slot as usize / CHUNK][slot as usize % CHUNK]
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

/// The partition is chosen by the upper bits of the stable hash, so those are much the same for
/// everybody in a table; the lower half is not.
fn index_hash(key: Key) -> u32 {
    key.stable_hash() as u32
}

/// The hash over all bits that the index looks at.
fn spread(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(0x9e37_79b9_7f4a_7c15)
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
