//! `volley-sim explain`: why one reply was decided as it was.

use std::fmt;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::Args;
use volley_core::audit::{Audit, Evidence, Missing};
use volley_core::id::{Seq, ShardId};
use volley_core::journal::read_dir;
use volley_core::ladder::counterfactual::{Counterfactual, counterfactuals};
use volley_core::ladder::explain::{Explanation, explain};
use volley_core::shard::Layout;

use super::paint::Colour;
use crate::error::Error;
use crate::output::journal_dir;
use row::Difference;

mod all;
mod row;
mod shown;
mod told;

/// Explain a decision of a run: decide it again, and show the ladder and what would have changed it
///
/// The state before the reply is rebuilt from the journal, the reply is decided again and compared bit for
/// bit with its row in decisions.arrow. Then come the steps of the ladder, each with the reason why it did
/// not match, and the smallest changes of one input after which something else would have happened; each
/// of them was found by deciding the changed case. Without --decision, all decisions of the run are decided
/// again and compared. Exit code 1: decided again it comes out otherwise.
#[derive(Debug, Args)]
pub struct Explain {
    /// The directory that the run was given as --out
    dir: PathBuf,
    /// The decision: its number in the column `decision` of decisions.arrow, or SHARD-RECORD, such as
    /// 0-123; all of them if it is left out
    #[arg(long, value_name = "ID")]
    decision: Option<DecisionId>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Whether to use colour
    #[arg(long, value_enum, default_value_t = Colour::Auto)]
    color: Colour,
}

/// The name of a decision: the shard and the record of the reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct DecisionId {
    shard: ShardId,
    seq: Seq,
}

/// Bits of a decision's number that count records; the shard stands above them.
const SEQ_BITS: u32 = 48;

impl DecisionId {
    /// The decision of that number.
    fn from_number(number: u64) -> Self {
        let seq = Seq(number & ((1 << SEQ_BITS) - 1));
        Self { shard: ShardId((number >> SEQ_BITS) as u16), seq }
    }

    /// As it stands in `decisions.arrow`.
    fn number(self) -> u64 {
        u64::from(self.shard.0) << SEQ_BITS | self.seq.0
    }
}

impl FromStr for DecisionId {
    type Err = String;

    fn from_str(written: &str) -> Result<Self, String> {
        let id = match written.split_once('-') {
            Some((shard, seq)) => shard.parse().ok().zip(seq.parse().ok()),
            None => written.parse().ok().map(|number| {
                let Self { shard, seq } = Self::from_number(number);
                (shard.0, seq.0)
            }),
        };
        let id = id.filter(|(_, seq)| (1..1 << SEQ_BITS).contains(seq));
        let (shard, seq) =
            id.ok_or("a number of the column `decision`, or SHARD-RECORD, such as 0-123")?;
        Ok(Self { shard: ShardId(shard), seq: Seq(seq) })
    }
}

impl fmt::Display for DecisionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.shard, self.seq)
    }
}

/// What is shown.
struct Account {
    id: DecisionId,
    evidence: Evidence,
    /// None for a brand that nobody serves: no ladder was asked.
    why: Option<Why>,
    /// Columns in which the row of the run differs.
    differences: Vec<Difference>,
    columns: usize,
}

struct Why {
    explanation: Explanation,
    counterfactuals: Vec<Counterfactual>,
}

impl Explain {
    pub(super) fn run(self) -> Result<(), Error> {
        match self.decision {
            Some(id) => self.one(id),
            None => self.all(),
        }
    }

    fn one(&self, id: DecisionId) -> Result<(), Error> {
        let account = Account::of(&self.dir, id)?;
        let mut out = BufWriter::new(io::stdout().lock());
        if self.json {
            writeln!(out, "{}", told::json(&account))?;
        } else {
            shown::show(&mut out, &account, self.color.paint())?;
        }
        out.flush()?;
        if account.differences.is_empty() {
            return Ok(());
        }
        Err(Error::Internal(difference_in_words(id, &account.differences)))
    }

    fn all(&self) -> Result<(), Error> {
        let tally = all::decide_again(&self.dir)?;
        let mut out = io::stdout().lock();
        match self.json {
            true => writeln!(out, "{}", tally.json())?,
            false => writeln!(out, "{}", tally.text())?,
        }
        tally.verdict()
    }
}

impl Account {
    fn of(run: &Path, id: DecisionId) -> Result<Self, Error> {
        let evidence = evidence(run, id)?;
        let row = row::read(run, id)?;
        let why = evidence.situation.as_ref().map(|situation| Why {
            explanation: explain(situation),
            counterfactuals: counterfactuals(situation),
        });
        let (columns, differences) = row::compare(row.as_ref(), &evidence.decision);
        Ok(Self { id, evidence, why, differences, columns })
    }
}

fn difference_in_words(id: DecisionId, differences: &[Difference]) -> String {
    let told = differences.iter().map(|Difference { column, run, again }| {
        format!("{column} is {run} in decisions.arrow and {again} when decided again")
    });
    format!("decision {id}: {}", told.collect::<Vec<_>>().join(", "))
}

/// Reads the journal of the decision's shard.
fn evidence(run: &Path, id: DecisionId) -> Result<Evidence, Error> {
    let layout = Layout { shard: id.shard, shards: 1, partitions: 1 };
    let dir = journal_dir(run, layout);
    if !dir.is_dir() {
        return Err(no_journal(run, id.shard));
    }
    let mut audit = None;
    let read = read_dir(&dir, |header, entry| {
        let (shards, partitions) = (header.shards, header.partitions);
        let layout = Layout { shard: id.shard, shards, partitions };
        let audit = audit.get_or_insert_with(|| Audit::new(layout, id.seq));
        audit.take(&entry.record, entry.position);
    });
    read.map_err(Error::input)?;
    let found = audit.ok_or(Missing::Beyond(Seq(0))).and_then(Audit::finish);
    found.map_err(|missing| {
        Error::Input(format!(
            "{}: there is no decision {id}: {missing}; take a number from the column `decision` of \
                decisions.arrow",
            run.display()
        ))
    })
}

fn no_journal(run: &Path, shard: ShardId) -> Error {
    let shown = run.display();
    let first = Layout { shard: ShardId(0), shards: 1, partitions: 1 };
    if journal_dir(run, first).is_dir() {
        return Error::Input(format!(
            "{shown}: there is no shard {shard} in it; take a number from the column `decision` of \
                decisions.arrow"
        ));
    }
    Error::Input(format!(
        "{shown}: there is no journal in it; name the --out directory of a run that ended"
    ))
}
