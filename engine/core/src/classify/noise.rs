//! Text that no person wrote to the brand: reactions told by their frame, empty and mashed text. What
//! phones, offices, carriers and robots say is in the rules.

use super::book::Book;
use super::findings::Findings;
use super::rule::BuiltIn;
use super::{Noise, RuleId};
use crate::text::{Folded, Spellings};

/// Evidence that is enough to call a text noise.
pub(super) const WEIGHT_ENOUGH: u16 = 10;

/// The kind of noise for which the rules found the most evidence, if it is enough.
pub(super) fn decide(findings: &Findings) -> Option<(Noise, RuleId)> {
    let mut best = None;
    for kind in Noise::ALL {
        let evidence = findings.noise(*kind);
        let heavier = best.is_none_or(|(_, _, weight)| evidence.weight > weight);
        if evidence.weight >= WEIGHT_ENOUGH && heavier {
            best = Some((*kind, evidence.rule, evidence.weight));
        }
    }
    best.map(|(kind, rule, _)| (kind, rule))
}

/// What the frame of a reaction makes of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Frame<'a> {
    /// It is not a reaction.
    None,
    /// The reaction is all there is.
    Whole(RuleId),
    /// The customer added words of their own, from here on.
    Tail(&'a [u8]),
}

/// What stands around the quotation in a reaction, in each language of each phone.
#[derive(Clone, Debug)]
pub(super) struct Frames {
    before: Vec<String>,
    after: Vec<String>,
}

/// Longest text before or after the quotation of a reaction, in bytes.
const AROUND_BYTES_MAX: usize = 80;

/// Pairs of quotation marks, in the order in which they are looked for.
const QUOTES: [(&str, &str); 8] = [
    ("“", "”"),
    ("„", "“"),
    ("«", "»"),
    ("「", "」"),
    ("\"", "\""),
    ("‘", "’"),
    ("”", "”"),
    ("'", "'"),
];

/// Android frames its reactions in hair spaces, with the picture between characters of no width.
const HAIR: char = '\u{200a}';
const NO_WIDTH: [char; 2] = ['\u{200b}', '\u{200c}'];

impl Frames {
    pub(super) fn new(book: &Book) -> Self {
        Self {
            before: book.list("reaction_before").to_vec(),
            after: book.list("reaction_after").to_vec(),
        }
    }

    /// Looks for the frame of a reaction around all of `raw`.
    pub(super) fn read<'a>(&self, raw: &'a [u8], spare: &mut Folded) -> Frame<'a> {
        let may_quote = |byte: &u8| *byte >= 0x80 || *byte == b'"' || *byte == b'\'';
        if !raw.iter().any(may_quote) {
            return Frame::None;
        }
        let valid = raw.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        if let Some(frame) = invisible(valid, spare) {
            return frame;
        }
        for (open, close) in QUOTES {
            if let Some(frame) = self.quoted(valid, open, close, spare) {
                return frame;
            }
        }
        Frame::None
    }

    fn quoted<'a>(
        &self,
        text: &'a str,
        open: &str,
        close: &str,
        spare: &mut Folded,
    ) -> Option<Frame<'a>> {
        // What stands before may hold a quotation too: `A ajouté un « J’aime » à « … »`.
        let opens = text.match_indices(open).take(2);
        opens.map(|(at, _)| at).find_map(|at| {
            let (before, rest) = (&text[..at], &text[at + open.len()..]);
            self.framed(before, rest, close, spare)
        })
    }

    fn framed<'a>(
        &self,
        before: &str,
        rest: &'a str,
        close: &str,
        spare: &mut Folded,
    ) -> Option<Frame<'a>> {
        if before.len() > AROUND_BYTES_MAX {
            return None;
        }
        // Originals hold quotation marks too, so the last one closes.
        let (quoted, after) = rest.rsplit_once(close).unwrap_or((rest, ""));
        let by_before = self.is_before(before, spare);
        if !by_before && !is_blank(before, spare) || quoted.trim().is_empty() {
            return None;
        }
        let whole = Frame::Whole(BuiltIn::ReactionFrame.id());
        if is_blank(after, spare) {
            // A quotation on its own is no reaction, however it may have come.
            return by_before.then_some(whole);
        }
        if after.len() <= AROUND_BYTES_MAX && self.is_after(after, spare) {
            return Some(whole);
        }
        by_before.then_some(Frame::Tail(after.as_bytes()))
    }

    fn is_before(&self, before: &str, spare: &mut Folded) -> bool {
        let words = folded_words(before, spare);
        if words.is_empty() {
            return false;
        }
        let known = |list: &[String]| list.binary_search_by(|w| w.as_bytes().cmp(words)).is_ok();
        known(&self.before)
    }

    fn is_after(&self, after: &str, spare: &mut Folded) -> bool {
        let words = folded_words(after, spare);
        self.after.binary_search_by(|w| w.as_bytes().cmp(words)).is_ok()
    }
}

