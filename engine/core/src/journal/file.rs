//! A journal on disk: one directory per shard, segments that follow each other, one write and one sync per turn.

use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};

use super::Journal;
use super::batch::{BatchWriter, HEADER_BYTES, Head, Header};
use super::error::Error;
use super::owner::Owner;
use super::reader::Entry;
use super::recovery::{self, Recovered};
use super::segment::file_name;
use super::storage::{Access, Disk, Storage, StorageFile, make_dir};
use crate::id::{Position, Seq};
use crate::limits::JOURNAL_SEGMENT_BYTES_MAX;
use crate::planted::{self, Bug};
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

/// How a journal is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// When a record counts as durable.
    pub acknowledge: Acknowledge,
    /// Bytes a segment may reach before the next one is begun.
    pub segment_bytes: u64,
    /// Whether the number of shards may be another than before. What the journal holds of people who are now served
    /// by other shards is then the caller's business.
    pub resharded: bool,
}

impl Options {
    /// As in production, but for when a record is acknowledged.
    pub fn new(acknowledge: Acknowledge) -> Self {
        Self { acknowledge, segment_bytes: JOURNAL_SEGMENT_BYTES_MAX, resharded: false }
    }
}

/// A segment that is whole.
#[derive(Debug)]
struct Older {
    path: PathBuf,
    /// Where in the journal it ends.
    end: u64,
}

/// Writes batches to files. While it lives, nobody else can open the journal.
#[derive(Debug)]
pub struct FileJournal<S: Storage = Disk> {
    storage: S,
    dir: PathBuf,
    owner: Owner<S::File>,
    options: Options,
    /// From the oldest on.
    older: VecDeque<Older>,
    head: Head,
    path: PathBuf,
    file: S::File,
    /// Bytes in `file`.
    written: u64,
    writer: BatchWriter,
    poisoned: bool,
}

impl FileJournal {
    /// Begins a journal in `dir`, which is made; a journal that is there already is not touched.
    ///
    /// # Errors
    /// If the directory holds anything, or cannot be written.
    pub fn create(dir: &Path, header: Header, acknowledge: Acknowledge) -> Result<Self, Error> {
        Self::create_on(Disk, dir, header, Options::new(acknowledge))
    }

    /// Opens the journal in `dir`, or begins one, and gives every record in it to `take`, in order. What a crash left
    /// of a last batch is cut. Nothing may be done on account of what `take` was given before this returns.
    ///
    /// # Errors
    /// If another process has it open, if it is damaged, if it belongs to another shard or layout than `header` says,
    /// or if files cannot be read or written. Also if its beginning was removed: whoever has a snapshot names it, as in
    /// [`open_on`](Self::open_on).
    pub fn open(
        dir: &Path,
        header: Header,
        acknowledge: Acknowledge,
        take: impl FnMut(&Header, Entry),
    ) -> Result<(Self, Recovered), Error> {
        let options = Options::new(acknowledge);
        Self::open_on(Disk, dir, header, options, Position::default(), take)
    }
}

impl<S: Storage> FileJournal<S> {
    /// [`FileJournal::create`] on any disk.
    ///
    /// # Errors
    /// Likewise.
    pub fn create_on(
        storage: S,
        dir: &Path,
        header: Header,
        options: Options,
    ) -> Result<Self, Error> {
        make_dir(&storage, dir).map_err(Error::io(dir))?;
        if !storage.list(dir).map_err(Error::io(dir))?.is_empty() {
            return Err(Error::Occupied(dir.to_owned()));
        }
        let from = Position::default();
        Ok(Self::open_on(storage, dir, header, options, from, |_, _| {})?.0)
    }

