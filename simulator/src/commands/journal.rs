//! `volley-sim journal`: looking at journals, and what to do with a damaged one.

mod dump;
mod inspect;
mod place;
mod record;
mod repair;
mod replay;
mod verify;

use std::process::ExitCode;

use clap::Subcommand;

use crate::error::Error;

/// Look at the journal of a run or of an engine
///
/// DIR is a directory of one journal, or one with journals in it, such as the --out directory of a run.
#[derive(Debug, Subcommand)]
pub enum Journal {
    Inspect(inspect::Inspect),
    Verify(verify::Verify),
    Dump(dump::Dump),
    Repair(repair::Repair),
    Replay(replay::Replay),
}

impl Journal {
    pub(super) fn run(self) -> Result<ExitCode, Error> {
        match self {
            Self::Inspect(command) => command.run(),
            Self::Verify(command) => command.run(),
            Self::Dump(command) => command.run(),
            Self::Repair(command) => command.run(),
            Self::Replay(command) => command.run().map(|()| ExitCode::SUCCESS),
        }
    }
}
