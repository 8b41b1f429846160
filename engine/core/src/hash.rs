//! The one hash that never changes: partitions and message ids on disk depend on it.

use std::hash::Hasher;

/// Mixes two words into one. Pinned: partitions and message ids on disk depend on it. The mixing
/// step is the public-domain finaliser of SplitMix64, applied once per word.
pub const fn stable_hash(a: u64, b: u64) -> u64 {
    mix(mix(a ^ 0x9e37_79b9_7f4a_7c15).wrapping_add(b))
}

/// Mixes `bytes` into one word under `seed`, eight at a time, length included. Pinned.
pub fn stable_hash_bytes(seed: u64, bytes: &[u8]) -> u64 {
    let mut hash = stable_hash(seed, bytes.len() as u64);
    for chunk in bytes.chunks(8) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        hash = stable_hash(hash, u64::from_le_bytes(word));
    }
    hash
}

const fn mix(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

/// A [`Hasher`] for digests of state that two machines compare: fast, the same everywhere, and not for
/// keys that somebody hostile may choose.
#[derive(Clone, Copy, Debug, Default)]
pub struct StableHasher(u64);

impl Hasher for StableHasher {
    fn finish(&self) -> u64 {
        mix(self.0)
    }

    fn write(&mut self, bytes: &[u8]) {
        self.write_u64(stable_hash_bytes(0, bytes));
    }

    fn write_u8(&mut self, value: u8) {
        self.write_u64(u64::from(value));
    }

    fn write_u16(&mut self, value: u16) {
        self.write_u64(u64::from(value));
    }

    fn write_u32(&mut self, value: u32) {
        self.write_u64(u64::from(value));
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = (self.0.rotate_left(23) ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn write_usize(&mut self, value: usize) {
        self.write_u64(value as u64);
    }

    fn write_isize(&mut self, value: isize) {
        self.write_u64(value as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// These values are on users' disks. If this test fails, the change is wrong, not the test.
    #[test]
    fn the_pinned_hash_has_not_changed() {
        assert_eq!(stable_hash(0, 0), 5_197_578_548_964_807_871);
        assert_eq!(stable_hash_bytes(0, b"volley"), 6_379_367_697_107_385_579);
    }
}
