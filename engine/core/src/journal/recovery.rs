//! Making a journal that was read fit to be continued.

use std::io;
use std::path::Path;

use super::batch::{HEADER_BYTES, Head, Header};
use super::error::Error;
use super::scan::{Found, Scan, Surveyed, Torn};
use super::storage::{Access, Storage, StorageFile};
use crate::id::{Position, Seq};
use crate::planted::{self, Bug};

/// Bytes that are written again at a time.
const CHUNK_BYTES: usize = 1024 * 1024;

/// What opening a journal came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovered {
    /// Whether there was nothing before.
    pub is_new: bool,
    /// The epoch that has begun.
    pub epoch: u64,
    /// The first number that is still there, or will be.
    pub first_seq: Seq,
    /// The last number: the next record is the one after it.
    pub last_seq: Seq,
    /// The end of what was found; snapshots up to here are covered.
    pub end: Position,
    /// What was cut: the end of a batch that was never acknowledged.
    pub torn: Option<Torn>,
    /// Bytes that were whole, but perhaps not durable, and were written again.
    pub rewritten: u64,
}

/// Begins to read a journal that is about to be continued under `header`.
pub(super) fn scan<S: Storage>(
    storage: &S,
    dir: &Path,
    header: Header,
    resharded: bool,
    from: Position,
) -> Result<Scan<S>, Error> {
    let scan = Scan::open(storage, dir, from)?;
    let Some(there) = scan.headers().next_back() else { return Ok(scan) };
    let of = |it: Header| (it.shard, it.partitions, if resharded { 0 } else { it.shards });
    if of(there) != of(header) {
        let words = |it: Header| {
            format!("shard {} of {} with {} partitions", it.shard, it.shards, it.partitions)
        };
        return Err(Error::Files {
            file: dir.to_owned(),
            offset: 0,
            what: format!("this is the journal of {}, and not of {}", words(there), words(header)),
            remedy: "start with the layout it was written with, or name another directory",
        });
    }
    Ok(scan)
}

/// Cuts what a crash left, makes durable what is whole, and says how the journal goes on.
///
/// What is whole behind the last durable mark can be read, but may stand in memory alone: after a sync that failed, the
/// operating system shows bytes that it will never write. So these are written again, and synced.
pub(super) fn mend<S: Storage>(
    storage: &S,
    dir: &Path,
    header: Header,
    epoch: u64,
    found: &Found,
) -> Result<(Head, Recovered), Error> {
    let last = found.segments.last();
    let rewritten = last.map_or(Ok(0), |last| settle(storage, last, found))?;
    // A name that can be seen may not be durable either.
    storage.sync_dir(dir).map_err(Error::io(dir))?;
    let head = next_head(header, epoch, found);
    let first_seq =
        found.segments.first().map_or(head.header.first_seq, |it| it.head.header.first_seq);
    let recovered = Recovered {
        is_new: last.is_none(),
        epoch,
        first_seq,
        last_seq: Seq(head.header.first_seq.0 - 1),
        end: Position::new(header.shard, head.header.start),
        torn: found.torn.clone(),
        rewritten,
    };
    Ok((head, recovered))
}

fn settle<S: Storage>(storage: &S, last: &Surveyed, found: &Found) -> Result<u64, Error> {
    let start = last.head.header.start;
    let from = found.durable.max(start + HEADER_BYTES as u64) - start;
    let from = if planted::has(Bug::JournalTailTrusted) { last.bytes } else { from };
    if found.torn.is_none() && from >= last.bytes {
        return Ok(0);
    }
    let file = storage.open(&last.path, Access::Write);
    let mut file = file.map_err(Error::io(&last.path))?;
    let mut settle = || {
        if found.torn.is_some() && !planted::has(Bug::JournalTailKept) {
            file.set_size(last.bytes)?;
        }
        let written = rewrite(&mut file, from, last.bytes)?;
        file.sync_all()?;
        Ok(written)
    };
    settle().map_err(Error::io(&last.path))
}

fn rewrite(file: &mut impl StorageFile, from: u64, end: u64) -> io::Result<u64> {
    let mut at = from;
    let mut bytes = vec![0; CHUNK_BYTES.min(end.saturating_sub(from) as usize)];
    while at < end {
        let wanted = bytes.len().min((end - at) as usize);
        let read = file.read_all_at(at, &mut bytes[..wanted])?;
        if read < wanted {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        file.write_all_at(at, &bytes[..read])?;
        at += read as u64;
    }
    Ok(at - from)
}

/// The head of the segment that is begun now. A last segment without records is begun anew, with what it says about the
/// numbers and offsets to go on with: somebody may have accepted a loss before it.
fn next_head(header: Header, epoch: u64, found: &Found) -> Head {
    let Some(last) = found.segments.last() else { return Head::first(header, epoch) };
    if last.records() == 0 {
        let Header { start, first_seq, .. } = last.head.header;
        return Head { header: Header { start, first_seq, ..header }, epoch, ..last.head };
    }
    let (start, first_seq) = (found.end, Seq(found.last_seq.0 + 1));
    let header = Header { start, first_seq, ..header };
    Head { header, epoch, prior_end: start, prior_seq: found.last_seq }
}
