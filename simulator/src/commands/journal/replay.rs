//! `volley-sim journal replay`: what a run came to, made again from its journal.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::json;
use volley_core::desk::Desk;
use volley_core::effect::Effect;
use volley_core::id::ShardId;
use volley_core::journal::read_dir;
use volley_core::shard::{Layout, Shard};
use volley_core::worker;
use volley_core::worker::desk::Told;

use crate::error::Error;
use crate::measure::digest;
use crate::output::{MANIFEST, desk_journal_dir, journal_dir};
use crate::world::DeskCameTo;

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
#[derive(Debug, Deserialize, Serialize, PartialEq, Eq)]
struct CameTo {
    decisions: u64,
    decisions_hash: String,
    state_hash: String,
    desk_hash: String,
    desk_answers: u64,
    desk_answers_hash: String,
}

impl Replay {
    pub(super) fn run(self) -> Result<(), Error> {
        let told = CameTo::read(&self.dir.join(MANIFEST))?;
        let rebuilt = rebuild(&self.dir)?;
        if self.json {
            println!("{}", json!(rebuilt));
        } else {
            println!("{rebuilt}");
        }
        if rebuilt == told {
            return Ok(());
        }
        Err(Error::Internal(format!("the journal comes to {rebuilt}; the run came to {told}")))
    }
}

impl fmt::Display for CameTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} decisions {}, state {}; desk: {} answers {}, state {}",
            self.decisions,
            self.decisions_hash,
            self.state_hash,
            self.desk_answers,
            self.desk_answers_hash,
            self.desk_hash
        )
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
    let desk = rebuild_desk(run)?;
    Ok(CameTo {
        decisions: came_to.0,
        decisions_hash: format!("{:016x}", came_to.1),
        state_hash: format!("{:016x}", came_to.2),
        desk_hash: format!("{:016x}", desk.state_hash),
        desk_answers: desk.answers,
        desk_answers_hash: format!("{:016x}", desk.answers_hash),
    })
}

/// Tells a new desk all that the run's desk was told.
fn rebuild_desk(run: &Path) -> Result<DeskCameTo, Error> {
    let (mut desk, mut answers) = (Desk::default(), Vec::new());
    let mut came_to = DeskCameTo::default();
    let read = read_dir(&desk_journal_dir(run), |_, entry| {
        let seq = entry.record.seq;
        worker::desk::apply(&mut desk, entry.record, &mut answers);
        for (answer, index) in answers.drain(..).zip(0..) {
            came_to.told(&Told { seq, index, answer });
        }
    });
    read.map_err(Error::input)?;
    Ok(DeskCameTo { state_hash: desk.state_hash(), ..came_to })
}
