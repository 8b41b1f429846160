//! The folding itself: one pass over the raw bytes, a word at a time.

use super::unicode::{Reading, looks_like_o, reading};
use super::{FOLDED_BYTES_MAX, Marks, PICTURES_MAX, Word};

/// What an ASCII byte means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Letter,
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
    /// Ends a word, and may frame a reaction.
    Quote,
    /// Dropped.
    Nothing,
}

const KINDS: [Kind; 128] = {
    let mut kinds = [Kind::Gap; 128];
    let mut byte = 0;
    while byte < 128 {
        kinds[byte] = match byte as u8 {
            b'a'..=b'z' | b'A'..=b'Z' => Kind::Letter,
            b'0'..=b'9' => Kind::Digit,
            b' ' | b'\t' | b'\r' | 0x0b | 0x0c => Kind::Space,
            b'.' | b',' | b':' | b';' => Kind::Dot,
            b'\n' | b'?' => Kind::Stop,
            b'-' | b'_' | b'/' | b'*' | b'~' | b'=' | b'\\' | b'^' => Kind::Joint,
            b'$' | b'@' | b'!' | b'|' | b'+' => Kind::Sign,
            b'\'' | b'`' => Kind::Apostrophe,
            b'"' => Kind::Quote,
            0x00..=0x1f | 0x7f => Kind::Nothing,
            _ => Kind::Gap,
        };
        byte += 1;
    }
    kinds
};

/// The state of one folding.
pub(super) struct Folding<'a> {
    room: &'a mut [u8],
    len: usize,
    words: &'a mut Vec<Word>,
    pictures: &'a mut Vec<char>,
    marks: Marks,
    /// The word that is being written, if `open`.
    word: Word,
    open: bool,
    /// Capitals in the word so far.
    capitals: u16,
    /// [`Word::FIRST`] if the next word begins a sentence.
    first: u8,
    /// A dot has come that ends the sentence unless a word follows at once.
    pending_stop: bool,
    /// The next word is joined to the last one.
    joint: bool,
    /// A letter stands three times in a row in the word so far.
    drawn_out: bool,
    /// Words of one letter in a row.
    singles: u8,
    /// Something was seen that repair may put right.
    odd: bool,
}

