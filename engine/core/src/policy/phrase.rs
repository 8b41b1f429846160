//! Words of a brand, in the form that replies are folded to.

use crate::text::{Folded, Spellings};

/// One word or several in a row, folded, with a space at either end as in a folded reply: so it is
/// found whole, never within a word (`KL-66`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase(String);

impl Phrase {
    /// Folds `written`; none if nothing is left of it.
    pub fn new(written: &str) -> Option<Self> {
        let mut folded = Folded::default();
        folded.fold(written.as_bytes(), &Spellings::default());
        let words = String::from_utf8_lossy(folded.bytes().trim_ascii()).into_owned();
        (!words.is_empty()).then(|| Self(format!(" {words} ")))
    }

    /// The words without the spaces around them.
    pub fn words(&self) -> &str {
        self.0.trim()
    }

    /// Whether the folded message is this and nothing else.
    pub fn is_whole(&self, folded: &[u8]) -> bool {
        folded.trim_ascii() == self.words().as_bytes()
    }

    /// Whether it stands anywhere in the folded message.
    pub fn stands_in(&self, folded: &[u8]) -> bool {
        let wanted = self.0.as_bytes();
        folded.windows(wanted.len()).any(|window| window == wanted)
    }

    /// Whether every message with `self` in it has `other` in it too.
    pub fn contains(&self, other: &Self) -> bool {
        other.stands_in(self.0.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_whole_and_in_a_row() {
        // KL-66: "style me" is a keyword like any other.
        let phrase = Phrase::new("Style me!").unwrap();
        assert_eq!(phrase.words(), "style me");
        assert!(phrase.is_whole(b" style me "));
        assert!(phrase.stands_in(b" please style me now "));
        assert!(!phrase.is_whole(b" please style me "));
        assert!(!phrase.stands_in(b" restyle me "));
        assert!(!phrase.stands_in(b" style just me "));
        assert_eq!(Phrase::new(" \u{200b}"), None);
    }
}
