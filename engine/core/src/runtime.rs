//! The runtime: one thread per shard, a bounded inbox in front of each, and an orderly end.
//!
//! A thread waits for its inbox or its next deadline, takes a turn, and does so again. All that is
//! decided is decided in [`Worker::turn`]; here is only who calls it when.

mod inbox;

use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use crate::clock::Clock;
use crate::id::ShardId;
use crate::input::Input;
use crate::journal::Journal;
use crate::limits::TURN_INPUTS_MAX;
use crate::outbox::Held;
use crate::shard::Layout;
use crate::worker::Worker;

use inbox::Inbox;

/// Gets every effect of a shard, in order, in that shard's thread; answers whether it had room.
pub type Deliver = Box<dyn FnMut(&Held) -> bool + Send>;

/// Why an input was not taken. It comes back, so that nothing is lost.
#[derive(Debug)]
pub enum Refused {
    /// The shard's inbox is full: try again later, and tell the sender so.
    Full(Input),
    /// The runtime is shutting down, or the shard stopped because its journal failed.
    Closed(Input),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full(_) => write!(f, "the inbox is full; send it again later"),
            Self::Closed(_) => write!(f, "the engine takes no more inputs"),
        }
    }
}

impl std::error::Error for Refused {}

/// Threads that own all partitions between them.
#[derive(Debug)]
pub struct Runtime<J> {
    layout: Layout,
    inboxes: Vec<Arc<Inbox>>,
    closing: Arc<AtomicBool>,
    threads: Vec<JoinHandle<io::Result<Worker<J>>>>,
}

impl<J: Journal + Send + 'static> Runtime<J> {
    /// Starts a thread for each worker. `inbox_inputs` is the room in front of each of them.
    ///
    /// # Errors
    /// If the operating system starts no more threads.
    pub fn start(
        workers: Vec<(Worker<J>, Deliver)>,
        inbox_inputs: usize,
        clock: Clock,
    ) -> io::Result<Self> {
        let layout = workers[0].0.shard().layout();
        assert_eq!(workers.len(), usize::from(layout.shards), "one worker per shard, in order");
        let closing = Arc::new(AtomicBool::new(false));
        let mut inboxes = Vec::new();
        let mut threads = Vec::new();
        for (worker, deliver) in workers {
            let (inbox, parker) = Inbox::new(inbox_inputs);
            let inbox = Arc::new(inbox);
            inboxes.push(Arc::clone(&inbox));
            let ShardId(shard) = worker.shard().layout().shard;
            let mut thread = ShardThread {
                worker,
                deliver,
                inbox,
                parker,
                clock,
                closing: Arc::clone(&closing),
            };
            let builder = thread::Builder::new().name(format!("shard-{shard}"));
            threads.push(builder.spawn(move || {
                let ended = thread.run();
                thread.inbox.close();
                ended.map(|()| thread.worker)
            })?);
        }
        Ok(Self { layout, inboxes, closing, threads })
    }

    /// Gives an input to the shard that owns its person; a policy goes to all shards.
    ///
    /// # Errors
    /// If there is no room, or the runtime is closing; the input comes back. A policy that found
    /// room in some inboxes only is safe to submit again.
    #[allow(clippy::result_large_err, reason = "the input comes back whole, and refusals are rare")]
    pub fn submit(&self, input: Input) -> Result<(), Refused> {
        if self.closing.load(Ordering::Acquire) {
            return Err(Refused::Closed(input));
        }
        match input.key() {
            Some(key) => {
                let shard = self.layout.owner(key.partition(self.layout.partitions));
                self.inboxes[usize::from(shard.0)].push(input)
            }
            None => self.inboxes.iter().try_for_each(|inbox| inbox.push(input.clone())),
        }
    }

    /// Inputs that wait in front of the fullest shard.
    pub fn backlog(&self) -> usize {
        self.inboxes.iter().map(|inbox| inbox.len()).max().unwrap_or(0)
    }

    /// Takes no more inputs, lets every shard finish what it has, and returns the workers.
    ///
    /// # Errors
    /// If a journal failed; its shard stopped then.
    ///
    /// # Panics
    /// If a shard's thread panicked.
    pub fn shut_down(self) -> io::Result<Vec<Worker<J>>> {
        self.closing.store(true, Ordering::Release);
        self.inboxes.iter().for_each(|inbox| inbox.wake());
        self.threads.into_iter().map(|thread| thread.join().expect("shards do not panic")).collect()
    }
}

struct ShardThread<J> {
    worker: Worker<J>,
    deliver: Deliver,
    inbox: Arc<Inbox>,
    parker: crossbeam::sync::Parker,
    clock: Clock,
    closing: Arc<AtomicBool>,
}

impl<J: Journal> ShardThread<J> {
    fn run(&mut self) -> io::Result<()> {
        let mut batch = Vec::with_capacity(TURN_INPUTS_MAX);
        loop {
            // Read before the inbox is emptied: what was submitted before the end was announced is
            // then surely seen below.
            let closing = self.closing.load(Ordering::Acquire);
            if self.worker.has_room() {
                self.inbox.take(&mut batch, TURN_INPUTS_MAX);
            }
            let now = self.clock.now();
            let due = self.worker.next_deadline().is_some_and(|deadline| deadline.is_due(now));
            if !batch.is_empty() || due || !self.worker.is_drained() {
                let stuck = batch.is_empty() && !due;
                self.worker.turn(now, batch.drain(..), &mut self.deliver)?;
                if stuck && !self.worker.is_drained() {
                    // Whoever delivers has no room. It cannot wake us, so look again a little later.
                    self.parker.park_timeout(std::time::Duration::from_micros(200));
                }
            } else if closing {
                return Ok(());
            } else {
                self.wait();
            }
        }
    }

    /// Parks until something arrives or a deadline passes. At rest this costs no processor time.
    fn wait(&self) {
        self.inbox.announce_parking();
        if self.inbox.is_empty() && !self.closing.load(Ordering::Acquire) {
            match self.worker.next_deadline() {
                Some(deadline) => self.parker.park_timeout(self.clock.until(deadline.at())),
                None => self.parker.park(),
            }
        }
        self.inbox.announce_running();
    }
}
