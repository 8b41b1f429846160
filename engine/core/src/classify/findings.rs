//! What the rules found in one text: which decided, and how much evidence there is for what.

use super::book::{Book, Outcome, Rule};
use super::pattern::{self, Sight};
use super::window::{WORDS_MAX, WORDS_STEP, Window};
use super::{Compliance, Detail, INTENTS, Noise, RuleId, Signals};
use crate::text::Folded;

/// Evidence for one thing.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Evidence {
    /// The sum over the rules that matched, each once.
    pub(super) weight: u16,
    /// The heaviest of them, and its weight.
    pub(super) rule: RuleId,
    pub(super) heaviest: u16,
    pub(super) detail: Detail,
}

impl Evidence {
    fn add(&mut self, rule: &Rule, id: RuleId) {
        self.weight = self.weight.saturating_add(rule.weight);
        if rule.weight > self.heaviest {
            self.heaviest = rule.weight;
            self.rule = id;
            if rule.detail != Detail::None {
                self.detail = rule.detail;
            }
        }
        if self.detail == Detail::None {
            self.detail = rule.detail;
        }
    }
}

/// All that was found in one text.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Findings {
    /// For each kind of compliance, the first rule that says so.
    compliance: [RuleId; Compliance::ALL.len()],
    noise: [Evidence; Noise::ALL.len()],
    pub(super) intents: [Evidence; INTENTS],
    pub(super) signals: Signals,
}

impl Findings {
    /// The rule that says so, if any.
    pub(super) fn compliance(&self, kind: Compliance) -> Option<RuleId> {
        let rule = self.compliance[kind as usize];
        (rule != RuleId::default()).then_some(rule)
    }

    /// Notes that `rule` says so, unless another has.
    pub(super) fn set_compliance(&mut self, kind: Compliance, rule: RuleId) {
        let known = &mut self.compliance[kind as usize];
        if *known == RuleId::default() {
            *known = rule;
        }
    }

    /// The evidence for a kind of noise.
    pub(super) fn noise(&self, kind: Noise) -> Evidence {
        self.noise[kind as usize]
    }

    fn add(&mut self, rule: &Rule, id: RuleId) {
        self.signals = self.signals.with(rule.signals);
        match rule.outcome {
            Outcome::Guard | Outcome::Signal => {}
            Outcome::Compliance(kind) => self.set_compliance(kind, id),
            Outcome::Noise(kind) => self.noise[kind as usize].add(rule, id),
            Outcome::Intent(kind) => self.intents[kind as usize].add(rule, id),
        }
    }
}

/// Reads all windows of `text`. `note` learns of every rule that matched, where its window starts
/// and which words it could see; it costs nothing if it does nothing.
pub(super) fn search(
    book: &Book,
    text: &Folded,
    window: &mut Window,
    matched: &mut Matched,
    mut note: impl FnMut(u16, &Window, Sight, usize),
) -> Findings {
    let mut findings = Findings::default();
    matched.begin(text, book);
    let mut from = 0;
    loop {
        let read = window.read(text, from, book.vocabulary());
        let mut live = !0;
        for set in window.touched() {
            for index in book.guards_at(*set) {
                let rule = &book.rules()[usize::from(*index)];
                let items = book.items(rule);
                let sight = sight(rule, window, !0);
                if holds(book, rule, window) && !pattern::find(items, window, sight).is_empty() {
                    live &= !pattern::covered(items, window, sight);
                    note(*index, window, sight, from);
                }
            }
        }
        for set in window.touched() {
            for index in book.rules_at(*set) {
                let rule = &book.rules()[usize::from(*index)];
                let sight = sight(rule, window, live);
                if !pattern::find(book.items(rule), window, sight).is_empty()
                    && holds(book, rule, window)
                    && matched.is_new(*index)
                {
                    findings.add(rule, rule_id(*index));
                    note(*index, window, sight, from);
                }
            }
        }
        if from + read >= text.words().len() {
            break;
        }
        from += WORDS_STEP;
    }
    findings
}

/// The public number of the rule at `index`: after those that are built in.
pub(super) fn rule_id(index: u16) -> RuleId {
    RuleId(index + super::BUILT_IN_RULES)
}

/// What `rule` may see, when guards have left the words in `live`.
fn sight(rule: &Rule, window: &Window, live: u64) -> Sight {
    let guarded = matches!(rule.outcome, Outcome::Compliance(_)) && !rule.immune;
    Sight {
        live: if guarded { live } else { !0 },
        edges: if rule.whole { window.message_end() } else { window.starts() },
    }
}

fn holds(book: &Book, rule: &Rule, window: &Window) -> bool {
    let (with, unless) = book.conditions(rule);
    with.iter().all(|set| window.has(*set)) && !unless.iter().any(|set| window.has(*set))
}

/// Which rules have matched in an earlier window of a long text, since each counts once. A text of
/// one window pays nothing for it.
#[derive(Debug, Default)]
pub(super) struct Matched {
    rules: Vec<u64>,
    is_long: bool,
}

impl Matched {
    fn begin(&mut self, text: &Folded, book: &Book) {
        self.is_long = text.words().len() > WORDS_MAX;
        if self.is_long {
            self.rules.clear();
            self.rules.resize(book.rules().len().div_ceil(64), 0);
        }
    }

    fn is_new(&mut self, rule: u16) -> bool {
        if !self.is_long {
            return true;
        }
        let word = &mut self.rules[usize::from(rule / 64)];
        let bit = 1 << (rule % 64);
        let is_new = *word & bit == 0;
        *word |= bit;
        is_new
    }
}
