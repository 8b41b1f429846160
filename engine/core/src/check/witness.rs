//! Messages that show what is the matter: each is sent through the engine before it is shown.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::classify::Classifier;
use crate::contact::Consent;
use crate::decision::Decision;
use crate::effect::Effect;
use crate::id::{BrandId, ContactId, Key, MessageId, SegmentId, Seq, ShardId};
use crate::input::{Input, PolicyChange, ProfileChange};
use crate::journal::{Header, MemoryJournal};
use crate::ladder::Route;
use crate::message::{Channel, Inbound, Source};
use crate::outbox::Held;
use crate::policy::Policy;
use crate::shard::Layout;
use crate::time::Timestamp;
use crate::worker::Worker;

/// A message of a customer who has agreed to be written to, and of whom nothing else is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What they write.
    pub text: String,
    /// The channel it comes by.
    pub channel: Channel,
    /// The send it answers.
    pub source: Source,
    /// The segments they are in.
    pub segments: Vec<SegmentId>,
    /// When it comes.
    pub at: Timestamp,
}

/// A message, and what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// The message.
    pub message: Message,
    /// Where the engine sent it.
    pub route: Route,
    /// What has to happen beside, in words; often nothing.
    pub then: &'static str,
    /// The names of the segments, and whether it comes while nobody works: for people.
    told: Vec<String>,
}

impl Message {
    /// A text message in answer to nothing.
    pub fn new(text: &str, at: Timestamp) -> Self {
        let (text, source) = (text.to_owned(), Source::Unprompted);
        Self { text, channel: Channel::Sms, source, segments: Vec::new(), at }
    }

    /// The same in answer to a send.
    #[must_use]
    pub fn answering(self, source: Source) -> Self {
        Self { source, ..self }
    }

    /// The same by another channel.
    #[must_use]
    pub fn by(self, channel: Channel) -> Self {
        Self { channel, ..self }
    }

    /// The same from somebody in a segment.
    #[must_use]
    pub fn of(mut self, segment: SegmentId) -> Self {
        self.segments.push(segment);
        self
    }
}

impl fmt::Display for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "“{}”", self.message.text)?;
        self.told.iter().try_for_each(|told| write!(f, " {told}"))?;
        let Route { step, disposition, reason } = self.route;
        write!(f, " → {disposition}, {reason} (at {step})")?;
        if self.then.is_empty() { Ok(()) } else { write!(f, ", {}", self.then) }
    }
}

/// The engine under the policy that is checked.
pub(super) struct Bench {
    worker: Worker<MemoryJournal>,
    people: u64,
}

const BRAND: BrandId = BrandId(1);

impl Bench {
    /// Under `policy` and nothing else.
    pub(super) fn new(policy: &Policy, classifier: &Arc<Classifier>, at: Timestamp) -> Self {
        let header =
            Header { shard: ShardId(0), shards: 1, partitions: 1, first_seq: Seq(1), start: 0 };
        let journal = MemoryJournal::forgetting(header);
        let worker = Worker::new(Layout::single(1), journal, Arc::clone(classifier));
        let mut bench = Self { worker, people: 0 };
        let (source, author) = (policy.source.clone(), Bytes::from_static(b"check"));
        bench.give(at, vec![Input::Policy(PolicyChange { brand: BRAND, source, author })]);
        bench
    }

    /// What becomes of a message, as the first of somebody nobody knows.
    pub(super) fn decide(&mut self, message: &Message) -> Decision {
        self.people += 1;
        let key = Key { brand: BRAND, contact: ContactId(self.people) };
        let segments = Some(message.segments.clone());
        let consent = Some(Consent::OptedIn);
        let profile = ProfileChange { key, segments, consent, ..ProfileChange::default() };
        let reply = Inbound {
            brand: key.brand,
            contact: key.contact,
            message_id: MessageId(1),
            received_at: message.at,
            channel: message.channel,
            source: message.source,
            text: Bytes::copy_from_slice(message.text.as_bytes()),
            ..Inbound::default()
        };
        let effects = self.give(message.at, vec![Input::Profile(profile), Input::Reply(reply)]);
        let decided = effects.into_iter().find_map(|effect| match effect {
            Effect::Decide(decision) => Some(decision),
            _ => None,
        });
        decided.expect("every reply is decided")
    }

    /// A message with what becomes of it.
    pub(super) fn witness(&mut self, policy: &Policy, message: Message) -> Witness {
        let Decision { step, disposition, reason, .. } = self.decide(&message);
        let told = told(policy, &message);
        Witness { message, route: Route { step, disposition, reason }, then: "", told }
    }

    fn give(&mut self, at: Timestamp, inputs: Vec<Input>) -> Vec<Effect> {
        let mut effects = Vec::new();
        let keep = |held: &Held| {
            effects.push(held.effect.clone());
            true
        };
        self.worker.turn(at, inputs, keep).expect("memory does not fail");
        effects
    }
}

/// What is particular about a message, in words.
fn told(policy: &Policy, message: &Message) -> Vec<String> {
    let mut told = Vec::new();
    match message.source {
        Source::Unprompted => {}
        Source::Campaign(id) => told.push(format!("in answer to campaign {id}")),
        Source::Flow(id) => told.push(format!("in answer to flow {id}")),
    }
    if message.channel != Channel::Sms {
        told.push(format!("by {}", message.channel));
    }
    let names = policy.segments.iter().filter(|(_, id)| message.segments.contains(id));
    told.extend(names.map(|(name, _)| format!("from somebody in {name}")));
    if policy.hours.as_ref().is_some_and(|hours| !hours.is_open(message.at)) {
        told.push("while nobody works".to_owned());
    }
    told
}

/// A moment at which people work and one at which they do not, where there are such.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moments {
    /// People work.
    pub open: Option<Timestamp>,
    /// Nobody works.
    pub closed: Option<Timestamp>,
}

/// Any moment would do; this is a Monday.
const BEGIN: Timestamp = Timestamp::from_secs(1_767_571_200);

/// Days that are searched: the longest holidays are shorter.
const SEARCH_DAYS: u64 = 60;

const QUARTER: Duration = Duration::from_secs(15 * 60);

impl Moments {
    /// Those of a policy.
    pub fn of(policy: &Policy) -> Self {
        let Some(hours) = &policy.hours else { return Self { open: Some(BEGIN), closed: None } };
        let quarters = (0..SEARCH_DAYS * 96).map(|index| BEGIN + QUARTER * index as u32);
        let find = |open| quarters.clone().find(|at| hours.is_open(*at) == open);
        Self { open: find(true), closed: find(false) }
    }

    /// Both, as far as they are there.
    pub fn iter(self) -> impl Iterator<Item = Timestamp> {
        self.open.into_iter().chain(self.closed)
    }

    /// One of them, at which people work if they ever do.
    pub fn any(self) -> Timestamp {
        self.open.or(self.closed).unwrap_or(BEGIN)
    }
}
