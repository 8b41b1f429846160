//! How late messages are that come by the clock, from when they were due, whether anybody keeps up or not.

use std::time::Duration;

use serde_json::Value;

use crate::Options;
use crate::contenders::Contender;
use crate::measure::{Entry, figure, median, option, trial};
use crate::trial::Kind;

/// How long messages come.
const LASTING: Duration = Duration::from_secs(2);

/// Parts of a maximum that are tried.
const PARTS: [(f64, &str); 2] = [(0.5, "half"), (0.8, "4/5")];

/// What is told of latencies, in microseconds: no later than that were half of the messages, 99 of 100,
/// 999 of 1,000, and all.
pub const FIGURES: [&str; 4] = ["p50_us", "p99_us", "p999_us", "max_us"];

/// How late messages were at some load.
#[derive(Clone, Debug)]
pub struct Late {
    /// Which part of whose maximum.
    pub load: String,
    /// Messages per second.
    pub rate: f64,
    /// The [`FIGURES`] of each repetition.
    pub samples: Vec<[f64; FIGURES.len()]>,
}

impl Late {
    fn new(load: String, rate: f64) -> Self {
        Self { load, rate, samples: Vec::new() }
    }

    /// The median of one of the [`FIGURES`].
    pub fn figure(&self, index: usize) -> f64 {
        median(&self.samples.iter().map(|figures| figures[index]).collect::<Vec<f64>>())
    }
}

/// The load in whose column a contender's own latency is reported.
pub const OWN: &str = "4/5 of own";

/// Measures everybody at parts of their own maximum, and at the same loads as Volley if they can. A
/// machine that others share stands still for milliseconds now and then, so every load is tried as often
/// as everything else is, in turn with the others, and medians count.
///
/// # Errors
/// If a run failed.
pub fn measure(options: &Options, entries: &mut [Entry]) -> Result<(), String> {
    let volley = entries.iter().find(|entry| entry.contender == Contender::Volley);
    let volley = volley.filter(|entry| entry.skipped.is_none()).map(Entry::rate);
    for entry in entries.iter_mut().filter(|entry| entry.skipped.is_none()) {
        let own = entry.rate();
        let loads = PARTS.map(|(part, name)| Late::new(format!("{name} of own"), part * own));
        entry.late.extend(loads);
        if let Some(volley) = volley.filter(|_| entry.contender != Contender::Volley) {
            let loads =
                PARTS.map(|(part, name)| Late::new(format!("{name} of volley's"), part * volley));
            entry.late.extend(loads.into_iter().filter(|late| late.rate <= own));
        }
    }
    for repetition in 0..options.repetitions {
        eprintln!("latency, repetition {} of {}", repetition + 1, options.repetitions);
        for entry in &mut *entries {
            for load in 0..entry.late.len() {
                let outcome = at(options, entry, entry.late[load].rate)?;
                let latency = &outcome["latency"];
                let figures = FIGURES.map(|name| figure(latency, name));
                entry.late[load].samples.push(figures);
            }
        }
    }
    Ok(())
}

fn at(options: &Options, entry: &Entry, rate: f64) -> Result<Value, String> {
    let messages = (rate * LASTING.as_secs_f64()).max(1.0) as u64;
    let size = [
        option("conversations", options.conversations),
        option("messages", messages),
        option("rate", rate),
    ];
    trial(options, Kind::Latency, entry, &size.concat())
}
