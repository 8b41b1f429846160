//! Whether there is room for one more answer of the AI, in every budget it has to fit.
//!
//! Room for the longest answer is set aside before the AI is asked, so that answers that are on their
//! way to many customers cannot together spend more than there is. A conversation has one answer on its
//! way at most, so its own budgets and those of its customer need only be looked at. What a brand may
//! spend in a day is split evenly over all partitions: each keeps its own part and needs to ask nobody,
//! so the whole is never overrun, whatever the threads do; what one part has left, no other can use.

use crate::contact::{Contact, DaySpent};
use crate::effect::{RefusalReason, Send, Usage};
use crate::id::{BrandId, PartitionId};
use crate::message::Channel;
use crate::policy::{ANSWER_SEGMENTS_MAX, BudgetUnit, Limits, Policy, Spent};
use crate::reason::Reason;
use crate::segment::channel_limits::ChannelLimits;
use crate::time::Timestamp;

/// From these parts of a budget on, in percent, the brand is told (`G-105`).
const TOLD_PERCENT: [u8; 2] = [80, 100];

/// What one brand's AI has spent, and has set aside, of one partition's part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BrandDay {
    partition: PartitionId,
    partitions: u16,
    today: DaySpent,
    reserved: Spent,
    /// Which [`TOLD_PERCENT`] of which unit was told today, as bits.
    told: u8,
}

impl BrandDay {
    /// Nothing spent in `partition`, of `partitions`.
    pub fn new(partition: PartitionId, partitions: u16) -> Self {
        let (today, reserved) = (DaySpent::default(), Spent::NOTHING);
        Self { partition, partitions, today, reserved, told: 0 }
    }

    /// What was spent on the day on which something was spent last.
    pub fn spent(&self) -> Spent {
        self.today.spent
    }

    /// What is set aside for answers on their way.
    pub fn reserved(&self) -> Spent {
        self.reserved
    }

    /// This partition's part of the brand's budget.
    pub fn share(&self, policy: &Policy) -> Limits {
        policy.budget.brand_day.share(self.partition.0, self.partitions)
    }

    /// Sets `amount` aside, beside what is.
    pub fn set_aside(&mut self, amount: Spent) {
        self.reserved = self.reserved.and(amount);
    }

    /// The same, had the brand's AI spent and set aside `amount` on the day, apart from what is set aside
    /// for `contact`.
    #[must_use]
    pub fn with_taken(
        self,
        amount: Spent,
        contact: &Contact,
        policy: &Policy,
        at: Timestamp,
    ) -> Self {
        let today = DaySpent { day: policy.zone.day(at), spent: amount };
        Self { today, reserved: contact.episode().reserved, ..self }
    }

    /// Gives back what was set aside and not spent, or is spent now.
    pub fn give_back(&mut self, amount: Spent) {
        self.reserved = self.reserved.without(amount);
    }

    /// Notes what was spent.
    pub fn book(&mut self, amount: Spent, policy: &Policy, at: Timestamp) {
        self.begin_day(policy.zone.day(at));
        self.today.spent = self.today.spent.and(amount);
    }

    fn begin_day(&mut self, day: u32) {
        if day > self.today.day {
            self.today = DaySpent { day, spent: Spent::NOTHING };
            self.told = 0;
        }
    }

    /// What the brand has to be told of its budget now, and was not told today. All of it counts as
    /// used when what is left is too little for the shortest answer.
    pub fn usage(
        &mut self,
        brand: BrandId,
        policy: &Policy,
        channel: Channel,
        at: Timestamp,
    ) -> Vec<Usage> {
        let mut news = Vec::new();
        if policy.budget.brand_day.is_open() {
            return news;
        }
        self.begin_day(policy.zone.day(at));
        let (share, partition) = (self.share(policy), self.partition);
        let least = policy.prices.answer_of(longest(channel).min(1));
        for unit in BudgetUnit::ALL.iter().copied() {
            let Some(max) = share.of(unit) else { continue };
            let used = self.today.spent.of(unit);
            let full = used.saturating_add(least.of(unit)) > max;
            for (percent, index) in TOLD_PERCENT.into_iter().zip(0..) {
                let most = u64::from(used) * 100 >= u64::from(max) * u64::from(percent);
                let reached = if percent == 100 { full } else { most && max > 0 };
                let bit = 1 << (unit.code() * 2 + index);
                if reached && self.told & bit == 0 {
                    self.told |= bit;
                    news.push(Usage { brand, partition, unit, percent, used, max, at });
                }
            }
        }
        news
    }
}

