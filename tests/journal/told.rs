//! `volley-sim journal`: what people see of a journal, and of a damaged one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::LazyLock;

use serde_json::Value;
use tempfile::TempDir;
use volley_core::journal::{Acknowledge, FileJournal};

use crate::support::{header, volley_sim};

const SCENARIO: &str = "scenarios/first-look.toml";

/// One run for all.
fn run() -> &'static Path {
    static RUN: LazyLock<TempDir> = LazyLock::new(|| {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().display().to_string();
        assert!(volley_sim(&["run", SCENARIO, "--out", &out]).status.success());
        dir
    });
    RUN.path()
}

const SHARD: &str = "journal/shard-0000";
const FIRST: &str = "journal/shard-0000/0000000000000000.journal";

/// A copy of the run's journals that a test may damage.
fn copy() -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    for journal in ["shard-0000", "desk"] {
        let (from, to) =
            (run().join("journal").join(journal), copy.path().join("journal").join(journal));
        fs::create_dir_all(&to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let path = entry.unwrap().path();
            fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
        }
    }
    copy
}

fn journal(command: &str, dir: &Path, arguments: &[&str]) -> Output {
    let dir = dir.display().to_string();
    volley_sim(&[&["journal", command, &dir], arguments].concat())
}

fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn lines(ended: &Output) -> Vec<Value> {
    assert!(ended.status.success(), "{}", shown(&ended.stderr));
    shown(&ended.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn has(text: &str, words: &[&str]) {
    words.iter().for_each(|word| assert!(text.contains(word), "`{word}` is not in:\n{text}"));
}

fn flip(file: &Path, at: u64) {
    let mut bytes = fs::read(file).unwrap();
    bytes[at as usize] ^= 1;
    fs::write(file, bytes).unwrap();
}

#[test]
fn the_journals_of_a_run_are_inspected_verified_and_dumped() {
    let inspected = journal("inspect", run(), &[]);
    let text = shown(&inspected.stdout);
    assert!(inspected.status.success(), "{text}");
    has(&text, &["shard-0000 · shard 0 of 1, 64 partitions", "desk · the desk", "durable mark"]);
    has(&text, &["0000000000000000.journal", "2026-11-27T14:", "noted as durable"]);
    let verified = journal("verify", run(), &[]);
    let text = shown(&verified.stdout);
    assert!(verified.status.success(), "{text}");
    has(&text, &["shard-0000: all is right", "desk: all is right"]);
    let one = lines(&journal("verify", &run().join(SHARD), &["--json"]));
    let inspected = lines(&journal("inspect", &run().join(SHARD), &["--json"]));
    let all = lines(&journal("dump", &run().join(SHARD), &["--json"]));
    assert_eq!((one.len(), inspected.len()), (1, 1));
    assert_eq!(one[0]["records"], Value::from(all.len()));
    assert_eq!(inspected[0]["segments"][0]["records"], Value::from(all.len()));
    assert_eq!(inspected[0]["last_seq"], all.last().unwrap()["seq"]);
    assert!(all.iter().zip(1u64..).all(|(record, seq)| record["seq"] == seq));
    assert!(all.iter().any(|record| record["kind"] == "reply" && record["text"].is_string()));
}

#[test]
fn a_dump_begins_and_ends_where_it_is_told() {
    let dir = run().join(SHARD);
    let some = lines(&journal("dump", &dir, &["--json", "--from", "100", "--limit", "5"]));
    assert!(some.iter().map(|record| record["seq"].as_u64().unwrap()).eq(100..105), "{some:?}");
    let words = journal("dump", &dir, &["--from", "100", "--limit", "5"]);
    assert_eq!(shown(&words.stdout).lines().count(), 5);
    let both = shown(&journal("dump", run(), &[]).stdout);
    has(&both, &["shard-0000 ", "desk ", "command=\"offer\"", "intent=\"", "author=\"scenario\""]);
}

#[test]
fn the_records_of_a_person_are_found_along_their_chain() {
    let dir = run().join(SHARD);
    let all = lines(&journal("dump", &dir, &["--json"]));
    let contact = |record: &Value| record["contact"].as_u64();
    let of = |it: u64| all.iter().filter(|record| contact(record) == Some(it)).collect::<Vec<_>>();
    let busiest = all.iter().filter_map(contact).max_by_key(|it| of(*it).len()).unwrap();
    let expected = of(busiest);
    assert!(expected.len() > 3, "{expected:?}");
    let brand = expected[0]["brand"].as_u64().unwrap();
    let person = format!("{brand}:{busiest}");
    let found = lines(&journal("dump", &dir, &["--json", "--contact", &person]));
    assert_eq!(found.iter().collect::<Vec<_>>(), expected);
    let nobody = journal("dump", &dir, &["--contact", &format!("{brand}:1")]);
    assert_eq!(nobody.status.code(), Some(2));
    has(&shown(&nobody.stderr), &["no record of"]);
    assert_eq!(journal("dump", &dir, &["--contact", "somebody"]).status.code(), Some(2));
}

#[test]
fn damage_is_told_with_file_byte_and_remedy_and_what_is_right_is_shown() {
    let copy = copy();
    let file = copy.path().join(FIRST);
    let middle = fs::metadata(&file).unwrap().len() / 2;
    flip(&file, middle);
    for command in ["verify", "inspect", "dump"] {
        let ended = journal(command, copy.path(), &[]);
        let told = shown(&ended.stderr);
        assert_eq!(ended.status.code(), Some(1), "{command}: {told}");
        assert_eq!(told.trim_end().lines().count(), 1, "{command}: {told}");
        has(&told, &["0000000000000000.journal at byte ", "restore this file"]);
    }
    has(&shown(&journal("verify", copy.path(), &[]).stdout), &["desk: all is right"]);
    has(&shown(&journal("dump", copy.path(), &["--limit", "1"]).stdout), &["policy"]);
    assert_eq!(journal("replay", copy.path(), &[]).status.code(), Some(2), "no run.json is in it");
    // The same, once the end is missing.
    let bytes = fs::read(&file).unwrap();
    fs::write(&file, &bytes[..middle as usize]).unwrap();
    assert_eq!(journal("verify", copy.path(), &[]).status.code(), Some(1));
}

#[test]
fn a_loss_is_shown_first_and_accepted_when_told_so() {
    let copy = copy();
    let nothing = journal("repair", copy.path(), &[]);
    assert!(nothing.status.success());
    has(&shown(&nothing.stdout), &["nothing is wrong"]);
    let file = copy.path().join(FIRST);
    flip(&file, fs::metadata(&file).unwrap().len() / 2);
    let before = fs::read(&file).unwrap();
    let told = journal("repair", copy.path(), &[]);
    assert_eq!(told.status.code(), Some(1));
    has(&shown(&told.stdout), &["would end with record", "would be set aside", "--accept-loss"]);
    assert_eq!(fs::read(&file).unwrap(), before);
    let done = journal("repair", copy.path(), &["--accept-loss"]);
    assert!(done.status.success(), "{}", shown(&done.stderr));
    has(&shown(&done.stdout), &["ends with record", "were set aside"]);
    assert!(journal("verify", copy.path(), &[]).status.success());
    let kept: Vec<PathBuf> = fs::read_dir(copy.path().join(SHARD))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.display().to_string().contains("lost"))
        .collect();
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_eq!(fs::read(&kept[0]).unwrap(), before);
}

#[test]
fn where_no_journal_is_that_is_said() {
    let dir = tempfile::tempdir().unwrap();
    for command in ["verify", "inspect", "dump", "repair"] {
        for place in [dir.path().to_owned(), dir.path().join("nowhere")] {
            let ended = journal(command, &place, &[]);
            assert_eq!(ended.status.code(), Some(2), "{command}");
            has(&shown(&ended.stderr), &[&place.display().to_string(), "name "]);
        }
    }
}

/// A run replaces the results of an earlier one, but not those of one that goes on.
#[test]
fn a_run_does_not_touch_the_journal_of_another_that_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let journal = dir.path().join(SHARD);
    let other = FileJournal::create(&journal, header(), Acknowledge::Durable).unwrap();
    let ended = volley_sim(&["run", SCENARIO, "--out", &dir.path().display().to_string()]);
    assert_eq!(ended.status.code(), Some(2));
    has(&shown(&ended.stderr), &["owner: another process has this journal open"]);
    other.finish().unwrap();
    assert!(journal.join("0000000000000000.journal").is_file());
}
