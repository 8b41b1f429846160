//! How good a classifier is on labelled replies.

use serde::Serialize;
use std::collections::BTreeMap;
use volley_core::classify::{Classifier, INTENTS, Intent, Scratch};

use super::Labelled;

/// Steps into which certainty is divided to compare it with the truth.
const CERTAINTY_BINS: usize = 15;

/// Counts of what was said for what was true, by the order of `Intent::ALL`.
pub type Confusion = [[u32; INTENTS]; INTENTS];

/// One intent's figures.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct PerClass {
    /// Of those said to be of it, the share that is.
    pub precision: f64,
    /// Of those that are of it, the share that was found.
    pub recall: f64,
    /// The harmonic mean of both.
    pub f1: f64,
    /// How many there are.
    pub support: u32,
}

/// One step of certainty.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct CertaintyBin {
    /// The mean score within the step.
    pub score: f64,
    /// The share that was right.
    pub right: f64,
    /// How many there are.
    pub count: u32,
}

/// The figures of one evaluation.
#[derive(Clone, Debug, Serialize)]
pub struct Evaluation {
    /// How many replies.
    pub count: u32,
    /// The share with the right intent.
    pub accuracy: f64,
    /// The mean F1 of the intents that occur.
    pub macro_f1: f64,
    /// Expected calibration error: how far scores are from the share that is right, on average, over
    /// 15 steps.
    pub ece: f64,
    /// The share that came out unclear.
    pub unclear: f64,
    /// By the name of the intent.
    pub per_class: BTreeMap<&'static str, PerClass>,
    /// From the true intent to the one said, to how many; zeroes are left out.
    pub confusion: BTreeMap<&'static str, BTreeMap<&'static str, u32>>,
    /// Scores against the truth.
    pub calibration: Vec<CertaintyBin>,
}

/// Classifies all replies and compares.
pub fn evaluate(labelled: &[Labelled], classifier: &Classifier) -> Evaluation {
    evaluate_each(&[(classifier, labelled)])
}

/// Classifies each list by its own classifier, and compares all of them together.
pub(super) fn evaluate_each(lists: &[(&Classifier, &[Labelled])]) -> Evaluation {
    let mut scratch = Scratch::default();
    let mut confusion: Confusion = [[0; INTENTS]; INTENTS];
    let mut bins = [(0.0, 0u32, 0u32); CERTAINTY_BINS];
    for (classifier, labelled) in lists {
        for Labelled { text, intent } in *labelled {
            let (verdict, scores) = classifier.scores(text.as_bytes(), &mut scratch);
            confusion[*intent as usize][verdict.intent as usize] += 1;
            // What is certain about an unclear text is that it is unclear.
            let score = scores[verdict.intent as usize].as_f64();
            let bin = &mut bins[((score * CERTAINTY_BINS as f64) as usize).min(CERTAINTY_BINS - 1)];
            bin.0 += score;
            bin.1 += u32::from(verdict.intent == *intent);
            bin.2 += 1;
        }
    }
    summarise(&confusion, &bins)
}

fn summarise(confusion: &Confusion, bins: &[(f64, u32, u32)]) -> Evaluation {
    let count: u32 = confusion.iter().flatten().sum();
    let of_all = |part: u32| f64::from(part) / f64::from(count.max(1));
    let mut per_class = BTreeMap::new();
    let mut said = BTreeMap::new();
    for intent in Intent::ALL {
        let row = &confusion[*intent as usize];
        let support: u32 = row.iter().sum();
        if support == 0 {
            continue;
        }
        per_class.insert(intent.name(), figures(confusion, *intent as usize, support));
        let named = Intent::ALL.iter().map(|other| (other.name(), row[*other as usize]));
        said.insert(intent.name(), named.filter(|(_, count)| *count > 0).collect());
    }
    let right = (0..INTENTS).map(|at| confusion[at][at]).sum();
    let unclear = confusion.iter().map(|row| row[Intent::Unclear as usize]).sum();
    let f1s = per_class.values().map(|figures: &PerClass| figures.f1);
    let filled = bins.iter().filter(|(_, _, count)| *count > 0);
    let calibration: Vec<_> = filled
        .map(|(score, right, count)| CertaintyBin {
            score: score / f64::from(*count),
            right: f64::from(*right) / f64::from(*count),
            count: *count,
        })
        .collect();
    let gaps = calibration.iter().map(|bin| (bin.score - bin.right).abs() * of_all(bin.count));
    Evaluation {
        count,
        accuracy: of_all(right),
        macro_f1: f1s.sum::<f64>() / per_class.len().max(1) as f64,
        ece: gaps.sum(),
        unclear: of_all(unclear),
        per_class,
        confusion: said,
        calibration,
    }
}

fn figures(confusion: &Confusion, at: usize, support: u32) -> PerClass {
    let right = f64::from(confusion[at][at]);
    let said: u32 = confusion.iter().map(|row| row[at]).sum();
    let precision = if said == 0 { 0.0 } else { right / f64::from(said) };
    let recall = right / f64::from(support);
    let f1 = 2.0 * right / f64::from(said + support);
    PerClass { precision, recall, f1, support }
}
