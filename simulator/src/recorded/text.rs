//! JSON Lines and CSV.

use std::fs::File;
use std::io::BufReader;

use super::row::Row;
use super::{BadLine, Source};
use crate::error::Error;
use crate::json_lines::JsonLines;

pub(super) struct Json {
    lines: JsonLines<File>,
    path: String,
    count: u64,
    failed: bool,
}

impl Json {
    pub(super) fn new(file: File, path: &str) -> Self {
        Self { lines: JsonLines::new(file), path: path.to_owned(), count: 0, failed: false }
    }
}

impl Source for Json {
    fn next(&mut self) -> Option<Result<Row, BadLine>> {
        if self.failed {
            return None;
        }
        self.count += 1;
        let number = self.count;
        match self.lines.next::<Row>() {
            Ok(row) => Some(match row? {
                Ok(row) => Ok(Row { number, ..row }),
                Err(bad) => Err(BadLine { number: bad.number, message: bad.reason }),
            }),
            Err(error) => {
                self.failed = true;
                Some(Err(BadLine {
                    number,
                    message: format!("{}: {error}; reading ends here", self.path),
                }))
            }
        }
    }
}

pub(super) struct Csv {
    rows: csv::DeserializeRecordsIntoIter<BufReader<File>, Row>,
}

impl Csv {
    pub(super) fn open(file: BufReader<File>, path: &str) -> Result<Self, Error> {
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
        let headers = reader.headers().map_err(|error| Error::Input(format!("{path}: {error}")))?;
        if !headers.iter().any(|name| name == "text") {
            return Err(Error::Input(format!(
                "{path}:1: there is no column `text`; name the columns in the first line"
            )));
        }
        Ok(Self { rows: reader.into_deserialize() })
    }
}

impl Source for Csv {
    fn next(&mut self) -> Option<Result<Row, BadLine>> {
        let row = self.rows.next()?;
        let number = self.rows.reader().position().line();
        Some(match row {
            Ok(row) => Ok(Row { number, ..row }),
            Err(error) => {
                let number = error.position().map_or(number, csv::Position::line);
                Err(BadLine { number, message: error.to_string() })
            }
        })
    }
}
