//! Tables about conversations: what became of each, the events that others may count, and its tags.

use super::column::{Word, table};
use super::tables::record;
use crate::classify::Intent;
use crate::conversation::{Outcome, OwnerKind, Purpose, Speaker};
use crate::effect::{Event, EventKind};
use crate::id::{ConversationId, Key, Seq, ShardId};
use crate::message::{Channel, Source, SourceKind};
use crate::reason::Reason;
use crate::time::Timestamp;

/// An event, and the effect that it was.
#[derive(Clone, Copy, Debug)]
pub struct EventRow<'a> {
    /// The shard.
    pub shard: ShardId,
    /// The record that caused it.
    pub seq: Seq,
    /// Which of the record's effects it is.
    pub index: u16,
    /// What happened.
    pub event: &'a Event,
}

table! {
    /// One row per event of an AI's conversation: started once and first, then at most one outcome that
    /// stands; what others build their segments from.
    pub struct Events("events", row: EventRow<'a>) {
        record: u64 = record(row.shard, row.seq), "record that caused it; with `effect_index` the idempotency key";
        effect_index: u16 = row.index, "which effect of that record it is, from 0";
        at_us: u64 = row.event.at.as_micros(), "when, microseconds since 1970 UTC";
        brand: u32 = row.event.key.brand.0, "brand whose AI it is";
        contact: u64 = row.event.key.contact.0, "address of the customer on whose profile it belongs";
        conversation: u64 = row.event.conversation.0, "conversation it is about";
        kind: Word<EventKind> = Word(row.event.kind), "what happened";
        reason: Word<Reason> = Word(row.event.reason), "why";
        channel: Word<Channel> = Word(row.event.channel), "channel the customer wrote by last";
        source: Word<SourceKind> = Word(row.event.source.kind()), "kind of message the conversation began with";
        source_id: u32 = row.event.source.id(), "number of that campaign or flow; 0 if none";
    }
}

/// A conversation as it stood when it ended, or at the end of the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversationRow {
    /// Which.
    pub conversation: ConversationId,
    /// Whose.
    pub key: Key,
    /// The channel the customer wrote by last.
    pub channel: Channel,
    /// What it began with.
    pub source: Source,
    /// When it began.
    pub opened_at: Timestamp,
    /// When it ended, if it did.
    pub closed_at: Option<Timestamp>,
    /// How.
    pub outcome: Outcome,
    /// Who has it, or had it at its end.
    pub owner: OwnerKind,
    /// Why it went to people first, if it did.
    pub escalated_for: Reason,
    /// What the customer last seemed to want.
    pub intent: Intent,
    /// The customer's messages.
    pub turns: u32,
    /// Messages of the AI.
    pub ai_messages: u16,
    /// Segments of these.
    pub ai_segments: u16,
    /// Messages of people.
    pub human_messages: u16,
    /// Segments of all messages in it, in and out.
    pub sms_segments: u32,
    /// Who answered first.
    pub first_by: Speaker,
    /// How long the customer had waited for the first answer of the AI, of a person, of the store.
    pub first: [Option<u64>; 3],
    /// Labels, as they stand; joined by commas.
    pub tags: String,
    /// What follows from its answers, in cents.
    pub credit_cents: u64,
    /// The customer's rating, 1 to 5; 0 if there is none.
    pub rating: u8,
    /// How often it was reopened.
    pub reopened: u16,
    /// How often it counted as resolved and was not.
    pub revoked: u16,
    /// Turns that AI and people both answered.
    pub double_replies: u16,
}

impl ConversationRow {
    /// The meter of the AI's vendor: conversations in which it sent anything (`KL-72`).
    pub fn is_metered(&self) -> bool {
        self.ai_messages > 0
    }
}

table! {
    /// One row per conversation, as it stood at the end of the run.
    pub struct Conversations("conversations", row: ConversationRow) {
        conversation: u64 = row.conversation.0, "number of the conversation";
        brand: u32 = row.key.brand.0, "brand";
        contact: u64 = row.key.contact.0, "address of the customer";
        channel: Word<Channel> = Word(row.channel), "channel the customer wrote by last";
        source: Word<SourceKind> = Word(row.source.kind()), "kind of message it began with";
        source_id: u32 = row.source.id(), "number of that campaign or flow; 0 if none";
        opened_us: u64 = row.opened_at.as_micros(), "when it began, microseconds since 1970 UTC";
        closed_us: u64 = row.closed_at.map_or(0, Timestamp::as_micros), "when it ended, microseconds since 1970 UTC; 0 if it is open";
        outcome: Word<Outcome> = Word(row.outcome), "how it ended";
        owner: Word<OwnerKind> = Word(row.owner), "who has it, or had it when it ended";
        escalated_for: Word<Reason> = Word(row.escalated_for), "why it first went to people, store or helpdesk; `none` if it never did";
        intent: Word<Intent> = Word(row.intent), "what the customer last seemed to want";
        purpose: Word<Purpose> = Word(Purpose::of(row.intent)), "whether that brings revenue or is service";
        turns: u32 = row.turns, "the customer's messages in it";
        ai_messages: u16 = row.ai_messages, "messages of the AI";
        ai_segments: u16 = row.ai_segments, "SMS segments of these";
        human_messages: u16 = row.human_messages, "messages of people";
        sms_segments: u32 = row.sms_segments, "SMS segments of all messages in it, in and out: one meter";
        ai_metered: bool = row.is_metered(), "whether the AI answered in it: the other meter";
        first_by: Word<Speaker> = Word(row.first_by), "who answered first";
        first_ai_us: u64 = row.first[0].unwrap_or(0), "how long the customer had waited for the AI's first answer, microseconds; 0 if there is none";
        first_human_us: u64 = row.first[1].unwrap_or(0), "the same for a person's first answer";
        first_store_us: u64 = row.first[2].unwrap_or(0), "the same for the store's first answer";
        tags: String = row.tags.clone(), "labels as they stand, joined by commas";
        credit_cents: u64 = row.credit_cents, "orders that follow from its answers, cents";
        rating: u16 = row.rating.into(), "the customer's last rating, 1 to 5; 0 if there is none";
        reopened: u16 = row.reopened, "how often it ended and went on";
        revoked: u16 = row.revoked, "how often it counted as resolved and was not";
        double_replies: u16 = row.double_replies, "turns that AI and people both answered";
    }
}

/// What became of the conversations with one tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagRow {
    /// The tag.
    pub tag: String,
    /// How they ended, or that they have not.
    pub outcome: Outcome,
    /// Conversations that had it at any time.
    pub conversations: u64,
    /// Of these, those that have it still.
    pub tagged: u64,
    /// How long they have had it, or had, together.
    pub age_s: u64,
    /// How long at most.
    pub age_max_s: u64,
}

table! {
    /// One row per tag and outcome: how many conversations, and for how long they bear or bore it.
    pub struct Tags("tags", row: TagRow) {
        tag: String = row.tag.clone(), "name of the tag";
        outcome: Word<Outcome> = Word(row.outcome), "how the conversations ended; `open` for those that have not";
        conversations: u64 = row.conversations, "conversations that were tagged with it at any time";
        tagged: u64 = row.tagged, "of these: still tagged";
        age_mean_s: f64 = row.age_s as f64 / row.conversations.max(1) as f64, "time from the tag until it was removed, the conversation ended, or the run did; mean, seconds";
        age_max_s: u64 = row.age_max_s, "the longest of these times, seconds";
    }
}
