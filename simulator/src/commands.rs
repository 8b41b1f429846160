//! The commands of `volley-sim`, one file each.

mod run;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::error::Error;

/// Route customers' replies to marketing messages, simulated or recorded.
///
/// Exit codes: 0 passed, 1 a mistake in Volley, 2 wrong usage or input, 99 an expectation failed,
/// 130 interrupted.
#[derive(Debug, Parser)]
#[command(name = "volley-sim", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Run),
}

/// Runs a command; what went wrong goes to standard error in one line.
pub fn run(cli: Cli) -> ExitCode {
    let ended = match cli.command {
        Command::Run(command) => command.run(),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("volley-sim: {error}");
            Error::exit_code(&error)
        }
    }
}
