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

mod lines;
mod repair;
mod unicode;

#[cfg(test)]
mod tests;

pub use repair::Spellings;

use crate::limits::CLASSIFIED_BYTES_MAX;
use unicode::{Reading, looks_like_o, reading};

/// Most bytes of folded text. A character rarely folds to more bytes than it had.
const FOLDED_BYTES_MAX: usize = 2 * CLASSIFIED_BYTES_MAX;

/// Most pictures that are kept from one reply.
const PICTURES_MAX: usize = 16;

/// A word of the folded text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Word {
    /// Where it starts in the folded text, in bytes.
    pub start: u16,
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
}

/// A folded text, and the memory to fold the next one in.
#[derive(Debug, Default)]
pub struct Folded {
    bytes: Vec<u8>,
    words: Vec<Word>,
    pictures: [char; PICTURES_MAX],
    pictures_len: usize,
    plain_words: usize,
    marks: Marks,
    spare: (Vec<u8>, Vec<Word>),
}

impl Folded {
    /// The folded text: a space, then each word and each picture with a space after it.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
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
        let start = usize::from(self.words[index].start);
        &self.bytes[start..self.word_end(index)]
    }

    /// Where the word at `index` ends in the folded text. Panics if there is no such word.
    pub fn word_end(&self, index: usize) -> usize {
        let next = self.words.get(index + 1);
        next.map_or(self.bytes.len(), |next| usize::from(next.start)) - 1
    }

    /// What else was seen.
    pub fn marks(&self) -> Marks {
        self.marks
    }

    /// Folds `raw`, in place of what was there before. Words that only make sense as one of
    /// `spellings` in disguise are put right. Invalid UTF-8 is read as Latin-1, its commonest cause.
    pub fn fold(&mut self, raw: &[u8], spellings: &Spellings) {
        let raw = cut(raw);
        self.bytes.clear();
        self.words.clear();
        self.bytes.push(b' ');
        self.pictures_len = 0;
        let mut folding = Folding {
            bytes: &mut self.bytes,
            words: &mut self.words,
            pictures: &mut self.pictures,
            pictures_len: 0,
            marks: Marks::default(),
            word: Word::default(),
            open: false,
            run: (0, 0),
            capitals: 0,
            first: Word::FIRST,
            pending_stop: false,
            joint: false,
            singles: 0,
            odd: false,
        };
        for piece in lines::own(raw).pieces() {
            folding.text(&raw[piece.clone()]);
            folding.end_word();
            folding.first = Word::FIRST;
        }
        let odd = folding.odd;
        self.marks = folding.marks;
        self.pictures_len = folding.pictures_len;
        if odd {
            repair::repair(&mut self.bytes, &mut self.words, &mut self.spare, spellings);
        }
        self.plain_words = self.words.len();
        self.add_pictures();
    }

    /// Puts the pictures behind the words, as a sentence of their own.
    fn add_pictures(&mut self) {
        let mut first = Word::FIRST;
        for picture in &self.pictures[..self.pictures_len] {
            self.words.push(Word { start: self.bytes.len() as u16, flags: first });
            let mut buffer = [0; 4];
            self.bytes.extend_from_slice(picture.encode_utf8(&mut buffer).as_bytes());
            self.bytes.push(b' ');
            first = 0;
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

/// What an ASCII byte means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Lower,
    Upper,
    Digit,
    /// Ends a word.
    Gap,
    /// Ends a word, and is space: a dot before it ends the sentence.
    Space,
    /// Ends a sentence if space or more punctuation follows.
    Dot,
    /// Ends a sentence.
    Stop,
    /// Ends a word, and may join it to the next.
    Joint,
    /// May stand for a letter.
    Sign,
    /// Dropped, or between a French article and its noun.
    Apostrophe,
    /// Dropped.
    Nothing,
    /// Not ASCII.
    High,
}

const KINDS: [Kind; 256] = {
    let mut kinds = [Kind::Gap; 256];
    let mut byte = 0;
    while byte < 256 {
        kinds[byte] = match byte as u8 {
            b'a'..=b'z' => Kind::Lower,
            b'A'..=b'Z' => Kind::Upper,
            b'0'..=b'9' => Kind::Digit,
            b' ' | b'\t' | b'\r' | 0x0b | 0x0c => Kind::Space,
            b'.' | b',' | b':' | b';' => Kind::Dot,
            b'\n' | b'?' => Kind::Stop,
            b'-' | b'_' | b'/' | b'*' | b'~' | b'=' | b'\\' | b'^' => Kind::Joint,
            b'$' | b'@' | b'!' | b'|' | b'+' => Kind::Sign,
            b'\'' | b'`' => Kind::Apostrophe,
            0x80..=0xff => Kind::High,
            0x00..=0x1f | 0x7f => Kind::Nothing,
            _ => Kind::Gap,
        };
        byte += 1;
    }
    kinds
};

/// The state of one folding.
struct Folding<'a> {
    bytes: &'a mut Vec<u8>,
    words: &'a mut Vec<Word>,
    pictures: &'a mut [char; PICTURES_MAX],
    pictures_len: usize,
    marks: Marks,
    /// The word that is being written, if `open`.
    word: Word,
    open: bool,
    /// The last letter of the word and how often it has come in a row.
    run: (u8, u8),
    /// Capitals in the word so far.
    capitals: u16,
    /// [`Word::FIRST`] if the next word begins a sentence.
    first: u8,
    /// A dot has come that ends the sentence unless a word follows at once.
    pending_stop: bool,
    /// The next word is joined to the last one.
    joint: bool,
    /// Words of one letter in a row.
    singles: u8,
    /// Something was seen that [`repair`] may put right.
    odd: bool,
}

