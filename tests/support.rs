//! What the tests share: where things are, a small engine in memory, and ways to feed it.

pub mod story;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use volley_core::classify::{Classifier, Score};
use volley_core::conversation::Owner;
use volley_core::decision::Decision;
use volley_core::effect::{
    AiRequest, Alarm, Denial, Effect, EventKind, HandOver, Offer, Refusal, Send, SendKind,
};
use volley_core::id::{
    AgentId, BrandId, ContactId, ConversationId, Key, MessageId, SenderId, Seq, ShardId,
};
use volley_core::input::{
    AgentAction, AgentCommand, AiOutcome, AiResult, Echo, Input, Outreach, OutsideEvent,
    OutsideNews, PolicyChange, ProfileChange,
};
use volley_core::journal::{Header, MemoryJournal};
use volley_core::message::{Channel, Inbound, Source};
use volley_core::outbox::Held;
use volley_core::service::Role;
use volley_core::shard::Layout;
use volley_core::time::Timestamp;
use volley_core::worker::Worker;

/// The root of the repository.
pub fn root() -> &'static Path {
    static ROOT: LazyLock<PathBuf> =
        LazyLock::new(|| Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned());
    &ROOT
}

/// The classifier that ships, built once.
pub fn classifier() -> Arc<Classifier> {
    static CLASSIFIER: LazyLock<Arc<Classifier>> =
        LazyLock::new(|| Arc::new(Classifier::standard()));
    Arc::clone(&CLASSIFIER)
}

/// The brand of the tests.
pub const BRAND: BrandId = BrandId(1);

/// The beginning of time in the tests.
pub const START: Timestamp = Timestamp::from_secs(1_795_788_000);

/// The header of a journal of a single shard.
pub fn header() -> Header {
    Header { shard: ShardId(0), shards: 1, partitions: 8, first_seq: Seq(1), start: 0 }
}

/// A reply by SMS.
pub fn reply(contact: u64, id: u128, text: &str, at: Timestamp) -> Inbound {
    Inbound {
        brand: BRAND,
        contact: ContactId(contact),
        message_id: MessageId(id),
        received_at: at,
        text: Bytes::copy_from_slice(text.as_bytes()),
        ..Inbound::default()
    }
}

/// One shard in memory, one person, and everything the engine has let out.
pub struct Line {
    worker: Worker<MemoryJournal>,
    /// The time; each call moves it on by a second.
    pub now: Timestamp,
    next_message: u128,
    /// The person who writes, and whose conversation is meant.
    pub person: Key,
    /// The person's channel.
    pub channel: Channel,
    /// The brand's number that the person writes to, and the brand writes from.
    pub sender: SenderId,
    /// What the person's messages answer.
    pub source: Source,
    /// What was let out, in order.
    pub effects: Vec<Effect>,
}

/// The person who writes, unless a test says otherwise.
pub const PERSON: Key = Key { brand: BRAND, contact: ContactId(12_025_550_100) };

impl Line {
    /// An engine that serves the brand under the policy in `policy`.
    pub fn with_policy(policy: &str) -> Self {
        let layout = Layout::single(8);
        let worker = Worker::new(layout, MemoryJournal::keeping(header()), classifier());
        let effects = Vec::new();
        let mut line = Self {
            worker,
            now: START,
            next_message: 0,
            person: PERSON,
            channel: Channel::Sms,
            sender: SenderId(0),
            source: Source::Unprompted,
            effects,
        };
        line.becomes(policy);
        line
    }

    /// The brand's policy becomes another one.
    pub fn becomes(&mut self, policy: &str) {
        let source = Bytes::copy_from_slice(policy.as_bytes());
        let author = Bytes::from_static(b"tests");
        self.give(Input::Policy(PolicyChange { brand: BRAND, source, author }));
    }

    /// An engine that serves the brand under the built-in policy.
    pub fn new() -> Self {
        Self::with_policy("")
    }

    /// Gives the engine an input a second later.
    pub fn give(&mut self, input: Input) {
        self.give_at_once(vec![input]);
    }

    /// Gives the engine several inputs in one turn, a second later.
    pub fn give_at_once(&mut self, inputs: Vec<Input>) {
        self.now = self.now + std::time::Duration::from_secs(1);
        self.turn(inputs);
    }