impl<'a> Folding<'a> {
    /// Begins a text in `room`, whose first byte is the space before the first word.
    pub(super) fn new(
        room: &'a mut [u8],
        words: &'a mut Vec<Word>,
        pictures: &'a mut Vec<char>,
    ) -> Self {
        Self {
            room,
            len: 1,
            words,
            pictures,
            marks: Marks::default(),
            word: Word::default(),
            open: false,
            capitals: 0,
            first: Word::FIRST,
            pending_stop: false,
            joint: false,
            drawn_out: false,
            singles: 0,
            odd: false,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn marks(&self) -> Marks {
        self.marks
    }

    pub(super) fn is_odd(&self) -> bool {
        self.odd
    }

    /// Folds one piece of own text, which ends its last sentence.
    pub(super) fn piece(&mut self, raw: &[u8]) {
        let mut rest = raw;
        while let Some(byte) = rest.first().copied()
            && self.len < FOLDED_BYTES_MAX
        {
            let taken = match byte {
                b' ' => {
                    self.space();
                    1
                }
                byte if byte.is_ascii_alphabetic() => self.letters(rest),
                byte if byte < 0x80 => {
                    self.ascii(byte, rest.get(1).copied().unwrap_or(b' '));
                    1
                }
                _ => self.character(rest),
            };
            rest = &rest[taken..];
        }
        self.end_word();
        self.first = Word::FIRST;
    }

    /// Folds up to eight ASCII letters that `raw` begins with; gives how many. Eight bytes are read
    /// and written at a time, whatever they are; those that are no letters are written over later.
    #[inline]
    fn letters(&mut self, raw: &[u8]) -> usize {
        let begins = !self.open;
        if begins {
            self.begin_word();
        }
        let chunk = Chunk::read(raw);
        let count = chunk.letters();
        let capitals = chunk.capitals(count);
        if begins && capitals & 1 != 0 {
            self.word.flags |= Word::CAPITAL;
        }
        self.word.flags |= Word::LETTERS;
        self.capitals = self.capitals.wrapping_add(capitals.count_ones() as u16);
        self.marks.letters = self.marks.letters.wrapping_add(count as u16);
        if let Some(room) = self.room[self.len..].first_chunk_mut() {
            *room = chunk.lower().to_le_bytes();
        }
        self.drawn_out |= chunk.is_drawn_out(count) || !begins && self.goes_on_drawn_out();
        self.len += count;
        count
    }

    /// Whether the letter that has just been written, but not counted, is the third of its kind, with
    /// letters of an earlier chunk of the same word.
    fn goes_on_drawn_out(&self) -> bool {
        let start = usize::from(self.word.start);
        let written = &self.room[start.max(self.len.saturating_sub(2))..self.len + 2];
        written.windows(3).any(|three| three[0] == three[1] && three[1] == three[2])
    }

    /// Nobody spells three letters in a row: one is meant, as in `stooop`.
    #[cold]
    fn squeeze(&mut self) {
        let start = usize::from(self.word.start);
        let mut to = start;
        let mut read = start;
        self.marks.drawn_out = self.marks.drawn_out.saturating_add(1);
        while read < self.len {
            let letter = self.room[read];
            let run = self.room[read..self.len].iter().take_while(|b| **b == letter).count();
            let kept = match run {
                // `ooo` and `mmm` are words; a longer row says no more than three.
                3.. if run == self.len - start => 3,
                3.. if letter.is_ascii_lowercase() => 1,
                _ => run,
            };
            self.room[to..to + kept].fill(letter);
            to += kept;
            read += run;
        }
        self.len = to;
    }

    #[inline]
    fn space(&mut self) {
        self.end_word();
        self.joint = false;
        if self.pending_stop {
            self.first = Word::FIRST;
            self.pending_stop = false;
        }
    }

    fn ascii(&mut self, byte: u8, next: u8) {
        match KINDS[usize::from(byte & 0x7f)] {
            Kind::Space => self.space(),
            Kind::Letter => {
                self.letters(&[byte]);
            }
            Kind::Digit => {
                self.begin_word();
                self.word.flags |= Word::DIGITS;
                self.put(byte);
            }
            kind => self.punctuation(kind, byte, next),
        }
    }

    #[inline]
    fn put(&mut self, byte: u8) {
        self.room[self.len] = byte;
        self.len += 1;
    }

    fn punctuation(&mut self, kind: Kind, byte: u8, next: u8) {
        match kind {
            Kind::Apostrophe => {
                self.marks.quotation |= !self.open;
                let word = &self.room[usize::from(self.word.start)..self.len];
                if self.open && is_elided(word) {
                    self.end_word();
                }
            }
            Kind::Nothing => {}
            Kind::Gap if byte == b'#' && !next.is_ascii_alphanumeric() => {
                self.end_word();
                self.begin_word();
                self.word.flags |= Word::LETTERS;
                b"number".iter().for_each(|letter| self.put(*letter));
                self.end_word();
            }
            Kind::Sign if self.is_sign(byte, next) => {
                self.begin_word();
                self.word.flags |= Word::SIGNS;
                self.put(byte);
            }
            _ => self.divide(kind, byte),
        }
    }

    /// Ends the word, and the sentence where it ends too.
    fn divide(&mut self, kind: Kind, byte: u8) {
        let closes = self.open;
        self.end_word();
        match kind {
            Kind::Dot if matches!(byte, b',' | b':') => self.joint = closes,
            Kind::Dot => {
                self.joint = closes;
                if self.pending_stop || !closes {
                    self.first = Word::FIRST;
                }
                self.pending_stop = true;
            }
            Kind::Joint => {
                self.joint = closes;
                // A dash with space on both sides parts sentences.
                self.pending_stop |= !closes && byte == b'-';
            }
            Kind::Stop | Kind::Sign => self.stop(byte),
            Kind::Quote => self.marks.quotation = true,
            _ => {}
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
            b'\n' => {}
            _ => return,
        }
        self.first = Word::FIRST;
        self.pending_stop = false;
        self.joint = false;
    }

    #[inline]
    fn begin_word(&mut self) {
        if self.open {
            return;
        }
        self.open = true;
        let joined = if self.joint { Word::JOINED } else { 0 };
        self.word = Word { start: self.len as u16, end: 0, flags: self.first | joined };
        self.first = 0;
        self.joint = false;
        self.pending_stop = false;
        self.capitals = 0;
        self.drawn_out = false;
    }

    #[inline]
    fn end_word(&mut self) {
        if !self.open {
            return;
        }
        self.open = false;
        if self.drawn_out {
            self.squeeze();
        }
        self.word.end = self.len as u16;
        let len = self.word.end.wrapping_sub(self.word.start);
        self.marks.capitals = self.marks.capitals.wrapping_add(self.capitals);
        if self.capitals >= 2 && self.capitals >= len {
            self.word.flags |= Word::CAPITALS;
        }
        if len == 1 {
            self.singles = self.singles.saturating_add(1);
            self.odd |= self.singles >= 3;
        } else {
            self.singles = 0;
        }
        let mixed = Word::LETTERS | Word::DIGITS;
        let strange = self.word.has(Word::SIGNS | Word::JOINED);
        self.odd |= strange || self.word.flags & mixed == mixed;
        self.words.push(self.word);
        self.put(b' ');
    }

    /// Folds one character outside ASCII; gives its length in bytes.
    #[cold]
    fn character(&mut self, raw: &[u8]) -> usize {
        let (c, len) = decode(raw);
        let next = raw.get(len).copied().unwrap_or(b' ');
        match reading(c) {
            Reading::Nothing => {}
            Reading::Gap => {
                self.marks.quotation = true;
                self.ascii(b' ', next);
            }
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
                self.letters(b"o");
            }
            Reading::Picture(c) => self.picture(c),
        }
        len
    }

    fn other_letter(&mut self, c: char) {
        self.begin_word();
        self.word.flags |= Word::LETTERS;
        let mut buffer = [0; 4];
        for byte in c.encode_utf8(&mut buffer).bytes() {
            self.put(byte);
        }
    }

    fn picture(&mut self, c: char) {
        self.end_word();
        if self.pictures.len() < PICTURES_MAX && !self.pictures.contains(&c) {
            self.pictures.push(c);
        }
    }
}

/// Eight bytes at once, the first in the lowest bits.
#[derive(Clone, Copy)]
struct Chunk {
    raw: u64,
    lower: u64,
}

/// The byte `b` eight times.
const fn eight(b: u8) -> u64 {
    u64::from_le_bytes([b; 8])
}

impl Chunk {
    /// The first eight bytes of `raw`; zeroes follow where there are fewer.
    #[inline]
    fn read(raw: &[u8]) -> Self {
        let raw = match raw.first_chunk() {
            Some(bytes) => u64::from_le_bytes(*bytes),
            None => {
                let bytes = raw.iter().rev();
                bytes.fold(0, |chunk, byte| chunk << 8 | u64::from(*byte))
            }
        };
        Self { raw, lower: raw | eight(0x20) }
    }

