//! Volley itself. This is the place for whatever runtime it has: the rest of the bench calls `full`
//! and `light` with a job and wants every message of it served once, in its conversation's order.
//!
//! For now that is [`volley_core::runtime::Runtime`], fed from outside by a thread for each lane, with
//! the full work alone: it hosts no work but its own. A runtime that takes any work, or whose threads
//! take in messages themselves, replaces the functions below, `FEEDINGS` and `hosts`.

use std::thread;
use std::time::Duration;

use bytes::Bytes;
use volley_core::clock::Clock;
use volley_core::effect::Effect;
use volley_core::id::{BrandId, Seq, ShardId};
use volley_core::input::{Input, PolicyChange};
use volley_core::journal::{Header, MemoryJournal};
use volley_core::limits::{PARTITIONS_DEFAULT, TURN_INPUTS_MAX};
use volley_core::runtime::{Deliver, Refused, Runtime};
use volley_core::shard::Layout;
use volley_core::worker::Worker;

use super::host::{Flow, Job, in_threads};
use super::{Feeding, THREADS};
use crate::lanes::{LaneOf, Supply};
use crate::tally::{self, Seat};
use crate::work::{self, Full, Light, START, Work};

/// The ways in which it can be fed.
pub const FEEDINGS: &[Feeding] = &[Feeding::Outside];

/// Room in front of each shard.
const INBOX_INPUTS: usize = 4 * TURN_INPUTS_MAX;

/// How long a thread that only feeds waits for room, or for a message to be due.
const PAUSE: Duration = Duration::from_micros(50);

/// Time all but stands still for the engine: the others have no deadlines, so none may pass here. They
/// are kept all the same.
const SPEED: f64 = 1e-6;

/// Whether it hosts that work.
pub fn hosts<W: Work>() -> bool {
    std::any::TypeId::of::<W>() == std::any::TypeId::of::<Full>()
}

/// Does the full job.
pub fn full(job: Job<'_, Full>) {
    let workers = (0..THREADS as u16).map(|shard| (worker(shard), deliver())).collect();
    let runtime = Runtime::start(workers, INBOX_INPUTS, Clock::paced(START, SPEED));
    let runtime = runtime.expect("the machine has room for two threads");
    let flow = Flow::of_all();
    in_threads(job.lanes, job.stop, |lane| {
        feed(&runtime, lane);
        while !flow.has_done(job.messages) {
            thread::sleep(PAUSE);
        }
    });
    runtime.shut_down().expect("memory does not fail");
}

/// Does the light job.
pub fn light(_: Job<'_, Light>) {
    unreachable!("`hosts` says that this is not done")
}

fn worker(shard: u16) -> Worker<MemoryJournal> {
    let (partitions, shards) = (PARTITIONS_DEFAULT, THREADS as u16);
    let layout = Layout { shard: ShardId(shard), shards, partitions };
    let header = Header { shard: layout.shard, shards, partitions, first_seq: Seq(1), start: 0 };
    let mut worker = Worker::new(layout, MemoryJournal::forgetting(header), work::classifier());
    let (brand, source, author) = (BrandId(1), Bytes::new(), Bytes::new());
    let policy = Input::Policy(PolicyChange { brand, source, author });
    worker.turn(START, [policy], |_| true).expect("memory does not fail");
    worker
}

/// Takes effects as a connector would, and counts decisions.
fn deliver() -> Deliver {
    Box::new(|held| {
        if let Effect::Decide(decision) = &held.effect {
            let seat = Seat::here();
            seat.note(1, work::digest(decision));
            if tally::is_timed() {
                seat.note_late([work::due(decision.received_at)]);
            }
        }
        true
    })
}

fn feed(runtime: &Runtime<MemoryJournal>, mut lane: LaneOf<Full>) {
    let mut batch = Vec::new();
    loop {
        match lane.take(&mut batch) {
            Supply::Batch => batch.drain(..).for_each(|reply| submit(runtime, Input::Reply(reply))),
            Supply::Later => thread::sleep(PAUSE),
            Supply::End => break,
        }
    }
}

fn submit(runtime: &Runtime<MemoryJournal>, mut input: Input) {
    loop {
        input = match runtime.submit(input) {
            Ok(()) => break,
            Err(Refused::Full(input)) => input,
            Err(Refused::Closed(_)) => panic!("the runtime takes inputs until it is shut down"),
        };
        thread::sleep(PAUSE);
    }
}
