//! Where the words that rules speak of stand in a stretch of folded text.

use aho_corasick::Anchored;
use aho_corasick::automaton::{Automaton, StateID};

use super::pattern::SetId;
use super::vocabulary::Vocabulary;
use crate::text::{Folded, Word};

/// Most words in a window: one bit each, and one for the place after the last.
pub(super) const WORDS_MAX: usize = 63;

/// How far the next window of a long text starts after this one. Windows overlap, so that nothing
/// of up to sixteen words is cut by an edge.
pub(super) const WORDS_STEP: usize = WORDS_MAX - 16;

/// A phrase of several words that belongs to a set.
#[derive(Clone, Copy, Debug)]
pub(super) struct Phrase {
    pub(super) set: SetId,
    /// Its first word.
    pub(super) at: u32,
    /// Its words.
    pub(super) len: u32,
}

/// A stretch of folded text as rules see it. Reused from text to text.
#[derive(Debug, Default)]
pub(super) struct Window {
    len: u32,
    /// First words of sentences, and the place after the last word of the window.
    starts: u64,
    /// The first place, if the message starts there.
    message_start: u64,
    /// The place after the last word, and the one after the last picture.
    message_end: u64,
    /// For each set, where its single words stand.
    words_of: Vec<u64>,
    /// For each set, whether it occurs.
    seen: Vec<bool>,
    /// Sets that occur, each once, in the order of their first word.
    touched: Vec<SetId>,
    phrases: Vec<Phrase>,
}

impl Window {
    /// How many words are in it.
    pub(super) fn len(&self) -> u32 {
        self.len
    }

    /// The sets that occur.
    pub(super) fn touched(&self) -> &[SetId] {
        &self.touched
    }

    /// The phrases of several words that occur.
    #[inline]
    pub(super) fn phrases(&self) -> &[Phrase] {
        &self.phrases
    }

    /// One bit for each word.
    #[inline]
    pub(super) fn words(&self) -> u64 {
        (1 << self.len) - 1
    }

    /// One bit for each word, and one for the place after the last.
    #[inline]
    pub(super) fn all_places(&self) -> u64 {
        self.words() << 1 | 1
    }

    /// Places where a sentence starts or ends.
    #[inline]
    pub(super) fn starts(&self) -> u64 {
        self.starts
    }

    /// The first place, if the message starts there.
    pub(super) fn message_start(&self) -> u64 {
        self.message_start
    }

    /// The places where the message ends: with its words, and with its pictures.
    pub(super) fn message_end(&self) -> u64 {
        self.message_end
    }

    /// Where single words of `set` stand.
    #[inline]
    pub(super) fn words_of(&self, set: SetId) -> u64 {
        self.words_of[usize::from(set)]
    }

    /// Where words and phrases of `set` begin.
    pub(super) fn at(&self, set: SetId) -> u64 {
        let phrases = self.phrases.iter().filter(|phrase| phrase.set == set);
        phrases.fold(self.words_of(set), |bits, phrase| bits | 1 << phrase.at)
    }

    /// All words that are of `set`, or of a phrase of it.
    pub(super) fn covered_by(&self, set: SetId) -> u64 {
        let phrases = self.phrases.iter().filter(|phrase| phrase.set == set);
        phrases.fold(self.words_of(set), |bits, phrase| bits | ((1 << phrase.len) - 1) << phrase.at)
    }

    /// Whether `set` occurs.
    pub(super) fn has(&self, set: SetId) -> bool {
        self.seen[usize::from(set)]
    }

    /// The places from which one of `bits` is reached without leaving the sentence.
    pub(super) fn at_or_later(&self, mut bits: u64) -> u64 {
        let mut passable = !(self.starts >> 1);
        for shift in [1, 2, 4, 8, 16, 32] {
            bits |= bits >> shift & passable;
            passable &= passable >> shift;
        }
        bits
    }

