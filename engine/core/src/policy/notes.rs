//! What a brand wants AI and people to know beside its rules: product details, store policies,
//! promotions with a beginning and an end (`OT-32..35`).

use crate::names::named;
use crate::time::Timestamp;

named! {
    /// What a note is about.
    pub enum NoteKind {
        /// A detail of a product.
        Product = "product",
        /// A rule of the store.
        Policy = "policy",
        /// An offer.
        Promotion = "promotion",
        /// How the brand wants to sound, and in which language.
        Tone = "tone",
    }
}

/// A note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What it is about.
    pub about: NoteKind,
    /// What it says.
    pub text: String,
    /// From when on it counts; none is always.
    pub from: Option<Timestamp>,
    /// Until when it counts; none is for ever.
    pub until: Option<Timestamp>,
}

impl Note {
    /// Whether it counts at `now`.
    pub fn is_in_force(&self, now: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= now) && self.until.is_none_or(|until| now < until)
    }
}

/// Any number of a policy's notes, by their positions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct NoteSet(pub u64);

impl NoteSet {
    /// Those of `notes` that count at `now`.
    pub fn in_force(notes: &[Note], now: Timestamp) -> Self {
        let counts = notes.iter().enumerate().filter(|(_, note)| note.is_in_force(now));
        Self(counts.fold(0, |set, (index, _)| set | 1 << index))
    }

    /// The positions.
    pub fn iter(self) -> impl Iterator<Item = usize> {
        (0..64).filter(move |index| self.0 >> index & 1 == 1)
    }
}
