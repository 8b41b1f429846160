//! What all conversations came to.

use volley_core::classify::Intent;
use volley_core::conversation::{Outcome, Purpose, Speaker};
use volley_core::effect::{Credit, EventKind};
use volley_core::export::TagRow;
use volley_core::input::FeedbackKind;
use volley_core::message::Channel;
use volley_core::reason::Reason;
use volley_core::segment::channel_limits::ChannelLimits;

use super::entry::{Entry, Tier};
use crate::measure::Counts;

/// What one tier came to.
#[derive(Clone, Copy, Debug, Default)]
pub struct TierTally {
    /// Conversations in which it answered.
    pub answered: u64,
    /// Of these: its answer was followed by an order.
    pub converted: u64,
    /// These orders, in cents.
    pub credit_cents: u64,
    /// Ratings of its answers.
    pub ratings: u64,
    /// Their sum.
    pub rating_sum: u64,
    /// Judgements about its answers.
    pub judged: u64,
    /// Of these: right.
    pub right: u64,
}

/// What one channel came to.
#[derive(Clone, Copy, Debug, Default)]
pub struct ChannelTally {
    /// Replies that came by it.
    pub replies: u64,
    /// Segments of replies and of what was sent.
    pub segments: u64,
    /// Conversations, by the channel that the customer wrote by last.
    pub conversations: u64,
    /// Of these: answered without people.
    pub automated: u64,
    /// Of these: went to people, the store or a helpdesk.
    pub tickets: u64,
    /// Orders that follow from them, in cents.
    pub credit_cents: u64,
    /// Conversations that got a first answer by it.
    pub first_answers: u64,
    /// How long these had waited, together, in microseconds.
    pub first_answers_us: u64,
    segmented: bool,
}

impl ChannelTally {
    pub(super) fn replied(&mut self, segments: u16) {
        self.replies += 1;
        self.segments += if self.segmented { u64::from(segments) } else { 0 };
    }

    pub(super) fn first_answered(&mut self, waited_us: u64) {
        self.first_answers += 1;
        self.first_answers_us += waited_us;
    }
}

/// The sums of the book.
#[derive(Clone, Debug)]
pub struct Tally {
    /// Conversations.
    pub conversations: u64,
    /// Of these: ended.
    pub closed: u64,
    /// How often one ended and went on.
    pub reopened: u64,
    /// By how they ended, or that they have not.
    pub outcomes: Counts,
    /// Events, by kind.
    pub events: Counts,
    /// Answered by AI or automations, and never with anybody else.
    pub automated: u64,
    /// Went to others, by the first reason; the rest of what was not automated got no answer yet.
    pub escalated_for: Counts,
    /// Neither: nobody has answered.
    pub unanswered: u64,
    /// Went to people, the store or a helpdesk.
    pub tickets: u64,
    /// Service that the AI alone brought to an end (`KL-8`).
    pub tickets_avoided: u64,
    /// The AI was asked.
    pub for_ai: u64,
    /// Of these: it answered, and nobody else was needed.
    pub contained: u64,
    /// It sent anything: what its vendor meters (`KL-72`).
    pub metered: u64,
    /// People were done with them.
    pub human_done: u64,
    /// Of these: without the store (`OT-22`).
    pub human_alone: u64,
    /// Waited for people, and people were done with them or they ended.
    pub waited: u64,
    /// Of these: nobody had answered.
    pub abandoned: u64,
    /// By purpose (`KL-6`).
    pub purposes: [u64; 2],
    /// What followed from answers, by purpose, in cents.
    pub purpose_cents: [u64; 2],
    /// Orders, whoever gets the credit.
    pub orders: u64,
    /// These, in cents.
    pub order_cents: u64,
    /// Of these, in cents: follow from an answer (`KL-7`).
    pub credit_cents: u64,
    /// Conversations with an answer.
    pub answered: u64,
    /// Of these: with an order that follows.
    pub converted: u64,
    /// Answers of the AI to what people had answered already: the target is none (`RU-77`).
    pub ai_after_human: u64,
    /// By tier.
    pub tiers: [TierTally; 3],
    /// By tag and outcome.
    pub tags: Vec<TagRow>,
    channels: [ChannelTally; Channel::ALL.len()],
}

