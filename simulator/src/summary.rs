//! The figures of a run, under the names that expectations, `summary.arrow` and `--json` use.

use volley_core::desk::AlarmKind;
use volley_core::effect::{RefusalReason, SendKind};
use volley_core::export::SummaryRow;
use volley_core::reason::{Disposition, Reason};

use crate::measure::{Measure, Measures};
use crate::scenario::Costs;

/// What prices are applied to, beside what is in [`Measures`].
#[derive(Clone, Copy, Debug)]
pub struct Prices {
    /// Per unit.
    pub costs: Costs,
    /// Hours of agents that are paid.
    pub agent_hours: f64,
}

struct Figure {
    name: &'static str,
    unit: &'static str,
    /// None if nothing of the kind happened.
    read: fn(&Measures, &Prices) -> Option<f64>,
}

/// The figures with names of their own, in the order in which they are shown.
const FIGURES: &[Figure] = &[
    Figure { name: "replies", unit: "count", read: |m, _| count(m.replies) },
    Figure { name: "decisions", unit: "count", read: |m, _| count(m.decisions) },
    Figure { name: "undecided", unit: "count", read: |m, _| count(m.replies - m.decisions) },
    Figure { name: "truth_agreement", unit: "share", read: |m, _| share(m.agreed, m.judged) },
    Figure { name: "campaign_sends", unit: "count", read: |m, _| count(m.campaign_sends) },
    Figure { name: "reply_rate", unit: "share", read: |m, _| share(m.replies, m.campaign_sends) },
    Figure { name: "opt_outs", unit: "count", read: |m, _| count(m.with_reason(Reason::OptOut)) },
    Figure {
        name: "opt_out_rate",
        unit: "share",
        read: |m, _| share(m.with_reason(Reason::OptOut), m.campaign_sends),
    },
    Figure {
        name: "holds",
        unit: "count",
        read: |m, _| count(m.with_disposition(Disposition::Hold)),
    },
    Figure { name: "ai_requests", unit: "count", read: |m, _| count(m.ai_requests) },
    Figure { name: "ai_answers", unit: "count", read: |m, _| count(m.sent_as(SendKind::Ai)) },
    Figure {
        name: "ai_answer_rate",
        unit: "share",
        read: |m, _| share(m.sent_as(SendKind::Ai), m.ai_requests),
    },
    Figure { name: "escalations", unit: "count", read: |m, _| count(m.escalations) },
    Figure {
        name: "escalation_rate",
        unit: "share",
        read: |m, _| share(m.escalations, m.decisions),
    },
    Figure { name: "alarms", unit: "count", read: |m, _| count(m.alarms) },
    Figure { name: "follow_ups", unit: "count", read: |m, _| count(m.follow_ups) },
    Figure { name: "segments_in", unit: "segments", read: |m, _| count(m.segments_in) },
    Figure { name: "segments_out", unit: "segments", read: |m, _| count(m.segments_out) },
    Figure { name: "campaign_segments", unit: "segments", read: |m, _| count(m.campaign_segments) },
    Figure {
        name: "cost_campaign",
        unit: "usd",
        read: |m, p| times(m.campaign_segments, p.costs.segment_out),
    },
    Figure {
        name: "cost_segments_in",
        unit: "usd",
        read: |m, p| times(m.segments_in, p.costs.segment_in),
    },
    Figure {
        name: "cost_segments_out",
        unit: "usd",
        read: |m, p| times(m.segments_out, p.costs.segment_out),
    },
    Figure { name: "cost_ai", unit: "usd", read: |m, p| times(m.ai_requests, p.costs.ai_request) },
    Figure {
        name: "cost_agents",
        unit: "usd",
        read: |_, p| Some(p.agent_hours * p.costs.agent_hour),
    },
    Figure { name: "cost_replies", unit: "usd", read: |m, p| Some(cost_of_replies(m, p)) },
    Figure {
        name: "cost_per_reply",
        unit: "usd",
        read: |m, p| (m.replies > 0).then(|| cost_of_replies(m, p) / m.replies as f64),
    },
    Figure { name: "queue_length_max", unit: "count", read: |m, _| count(longest_queue(m)) },
    Figure { name: "blocked", unit: "count", read: |m, _| count(m.blocked) },
];

const PERCENTILES: [(&str, f64); 5] =
    [("p50", 50.0), ("p95", 95.0), ("p99", 99.0), ("p999", 99.9), ("max", 100.0)];

