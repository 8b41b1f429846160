//! The engine whole: stamps, timers, effects and all.

use bytes::Bytes;
use volley_core::effect::Effect;
use volley_core::id::BrandId;
use volley_core::input::{Input, PolicyChange};
use volley_core::journal::NoJournal;
use volley_core::runtime::{Deliver, Served};
use volley_core::worker::Worker;

use super::{layout, run};
use crate::contenders::host::Job;
use crate::contenders::{Feeding, THREADS};
use crate::tally::{self, Seat};
use crate::work::{self, Full, START};

/// Does the full job. None of the others keeps a journal, so none is kept here.
pub fn full(feeding: Feeding, job: Job<'_, Full>) {
    let hosts = (0..THREADS as u16).map(|shard| Served::new(worker(shard), deliver()));
    run(feeding, job, hosts.collect());
}

fn worker(shard: u16) -> Worker<NoJournal> {
    let mut worker = Worker::new(layout(shard), NoJournal::default(), work::classifier());
    let (brand, source, author) = (BrandId(1), Bytes::new(), Bytes::new());
    let policy = Input::Policy(PolicyChange { brand, source, author });
    worker.turn(START, [policy], |_| true).expect("nothing is written");
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
