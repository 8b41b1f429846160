//! `volley-sim classify`: what replies are, and why.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Read, Write};
use std::path::PathBuf;
use std::thread;

use clap::Args;
use serde::Deserialize;
use volley_core::classify::{Classifier, INTENTS, Intent, Score, Scratch, Verdict, frustration};

use super::paint::Colour;
use super::train::classifier_with;
use crate::error::Error;
use crate::json_lines::{BadLine, JsonLines};

mod shown;

/// An input line that is right, for those whose line is not.
const EXAMPLE: &str = r#"{"text":"Where is my order?"}"#;

/// Tell what replies are: compliance, noise and intent, and why
///
/// Given a text, shows the verdict, the scores and the words and rules behind them. Without one, reads
/// JSON Lines with a field `text` and writes a verdict a line, in the same order. For a line that
/// cannot be read it writes {"error":"…"}, says so on standard error, goes on, and ends with exit
/// code 2.
#[derive(Debug, Args)]
pub struct Classify {
    /// The reply; JSON Lines are read if it is left out
    text: Option<String>,
    /// Read JSON Lines from this file instead of standard input
    #[arg(long, value_name = "FILE", conflicts_with = "text")]
    file: Option<PathBuf>,
    /// Write JSON: one object a line
    #[arg(long)]
    json: bool,
    /// The model of intents; the one that ships with Volley otherwise
    #[arg(long, value_name = "MODEL")]
    model: Option<PathBuf>,
    /// Words and rules of a brand, added to the standard ones; TOML as in
    /// engine/core/src/classify/rules
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
    /// Whether to use colour
    #[arg(long, value_enum, default_value_t = Colour::Auto)]
    color: Colour,
}

impl Classify {
    pub(super) fn run(self) -> Result<(), Error> {
        let classifier = classifier_with(self.model.as_deref(), self.rules.as_deref())?;
        let stdout = io::stdout().lock();
        let mut out = BufWriter::with_capacity(1 << 16, stdout);
        if let Some(text) = &self.text {
            if self.json {
                shown::json(&mut out, &classifier.explain(text.as_bytes()))?;
            } else {
                shown::explain(&mut out, &classifier.explain(text.as_bytes()), self.color.paint())?;
            }
            return Ok(out.flush()?);
        }
        let bad = match &self.file {
            Some(path) => {
                let file = File::open(path)
                    .map_err(|error| Error::input(format!("{}: {error}", path.display())))?;
                self.lines(file, &classifier, &mut out)?
            }
            None => {
                let input = io::stdin().lock();
                if input.is_terminal() {
                    eprintln!("reading JSON Lines from standard input, such as {EXAMPLE}");
                }
                self.lines(input, &classifier, &mut out)?
            }
        };
        if bad > 0 {
            return Err(Error::input(format!("{bad} lines could not be read")));
        }
        Ok(())
    }

    /// Answers each line with one line, in order; complains of bad ones. Their number.
    fn lines(
        &self,
        input: impl Read,
        classifier: &Classifier,
        out: &mut impl Write,
    ) -> io::Result<u64> {
        let mut lines = JsonLines::new(input);
        let threads = thread::available_parallelism().map_or(1, usize::from).min(THREADS_MAX);
        let mut hands: Vec<_> = (0..threads).map(|_| Hand::default()).collect();
        let mut block = Vec::with_capacity(BLOCK_LINES);
        let mut bad_lines = 0;
        loop {
            let goes_on = read_block(&mut lines, &mut block)?;
            for bad in block.iter().filter_map(|line| line.as_ref().err()) {
                bad_lines += 1;
                eprintln!("{bad}; write one object per line, such as {EXAMPLE}");
            }
            self.answer(&block, classifier, &mut hands);
            for hand in &mut hands {
                out.write_all(&hand.answers)?;
                hand.answers.clear();
            }
            if !goes_on {
                out.flush()?;
                return Ok(bad_lines);
            }
            // Whoever asks line by line and waits must not wait for a full buffer.
            if lines.is_drained() {
                out.flush()?;
            }
        }
    }

    /// Answers a block: its lines are divided among the hands in order, so that their answers, one
    /// hand's after the other's, are in order too.
    fn answer(&self, block: &[Line], classifier: &Classifier, hands: &mut [Hand]) {
        let share = block.len().div_ceil(hands.len()).max(SHARE_LINES_MIN);
        let mut shares = block.chunks(share).zip(hands);
        let Some((own, own_hand)) = shares.next() else { return };
        thread::scope(|scope| {
            for (share, hand) in shares {
                scope.spawn(|| hand.answer(share, classifier, self.json));
            }
            own_hand.answer(own, classifier, self.json);
        });
    }
}

