//! What contenders have in common: threads, feeding, and how much may be under way.

use std::future::Future;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use tokio::runtime::Builder;
use tokio::task::yield_now;

use super::{Feeding, THREADS};
use crate::lanes::{LaneOf, Supply};
use crate::tally::{self, Seat};
use crate::work::Work;

/// Messages that may be under way at the same time, so that no mailbox grows without bound.
const UNDER_WAY_MAX: u64 = 4096;

/// How long a thread that only feeds waits for room, or for a message to be due.
const PAUSE: Duration = Duration::from_micros(50);

/// Conversations by key: what anybody would take who counts nanoseconds.
pub type People<W, S> = HashMap<<W as Work>::Key, S, FixedState>;

/// What is to be done.
pub struct Job<'a, W: Work> {
    /// The messages.
    pub lanes: Vec<LaneOf<W>>,
    /// How many those are.
    pub messages: u64,
    /// To be called when all are done, and before anything that was made is taken apart.
    pub stop: &'a (dyn Fn() + Sync),
}

/// Where all threads of a job meet when it is done. What they made is still there then.
pub struct Gate(Barrier);

impl Gate {
    /// For so many threads, and the one that stops the clock.
    pub fn new(threads: usize) -> Self {
        Self(Barrier::new(threads + 1))
    }

    /// Waits until the clock was stopped.
    pub fn pass(&self) {
        self.0.wait();
        self.0.wait();
    }

    /// Waits until all threads are done, and stops the clock.
    pub fn stop(&self, stop: &(dyn Fn() + Sync)) {
        self.0.wait();
        stop();
        self.0.wait();
    }
}

/// Has a thread serve each of `parts`. What it returns is kept until the clock was stopped.
pub fn in_threads<P: Send, K>(
    parts: Vec<P>,
    stop: &(dyn Fn() + Sync),
    serve: impl Fn(P) -> K + Sync,
) {
    let gate = Gate::new(parts.len());
    thread::scope(|scope| {
        for part in parts {
            scope.spawn(|| {
                let kept = serve(part);
                gate.pass();
                drop(kept);
            });
        }
        gate.stop(stop);
    });
}

/// A thread that takes messages in batches and does the work on them itself.
pub struct Server<W: Work> {
    scratch: W::Scratch,
    dues: Vec<u32>,
}

impl<W: Work> Server<W> {
    /// One for this thread.
    pub fn new() -> Self {
        Self { scratch: W::scratch(), dues: Vec::new() }
    }

    /// Does the work on a batch, which is empty afterwards. `step` is given each message to find its
    /// conversation.
    pub fn serve(
        &mut self,
        batch: &mut Vec<W::Message>,
        mut step: impl FnMut(&mut W::Scratch, &W::Message) -> u64,
    ) {
        let (done, timed) = (batch.len() as u64, tally::is_timed());
        if timed {
            self.dues.extend(batch.iter().map(W::due));
        }
        let results = batch.drain(..).map(|message| step(&mut self.scratch, &message));
        let checksum = results.fold(0, u64::wrapping_add);
        let seat = Seat::here();
        seat.note(done, checksum);
        if timed {
            seat.note_late(self.dues.drain(..));
        }
    }
}

/// The work on one message, in whichever thread its conversation is now.
pub fn handle<W: Work>(state: &mut W::State, message: W::Message) {
    let result = W::with_scratch(|scratch| W::step(scratch, state, &message));
    let seat = Seat::here();
    seat.note(1, result);
    if tally::is_timed() {
        seat.note_late([W::due(&message)]);
    }
}

/// What is under way: taken in, and not done yet.
pub struct Flow {
    /// The one thread that does the work, if whoever feeds is in it.
    seat: Option<&'static Seat>,
    done_before: u64,
    taken: AtomicU64,
}

impl Flow {
    /// For all who feed the same threads.
    pub fn of_all() -> Self {
        Self { seat: None, done_before: tally::done(), taken: AtomicU64::new(0) }
    }

