//! What the model sees of a text: each word, each pair of neighbours, the beginning of long words, and
//! the shape of the whole, as hashes.
//!
//! Beginnings stand for all forms of a word and survive a slip at its end; with them, runs of letters
//! across whole words bring nothing more and cost four times as much.

use crate::hash::stable_hash_bytes;
use crate::text::{Folded, Word};

/// Words of a text that the model reads. What a customer wants is said by then.
pub const WORDS_READ_MAX: usize = 80;

/// Most features of one text: a word, a pair and a beginning for each word, and the shape.
pub const FEATURES_MAX: usize = 3 * WORDS_READ_MAX + 3;

/// Words longer than this have a beginning of their own, which is so long.
const BEGINNING: usize = 4;

/// Lengths of texts are told apart up to here, in words.
const LENGTH_MAX: usize = 12;

/// What a feature is made of; in its hash, so that a word is never taken for a beginning.
#[derive(Clone, Copy)]
enum Kind {
    Word = 1,
    Pair,
    Beginning,
    Question,
    Length,
}

/// What stands before the first word, and after the last.
const EDGE: u64 = 0x5bd1_e995_9e37_79b9;

/// Gives the hash of every feature of `text`, with the words it was made of: an index, and how many.
/// A feature that occurs twice is given twice. The hashes are part of the format of models.
#[inline]
pub fn each_feature(text: &Folded, mut give: impl FnMut(u64, usize, usize)) {
    let words = &text.words()[..text.words().len().min(WORDS_READ_MAX)];
    let mut before = EDGE;
    for (index, word) in words.iter().enumerate() {
        let this = key(text, *word);
        give(hash(Kind::Word, this, 0), index, 1);
        give(hash(Kind::Pair, before, this), index.saturating_sub(1), 2.min(index + 1));
        if usize::from(word.end - word.start) > BEGINNING {
            give(hash(Kind::Beginning, text.head(*word) & 0xffff_ffff, 0), index, 1);
        }
        before = this;
    }
    if !words.is_empty() {
        give(hash(Kind::Pair, before, EDGE), words.len() - 1, 1);
        give(hash(Kind::Length, words.len().min(LENGTH_MAX) as u64, 0), 0, 0);
    }
    if text.marks().questions > 0 {
        give(hash(Kind::Question, 0, 0), 0, 0);
    }
}

/// What stands for a word. Numbers are all alike: which number it is says nothing.
#[inline]
fn key(text: &Folded, word: Word) -> u64 {
    if word.has(Word::DIGITS) {
        return number(&text.bytes()[usize::from(word.start)..usize::from(word.end)]);
    }
    if word.end - word.start > 8 {
        let bytes = &text.bytes()[usize::from(word.start)..usize::from(word.end)];
        return stable_hash_bytes(1, bytes);
    }
    text.head(word)
}

/// A word with digits, each run of them taken for one zero.
fn number(word: &[u8]) -> u64 {
    let mut shape = [0; 8];
    let mut len = 0;
    let mut after_digit = false;
    for byte in word {
        let is_digit = byte.is_ascii_digit();
        if !(is_digit && after_digit) && len < shape.len() {
            shape[len] = if is_digit { b'0' } else { *byte };
            len += 1;
        }
        after_digit = is_digit;
    }
    u64::from_le_bytes(shape)
}

#[inline]
fn hash(kind: Kind, a: u64, b: u64) -> u64 {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let mixed = (a ^ (kind as u64) << 59).wrapping_mul(ODD);
    let mixed = (mixed ^ mixed >> 32 ^ b).wrapping_mul(0xd6e8_feb8_6659_fd93);
    mixed ^ mixed >> 32
}
