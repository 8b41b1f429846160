//! A journal on disk: one directory per shard, files that follow each other, one write per turn.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::Journal;
use super::batch::{BatchWriter, HEADER_BYTES, Header};
use crate::id::{Position, Seq};
use crate::limits::JOURNAL_SEGMENT_BYTES_MAX;
use crate::record::Record;

/// Bytes that are gathered before they are written when nobody waits for the disk.
const WRITE_BYTES: usize = 1024 * 1024;

/// When a record counts as durable, so that its effects may leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acknowledge {
    /// When the disk has it: `fdatasync` once per turn. For production.
    Durable,
    /// When it is in memory. A crash loses the end; for simulations, whose input can be made again.
    InMemory,
}

/// Writes batches to files.
#[derive(Debug)]
pub struct FileJournal {
    dir: PathBuf,
    file: File,
    /// Bytes in `file`.
    written: u64,
    header: Header,
    acknowledge: Acknowledge,
    writer: BatchWriter,
    poisoned: bool,
}

impl FileJournal {
    /// Begins a journal in `dir`, which is made; a journal that is there already is not touched.
    ///
    /// # Errors
    /// If the directory holds a journal, or cannot be written.
    pub fn create(dir: &Path, header: Header, acknowledge: Acknowledge) -> io::Result<Self> {
        fs::create_dir_all(dir)?;
        if fs::read_dir(dir)?.next().is_some() {
            let message = "the directory is not empty; name one that is, or remove what is in it";
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
        }
        let mut writer = BatchWriter::new(header.shard);
        let file = begin_file(dir, &header, &mut writer)?;
        let dir = dir.to_owned();
        Ok(Self { dir, file, written: 0, header, acknowledge, writer, poisoned: false })
    }

    /// Writes and syncs everything, whatever is acknowledged when: the end of a run.
    ///
    /// # Errors
    /// As [`Journal::sync`].
    pub fn finish(mut self) -> io::Result<()> {
        self.writer.end();
        self.unless_poisoned(|journal| {
            journal.write()?;
            journal.file.sync_all()
        })
    }

    fn unless_poisoned(&mut self, act: impl FnOnce(&mut Self) -> io::Result<()>) -> io::Result<()> {
        if self.poisoned {
            return Err(io::Error::other("the journal failed before and is not written any more"));
        }
        // After a failed write or sync nobody knows what the disk holds, and asking again may be told
        // that all is well although pages were dropped (the fsync study, ATC 2020). Hence no retry.
        act(self).inspect_err(|_| self.poisoned = true)
    }

    fn write(&mut self) -> io::Result<()> {
        self.file.write_all(&self.writer.bytes)?;
        self.written += self.writer.bytes.len() as u64;
        self.writer.clear();
        if self.written >= JOURNAL_SEGMENT_BYTES_MAX {
            self.file.sync_all()?;
            self.header.start = self.writer.start;
            self.header.first_seq = Seq(self.writer.last_seq.0 + 1);
            self.file = begin_file(&self.dir, &self.header, &mut self.writer)?;
            self.written = 0;
        }
        Ok(())
    }
}

impl Journal for FileJournal {
    fn append(&mut self, record: &Record) -> Position {
        self.writer.append(record)
    }

    fn sync(&mut self) -> io::Result<Seq> {
        self.writer.end();
        let durable = self.acknowledge == Acknowledge::Durable;
        let gathered = self.writer.bytes.len();
        if gathered > 0 && (durable || gathered >= WRITE_BYTES) {
            self.unless_poisoned(|journal| {
                journal.write()?;
                if durable { journal.file.sync_data() } else { Ok(()) }
            })?;
        }
        Ok(self.writer.last_seq)
    }
}

/// Makes the next file. Its header goes out with the first batch.
fn begin_file(dir: &Path, header: &Header, writer: &mut BatchWriter) -> io::Result<File> {
    let path = dir.join(file_name(header.start));
    let file = OpenOptions::new().write(true).create_new(true).open(path)?;
    // The name must survive a crash as well as the bytes: a directory is synced like a file.
    File::open(dir)?.sync_all()?;
    header.encode(&mut writer.bytes);
    debug_assert!(writer.bytes.len() >= HEADER_BYTES);
    Ok(file)
}

/// Files are named by the journal's offset at which they begin, so names sort in order.
pub(super) fn file_name(start: u64) -> String {
    format!("{start:016x}.journal")
}
