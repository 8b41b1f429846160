//! Reading all segments of a journal in order, and knowing what its end means.
//!
//! A crash can leave a last batch that is not whole. It was not acknowledged, and may be cut. A batch that was whole
//! once and was damaged later looks the same, and must not be cut. These tell them apart, from the strongest on:
//!
//! * There is a later segment: it was begun when all before it was durable. Its head says where that ended.
//! * A batch begins behind the damage: it was written when what precedes it was there.
//! * The owner's mark says that more was durable.
//!
//! What remains: after a loss of power the mark may be as old as the last time the disk wrote it of its own accord. If
//! the very last batch was acknowledged in between, and was damaged afterwards, and nothing was written behind it, then
//! it is taken for torn. After the end of a process alone, the mark is exact.

use std::path::{Path, PathBuf};

use super::batch::{HEADER_BYTES, Head, Header};
use super::error::{Error, Fault, RESTORE, RESTORE_BEFORE, ZOMBIE};
use super::owner::{Mark, read_mark};
use super::reader::Entry;
use super::segment::{self, Name, Segment, Stop, find_batch};
use super::storage::Storage;
use crate::id::{Position, Seq};
use crate::planted::{self, Bug};

/// A segment that was read to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surveyed {
    /// The file.
    pub path: PathBuf,
    /// What it says about itself.
    pub head: Head,
    /// Bytes of it that are right.
    pub bytes: u64,
    /// The last number in it, or the one before its first.
    pub last_seq: Seq,
    /// The highest durable mark in its batches.
    pub durable: u64,
}

impl Surveyed {
    /// How many records it holds.
    pub fn records(&self) -> u64 {
        self.last_seq.0 + 1 - self.head.header.first_seq.0
    }

    /// Where in the journal it ends.
    pub fn end(&self) -> u64 {
        self.head.header.start + self.bytes
    }
}

/// The end of a journal that is no whole batch and was never acknowledged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Torn {
    /// The last file.
    pub file: PathBuf,
    /// The byte in it at which the last whole batch ends.
    pub offset: u64,
    /// Bytes behind it.
    pub bytes: u64,
}

/// What was found in the directory of a journal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Its segments.
    pub segments: Vec<Surveyed>,
    /// Where in the journal the next record may stand.
    pub end: u64,
    /// The last number.
    pub last_seq: Seq,
    /// Everything before this offset is known to be durable.
    pub durable: u64,
    /// What the owner noted last.
    pub mark: Option<Mark>,
    /// What a crash left behind the last whole batch.
    pub torn: Option<Torn>,
}

/// Reads the segments of a journal one after the other.
#[derive(Debug)]
pub struct Scan<S> {
    storage: S,
    dir: PathBuf,
    names: Vec<Name>,
    heads: Vec<Head>,
    from: Position,
    found: Found,
}

impl<S: Storage> Scan<S> {
    /// Looks at what is in a directory: the files and their heads, which must fit each other. Records that stand before
    /// `from` are wanted only as far as they share a segment with later ones.
    ///
    /// # Errors
    /// If files cannot be read, do not fit each other, or are all gone although something was acknowledged.
    pub fn open(storage: &S, dir: &Path, from: Position) -> Result<Self, Error> {
        // In this order, so that a journal which is being written is seen at least as long as the mark says.
        let mark = read_mark(storage, dir)?.filter(|_| !planted::has(Bug::JournalMarkIgnored));
        let names = segment::list(storage, dir)?;
        let mut heads = Vec::<Head>::new();
        for (index, name) in names.iter().enumerate() {
            let opened = Segment::open(storage, name).map_err(|stop| stop.in_file(&name.path))?;
            if let Some(before) = heads.last() {
                follows(before, &opened.head).map_err(|(what, remedy)| Error::Files {
                    file: names[index].path.clone(),
                    offset: 0,
                    what,
                    remedy,
                })?;
            }
            heads.push(opened.head);
        }
        let found =
            Found { mark, durable: mark.map_or(0, |mark| mark.durable), ..Found::default() };
        let scan =
            Self { storage: storage.clone(), dir: dir.to_owned(), names, heads, from, found };
        scan.begins_in_time()?;
        match scan.names.is_empty() {
            true => scan.missing().map_or(Ok(scan), Err),
            false => Ok(scan),
        }
    }

