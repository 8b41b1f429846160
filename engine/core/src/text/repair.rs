//! Puts right what only makes sense as a keyword in disguise: `S T O P`, `st-op`, `st0p`, `$top`.
//!
//! Only words in a list are ever made out of others, so that ordinary text stays as it was.

use super::Word;

/// Longest word that is put together out of letters.
const SPELLED_BYTES_MAX: usize = 16;

/// The words that are recognised under a disguise, in folded form.
#[derive(Clone, Debug, Default)]
pub struct Spellings {
    words: Vec<Box<[u8]>>,
}

impl Spellings {
    /// These words, which must be in folded form and of ASCII letters only; others are left out.
    pub fn new(words: impl IntoIterator<Item = impl AsRef<[u8]>>) -> Self {
        let fits = |word: &[u8]| {
            word.len() >= 2
                && word.len() <= SPELLED_BYTES_MAX
                && word.iter().all(u8::is_ascii_lowercase)
        };
        let mut words: Vec<Box<[u8]>> = words
            .into_iter()
            .filter(|word| fits(word.as_ref()))
            .map(|word| word.as_ref().into())
            .collect();
        words.sort();
        words.dedup();
        Self { words }
    }

    /// Whether `word` is one of them.
    pub fn contains(&self, word: &[u8]) -> bool {
        self.words.binary_search_by(|known| (**known).cmp(word)).is_ok()
    }
}

/// Memory to rewrite a text in, and the text as it was last rewritten.
#[derive(Debug, Default)]
pub(super) struct Spare {
    bytes: Vec<u8>,
    words: Vec<Word>,
}

impl Spare {
    /// The folded text and its words.
    pub(super) fn repaired(&self) -> (&[u8], &[Word]) {
        (&self.bytes, &self.words)
    }

    fn push(&mut self, bytes: &[u8], flags: u8) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        self.words.push(Word { start: start as u16, end: self.bytes.len() as u16, flags });
        self.bytes.push(b' ');
    }
}

/// Rewrites a folded text, given as its bytes and its words, into `spare`.
pub(super) fn repair(text: (&[u8], &[Word]), spare: &mut Spare, spellings: &Spellings) {
    spare.bytes.clear();
    spare.words.clear();
    spare.bytes.push(b' ');
    let mut repair = Repair { from: text.0, words: text.1, into: spare, spellings };
    let mut at = 0;
    while at < repair.words.len() {
        at += repair.next(at);
    }
}

struct Repair<'a> {
    from: &'a [u8],
    words: &'a [Word],
    into: &'a mut Spare,
    spellings: &'a Spellings,
}

impl<'a> Repair<'a> {
    /// Writes what the word at `at` should be; gives how many words that took.
    fn next(&mut self, at: usize) -> usize {
        let word = self.words[at];
        if let Some((spelled, count)) = self.spelled_out(at) {
            let capitals = |word: &Word| word.has(Word::CAPITALS);
            let kept = Word::FIRST | Word::JOINED | Word::CAPITAL;
            let mut flags = word.flags & kept | Word::LETTERS;
            if self.words[at..at + count].iter().any(capitals) {
                flags |= Word::CAPITALS;
            }
            self.into.push(spelled.bytes(), flags);
            return count;
        }
        let mixed = Word::LETTERS | Word::DIGITS;
        if word.flags & mixed == mixed || word.has(Word::SIGNS) {
            self.mixed(at);
        } else {
            self.into.push(self.bytes(at), word.flags);
        }
        1
    }

