//! The trained part: a linear model over the features of a text.
//!
//! Each intent has one or more *senses*, ways of speaking that were learnt apart, such as that of
//! forums and that of shops; the sense that fits best speaks for the intent. A sense has a weight for
//! each feature. Weights are whole numbers and their sum does not depend on the order, so that every
//! machine gets the same score; rows of weights that came out alike are kept once.

mod file;

pub use file::ModelError;

use super::INTENTS;
use super::features::{FEATURES_MAX, each_feature};
use crate::text::Folded;

/// Intents a model knows: all but `unclear`, which is what is left when it knows nothing.
pub const MODEL_INTENTS: usize = INTENTS - 1;

/// Most senses of a model.
pub const SENSES_MAX: usize = 32;

/// Bits of a feature's hash that tell it from others: first its bucket in the table, then its mark.
pub const KEY_BITS: u32 = 32;
const MARK_BITS: u32 = 16;
const BUCKETS: usize = 1 << (KEY_BITS - MARK_BITS);

/// Features in one bucket.
const BUCKET: usize = 4;

/// Rows are named by 16 bits. The last name means none: its row holds what an unknown feature says.
pub const ROWS_MAX: usize = u16::MAX as usize;
const NO_ROW: u16 = u16::MAX;

/// The features that a model may know: the table stays at most half full.
pub const FEATURES_KNOWN_MAX: usize = BUCKETS * BUCKET / 2;

/// The bucket where the feature with that key is looked for first.
fn bucket_of(key: u64) -> usize {
    (key >> MARK_BITS) as usize % BUCKETS
}

/// What tells a feature from others, of its hash.
pub fn feature_key(hash: u64) -> u64 {
    hash >> (64 - KEY_BITS)
}

/// One sense of an intent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sense {
    /// The intent, as an index into `Intent::ALL` without `unclear`.
    pub intent: u8,
    /// What one step of a weight is worth.
    pub step: f32,
    /// The margin of a text without features.
    pub bias: f32,
}

/// From the margin of an intent to its logit.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Calibration {
    /// Factor of the margin.
    pub slope: f32,
    /// Added to it.
    pub offset: f32,
}

/// The weights of some feature for each sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    /// In steps of the sense.
    pub weights: [i8; SENSES_MAX],
    /// The square of how telling the feature is, for the length of a text.
    pub square: u16,
}

/// What a model is made of, as training gives it and files keep it.
#[derive(Clone, Debug, PartialEq)]
pub struct Parts {
    /// Where the labelled texts came from, and what their licences ask to be said.
    pub notes: String,
    /// At most [`SENSES_MAX`].
    pub senses: Vec<Sense>,
    /// For each intent.
    pub calibration: [Calibration; MODEL_INTENTS],
    /// The logit of knowing nothing, against which intents compete.
    pub nothing: f32,
    /// The square of a feature that was never seen.
    pub unseen_square: u16,
    /// At most [`ROWS_MAX`].
    pub rows: Vec<Row>,
    /// From the key of each feature to its row, by ascending key.
    pub features: Vec<(u64, u16)>,
}

/// A model, ready for use.
#[derive(Debug)]
pub struct Model {
    parts: Parts,
    /// The features by their marks. A bucket that is full goes on in the next.
    buckets: Vec<Bucket>,
    /// The weights again, by themselves: the rows of all features of a text are added up.
    weights: Vec<[i8; SENSES_MAX]>,
    squares: Vec<u16>,
    version: u32,
}

/// A few features: what tells them apart, and their rows. Free places come last.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    marks: [u16; BUCKET],
    rows: [u16; BUCKET],
}

/// What a model makes of one text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evidence {
    /// For each intent, in the order of `Intent::ALL` without `unclear`.
    pub logits: [f32; MODEL_INTENTS],
    /// The share of the text, by weight, that the model knows: from 0 to 1.
    pub known: f32,
}

impl Model {
    /// The model that ships with Volley.
    pub fn standard() -> Self {
        // The file is part of the program, and a test reads it.
        Self::read(include_bytes!("model/standard.model")).expect("the standard model is sound")
    }

    /// A model that knows nothing.
    pub fn empty() -> Self {
        Self::new(Parts {
            notes: String::new(),
            senses: Vec::new(),
            calibration: [Calibration { slope: 0.0, offset: -100.0 }; MODEL_INTENTS],
            nothing: 0.0,
            unseen_square: 1,
            rows: Vec::new(),
            features: Vec::new(),
        })
    }

    /// A model of these parts, which must be within the bounds that [`Parts`] states.
    pub fn new(parts: Parts) -> Self {
        let version = file::checksum(&parts.to_bytes());
        Self::from_parts(parts, version)
    }