impl Default for Tally {
    fn default() -> Self {
        let mut channels = [ChannelTally::default(); Channel::ALL.len()];
        for (tally, channel) in channels.iter_mut().zip(Channel::ALL) {
            tally.segmented = ChannelLimits::of(*channel).is_segmented;
        }
        Self {
            conversations: 0,
            closed: 0,
            reopened: 0,
            outcomes: [0; 128],
            events: [0; 128],
            automated: 0,
            escalated_for: [0; 128],
            unanswered: 0,
            tickets: 0,
            tickets_avoided: 0,
            for_ai: 0,
            contained: 0,
            metered: 0,
            human_done: 0,
            human_alone: 0,
            waited: 0,
            abandoned: 0,
            purposes: [0; 2],
            purpose_cents: [0; 2],
            orders: 0,
            order_cents: 0,
            credit_cents: 0,
            answered: 0,
            converted: 0,
            ai_after_human: 0,
            tiers: [TierTally::default(); 3],
            tags: Vec::new(),
            channels,
        }
    }
}

impl Tally {
    /// What each channel came to.
    pub fn channels(&self) -> impl Iterator<Item = (Channel, &ChannelTally)> {
        Channel::ALL.iter().copied().zip(&self.channels)
    }

    /// Events of a kind.
    pub fn event(&self, kind: EventKind) -> u64 {
        self.events[usize::from(kind.code())]
    }

    pub(super) fn channel(&mut self, channel: Channel) -> &mut ChannelTally {
        &mut self.channels[usize::from(channel.code())]
    }

    /// Something followed an answer.
    pub(super) fn credit(&mut self, credit: &Credit) {
        if let FeedbackKind::Order(cents) = credit.kind {
            self.credit_cents += u64::from(cents);
        }
        let Some(tier) = Tier::of(credit.speaker) else { return };
        let tier = &mut self.tiers[tier as usize];
        match credit.kind {
            FeedbackKind::Order(cents) => tier.credit_cents += u64::from(cents),
            FeedbackKind::Rating(rating) => {
                tier.ratings += 1;
                tier.rating_sum += u64::from(rating);
            }
            FeedbackKind::Accuracy(right) => {
                tier.judged += 1;
                tier.right += u64::from(right);
            }
        }
    }

    /// Adds a conversation, as it stands at the end.
    pub(super) fn add(&mut self, entry: &Entry) {
        self.conversations += 1;
        self.closed += u64::from(entry.closed_at.is_some());
        self.reopened += u64::from(entry.reopened);
        self.outcomes[usize::from(entry.outcome.code())] += 1;
        self.ai_after_human += u64::from(entry.ai_after_human);
        let purpose = usize::from(Purpose::of(entry.intent).code());
        self.purposes[purpose] += 1;
        self.purpose_cents[purpose] += entry.credit_cents;
        self.add_routing(entry);
        self.add_answers(entry);
        self.add_people(entry);
    }

    fn add_routing(&mut self, entry: &Entry) {
        let by_machine = entry.messages[Tier::Ai as usize] > 0 || entry.automations > 0;
        let escalated = entry.escalated_for != Reason::None;
        let automated = by_machine && !escalated;
        self.automated += u64::from(automated);
        self.unanswered += u64::from(!by_machine && !escalated);
        if escalated {
            self.escalated_for[usize::from(entry.escalated_for.code())] += 1;
        }
        self.tickets += u64::from(entry.is_ticket);
        let resolved =
            matches!(entry.outcome, Outcome::ResolvedAssumed | Outcome::ResolvedConfirmed);
        let is_service = Purpose::of(entry.intent) == Purpose::Service
            && entry.intent != Intent::Acknowledgement;
        let answered_by_ai = entry.messages[Tier::Ai as usize] > 0;
        self.tickets_avoided += u64::from(answered_by_ai && !escalated && resolved && is_service);
        self.for_ai += u64::from(entry.ai_turns > 0);
        self.contained += u64::from(answered_by_ai && !escalated);
        self.metered += u64::from(answered_by_ai);
        let channel = self.channel(entry.channel);
        channel.conversations += 1;
        channel.automated += u64::from(automated);
        channel.tickets += u64::from(entry.is_ticket);
        channel.credit_cents += entry.credit_cents;
    }

    fn add_answers(&mut self, entry: &Entry) {
        let mut converted = false;
        for tier in Tier::ALL {
            let sum = &mut self.tiers[tier as usize];
            sum.answered += u64::from(entry.messages[tier as usize] > 0);
            sum.converted += u64::from(entry.converted[tier as usize]);
            converted |= entry.converted[tier as usize];
        }
        self.answered += u64::from(entry.is_answered() && entry.first_by != Speaker::Automation);
        self.converted += u64::from(converted);
    }

    fn add_people(&mut self, entry: &Entry) {
        let answered = entry.messages[Tier::Human as usize] > 0;
        let done = entry.closed_at.is_some() || entry.handed_over;
        if answered && done {
            self.human_done += 1;
            self.human_alone += u64::from(!entry.handed_over);
        }
        if entry.for_people && done {
            self.waited += 1;
            self.abandoned += u64::from(!answered);
        }
    }
}
