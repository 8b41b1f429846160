//! Effects that wait for their record to be durable, and then for whoever delivers them to have room.

use std::collections::VecDeque;

use crate::effect::Effect;
use crate::id::{Seq, ShardId};

/// An effect with its idempotency key: shard, record, and place among the record's effects. If it
/// leaves again after a crash, it leaves with the same key (`G-21`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The shard.
    pub shard: ShardId,
    /// The record that caused it.
    pub seq: Seq,
    /// Which of the record's effects it is, from 0.
    pub index: u16,
    /// What is to be done.
    pub effect: Effect,
}

/// Effects in the order of their records.
#[derive(Debug)]
pub struct Outbox {
    shard: ShardId,
    held: VecDeque<Held>,
}

impl Outbox {
    /// An empty outbox.
    pub fn new(shard: ShardId) -> Self {
        Self { shard, held: VecDeque::new() }
    }

    /// Holds all effects of one record.
    pub fn hold(&mut self, seq: Seq, effects: &mut Vec<Effect>) {
        let shard = self.shard;
        self.held.extend(effects.drain(..).zip(0..).map(|(effect, index)| Held {
            shard,
            seq,
            index,
            effect,
        }));
    }

    /// Gives every effect whose record is durable to `deliver`, in order, until it answers that it
    /// has no room.
    pub fn release(&mut self, durable: Seq, mut deliver: impl FnMut(&Held) -> bool) {
        while let Some(first) = self.held.front() {
            if first.seq > durable || !deliver(first) {
                break;
            }
            self.held.pop_front();
        }
    }

    /// Effects that wait.
    pub fn len(&self) -> usize {
        self.held.len()
    }

    /// Whether none wait.
    pub fn is_empty(&self) -> bool {
        self.held.is_empty()
    }
}
