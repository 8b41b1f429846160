//! A small scenario that was run, and all that it left: figures, tables, and the effects of its journal,
//! lived through once more by a shard that knows nothing of the simulator.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;
use std::sync::LazyLock;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type};
use arrow_array::{Array, RecordBatch};
use arrow_ipc::reader::FileReader;
use tempfile::TempDir;
use volley_core::classify::Intent;
use volley_core::conversation::Outcome;
use volley_core::effect::{Effect, Send, SendKind};
use volley_core::id::{ConversationId, ShardId};
use volley_core::journal::read_dir;
use volley_core::message::Channel;
use volley_core::reason::{Disposition, Reason};
use volley_core::record::Record;
use volley_core::shard::{Layout, Shard};
use volley_core::time::Timestamp;
use volley_sim::output::journal_dir;
use volley_sim::runner;
use volley_sim::scenario::Scenario;

/// A row, by column: numbers as they are, words as their names.
#[derive(Clone, Debug)]
pub struct Row(BTreeMap<String, Cell>);

#[derive(Clone, Debug)]
enum Cell {
    /// Names of things have more digits than a float keeps.
    Whole(u64),
    Word(String),
}

impl Row {
    /// A whole number.
    pub fn whole(&self, column: &str) -> u64 {
        match &self.0[column] {
            Cell::Whole(number) => *number,
            other => panic!("{column} is {other:?}"),
        }
    }

    /// A word.
    pub fn word(&self, column: &str) -> &str {
        match &self.0[column] {
            Cell::Word(word) => word,
            other => panic!("{column} is {other:?}"),
        }
    }

    /// The conversation it is about.
    pub fn conversation(&self) -> ConversationId {
        ConversationId(self.whole("conversation"))
    }
}

/// A run.
pub struct Run {
    figures: BTreeMap<String, f64>,
    tables: BTreeMap<String, Vec<Row>>,
    /// Every record of the journal, with the effects it has.
    pub records: Vec<(Record, Vec<Effect>)>,
}

impl Run {
    /// Runs `scenario` under `policy`.
    pub fn new(policy: &str, scenario: &str) -> Self {
        let dir = TempDir::new().unwrap();
        fs::write(dir.path().join("policy.toml"), policy).unwrap();
        let path = dir.path().join("scenario.toml");
        fs::write(&path, scenario).unwrap();
        let scenario = Scenario::load(&path).unwrap_or_else(|error| panic!("{error}"));
        let out = dir.path().join("out");
        let outcome = runner::run(&scenario, None, Some(&out), None).unwrap();
        let figures = outcome.summary.iter().map(|row| (row.metric.clone(), row.value));
        let names =
            ["decisions", "sends", "events", "conversations", "tags", "timeline", "summary"];
        let tables = names.map(|name| (name.to_owned(), table(&out, name)));
        Self { figures: figures.collect(), tables: tables.into(), records: records(&out) }
    }

    /// A figure that was measured.
    pub fn figure(&self, name: &str) -> f64 {
        *self.figures.get(name).unwrap_or_else(|| panic!("{name} was not measured"))
    }

    /// A figure that counts.
    pub fn count(&self, name: &str) -> usize {
        self.figure(name) as usize
    }

    /// The figures whose names begin so.
    pub fn family<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, f64)> {
        let named = self.figures.iter().filter(move |(name, _)| name.starts_with(prefix));
        named.map(|(name, value)| (&name[..], *value))
    }

    /// The rows of a table.
    pub fn table(&self, name: &str) -> &[Row] {
        &self.tables[name]
    }

    /// All effects, in order.
    pub fn effects(&self) -> impl Iterator<Item = &Effect> {
        self.records.iter().flat_map(|(_, effects)| effects)
    }
}

fn table(out: &Path, name: &str) -> Vec<Row> {
    let file = File::open(out.join(name).with_extension("arrow")).unwrap();
    let batches = FileReader::try_new(file, None).unwrap();
    batches.flat_map(|batch| rows(&batch.unwrap())).collect()
}

fn rows(batch: &RecordBatch) -> Vec<Row> {
    let schema = batch.schema();
    let names: Vec<&String> = schema.fields().iter().map(|field| field.name()).collect();
    let row = |index| {
        let cells = batch.columns().iter().map(|column| cell(column, index));
        Row(names.iter().map(|name| (*name).clone()).zip(cells).collect())
    };
    (0..batch.num_rows()).map(row).collect()
}

