//! A journal cut at every byte, and with every bit flipped: an error that helps, or what was written.

use std::path::{Path, PathBuf};

use volley_core::journal::Error;
use volley_sim::disk::SimDisk;

use super::small::{BATCHES, check_recovery, dir, open, read, written};

fn all() -> Vec<u64> {
    (1..=BATCHES.iter().sum()).collect()
}

fn segments(disk: &SimDisk) -> Vec<PathBuf> {
    let is_segment = |path: &PathBuf| path.extension().is_some_and(|it| it == "journal");
    let segments: Vec<PathBuf> = disk.files().into_iter().filter(is_segment).collect();
    assert!(segments.len() >= 3, "{segments:?}");
    segments
}

fn owner() -> PathBuf {
    dir().join("owner")
}

/// An error must name the file and a byte that is not behind the damage, and say what to do.
fn assert_helps(error: &Error, file: &Path, at: usize, what: &str) {
    let shown = error.to_string();
    assert!(error.is_damage(), "{what}: {shown}");
    assert!(shown.contains(&file.display().to_string()), "{what}: {shown}");
    assert!(shown.contains("restore this file"), "{what}: {shown}");
    let offset = shown.split("at byte ").nth(1).and_then(|rest| rest.split(':').next());
    let offset: usize = offset.unwrap().parse().unwrap();
    assert!(offset <= at, "{what}: byte {at} is damaged, and {offset} is named: {shown}");
}

/// What can be read after a change, which may go on only if everything is there.
fn check_change(disk: &SimDisk, file: &Path, at: usize, what: &str) {
    match read(disk) {
        Ok(seqs) => {
            assert_eq!(seqs, all(), "{what}: records are missing, and nobody says so");
        }
        Err(error) => {
            assert_helps(&error, file, at, what);
            let refused = open(disk).expect_err("what cannot be read is not continued");
            assert_eq!(refused.to_string(), error.to_string(), "{what}");
        }
    }
}

/// The owner's mark is exact after the end of a process: whatever is cut off was acknowledged.
pub fn check_cuts() {
    let disk = written();
    for file in segments(&disk) {
        let size = disk.read(&file).unwrap().len();
        for end in 0..size {
            let cut = disk.fork();
            cut.edit(&file, |bytes| bytes.as_mut().unwrap().truncate(end));
            let what = format!("{} cut at byte {end} of {size}", file.display());
            // A last segment without records has nothing to lose but its head.
            assert!(read(&cut).is_err(), "{what}: nobody noticed");
            check_change(&cut, &file, end, &what);
        }
        let gone = disk.fork();
        gone.edit(&file, |bytes| *bytes = None);
        assert!(read(&gone).is_err(), "{} removed: nobody noticed", file.display());
    }
}

#[test]
fn a_journal_cut_at_any_byte_is_refused_with_file_byte_and_remedy() {
    check_cuts();
}

/// Behind the last whole batch that is known to be durable, a cut is what a crash leaves.
#[test]
fn without_the_owners_mark_the_last_batch_alone_may_be_missing() {
    let disk = written();
    disk.edit(&owner(), |bytes| *bytes = None);
    let last = segments(&disk).pop().unwrap();
    let size = disk.read(&last).unwrap().len();
    let mut torn = 0;
    for end in 0..size {
        let cut = disk.fork();
        cut.edit(&last, |bytes| bytes.as_mut().unwrap().truncate(end));
        let what = format!("cut at byte {end} of {size}");
        match read(&cut) {
            Ok(seqs) => {
                torn += 1;
                check_recovery(&cut, seqs.len() as u64, &what);
            }
            Err(error) => assert_helps(&error, &last, end, &what),
        }
    }
    assert!(torn > 100, "{torn}");
    // Nothing in front of the last batch may be missing without anybody noticing, even so.
    for file in segments(&disk) {
        let gone = disk.fork();
        gone.edit(&file, |bytes| *bytes = None);
        match (file == last, open(&gone)) {
            // A last file that is gone as a whole is missed by the owner alone.
            (true, Ok((.., records))) => assert_eq!(records.len(), 7),
            (true, Err(error)) => panic!("{error}"),
            (false, opened) => {
                opened.expect_err("a file is gone");
            }
        }
    }
}

