//! Which lines of a reply are the customer's own: not the quoted campaign, not the signature.

use std::ops::Range;

/// Most pieces of own text that one reply is cut into; what follows is kept in the last piece.
const PIECES_MAX: usize = 16;

/// The parts of `raw` that the customer wrote for this reply.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Own {
    pieces: [Range<usize>; PIECES_MAX],
    len: usize,
}

impl Own {
    /// All of a text of `len` bytes.
    pub(super) fn all(len: usize) -> Self {
        let mut own = Self::default();
        own.push(0..len);
        own
    }

    /// The pieces, in their order.
    pub(super) fn pieces(&self) -> &[Range<usize>] {
        &self.pieces[..self.len]
    }

    fn push(&mut self, piece: Range<usize>) {
        match self.pieces[..self.len].last_mut() {
            Some(last) if last.end == piece.start || self.len == PIECES_MAX => {
                last.end = piece.end;
            }
            _ => {
                self.pieces[self.len] = piece;
                self.len += 1;
            }
        }
    }
}

/// The customer's own lines. A text of one line is all theirs; so is one of which nothing would be
/// left, since `> STOP` may well be a person's idea of emphasis.
pub(super) fn own(raw: &[u8]) -> Own {
    if !raw.contains(&b'\n') {
        return Own::all(raw.len());
    }
    let mut own = Own::default();
    let mut written = false;
    let mut start = 0;
    for line in raw.split_inclusive(|b| *b == b'\n') {
        let piece = start..start + line.len();
        start = piece.end;
        let line = trim(line);
        if line.first() == Some(&b'>') {
            continue;
        }
        if written && (is_signature_mark(line) || begins_quotation(line)) {
            break;
        }
        written |= line.iter().any(|b| b.is_ascii_alphanumeric() || *b >= 0x80);
        own.push(piece);
    }
    if written { own } else { Own::all(raw.len()) }
}

fn trim(line: &[u8]) -> &[u8] {
    line.trim_ascii()
}

/// The line `-- ` that mail programs put before a signature, or a longer rule of the same kind.
fn is_signature_mark(line: &[u8]) -> bool {
    line.len() >= 2 && line.iter().all(|b| matches!(b, b'-' | b'_'))
}

/// The line above a quoted original.
fn begins_quotation(line: &[u8]) -> bool {
    let begins =
        |start: &[u8]| line.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start));
    let wrote = [&b"wrote:"[..], b" escribi\xc3\xb3:", b" a \xc3\xa9crit :", b"schrieb:"];
    let ends = |end: &&[u8]| line.ends_with(end);
    begins(b"-----original message")
        || begins(b"----- original message")
        || begins(b"---------- forwarded message")
        || wrote.iter().any(|end| ends(&&end[..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_own_lines() {
        let check = |raw: &str, kept: &[&str]| {
            let own = own(raw.as_bytes());
            let pieces: Vec<&str> = own.pieces().iter().map(|p| &raw[p.clone()]).collect();
            assert_eq!(pieces, kept, "{raw:?}");
        };
        check("stop", &["stop"]);
        check("> quoted\nstop", &["stop"]);
        check("stop\n> quoted\n> more\nthanks", &["stop\n", "thanks"]);
        check("STOP\n\n--\nMarisol Vega", &["STOP\n\n"]);
        check("-- \nstop", &["-- \nstop"]);
        check("> stop\n> now", &["> stop\n> now"]);
        check("stop\nOn Monday Fern & Oak wrote:\nSale!", &["stop\n"]);
        check("one\ntwo", &["one\ntwo"]);
    }
}
