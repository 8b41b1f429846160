//! Figures that come in families: one for each reason, channel, tier, tag.

use volley_core::conversation::{Outcome, Purpose};
use volley_core::desk::AlarmKind;
use volley_core::effect::{EventKind, RefusalReason, SendKind};
use volley_core::message::Channel;
use volley_core::reason::{Disposition, Reason};

use super::Prices;
use super::list::{count, share};
use crate::book::{ChannelTally, Tally, Tier, TierTally};
use crate::measure::{Counts, Measure, Measures};

/// A figure: its name, its unit, and its value if anything was measured.
pub(super) type Row = (String, &'static str, Option<f64>);

type Rows = Vec<Row>;

/// A family of figures.
pub(super) struct Family {
    /// How they are called.
    pub(super) name: &'static str,
    pub(super) units: &'static str,
    pub(super) means: &'static str,
    pub(super) read: fn(&Measures, &Prices) -> Rows,
}

const fn family(
    name: &'static str,
    units: &'static str,
    means: &'static str,
    read: fn(&Measures, &Prices) -> Rows,
) -> Family {
    Family { name, units, means, read }
}

pub(super) const FAMILIES: &[Family] = &[
    family("disposition.*", "count", "decisions, by what happens to the reply", |m, _| {
        rows(Disposition::ALL, |it| {
            (format!("disposition.{it}"), "count", count(m.with_disposition(*it)))
        })
    }),
    family("reason.*", "count", "decisions, by reason", |m, _| {
        rows(Reason::ALL, |it| (format!("reason.{it}"), "count", count(m.with_reason(*it))))
    }),
    family("sends.*", "count", "messages that left, by kind", |m, _| {
        rows(SendKind::ALL, |it| (format!("sends.{it}"), "count", count(m.sent_as(*it))))
    }),
    family("refused.*", "count", "messages that the gate refused, by reason", |m, _| {
        rows(RefusalReason::ALL, |it| {
            (format!("refused.{it}"), "count", counted(&m.refusals, it.code()))
        })
    }),
    family("alarm.*", "count", "alarms of the desk, by kind (`TX-52`, `G-58`)", |m, _| {
        rows(AlarmKind::ALL, |it| {
            (format!("alarm.{it}"), "count", counted(&m.desk_alarms, it.code()))
        })
    }),
    family(
        "decision.*, ai_answer.*, queue_wait.*, human_answer.*, handling.*, first_response*.*",
        "s",
        "lengths of time as `p50_s`, `p95_s`, `p99_s`, `p999_s`, `max_s`: to a decision, to the AI's answer, \
         in the queue, from the queue to a person's answer, from taking a conversation to its end, and \
         from a customer's message to the conversation's first answer: of anybody, of the AI (`_ai`), of \
         people (`_human`), of the store (`_store`) (`OT-3`, `TX-60`)",
        |m, _| Measure::ALL.into_iter().flat_map(|measure| times(m, measure)).collect(),
    ),
    family(
        "events.*",
        "count",
        "events of the AI's conversations, by kind (`KL-77`..`KL-80`)",
        |m, _| {
            rows(EventKind::ALL, |it| (format!("events.{it}"), "count", count(m.tally.event(*it))))
        },
    ),
    family(
        "outcome.*",
        "count",
        "conversations, by how they ended or that they have not",
        |m, _| {
            rows(Outcome::ALL, |it| {
                (format!("outcome.{it}"), "count", counted(&m.tally.outcomes, it.code()))
            })
        },
    ),
    family(
        "escalated.*",
        "count",
        "conversations that were not automated, by the first reason (`AI-4`, `G-104`)",
        |m, _| {
            let of = |it: &Reason| counted(&m.tally.escalated_for, it.code());
            rows(Reason::ALL, |it| (format!("escalated.{it}"), "count", of(it)))
        },
    ),
    family(
        "purpose.*",
        "count, usd",
        "conversations that bring revenue or are service, and the orders that follow from them (`KL-6`)",
        |m, _| purposes(&m.tally),
    ),
    family(
        "accuracy.*, rating.*, conversion.*, credit.*",
        "share, stars, share, usd",
        "by tier: answers that were judged right, mean rating, conversations it answered with an order that \
         follows, these orders (`OT-4`, `OT-5`, `KL-75`)",
        |m, _| Tier::ALL.into_iter().flat_map(|tier| of_tier(&m.tally, tier)).collect(),
    ),
    family(
        "channel.*",
        "count, share, s, segments, usd",
        "by channel: `replies`, `conversations`, `tickets`, `automation_rate`, `first_response_mean_s`, \
         `segments`, `credit` (`KL-74`, `KL-88`)",
        |m, _| m.tally.channels().flat_map(|(name, it)| of_channel(name, it)).collect(),
    ),
    family(
        "tag.*",
        "count, s",
        "by tag: `conversations` that had it, `tagged` ones that have it still, `age_mean_s`, `resolved` ones \
         (`AI-47`)",
        |m, _| tags(&m.tally),
    ),
];

/// What is told of each tag.
const OF_TAGS: [(&str, &str); 4] =
    [("conversations", "count"), ("tagged", "count"), ("age_mean_s", "s"), ("resolved", "count")];

/// Whether a policy could have a tag for which a run has a figure of that name.
pub(super) fn is_of_a_tag(name: &str) -> bool {
    let rest = name.strip_prefix("tag.").and_then(|rest| rest.rsplit_once('.'));
    rest.is_some_and(|(tag, what)| {
        !tag.is_empty() && OF_TAGS.iter().any(|(known, _)| *known == what)
    })
}

fn rows<T>(all: &[T], row: impl FnMut(&T) -> Row) -> Rows {
    all.iter().map(row).collect()
}

fn counted(counts: &Counts, code: u8) -> Option<f64> {
    count(counts[usize::from(code)])
}

const PERCENTILES: [(&str, f64); 5] =
    [("p50", 50.0), ("p95", 95.0), ("p99", 99.0), ("p999", 99.9), ("max", 100.0)];

fn times(m: &Measures, measure: Measure) -> Rows {
    let times = m.times(measure);
    rows(&PERCENTILES, |(name, percentile)| {
        let seconds = times.value_at_percentile(*percentile) as f64 / 1e6;
        (format!("{}.{name}_s", measure.name()), "s", (!times.is_empty()).then_some(seconds))
    })
}

fn purposes(tally: &Tally) -> Rows {
    let of = |purpose: &Purpose| {
        let index = usize::from(purpose.code());
        let cents = tally.purpose_cents[index];
        [
            (format!("purpose.{purpose}.conversations"), "count", count(tally.purposes[index])),
            (format!("purpose.{purpose}.credit"), "usd", Some(cents as f64 / 100.0)),
        ]
    };
    Purpose::ALL.iter().flat_map(of).collect()
}

fn of_tier(tally: &Tally, tier: Tier) -> Rows {
    let TierTally { answered, converted, credit_cents, ratings, rating_sum, judged, right } =
        tally.tiers[tier as usize];
    let name = tier.name();
    let credit = (answered > 0).then_some(credit_cents as f64 / 100.0);
    vec![
        (format!("accuracy.{name}"), "share", share(right, judged)),
        (format!("rating.{name}"), "stars", share(rating_sum, ratings)),
        (format!("conversion.{name}"), "share", share(converted, answered)),
        (format!("credit.{name}"), "usd", credit),
    ]
}

/// Nothing of channels by which nobody wrote.
fn of_channel(channel: Channel, tally: &ChannelTally) -> Rows {
    let any = |value: u64| (tally.replies > 0).then_some(value as f64);
    let waited = tally.first_answers_us as f64 / 1e6;
    let mean = (tally.first_answers > 0).then(|| waited / tally.first_answers as f64);
    let figure = |name: &str, unit, value| (format!("channel.{channel}.{name}"), unit, value);
    vec![
        figure("replies", "count", any(tally.replies)),
        figure("conversations", "count", any(tally.conversations)),
        figure("tickets", "count", any(tally.tickets)),
        figure("automation_rate", "share", share(tally.automated, tally.conversations)),
        figure("first_response_mean_s", "s", mean),
        figure("segments", "segments", any(tally.segments)),
        figure("credit", "usd", any(tally.credit_cents).map(|cents| cents / 100.0)),
    ]
}

fn tags(tally: &Tally) -> Rows {
    let mut names: Vec<&str> = tally.tags.iter().map(|row| &row.tag[..]).collect();
    names.dedup();
    let of = |name: &&str| {
        let of_tag = || tally.tags.iter().filter(|row| row.tag == **name);
        let resolved = of_tag().filter(|row| {
            matches!(row.outcome, Outcome::ResolvedAssumed | Outcome::ResolvedConfirmed)
        });
        let conversations: u64 = of_tag().map(|row| row.conversations).sum();
        let tagged: u64 = of_tag().map(|row| row.tagged).sum();
        let age_s: u64 = of_tag().map(|row| row.age_s).sum();
        let values = [
            count(conversations),
            count(tagged),
            share(age_s, conversations),
            count(resolved.map(|row| row.conversations).sum()),
        ];
        let named = OF_TAGS.iter().map(|(what, unit)| (format!("tag.{name}.{what}"), *unit));
        named.zip(values).map(|((name, unit), value)| (name, unit, value)).collect::<Rows>()
    };
    names.iter().flat_map(of).collect()
}
