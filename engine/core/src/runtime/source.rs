//! Where a shard's thread takes inputs from by itself, without somebody else's thread to hand them over.

use crate::time::Timestamp;

/// A stream of inputs that one shard's thread reads: a partition of a log, a file, a socket that does not
/// block. The thread keeps what belongs to its own shard and hands over the rest, in batches and in order.
pub trait Source<I>: Send {
    /// Adds up to `max` inputs to `batch`, without waiting. Which there are may depend on the time.
    fn poll(&mut self, now: Timestamp, max: usize, batch: &mut Vec<I>) -> Polled;
}

/// How a look at a source ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Polled {
    /// There may be more at once.
    Ready,
    /// There is nothing more before this time, if it is known; the thread may sleep.
    Idle(Option<Timestamp>),
    /// There will never be more.
    Ended,
}

/// No source: everything is submitted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nothing;

impl<I> Source<I> for Nothing {
    fn poll(&mut self, _: Timestamp, _: usize, _: &mut Vec<I>) -> Polled {
        Polled::Ended
    }
}
