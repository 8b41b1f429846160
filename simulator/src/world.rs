//! The world around the engine: campaigns, customers who reply, an AI and agents, all from one seed.
//!
//! It takes the time as an argument and turns what is due into inputs; it is shown the engine's effects
//! and plans what follows from them. It does not know whether time is virtual or real.

mod ai;
mod campaigns;
mod customers;
mod follow_ups;
mod ledger;
mod outside;
mod people;
mod playback;

use bytes::{Bytes, BytesMut};
use volley_core::contact::Contact;
use volley_core::desk::Command;
use volley_core::effect::{Effect, RefusalReason, Send, SendKind};
use volley_core::id::{BrandId, Key, ShardId};
use volley_core::input::{Input, PolicyChange};
use volley_core::message::Inbound;
use volley_core::outbox::Held;
use volley_core::reason::{Disposition, Reason};
use volley_core::shard::Layout;
use volley_core::time::Timestamp;

use crate::book::{Book, FirstAnswer};
use crate::error::Error;
use crate::event::EventQueue;
use crate::measure::{Measure, Measures};
use crate::output::RunJournal;
use crate::scenario::Scenario;
use crate::slab::Name;
use crate::speech::{Expected, Speech};

use ai::Ai;
use campaigns::Campaigns;
use customers::Customers;
use follow_ups::FollowUps;
use ledger::Ledger;
use outside::Outside;
use people::People;
use playback::Playback;

pub use people::DeskCameTo;

/// The one brand of a scenario.
pub const BRAND: BrandId = BrandId(1);

/// What is planned. Small, since millions are planned at once: what belongs to an event is drawn or
/// looked up when it happens.
#[derive(Clone, Copy, Debug)]
enum Event {
    /// A campaign sends for one more second.
    Send { campaign: u16 },
    /// A person or their device replies.
    Reply(campaigns::Reply),
    /// The provider delivers a reply a second time.
    Redeliver(Name),
    /// The recorded reply that was read last arrives.
    Recorded,
    /// The AI's answer is there.
    AiAnswer(Name),
    /// An agent has written.
    AgentReply(Name),
    /// An agent is done.
    AgentDone(Name),
    /// A customer writes again.
    FollowUp(Name),
    /// The store does something.
    Outside(Name),
    /// A customer orders, rates an answer, or somebody judges it.
    Feedback(Name),
    /// Somebody answers from a phone.
    Call(Name),
}

/// Everything outside the engine.
pub struct World<'a> {
    scenario: &'a Scenario,
    speech: &'a Speech,
    events: EventQueue<Event>,
    /// Inputs that are due at once, before any event.
    at_once: Vec<Input>,
    texts: Texts,
    campaigns: Campaigns,
    recorded: Option<Playback>,
    ai: Ai,
    people: People,
    follow_ups: FollowUps,
    outside: Outside,
    customers: Customers,
    ledger: Ledger,
    /// What becomes of conversations.
    pub book: Book,
    /// What is counted.
    pub measures: Measures,
}

impl<'a> World<'a> {
    /// The world at the scenario's start. `layout` is any shard's: it tells where replies go. `journal` is
    /// the desk's.
    pub fn new(
        scenario: &'a Scenario,
        speech: &'a Speech,
        layout: Layout,
        journal: RunJournal,
    ) -> Self {
        let mut events = EventQueue::new(scenario.start);
        for (campaign, index) in scenario.campaigns.iter().zip(0..) {
            events.plan(campaign.at, Event::Send { campaign: index });
        }
        let mut world = Self {
            scenario,
            speech,
            events,
            at_once: Vec::new(),
            texts: Texts::default(),
            campaigns: Campaigns::new(scenario),
            recorded: None,
            ai: Ai::new(scenario),
            people: People::new(scenario, journal),
            follow_ups: FollowUps::new(scenario),
            outside: Outside::new(scenario),
            customers: Customers::new(scenario),
            ledger: Ledger::new(layout),
            book: Book::default(),
            measures: Measures::new(scenario.start, scenario.interval),
        };
        world.measures.ai_objective = scenario.ai.objective;
        world.serve(BRAND);
        world
    }