    /// For one who feeds the thread that it is called in.
    pub fn of_this_thread() -> Self {
        let seat = Seat::here();
        Self { seat: Some(seat), done_before: seat.done(), taken: AtomicU64::new(0) }
    }

    /// Notes that so many are taken in.
    pub fn take(&self, messages: usize) {
        self.taken.fetch_add(messages as u64, Ordering::Relaxed);
    }

    fn done(&self) -> u64 {
        self.seat.map_or_else(tally::done, Seat::done) - self.done_before
    }

    /// Whether no more should be taken in now.
    pub fn is_full(&self) -> bool {
        self.taken.load(Ordering::Relaxed).saturating_sub(self.done()) > UNDER_WAY_MAX
    }

    /// Whether `messages` are done.
    pub fn has_done(&self, messages: u64) -> bool {
        self.done() >= messages
    }

    /// Whether all that was taken in is done.
    pub fn is_idle(&self) -> bool {
        self.has_done(self.taken.load(Ordering::Relaxed))
    }
}

/// A framework with an actor for each conversation.
pub trait Actors<W: Work>: Send {
    /// Where its messages are sent.
    type Address: Send + Sync + 'static;

    /// Begins a conversation.
    fn begin(&mut self) -> impl Future<Output = Self::Address> + Send;

    /// Tells it a message.
    fn tell(address: &Self::Address, message: W::Message) -> impl Future<Output = ()> + Send;
}

/// Feeds a lane to actors, who begin to exist with their first message, until all of it is done.
/// Returns their addresses, with which they would end.
pub async fn feed<W: Work, A: Actors<W>>(
    mut lane: LaneOf<W>,
    mut actors: A,
    flow: &Flow,
    feeding: Feeding,
) -> People<W, A::Address> {
    let mut addresses = People::<W, A::Address>::default();
    let mut batch = Vec::new();
    loop {
        match lane.take(&mut batch) {
            Supply::Batch => {
                flow.take(batch.len());
                for message in batch.drain(..) {
                    let key = W::key(&message);
                    let address = match addresses.get(&key) {
                        Some(address) => address,
                        None => {
                            let begun = actors.begin().await;
                            addresses.entry(key).or_insert(begun)
                        }
                    };
                    A::tell(address, message).await;
                }
                if feeding == Feeding::Inside {
                    yield_now().await;
                }
                while flow.is_full() {
                    pause(feeding).await;
                }
            }
            Supply::Later => pause(feeding).await,
            Supply::End => break,
        }
    }
    while !flow.is_idle() {
        pause(feeding).await;
    }
    addresses
}

/// Lets others work. A thread that does nothing but feed can sleep; in the thread of a runtime the
/// others are tasks.
async fn pause(feeding: Feeding) {
    match feeding {
        Feeding::Inside => yield_now().await,
        Feeding::Outside => thread::sleep(PAUSE),
    }
}

/// Runs actors that are tokio tasks. Inside, each thread has a runtime of its own, takes in a lane
/// and keeps its conversations; outside, a thread for each lane feeds a runtime of as many threads.
pub fn run_on_tokio<W: Work, A: Actors<W>>(
    feeding: Feeding,
    job: Job<'_, W>,
    actors: impl Fn() -> A + Sync,
) {
    match feeding {
        Feeding::Inside => in_threads(job.lanes, job.stop, |lane| {
            let runtime =
                Builder::new_current_thread().build().expect("it needs nothing but memory");
            let flow = Flow::of_this_thread();
            let addresses = runtime.block_on(feed(lane, actors(), &flow, feeding));
            (addresses, runtime)
        }),
        Feeding::Outside => {
            let runtime = Builder::new_multi_thread().worker_threads(THREADS).build();
            let runtime = runtime.expect("the machine has room for two threads");
            let flow = Flow::of_all();
            in_threads(job.lanes, job.stop, |lane| {
                runtime.handle().block_on(feed(lane, actors(), &flow, feeding))
            });
        }
    }
}
