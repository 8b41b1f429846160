//! A shard: the partitions one thread owns, their people, policies and deadlines.
//!
//! It never reads a clock, a socket, a file or a random source. Live, in simulation and in replay it is
//! fed records by the same `apply`; there is no second copy of the logic.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::budget::BrandDay;
use crate::contact::Contact;
use crate::conversation::Owner;
use crate::decision::Decision;
use crate::effect::Effect;
use crate::hash::StableHasher;
use crate::id::{BrandId, ConversationId, Key, PartitionId, Position, ShardId};
use crate::input::PolicyChange;
use crate::policy::{self, Policy};
use crate::reason::{Disposition, Reason, Step};
use crate::record::{Body, Record};
use crate::table::Table;
use crate::time::{Deadline, Timestamp};
use crate::timer::TimerQueue;
use crate::transition::{ConversationIds, Transition};

/// Which shard of how many, and how many partitions there are in all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// This shard, from 0.
    pub shard: ShardId,
    /// Shards in all, at least 1.
    pub shards: u16,
    /// Partitions in all; fixed when the data directory is created.
    pub partitions: u16,
}

impl Layout {
    /// One shard that owns `partitions`.
    pub fn single(partitions: u16) -> Self {
        Self { shard: ShardId(0), shards: 1, partitions }
    }

    /// The shard that owns a partition.
    pub fn owner(&self, partition: PartitionId) -> ShardId {
        ShardId(partition.0 % self.shards)
    }
}

/// Where a person's state stands, for the length of one turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    partition: u16,
    slot: u32,
}

#[derive(Clone, Debug)]
struct Partition {
    contacts: Table<Contact>,
    timers: TimerQueue<u32>,
    ids: ConversationIds,
    /// What the AI of each brand has spent here.
    brands: BTreeMap<BrandId, BrandDay>,
}

impl Partition {
    fn take_due(&mut self, now: Timestamp, due: &mut impl FnMut(Key)) {
        while let Some((fired, slots)) = self.timers.pop_due(now) {
            for slot in &slots {
                self.look_at(*slot, fired, now, due);
            }
            self.timers.reuse(slots);
        }
    }

    /// Looks whether the person of a slot is due, now that their timer for `fired` came up. If their deadline
    /// moved, the timer is set anew.
    fn look_at(&mut self, slot: u32, fired: Deadline, now: Timestamp, due: &mut impl FnMut(Key)) {
        let contact = self.contacts.get_mut(slot);
        if contact.armed.0 != Some(fired) {
            return;
        }
        contact.armed.0 = None;
        let Some(deadline) = contact.conversation.due() else { return };
        if deadline.is_due(now) {
            due(contact.key);
            return;
        }
        contact.armed.0 = Some(deadline);
        self.timers.set(deadline, slot);
    }
}

/// All state of one thread.
#[derive(Clone, Debug)]
pub struct Shard {
    layout: Layout,
    partitions: Vec<Partition>,
    policies: BTreeMap<BrandId, Arc<Policy>>,
    /// No timer comes up before this.
    soonest: Option<Deadline>,
}

impl Shard {
    /// An empty shard.
    pub fn new(layout: Layout) -> Self {
        assert!(layout.shard.0 < layout.shards && layout.shards <= layout.partitions);
        let owned =
            (0..layout.partitions).map(PartitionId).filter(|p| layout.owner(*p) == layout.shard);
        let partitions = owned
            .map(|id| Partition {
                contacts: Table::default(),
                timers: TimerQueue::default(),
                ids: ConversationIds::new(id),
                brands: BTreeMap::new(),
            })
            .collect();
        Self { layout, partitions, policies: BTreeMap::new(), soonest: None }
    }

    /// Which shard this is.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// The policy in force for a brand.
    pub fn policy(&self, brand: BrandId) -> Option<&Arc<Policy>> {
        self.policies.get(&brand)
    }

    /// Finds a person, who begins to exist if they were unknown.
    pub fn locate(&mut self, key: Key) -> Place {
        let partition = key.partition(self.layout.partitions);
        assert_eq!(
            self.layout.owner(partition),
            self.layout.shard,
            "{key:?} belongs to another shard"
        );
        let partition = partition.0 / self.layout.shards;
        let slot = self.partitions[usize::from(partition)].contacts.locate(key);
        Place { partition, slot }
    }

    /// The person at a place.
    pub fn contact(&self, place: Place) -> &Contact {
        self.partitions[usize::from(place.partition)].contacts.get(place.slot)
    }

    /// A person, if anything is known of them.
    pub fn find(&self, key: Key) -> Option<&Contact> {
        let partition = key.partition(self.layout.partitions).0 / self.layout.shards;
        self.partitions[usize::from(partition)].contacts.find(key)
    }

    /// Applies a record that stands at `position`, and adds what it wants done to `effects`.
    pub fn apply(&mut self, record: &Record, position: Position, effects: &mut Vec<Effect>) {
        let place = record.body.key().and_then(|key| self.locate_served(key));
        self.apply_at(place, record, position, effects);
    }

    /// What the AI of a person's brand has spent in their partition.
    pub fn brand_day(&self, key: Key) -> BrandDay {
        let partition = key.partition(self.layout.partitions);
        let owned = &self.partitions[usize::from(partition.0 / self.layout.shards)];
        let nothing = BrandDay::new(partition, self.layout.partitions);
        owned.brands.get(&key.brand).copied().unwrap_or(nothing)
    }

    /// Finds a person of a brand that has a policy; for other brands there is no state at all.
    pub fn locate_served(&mut self, key: Key) -> Option<Place> {
        self.policies.contains_key(&key.brand).then(|| self.locate(key))
    }

