//! The figures with names of their own, in the order in which they are shown, and what each means.

use volley_core::effect::{EventKind, SendKind};
use volley_core::reason::{Disposition, Reason};

use super::{Figure, Prices};
use crate::book::Tally;
use crate::measure::Measures;

type Read = fn(&Measures, &Prices) -> Option<f64>;

const fn figure(name: &'static str, unit: &'static str, means: &'static str, read: Read) -> Figure {
    Figure { name, unit, means, read }
}

/// Shorter for those that count.
const fn counted(name: &'static str, means: &'static str, read: Read) -> Figure {
    figure(name, "count", means, read)
}

const fn shared(name: &'static str, means: &'static str, read: Read) -> Figure {
    figure(name, "share", means, read)
}

const fn dollars(name: &'static str, means: &'static str, read: Read) -> Figure {
    figure(name, "usd", means, read)
}

/// All of them.
pub(super) const FIGURES: &[Figure] = &[
    counted("replies", "replies that went in", |m, _| count(m.replies)),
    counted("decisions", "decisions that came out", |m, _| count(m.decisions)),
    counted("undecided", "replies without a decision: always 0", |m, _| {
        count(m.replies - m.decisions)
    }),
    shared("truth_agreement", "decisions whose verdict is what the customer meant", |m, _| {
        share(m.agreed, m.judged)
    }),
    counted("campaign_sends", "messages of campaigns", |m, _| count(m.campaign_sends)),
    shared("reply_rate", "replies for each message of a campaign", |m, _| {
        share(m.replies, m.campaign_sends)
    }),
    counted("opt_outs", "replies that were opt-outs", |m, _| count(m.with_reason(Reason::OptOut))),
    shared("opt_out_rate", "opt-outs for each message of a campaign", |m, _| {
        share(m.with_reason(Reason::OptOut), m.campaign_sends)
    }),
    counted("holds", "replies held as perhaps an opt-out", |m, _| {
        count(m.with_disposition(Disposition::Hold))
    }),
    counted("ai_requests", "questions to the AI", |m, _| count(m.ai_requests)),
    counted("ai_answers", "answers of the AI that left", |m, _| count(m.sent_as(SendKind::Ai))),
    shared("ai_answer_rate", "questions to the AI whose answer left", |m, _| {
        share(m.sent_as(SendKind::Ai), m.ai_requests)
    }),
    counted(
        "escalations",
        "times a conversation went to people, store, helpdesk or its closing text",
        |m, _| count(m.escalations),
    ),
    shared("escalation_rate", "escalations for each reply", |m, _| {
        share(m.escalations, m.decisions)
    }),
    counted("alarms", "alarms about conversations that waited too long", |m, _| count(m.alarms)),
    counted("follow_ups", "messages of customers who wrote again", |m, _| count(m.follow_ups)),
    figure("segments_in", "segments", "segments of replies", |m, _| count(m.segments_in)),
    figure("segments_out", "segments", "segments of what the engine sent", |m, _| {
        count(m.segments_out)
    }),
    figure("campaign_segments", "segments", "segments of campaigns", |m, _| {
        count(m.campaign_segments)
    }),
    dollars("cost_campaign", "what campaigns cost", |m, p| {
        times(m.campaign_segments, p.costs.segment_out)
    }),
    dollars("cost_segments_in", "what replies cost to receive", |m, p| {
        times(m.segments_in, p.costs.segment_in)
    }),
    dollars("cost_segments_out", "what the engine's messages cost", |m, p| {
        times(m.segments_out, p.costs.segment_out)
    }),
    dollars("cost_ai", "what the AI cost", |m, p| times(m.ai_requests, p.costs.ai_request)),
    dollars("cost_agents", "what agents cost", |_, p| Some(p.agent_hours * p.costs.agent_hour)),
    dollars("cost_replies", "what answering cost: all but campaigns", |m, p| {
        Some(cost_of_replies(m, p))
    }),
    dollars("cost_per_reply", "the same for each reply", |m, p| {
        (m.replies > 0).then(|| cost_of_replies(m, p) / m.replies as f64)
    }),
    counted("queue_length_max", "most conversations that waited for an agent", |m, _| {
        count(longest_queue(m))
    }),
    counted("blocked", "inputs that found an inbox full", |m, _| count(m.blocked)),
    counted("conversations", "conversations", |m, _| count(m.tally.conversations)),
    counted("conversations_closed", "conversations that have ended", |m, _| count(m.tally.closed)),
    shared(
        "automation_rate",
        "conversations answered by AI or automation and by nobody else; the others \
         are in `escalated.*` by cause, or `unanswered` (`AI-4`)",
        |m, _| share(m.tally.automated, m.tally.conversations),
    ),
    counted(
        "automated",
        "conversations answered by AI or automation and by nobody else",
        |m, _| count(m.tally.automated),
    ),
    counted(
        "unanswered",
        "conversations that nobody has answered, and that went to nobody",
        |m, _| count(m.tally.unanswered),
    ),
    shared(
        "containment_rate",
        "conversations in which the AI was asked that it answered without anybody \
         else (`G-104`)",
        |m, _| share(m.tally.contained, m.tally.for_ai),
    ),
    counted(
        "tickets",
        "conversations that went to people, the store or a helpdesk (`KL-9`)",
        |m, _| count(m.tally.tickets),
    ),
    counted(
        "tickets_avoided",
        "conversations about service that the AI alone resolved (`KL-8`)",
        |m, _| count(m.tally.tickets_avoided),
    ),
    shared("reopen_rate", "ends after which the conversation went on (`G-104`)", |m, _| {
        share(m.tally.reopened, m.tally.closed + m.tally.reopened)
    }),
    shared(
        "abandonment_rate",
        "conversations that waited for people and ended, or went elsewhere, without \
         an answer of theirs (`G-104`)",
        |m, _| share(m.tally.abandoned, m.tally.waited),
    ),
    shared(
        "human_alone_rate",
        "conversations that people answered and were done with, without the store \
         (`OT-22`)",
        |m, _| share(m.tally.human_alone, m.tally.human_done),
    ),
    counted(
        "resolutions",
        "resolved conversations, without those that were revoked (`G-103`)",
        |m, _| {
            let resolved = m.tally.event(EventKind::Resolved);
            count(resolved.saturating_sub(m.tally.event(EventKind::Revoked)))
        },
    ),
    shared(
        "ai_objective_rate",
        "first answers of the AI within `ai.objective` (`OT-39`)",
        |m, _| share(m.ai_in_time, m.ai_first_answers),
    ),
    counted(
        "double_replies",
        "messages that AI and people both answered, as the engine tells (`RU-74`, \
         `RU-77`)",
        |m, _| count(m.tally.event(EventKind::DoubleReply)),
    ),
    counted(
        "ai_after_human",
        "answers of the AI to a message that people had answered, as counted from \
         outside: always 0 (`RU-77`)",
        |m, _| count(m.tally.ai_after_human),
    ),
    figure(
        "meter_sms_segments",
        "segments",
        "one meter: SMS segments of campaigns, replies and answers \
         (`KL-71`, `KL-72`)",
        |m, _| count(m.campaign_segments + segments_of_answers(&m.tally)),
    ),
    counted(
        "meter_ai_conversations",
        "the other meter: conversations in which the AI answered (`KL-71`, \
         `KL-72`)",
        |m, _| count(m.tally.metered),
    ),
    counted("orders", "orders, whatever they follow from", |m, _| count(m.tally.orders)),
    dollars("revenue", "all orders", |m, _| cents(m.tally.order_cents)),
    dollars("revenue_replies", "orders that follow from an answer (`KL-7`)", |m, _| {
        cents(m.tally.credit_cents)
    }),
    dollars("revenue_other", "the other orders (`KL-7`)", |m, _| {
        cents(m.tally.order_cents.saturating_sub(m.tally.credit_cents))
    }),
    shared("conversion", "answered conversations with an order that follows (`OT-5`)", |m, _| {
        share(m.tally.converted, m.tally.answered)
    }),
    figure("rating", "stars", "mean rating of answers, 1 to 5 (`OT-5`)", |m, _| {
        let sum = |read: fn(&crate::book::TierTally) -> u64| m.tally.tiers.iter().map(read).sum();
        share(sum(|tier| tier.rating_sum), sum(|tier| tier.ratings))
    }),
];

