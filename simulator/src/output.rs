//! Where results go: Arrow files, the journal and a manifest in one directory, or nowhere.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::json;
use volley_core::effect::Effect;
use volley_core::export::{
    ArrowFile, ConversationRow, Conversations, Decisions, EventRow, Events, Latencies, SendRow,
    Sends, Summary, SummaryRow, Table, Tags, Timeline, TimelineRow, WholeFile,
};
use volley_core::id::{Position, Seq};
use volley_core::journal::{
    self, Acknowledge, FileJournal, Header, Journal, MemoryJournal, ensure_free,
};
use volley_core::outbox::Held;
use volley_core::record::Record;
use volley_core::shard::Layout;
use volley_core::worker;

use crate::error::Error;
use crate::measure::Measures;
use crate::runner::Outcome;
use crate::scenario::Scenario;

/// The directory of a journal within the directory of a run.
pub const JOURNAL_DIR: &str = "journal";

/// The file that says what a run was.
pub const MANIFEST: &str = "run.json";

/// Takes the rows of a run as it goes on.
pub struct Output {
    dir: PathBuf,
    /// Open until the run ends.
    files: Option<Files>,
    finished: bool,
}

/// What grows while a run goes on.
struct Files {
    decisions: ArrowFile<Decisions>,
    sends: ArrowFile<Sends>,
    events: ArrowFile<Events>,
}

fn unwritable(path: &Path) -> impl Fn(io::Error) -> Error {
    let path = path.to_owned();
    move |error| {
        Error::Input(format!(
            "{}: {error}; name a directory with room that you may write",
            path.display()
        ))
    }
}

impl Output {
    /// Makes the directory and begins the files. Results of an earlier run in it are replaced, one by
    /// one, when this run's are whole.
    ///
    /// # Errors
    /// If the directory cannot be written, or another run is writing to it.
    pub fn create(dir: &Path) -> Result<Self, Error> {
        ensure_journals_free(dir)?;
        fs::create_dir_all(dir).map_err(unwritable(dir))?;
        let files = Files {
            decisions: ArrowFile::create(dir).map_err(Error::input)?,
            sends: ArrowFile::create(dir).map_err(Error::input)?,
            events: ArrowFile::create(dir).map_err(Error::input)?,
        };
        Ok(Self { dir: dir.to_owned(), files: Some(files), finished: false })
    }

    /// Takes note of an effect.
    ///
    /// # Errors
    /// If rows cannot be written.
    pub fn observe(&mut self, held: &Held) -> Result<(), Error> {
        let Files { decisions, sends, events } =
            self.files.as_mut().expect("effects come before the end");
        let Held { shard, seq, index, .. } = *held;
        let (send, refused) = match &held.effect {
            Effect::Decide(decision) => return decisions.push(decision).map_err(Error::input),
            Effect::Send(send) => (send, None),
            Effect::Refuse(refusal) => (&refusal.send, Some(refusal.reason)),
            Effect::Event(event) => {
                let row = EventRow { shard, seq, index, event };
                return events.push(&row).map_err(Error::input);
            }
            _ => return Ok(()),
        };
        sends.push(&SendRow { shard, seq, index, send, refused }).map_err(Error::input)
    }

    /// Writes what is known only at the end, and then gives all files their own names at once.
    ///
    /// # Errors
    /// If a file cannot be written; then none of them is left.
    pub fn finish(
        mut self,
        measures: &Measures,
        conversations: impl Iterator<Item = ConversationRow>,
        summary: &[SummaryRow],
        manifest: &serde_json::Value,
    ) -> Result<(), Error> {
        let busy = |row: &&TimelineRow| **row != measures.empty_interval(row);
        let latencies: Vec<_> = measures.latency_rows().collect();
        let Files { decisions, sends, events } = self.files.take().expect("a run ends once");
        let mut all = ArrowFile::<Conversations>::create(&self.dir).map_err(Error::input)?;
        for row in conversations {
            all.push(&row).map_err(Error::input)?;
        }
        let files = [
            all.complete().map_err(Error::input)?,
            events.complete().map_err(Error::input)?,
            write_table::<Tags>(&self.dir, measures.tally.tags.iter())?,
            write_table::<Timeline>(&self.dir, measures.timeline().iter().filter(busy))?,
            write_table::<Latencies>(&self.dir, latencies.iter())?,
            write_table::<Summary>(&self.dir, summary.iter())?,
            sends.complete().map_err(Error::input)?,
            decisions.complete().map_err(Error::input)?,
            self.write_manifest(manifest)?,
        ];
        files.into_iter().try_for_each(|file| file.name().map_err(Error::input))?;
        self.finished = true;
        Ok(())
    }