    /// [`FileJournal::open`] on any disk, for a caller who needs no records before `from`: segments that end there or
    /// before are not read.
    ///
    /// # Errors
    /// Likewise.
    pub fn open_on(
        storage: S,
        dir: &Path,
        header: Header,
        options: Options,
        from: Position,
        mut take: impl FnMut(&Header, Entry),
    ) -> Result<(Self, Recovered), Error> {
        assert!(options.segment_bytes > HEADER_BYTES as u64, "a segment has room for a batch");
        make_dir(&storage, dir).map_err(Error::io(dir))?;
        let mut owner = Owner::take(&storage, dir)?;
        let mut scan = recovery::scan(&storage, dir, header, options.resharded, from)?;
        let epoch_before = scan.epoch();
        scan.reaches_back_to(from)?;
        while scan.next_segment(|head, entry| take(&head.header, entry))?.is_some() {}
        let found = scan.finish()?;
        owner.begin_epoch(epoch_before).map_err(Error::io(&owner.path))?;
        let epoch = owner.mark.epoch;
        let (head, recovered) = recovery::mend(&storage, dir, header, epoch, &found)?;
        let path = dir.join(file_name(head.header.start));
        let older = found.segments.into_iter().filter(|segment| segment.path != path);
        let older = older.map(|segment| Older { end: segment.end(), path: segment.path }).collect();
        let file = begin_segment(&storage, dir, &head, Replace::Empty)?;
        let written = HEADER_BYTES as u64;
        let seq = Seq(head.header.first_seq.0 - 1);
        let writer = BatchWriter::new(header.shard, head.header.start + written, seq);
        let dir = dir.to_owned();
        let mut journal = Self {
            storage,
            dir,
            owner,
            options,
            older,
            head,
            path,
            file,
            written,
            writer,
            poisoned: false,
        };
        // All that was found is durable now: it was written again if that was in doubt.
        let noted = journal.owner.note(head.header.start, head.prior_seq);
        noted.map_err(Error::io(&journal.owner.path))?;
        Ok((journal, recovered))
    }

    /// The epoch of this opening.
    pub fn epoch(&self) -> u64 {
        self.head.epoch
    }

    /// Writes and syncs everything, whatever is acknowledged when, and notes it durably: the end of a run.
    ///
    /// # Errors
    /// As [`Journal::sync`].
    pub fn finish(mut self) -> io::Result<()> {
        self.writer.end();
        self.unless_poisoned(|journal| {
            journal.write()?;
            journal.make_durable()?;
            journal.owner.sync().map_err(|error| of_file(&journal.owner.path, error))
        })
    }

    /// Removes whole segments of which nothing stands at `position` or behind it, the oldest first, and says how many.
    /// The segment that is written is never among them.
    ///
    /// # Errors
    /// If a file cannot be removed, or that cannot be made durable. The journal is poisoned then: removing more might
    /// leave a gap.
    pub fn retain_from(&mut self, position: Position) -> io::Result<usize> {
        assert_eq!(position.shard(), self.head.header.shard, "a position of this journal");
        self.unless_poisoned(|_| Ok(()))?;
        let kept =
            if planted::has(Bug::JournalRetainsTooLittle) { u64::MAX } else { position.offset() };
        let whole = self.older.iter().take_while(|it| it.end <= kept).count();
        if whole == 0 {
            return Ok(0);
        }
        // Before the first of them is gone: that there is less is no loss from now on.
        let begins = self.older[whole - 1].end;
        self.unless_poisoned(|journal| {
            let noted = journal.owner.note_begin(begins);
            noted.map_err(|error| of_file(&journal.owner.path, error))
        })?;
        for oldest in self.older.drain(..whole).collect::<Vec<_>>() {
            self.unless_poisoned(|journal| {
                let removed = journal.storage.remove(&oldest.path);
                removed.map_err(|error| of_file(&oldest.path, error))?;
                let synced = journal.storage.sync_dir(&journal.dir);
                synced.map_err(|error| of_file(&journal.dir, error))
            })?;
        }
        Ok(whole)
    }

    fn unless_poisoned(&mut self, act: impl FnOnce(&mut Self) -> io::Result<()>) -> io::Result<()> {
        if self.poisoned && !planted::has(Bug::JournalPoisonForgotten) {
            let failed = "the journal failed before and is not written any more";
            return Err(of_file(&self.path, io::Error::other(failed)));
        }
        // After a failed write or sync nobody knows what the disk holds, and asking again may be told
        // that all is well although pages were dropped (the fsync study, ATC 2020). Hence no retry.
        act(self).inspect_err(|_| self.poisoned = true)
    }

