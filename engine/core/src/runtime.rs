//! The runtime: one thread per shard, a bounded inbox in front of each, and an orderly end.
//!
//! A thread takes in what was submitted to its shard and what its own source has, hands over what is for other
//! shards, takes a turn, and sleeps when there is nothing. All that is decided is decided in [`Worker::turn`];
//! here is only who calls it when.
//!
//! [`Worker::turn`]: crate::worker::Worker::turn

mod host;
mod inbox;
mod source;
mod thread;

use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::thread::JoinHandle;

use crate::clock::Clock;
use crate::limits::INBOX_INPUTS_DEFAULT;
use crate::shard::Layout;

use inbox::{Inbox, Refusal};
use thread::{CLOSED, Common, ENDING, OPEN, ShardThread};

pub use host::{Deliver, Host, Routed, Served};
pub use source::{Nothing, Polled, Source};

/// Why an input was not taken. It comes back, so that nothing is lost.
#[derive(Debug)]
pub enum Refused<I> {
    /// The shard's inbox is full: try again later, and tell the sender so.
    Full(I),
    /// The runtime is shutting down, or the shard stopped because its journal failed.
    Closed(I),
}

impl<I> fmt::Display for Refused<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full(_) => write!(f, "the inbox is full; send it again later"),
            Self::Closed(_) => write!(f, "the engine takes no more inputs"),
        }
    }
}

impl<I: fmt::Debug> std::error::Error for Refused<I> {}

/// How a runtime is set up.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    /// Room in front of each shard, in inputs.
    pub inbox_inputs: usize,
    /// Whether each thread stays on one core. It helps where nothing else runs on the machine, and harms where
    /// something does.
    pub pinned: bool,
}

impl Default for Setup {
    fn default() -> Self {
        Self { inbox_inputs: INBOX_INPUTS_DEFAULT, pinned: false }
    }
}

/// A host, and what its thread reads.
pub type Reading<H> = (H, Box<dyn Source<<H as Host>::Input>>);

/// Threads that own all partitions between them.
pub struct Runtime<H: Host> {
    common: Arc<Common<H::Input>>,
    threads: Vec<JoinHandle<io::Result<H>>>,
}

impl<H: Host> Runtime<H> {
    /// Starts a thread for each host, the first of which is that of `layout`'s first shard, and so on. Everything
    /// is submitted to them.
    ///
    /// # Errors
    /// If the operating system starts no more threads.
    pub fn start(hosts: Vec<H>, layout: Layout, setup: Setup, clock: Clock) -> io::Result<Self> {
        let with_nothing = |host| (host, Box::new(Nothing) as Box<dyn Source<H::Input>>);
        Self::start_reading(hosts.into_iter().map(with_nothing).collect(), layout, setup, clock)
    }

    /// The same, with a source for each thread to read by itself. Without a thread in between that does nothing
    /// but hand over, a machine with few cores serves a third more.
    ///
    /// # Errors
    /// If the operating system starts no more threads.
    pub fn start_reading(
        hosts: Vec<Reading<H>>,
        layout: Layout,
        setup: Setup,
        clock: Clock,
    ) -> io::Result<Self> {
        assert_eq!(hosts.len(), usize::from(layout.shards), "one host per shard, in order");
        let (inboxes, parkers): (Vec<_>, Vec<_>) =
            hosts.iter().map(|_| Inbox::new(setup.inbox_inputs)).unzip();
        let common = Arc::new(Common {
            inboxes: inboxes.into_iter().map(Arc::new).collect(),
            phase: AtomicU8::new(OPEN),
            handing: AtomicUsize::new(hosts.len()),
            layout,
            clock,
        });
        let cores = if setup.pinned { core_affinity::get_core_ids() } else { None };
        let cores = cores.unwrap_or_default();
        let mut threads = Vec::new();
        for (shard, ((host, source), parker)) in hosts.into_iter().zip(parkers).enumerate() {
            let mut thread = ShardThread {
                host,
                shard,
                source,
                parker,
                common: Arc::clone(&common),
                outgoing: common.inboxes.iter().map(|_| Vec::new()).collect(),
                polled: Vec::new(),
                source_ended: false,
                hands_over: true,
            };
            let core = cores.get(shard % cores.len().max(1)).copied();
            let builder = std::thread::Builder::new().name(format!("shard-{shard}"));
            threads.push(builder.spawn(move || {
                // A core that the system does not give is no reason not to serve.
                let _ = core.map(core_affinity::set_for_current);
                let ended = thread.run();
                thread.leave();
                ended.map(|()| thread.host)
            })?);
        }
        Ok(Self { common, threads })
    }

