//! How late messages are that come by the clock, from when they were due, whether anybody keeps up or not.

use std::time::Duration;

use crate::Options;
use crate::contenders::Contender;
use crate::measure::{Entry, figure, option, trial};
use crate::trial::Kind;

/// How long messages come.
const LASTING: Duration = Duration::from_secs(3);

/// Parts of a maximum that are tried.
const PARTS: [(f64, &str); 2] = [(0.5, "half"), (0.8, "4/5")];

/// How late messages were at some load.
#[derive(Clone, Debug)]
pub struct Late {
    /// Which part of whose maximum.
    pub load: String,
    /// Messages per second.
    pub rate: f64,
    /// Half of the messages were no later than that, in microseconds.
    pub p50_us: f64,
    /// 99 of 100.
    pub p99_us: f64,
    /// 999 of 1,000.
    pub p999_us: f64,
    /// All.
    pub max_us: f64,
}

/// The load in whose column a contender's own latency is reported.
pub const OWN: &str = "4/5 of own";

/// Measures everybody at parts of their own maximum, and at the same loads as Volley if they can.
///
/// # Errors
/// If a run failed.
pub fn measure(options: &Options, entries: &mut [Entry]) -> Result<(), String> {
    let volley = entries.iter().find(|entry| entry.contender == Contender::Volley);
    let volley = volley.filter(|entry| entry.skipped.is_none()).map(Entry::rate);
    for entry in entries.iter_mut().filter(|entry| entry.skipped.is_none()) {
        let own = entry.rate();
        let mut loads: Vec<(f64, String)> =
            PARTS.iter().map(|(part, name)| (part * own, format!("{name} of own"))).collect();
        if let Some(volley) = volley.filter(|_| entry.contender != Contender::Volley) {
            let same =
                PARTS.iter().map(|(part, name)| (part * volley, format!("{name} of volley's")));
            loads.extend(same.filter(|(rate, _)| *rate <= own));
        }
        for (rate, load) in loads {
            eprintln!("latency of {} at {load}, {rate:.0}/s", entry.contender.name());
            let late = at(options, entry, rate, load)?;
            entry.late.push(late);
        }
    }
    Ok(())
}

fn at(options: &Options, entry: &Entry, rate: f64, load: String) -> Result<Late, String> {
    let messages = (rate * LASTING.as_secs_f64()).max(1.0) as u64;
    let size = [
        option("conversations", options.conversations),
        option("messages", messages),
        option("rate", rate),
    ];
    let outcome = trial(options, Kind::Latency, entry, &size.concat())?;
    let latency = &outcome["latency"];
    Ok(Late {
        load,
        rate,
        p50_us: figure(latency, "p50_us"),
        p99_us: figure(latency, "p99_us"),
        p999_us: figure(latency, "p999_us"),
        max_us: figure(latency, "max_us"),
    })
}
