//! One run of one contender, in a process that does nothing else.
//!
//! What came of it is printed as one line of JSON as soon as the last message is done; then the process
//! ends, without taking a million actors apart first.

use std::process::exit;
use std::time::{Duration, Instant};

use clap::ValueEnum;
use serde_json::{Value, json};

use crate::contenders::host::Job;
use crate::contenders::{self, Contender, Feeding};
use crate::lanes::{self, LaneOf};
use crate::machine;
use crate::tally;
use crate::work::{Full, Light, Work};
use crate::{Kind as WorkKind, Options};

/// Until the first message is due all threads should have begun.
const LEAD: Duration = Duration::from_millis(100);

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// As many messages as can be done.
    Throughput,
    /// One message of each person, and what memory that takes.
    Memory,
    /// Messages by the clock, and how late they are.
    Latency,
}

impl Kind {
    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Throughput => "throughput",
            Self::Memory => "memory",
            Self::Latency => "latency",
        }
    }
}

/// Does the run that `options` ask for, prints what came of it, and does not return.
pub fn run(kind: Kind, options: &Options) -> ! {
    match options.work {
        WorkKind::Light => run_as::<Light>(kind, options),
        WorkKind::Full => run_as::<Full>(kind, options),
    }
}

fn run_as<W: Work>(kind: Kind, options: &Options) -> ! {
    let (people, mut messages) = (options.conversations, options.messages);
    let lanes = match kind {
        Kind::Throughput => lanes::prepared::<W>(people, messages),
        Kind::Memory => {
            messages = people;
            lanes::census::<W>(people)
        }
        Kind::Latency => paced::<W>(people, messages, options.rate),
    };
    drop(W::scratch());
    let (done, checksum) = (tally::done(), tally::checksum());
    let (resident, cpu) = (machine::resident_bytes(), machine::cpu_s());
    let begin = Instant::now();
    let stop = move || {
        let seconds = begin.elapsed().as_secs_f64();
        let grown = machine::resident_bytes().saturating_sub(resident);
        assert_eq!(tally::done() - done, messages, "each message is done once");
        let outcome = json!({
            "seconds": seconds,
            "cpu_s": machine::cpu_s() - cpu,
            "checksum": tally::checksum().wrapping_sub(checksum),
            "grown_bytes": grown,
            "latency": latency(),
        });
        println!("{outcome}");
        exit(0);
    };
    contenders::run::<W>(options.contender, options.feeding, Job { lanes, messages, stop: &stop });
    unreachable!("the process ends when the clock stops")
}

fn paced<W: Work>(people: u64, messages: u64, per_second: f64) -> Vec<LaneOf<W>> {
    tally::set_timed(true);
    lanes::paced::<W>(people, messages, per_second, LEAD)
}

fn latency() -> Value {
    let latencies = tally::take_latencies();
    json!({
        "p50_us": latencies.value_at_quantile(0.5),
        "p99_us": latencies.value_at_quantile(0.99),
        "p999_us": latencies.value_at_quantile(0.999),
        "max_us": latencies.max(),
    })
}

/// Everybody does a little of everything, and all agree.
///
/// # Panics
/// If somebody does not.
pub fn check_all() {
    check::<Light>(WorkKind::Light);
    check::<Full>(WorkKind::Full);
}

fn check<W: Work>(work: WorkKind) {
    const PEOPLE: u64 = 2_000;
    const MESSAGES: u64 = 20_000;
    let mut agreed = None;
    for contender in Contender::value_variants().iter().copied() {
        if !work.is_hosted_by(contender) {
            println!("peers: {} does not host {}", contender.name(), work.name());
            continue;
        }
        for feeding in contender.feedings().iter().copied() {
            let who = format!("{}, {}, fed from {}", work.name(), contender.name(), feeding.name());
            let checksum =
                done::<W>(contender, feeding, lanes::prepared::<W>(PEOPLE, MESSAGES), MESSAGES);
            assert_eq!(*agreed.get_or_insert(checksum), checksum, "{who} came to something else");
            done::<W>(contender, feeding, lanes::census::<W>(PEOPLE), PEOPLE);
            let late = paced::<W>(PEOPLE, PEOPLE, 100_000.0);
            done::<W>(contender, feeding, late, PEOPLE);
            tally::set_timed(false);
            assert_eq!(tally::take_latencies().len(), PEOPLE, "{who} forgot how late some were");
            println!("peers: {who}: ok");
        }
    }
}

/// What the messages came to.
fn done<W: Work>(
    contender: Contender,
    feeding: Feeding,
    lanes: Vec<LaneOf<W>>,
    messages: u64,
) -> u64 {
    let (done, checksum) = (tally::done(), tally::checksum());
    contenders::run::<W>(contender, feeding, Job { lanes, messages, stop: &|| () });
    assert_eq!(tally::done() - done, messages, "{} left some out", contender.name());
    tally::checksum().wrapping_sub(checksum)
}
