//! `volley-sim evaluate`: how good the classifier is on labelled replies.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;

use super::train::classifier_with;
use crate::error::Error;
use crate::training::{Adapted, Evaluation, evaluate, read_labels};

/// Measure the classifier on labelled replies
///
/// Shows accuracy, macro-F1, the figures of each intent, what was taken for what, and how well scores
/// say how often they are right.
#[derive(Debug, Args)]
pub struct Evaluate {
    /// Labelled replies, .jsonl files or folders of them; also without --labels
    #[arg(long, value_name = "FILE", num_args = 1..)]
    labels: Vec<PathBuf>,
    /// The same
    #[arg(value_name = "FILE", conflicts_with = "labels", required_unless_present = "labels")]
    files: Vec<PathBuf>,
    /// The model; the one that ships with Volley otherwise
    #[arg(long, value_name = "MODEL")]
    model: Option<PathBuf>,
    /// Words and rules of a brand, added to the standard ones; TOML as in
    /// engine/core/src/classify/rules
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
    /// Print one JSON object instead of the tables
    #[arg(long)]
    json: bool,
}

impl Evaluate {
    pub(super) fn run(self) -> Result<(), Error> {
        let paths = if self.labels.is_empty() { &self.files } else { &self.labels };
        let labelled = read_labels(paths).map_err(Error::input)?;
        if labelled.is_empty() {
            return Err(Error::input("no labelled replies: every file is empty"));
        }
        let evaluation =
            evaluate(&labelled, &classifier_with(self.model.as_deref(), self.rules.as_deref())?);
        if self.json {
            let json = serde_json::to_string_pretty(&evaluation);
            println!("{}", json.map_err(|error| Error::Internal(error.to_string()))?);
        } else {
            print!("{}", tables(&evaluation));
        }
        Ok(())
    }
}

fn tables(evaluation: &Evaluation) -> String {
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{} replies   accuracy {:.4}   macro-F1 {:.4}   calibration error {:.4}   unclear {:.1} %\n",
        evaluation.count,
        evaluation.accuracy,
        evaluation.macro_f1,
        evaluation.ece,
        evaluation.unclear * 100.0,
    );
    let _ =
        writeln!(out, "  intent                  precision  recall      F1  replies  taken for");
    for (intent, figures) in &evaluation.per_class {
        let mut taken: Vec<_> =
            evaluation.confusion[intent].iter().filter(|(said, _)| *said != intent).collect();
        taken.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let taken: Vec<_> =
            taken.iter().take(3).map(|(said, count)| format!("{said} {count}")).collect();
        let _ = writeln!(
            out,
            "  {intent:<24}{:>8.3}{:>8.3}{:>8.3}{:>9}  {}",
            figures.precision,
            figures.recall,
            figures.f1,
            figures.support,
            taken.join(", ")
        );
    }
    let _ = writeln!(out, "\n  score   right  replies");
    for bin in &evaluation.calibration {
        let bar = "█".repeat((bin.right * 40.0).round() as usize);
        let _ = writeln!(out, "  {:.3}   {:.3}  {:>7}  {bar}", bin.score, bin.right, bin.count);
    }
    out
}

/// What teaching a model a brand's replies brought, in two lines.
pub(super) fn gain(adapted: &Adapted) -> String {
    let line = |name: &str, evaluation: &Evaluation| {
        format!(
            "{name:<28}accuracy {:.3}   macro-F1 {:.3}   unclear {:.1} %\n",
            evaluation.accuracy,
            evaluation.macro_f1,
            evaluation.unclear * 100.0
        )
    };
    line("before", &adapted.before) + &line("after, on replies left out", &adapted.after)
}
