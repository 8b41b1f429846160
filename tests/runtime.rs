//! Threads: bounded inboxes, an orderly end, the same decisions as without threads.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use bytes::Bytes;
use volley_core::clock::Clock;
use volley_core::effect::Effect;
use volley_core::id::{ContactId, Seq, ShardId};
use volley_core::input::{Input, PolicyChange};
use volley_core::journal::{Header, MemoryJournal};
use volley_core::reason::{Disposition, Reason};
use volley_core::runtime::{Deliver, Refused, Runtime};
use volley_core::shard::Layout;
use volley_core::worker::Worker;

use crate::support::{BRAND, START, classifier, reply};

/// A worker of one of several shards.
pub fn worker(shard: u16, shards: u16) -> Worker<MemoryJournal> {
    let layout = Layout { shard: ShardId(shard), shards, partitions: 16 };
    let header =
        Header { shard: layout.shard, shards, partitions: 16, first_seq: Seq(1), start: 0 };
    Worker::new(layout, MemoryJournal::forgetting(header), classifier())
}

/// The built-in policy for the brand of the tests.
pub fn policy() -> Input {
    Input::Policy(PolicyChange { brand: BRAND, source: Bytes::new(), author: Bytes::new() })
}

/// Submits until there is room.
pub fn submit_patiently(runtime: &Runtime<MemoryJournal>, mut input: Input) {
    loop {
        match runtime.submit(input) {
            Ok(()) => return,
            Err(Refused::Full(back)) => input = back,
            Err(Refused::Closed(_)) => panic!("the runtime is open"),
        }
        thread::yield_now();
    }
}

const TEXTS: [&str; 4] = ["STOP", "is the red one in stock?", "i want a refund", "thanks"];

/// Decisions by disposition and reason after `count` replies through `shards` threads.
fn decided(shards: u16, count: u64) -> Vec<(u64, Disposition, Reason)> {
    let decisions = Arc::new(Mutex::new(Vec::new()));
    let workers = (0..shards).map(|shard| {
        let decisions = Arc::clone(&decisions);
        let deliver: Deliver = Box::new(move |held| {
            if let Effect::Decide(decision) = &held.effect {
                let row = (decision.contact.0, decision.disposition, decision.reason);
                decisions.lock().unwrap().push(row);
            }
            true
        });
        (worker(shard, shards), deliver)
    });
    let runtime = Runtime::start(workers.collect(), 64, Clock::paced(START, 1.0)).unwrap();
    submit_patiently(&runtime, policy());
    for id in 0..count {
        let text = TEXTS[(id % 4) as usize];
        submit_patiently(
            &runtime,
            Input::Reply(reply(12_025_550_000 + id, u128::from(id), text, START)),
        );
    }
    let workers = runtime.shut_down().unwrap();
    assert_eq!(workers.len(), usize::from(shards));
    let mut decisions = std::mem::take(&mut *decisions.lock().unwrap());
    decisions.sort_unstable_by_key(|row| row.0);
    decisions
}

#[test]
fn what_was_submitted_before_the_end_is_decided_whatever_the_number_of_threads() {
    let one = decided(1, 5000);
    assert_eq!(one.len(), 5000);
    assert_eq!(one, decided(3, 5000));
}

#[test]
fn a_full_inbox_is_an_answer_and_the_input_comes_back() {
    let open = Arc::new(AtomicBool::new(false));
    let gate = Arc::clone(&open);
    let deliver: Deliver = Box::new(move |_| {
        while !gate.load(Ordering::Acquire) {
            thread::yield_now();
        }
        true
    });
    let runtime =
        Runtime::start(vec![(worker(0, 1), deliver)], 8, Clock::paced(START, 1.0)).unwrap();
    submit_patiently(&runtime, policy());
    let mut refused = None;
    for id in 0..100_000u64 {
        let input = Input::Reply(reply(12_025_550_000 + id, u128::from(id), "hi", START));
        if let Err(error) = runtime.submit(input) {
            refused = Some((id, error));
            break;
        }
    }
    let (id, error) = refused.expect("an inbox of eight fills up while nothing leaves");
    let Refused::Full(Input::Reply(back)) = error else { panic!("refused as full") };
    assert_eq!(back.contact, ContactId(12_025_550_000 + id));
    open.store(true, Ordering::Release);
    runtime.shut_down().unwrap();
}

#[test]
fn at_rest_it_sleeps_and_still_wakes() {
    let seen = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&seen);
    let deliver: Deliver = Box::new(move |_| {
        counter.fetch_add(1, Ordering::Release);
        true
    });
    let runtime =
        Runtime::start(vec![(worker(0, 1), deliver)], 8, Clock::paced(START, 1.0)).unwrap();
    submit_patiently(&runtime, policy());
    for id in 1..=50u64 {
        // Long enough for the thread to have gone to sleep.
        thread::sleep(Duration::from_millis(2));
        submit_patiently(
            &runtime,
            Input::Reply(reply(12_025_550_000 + id, u128::from(id), "thanks", START)),
        );
        let begun = Instant::now();
        while seen.load(Ordering::Acquire) < id {
            assert!(begun.elapsed() < Duration::from_secs(5), "reply {id} was not woken up for");
            thread::yield_now();
        }
    }
    runtime.shut_down().unwrap();
}

#[test]
fn a_runtime_that_ends_takes_nothing_more() {
    let deliver: Deliver = Box::new(|_| true);
    let runtime =
        Runtime::start(vec![(worker(0, 1), deliver)], 8, Clock::paced(START, 1.0)).unwrap();
    submit_patiently(&runtime, policy());
    let workers = runtime.shut_down().unwrap();
    assert!(workers[0].is_drained());
}
