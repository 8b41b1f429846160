//! Volley beside what one would otherwise take: the same messages, the same work, in one run.
//!
//! ```sh
//! cargo bench -p volley-benches --bench peers -- --conversations 1000000 --work light
//! ```
//!
//! Every run of a contender is a process of its own, so that no allocator hands the leavings of one to
//! the next. Repetitions are interleaved; ratios are to the two loops of the same repetition. Under
//! `cargo test` all contenders do a little of everything in this one process, and must agree.

mod contenders;
mod lanes;
mod latency;
mod machine;
mod measure;
mod report;
mod tally;
mod traffic;
mod trial;
mod work;

use std::process::ExitCode;

use clap::{Parser, ValueEnum};

use contenders::{Contender, Feeding};

/// Volley beside what one would otherwise take.
#[derive(Clone, Debug, Parser)]
#[command(name = "peers")]
pub struct Options {
    /// People who write.
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(1..))]
    conversations: u64,
    /// What is done with each message.
    #[arg(long, value_enum, default_value_t = Kind::Light)]
    work: Kind,
    /// Messages in all.
    #[arg(long, default_value_t = 4_000_000, value_parser = clap::value_parser!(u64).range(1..))]
    messages: u64,
    /// Runs of each contender.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..))]
    repetitions: u64,
    /// Those contenders alone, and the floor.
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Contender>,
    /// One JSON object a line for each contender, with all samples.
    #[arg(long)]
    json: bool,
    /// How late messages are, too. Said by itself with `--json`, where every column is wanted;
    /// `--latency=false` leaves it out.
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    latency: Option<bool>,
    #[arg(long, hide = true)]
    bench: bool,
    #[arg(long, hide = true, value_enum)]
    trial: Option<trial::Kind>,
    #[arg(long, hide = true, value_enum, default_value_t = Contender::Floor)]
    contender: Contender,
    #[arg(long, hide = true, value_enum, default_value_t = Feeding::Inside)]
    feeding: Feeding,
    #[arg(long, hide = true, default_value_t = 0.0)]
    rate: f64,
}

/// The kinds of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// A search for phrases and a step of a small state, so that the cost of hosting shows.
    Light,
    /// The real verdict and the real transition.
    Full,
}

impl Kind {
    /// The name on the command line and in what is printed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Full => "full",
        }
    }
}

impl Options {
    /// Whether latencies are measured.
    fn with_latency(&self) -> bool {
        self.latency.unwrap_or(self.json)
    }
}

fn main() -> ExitCode {
    let measures = std::env::args().any(|argument| argument == "--bench");
    if !measures {
        trial::check_all();
        return ExitCode::SUCCESS;
    }
    let options = Options::parse();
    let outcome = match options.trial {
        Some(kind) => trial::run(kind, &options),
        None => measure::all(&options).map(|entries| report::print(&options, &entries)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("peers: {why}");
            ExitCode::FAILURE
        }
    }
}
