//! What a run came to, for people at a terminal and for programs.

use std::fmt::Write as _;
use std::time::Duration;

use hdrhistogram::Histogram;
use serde_json::{Map, Value, json};
use volley_core::reason::{Disposition, Reason};

use crate::measure::{Measure, Measures};
use crate::runner::Outcome;
use crate::scenario::Scenario;

/// Width of the bars and small charts, in characters.
const CHART_WIDTH: usize = 60;

/// One JSON object: what ran, every figure, every expectation, and how fast it went.
pub fn json(scenario: &Scenario, outcome: &Outcome) -> Value {
    let figures = outcome.summary.iter().map(|row| (row.metric.clone(), json!(row.value)));
    let expectations = scenario.expectations.iter().map(|expectation| {
        let value = figure(outcome, expectation.metric());
        json!({ "expected": expectation.to_string(), "value": value, "holds": expectation.holds(value) })
    });
    json!({
        "scenario": scenario.path.display().to_string(),
        "seed": scenario.seed,
        "complete": !outcome.interrupted,
        "state_hash": format!("{:016x}", outcome.state_hash),
        "contacts": outcome.contacts,
        "skipped_lines": outcome.skipped_lines,
        "summary": figures.collect::<Map<String, Value>>(),
        "expectations": expectations.collect::<Vec<_>>(),
        "wall": {
            "elapsed_s": outcome.elapsed.as_secs_f64(),
            "replies_per_s": rate(outcome),
            "generator_late_s": outcome.late.map(|late| late.as_secs_f64()),
        },
    })
}

/// The figure of that name, if it was measured.
pub fn figure(outcome: &Outcome, metric: &str) -> Option<f64> {
    outcome.summary.iter().find(|row| row.metric == metric).map(|row| row.value)
}

fn rate(outcome: &Outcome) -> f64 {
    outcome.measures.replies as f64 / outcome.elapsed.as_secs_f64().max(1e-9)
}

/// The summary, about 80 columns wide.
pub fn text(scenario: &Scenario, outcome: &Outcome) -> String {
    let mut out = String::new();
    let m = &outcome.measures;
    let _ = writeln!(out, "{} · from {} · seed {}", scenario.name, scenario.start, scenario.seed);
    if !scenario.about.is_empty() {
        let _ = writeln!(out, "{}", scenario.about);
    }
    headline(&mut out, outcome);
    dispositions(&mut out, m);
    times(&mut out, m);
    charts(&mut out, m);
    expectations(&mut out, scenario, outcome);
    let _ = writeln!(
        out,
        "\n{} replies in {:.2} s of wall time: {} replies per second, state {:016x}",
        grouped(m.replies),
        outcome.elapsed.as_secs_f64(),
        grouped(rate(outcome) as u64),
        outcome.state_hash,
    );
    out
}

fn headline(out: &mut String, outcome: &Outcome) {
    let m = &outcome.measures;
    let shown = |metric: &str| figure(outcome, metric).unwrap_or(0.0);
    let count = |metric: &str| grouped(shown(metric) as u64);
    let _ = writeln!(
        out,
        "\n  campaign   {} messages sent, {} segments, ${:.2}",
        count("campaign_sends"),
        count("campaign_segments"),
        shown("cost_campaign")
    );
    let _ = writeln!(
        out,
        "  replies    {} ({:.2} % of those sent), {} opt-outs ({:.2} %)",
        grouped(m.replies),
        shown("reply_rate") * 100.0,
        count("opt_outs"),
        shown("opt_out_rate") * 100.0
    );
    let _ = writeln!(
        out,
        "  AI         {} turns, {:.1} % answered, ${:.2}",
        count("ai_requests"),
        shown("ai_answer_rate") * 100.0,
        shown("cost_ai")
    );
    let _ = writeln!(
        out,
        "  people     {} escalations ({:.2} % of replies), longest queue {}, ${:.2}",
        count("escalations"),
        shown("escalation_rate") * 100.0,
        count("queue_length_max"),
        shown("cost_agents")
    );
    outcomes(out, outcome);
    let _ = writeln!(
        out,
        "  segments   {} in ${:.2}, {} out ${:.2}",
        count("segments_in"),
        shown("cost_segments_in"),
        count("segments_out"),
        shown("cost_segments_out")
    );
    let _ = writeln!(
        out,
        "  cost       ${:.2} for all answers, ${:.4} a reply",
        shown("cost_replies"),
        shown("cost_per_reply")
    );
    let agreement = shown("truth_agreement") * 100.0;
    let _ = writeln!(out, "  verdicts   {agreement:.2} % as the simulated customers meant them");
}

/// What became of conversations, and what they brought.
fn outcomes(out: &mut String, outcome: &Outcome) {
    let shown = |metric: &str| figure(outcome, metric).unwrap_or(0.0);
    let count = |metric: &str| grouped(shown(metric) as u64);
    let _ = writeln!(
        out,
        "  outcome    {} conversations, {:.1} % answered without people, {} tickets, {} avoided",
        count("conversations"),
        shown("automation_rate") * 100.0,
        count("tickets"),
        count("tickets_avoided")
    );
    if shown("orders") > 0.0 {
        let _ = writeln!(
            out,
            "  orders     {} for ${:.2}, ${:.2} of which follow from answers",
            count("orders"),
            shown("revenue"),
            shown("revenue_replies")
        );
    }
}

