//! `volley-sim run`: a scenario, in virtual or real time.

use std::path::PathBuf;
use std::thread;

use clap::Args;

use crate::error::Error;
use crate::interrupt;
use crate::report;
use crate::runner::{self, Outcome, Pace};
use crate::scenario::Scenario;

/// Run a scenario and show what came of it.
#[derive(Debug, Args)]
pub struct Run {
    /// The scenario, a TOML file.
    scenario: PathBuf,
    /// Directory for the results: Arrow files, the journal, and what the run was.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Fixes every random draw; the scenario's own seed otherwise.
    #[arg(long)]
    seed: Option<u64>,
    /// Print one JSON object instead of the table.
    #[arg(long)]
    json: bool,
    /// Serve against the clock with one thread per shard, and measure latency from the intended time.
    #[arg(long)]
    real_time: bool,
    /// With --real-time: how many times faster than the clock.
    #[arg(long, default_value_t = 1.0, value_parser = speed, requires = "real_time")]
    speed: f64,
    /// With --real-time: threads that serve; as many as processors otherwise.
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=64), requires = "real_time")]
    shards: Option<u16>,
}

fn speed(written: &str) -> Result<f64, String> {
    match written.parse() {
        Ok(speed) if (1e-3..=1e6).contains(&speed) => Ok(speed),
        _ => Err("a factor between 0.001 and 1000000".to_owned()),
    }
}

impl Run {
    pub(super) fn run(self) -> Result<(), Error> {
        let mut scenario = Scenario::load(&self.scenario)?;
        scenario.seed = self.seed.unwrap_or(scenario.seed);
        let processors = thread::available_parallelism().map_or(1, |it| it.get().min(64) as u16);
        let shards = self.shards.unwrap_or(processors);
        let pace = self.real_time.then_some(Pace { speed: self.speed, shards });
        interrupt::listen();
        let outcome = runner::run(&scenario, None, self.out.as_deref(), pace)?;
        if self.json {
            println!("{:#}", report::json(&scenario, &outcome));
        } else {
            print!("{}", report::text(&scenario, &outcome));
            if let Some(out) = &self.out {
                println!("Results are in {}", out.display());
            }
        }
        judge(&scenario, &outcome)
    }
}

/// Whether the run is to count as passed.
fn judge(scenario: &Scenario, outcome: &Outcome) -> Result<(), Error> {
    if outcome.interrupted {
        return Err(Error::Interrupted);
    }
    if let Some(late) = outcome.late.filter(|late| *late > LATE_MAX) {
        return Err(Error::Expectation(format!(
            "INVALID: the generator fell {late:.1?} behind its schedule; lower --speed or the scenario's rate"
        )));
    }
    let failed = scenario
        .expectations
        .iter()
        .filter(|expectation| !expectation.holds(report::figure(outcome, expectation.metric())));
    let failed: Vec<String> = failed.map(ToString::to_string).collect();
    if failed.is_empty() {
        return Ok(());
    }
    Err(Error::Expectation(format!(
        "{}: not as expected: {}",
        scenario.path.display(),
        failed.join(", ")
    )))
}

/// Behind this, the load was not the one that was asked for, and no figure of the run means anything.
const LATE_MAX: std::time::Duration = std::time::Duration::from_secs(1);
