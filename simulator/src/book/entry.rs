//! One conversation in the book.

use volley_core::classify::Intent;
use volley_core::conversation::{Conversation, Outcome, OwnerKind, Speaker};
use volley_core::decision::Decision;
use volley_core::effect::Credit;
use volley_core::export::ConversationRow;
use volley_core::id::{ConversationId, Key};
use volley_core::input::FeedbackKind;
use volley_core::message::{Channel, Source};
use volley_core::reason::{Disposition, Reason};
use volley_core::segment::channel_limits::ChannelLimits;
use volley_core::time::Timestamp;

use super::FirstAnswer;

/// Who gives answers that somebody wrote for the occasion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tier {
    /// The AI.
    Ai,
    /// People.
    Human,
    /// The store's own team.
    Store,
}

impl Tier {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Ai, Self::Human, Self::Store];

    /// The tier of a speaker, if they are of one.
    pub const fn of(speaker: Speaker) -> Option<Self> {
        match speaker {
            Speaker::Ai => Some(Self::Ai),
            Speaker::Human => Some(Self::Human),
            Speaker::Store => Some(Self::Store),
            Speaker::Nobody | Speaker::Automation => None,
        }
    }

    /// Who speaks for it.
    pub const fn speaker(self) -> Speaker {
        match self {
            Self::Ai => Speaker::Ai,
            Self::Human => Speaker::Human,
            Self::Store => Speaker::Store,
        }
    }

    /// The name in figures.
    pub const fn name(self) -> &'static str {
        self.speaker().name()
    }
}

/// What is known of a conversation.
#[derive(Debug, Default)]
pub(super) struct Entry {
    pub(super) key: Key,
    pub(super) channel: Channel,
    pub(super) source: Source,
    pub(super) opened_at: Timestamp,
    pub(super) closed_at: Option<Timestamp>,
    waiting_since: Option<Timestamp>,
    pub(super) outcome: Outcome,
    owner: Option<OwnerKind>,
    pub(super) intent: Intent,
    pub(super) escalated_for: Reason,
    pub(super) first_by: Speaker,
    pub(super) first: [Option<u64>; 3],
    pub(super) messages: [u16; 3],
    pub(super) automations: u16,
    pub(super) turns: u32,
    pub(super) ai_turns: u16,
    pub(super) ai_segments: u16,
    pub(super) sms_segments: u32,
    last_human_turn: u32,
    /// It went to people, the store or a helpdesk.
    pub(super) is_ticket: bool,
    /// It waited for people here.
    pub(super) for_people: bool,
    /// It went to the store or a helpdesk.
    pub(super) handed_over: bool,
    /// Whose answers were followed by an order.
    pub(super) converted: [bool; 3],
    pub(super) credit_cents: u64,
    rating: u8,
    pub(super) reopened: u16,
    pub(super) revoked: u16,
    pub(super) double_replies: u16,
    /// Answers of the AI to a message that people had answered, as seen from outside.
    pub(super) ai_after_human: u16,
}

impl Entry {
    /// Whether anybody ever spoke of it; numbers that were never used are nothing.
    pub(super) fn exists(&self) -> bool {
        self.opened_at != Timestamp::default()
    }

    /// Whether somebody wrote an answer.
    pub(super) fn is_answered(&self) -> bool {
        self.first_by != Speaker::Nobody
    }

    fn goes_on(&mut self) {
        if self.closed_at.take().is_some() {
            self.reopened += 1;
            self.outcome = Outcome::Open;
        }
    }

    /// The customer wrote.
    pub(super) fn heard(&mut self, decision: &Decision) {
        if self.turns == 0 {
            self.source = decision.source;
        }
        (self.turns, self.channel) = (decision.turn, decision.channel);
        if ChannelLimits::of(decision.channel).is_segmented {
            self.sms_segments += u32::from(decision.segments);
        }
        if decision.disposition != Disposition::Closeout {
            self.goes_on();
        }
        if waits(decision.disposition) {
            self.waiting_since.get_or_insert(decision.received_at);
        }
    }

