//! Trains the classifier's model from labelled replies, and measures it.
//!
//! Texts become features; each sense of each intent is learnt as a support vector machine of its own;
//! cross-validation turns margins into probabilities; weights are rounded and packed. Every step takes
//! its randomness from the seed and its functions from pure arithmetic, so that the same labels and
//! seed give the same bytes.

mod calibration;
mod dual;
mod evaluation;
mod examples;
mod labels;
mod packing;
mod adaptation;

pub use adaptation::{Adapted, adapt};
pub use evaluation::{Confusion, Evaluation, PerClass, evaluate};
pub use labels::{LabelError, Labelled, read_labels};

use std::sync::atomic::{AtomicUsize, Ordering};

use volley_core::classify::{Classifier, MODEL_INTENTS, ModelParts};

use crate::rng;
use examples::Examples;
use packing::SenseWeights;

/// Parts into which texts are dealt for cross-validation.
const FOLDS: usize = 5;

/// How much what is said in one voice counts against the senses of the voice before it. Less than all,
/// so that a few thousand phrases of shops do not crowd out what forums mean.
const HEARSAY: f64 = 0.3;

/// How much the second voice counts when margins are turned into probabilities.
const SECOND_VOICE_IN_CALIBRATION: f64 = 0.1;

/// Labelled texts in one way of speaking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sense {
    /// Index of the intent, without `unclear`.
    pub(crate) intent: usize,
    /// Index of the voice.
    pub(crate) voice: usize,
}

/// What training takes.
#[derive(Clone, Debug)]
pub struct Training<'a> {
    /// Labelled texts, one list for each way of speaking; one or two.
    pub voices: &'a [Vec<Labelled>],
    /// Where the labelled texts came from.
    pub notes: String,
    /// Fixes the order in which examples are visited, and the folds.
    pub seed: u64,
}

/// Trains a model. `progress` is told how many machines of how many are done.
pub fn train(
    training: &Training<'_>,
    classifier: &Classifier,
    progress: &(impl Fn(usize, usize) + Sync),
) -> ModelParts {
    let examples = Examples::new(training.voices, classifier);
    let senses = examples.senses();
    let rounds = FOLDS + 1;
    let total = rounds * senses.len();
    let done = AtomicUsize::new(0);
    // The last round leaves nothing out: its weights are the model's.
    let jobs: Vec<_> =
        (0..total).map(|job| (job / senses.len(), senses[job % senses.len()])).collect();
    let learnt = in_parallel(&jobs, |(left_out, sense)| {
        let weights = learn(&examples, *sense, *left_out, training.seed);
        progress(done.fetch_add(1, Ordering::Relaxed) + 1, total);
        weights
    });
    let margins = examples.held_out_margins(training.seed, &senses, |fold, sense| {
        &learnt[fold * senses.len() + sense]
    });
    let calibration = calibration::fit(&examples, &senses, &margins);
    let whole = learnt[FOLDS * senses.len()..].to_vec();
    packing::pack(&examples, &senses, &whole, calibration, training.notes.clone())
}

/// Learns one sense from all examples but those of one fold.
fn learn(examples: &Examples, sense: Sense, left_out: usize, seed: u64) -> SenseWeights {
    let mut task = dual::Task::default();
    for index in 0..examples.len() {
        if examples.fold(index, seed) == left_out {
            continue;
        }
        let own_voice = examples.voice(index) == sense.voice;
        let is_intent = examples.intent(index) == sense.intent;
        if is_intent && own_voice {
            task.add(index, true, 1.0);
        } else if !is_intent {
            let is_later = examples.voice(index) > sense.voice;
            task.add(index, false, if is_later { HEARSAY } else { 1.0 });
        }
    }
    let name = format!("{} {} {left_out}", sense.intent, sense.voice);
    let mut rng = rng::stream(seed, &name);
    dual::solve(examples.rows(), &task, &mut rng)
}

/// Runs `work` on every job, on two threads; the results are in the order of the jobs.
fn in_parallel<J: Sync, R: Send>(jobs: &[J], work: impl Fn(&J) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let run = || {
        let mut results = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(job) = jobs.get(index) else {
                return results;
            };
            results.push((index, work(job)));
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut results = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(run)).collect();
        let joined =
            threads.into_iter().map(|thread| thread.join().expect("training does not panic"));
        joined.flatten().collect::<Vec<_>>()
    });
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

const _: () = assert!(MODEL_INTENTS * 2 <= volley_core::classify::SENSES_MAX);