    fn from_parts(parts: Parts, version: u32) -> Self {
        let free = Bucket { marks: [0; BUCKET], rows: [NO_ROW; BUCKET] };
        let mut buckets = vec![free; BUCKETS];
        for (key, row) in &parts.features {
            let mut at = bucket_of(*key);
            let place = loop {
                match buckets[at].rows.iter().position(|row| *row == NO_ROW) {
                    Some(place) => break place,
                    None => at = (at + 1) % BUCKETS,
                }
            };
            buckets[at].marks[place] = *key as u16;
            buckets[at].rows[place] = *row;
        }
        let mut weights: Vec<_> = parts.rows.iter().map(|row| row.weights).collect();
        let mut squares: Vec<_> = parts.rows.iter().map(|row| row.square).collect();
        weights.resize(usize::from(NO_ROW) + 1, [0; SENSES_MAX]);
        squares.resize(usize::from(NO_ROW) + 1, parts.unseen_square);
        Self { parts, buckets, weights, squares, version }
    }

    /// What it was made of.
    pub fn parts(&self) -> &Parts {
        &self.parts
    }

    /// Names the model: a checksum of its file.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// The row of the feature with that key, which is that of nothing if the model does not know it.
    #[inline]
    fn row(&self, key: u32) -> u16 {
        let mut at = bucket_of(u64::from(key));
        loop {
            let bucket = &self.buckets[at];
            // No branch for each place: whether a feature is known is a toss-up.
            let mut found = NO_ROW;
            for (mark, row) in bucket.marks.iter().zip(bucket.rows) {
                found = found.min(if *mark == key as u16 { row } else { NO_ROW });
            }
            if found != NO_ROW || bucket.rows[BUCKET - 1] == NO_ROW {
                return found;
            }
            at = (at + 1) % BUCKETS;
        }
    }

    /// What the model makes of `text`; none if the text has no words.
    pub fn evidence(&self, text: &Folded) -> Option<Evidence> {
        // First all keys, then all rows, then all weights: the loads of one loop do not wait for each
        // other.
        let mut keys = [0u32; FEATURES_MAX];
        let mut count = 0;
        each_feature(text, |hash, _, _| {
            keys[count] = feature_key(hash) as u32;
            count += 1;
        });
        let mut rows = [0u16; FEATURES_MAX];
        for (row, key) in rows.iter_mut().zip(&keys[..count]) {
            *row = self.row(*key);
        }
        let mut sums = [0i16; SENSES_MAX];
        let (mut known, mut all) = (0u32, 0u32);
        for row in &rows[..count] {
            // The number of features is bounded so that no sum of bytes overflows.
            for (sum, weight) in sums.iter_mut().zip(&self.weights[usize::from(*row)]) {
                *sum = sum.wrapping_add(i16::from(*weight));
            }
            let square = u32::from(self.squares[usize::from(*row)]);
            all = all.wrapping_add(square);
            known = known.wrapping_add(if *row == NO_ROW { 0 } else { square });
        }
        if all == 0 {
            return None;
        }
        Some(Evidence { logits: self.logits(&sums, all), known: known as f32 / all as f32 })
    }

    /// From sums of weights to logits. `square` is that of the length of the text.
    fn logits(&self, sums: &[i16; SENSES_MAX], square: u32) -> [f32; MODEL_INTENTS] {
        let length = 1.0 / (square as f32).sqrt();
        let mut margins = [f32::MIN; MODEL_INTENTS];
        for (sense, sum) in self.parts.senses.iter().zip(sums) {
            let margin = f32::from(*sum) * sense.step * length + sense.bias;
            let best = &mut margins[usize::from(sense.intent)];
            *best = best.max(margin);
        }
        let mut logits = [f32::MIN; MODEL_INTENTS];
        for (intent, calibration) in self.parts.calibration.iter().enumerate() {
            // An intent without senses has the slope zero.
            let margin = margins[intent].max(-1e6);
            logits[intent] = margin * calibration.slope + calibration.offset;
        }
        logits
    }

    /// How much each feature of `text` speaks for `intent` rather than for the others: a factor to its
    /// logit, and the words it was made of, as an index and a number of words. For people.
    pub fn contributions(&self, text: &Folded, intent: usize) -> Vec<(f32, usize, usize)> {
        let mut found = Vec::new();
        let mut all = 0u32;
        each_feature(text, |hash, at, words| {
            let row = self.row(feature_key(hash) as u32);
            all += u32::from(self.squares[usize::from(row)]);
            if row != NO_ROW {
                found.push((self.speaks_for(usize::from(row), intent), at, words));
            }
        });
        let length = 1.0 / (all as f32).sqrt();
        for (factor, _, _) in &mut found {
            *factor *= length * self.parts.calibration[intent].slope;
        }
        found
    }

    /// The best weight of a row among the senses of `intent`.
    fn speaks_for(&self, row: usize, intent: usize) -> f32 {
        let senses = self.parts.senses.iter().zip(self.weights[row]);
        let own = senses.filter(|(sense, _)| usize::from(sense.intent) == intent);
        own.map(|(sense, weight)| f32::from(weight) * sense.step).fold(f32::MIN, f32::max)
    }
}

// The sums of a text stay within 16 bits.
const _: () = assert!(FEATURES_MAX * 128 <= i16::MAX as usize);