fn dispositions(out: &mut String, m: &Measures) {
    let _ = writeln!(out, "\n  {:<26}{:>12}{:>9}", "what became of them", "replies", "share");
    let mut by_count: Vec<_> =
        Disposition::ALL.iter().map(|it| (m.with_disposition(*it), *it)).collect();
    by_count.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    let most = by_count.first().map_or(1, |(count, _)| *count).max(1);
    for (count, disposition) in by_count.into_iter().filter(|(count, _)| *count > 0) {
        let bar = "█".repeat((count * 24 / most) as usize);
        let _ = writeln!(
            out,
            "  {disposition:<26}{:>12}{:>7.2} %  {bar}",
            grouped(count),
            percent(count, m.decisions)
        );
    }
    let _ = writeln!(out, "\n  {:<26}{:>12}{:>9}", "most frequent reasons", "replies", "share");
    let mut by_count: Vec<_> = Reason::ALL.iter().map(|it| (m.with_reason(*it), *it)).collect();
    by_count.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    for (count, reason) in by_count.into_iter().filter(|(count, _)| *count > 0).take(12) {
        let _ = writeln!(
            out,
            "  {reason:<26}{:>12}{:>7.2} %",
            grouped(count),
            percent(count, m.decisions)
        );
    }
}

fn times(out: &mut String, m: &Measures) {
    let _ =
        writeln!(out, "\n  {:<26}{:>10}{:>10}{:>10}{:>10}", "time to", "p50", "p95", "p99", "max");
    for (measure, name) in [
        (Measure::Decision, "decision"),
        (Measure::AiAnswer, "the AI's answer"),
        (Measure::QueueWait, "an agent taking it"),
        (Measure::HumanAnswer, "an agent's answer"),
        (Measure::Handling, "an agent being done"),
        (Measure::FirstResponse, "a first answer"),
    ] {
        let times = m.times(measure);
        if !times.is_empty() {
            let at = |percentile| length(micros(times, percentile));
            let (p50, p95, p99, max) = (at(50.0), at(95.0), at(99.0), at(100.0));
            let _ = writeln!(out, "  {name:<26}{p50:>10}{p95:>10}{p99:>10}{max:>10}");
        }
    }
}

fn micros(times: &Histogram<u64>, percentile: f64) -> Duration {
    Duration::from_micros(times.value_at_percentile(percentile))
}

fn charts(out: &mut String, m: &Measures) {
    let _ = writeln!(out);
    let mut chart = |name: &str, values: Vec<u64>| {
        let _ = writeln!(
            out,
            "  {name:<20}{}  most {}",
            sparkline(&values),
            grouped(values.iter().copied().max().unwrap_or(0))
        );
    };
    let rows = m.timeline();
    chart("replies", rows.iter().map(|row| u64::from(row.replies)).collect());
    chart("waiting for a person", rows.iter().map(|row| u64::from(row.queue_length)).collect());
}

/// The values over time as one line; each character shows the greatest of the values it stands for.
fn sparkline(values: &[u64]) -> String {
    const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let most = values.iter().copied().max().unwrap_or(0).max(1);
    let width = values.len().min(CHART_WIDTH);
    (0..width)
        .map(|column| {
            let (from, to) = (column * values.len() / width, (column + 1) * values.len() / width);
            let value = values[from..to].iter().copied().max().unwrap_or(0);
            LEVELS[(value * 7).div_ceil(most) as usize]
        })
        .collect()
}

fn expectations(out: &mut String, scenario: &Scenario, outcome: &Outcome) {
    if !scenario.expectations.is_empty() {
        let _ = writeln!(out);
    }
    for expectation in &scenario.expectations {
        let value = figure(outcome, expectation.metric());
        let mark = if expectation.holds(value) { "✓" } else { "✗" };
        let shown = value.map_or("not measured".to_owned(), |value| format!("{value:.4}"));
        let _ = writeln!(out, "  {mark} {expectation}: {shown}");
    }
}

fn percent(part: u64, whole: u64) -> f64 {
    part as f64 * 100.0 / whole.max(1) as f64
}

/// A number with commas between thousands.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A length of time in the two units that matter.
fn length(length: Duration) -> String {
    let secs = length.as_secs_f64();
    match secs {
        ..0.001 => format!("{:.0} µs", secs * 1e6),
        ..1.0 => format!("{:.1} ms", secs * 1e3),
        ..120.0 => format!("{secs:.1} s"),
        ..7200.0 => format!("{:.1} min", secs / 60.0),
        ..172_800.0 => format!("{:.1} h", secs / 3600.0),
        _ => format!("{:.1} d", secs / 86_400.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_lengths_are_short() {
        let check = |number, shown: &str| assert_eq!(grouped(number), shown);
        check(0, "0");
        check(999, "999");
        check(1_234_567, "1,234,567");
        assert_eq!(length(Duration::from_micros(42)), "42 µs");
        assert_eq!(length(Duration::from_secs(5400)), "90.0 min");
    }

    #[test]
    fn a_small_chart_keeps_the_peak() {
        let mut values = vec![0; 600];
        values[301] = 9;
        let line = sparkline(&values);
        assert_eq!(line.chars().count(), CHART_WIDTH);
        assert_eq!(line.chars().filter(|c| *c == '█').count(), 1);
        assert_eq!(sparkline(&[]), "");
    }
}
