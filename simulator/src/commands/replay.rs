//! `volley-sim replay`: recorded replies through the router.

use std::path::PathBuf;

use clap::Args;
use volley_core::time::Timestamp;

use crate::error::Error;
use crate::interrupt;
use crate::recorded::{BadLines, Recorded};
use crate::report;
use crate::runner;
use crate::scenario::Scenario;

/// Route recorded replies and show what becomes of them
///
/// Reads JSON Lines, CSV or Arrow with a column `text` and, where there are any, `contact`, `brand`,
/// `channel`, `message_id`, `campaign`, `flow`, `media`, `received_at` and `received_us`; other columns
/// are ignored. AI and agents are simulated.
#[derive(Debug, Args)]
pub struct Replay {
    /// The recorded replies.
    file: PathBuf,
    /// Directory for the results: Arrow files, the journal, and what the run was.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Print one JSON object instead of the table.
    #[arg(long)]
    json: bool,
    /// End at the first line that cannot be read, instead of skipping it.
    #[arg(long)]
    strict: bool,
    /// Take AI, agents, prices and policy from this scenario; its campaigns are not sent.
    #[arg(long, value_name = "SCENARIO")]
    scenario: Option<PathBuf>,
    /// Lines without a time arrive so many a second.
    #[arg(long, default_value_t = 100.0, value_parser = per_second)]
    per_second: f64,
    /// Fixes every random draw about AI and agents.
    #[arg(long)]
    seed: Option<u64>,
}

fn per_second(written: &str) -> Result<f64, String> {
    match written.parse() {
        Ok(rate) if (1e-3..=1e7).contains(&rate) => Ok(rate),
        _ => Err("a rate between 0.001 and 10000000".to_owned()),
    }
}

/// When lines without a time begin to arrive: any fixed time would do.
const BEGIN: Timestamp = Timestamp::from_secs(1_795_788_000);

impl Replay {
    pub(super) fn run(self) -> Result<(), Error> {
        let bad_lines = if self.strict { BadLines::Refuse } else { BadLines::Skip };
        let mut recorded = Recorded::open(&self.file, bad_lines, self.per_second, BEGIN)?;
        let Some(first) = recorded.next_reply()? else {
            return Err(Error::Input(format!("{}: there is no reply in it", self.file.display())));
        };
        let mut scenario = Scenario::for_replay(&self.file, self.scenario.as_deref())?;
        scenario.seed = self.seed.unwrap_or(scenario.seed);
        scenario.start = first.received_at;
        interrupt::listen();
        let outcome = runner::run(&scenario, Some((recorded, first)), self.out.as_deref(), None)?;
        if self.json {
            println!("{:#}", report::json(&scenario, &outcome));
        } else {
            print!("{}", report::text(&scenario, &outcome));
            if outcome.skipped_lines > 0 {
                println!("{} bad lines were skipped", report::grouped(outcome.skipped_lines));
            }
            if let Some(out) = &self.out {
                println!("Results are in {}", out.display());
            }
        }
        if outcome.interrupted { Err(Error::Interrupted) } else { Ok(()) }
    }
}
