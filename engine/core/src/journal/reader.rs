//! Reading a journal that is in memory, or all of one on disk. It only reads: what is damaged is told, never mended.

use std::path::Path;

use super::batch::{BATCH_HEADER_BYTES, BatchView, HEADER_BYTES, Head, Header, read_record};
use super::error::{Error, Fault};
use super::scan::{Found, Scan};
use super::storage::Disk;
use crate::id::{Position, Seq};
use crate::record::Record;

/// One record and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where.
    pub position: Position,
    /// What.
    pub record: Record,
}

/// Reads the records of one journal file.
#[derive(Debug)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    head: Head,
    /// The next byte to look at.
    offset: usize,
    /// Records left in the current batch.
    left: u32,
    batch_end: usize,
    next_seq: Seq,
    /// Whether something was wrong. Nothing behind that can be told apart from what only looks like a record.
    ended: bool,
}

impl<'a> Reader<'a> {
    /// Reads the header.
    ///
    /// # Errors
    /// If the bytes are no journal file of this version.
    pub fn new(bytes: &'a [u8]) -> Result<Self, Fault> {
        let head = Head::decode(bytes)?;
        let next_seq = head.header.first_seq;
        let (offset, batch_end) = (HEADER_BYTES, HEADER_BYTES);
        Ok(Self { bytes, head, offset, left: 0, batch_end, next_seq, ended: false })
    }

    /// What the file says about itself.
    pub fn header(&self) -> Header {
        self.head.header
    }

    /// The byte at which reading stands: after a fault, the byte that is at fault.
    pub fn offset(&self) -> usize {
        self.offset
    }

    fn open_batch(&mut self) -> Result<bool, Fault> {
        let rest = &self.bytes[self.batch_end..];
        self.offset = self.batch_end;
        if rest.is_empty() {
            return Ok(false);
        }
        let batch = BatchView::read(rest, self.head.header.start + self.offset as u64)?;
        if batch.head.first_seq != self.next_seq || batch.head.count == 0 {
            return Err(Fault::Damaged("records are missing before this batch"));
        }
        self.left = batch.head.count;
        self.offset += BATCH_HEADER_BYTES;
        self.batch_end += batch.head.len;
        Ok(true)
    }

    fn read(&mut self) -> Result<Entry, Fault> {
        let at = self.head.header.start + self.offset as u64;
        let (record, len) = read_record(&self.bytes[self.offset..self.batch_end], at)?;
        if record.seq != self.next_seq {
            return Err(Fault::Damaged("a record has a number that is not its turn"));
        }
        self.offset += len;
        self.left -= 1;
        self.next_seq = Seq(self.next_seq.0 + 1);
        Ok(Entry { position: Position::new(self.head.header.shard, at), record })
    }
}

impl Iterator for Reader<'_> {
    type Item = Result<Entry, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let entry = match self.left {
            0 => self
                .open_batch()
                .and_then(|more| if more { self.read().map(Some) } else { Ok(None) }),
            _ => self.read().map(Some),
        };
        self.ended = entry.is_err();
        entry.transpose()
    }
}

/// Reads all files of a journal in order, gives each record to `take`, and says what was found.
///
/// # Errors
/// If there is no journal, if a file cannot be read or is damaged, or if acknowledged records are missing.
pub fn read_dir(dir: &Path, mut take: impl FnMut(&Header, Entry)) -> Result<Found, Error> {
    let mut scan = Scan::open(&Disk, dir, Position::default())?;
    if scan.segments() == 0 {
        return Err(Error::Absent(dir.to_owned()));
    }
    while scan.next_segment(|head, entry| take(&head.header, entry))?.is_some() {}
    scan.finish()
}
