//! The commands of `volley-sim`, one file each.

mod classify;
mod evaluate;
mod explain;
mod journal;
mod paint;
mod policy;
mod replay;
mod run;
mod segments;
mod train;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::error::Error;

/// Route customers' replies to marketing messages, simulated or recorded.
///
/// Exit codes: 0 passed, 1 a mistake in Volley (or findings of a check), 2 wrong usage or input, 99 an
/// expectation failed, 130 interrupted.
#[derive(Debug, Parser)]
#[command(name = "volley-sim", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Run),
    Replay(replay::Replay),
    Segments(segments::SegmentsArgs),
    Classify(classify::Classify),
    Train(train::Train),
    Evaluate(evaluate::Evaluate),
    Explain(explain::Explain),
    #[command(subcommand)]
    Journal(journal::Journal),
    #[command(subcommand)]
    Policy(policy::Policy),
}

/// Runs a command; what went wrong goes to standard error in one line.
pub fn run(cli: Cli) -> ExitCode {
    let ended = match cli.command {
        Command::Run(command) => command.run().map(|()| ExitCode::SUCCESS),
        Command::Replay(command) => command.run().map(|()| ExitCode::SUCCESS),
        Command::Journal(command) => command.run(),
        Command::Classify(command) => command.run().map(|()| ExitCode::SUCCESS),
        Command::Train(command) => command.run().map(|()| ExitCode::SUCCESS),
        Command::Evaluate(command) => command.run().map(|()| ExitCode::SUCCESS),
        Command::Explain(command) => command.run().map(|()| ExitCode::SUCCESS),
        Command::Policy(command) => command.run(),
        Command::Segments(args) => segments::run(&args).map_err(Error::from),
    };
    match ended {
        Ok(code) => code,
        // Whoever closes the pipe early, as `head` does, has seen enough.
        Err(Error::ReaderGone) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("volley-sim: {error}");
            error.exit_code()
        }
    }
}
