//! The agents: who they are, what they have, and who of them is next.
//!
//! Agents who work for the same brands and queues with the same skills form a group. Within a group
//! those with room are kept in order, apart by the channels they have room on, so that finding the next
//! agent asks each group once and moves nobody. Groups with room are found by the brand or the queue
//! that they are for: who works elsewhere, or has no room, is not asked.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::backlog::LaneKey;
use super::command::{Brands, CHANNELS, Capacity, Presence, Queues, Shift};
use crate::id::{AgentId, BrandId, QueueId};
use crate::message::Channel;
use crate::service::{Skills, Strategy};

/// A set of channels, one bit each.
type Channels = u16;

const _: () = assert!(CHANNELS <= Channels::BITS as usize);

fn bit(channel: Channel) -> Channels {
    1 << channel.code()
}

/// What all agents of a group have in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Serves {
    pub brands: Brands,
    pub queues: Queues,
    pub skills: Skills,
}

impl Serves {
    pub fn lane(&self, lane: &LaneKey) -> bool {
        self.skills.cover(lane.skills)
            && self.queues.contain(lane.queue)
            && self.brands.contain(lane.brand)
    }
}

type GroupId = u64;

#[derive(Debug)]
pub(super) struct Agent {
    group: GroupId,
    pub serves: Arc<Serves>,
    pub capacity: Capacity,
    pub presence: Presence,
    pub busy: u16,
    busy_on: [u16; CHANNELS],
    /// When they were last given something, as a count of assignments.
    pub served: u64,
    /// Where they stand among those with room.
    listed: Option<Listed>,
}

/// Where the agent stands does not count: it follows from the rest.
impl Hash for Agent {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&*self.serves, self.capacity, self.presence).hash(state);
        (self.busy, self.busy_on, self.served).hash(state);
    }
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

    /// Whether the agent's capacity allows one more on `channel`, whether they are online or not.
    pub fn fits(&self, channel: Channel) -> bool {
        let busy = self.busy_on[usize::from(channel.code())];
        self.busy < self.capacity.total && busy < self.capacity.on(channel)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Listed {
    room: Channels,
    busy: u16,
    served: u64,
}

/// Agents with room on the same channels, in the order of each strategy.
#[derive(Debug, Default)]
struct Free {
    by_load: BTreeSet<(u16, AgentId)>,
    by_turn: BTreeSet<(u64, AgentId)>,
}

impl Free {
    fn first(&self, strategy: Strategy) -> Option<(u64, AgentId)> {
        match strategy {
            Strategy::LeastLoaded => {
                self.by_load.first().map(|(busy, agent)| (u64::from(*busy), *agent))
            }
            Strategy::RoundRobin => self.by_turn.first().copied(),
        }
    }
}

#[derive(Debug)]
struct Group {
    serves: Arc<Serves>,
    members: usize,
    /// Agents with room, by the channels they have room on.
    free: BTreeMap<Channels, Free>,
    /// The channels that anybody has room on.
    room: Channels,
}

impl Group {
    /// The agent of the group whose turn it is.
    fn next(&self, channel: Channel, strategy: Strategy) -> Option<(u64, AgentId)> {
        let fits = |(channels, _): &(&Channels, _)| **channels & bit(channel) != 0;
        let free = self.free.iter().filter(fits);
        free.filter_map(|(_, free)| free.first(strategy)).min()
    }
}

/// Under what a group with room is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Shelf {
    Anywhere,
    Brand(BrandId),
    Queue(QueueId),
}

impl Serves {
    fn shelves(&self) -> Vec<Shelf> {
        match (&self.brands, &self.queues) {
            (Brands::Only(brands), _) => brands.iter().copied().map(Shelf::Brand).collect(),
            (Brands::All, Queues::Only(queues)) => {
                queues.iter().copied().map(Shelf::Queue).collect()
            }
            (Brands::All, Queues::All) => vec![Shelf::Anywhere],
        }
    }
}

/// A group got room on channels on which none of its agents had any.
#[derive(Debug)]
pub(super) struct Gain {
    pub serves: Arc<Serves>,
    channels: Channels,
}

impl Gain {
    /// Whether it is room for a lane.
    pub fn is_for(&self, lane: &LaneKey) -> bool {
        self.channels & bit(lane.channel) != 0 && self.serves.lane(lane)
    }
}

/// All agents who have signed on.
#[derive(Debug, Default)]
pub(super) struct Roster {
    agents: BTreeMap<AgentId, Agent>,
    groups: BTreeMap<GroupId, Group>,
    names: BTreeMap<Arc<Serves>, GroupId>,
    last_group: GroupId,
    with_room: BTreeSet<(Shelf, GroupId)>,
    assignments: u64,
    gains: Vec<Gain>,
}

impl Hash for Roster {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.agents, self.assignments).hash(state);
    }
}

impl Roster {
    /// The room that lanes have not been told of.
    pub fn gains(&mut self) -> Vec<Gain> {
        std::mem::take(&mut self.gains)
    }