    /// An automation answered.
    pub(super) fn automated(&mut self) {
        self.automations += 1;
        self.waiting_since = None;
        if !self.is_answered() {
            self.first_by = Speaker::Automation;
        }
    }

    /// Somebody answered. Tells if this is the conversation's first answer.
    pub(super) fn answered(
        &mut self,
        tier: Tier,
        turn: u32,
        segments: u16,
        at: Timestamp,
    ) -> Option<FirstAnswer> {
        self.goes_on();
        self.messages[tier as usize] = self.messages[tier as usize].saturating_add(1);
        match tier {
            Tier::Ai => {
                self.ai_segments = self.ai_segments.saturating_add(segments);
                self.ai_after_human += u16::from(turn > 0 && turn == self.last_human_turn);
            }
            Tier::Human => self.last_human_turn = turn,
            Tier::Store => {}
        }
        let is_first = !self.is_answered();
        if is_first {
            self.first_by = tier.speaker();
        }
        let waited = at.since(self.waiting_since.take()?).as_micros();
        let waited_us = u64::try_from(waited).unwrap_or(u64::MAX).max(1);
        self.first[tier as usize].get_or_insert(waited_us);
        is_first.then_some(FirstAnswer { tier, waited_us })
    }

    /// It went to others, for a reason that counts if it is the first.
    pub(super) fn escalate(&mut self, reason: Reason) {
        if self.escalated_for == Reason::None {
            self.escalated_for = reason;
        }
    }

    /// How it stands now: open with `owner`, or ended when `owner` had it.
    pub(super) fn stand(&mut self, conversation: &Conversation, owner: OwnerKind) {
        self.outcome = conversation.outcome;
        self.owner = Some(owner);
        self.intent = conversation.intent;
        self.turns = conversation.turn;
        (self.channel, self.source) = (conversation.channel, conversation.source);
        if !conversation.is_open() {
            self.waiting_since = None;
        }
        // An agent who writes takes it without anybody having offered it.
        if self.messages[Tier::Human as usize] > 0 {
            self.escalate(conversation.escalated_for);
        }
    }

    /// Something followed an answer.
    pub(super) fn credit(&mut self, credit: &Credit) {
        match credit.kind {
            FeedbackKind::Order(cents) => {
                self.credit_cents += u64::from(cents);
                if let Some(tier) = Tier::of(credit.speaker) {
                    self.converted[tier as usize] = true;
                }
            }
            FeedbackKind::Rating(rating) => self.rating = rating,
            FeedbackKind::Accuracy(_) => {}
        }
    }

    pub(super) fn row(&self, conversation: ConversationId, tags: String) -> ConversationRow {
        ConversationRow {
            conversation,
            key: self.key,
            channel: self.channel,
            source: self.source,
            opened_at: self.opened_at,
            closed_at: self.closed_at,
            outcome: self.outcome,
            owner: self.owner.unwrap_or(OwnerKind::Closed),
            escalated_for: self.escalated_for,
            intent: self.intent,
            turns: self.turns,
            ai_messages: self.messages[Tier::Ai as usize],
            ai_segments: self.ai_segments,
            human_messages: self.messages[Tier::Human as usize],
            sms_segments: self.sms_segments,
            first_by: self.first_by,
            first: self.first,
            tags,
            credit_cents: self.credit_cents,
            rating: self.rating,
            reopened: self.reopened,
            revoked: self.revoked,
            double_replies: self.double_replies,
        }
    }
}

/// Whether a reply waits for somebody's answer.
fn waits(disposition: Disposition) -> bool {
    match disposition {
        Disposition::Ai
        | Disposition::Human
        | Disposition::Store
        | Disposition::Helpdesk
        | Disposition::Append
        | Disposition::Hold => true,
        Disposition::Ignore
        | Disposition::Compliance
        | Disposition::Automation
        | Disposition::Closeout => false,
    }
}
