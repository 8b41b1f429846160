//! Old segments are removed whole, from the oldest on, and never the one that is written.

use volley_core::id::{Position, ShardId};
use volley_core::journal::{Acknowledge, Error, Scan};
use volley_core::limits::JOURNAL_SEGMENT_BYTES_MAX;
use volley_sim::disk::{Fault, Kept, SimDisk};

use super::small::{ALL, SEGMENT_BYTES, batch, dir, open, open_from, options, record, written};

fn position(offset: u64) -> Position {
    Position::new(ShardId(0), offset)
}

/// Each segment with its first number and where it ends.
fn segments(disk: &SimDisk) -> Vec<(u64, u64)> {
    let mut scan = Scan::open(disk, dir(), Position::default()).unwrap();
    let mut segments = Vec::new();
    while let Some(segment) = scan.next_segment(|_, _| {}).unwrap() {
        segments.push((segment.head.header.first_seq.0, segment.end()));
    }
    scan.finish().unwrap();
    segments
}

pub fn check_retention() {
    let disk = written();
    let all = segments(&disk);
    let ends: Vec<u64> = all.iter().map(|(_, end)| *end).collect();
    for retained in [
        0,
        1,
        ends[0] - 1,
        ends[0],
        ends[0] + 1,
        ends[1] - 1,
        ends[1],
        *ends.last().unwrap(),
        1 << 40,
    ] {
        let disk = disk.fork();
        let (mut journal, ..) = open(&disk).unwrap();
        let removed = journal.retain_from(position(retained)).unwrap();
        let expected = ends.iter().filter(|end| **end <= retained).count();
        assert_eq!(removed, expected, "from {retained} of {ends:?}");
        // What was kept is what is left after a loss of power.
        disk.lose_power(Kept::Nothing);
        drop(journal);
        let left = segments(&disk);
        assert_eq!(left[..all.len() - removed], all[removed..], "from {retained} of {ends:?}");
        let whole = open(&disk);
        assert_eq!(whole.is_err(), removed > 0, "who has no snapshot needs all of it");
        drop(whole);
        let (mut journal, recovered, records) = open_from(&disk, position(retained)).unwrap();
        assert!(records.iter().all(|it| *it == record(it.seq.0)));
        assert_eq!(recovered.last_seq.0, ALL, "numbers go on");
        assert_eq!(recovered.first_seq.0, left.first().unwrap().0);
        batch(&mut journal, ALL + 1, 1).unwrap();
    }
}

#[test]
fn whole_segments_below_a_position_are_removed_and_the_rest_stays() {
    check_retention();
}

#[test]
fn a_removal_that_fails_leaves_no_gap() {
    for call in 1..=6 {
        for done in [false, true] {
            for kept in [Kept::Nothing, Kept::All, Kept::Some { seed: call }] {
                let disk = written();
                let (mut journal, ..) = open(&disk).unwrap();
                disk.fail(Fault { call, for_ever: false, done });
                let _ = journal.retain_from(position(1 << 40));
                disk.heal();
                disk.lose_power(kept);
                drop(journal);
                let opened = open_from(&disk, position((1 << 40) - 1));
                assert_eq!(opened.unwrap().1.last_seq.0, ALL, "call {call}, {done}, {kept:?}");
            }
        }
    }
}

#[test]
fn segments_are_rotated_at_their_size() {
    let disk = written();
    let ends = segments(&disk);
    assert!(ends.len() >= 3, "{ends:?}");
    let mut start = 0;
    for (_, end) in &ends[..ends.len() - 1] {
        assert!((SEGMENT_BYTES..2 * SEGMENT_BYTES).contains(&(end - start)), "{ends:?}");
        start = *end;
    }
    assert_eq!(
        volley_core::journal::Options::new(Acknowledge::Durable).segment_bytes,
        JOURNAL_SEGMENT_BYTES_MAX
    );
    assert_eq!(options(Acknowledge::Durable).segment_bytes, SEGMENT_BYTES);
}

/// Whoever needs only what came after a snapshot does not read what came before it.
#[test]
fn segments_before_a_position_are_not_read() {
    let disk = written();
    let all = segments(&disk);
    let (second, _) = all[1];
    let mut seqs = Vec::new();
    let mut scan = Scan::open(&disk, dir(), position(all[0].1)).unwrap();
    while scan.next_segment(|_, entry| seqs.push(entry.record.seq.0)).unwrap().is_some() {}
    scan.finish().unwrap();
    assert!(seqs.iter().copied().eq(second..=ALL), "{seqs:?}");
    // But one that is not as long as the next one says is looked at.
    disk.edit(&disk.files()[0], |bytes| bytes.as_mut().unwrap().truncate(100));
    let mut scan = Scan::open(&disk, dir(), position(all[0].1)).unwrap();
    assert!(matches!(scan.next_segment(|_, _| {}), Err(Error::Bytes { .. })));
}