    fn write_manifest(&self, manifest: &serde_json::Value) -> Result<WholeFile, Error> {
        let working = self.dir.join(format!("{MANIFEST}.partial"));
        let file = WholeFile::new(working.clone(), self.dir.join(MANIFEST));
        fs::write(&working, format!("{manifest:#}\n")).map_err(unwritable(&working))?;
        Ok(file)
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        // The journal of a run that did not end tells half a story under a whole name.
        if !self.finished {
            let _ = fs::remove_dir_all(self.dir.join(JOURNAL_DIR));
        }
    }
}

fn write_table<'a, T>(
    dir: &Path,
    rows: impl Iterator<Item = &'a T::Row<'a>>,
) -> Result<WholeFile, Error>
where
    T: Table,
    T::Row<'a>: 'a,
{
    let mut file = ArrowFile::<T>::create(dir).map_err(Error::input)?;
    for row in rows {
        file.push(row).map_err(Error::input)?;
    }
    file.complete().map_err(Error::input)
}

/// The journal of a run: on disk if results are kept, otherwise framed, checksummed and forgotten.
pub enum RunJournal {
    /// On disk.
    File(Box<FileJournal>),
    /// Forgotten.
    Forgotten(MemoryJournal),
}

impl RunJournal {
    /// Begins the journal of a shard. One that an earlier run left in the directory is removed.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn create(
        dir: Option<&Path>,
        layout: Layout,
        acknowledge: Acknowledge,
    ) -> Result<Self, Error> {
        let Layout { shard, shards, partitions } = layout;
        let header = Header { shard, shards, partitions, first_seq: Seq(1), start: 0 };
        Self::begin(dir.map(|run| journal_dir(run, layout)), header, acknowledge)
    }

    /// Begins the journal of the desk, likewise.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn create_desk(dir: Option<&Path>, acknowledge: Acknowledge) -> Result<Self, Error> {
        Self::begin(dir.map(desk_journal_dir), worker::desk::header(), acknowledge)
    }

    fn begin(
        dir: Option<PathBuf>,
        header: Header,
        acknowledge: Acknowledge,
    ) -> Result<Self, Error> {
        let Some(dir) = dir else { return Ok(Self::Forgotten(MemoryJournal::forgetting(header))) };
        if dir.exists() {
            fs::remove_dir_all(&dir).map_err(unwritable(&dir))?;
        }
        let journal = FileJournal::create(&dir, header, acknowledge);
        journal.map(|journal| Self::File(Box::new(journal))).map_err(|error| match error {
            journal::Error::Io(path, error) => unwritable(&path)(error),
            error => Error::input(error),
        })
    }

    /// Makes the rest durable.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn finish(self) -> io::Result<()> {
        match self {
            Self::File(journal) => journal.finish(),
            Self::Forgotten(_) => Ok(()),
        }
    }
}

impl Journal for RunJournal {
    fn append(&mut self, record: &Record) -> Position {
        match self {
            Self::File(journal) => journal.append(record),
            Self::Forgotten(journal) => journal.append(record),
        }
    }

    fn sync(&mut self) -> io::Result<Seq> {
        match self {
            Self::File(journal) => journal.sync(),
            Self::Forgotten(journal) => journal.sync(),
        }
    }
}

/// Makes sure that no other run is writing to a directory: its journals are about to be removed.
fn ensure_journals_free(run: &Path) -> Result<(), Error> {
    for journal in fs::read_dir(run.join(JOURNAL_DIR)).into_iter().flatten() {
        ensure_free(&journal.map_err(unwritable(run))?.path()).map_err(Error::input)?;
    }
    Ok(())
}

/// Where the journal of a shard lies in the directory of a run.
pub fn journal_dir(run: &Path, layout: Layout) -> PathBuf {
    run.join(JOURNAL_DIR).join(format!("shard-{:04}", layout.shard.0))
}

/// Where the journal of the desk lies in the directory of a run.
pub fn desk_journal_dir(run: &Path) -> PathBuf {
    run.join(JOURNAL_DIR).join("desk")
}

/// What a run was, for those who find its directory later.
pub fn manifest(scenario: &Scenario, outcome: &Outcome) -> serde_json::Value {
    json!({
        "volley": env!("CARGO_PKG_VERSION"),
        "scenario": scenario.path.display().to_string(),
        "seed": scenario.seed,
        "decisions": outcome.measures.decisions,
        "decisions_hash": format!("{:016x}", outcome.measures.decisions_hash),
        "state_hash": format!("{:016x}", outcome.state_hash),
        "desk_hash": format!("{:016x}", outcome.desk.state_hash),
        "desk_answers": outcome.desk.answers,
        "desk_answers_hash": format!("{:016x}", outcome.desk.answers_hash),
        "complete": !outcome.interrupted,
    })
}
