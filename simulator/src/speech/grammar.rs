//! Templates, compiled once from the data files into flat arrays.
//!
//! A rule is a range of picks, repeated by weight, so that one multiplication chooses among them. A
//! pick is a range of parts; a part is eight bytes: some text to copy, and a slot to fill after it.
//! Expanding therefore allocates nothing and looks nothing up by name. A rule that contains itself
//! is refused, which bounds the length of every text before the first one is written.

use super::dice::{Dice, mixed};

mod compile;

pub(super) use compile::{Builder, Flaw};

/// Most bytes of a campaign text that are quoted; phones cut long originals too.
pub(super) const CAMPAIGN_BYTES_MAX: usize = 320;

/// Bytes that are copied at a time; as many follow the last literal.
const STEP: usize = 32;

/// A rule, by its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RuleId(u16);

/// Set in [`Part::at`] where the text has an apostrophe.
const APOSTROPHE: u32 = 1 << 31;

/// Some text, and what follows it.
#[derive(Clone, Copy, Debug, Default)]
struct Part {
    /// Where the text begins in the arena, and [`APOSTROPHE`].
    at: u32,
    len: u16,
    slot: Slot,
}

/// What follows a text: nothing, a rule drawn anew, a rule that is kept, or one of `Special`.
/// Packed, since a part is read for every few bytes that are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Slot(u16);

impl Slot {
    const NONE: Self = Self(u16::MAX);
    const KEPT: u16 = 1 << 14;
    const SPECIAL: u16 = 1 << 15;
    /// Slots of each sort.
    const MAX: u16 = 1 << 14;
}

impl Default for Slot {
    fn default() -> Self {
        Self::NONE
    }
}

#[derive(Clone, Copy, Debug)]
enum Special {
    /// A number from `low`, `span` of them.
    Number { low: u16, span: u16 },
    /// That many digits, the first of them not zero.
    Digits(u8),
    /// The text that is answered.
    Campaign,
    /// Its beginning.
    CampaignCut,
}

#[derive(Clone, Copy, Debug, Default)]
struct Range {
    at: u32,
    len: u32,
}

impl Range {
    #[inline]
    fn of<T>(self, all: &[T]) -> &[T] {
        &all[self.at as usize..(self.at + self.len) as usize]
    }
}

/// What writes one text: its dice, what stays the same throughout, and where it is written to.
#[derive(Debug)]
pub(super) struct Pen<'a> {
    pub(super) dice: Dice,
    /// Decides all kept rules: of one text, or of one customer's texts.
    pub(super) salt: u64,
    /// The text that is answered; empty if unknown.
    pub(super) campaign: &'a str,
    /// Whether templates are written without capitals.
    pub(super) lowercase: bool,
    /// Whether an apostrophe may have been written: a search for one that is not there is saved.
    pub(super) apostrophes: bool,
    pub(super) out: &'a mut Vec<u8>,
}

/// All rules of all languages.
#[derive(Debug, Default)]
pub(super) struct Grammar {
    text: String,
    parts: Vec<Part>,
    picks: Vec<Range>,
    rules: Vec<Range>,
    specials: Vec<Special>,
    /// Most bytes that a rule writes.
    longest: Vec<usize>,
    stock: Option<RuleId>,
    alternatives: usize,
}

impl Grammar {
    /// Writes one expansion of `rule`.
    pub(super) fn expand(&self, rule: RuleId, pen: &mut Pen<'_>) {
        let picks = self.rules[usize::from(rule.0)].of(&self.picks);
        let pick = picks[pen.dice.below(picks.len() as u32) as usize];
        for part in pick.of(&self.parts) {
            self.copy(*part, pen);
            match part.slot {
                Slot::NONE => {}
                Slot(rule) if rule < Slot::MAX => self.expand(RuleId(rule), pen),
                slot => self.fill(slot, pen),
            }
        }
    }

    /// Most bytes that `rule` writes.
    pub(super) fn longest(&self, rule: RuleId) -> usize {
        self.longest[usize::from(rule.0)]
    }

    /// Bytes of the compiled form, of rules and of alternatives, for reports.
    #[cfg(test)]
    pub(super) fn sizes(&self) -> (usize, usize, usize) {
        let parts = size_of_val(&self.parts[..]) + size_of_val(&self.specials[..]);
        let picks = size_of_val(&self.picks[..]) + size_of_val(&self.rules[..]);
        let bytes = self.text.len() + parts + picks;
        (bytes, self.rules.len(), self.alternatives)
    }

    /// Copies the text of a part. Most are short: those are copied with what follows them, in one
    /// step of fixed size, and the excess is cut.
    #[inline]
    fn copy(&self, part: Part, pen: &mut Pen<'_>) {
        let at = (part.at & !APOSTROPHE) as usize;
        let text = &self.text.as_bytes()[at..];
        let len = usize::from(part.len);
        let end = pen.out.len() + len;
        pen.apostrophes |= part.at & APOSTROPHE != 0;
        match text.first_chunk::<STEP>() {
            Some(step) if len <= STEP => {
                let mut step = *step;
                if pen.lowercase {
                    step.make_ascii_lowercase();
                }
                pen.out.extend_from_slice(&step);
                pen.out.truncate(end);
            }
            _ => {
                pen.out.extend_from_slice(&text[..len]);
                if pen.lowercase {
                    pen.out[end - len..].make_ascii_lowercase();
                }
            }
        }
    }

    fn fill(&self, slot: Slot, pen: &mut Pen<'_>) {
        if slot.0 < Slot::SPECIAL {
            let rule = slot.0 - Slot::KEPT;
            let dice = pen.dice;
            pen.dice = Dice::new(mixed(pen.salt, u64::from(rule)));
            self.expand(RuleId(rule), pen);
            pen.dice = dice;
            return;
        }
        match self.specials[usize::from(slot.0 - Slot::SPECIAL)] {
            Special::Number { low, span } => {
                number(u32::from(low) + pen.dice.below(u32::from(span)), pen.out);
            }
            Special::Digits(count) => {
                let low = 10u32.pow(u32::from(count) - 1);
                number(low + pen.dice.below(9 * low), pen.out);
            }
            Special::Campaign => self.campaign(pen),
            Special::CampaignCut => {
                let start = pen.out.len();
                self.campaign(pen);
                let cut = start + 24 + pen.dice.below(40) as usize;
                if cut < pen.out.len() {
                    pen.out.truncate(boundary(pen.out, cut));
                }
            }
        }
    }

    fn campaign(&self, pen: &mut Pen<'_>) {
        let text = pen.campaign.as_bytes();
        if text.len() > CAMPAIGN_BYTES_MAX {
            let end = boundary(text, CAMPAIGN_BYTES_MAX);
            pen.out.extend_from_slice(&text[..end]);
            pen.out.extend_from_slice("…".as_bytes());
        } else if !text.is_empty() {
            pen.out.extend_from_slice(text);
        } else if let Some(rule) = self.stock {
            self.expand(rule, pen);
        }
    }
}

/// The last place at or before `at` where a character begins.
fn boundary(text: &[u8], mut at: usize) -> usize {
    while at > 0 && text[at] & 0xc0 == 0x80 {
        at -= 1;
    }
    at
}

fn number(mut value: u32, out: &mut Vec<u8>) {
    let mut digits = [0; 10];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (value % 10) as u8;
        value /= 10;
        if value == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}
