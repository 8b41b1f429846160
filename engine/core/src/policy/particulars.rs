//! Particulars that a tag asks the customer for, and how one is known when it comes (`AI-9..12`, `AI-16`).

use crate::names::named;

named! {
    /// A particular, by its form. What cannot be told by its form is text.
    pub enum Particular {
        /// An order number: digits, perhaps with letters or `#`.
        OrderNumber = "order_number",
        /// A postal address: a house number and a street, or a postal code.
        Address = "address",
        /// An address of electronic mail.
        Email = "email",
        /// A photo or another attachment (`AI-12`, `AI-18`).
        Photo = "photo",
        /// Some words, such as a reason.
        Text = "text",
    }
}

/// A set of particulars.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Particulars(pub u8);

impl Particulars {
    /// Adds one.
    pub fn insert(&mut self, particular: Particular) {
        self.0 |= 1 << particular.code();
    }

    /// Whether one is there.
    pub const fn has(self, particular: Particular) -> bool {
        self.0 >> particular.code() & 1 == 1
    }

    /// These and `others`.
    #[must_use]
    pub const fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Those of these that are among `others`.
    #[must_use]
    pub const fn within(self, others: Self) -> Self {
        Self(self.0 & others.0)
    }

    /// Those of these that are not among `others`.
    #[must_use]
    pub const fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Each of them.
    pub fn iter(self) -> impl Iterator<Item = Particular> {
        Particular::ALL.iter().copied().filter(move |particular| self.has(*particular))
    }
}

/// The particulars that stand in a folded text; `media` counts attachments. Order numbers have at
/// least four digits; an address has a number before a word, and at least four words in all.
pub fn find(folded: &[u8], media: u8) -> Particulars {
    let mut found = Particulars::default();
    if media > 0 {
        found.insert(Particular::Photo);
    }
    let text = folded.trim_ascii();
    let words: Vec<&[u8]> = text.split(|byte| *byte == b' ').filter(|it| !it.is_empty()).collect();
    let digits = |word: &&[u8]| word.iter().filter(|byte| byte.is_ascii_digit()).count();
    let is_number = |word: &&&[u8]| digits(word) >= 4;
    if words.iter().any(|word| is_number(&word)) {
        found.insert(Particular::OrderNumber);
    }
    let house = |pair: &[&[u8]]| {
        (1..=5).contains(&digits(&pair[0]))
            && pair[0].first().is_some_and(u8::is_ascii_digit)
            && digits(&pair[1]) == 0
    };
    if words.len() >= 4 && words.windows(2).any(house) {
        found.insert(Particular::Address);
    }
    let is_letters = |word: &&&[u8]| digits(word) == 0 && word.len() > 1;
    if words.iter().filter(is_letters).count() >= 2 {
        found.insert(Particular::Text);
    }
    if text.contains(&b'@') {
        found.insert(Particular::Email);
    }
    found
}
