//! Shared state: two threads change entries of one dashmap, each under the lock of its shard.
//!
//! Each thread serves a lane, so that the messages of a person stay in order.

use std::thread;

use dashmap::DashMap;
use foldhash::fast::FixedState;

use super::host::{Job, Server, in_threads};
use crate::lanes::Supply;
use crate::work::Work;

/// Enough that two threads rarely want the same lock.
const SHARDS: usize = 64;

/// Does the job.
pub fn run<W: Work>(job: Job<'_, W>) {
    let people: DashMap<W::Key, W::State, FixedState> =
        DashMap::with_hasher_and_shard_amount(FixedState::default(), SHARDS);
    in_threads(job.lanes, job.stop, |mut lane| {
        let (mut server, mut batch) = (Server::<W>::new(), Vec::new());
        loop {
            match lane.take(&mut batch) {
                Supply::Batch => server.serve(&mut batch, |scratch, message| {
                    W::step(scratch, &mut people.entry(W::key(message)).or_default(), message)
                }),
                Supply::Later => thread::yield_now(),
                Supply::End => break,
            }
        }
    });
}