impl Folding<'_> {
    fn text(&mut self, raw: &[u8]) {
        let mut at = 0;
        while at < raw.len() && self.bytes.len() < FOLDED_BYTES_MAX {
            let byte = raw[at];
            if byte < 0x80 {
                let next = raw.get(at + 1).copied().unwrap_or(b' ');
                self.ascii(byte, next);
                at += 1;
            } else {
                at += self.character(&raw[at..]);
            }
        }
    }

    #[inline]
    fn ascii(&mut self, byte: u8, next: u8) {
        match KINDS[usize::from(byte)] {
            Kind::Lower => self.letter(byte),
            Kind::Upper => {
                if !self.open {
                    self.begin_word();
                    self.word.flags |= Word::CAPITAL;
                }
                self.capitals += 1;
                self.letter(byte | 0x20);
            }
            Kind::Space => {
                self.end_word();
                self.joint = false;
                if self.pending_stop {
                    self.first = Word::FIRST;
                    self.pending_stop = false;
                }
            }
            Kind::Digit => {
                self.begin_word();
                self.word.flags |= Word::DIGITS;
                self.run = (0, 0);
                self.bytes.push(byte);
            }
            Kind::High => {}
            kind => self.punctuation(kind, byte, next),
        }
    }

    fn punctuation(&mut self, kind: Kind, byte: u8, next: u8) {
        match kind {
            Kind::Apostrophe => {
                if self.open && is_elided(&self.bytes[usize::from(self.word.start)..]) {
                    self.end_word();
                }
            }
            Kind::Nothing => {}
            Kind::Gap if byte == b'#' && !next.is_ascii_alphanumeric() => {
                self.end_word();
                self.begin_word();
                self.word.flags |= Word::LETTERS;
                self.bytes.extend_from_slice(b"number");
                self.end_word();
            }
            Kind::Sign if self.is_sign(byte, next) => {
                self.begin_word();
                self.word.flags |= Word::SIGNS;
                self.bytes.push(byte);
            }
            _ => {
                let closes = self.open;
                self.end_word();
                match kind {
                    Kind::Dot if matches!(byte, b',' | b':') => self.joint = closes,
                    Kind::Dot => {
                        self.joint = closes;
                        self.end_sentence_if(self.pending_stop || !closes);
                        self.pending_stop = true;
                    }
                    Kind::Joint => {
                        self.joint = closes;
                        // A dash with space on both sides parts sentences.
                        self.pending_stop |= !closes && byte == b'-';
                    }
                    Kind::Stop | Kind::Sign => self.stop(byte),
                    _ => {}
                }
            }
        }
    }

    /// Whether a sign stands where a letter would: before a letter, and within a word unless it is
    /// one that also begins words, as in `$top`.
    fn is_sign(&self, byte: u8, next: u8) -> bool {
        next.is_ascii_alphabetic() && (self.open || matches!(byte, b'$' | b'@'))
            || self.open && next.is_ascii_digit() && !matches!(byte, b'+' | b'!')
    }

    fn stop(&mut self, byte: u8) {
        match byte {
            b'?' => self.marks.questions = self.marks.questions.saturating_add(1),
            b'!' => self.marks.exclamations = self.marks.exclamations.saturating_add(1),
            _ => {}
        }
        self.end_sentence_if(matches!(byte, b'?' | b'!' | b'\n'));
        self.joint = false;
    }

    fn end_sentence_if(&mut self, really: bool) {
        if really {
            self.first = Word::FIRST;
            self.pending_stop = false;
        }
    }

    #[inline]
    fn letter(&mut self, byte: u8) {
        if !self.open {
            self.begin_word();
        }
        self.word.flags |= Word::LETTERS;
        self.marks.letters += 1;
        if self.run.0 == byte {
            self.run.1 = self.run.1.saturating_add(1);
            if self.run.1 >= 3 {
                // Nobody spells three in a row: one is meant, as in `stooop`.
                if self.run.1 == 3 {
                    self.bytes.pop();
                    self.marks.drawn_out = self.marks.drawn_out.saturating_add(1);
                }
                return;
            }
        } else {
            self.run = (byte, 1);
        }
        self.bytes.push(byte);
    }

    #[inline]
    fn begin_word(&mut self) {
        if self.open {
            return;
        }
        self.open = true;
        let joined = if self.joint { Word::JOINED } else { 0 };
        self.word = Word { start: self.bytes.len() as u16, flags: self.first | joined };
        self.first = 0;
        self.joint = false;
        self.pending_stop = false;
        self.run = (0, 0);
        self.capitals = 0;
    }

    #[inline]
    fn end_word(&mut self) {
        if !self.open {
            return;
        }
        self.open = false;
        let mut len = self.bytes.len() - usize::from(self.word.start);
        if len == 1 && self.run.1 >= 3 {
            // `ooo` and `mmm` are words; a longer row says no more than three.
            self.bytes.extend_from_slice(&[self.run.0; 2]);
            len = 3;
        }
        self.marks.capitals += self.capitals;
        if self.capitals >= 2 && usize::from(self.capitals) >= len {
            self.word.flags |= Word::CAPITALS;
        }
        self.singles = if len == 1 { self.singles.saturating_add(1) } else { 0 };
        let mixed = Word::LETTERS | Word::DIGITS;
        self.odd |= self.singles >= 3
            || self.word.flags & mixed == mixed
            || self.word.has(Word::SIGNS | Word::JOINED);
        self.words.push(self.word);
        self.bytes.push(b' ');
    }

    /// Folds one character outside ASCII; gives its length in bytes.
    #[cold]
    fn character(&mut self, raw: &[u8]) -> usize {
        let (c, len) = decode(raw);
        let next = raw.get(len).copied().unwrap_or(b' ');
        match reading(c) {
            Reading::Nothing => {}
            Reading::Gap => self.ascii(b' ', next),
            Reading::Stop => {
                self.end_word();
                self.stop(if c == '？' { b'?' } else { b'\n' });
            }
            Reading::Ascii(bytes) => {
                let bytes = bytes.split(|b| *b == 0).next().unwrap_or_default();
                for (at, byte) in bytes.iter().enumerate() {
                    self.ascii(*byte, bytes.get(at + 1).copied().unwrap_or(next));
                }
            }
            Reading::Letter(c) => self.other_letter(c),
            Reading::Word(c) => {
                self.end_word();
                self.other_letter(c);
                self.end_word();
            }
            Reading::Picture(c) if self.open && looks_like_o(c) && next.is_ascii_alphabetic() => {
                self.letter(b'o');
            }
            Reading::Picture(c) => self.picture(c),
        }
        len
    }

    fn other_letter(&mut self, c: char) {
        self.begin_word();
        self.word.flags |= Word::LETTERS;
        self.run = (0, 0);
        let mut buffer = [0; 4];
        self.bytes.extend_from_slice(c.encode_utf8(&mut buffer).as_bytes());
    }

    fn picture(&mut self, c: char) {
        self.end_word();
        let seen = &self.pictures[..self.pictures_len];
        if seen.len() < PICTURES_MAX && !seen.contains(&c) {
            self.pictures[self.pictures_len] = c;
            self.pictures_len += 1;
        }
    }
}

/// Whether these letters before an apostrophe are a word of their own in French: `l'envoi`,
/// `m'envoyer`, `qu'on`. In English they are not: `don't`, `I'm`.
fn is_elided(letters: &[u8]) -> bool {
    matches!(letters, [b'l' | b'd' | b'm' | b'n' | b'j' | b'c' | b's' | b't'] | b"qu")
}

/// The first character of `raw`, which begins with a byte outside ASCII, and its length in bytes.
fn decode(raw: &[u8]) -> (char, usize) {
    let len = match raw[0] {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => 1,
    };
    let valid = raw.get(..len).and_then(|head| std::str::from_utf8(head).ok());
    match valid.and_then(|head| head.chars().next()) {
        Some(c) => (c, len),
        None => (char::from(raw[0]), 1),
    }
}
