//! The files of a journal, and reading one of them from its beginning to its end.

use std::io;
use std::path::{Path, PathBuf};

use super::batch::{
    BATCH_HEADER_BYTES, BATCH_MAGIC, BatchHead, BatchView, HEADER_BYTES, Head, read_record,
};
use super::error::{Error, Fault};
use super::reader::Entry;
use super::storage::{Access, Storage, StorageFile};
use crate::id::{Position, Seq};

const EXTENSION: &str = "journal";

/// Bytes that are asked of a file at a time.
const WINDOW_BYTES: usize = 1024 * 1024;

/// A file of a journal by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) path: PathBuf,
    /// Where in the journal it begins.
    pub(super) start: u64,
}

/// Files are named by the journal's offset at which they begin, so names sort in order.
pub(super) fn file_name(start: u64) -> String {
    format!("{start:016x}.{EXTENSION}")
}

/// The segments in a directory, in order. Other files are nobody's business.
pub(super) fn list<S: Storage>(storage: &S, dir: &Path) -> Result<Vec<Name>, Error> {
    let mut names = Vec::new();
    for path in storage.list(dir).map_err(Error::io(dir))? {
        if path.extension().is_none_or(|extension| extension != EXTENSION) {
            continue;
        }
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let start = u64::from_str_radix(stem, 16).ok();
        let Some(start) = start.filter(|start| path.ends_with(file_name(*start))) else {
            return Err(Error::Files {
                file: path,
                offset: 0,
                what: "its name does not say where in the journal it begins".to_owned(),
                remedy: "give it back its name of sixteen hexadecimal digits, or move it elsewhere",
            });
        };
        names.push(Name { path, start });
    }
    Ok(names)
}

/// A file seen through a window that moves forward, so that memory is bounded by the largest batch.
#[derive(Debug)]
struct Window<F> {
    file: F,
    /// Bytes in the file when it was opened. What a live owner adds later is not looked at.
    size: u64,
    bytes: Vec<u8>,
    /// The offset in the file of the first byte of `bytes`.
    at: u64,
}

impl<F: StorageFile> Window<F> {
    fn new(file: F) -> io::Result<Self> {
        let size = file.size()?;
        Ok(Self { file, size, bytes: Vec::new(), at: 0 })
    }

    /// The bytes from `offset` on: at least `wanted` of them, unless the file ends before.
    fn from(&mut self, offset: u64, wanted: usize) -> io::Result<&[u8]> {
        let rest = usize::try_from(self.size.saturating_sub(offset)).unwrap_or(usize::MAX);
        let wanted = wanted.min(rest);
        let end = self.at + self.bytes.len() as u64;
        if offset < self.at || offset > end || end - offset < wanted as u64 {
            let kept = if (self.at..=end).contains(&offset) {
                (offset - self.at) as usize
            } else {
                self.bytes.len()
            };
            self.bytes.drain(..kept);
            self.at = offset;
            let old = self.bytes.len();
            self.bytes.resize(wanted.max(WINDOW_BYTES.min(rest)), 0);
            let read = self.file.read_all_at(offset + old as u64, &mut self.bytes[old..])?;
            self.bytes.truncate(old + read);
        }
        Ok(&self.bytes[(offset - self.at) as usize..])
    }
}

/// Why a segment cannot be read further.
#[derive(Debug)]
pub(super) enum Stop {
    Io(io::Error),
    /// No whole batch stands at that byte of the file. At the end of a journal a crash may have left that.
    NoBatch(u64, Fault),
    /// What stands at that byte is whole, and wrong. No crash leaves that.
    Wrong(u64, Fault),
}