    /// Puts the scenario's policy in force for a brand.
    fn serve(&mut self, brand: BrandId) {
        let source = self.scenario.policy.source.clone();
        self.at_once.push(Input::Policy(PolicyChange {
            brand,
            source,
            author: Bytes::from_static(b"scenario"),
        }));
    }

    /// When it is over; not known while recorded replies are still being read.
    pub fn end(&self) -> Option<Timestamp> {
        match &self.recorded {
            None => Some(self.scenario.end()),
            Some(playback) => playback.end(),
        }
    }

    /// When anything happens next, seen from `now`.
    pub fn next_at(&mut self, now: Timestamp) -> Option<Timestamp> {
        if !self.at_once.is_empty() {
            return Some(now);
        }
        self.events.next_at().into_iter().chain(self.people.next_at(now)).min()
    }

    /// Adds what has happened by `until` to `inputs`, at most about `max` of them, in order.
    ///
    /// # Errors
    /// If recorded replies cannot be read.
    pub fn happen(
        &mut self,
        until: Timestamp,
        max: usize,
        inputs: &mut Vec<Input>,
    ) -> Result<(), Error> {
        inputs.append(&mut self.at_once);
        while inputs.len() < max
            && let Some((at, event)) = self.events.pop(until)
        {
            match event {
                Event::Send { campaign } => self.send_campaign(at, campaign),
                Event::Reply(reply) => inputs.push(self.reply(at, reply)),
                Event::Recorded => self.play(inputs)?,
                Event::Redeliver(name) => inputs.extend(self.redeliver(at, name)),
                Event::AiAnswer(name) => inputs.extend(self.ai_answers(name)),
                Event::AgentReply(name) => inputs.extend(self.agent_writes(name)),
                Event::AgentDone(name) => self.agent_ends(name, inputs),
                Event::FollowUp(name) => inputs.extend(self.follows_up(at, name)),
                Event::Outside(name) => inputs.extend(self.outside_acts(at, name)),
                Event::Feedback(name) => inputs.extend(self.feeds_back(name)),
                Event::Call(name) => inputs.extend(self.calls(at, name)),
            }
        }
        Ok(())
    }

    /// Notes that a reply goes in, and what ought to be made of it.
    fn goes_in(&mut self, reply: Inbound, expected: Option<Expected>) -> Input {
        self.measures.replies += 1;
        self.ledger.goes_in(&reply, expected);
        Input::Reply(reply)
    }

    /// Takes note of an effect that was let out at `at`, and plans what follows from it.
    ///
    /// # Errors
    /// If the effect cannot be: the engine broke a promise.
    pub fn observe(&mut self, held: &Held, at: Timestamp) -> Result<(), Error> {
        let first = self.book.observe(&held.effect, at);
        self.first_answered(first, at);
        match &held.effect {
            Effect::Decide(decision) => {
                let expected = self.ledger.comes_out(held.shard, decision)?;
                self.measures.decided(decision, at);
                if let Some(expected) = expected {
                    self.measures.judged += 1;
                    self.measures.agreed += u64::from(expected.agrees(&decision.verdict));
                }
                if decision.disposition == Disposition::Closeout {
                    self.measures.escalated(at);
                }
            }
            Effect::Send(send) => self.sent(send, at),
            Effect::Refuse(refusal) => self.refused(refusal.reason),
            Effect::AskAi(request) => {
                self.ask_ai(request, at);
                self.maybe_call(request, at);
            }
            Effect::Offer(offer) => {
                // What people give back was escalated before.
                if !matches!(offer.reason, Reason::Unattended | Reason::Agent) {
                    self.measures.escalated(at);
                }
                self.people.tell(Command::Offer(*offer));
            }
            Effect::HandOver(handed) => {
                self.measures.escalated(at);
                self.hand_over(handed, at);
            }
            Effect::Tag(tagging) => self.tagged(tagging),
            Effect::Deny(denial) => self.people.denied(denial),
            Effect::Release(release) => {
                if let Some(handled) = self.people.released(release, at) {
                    self.measures.time(Measure::Handling, handled);
                }
            }
            Effect::Withdraw(withdrawal) => {
                self.people.tell(Command::Withdraw(withdrawal.conversation));
            }
            Effect::Extend(extension) => self.people.tell(Command::Extend(*extension)),
            Effect::Alarm(_) => self.measures.alarms += 1,
            Effect::Event(_)
            | Effect::Untag(_)
            | Effect::Notify(_)
            | Effect::Draft(_)
            | Effect::Brief(_)
            | Effect::Scored(_)
            | Effect::Credit(_)
            | Effect::Usage(_)
            | Effect::Ended(_) => {}
        }
        Ok(())
    }

