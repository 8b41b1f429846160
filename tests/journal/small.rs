//! A small journal of several batches in several segments, on a disk that is made up.

use std::io;
use std::path::Path;

use volley_core::id::{Position, Seq};
use volley_core::journal::{
    Acknowledge, Error, FileJournal, Header, Journal, Options, Recovered, Scan,
};
use volley_core::record::Record;
use volley_sim::disk::SimDisk;

use crate::support::header;

/// Where it lies.
pub const DIR: &str = "data/shard-0000";

/// How many records each batch has.
pub const BATCHES: &[u64] = &[2, 1, 3, 1, 1, 1];

/// How many records that are.
pub const ALL: u64 = 9;

/// So few that there are three segments.
pub const SEGMENT_BYTES: u64 = 500;

pub fn dir() -> &'static Path {
    Path::new(DIR)
}

pub fn options(acknowledge: Acknowledge) -> Options {
    Options { segment_bytes: SEGMENT_BYTES, ..Options::new(acknowledge) }
}

/// A record of which all is fixed by its number.
pub fn record(seq: u64) -> Record {
    super::record(seq)
}

/// An open journal and what it gave.
type Opened = (FileJournal<SimDisk>, Recovered, Vec<Record>);

/// Opens the journal and says which records it gave.
pub fn open(disk: &SimDisk) -> Result<Opened, Error> {
    open_from(disk, Position::default())
}

/// The same for those who have a snapshot of what came before.
pub fn open_from(disk: &SimDisk, from: Position) -> Result<Opened, Error> {
    let (options, mut records) = (options(Acknowledge::Durable), Vec::new());
    let take = |_: &Header, entry: volley_core::journal::Entry| records.push(entry.record);
    let opened = FileJournal::open_on(disk.clone(), dir(), header(), options, from, take)?;
    Ok((opened.0, opened.1, records))
}

/// Appends a batch.
pub fn batch(journal: &mut FileJournal<SimDisk>, first: u64, count: u64) -> io::Result<Seq> {
    (first..first + count).for_each(|seq| {
        journal.append(&record(seq));
    });
    journal.sync()
}

/// Writes all batches and says up to which record they were acknowledged, and whether something failed. The process
/// ends without a farewell.
pub fn write(disk: &SimDisk) -> (u64, io::Result<()>) {
    let mut journal = match open(disk) {
        Ok((journal, ..)) => journal,
        Err(error) => return (0, Err(error.into())),
    };
    let mut acknowledged = 0;
    for count in BATCHES {
        match batch(&mut journal, acknowledged + 1, *count) {
            Ok(last) => acknowledged = last.0,
            Err(error) => {
                // Whatever the disk does from now on: this journal says no more that anything is durable.
                disk.heal();
                assert!(journal.sync().is_err(), "it acknowledges after {error}");
                assert!(batch(&mut journal, acknowledged + count + 1, 1).is_err());
                assert!(journal.retain_from(Position::default()).is_err());
                assert!(journal.finish().is_err());
                return (acknowledged, Err(error));
            }
        }
    }
    (acknowledged, Ok(()))
}

/// A disk with the journal on it, whose process ended.
pub fn written() -> SimDisk {
    let disk = SimDisk::default();
    let (acknowledged, ended) = write(&disk);
    assert_eq!(acknowledged, BATCHES.iter().sum::<u64>());
    ended.unwrap();
    disk.kill();
    disk
}

/// The numbers that can be read, or why not all can.
pub fn read(disk: &SimDisk) -> Result<Vec<u64>, Error> {
    let mut seqs = Vec::new();
    let mut scan = Scan::open(disk, dir(), Position::default())?;
    while scan
        .next_segment(|_, entry| {
            assert_eq!(entry.record, record(entry.record.seq.0), "another record than was written");
            seqs.push(entry.record.seq.0);
        })?
        .is_some()
    {}
    scan.finish()?;
    assert!(seqs.iter().copied().eq(1..=seqs.len() as u64), "{seqs:?}");
    Ok(seqs)
}

/// Opens the journal after a crash, checks that it holds at least what was acknowledged and nothing else than what was
/// written, goes on with it, and checks that what it was opened with outlives a loss of power right away.
pub fn check_recovery(disk: &SimDisk, acknowledged: u64, what: &str) {
    let (mut journal, recovered, records) =
        open(disk).unwrap_or_else(|error| panic!("{what}: {error}"));
    let last = records.len() as u64;
    assert!(last >= acknowledged, "{what}: {acknowledged} were acknowledged, and {last} are left");
    for (record, seq) in records.iter().zip(1..) {
        assert_eq!(*record, self::record(seq), "{what}");
    }
    assert_eq!(recovered.last_seq, Seq(last), "{what}");
    disk.lose_power(volley_sim::disk::Kept::Nothing);
    let left = read(disk).unwrap_or_else(|error| panic!("{what}, opened and lost: {error}"));
    assert!(
        left.len() as u64 >= last,
        "{what}: of {last} records that recovery gave {left:?} are left"
    );
    drop(journal);
    (journal, ..) = open(disk).unwrap_or_else(|error| panic!("{what}, again: {error}"));
    let more = batch(&mut journal, last + 1, 2);
    assert_eq!(more.unwrap_or_else(|error| panic!("{what}, going on: {error}")), Seq(last + 2));
    journal.finish().unwrap();
    assert_eq!(read(disk).unwrap().len() as u64, last + 2, "{what}");
}
