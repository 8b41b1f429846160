//! Where the words that rules speak of stand in a stretch of folded text.

use std::cell::Cell;

use super::pattern::SetId;
use super::vocabulary::{EntryId, Vocabulary, form};
use crate::text::{Folded, Word};

/// Most words in a window: one bit each, and one for the place after the last.
pub(super) const WORDS_MAX: usize = 63;

/// How far the next window of a long text starts after this one. Windows overlap, so that nothing
/// of up to sixteen words is cut by an edge.
pub(super) const WORDS_STEP: usize = WORDS_MAX - 16;

/// Most phrases that are noted in one window. A word begins a few at most, so no honest text comes near.
const PHRASES_MAX: usize = 256;

/// A phrase of several words.
#[derive(Clone, Copy, Debug)]
pub(super) struct Phrase {
    pub(super) entry: EntryId,
    /// Its first word.
    pub(super) at: u32,
    /// Its words.
    pub(super) len: u32,
}

/// Where the words of a set stand, once somebody has asked.
#[derive(Clone, Copy, Debug, Default)]
struct Asked {
    /// The window for which it was asked.
    stamp: u64,
    words: u64,
    has_phrases: bool,
}

/// A stretch of folded text as rules see it. Reused from text to text.
#[derive(Debug, Default)]
pub(super) struct Window {
    /// Its first word in the text, and how many it has.
    from: usize,
    len: u32,
    /// First words of sentences, and the place after the last word of the window.
    starts: u64,
    /// The first place, if the message starts there.
    message_start: u64,
    /// The place after the last word, and the one after the last picture.
    message_end: u64,
    /// Each word as a node of the vocabulary, and as an entry.
    nodes: Vec<u16>,
    entries: Vec<EntryId>,
    phrases: Vec<Phrase>,
    /// Counts windows, so that what was asked of an earlier one is known to be old.
    stamp: u64,
    asked: Vec<Cell<Asked>>,
    /// The sets that may occur, one bit each, if it has been worked out.
    present: Vec<u64>,
    knows_present: bool,
}

impl Window {
    /// The words of the window, each as an entry of the vocabulary.
    pub(super) fn entries(&self) -> &[EntryId] {
        &self.entries
    }

    /// The phrases of several words that occur.
    pub(super) fn phrases(&self) -> &[Phrase] {
        &self.phrases
    }

    /// The words that no rule speaks of.
    pub(super) fn unknown(&self) -> u64 {
        let entries = self.entries.iter().enumerate();
        entries.fold(0, |bits, (at, entry)| bits | u64::from(*entry == EntryId(0)) << at)
    }

    /// The window, with the text and the vocabulary that it was read with.
    pub(super) fn view<'a>(&'a self, text: &'a Folded, vocabulary: &'a Vocabulary) -> View<'a> {
        View { window: self, text, vocabulary }
    }

    /// Reads the words of `text` from `from` on; gives how many there were.
    pub(super) fn read(&mut self, text: &Folded, from: usize, vocabulary: &Vocabulary) -> usize {
        let words = &text.words()[from..];
        let words = &words[..words.len().min(WORDS_MAX)];
        self.begin(vocabulary.sets_len(), from, words.len());
        if from + words.len() == text.words().len() {
            self.message_end = 1 << self.len;
            if let Some(plain) = text.plain_words().checked_sub(from)
                && plain > 0
            {
                self.message_end |= 1 << plain;
            }
        }
        for (index, word) in words.iter().enumerate() {
            self.starts |= u64::from(word.flags & Word::FIRST) << index;
            self.nodes.push(vocabulary.node(text, *word));
        }
        for at in 0..words.len() {
            let info = vocabulary.info(self.nodes[at]);
            self.entries.push(info.entry);
            if info.goes_on {
                self.phrases_from(at, vocabulary);
            }
        }
        words.len()
    }

    /// Works out which sets occur. Those that have forms are taken to.
    pub(super) fn find_present(&mut self, vocabulary: &Vocabulary) {
        self.knows_present = true;
        self.present.clear();
        self.present.extend_from_slice(vocabulary.sets_of_forms());
        let words = self.entries.iter().filter(|entry| **entry != EntryId(0));
        let phrases = self.phrases.iter().map(|phrase| &phrase.entry);
        for entry in words.chain(phrases) {
            let sets = vocabulary.sets_of(*entry);
            for (present, sets) in self.present.iter_mut().zip(sets) {
                *present |= sets;
            }
        }
    }

    /// Notes the phrases that begin at the word `at`. None goes over the end of a sentence.
    fn phrases_from(&mut self, at: usize, vocabulary: &Vocabulary) {
        let mut node = self.nodes[at];
        for (last, word) in self.nodes.iter().enumerate().skip(at + 1) {
            if *word == 0 || self.starts >> last & 1 != 0 {
                return;
            }
            node = vocabulary.chain(node, *word);
            let info = vocabulary.info(node);
            if info.entry != EntryId(0) && self.phrases.len() < PHRASES_MAX {
                self.phrases.push(Phrase {
                    entry: info.entry,
                    at: at as u32,
                    len: (last + 1 - at) as u32,
                });
            }
            if !info.goes_on {
                return;
            }
        }
    }

    fn begin(&mut self, sets: usize, from: usize, words: usize) {
        self.from = from;
        self.len = words as u32;
        self.starts = 1 << words;
        self.message_start = u64::from(from == 0);
        self.message_end = 0;
        self.nodes.clear();
        self.entries.clear();
        self.phrases.clear();
        self.stamp += 1;
        self.knows_present = false;
        if self.asked.len() != sets {
            self.asked.clear();
            self.asked.resize_with(sets, Cell::default);
        }
    }
}

