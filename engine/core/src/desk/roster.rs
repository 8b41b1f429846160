//! The agents: who they are, what they have, and who of them is next.
//!
//! Agents who work for the same queues with the same skills form a group. Within a group those with
//! room are kept in order, apart by the channels they have room on, so that finding the next agent
//! asks each group once and moves nobody. Groups are few: a desk has teams, not individuals.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::backlog::LaneKey;
use super::command::{CHANNELS, Capacity, Presence, Queues, Shift};
use super::config::Strategy;
use crate::id::AgentId;
use crate::message::Channel;
use crate::service::Skills;

/// A set of channels, one bit each.
type Channels = u16;

const _: () = assert!(CHANNELS <= Channels::BITS as usize);

fn bit(channel: Channel) -> Channels {
    1 << channel.code()
}

type GroupKey = Arc<(Queues, Skills)>;

#[derive(Debug)]
struct Agent {
    group: GroupKey,
    capacity: Capacity,
    presence: Presence,
    busy: u16,
    busy_on: [u16; CHANNELS],
    /// When they were last given something, as a count of assignments.
    served: u64,
    /// Where they stand among those with room.
    listed: Option<(Channels, u64)>,
}

impl Agent {
    fn room(&self) -> Channels {
        if self.presence != Presence::Online || self.busy >= self.capacity.total {
            return 0;
        }
        let has_room = |channel: &&Channel| {
            self.busy_on[usize::from(channel.code())] < self.capacity.on(**channel)
        };
        Channel::ALL.iter().filter(has_room).fold(0, |room, channel| room | bit(*channel))
    }
}

#[derive(Debug, Default)]
struct Group {
    members: usize,
    /// Agents with room, by the channels they have room on; by turn, then by number.
    free: BTreeMap<Channels, BTreeSet<(u64, AgentId)>>,
    /// The channels that anybody has room on.
    room: Channels,
}

impl Group {
    /// The agent of the group whose turn it is.
    fn next(&self, channel: Channel) -> Option<(u64, AgentId)> {
        let fits = |(channels, _): &(&Channels, _)| **channels & bit(channel) != 0;
        self.free.iter().filter(fits).filter_map(|(_, agents)| agents.first()).min().copied()
    }
}

/// A group began or ceased to have room on some channels.
#[derive(Debug)]
pub(super) struct Change {
    group: GroupKey,
    gained: Channels,
    lost: Channels,
}

impl Change {
    pub fn serves(&self, lane: &LaneKey) -> bool {
        serves(&self.group, lane)
    }

    pub fn queues(&self) -> &Queues {
        &self.group.0
    }

    pub fn gained(&self, channel: Channel) -> bool {
        self.gained & bit(channel) != 0
    }

    pub fn lost(&self, channel: Channel) -> bool {
        self.lost & bit(channel) != 0
    }
}

fn serves(group: &GroupKey, lane: &LaneKey) -> bool {
    let (queues, skills) = &**group;
    skills.cover(lane.skills) && queues.contain(lane.queue)
}

/// All agents who have signed on.
#[derive(Debug, Default)]
pub(super) struct Roster {
    strategy: Strategy,
    agents: BTreeMap<AgentId, Agent>,
    groups: BTreeMap<GroupKey, Group>,
    assignments: u64,
    changes: Vec<Change>,
}

impl Roster {
    /// Prefers agents by `strategy` from now on.
    pub fn prefer(&mut self, strategy: Strategy) {
        self.strategy = strategy;
        let agents: Vec<AgentId> = self.agents.keys().copied().collect();
        agents.into_iter().for_each(|agent| self.list(agent));
    }