    /// Gives an input to the shard that owns its partition, or to all shards if it belongs to none.
    ///
    /// # Errors
    /// If there is no room, or the runtime is closing; the input comes back. One for all shards that found
    /// room in some inboxes only is safe to submit again.
    #[allow(clippy::result_large_err, reason = "the input comes back whole, and refusals are rare")]
    pub fn submit(&self, input: H::Input) -> Result<(), Refused<H::Input>> {
        if self.common.phase.load(Ordering::Acquire) != OPEN {
            return Err(Refused::Closed(input));
        }
        let layout = self.common.layout;
        match input.partition(layout.partitions) {
            Some(partition) => {
                give(&self.common.inboxes[usize::from(layout.owner(partition).0)], input)
            }
            None => self.common.inboxes.iter().try_for_each(|inbox| give(inbox, input.clone())),
        }
    }

    /// Gives many inputs at once, in order, which is far cheaper than one by one. What found no room stays in
    /// `inputs`, in order, to be submitted again; everything stays if the runtime is closing.
    pub fn submit_all(&self, inputs: &mut Vec<H::Input>) {
        if self.common.phase.load(Ordering::Acquire) != OPEN {
            return;
        }
        let (layout, inboxes) = (self.common.layout, &self.common.inboxes);
        let mut batches: Vec<Vec<H::Input>> = inboxes.iter().map(|inbox| inbox.spare()).collect();
        for input in inputs.drain(..) {
            match input.partition(layout.partitions) {
                Some(partition) => batches[usize::from(layout.owner(partition).0)].push(input),
                None => batches.iter_mut().for_each(|batch| batch.push(input.clone())),
            }
        }
        for (batch, inbox) in batches.iter_mut().zip(inboxes) {
            if inbox.push(batch).is_err() {
                inputs.append(batch);
            }
        }
    }

    /// Inputs that wait in front of the fullest shard.
    pub fn backlog(&self) -> usize {
        self.common.inboxes.iter().map(|inbox| inbox.len()).max().unwrap_or(0)
    }

    /// Takes no more inputs, lets every shard finish what it has, and returns the hosts. Sources are not read
    /// any further.
    ///
    /// # Errors
    /// If a host could not go on; its shard stopped then.
    ///
    /// # Panics
    /// If a shard's thread panicked.
    pub fn shut_down(self) -> io::Result<Vec<H>> {
        self.end(CLOSED)
    }

    /// The same, once all sources have ended.
    ///
    /// # Errors
    /// As [`Runtime::shut_down`].
    ///
    /// # Panics
    /// As [`Runtime::shut_down`].
    pub fn finish(self) -> io::Result<Vec<H>> {
        self.end(ENDING)
    }

    fn end(self, phase: u8) -> io::Result<Vec<H>> {
        self.common.phase.store(phase, Ordering::Release);
        self.common.inboxes.iter().for_each(|inbox| inbox.wake());
        self.threads.into_iter().map(|thread| thread.join().expect("shards do not panic")).collect()
    }
}

#[allow(clippy::result_large_err, reason = "the input comes back whole, and refusals are rare")]
fn give<I>(inbox: &Inbox<I>, input: I) -> Result<(), Refused<I>> {
    let mut batch = inbox.spare();
    batch.push(input);
    inbox.push(&mut batch).map_err(|refusal| {
        let input = batch.pop().expect("what is refused comes back");
        match refusal {
            Refusal::Full => Refused::Full(input),
            Refusal::Closed => Refused::Closed(input),
        }
    })
}
