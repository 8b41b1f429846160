//! Folding of text: what people really send, brought to one plain form for matching.
//!
//! The folded form is a space, then words in plain lower case with one space after each. A phrase
//! written ` like this ` is therefore found whole, never within a word, by plain substring search.
//! Pictures stand after the words, so that `STOP 👏 TEXTING 👏 ME` still reads as one request.
//!
//! Off come case, width, accents, marks, look-alike letters, invisible characters, quotation of the
//! campaign and mail signatures; letters spelled out one by one, digits in the place of letters and
//! letters drawn out for emphasis are put right. The raw text is only read.
//!
//! Time and space are linear in the text, of which [`CLASSIFIED_BYTES_MAX`] are read. A [`Folded`]
//! is used again and again; it allocates only until it has grown to the size of its longest text.

mod fold;
mod lines;
mod repair;
mod unicode;

#[cfg(test)]
mod tests;

pub use repair::Spellings;

use crate::limits::CLASSIFIED_BYTES_MAX;
use fold::Folding;

/// Most bytes of folded text. A character rarely folds to more bytes than it had.
const FOLDED_BYTES_MAX: usize = 2 * CLASSIFIED_BYTES_MAX;

/// Room behind the folded text: for the character that is being written when it is full, and so that
/// eight bytes can be read from the start of any word.
const MARGIN: usize = 64;

/// Most pictures that are kept from one reply.
const PICTURES_MAX: usize = 16;

/// A word of the folded text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Word {
    /// Where it starts in the folded text, in bytes.
    pub start: u16,
    /// Where it ends; the space after it is not part of it.
    pub end: u16,
    /// What is known about it, as the constants of this type.
    pub flags: u8,
}

impl Word {
    /// It is the first of its sentence.
    pub const FIRST: u8 = 1;
    /// Two or more letters, all of them capitals.
    pub const CAPITALS: u8 = 1 << 1;
    /// It holds letters.
    pub const LETTERS: u8 = 1 << 2;
    /// It holds digits.
    pub const DIGITS: u8 = 1 << 3;
    /// Joined to the word before by a hyphen, a dot or the like, without a space.
    pub const JOINED: u8 = 1 << 4;
    /// It begins with a capital.
    pub const CAPITAL: u8 = 1 << 5;
    /// It holds a sign that may stand for a letter, such as `$` for S.
    const SIGNS: u8 = 1 << 6;

    /// Whether any of `flags` is set.
    pub const fn has(self, flags: u8) -> bool {
        self.flags & flags != 0
    }
}

/// What the folding saw of things that the folded text no longer shows. Counts saturate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Question marks.
    pub questions: u8,
    /// Exclamation marks.
    pub exclamations: u8,
    /// ASCII letters.
    pub letters: u16,
    /// Those of them in upper case.
    pub capitals: u16,
    /// Letters that were drawn out three times or more.
    pub drawn_out: u8,
    /// A quotation mark or a character that frames reactions was seen.
    pub quotation: bool,
}

/// A folded text, and the memory to fold the next one in.
#[derive(Debug, Default)]
pub struct Folded {
    /// The folded text, then room that holds anything.
    room: Vec<u8>,
    len: usize,
    words: Vec<Word>,
    pictures: Vec<char>,
    plain_words: usize,
    marks: Marks,
    spare: repair::Spare,
}

impl Folded {
    /// The folded text: a space, then each word and each picture with a space after it.
    pub fn bytes(&self) -> &[u8] {
        &self.room[..self.len]
    }

    /// The words, then the pictures, in the order of the folded text.
    pub fn words(&self) -> &[Word] {
        &self.words
    }

    /// How many of [`words`](Self::words) are not pictures.
    pub fn plain_words(&self) -> usize {
        self.plain_words
    }

    /// The bytes of the word at `index`, without its space. Panics if there is no such word.
    pub fn word(&self, index: usize) -> &[u8] {
        let word = self.words[index];
        &self.room[usize::from(word.start)..usize::from(word.end)]
    }

    /// The first eight bytes of `word`, in the order of the text, with zeroes after a shorter word.
    #[inline]
    pub(crate) fn head(&self, word: Word) -> u64 {
        const KEPT: [u64; 9] = [
            0,
            0xff,
            0xffff,
            0xff_ffff,
            0xffff_ffff,
            0xff_ffff_ffff,
            0xffff_ffff_ffff,
            0xff_ffff_ffff_ffff,
            u64::MAX,
        ];
        let room = self.room[usize::from(word.start)..].first_chunk();
        let len = usize::from(word.end - word.start);
        room.map_or(0, |head| u64::from_le_bytes(*head)) & KEPT[len.min(8)]
    }

    /// What else was seen.
    pub fn marks(&self) -> Marks {
        self.marks
    }

    /// Folds `raw`, in place of what was there before. Words that only make sense as one of
    /// `spellings` in disguise are put right. Invalid UTF-8 is read as Latin-1, its commonest cause.
    pub fn fold(&mut self, raw: &[u8], spellings: &Spellings) {
        let raw = cut(raw);
        self.room.resize(FOLDED_BYTES_MAX + MARGIN, 0);
        self.words.clear();
        self.pictures.clear();
        self.room[0] = b' ';
        let mut folding = Folding::new(&mut self.room, &mut self.words, &mut self.pictures);
        if raw.contains(&b'\n') {
            for piece in lines::own(raw).pieces() {
                folding.piece(&raw[piece.clone()]);
            }
        } else {
            folding.piece(raw);
        }
        let odd = folding.is_odd();
        self.marks = folding.marks();
        self.len = folding.len();
        if odd {
            self.repair(spellings);
        }
        self.plain_words = self.words.len();
        self.add_pictures();
    }

    #[cold]
    fn repair(&mut self, spellings: &Spellings) {
        let text = (&self.room[..self.len], &self.words[..]);
        repair::repair(text, &mut self.spare, spellings);
        let (bytes, words) = self.spare.repaired();
        let len = bytes.len().min(self.room.len() - MARGIN);
        self.room[..len].copy_from_slice(&bytes[..len]);
        self.len = len;
        self.words.clear();
        let fits = |word: &&Word| usize::from(word.end) < len;
        self.words.extend(words.iter().filter(fits));
    }

    /// Puts the pictures behind the words, as a sentence of their own.
    fn add_pictures(&mut self) {
        let mut flags = Word::FIRST;
        for picture in &self.pictures {
            let end = self.len + picture.len_utf8();
            // There is a margin, but many pictures may follow a text that has used it up.
            let Some(room) = self.room.get_mut(self.len..=end) else {
                return;
            };
            picture.encode_utf8(room);
            room[end - self.len] = b' ';
            self.words.push(Word { start: self.len as u16, end: end as u16, flags });
            self.len = end + 1;
            flags = 0;
        }
    }
}

/// The part of `raw` that is read. A character at the edge is left out whole.
fn cut(raw: &[u8]) -> &[u8] {
    if raw.len() <= CLASSIFIED_BYTES_MAX {
        return raw;
    }
    let continues = |at: &usize| raw[*at] & 0xc0 == 0x80;
    let end = (CLASSIFIED_BYTES_MAX - 3..=CLASSIFIED_BYTES_MAX).rfind(|at| !continues(at));
    &raw[..end.unwrap_or(CLASSIFIED_BYTES_MAX)]
}
