//! From evidence to an intent with a score: that of the model and that of the rules, joined.
//!
//! Both speak in logits, which are added, so that one more sign of an intent never makes it less
//! likely. Intents compete with each other and with knowing nothing; below the threshold the verdict
//! is `unclear`.

use super::findings::Findings;
use super::model::{Evidence, MODEL_INTENTS};
use super::rule::BuiltIn;
use super::{INTENTS, Intent, Score, Signals, Verdict};
use crate::text::Folded;

/// What one step of a rule's weight adds to a logit.
const RULE_STEP: f32 = 0.3;

/// Rules of more than this weight name an intent even if the model has never heard of it; each step
/// above it adds so much to its logit over knowing nothing.
const NAMING_WEIGHT: f32 = 4.0;
const RULE_ALONE_STEP: f32 = 0.4;

/// Rules together weigh no more than this: ten say hardly more than two.
const RULES_MAX: u16 = 10;

/// Scores of all intents, in the order of `Intent::ALL`; that of `unclear` is what is left.
pub(super) type Scores = [Score; INTENTS];

/// The scores of all intents. Without any evidence all is unclear.
pub(super) fn scores(
    model: Option<Evidence>,
    nothing: f32,
    findings: &Findings,
    text: &Folded,
) -> Scores {
    if text.plain_words() == 0 && !text.words().is_empty() && findings.is_bare() {
        // A lone picture nods.
        let mut scores = [Score::default(); INTENTS];
        scores[Intent::Acknowledgement as usize] = Score(9_000);
        scores[Intent::Unclear as usize] = Score(1_000);
        return scores;
    }
    let mut logits = [f32::MIN; INTENTS];
    logits[Intent::Unclear as usize] = nothing + strangeness(model, findings);
    let of_model = model.map_or([nothing - 6.0; MODEL_INTENTS], |evidence| evidence.logits);
    for (index, logit) in of_model.into_iter().enumerate() {
        let weight = f32::from(findings.intents[index + 1].weight.min(RULES_MAX));
        let by_rules =
            logits[Intent::Unclear as usize] + RULE_ALONE_STEP * (weight - NAMING_WEIGHT);
        let joined = logit + RULE_STEP * weight;
        logits[index + 1] = if weight > NAMING_WEIGHT { joined.max(by_rules) } else { joined };
    }
    softmax(logits)
}

/// A text of which the model knows less than this share is strange to it, whatever it makes of the rest.
const FAMILIAR: f32 = 0.3;

/// What each part of the missing share adds to the logit of knowing nothing.
const STRANGE: f32 = 20.0;

/// How much a text that no rule names an intent for is unlike any that the model has learnt from.
fn strangeness(model: Option<Evidence>, findings: &Findings) -> f32 {
    let missing = model.map_or(0.0, |evidence| (FAMILIAR - evidence.known).max(0.0));
    if findings.is_bare() { STRANGE * missing } else { 0.0 }
}

fn softmax(logits: [f32; INTENTS]) -> Scores {
    let most = logits.into_iter().fold(f32::MIN, f32::max);
    let powers = logits.map(|logit| exp(logit - most));
    let sum: f32 = powers.iter().sum();
    powers.map(|power| Score((power / sum * f32::from(Score::ONE.0)) as u16))
}

/// The exponential of a number that is not above zero, within a ten-thousandth of it, from additions
/// and multiplications alone: those are the same on every machine.
#[inline]
fn exp(x: f32) -> f32 {
    const LOG2_E: f32 = std::f32::consts::LOG2_E;
    let x = (x * LOG2_E).max(-126.0);
    let whole = (x as i32 - 1) as f32;
    let part = x - whole;
    // The Taylor polynomial of 2^part around one half, which is never further than that.
    let t = (part - 0.5) * std::f32::consts::LN_2;
    let series = 1.0 + t * (1.0 + t * (0.5 + t * (1.0 / 6.0 + t * (1.0 / 24.0))));
    let scale = f32::from_bits(((whole as i32 + 127) as u32) << 23);
    std::f32::consts::SQRT_2 * series * scale
}

/// The two likeliest intents, with what goes with them.
pub(super) fn decide(
    scores: &Scores,
    threshold: Score,
    findings: &Findings,
    text: &Folded,
) -> Verdict {
    let mut verdict = Verdict { signals: findings.signals, ..Verdict::default() };
    let mut first = (Intent::Unclear, Score::default());
    let mut second = (Intent::Unclear, Score::default());
    for intent in &Intent::ALL[1..] {
        let score = scores[*intent as usize];
        if score > first.1 {
            second = first;
            first = (*intent, score);
        } else if score > second.1 {
            second = (*intent, score);
        }
    }
    let is_known = first.1 >= threshold && first.1 > scores[Intent::Unclear as usize];
    verdict.score = first.1;
    if !is_known {
        return verdict;
    }
    verdict.intent = first.0;
    (verdict.second, verdict.second_score) = second_intent(second, findings);
    let evidence = findings.intents[first.0 as usize];
    verdict.rule = evidence.rule;
    verdict.detail = evidence.detail;
    if text.plain_words() == 0 && first.0 == Intent::Acknowledgement {
        verdict.rule = BuiltIn::PicturesOnly.id();
    }
    verdict
}

/// How frustrated the writer is: what speaks for a complaint or an insult, and no less than what a rule
/// has found (`TX-32`).
pub fn frustration(verdict: &Verdict, scores: &[Score; INTENTS]) -> Score {
    let by_intent =
        scores[Intent::ComplaintFrustration as usize].0 + scores[Intent::Abuse as usize].0;
    let by_rule = match verdict.signals {
        signals if signals.has(Signals::ABUSIVE) => 9_000,
        signals if signals.has(Signals::FRUSTRATED) => 7_000,
        _ => 0,
    };
    Score(by_intent.max(by_rule).min(Score::ONE.0))
}

/// A second intent is one that a rule names too, or that is nearly as likely as the first.
const SECOND_ENOUGH: Score = Score(3_000);
const SECOND_BY_RULE: Score = Score(500);

fn second_intent((intent, score): (Intent, Score), findings: &Findings) -> (Intent, Score) {
    let by_rule = findings.intents[intent as usize].weight > 0;
    let enough = if by_rule { SECOND_BY_RULE } else { SECOND_ENOUGH };
    if score >= enough { (intent, score) } else { (Intent::Unclear, score) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponential_is_near_enough() {
        for step in 0..2_000 {
            let x = -(step as f32) * 0.01;
            let exact = f64::from(x).exp();
            let error = (f64::from(exp(x)) - exact).abs();
            assert!(error <= exact * 3e-4 + 1e-9, "exp({x}) is off by {error}");
        }
    }

    #[test]
    fn frustration_is_no_less_than_what_rules_or_scores_say() {
        let mut scores = [Score(0); INTENTS];
        scores[Intent::ComplaintFrustration as usize] = Score(6_000);
        let calm = Verdict::default();
        let cross = Verdict { signals: Signals::FRUSTRATED, ..calm };
        assert_eq!(frustration(&calm, &scores), Score(6_000));
        assert_eq!(frustration(&cross, &scores), Score(7_000));
        scores[Intent::Abuse as usize] = Score(4_000);
        assert_eq!(frustration(&cross, &scores), Score::ONE);
    }

    #[test]
    fn one_more_sign_never_makes_an_intent_less_likely() {
        let mut logits = [-2.0; INTENTS];
        let mut last = Score::default();
        for _ in 0..20 {
            logits[3] += 0.5;
            let score = softmax(logits)[3];
            assert!(score >= last);
            last = score;
        }
        assert!(last > Score(9_900));
    }
}