#[expect(clippy::unnecessary_wraps, reason = "all figures are read in one way")]
pub(super) fn count(count: u64) -> Option<f64> {
    Some(count as f64)
}

#[expect(clippy::unnecessary_wraps, reason = "all figures are read in one way")]
fn cents(cents: u64) -> Option<f64> {
    Some(cents as f64 / 100.0)
}

pub(super) fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[expect(clippy::unnecessary_wraps, reason = "all figures are read in one way")]
fn times(count: u64, price: f64) -> Option<f64> {
    Some(count as f64 * price)
}

/// All that answering cost: what came in, what went out, the AI and the agents; not the campaign.
fn cost_of_replies(m: &Measures, p: &Prices) -> f64 {
    m.segments_in as f64 * p.costs.segment_in
        + m.segments_out as f64 * p.costs.segment_out
        + m.ai_requests as f64 * p.costs.ai_request
        + p.agent_hours * p.costs.agent_hour
}

fn longest_queue(m: &Measures) -> u64 {
    m.timeline().iter().map(|row| u64::from(row.queue_length)).max().unwrap_or(0)
}

/// Segments of what came and left, on channels that have any.
fn segments_of_answers(tally: &Tally) -> u64 {
    tally.channels().map(|(_, channel)| channel.segments).sum()
}