/// A window together with the vocabulary that says which word belongs to which set.
#[derive(Clone, Copy, Debug)]
pub(super) struct View<'a> {
    window: &'a Window,
    text: &'a Folded,
    vocabulary: &'a Vocabulary,
}

impl View<'_> {
    /// How many words are in it.
    pub(super) fn len(self) -> u32 {
        self.window.len
    }

    /// One bit for each word.
    #[inline]
    pub(super) fn words(self) -> u64 {
        (1 << self.window.len) - 1
    }

    /// One bit for each word, and one for the place after the last.
    #[inline]
    pub(super) fn all_places(self) -> u64 {
        self.words() << 1 | 1
    }

    /// Places where a sentence starts or ends.
    #[inline]
    pub(super) fn starts(self) -> u64 {
        self.window.starts
    }

    /// The first place, if the message starts there.
    pub(super) fn message_start(self) -> u64 {
        self.window.message_start
    }

    /// The places where the message ends: with its words, and with its pictures.
    pub(super) fn message_end(self) -> u64 {
        self.window.message_end
    }

    /// Whether `set` may occur.
    #[inline]
    pub(super) fn may_have(self, set: SetId) -> bool {
        if self.window.knows_present {
            let present = self.window.present[usize::from(set / 64)];
            return present.wrapping_shr(u32::from(set)) & 1 != 0;
        }
        self.has(set)
    }

    /// Where single words of `set` stand, and whether it has phrases in the window.
    #[inline]
    fn asked(self, set: SetId) -> Asked {
        let cell = &self.window.asked[usize::from(set)];
        let asked = cell.get();
        if asked.stamp == self.window.stamp {
            return asked;
        }
        let asked = self.answer(set);
        cell.set(asked);
        asked
    }

    fn answer(self, set: SetId) -> Asked {
        let of_set = self.vocabulary.column(set);
        let mut words = 0u64;
        for entry in self.window.entries.iter().rev() {
            words = words << 1 | u64::from(of_set.has(*entry));
        }
        let forms = self.vocabulary.forms_of(set);
        if forms != 0 {
            words |= self.of_form(forms);
        }
        let mut phrases = self.window.phrases.iter();
        Asked {
            stamp: self.window.stamp,
            words,
            has_phrases: phrases.any(|phrase| of_set.has(phrase.entry)),
        }
    }

    /// The words that have any of these forms, one bit each.
    fn of_form(self, forms: u8) -> u64 {
        let words = &self.text.words()[self.window.from..];
        let entries = self.window.entries.iter().zip(words).enumerate();
        entries.fold(0, |bits, (at, (entry, word))| {
            let ing = || self.text.bytes()[..usize::from(word.end)].ends_with(b"ing");
            let unknown = *entry == EntryId(0);
            let digits = word.has(Word::DIGITS);
            let has = [
                (form::NUMBER, digits && !word.has(Word::LETTERS)),
                (form::MIXED, digits && word.has(Word::LETTERS)),
                (form::CAPITALS, word.has(Word::CAPITALS)),
                (form::UNKNOWN, unknown),
                (form::NAME, unknown && word.has(Word::CAPITAL) && !word.has(Word::FIRST)),
                (form::ING, ing()),
            ];
            let mut wanted = has.iter().filter(|(form, _)| forms >> form & 1 != 0);
            bits | u64::from(wanted.any(|(_, is)| *is)) << at
        })
    }

    /// Where single words of `set` stand.
    #[inline]
    pub(super) fn words_of(self, set: SetId) -> u64 {
        self.asked(set).words
    }

    /// Whether the window has phrases of several words that belong to `set`.
    #[inline]
    pub(super) fn has_phrases(self, set: SetId) -> bool {
        self.asked(set).has_phrases
    }

    /// The phrases of several words that belong to `set`.
    pub(super) fn phrases_of(self, set: SetId) -> impl Iterator<Item = Phrase> {
        let phrases = if self.has_phrases(set) { &self.window.phrases[..] } else { &[] };
        let of_set = move |phrase: &&Phrase| self.vocabulary.belongs(phrase.entry, set);
        phrases.iter().filter(of_set).copied()
    }

    /// Where words and phrases of `set` begin.
    pub(super) fn at(self, set: SetId) -> u64 {
        let phrases = self.phrases_of(set);
        phrases.fold(self.words_of(set), |bits, phrase| bits | 1 << phrase.at)
    }

    /// All words that are of `set`, or of a phrase of it.
    pub(super) fn covered_by(self, set: SetId) -> u64 {
        let phrases = self.phrases_of(set);
        phrases.fold(self.words_of(set), |bits, phrase| bits | ((1 << phrase.len) - 1) << phrase.at)
    }

    /// Whether `set` occurs.
    pub(super) fn has(self, set: SetId) -> bool {
        let asked = self.asked(set);
        asked.words != 0 || asked.has_phrases
    }

    /// The places from which one of `bits` is reached without leaving the sentence.
    pub(super) fn at_or_later(self, mut bits: u64) -> u64 {
        let mut passable = !(self.starts() >> 1);
        for shift in [1, 2, 4, 8, 16, 32] {
            bits |= bits >> shift & passable;
            passable &= passable >> shift;
        }
        bits
    }

    /// The places that come after one of `bits` without leaving the sentence.
    pub(super) fn after(self, bits: u64) -> u64 {
        let mut passable = !self.starts();
        let mut bits = bits << 1 & passable;
        for shift in [1, 2, 4, 8, 16, 32] {
            bits |= bits << shift & passable;
            passable &= passable << shift;
        }
        bits
    }
}
