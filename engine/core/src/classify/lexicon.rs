//! From the evidence of phrases to an intent with a score.
//!
//! Each rule that matches adds its weight to its intent; the score grows with the sum and never
//! reaches certainty. Simple and monotone, so that a person can tell why: one more sign of an intent
//! never makes it less likely. A trained model adds its evidence to the same sums.

use super::findings::Findings;
use super::{BuiltIn, INTENTS, Intent, Score, Verdict};
use crate::text::Folded;

/// Evidence at which a score is one half. A phrase that settles the matter weighs twice as much.
const WEIGHT_HALF: u32 = 5;

/// Scores below this are not acted upon.
const SCORE_ENOUGH: Score = Score(5_000);

/// The score that so much evidence gives.
fn score(weight: u16) -> Score {
    let weight = u32::from(weight);
    Score((weight * u32::from(Score::ONE.0) / (weight + WEIGHT_HALF)) as u16)
}

/// The scores of all intents.
pub(super) fn scores(findings: &Findings) -> [Score; INTENTS] {
    findings.intents.map(|evidence| score(evidence.weight))
}

/// The two likeliest intents, with what goes with them.
pub(super) fn decide(findings: &Findings, text: &Folded) -> Verdict {
    let mut verdict = Verdict { signals: findings.signals, ..Verdict::default() };
    let mut first = (Intent::Unclear, 0);
    let mut second = (Intent::Unclear, 0);
    for intent in Intent::ALL {
        let weight = findings.intents[*intent as usize].weight;
        if weight > first.1 {
            second = first;
            first = (*intent, weight);
        } else if weight > second.1 {
            second = (*intent, weight);
        }
    }
    let enough = |(intent, weight)| {
        let score = score(weight);
        let intent = if score >= SCORE_ENOUGH { intent } else { Intent::Unclear };
        (intent, score)
    };
    (verdict.intent, verdict.score) = enough(first);
    (verdict.second, verdict.second_score) = enough(second);
    let evidence = findings.intents[first.0 as usize];
    if verdict.intent != Intent::Unclear {
        verdict.rule = evidence.rule;
        verdict.detail = evidence.detail;
    }
    if text.plain_words() == 0 && !text.words().is_empty() && verdict.intent == Intent::Unclear {
        verdict.intent = Intent::Acknowledgement;
        verdict.score = score(2 * WEIGHT_HALF as u16);
        verdict.rule = BuiltIn::PicturesOnly.id();
    }
    verdict
}