/// Every bit of every segment: noticed, and told where.
pub fn check_flips() {
    let disk = written();
    for file in segments(&disk) {
        let size = disk.read(&file).unwrap().len();
        for at in 0..size {
            for bit in 0..8 {
                let flip = |bytes: &mut Option<Vec<u8>>| bytes.as_mut().unwrap()[at] ^= 1 << bit;
                let what = format!("{}, byte {at}, bit {bit}", file.display());
                disk.edit(&file, flip);
                match read(&disk) {
                    Ok(seqs) => panic!("{what}: read {seqs:?} as if nothing had happened"),
                    Err(error) => assert_helps(&error, &file, at, &what),
                }
                disk.edit(&file, flip);
            }
        }
    }
    assert_eq!(read(&disk).unwrap(), all());
}

#[test]
fn a_journal_with_any_bit_flipped_is_refused_with_file_byte_and_remedy() {
    check_flips();
}

/// Without the owner's mark, a flip in the very last batch alone looks like a crash. What is read then is right.
pub fn check_flips_without_mark() {
    let disk = written();
    disk.edit(&owner(), |bytes| *bytes = None);
    let durable = all().len() - *BATCHES.last().unwrap() as usize;
    let mut torn = 0;
    for file in segments(&disk) {
        let size = disk.read(&file).unwrap().len();
        for at in 0..size {
            for bit in 0..8 {
                let flip = |bytes: &mut Option<Vec<u8>>| bytes.as_mut().unwrap()[at] ^= 1 << bit;
                let what = format!("{}, byte {at}, bit {bit}", file.display());
                disk.edit(&file, flip);
                match read(&disk) {
                    Ok(seqs) => {
                        assert_eq!(seqs.len(), durable, "{what}");
                        torn += 1;
                    }
                    Err(error) => assert_helps(&error, &file, at, &what),
                }
                disk.edit(&file, flip);
            }
        }
    }
    assert!(torn > 100, "{torn}");
}

#[test]
fn without_the_owners_mark_a_flip_in_the_last_batch_alone_looks_like_a_crash() {
    check_flips_without_mark();
}

/// The owner's file, which is written without a sync: its other slot, or an error that helps.
#[test]
fn the_owners_mark_survives_any_cut_and_any_flip() {
    let disk = written();
    let size = disk.read(&owner()).unwrap().len();
    for at in 0..size {
        let cut = disk.fork();
        cut.edit(&owner(), |bytes| bytes.as_mut().unwrap().truncate(at));
        check_change(&cut, &owner(), at, &format!("owner cut at byte {at}"));
        for bit in 0..8 {
            let flipped = disk.fork();
            flipped.edit(&owner(), |bytes| bytes.as_mut().unwrap()[at] ^= 1 << bit);
            assert_eq!(read(&flipped).unwrap(), all(), "owner, byte {at}, bit {bit}");
        }
    }
    disk.edit(&owner(), |bytes| bytes.as_mut().unwrap().iter_mut().for_each(|byte| *byte ^= 1));
    let shown = read(&disk).unwrap_err().to_string();
    assert!(shown.contains("owner at byte 0") && shown.contains("remove it"), "{shown}");
}

/// A batch that somebody made up, in what a customer wrote, or that stood elsewhere, is none.
#[test]
fn a_batch_counts_only_where_it_was_written() {
    let disk = written();
    let last = segments(&disk).pop().unwrap();
    let first = disk.read(&segments(&disk)[0]).unwrap();
    let batch = &first[64..];
    disk.edit(&last, |bytes| bytes.as_mut().unwrap().extend_from_slice(batch));
    // It is taken for what a crash left, and cut; nothing of it is read.
    assert_eq!(read(&disk).unwrap(), all());
    check_recovery(&disk, all().len() as u64, "a batch from elsewhere");
}

#[test]
fn another_version_is_told_apart_from_damage() {
    let disk = written();
    let first = segments(&disk).remove(0);
    // The first 36 bytes of a journal of format 1, with its checksum.
    let old: Vec<u8> = [
        b"VOLLEYJ\n".as_slice(),
        &[1, 0, 2, 0, 0, 0, 1, 0, 8, 0, 0, 0],
        &1u64.to_le_bytes(),
        &0u64.to_le_bytes(),
        &[0xe8, 0x11, 0x33, 0x1d],
    ]
    .concat();
    disk.edit(&first, |bytes| *bytes = Some(old));
    let shown = read(&disk).unwrap_err().to_string();
    assert!(shown.contains("format 1 with records of format 2"), "{shown}");
    assert!(shown.contains("use the version that wrote it"), "{shown}");
}