fn cell(column: &dyn Array, index: usize) -> Cell {
    if let Some(words) = column.as_dictionary_opt::<UInt8Type>() {
        let names = words.values().as_string::<i32>();
        return Cell::Word(names.value(words.keys().value(index).into()).to_owned());
    }
    if let Some(words) = column.as_string_opt::<i32>() {
        return Cell::Word(words.value(index).to_owned());
    }
    if let Some(numbers) = column.as_primitive_opt::<Float64Type>() {
        return Cell::Word(numbers.value(index).to_string());
    }
    let whole = (column.as_primitive_opt::<UInt64Type>().map(|it| it.value(index)))
        .or_else(|| column.as_primitive_opt::<UInt32Type>().map(|it| it.value(index).into()))
        .or_else(|| column.as_primitive_opt::<UInt16Type>().map(|it| it.value(index).into()))
        .or_else(|| column.as_boolean_opt().map(|it| it.value(index).into()));
    Cell::Whole(whole.unwrap_or_else(|| panic!("{:?}", column.data_type())))
}

fn records(out: &Path) -> Vec<(Record, Vec<Effect>)> {
    let mut layout = Layout { shard: ShardId(0), shards: 1, partitions: 1 };
    let dir = journal_dir(out, layout);
    let mut shard = None;
    let mut records = Vec::new();
    let read = read_dir(&dir, |header, entry| {
        layout.partitions = header.partitions;
        let shard = shard.get_or_insert_with(|| Shard::new(layout));
        let mut effects = Vec::new();
        shard.apply(&entry.record, entry.position, &mut effects);
        records.push((entry.record.clone(), effects));
    });
    read.unwrap();
    records
}

/// A policy with tags, whose store answers through the brand's number.
pub const POLICY: &str = r#"
store_answers = "relay"
[first_responder]
store_info = "store"
[deadlines]
inactive = "30m"
[escalation.return]
tags = ["return"]
[escalation.refund]
tags = ["return"]
[[tag]]
name = "return"
[[tag]]
name = "delivery"
intents = ["order_status"]
"#;

/// Three days in the life of a shop, of everything a little.
pub const SCENARIO: &str = r#"
name = "Figures"
seed = 5
start = "2026-11-27T14:00:00Z"
duration = "72h"
policy = "policy.toml"
[audience]
contacts = 4000
[mix]
product_question = 30
order_status = 20
store_info = 6
return_refund = 14
damaged_or_wrong_item = 5
human_request = 5
complaint_frustration = 3
acknowledgement = 4
opt_out = 8
tapback = 3
near_miss = 2
[[campaign]]
name = "By text"
recipients = 6000
per_second = 20
reply_rate = 0.2
order_rate = 0.02
reply_delay = { median = "20m", sigma = 1.0 }
[[campaign]]
name = "In the chat"
channel = "web"
at = "1h"
recipients = 3000
per_second = 10
reply_rate = 0.2
[[campaign]]
name = "Again"
at = "30h"
to = "talked_to_ai"
recipients = 5000
per_second = 20
reply_rate = 0.3
[ai]
resolution_otherwise = 0.75
failure_rate = 0.02
[agents]
headcount = 14
concurrency = 3
store_rate = 0.2
[follow_ups]
rate = 0.4
delay = { median = "15m", sigma = 1.5 }
[store]
handling = { median = "3h", sigma = 0.5 }
[customers]
order_rate = 0.15
rating_rate = 0.3
judged_rate = 0.5
"#;

/// The run that most tests look at.
pub fn run() -> &'static Run {
    static RUN: LazyLock<Run> = LazyLock::new(|| Run::new(POLICY, SCENARIO));
    &RUN
}

/// Who answered.
pub fn tier(send: &Send) -> Option<&'static str> {
    match send.kind {
        SendKind::Ai => Some("ai"),
        SendKind::Agent => Some("human"),
        SendKind::Store => Some("store"),
        _ => None,
    }
}

