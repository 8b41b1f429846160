//! Volley itself: its runtime, with its own work and with the light one.
//!
//! From inside, each shard's thread reads a lane by itself, keeps what belongs to its own people and hands over
//! the rest. From outside, a thread for each lane submits batches.

mod full;
mod light;

use std::thread;
use std::time::Duration;

use volley_core::clock::Clock;
use volley_core::id::ShardId;
use volley_core::limits::{PARTITIONS_DEFAULT, TURN_INPUTS_MAX};
use volley_core::runtime::{Host, Polled, Routed, Runtime, Setup, Source};
use volley_core::shard::Layout;
use volley_core::time::Timestamp;

use super::host::Job;
use super::{Feeding, THREADS};
use crate::lanes::{LaneOf, Supply};
use crate::work::{START, Work};

pub use full::full;
pub use light::light;

/// Room in front of each shard.
const INBOX_INPUTS: usize = 16 * TURN_INPUTS_MAX;

/// How long a thread that only feeds waits for room, or for a message to be due.
const PAUSE: Duration = Duration::from_micros(50);

/// Time all but stands still for the engine: the others have no deadlines, so none may pass here. They
/// are kept all the same.
const SPEED: f64 = 1e-6;

/// The layout of one shard.
fn layout(shard: u16) -> Layout {
    Layout { shard: ShardId(shard), shards: THREADS as u16, partitions: PARTITIONS_DEFAULT }
}

/// A lane that a shard's thread reads.
struct Lane<W: Work> {
    lane: LaneOf<W>,
    taken: Vec<W::Message>,
}

impl<W: Work, I: From<W::Message>> Source<I> for Lane<W> {
    fn poll(&mut self, _: Timestamp, max: usize, batch: &mut Vec<I>) -> Polled {
        while batch.len() < max {
            match self.lane.take(&mut self.taken) {
                Supply::Batch => batch.extend(self.taken.drain(..).map(I::from)),
                // The next is due in an instant, and by another clock than the engine's, so look again at once.
                Supply::Later => {
                    thread::yield_now();
                    break;
                }
                Supply::End => return Polled::Ended,
            }
        }
        Polled::Ready
    }
}

/// Does the job with these hosts, one for each shard.
fn run<W: Work, H: Host>(feeding: Feeding, job: Job<'_, W>, hosts: Vec<H>)
where
    H::Input: From<W::Message> + Routed,
{
    let setup = Setup { inbox_inputs: INBOX_INPUTS, ..Setup::default() };
    let clock = Clock::paced(START, SPEED);
    let hosts = match feeding {
        Feeding::Inside => {
            let sources = job.lanes.into_iter().map(|lane| {
                Box::new(Lane::<W> { lane, taken: Vec::new() }) as Box<dyn Source<H::Input>>
            });
            let hosts = hosts.into_iter().zip(sources).collect();
            let runtime = Runtime::start_reading(hosts, layout(0), setup, clock);
            runtime.expect("the machine has room for two threads").finish()
        }
        Feeding::Outside => {
            let runtime = Runtime::start(hosts, layout(0), setup, clock);
            let runtime = runtime.expect("the machine has room for two threads");
            thread::scope(|scope| {
                for lane in job.lanes {
                    scope.spawn(|| feed::<W, H>(&runtime, lane));
                }
            });
            runtime.shut_down()
        }
    };
    let kept = hosts.expect("nothing is written that could fail");
    (job.stop)();
    drop(kept);
}

fn feed<W: Work, H: Host>(runtime: &Runtime<H>, mut lane: LaneOf<W>)
where
    H::Input: From<W::Message>,
{
    let (mut taken, mut inputs) = (Vec::new(), Vec::new());
    loop {
        match lane.take(&mut taken) {
            Supply::Batch => inputs.extend(taken.drain(..).map(H::Input::from)),
            Supply::Later => thread::sleep(PAUSE),
            Supply::End => break,
        }
        runtime.submit_all(&mut inputs);
        while !inputs.is_empty() {
            thread::sleep(PAUSE);
            runtime.submit_all(&mut inputs);
        }
    }
}
