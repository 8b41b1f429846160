//! Why a text got its verdict, for people.

use std::collections::BTreeMap;
use std::ops::Range;

use super::book::Outcome;
use super::pattern;
use super::rule::{BUILT_IN_RULES, BuiltIn};
use super::{Classifier, Examined, INTENTS, RuleId, Score, Scratch, Verdict};
use crate::text::Folded;

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
#[derive(Clone, Debug, PartialEq)]
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
    /// The words that speak most for the intent to the trained model, the strongest first.
    pub signs: Vec<Sign>,
}

/// Words of a text that speak for its intent.
#[derive(Clone, Debug, PartialEq)]
pub struct Sign {
    /// In folded form.
    pub words: String,
    /// What they add to the logit of the intent.
    pub weight: f32,
}

/// Most signs that are shown.
const SIGNS_MAX: usize = 5;

impl Classifier {
    /// What the rule of a verdict says, in words. Empty if there is no such rule.
    pub fn rule_says(&self, rule: RuleId) -> &str {
        if let Some(built_in) = BuiltIn::ALL.iter().find(|built_in| built_in.id() == rule) {
            return built_in.says();
        }
        if rule.brand_word().is_some() {
            return "a compliance word of the brand";
        }
        let index = rule.0.checked_sub(BUILT_IN_RULES).map(usize::from);
        let rule = index.and_then(|index| self.book.rules().get(index));
        rule.map_or("", |rule| self.book.says(rule))
    }

    /// What `text` is, and why. Allocates; for people, not for the routing of replies.
    pub fn explain(&self, text: &[u8]) -> Explanation {
        let mut scratch = Scratch::default();
        let mut hits = Vec::new();
        let Examined { verdict, scores } =
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
            scores,
            signs: self.signs(folded, &scores),
            folded: String::from_utf8_lossy(folded.bytes()).into_owned(),
        }
    }

    /// What speaks for the likeliest intent, whether or not it was likely enough. What words say alone
    /// and in pairs is added up by the words.
    fn signs(&self, text: &Folded, scores: &[Score; INTENTS]) -> Vec<Sign> {
        let likeliest = (1..INTENTS).max_by_key(|intent| (scores[*intent], INTENTS - intent));
        let intent = likeliest.map_or(0, |intent| intent - 1);
        let mut by_words = BTreeMap::new();
        for (weight, at, words) in self.model.contributions(text, intent) {
            if words > 0 {
                *by_words.entry((at, words)).or_insert(0.0) += weight;
            }
        }
        let mut signs: Vec<_> = by_words.into_iter().filter(|(_, weight)| *weight > 0.05).collect();
        signs.sort_by(|a, b| b.1.total_cmp(&a.1));
        signs.truncate(SIGNS_MAX);
        let spelt = |at: usize, words: usize| {
            let words = (at..at + words).map(|at| String::from_utf8_lossy(text.word(at)));
            words.collect::<Vec<_>>().join(" ")
        };
        let sign = |((at, words), weight)| Sign { words: spelt(at, words), weight };
        signs.into_iter().map(sign).collect()
    }
}
