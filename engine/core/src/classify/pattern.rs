//! Patterns over words: how a rule says what it looks for, and how it is found.
//!
//! A pattern is a row of items that match one word after another within one sentence:
//!
//! ```text
//! word        that word              <set>       any word or phrase of the set
//! (a | b c)   one of these           (a | <b> | $) the same, or the end of the sentence
//! _           any word
//! ..3         up to three words      ...         any words, into later sentences as well
//! x? x*       x once or not at all; x any number of times
//! ^ $         start, end of the sentence         ^^ $$   start, end of the message
//! !x          no x comes next (written first: no x stands before)
//! !!x         no x comes later in the sentence (written first: none stands earlier)
//! ```
//!
//! Matching does all places of a window at once: where a pattern may stand is a 64-bit set of
//! positions, and an item moves or drops them. Its cost does not depend on the text, so no text is
//! slow, and nothing backtracks.

use super::window::View;

/// A set of words, as an index into the rule book's list.
pub(super) type SetId = u16;

/// One item of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Item {
    /// A word or phrase of the set.
    One(SetId),
    /// The same, or the end of the sentence.
    OneOrEnd(SetId),
    /// A word or phrase of the set, or nothing.
    Maybe(SetId),
    /// Any number of them.
    Many(SetId),
    /// Any word.
    Any,
    /// At most so many words of any kind.
    Gap(u8),
    /// Any words up to the end of the message.
    Later,
    /// The start of a sentence.
    SentenceStart,
    /// The end of a sentence.
    SentenceEnd,
    /// The start of the message.
    MessageStart,
    /// The end of the message.
    MessageEnd,
    /// The next word is not of the set.
    NotNext(SetId),
    /// The word before is not of the set.
    NotBefore(SetId),
    /// No word of the set comes later in the sentence.
    NotLater(SetId),
    /// No word of the set stands earlier in the sentence.
    NotEarlier(SetId),
}

/// What a rule may see of a window.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sight {
    /// The words that it may match by name.
    pub(super) live: u64,
    /// The places that it may not cross: the ends of sentences, or that of the message.
    pub(super) edges: u64,
}

/// Positions between words: bit `i` stands before word `i`. Those in `open` may go on to the next
/// word, those in `ended` are at the end of a sentence that the pattern has entered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Places {
    open: u64,
    ended: u64,
}

impl Places {
    fn all(window: View<'_>) -> Self {
        Self { open: window.all_places(), ended: 0 }
    }

    /// Whether there are none.
    pub(super) fn is_empty(self) -> bool {
        self.open | self.ended == 0
    }

    /// The first of them.
    fn first(self) -> Option<u32> {
        let bits = self.open | self.ended;
        (bits != 0).then(|| bits.trailing_zeros())
    }

    fn with(self, other: Self) -> Self {
        Self { open: self.open | other.open, ended: self.ended | other.ended }
    }

    fn among(self, mask: u64) -> Self {
        Self { open: self.open & mask, ended: self.ended & mask }
    }

    /// Sorts positions after a word into those that may go on and those at a sentence's end.
    fn after(bits: u64, sight: Sight) -> Self {
        Self { open: bits & !sight.edges, ended: bits & sight.edges }
    }
}

/// Most items of a pattern.
pub(super) const ITEMS_MAX: usize = 24;

/// Where `items` match in `window`: the positions after their last word.
pub(super) fn find(items: &[Item], window: View<'_>, sight: Sight) -> Places {
    let mut places = Places::all(window);
    for item in items {
        places = step(*item, places, window, sight);
        if places.is_empty() {
            break;
        }
    }
    places
}

/// The first match of `items` as a range of words, the shortest that ends there.
pub(super) fn span(items: &[Item], window: View<'_>, sight: Sight) -> Option<(u32, u32)> {
    let end = find(items, window, sight).first()?;
    (0..=end).rev().find_map(|start| {
        let mut places = Places { open: 1 << start, ended: 0 };
        for item in items {
            places = step(*item, places, window, sight);
        }
        let reached = places.among(1 << end);
        (!reached.is_empty()).then_some((start, end))
    })
}

/// All words that are part of some match of `items`, as a set of positions.
pub(super) fn covered(items: &[Item], window: View<'_>, sight: Sight) -> u64 {
    let mut covered = 0;
    for start in 0..window.len() {
        let mut places = Places { open: 1 << start, ended: 0 };
        for item in items {
            places = step(*item, places, window, sight);
            if places.is_empty() {
                break;
            }
        }
        if let Some(end) = places.first() {
            covered |= (1u64 << end) - (1 << start);
        }
    }
    covered
}

#[inline]
fn step(item: Item, places: Places, window: View<'_>, sight: Sight) -> Places {
    match item {
        Item::One(set) => consume(set, places.open, window, sight),
        Item::OneOrEnd(set) => {
            let mut reached = consume(set, places.open, window, sight);
            reached.ended |= places.ended;
            reached
        }
        Item::Maybe(set) => places.with(consume(set, places.open, window, sight)),
        Item::Many(set) => many(set, places, window, sight),
        Item::Any => any(places.open, window, sight),
        Item::Gap(words) => {
            let mut reached = places;
            let mut edge = places;
            for _ in 0..words {
                edge = any(edge.open, window, sight);
                reached = reached.with(edge);
            }
            reached
        }
        Item::Later => Places {
            open: window.all_places() & places.first().map_or(0, |first| !0 << first),
            ended: 0,
        },
        Item::SentenceStart => places.among(window.starts()),
        Item::SentenceEnd => places.among(window.starts()),
        Item::MessageStart => places.among(window.message_start()),
        Item::MessageEnd => places.among(window.message_end()),
        Item::NotNext(set) => Places { open: places.open & !window.at(set), ended: places.ended },
        Item::NotBefore(set) => {
            let before = window.covered_by(set) << 1 & !window.starts();
            places.among(!before)
        }
        Item::NotLater(set) => {
            Places { open: places.open & !window.at_or_later(window.at(set)), ended: places.ended }
        }
        Item::NotEarlier(set) => places.among(!window.after(window.covered_by(set))),
    }
}

#[inline]
fn consume(set: SetId, open: u64, window: View<'_>, sight: Sight) -> Places {
    let mut bits = (open & window.words_of(set) & sight.live) << 1;
    if window.has_phrases(set) {
        bits |= consume_phrases(set, open, window, sight);
    }
    Places::after(bits, sight)
}

fn consume_phrases(set: SetId, open: u64, window: View<'_>, sight: Sight) -> u64 {
    let mut bits = 0;
    for phrase in window.phrases_of(set) {
        let words = ((1u64 << phrase.len) - 1) << phrase.at;
        if open & 1 << phrase.at != 0 && sight.live & words == words {
            bits |= 1 << (phrase.at + phrase.len);
        }
    }
    bits
}

fn any(open: u64, window: View<'_>, sight: Sight) -> Places {
    Places::after((open & window.words()) << 1, sight)
}

fn many(set: SetId, places: Places, window: View<'_>, sight: Sight) -> Places {
    let mut reached = places;
    let mut edge = places;
    loop {
        let next = consume(set, edge.open, window, sight);
        edge = Places { open: next.open & !reached.open, ended: next.ended & !reached.ended };
        if edge.is_empty() {
            return reached;
        }
        reached = reached.with(edge);
    }
}
