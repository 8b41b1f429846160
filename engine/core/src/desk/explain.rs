//! Why a conversation is given to whom it is given to, and what the desk looks like from outside.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::backlog::LaneKey;
use super::command::Presence;
use super::roster::Agent;
use super::{Desk, State, Work};
use crate::id::{AgentId, BrandId, ConversationId, QueueId};
use crate::names::named;
use crate::service::Priority;
use crate::time::Timestamp;

named! {
    /// Why one agent is given a conversation and another is not.
    pub enum Suitability {
        /// They are next for it.
        Chosen = "chosen",
        /// They could have it, and somebody goes before them.
        Able = "able",
        /// They have it.
        HasIt = "has_it",
        /// They do not work.
        Offline = "offline",
        /// They take nothing new.
        Away = "away",
        /// They do not work for its brand (`X-18`).
        OtherBrand = "other_brand",
        /// They do not work for its queue.
        OtherQueue = "other_queue",
        /// They lack a skill that it needs (`G-38`).
        LacksSkill = "lacks_skill",
        /// They have as much as they can have (`G-40`).
        Full = "full",
        /// They have as much as they can have on its channel.
        ChannelFull = "channel_full",
    }
}

named! {
    /// By what a conversation stands where it stands.
    pub enum Turn {
        /// By its priority and age (`G-39`, `G-42`).
        Rank = "rank",
        /// It has waited for so long that it goes before any priority.
        Starved = "starved",
        /// Its channel will soon take no more answers (`RU-57`).
        Closing = "closing",
    }
}

/// An agent, seen from a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub agent: AgentId,
    /// Why, or why not.
    pub suitability: Suitability,
    /// Conversations they have.
    pub busy: u16,
    /// When they were last given something, as a count of all assignments; 0 is never.
    pub served: u64,
}

/// Why a conversation is given to whom it is given to (`G-117`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Which.
    pub conversation: ConversationId,
    /// Where it waits, or waited.
    pub queue: QueueId,
    /// How urgent it is.
    pub priority: Priority,
    /// Since when it waits.
    pub waiting_since: Timestamp,
    /// By what it stands where it stands.
    pub turn: Turn,
    /// Waiting conversations that go before it; none if it does not wait.
    pub ahead: Option<usize>,
    /// Everybody who has signed on, by number.
    pub agents: Vec<Candidate>,
}

/// What waits in one queue (`G-113`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueState {
    /// Whose.
    pub brand: BrandId,
    /// Which.
    pub queue: QueueId,
    /// How many conversations.
    pub waiting: usize,
    /// Since when the one waits that has waited longest.
    pub oldest: Timestamp,
}

/// The order in which what waits is given out. Instants from which something goes before any priority
/// are compared first.
type Order = (bool, Timestamp, Reverse<Priority>, Timestamp, u64);

impl Work {
    fn turn(&self, now: Timestamp) -> (Turn, Option<Timestamp>) {
        let place = &self.place;
        let closing = place.closing.map(|closing| closing.at()).filter(|_| !place.is_lost(now));
        let starved = (place.starved_at, Turn::Starved);
        let hasty = closing.map(|at| (at, Turn::Closing)).into_iter().chain([starved]);
        match hasty.filter(|(at, _)| *at <= now).min() {
            Some((at, turn)) => (turn, Some(at)),
            None => (Turn::Rank, None),
        }
    }

    fn order(&self, now: Timestamp) -> Order {
        let Work { place, lane, .. } = self;
        match self.turn(now).1 {
            Some(at) => (false, at, Reverse(Priority::Low), place.since, place.arrival),
            None => {
                let none = Timestamp::default();
                (true, none, Reverse(lane.priority), place.since, place.arrival)
            }
        }
    }
}

fn suitability(agent: &Agent, lane: &LaneKey) -> Suitability {
    let serves = &agent.serves;
    match agent.presence {
        Presence::Offline => return Suitability::Offline,
        Presence::Away => return Suitability::Away,
        Presence::Online => {}
    }
    if !serves.brands.contain(lane.brand) {
        Suitability::OtherBrand
    } else if !serves.queues.contain(lane.queue) {
        Suitability::OtherQueue
    } else if !serves.skills.cover(lane.skills) {
        Suitability::LacksSkill
    } else if agent.busy >= agent.capacity.total {
        Suitability::Full
    } else if !agent.fits(lane.channel) {
        Suitability::ChannelFull
    } else {
        Suitability::Able
    }
}

impl Desk {
    /// Says why a conversation is given to whom it is given to, or to nobody. None if the desk does
    /// not know it. Looks at all that waits and at everybody: for people who ask, not for each turn.
    pub fn explain(&self, id: ConversationId, now: Timestamp) -> Option<Explanation> {
        let work = self.work.get(&id)?;
        let waits = work.state == State::Waiting;
        let chosen = self.roster.next(&work.lane, self.config(work.lane.brand).strategy);
        let candidate = |(id, agent): (AgentId, &Agent)| Candidate {
            agent: id,
            suitability: match suitability(agent, &work.lane) {
                _ if work.state == State::Held(id) => Suitability::HasIt,
                Suitability::Able if waits && chosen == Some(id) => Suitability::Chosen,
                other => other,
            },
            busy: agent.busy,
            served: agent.served,
        };
        let order = work.order(now);
        let before = |other: &&Work| other.state == State::Waiting && other.order(now) < order;
        Some(Explanation {
            conversation: id,
            queue: work.lane.queue,
            priority: work.lane.priority,
            waiting_since: work.place.since,
            turn: work.turn(now).0,
            ahead: waits.then(|| self.work.values().filter(before).count()),
            agents: self.roster.agents().map(candidate).collect(),
        })
    }

    /// What waits in each queue in which anything does (`G-113`).
    pub fn queues(&self) -> Vec<QueueState> {
        let mut queues: BTreeMap<(BrandId, QueueId), (usize, Timestamp)> = BTreeMap::new();
        for (lane, waiting, oldest) in self.backlog.lanes() {
            let queue = queues.entry((lane.brand, lane.queue)).or_insert((0, oldest));
            *queue = (queue.0 + waiting, queue.1.min(oldest));
        }
        let queues = queues.into_iter();
        let state =
            |((brand, queue), (waiting, oldest))| QueueState { brand, queue, waiting, oldest };
        queues.map(state).collect()
    }

    /// Since when the one that has waited longest waits.
    pub fn oldest(&self) -> Option<Timestamp> {
        self.backlog.lanes().map(|(_, _, oldest)| oldest).min()
    }
}
