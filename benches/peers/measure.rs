//! All runs of all contenders: which way of feeding is better, interleaved repetitions, memory, latency.

use std::process::{Command, Stdio};

use clap::ValueEnum;
use serde_json::Value;

use crate::Options;
use crate::contenders::{Contender, Feeding};
use crate::latency::{self, Late};
use crate::trial::Kind;

/// Memory that a contender may take. Who needs more is not run.
const MEMORY_BYTES_MAX: f64 = 16e9;

/// Conversations from which it is told how much memory all of them would need.
const SAMPLE: u64 = 100_000;

/// What became of one contender.
#[derive(Debug)]
pub struct Entry {
    /// Who.
    pub contender: Contender,
    /// How it was fed.
    pub feeding: Feeding,
    /// Messages per second, by repetition.
    pub rates: Vec<f64>,
    /// The same over what the floor did in that repetition.
    pub ratios: Vec<f64>,
    /// Processor seconds for a million messages, by repetition.
    pub cpu: Vec<f64>,
    /// Memory for each conversation, after one message of each.
    pub bytes: Option<f64>,
    /// How late messages were.
    pub late: Vec<Late>,
    /// Why it was not run.
    pub skipped: Option<String>,
}

/// The middle one; of none, not a number.
pub fn median(samples: &[f64]) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => sorted[middle],
        _ => f64::midpoint(sorted[middle - 1], sorted[middle]),
    }
}

impl Entry {
    fn new(contender: Contender) -> Self {
        let feeding = contender.feedings()[0];
        let (rates, ratios, cpu, late) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { contender, feeding, rates, ratios, cpu, bytes: None, late, skipped: None }
    }

    /// Messages per second.
    pub fn rate(&self) -> f64 {
        median(&self.rates)
    }
}

/// Starts a process for one run, and reads what came of it.
///
/// # Errors
/// If the process failed, as when there was not enough memory.
pub fn trial(
    options: &Options,
    kind: Kind,
    entry: &Entry,
    more: &[String],
) -> Result<Value, String> {
    let program = std::env::current_exe().map_err(|why| format!("cannot find itself: {why}"))?;
    let mut command = Command::new(program);
    command.args(["--bench", "--trial", kind.name(), "--work", options.work.name()]);
    command.args(["--contender", entry.contender.name(), "--feeding", entry.feeding.name()]);
    command.args(more).stdin(Stdio::null()).stderr(Stdio::inherit());
    let output = command.output().map_err(|why| format!("cannot start a run: {why}"))?;
    if !output.status.success() {
        return Err(format!("{} failed: {}", entry.contender.name(), output.status));
    }
    serde_json::from_slice(&output.stdout).map_err(|why| format!("a run said no JSON: {why}"))
}

/// What an option becomes on the command line.
pub fn option(name: &str, value: impl ToString) -> [String; 2] {
    [format!("--{name}"), value.to_string()]
}

/// A figure of what came of a run.
pub fn figure(outcome: &Value, name: &str) -> f64 {
    outcome[name].as_f64().unwrap_or(f64::NAN)
}

/// Measures everything that `options` ask for.
///
/// # Errors
/// If a run failed, or contenders do not agree on what the messages come to.
pub fn all(options: &Options) -> Result<Vec<Entry>, String> {
    let wanted = |contender: &Contender| {
        options.only.is_empty()
            || *contender == Contender::Floor
            || options.only.contains(contender)
    };
    let contenders = Contender::value_variants().iter().copied().filter(wanted);
    let mut entries: Vec<Entry> = contenders.map(Entry::new).collect();
    for entry in &mut entries {
        entry.skipped = unfit(options, entry)?;
    }
    choose_feedings(options, &mut entries)?;
    repeat(options, &mut entries)?;
    for entry in entries.iter_mut().filter(|entry| entry.skipped.is_none()) {
        eprintln!("memory of {}", entry.contender.name());
        entry.bytes = Some(bytes_each(options, entry, options.conversations)?);
    }
    if options.with_latency() {
        latency::measure(options, &mut entries)?;
    }
    Ok(entries)
}

/// Why a contender cannot be run, if it cannot.
fn unfit(options: &Options, entry: &Entry) -> Result<Option<String>, String> {
    if !options.work.is_hosted_by(entry.contender) {
        return Ok(Some(format!("does not host the {} work", options.work.name())));
    }
    if options.conversations <= SAMPLE {
        return Ok(None);
    }
    let each = bytes_each(options, entry, SAMPLE)?;
    let all = each * options.conversations as f64;
    let too_much = all > MEMORY_BYTES_MAX;
    Ok(too_much.then(|| {
        format!(
            "would take {:.0} GB, at the {each:.0} bytes a conversation of {SAMPLE} conversations",
            all / 1e9
        )
    }))
}

fn bytes_each(options: &Options, entry: &Entry, conversations: u64) -> Result<f64, String> {
    let more = option("conversations", conversations);
    let outcome = trial(options, Kind::Memory, entry, &more)?;
    Ok(figure(&outcome, "grown_bytes") / conversations as f64)
}

fn throughput(options: &Options, entry: &Entry) -> Result<Value, String> {
    let size =
        [option("conversations", options.conversations), option("messages", options.messages)];
    trial(options, Kind::Throughput, entry, &size.concat())
}

/// Tries each way of feeding once, and keeps the better one.
fn choose_feedings(options: &Options, entries: &mut [Entry]) -> Result<(), String> {
    for entry in entries.iter_mut().filter(|entry| entry.skipped.is_none()) {
        let feedings = entry.contender.feedings();
        if feedings.len() < 2 {
            continue;
        }
        let mut tried = Vec::new();
        for feeding in feedings.iter().copied() {
            entry.feeding = feeding;
            let seconds = figure(&throughput(options, entry)?, "seconds");
            let rate = options.messages as f64 / seconds;
            eprintln!("{} fed from {}: {rate:.0}/s", entry.contender.name(), feeding.name());
            tried.push((rate, feeding));
        }
        let best = tried.into_iter().max_by(|a, b| a.0.total_cmp(&b.0));
        entry.feeding = best.expect("at least one way was tried").1;
    }
    Ok(())
}

/// The repetitions: each is a run of every contender, forwards and backwards in turn, so that a machine
/// that grows slower favours nobody.
fn repeat(options: &Options, entries: &mut [Entry]) -> Result<(), String> {
    let mut agreed = None;
    for repetition in 0..options.repetitions {
        eprintln!("repetition {} of {}", repetition + 1, options.repetitions);
        let mut order: Vec<&mut Entry> = entries.iter_mut().collect();
        order.retain(|entry| entry.skipped.is_none());
        if repetition % 2 == 1 {
            order.reverse();
        }
        for entry in order {
            let outcome = throughput(options, entry)?;
            let checksum = outcome["checksum"].as_u64();
            if *agreed.get_or_insert(checksum) != checksum {
                return Err(format!("{} came to something else", entry.contender.name()));
            }
            let messages = options.messages as f64;
            entry.rates.push(messages / figure(&outcome, "seconds"));
            entry.cpu.push(figure(&outcome, "cpu_s") * 1e6 / messages);
        }
    }
    let floor = entries.iter().find(|entry| entry.contender == Contender::Floor);
    let floor = floor.expect("the floor is always measured").rates.clone();
    for entry in entries {
        entry.ratios = entry.rates.iter().zip(&floor).map(|(rate, floor)| rate / floor).collect();
    }
    Ok(())
}
