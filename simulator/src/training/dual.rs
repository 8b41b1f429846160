//! Learns one linear machine: a support vector machine with squared hinge loss, by coordinate descent
//! in the dual (Hsieh and others, 2008). It needs no rate and no number of passes to be tuned.

use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::examples::Rows;
use super::packing::SenseWeights;

/// What an example on the wrong side costs. Chosen on texts left out of training.
const COST: f64 = 1.0;

/// Passes over the examples, at most.
const PASSES_MAX: usize = 200;

/// It is solved when no example would still move its weight by more than this.
const TOLERANCE: f64 = 0.02;

/// What is to be told apart: which examples count, on which side, and how much.
#[derive(Debug, Default)]
pub(super) struct Task {
    members: Vec<Member>,
}

#[derive(Clone, Copy, Debug)]
struct Member {
    index: usize,
    side: f64,
    /// What the loss adds to the diagonal.
    slack: f64,
    /// The margin it has already.
    given: f64,
    /// The dual variable.
    alpha: f64,
    /// The diagonal.
    square: f64,
}

impl Task {
    /// An example that is one, or is none; `weight` multiplies what it costs on the wrong side.
    pub(super) fn add(&mut self, index: usize, is_one: bool, weight: f64) {
        self.add_given(index, is_one, weight, 0.0);
    }

    /// The same, for an example that another machine has given a margin to which this one adds.
    pub(super) fn add_given(&mut self, index: usize, is_one: bool, weight: f64, given: f64) {
        let side = if is_one { 1.0 } else { -1.0 };
        let slack = 0.5 / (COST * weight);
        self.members.push(Member { index, side, slack, given, alpha: 0.0, square: 0.0 });
    }
}

/// The weights that tell the examples apart best.
pub(super) fn solve(rows: &Rows, task: &Task, rng: &mut ChaCha8Rng) -> SenseWeights {
    let mut weights = vec![0.0; rows.width];
    let mut bias = 0.0;
    let mut members = task.members.clone();
    for member in &mut members {
        let squares = rows.row(member.index).map(|(_, value)| value * value);
        member.square = squares.sum::<f64>() + 1.0 + member.slack;
    }
    let mut order: Vec<_> = (0..members.len()).collect();
    for _ in 0..PASSES_MAX {
        order.shuffle(rng);
        let mut most = 0.0f64;
        for at in &order {
            let member = &mut members[*at];
            let row = || rows.row(member.index);
            let dot: f64 = row().map(|(column, value)| weights[column] * value).sum();
            let margin = dot + bias + member.given;
            let slope = member.side * margin - 1.0 + member.alpha * member.slack;
            let step = if member.alpha == 0.0 { slope.min(0.0) } else { slope };
            most = most.max(step.abs());
            if step.abs() < 1e-12 {
                continue;
            }
            let alpha = (member.alpha - slope / member.square).max(0.0);
            let change = (alpha - member.alpha) * member.side;
            for (column, value) in row() {
                weights[column] += change * value;
            }
            bias += change;
            member.alpha = alpha;
        }
        if most < TOLERANCE {
            break;
        }
    }
    SenseWeights { weights: weights.into_iter().map(|weight| weight as f32).collect(), bias }
}
