//! What waits, in lanes: one for each combination of queue, brand, channel, skills and priority.
//!
//! Within a lane the oldest is next, and before it whatever its channel will soon take no more answers
//! for; so only the heads of lanes compete. They are kept in order twice: by the rules of the day
//! (priority, then age), and by the instant from which they go before any priority. Choosing is reading
//! the first of one of the two, and costs the logarithm of the number of lanes.
//!
//! A lane that nobody with room serves is parked: it does not compete until somebody who serves it has
//! room again. It is found out when its turn comes, so room that comes and goes costs nothing by itself.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::command::{Brands, Queues};
use crate::id::{BrandId, ConversationId, QueueId};
use crate::message::Channel;
use crate::service::{Priority, Skills};
use crate::time::{Deadline, Timestamp};

/// What all conversations of a lane have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct LaneKey {
    pub queue: QueueId,
    pub brand: BrandId,
    pub channel: Channel,
    pub skills: Skills,
    pub priority: Priority,
}

impl LaneKey {
    /// Before all others of a queue.
    fn first_of(queue: QueueId) -> Self {
        let (channel, priority) = (Channel::ALL[0], Priority::ALL[0]);
        Self { queue, brand: BrandId(0), channel, skills: Skills::NONE, priority }
    }
}

/// A place in a lane; ordered by age, and among equals by arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Place {
    pub since: Timestamp,
    pub arrival: u64,
    pub conversation: ConversationId,
    /// When it goes before any priority because it has waited for so long.
    pub starved_at: Timestamp,
    /// When it does because its channel will take no more answers,
    pub closing: Option<Deadline>,
    /// which is then.
    pub closes: Option<Deadline>,
}

impl Place {
    /// Whether its channel takes no more answers, so that haste is of no use.
    pub fn is_lost(&self, now: Timestamp) -> bool {
        self.closes.is_some_and(|closes| closes.is_due(now))
    }
}

#[derive(Debug, Default)]
struct Lane {
    places: BTreeSet<Place>,
    /// Those of them whose channel has a window, by when they begin to be in haste.
    closing: BTreeSet<(Timestamp, Place)>,
    is_parked: bool,
}

/// Why something goes before any priority.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Before {
    Starved,
    Closing,
}

type Ranked = (Reverse<Priority>, Timestamp, u64, LaneKey);
type Hasty = (Timestamp, Timestamp, u64, Before, LaneKey);

/// All that waits.
#[derive(Debug, Default)]
pub(super) struct Backlog {
    /// None of them is empty.
    lanes: BTreeMap<LaneKey, Lane>,
    by_rank: BTreeSet<Ranked>,
    by_haste: BTreeSet<Hasty>,
    parked: BTreeSet<LaneKey>,
    parked_by_brand: BTreeSet<(BrandId, LaneKey)>,
    len: usize,
}

impl Backlog {
    /// Conversations that wait.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Each lane with how many wait in it, and since when the oldest does.
    pub fn lanes(&self) -> impl Iterator<Item = (LaneKey, usize, Timestamp)> {
        let lanes = self.lanes.iter();
        lanes.filter_map(|(key, lane)| {
            lane.places.first().map(|oldest| (*key, lane.places.len(), oldest.since))
        })
    }

    /// Puts a conversation into its lane.
    pub fn add(&mut self, key: LaneKey, place: Place) {
        self.change(key, |lane| {
            lane.places.insert(place);
            if let Some(closing) = place.closing {
                lane.closing.insert((closing.at(), place));
            }
        });
        self.len += 1;
    }

    /// Takes a conversation out of its lane.
    pub fn remove(&mut self, key: LaneKey, place: &Place) {
        let removed = self.change(key, |lane| {
            if let Some(closing) = place.closing {
                lane.closing.remove(&(closing.at(), *place));
            }
            lane.places.remove(place)
        });
        self.len -= usize::from(removed);
    }

    /// The conversation whose turn it is, parked ones apart: the one that has gone before any priority
    /// for longest, or else the oldest of the highest priority.
    pub fn next(&mut self, now: Timestamp) -> Option<(LaneKey, Place)> {
        while let Some((_, _, _, before, key)) = self.by_haste.first().filter(|it| it.0 <= now) {
            let (key, lane) = (*key, self.lanes.get(key)?);
            if *before == Before::Starved {
                return Some((key, *lane.places.first()?));
            }
            let (_, place) = *lane.closing.first()?;
            if !place.is_lost(now) {
                return Some((key, place));
            }
            // From here on it waits like any other.
            self.change(key, |lane| lane.closing.pop_first());
        }
        let (.., key) = self.by_rank.first()?;
        Some((*key, *self.lanes.get(key)?.places.first()?))
    }

