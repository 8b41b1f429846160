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
use volley_core::runtime::{Deliver, Polled, Refused, Runtime, Served, Setup, Source};
use volley_core::shard::Layout;
use volley_core::time::Timestamp;
use volley_core::worker::Worker;

use crate::support::{BRAND, START, classifier, reply};

/// A worker of one of several shards.
pub fn worker(shard: u16, shards: u16) -> Worker<MemoryJournal> {
    let layout = Layout { shard: ShardId(shard), shards, partitions: 16 };
    let header =
        Header { shard: layout.shard, shards, partitions: 16, first_seq: Seq(1), start: 0 };
    Worker::new(layout, MemoryJournal::forgetting(header), classifier())
}

/// A runtime of as many shards as there is somebody to deliver for, with room for `room` inputs each.
pub fn start(delivers: Vec<Deliver>, room: usize) -> Runtime<Served<MemoryJournal>> {
    let hosts = served(delivers);
    let layout = hosts[0].worker.shard().layout();
    let setup = Setup { inbox_inputs: room, ..Setup::default() };
    Runtime::start(hosts, layout, setup, Clock::paced(START, 1.0)).unwrap()
}

fn served(delivers: Vec<Deliver>) -> Vec<Served<MemoryJournal>> {
    let shards = delivers.len() as u16;
    let hosts = (0..).zip(delivers);
    hosts.map(|(shard, deliver)| Served::new(worker(shard, shards), deliver)).collect()
}

/// The built-in policy for the brand of the tests.
pub fn policy() -> Input {
    Input::Policy(PolicyChange { brand: BRAND, source: Bytes::new(), author: Bytes::new() })
}

/// Submits until there is room.
pub fn submit_patiently(runtime: &Runtime<Served<MemoryJournal>>, mut input: Input) {
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

/// Whom a decision was about, and what it was.
type Row = (u64, Disposition, Reason);

/// Somebody who notes decisions, for each of `shards`, and where they note them.
fn noting(shards: u16) -> (Vec<Deliver>, Arc<Mutex<Vec<Row>>>) {
    let decisions = Arc::new(Mutex::new(Vec::new()));
    let delivers = (0..shards).map(|_| {
        let decisions = Arc::clone(&decisions);
        let deliver: Deliver = Box::new(move |held| {
            if let Effect::Decide(decision) = &held.effect {
                let row = (decision.contact.0, decision.disposition, decision.reason);
                decisions.lock().unwrap().push(row);
            }
            true
        });
        deliver
    });
    (delivers.collect(), decisions)
}

fn sorted(decisions: &Mutex<Vec<Row>>) -> Vec<Row> {
    let mut decisions = std::mem::take(&mut *decisions.lock().unwrap());
    decisions.sort_unstable_by_key(|row| row.0);
    decisions
}

fn nth(id: u64) -> Input {
    let text = TEXTS[(id % 4) as usize];
    Input::Reply(reply(12_025_550_000 + id, u128::from(id), text, START))
}

/// Decisions after `count` replies through `shards` threads, submitted one by one.
fn decided(shards: u16, count: u64) -> Vec<Row> {
    let (delivers, decisions) = noting(shards);
    let runtime = start(delivers, 64);
    submit_patiently(&runtime, policy());
    (0..count).for_each(|id| submit_patiently(&runtime, nth(id)));
    let hosts = runtime.shut_down().unwrap();
    assert_eq!(hosts.len(), usize::from(shards));
    sorted(&decisions)
}

/// Gives every `step`th reply from `next` on, a few at a time.
struct Dealt {
    next: u64,
    step: u64,
    end: u64,
    begun: bool,
}

impl Source<Input> for Dealt {
    fn poll(&mut self, _: Timestamp, max: usize, batch: &mut Vec<Input>) -> Polled {
        if !std::mem::replace(&mut self.begun, true) {
            batch.push(policy());
        }
        for _ in 0..max.min(7) {
            if self.next >= self.end {
                return Polled::Ended;
            }
            batch.push(nth(self.next));
            self.next += self.step;
        }
        Polled::Ready
    }
}

#[test]
fn what_was_submitted_before_the_end_is_decided_whatever_the_number_of_threads() {
    let one = decided(1, 5000);
    assert_eq!(one.len(), 5000);
    assert_eq!(one, decided(3, 5000));
}

#[test]
fn many_submitted_at_once_are_decided_like_one_by_one() {
    let (delivers, decisions) = noting(3);
    let runtime = start(delivers, 64);
    let mut inputs: Vec<Input> = (0..5000).map(nth).collect();
    submit_patiently(&runtime, policy());
    while !inputs.is_empty() {
        runtime.submit_all(&mut inputs);
        thread::yield_now();
    }
    runtime.shut_down().unwrap();
    assert_eq!(sorted(&decisions), decided(1, 5000));
}

/// Each thread reads what is mostly for others, into inboxes that hold next to nothing.
#[test]
fn what_a_thread_reads_for_others_reaches_them() {
    for shards in [1, 2, 3] {
        let (delivers, decisions) = noting(shards);
        let hosts = served(delivers);
        let layout = hosts[0].worker.shard().layout();
        let hosts = hosts.into_iter().zip(0..).map(|(host, next)| {
            let step = u64::from(shards);
            let source = Dealt { next, step, end: 5000, begun: false };
            (host, Box::new(source) as Box<dyn Source<Input>>)
        });
        let setup = Setup { inbox_inputs: 16, pinned: true };
        let clock = Clock::paced(START, 1.0);
        let runtime = Runtime::start_reading(hosts.collect(), layout, setup, clock).unwrap();
        let hosts = runtime.finish().unwrap();
        assert!(hosts.iter().all(|host| host.worker.is_drained()));
        assert_eq!(sorted(&decisions), decided(1, 5000), "{shards} shards");
    }
}

/// A source of which nobody knows when it has more is looked at again when its thread is woken, and one that says
/// so when it said.
#[test]
fn a_source_without_anything_costs_no_time_and_is_looked_at_again() {
    struct Later(Timestamp, Arc<AtomicU64>);
    impl Source<Input> for Later {
        fn poll(&mut self, now: Timestamp, _: usize, batch: &mut Vec<Input>) -> Polled {
            self.1.fetch_add(1, Ordering::Relaxed);
            if now < self.0 {
                return Polled::Idle(Some(self.0));
            }
            batch.extend([policy(), nth(0)]);
            Polled::Ended
        }
    }
    let (delivers, decisions) = noting(1);
    let looks = Arc::new(AtomicU64::new(0));
    let source = Later(START + Duration::from_millis(200), Arc::clone(&looks));
    let host = served(delivers).remove(0);
    let layout = host.worker.shard().layout();
    let hosts: Vec<(_, Box<dyn Source<Input>>)> = vec![(host, Box::new(source))];
    let clock = Clock::paced(START, 1.0);
    let runtime = Runtime::start_reading(hosts, layout, Setup::default(), clock).unwrap();
    runtime.finish().unwrap();
    assert_eq!(sorted(&decisions).len(), 1);
    let looks = looks.load(Ordering::Relaxed);
    assert!(looks < 100, "{looks} looks in 200 ms");
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
    let runtime = start(vec![deliver], 8);
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
    let runtime = start(vec![deliver], 8);
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
    let runtime = start(vec![deliver], 8);
    submit_patiently(&runtime, policy());
    let hosts = runtime.shut_down().unwrap();
    assert!(hosts[0].worker.is_drained());
}