    /// The places that come after one of `bits` without leaving the sentence.
    pub(super) fn after(&self, bits: u64) -> u64 {
        let mut passable = !self.starts;
        let mut bits = bits << 1 & passable;
        for shift in [1, 2, 4, 8, 16, 32] {
            bits |= bits << shift & passable;
            passable &= passable << shift;
        }
        bits
    }

    /// Reads the words of `text` from `from` on; gives how many there were.
    pub(super) fn read(&mut self, text: &Folded, from: usize, vocabulary: &Vocabulary) -> usize {
        self.clear(vocabulary.sets_len());
        let words = &text.words()[from..];
        let words = &words[..words.len().min(WORDS_MAX)];
        self.len = words.len() as u32;
        self.starts = 1 << self.len;
        self.message_start = u64::from(from == 0);
        self.message_end = 0;
        if from + words.len() == text.words().len() {
            self.message_end = 1 << self.len;
            if let Some(plain) = text.plain_words().checked_sub(from)
                && plain > 0
            {
                self.message_end |= 1 << plain;
            }
        }
        let automaton = vocabulary.automaton();
        let mut state = vocabulary.word_start();
        for (index, word) in words.iter().enumerate() {
            if word.has(Word::FIRST) {
                self.starts |= 1 << index;
            }
            let end = text.word_end(from + index);
            let bytes = &text.bytes()[usize::from(word.start)..=end];
            for byte in bytes {
                state = automaton.next_state(Anchored::No, state, *byte);
            }
            let known = automaton.is_match(state) && self.known(state, index as u32, vocabulary);
            self.sort_of_word(*word, bytes, index, known, vocabulary);
        }
        words.len()
    }

    /// Notes the words and phrases that end at `index`; whether the word itself is one.
    fn known(&mut self, state: StateID, index: u32, vocabulary: &Vocabulary) -> bool {
        let automaton = vocabulary.automaton();
        let mut known = false;
        for nth in 0..automaton.match_len(state) {
            let entry = vocabulary.entry(automaton.match_pattern(state, nth));
            let len = entry.words;
            if len == 1 {
                known = true;
                for set in entry.sets {
                    self.touch(*set);
                    self.words_of[usize::from(*set)] |= 1 << index;
                }
                continue;
            }
            let Some(at) = (index + 1).checked_sub(len) else {
                continue;
            };
            let inner = ((1u64 << (len - 1)) - 1) << (at + 1);
            if self.starts & inner == 0 {
                for set in entry.sets {
                    self.touch(*set);
                    self.phrases.push(Phrase { set: *set, at, len });
                }
            }
        }
        known
    }

    /// Notes what a word is by its form: a number, an unknown word, and so on.
    fn sort_of_word(
        &mut self,
        word: Word,
        bytes: &[u8],
        index: usize,
        known: bool,
        vocabulary: &Vocabulary,
    ) {
        let forms = vocabulary.forms();
        let bit = 1 << index;
        let mut note = |sets: &[SetId]| {
            for set in sets {
                self.touch(*set);
                self.words_of[usize::from(*set)] |= bit;
            }
        };
        if word.has(Word::DIGITS) {
            note(if word.has(Word::LETTERS) { &forms.mixed } else { &forms.number });
        }
        if word.has(Word::CAPITALS) {
            note(&forms.capitals);
        }
        if !known {
            note(&forms.unknown);
            if word.has(Word::CAPITAL) && !word.has(Word::FIRST) {
                note(&forms.name);
            }
        }
        if bytes.ends_with(b"ing ") {
            note(&forms.ing);
        }
    }

    fn touch(&mut self, set: SetId) {
        let seen = &mut self.seen[usize::from(set)];
        if !*seen {
            *seen = true;
            self.touched.push(set);
        }
    }

    fn clear(&mut self, sets: usize) {
        for set in self.touched.drain(..) {
            self.words_of[usize::from(set)] = 0;
            self.seen[usize::from(set)] = false;
        }
        if self.words_of.len() != sets {
            self.words_of.clear();
            self.words_of.resize(sets, 0);
            self.seen.clear();
            self.seen.resize(sets, false);
        }
        self.phrases.clear();
    }
}
