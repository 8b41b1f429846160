//! Reading single records of a journal on disk, also while it is written: those of one person, for a transcript.

use std::path::{Path, PathBuf};

use super::batch::{HEADER_BYTES, RECORD_HEADER_BYTES, read_record, read_u32};
use super::error::{Error, Fault};
use super::reader::Entry;
use super::segment::{self, Name, Segment};
use super::storage::{Access, Disk, Storage, StorageFile};
use crate::id::{Position, ShardId};
use crate::record::Record;

/// Reads records by where they stand.
#[derive(Debug)]
pub struct Lookup<S: Storage = Disk> {
    storage: S,
    dir: PathBuf,
    shard: ShardId,
    names: Vec<Name>,
    /// The file that was read last, and where in the journal it begins. A person's records often stand together.
    open: Option<(u64, S::File)>,
}

impl Lookup {
    /// Looks into the journal in `dir`.
    ///
    /// # Errors
    /// If there is none that can be read.
    pub fn open(dir: &Path) -> Result<Self, Error> {
        Self::open_on(Disk, dir)
    }
}

impl<S: Storage> Lookup<S> {
    /// [`Lookup::open`] on any disk.
    ///
    /// # Errors
    /// Likewise.
    pub fn open_on(storage: S, dir: &Path) -> Result<Self, Error> {
        let names = segment::list(&storage, dir)?;
        let last = names.last().ok_or_else(|| Error::Absent(dir.to_owned()))?;
        let segment = Segment::open(&storage, last).map_err(|stop| stop.in_file(&last.path))?;
        let shard = segment.head.header.shard;
        Ok(Self { storage, dir: dir.to_owned(), shard, names, open: None })
    }

    /// The record at a position that the journal gave out and wrote.
    ///
    /// # Errors
    /// If it was removed, is not written yet, stands in another journal, or is damaged.
    pub fn read_at(&mut self, position: Position) -> Result<Record, Error> {
        if position.shard() != self.shard {
            let whose = position.shard();
            let what = format!(
                "this is the journal of shard {}, and the record stands in that of {whose}",
                self.shard
            );
            let (file, remedy) = (self.dir.clone(), "look into that one");
            return Err(Error::Files { file, offset: 0, what, remedy });
        }
        let offset = position.offset();
        // Other segments may have been begun since, or removed.
        if self.names.last().is_none_or(|last| offset >= last.start) {
            self.names = segment::list(&self.storage, &self.dir)?;
        }
        let Some(name) = self.names.iter().rfind(|name| name.start <= offset).cloned() else {
            let (dir, begins) =
                (self.dir.clone(), self.names.first().map_or(0, |first| first.start));
            return Err(Error::Removed { dir, offset, begins });
        };
        self.read_in(&name, offset - name.start)
    }

    fn read_in(&mut self, name: &Name, within: u64) -> Result<Record, Error> {
        let io = |error| Error::Io(name.path.clone(), error);
        let file = match self.open.take() {
            Some((start, file)) if start == name.start => file,
            _ => self.storage.open(&name.path, Access::Read).map_err(io)?,
        };
        let size = file.size().map_err(io)?;
        let mut bytes = vec![0; RECORD_HEADER_BYTES];
        if within < HEADER_BYTES as u64 || within + bytes.len() as u64 > size {
            let what = format!("there is no record at this byte of the file, which has {size}");
            let remedy =
                "the position is wrong, or what stood there was not written yet or was lost";
            return Err(Error::Files { file: name.path.clone(), offset: within, what, remedy });
        }
        file.read_all_at(within, &mut bytes).map_err(io)?;
        let len = RECORD_HEADER_BYTES as u64 + u64::from(read_u32(&bytes, 0));
        // The length may be damaged, and is not believed further than the file goes.
        bytes.resize(len.min(size - within) as usize, 0);
        file.read_all_at(within, &mut bytes).map_err(io)?;
        let read = read_record(&bytes, name.start + within);
        self.open = Some((name.start, file));
        match read {
            Ok((record, _)) => Ok(record),
            Err(fault) => Err(Error::Bytes { file: name.path.clone(), offset: within, fault }),
        }
    }

    /// The record at `last` and, one by one, those of the same person before it, the newest first.
    pub fn chain(&mut self, last: Position) -> Chain<'_, S> {
        Chain { lookup: self, next: last }
    }
}

/// A person's records, back from one of them. It ends after the first one, or with the error that kept it from there.
#[derive(Debug)]
pub struct Chain<'a, S: Storage> {
    lookup: &'a mut Lookup<S>,
    next: Position,
}

impl<S: Storage> Iterator for Chain<'_, S> {
    type Item = Result<Entry, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let position = std::mem::take(&mut self.next);
        if position == Position::default() {
            return None;
        }
        let record = match self.lookup.read_at(position) {
            Ok(record) => record,
            Err(error) => return Some(Err(error)),
        };
        let previous = record.previous;
        // Those of another journal count their own bytes.
        if previous.shard() == position.shard() && previous.offset() >= position.offset() {
            let file = self.lookup.dir.clone();
            let fault =
                Fault::Damaged("a record names as the one before it one that stands behind it");
            return Some(Err(Error::Bytes { file, offset: position.offset(), fault }));
        }
        self.next = previous;
        Some(Ok(Entry { position, record }))
    }
}