    /// As [`Shard::apply`], for a caller that has located the person already.
    pub fn apply_at(
        &mut self,
        place: Option<Place>,
        record: &Record,
        position: Position,
        effects: &mut Vec<Effect>,
    ) {
        match (&record.body, place) {
            (Body::Policy(change), _) => self.change_policy(change),
            (_, Some(place)) => self.step(place, record, position, effects),
            (_, None) => self.refuse_unknown_brand(record, effects),
        }
    }

    fn step(
        &mut self,
        place: Place,
        record: &Record,
        position: Position,
        effects: &mut Vec<Effect>,
    ) {
        let partition = &mut self.partitions[usize::from(place.partition)];
        let contact = partition.contacts.get_mut(place.slot);
        let policy =
            self.policies.get(&contact.key.brand).expect("a located person's brand is served");
        let brand = partition
            .brands
            .entry(contact.key.brand)
            .or_insert_with(|| BrandDay::new(partition.ids.partition(), self.layout.partitions));
        let (owner, epoch) = (contact.conversation.owner, contact.conversation.epoch);
        let mut transition = Transition {
            contact,
            brand,
            policy,
            at: record.at,
            shard: self.layout.shard,
            seq: record.seq,
            ids: &mut partition.ids,
            effects,
        };
        match &record.body {
            Body::Reply(reply, stamp) => transition.reply(reply, stamp),
            Body::Ai(result) => transition.ai(result),
            Body::Agent(command) => transition.agent(command),
            Body::Due(_) => transition.due(),
            Body::Echo(echo) => transition.echo(echo),
            Body::Outside(news) => transition.outside(news),
            Body::Outreach(outreach) => transition.outreach(outreach),
            Body::Profile(change) => transition.profile(change),
            Body::Feedback(feedback) => transition.feedback(*feedback),
            Body::Policy(_) | Body::Desk(_) => unreachable!("it concerns no person"),
        }
        transition.conclude(owner, epoch);
        contact.conversation.last_record = position;
        let due = contact.conversation.due();
        assert!(
            !contact.conversation.is_open() || due.is_some(),
            "an open conversation has a deadline"
        );
        if let Some(deadline) = due
            && contact.armed.0.is_none_or(|armed| deadline < armed)
        {
            contact.armed.0 = Some(deadline);
            partition.timers.set(deadline, place.slot);
            self.soonest = Some(self.soonest.map_or(deadline, |soonest| soonest.min(deadline)));
        }
    }

    /// A reply to a brand nobody has set up changes nothing and is still decided (`OT-40`).
    fn refuse_unknown_brand(&self, record: &Record, effects: &mut Vec<Effect>) {
        let Body::Reply(reply, stamp) = &record.body else { return };
        effects.push(Effect::Decide(Decision {
            shard: self.layout.shard,
            seq: record.seq,
            received_at: reply.received_at,
            decided_at: record.at,
            brand: reply.brand,
            contact: reply.contact,
            conversation: ConversationId::default(),
            channel: reply.channel,
            source: reply.source,
            step: Step::Structural,
            disposition: Disposition::Ignore,
            reason: Reason::UnknownBrand,
            verdict: stamp.verdict,
            segments: stamp.segments,
            owner: Owner::Closed,
            epoch: 0,
            turn: 0,
            policy: stamp.policy,
        }));
    }

    /// A policy comes into force between two steps (F31). One that cannot be read leaves the old one
    /// in force; whoever submitted it was told by [`Policy::parse`].
    fn change_policy(&mut self, change: &PolicyChange) {
        let parsed = std::str::from_utf8(&change.source)
            .ok()
            .and_then(|source| Policy::parse(source, policy::JOURNALED).ok());
        if let Some(policy) = parsed {
            self.policies.insert(change.brand, Arc::new(policy));
        }
    }

    /// When anything is to be looked at next. It may turn out that nothing is due by then.
    pub fn next_deadline(&self) -> Option<Deadline> {
        self.soonest
    }

    /// Names the people with a deadline that has passed, each once: partition by partition, and in each in the
    /// order of deadlines.
    pub fn take_due(&mut self, now: Timestamp, mut due: impl FnMut(Key)) {
        if !self.soonest.is_some_and(|soonest| soonest.is_due(now)) {
            return;
        }
        for partition in &mut self.partitions {
            partition.take_due(now, &mut due);
        }
        self.soonest = self.partitions.iter().filter_map(|it| it.timers.next()).min();
    }

    /// What the AI of a brand has spent on its last day here, and has set aside: its parts, by partition.
    pub fn brand_days(&self, brand: BrandId) -> impl Iterator<Item = &BrandDay> {
        self.partitions.iter().filter_map(move |partition| partition.brands.get(&brand))
    }

    /// People with any state.
    pub fn contacts(&self) -> usize {
        self.partitions.iter().map(|partition| partition.contacts.len()).sum()
    }

    /// Conversations that somebody owns.
    pub fn open_conversations(&self) -> usize {
        let people = self.partitions.iter().flat_map(|partition| partition.contacts.iter());
        people.filter(|contact| contact.conversation.is_open()).count()
    }

    /// A digest of all state. Two shards that were fed the same records have the same one, and the
    /// sum over shards does not depend on how many there are.
    pub fn state_hash(&self) -> u64 {
        let people = self.partitions.iter().flat_map(|partition| partition.contacts.iter());
        let people = people.map(digest).fold(0, u64::wrapping_add);
        let names = self.partitions.iter().map(|partition| digest(&partition.ids));
        let brands = self.partitions.iter().flat_map(|partition| partition.brands.iter());
        let brands = brands.map(|brand| digest(&brand));
        names.chain(brands).fold(people, u64::wrapping_add)
    }
}

fn digest(state: &impl Hash) -> u64 {
    let mut hasher = StableHasher::default();
    state.hash(&mut hasher);
    hasher.finish()
}
