//! The binary `volley-sim`.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    volley_sim::commands::run(volley_sim::commands::Cli::parse())
}
