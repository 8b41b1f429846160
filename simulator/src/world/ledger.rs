//! The ledger: every reply that goes in is written down, and crossed out by its one decision.

use std::collections::VecDeque;

use volley_core::decision::Decision;
use volley_core::id::{ContactId, Seq, ShardId};
use volley_core::message::Inbound;
use volley_core::shard::Layout;
use volley_core::time::Timestamp;

use crate::error::Error;
use crate::speech::Expected;

#[derive(Debug)]
struct Entry {
    contact: ContactId,
    received_at: Timestamp,
    expected: Option<Expected>,
}

/// Replies on their way, in order, by shard. An inbox keeps the order and so does a shard, so the next
/// decision of a shard is about its oldest reply, or something was lost, doubled or swapped.
#[derive(Debug)]
pub(super) struct Ledger {
    layout: Layout,
    on_the_way: Vec<VecDeque<Entry>>,
    last: Vec<Seq>,
}

impl Ledger {
    pub(super) fn new(layout: Layout) -> Self {
        let shards = usize::from(layout.shards);
        let on_the_way = std::iter::repeat_with(VecDeque::new).take(shards).collect();
        Self { layout, on_the_way, last: vec![Seq(0); shards] }
    }

    pub(super) fn goes_in(&mut self, reply: &Inbound, expected: Option<Expected>) {
        let shard = self.layout.owner(reply.key().partition(self.layout.partitions));
        let entry = Entry { contact: reply.contact, received_at: reply.received_at, expected };
        self.on_the_way[usize::from(shard.0)].push_back(entry);
    }

    pub(super) fn comes_out(
        &mut self,
        shard: ShardId,
        decision: &Decision,
    ) -> Result<Option<Expected>, Error> {
        let last = &mut self.last[usize::from(shard.0)];
        let entry = self.on_the_way[usize::from(shard.0)].pop_front();
        let entry = entry.filter(|entry| {
            let same =
                (entry.contact, entry.received_at) == (decision.contact, decision.received_at);
            same && decision.seq > *last
        });
        *last = decision.seq;
        match entry {
            Some(entry) => Ok(entry.expected),
            None => Err(Error::Internal(format!(
                "decision {} of shard {shard} is not about the reply that was due there",
                decision.seq
            ))),
        }
    }

    pub(super) fn in_flight(&self, shard: ShardId) -> usize {
        self.on_the_way[usize::from(shard.0)].len()
    }

    pub(super) fn settle(&self, replies: u64, decisions: u64) -> Result<(), Error> {
        let undecided: usize = self.on_the_way.iter().map(VecDeque::len).sum();
        if undecided == 0 && replies == decisions {
            return Ok(());
        }
        Err(Error::Internal(format!(
            "{replies} replies went in and {decisions} decisions came out; {undecided} are without one"
        )))
    }
}