impl Stop {
    pub(super) fn in_file(self, path: &Path) -> Error {
        match self {
            Self::Io(error) => Error::Io(path.to_owned(), error),
            Self::NoBatch(offset, fault) | Self::Wrong(offset, fault) => {
                Error::Bytes { file: path.to_owned(), offset, fault }
            }
        }
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Reads one segment, batch by batch.
#[derive(Debug)]
pub(super) struct Segment<F> {
    window: Window<F>,
    pub(super) head: Head,
    /// The byte of the file at which the next batch begins: all before it is right.
    pub(super) offset: u64,
    next_seq: Seq,
    /// The highest durable mark in its batches.
    pub(super) durable: u64,
}

impl<F: StorageFile> Segment<F> {
    /// Opens a file and reads its head.
    pub(super) fn open<S: Storage<File = F>>(storage: &S, name: &Name) -> Result<Self, Stop> {
        let mut window = Window::new(storage.open(&name.path, Access::Read)?)?;
        let bytes = window.from(0, HEADER_BYTES)?;
        let head = Head::decode(bytes).map_err(|fault| Stop::Wrong(0, fault))?;
        if head.header.start != name.start {
            let fault = Fault::Damaged("its name does not say where in the journal it begins");
            return Err(Stop::Wrong(0, fault));
        }
        let (offset, next_seq) = (HEADER_BYTES as u64, head.header.first_seq);
        let durable = head.header.start;
        Ok(Self { window, head, offset, next_seq, durable })
    }

    /// Bytes in the file.
    pub(super) fn size(&self) -> u64 {
        self.window.size
    }

    /// The last number that was read, or the one before the segment's first.
    pub(super) fn last_seq(&self) -> Seq {
        Seq(self.next_seq.0 - 1)
    }

    /// Where in the journal the next batch begins.
    pub(super) fn end(&self) -> u64 {
        self.head.header.start + self.offset
    }

    /// Reads the next batch and gives its records to `take`. False at the end of the file.
    pub(super) fn next_batch(&mut self, take: &mut impl FnMut(&Head, Entry)) -> Result<bool, Stop> {
        let begin = self.offset;
        let at = self.end();
        let rest = self.window.size - begin;
        if rest == 0 {
            return Ok(false);
        }
        let none = |fault| Stop::NoBatch(begin, fault);
        let wrong = |within: u64, what| Stop::Wrong(begin + within, Fault::Damaged(what));
        let head =
            BatchHead::read(self.window.from(begin, BATCH_HEADER_BYTES)?, at).map_err(none)?;
        if head.len as u64 > rest {
            return Err(none(Fault::Torn));
        }
        let batch = BatchView::read(self.window.from(begin, head.len)?, at).map_err(none)?;
        if head.first_seq != self.next_seq || head.count == 0 {
            return Err(wrong(0, "records are missing before this batch"));
        }
        let mut records = batch.records;
        let mut seq = self.next_seq;
        for _ in 0..head.count {
            let within = (BATCH_HEADER_BYTES + batch.records.len() - records.len()) as u64;
            let (record, len) = read_record(records, at + within)
                .map_err(|fault| Stop::Wrong(begin + within, fault))?;
            if record.seq != seq {
                return Err(wrong(within, "a record has a number that is not its turn"));
            }
            seq.0 += 1;
            records = &records[len..];
            let position = Position::new(self.head.header.shard, at + within);
            take(&self.head, Entry { position, record });
        }
        if !records.is_empty() {
            return Err(wrong(0, "a batch holds more than its records"));
        }
        self.next_seq = seq;
        self.offset += head.len as u64;
        self.durable = self.durable.max(head.durable);
        Ok(true)
    }
}

/// Looks for the beginning of a batch in a file, from a byte on, whatever stands before it, and says where one is.
///
/// A header that is right is enough: it is written only after all before it was, so what precedes it was there once.
pub(super) fn find_batch<S: Storage>(
    storage: &S,
    name: &Name,
    from: u64,
) -> io::Result<Option<u64>> {
    let mut window = Window::new(storage.open(&name.path, Access::Read)?)?;
    let mut at = from;
    while at + BATCH_HEADER_BYTES as u64 <= window.size {
        let bytes = window.from(at, BATCH_HEADER_BYTES)?;
        if bytes.len() < BATCH_HEADER_BYTES {
            break;
        }
        let candidates = bytes.windows(BATCH_HEADER_BYTES).zip(at..);
        let mut here = candidates.filter(|(bytes, _)| bytes[..4] == BATCH_MAGIC);
        let found =
            here.find(|(bytes, offset)| BatchHead::read(bytes, name.start + offset).is_ok());
        if let Some((_, offset)) = found {
            return Ok(Some(offset));
        }
        at += (bytes.len() - BATCH_HEADER_BYTES + 1) as u64;
    }
    Ok(None)
}
