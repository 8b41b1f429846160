//! What waits, in lanes: one for each combination of queue, channel, skills and priority.
//!
//! Within a lane the oldest is always next, so only the heads of lanes compete, and only of lanes that
//! somebody has room for. These heads are kept in order twice: by the rules of the day (priority, then
//! age), and by the instant from which they count as starved. Choosing is reading the first of one of
//! the two, and costs the logarithm of the number of lanes.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::command::Queues;
use crate::id::{ConversationId, QueueId};
use crate::message::Channel;
use crate::service::{Priority, Skills};
use crate::time::Timestamp;

/// Empty lanes are kept, since most are filled again soon, until there are so many lanes.
const LANES_MAX: usize = 1024;

/// What all conversations of a lane have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LaneKey {
    pub queue: QueueId,
    pub channel: Channel,
    pub skills: Skills,
    pub priority: Priority,
}

impl LaneKey {
    /// Before all others of a queue.
    fn first_of(queue: QueueId) -> Self {
        Self { queue, channel: Channel::ALL[0], skills: Skills::NONE, priority: Priority::ALL[0] }
    }
}

/// A place in a lane; ordered by age, and among equals by arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub since: Timestamp,
    pub arrival: u64,
    pub conversation: ConversationId,
    /// When it goes before any priority.
    pub starved_at: Timestamp,
}

#[derive(Debug, Default)]
struct Lane {
    places: BTreeSet<Place>,
    /// Groups of agents of which somebody has room for it.
    takers: usize,
}

type Ranked = (Reverse<Priority>, Timestamp, u64, LaneKey);
type Starved = (Timestamp, Timestamp, u64, LaneKey);

/// All that waits.
#[derive(Debug, Default)]
pub(super) struct Backlog {
    lanes: BTreeMap<LaneKey, Lane>,
    by_rank: BTreeSet<Ranked>,
    by_starvation: BTreeSet<Starved>,
    len: usize,
}

impl Backlog {
    /// Conversations that wait.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Since when the one that has waited longest waits.
    pub fn oldest(&self) -> Option<Timestamp> {
        self.lanes.values().filter_map(|lane| lane.places.first()).map(|it| it.since).min()
    }

    /// Puts a conversation into its lane. `takers` counts the groups with room for it, and is asked
    /// only for a lane that is new.
    pub fn add(&mut self, key: LaneKey, place: Place, takers: impl FnOnce() -> usize) {
        if !self.lanes.contains_key(&key) {
            self.sweep();
            self.lanes.insert(key, Lane { places: BTreeSet::new(), takers: takers() });
        }
        self.change(key, |lane| lane.places.insert(place));
        self.len += 1;
    }

    /// Takes a conversation out of its lane.
    pub fn remove(&mut self, key: LaneKey, place: &Place) {
        if self.change(key, |lane| lane.places.remove(place)) == Some(true) {
            self.len -= 1;
        }
    }

    /// The conversation whose turn it is among those that somebody has room for: the one that has
    /// been starved for longest, or else the oldest of the highest priority.
    pub fn next(&self, now: Timestamp) -> Option<(LaneKey, Place)> {
        let starved = self.by_starvation.first().filter(|(starved_at, ..)| *starved_at <= now);
        let key = match starved {
            Some((.., key)) => key,
            None => self.by_rank.first().map(|(.., key)| key)?,
        };
        Some((*key, *self.lanes.get(key)?.places.first()?))
    }

    /// Notes that a group of agents began or ceased to have room on the channels for which `has`
    /// says so, for those lanes of `queues` that `serves` names.
    pub fn takers_changed(
        &mut self,
        queues: &Queues,
        serves: impl Fn(&LaneKey) -> bool,
        gained: impl Fn(Channel) -> bool,
        lost: impl Fn(Channel) -> bool,
    ) {
        let concerned = |key: &&LaneKey| (gained(key.channel) || lost(key.channel)) && serves(key);
        let keys: Vec<LaneKey> = match queues {
            Queues::All => self.lanes.keys().filter(concerned).copied().collect(),
            Queues::Only(queues) => {
                let lanes_of = |queue: &QueueId| {
                    let (queue, from) = (*queue, LaneKey::first_of(*queue));
                    let lanes = self.lanes.range(from..).map(|(key, _)| key);
                    lanes.take_while(move |key| key.queue == queue)
                };
                queues.iter().flat_map(lanes_of).filter(concerned).copied().collect()
            }
        };
        for key in keys {
            let more = gained(key.channel);
            self.change(key, |lane| {
                lane.takers = if more { lane.takers + 1 } else { lane.takers.saturating_sub(1) };
            });
        }
    }

    /// Changes a lane and keeps the order of heads right.
    fn change<T>(&mut self, key: LaneKey, change: impl FnOnce(&mut Lane) -> T) -> Option<T> {
        let lane = self.lanes.get_mut(&key)?;
        let before = head(lane);
        let done = change(lane);
        let after = head(lane);
        if before != after {
            if let Some(place) = before {
                self.by_rank.remove(&ranked(key, &place));
                self.by_starvation.remove(&starved(key, &place));
            }
            if let Some(place) = after {
                self.by_rank.insert(ranked(key, &place));
                self.by_starvation.insert(starved(key, &place));
            }
        }
        Some(done)
    }

    /// Forgets empty lanes once there are too many.
    fn sweep(&mut self) {
        if self.lanes.len() >= LANES_MAX {
            self.lanes.retain(|_, lane| !lane.places.is_empty());
        }
    }
}

/// The head of a lane, if somebody has room for it.
fn head(lane: &Lane) -> Option<Place> {
    if lane.takers == 0 { None } else { lane.places.first().copied() }
}

fn ranked(key: LaneKey, place: &Place) -> Ranked {
    (Reverse(key.priority), place.since, place.arrival, key)
}

fn starved(key: LaneKey, place: &Place) -> Starved {
    (place.starved_at, place.since, place.arrival, key)
}
