//! Going on without what was lost, when somebody says so. Files are set aside under other names, never removed.
//!
//! State follows from all records in order, so what stands behind damage is of no use without what was damaged: the
//! journal ends before it. Numbers and offsets go on behind all that was ever given out, so that no record is taken for
//! a lost one, and nothing the lost ones caused is told apart from what new ones cause by chance.

use std::path::{Path, PathBuf};

use super::batch::{HEADER_BYTES, Head, Header};
use super::error::{Error, Fault};
use super::file::{Replace, begin_segment, write_whole};
use super::owner::{self, Owner};
use super::scan::{Scan, follows};
use super::segment::{self, Name, Segment, Stop};
use super::storage::{Access, Storage, StorageFile};
use crate::id::{Position, Seq};
use crate::planted::{self, Bug};

/// Bytes that are copied at a time.
const CHUNK_BYTES: usize = 1024 * 1024;

/// What going on would cost.
#[derive(Debug)]
pub struct Loss {
    /// Why the journal cannot be opened.
    pub cause: Error,
    /// The last record that is kept.
    pub kept: Seq,
    /// Records from this number on are new; those between were lost, if they ever were.
    pub resume: Seq,
    /// Files that are set aside, and how many bytes of each are kept in the journal.
    pub aside: Vec<(PathBuf, u64)>,
}

/// What is to be done about a segment.
#[derive(Debug)]
struct Plan {
    last: Option<(Head, u64, Seq)>,
    /// Where what is kept begins. What stood before it may be in a snapshot, so nothing behind it is given up for it.
    begins: Option<u64>,
    /// Segments, with the bytes that are kept of each.
    segments: Vec<(Name, u64, u64)>,
    /// Whether what is kept ends before what was given out.
    hole: bool,
}

/// Says what is wrong with the journal in `dir` and what going on would cost; none if nothing is wrong.
///
/// # Errors
/// If files cannot be read, or repair could not help: they belong elsewhere, or another version wrote them.
pub fn assess<S: Storage>(storage: &S, dir: &Path) -> Result<Option<Loss>, Error> {
    let Some(cause) = cause(storage, dir)? else { return Ok(None) };
    let mark = owner::read_mark(storage, dir).unwrap_or_default();
    let plan = Plan::make(storage, dir, mark.map_or(0, |mark| mark.durable))?;
    let (_, resume) = plan.resume(mark.map_or(0, |mark| mark.durable));
    Ok(Some(plan.loss(cause, resume)))
}

/// Sets aside what cannot be read, and what stands behind it, so that the journal can be opened.
///
/// # Errors
/// As [`assess`]; if another process has the journal open; or if files cannot be written. It can be called again then.
pub fn accept_loss<S: Storage>(storage: &S, dir: &Path) -> Result<Option<Loss>, Error> {
    let Some(cause) = cause(storage, dir)? else { return Ok(None) };
    owner::ensure_free(storage, dir)?;
    if owner::read_mark(storage, dir).is_err() {
        let path = dir.join(owner::FILE_NAME);
        storage.rename(&path, &path.with_extension("lost")).map_err(Error::io(&path))?;
        storage.sync_dir(dir).map_err(Error::io(dir))?;
    }
    let mut owner = Owner::take(storage, dir)?;
    let durable = owner.mark.durable;
    let plan = Plan::make(storage, dir, durable)?;
    let seen = plan.last.map_or(0, |(head, ..)| head.epoch);
    owner.begin_epoch(seen.max(plan.epoch(storage))).map_err(Error::io(&owner.path))?;
    let (start, resume) = plan.resume(durable);
    if let Some(begins) = plan.begins.filter(|begins| *begins > owner.mark.begins) {
        owner.note_begin(begins).map_err(Error::io(&owner.path))?;
    }
    // First of all: once this stands, no number or offset is given out twice, wherever a crash ends the rest.
    if plan.hole {
        let head = plan.head_behind_hole(storage, dir, start, resume, owner.mark.epoch)?;
        begin_segment(storage, dir, &head, Replace::Nothing)?;
    }
    for (name, size, kept) in plan.segments.iter().rev().filter(|it| is_aside(it)) {
        set_aside(storage, dir, name, *size, *kept, owner.mark.epoch)?;
    }
    Ok(Some(plan.loss(cause, resume)))
}