    /// Checks that no first segments are missing but those which were removed on purpose.
    fn begins_in_time(&self) -> Result<(), Error> {
        let (Some(head), Some(mark)) = (self.heads.first(), self.found.mark) else { return Ok(()) };
        if head.prior_end <= mark.begins {
            return Ok(());
        }
        let file = self.names[0].path.clone();
        let what = format!(
            "the files before it are missing: the journal begins at byte {}, and this file follows byte {}",
            mark.begins, head.prior_end
        );
        Err(Error::Files { file, offset: 0, what, remedy: RESTORE_BEFORE })
    }

    /// Checks that nothing from `from` on was removed.
    pub(super) fn reaches_back_to(&self, from: Position) -> Result<(), Error> {
        let (dir, offset) = (self.dir.clone(), from.offset());
        match self.heads.first().map(|head| head.prior_end) {
            Some(begins) if begins > offset => Err(Error::Removed { dir, offset, begins }),
            _ => Ok(()),
        }
    }

    /// How many segments there are.
    pub fn segments(&self) -> usize {
        self.names.len()
    }

    /// What the segments say about themselves.
    pub fn headers(&self) -> impl DoubleEndedIterator<Item = Header> + '_ {
        self.heads.iter().map(|head| head.header)
    }

    /// Where in the journal its first segment begins.
    pub fn start(&self) -> u64 {
        self.names.first().map_or(0, |name| name.start)
    }

    /// The highest epoch so far.
    pub(super) fn epoch(&self) -> u64 {
        let heads = self.heads.iter().map(|head| head.epoch);
        heads.chain(self.found.mark.map(|mark| mark.epoch)).max().unwrap_or(0)
    }

    /// Reads the next segment and gives its records to `take`. None after the last.
    ///
    /// # Errors
    /// If it cannot be read, or is damaged. What `take` was given is right nevertheless.
    pub fn next_segment(
        &mut self,
        mut take: impl FnMut(&Head, Entry),
    ) -> Result<Option<&Surveyed>, Error> {
        let index = self.found.segments.len();
        let Some(name) = self.names.get(index).cloned() else { return Ok(None) };
        let mut segment = self.open_segment(&name)?;
        let next = self.heads.get(index + 1).copied();
        if let Some(next) = next.filter(|next| self.may_skip(&segment, next)) {
            return Ok(Some(self.surveyed(&segment, next.prior_end, next.prior_seq)));
        }
        loop {
            match segment.next_batch(&mut take) {
                Ok(true) => {}
                Ok(false) => break,
                Err(Stop::NoBatch(offset, fault)) if next.is_none() => {
                    self.take_for_torn(&segment, offset, fault)?;
                    break;
                }
                Err(stop) => return Err(stop.in_file(&name.path)),
            }
        }
        if let Some(next) = &next {
            self.reaches(&segment, next)?;
        }
        let (end, last_seq) = (segment.end(), segment.last_seq());
        Ok(Some(self.surveyed(&segment, end, last_seq)))
    }

    fn open_segment(&self, name: &Name) -> Result<Segment<S::File>, Error> {
        Segment::open(&self.storage, name).map_err(|stop| stop.in_file(&name.path))
    }

    /// Whether nothing in a segment is wanted, and it is as long as the next one says.
    fn may_skip(&self, segment: &Segment<S::File>, next: &Head) -> bool {
        let start = segment.head.header.start;
        next.prior_end <= self.from.offset() && start + segment.size() == next.prior_end
    }

    fn surveyed(&mut self, segment: &Segment<S::File>, end: u64, last_seq: Seq) -> &Surveyed {
        let head = segment.head;
        let start = head.header.start;
        let empty = last_seq < head.header.first_seq;
        // A segment without records is begun anew by the next owner, so the journal ends before its head.
        self.found.end = if empty { start } else { end };
        self.found.last_seq = last_seq;
        self.found.durable = self.found.durable.max(segment.durable);
        let path = self.names[self.found.segments.len()].path.clone();
        let (bytes, durable) = (end - start, segment.durable);
        self.found.segments.push(Surveyed { path, head, bytes, last_seq, durable });
        self.found.segments.last().expect("one was added")
    }

    /// Whether what stands at the end of the last segment, from `offset` on, may be cut; an error if not.
    fn take_for_torn(
        &mut self,
        segment: &Segment<S::File>,
        offset: u64,
        fault: Fault,
    ) -> Result<(), Error> {
        let name = &self.names[self.found.segments.len()];
        let file = name.path.clone();
        let acknowledged = self.found.durable > segment.end();
        let follower = find_batch(&self.storage, name, offset + 1).map_err(Error::io(&file))?;
        let follows = follower.is_some() && !planted::has(Bug::JournalFollowerIgnored);
        if acknowledged || follows {
            return Err(Error::Bytes { file, offset, fault });
        }
        self.found.torn = Some(Torn { file, offset, bytes: segment.size() - offset });
        Ok(())
    }

    /// Checks that a segment ends where the next one goes on.
    fn reaches(&self, segment: &Segment<S::File>, next: &Head) -> Result<(), Error> {
        let index = self.found.segments.len();
        let (end, last) = (segment.end(), segment.last_seq());
        let (later, start) = (self.names[index + 1].path.display(), segment.head.header.start);
        let gap_ignored = planted::has(Bug::JournalGapIgnored);
        let (offset, what, remedy) = if end < next.prior_end && !gap_ignored {
            let missing = next.prior_end - end;
            let what = format!("it ends here, but {later} goes on {missing} bytes later");
            (end - start, what, RESTORE)
        } else if end > next.prior_end && !gap_ignored && next.epoch > segment.head.epoch {
            let what = format!(
                "from here on stands what a process wrote that had lost the journal: {later}, of a later owner, goes on \
                 here (epoch {} after {})",
                next.epoch, segment.head.epoch
            );
            (next.prior_end - start, what, ZOMBIE)
        } else if (end, last) != (next.prior_end, next.prior_seq) && !gap_ignored {
            let (prior, from) = (next.prior_seq, next.prior_end);
            let what = format!(
                "it ends at byte {end} of the journal with record {last}, but {later} goes on at byte {from} after \
                 record {prior}"
            );
            (end - start, what, RESTORE)
        } else {
            return Ok(());
        };
        Err(Error::Files { file: self.names[index].path.clone(), offset, what, remedy })
    }

    /// What is missing at the end, if the owner had noted more.
    fn missing(&self) -> Option<Error> {
        let mark = self.found.mark.filter(|mark| mark.durable > self.found.end)?;
        let last = self.found.segments.last();
        let (file, offset) = match last {
            Some(last) => (last.path.clone(), last.bytes),
            None => (self.dir.clone(), 0),
        };
        let Mark { durable, seq, .. } = mark;
        let end = self.found.end;
        let what = format!(
            "the journal ends here, at its byte {end} with record {}, but was acknowledged up to byte {durable} with \
             record {seq}",
            self.found.last_seq
        );
        Some(Error::Files { file, offset, what, remedy: RESTORE })
    }

    /// What was found, once all segments were read.
    ///
    /// # Errors
    /// If more was acknowledged than there is.
    pub fn finish(self) -> Result<Found, Error> {
        assert_eq!(self.found.segments.len(), self.names.len(), "all segments were read");
        self.missing().map_or(Ok(self.found), Err)
    }
}

/// Whether one head may follow another; if not, why, and what to do.
pub(super) fn follows(before: &Head, head: &Head) -> Result<(), (String, &'static str)> {
    let (this, that) = (head.header, before.header);
    if (this.shard, this.partitions) != (that.shard, that.partitions) {
        let what = format!(
            "it belongs to another journal: that of shard {} with {} partitions, and the file before it to shard {} with \
             {}",
            this.shard, this.partitions, that.shard, that.partitions
        );
        return Err((what, "move it back to where it came from"));
    }
    if head.epoch < before.epoch {
        let what = format!(
            "it was written in epoch {} by a process that had lost the journal, after epoch {} had begun",
            head.epoch, before.epoch
        );
        return Err((what, ZOMBIE));
    }
    let begins = that.start + HEADER_BYTES as u64 <= head.prior_end
        && head.prior_end <= this.start
        && head.prior_seq < this.first_seq
        && that.first_seq.0 <= head.prior_seq.0 + 1;
    match begins {
        true => Ok(()),
        false => Err(("what it says it follows is not the file before it".to_owned(), RESTORE)),
    }
}