    /// Lets a lane that nobody with room serves no longer compete.
    pub fn park(&mut self, key: LaneKey) {
        self.change(key, |lane| lane.is_parked = true);
        self.parked.insert(key);
        self.parked_by_brand.insert((key.brand, key));
    }

    /// Lets those lanes compete again that agents for `brands` and `queues` serve, of whom somebody has
    /// room now: those that `serves` names.
    pub fn unpark(&mut self, brands: &Brands, queues: &Queues, serves: impl Fn(&LaneKey) -> bool) {
        let concerned: Vec<LaneKey> = match (brands, queues) {
            (Brands::Only(brands), _) => {
                let lanes_of = |brand: &BrandId| {
                    let brand = *brand;
                    let from = (brand, LaneKey::first_of(QueueId(0)));
                    let lanes = self.parked_by_brand.range(from..);
                    lanes.take_while(move |it| it.0 == brand).map(|(_, key)| key)
                };
                brands.iter().flat_map(lanes_of).filter(|key| serves(key)).copied().collect()
            }
            (Brands::All, Queues::Only(queues)) => {
                let lanes_of = |queue: &QueueId| {
                    let queue = *queue;
                    let lanes = self.parked.range(LaneKey::first_of(queue)..);
                    lanes.take_while(move |key| key.queue == queue)
                };
                queues.iter().flat_map(lanes_of).filter(|key| serves(key)).copied().collect()
            }
            (Brands::All, Queues::All) => {
                self.parked.iter().filter(|key| serves(key)).copied().collect()
            }
        };
        for key in concerned {
            self.forget_parked(key);
            self.change(key, |lane| lane.is_parked = false);
        }
    }

    fn forget_parked(&mut self, key: LaneKey) {
        self.parked.remove(&key);
        self.parked_by_brand.remove(&(key.brand, key));
    }

    /// Changes a lane and keeps the order of heads right.
    fn change<T>(&mut self, key: LaneKey, change: impl FnOnce(&mut Lane) -> T) -> T {
        let lane = self.lanes.entry(key).or_default();
        let before = lane.heads();
        let done = change(lane);
        let after = lane.heads();
        if lane.places.is_empty() {
            let was_parked = lane.is_parked;
            self.lanes.remove(&key);
            if was_parked {
                self.forget_parked(key);
            }
        }
        self.reorder(key, before, after);
        done
    }

    fn reorder(&mut self, key: LaneKey, before: Heads, after: Heads) {
        if before.oldest != after.oldest {
            if let Some(place) = before.oldest {
                self.by_rank.remove(&ranked(key, &place));
                self.by_haste.remove(&starved(key, &place));
            }
            if let Some(place) = after.oldest {
                self.by_rank.insert(ranked(key, &place));
                self.by_haste.insert(starved(key, &place));
            }
        }
        if before.closing != after.closing {
            if let Some((at, place)) = before.closing {
                self.by_haste.remove(&closing(key, at, &place));
            }
            if let Some((at, place)) = after.closing {
                self.by_haste.insert(closing(key, at, &place));
            }
        }
    }
}

/// What of a lane competes; nothing if it is parked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Heads {
    oldest: Option<Place>,
    closing: Option<(Timestamp, Place)>,
}

impl Lane {
    fn heads(&self) -> Heads {
        if self.is_parked {
            return Heads { oldest: None, closing: None };
        }
        Heads { oldest: self.places.first().copied(), closing: self.closing.first().copied() }
    }
}

fn ranked(key: LaneKey, place: &Place) -> Ranked {
    (Reverse(key.priority), place.since, place.arrival, key)
}

fn starved(key: LaneKey, place: &Place) -> Hasty {
    (place.starved_at, place.since, place.arrival, Before::Starved, key)
}

fn closing(key: LaneKey, at: Timestamp, place: &Place) -> Hasty {
    (at, place.since, place.arrival, Before::Closing, key)
}
