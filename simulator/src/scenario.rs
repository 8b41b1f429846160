//! A scenario: what is simulated. What was written in TOML is checked and given its meaning in
//! `scenario::written`; here is the meaning.

mod customers;
mod life;
mod written;

pub use customers::Customers;
pub use life::{FollowUps, Store};

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use volley_core::classify::Intent;
use volley_core::message::Channel;
use volley_core::policy::Policy;
use volley_core::time::Timestamp;

use crate::error::Error;
use crate::expect::Expectation;
use crate::speech::{Kind, Style};

/// A log-normal distribution of lengths of time.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spread {
    /// Half are shorter than this.
    #[serde(deserialize_with = "written::duration")]
    pub median: Duration,
    /// Standard deviation of the logarithm: 0 means always the median.
    pub sigma: f64,
}

/// Whom a campaign is sent to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recipients {
    /// Anybody in the audience.
    #[default]
    Everybody,
    /// Those who have talked to the AI by the time it is sent (`KL-82`).
    TalkedToAi,
}

/// One burst of messages to many people.
#[derive(Clone, Debug, PartialEq)]
pub struct Campaign {
    /// For people.
    pub name: String,
    /// What is sent: tapbacks quote it, and its segments cost money.
    pub text: String,
    /// The channel it goes by; replies come by the same.
    pub channel: Channel,
    /// When sending begins.
    pub at: Timestamp,
    /// People it is sent to.
    pub recipients: u64,
    /// Of whom.
    pub to: Recipients,
    /// Messages sent per second.
    pub per_second: f64,
    /// Share of recipients who reply.
    pub reply_rate: f64,
    /// Share of recipients whose device answers by itself within seconds.
    pub auto_reply_rate: f64,
    /// Share of recipients who order without a word.
    pub order_rate: f64,
    /// Time from delivery to reply.
    pub reply_delay: Spread,
    /// What they reply, by relative weight; devices' answers are apart.
    pub mix: BTreeMap<Kind, f64>,
    /// Whether it is a flow rather than a campaign.
    pub flow: bool,
}

/// The AI that answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Ai {
    /// Time to an answer.
    pub latency: Spread,
    /// Share of requests it answers well, by intent.
    pub resolution: BTreeMap<Intent, f64>,
    /// The same, for intents that are not listed.
    pub resolution_otherwise: f64,
    /// Share of requests that fail outright or never come back.
    pub failure_rate: f64,
    /// Share of its answers that are right, of those that are judged.
    pub accuracy: f64,
    /// How soon its first answer ought to be there (`OT-39`).
    pub objective: Duration,
}

/// The people who answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Agents {
    /// How many.
    pub headcount: u32,
    /// Conversations each has at once.
    pub concurrency: u16,
    /// Time from taking a conversation to its end.
    pub handling: Spread,
    /// Share of their conversations that only the store can solve.
    pub store_rate: f64,
    /// Share of their answers that are right, of those that are judged.
    pub accuracy: f64,
    /// Share of questions to the AI that somebody answers from a phone, past the inbox.
    pub outside_rate: f64,
    /// Time until they do.
    pub outside_delay: Spread,
}

/// What things cost, in US dollars.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Costs {
    /// One segment sent.
    pub segment_out: f64,
    /// One segment received.
    pub segment_in: f64,
    /// One request to the AI.
    pub ai_request: f64,
    /// One agent for one hour.
    pub agent_hour: f64,
}

/// A scenario, checked.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// For people.
    pub name: String,
    /// One sentence for people.
    pub about: String,
    /// The file it was read from.
    pub path: PathBuf,
    /// Fixes every random draw.
    pub seed: u64,
    /// When it begins.
    pub start: Timestamp,
    /// How long it lasts.
    pub duration: Duration,
    /// Time that one turn of the engine gathers inputs for: its group commit.
    pub turn: Duration,
    /// Length of an interval of the timeline.
    pub interval: Duration,
    /// The brand's policy.
    pub policy: Policy,
    /// People who may reply.
    pub contacts: u64,
    /// How unevenly they do: exponent of a Zipf distribution, 0 for evenly.
    pub skew: f64,
    /// Share of replies that the provider delivers twice.
    pub redelivery_rate: f64,
    /// How customers write.
    pub style: Style,
    /// Bursts of messages.
    pub campaigns: Vec<Campaign>,
    /// The AI.
    pub ai: Ai,
    /// The agents.
    pub agents: Agents,
    /// Customers who write again.
    pub follow_ups: FollowUps,
    /// What customers do else.
    pub customers: Customers,
    /// The store, if it is ever heard of.
    pub store: Option<Store>,
    /// Prices.
    pub costs: Costs,
    /// What must hold at the end.
    pub expectations: Vec<Expectation>,
}

impl Scenario {
    /// Reads and checks a scenario and the policy it names.
    ///
    /// # Errors
    /// If a file cannot be read or says something impossible: one line with file, line and remedy.
    pub fn load(path: &Path) -> Result<Self, Error> {
        let source = read(path)?;
        written::Written::read(&source, path)?.compile(&source, path)
    }

    /// The surroundings for replies recorded in `file`: those of a scenario without its campaigns, or
    /// the usual ones.
    ///
    /// # Errors
    /// As [`Scenario::load`].
    pub fn for_replay(file: &Path, like: Option<&Path>) -> Result<Self, Error> {
        let mut scenario = match like {
            Some(path) => Self::load(path)?,
            None => written::Written::read(written::USUAL, file)?.compile(written::USUAL, file)?,
        };
        scenario.campaigns.clear();
        scenario.name = "Recorded replies".to_owned();
        scenario.about = format!("From {}", file.display());
        scenario.path = file.to_owned();
        Ok(scenario)
    }

    /// When it ends.
    pub fn end(&self) -> Timestamp {
        self.start + self.duration
    }
}

fn read(path: &Path) -> Result<String, Error> {
    std::fs::read_to_string(path).map_err(|error| {
        Error::Input(format!("{}: {error}; name a file that can be read", path.display()))
    })
}
