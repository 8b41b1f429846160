//! Bugs planted in the journal, to prove that these tests would find them.
#![cfg(feature = "planted")]

use std::panic::catch_unwind;

use volley_core::planted::{self, Bug};

use super::{cuts, faults, owner, repair, retention};

/// Each check with its name.
const CHECKS: &[(&str, fn())] = &[
    ("power", faults::check_power),
    ("cuts", cuts::check_cuts),
    ("flips", cuts::check_flips),
    ("flips without mark", cuts::check_flips_without_mark),
    ("lock", owner::check_lock),
    ("epochs", owner::check_epochs),
    ("retention", retention::check_retention),
    ("repair", repair::check_repair),
    ("faults", || drop(faults::check_faults())),
    ("faults in recovery", || drop(faults::check_faults_in_recovery())),
];

#[test]
fn every_bug_planted_in_the_journal_is_found() {
    let mut missed = Vec::new();
    for bug in Bug::ALL.iter().filter(|bug| bug.is_of_journal()) {
        let finds = |(_, check): &&(&str, fn())| {
            let checked = planted::with(Some(*bug), || catch_unwind(check));
            checked.is_err()
        };
        match CHECKS.iter().find(finds) {
            Some((name, _)) => println!("planted {bug} found by {name}"),
            None => missed.push(bug.name()),
        }
    }
    assert!(missed.is_empty(), "not found: {}", missed.join(", "));
}
