//! A bounded, lock-free inbox whose owner sleeps while it is empty.

use std::sync::atomic::{AtomicBool, Ordering, fence};

use crossbeam::queue::ArrayQueue;
use crossbeam::sync::{Parker, Unparker};

use super::Refused;
use crate::input::Input;

#[derive(Debug)]
pub(super) struct Inbox {
    queue: ArrayQueue<Input>,
    parked: AtomicBool,
    closed: AtomicBool,
    unparker: Unparker,
}

impl Inbox {
    /// An inbox with room for `inputs`, and the parker on which its owner sleeps.
    pub(super) fn new(inputs: usize) -> (Self, Parker) {
        let parker = Parker::new();
        let unparker = parker.unparker().clone();
        let queue = ArrayQueue::new(inputs);
        let (parked, closed) = (AtomicBool::new(false), AtomicBool::new(false));
        (Self { queue, parked, closed, unparker }, parker)
    }

    #[allow(clippy::result_large_err, reason = "the input comes back whole, and refusals are rare")]
    pub(super) fn push(&self, input: Input) -> Result<(), Refused> {
        if self.closed.load(Ordering::Acquire) {
            return Err(Refused::Closed(input));
        }
        self.queue.push(input).map_err(Refused::Full)?;
        // Pairs with the fence in `announce_parking`: either we see that the owner parks, or the
        // owner sees what we pushed. Waking costs a system call, so it is done only when needed.
        fence(Ordering::SeqCst);
        if self.parked.load(Ordering::Relaxed) {
            self.unparker.unpark();
        }
        Ok(())
    }

    pub(super) fn take(&self, batch: &mut Vec<Input>, max: usize) {
        while batch.len() < max
            && let Some(input) = self.queue.pop()
        {
            batch.push(input);
        }
    }

    pub(super) fn announce_parking(&self) {
        self.parked.store(true, Ordering::Relaxed);
        fence(Ordering::SeqCst);
    }

    pub(super) fn announce_running(&self) {
        self.parked.store(false, Ordering::Relaxed);
    }

    pub(super) fn wake(&self) {
        self.unparker.unpark();
    }

    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::Release);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.queue.len()
    }
}