    fn lower(self) -> u64 {
        self.lower
    }

    /// How many of the first bytes are ASCII letters.
    #[inline]
    fn letters(self) -> usize {
        // Bytes below 0x80 that reach 0x80 when this is added are at least `a`, or above `z`.
        let low = self.lower & eight(0x7f);
        let from_a = low.wrapping_add(eight(0x80 - b'a'));
        let above_z = low.wrapping_add(eight(0x7f - b'z'));
        let letters = from_a & !above_z & !self.raw & eight(0x80);
        ((letters ^ eight(0x80)).trailing_zeros() / 8) as usize
    }

    /// Of the first `count` bytes, which are letters, those in upper case: one bit in each byte.
    #[inline]
    fn capitals(self, count: usize) -> u64 {
        let kept = if count == 8 { u64::MAX } else { (1 << (8 * count)) - 1 };
        (!self.raw & eight(0x20) & kept) >> 5
    }

    /// Whether among the first `count` bytes, which are letters, three in a row are the same.
    #[inline]
    fn is_drawn_out(self, count: usize) -> bool {
        if count < 3 {
            return false;
        }
        // A byte here is zero if it is the same as the next; of two such in a row, both are.
        let pairs = self.lower ^ (self.lower >> 8);
        let threes = pairs | pairs >> 8;
        let zeroes = threes.wrapping_sub(eight(1)) & !threes & eight(0x80);
        zeroes & ((1 << (8 * (count - 2))) - 1) != 0
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
