//! No journal: for runs that nobody will ask about, and to measure what a journal costs.

use std::io;

use super::Journal;
use crate::id::{Position, Seq};
use crate::record::Record;

/// Keeps nothing, and promises nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoJournal {
    last: Seq,
}

impl Journal for NoJournal {
    fn append(&mut self, record: &Record) -> Position {
        self.last = record.seq;
        Position::default()
    }

    fn sync(&mut self) -> io::Result<Seq> {
        Ok(self.last)
    }
}
