//! The loop of one shard's thread: take in, hand over, take a turn, or sleep.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::time::Duration;

use crossbeam::sync::Parker;

use super::host::{Host, Routed};
use super::inbox::{Inbox, Refusal};
use super::source::{Polled, Source};
use crate::clock::Clock;
use crate::limits::TURN_INPUTS_MAX;
use crate::shard::Layout;
use crate::time::Timestamp;

/// Inputs are taken in, from outside and from sources.
pub(super) const OPEN: u8 = 0;
/// Nothing is submitted any more; sources are read to their ends.
pub(super) const ENDING: u8 = 1;
/// Sources are not read any more either.
pub(super) const CLOSED: u8 = 2;

/// Longest sleep of a thread that cannot go on for want of room somewhere else: nobody wakes it when there is.
const STUCK: Duration = Duration::from_micros(200);

/// Times that a thread with nothing to do lets others run before it sleeps. A turn of the others is often just
/// about to hand something over, and to be woken costs more.
const YIELDS: u32 = 4;

/// What all threads of a runtime share.
pub(super) struct Common<I> {
    pub(super) inboxes: Vec<Arc<Inbox<I>>>,
    pub(super) phase: AtomicU8,
    /// Threads that may still hand something over to others.
    pub(super) handing: AtomicUsize,
    pub(super) layout: Layout,
    pub(super) clock: Clock,
}

pub(super) struct ShardThread<H: Host> {
    pub(super) host: H,
    pub(super) shard: usize,
    pub(super) source: Box<dyn Source<H::Input>>,
    pub(super) parker: Parker,
    pub(super) common: Arc<Common<H::Input>>,
    /// What was read for other shards, by shard.
    pub(super) outgoing: Vec<Vec<H::Input>>,
    pub(super) polled: Vec<H::Input>,
    pub(super) source_ended: bool,
    pub(super) hands_over: bool,
}

impl<H: Host> ShardThread<H> {
    pub(super) fn run(&mut self) -> io::Result<()> {
        let mut inputs = Vec::with_capacity(TURN_INPUTS_MAX);
        let mut idle = 0;
        loop {
            // Read before the inbox is emptied: what was submitted before the end was announced is
            // then surely seen below.
            let ended = self.has_ended();
            let now = self.common.clock.now();
            let mut next = None;
            if self.host.has_room() {
                self.inbox().take(&mut inputs, TURN_INPUTS_MAX);
                next = self.read_source(now, &mut inputs);
            }
            let stuck = !self.hand_over();
            let due = self.host.next_deadline().is_some_and(|deadline| deadline.is_due(now));
            if !inputs.is_empty() || due {
                self.host.turn(now, &mut inputs)?;
                idle = 0;
            } else if !self.host.is_drained() {
                self.host.turn(now, &mut inputs)?;
                if !self.host.is_drained() {
                    self.parker.park_timeout(STUCK);
                }
            } else if stuck {
                self.parker.park_timeout(STUCK);
            } else if ended {
                return Ok(());
            } else if idle < YIELDS {
                idle += 1;
                std::thread::yield_now();
            } else {
                self.sleep(next);
            }
        }
    }

    fn inbox(&self) -> &Inbox<H::Input> {
        &self.common.inboxes[self.shard]
    }

    /// Reads the source, as far as a turn has room, keeps what is this shard's, and sets apart the rest. Returns
    /// when to look again, if that is known.
    fn read_source(&mut self, now: Timestamp, inputs: &mut Vec<H::Input>) -> Option<Timestamp> {
        let room = TURN_INPUTS_MAX.saturating_sub(inputs.len());
        let unsent = self.outgoing.iter().any(|batch| batch.len() >= TURN_INPUTS_MAX);
        if self.source_ended || room == 0 || unsent {
            return None;
        }
        if self.common.phase.load(Ordering::Acquire) == CLOSED {
            self.source_ended = true;
            return None;
        }
        let polled = self.source.poll(now, room, &mut self.polled);
        for input in self.polled.drain(..) {
            match input.partition(self.common.layout.partitions) {
                Some(partition) => {
                    let shard = usize::from(self.common.layout.owner(partition).0);
                    match shard == self.shard {
                        true => inputs.push(input),
                        false => self.outgoing[shard].push(input),
                    }
                }
                None => {
                    let others = self.outgoing.iter_mut().enumerate();
                    let others = others.filter(|(shard, _)| *shard != self.shard);
                    others.for_each(|(_, batch)| batch.push(input.clone()));
                    inputs.push(input);
                }
            }
        }
        match polled {
            Polled::Ready => Some(now),
            Polled::Idle(until) => until,
            Polled::Ended => {
                self.source_ended = true;
                None
            }
        }
    }

    /// Hands over what is for other shards; false if one of them has no room.
    fn hand_over(&mut self) -> bool {
        let mut all = true;
        for (batch, inbox) in self.outgoing.iter_mut().zip(&self.common.inboxes) {
            match inbox.push(batch) {
                Ok(()) => {}
                Err(Refusal::Full) => all = false,
                // That shard stopped, because it could not go on; whoever joins the threads is told. Nothing of
                // this was acknowledged, so the source has it again next time.
                Err(Refusal::Closed) => batch.clear(),
            }
        }
        if all && self.source_ended && self.hands_over {
            self.hands_over = false;
            self.common.handing.fetch_sub(1, Ordering::AcqRel);
            self.common.inboxes.iter().for_each(|inbox| inbox.wake());
        }
        all
    }

    /// The end of the thread, in order or not: nothing is taken any more, and nobody waits for it.
    pub(super) fn leave(&mut self) {
        self.inbox().close();
        if std::mem::replace(&mut self.hands_over, false) {
            self.common.handing.fetch_sub(1, Ordering::AcqRel);
            self.common.inboxes.iter().for_each(|inbox| inbox.wake());
        }
    }

    /// Whether the end was announced and nobody hands over anything more.
    fn has_ended(&self) -> bool {
        self.common.phase.load(Ordering::Acquire) != OPEN
            && self.common.handing.load(Ordering::Acquire) == 0
    }

    /// Parks until something arrives, a deadline passes or the source has more. At rest this costs no
    /// processor time.
    fn sleep(&self, next: Option<Timestamp>) {
        self.inbox().announce_parking();
        if self.inbox().is_empty() && !self.has_ended() {
            let deadline = self.host.next_deadline().map(|deadline| deadline.at());
            match deadline.into_iter().chain(next).min() {
                Some(at) => self.parker.park_timeout(self.common.clock.until(at)),
                None => self.parker.park(),
            }
        }
        self.inbox().announce_running();
    }
}
