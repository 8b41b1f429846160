//! Labelled replies, read from JSON Lines: `text` and `label`, the name of an intent.

use std::borrow::Cow;
use std::fmt;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use volley_core::classify::Intent;

use crate::json_lines::JsonLines;

/// A text and what its writer wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labelled {
    /// The reply.
    pub text: String,
    /// Its intent; `unclear` for a text that nobody should claim to understand.
    pub intent: Intent,
}

/// A file of labels that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelError {
    path: PathBuf,
    what: String,
}

impl fmt::Display for LabelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.what)
    }
}

impl std::error::Error for LabelError {}

#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    text: Cow<'a, str>,
    #[serde(borrow)]
    label: Cow<'a, str>,
}

/// Reads the labels of all `paths`: files, or folders of which every `.jsonl` file is read.
///
/// # Errors
/// If a file cannot be read, or a line has no text or no known label: the line is named.
pub fn read_labels(paths: &[PathBuf]) -> Result<Vec<Labelled>, LabelError> {
    let mut labelled = Vec::new();
    for path in paths {
        for file in files(path)? {
            read_file(&file, &mut labelled)?;
        }
    }
    Ok(labelled)
}

/// The file itself, or those of the folder in the order of their names.
fn files(path: &Path) -> Result<Vec<PathBuf>, LabelError> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let failed =
        |error: std::io::Error| LabelError { path: path.to_owned(), what: error.to_string() };
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(failed)? {
        let file = entry.map_err(failed)?.path();
        if file.extension().is_some_and(|extension| extension == "jsonl") {
            files.push(file);
        }
    }
    files.sort();
    if files.is_empty() {
        let what = "no .jsonl file in this folder".to_owned();
        return Err(LabelError { path: path.to_owned(), what });
    }
    Ok(files)
}

fn read_file(path: &Path, into: &mut Vec<Labelled>) -> Result<(), LabelError> {
    let failed = |what: String| LabelError { path: path.to_owned(), what };
    let file = File::open(path).map_err(|error| failed(error.to_string()))?;
    let mut lines = JsonLines::new(file);
    let mut number = 0u64;
    while let Some(line) = lines.next::<Line>().map_err(|error| failed(error.to_string()))? {
        number += 1;
        let line = line.map_err(|bad| {
            failed(format!(
                "{bad}; a line is {{\"text\":\"where is it\",\"label\":\"order_status\"}}"
            ))
        })?;
        let intent = Intent::from_name(&line.label).ok_or_else(|| {
            let known: Vec<_> = Intent::ALL.iter().map(|intent| intent.name()).collect();
            failed(format!(
                "line {number}: `{}` is no label; the labels are {}",
                line.label,
                known.join(", ")
            ))
        })?;
        into.push(Labelled { text: line.text.into_owned(), intent });
    }
    Ok(())
}
