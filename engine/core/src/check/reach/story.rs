//! One conversation after the other, each in an engine of its own.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::{Opening, Reached};
use crate::classify::{Intent, Score, Signals, Verdict};
use crate::contact::Contact;
use crate::conversation::Owner;
use crate::effect::{AiRequest, Effect};
use crate::id::{AgentId, BrandId, ContactId, Key, MessageId, Position, Seq};
use crate::input::{
    AgentAction, AgentCommand, AiOutcome, AiResult, Lack, OutsideEvent, OutsideNews, PolicyChange,
    ProfileChange, Stamp,
};
use crate::message::Inbound;
use crate::policy::{Evaluation, Particular, Particulars, Policy};
use crate::record::{Body, Record};
use crate::service::Role;
use crate::shard::{Layout, Shard};
use crate::time::Timestamp;

const KEY: Key = Key { brand: BrandId(1), contact: ContactId(1) };

/// An engine that serves the brand and has seen nobody yet.
pub(super) struct Stage {
    shard: Shard,
    policy: Arc<Policy>,
}

/// What somebody does next.
#[derive(Clone, Debug)]
enum Act {
    /// The AI ends its turn.
    Ai(AiOutcome, Score),
    /// The AI answers, and has an opinion.
    Scored(Evaluation),
    /// The AI answers, and gives a tag.
    Tagged(usize),
    /// A deadline passes.
    Due,
    /// Deadlines pass until somebody else has the conversation.
    NobodyComes,
    /// The customer writes, with all that can be asked for in it.
    Writes,
    /// The AI answers and the customer goes on, until the AI gets no more turns.
    Chat(AiOutcome, Signals),
    /// A person acts.
    Agent(AgentAction),
    /// Something happens outside.
    Outside(OutsideEvent),
}

/// Rounds after which a chat or a wait is taken for endless.
const ROUNDS_MAX: usize = 2000;

/// Deadlines that pass in a wait that ends with none: there are only alarms.
const ALARMS: usize = 3;

impl Stage {
    pub(super) fn new(policy: &Arc<Policy>) -> Self {
        let mut shard = Shard::new(Layout::single(1));
        let change = PolicyChange {
            brand: KEY.brand,
            source: policy.source.clone(),
            author: Bytes::from_static(b"check"),
        };
        let at = Timestamp::from_micros(0);
        let body = Body::Policy(change);
        let record = Record { seq: Seq(1), at, previous: Position::default(), body };
        shard.apply(&record, Position::default(), &mut Vec::new());
        Self { shard, policy: Arc::clone(policy) }
    }

    /// Plays the opening and all that may follow.
    pub(super) fn play(&self, opening: &Opening, reached: &mut Reached) {
        let owner = self.tell(opening, &[], reached);
        if !opening.goes_on || !opening.is_plain() {
            return;
        }
        let scripts = match owner {
            Owner::Ai => self.with_ai(),
            Owner::Queue => with_people(&[]),
            Owner::Store => with_store(&[]),
            Owner::Automation => vec![vec![Act::Writes], vec![Act::NobodyComes]],
            Owner::Closed | Owner::Human(_) | Owner::Suspended => Vec::new(),
        };
        for script in scripts {
            self.tell(opening, &script, reached);
        }
    }

    /// Plays one script, and says who has the conversation in the end.
    fn tell(&self, opening: &Opening, script: &[Act], reached: &mut Reached) -> Owner {
        let mut story = Story::begin(self, opening, reached);
        for act in script {
            story.act(act);
        }
        story.contact().conversation.owner
    }

