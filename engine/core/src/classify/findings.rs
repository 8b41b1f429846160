//! What the rules found in one text: which decided, and how much evidence there is for what.

use super::book::{Book, Outcome, Rule};
use super::pattern::{self, SetId, Sight};
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
    /// Whether no rule speaks for any intent.
    pub(super) fn is_bare(&self) -> bool {
        self.intents.iter().all(|evidence| evidence.weight == 0)
    }

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
        let rules = gather(book, window, hung);
        if rules > 0 {
            if rules >= PRESENCE_PAYS {
                window.find_present(book.vocabulary());
            }
            seen.begin_window();
            let mut pass = Pass {
                book,
                view: window.view(text, book.vocabulary()),
                live: !0,
                from,
                thorough,
                findings: &mut findings,
                seen: &mut *seen,
                note: &mut note,
            };
            pass.rules(hung);
        }
        if from + read >= text.words().len() {
            return findings;
        }
        from += WORDS_STEP;
    }
}

/// From so many rules on it is cheaper to work out at once which sets occur than to ask for each.
const PRESENCE_PAYS: usize = 16;

/// Gathers the words and phrases on which rules hang; gives how many rules.
fn gather(book: &Book, window: &Window, hung: &mut Vec<EntryId>) -> usize {
    let mut rules = 0;
    hung.clear();
    let phrases = window.phrases().iter().map(|phrase| phrase.entry);
    for entry in window.entries().iter().copied().chain(phrases) {
        let len = book.anchor(entry).len();
        if len > 0 {
            hung.push(entry);
            rules += len;
        }
    }
    rules
}

/// One pass of the rules over a window.
struct Pass<'a, N> {
    book: &'a Book,
    view: View<'a>,
    /// The words that guards have left.
    live: u64,
    from: usize,
    thorough: bool,
    findings: &'a mut Findings,
    seen: &'a mut Seen,
    note: &'a mut N,
}

impl<'a, N: FnMut(u16, View<'_>, Sight, usize)> Pass<'a, N> {
    /// First the rules that no guard binds, then the guards, then all others.
    fn rules(&mut self, hung: &[EntryId]) {
        let book = self.book;
        for entry in hung {
            for index in book.first_at(book.anchor(*entry)) {
                self.rule(*index);
            }
        }
        if self.thorough || self.findings.compliance(Compliance::OptOut).is_none() {
            for entry in hung {
                for index in book.guards_at(book.anchor(*entry)) {
                    self.guard(*index);
                }
            }
        }
        for entry in hung {
            for index in book.others_at(book.anchor(*entry)) {
                let rule = &book.rules()[usize::from(*index)];
                if self.thorough || !self.findings.outranks(rule) {
                    self.rule(*index);
                }
            }
        }
    }

    fn guard(&mut self, index: u16) {
        if let Some((rule, sight)) = self.matched(index) {
            self.live &= !pattern::covered(self.book.items(rule), self.view, sight);
            (self.note)(index, self.view, sight, self.from);
        }
    }

    fn rule(&mut self, index: u16) {
        if let Some((rule, sight)) = self.matched(index)
            && self.seen.is_new_in_text(index)
        {
            self.findings.add(rule, rule_id(index));
            (self.note)(index, self.view, sight, self.from);
        }
    }

    /// The rule at `index` and what it may see, if it matches and has not been looked at before.
    fn matched(&mut self, index: u16) -> Option<(&'a Rule, Sight)> {
        let Self { book, view, live, .. } = *self;
        let rule = &book.rules()[usize::from(index)];
        let occurs = |set: &SetId| view.may_have(*set);
        if !book.needs(rule).iter().all(occurs) || !self.seen.is_new(index) {
            return None;
        }
        let sight = sight(rule, view, live);
        let found = !pattern::find(book.items(rule), view, sight).is_empty();
        (found && holds(book, rule, view)).then_some((rule, sight))
    }
}

/// The public number of the rule at `index`: after those that are built in.
pub(super) fn rule_id(index: u16) -> RuleId {
    RuleId(index + super::rule::BUILT_IN_RULES)
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
