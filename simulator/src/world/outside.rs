//! The simulated store: it takes in what it is given, answers hours later, and is done with it.

use std::time::Duration;

use bytes::Bytes;
use rand::RngExt;
use rand_distr::LogNormal;
use volley_core::effect::HandOver;
use volley_core::input::{Input, OutsideEvent, OutsideNews};
use volley_core::policy::StoreAnswers;
use volley_core::time::Timestamp;

use super::campaigns::{length, log_normal};
use super::{Event, World};
use crate::book::Tier;
use crate::rng::{self, Stream};
use crate::scenario::Scenario;
use crate::slab::{Name, Slab};
use crate::speech::Kind;

/// How far the store is with a conversation.
#[derive(Clone, Copy, Debug)]
enum Stage {
    Fails,
    Answers,
    Closes,
}

/// Conversations at the store.
#[derive(Debug)]
pub(super) struct Outside {
    handling: Option<(LogNormal<f64>, f64)>,
    draws: Stream,
    cases: Slab<(HandOver, Stage)>,
}

impl Outside {
    pub(super) fn new(scenario: &Scenario) -> Self {
        let handling = scenario.store.map(|it| (log_normal(&it.handling), it.failure_rate));
        Self { handling, draws: rng::stream(scenario.seed, "store"), cases: Slab::default() }
    }
}

impl World<'_> {
    pub(super) fn hand_over(&mut self, handed: &HandOver, at: Timestamp) {
        let Some((handling, failure_rate)) = self.outside.handling else { return };
        let draws = &mut self.outside.draws;
        let (stage, after) = if draws.random_bool(failure_rate) {
            (Stage::Fails, Duration::from_secs(5))
        } else {
            (Stage::Answers, length(&handling, draws))
        };
        let name = self.outside.cases.insert((*handed, stage));
        self.events.plan(at + after, Event::Outside(name));
    }

    /// The next thing that the store does.
    pub(super) fn outside_acts(&mut self, at: Timestamp, name: Name) -> Option<Input> {
        let (handed, stage) = self.outside.cases.remove(name)?;
        let what = match stage {
            Stage::Fails => OutsideEvent::Failed,
            Stage::Closes => OutsideEvent::Closed,
            Stage::Answers => {
                let next = self.outside.cases.insert((handed, Stage::Closes));
                self.events.plan(at + Duration::from_secs(600), Event::Outside(next));
                let HandOver { key, conversation, .. } = handed;
                if self.scenario.policy.store_answers != StoreAnswers::Relay {
                    let first = self.book.answered_outside(conversation, key, Tier::Store, at);
                    self.first_answered(first, at);
                }
                OutsideEvent::Answered(self.store_writes())
            }
        };
        let HandOver { key, conversation, .. } = handed;
        Some(Input::Outside(OutsideNews { key, conversation, what }))
    }

    fn store_writes(&mut self) -> Bytes {
        let (speech, draws) = (self.speech, &mut self.outside.draws);
        self.texts.write(|out| speech.answer(Kind::OrderStatus, draws, out)).0
    }
}
