//! Why a text got its verdict, for people.

use std::ops::Range;

use super::book::Outcome;
use super::{BUILT_IN_RULES, BuiltIn, Classifier, INTENTS, RuleId, Score, Scratch, Verdict};
use super::{lexicon, pattern};

/// A rule that matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// Its number, as in verdicts.
    pub rule: RuleId,
    /// What the customer says by it, in words.
    pub says: String,
    /// The pattern as it is written in the rule file.
    pub pattern: String,
    /// What it counts for: an intent, a kind of noise or of compliance, `guard` or `signal`.
    pub counts_for: &'static str,
    /// Its weight as evidence; zero where a match decides.
    pub weight: u16,
    /// The first place it matched, in bytes of the folded text.
    pub span: Range<usize>,
}

/// Why a text got its verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The verdict.
    pub verdict: Verdict,
    /// What the text was read as.
    pub folded: String,
    /// All rules that matched, in the order in which they were found.
    pub matches: Vec<Match>,
    /// What decided, in words; empty if nothing did.
    pub decided_by: String,
    /// How likely each intent is, in the order of `Intent::ALL`.
    pub scores: [Score; INTENTS],
}

impl Classifier {
    /// What the rule of a verdict says, in words. Empty if there is no such rule.
    pub fn rule_says(&self, rule: RuleId) -> &str {
        if let Some(built_in) = BuiltIn::ALL.iter().find(|built_in| built_in.id() == rule) {
            return built_in.says();
        }
        let index = rule.0.checked_sub(BUILT_IN_RULES).map(usize::from);
        let rule = index.and_then(|index| self.book.rules().get(index));
        rule.map_or("", |rule| self.book.says(rule))
    }

    /// What `text` is, and why. Allocates; for people, not for the routing of replies.
    pub fn explain(&self, text: &[u8]) -> Explanation {
        let mut scratch = Scratch::default();
        let mut hits = Vec::new();
        let (verdict, findings) =
            self.examine(text, &mut scratch, true, |index, window, sight, from| {
                let rule = &self.book.rules()[usize::from(index)];
                if let Some((start, end)) = pattern::span(self.book.items(rule), window, sight) {
                    hits.push((index, from + start as usize..from + end as usize));
                }
            });
        let folded = scratch.text();
        let matches = hits.into_iter().map(|(index, words)| {
            let rule = &self.book.rules()[usize::from(index)];
            let start = folded.words().get(words.start);
            let start = start.map_or(0, |word| usize::from(word.start));
            let end = words
                .end
                .checked_sub(1)
                .and_then(|last| folded.words().get(last))
                .map_or(start, |last| usize::from(last.end));
            let evidence = matches!(rule.outcome, Outcome::Noise(_) | Outcome::Intent(_));
            Match {
                rule: super::findings::rule_id(index),
                says: self.book.says(rule).to_owned(),
                pattern: self.book.written(usize::from(index)).to_owned(),
                counts_for: rule.outcome.name(),
                weight: if evidence { rule.weight } else { 0 },
                span: start..end.max(start),
            }
        });
        Explanation {
            verdict,
            matches: matches.collect(),
            decided_by: self.rule_says(verdict.rule).to_owned(),
            scores: lexicon::scores(&findings),
            folded: String::from_utf8_lossy(folded.bytes()).into_owned(),
        }
    }
}
