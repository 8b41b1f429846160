//! What was measured, as tables for people or as JSON for programs.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::Options;
use crate::contenders::Contender;
use crate::latency::{FIGURES, OWN};
use crate::measure::{Entry, median};

/// Prints it.
pub fn print(options: &Options, entries: &[Entry]) {
    if options.json {
        entries.iter().for_each(|entry| println!("{}", json(options, entry)));
        return;
    }
    println!(
        "\n{} work, {} conversations, {} messages, {} repetitions; two threads but for `loop`",
        options.work.name(),
        options.conversations,
        options.messages,
        options.repetitions,
    );
    throughputs(entries);
    if entries.iter().any(|entry| !entry.late.is_empty()) {
        latencies(entries);
    }
}

fn throughputs(entries: &[Entry]) {
    println!(
        "\n{:<10}{:<9}{:>8}{:>16}{:>10}{:>14}{:>13}{:>14}",
        "", "fed from", "M/s", "min - max", "of floor", "min - max", "CPU s per M", "bytes each"
    );
    for entry in entries {
        let name = entry.contender.name();
        if let Some(why) = &entry.skipped {
            println!("{name:<10}left out: {why}");
            continue;
        }
        let feeding = entry.feeding.name();
        let (rate, ratio, cpu) = (entry.rate() / 1e6, median(&entry.ratios), median(&entry.cpu));
        let millions: Vec<f64> = entry.rates.iter().map(|rate| rate / 1e6).collect();
        let (rates, ratios) = (spread(&millions), spread(&entry.ratios));
        let bytes = entry.bytes.unwrap_or(f64::NAN);
        println!(
            "{name:<10}{feeding:<9}{rate:>8.3}{rates:>16}{ratio:>10.3}{ratios:>14}{cpu:>13.3}{bytes:>14.0}"
        );
    }
}

fn latencies(entries: &[Entry]) {
    println!("\nmicroseconds from when a message was due until it was done");
    println!(
        "{:<10}{:<20}{:>10}{:>10}{:>10}{:>10}{:>12}",
        "", "load", "M/s", "p50", "p99", "p99.9", "max"
    );
    for entry in entries {
        for late in &entry.late {
            let (name, load, rate) = (entry.contender.name(), &late.load, late.rate / 1e6);
            let [p50, p99, p999, max] = [0, 1, 2, 3].map(|index| late.figure(index));
            println!(
                "{name:<10}{load:<20}{rate:>10.3}{p50:>10.0}{p99:>10.0}{p999:>10.0}{max:>12.0}"
            );
        }
    }
}

fn spread(samples: &[f64]) -> String {
    let least = samples.iter().copied().fold(f64::INFINITY, f64::min);
    let most = samples.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    format!("{least:.2} - {most:.2}")
}

/// One contender. The three latencies beside the other columns are those at four fifths of its own
/// maximum; all of them are in `latency`.
fn json(options: &Options, entry: &Entry) -> Value {
    let own = entry.late.iter().find(|late| late.load == OWN);
    let late = entry.late.iter().map(|late| {
        let medians = FIGURES.iter().zip(0..).map(|(name, index)| (*name, late.figure(index)));
        let medians: BTreeMap<&str, f64> = medians.collect();
        json!({ "load": late.load, "per_s": late.rate, "medians": medians, "samples": late.samples })
    });
    let kind = match entry.contender {
        Contender::Loop | Contender::Floor => "floor",
        Contender::Volley => "volley",
        _ => "peer",
    };
    json!({
        "name": entry.contender.name(),
        "kind": kind,
        "conversations": options.conversations,
        "messages": options.messages,
        "work": options.work.name(),
        "fed_from": entry.feeding.name(),
        "skipped": entry.skipped,
        "replies_per_s": entry.rate(),
        "ratio_to_floor": median(&entry.ratios),
        "cpu_s_per_million": median(&entry.cpu),
        "bytes_per_conversation": entry.bytes,
        "p50_us": own.map(|late| late.figure(0)),
        "p99_us": own.map(|late| late.figure(1)),
        "p999_us": own.map(|late| late.figure(2)),
        "latency": late.collect::<Vec<Value>>(),
        "samples": {
            "replies_per_s": entry.rates,
            "ratio_to_floor": entry.ratios,
            "cpu_s_per_million": entry.cpu,
        },
    })
}
