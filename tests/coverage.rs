//! How many of the rows in scope have a test that carries their name.
//!
//! A row is a behaviour that the five systems show (OT, KL, TX, RU, AI), or that users of such systems
//! expect beyond them (G). A test carries a row if its name says so: `kl_48_kl_49_…` carries two. What
//! has no test of its own stands in `INSTEAD`, with the reason and with what covers it.

use std::collections::BTreeSet;
use std::fs;

use crate::support::root;
use crate::tidy::rust_files;

/// A system: how its rows are called, its name, and the numbers of its rows that are about routing,
/// policy, figures or simulation. The others belong to the inbox and to connectors.
struct System {
    prefix: &'static str,
    name: &'static str,
    rows: &'static [u16],
}

const SYSTEMS: [System; 6] = [
    System { prefix: "ot", name: "onetext", rows: &ONETEXT },
    System { prefix: "kl", name: "klaviyo", rows: &KLAVIYO },
    System { prefix: "tx", name: "txtcart", rows: &TXTCART },
    System { prefix: "ru", name: "functional-ai", rows: &FUNCTIONAL_AI },
    System { prefix: "ai", name: "aissistant", rows: &AISSISTANT },
    System { prefix: "g", name: "gaps", rows: &GAPS },
];

const ONETEXT: [u16; 38] = [
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 21, 22, 23, 24, 25, 27, 28,
    29, 30, 31, 32, 33, 34, 35, 38, 39, 40, 41, 45,
];
const KLAVIYO: [u16; 83] = [
    1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27,
    28, 29, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54,
    55, 56, 58, 59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79,
    80, 81, 82, 83, 84, 85, 86, 87, 88,
];
const TXTCART: [u16; 33] = [
    8, 11, 19, 20, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 42, 43, 45, 46, 48, 49, 50,
    51, 52, 53, 54, 55, 56, 57, 60, 65,
];
const FUNCTIONAL_AI: [u16; 18] =
    [3, 4, 17, 20, 21, 24, 25, 32, 33, 34, 37, 57, 58, 74, 75, 77, 79, 80];
const AISSISTANT: [u16; 35] = [
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29,
    30, 35, 36, 37, 44, 45, 46, 47, 48,
];
const GAPS: [u16; 53] = [
    1, 2, 3, 5, 6, 8, 10, 12, 16, 17, 19, 23, 25, 26, 28, 30, 31, 32, 35, 37, 39, 40, 41, 42, 43,
    47, 52, 53, 55, 60, 63, 68, 70, 71, 72, 74, 78, 97, 98, 99, 101, 103, 104, 105, 108, 109, 110,
    111, 112, 113, 114, 117, 118,
];

/// Rows that are open until the inbox and the connectors are built, by system. Some have tests already,
/// where the core has its part in them.
const OPEN: [(&str, &[u16]); 6] = [
    ("ot", &[20, 26, 36, 37, 42, 43, 44]),
    ("kl", &[10, 30, 31, 32, 57]),
    (
        "tx",
        &[
            1, 2, 3, 4, 5, 6, 7, 9, 10, 12, 13, 14, 15, 16, 17, 18, 21, 22, 23, 24, 25, 39, 40, 41,
            44, 47, 58, 59, 61, 62, 63, 64,
        ],
    ),
    (
        "ru",
        &[
            1, 2, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 19, 22, 23, 26, 27, 28, 29, 30,
            31, 35, 36, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56,
            59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 76, 78,
        ],
    ),
    ("ai", &[16, 18, 19, 31, 32, 33, 34, 38, 39, 40, 41, 42, 43]),
    ("g", &[9, 18, 20, 21, 27, 66, 81, 82, 83, 84, 85, 86, 92, 93]),
];

/// Rows without a test that carries them: why, and what covers them instead.
const INSTEAD: &[(&str, u16, &str)] = &[
    (
        "g",
        35,
        "open until people can be erased; that an opt-out outlives conversations, policies and other news is \
         covered in consent.rs, and a journal replays to it (determinism.rs)",
    ),
    (
        "g",
        99,
        "open until people can be erased and their data given out; what there is of a person stands in one \
         contact and in the chain of their records (journal.rs)",
    ),
    (
        "g",
        111,
        "open until a process comes back by itself; that a journal replays to the same state and decisions, \
         and that damage is noticed and a torn end is cut, is covered in determinism.rs and journal.rs",
    ),
];

/// The rows that tests carry, by the names of the tests.
fn carried() -> BTreeSet<(String, u16)> {
    let mut carried = BTreeSet::new();
    for path in rust_files(&root().join("tests")) {
        let text = fs::read_to_string(&path).unwrap();
        let tests = text.split("#[test]\n").skip(1);
        let names = tests.filter_map(|test| test.split_once("fn ")?.1.split_once('('));
        names.for_each(|(name, _)| carried.extend(rows_of(name)));
    }
    carried
}

/// The rows at the beginning of a test's name.
fn rows_of(name: &str) -> Vec<(String, u16)> {
    let mut words = name.split('_');
    let mut rows = Vec::new();
    while let (Some(prefix), Some(number)) = (words.next(), words.next()) {
        let known = SYSTEMS.iter().any(|system| system.prefix == prefix);
        match number.parse() {
            Ok(number) if known => rows.push((prefix.to_owned(), number)),
            _ => break,
        }
    }
    rows
}

#[test]
fn every_row_in_scope_is_covered() {
    let carried = carried();
    let mut missing = Vec::new();
    for System { prefix, name, rows } in SYSTEMS {
        let is_covered = |row: &&u16| {
            let instead =
                INSTEAD.iter().any(|(other, number, _)| (*other, number) == (prefix, row));
            instead || carried.contains(&(prefix.to_owned(), **row))
        };
        let covered = rows.iter().filter(is_covered).count();
        println!("coverage {name} {covered}/{}", rows.len());
        missing.extend(
            rows.iter().filter(|row| !is_covered(row)).map(|row| format!("{prefix}-{row}")),
        );
    }
    for (prefix, rows) in OPEN {
        let names: Vec<_> = rows.iter().map(|row| format!("{prefix}-{row}")).collect();
        println!("open for inbox and connectors: {}", names.join(" "));
    }
    assert!(missing.is_empty(), "no test carries {}", missing.join(" "));
}

#[test]
fn names_of_tests_are_read_as_rows() {
    let read = |name| rows_of(name).into_iter().map(|(_, number)| number).collect::<Vec<_>>();
    assert_eq!(read("kl_48_kl_49_the_budget_ends"), [48, 49]);
    assert_eq!(read("g_2_a_stale_send"), [2]);
    assert!(read("a_plain_test").is_empty());
}

#[test]
fn what_is_covered_otherwise_is_not_covered_twice() {
    let carried = carried();
    for (prefix, number, why) in INSTEAD {
        let is_carried = carried.contains(&((*prefix).to_owned(), *number));
        assert!(!is_carried, "{prefix}-{number} has a test of its own; take out `{why}`");
    }
}