/// Segments of the longest answer by `channel`.
fn longest(channel: Channel) -> u32 {
    if ChannelLimits::of(channel).is_segmented { ANSWER_SEGMENTS_MAX } else { 0 }
}

/// What has been taken from each budget, apart from what is set aside for this conversation itself.
struct Taken<'a> {
    contact: &'a Contact,
    brand: &'a BrandDay,
    policy: &'a Policy,
    at: Timestamp,
}

impl Taken<'_> {
    /// Bounds and what is taken of them, of the budgets of this customer.
    fn own(&self) -> [(Limits, Spent); 3] {
        let budget = &self.policy.budget;
        [
            (budget.turn, Spent::NOTHING),
            (budget.conversation, self.in_conversation()),
            (budget.day, self.today()),
        ]
    }

    /// What the AI has spent in the conversation that goes on now; nothing if another one begins.
    fn in_conversation(&self) -> Spent {
        let conversation = &self.contact.conversation;
        if !conversation.is_open() && !conversation.reopens(self.at, self.policy.deadlines.reopen) {
            return Spent::NOTHING;
        }
        let (messages, segments) =
            (conversation.ai_messages.into(), conversation.ai_segments.into());
        if self.policy.budget.conversation.centicents.is_none() {
            return Spent { messages, segments, centicents: 0 };
        }
        // What was spent before anybody asked for its price is priced as now.
        let priced = self.contact.episode().spent;
        let unpriced = Spent { messages, segments, centicents: 0 }.without(priced);
        priced.and(self.policy.prices.amount(unpriced.messages, unpriced.segments))
    }

    fn today(&self) -> Spent {
        if self.policy.budget.day.is_open() {
            return Spent::NOTHING;
        }
        self.contact.profile().day.on(self.policy.zone.day(self.at))
    }

    /// The same of the brand, with what is set aside for other customers.
    fn brand(&self) -> (Limits, Spent) {
        if self.policy.budget.brand_day.is_open() {
            return (Limits::default(), Spent::NOTHING);
        }
        let spent = self.brand.today.on(self.policy.zone.day(self.at));
        let others = self.brand.reserved.without(self.contact.episode().reserved);
        (self.brand.share(self.policy), spent.and(others))
    }
}

/// What is taken of the budgets that go on from answer to answer: of the conversation's, of the customer's for
/// the day, and of the brand's for the day. What has no bound is not counted.
pub fn taken(contact: &Contact, brand: &BrandDay, policy: &Policy, at: Timestamp) -> [Spent; 3] {
    let taken = Taken { contact, brand, policy, at };
    [taken.in_conversation(), taken.today(), taken.brand().1]
}

/// What the longest answer that fits all budgets would take.
///
/// # Errors
/// Why the AI may not be asked: not even the shortest fits (`KL-48`, `KL-73`, `G-105`).
pub fn room(
    contact: &Contact,
    brand: &BrandDay,
    policy: &Policy,
    channel: Channel,
    at: Timestamp,
) -> Result<Spent, Reason> {
    let taken = Taken { contact, brand, policy, at };
    let mut segments = longest(channel);
    for (limits, spent) in taken.own() {
        segments = limits.room(spent, segments, &policy.prices).ok_or(Reason::BudgetExhausted)?;
    }
    let (limits, spent) = taken.brand();
    let segments =
        limits.room(spent, segments, &policy.prices).ok_or(Reason::BrandBudgetExhausted)?;
    Ok(policy.prices.answer_of(segments))
}

/// Whether the answer `send` fits all budgets at the last instant, whatever was set aside for it.
///
/// # Errors
/// Why it may not leave.
pub fn fits(
    contact: &Contact,
    brand: &BrandDay,
    policy: &Policy,
    send: &Send,
    at: Timestamp,
) -> Result<(), RefusalReason> {
    let amount = policy.prices.answer_of(send.segments.segments.into());
    let taken = Taken { contact, brand, policy, at };
    let holds = |(limits, spent): (Limits, Spent)| limits.hold(spent.and(amount));
    if !taken.own().into_iter().all(holds) {
        return Err(RefusalReason::Budget);
    }
    if holds(taken.brand()) { Ok(()) } else { Err(RefusalReason::BrandBudget) }
}