    fn with_ai(&self) -> Vec<Vec<Act>> {
        let answer = Act::Ai(AiOutcome::Answer, Score::ONE);
        let mut scripts = Vec::new();
        for outcome in AiOutcome::ALL {
            scripts.push(vec![Act::Ai(*outcome, Score::ONE), Act::Writes]);
            scripts.push(vec![Act::Ai(*outcome, Score::default())]);
        }
        scripts.extend(Evaluation::ALL.iter().map(|evaluation| vec![Act::Scored(*evaluation)]));
        let tags = 0..self.policy.tags.len();
        scripts.extend(tags.map(|tag| vec![Act::Tagged(tag), Act::Writes]));
        scripts.push(vec![Act::Due, Act::Due]);
        scripts.push(vec![answer.clone(), Act::NobodyComes]);
        scripts.push(vec![Act::Chat(AiOutcome::Answer, Signals::default())]);
        scripts.push(vec![Act::Chat(AiOutcome::Answer, Signals::FRUSTRATED)]);
        scripts.push(vec![Act::Chat(AiOutcome::Clarify, Signals::default())]);
        let failure = [Act::Ai(AiOutcome::NoKnowledge, Score::default())];
        scripts.extend(with_people(&failure));
        scripts.extend(with_store(&failure));
        scripts
    }
}

/// What may follow when people have it.
fn with_people(before: &[Act]) -> Vec<Vec<Act>> {
    let claim = Act::Agent(AgentAction::Claim);
    let to_store = |lack| Act::Agent(AgentAction::ToStore(lack));
    let scripts = [
        vec![Act::Writes],
        vec![Act::NobodyComes],
        vec![claim.clone(), to_store(Lack::Access)],
        vec![claim.clone(), to_store(Lack::Policy), Act::Outside(OutsideEvent::Failed)],
        vec![claim.clone(), to_store(Lack::Other), Act::Outside(answered())],
        vec![claim, Act::NobodyComes],
    ];
    scripts.map(|script| [before, &script].concat()).to_vec()
}

/// What may follow when it is outside.
fn with_store(before: &[Act]) -> Vec<Vec<Act>> {
    let events = [OutsideEvent::Failed, answered(), OutsideEvent::Closed];
    let scripts = events.map(|event| [before, &[Act::Outside(event), Act::Writes]].concat());
    scripts.into_iter().chain([[before, &[Act::NobodyComes]].concat()]).collect()
}

fn answered() -> OutsideEvent {
    OutsideEvent::Answered(Bytes::from_static(b"It is on its way."))
}

impl Opening {
    /// Whether the classifier saw the intent and nothing else: then all that may follow is played.
    fn is_plain(&self) -> bool {
        let Verdict { noise, detail, signals, score, compliance, .. } = self.verdict;
        let usual = Verdict { noise, compliance, ..super::verdict_of(self.verdict.intent) };
        (detail, signals, score) == (usual.detail, usual.signals, usual.score)
    }
}

/// A conversation under way.
struct Story<'a> {
    shard: Shard,
    opening: &'a Opening,
    policy: &'a Policy,
    reached: &'a mut Reached,
    at: Timestamp,
    seq: u64,
    request: Option<AiRequest>,
}

impl<'a> Story<'a> {
    fn begin(stage: &'a Stage, opening: &'a Opening, reached: &'a mut Reached) -> Self {
        let (shard, policy) = (stage.shard.clone(), &*stage.policy);
        let at = opening.here.at;
        let mut story = Self { shard, opening, policy, reached, at, seq: 1, request: None };
        story.give(Body::Profile(ProfileChange {
            key: KEY,
            segments: Some(opening.here.segments.clone()),
            zone: None,
            language: opening.language,
            consent: Some(opening.consent),
        }));
        story.hear(opening.verdict, opening.keyword, Particulars::default());
        story
    }

    fn contact(&self) -> &Contact {
        self.shard.find(KEY).expect("the story is about them")
    }

    fn give(&mut self, body: Body) {
        self.seq += 1;
        let mut effects = Vec::new();
        let (seq, at) = (Seq(self.seq), self.at);
        let record = Record { seq, at, previous: Position::default(), body };
        self.shard.apply(&record, Position::default(), &mut effects);
        let contact = self.shard.find(KEY);
        let language = contact.and_then(|it| it.profile().language.or(it.episode().language));
        self.reached.note(&effects, self.policy, language);
        self.request = effects.into_iter().rev().find_map(asked).or(self.request.take());
        self.at = self.at + Duration::from_secs(10);
    }

