//! Labelled texts as rows of numbers.

use std::collections::BTreeMap;

use volley_core::classify::{
    Classifier, FEATURES_KNOWN_MAX, Intent, MODEL_INTENTS, each_feature, feature_key,
};
use volley_core::hash::stable_hash;
use volley_core::text::Folded;

use super::packing::SenseWeights;
use super::{FOLDS, Labelled, Sense};

/// Rows of numbers, most of them zero: for each row the columns that are not, with their values.
#[derive(Clone, Debug, Default)]
pub(super) struct Rows {
    starts: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f32>,
    /// How many columns there are.
    pub(super) width: usize,
}

impl Rows {
    /// No rows yet, of so many columns.
    pub(super) fn new(width: usize) -> Self {
        Self { starts: vec![0], width, ..Self::default() }
    }

    pub(super) fn row(&self, index: usize) -> impl Iterator<Item = (usize, f64)> {
        let range = self.starts[index]..self.starts[index + 1];
        let columns = self.columns[range.clone()].iter().map(|column| *column as usize);
        columns.zip(self.values[range].iter().map(|value| f64::from(*value)))
    }

    /// Adds a row of these columns, each as often as it is given, scaled to the length one. What is
    /// `unseen` adds to its length only: a square.
    pub(super) fn push(&mut self, columns: &[u32], telling: &[f64], unseen: f64) {
        let squares = columns.iter().map(|column| telling[*column as usize].powi(2));
        let length = (squares.sum::<f64>() + unseen).sqrt();
        let mut sorted = columns.to_vec();
        sorted.sort_unstable();
        for alike in sorted.chunk_by(|a, b| a == b) {
            let value = alike.len() as f64 * telling[alike[0] as usize] / length;
            self.columns.push(alike[0]);
            self.values.push(value as f32);
        }
        self.starts.push(self.columns.len());
    }
}

/// All labelled texts of one training.
#[derive(Debug)]
pub(super) struct Examples {
    rows: Rows,
    intents: Vec<u8>,
    voices: Vec<u8>,
    /// Keys of features, ascending: the columns.
    pub(super) keys: Vec<u64>,
    /// How telling each feature is: the logarithm of how rare it is.
    pub(super) telling: Vec<f64>,
    /// How telling a feature is that was never seen.
    pub(super) unseen: f64,
}

impl Examples {
    pub(super) fn new(voices: &[Vec<Labelled>], classifier: &Classifier) -> Self {
        let mut folded = Folded::default();
        let mut texts = Vec::new();
        let mut intents = Vec::new();
        let mut of_voice = Vec::new();
        for (voice, labelled) in voices.iter().enumerate() {
            for Labelled { text, intent } in labelled {
                if *intent != Intent::Unclear {
                    texts.push(feature_keys(text, classifier, &mut folded));
                    intents.push(*intent as u8 - 1);
                    of_voice.push(voice as u8);
                }
            }
        }
        let (keys, telling, unseen) = dictionary(&texts);
        let mut rows = Rows::new(keys.len());
        for text in &texts {
            let columns: Vec<_> = text.iter().filter_map(|key| column(&keys, *key)).collect();
            let unseen = (text.len() - columns.len()) as f64 * unseen * unseen;
            rows.push(&columns, &telling, unseen);
        }
        Self { rows, intents, voices: of_voice, keys, telling, unseen }
    }

    pub(super) fn len(&self) -> usize {
        self.intents.len()
    }

    pub(super) fn rows(&self) -> &Rows {
        &self.rows
    }

    pub(super) fn intent(&self, index: usize) -> usize {
        usize::from(self.intents[index])
    }

    pub(super) fn voice(&self, index: usize) -> usize {
        usize::from(self.voices[index])
    }

    /// The part to which an example is dealt.
    pub(super) fn fold(&self, index: usize, seed: u64) -> usize {
        (stable_hash(seed, index as u64) % FOLDS as u64) as usize
    }

    /// The senses of which there are examples, by intent.
    pub(super) fn senses(&self) -> Vec<Sense> {
        let voices = usize::from(self.voices.iter().copied().max().unwrap_or(0)) + 1;
        let all = (0..MODEL_INTENTS)
            .flat_map(|intent| (0..voices).map(move |voice| Sense { intent, voice }));
        all.filter(|sense| {
            let mut of = (0..self.len()).map(|index| (self.intent(index), self.voice(index)));
            of.any(|of| of == (sense.intent, sense.voice))
        })
        .collect()
    }

    /// For each example, the margin of each sense as learnt without the example's own fold.
    pub(super) fn held_out_margins<'a>(
        &self,
        seed: u64,
        senses: &[Sense],
        learnt: impl Fn(usize, usize) -> &'a SenseWeights,
    ) -> Vec<Vec<f64>> {
        let margins = |index: usize| {
            let fold = self.fold(index, seed);
            let margin = |sense| learnt(fold, sense).margin(&self.rows, index);
            (0..senses.len()).map(margin).collect()
        };
        (0..self.len()).map(margins).collect()
    }
}

/// The keys of the features of `text`.
pub(super) fn feature_keys(text: &str, classifier: &Classifier, folded: &mut Folded) -> Vec<u64> {
    classifier.fold(text.as_bytes(), folded);
    let mut keys = Vec::new();
    each_feature(folded, |hash, _, _| keys.push(feature_key(hash)));
    keys
}

/// The column of a feature, if there is one.
pub(super) fn column(keys: &[u64], key: u64) -> Option<u32> {
    keys.binary_search(&key).ok().map(|column| column as u32)
}

/// The features that occur, with how telling each is, and how telling one is that does not occur.
fn dictionary(texts: &[Vec<u64>]) -> (Vec<u64>, Vec<f64>, f64) {
    let mut counts: BTreeMap<u64, u32> = BTreeMap::new();
    for text in texts {
        let mut keys = text.clone();
        keys.sort_unstable();
        keys.dedup();
        for key in keys {
            *counts.entry(key).or_default() += 1;
        }
    }
    let mut kept: Vec<_> = counts.into_iter().collect();
    if kept.len() > FEATURES_KNOWN_MAX {
        kept.sort_by_key(|(key, count)| (std::cmp::Reverse(*count), *key));
        kept.truncate(FEATURES_KNOWN_MAX);
        kept.sort_unstable();
    }
    let telling = |count: u32| libm::log((1.0 + texts.len() as f64) / f64::from(1 + count)) + 1.0;
    let keys = kept.iter().map(|(key, _)| *key).collect();
    (keys, kept.iter().map(|(_, count)| telling(*count)).collect(), telling(0))
}
