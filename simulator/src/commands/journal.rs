//! `volley-sim journal`: the journal that a run left.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::Deserialize;
use serde_json::json;
use volley_core::effect::Effect;
use volley_core::id::ShardId;
use volley_core::journal::read_dir;
use volley_core::shard::{Layout, Shard};

use crate::error::Error;
use crate::measure::digest;
use crate::output::{MANIFEST, journal_dir};

/// Look at the journal of a run
#[derive(Debug, Subcommand)]
pub enum Journal {
    Replay(Replay),
}

/// Rebuild state and decisions from the journal, and compare them with what the run came to
#[derive(Debug, Args)]
pub struct Replay {
    /// The directory that the run was given as --out.
    dir: PathBuf,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

/// What a run came to, as its manifest tells.
#[derive(Debug, Deserialize, PartialEq, Eq)]
struct CameTo {
    decisions: u64,
    decisions_hash: String,
    state_hash: String,
}

impl Journal {
    pub(super) fn run(self) -> Result<(), Error> {
        match self {
            Self::Replay(replay) => replay.run(),
        }
    }
}

impl Replay {
    fn run(self) -> Result<(), Error> {
        let told = CameTo::read(&self.dir.join(MANIFEST))?;
        let rebuilt = rebuild(&self.dir)?;
        let CameTo { decisions, decisions_hash, state_hash } = &rebuilt;
        if self.json {
            let came_to = json!({
                "decisions": decisions,
                "decisions_hash": decisions_hash,
                "state_hash": state_hash,
            });
            println!("{came_to}");
        } else {
            println!("{decisions} decisions {decisions_hash}, state {state_hash}");
        }
        if rebuilt == told {
            return Ok(());
        }
        Err(Error::Internal(format!(
            "the journal comes to state {state_hash} and {decisions} decisions {decisions_hash}, \
             the run came to state {} and {} decisions {}",
            told.state_hash, told.decisions, told.decisions_hash
        )))
    }
}

impl CameTo {
    fn read(manifest: &Path) -> Result<Self, Error> {
        let remedy = "name the --out directory of a run that ended";
        let shown = manifest.display();
        let text = fs::read_to_string(manifest)
            .map_err(|error| Error::Input(format!("{shown}: {error}; {remedy}")))?;
        serde_json::from_str(&text)
            .map_err(|error| Error::Input(format!("{shown}: {error}; {remedy}")))
    }
}

/// Applies every record of every shard's journal, as the engine itself did.
fn rebuild(run: &Path) -> Result<CameTo, Error> {
    let mut came_to = (0, 0u64, 0u64);
    let mut layout = Layout { shard: ShardId(0), shards: 1, partitions: 1 };
    while layout.shard.0 < layout.shards {
        let dir = journal_dir(run, layout);
        let mut effects = Vec::new();
        let mut shard = None;
        let read = read_dir(&dir, |header, entry| {
            layout.shards = header.shards;
            layout.partitions = header.partitions;
            let shard = shard.get_or_insert_with(|| Shard::new(layout));
            shard.apply(&entry.record, entry.position, &mut effects);
            for effect in effects.drain(..) {
                if let Effect::Decide(decision) = effect {
                    came_to.0 += 1;
                    came_to.1 = came_to.1.wrapping_add(digest(&decision));
                }
            }
        });
        read.map_err(Error::input)?;
        came_to.2 = came_to.2.wrapping_add(shard.map_or(0, |shard| shard.state_hash()));
        layout.shard.0 += 1;
    }
    Ok(CameTo {
        decisions: came_to.0,
        decisions_hash: format!("{:016x}", came_to.1),
        state_hash: format!("{:016x}", came_to.2),
    })
}
