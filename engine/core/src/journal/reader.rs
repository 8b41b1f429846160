//! Reading a journal. It only reads: what is damaged is told, never mended.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use super::batch::{BATCH_HEADER_BYTES, BatchView, HEADER_BYTES, Header, NoBatch, read_u32};
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

/// What is wrong with a journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The file ends in the middle of a batch. If it is the last file, this is what a crash leaves,
    /// and nothing in that batch was ever acknowledged.
    Torn,
    /// Bytes were changed or lost after they were written.
    Damaged(&'static str),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Torn => write!(f, "it ends in the middle of a batch"),
            Self::Damaged(what) => f.write_str(what),
        }
    }
}

/// A journal that cannot be read further: which file, which byte, what, and what to do.
#[derive(Debug)]
pub enum Error {
    /// The operating system refused.
    Io(PathBuf, std::io::Error),
    /// The bytes are not right.
    Bytes {
        /// The file.
        file: PathBuf,
        /// The byte in that file.
        offset: usize,
        /// What is wrong.
        fault: Fault,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(path, error) => write!(f, "{}: {error}", path.display()),
            Self::Bytes { file, offset, fault } => {
                write!(
                    f,
                    "{} at byte {offset}: {fault}; restore this file from a copy",
                    file.display()
                )
            }
        }
    }
}

impl std::error::Error for Error {}

/// Reads the records of one journal file.
#[derive(Debug)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    header: Header,
    /// The next byte to look at.
    offset: usize,
    /// Records left in the current batch.
    left: u32,
    batch_end: usize,
    next_seq: Seq,
}

impl<'a> Reader<'a> {
    /// Reads the header.
    ///
    /// # Errors
    /// If the bytes are no journal file of this version.
    pub fn new(bytes: &'a [u8]) -> Result<Self, Fault> {
        let header = Header::decode(bytes).map_err(Fault::Damaged)?;
        let next_seq = header.first_seq;
        Ok(Self { bytes, header, offset: HEADER_BYTES, left: 0, batch_end: HEADER_BYTES, next_seq })
    }

    /// What the file says about itself.
    pub fn header(&self) -> Header {
        self.header
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
        let batch = BatchView::read(rest).map_err(|no_batch| match no_batch {
            NoBatch::Torn => Fault::Torn,
            NoBatch::Damaged(what) => Fault::Damaged(what),
        })?;
        if batch.first_seq != self.next_seq || batch.count == 0 {
            return Err(Fault::Damaged("records are missing before this batch"));
        }
        debug_assert!(batch.records.len() + BATCH_HEADER_BYTES < batch.len);
        self.left = batch.count;
        self.offset += BATCH_HEADER_BYTES;
        self.batch_end += batch.len;
        Ok(true)
    }

    fn read(&mut self) -> Result<Entry, Fault> {
        // The checksum was right, so a record that does not fit was written by other code.
        const WRONG: Fault = Fault::Damaged("a record does not have the form this version writes");
        let rest = &self.bytes[self.offset..self.batch_end];
        if rest.len() < 4 {
            return Err(WRONG);
        }
        let bytes = rest[4..].get(..read_u32(rest, 0) as usize).ok_or(WRONG)?;
        let record = Record::decode(bytes).map_err(|_| WRONG)?;
        if record.seq != self.next_seq {
            return Err(WRONG);
        }
        let position = Position::new(self.header.shard, self.header.start + self.offset as u64);
        self.offset += 4 + bytes.len();
        self.left -= 1;
        self.next_seq = Seq(self.next_seq.0 + 1);
        Ok(Entry { position, record })
    }
}

impl Iterator for Reader<'_> {
    type Item = Result<Entry, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.left == 0 {
            match self.open_batch() {
                Ok(true) => {}
                Ok(false) => return None,
                Err(fault) => return Some(Err(fault)),
            }
        }
        Some(self.read())
    }
}

/// Reads all files of a shard's journal in order and gives each record to `take`. Returns the header
/// of the first file, and whether the last file ends in a torn batch.
///
/// # Errors
/// If a file cannot be read or is damaged, or if a file that is not the last one is torn.
pub fn read_dir(dir: &Path, mut take: impl FnMut(&Header, Entry)) -> Result<(Header, bool), Error> {
    let io = |path: &Path| {
        let path = path.to_owned();
        move |error| Error::Io(path, error)
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).map_err(io(dir))? {
        let path = entry.map_err(io(dir))?.path();
        if path.extension().is_some_and(|extension| extension == "journal") {
            files.push(path);
        }
    }
    files.sort();
    let mut first = None;
    for (index, file) in files.iter().enumerate() {
        let bytes = fs::read(file).map_err(io(file))?;
        let at = |offset, fault| Error::Bytes { file: file.clone(), offset, fault };
        let mut reader = Reader::new(&bytes).map_err(|fault| at(0, fault))?;
        first.get_or_insert(reader.header());
        while let Some(entry) = reader.next() {
            match entry {
                Ok(entry) => take(&reader.header(), entry),
                Err(Fault::Torn) if index + 1 == files.len() => return Ok((reader.header(), true)),
                Err(fault) => return Err(at(reader.offset(), fault)),
            }
        }
    }
    let none =
        || io(dir)(std::io::Error::new(std::io::ErrorKind::NotFound, "no journal files in it"));
    Ok((first.ok_or_else(none)?, false))
}
