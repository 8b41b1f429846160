//! Every interleaving of what can happen to one conversation, to a stated depth: no double reply, nothing sent
//! after a STOP, no open state without owner and deadline; and planted bugs, to prove that the search
//! would find them.
//!
//! The engine's own `Shard::apply` is searched, not a model of it. What must hold is said by `oracle`,
//! which knows inputs and effects and none of the engine's rules.

#![allow(clippy::unwrap_used, reason = "in a test an unwrap that fails is the failure")]

mod acts;
mod oracle;
mod search;

use std::env;

use volley_core::planted::{self, Bug};

use search::{Search, Story};

/// The policies that are searched under: each turns other parts of the life of a conversation on.
const POLICIES: [(&str, &str); 4] = [
    ("people give back", include_str!("manual.toml")),
    ("a clock gives back", include_str!("timer.toml")),
    ("outside gives back, bursts", include_str!("on_close.toml")),
    ("people keep, drafts", include_str!("never.toml")),
];

/// How many things in a row; `VOLLEY_OWNERSHIP_DEPTH` says otherwise.
fn depth(usually: usize) -> usize {
    env::var("VOLLEY_OWNERSHIP_DEPTH").ok().and_then(|it| it.parse().ok()).unwrap_or(usually)
}

#[test]
fn no_interleaving_breaks_a_promise() {
    let depth = depth(5);
    for (name, policy) in POLICIES {
        let mut search = Search::new(policy);
        let found = search.run(depth);
        println!("{name}: {} states, {} steps to depth {depth}", search.states(), search.steps());
        assert!(found.is_none(), "{name}: {}", found.unwrap());
        assert!(search.is_not_vacuous(), "{name}: not everything happened: {}", search.happened());
    }
}

#[test]
fn every_planted_bug_is_found() {
    let mut missed = Vec::new();
    for bug in Bug::ALL.iter().filter(|bug| !bug.is_of_journal()) {
        match shortest(*bug) {
            Some((name, story)) => println!("planted {bug} found under {name:?}: {story}"),
            None => missed.push(bug.name()),
        }
    }
    assert!(missed.is_empty(), "not found: {}", missed.join(", "));
}

/// The shortest story that shows the bug, under the first policy that has one.
fn shortest(bug: Bug) -> Option<(&'static str, Story)> {
    (1..=depth(6)).find_map(|depth| {
        POLICIES.iter().find_map(|(name, policy)| {
            let found = planted::with(Some(bug), || Search::new(policy).run(depth));
            Some((*name, found?))
        })
    })
}
