//! A table of actors: an index over chunks. Growth moves no actor, and stops nobody for long.

use hashbrown::HashTable;

/// Actors in one chunk. A table with one actor in it has room for this many.
const CHUNK: usize = 128;

/// Parts of the index. Each grows by itself, and each only when it is full, so that the work of growing
/// comes in small pieces.
const PARTS: usize = 16;

/// Shares of the parts, of 256. A hash table doubles when it is full; if all parts were of one size, all
/// would do so at the same time, and stand half empty together afterwards. These shares grow from part to
/// part by the 16th root of two, so at any size of the whole the parts stand at all stages between.
const SHARES: [u8; PARTS] = [11, 12, 12, 13, 13, 14, 15, 15, 16, 17, 17, 18, 19, 20, 21, 23];

/// Which part a hash belongs to, by one byte of it.
const PART: [u8; 256] = {
    let mut parts = [0; 256];
    let (mut part, mut at) = (0, 0);
    while part < PARTS {
        let end = at + SHARES[part] as usize;
        while at < end {
            parts[at] = part as u8;
            at += 1;
        }
        part += 1;
    }
    assert!(at == 256, "the shares are of the whole");
    parts
};

/// Something that is found by its key.
pub trait Actor {
    /// By what it is found.
    type Key: Copy + Eq;

    /// One of which nothing is known but its key.
    fn new(key: Self::Key) -> Self;

    /// Its key.
    fn key(&self) -> Self::Key;

    /// Hash of a key, of which the lower 32 bits are spread well.
    fn hash(key: Self::Key) -> u64;
}

/// Finds actors by key. Each has a slot, counted from 0, which it keeps for ever.
#[derive(Clone, Debug)]
pub struct Table<T> {
    index: [HashTable<u32>; PARTS],
    chunks: Vec<Vec<T>>,
    len: u32,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { index: [const { HashTable::new() }; PARTS], chunks: Vec::new(), len: 0 }
    }
}

impl<T: Actor> Table<T> {
    /// Actors there are.
    pub fn len(&self) -> usize {
        self.len as usize
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The slot of `key`, whose actor begins to exist if there was none.
    pub fn locate(&mut self, key: T::Key) -> u32 {
        self.slot(key).unwrap_or_else(|| self.insert(key))
    }

    /// The slot of `key`, if there is one.
    pub fn slot(&self, key: T::Key) -> Option<u32> {
        let hash = T::hash(key);
        let is_it = |slot: &u32| self.get(*slot).key() == key;
        self.index[part(hash)].find(spread(hash), is_it).copied()
    }

    /// The actor of `key`, if there is one.
    pub fn find(&self, key: T::Key) -> Option<&T> {
        self.slot(key).map(|slot| self.get(slot))
    }

    fn insert(&mut self, key: T::Key) -> u32 {
        let slot = self.len;
        self.len = slot.checked_add(1).expect("a table holds fewer than 2^32 actors");
        if slot as usize == self.chunks.len() * CHUNK {
            self.chunks.push(Vec::with_capacity(CHUNK));
        }
        self.chunks.last_mut().expect("a chunk was just made").push(T::new(key));
        let (hash, chunks) = (T::hash(key), &self.chunks);
        let hash_of = |slot: &u32| spread(T::hash(at(chunks, *slot).key()));
        self.index[part(hash)].insert_unique(spread(hash), slot, hash_of);
        slot
    }

    /// The actor of a slot.
    pub fn get(&self, slot: u32) -> &T {
        at(&self.chunks, slot)
    }

    /// The actor of a slot, to be changed. Its key must stay.
    pub fn get_mut(&mut self, slot: u32) -> &mut T {
        &mut self.chunks[slot as usize / CHUNK][slot as usize % CHUNK]
    }

    /// Everybody, in the order in which they began.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.chunks.iter().flatten()
    }
}

fn at<T>(chunks: &[Vec<T>], slot: u32) -> &T {
    &chunks[slot as usize / CHUNK][slot as usize % CHUNK]
}

/// The partition is chosen by the upper bits of the hash, so those are much the same for everybody in a
/// table; the lower half is not.
fn part(hash: u64) -> usize {
    usize::from(PART[usize::from(hash as u8)])
}

/// The lower half of the hash over all bits that the index looks at.
fn spread(hash: u64) -> u64 {
    u64::from(hash as u32).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::stable_hash;

    struct Number(u64);

    impl Actor for Number {
        type Key = u64;

        fn new(key: u64) -> Self {
            Self(key)
        }

        fn key(&self) -> u64 {
            self.0
        }

        fn hash(key: u64) -> u64 {
            stable_hash(key, 7)
        }
    }

    #[test]
    fn finds_everybody_again() {
        let mut table = Table::<Number>::default();
        let slots: Vec<u32> = (0..10_000).map(|key| table.locate(key)).collect();
        assert!(slots.iter().copied().eq(0..10_000), "slots are counted from 0");
        for (key, slot) in (0..).zip(slots) {
            assert_eq!(table.locate(key), slot);
            assert_eq!(table.get(slot).0, key);
        }
        assert_eq!(table.len(), 10_000);
        assert!(table.find(10_000).is_none());
        assert!(table.iter().map(|number| number.0).eq(0..10_000));
    }

    /// Slots of four bytes and one byte of control each, of which a table that was doubled at the wrong
    /// moment needs twice as many.
    #[test]
    fn the_index_costs_little_at_any_size() {
        let mut table = Table::<Number>::default();
        for key in 0..400_000 {
            table.locate(key);
            if key > 50_000 && key % 1000 == 0 {
                let buckets: usize =
                    table.index.iter().map(|part| (part.capacity() * 8).div_ceil(7)).sum();
                let bytes = (buckets * 5) as f64 / table.len() as f64;
                assert!(bytes < 8.9, "{bytes} bytes each with {key} of them");
            }
        }
    }

    #[test]
    fn no_growth_moves_more_than_a_part() {
        let mut table = Table::<Number>::default();
        let mut moved = 0;
        for key in 0..200_000 {
            let before: usize = table.index.iter().map(|part| part.capacity()).sum();
            table.locate(key);
            let after: usize = table.index.iter().map(|part| part.capacity()).sum();
            moved = moved.max(after - before);
        }
        assert!(moved <= 200_000 / 8, "{moved}");
    }
}
