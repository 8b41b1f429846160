//! Numbers of what decided about a text: a rule built in, a rule of the files, a word of a brand.

/// The phrase or rule that decided, as an index into the classifier's own list; zero is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(pub u16);

/// Most patterns of a book: their numbers go into verdicts as 16 bits.
pub(super) const PATTERNS_MAX: usize = 60_000;

/// From this number on, it is a compliance word of a brand.
const BRAND_RULES: u16 = 0xff00;

const _: () = assert!(PATTERNS_MAX + (BUILT_IN_RULES as usize) < BRAND_RULES as usize);

impl RuleId {
    /// The compliance word at position `index` of a brand's policy.
    pub const fn of_brand(index: u8) -> Self {
        Self(BRAND_RULES + index as u16)
    }

    /// The position in the policy, if it is a word of a brand.
    pub fn brand_word(self) -> Option<u8> {
        self.0.checked_sub(BRAND_RULES).and_then(|index| u8::try_from(index).ok())
    }
}

/// Decisions that no rule file makes. Their numbers come before those of the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BuiltIn {
    KeywordInPieces = 1,
    KeywordMistyped,
    ReactionFrame,
    Empty,
    Mash,
    PicturesOnly,
}

/// Rule numbers below this are built in, or none.
pub(super) const BUILT_IN_RULES: u16 = 16;

impl BuiltIn {
    pub(super) const ALL: [Self; 6] = [
        Self::KeywordInPieces,
        Self::KeywordMistyped,
        Self::ReactionFrame,
        Self::Empty,
        Self::Mash,
        Self::PicturesOnly,
    ];

    pub(super) const fn id(self) -> RuleId {
        RuleId(self as u16)
    }

    /// What it says, for people.
    pub(super) const fn says(self) -> &'static str {
        match self {
            Self::KeywordInPieces => "a keyword in pieces",
            Self::KeywordMistyped => "a keyword with a slip of the fingers",
            Self::ReactionFrame => "the frame of a reaction around a quotation",
            Self::Empty => "nothing but space and punctuation",
            Self::Mash => "keys hit at random",
            Self::PicturesOnly => "pictures only",
        }
    }
}