    fn turn(&mut self, inputs: Vec<Input>) {
        let effects = &mut self.effects;
        let keep = |held: &Held| {
            effects.push(held.effect.clone());
            true
        };
        self.worker.turn(self.now, inputs, keep).expect("memory does not fail");
    }

    /// The person writes.
    pub fn says(&mut self, text: &str) -> Decision {
        self.next_message += 1;
        let id = self.next_message;
        self.delivers(id, text)
    }

    /// The provider delivers the message `id`.
    pub fn delivers(&mut self, id: u128, text: &str) -> Decision {
        let inbound = self.message(id, text);
        self.give(Input::Reply(inbound));
        let decided = self.effects.iter().rev().find_map(|effect| match effect {
            Effect::Decide(decision) => Some(*decision),
            _ => None,
        });
        decided.expect("every reply is decided")
    }

    /// The message `id` of the person, before it is delivered.
    pub fn message(&self, id: u128, text: &str) -> Inbound {
        let (channel, sender, source) = (self.channel, self.sender, self.source);
        let Key { brand, contact } = self.person;
        Inbound { brand, channel, sender, source, ..reply(contact.0, id, text, self.now) }
    }

    /// The brand writes of its own accord.
    pub fn brand_says(&mut self, source: Source, text: &str) {
        let (channel, sender) = (self.channel, self.sender);
        let text = Bytes::copy_from_slice(text.as_bytes());
        self.give(Input::Outreach(Outreach { key: self.person, source, channel, sender, text }));
    }

    /// Something becomes known about the person.
    pub fn learns(&mut self, change: ProfileChange) {
        self.give(Input::Profile(ProfileChange { key: self.person, ..change }));
    }

    /// The AI answers the last request.
    pub fn ai_says(&mut self, text: &str) {
        self.ai_ends(AiOutcome::Answer, 0.9, text);
    }

    /// The AI ends its turn for the last request.
    pub fn ai_ends(&mut self, outcome: AiOutcome, confidence: f64, text: &str) {
        let request = self.last_request();
        let confidence = Score((confidence * 10_000.0) as u16);
        self.give(Input::Ai(result(&request, outcome, confidence, text)));
    }

    /// The last request to the AI.
    pub fn last_request(&self) -> AiRequest {
        let requests = self.effects.iter().rev();
        let request = requests.into_iter().find_map(|effect| match effect {
            Effect::AskAi(request) => Some(request.clone()),
            _ => None,
        });
        request.expect("the AI was asked")
    }

    /// An agent acts in the person's conversation.
    pub fn agent(&mut self, agent: u32, action: AgentAction) {
        let command = self.command(Role::Agent, agent, action);
        self.give(Input::Agent(command));
    }

    /// What somebody of a role wants done in the person's conversation, before it is given.
    pub fn command(&self, role: Role, agent: u32, action: AgentAction) -> AgentCommand {
        let (agent, conversation) = (AgentId(agent), self.conversation());
        AgentCommand { agent, role, key: self.person, conversation, action }
    }

    /// Somebody answers the person outside of the inbox; agent 0 if nobody knows who.
    pub fn echo(&mut self, agent: u32, text: &str) {
        let (agent, text) = (AgentId(agent), Bytes::copy_from_slice(text.as_bytes()));
        self.give(Input::Echo(Echo { key: self.person, agent, channel: self.channel, text }));
    }

    /// The store or the helpdesk tells what became of the person's conversation.
    pub fn outside(&mut self, what: OutsideEvent) {
        let conversation = self.conversation();
        self.give(Input::Outside(OutsideNews { key: self.person, conversation, what }));
    }

    /// An agent writes.
    pub fn agent_says(&mut self, agent: u32, text: &str) {
        self.agent(agent, AgentAction::Reply(Bytes::copy_from_slice(text.as_bytes())));
    }

    /// The person's conversation.
    pub fn conversation(&self) -> ConversationId {
        self.state().conversation.id
    }

    /// Who has it.
    pub fn owner(&self) -> Owner {
        self.state().conversation.owner
    }

    /// The person as they stand.
    pub fn state(&self) -> volley_core::contact::Contact {
        self.worker.shard().find(self.person).cloned().unwrap_or_default()
    }