/// The plain words of `text` in folded form, without the spaces at the ends; pictures are left out.
fn folded_words<'a>(text: &str, spare: &'a mut Folded) -> &'a [u8] {
    spare.fold(text.as_bytes(), &Spellings::default());
    match spare.plain_words().checked_sub(1) {
        Some(last) => &spare.bytes()[1..usize::from(spare.words()[last].end)],
        None => &[],
    }
}

fn is_blank(text: &str, spare: &mut Folded) -> bool {
    folded_words(text, spare).is_empty()
}

/// Reads the frame of an Android reaction, which is the same in every language.
fn invisible<'a>(text: &'a str, spare: &mut Folded) -> Option<Frame<'a>> {
    let inner = text.trim_start_matches(' ').strip_prefix(HAIR)?;
    let (_, rest) = inner.split_once(NO_WIDTH)?;
    let (picture, rest) = rest.split_once(NO_WIDTH)?;
    if picture.is_empty() || picture.len() > 40 {
        return None;
    }
    let after = rest.rsplit_once(HAIR).map_or("", |(_, after)| after);
    let frame = if is_blank(after, spare) {
        Frame::Whole(BuiltIn::ReactionFrame.id())
    } else {
        Frame::Tail(after.as_bytes())
    };
    Some(frame)
}

/// Whether a text says nothing: no words and no pictures, or keys hit at random.
pub(super) fn nothing(text: &Folded, is_unknown: impl Fn(usize) -> bool) -> Option<RuleId> {
    if text.words().is_empty() {
        // A question mark alone asks back; other punctuation alone says nothing.
        return (text.marks().questions == 0).then(|| BuiltIn::Empty.id());
    }
    let plain = text.plain_words();
    if plain == 0 || plain > 6 || plain < text.words().len() {
        return None;
    }
    let word = text.word(0);
    let held_down = plain == 1 && word.len() == 3 && word.iter().all(|byte| *byte == word[0]);
    // A held K is laughter in Portuguese, a held M is delight, a held Z is sleep.
    let held_down =
        held_down && text.marks().letters >= 5 && !matches!(word[0], b'k' | b'm' | b'z');
    let mashed = (0..plain).all(|at| is_unknown(at) && is_mash(text.word(at)));
    (held_down || mashed).then(|| BuiltIn::Mash.id())
}

/// Letters without the make of a word: a run along the keyboard, no vowel in five letters, or more
/// consonants in a row than words have.
fn is_mash(word: &[u8]) -> bool {
    if word.len() < 3 || !word.iter().all(u8::is_ascii_lowercase) {
        return false;
    }
    let vowels = word.iter().filter(|byte| is_vowel(byte)).count();
    let consonants = word.split(is_vowel).map(<[u8]>::len).max().unwrap_or(0);
    let neighbours = word.windows(2).filter(|pair| touch(pair[0], pair[1])).count();
    let along_a_row = neighbours * 4 >= (word.len() - 1) * 3;
    let short = word.len() < 5;
    along_a_row && (!short || vowels == 0)
        || word.len() >= 4 && is_run(word)
        || !short && (vowels == 0 || consonants >= 5 || vowels * 6 < word.len())
}

fn is_vowel(byte: &u8) -> bool {
    matches!(byte, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
}

/// Whether the keys follow each other in one direction, as in `asdf`.
fn is_run(word: &[u8]) -> bool {
    let mut steps = word.windows(2).map(|pair| step(pair[0], pair[1]));
    let first = steps.next().flatten();
    matches!(first, Some(1 | -1)) && steps.all(|step| step == first)
}

/// Whether two keys are neighbours in one row.
fn touch(a: u8, b: u8) -> bool {
    matches!(step(a, b), Some(1 | -1))
}

/// How far it is from one key to another in the same row, in keys to the right.
fn step(a: u8, b: u8) -> Option<isize> {
    const ROWS: [&[u8]; 3] = [b"qwertyuiop", b"asdfghjkl", b"zxcvbnm"];
    ROWS.iter().find_map(|row| {
        let place = |key| row.iter().position(|k| *k == key);
        Some(place(b)? as isize - place(a)? as isize)
    })
}
