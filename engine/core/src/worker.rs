//! A worker: a shard, its journal and its outbox, and one turn of work. It has no thread, socket or clock, and is the
//! largest thing that simulation, production and replay share.

pub mod desk;

use std::io;
use std::sync::Arc;

use crate::classify::Classifier;
use crate::effect::Effect;
use crate::id::{Position, Seq};
use crate::input::{Input, Stamp};
use crate::journal::Journal;
use crate::limits::OUTBOX_EFFECTS_MAX;
use crate::message::{Inbound, Source};
use crate::outbox::{Held, Outbox};
use crate::record::{Body, Record};
use crate::shard::{Layout, Place, Shard};
use crate::stamper::Stamper;
use crate::time::{Deadline, Timestamp};

pub use desk::DeskWorker;

/// Inputs that are prepared together. Enough that their people are found side by side, and few enough that all of
/// it is still in the nearest cache when they are applied.
const STRIDE: usize = 128;

/// Feeds one shard.
#[derive(Debug)]
pub struct Worker<J> {
    shard: Shard,
    journal: J,
    outbox: Outbox,
    stamper: Stamper,
    last: Seq,
    pending: Vec<Pending>,
    effects: Vec<Effect>,
}

/// An input on its way through a turn.
#[derive(Debug)]
struct Pending {
    input: Input,
    stamp: Stamp,
    place: Option<Place>,
}

impl Pending {
    fn new(input: Input) -> Self {
        Self { input, stamp: Stamp::default(), place: None }
    }
}

impl<J: Journal> Worker<J> {
    /// A worker with an empty shard.
    pub fn new(layout: Layout, journal: J, classifier: Arc<Classifier>) -> Self {
        Self {
            shard: Shard::new(layout),
            journal,
            outbox: Outbox::new(layout.shard),
            stamper: Stamper::new(classifier),
            last: Seq(0),
            pending: Vec::new(),
            effects: Vec::new(),
        }
    }

    /// One turn: due deadlines first, then `inputs` in order; all of it is journaled, synced once,
    /// and what it causes is given to `deliver` until that has no room. Returns the number of the
    /// last durable record.
    ///
    /// # Errors
    /// If the journal failed. Nothing of this turn has left then, and the worker must not be used again.
    pub fn turn(
        &mut self,
        now: Timestamp,
        inputs: impl IntoIterator<Item = Input>,
        deliver: impl FnMut(&Held) -> bool,
    ) -> io::Result<Seq> {
        let mut pending = std::mem::take(&mut self.pending);
        self.shard.take_due(now, |key| pending.push(Pending::new(Input::Due(key))));
        let mut inputs = inputs.into_iter();
        loop {
            pending.extend(inputs.by_ref().take(STRIDE).map(Pending::new));
            if pending.is_empty() {
                break;
            }
            self.take_all(now, &mut pending);
        }
        self.pending = pending;
        let durable = self.journal.sync()?;
        self.outbox.release(durable, deliver);
        Ok(durable)
    }

    fn take_all(&mut self, now: Timestamp, pending: &mut Vec<Pending>) {
        self.prepare(pending);
        let mut changed = false;
        for mut pending in pending.drain(..) {
            // A reply is read under the policy that decides it, also if that came just before it.
            if let (Input::Reply(reply), true) = (&pending.input, changed) {
                pending.stamp = self.stamp(reply);
            }
            changed |= matches!(pending.input, Input::Policy(_));
            self.take(now, pending);
        }
    }

    /// Stamps all replies and finds all people before the first input is applied. Each of these loops
    /// does one kind of work, and its memory accesses do not wait for each other: a person who is not
    /// in the cache costs a fraction of what they would cost one by one.
    fn prepare(&mut self, pending: &mut [Pending]) {
        for pending in &mut *pending {
            if let Input::Reply(reply) = &pending.input {
                pending.stamp = self.stamp(reply);
            }
        }
        for pending in &mut *pending {
            pending.place = pending.input.key().and_then(|key| self.shard.locate_served(key));
        }
        let places = pending.iter().filter_map(|pending| pending.place);
        let touched = places.map(|place| self.shard.contact(place).conversation.epoch);
        std::hint::black_box(touched.fold(0, u32::wrapping_add));
    }

    /// Append, apply, hold.
    fn take(&mut self, now: Timestamp, pending: Pending) {
        let Pending { mut input, mut stamp, place } = pending;
        // A policy earlier in this turn may have begun to serve the brand.
        let place = place.or_else(|| input.key().and_then(|key| self.shard.locate_served(key)));
        if let (Input::Reply(reply), Some(place)) = (&mut input, place) {
            self.attribute(now, place, reply, &mut stamp);
        }
        let body = Body::new(input, stamp);
        let previous = place.map_or(Position::default(), |place| {
            self.shard.contact(place).conversation.last_record
        });
        self.last = Seq(self.last.0 + 1);
        let record = Record { seq: self.last, at: now, previous, body };
        let position = self.journal.append(&record);
        self.shard.apply_at(place, &record, position, &mut self.effects);
        self.outbox.hold(record.seq, &mut self.effects);
    }

    /// Ties a reply of which nobody says what it answers to the brand's last message (`TX-11`). That is
    /// known only when all that came before has been applied.
    fn attribute(&mut self, now: Timestamp, place: Place, reply: &mut Inbound, stamp: &mut Stamp) {
        if reply.source != Source::Unprompted {
            return;
        }
        let Some(source) = self.shard.contact(place).answers(now) else { return };
        reply.source = source;
        if self.shard.policy(reply.brand).is_some_and(|policy| policy.has_keywords_by_send()) {
            *stamp = self.stamp(reply);
        }
    }

    fn stamp(&mut self, reply: &Inbound) -> Stamp {
        self.stamper.stamp(reply, self.shard.policy(reply.brand).map(|policy| &**policy))
    }

    /// When a turn is needed even if nothing arrives.
    pub fn next_deadline(&self) -> Option<Deadline> {
        self.shard.next_deadline()
    }

    /// Whether there is room for more inputs: false while whoever delivers lags too far behind.
    pub fn has_room(&self) -> bool {
        self.outbox.len() < OUTBOX_EFFECTS_MAX
    }

    /// Whether every effect has left.
    pub fn is_drained(&self) -> bool {
        self.outbox.is_empty()
    }

    /// The shard, to be looked at.
    pub fn shard(&self) -> &Shard {
        &self.shard
    }

    /// The journal, once all is done.
    pub fn into_journal(self) -> J {
        self.journal
    }
}
