//! The dice of one text: a counter, mixed by one wide multiplication per throw.
//!
//! The caller's generator is asked for a single word per text, which seeds these. A template that
//! is added therefore never shifts what the caller draws next, and a text costs one block cipher
//! step at most. The mixing step is that of wyrand, which is in the public domain.

/// A small generator of its own for one text. Not for secrets.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dice(u64);

impl Dice {
    /// The dice that `seed` names.
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Sixty-four fair bits.
    #[inline]
    pub(super) fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0xa076_1d64_78bd_642f);
        let wide = u128::from(self.0) * u128::from(self.0 ^ 0xe703_7ed1_a0b4_28db);
        (wide >> 64) as u64 ^ wide as u64
    }

    /// A number below `end`, which is not zero. The bias is below `end` in 2^32.
    #[inline]
    pub(super) fn below(&mut self, end: u32) -> u32 {
        (((self.word() >> 32) * u64::from(end)) >> 32) as u32
    }
}

/// Mixes a name into a seed, for choices that stay the same throughout a text or a customer.
#[inline]
pub(super) fn mixed(seed: u64, name: u64) -> u64 {
    Dice::new(seed ^ name.wrapping_mul(0x9e37_79b9_7f4a_7c15)).word()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts are part of recorded runs, so these values hold on every machine and for good.
    #[test]
    fn throws_have_not_changed() {
        let mut dice = Dice::new(42);
        assert_eq!(dice.word(), 12_558_987_674_375_533_620);
        assert_eq!(dice.word(), 16_846_851_108_956_068_306);
        assert_eq!(mixed(1, 2), 3_169_632_332_509_230_153);
    }

    #[test]
    fn throws_are_fair() {
        let mut dice = Dice::new(7);
        let mut counts = [0u32; 10];
        for _ in 0..100_000 {
            counts[dice.below(10) as usize] += 1;
        }
        assert!(counts.iter().all(|n| (9_600..10_400).contains(n)), "{counts:?}");
    }
}
