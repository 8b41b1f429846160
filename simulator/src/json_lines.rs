//! JSON Lines as a stream: one value per line, a bad line named by its number and passed over.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read};

use serde::Deserialize;

/// Longest line that is read, in bytes. A reply of the greatest length that the engine accepts fits
/// however it is escaped.
pub const LINE_BYTES_MAX: usize = 1024 * 1024;

const _: () = assert!(volley_core::limits::TEXT_BYTES_MAX * 8 <= LINE_BYTES_MAX);

/// Bytes that are asked of the source at a time.
const BUFFER_BYTES: usize = 64 * 1024;

/// Reads values from lines. Memory is bounded by one line, whatever the length of the input.
#[derive(Debug)]
pub struct JsonLines<R> {
    source: BufReader<R>,
    line: Vec<u8>,
    number: u64,
}

/// A line that does not hold the value that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// Its number, from 1.
    pub number: u64,
    /// What is wrong with it.
    pub reason: String,
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.number, self.reason)
    }
}

impl std::error::Error for BadLine {}

impl<R: Read> JsonLines<R> {
    /// Reads from `source`, which needs no buffer of its own.
    pub fn new(source: R) -> Self {
        Self { source: BufReader::with_capacity(BUFFER_BYTES, source), line: Vec::new(), number: 0 }
    }

    /// The value on the next line, or what is wrong with that line, or none at the end. An empty
    /// line is a bad one, so that a caller who answers line by line stays in step.
    ///
    /// # Errors
    /// Those of the source. What was read before them stays valid.
    pub fn next<'a, T: Deserialize<'a>>(&'a mut self) -> io::Result<Option<Result<T, BadLine>>> {
        self.line.clear();
        let is_whole = match self.read_line()? {
            Line::End => return Ok(None),
            Line::Whole => true,
            Line::TooLong => false,
        };
        self.number += 1;
        let line = self.line.trim_ascii();
        let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
        let value = if !is_whole {
            Err(format!("longer than {LINE_BYTES_MAX} bytes"))
        } else if line.is_empty() {
            Err("empty".to_owned())
        } else {
            serde_json::from_slice(line).map_err(|error| reason(&error))
        };
        let number = self.number;
        Ok(Some(value.map_err(|reason| BadLine { number, reason })))
    }

    /// Whether the next value has to be waited for: the moment to flush what answers the last.
    pub fn is_drained(&self) -> bool {
        self.source.buffer().is_empty()
    }

    /// Reads up to the next line feed or the end. Of a line that is too long nothing is kept.
    fn read_line(&mut self) -> io::Result<Line> {
        let mut found = Line::End;
        loop {
            let buffer = match self.source.fill_buf() {
                Ok(buffer) => buffer,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if buffer.is_empty() {
                return Ok(found);
            }
            let feed = buffer.iter().position(|byte| *byte == b'\n');
            let piece = &buffer[..feed.unwrap_or(buffer.len())];
            if found != Line::TooLong && self.line.len() + piece.len() <= LINE_BYTES_MAX {
                self.line.extend_from_slice(piece);
                found = Line::Whole;
            } else {
                self.line.clear();
                found = Line::TooLong;
            }
            let used = piece.len() + usize::from(feed.is_some());
            self.source.consume(used);
            if feed.is_some() {
                return Ok(found);
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Line {
    Whole,
    TooLong,
    End,
}

/// What serde_json says, with its place in the line. Its own line number is always 1 and misleads.
fn reason(error: &serde_json::Error) -> String {
    let said = error.to_string();
    let said = said.rsplit_once(" at line ").map_or(said.as_str(), |(said, _)| said);
    let kind = if error.is_data() { "" } else { "not JSON: " };
    format!("{kind}{said} (column {})", error.column())
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    #[derive(Deserialize)]
    struct Row<'a> {
        #[serde(borrow)]
        text: Cow<'a, str>,
    }

    fn read_all(input: &[u8]) -> Vec<Result<String, String>> {
        let mut lines = JsonLines::new(input);
        let mut found = Vec::new();
        while let Some(row) = lines.next::<Row>().unwrap() {
            found.push(match row {
                Ok(row) => Ok(row.text.into_owned()),
                Err(bad) => Err(bad.to_string()),
            });
        }
        found
    }

    #[test]
    fn reads_a_value_from_each_line() {
        let check = |input: &str, texts: &[&str]| {
            let found: Vec<_> =
                read_all(input.as_bytes()).into_iter().map(Result::unwrap).collect();
            assert_eq!(found, texts, "{input:?}");
        };
        check("", &[]);
        check("{\"text\":\"a\"}", &["a"]);
        check("{\"text\":\"a\"}\n{\"text\":\"b\"}\n", &["a", "b"]);
        check(
            "\u{feff}{\"text\":\"a\"}\r\n {\"id\":1,\"text\":\"\\ud83d\\ude00\"} ",
            &["a", "\u{1f600}"],
        );
    }

    #[test]
    fn names_a_bad_line_and_goes_on() {
        let check = |line: &[u8], complaint: &str| {
            let input = [b"{\"text\":\"a\"}\n", line, b"\n{\"text\":\"b\"}\n"].concat();
            let found = read_all(&input);
            let expected = [Ok("a".to_owned()), Err(complaint.to_owned()), Ok("b".to_owned())];
            assert_eq!(found, expected);
        };
        check(b"", "line 2: empty");
        check(b"hello", "line 2: not JSON: expected value (column 1)");
        check(b"{\"body\":\"a\"}", "line 2: missing field `text` (column 12)");
        check(b"{\"text\":\"a\"", "line 2: not JSON: EOF while parsing an object (column 11)");
        check(b"{\"text\":\"\xff\"}", "line 2: not JSON: invalid unicode code point (column 10)");
        for length in [LINE_BYTES_MAX + 1, 3 * LINE_BYTES_MAX] {
            check(&vec![b' '; length], "line 2: longer than 1048576 bytes");
        }
    }

    #[test]
    fn the_longest_line_is_read() {
        let long = "x".repeat(LINE_BYTES_MAX - r#"{"text":""}"#.len());
        let input = format!("{{\"text\":\"{long}\"}}\n");
        assert_eq!(read_all(input.as_bytes()), [Ok(long)]);
    }

    #[test]
    fn is_drained_when_the_source_has_to_be_asked() {
        let mut lines = JsonLines::new(&b"{\"text\":\"a\"}\n{\"text\":\"b\"}\n"[..]);
        assert!(lines.is_drained());
        lines.next::<Row>().unwrap();
        assert!(!lines.is_drained());
        lines.next::<Row>().unwrap();
        assert!(lines.is_drained());
    }
}
