//! Records by where they stand, and a person's records along their chain.

use volley_core::id::{ContactId, Position, ShardId};
use volley_core::journal::{Acknowledge, Entry, Error, FileJournal, Journal as _, Lookup};
use volley_core::record::{Body, Record};
use volley_sim::disk::SimDisk;

use super::small::{dir, options, record};
use crate::support::header;

/// Three people write in turn, ten times each, over several segments. Their records, each by its person.
fn story(disk: &SimDisk) -> (FileJournal<SimDisk>, Vec<Vec<Entry>>) {
    let options = options(Acknowledge::Durable);
    let mut journal = FileJournal::create_on(disk.clone(), dir(), header(), options).unwrap();
    let mut people = vec![Vec::<Entry>::new(); 3];
    for seq in 1..=30 {
        let person = &mut people[seq as usize % 3];
        let previous = person.last().map_or(Position::default(), |entry| entry.position);
        let mut record = Record { previous, ..record(seq) };
        if let Body::Reply(reply, _) = &mut record.body {
            reply.contact = ContactId(seq % 3);
        }
        let position = journal.append(&record);
        person.push(Entry { position, record });
        if seq % 4 == 0 {
            journal.sync().unwrap();
        }
    }
    journal.sync().unwrap();
    (journal, people)
}

#[test]
fn a_persons_records_are_found_along_their_chain_while_the_journal_is_written() {
    let disk = SimDisk::default();
    let (_journal, people) = story(&disk);
    let mut lookup = Lookup::open_on(disk, dir()).unwrap();
    for person in &people {
        for entry in person {
            assert_eq!(lookup.read_at(entry.position).unwrap(), entry.record);
        }
        let chain = lookup.chain(person.last().unwrap().position);
        let mut found: Vec<Entry> = chain.map(Result::unwrap).collect();
        found.reverse();
        assert_eq!(found, *person);
    }
    assert_eq!(lookup.chain(Position::default()).count(), 0);
}

#[test]
fn what_came_after_the_look_up_was_opened_is_found_too() {
    let disk = SimDisk::default();
    let options = options(Acknowledge::Durable);
    let mut journal = FileJournal::create_on(disk.clone(), dir(), header(), options).unwrap();
    let mut lookup = Lookup::open_on(disk, dir()).unwrap();
    for seq in 1..=12 {
        let position = journal.append(&record(seq));
        let early = lookup.read_at(position).expect_err("not written yet").to_string();
        assert!(early.contains("not written yet"), "{early}");
        journal.sync().unwrap();
        assert_eq!(lookup.read_at(position).unwrap(), record(seq));
    }
}

#[test]
fn a_chain_that_was_cut_by_retention_ends_with_that() {
    let disk = SimDisk::default();
    let (mut journal, people) = story(&disk);
    let person = &people[1];
    let kept = person[4].position;
    assert!(journal.retain_from(kept).unwrap() > 0);
    let mut lookup = Lookup::open_on(disk, dir()).unwrap();
    let chain: Vec<_> = lookup.chain(person.last().unwrap().position).collect();
    let (last, rest) = chain.split_last().unwrap();
    assert!(rest.iter().all(Result::is_ok) && rest.len() >= 6);
    let error = last.as_ref().unwrap_err();
    assert!(matches!(error, Error::Removed { .. }) && !error.is_damage(), "{error}");
    assert!(error.to_string().contains("was removed"), "{error}");
}

#[test]
fn a_position_that_holds_no_record_is_an_error_that_says_why() {
    let disk = SimDisk::default();
    let (journal, people) = story(&disk);
    let entry = people[0][0].clone();
    journal.finish().unwrap();
    let mut lookup = Lookup::open_on(disk.clone(), dir()).unwrap();
    let mut check = |position: Position, words: &[&str]| {
        let shown = lookup.read_at(position).unwrap_err().to_string();
        words.iter().for_each(|word| assert!(shown.contains(word), "`{word}` is not in: {shown}"));
    };
    let at = |offset| Position::new(ShardId(0), offset);
    check(Position::new(ShardId(3), 100), &["of shard 0", "in that of 3"]);
    check(at(1 << 30), &[".journal at byte ", "not written yet or was lost"]);
    check(at(10), &["0000000000000000.journal at byte 10", "no record"]);
    for off in [1, 2, 3, 4, 5, 8, 20] {
        check(at(entry.position.offset() + off), &["0000000000000000.journal at byte "]);
    }
    // Any bit of the record.
    let file = dir().join("0000000000000000.journal");
    let begin = entry.position.offset() as usize;
    for byte in begin..begin + 100 {
        for bit in 0..8 {
            let flip = |bytes: &mut Option<Vec<u8>>| bytes.as_mut().unwrap()[byte] ^= 1 << bit;
            disk.edit(&file, flip);
            check(entry.position, &["0000000000000000.journal at byte ", "restore this file"]);
            disk.edit(&file, flip);
        }
    }
    assert_eq!(lookup.read_at(entry.position).unwrap(), entry.record);
}
