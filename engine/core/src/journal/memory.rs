//! A journal in memory, of the same bytes as one on disk: for tests, and for runs nobody wants to keep.

use std::io;

use super::Journal;
use super::batch::{BatchWriter, Head, Header};
use crate::id::{Position, Seq};
use crate::record::Record;

/// Keeps the bytes, or forgets each batch as soon as it is whole.
#[derive(Debug)]
pub struct MemoryJournal {
    writer: BatchWriter,
    keep: bool,
}

impl MemoryJournal {
    /// A journal whose bytes can be read again.
    pub fn keeping(header: Header) -> Self {
        let head = Head::first(header, 1);
        let mut writer = BatchWriter::new(header.shard, header.start, head.prior_seq);
        head.encode(&mut writer.bytes);
        writer.durable = writer.end_offset();
        Self { writer, keep: true }
    }

    /// A journal that frames and checks every record like any other, and keeps none.
    pub fn forgetting(header: Header) -> Self {
        Self { keep: false, ..Self::keeping(header) }
    }

    /// The bytes of a whole journal file, up to the last `sync`.
    pub fn bytes(&self) -> &[u8] {
        &self.writer.bytes
    }
}

impl Journal for MemoryJournal {
    fn append(&mut self, record: &Record) -> Position {
        self.writer.append(record)
    }

    fn sync(&mut self) -> io::Result<Seq> {
        self.writer.end();
        self.writer.durable = self.writer.end_offset();
        if !self.keep {
            self.writer.clear();
        }
        Ok(self.writer.last_seq)
    }
}
