//! The people of one partition: an index over chunks, so that growth never moves a person.

use hashbrown::HashTable;

use crate::contact::Contact;
use crate::id::Key;
use crate::time::Deadline;

/// People in one chunk. A partition with one person in it has room for this many.
const CHUNK: usize = 64;

/// A person and the earliest timer that is set for them.
#[derive(Debug, Default)]
pub(super) struct Entry {
    pub(super) contact: Contact,
    pub(super) armed: Option<Deadline>,
}

/// Finds people by key.
#[derive(Debug, Default)]
pub(super) struct ContactTable {
    index: HashTable<u32>,
    chunks: Vec<Vec<Entry>>,
}

impl ContactTable {
    pub(super) fn len(&self) -> usize {
        self.index.len()
    }

    /// The slot of `key`, which is made if there is none.
    pub(super) fn locate(&mut self, key: Key) -> u32 {
        let chunks = &self.chunks;
        let found = self.index.find(table_hash(key), |slot| at(chunks, *slot).contact.key == key);
        match found {
            Some(slot) => *slot,
            None => self.insert(key),
        }
    }

    fn insert(&mut self, key: Key) -> u32 {
        let slot = u32::try_from(self.len()).expect("a partition holds fewer than 2^32 people");
        if self.len() == self.chunks.len() * CHUNK {
            self.chunks.push(Vec::with_capacity(CHUNK));
        }
        let last = self.chunks.last_mut().expect("a chunk was just made");
        last.push(Entry { contact: Contact::new(key), armed: None });
        let chunks = &self.chunks;
        self.index
            .insert_unique(table_hash(key), slot, |slot| table_hash(at(chunks, *slot).contact.key));
        slot
    }

    pub(super) fn entry(&self, slot: u32) -> &Entry {
        at(&self.chunks, slot)
    }

    pub(super) fn entry_mut(&mut self, slot: u32) -> &mut Entry {
        &mut self.chunks[slot as usize / CHUNK][slot as usize % CHUNK]
    }

    /// Everybody, in the order in which they first wrote.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Contact> {
        self.chunks.iter().flatten().map(|entry| &entry.contact)
    }
}

fn at(chunks: &[Vec<Entry>], slot: u32) -> &Entry {
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
            assert_eq!(table.entry(slot).contact.key, key(contact));
        }
        assert_eq!(table.len(), 1000);
    }
}
