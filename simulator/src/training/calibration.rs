//! From margins to probabilities: for each intent a logistic curve through the margins of texts that it
//! was not taught, and one factor for all, since intents compete.

use volley_core::classify::{Calibration, MODEL_INTENTS};

use super::examples::Examples;
use super::{SECOND_VOICE_IN_CALIBRATION, Sense};

/// The logit of knowing nothing. Chosen so that texts far from all labels come out unclear while those
/// near them do not.
const NOTHING: f64 = -1.6;

/// What calibration gives to a model.
#[derive(Clone, Copy, Debug)]
pub(super) struct Calibrated {
    pub(super) intents: [Calibration; MODEL_INTENTS],
    pub(super) nothing: f32,
}

/// Fits the curves to margins that examples were given by machines that had not seen them.
pub(super) fn fit(examples: &Examples, senses: &[Sense], margins: &[Vec<f64>]) -> Calibrated {
    let best = |index: usize| {
        let mut best = [f64::MIN; MODEL_INTENTS];
        for (sense, margin) in senses.iter().zip(&margins[index]) {
            best[sense.intent] = best[sense.intent].max(*margin);
        }
        best
    };
    let best: Vec<_> = (0..examples.len()).map(best).collect();
    let weights: Vec<_> = (0..examples.len())
        .map(|index| if examples.voice(index) == 0 { 1.0 } else { SECOND_VOICE_IN_CALIBRATION })
        .collect();
    let mut curves = [(0.0, f64::MIN); MODEL_INTENTS];
    for intent in 0..MODEL_INTENTS {
        if senses.iter().any(|sense| sense.intent == intent) {
            let points = (0..examples.len()).map(|index| {
                (best[index][intent], examples.intent(index) == intent, weights[index])
            });
            curves[intent] = logistic(&points.collect::<Vec<_>>());
        }
    }
    let factor = temper(examples, &best, &weights, &curves);
    let calibration = |(slope, offset): (f64, f64)| Calibration {
        slope: (slope * factor) as f32,
        offset: (offset * factor).max(-1e6) as f32,
    };
    Calibrated { intents: curves.map(calibration), nothing: (NOTHING * factor) as f32 }
}

/// The slope and offset of the logistic curve that fits points of margin, truth and weight best, by
/// Newton's method.
fn logistic(points: &[(f64, bool, f64)]) -> (f64, f64) {
    let (mut slope, mut offset) = (1.0, 0.0);
    for _ in 0..50 {
        let mut gradient = (0.0, 0.0);
        // A little of the unit matrix keeps it solvable where all points agree.
        let mut hessian = (1e-3, 0.0, 1e-3);
        for (margin, truth, weight) in points {
            let p = 1.0 / (1.0 + libm::exp(-(slope * margin + offset)));
            let error = (p - f64::from(u8::from(*truth))) * weight;
            let curve = p * (1.0 - p) * weight;
            gradient = (gradient.0 + error * margin, gradient.1 + error);
            hessian.0 += curve * margin * margin;
            hessian.1 += curve * margin;
            hessian.2 += curve;
        }
        let det = hessian.0 * hessian.2 - hessian.1 * hessian.1;
        let step = (
            (hessian.2 * gradient.0 - hessian.1 * gradient.1) / det,
            (hessian.0 * gradient.1 - hessian.1 * gradient.0) / det,
        );
        // Far from the solution a full step may overshoot.
        let most = step.0.abs().max(step.1.abs());
        let scale = if most > 2.0 { 2.0 / most } else { 1.0 };
        slope -= step.0 * scale;
        offset -= step.1 * scale;
        if most < 1e-9 {
            break;
        }
    }
    (slope, offset)
}

/// The factor of all logits at which the truth is likeliest, by golden section.
fn temper(
    examples: &Examples,
    best: &[[f64; MODEL_INTENTS]],
    weights: &[f64],
    curves: &[(f64, f64); MODEL_INTENTS],
) -> f64 {
    let logits: Vec<_> = best
        .iter()
        .map(|margins| {
            let mut logits = [f64::MIN; MODEL_INTENTS];
            for (intent, (slope, offset)) in curves.iter().enumerate() {
                if *offset > f64::MIN {
                    logits[intent] = slope * margins[intent] + offset;
                }
            }
            logits
        })
        .collect();
    let loss = |factor: f64| -> f64 {
        let one = |index: usize| {
            let logits = &logits[index];
            let most = logits.iter().copied().fold(f64::MIN, f64::max).max(NOTHING);
            let powers = logits.iter().map(|logit| libm::exp(factor * (logit - most)));
            let sum = powers.sum::<f64>() + libm::exp(factor * (NOTHING - most));
            weights[index] * (libm::log(sum) - factor * (logits[examples.intent(index)] - most))
        };
        (0..logits.len()).map(one).sum()
    };
    let ratio = (5.0f64.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = (0.2, 3.0);
    for _ in 0..40 {
        let (a, b) = (high - ratio * (high - low), low + ratio * (high - low));
        if loss(a) < loss(b) {
            high = b;
        } else {
            low = a;
        }
    }
    (low + high) / 2.0
}

/// How many replies of each intent it takes to move it half as far as they say.
const SHIFT_DOUBT: f64 = 5.0;

/// What to add to each logit so that the true intents become likeliest, held back where there are few
/// replies; by gradient descent.
pub(super) fn shift(seen: &[([f64; MODEL_INTENTS], usize)], nothing: f64) -> [f64; MODEL_INTENTS] {
    let mut shift = [0.0; MODEL_INTENTS];
    for _ in 0..300 {
        let mut gradient = shift.map(|shift| shift * SHIFT_DOUBT);
        let mut curve = [SHIFT_DOUBT; MODEL_INTENTS];
        for (logits, truth) in seen {
            let most = logits.iter().zip(shift).fold(nothing, |most, (l, s)| most.max(l + s));
            let mut powers = *logits;
            for (power, shift) in powers.iter_mut().zip(shift) {
                *power = libm::exp(*power + shift - most);
            }
            let sum = powers.iter().sum::<f64>() + libm::exp(nothing - most);
            for (intent, power) in powers.iter().enumerate() {
                let p = power / sum;
                gradient[intent] += p - f64::from(u8::from(intent == *truth));
                curve[intent] += p * (1.0 - p);
            }
        }
        for (intent, shift) in shift.iter_mut().enumerate() {
            *shift -= 0.5 * gradient[intent] / curve[intent];
        }
    }
    shift
}
