//! Going on without what was lost: what is kept is right, nothing is removed, and no number is given out twice.

use std::collections::BTreeSet;

use volley_core::id::{Position, Seq, ShardId};
use volley_core::journal::repair::{accept_loss, assess};
use volley_core::journal::storage::Storage as _;
use volley_core::journal::{Error, Scan};
use volley_sim::disk::{Fault, SimDisk};

use super::small::{ALL, batch, dir, open, open_from, record, written};

/// All bytes of all files but the owner's.
fn bytes(disk: &SimDisk) -> BTreeSet<Vec<u8>> {
    let files = disk.files().into_iter().filter(|path| !path.ends_with("owner"));
    files.map(|path| disk.read(&path).unwrap()).collect()
}

/// Accepts the loss and goes on; returns the last record that was kept.
fn check(disk: &SimDisk, what: &str) -> u64 {
    let before = bytes(disk);
    let told = assess(disk, dir()).unwrap().unwrap_or_else(|| panic!("{what}: nothing is wrong"));
    assert_eq!(bytes(disk), before, "{what}: asking changes nothing");
    let loss = accept_loss(disk, dir()).unwrap().unwrap();
    assert_eq!((loss.kept, loss.resume), (told.kept, told.resume), "{what}");
    assert!(bytes(disk).is_superset(&before), "{what}: something is gone");
    assert!(assess(disk, dir()).unwrap().is_none(), "{what}: it is still wrong");
    let (mut journal, recovered, records) = open(disk).unwrap();
    let kept = records.len() as u64;
    assert_eq!(loss.kept, Seq(kept), "{what}");
    assert!(records.iter().zip(1..).all(|(it, seq)| *it == record(seq)), "{what}");
    assert!(recovered.last_seq.0 >= ALL, "{what}: {} is given out again", recovered.last_seq.0 + 1);
    assert_eq!(loss.resume.0, recovered.last_seq.0 + 1, "{what}");
    batch(&mut journal, loss.resume.0, 2).unwrap();
    drop(journal);
    let (_, again, records) = open(disk).unwrap();
    assert_eq!((records.len() as u64, again.last_seq.0), (kept + 2, loss.resume.0 + 1), "{what}");
    kept
}

pub fn check_repair() {
    let disk = written();
    let mut kept = BTreeSet::new();
    for file in disk.files().into_iter().filter(|path| !path.ends_with("owner")) {
        let size = disk.read(&file).unwrap().len();
        for at in (0..size).step_by(11) {
            let flipped = disk.fork();
            flipped.edit(&file, |bytes| bytes.as_mut().unwrap()[at] ^= 4);
            kept.insert(check(&flipped, &format!("{}, byte {at}", file.display())));
            let cut = disk.fork();
            cut.edit(&file, |bytes| bytes.as_mut().unwrap().truncate(at));
            kept.insert(check(&cut, &format!("{} cut at {at}", file.display())));
        }
        if !file.ends_with("0000000000000000.journal") {
            let gone = disk.fork();
            gone.edit(&file, |bytes| *bytes = None);
            kept.insert(check(&gone, &format!("{} gone", file.display())));
        }
    }
    // Whole batches only.
    assert_eq!(kept, BTreeSet::from([0, 2, 3, 6, 7, 8]));
}

#[test]
fn a_loss_that_is_accepted_keeps_what_came_before_it_and_removes_nothing() {
    check_repair();
}

/// What stood in the first files may be in a snapshot, so the later ones are not given up.
#[test]
fn a_journal_whose_first_file_is_gone_goes_on_behind_it() {
    let disk = written();
    let first = disk.files().remove(0);
    disk.edit(&first, |bytes| *bytes = None);
    let loss = accept_loss(&disk, dir()).unwrap().unwrap();
    let shown = loss.cause.to_string();
    assert!(shown.contains("files before it are missing") && loss.aside.is_empty(), "{shown}");
    assert_eq!((loss.kept, loss.resume), (Seq(ALL), Seq(ALL + 1)));
    let error = open(&disk).expect_err("not all is there from the beginning on");
    assert!(matches!(error, Error::Removed { .. }), "{error}");
    let begins = Scan::open(&disk, dir(), Position::default()).unwrap().start();
    let (.., records) = open_from(&disk, Position::new(ShardId(0), begins)).unwrap();
    assert_eq!(records.last().unwrap().seq, Seq(ALL));
}

#[test]
fn a_journal_of_which_nothing_is_wrong_is_left_alone() {
    let disk = written();
    let before = disk.calls();
    assert!(assess(&disk, dir()).unwrap().is_none());
    assert!(accept_loss(&disk, dir()).unwrap().is_none());
    assert!(disk.calls() > before);
    assert_eq!(open(&disk).unwrap().1.epoch, 2, "nobody opened it in between");
}

/// Wherever a repair fails, it can be done again.
#[test]
fn a_repair_that_fails_can_be_repeated() {
    let damaged = written();
    let file = damaged.files().remove(1);
    damaged.edit(&file, |bytes| {
        let bytes = bytes.as_mut().unwrap();
        let at = bytes.len() - 3;
        bytes[at] ^= 1;
    });
    let whole = damaged.fork();
    whole.fail(Fault { call: u64::MAX, for_ever: false, done: false });
    accept_loss(&whole, dir()).unwrap();
    let calls = whole.calls();
    for call in 1..=calls {
        for done in [false, true] {
            let disk = damaged.fork();
            disk.fail(Fault { call, for_ever: true, done });
            let _ = accept_loss(&disk, dir());
            disk.heal();
            disk.kill();
            accept_loss(&disk, dir()).unwrap();
            let (_, recovered, records) = open(&disk).unwrap();
            assert_eq!(records.len(), 6, "call {call}, {done}");
            assert!(recovered.last_seq.0 >= ALL);
        }
    }
}

#[test]
fn what_a_zombie_wrote_is_set_aside_and_its_later_owner_stays() {
    let disk = written();
    let (mut zombie, recovered, _) = open(&disk).unwrap();
    let last = batch(&mut zombie, recovered.last_seq.0 + 1, 1).unwrap().0;
    disk.remove(&dir().join("owner")).unwrap();
    let (mut owner, ..) = open(&disk).unwrap();
    let owned = batch(&mut owner, last + 1, 2).unwrap();
    batch(&mut zombie, last + 1, 1).unwrap();
    drop((zombie, owner));
    let loss = accept_loss(&disk, dir()).unwrap().unwrap();
    assert!(loss.cause.to_string().contains("lost the journal"), "{}", loss.cause);
    assert_eq!((loss.kept, loss.resume), (owned, Seq(owned.0 + 1)));
    let mut scan = Scan::open(&disk, dir(), Position::default()).unwrap();
    while scan.next_segment(|_, _| {}).unwrap().is_some() {}
    assert_eq!(scan.finish().unwrap().last_seq, owned);
    assert!(disk.files().iter().any(|path| path.display().to_string().contains(".lost-")));
}

#[test]
fn a_journal_that_is_open_is_not_repaired() {
    let disk = written();
    let (_journal, ..) = open(&disk).unwrap();
    let file = disk.files().remove(0);
    disk.edit(&file, |bytes| bytes.as_mut().unwrap()[100] ^= 1);
    let shown = accept_loss(&disk, dir()).unwrap_err().to_string();
    assert!(shown.contains("another process"), "{shown}");
}