    fn bytes(&self, at: usize) -> &'a [u8] {
        let word = self.words[at];
        &self.from[usize::from(word.start)..usize::from(word.end)]
    }

    /// The longest known word that the words from `at` on spell, and of how many it is made: three
    /// or more single letters, or parts that are joined by hyphens, dots and the like.
    fn spelled_out(&self, at: usize) -> Option<(Spelled, usize)> {
        let mut spelled = Spelled::default();
        let mut best = None;
        let mut spaced = false;
        let mut after_single = true;
        for (count, word) in self.words[at..].iter().enumerate() {
            let part = self.bytes(at + count);
            let joined = word.has(Word::JOINED);
            if count > 0 && !joined {
                spaced = true;
            }
            let single = part.len() == 1;
            // Across a space only single letters go together.
            let fits = count == 0 || joined || single && after_single;
            if !fits || !spelled.append(part) {
                break;
            }
            after_single = single;
            let enough = if spaced { count >= 2 } else { count >= 1 };
            if enough && spelled.len >= 3 {
                let known = spelled.known(self.spellings);
                best = known.map(|word| (word, count + 1)).or(best);
            }
        }
        best
    }

    /// Writes a word of letters, digits and signs: the known word it is meant to look like, or its
    /// parts if signs or a known word part it, or itself.
    fn mixed(&mut self, at: usize) {
        let word = self.words[at];
        let bytes = self.bytes(at);
        let mut spelled = Spelled::default();
        if spelled.append(bytes)
            && let Some(known) = spelled.known(self.spellings)
        {
            self.into.push(known.bytes(), word.flags & !(Word::SIGNS | Word::DIGITS));
            return;
        }
        let parts = || bytes.chunk_by(|a, b| class(*a) == class(*b));
        let parted = word.has(Word::SIGNS) || parts().any(|part| self.spellings.contains(part));
        if !parted {
            self.into.push(bytes, word.flags);
            return;
        }
        let mut first = word.flags & (Word::FIRST | Word::JOINED | Word::CAPITAL);
        let by_sign = |byte: &u8| class(*byte) == Class::Sign;
        for section in bytes.split(by_sign).filter(|part| !part.is_empty()) {
            let split = section
                .chunk_by(|a, b| class(*a) == class(*b))
                .any(|part| self.spellings.contains(part));
            let pieces = section.chunk_by(|a, b| !split || class(*a) == class(*b));
            for piece in pieces {
                let flags = piece.iter().fold(first, |flags, byte| flags | class(*byte).flag());
                self.into.push(piece, flags);
                first = 0;
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    Digit,
    Sign,
}

impl Class {
    fn flag(self) -> u8 {
        match self {
            Self::Letter => Word::LETTERS,
            Self::Digit => Word::DIGITS,
            Self::Sign => 0,
        }
    }
}

fn class(byte: u8) -> Class {
    match byte {
        b'0'..=b'9' => Class::Digit,
        b'$' | b'@' | b'!' | b'|' | b'+' => Class::Sign,
        _ => Class::Letter,
    }
}

/// A word in the making.
#[derive(Clone, Copy, Default)]
struct Spelled {
    bytes: [u8; SPELLED_BYTES_MAX],
    len: usize,
}

impl Spelled {
    fn bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    fn append(&mut self, part: &[u8]) -> bool {
        let Some(room) = self.bytes.get_mut(self.len..self.len + part.len()) else {
            return false;
        };
        room.copy_from_slice(part);
        self.len += part.len();
        true
    }

    /// The known word that this is, or that it becomes with letters for its digits and signs. The
    /// figure one and an exclamation mark may stand for two letters.
    fn known(&self, spellings: &Spellings) -> Option<Self> {
        if spellings.contains(self.bytes()) {
            return Some(*self);
        }
        if self.bytes().iter().all(u8::is_ascii_lowercase) {
            return None;
        }
        [b'i', b'l'].into_iter().find_map(|upright| {
            let mut word = *self;
            for byte in &mut word.bytes[..word.len] {
                *byte = as_letter(*byte, upright);
            }
            spellings.contains(word.bytes()).then_some(word)
        })
    }
}

fn as_letter(byte: u8, upright: u8) -> u8 {
    match byte {
        b'0' => b'o',
        b'1' | b'!' | b'|' => upright,
        b'3' => b'e',
        b'4' | b'@' => b'a',
        b'5' | b'$' => b's',
        b'7' | b'+' => b't',
        b'8' => b'b',
        other => other,
    }
}
