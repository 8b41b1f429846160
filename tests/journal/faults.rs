//! Every call to the disk fails once, or from then on, also during recovery: what was acknowledged is there afterwards.

use volley_core::id::Position;
use volley_core::journal::{Acknowledge, FileJournal, Journal};
use volley_sim::disk::{Fault, Kept, SimDisk};

use super::small::{self, BATCHES, check_recovery, dir, open, options, read, record, write};
use crate::support::header;

/// What happens after a call failed: the process ends, or the power goes with more or less of what was not synced.
const AFTERMATHS: &[Option<Kept>] = &[
    None,
    Some(Kept::Nothing),
    Some(Kept::All),
    Some(Kept::Some { seed: 1 }),
    Some(Kept::Some { seed: 2 }),
    Some(Kept::Some { seed: 3 }),
];

fn after(disk: &SimDisk, aftermath: Option<Kept>) -> SimDisk {
    let disk = disk.fork();
    if let Some(kept) = aftermath {
        disk.lose_power(kept);
    }
    disk
}

/// Counts the calls of some work, and gives each of them as one that fails.
fn faults(on: &SimDisk, work: impl FnOnce(&SimDisk)) -> impl Iterator<Item = Fault> {
    let disk = on.fork();
    disk.fail(Fault { call: u64::MAX, for_ever: false, done: false });
    work(&disk);
    let calls = disk.calls();
    assert!(calls > 10, "{calls}");
    (1..=calls).flat_map(|call| {
        [(false, false), (false, true), (true, false), (true, true)].map(|(for_ever, done)| Fault {
            call,
            for_ever,
            done,
        })
    })
}

/// Every call of a journal's life fails. Returns how many journals were recovered.
pub fn check_faults() -> u64 {
    let mut recovered = 0;
    for fault in faults(&SimDisk::default(), |disk| drop(write(disk))) {
        let disk = SimDisk::default();
        disk.fail(fault);
        let (acknowledged, ended) = write(&disk);
        let fired = disk.heal();
        assert!(
            ended.is_err() || fired == 0 || acknowledged == BATCHES.iter().sum::<u64>(),
            "{fault:?}"
        );
        for aftermath in AFTERMATHS {
            let what = format!("{fault:?}, then {aftermath:?}");
            check_recovery(&after(&disk, *aftermath), acknowledged, &what);
            recovered += 1;
        }
    }
    recovered
}

#[test]
fn whichever_call_fails_what_was_acknowledged_is_recovered() {
    let recovered = check_faults();
    println!("recovered {recovered} journals");
    assert!(recovered > 1000, "{recovered}");
}

/// Every call of a recovery fails, which follows another failure.
pub fn check_faults_in_recovery() -> u64 {
    let mut recovered = 0;
    let first: Vec<Fault> = faults(&SimDisk::default(), |disk| drop(write(disk)))
        .filter(|fault| !fault.for_ever)
        .collect();
    // Each seventh is enough to have a torn tail, a sync that failed and a segment just begun among them.
    for fault in first.into_iter().step_by(7) {
        let broken = SimDisk::default();
        broken.fail(fault);
        let (acknowledged, _) = write(&broken);
        for second in faults(&broken, |disk| drop(open(disk))) {
            let disk = broken.fork();
            disk.fail(second);
            let opened = open(&disk);
            disk.heal();
            // If it opened all the same, it has given records on which somebody may have acted by now.
            let given = opened.as_ref().map_or(0, |(_, _, records)| records.len() as u64);
            drop(opened);
            for aftermath in &AFTERMATHS[..4] {
                let what =
                    format!("{fault:?}, then while recovering {second:?}, then {aftermath:?}");
                check_recovery(&after(&disk, *aftermath), acknowledged.max(given), &what);
                recovered += 1;
            }
        }
    }
    recovered
}

