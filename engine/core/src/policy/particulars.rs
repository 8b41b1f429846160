//! Particulars that a tag asks the customer for, and how one is known when it comes (`AI-9..12`, `AI-16`).

use crate::names::named;

named! {
    /// A particular, by its form. What cannot be told by its form is text.
    pub enum Particular {
        /// An order number: digits, perhaps with letters or `#`.
        OrderNumber = "order_number",
        /// A postal address: a house number with a street or with a postal code.
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
    /// Those that are known for what they are wherever they stand, not only in answer to a question.
    pub const UNMISTAKABLE: Self = Self(
        1 << Particular::OrderNumber.code()
            | 1 << Particular::Email.code()
            | 1 << Particular::Photo.code(),
    );

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

/// The particulars that stand in a folded text; `media` counts attachments. An order number is a word with
/// at least four digits. Text is what is said beyond naming another particular.
pub fn find(folded: &[u8], media: u8) -> Particulars {
    let mut found = Particulars::default();
    if media > 0 {
        found.insert(Particular::Photo);
    }
    let words = folded.split(|byte| *byte == b' ').filter(|word| !word.is_empty());
    let words: Vec<&[u8]> = words.collect();
    if words.iter().any(|word| digits(word) >= 4) {
        found.insert(Particular::OrderNumber);
    }
    let is_address = has_street(&words) || has_postal_code(&words);
    if is_address {
        found.insert(Particular::Address);
    }
    if words.iter().any(|word| word.contains(&b'@')) {
        found.insert(Particular::Email);
    }
    let says = words.iter().filter(|word| says_something(word)).count();
    if says >= if is_address { ADDRESS_WORDS } else { 2 } {
        found.insert(Particular::Text);
    }
    found
}

/// Words that an address alone may have, names of streets and places.
const ADDRESS_WORDS: usize = 6;

/// Words that only name a particular or stand before one.
const NAMING: [&[u8]; 24] = [
    b"my", b"the", b"is", b"it", b"its", b"here", b"order", b"number", b"no", b"address", b"email",
    b"mail", b"photo", b"picture", b"pic", b"and", b"at", b"live", b"to", b"in", b"ship", b"hi",
    b"yes", b"thanks",
];

fn says_something(word: &[u8]) -> bool {
    word.len() > 1 && digits(word) == 0 && !word.contains(&b'@') && !NAMING.contains(&word)
}

/// What a street is called in the languages that customers write, folded. Words that mean other things
/// more often, such as `way` and `place`, are not among them.
const STREETS: [&[u8]; 21] = [
    b"street",
    b"st",
    b"avenue",
    b"ave",
    b"road",
    b"rd",
    b"lane",
    b"ln",
    b"drive",
    b"boulevard",
    b"blvd",
    b"court",
    b"terrace",
    b"square",
    b"parkway",
    b"highway",
    b"calle",
    b"avenida",
    b"rue",
    b"rua",
    b"strasse",
];

/// Whether a house number stands near a word for a street: `12 Oak Street`, `Calle Mayor 7`.
fn has_street(words: &[&[u8]]) -> bool {
    let is_street =
        |word: &&[u8]| STREETS.contains(word) || (word.len() > 8 && word.ends_with(b"strasse"));
    let streets = words.iter().enumerate().filter(|(_, word)| is_street(word));
    streets.map(|(at, _)| &words[at.saturating_sub(3)..words.len().min(at + 4)]).any(|near| {
        let mut numbers = near.iter().filter(|word| digits(word) > 0);
        numbers.any(|word| is_house_number(word))
    })
}

/// A number of up to five digits, perhaps with a letter, as in `221b`.
fn is_house_number(word: &[u8]) -> bool {
    let digits = digits(word);
    (1..=5).contains(&digits) && word.len() <= digits + 1 && word[0].is_ascii_digit()
}

/// Whether a postal code stands behind a house number and at least two words: `5 Long Acre Springfield
/// 62704`. Five digits behind a word such as `order` are no postal code.
fn has_postal_code(words: &[&[u8]]) -> bool {
    let is_code = |at: usize| {
        let (code, before) = (words[at], words[at - 1]);
        code.len() == 5 && digits(code) == 5 && digits(before) == 0 && !NAMING.contains(&before)
    };
    let begins = |house: &usize| {
        let next = words.get(house + 1);
        is_house_number(words[*house]) && next.is_some_and(|word| digits(word) == 0)
    };
    let mut houses = (0..words.len()).filter(begins);
    houses.any(|house| (house + 3..words.len()).any(is_code))
}

fn digits(word: &[u8]) -> usize {
    word.iter().filter(|byte| byte.is_ascii_digit()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The particulars in a text, by name.
    fn named(text: &str) -> Vec<&'static str> {
        let found = find(format!(" {text} ").as_bytes(), 0);
        found.iter().map(Particular::name).collect()
    }

    #[test]
    fn a_number_of_four_digits_is_an_order() {
        assert_eq!(named("my order number is 82711"), ["order_number"]);
        assert_eq!(named("a8271"), ["order_number"]);
        assert!(named("2 of 12").is_empty());
    }

    #[test]
    fn an_address_has_a_street_or_a_postal_code() {
        let check = |text: &str, is_address| {
            assert_eq!(named(text).contains(&"address"), is_address, "{text}");
        };
        check("12 oak street springfield", true);
        check("ship it to 1200 north main st please", true);
        check("calle mayor 7 madrid", true);
        check("hauptstrasse 5 berlin", true);
        check("221b baker street", true);
        check("5 long acre springfield 62704", true);
        check("order 82711 they do not fit", false);
        check("i want to return 2 shirts from order 82711", false);
        check("my order 8271 is on its way", false);
        check("i live on oak street", false);
    }

    #[test]
    fn text_is_what_names_nothing_else() {
        assert_eq!(named("they do not fit"), ["text"]);
        assert_eq!(named("order 82711 they do not fit"), ["order_number", "text"]);
        assert_eq!(named("12 oak street springfield"), ["address"]);
        assert_eq!(named("my email is ann@example com"), ["email"]);
        assert!(named("here is the photo").is_empty());
        assert!(named("ok").is_empty());
    }
}
