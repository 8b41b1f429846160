//! The loop that feeds a scenario's world to the engine: in virtual time, or against the clock.
//!
//! Both run the same world and the same workers. Virtual time calls [`Worker::turn`] itself and jumps
//! from event to event; real time gives the workers to the runtime and waits.

mod real;
mod virtual_time;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use volley_core::classify::Classifier;
use volley_core::export::SummaryRow;
use volley_core::journal::Acknowledge;
use volley_core::limits::PARTITIONS_DEFAULT;
use volley_core::shard::Layout;
use volley_core::time::Timestamp;
use volley_core::worker::Worker;

use crate::error::Error;
use volley_core::message::Inbound;

use crate::output::{Output, RunJournal, manifest};
use crate::recorded::Recorded;
use crate::scenario::Scenario;
use crate::speech::Speech;
use crate::summary::{self, Prices};
use crate::world::{DeskCameTo, World};

pub use real::Pace;

/// What a run came to.
pub struct Outcome {
    /// The figures.
    pub summary: Vec<SummaryRow>,
    /// Everything that was counted.
    pub measures: crate::measure::Measures,
    /// What became of each conversation.
    pub book: crate::book::Book,
    /// Digest of all state at the end.
    pub state_hash: u64,
    /// What the desk came to.
    pub desk: DeskCameTo,
    /// People with state at the end.
    pub contacts: usize,
    /// Wall time.
    pub elapsed: Duration,
    /// Whether the user stopped it.
    pub interrupted: bool,
    /// Recorded lines that were passed over.
    pub skipped_lines: u64,
    /// By how much the generator was late at worst, if it ran against the clock.
    pub late: Option<Duration>,
}

/// Runs a scenario, or plays recorded replies under its AI, agents and policy; results go to `out`, if
/// anywhere.
///
/// # Errors
/// If results cannot be written, recorded replies not read, or the engine broke a promise.
pub fn run(
    scenario: &Scenario,
    recorded: Option<(Recorded, Inbound)>,
    out: Option<&Path>,
    pace: Option<Pace>,
) -> Result<Outcome, Error> {
    let speech = Speech::new();
    let classifier = Arc::new(Classifier::standard());
    let mut output = out.map(Output::create).transpose()?;
    let acknowledge = if pace.is_some() { Acknowledge::Durable } else { Acknowledge::InMemory };
    let shards = pace.map_or(1, |pace| pace.shards);
    let mut workers = Vec::new();
    for shard in 0..shards {
        let shard = volley_core::id::ShardId(shard);
        let layout = Layout { shard, shards, partitions: PARTITIONS_DEFAULT };
        let journal = RunJournal::create(out, layout, acknowledge)?;
        workers.push(Worker::new(layout, journal, Arc::clone(&classifier)));
    }
    let desk_journal = RunJournal::create_desk(out, acknowledge)?;
    let mut world = World::new(scenario, &speech, workers[0].shard().layout(), desk_journal);
    if let Some((recorded, first)) = recorded {
        world.play_back(recorded, first);
    }
    let ended = match pace {
        None => virtual_time::run(scenario, &mut world, workers, output.as_mut())?,
        Some(pace) => real::run(scenario, &mut world, workers, output.as_mut(), pace)?,
    };
    world.settle()?;
    world.end_book(ended.now, |key| {
        let mut shards = ended.workers.iter().map(|worker| worker.shard());
        let owner = shards.find(|shard| {
            let layout = shard.layout();
            layout.owner(key.partition(layout.partitions)) == layout.shard
        });
        owner?.find(key).cloned()
    });
    let prices = Prices { costs: scenario.costs, agent_hours: world.agent_hours(ended.now) };
    let (skipped_lines, desk) = (world.skipped_lines(), world.desk_came_to());
    let (measures, book, desk_journal) = world.into_parts();
    desk_journal.finish().map_err(Error::input)?;
    let outcome = Outcome {
        summary: summary::figures(&measures, &prices),
        state_hash: ended
            .workers
            .iter()
            .map(|it| it.shard().state_hash())
            .fold(0, u64::wrapping_add),
        contacts: ended.workers.iter().map(|it| it.shard().contacts()).sum(),
        desk,
        skipped_lines,
        measures,
        book,
        elapsed: ended.elapsed,
        interrupted: ended.interrupted,
        late: ended.late,
    };
    for worker in ended.workers {
        worker.into_journal().finish().map_err(Error::input)?;
    }
    if let Some(output) = output {
        let manifest = manifest(scenario, &outcome);
        let conversations = outcome.book.rows(&scenario.policy);
        output.finish(&outcome.measures, conversations, &outcome.summary, &manifest)?;
    }
    Ok(outcome)
}

/// How the loop ended.
struct Ended {
    workers: Vec<Worker<RunJournal>>,
    /// The scenario's time at the end.
    now: Timestamp,
    elapsed: Duration,
    interrupted: bool,
    late: Option<Duration>,
}
