//! All decisions of a run decided again: by the ladder from the state before each, and compared row by row.

use std::collections::HashMap;
use std::path::Path;

use serde_json::{Value, json};
use volley_core::decision::Decision;
use volley_core::effect::Effect;
use volley_core::id::ShardId;
use volley_core::journal::read_dir;
use volley_core::ladder::route;
use volley_core::ladder::situation::Situation;
use volley_core::record::{Body, Record};
use volley_core::shard::{Layout, Shard};

use super::row::{self, Difference, Row};
use super::{DecisionId, difference_in_words, no_journal};
use crate::error::Error;
use crate::output::journal_dir;

/// Differences that are told one by one; the rest is only counted.
const TOLD_MAX: usize = 10;

/// What came of it.
#[derive(Default)]
pub(super) struct Tally {
    decisions: u64,
    different: u64,
    /// The first of these, in words.
    told: Vec<String>,
    columns: usize,
}

impl Tally {
    /// In one line, or one and the first differences.
    pub(super) fn text(&self) -> String {
        let Self { decisions, different, columns, .. } = self;
        match different {
            0 => format!(
                "{decisions} decisions decided again: all the same, in all {columns} columns"
            ),
            _ => format!("{decisions} decisions decided again: {different} came out otherwise"),
        }
    }

    pub(super) fn json(&self) -> Value {
        json!({
            "decisions": self.decisions,
            "different": self.different,
            "differences": self.told,
        })
    }

    /// The end of the command: a difference is a mistake of ours.
    pub(super) fn verdict(self) -> Result<(), Error> {
        match self.told.first() {
            None => Ok(()),
            Some(first) => Err(Error::Internal(format!("{}; {first}", self.text()))),
        }
    }

    fn count(&mut self, id: DecisionId, columns: usize, differences: &[Difference]) {
        self.decisions += 1;
        self.columns = columns;
        if !differences.is_empty() {
            self.different += 1;
            if self.told.len() < TOLD_MAX {
                self.told.push(difference_in_words(id, differences));
            }
        }
    }
}

/// Decides everything again.
pub(super) fn decide_again(run: &Path) -> Result<Tally, Error> {
    let mut rows = row::read_all(run)?;
    let mut tally = Tally::default();
    let mut layout = Layout { shard: ShardId(0), shards: 1, partitions: 1 };
    while layout.shard.0 < layout.shards {
        let dir = journal_dir(run, layout);
        if !dir.is_dir() {
            return Err(no_journal(run, layout.shard));
        }
        let mut shard = None;
        let read = read_dir(&dir, |header, entry| {
            (layout.shards, layout.partitions) = (header.shards, header.partitions);
            let shard = shard.get_or_insert_with(|| Shard::new(layout));
            decide(shard, &entry.record, &mut rows, &mut tally);
        });
        read.map_err(Error::input)?;
        layout.shard.0 += 1;
    }
    // What is left in the file was decided by nobody.
    let mut left: Vec<u64> = rows.into_keys().collect();
    left.sort_unstable();
    for number in left {
        let missing = Difference::of_nobody(number);
        tally.count(DecisionId::from_number(number), tally.columns, &[missing]);
    }
    Ok(tally)
}

fn decide(shard: &mut Shard, record: &Record, rows: &mut HashMap<u64, Row>, tally: &mut Tally) {
    let situation = situation(shard, record);
    let mut effects = Vec::new();
    shard.apply(record, Default::default(), &mut effects);
    let decided = effects.into_iter().find_map(|effect| match effect {
        Effect::Decide(decision) => Some(decision),
        _ => None,
    });
    let Some(decision) = decided else { return };
    let again = match &situation {
        None => decision,
        Some(situation) => {
            let route = route(&situation.case());
            let (step, disposition, reason) = (route.step, route.disposition, route.reason);
            Decision { step, disposition, reason, ..decision }
        }
    };
    let id = DecisionId { shard: decision.shard, seq: decision.seq };
    let row = rows.remove(&id.number());
    let (columns, differences) = row::compare(row.as_ref(), &again);
    tally.count(id, columns, &differences);
}

/// What a reply was decided from; none if it is no reply, or nobody serves the brand.
fn situation(shard: &mut Shard, record: &Record) -> Option<Situation> {
    let Body::Reply(reply, stamp) = &record.body else { return None };
    let place = shard.locate_served(reply.key())?;
    let brand = shard.brand_day(reply.key());
    let (contact, policy) = (shard.contact(place), shard.policy(reply.brand)?);
    Some(Situation::new((contact, brand), reply, stamp, policy, record.at))
}
