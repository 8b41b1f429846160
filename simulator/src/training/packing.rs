//! From learnt weights to the parts of a model: rounded to a byte, alike rows kept once.

use std::collections::BTreeMap;

use volley_core::classify::{ModelParts, ROWS_MAX, Row, SENSES_MAX, Sense as ModelSense};

use super::Sense;
use super::calibration::Calibrated;
use super::examples::{Examples, Rows};

/// What was learnt for one sense: a weight for each column, and the margin of an empty text.
#[derive(Clone, Debug)]
pub(super) struct SenseWeights {
    pub(super) weights: Vec<f32>,
    pub(super) bias: f64,
}

impl SenseWeights {
    /// The margin of the example at `index`.
    pub(super) fn margin(&self, rows: &Rows, index: usize) -> f64 {
        let products =
            rows.row(index).map(|(column, value)| f64::from(self.weights[column]) * value);
        products.sum::<f64>() + self.bias
    }
}

/// Squares are kept in steps of this.
pub(super) const SQUARE_STEP: f64 = 1.0 / 256.0;

/// The square of how telling a feature is, as models keep it.
pub(super) fn square(telling: f64) -> u16 {
    (telling * telling / SQUARE_STEP).round() as u16
}

/// Packs weights into a model.
pub(super) fn pack(
    examples: &Examples,
    senses: &[Sense],
    learnt: &[SenseWeights],
    calibrated: Calibrated,
    notes: String,
) -> ModelParts {
    // A feature's value is how telling it is: that goes into its weight.
    let weight = |sense: usize, column: usize| {
        f64::from(learnt[sense].weights[column]) * examples.telling[column]
    };
    let columns = 0..examples.keys.len();
    let steps: Vec<f64> = (0..senses.len())
        .map(|sense| {
            let most =
                columns.clone().map(|column| weight(sense, column).abs()).fold(0.0, f64::max);
            (most / 127.0).max(1e-9)
        })
        .collect();
    let row = |column: usize| {
        let mut weights = [0; SENSES_MAX];
        for (sense, step) in steps.iter().enumerate() {
            weights[sense] = (weight(sense, column) / step).round() as i8;
        }
        Row { weights, square: square(examples.telling[column]) }
    };
    let rows: Vec<_> = columns.map(row).collect();
    let keyed = examples.keys.iter().copied().zip(rows).collect();
    let (rows, features) = share_rows(keyed);
    let sense = |(sense, step): (&Sense, f64)| ModelSense {
        intent: sense.intent as u8,
        // The length of a text is summed up in steps, of which the root is taken.
        step: (step / SQUARE_STEP.sqrt()) as f32,
        bias: 0.0,
    };
    let mut senses: Vec<_> = senses.iter().zip(steps).map(sense).collect();
    for (sense, learnt) in senses.iter_mut().zip(learnt) {
        sense.bias = learnt.bias as f32;
    }
    ModelParts {
        notes,
        senses,
        calibration: calibrated.intents,
        nothing: calibrated.nothing,
        unseen_square: square(examples.unseen),
        rows,
        features,
    }
}

/// Keeps alike rows once. If there are still too many, the features of the faintest rows go.
pub(super) fn share_rows(mut features: Vec<(u64, Row)>) -> (Vec<Row>, Vec<(u64, u16)>) {
    let mut distinct: BTreeMap<Row, usize> = BTreeMap::new();
    for (_, row) in &features {
        *distinct.entry(*row).or_default() += 1;
    }
    if distinct.len() > ROWS_MAX {
        let strength = |row: &Row, uses: usize| {
            let most = row.weights.iter().map(|weight| u32::from(weight.unsigned_abs())).max();
            most.unwrap_or(0) * uses as u32
        };
        let mut by_strength: Vec<_> =
            distinct.iter().map(|(row, uses)| (strength(row, *uses), *row)).collect();
        by_strength.sort_unstable();
        for (_, row) in &by_strength[..by_strength.len() - ROWS_MAX] {
            distinct.remove(row);
        }
        features.retain(|(_, row)| distinct.contains_key(row));
    }
    let rows: Vec<Row> = distinct.into_keys().collect();
    let named = |(key, row): (u64, Row)| {
        let at = rows.binary_search(&row).unwrap_or_default();
        (key, at as u16)
    };
    let features = features.into_iter().map(named).collect();
    (rows, features)
}