#[test]
fn whichever_call_of_a_recovery_fails_the_next_one_recovers_all() {
    let recovered = check_faults_in_recovery();
    println!("recovered {recovered} journals");
    assert!(recovered > 1000, "{recovered}");
}

/// After any number of batches, with whatever the power left.
pub fn check_power() {
    for batches in 1..=BATCHES.len() {
        for seed in 0..40 {
            let disk = SimDisk::default();
            let (mut journal, ..) = open(&disk).unwrap();
            let mut last = 0;
            for count in &BATCHES[..batches] {
                last = small::batch(&mut journal, last + 1, *count).unwrap().0;
            }
            // One more, which does not come to its sync: the power goes while it is written.
            disk.fail(Fault { call: 2, for_ever: true, done: false });
            assert!(small::batch(&mut journal, last + 1, 3).is_err());
            disk.heal();
            disk.lose_power(Kept::Some { seed });
            drop(journal);
            check_recovery(&disk, last, &format!("after {batches} batches, seed {seed}"));
        }
    }
}

#[test]
fn what_was_acknowledged_outlives_the_power() {
    check_power();
}

#[test]
fn a_disk_that_is_full_acknowledges_nothing_more_and_loses_nothing() {
    for bytes in (0..3000).step_by(13) {
        let disk = SimDisk::default();
        disk.set_bytes_max(bytes);
        let (acknowledged, ended) = write(&disk);
        if let Err(error) = ended {
            let shown = error.to_string();
            assert!(shown.contains(small::DIR), "no file is named: {shown}");
        }
        disk.heal();
        disk.kill();
        check_recovery(&disk, acknowledged, &format!("full at {bytes} bytes"));
    }
}

#[test]
fn a_disk_that_takes_few_bytes_at_once_gets_them_all() {
    let disk = SimDisk::default();
    disk.set_write_bytes_max(7);
    write(&disk).1.unwrap();
    disk.kill();
    assert_eq!(read(&disk).unwrap().len() as u64, BATCHES.iter().sum::<u64>());
}

/// The farewell says that all is durable only if it is.
#[test]
fn whichever_call_fails_a_journal_that_was_finished_outlives_the_power() {
    let write = |disk: &SimDisk| -> std::io::Result<()> {
        let options = options(Acknowledge::InMemory);
        let mut journal = FileJournal::create_on(disk.clone(), dir(), header(), options)?;
        (1..=5).for_each(|seq| {
            journal.append(&record(seq));
        });
        journal.finish()
    };
    for fault in faults(&SimDisk::default(), |disk| write(disk).unwrap()) {
        let disk = SimDisk::default();
        disk.fail(fault);
        let ended = write(&disk);
        disk.heal();
        for aftermath in AFTERMATHS {
            let acknowledged = if ended.is_ok() { 5 } else { 0 };
            let what = format!("{fault:?}, then {aftermath:?}");
            check_recovery(&after(&disk, *aftermath), acknowledged, &what);
        }
    }
}

/// A journal that acknowledges what is in memory promises nothing across a crash but that it can be opened.
#[test]
fn a_journal_in_memory_first_is_whole_once_it_is_finished() {
    let disk = SimDisk::default();
    let options = options(Acknowledge::InMemory);
    let mut journal = FileJournal::create_on(disk.clone(), dir(), header(), options).unwrap();
    for seq in 1..=5 {
        journal.append(&record(seq));
        assert_eq!(journal.sync().unwrap().0, seq, "acknowledged in memory");
    }
    let early = after(&disk, Some(Kept::Nothing));
    check_recovery(&early, 0, "before it is finished");
    journal.finish().unwrap();
    disk.lose_power(Kept::Nothing);
    assert_eq!(read(&disk).unwrap(), [1, 2, 3, 4, 5]);
    let position = Position::default();
    let opened = FileJournal::open_on(disk, dir(), header(), options, position, |_, _| {});
    assert_eq!(opened.unwrap().1.last_seq.0, 5);
}
