//! What customers do after an answer, beside writing again: they order, rate it, and somebody judges it. And
//! the people who answer from a phone, past this inbox.

use std::time::Duration;

use rand::RngExt;
use rand_distr::{Binomial, Distribution, LogNormal};
use volley_core::effect::{AiRequest, Send, SendKind};
use volley_core::id::{AgentId, ConversationId, Key};
use volley_core::input::{Echo, Feedback, FeedbackKind, Input};
use volley_core::message::Channel;
use volley_core::time::Timestamp;

use super::ai::kind;
use super::campaigns::{length, log_normal};
use super::{BRAND, Event, World};
use crate::book::Tier;
use crate::rng::{self, Stream};
use crate::scenario::Scenario;
use crate::slab::{Name, Slab};
use crate::speech::Kind;

/// Who gives how many stars, from one to five.
const RATINGS: [u8; 10] = [1, 2, 3, 4, 4, 4, 5, 5, 5, 5];

/// Somebody will answer from a phone.
#[derive(Clone, Copy, Debug)]
struct Call {
    key: Key,
    conversation: ConversationId,
    channel: Channel,
    about: Kind,
}

/// What is to come of answers.
#[derive(Debug)]
pub(super) struct Customers {
    draws: Stream,
    value: LogNormal<f64>,
    delay: LogNormal<f64>,
    outside_delay: LogNormal<f64>,
    planned: Slab<Feedback>,
    calls: Slab<Call>,
}

impl Customers {
    pub(super) fn new(scenario: &Scenario) -> Self {
        let value = scenario.customers.order_value;
        Self {
            draws: rng::stream(scenario.seed, "customers"),
            value: LogNormal::new(value.ln(), 0.5).expect("values are checked when they are read"),
            delay: log_normal(&scenario.customers.delay),
            outside_delay: log_normal(&scenario.agents.outside_delay),
            planned: Slab::default(),
            calls: Slab::default(),
        }
    }

    /// Whether something happens that has that chance; nothing is drawn for what never does.
    fn happens(&mut self, chance: f64) -> bool {
        chance > 0.0 && self.draws.random_bool(chance)
    }

    fn after(&mut self) -> Duration {
        length(&self.delay, &mut self.draws)
    }

    /// The value of an order, in cents.
    fn order(&mut self) -> FeedbackKind {
        let dollars = self.value.sample(&mut self.draws);
        FeedbackKind::Order((dollars * 100.0).clamp(1.0, 1e8) as u32)
    }
}

impl World<'_> {
    /// The customer has read an answer.
    pub(super) fn act_on_answer(&mut self, send: &Send, at: Timestamp) {
        let settings = self.scenario.customers;
        let accuracy = match send.kind {
            SendKind::Ai => self.scenario.ai.accuracy,
            SendKind::Agent | SendKind::Store => self.scenario.agents.accuracy,
            _ => return,
        };
        if self.customers.happens(settings.order_rate) {
            let order = self.customers.order();
            self.plan_feedback(send.key, order, at);
        }
        if self.customers.happens(settings.rating_rate) {
            let stars = RATINGS[self.customers.draws.random_range(0..RATINGS.len())];
            self.plan_feedback(send.key, FeedbackKind::Rating(stars), at);
        }
        if self.customers.happens(settings.judged_rate) {
            let right = self.customers.draws.random_bool(accuracy);
            self.plan_feedback(send.key, FeedbackKind::Accuracy(right), at);
        }
    }

    fn plan_feedback(&mut self, key: Key, kind: FeedbackKind, at: Timestamp) {
        let after = self.customers.after();
        let name = self.customers.planned.insert(Feedback { key, kind });
        self.events.plan(at + after, Event::Feedback(name));
    }

    /// Of those who were sent a campaign, some order without a word.
    pub(super) fn order_silently(&mut self, sends: u64, rate: f64, at: Timestamp) {
        if rate <= 0.0 {
            return;
        }
        let many = Binomial::new(sends, rate).expect("rates are checked when they are read");
        for _ in 0..many.sample(&mut self.customers.draws) {
            let contacts = self.scenario.contacts;
            let person = self.customers.draws.random_range(0..contacts) as u32;
            let contact = super::campaigns::address(person);
            let order = self.customers.order();
            self.plan_feedback(Key { brand: BRAND, contact }, order, at);
        }
    }

    pub(super) fn feeds_back(&mut self, name: Name) -> Option<Input> {
        let feedback = self.customers.planned.remove(name)?;
        if let FeedbackKind::Order(cents) = feedback.kind {
            self.book.ordered(cents);
        }
        Some(Input::Feedback(feedback))
    }

    /// While the AI is asked, a person may have seen the message elsewhere, and answers there.
    pub(super) fn maybe_call(&mut self, request: &AiRequest, at: Timestamp) {
        if !self.customers.happens(self.scenario.agents.outside_rate) {
            return;
        }
        let after = length(&self.customers.outside_delay, &mut self.customers.draws);
        let (key, conversation, about) = (request.key, request.conversation, kind(request.intent));
        let channel = self.book.channel(conversation);
        let name = self.customers.calls.insert(Call { key, conversation, channel, about });
        self.events.plan(at + after, Event::Call(name));
    }

    pub(super) fn calls(&mut self, at: Timestamp, name: Name) -> Option<Input> {
        let Call { key, conversation, channel, about } = self.customers.calls.remove(name)?;
        let (speech, draws) = (self.speech, &mut self.customers.draws);
        let (text, ()) = self.texts.write(|out| speech.answer(about, draws, out));
        let first = self.book.answered_outside(conversation, key, Tier::Human, at);
        self.first_answered(first, at);
        Some(Input::Echo(Echo { key, agent: AgentId(0), channel, text }))
    }
}
