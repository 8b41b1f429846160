//! One seed, one named stream of random numbers per concern, so that a draw more in one never shifts another.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use volley_core::hash::{stable_hash, stable_hash_bytes};

/// A stream.
pub type Stream = ChaCha8Rng;

/// The stream called `name` under `seed`: the same on every machine, in every version.
pub fn stream(seed: u64, name: &str) -> Stream {
    let mut word = stable_hash_bytes(seed, name.as_bytes());
    let mut key = [0; 32];
    for chunk in key.chunks_exact_mut(8) {
        word = stable_hash(word, seed);
        chunk.copy_from_slice(&word.to_le_bytes());
    }
    ChaCha8Rng::from_seed(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::Rng;

    #[test]
    fn streams_differ_by_seed_and_by_name() {
        let draw = |seed, name| stream(seed, name).next_u64();
        assert_eq!(draw(1, "arrivals"), draw(1, "arrivals"));
        assert_ne!(draw(1, "arrivals"), draw(2, "arrivals"));
        assert_ne!(draw(1, "arrivals"), draw(1, "agents"));
    }
}