    /// Lets time pass, firing deadlines as they come.
    pub fn wait(&mut self, secs: u64) {
        let until = self.now + std::time::Duration::from_secs(secs);
        while let Some(deadline) = self.worker.next_deadline().filter(|it| it.is_due(until)) {
            self.now = self.now.max(deadline.at());
            self.turn(Vec::new());
        }
        self.now = until;
    }

    /// Forgets what was let out so far.
    pub fn forget(&mut self) {
        self.effects.clear();
    }

    fn told<T>(&self, pick: impl Fn(&Effect) -> Option<T>) -> Vec<T> {
        self.effects.iter().filter_map(pick).collect()
    }

    /// Messages that left.
    pub fn sends(&self) -> Vec<Send> {
        self.told(|effect| match effect {
            Effect::Send(send) => Some(send.clone()),
            _ => None,
        })
    }

    /// Why messages left.
    pub fn kinds(&self) -> Vec<SendKind> {
        self.sends().iter().map(|send| send.kind).collect()
    }

    /// Messages that were refused.
    pub fn refusals(&self) -> Vec<Refusal> {
        self.told(|effect| match effect {
            Effect::Refuse(refusal) => Some(refusal.clone()),
            _ => None,
        })
    }

    /// Questions to the AI.
    pub fn asked(&self) -> Vec<AiRequest> {
        self.told(|effect| match effect {
            Effect::AskAi(request) => Some(request.clone()),
            _ => None,
        })
    }

    /// Offers to people.
    pub fn offers(&self) -> Vec<Offer> {
        self.told(|effect| match effect {
            Effect::Offer(offer) => Some(*offer),
            _ => None,
        })
    }

    /// What was handed to systems outside.
    pub fn handed_over(&self) -> Vec<HandOver> {
        self.told(|effect| match effect {
            Effect::HandOver(handed) => Some(*handed),
            _ => None,
        })
    }

    /// What agents were denied.
    pub fn denials(&self) -> Vec<Denial> {
        self.told(|effect| match effect {
            Effect::Deny(denial) => Some(*denial),
            _ => None,
        })
    }

    /// Alarms about waiting.
    pub fn alarms(&self) -> Vec<Alarm> {
        self.told(|effect| match effect {
            Effect::Alarm(alarm) => Some(*alarm),
            _ => None,
        })
    }

    /// Events of the AI's conversations.
    pub fn events(&self) -> Vec<EventKind> {
        self.told(|effect| match effect {
            Effect::Event(event) => Some(event.kind),
            _ => None,
        })
    }

    /// The journal, once all is said.
    pub fn into_journal(self) -> MemoryJournal {
        self.worker.into_journal()
    }

    /// The worker, to be looked at.
    pub fn worker(&self) -> &Worker<MemoryJournal> {
        &self.worker
    }
}

/// What comes back from the AI for a request.
pub fn result(request: &AiRequest, outcome: AiOutcome, confidence: Score, text: &str) -> AiResult {
    AiResult {
        key: request.key,
        conversation: request.conversation,
        turn: request.turn,
        epoch: request.epoch,
        outcome,
        confidence,
        text: Bytes::copy_from_slice(text.as_bytes()),
        scores: Vec::new(),
        tags: Bytes::new(),
        task: Bytes::new(),
    }
}

/// Runs `volley-sim` from the root of the repository.
pub fn volley_sim(arguments: &[&str]) -> Output {
    Command::new(binary()).args(arguments).current_dir(root()).output().expect("volley-sim runs")
}

/// The binary: built once, with the profile of the tests.
pub fn binary() -> &'static Path {
    static BINARY: LazyLock<PathBuf> = LazyLock::new(|| {
        let mut directory = std::env::current_exe().expect("a test has a path");
        directory.pop();
        if directory.ends_with("deps") {
            directory.pop();
        }
        let mut build = Command::new(env!("CARGO"));
        build
            .args(["build", "--quiet", "-p", "volley-sim", "--bin", "volley-sim"])
            .current_dir(root());
        if directory.ends_with("release") {
            build.arg("--release");
        }
        let built = build.status().expect("cargo runs");
        assert!(built.success(), "volley-sim does not build");
        directory.join("volley-sim")
    });
    &BINARY
}
