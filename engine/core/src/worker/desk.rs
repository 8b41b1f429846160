//! The desk's worker: the desk, its journal, and one turn of work. Like a shard's worker it has no thread, socket or
//! clock: commands in, journaled, synced once a turn, and only then are the answers let out.

use std::collections::VecDeque;
use std::io;

use crate::desk::{Answer, Command, Desk};
use crate::id::{Position, Seq, ShardId};
use crate::journal::{Header, Journal};
use crate::limits::OUTBOX_EFFECTS_MAX;
use crate::record::{Body, Record};
use crate::time::{Deadline, Timestamp};

/// An answer with its idempotency key: record, and place among the record's answers. If it leaves again after a crash,
/// it leaves with the same key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Told {
    /// The record that caused it.
    pub seq: Seq,
    /// Which of the record's answers it is, from 0.
    pub index: u32,
    /// The answer.
    pub answer: Answer,
}

/// Feeds the desk.
#[derive(Debug)]
pub struct DeskWorker<J> {
    desk: Desk,
    journal: J,
    last: Seq,
    answers: Vec<Answer>,
    held: VecDeque<Told>,
}

impl<J: Journal> DeskWorker<J> {
    /// A worker with an empty desk. How it works for a brand it is told by [`Command::Policy`], so that its journal
    /// explains itself.
    pub fn new(journal: J) -> Self {
        let (answers, held) = (Vec::new(), VecDeque::new());
        Self { desk: Desk::default(), journal, last: Seq(0), answers, held }
    }

    /// One turn: `commands` in order, then a look round for alarms and assignments; all of it is journaled, synced
    /// once, and what is answered is given to `deliver` until that has no room. Returns the number of the last durable
    /// record. A turn without commands in which nothing is due writes nothing.
    ///
    /// # Errors
    /// If the journal failed. Nothing of this turn has left then, and the worker must not be used again.
    pub fn turn(
        &mut self,
        now: Timestamp,
        commands: impl IntoIterator<Item = Command>,
        mut deliver: impl FnMut(&Told) -> bool,
    ) -> io::Result<Seq> {
        let before = self.last;
        commands.into_iter().for_each(|command| self.take(now, command));
        let due = self.desk.next_deadline().is_some_and(|deadline| deadline.is_due(now));
        if due || self.last != before {
            self.take(now, Command::Turn);
        }
        let durable = self.journal.sync()?;
        while let Some(first) = self.held.front() {
            if first.seq > durable || !deliver(first) {
                break;
            }
            self.held.pop_front();
        }
        Ok(durable)
    }

    /// Append, apply, hold.
    fn take(&mut self, now: Timestamp, command: Command) {
        self.last = Seq(self.last.0 + 1);
        let (seq, previous) = (self.last, Position::default());
        let record = Record { seq, at: now, previous, body: Body::Desk(command) };
        self.journal.append(&record);
        apply(&mut self.desk, record, &mut self.answers);
        let told = |(answer, index)| Told { seq, index, answer };
        self.held.extend(self.answers.drain(..).zip(0..).map(told));
    }

    /// When a turn is needed even if nothing is told.
    pub fn next_deadline(&self) -> Option<Deadline> {
        self.desk.next_deadline()
    }

    /// Whether there is room for more commands: false while whoever delivers lags too far behind.
    pub fn has_room(&self) -> bool {
        self.held.len() < OUTBOX_EFFECTS_MAX
    }

    /// Whether every answer has left.
    pub fn is_drained(&self) -> bool {
        self.held.is_empty()
    }

    /// The desk, to be looked at.
    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// The journal, once all is done.
    pub fn into_journal(self) -> J {
        self.journal
    }
}

/// Tells a desk what a record of its journal says, and adds what it answers to `answers`. Records of shards say nothing
/// to it. Live and in replay this is the only way to a desk.
pub fn apply(desk: &mut Desk, record: Record, answers: &mut Vec<Answer>) {
    if let Body::Desk(command) = record.body {
        desk.apply(command, record.at, answers);
    }
}

/// What the desk's journal says about itself. It stands apart from the shards' under a number that none of them has.
pub fn header() -> Header {
    Header { shard: ShardId::DESK, shards: 1, partitions: 1, first_seq: Seq(1), start: 0 }
}
