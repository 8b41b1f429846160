//! What a shard's thread serves.

use std::fmt;
use std::io;

use crate::id::{Key, PartitionId, Seq};
use crate::input::Input;
use crate::journal::Journal;
use crate::outbox::Held;
use crate::time::{Deadline, Timestamp};
use crate::worker::Worker;

/// Something that a shard's thread hands inputs to. [`Served`] is the one that the product has; a measurement
/// of what threads cost by themselves has another.
pub trait Host: Send + 'static {
    /// What it takes.
    type Input: Routed;

    /// Takes everything in `inputs`, in order. Called also when there is nothing, if a deadline has passed or
    /// something is left over.
    ///
    /// # Errors
    /// If it cannot go on; its thread ends then.
    fn turn(&mut self, now: Timestamp, inputs: &mut Vec<Self::Input>) -> io::Result<()>;

    /// When a turn is needed even if nothing arrives.
    fn next_deadline(&self) -> Option<Deadline>;

    /// Whether there is room for more inputs.
    fn has_room(&self) -> bool;

    /// Whether nothing is left over from earlier turns.
    fn is_drained(&self) -> bool;
}

/// Something that belongs to one partition, or to all.
pub trait Routed: Clone + Send + 'static {
    /// The partition of `partitions`; none if every shard is to have it.
    fn partition(&self, partitions: u16) -> Option<PartitionId>;
}

impl Routed for Input {
    fn partition(&self, partitions: u16) -> Option<PartitionId> {
        self.key().map(|key: Key| key.partition(partitions))
    }
}

/// Gets every effect of a shard, in order, in that shard's thread; answers whether it had room.
pub type Deliver = Box<dyn FnMut(&Held) -> bool + Send>;

/// A worker, and who carries its effects out.
pub struct Served<J> {
    /// The worker.
    pub worker: Worker<J>,
    deliver: Deliver,
    durable: Seq,
}

impl<J> fmt::Debug for Served<J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Served").field("durable", &self.durable).finish_non_exhaustive()
    }
}

impl<J> Served<J> {
    /// `deliver` gets what `worker` wants done.
    pub fn new(worker: Worker<J>, deliver: Deliver) -> Self {
        Self { worker, deliver, durable: Seq(0) }
    }

    /// The last record that is durable.
    pub fn durable(&self) -> Seq {
        self.durable
    }
}

impl<J: Journal + Send + 'static> Host for Served<J> {
    type Input = Input;

    fn turn(&mut self, now: Timestamp, inputs: &mut Vec<Input>) -> io::Result<()> {
        self.durable = self.worker.turn(now, inputs.drain(..), &mut self.deliver)?;
        Ok(())
    }

    fn next_deadline(&self) -> Option<Deadline> {
        self.worker.next_deadline()
    }

    fn has_room(&self) -> bool {
        self.worker.has_room()
    }

    fn is_drained(&self) -> bool {
        self.worker.is_drained()
    }
}
