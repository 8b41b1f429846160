//! The tables.

use super::column::{MaybeWord, Word, table};
use crate::classify::{Compliance, Detail, Intent, Noise};
use crate::conversation::OwnerKind;
use crate::decision::Decision;
use crate::effect::{RefusalReason, Send, SendKind};
use crate::id::{Seq, ShardId};
use crate::message::{Channel, SourceKind};
use crate::names::named;
use crate::reason::{Disposition, Reason, Step};
use crate::segment::Encoding;

named! {
    /// What became of a message that somebody wanted to send.
    pub enum SendStatus {
        /// It passed the gate and left.
        Released = "released",
        /// The gate refused it.
        Refused = "refused",
    }
}

/// The name of a record in all shards: the shard in the upper 16 bits, its number in the lower 48.
pub(super) fn record(shard: ShardId, seq: Seq) -> u64 {
    u64::from(shard.0) << 48 | seq.0
}

table! {
    /// One row per reply that went in: what was decided, why, and from what.
    pub struct Decisions("decisions", row: Decision) {
        decision: u64 = record(row.shard, row.seq), "number of the record: shard in the upper 16 bits, position in its journal in the lower 48";
        received_us: u64 = row.received_at.as_micros(), "when the reply was due at the door, microseconds since 1970 UTC";
        decided_us: u64 = row.decided_at.as_micros(), "when it was decided, microseconds since 1970 UTC";
        brand: u32 = row.brand.0, "brand it was written to";
        contact: u64 = row.contact.0, "address it was written from";
        conversation: u64 = row.conversation.0, "conversation it belongs to; 0 if it opened none";
        turn: u32 = row.turn, "the customer's messages in the conversation so far";
        epoch: u32 = row.epoch, "epoch of the ownership after the decision";
        channel: Word<Channel> = Word(row.channel), "channel it came by";
        source: Word<SourceKind> = Word(row.source.kind()), "kind of message it answers";
        source_id: u32 = row.source.id(), "number of the campaign or flow; 0 if none";
        step: Word<Step> = Word(row.step), "step of the precedence ladder that matched";
        disposition: Word<Disposition> = Word(row.disposition), "what happens to the reply";
        reason: Word<Reason> = Word(row.reason), "why";
        owner: Word<OwnerKind> = Word(row.owner.kind()), "who owns the conversation after the decision";
        compliance: Word<Compliance> = Word(row.verdict.compliance), "compliance verdict";
        noise: MaybeWord<Noise> = MaybeWord(row.verdict.noise), "kind of noise";
        intent: Word<Intent> = Word(row.verdict.intent), "likeliest intent";
        intent_score: f64 = row.verdict.score.as_f64(), "its score, 0 to 1";
        second_intent: Word<Intent> = Word(row.verdict.second), "second intent of a mixed message";
        detail: Word<Detail> = Word(row.verdict.detail), "the particular within the intent";
        signals_bits: u16 = row.verdict.signals.0, "what else was noticed, as bits (`classify::Signals`)";
        segments: u16 = row.segments, "SMS segments of the reply";
        policy: u64 = row.policy.0, "version of the policy in force: a hash of its text";
    }
}

/// A message that left or was refused, with its idempotency key.
#[derive(Clone, Copy, Debug)]
pub struct SendRow<'a> {
    /// The shard.
    pub shard: ShardId,
    /// The record that caused it.
    pub seq: Seq,
    /// Which effect of that record it is.
    pub index: u16,
    /// The message.
    pub send: &'a Send,
    /// Why it was refused, if it was.
    pub refused: Option<RefusalReason>,
}

impl SendRow<'_> {
    fn status(&self) -> SendStatus {
        if self.refused.is_some() { SendStatus::Refused } else { SendStatus::Released }
    }
}

table! {
    /// One row per message that the engine wanted to send, whether it left or was refused.
    pub struct Sends("sends", row: SendRow<'a>) {
        record: u64 = record(row.shard, row.seq), "record that caused it; with `effect_index` the idempotency key";
        effect_index: u16 = row.index, "which effect of that record it is, from 0";
        at_us: u64 = row.send.at.as_micros(), "when it was decided, microseconds since 1970 UTC";
        brand: u32 = row.send.key.brand.0, "brand it is sent for";
        contact: u64 = row.send.key.contact.0, "address it is sent to";
        conversation: u64 = row.send.conversation.0, "conversation it belongs to; 0 if none";
        turn: u32 = row.send.turn, "turn of the customer that it answers";
        channel: Word<Channel> = Word(row.send.channel), "channel it leaves by";
        kind: Word<SendKind> = Word(row.send.kind), "why it is sent";
        status: Word<SendStatus> = Word(row.status()), "whether it left";
        refusal: MaybeWord<RefusalReason> = MaybeWord(row.refused), "why the gate refused it";
        agent: u32 = row.send.agent.map_or(0, |agent| agent.0), "agent who wrote it; 0 if none did";
        encoding: Word<Encoding> = Word(row.send.segments.encoding), "SMS encoding";
        segments: u16 = row.send.segments.segments, "SMS segments; 0 on channels without any";
        text_bytes: u32 = u32::try_from(row.send.text.len()).unwrap_or(u32::MAX), "length of the text, bytes of UTF-8";
    }
}