    /// Whether anybody has any room.
    pub fn has_room(&self) -> bool {
        !self.with_room.is_empty()
    }

    /// Everybody, by number.
    pub fn agents(&self) -> impl Iterator<Item = (AgentId, &Agent)> {
        self.agents.iter().map(|(id, agent)| (*id, agent))
    }

    pub fn agent(&self, agent: AgentId) -> Option<&Agent> {
        self.agents.get(&agent)
    }

    /// The agent begins to work, or works otherwise from now on.
    pub fn sign_on(&mut self, shift: Shift) {
        let Shift { agent: id, brands, queues, skills, capacity } = shift;
        let (group, serves) = self.join(Serves { brands, queues, skills });
        let presence = Presence::Online;
        let agent = match self.take_out(id) {
            Some(known) => Agent { group, serves, capacity, presence, ..known },
            None => Agent {
                group,
                serves,
                capacity,
                presence,
                busy: 0,
                busy_on: [0; CHANNELS],
                served: 0,
                listed: None,
            },
        };
        self.agents.insert(id, agent);
        self.list(id);
    }

    /// The agent is forgotten.
    pub fn sign_off(&mut self, agent: AgentId) {
        self.take_out(agent);
    }

    fn take_out(&mut self, id: AgentId) -> Option<Agent> {
        self.unlist(id);
        let agent = self.agents.remove(&id)?;
        self.leave(agent.group);
        Some(agent)
    }

    fn join(&mut self, serves: Serves) -> (GroupId, Arc<Serves>) {
        let serves = Arc::new(serves);
        if let Some((serves, id)) = self.names.get_key_value(&serves) {
            let (serves, id) = (Arc::clone(serves), *id);
            self.groups.entry(id).and_modify(|group| group.members += 1);
            return (id, serves);
        }
        self.last_group += 1;
        let (id, free) = (self.last_group, BTreeMap::new());
        self.names.insert(Arc::clone(&serves), id);
        let group = Group { serves: Arc::clone(&serves), members: 1, free, room: 0 };
        self.groups.insert(id, group);
        (id, serves)
    }

    fn leave(&mut self, id: GroupId) {
        let Some(group) = self.groups.get_mut(&id) else { return };
        group.members -= 1;
        if group.members == 0 {
            self.names.remove(&group.serves);
            self.groups.remove(&id);
        }
    }

    /// Whether the agent works; none if nobody of that number has signed on.
    pub fn presence(&self, agent: AgentId) -> Option<Presence> {
        self.agents.get(&agent).map(|agent| agent.presence)
    }

    pub fn set_presence(&mut self, agent: AgentId, presence: Presence) {
        self.update(agent, |agent| agent.presence = presence);
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
    pub fn next(&self, lane: &LaneKey, strategy: Strategy) -> Option<AgentId> {
        let shelves = [Shelf::Anywhere, Shelf::Brand(lane.brand), Shelf::Queue(lane.queue)];
        let with_room = shelves.into_iter().flat_map(|shelf| {
            self.with_room.range((shelf, 0)..=(shelf, GroupId::MAX)).map(|(_, id)| id)
        });
        let groups = with_room.filter_map(|id| self.groups.get(id));
        let able = groups.filter(|group| group.serves.lane(lane));
        able.filter_map(|group| group.next(lane.channel, strategy)).min().map(|(_, agent)| agent)
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
        let room = agent.room();
        let listed = Listed { room, busy: agent.busy, served: agent.served };
        self.relist(id, Some(listed).filter(|_| room != 0));
    }

    /// Takes the agent out from among those with room.
    fn unlist(&mut self, id: AgentId) {
        self.relist(id, None);
    }

    fn relist(&mut self, id: AgentId, after: Option<Listed>) {
        let Some(agent) = self.agents.get_mut(&id) else { return };
        let before = std::mem::replace(&mut agent.listed, after);
        let Some(group) = self.groups.get_mut(&agent.group).filter(|_| before != after) else {
            return;
        };
        if let Some(Listed { room, busy, served }) = before
            && let Some(free) = group.free.get_mut(&room)
        {
            free.by_load.remove(&(busy, id));
            free.by_turn.remove(&(served, id));
            if free.by_load.is_empty() {
                group.free.remove(&room);
            }
        }
        if let Some(Listed { room, busy, served }) = after {
            let free = group.free.entry(room).or_default();
            free.by_load.insert((busy, id));
            free.by_turn.insert((served, id));
        }
        let room = group.free.keys().fold(0, |room, channels| room | channels);
        let before = std::mem::replace(&mut group.room, room);
        let (id, serves) = (agent.group, &agent.serves);
        if (before == 0) != (room == 0) {
            for shelf in serves.shelves() {
                if room == 0 {
                    self.with_room.remove(&(shelf, id));
                } else {
                    self.with_room.insert((shelf, id));
                }
            }
        }
        let channels = room & !before;
        if channels != 0 {
            self.gains.push(Gain { serves: Arc::clone(serves), channels });
        }
    }
}
