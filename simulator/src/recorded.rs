//! Recorded replies: JSON Lines, CSV or Arrow, read one by one.
//!
//! | column | holds | if it is missing |
//! |---|---|---|
//! | `text` | what was written | the line is bad |
//! | `contact` (or `from`) | a phone number, or any name of the person | everybody writes once |
//! | `brand` | number of the brand | 1 |
//! | `channel` | sms, mms, rcs, whatsapp, messenger, instagram, web, email | sms |
//! | `message_id` (or `id`) | the provider's id, by which redeliveries are recognised | every line is new |
//! | `campaign`, `flow` | number of what it answers | unprompted |
//! | `media` | number of attachments | 0 |
//! | `received_us` | microseconds since 1970 UTC | `received_at` |
//! | `received_at` | RFC 3339, such as 2026-11-27T14:00:00Z | evenly, one after the other |
//!
//! Other columns are ignored. A line earlier than the one before it counts as arriving with it.

mod arrow;
mod row;
mod text;

use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::Path;
use std::time::Duration;

use volley_core::message::Inbound;
use volley_core::time::Timestamp;

use crate::error::Error;
use row::Row;

/// What is wrong with one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// The line, or the row of an Arrow file, from 1.
    pub number: u64,
    /// What, and what to do.
    pub message: String,
}

/// Gives the rows of a file one by one.
trait Source {
    fn next(&mut self) -> Option<Result<Row, BadLine>>;
}

/// What is done about bad lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadLines {
    /// They are shown, counted and passed over.
    Skip,
    /// The first one ends the run.
    Refuse,
}

/// Bad lines that are shown one by one; the rest is only counted.
const SHOWN_MAX: u64 = 20;

/// The replies of a file, in the order of the file.
pub struct Recorded {
    source: Box<dyn Source>,
    path: String,
    bad_lines: BadLines,
    /// Lines that were passed over.
    pub skipped: u64,
    spacing: Duration,
    count: u64,
    last_at: Timestamp,
}

impl Recorded {
    /// Opens a file; what it is is told by its first bytes, and CSV by its name. Lines without a time
    /// arrive `per_second` a second from `begin` on.
    ///
    /// # Errors
    /// If the file cannot be read, or is an Arrow file without a column `text`.
    pub fn open(
        path: &Path,
        bad_lines: BadLines,
        per_second: f64,
        begin: Timestamp,
    ) -> Result<Self, Error> {
        let shown = path.display().to_string();
        let unreadable =
            |error| Error::Input(format!("{shown}: {error}; name a file that can be read"));
        let mut file = File::open(path).map_err(unreadable)?;
        let mut magic = [0; 6];
        let is_arrow = file.read_exact(&mut magic).is_ok() && &magic == b"ARROW1";
        file.rewind().map_err(unreadable)?;
        let is_csv = path.extension().is_some_and(|it| it.eq_ignore_ascii_case("csv"));
        let source: Box<dyn Source> = if is_arrow {
            Box::new(arrow::Arrow::open(file, &shown)?)
        } else if is_csv {
            Box::new(text::Csv::open(BufReader::new(file), &shown)?)
        } else {
            Box::new(text::Json::new(file, &shown))
        };
        let spacing = Duration::from_secs_f64(1.0 / per_second);
        Ok(Self { source, path: shown, bad_lines, skipped: 0, spacing, count: 0, last_at: begin })
    }

    /// The next reply that can be read.
    ///
    /// # Errors
    /// At a bad line, if those are refused.
    pub fn next_reply(&mut self) -> Result<Option<Inbound>, Error> {
        loop {
            let Some(row) = self.source.next() else { return Ok(None) };
            let usual_at = if self.count == 0 { self.last_at } else { self.last_at + self.spacing };
            match row.and_then(|row| row.into_inbound(self.count + 1, usual_at)) {
                Ok(mut reply) => {
                    self.count += 1;
                    if self.count > 1 {
                        reply.received_at = reply.received_at.max(self.last_at);
                    }
                    self.last_at = reply.received_at;
                    return Ok(Some(reply));
                }
                Err(bad) => self.skip(&bad)?,
            }
        }
    }

    fn skip(&mut self, bad: &BadLine) -> Result<(), Error> {
        let message = format!("{}:{}: {}", self.path, bad.number, bad.message);
        if self.bad_lines == BadLines::Refuse {
            return Err(Error::Input(message));
        }
        self.skipped += 1;
        match self.skipped {
            ..=SHOWN_MAX => eprintln!("volley-sim: {message}; skipped"),
            n if n == SHOWN_MAX + 1 => {
                eprintln!("volley-sim: more bad lines are skipped and only counted")
            }
            _ => {}
        }
        Ok(())
    }
}