    fn hear(&mut self, verdict: Verdict, keyword: Option<u8>, particulars: Particulars) {
        let here = &self.opening.here;
        let reply = Inbound {
            brand: KEY.brand,
            contact: KEY.contact,
            message_id: MessageId(u128::from(self.seq)),
            received_at: self.at,
            channel: here.channel,
            source: here.source,
            text: Bytes::from_static(b"hello"),
            ..Inbound::default()
        };
        let (gates, policy) = (here.gates, self.policy.version);
        let stamp = Stamp { verdict, keyword, gates, particulars, policy, ..Stamp::default() };
        self.give(Body::Reply(reply, stamp));
    }

    fn act(&mut self, act: &Act) {
        match act {
            Act::Ai(outcome, confidence) => self.ai(*outcome, *confidence, None, None),
            Act::Scored(evaluation) => {
                self.ai(AiOutcome::Answer, Score::ONE, Some(*evaluation), None);
            }
            Act::Tagged(tag) => self.ai(AiOutcome::Answer, Score::ONE, None, Some(*tag)),
            Act::Due => self.due(),
            Act::NobodyComes => self.nobody_comes(),
            Act::Writes => self.writes(),
            Act::Chat(outcome, signals) => self.chat(*outcome, *signals),
            Act::Agent(action) => self.agent(action),
            Act::Outside(what) => {
                let conversation = self.contact().conversation.id;
                let what = what.clone();
                self.give(Body::Outside(OutsideNews { key: KEY, conversation, what }));
            }
        }
    }

    fn ai(
        &mut self,
        outcome: AiOutcome,
        confidence: Score,
        scored: Option<Evaluation>,
        tag: Option<usize>,
    ) {
        // It may wait for more of a burst before it is asked.
        if self.request.is_none() && self.contact().conversation.owner == Owner::Ai {
            self.due();
        }
        let Some(request) = self.request.take() else { return };
        let scores = scored.map(|evaluation| (evaluation, Score::ONE));
        let tag = tag.and_then(|tag| self.policy.tags.get(tag));
        let tags = tag.map_or(Bytes::new(), |tag| Bytes::copy_from_slice(tag.name.as_bytes()));
        self.give(Body::Ai(AiResult {
            key: KEY,
            conversation: request.conversation,
            turn: request.turn,
            epoch: request.epoch,
            outcome,
            confidence,
            text: Bytes::from_static(b"Yes."),
            scores: scores.into_iter().collect(),
            tags,
            task: Bytes::new(),
        }));
    }

    fn due(&mut self) {
        let Some(deadline) = self.contact().conversation.deadline else { return };
        self.at = self.at.max(deadline.at());
        self.give(Body::Due(KEY));
    }

    fn nobody_comes(&mut self) {
        let owner = self.contact().conversation.owner;
        let waits_on = owner == Owner::Queue && self.policy.hand_off_fallback.is_some();
        for _ in 0..if waits_on { ROUNDS_MAX } else { ALARMS } {
            if self.contact().conversation.owner != owner {
                return;
            }
            self.due();
        }
    }

    /// All particulars there are, in a message that says something.
    fn writes(&mut self) {
        let mut particulars = Particulars::default();
        Particular::ALL.iter().for_each(|particular| particulars.insert(*particular));
        let verdict = Verdict { intent: Intent::Other, score: Score::ONE, ..Verdict::default() };
        self.hear(verdict, None, particulars);
    }

    fn chat(&mut self, outcome: AiOutcome, signals: Signals) {
        for _ in 0..ROUNDS_MAX {
            if self.contact().conversation.owner != Owner::Ai {
                return;
            }
            self.ai(outcome, Score::ONE, None, None);
            let verdict = self.opening.verdict;
            let signals = verdict.signals.with(signals);
            self.hear(Verdict { signals, ..verdict }, None, Particulars::default());
        }
    }

    /// Whoever may, does.
    fn agent(&mut self, action: &AgentAction) {
        for role in Role::ALL {
            let conversation = self.contact().conversation.id;
            let (agent, role, action) = (AgentId(1), *role, action.clone());
            self.give(Body::Agent(AgentCommand { agent, role, key: KEY, conversation, action }));
        }
    }
}

fn asked(effect: Effect) -> Option<AiRequest> {
    match effect {
        Effect::AskAi(request) => Some(request),
        _ => None,
    }
}