/// What happened within one interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TimelineRow {
    /// Begin of the interval, seconds since 1970 UTC.
    pub begin_s: u64,
    /// Length of the interval.
    pub length_s: u32,
    /// Campaign messages sent.
    pub campaign_sends: u32,
    /// Replies decided.
    pub replies: u32,
    /// Of these: ignored.
    pub ignored: u32,
    /// Of these: opt-outs, opt-ins and HELP.
    pub compliance: u32,
    /// Of these: held as perhaps an opt-out.
    pub held: u32,
    /// Of these: answered by a keyword automation.
    pub automation: u32,
    /// Of these: given to the AI.
    pub ai: u32,
    /// Of these: given to people.
    pub human: u32,
    /// Of these: handed to the store or a helpdesk, or closed out.
    pub handed_over: u32,
    /// Of these: added to a conversation that somebody owns.
    pub appended: u32,
    /// Messages the engine sent.
    pub sends: u32,
    /// Segments of these.
    pub segments_out: u32,
    /// Segments of the replies.
    pub segments_in: u32,
    /// Conversations that went to people, by the ladder or after the AI.
    pub escalations: u32,
    /// Conversations that got their first answer.
    pub first_answers: u32,
    /// How long these had waited, together.
    pub first_answers_ms: u64,
    /// Conversations that wait for an agent at the end of the interval.
    pub queue_length: u32,
    /// Conversations that agents have at the end of the interval.
    pub agents_busy_slots: u32,
}

table! {
    /// One row per interval in which anything happened: arrivals, decisions, queue and agents over time.
    pub struct Timeline("timeline", row: TimelineRow) {
        begin_s: u64 = row.begin_s, "begin of the interval, seconds since 1970 UTC";
        length_s: u32 = row.length_s, "length of the interval, seconds";
        campaign_sends: u32 = row.campaign_sends, "campaign messages sent in it";
        replies: u32 = row.replies, "replies decided in it";
        ignored: u32 = row.ignored, "of these: met with a recorded silence";
        compliance: u32 = row.compliance, "of these: opt-outs, opt-ins and HELP";
        held: u32 = row.held, "of these: held as perhaps an opt-out";
        automation: u32 = row.automation, "of these: answered by a keyword automation";
        ai: u32 = row.ai, "of these: given to the AI";
        human: u32 = row.human, "of these: given to people";
        handed_over: u32 = row.handed_over, "of these: handed to the store or a helpdesk, or closed out";
        appended: u32 = row.appended, "of these: added to a conversation that somebody owns";
        sends: u32 = row.sends, "messages the engine sent";
        segments_out: u32 = row.segments_out, "SMS segments of these";
        segments_in: u32 = row.segments_in, "SMS segments of the replies";
        escalations: u32 = row.escalations, "conversations that went to people, by the ladder or after the AI";
        first_answers: u32 = row.first_answers, "conversations that got their first answer in it";
        first_answers_ms: u64 = row.first_answers_ms, "how long these had waited for it, together, milliseconds";
        queue_length: u32 = row.queue_length, "conversations waiting for an agent at its end";
        agents_busy_slots: u32 = row.agents_busy_slots, "conversations that agents have at its end";
    }
}

/// One bucket of a histogram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LatencyRow {
    /// What was measured.
    pub measure: &'static str,
    /// Lowest value of the bucket.
    pub from_us: u64,
    /// Highest value of the bucket.
    pub to_us: u64,
    /// Values in it.
    pub count: u64,
}

table! {
    /// One row per non-empty histogram bucket of each latency that was measured.
    pub struct Latencies("latency", row: LatencyRow) {
        measure: String = row.measure.to_owned(), "what was measured";
        from_us: u64 = row.from_us, "lowest value of the bucket, microseconds";
        to_us: u64 = row.to_us, "highest value of the bucket, microseconds";
        count: u64 = row.count, "values in the bucket";
    }
}

/// One figure of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct SummaryRow {
    /// Its name: the one that expectations use.
    pub metric: String,
    /// Its unit.
    pub unit: &'static str,
    /// The figure.
    pub value: f64,
}

table! {
    /// One row per figure of the run, under the names that expectations use.
    pub struct Summary("summary", row: SummaryRow) {
        metric: String = row.metric.clone(), "name of the figure";
        unit: String = row.unit.to_owned(), "its unit";
        value: f64 = row.value, "the figure";
    }
}