    /// The changes of room that lanes have not been told of, in order.
    pub fn changes(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.changes)
    }

    /// The agent begins to work, or works otherwise from now on.
    pub fn sign_on(&mut self, shift: Shift) {
        let group = Arc::new((shift.queues, shift.skills));
        let known = self.unlist(shift.agent).then(|| self.agents.remove(&shift.agent)).flatten();
        let agent = match known {
            Some(known) => {
                self.leave(&known.group);
                Agent { group, capacity: shift.capacity, presence: Presence::Online, ..known }
            }
            None => Agent {
                group,
                capacity: shift.capacity,
                presence: Presence::Online,
                busy: 0,
                busy_on: [0; CHANNELS],
                served: 0,
                listed: None,
            },
        };
        self.groups.entry(Arc::clone(&agent.group)).or_default().members += 1;
        self.agents.insert(shift.agent, agent);
        self.list(shift.agent);
    }

    /// The agent is forgotten.
    pub fn sign_off(&mut self, agent: AgentId) {
        if self.unlist(agent)
            && let Some(known) = self.agents.remove(&agent)
        {
            self.leave(&known.group);
        }
    }

    fn leave(&mut self, key: &GroupKey) {
        if let Some(group) = self.groups.get_mut(key) {
            group.members -= 1;
            if group.members == 0 {
                self.groups.remove(key);
            }
        }
    }

    /// Whether the agent works; none if nobody of that number has signed on.
    pub fn presence(&self, agent: AgentId) -> Option<Presence> {
        self.agents.get(&agent).map(|agent| agent.presence)
    }

    pub fn set_presence(&mut self, agent: AgentId, presence: Presence) {
        self.update(agent, |agent| agent.presence = presence);
    }

    /// Whether the agent's capacity allows one more on `channel`, whether they are online or not.
    pub fn fits(&self, agent: AgentId, channel: Channel) -> bool {
        self.agents.get(&agent).is_some_and(|agent| {
            let busy = agent.busy_on[usize::from(channel.code())];
            agent.busy < agent.capacity.total && busy < agent.capacity.on(channel)
        })
    }

    /// The agent has one conversation more.
    pub fn take(&mut self, agent: AgentId, channel: Channel) {
        self.assignments += 1;
        let served = self.assignments;
        self.update(agent, |agent| {
            agent.served = served;
            agent.busy += 1;
            agent.busy_on[usize::from(channel.code())] += 1;
        });
    }

    /// The agent has one conversation less.
    pub fn give_back(&mut self, agent: AgentId, channel: Channel) {
        self.update(agent, |agent| {
            let busy = &mut agent.busy_on[usize::from(channel.code())];
            *busy = busy.saturating_sub(1);
            agent.busy = agent.busy.saturating_sub(1);
        });
    }

    /// The agent who is to have the next conversation of a lane.
    pub fn next(&self, lane: &LaneKey) -> Option<AgentId> {
        let able = self
            .groups
            .iter()
            .filter(|(key, group)| group.room & bit(lane.channel) != 0 && serves(key, lane));
        able.filter_map(|(_, group)| group.next(lane.channel)).min().map(|(_, agent)| agent)
    }

    /// Groups of which somebody has room for a lane.
    pub fn takers(&self, lane: &LaneKey) -> usize {
        let able = self
            .groups
            .iter()
            .filter(|(key, group)| group.room & bit(lane.channel) != 0 && serves(key, lane));
        able.count()
    }

    fn update(&mut self, id: AgentId, update: impl FnOnce(&mut Agent)) {
        if let Some(agent) = self.agents.get_mut(&id) {
            update(agent);
            self.list(id);
        }
    }

    /// Puts the agent where they belong among those with room.
    fn list(&mut self, id: AgentId) {
        let Some(agent) = self.agents.get_mut(&id) else { return };
        let turn = match self.strategy {
            Strategy::LeastLoaded => u64::from(agent.busy),
            Strategy::RoundRobin => agent.served,
        };
        let room = agent.room();
        let listed = (room != 0).then_some((room, turn));
        let before = std::mem::replace(&mut agent.listed, listed);
        self.relist(id, before, listed);
    }

    /// Takes the agent out from among those with room; whether they have signed on.
    fn unlist(&mut self, id: AgentId) -> bool {
        let Some(agent) = self.agents.get_mut(&id) else { return false };
        let before = agent.listed.take();
        self.relist(id, before, None);
        true
    }

    fn relist(
        &mut self,
        id: AgentId,
        before: Option<(Channels, u64)>,
        after: Option<(Channels, u64)>,
    ) {
        if before == after {
            return;
        }
        let Some(agent) = self.agents.get(&id) else { return };
        let Some(group) = self.groups.get_mut(&agent.group) else { return };
        if let Some((channels, turn)) = before
            && let Some(agents) = group.free.get_mut(&channels)
        {
            agents.remove(&(turn, id));
            if agents.is_empty() {
                group.free.remove(&channels);
            }
        }
        if let Some((channels, turn)) = after {
            group.free.entry(channels).or_default().insert((turn, id));
        }
        let room = group.free.keys().fold(0, |room, channels| room | channels);
        let (gained, lost) = (room & !group.room, group.room & !room);
        group.room = room;
        if gained | lost != 0 {
            self.changes.push(Change { group: Arc::clone(&agent.group), gained, lost });
        }
    }
}
