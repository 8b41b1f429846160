//! Teaches an existing model the replies of one brand: a few hundred labelled lines change the weights
//! of the features that occur in them, no further than they must, and all else stays.

use std::collections::BTreeMap;

use volley_core::classify::{
    Classifier, FEATURES_KNOWN_MAX, Intent, Model, ModelParts, Row, SENSES_MAX, Scratch,
    Sense as ModelSense,
};
use volley_core::text::Folded;

use super::examples::{Rows, column, feature_keys};
use super::packing::{SQUARE_STEP, SenseWeights, share_rows};
use super::{Evaluation, FOLDS, Labelled, calibration, dual, evaluate, in_parallel};
use crate::rng;

/// What a reply of the brand counts for, where one of the first training counts for one. Chosen on
/// replies of other shops.
const OWN_WEIGHT: f64 = 4.0;

/// Parts into which replies are dealt to find out how far intents are to be moved.
const SHIFT_FOLDS: usize = 3;

/// A model that was taught a brand's replies.
#[derive(Clone, Debug)]
pub struct Adapted {
    /// The new model.
    pub parts: ModelParts,
    /// How good the old model is on the brand's replies.
    pub before: Evaluation,
    /// How good models are that were taught the other four fifths of them.
    pub after: Evaluation,
}

/// Teaches `base` the replies `own`, and measures what that brings by cross-validation.
pub fn adapt(base: &Classifier, own: &[Labelled], seed: u64) -> Adapted {
    let known: Vec<_> = own.iter().filter(|one| one.intent != Intent::Unclear).cloned().collect();
    let folds: Vec<_> = (0..FOLDS).map(|fold| dealt(&known, fold, FOLDS)).collect();
    let models = in_parallel(&folds, |(kept, _)| with(base, teach_and_shift(base, kept, seed)));
    let held_out: Vec<_> =
        models.iter().zip(&folds).map(|(model, (_, left_out))| (model, &left_out[..])).collect();
    Adapted {
        parts: teach_and_shift(base, &known, seed),
        before: evaluate(&known, base),
        after: super::evaluation::evaluate_each(&held_out),
    }
}

/// The replies without those of one fold, and those.
fn dealt(own: &[Labelled], fold: usize, folds: usize) -> (Vec<Labelled>, Vec<Labelled>) {
    let (mut kept, mut left_out) = (Vec::new(), Vec::new());
    for (index, one) in own.iter().enumerate() {
        let part = if index % folds == fold { &mut left_out } else { &mut kept };
        part.push(one.clone());
    }
    (kept, left_out)
}

fn with(base: &Classifier, parts: ModelParts) -> Classifier {
    base.clone().with_model(Model::new(parts))
}

/// Teaches, and moves the intents to how often the brand's customers have them. How far is found on
/// replies left out, since on those that were taught every margin looks safe.
fn teach_and_shift(base: &Classifier, own: &[Labelled], seed: u64) -> ModelParts {
    let mut seen = Vec::new();
    let mut scratch = Scratch::default();
    for fold in 0..SHIFT_FOLDS {
        let (kept, left_out) = dealt(own, fold, SHIFT_FOLDS);
        let model = with(base, teach(base, &kept, seed));
        for one in &left_out {
            model.classify(one.text.as_bytes(), &mut scratch);
            if let Some(evidence) = model.model().evidence(scratch.text()) {
                seen.push((evidence.logits.map(f64::from), one.intent as usize - 1));
            }
        }
    }
    let mut parts = teach(base, own, seed);
    let shift = calibration::shift(&seen, f64::from(parts.nothing));
    for (calibration, shift) in parts.calibration.iter_mut().zip(shift) {
        calibration.offset += shift as f32;
    }
    parts
}

