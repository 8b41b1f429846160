//! One process owns a journal at a time, and one that does not know it lost it is found out.

use std::path::PathBuf;

use volley_core::id::{Position, Seq, ShardId};
use volley_core::journal::storage::Storage as _;
use volley_core::journal::{Acknowledge, Error, FileJournal, Header, Scan, ensure_free};
use volley_sim::disk::SimDisk;

use super::small::{batch, dir, open, options, read, written};
use crate::support::header;

fn epochs(disk: &SimDisk) -> Vec<u64> {
    let mut scan = Scan::open(disk, dir(), Position::default()).unwrap();
    let mut epochs = Vec::new();
    while let Some(segment) = scan.next_segment(|_, _| {}).unwrap() {
        epochs.push(segment.head.epoch);
    }
    epochs
}

pub fn check_lock() {
    let disk = written();
    let (first, ..) = open(&disk).unwrap();
    let Err(error) = open(&disk) else { panic!("there is a second owner") };
    assert!(matches!(error, Error::Owned(_)), "{error}");
    let shown = error.to_string();
    assert!(shown.contains("shard-0000/owner") && shown.contains("another process"), "{shown}");
    drop(first);
    open(&disk).expect("the lock is free when the journal is closed");
}

#[test]
fn a_second_process_is_refused_while_the_first_one_lives() {
    check_lock();
    // The same on real files.
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().join("shard-0000");
    let journal = FileJournal::create(&dir, header(), Acknowledge::Durable).unwrap();
    let again = FileJournal::open(&dir, header(), Acknowledge::Durable, |_, _| {});
    assert!(matches!(again, Err(Error::Owned(_))), "{again:?}");
    assert!(matches!(ensure_free(&dir), Err(Error::Owned(_))));
    journal.finish().unwrap();
    ensure_free(&dir).unwrap();
    FileJournal::open(&dir, header(), Acknowledge::Durable, |_, _| {}).unwrap();
}

pub fn check_epochs() {
    let disk = written();
    let before = epochs(&disk);
    for opening in 2..5 {
        let (mut journal, recovered, _) = open(&disk).unwrap();
        assert_eq!((journal.epoch(), recovered.epoch), (opening, opening));
        batch(&mut journal, recovered.last_seq.0 + 1, 1).unwrap();
    }
    assert_eq!(epochs(&disk), [before, vec![2, 3, 4]].concat());
    // Without the file the segments still tell.
    disk.remove(&dir().join("owner")).unwrap();
    assert_eq!(open(&disk).unwrap().1.epoch, 5);
}

#[test]
fn the_epoch_grows_with_each_opening_and_stands_in_each_segment() {
    check_epochs();
}

/// A second owner that got in because somebody removed the lock file.
fn two_owners() -> (SimDisk, FileJournal<SimDisk>, FileJournal<SimDisk>) {
    let disk = written();
    let (zombie, ..) = open(&disk).unwrap();
    disk.remove(&dir().join("owner")).unwrap();
    let (owner, ..) = open(&disk).unwrap();
    assert_eq!((zombie.epoch(), owner.epoch()), (2, 3));
    (disk, zombie, owner)
}

#[test]
fn what_a_process_writes_that_lost_the_journal_is_found() {
    let (disk, mut zombie, mut owner) = two_owners();
    let last = read(&disk).unwrap().len() as u64;
    batch(&mut owner, last + 1, 1).unwrap();
    // Both went on from the same end; the zombie's file was replaced by the owner's, so it fills no more segment than
    // it has, and its next one is of an earlier epoch.
    let mut seq = last;
    let next = loop {
        seq = match batch(&mut zombie, seq + 1, 1) {
            Ok(Seq(seq)) => seq,
            Err(error) => break Err(error),
        };
        if let Err(error) = read(&disk) {
            break Ok(error);
        }
    };
    let shown = next.expect("its next segment is found").to_string();
    assert!(shown.contains("epoch 2") && shown.contains("lost the journal"), "{shown}");
    assert!(shown.contains("set aside"), "{shown}");
}

#[test]
fn a_zombie_that_goes_on_in_its_old_segment_is_found() {
    let disk = written();
    let (mut zombie, recovered, _) = open(&disk).unwrap();
    let last = batch(&mut zombie, recovered.last_seq.0 + 1, 1).unwrap().0;
    disk.remove(&dir().join("owner")).unwrap();
    let (mut owner, ..) = open(&disk).unwrap();
    batch(&mut owner, last + 1, 1).unwrap();
    batch(&mut zombie, last + 1, 1).unwrap();
    let error = read(&disk).expect_err("two histories");
    let shown = error.to_string();
    assert!(shown.contains("epoch 3 after 2") && shown.contains("lost the journal"), "{shown}");
    assert!(open(&disk).is_err(), "the live owner has the lock, and damage is refused in any case");
}

#[test]
fn a_journal_is_not_opened_under_another_layout() {
    let disk = written();
    let open_as = |header: Header, resharded| {
        let options = volley_core::journal::Options { resharded, ..options(Acknowledge::Durable) };
        let disk = disk.fork();
        FileJournal::open_on(disk, dir(), header, options, Position::default(), |_, _| {})
    };
    let right = header();
    for wrong in [
        Header { shard: ShardId(1), ..right },
        Header { partitions: 16, ..right },
        Header { shards: 2, ..right },
    ] {
        let shown = open_as(wrong, false).expect_err("another layout").to_string();
        assert!(shown.contains("shard 0 of 1 with 8 partitions"), "{shown}");
    }
    // The number of shards may change, if somebody sees to it.
    open_as(Header { shards: 2, ..right }, true).unwrap();
    open_as(Header { partitions: 16, ..right }, true).expect_err("partitions never change");
}

#[test]
fn files_that_do_not_belong_there_are_named() {
    let disk = written();
    let strange = dir().join("copy of 12.journal");
    disk.edit(&strange, |bytes| *bytes = Some(Vec::new()));
    let shown = read(&disk).unwrap_err().to_string();
    assert!(shown.contains("copy of 12.journal") && shown.contains("move it elsewhere"), "{shown}");
    disk.edit(&strange, |bytes| *bytes = None);
    disk.edit(&dir().join("notes.txt"), |bytes| *bytes = Some(Vec::new()));
    read(&disk).unwrap();
    let segments: Vec<PathBuf> = disk.files();
    let renamed = dir().join("0000000000000001.journal");
    disk.rename(&segments[0], &renamed).unwrap();
    assert!(read(&disk).unwrap_err().to_string().contains("0000000000000001.journal"));
}