#[expect(clippy::unnecessary_wraps, reason = "all figures are read in one way")]
fn count(count: u64) -> Option<f64> {
    Some(count as f64)
}

fn share(part: u64, whole: u64) -> Option<f64> {
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

/// All figures of a run that were measured. One whose denominator is zero is left out.
pub fn figures(measures: &Measures, prices: &Prices) -> Vec<SummaryRow> {
    let mut rows = Vec::new();
    let mut add = |metric: String, unit, value: Option<f64>| {
        rows.extend(value.map(|value| SummaryRow { metric, unit, value }));
    };
    for figure in FIGURES {
        add(figure.name.to_owned(), figure.unit, (figure.read)(measures, prices));
    }
    for disposition in Disposition::ALL {
        add(
            format!("disposition.{disposition}"),
            "count",
            count(measures.with_disposition(*disposition)),
        );
    }
    for reason in Reason::ALL {
        add(format!("reason.{reason}"), "count", count(measures.with_reason(*reason)));
    }
    for kind in SendKind::ALL {
        add(format!("sends.{kind}"), "count", count(measures.sent_as(*kind)));
    }
    for reason in RefusalReason::ALL {
        let refused = measures.refusals[usize::from(reason.code())];
        add(format!("refused.{reason}"), "count", count(refused));
    }
    for kind in AlarmKind::ALL {
        let given = measures.desk_alarms[usize::from(kind.code())];
        add(format!("alarm.{kind}"), "count", count(given));
    }
    for measure in Measure::ALL {
        let times = measures.times(measure);
        for (name, percentile) in PERCENTILES {
            let seconds = times.value_at_percentile(percentile) as f64 / 1e6;
            let value = (!times.is_empty()).then_some(seconds);
            add(format!("{}.{name}_s", measure.name()), "s", value);
        }
    }
    rows
}

/// Every name that [`figures`] can give.
fn all_metrics() -> impl Iterator<Item = String> {
    let own = FIGURES.iter().map(|figure| figure.name.to_owned());
    let dispositions = Disposition::ALL.iter().map(|it| format!("disposition.{it}"));
    let reasons = Reason::ALL.iter().map(|it| format!("reason.{it}"));
    let sends = SendKind::ALL.iter().map(|it| format!("sends.{it}"));
    let refusals = RefusalReason::ALL.iter().map(|it| format!("refused.{it}"));
    let alarms = AlarmKind::ALL.iter().map(|it| format!("alarm.{it}"));
    let times = Measure::ALL.into_iter().flat_map(|measure| {
        PERCENTILES.iter().map(move |(name, _)| format!("{}.{name}_s", measure.name()))
    });
    own.chain(dispositions).chain(reasons).chain(sends).chain(refusals).chain(alarms).chain(times)
}

/// Whether any run has a figure of that name.
pub fn is_metric(name: &str) -> bool {
    all_metrics().any(|metric| metric == name)
}

/// The names most like `name`, for somebody who mistyped.
pub fn metrics_like(name: &str) -> Vec<String> {
    let common = |metric: &String| {
        let shared = metric.bytes().zip(name.bytes()).take_while(|(a, b)| a == b).count();
        let inside = metric.contains(name) || name.contains(metric.as_str());
        std::cmp::Reverse(shared + if inside { 100 } else { 0 })
    };
    let mut metrics: Vec<String> = all_metrics().collect();
    metrics.sort_by_key(common);
    metrics.truncate(4);
    metrics
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use volley_core::time::Timestamp;

    #[test]
    fn every_figure_of_a_run_can_be_expected() {
        let mut measures = Measures::new(Timestamp::default(), Duration::from_secs(60));
        Measure::ALL.into_iter().for_each(|measure| measures.time(measure, Duration::from_secs(1)));
        (measures.replies, measures.judged, measures.campaign_sends) = (1, 1, 1);
        (measures.decisions, measures.ai_requests) = (1, 1);
        let costs = Costs { segment_out: 1.0, segment_in: 1.0, ai_request: 1.0, agent_hour: 1.0 };
        let rows = figures(&measures, &Prices { costs, agent_hours: 1.0 });
        let names: Vec<String> = rows.into_iter().map(|row| row.metric).collect();
        assert_eq!(names, all_metrics().collect::<Vec<_>>());
    }
}