fn teach(base: &Classifier, own: &[Labelled], seed: u64) -> ModelParts {
    let parts = base.model().parts();
    let mut folded = Folded::default();
    let texts: Vec<_> = own.iter().map(|one| feature_keys(&one.text, base, &mut folded)).collect();
    let mut keys: Vec<u64> = texts.iter().flatten().copied().collect();
    keys.sort_unstable();
    keys.dedup();
    let old: BTreeMap<u64, Row> =
        parts.features.iter().map(|(key, row)| (*key, parts.rows[usize::from(*row)])).collect();
    let unseen = f64::from(parts.unseen_square) * SQUARE_STEP;
    let squares = keys
        .iter()
        .map(|key| old.get(key).map_or(unseen, |row| f64::from(row.square) * SQUARE_STEP));
    let telling: Vec<f64> = squares.map(f64::sqrt).collect();
    let mut rows = Rows::new(keys.len());
    for text in &texts {
        let columns: Vec<_> = text.iter().filter_map(|key| column(&keys, *key)).collect();
        rows.push(&columns, &telling, 0.0);
    }
    let senses: Vec<usize> = (0..parts.senses.len()).collect();
    let learnt = in_parallel(&senses, |sense| {
        let given = Given::new(parts, *sense, &keys, &old, &telling);
        let mut task = dual::Task::default();
        for (index, one) in own.iter().enumerate() {
            let is_one = one.intent as usize - 1 == usize::from(parts.senses[*sense].intent);
            // The last sense of an intent is the one that learns new ways of saying it.
            if is_one && !is_last(&parts.senses, *sense) {
                continue;
            }
            task.add_given(index, is_one, OWN_WEIGHT, given.margin(&rows, index));
        }
        dual::solve(&rows, &task, &mut rng::stream(seed, &format!("own {sense}")))
    });
    repack(parts, &keys, &telling, old, &learnt)
}

fn is_last(senses: &[ModelSense], sense: usize) -> bool {
    senses[sense + 1..].iter().all(|later| later.intent != senses[sense].intent)
}

/// The margins that the old model gives.
struct Given {
    weights: SenseWeights,
}

impl Given {
    fn new(
        parts: &ModelParts,
        sense: usize,
        keys: &[u64],
        old: &BTreeMap<u64, Row>,
        telling: &[f64],
    ) -> Self {
        let step = f64::from(parts.senses[sense].step) * SQUARE_STEP.sqrt();
        let weight = |(key, telling): (&u64, &f64)| {
            let weight = old.get(key).map_or(0.0, |row| f64::from(row.weights[sense]) * step);
            (weight / telling) as f32
        };
        let weights = keys.iter().zip(telling).map(weight).collect();
        Self { weights: SenseWeights { weights, bias: f64::from(parts.senses[sense].bias) } }
    }

    fn margin(&self, rows: &Rows, index: usize) -> f64 {
        self.weights.margin(rows, index)
    }
}

/// The old model with what was learnt added.
fn repack(
    parts: &ModelParts,
    keys: &[u64],
    telling: &[f64],
    old: BTreeMap<u64, Row>,
    learnt: &[SenseWeights],
) -> ModelParts {
    let step = |sense: usize| f64::from(parts.senses[sense].step) * SQUARE_STEP.sqrt();
    let mut weights: BTreeMap<u64, (u16, [f64; SENSES_MAX])> = old
        .into_iter()
        .map(|(key, row)| {
            let mut weights = [0.0; SENSES_MAX];
            for (sense, weight) in weights.iter_mut().enumerate().take(parts.senses.len()) {
                *weight = f64::from(row.weights[sense]) * step(sense);
            }
            (key, (row.square, weights))
        })
        .collect();
    for (column, key) in keys.iter().enumerate() {
        let (_, weights) = weights.entry(*key).or_insert((parts.unseen_square, [0.0; SENSES_MAX]));
        for (weight, learnt) in weights.iter_mut().zip(learnt) {
            *weight += f64::from(learnt.weights[column]) * telling[column];
        }
    }
    let mut most = [1e-9f64; SENSES_MAX];
    for (_, row) in weights.values() {
        for (most, weight) in most.iter_mut().zip(row) {
            *most = most.max(weight.abs());
        }
    }
    let row = |(key, (square, row)): (u64, (u16, [f64; SENSES_MAX]))| {
        let mut weights = [0; SENSES_MAX];
        for (sense, weight) in weights.iter_mut().enumerate() {
            *weight = (row[sense] * 127.0 / most[sense]).round() as i8;
        }
        (key, Row { weights, square })
    };
    let (rows, mut features) = share_rows(weights.into_iter().map(row).collect());
    features.truncate(FEATURES_KNOWN_MAX);
    let mut new = ModelParts { rows, features, ..parts.clone() };
    for (index, sense) in new.senses.iter_mut().enumerate() {
        sense.step = (most[index] / 127.0 / SQUARE_STEP.sqrt()) as f32;
        sense.bias += learnt[index].bias as f32;
    }
    new
}
