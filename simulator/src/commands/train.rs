//! `volley-sim train`: a model from labelled replies.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;
use volley_core::classify::{Classifier, Model, ModelParts};
use volley_core::export::WholeFile;

use super::evaluate;
use crate::error::Error;
use crate::progress::Progress;
use crate::training::{self, Training, read_labels};

/// Train a model of intents from labelled replies
///
/// Labels are JSON Lines with `text` and `label`, the name of an intent; a folder stands for all its
/// .jsonl files. The same labels and seed give the same bytes. With --base, a few hundred replies of
/// one brand teach an existing model how its customers speak; what that brings is measured on replies
/// left out, and shown.
#[derive(Debug, Args)]
pub struct Train {
    /// Labelled replies, .jsonl files or folders of them
    #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
    labels: Vec<PathBuf>,
    /// More of them that speak in another way, such as phrases of shops beside texts of forums: their
    /// ways of saying a thing are learnt apart
    #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with = "base")]
    phrases: Vec<PathBuf>,
    /// Where to write the model
    #[arg(long, value_name = "MODEL")]
    out: PathBuf,
    /// A model to start from, or `standard` for the one that ships with Volley
    #[arg(long, value_name = "MODEL")]
    base: Option<PathBuf>,
    /// A text file to keep in the model: where the labels came from and what their licences ask for
    #[arg(long, value_name = "FILE")]
    notes: Option<PathBuf>,
    /// Fixes every random choice
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Print one JSON object instead of the table
    #[arg(long)]
    json: bool,
}

impl Train {
    pub(super) fn run(self) -> Result<(), Error> {
        let labels = read_labels(&self.labels).map_err(Error::input)?;
        if labels.is_empty() {
            return Err(Error::input("no labelled replies: every file is empty"));
        }
        match &self.base {
            Some(base) => {
                let base = classifier(Some(base))?;
                let adapted = training::adapt(&base, &labels, self.seed);
                write(&self.out, &adapted.parts)?;
                if self.json {
                    let gain = json!({ "before": adapted.before, "after": adapted.after });
                    println!("{gain:#}");
                } else {
                    print!("{}", evaluate::gain(&adapted));
                    println!("The model is in {}", self.out.display());
                }
            }
            None => {
                let parts = self.train(labels)?;
                let size = write(&self.out, &parts)?;
                let (features, rows) = (parts.features.len(), parts.rows.len());
                if self.json {
                    let what = json!({ "bytes": size, "features": features, "rows": rows });
                    println!("{what}");
                } else {
                    println!(
                        "{features} features in {rows} rows, {} kB, are in {}",
                        size / 1000,
                        self.out.display()
                    );
                }
            }
        }
        Ok(())
    }

    fn train(&self, labels: Vec<training::Labelled>) -> Result<ModelParts, Error> {
        let mut voices = vec![labels];
        if !self.phrases.is_empty() {
            voices.push(read_labels(&self.phrases).map_err(Error::input)?);
        }
        let notes = self.notes.as_deref().map(read_text).transpose()?.unwrap_or_default();
        let training = Training { voices: &voices, notes, seed: self.seed };
        let bar = Progress::new(1, "training");
        let progress = |done: usize, total: usize| bar.of(done as u64, total as u64);
        let parts = training::train(&training, &Classifier::untrained(), &progress);
        bar.finish();
        Ok(parts)
    }
}

/// The standard classifier, with another model and further rules if they are named.
pub(super) fn classifier_with(
    model: Option<&Path>,
    rules: Option<&Path>,
) -> Result<Classifier, Error> {
    let Some(path) = rules else { return classifier(model) };
    let written = read_text(path)?;
    let ruled = Classifier::with_rules(&written)
        .map_err(|error| Error::input(format!("{}: {error}", path.display())))?;
    with_model(ruled, model)
}

/// The standard classifier, with another model if one is named.
pub(super) fn classifier(model: Option<&Path>) -> Result<Classifier, Error> {
    with_model(Classifier::standard(), model)
}

fn with_model(standard: Classifier, model: Option<&Path>) -> Result<Classifier, Error> {
    let Some(path) = model.filter(|path| *path != Path::new("standard")) else {
        return Ok(standard);
    };
    let at = |what: &dyn std::fmt::Display| Error::input(format!("{}: {what}", path.display()));
    let file = fs::read(path).map_err(|error| at(&error))?;
    Ok(standard.with_model(Model::read(&file).map_err(|error| at(&error))?))
}

fn read_text(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(|error| Error::input(format!("{}: {error}", path.display())))
}

/// Writes the model under its name only once it is whole. Its size in bytes.
fn write(path: &Path, parts: &ModelParts) -> Result<usize, Error> {
    let bytes = parts.to_bytes();
    let mut working = path.as_os_str().to_owned();
    working.push(".partial");
    let working = PathBuf::from(working);
    fs::write(&working, &bytes)
        .map_err(|error| Error::input(format!("{}: {error}", working.display())))?;
    WholeFile::new(working, path.to_owned()).name().map_err(Error::input)?;
    Ok(bytes.len())
}