/// One conversation, as its effects tell it.
#[derive(Default)]
pub struct Story {
    /// The AI was asked.
    pub asked: bool,
    /// People were.
    pub offered: bool,
    /// It went to the store or a helpdesk.
    pub handed: bool,
    /// Why it first left the AI.
    pub cause: Option<Reason>,
    /// Answers by tier.
    pub answers: BTreeMap<&'static str, usize>,
    waiting: Option<Timestamp>,
    /// Who answered first, after how many microseconds, by which channel.
    pub first: Option<(&'static str, u64, Channel)>,
    /// When and how it ended, as it stands.
    pub ended: Option<(Timestamp, Outcome)>,
    /// How often it went on after an end.
    pub reopened: usize,
    /// What it was about at its end.
    pub intent: Intent,
    /// Segments of all messages in it.
    pub segments: u64,
}

impl Story {
    fn goes_on(&mut self) {
        self.reopened += usize::from(self.ended.take().is_some());
    }

    fn take(&mut self, effect: &Effect) {
        match effect {
            Effect::Decide(decision) => {
                use Disposition::{Ai, Append, Closeout, Helpdesk, Hold, Human, Store};
                if decision.disposition != Closeout {
                    self.goes_on();
                }
                let waits = [Ai, Append, Helpdesk, Hold, Human, Store];
                if waits.contains(&decision.disposition) {
                    self.waiting.get_or_insert(decision.received_at);
                }
                if decision.channel == Channel::Sms {
                    self.segments += u64::from(decision.segments);
                }
            }
            Effect::Send(send) => {
                self.segments += u64::from(send.segments.segments);
                let Some(tier) = tier(send) else { return };
                self.goes_on();
                let waited = self.waiting.take().map(|since| send.at.since(since));
                if self.answers.is_empty() {
                    let waited = waited.map_or(0, |waited| waited.as_micros() as u64);
                    self.first = Some((tier, waited, send.channel));
                }
                *self.answers.entry(tier).or_default() += 1;
            }
            Effect::AskAi(_) => self.asked = true,
            Effect::Offer(offer) => {
                self.offered = true;
                self.cause.get_or_insert(offer.reason);
            }
            Effect::HandOver(handed) => {
                self.handed = true;
                self.cause.get_or_insert(handed.reason);
            }
            Effect::Ended(ended) => {
                self.ended = Some((ended.at, ended.conversation.outcome));
                self.waiting = None;
                self.intent = ended.conversation.intent;
            }
            _ => {}
        }
    }

    /// Whether the tier of that name answered.
    pub fn answered_by(&self, tier: &str) -> bool {
        self.answers.contains_key(tier)
    }

    /// Whether it stands as resolved.
    pub fn is_resolved(&self) -> bool {
        let resolved = [Outcome::ResolvedAssumed, Outcome::ResolvedConfirmed];
        self.ended.is_some_and(|(_, outcome)| resolved.contains(&outcome))
    }
}

/// The conversation an effect is about; none if it is about none.
fn about(effect: &Effect) -> Option<ConversationId> {
    let id = match effect {
        Effect::Decide(it) => it.conversation,
        Effect::Send(it) => it.conversation,
        Effect::AskAi(it) => it.conversation,
        Effect::Offer(it) => it.conversation,
        Effect::HandOver(it) => it.conversation,
        Effect::Event(it) => it.conversation,
        Effect::Ended(it) => it.conversation.id,
        _ => ConversationId(0),
    };
    (id != ConversationId(0)).then_some(id)
}

/// All conversations.
pub fn stories(run: &Run) -> BTreeMap<ConversationId, Story> {
    let mut stories: BTreeMap<ConversationId, Story> = BTreeMap::new();
    for effect in run.effects() {
        if let Some(id) = about(effect) {
            stories.entry(id).or_default().take(effect);
        }
    }
    stories
}

/// How many conversations are so.
pub fn how_many(run: &Run, is: impl Fn(&Story) -> bool) -> usize {
    stories(run).values().filter(|story| is(story)).count()
}

/// Whether a figure is as it was counted, but for that part of it.
#[track_caller]
pub fn near(told: f64, counted: f64, part: f64) {
    assert!(
        (told - counted).abs() <= counted.abs() * part + 1e-9,
        "told {told}, counted {counted}"
    );
}

/// The value below which that share of `values` lies, by the nearest rank.
pub fn percentile(values: &mut [u64], share: f64) -> f64 {
    values.sort_unstable();
    let rank = (share * values.len() as f64).ceil() as usize;
    values[rank.max(1) - 1] as f64
}
