//! The desk: people are shared by all shards, so one single-threaded stage gives them their work.
//!
//! Offers come in, assignments go out as claims, which enter the engine at the front like any other
//! input; the shard has the last word on who owns a conversation. Oldest offer first (`G-42`), to the
//! agent with the least to do (`G-41`), never more than an agent can hold (`G-40`).

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::effect::Offer;
use crate::id::AgentId;
use crate::input::{AgentAction, AgentCommand};

/// An assignment, and the offer it answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The claim, made in the agent's name.
    pub command: AgentCommand,
    /// What was waiting.
    pub offer: Offer,
}

#[derive(Debug)]
struct Agent {
    capacity: u16,
    busy: u16,
}

/// Waiting conversations and the agents for them.
#[derive(Debug, Default)]
pub struct Desk {
    waiting: VecDeque<Offer>,
    agents: BTreeMap<AgentId, Agent>,
    /// Agents with room, the least busy first.
    free: BTreeSet<(u16, AgentId)>,
    busy_places: usize,
}

impl Desk {
    /// An agent begins to work, with room for `capacity` conversations at once.
    pub fn sign_on(&mut self, agent: AgentId, capacity: u16) {
        assert!(capacity > 0, "an agent without capacity is not signed on");
        let new = self.agents.insert(agent, Agent { capacity, busy: 0 }).is_none();
        assert!(new, "an agent signs on once");
        self.free.insert((0, agent));
    }

    /// A conversation waits.
    pub fn offer(&mut self, offer: Offer) {
        self.waiting.push_back(offer);
    }

    /// An agent's place is free again.
    pub fn release(&mut self, agent: AgentId) {
        let Some(state) = self.agents.get_mut(&agent) else { return };
        assert!(state.busy > 0, "an agent gives back only what they had");
        self.free.remove(&(state.busy, agent));
        self.busy_places -= 1;
        state.busy -= 1;
        self.free.insert((state.busy, agent));
    }

    /// The next assignment, while anything waits and anybody has room.
    pub fn assign(&mut self) -> Option<Assignment> {
        if self.waiting.is_empty() {
            return None;
        }
        let (busy, id) = self.free.pop_first()?;
        let offer = self.waiting.pop_front()?;
        let agent = self.agents.get_mut(&id).expect("free agents are signed on");
        self.busy_places += 1;
        agent.busy = busy + 1;
        if agent.busy < agent.capacity {
            self.free.insert((agent.busy, id));
        }
        let command = AgentCommand {
            agent: id,
            key: offer.key,
            conversation: offer.conversation,
            action: AgentAction::Claim,
        };
        Some(Assignment { command, offer })
    }

    /// Conversations that wait.
    pub fn queue_length(&self) -> usize {
        self.waiting.len()
    }

    /// Conversations that agents have.
    pub fn busy_places(&self) -> usize {
        self.busy_places
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::Intent;
    use crate::id::{BrandId, ContactId, ConversationId, Key, QueueId};
    use crate::reason::Reason;
    use crate::time::Timestamp;

    fn offer(number: u64) -> Offer {
        Offer {
            key: Key { brand: BrandId(1), contact: ContactId(number) },
            conversation: ConversationId(number),
            epoch: 1,
            queue: QueueId(0),
            reason: Reason::Refund,
            intent: Intent::ReturnRefund,
            campaign: None,
            at: Timestamp::from_secs(number),
        }
    }

    fn assigned(desk: &mut Desk) -> Vec<(u32, u64)> {
        std::iter::from_fn(|| desk.assign())
            .map(|it| (it.command.agent.0, it.offer.conversation.0))
            .collect()
    }

    #[test]
    fn the_oldest_goes_to_the_least_busy_and_nobody_gets_too_much() {
        let mut desk = Desk::default();
        desk.sign_on(AgentId(1), 2);
        desk.sign_on(AgentId(2), 1);
        (1..=4).for_each(|number| desk.offer(offer(number)));
        assert_eq!(assigned(&mut desk), [(1, 1), (2, 2), (1, 3)]);
        assert_eq!(desk.queue_length(), 1);
        desk.release(AgentId(2));
        assert_eq!(assigned(&mut desk), [(2, 4)]);
        assert_eq!(desk.busy_places(), 3);
    }
}
