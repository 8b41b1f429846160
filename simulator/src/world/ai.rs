//! The simulated AI: answers after a while, well or badly, or not at all.

use std::collections::BTreeMap;

use bytes::Bytes;
use rand::RngExt;
use rand_distr::LogNormal;
use volley_core::classify::{Intent, Score};
use volley_core::effect::AiRequest;
use volley_core::id::ConversationId;
use volley_core::input::{AiOutcome, AiResult, Input};
use volley_core::time::Timestamp;

use super::campaigns::{length, log_normal};
use super::{Event, World};
use crate::rng::{self, Stream};
use crate::scenario::Scenario;
use crate::slab::{Name, Slab};
use crate::speech::Kind;

/// An answer on its way. Its text is written when it arrives.
#[derive(Clone, Copy, Debug)]
struct Answer {
    request: Request,
    outcome: AiOutcome,
    confidence: Score,
}

#[derive(Clone, Copy, Debug)]
struct Request {
    key: volley_core::id::Key,
    conversation: ConversationId,
    turn: u32,
    epoch: u32,
    intent: Intent,
    asked_at: Timestamp,
}

/// The AI and its answers in flight.
#[derive(Debug)]
pub(super) struct Ai {
    latency: LogNormal<f64>,
    draws: Stream,
    in_flight: Slab<Answer>,
    /// Answers handed to the engine whose fate is not known yet, to measure how long they took.
    handed_in: BTreeMap<ConversationId, Timestamp>,
}

impl Ai {
    pub(super) fn new(scenario: &Scenario) -> Self {
        Self {
            latency: log_normal(&scenario.ai.latency),
            draws: rng::stream(scenario.seed, "ai"),
            in_flight: Slab::default(),
            handed_in: BTreeMap::new(),
        }
    }

    /// When the AI was asked for the answer that has now left.
    pub(super) fn answered(&mut self, conversation: ConversationId) -> Option<Timestamp> {
        self.handed_in.remove(&conversation)
    }

    /// How a request ends, and how sure the AI is.
    fn outcome(&mut self, resolution: f64, failure: f64) -> Option<(AiOutcome, Score)> {
        let score = |share: f64| Score((share * f64::from(Score::ONE.0)) as u16);
        if self.draws.random_bool(failure) {
            // Half of the failures say so, the other half are never heard of.
            return self.draws.random_bool(0.5).then_some((AiOutcome::Error, Score(0)));
        }
        if self.draws.random_bool(resolution) {
            return Some((AiOutcome::Answer, score(self.draws.random_range(0.7..1.0))));
        }
        Some(match self.draws.random_range(0..10) {
            0..=4 => (AiOutcome::NoKnowledge, Score(0)),
            5..=6 => (AiOutcome::NoCapability, Score(0)),
            _ => (AiOutcome::Answer, score(self.draws.random_range(0.1..0.55))),
        })
    }
}

impl World<'_> {
    pub(super) fn ask_ai(&mut self, request: &AiRequest, at: Timestamp) {
        self.measures.ai_requests += 1;
        let settings = &self.scenario.ai;
        let resolution = settings.resolution.get(&request.intent);
        let resolution = *resolution.unwrap_or(&settings.resolution_otherwise);
        let Some((outcome, confidence)) = self.ai.outcome(resolution, settings.failure_rate) else {
            return;
        };
        let delay = length(&self.ai.latency, &mut self.ai.draws);
        // What is there sooner than it is wanted is kept here, where a pause or a STOP makes it stale.
        let there_at = (at + delay).max(request.not_before);
        let request = Request {
            key: request.key,
            conversation: request.conversation,
            turn: request.turn,
            epoch: request.epoch,
            intent: request.intent,
            asked_at: at,
        };
        let name = self.ai.in_flight.insert(Answer { request, outcome, confidence });
        self.events.plan(there_at, Event::AiAnswer(name));
    }

    pub(super) fn ai_answers(&mut self, name: Name) -> Option<Input> {
        let Answer { request, outcome, confidence } = self.ai.in_flight.remove(name)?;
        let text = match outcome {
            AiOutcome::Answer => {
                let (speech, draws) = (self.speech, &mut self.ai.draws);
                self.texts.write(|out| speech.answer(kind(request.intent), draws, out)).0
            }
            _ => Bytes::new(),
        };
        if outcome == AiOutcome::Answer {
            self.ai.handed_in.insert(request.conversation, request.asked_at);
        }
        Some(Input::Ai(AiResult {
            key: request.key,
            conversation: request.conversation,
            turn: request.turn,
            epoch: request.epoch,
            outcome,
            confidence,
            text,
            scores: Vec::new(),
            tags: Bytes::new(),
            task: Bytes::new(),
        }))
    }
}

/// What an answer to an intent is about.
pub(super) fn kind(intent: Intent) -> Kind {
    match intent {
        Intent::ProductQuestion => Kind::ProductQuestion,
        Intent::OrderStatus => Kind::OrderStatus,
        Intent::OrderChange => Kind::OrderChange,
        Intent::ReturnRefund => Kind::ReturnRefund,
        Intent::DamagedOrWrongItem => Kind::DamagedOrWrongItem,
        Intent::BillingDispute => Kind::BillingDispute,
        Intent::HumanRequest => Kind::HumanRequest,
        Intent::ComplaintFrustration => Kind::ComplaintFrustration,
        Intent::Abuse => Kind::Abuse,
        Intent::AccountHelp => Kind::AccountHelp,
        Intent::StoreInfo => Kind::StoreInfo,
        Intent::Acknowledgement => Kind::Acknowledgement,
        Intent::Spam => Kind::Spam,
        Intent::Other | Intent::Unclear => Kind::Other,
    }
}