/// Why a journal cannot be opened.
fn cause<S: Storage>(storage: &S, dir: &Path) -> Result<Option<Error>, Error> {
    let read = || {
        let mut scan = Scan::open(storage, dir, Position::default())?;
        while scan.next_segment(|_, _| {})?.is_some() {}
        scan.finish()
    };
    match read() {
        Ok(_) => Ok(None),
        Err(error) if error.is_damage() => Ok(Some(error)),
        Err(error) => Err(error),
    }
}

impl Plan {
    /// Reads as far as anything can be relied on.
    fn make<S: Storage>(storage: &S, dir: &Path, durable: u64) -> Result<Self, Error> {
        let names = segment::list(storage, dir)?;
        let mut plan = Self { last: None, begins: None, segments: Vec::new(), hole: false };
        for name in names {
            let size = storage.open(&name.path, Access::Read).and_then(|file| file.size());
            let size = size.map_err(Error::io(&name.path))?;
            let kept = if plan.hole { 0 } else { plan.keep(storage, &name, size)? };
            plan.segments.push((name, size, kept));
        }
        let end = plan.last.map_or(0, |(head, bytes, _)| head.header.start + bytes);
        plan.hole |= end < durable;
        Ok(plan)
    }

    /// How many bytes of a segment are kept behind those that are kept already.
    fn keep<S: Storage>(&mut self, storage: &S, name: &Name, size: u64) -> Result<u64, Error> {
        let mut segment = match Segment::open(storage, name) {
            Ok(segment) => segment,
            Err(Stop::Wrong(_, fault)) if !matches!(fault, Fault::Version { .. }) => {
                self.hole = true;
                return Ok(0);
            }
            Err(stop) => return Err(stop.in_file(&name.path)),
        };
        if let Some((before, bytes, last_seq)) = &mut self.last {
            if segment.head.epoch < before.epoch {
                // Written by a process that had lost the journal; what its later owner wrote goes on elsewhere.
                return Ok(0);
            }
            let end = before.header.start + *bytes;
            let prior = (segment.head.prior_end, segment.head.prior_seq);
            if segment.head.epoch > before.epoch && prior.0 < end && prior.1 < *last_seq {
                // The end of the segment before was written by such a process.
                (*bytes, *last_seq) = (prior.0 - before.header.start, prior.1);
                self.segments.last_mut().expect("there is one before").2 = *bytes;
            } else if prior != (end, *last_seq) || follows(before, &segment.head).is_err() {
                self.hole = true;
                return Ok(0);
            }
        }
        self.begins.get_or_insert(segment.head.prior_end);
        loop {
            match segment.next_batch(&mut |_, _| {}) {
                Ok(true) => {}
                Ok(false) => break,
                Err(Stop::Io(error)) => return Err(Error::Io(name.path.clone(), error)),
                Err(Stop::NoBatch(..) | Stop::Wrong(..)) => {
                    self.hole = true;
                    break;
                }
            }
        }
        if self.hole && segment.offset == HEADER_BYTES as u64 {
            return Ok(0);
        }
        self.last = Some((segment.head, segment.offset, segment.last_seq()));
        Ok(segment.offset.min(size))
    }

    /// The highest epoch in any segment that has a head.
    fn epoch<S: Storage>(&self, storage: &S) -> u64 {
        let opened =
            self.segments.iter().filter_map(|(name, ..)| Segment::open(storage, name).ok());
        opened.map(|segment| segment.head.epoch).max().unwrap_or(0)
    }

