//! The commands of `volley-sim`, one file each.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Route customers' replies to marketing messages, simulated or recorded.
#[derive(Debug, Parser)]
#[command(name = "volley-sim", version, about)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {}

/// What a run ended with, as an exit code: 0 passed, 1 internal error, 2 usage or bad input, 99 an
/// expectation failed, 130 interrupted.
pub fn run(cli: Cli) -> ExitCode {
    match cli.command {}
}