/// Lines that are read before they are answered.
const BLOCK_LINES: usize = 4096;

/// Fewer lines than this are not worth another thread.
const SHARE_LINES_MIN: usize = 64;

/// More threads than this would wait for the one that reads.
const THREADS_MAX: usize = 8;

/// The text of a line, or what is wrong with it.
type Line = Result<String, BadLine>;

/// Fills `block` with the next lines; stops early where the next would have to be waited for. Whether
/// there may be more.
fn read_block(lines: &mut JsonLines<impl Read>, block: &mut Vec<Line>) -> io::Result<bool> {
    block.clear();
    while block.len() < BLOCK_LINES {
        match lines.next::<Request>()? {
            None => return Ok(false),
            Some(request) => block.push(request.map(|request| request.text.into_owned())),
        }
        if lines.is_drained() {
            break;
        }
    }
    Ok(true)
}

/// What one thread works with.
#[derive(Default)]
struct Hand {
    scratch: Scratch,
    answers: Vec<u8>,
}

impl Hand {
    fn answer(&mut self, lines: &[Line], classifier: &Classifier, json: bool) {
        for line in lines {
            match line {
                Ok(text) => {
                    let (verdict, scores) = classifier.scores(text.as_bytes(), &mut self.scratch);
                    if json {
                        write_json(&mut self.answers, &verdict, &scores);
                    } else {
                        shown::in_short(&mut self.answers, &verdict, text);
                    }
                }
                Err(bad) => {
                    let error = serde_json::json!({ "error": bad.to_string() });
                    self.answers.extend_from_slice(error.to_string().as_bytes());
                }
            }
            self.answers.push(b'\n');
        }
    }
}

#[derive(Deserialize)]
struct Request<'a> {
    #[serde(borrow)]
    text: Cow<'a, str>,
}

/// Writes a verdict as JSON. By hand, since all of it is names of our own and numbers, and it has to
/// keep up with a pipe.
fn write_json(line: &mut Vec<u8>, verdict: &Verdict, scores: &[Score; INTENTS]) {
    let mut name = |key: &str, value: Option<&str>| {
        line.extend_from_slice(key.as_bytes());
        match value {
            Some(value) => {
                line.push(b'"');
                line.extend_from_slice(value.as_bytes());
                line.push(b'"');
            }
            None => line.extend_from_slice(b"null"),
        }
    };
    let known = |intent: Intent| (intent != Intent::Unclear).then(|| intent.name());
    name("{\"compliance\":", Some(verdict.compliance.name()));
    name(",\"noise\":", verdict.noise.map(|noise| noise.name()));
    name(",\"intent\":", Some(verdict.intent.name()));
    name(",\"second\":", known(verdict.second));
    name(",\"detail\":", Some(verdict.detail.name()));
    line.extend_from_slice(b",\"score\":");
    write_score(line, scores[verdict.intent as usize]);
    line.extend_from_slice(b",\"frustration\":");
    write_score(line, frustration(verdict, scores));
    line.extend_from_slice(b",\"signals\":[");
    for (index, signal) in verdict.signals.names().enumerate() {
        line.extend_from_slice(if index == 0 { b"\"" } else { b",\"" });
        line.extend_from_slice(signal.as_bytes());
        line.push(b'"');
    }
    line.extend_from_slice(b"],\"scores\":{");
    for (index, intent) in Intent::ALL.iter().enumerate() {
        line.extend_from_slice(if index == 0 { b"\"" } else { b",\"" });
        line.extend_from_slice(intent.name().as_bytes());
        line.extend_from_slice(b"\":");
        write_score(line, scores[*intent as usize]);
    }
    line.extend_from_slice(b"}}");
}

/// Writes a score with its four decimals.
fn write_score(line: &mut Vec<u8>, Score(score): Score) {
    let digit = |unit: u16| b'0' + (score / unit % 10) as u8;
    line.extend_from_slice(&[digit(10_000), b'.', digit(1_000), digit(100), digit(10), digit(1)]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_json_is_what_a_parser_reads_back() {
        let verdict = Verdict::default();
        let mut scores = [Score(0); INTENTS];
        scores[0] = Score(10_000);
        scores[2] = Score(305);
        let mut line = Vec::new();
        write_json(&mut line, &verdict, &scores);
        let value: serde_json::Value = serde_json::from_slice(&line).unwrap();
        assert_eq!(value["compliance"], "none");
        assert_eq!(value["noise"], serde_json::Value::Null);
        assert_eq!(value["scores"]["unclear"], 1.0);
        assert_eq!(value["scores"]["order_status"], 0.0305);
        assert_eq!(value["scores"].as_object().unwrap().len(), INTENTS);
    }
}
