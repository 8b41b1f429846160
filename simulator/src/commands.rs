//! The commands of `volley-sim`, one file each.

use std::io;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod segments;

/// Route customers' replies to marketing messages, simulated or recorded.
#[derive(Debug, Parser)]
#[command(name = "volley-sim", version, about)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Segments(segments::SegmentsArgs),
}

/// What a run ended with, as an exit code: 0 passed, 1 internal error, 2 usage or bad input, 99 an
/// expectation failed, 130 interrupted.
pub fn run(cli: Cli) -> ExitCode {
    let ended = match cli.command {
        Command::Segments(args) => segments::run(&args),
    };
    ended.unwrap_or_else(|error| {
        // Whoever closes the pipe early, as `head` does, has seen enough.
        if error.kind() == io::ErrorKind::BrokenPipe {
            return ExitCode::SUCCESS;
        }
        eprintln!("volley-sim: {error}");
        ExitCode::FAILURE
    })
}
