//! A bounded, lock-free inbox of batches, whose owner sleeps while it is empty.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering, fence};

use crossbeam::queue::ArrayQueue;
use crossbeam::sync::{Parker, Unparker};

/// Emptied batches that are kept to be filled again.
const SPARE: usize = 8;

#[derive(Debug)]
pub(super) struct Inbox<I> {
    batches: ArrayQueue<Vec<I>>,
    spare: ArrayQueue<Vec<I>>,
    /// Inputs that wait, and inputs for which a place was taken that are about to come.
    waiting: AtomicUsize,
    room: usize,
    parked: AtomicBool,
    closed: AtomicBool,
    unparker: Unparker,
}

/// Why a batch was not taken, or not all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Full,
    Closed,
}

impl<I> Inbox<I> {
    /// An inbox with room for `room` inputs, and the parker on which its owner sleeps.
    pub(super) fn new(room: usize) -> (Self, Parker) {
        let parker = Parker::new();
        let inbox = Self {
            batches: ArrayQueue::new(room),
            spare: ArrayQueue::new(SPARE),
            waiting: AtomicUsize::new(0),
            room,
            parked: AtomicBool::new(false),
            closed: AtomicBool::new(false),
            unparker: parker.unparker().clone(),
        };
        (inbox, parker)
    }

    /// An empty batch, one that was used before if there is one.
    pub(super) fn spare(&self) -> Vec<I> {
        self.spare.pop().unwrap_or_default()
    }

    /// Takes of `batch` what there is room for, from its beginning; the rest stays.
    pub(super) fn push(&self, batch: &mut Vec<I>) -> Result<(), Refusal> {
        if batch.is_empty() {
            return Ok(());
        }
        if self.closed.load(Ordering::Acquire) {
            return Err(Refusal::Closed);
        }
        let count = self.reserve(batch.len());
        if count == 0 {
            return Err(Refusal::Full);
        }
        let rest = if count < batch.len() { batch.split_off(count) } else { self.spare() };
        // A batch holds an input at least, so there are never more batches than inputs for which there is room.
        let pushed = self.batches.push(std::mem::replace(batch, rest));
        assert!(pushed.is_ok(), "there is room for as many batches as inputs");
        // Pairs with the fence in `announce_parking`: either we see that the owner parks, or the
        // owner sees what we pushed. Waking costs a system call, so it is done only when needed.
        fence(Ordering::SeqCst);
        if self.parked.load(Ordering::Relaxed) {
            self.unparker.unpark();
        }
        if batch.is_empty() { Ok(()) } else { Err(Refusal::Full) }
    }

    /// Takes places for up to `count` inputs.
    fn reserve(&self, count: usize) -> usize {
        let taken = |waiting: usize| Some(waiting + count.min(self.room - waiting));
        let before = self.waiting.fetch_update(Ordering::Relaxed, Ordering::Relaxed, taken);
        count.min(self.room - before.unwrap_or(self.room))
    }

    /// Adds whole batches to `inputs` while those are fewer than `max`.
    pub(super) fn take(&self, inputs: &mut Vec<I>, max: usize) {
        while inputs.len() < max
            && let Some(mut batch) = self.batches.pop()
        {
            self.waiting.fetch_sub(batch.len(), Ordering::Relaxed);
            inputs.append(&mut batch);
            // If there are enough of them, this one goes.
            let _ = self.spare.push(batch);
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
        self.batches.is_empty()
    }

    /// Inputs that wait.
    pub(super) fn len(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }
}
