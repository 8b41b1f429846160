//! What the rules found in one text: which decided, and how much evidence there is for what.

use super::book::{Book, Outcome, Rule};
use super::pattern::{self, Sight};
use super::vocabulary::EntryId;
use super::window::{View, WORDS_MAX, WORDS_STEP, Window};
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

    /// Whether an opt-out has been found, so that what `rule` has to say does not matter.
    #[inline]
    fn outranks(&self, rule: &Rule) -> bool {
        matches!(rule.outcome, Outcome::Compliance(_))
            && rule.signals == Signals::default()
            && self.compliance(Compliance::OptOut).is_some()
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

/// What searching takes: memory that is used again and again.
#[derive(Debug, Default)]
pub(super) struct Search {
    pub(super) window: Window,
    seen: Seen,
    /// The words and phrases of the window on which rules hang.
    hung: Vec<EntryId>,
}

/// Reads all windows of `text`. `note` learns of every rule that matched, where its window starts
/// and which words it could see; it costs nothing if it does nothing. Once there is an opt-out no
/// other compliance is looked for, unless `thorough`: nothing would outrank it.
pub(super) fn search(
    book: &Book,
    text: &Folded,
    search: &mut Search,
    thorough: bool,
    mut note: impl FnMut(u16, View<'_>, Sight, usize),
) -> Findings {
    let mut findings = Findings::default();
    let Search { window, seen, hung } = search;
    seen.begin(text, book);
    let mut from = 0;
    loop {
        let read = window.read(text, from, book.vocabulary());
        seen.begin_window();
        gather(book, window, hung);
        if !hung.is_empty() {
            window.find_present(book.vocabulary());
        }
        let view = window.view(text, book.vocabulary());
        let mut live = !0;
        for entry in hung.iter() {
            for index in book.guards_at(book.anchor(*entry)) {
                if let Some((rule, sight)) = matched(book, *index, view, !0, seen) {
                    live &= !pattern::covered(book.items(rule), view, sight);
                    note(*index, view, sight, from);
                }
            }
        }
        for entry in hung.iter() {
            for index in book.rules_at(book.anchor(*entry)) {
                if !thorough && findings.outranks(&book.rules()[usize::from(*index)]) {
                    continue;
                }
                if let Some((rule, sight)) = matched(book, *index, view, live, seen)
                    && seen.is_new_in_text(*index)
                {
                    findings.add(rule, rule_id(*index));
                    note(*index, view, sight, from);
                }
            }
        }
        if from + read >= text.words().len() {
            return findings;
        }
        from += WORDS_STEP;
    }
}

/// Gathers the words and phrases on which rules hang.
fn gather(book: &Book, window: &Window, hung: &mut Vec<EntryId>) {
    hung.clear();
    let phrases = window.phrases().iter().map(|phrase| phrase.entry);
    let entries = window.entries().iter().copied().chain(phrases);
    hung.extend(entries.filter(|entry| !Book::is_bare(book.anchor(*entry))));
}

/// The rule at `index` and what it may see, if it matches and has not been looked at in this window.
#[inline]
fn matched<'a>(
    book: &'a Book,
    index: u16,
    view: View<'_>,
    live: u64,
    seen: &mut Seen,
) -> Option<(&'a Rule, Sight)> {
    let rule = &book.rules()[usize::from(index)];
    if !book.needs(rule).iter().all(|set| view.may_have(*set)) || !seen.is_new(index) {
        return None;
    }
    let sight = sight(rule, view, live);
    let found = !pattern::find(book.items(rule), view, sight).is_empty();
    (found && holds(book, rule, view)).then_some((rule, sight))
}

/// The public number of the rule at `index`: after those that are built in.
pub(super) fn rule_id(index: u16) -> RuleId {
    RuleId(index + super::BUILT_IN_RULES)
}

/// What `rule` may see, when guards have left the words in `live`.
fn sight(rule: &Rule, window: View<'_>, live: u64) -> Sight {
    let guarded = matches!(rule.outcome, Outcome::Compliance(_)) && !rule.immune;
    Sight {
        live: if guarded { live } else { !0 },
        edges: if rule.whole { window.message_end() } else { window.starts() },
    }
}

fn holds(book: &Book, rule: &Rule, window: View<'_>) -> bool {
    let (with, unless) = book.conditions(rule);
    with.iter().all(|set| window.has(*set)) && !unless.iter().any(|set| window.has(*set))
}

/// Which rules have been looked at: each once in a window, and each counts once in a text.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Counts windows.
    stamp: u64,
    /// For each rule, the last window in which it was looked at.
    looked_at: Vec<u64>,
    /// For each rule, whether it has matched in this text. A text of one window does without.
    counted: Vec<bool>,
    is_long: bool,
}

impl Seen {
    fn begin(&mut self, text: &Folded, book: &Book) {
        if self.looked_at.len() != book.rules().len() {
            self.looked_at.clear();
            self.looked_at.resize(book.rules().len(), 0);
        }
        self.is_long = text.words().len() > WORDS_MAX;
        if self.is_long {
            self.counted.clear();
            self.counted.resize(book.rules().len(), false);
        }
    }

    fn begin_window(&mut self) {
        self.stamp += 1;
    }

    fn is_new(&mut self, rule: u16) -> bool {
        let last = &mut self.looked_at[usize::from(rule)];
        let is_new = *last != self.stamp;
        *last = self.stamp;
        is_new
    }

    fn is_new_in_text(&mut self, rule: u16) -> bool {
        if !self.is_long {
            return true;
        }
        let counted = &mut self.counted[usize::from(rule)];
        !std::mem::replace(counted, true)
    }
}
