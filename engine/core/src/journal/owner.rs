//! Who owns a journal, and up to where it is durable: a small file beside the segments.
//!
//! The file is locked while a process has the journal open. It holds an epoch, which grows with each opening, and the
//! durable mark: everything before that offset was synced, and may have been acknowledged. A segment cannot say so of
//! its own last batch. There are two slots, written in turn, so that a write which is cut short costs neither.

use std::io;
use std::path::{Path, PathBuf};

use super::batch::{ends_with_checksum, read_u64};
use super::error::Error;
use super::storage::{Access, Storage, StorageFile};
use crate::id::Seq;
use crate::planted::{self, Bug};

/// The name of the file.
pub(super) const FILE_NAME: &str = "owner";

const MAGIC: [u8; 8] = *b"VOLLEYO1";

/// Slots stand a sector apart, since a disk writes a sector whole or not at all.
const SLOT_BYTES: u64 = 512;

/// Bytes that are used of a slot.
const MARK_BYTES: usize = 44;

/// What a slot says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// The opening in which it was written.
    pub epoch: u64,
    /// Everything before this offset of the journal is durable.
    pub durable: u64,
    /// The last number that is.
    pub seq: Seq,
    /// Where the journal begins: everything before this offset may have been removed.
    pub begins: u64,
}

impl Mark {
    fn encode(self) -> [u8; MARK_BYTES] {
        let mut bytes = [0; MARK_BYTES];
        bytes[..8].copy_from_slice(&MAGIC);
        bytes[8..16].copy_from_slice(&self.epoch.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.durable.to_le_bytes());
        bytes[24..32].copy_from_slice(&self.seq.0.to_le_bytes());
        bytes[32..40].copy_from_slice(&self.begins.to_le_bytes());
        let checksum = crc32c::crc32c(&bytes[..40]);
        bytes[40..].copy_from_slice(&checksum.to_le_bytes());
        bytes
    }

    fn decode(bytes: &[u8; MARK_BYTES]) -> Slot {
        if bytes.iter().all(|byte| *byte == 0) {
            return Slot::Empty;
        }
        if bytes[..8] != MAGIC || !ends_with_checksum(bytes) {
            return Slot::Damaged;
        }
        let word = |at| read_u64(bytes, at);
        Slot::Holds(Self {
            epoch: word(8),
            durable: word(16),
            seq: Seq(word(24)),
            begins: word(32),
        })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slot {
    Empty,
    Damaged,
    Holds(Mark),
}

/// The open file, with its lock.
#[derive(Debug)]
pub(super) struct Owner<F> {
    file: F,
    pub(super) path: PathBuf,
    pub(super) mark: Mark,
    /// The slot that is written next.
    slot: u64,
}

impl<F: StorageFile> Owner<F> {
    /// Takes the lock on the journal in `dir`, and with it the right to write there. The file is made if there is none.
    pub(super) fn take<S: Storage<File = F>>(storage: &S, dir: &Path) -> Result<Self, Error> {
        let path = dir.join(FILE_NAME);
        let file = match storage.open(&path, Access::Write) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => storage.create(&path),
            opened => opened,
        };
        let file = file.map_err(Error::io(&path))?;
        if !file.try_lock().map_err(Error::io(&path))? && !planted::has(Bug::JournalLockIgnored) {
            return Err(Error::Owned(path));
        }
        let slots = read_slots(&file, &path)?;
        let mark = newest(slots, &path)?.unwrap_or_default();
        // The slot with what counts is the one that is left alone.
        let slot = u64::from(slots[0] == Slot::Holds(mark));
        Ok(Self { file, path, mark, slot })
    }

    /// Begins an epoch later than all before, of which `seen` is one, and makes that durable.
    pub(super) fn begin_epoch(&mut self, seen: u64) -> io::Result<()> {
        let step = u64::from(!planted::has(Bug::JournalEpochFrozen));
        self.mark.epoch = self.mark.epoch.max(seen) + step;
        self.write()?;
        self.sync()
    }

    /// Notes what is durable. The note itself may be lost with the power, but never says too much.
    pub(super) fn note(&mut self, durable: u64, seq: Seq) -> io::Result<()> {
        (self.mark.durable, self.mark.seq) = (durable, seq);
        self.write()
    }

    /// Notes, durably, where the journal begins from now on.
    pub(super) fn note_begin(&mut self, begins: u64) -> io::Result<()> {
        self.mark.begins = begins;
        self.write()?;
        self.sync()
    }

    fn write(&mut self) -> io::Result<()> {
        self.file.write_all_at(self.slot * SLOT_BYTES, &self.mark.encode())?;
        self.slot = 1 - self.slot;
        Ok(())
    }

    /// Makes the note durable as well.
    pub(super) fn sync(&mut self) -> io::Result<()> {
        self.file.sync_data()
    }
}

/// What the owner of the journal in `dir` last noted; none if there is no note. Nothing is locked.
pub(super) fn read_mark<S: Storage>(storage: &S, dir: &Path) -> Result<Option<Mark>, Error> {
    let path = dir.join(FILE_NAME);
    let file = match storage.open(&path, Access::Read) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::Io(path, error)),
    };
    newest(read_slots(&file, &path)?, &path)
}

/// Says whose the journal in `dir` is: an error if a process has it open.
pub(super) fn ensure_free<S: Storage>(storage: &S, dir: &Path) -> Result<(), Error> {
    let path = dir.join(FILE_NAME);
    match storage.open(&path, Access::Write) {
        Ok(file) if file.try_lock().map_err(Error::io(&path))? => Ok(()),
        Ok(_) => Err(Error::Owned(path)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Error::Io(path, error)),
    }
}

fn read_slots(file: &impl StorageFile, path: &Path) -> Result<[Slot; 2], Error> {
    let mut slots = [Slot::Empty; 2];
    for (slot, number) in slots.iter_mut().zip(0..) {
        let mut bytes = [0; MARK_BYTES];
        file.read_all_at(number * SLOT_BYTES, &mut bytes).map_err(Error::io(path))?;
        *slot = Mark::decode(&bytes);
    }
    Ok(slots)
}

fn newest(slots: [Slot; 2], path: &Path) -> Result<Option<Mark>, Error> {
    let marks = slots.into_iter().filter_map(|slot| match slot {
        Slot::Holds(mark) => Some(mark),
        Slot::Empty | Slot::Damaged => None,
    });
    let newest = marks.max();
    // Where one slot was never written, the other was in the first of all writes, and noted nothing as durable.
    if slots == [Slot::Damaged; 2] {
        return Err(Error::Files {
            file: path.to_owned(),
            offset: 0,
            what: "what it says of the durable end of the journal is damaged".to_owned(),
            remedy: "restore this file from a copy, or remove it: it is then unknown whether the journal's very last \
                     batch was acknowledged",
        });
    }
    Ok(newest)
}