    fn sent(&mut self, send: &Send, at: Timestamp) {
        self.measures.sent(send);
        self.read_by_customer(send, at);
        self.act_on_answer(send, at);
        match send.kind {
            SendKind::Ai => {
                if let Some(asked_at) = self.ai.answered(send.conversation) {
                    self.measures.time(Measure::AiAnswer, at.since(asked_at));
                }
            }
            SendKind::Agent => {
                if let Some(offered_at) = self.people.first_text(send) {
                    self.measures.time(Measure::HumanAnswer, at.since(offered_at));
                }
            }
            _ => {}
        }
    }

    /// Ends the book: what is open stands as the engine has it.
    pub fn end_book(&mut self, at: Timestamp, find: impl Fn(Key) -> Option<Contact>) {
        self.book.end(at, &self.scenario.policy, find);
        self.measures.tally = self.book.tally().clone();
    }

    fn first_answered(&mut self, first: Option<FirstAnswer>, at: Timestamp) {
        if let Some(first) = first {
            self.measures.first_answered(first, at);
        }
    }

    fn refused(&mut self, reason: RefusalReason) {
        self.measures.refusals[usize::from(reason.code())] += 1;
    }

    /// Checks at the end that every reply that went in was decided, exactly once.
    ///
    /// # Errors
    /// If one was not.
    pub fn settle(&self) -> Result<(), Error> {
        self.ledger.settle(self.measures.replies, self.measures.decisions)
    }

    /// Hours for which agents are paid, from the start until `end`.
    pub fn agent_hours(&self, end: Timestamp) -> f64 {
        let hours = end.since(self.scenario.start).as_secs_f64() / 3600.0;
        f64::from(self.scenario.agents.headcount) * hours
    }

    /// What the desk came to.
    pub fn desk_came_to(&self) -> DeskCameTo {
        self.people.came_to()
    }

    /// What was counted, and the desk's journal.
    pub fn into_parts(self) -> (Measures, Book, RunJournal) {
        (self.measures, self.book, self.people.into_journal())
    }

    /// Replies on their way through a shard.
    pub fn in_flight(&self, shard: ShardId) -> usize {
        self.ledger.in_flight(shard)
    }
}

/// Texts in one growing buffer, of which each is a slice.
#[derive(Debug, Default)]
struct Texts {
    arriving: BytesMut,
    working: Vec<u8>,
}

impl Texts {
    /// The text that `write` writes.
    fn write<T>(&mut self, write: impl FnOnce(&mut Vec<u8>) -> T) -> (Bytes, T) {
        self.working.clear();
        let told = write(&mut self.working);
        if self.arriving.capacity() < self.working.len() {
            self.arriving.reserve(64 * 1024);
        }
        self.arriving.extend_from_slice(&self.working);
        (self.arriving.split().freeze(), told)
    }
}