    fn write(&mut self) -> io::Result<()> {
        let written = self.file.write_all_at(self.written, &self.writer.bytes);
        written.map_err(|error| of_file(&self.path, error))?;
        self.written += self.writer.bytes.len() as u64;
        self.writer.clear();
        // Positions are given out when records are appended, so a head can only be added between two writes.
        if self.written >= self.options.segment_bytes { self.begin_next() } else { Ok(()) }
    }

    fn begin_next(&mut self) -> io::Result<()> {
        self.make_durable()?;
        let (start, last) = (self.writer.start, self.writer.last_seq);
        let header = Header { start, first_seq: Seq(last.0 + 1), ..self.head.header };
        let head = Head { header, prior_end: start, prior_seq: last, ..self.head };
        self.file = begin_segment(&self.storage, &self.dir, &head, Replace::Nothing)?;
        let path = self.dir.join(file_name(start));
        let path = std::mem::replace(&mut self.path, path);
        self.older.push_back(Older { path, end: start });
        self.head = head;
        self.writer.go_on_at(start + HEADER_BYTES as u64);
        self.written = HEADER_BYTES as u64;
        Ok(())
    }

    /// Syncs what was written, and notes it.
    fn make_durable(&mut self) -> io::Result<()> {
        if self.writer.durable == self.writer.start {
            return Ok(());
        }
        if !planted::has(Bug::JournalSyncForgotten) {
            self.file.sync_data().map_err(|error| of_file(&self.path, error))?;
        }
        self.writer.durable = self.writer.start;
        let noted = self.owner.note(self.writer.start, self.writer.last_seq);
        noted.map_err(|error| of_file(&self.owner.path, error))
    }
}

impl<S: Storage> Journal for FileJournal<S> {
    fn append(&mut self, record: &Record) -> Position {
        self.writer.append(record)
    }

    fn sync(&mut self) -> io::Result<Seq> {
        self.writer.end();
        let durable = self.options.acknowledge == Acknowledge::Durable;
        let gathered = self.writer.bytes.len();
        self.unless_poisoned(|journal| {
            if gathered == 0 || (!durable && gathered < WRITE_BYTES) {
                return Ok(());
            }
            journal.write()?;
            if durable { journal.make_durable() } else { Ok(()) }
        })?;
        Ok(self.writer.last_seq)
    }
}

/// What may stand where a segment is begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Replace {
    /// Nothing: whatever stands there is somebody else's.
    Nothing,
    /// A segment without records.
    Empty,
}

/// Makes a segment that holds its head and nothing else. It gets its name when it is whole, so that no crash leaves a
/// segment without a head.
pub(super) fn begin_segment<S: Storage>(
    storage: &S,
    dir: &Path,
    head: &Head,
    replace: Replace,
) -> Result<S::File, Error> {
    let path = dir.join(file_name(head.header.start));
    let mut bytes = Vec::with_capacity(HEADER_BYTES);
    head.encode(&mut bytes);
    if replace == Replace::Nothing {
        match storage.open(&path, Access::Read) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(Error::Io(path, error)),
            Ok(_) => return Err(Error::Owned(path)),
        }
    }
    write_whole(storage, dir, &path, |file| file.write_all_at(0, &bytes))
}

/// Makes a file that gets its name only when `fill` has written all of it and it is durable.
pub(super) fn write_whole<S: Storage>(
    storage: &S,
    dir: &Path,
    path: &Path,
    fill: impl FnOnce(&mut S::File) -> io::Result<()>,
) -> Result<S::File, Error> {
    let working = path.with_extension("new");
    let file = match storage.create(&working) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            storage.remove(&working).and_then(|()| storage.create(&working))
        }
        created => created,
    };
    let mut file = file.map_err(Error::io(&working))?;
    fill(&mut file).and_then(|()| file.sync_all()).map_err(Error::io(&working))?;
    storage.rename(&working, path).map_err(Error::io(path))?;
    if !planted::has(Bug::JournalNameNotSynced) {
        storage.sync_dir(dir).map_err(Error::io(dir))?;
    }
    Ok(file)
}

/// An error of the operating system with the file it is about.
fn of_file(path: &Path, error: io::Error) -> io::Error {
    Error::io(path)(error).into()
}