    /// Where the journal goes on, and with which number: behind everything there ever was. A record takes more than a
    /// byte, so no number was given out that is higher.
    fn resume(&self, durable: u64) -> (u64, Seq) {
        let (end, kept) = match &self.last {
            Some((head, bytes, last_seq)) => (head.header.start + bytes, *last_seq),
            None => (0, Seq(0)),
        };
        if !self.hole {
            return (end, Seq(kept.0 + 1));
        }
        let ends = self.segments.iter().map(|(name, size, _)| name.start + size);
        let start = ends.chain([durable, end]).max().unwrap_or(end);
        let lost = if planted::has(Bug::JournalNumbersReused) { 0 } else { start - end };
        (start, Seq(kept.0 + lost + 1))
    }

    fn head_behind_hole<S: Storage>(
        &self,
        storage: &S,
        dir: &Path,
        start: u64,
        resume: Seq,
        epoch: u64,
    ) -> Result<Head, Error> {
        if let Some((head, bytes, last_seq)) = &self.last {
            let header = Header { start, first_seq: resume, ..head.header };
            let prior_end = head.header.start + bytes;
            return Ok(Head { header, epoch, prior_end, prior_seq: *last_seq });
        }
        // Nothing is kept, so whose journal it was must be told by a head that is set aside.
        let opened = self.segments.iter().find_map(|(name, ..)| Segment::open(storage, name).ok());
        let Some(opened) = opened else {
            let file = self.segments.first().map_or(dir, |(name, ..)| &name.path).to_owned();
            let what = "no file of the journal says any more whose it was".to_owned();
            let remedy =
                "restore one from a copy, or move all of them elsewhere and begin a new journal";
            return Err(Error::Files { file, offset: 0, what, remedy });
        };
        let header = Header { start, first_seq: resume, ..opened.head.header };
        // It follows the journal's beginning, with all that was lost in between.
        let (name, ..) = &self.segments[0];
        Ok(Head { header, epoch, prior_end: name.start, prior_seq: Seq(0) })
    }

    fn loss(self, cause: Error, resume: Seq) -> Loss {
        let kept = self.last.map_or(Seq(0), |(_, _, last_seq)| last_seq);
        let aside = self.segments.into_iter().filter(is_aside);
        let aside = aside.map(|(name, _, kept)| (name.path, kept)).collect();
        Loss { cause, kept, resume, aside }
    }
}

/// Whether not all of a segment is kept.
fn is_aside((_, size, kept): &(Name, u64, u64)) -> bool {
    *kept == 0 || kept < size
}

/// Gives a segment another name; what is kept of it stays under its own.
fn set_aside<S: Storage>(
    storage: &S,
    dir: &Path,
    name: &Name,
    size: u64,
    kept: u64,
    epoch: u64,
) -> Result<(), Error> {
    let aside = name.path.with_extension(format!("journal.lost-{epoch}"));
    if kept == 0 {
        storage.rename(&name.path, &aside).map_err(Error::io(&name.path))?;
        return storage.sync_dir(dir).map_err(Error::io(dir));
    }
    let source = storage.open(&name.path, Access::Read).map_err(Error::io(&name.path))?;
    write_whole(storage, dir, &aside, |file| copy(&source, file, size))?;
    write_whole(storage, dir, &name.path, |file| copy(&source, file, kept))?;
    Ok(())
}

fn copy(from: &impl StorageFile, to: &mut impl StorageFile, size: u64) -> std::io::Result<()> {
    let mut bytes = vec![0; CHUNK_BYTES.min(size as usize)];
    let mut at = 0;
    while at < size {
        let wanted = bytes.len().min((size - at) as usize);
        let read = from.read_all_at(at, &mut bytes[..wanted])?;
        if read == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        to.write_all_at(at, &bytes[..read])?;
        at += read as u64;
    }
    Ok(())
}
