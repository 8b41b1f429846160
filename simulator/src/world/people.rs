//! The simulated agents: they take what the desk gives them, write, and end it.

use std::collections::BTreeMap;
use std::time::Duration;

use rand::RngExt;
use rand_distr::{Distribution, LogNormal};
use volley_core::desk::{Answer, Assignment, Command, Desk, DeskConfig, Shift};
use volley_core::effect::{Denial, Offer, Release, Send};
use volley_core::id::{AgentId, ConversationId};
use volley_core::input::{AgentAction, AgentCommand, Input, Lack};
use volley_core::reason::Reason;
use volley_core::service::Role;
use volley_core::time::Timestamp;

use super::ai::kind;
use super::campaigns::log_normal;
use super::{Event, World};
use crate::measure::Measure;
use crate::rng::{self, Stream};
use crate::scenario::Scenario;
use crate::slab::{Name, Slab};

/// A conversation that an agent has.
#[derive(Clone, Copy, Debug)]
struct Task {
    agent: AgentId,
    offer: Offer,
    taken_at: Timestamp,
    written: bool,
}

/// The agents and what they have.
#[derive(Debug)]
pub(super) struct People {
    desk: Desk,
    /// What the desk answers besides assignments: nobody in the simulation ends a shift, and what it
    /// refuses the engine has told already.
    answers: Vec<Answer>,
    handling: LogNormal<f64>,
    draws: Stream,
    tasks: Slab<Task>,
    by_conversation: BTreeMap<(AgentId, ConversationId), Name>,
}

impl People {
    pub(super) fn new(scenario: &Scenario) -> Self {
        let mut people = Self {
            desk: Desk::new(DeskConfig::default()),
            answers: Vec::new(),
            handling: log_normal(&scenario.agents.handling),
            draws: rng::stream(scenario.seed, "agents"),
            tasks: Slab::default(),
            by_conversation: BTreeMap::new(),
        };
        for agent in 1..=scenario.agents.headcount {
            let shift = Shift::general(AgentId(agent), scenario.agents.concurrency);
            people.tell(Command::SignOn(shift), scenario.start);
        }
        people
    }

    fn tell(&mut self, command: Command, at: Timestamp) {
        self.desk.apply(command, at, &mut self.answers);
        self.answers.clear();
    }

    pub(super) fn offer(&mut self, offer: Offer, at: Timestamp) {
        self.tell(Command::Offer(offer), at);
    }

    /// The engine says that an agent's command had no effect: then they do not have it.
    pub(super) fn denied(&mut self, denial: &Denial, at: Timestamp) {
        self.drop_task(denial.agent, denial.conversation);
        self.tell(Command::Deny(*denial), at);
    }

    /// An agent is done with a conversation. Tells how long they had it.
    pub(super) fn released(&mut self, release: &Release, at: Timestamp) -> Option<Duration> {
        let task = self.drop_task(release.agent, release.conversation);
        self.tell(Command::Release(*release), at);
        task.map(|task| at.since(task.taken_at))
    }

    fn drop_task(&mut self, agent: AgentId, conversation: ConversationId) -> Option<Task> {
        let name = self.by_conversation.remove(&(agent, conversation))?;
        self.tasks.remove(name)
    }

    /// When the conversation was offered, if this is the agent's first text in it.
    pub(super) fn first_text(&mut self, send: &Send) -> Option<Timestamp> {
        let name = self.by_conversation.get(&(send.agent?, send.conversation))?;
        let task = self.tasks.get_mut(*name)?;
        let first = !std::mem::replace(&mut task.written, true);
        first.then_some(task.offer.at)
    }
}

impl World<'_> {
    /// Gives agents with room what waits longest.
    pub(super) fn assign(&mut self, at: Timestamp) {
        while let Some(Assignment { command, offer }) = self.people.desk.assign(at) {
            self.measures.time(Measure::QueueWait, at.since(offer.at));
            let task = Task { agent: command.agent, offer, taken_at: at, written: false };
            let name = self.people.tasks.insert(task);
            self.people.by_conversation.insert((task.agent, offer.conversation), name);
            let handling = self.people.handling.sample(&mut self.people.draws).min(1e9);
            // The answer stands about halfway: reading and looking up come first, notes last.
            let written = handling * self.people.draws.random_range(0.3..0.8);
            self.events.plan(at + Duration::from_secs_f64(written), Event::AgentReply(name));
            self.events.plan(at + Duration::from_secs_f64(handling), Event::AgentDone(name));
            self.at_once.push(Input::Agent(command));
        }
        let (queue, busy) = (self.people.desk.queue_length(), self.people.desk.busy_places());
        let row = self.measures.interval_at(at);
        (row.queue_length, row.agents_busy_slots) = (queue as u32, busy as u32);
    }

    fn command(&self, name: Name, action: AgentAction) -> Option<Input> {
        let task = self.people.tasks.get(name)?;
        let Offer { key, conversation, .. } = task.offer;
        let (agent, role) = (task.agent, Role::Agent);
        Some(Input::Agent(AgentCommand { agent, role, key, conversation, action }))
    }

    pub(super) fn agent_writes(&mut self, name: Name) -> Option<Input> {
        let intent = self.people.tasks.get(name)?.offer.intent;
        let (speech, draws) = (self.speech, &mut self.people.draws);
        let (text, ()) = self.texts.write(|out| speech.answer(kind(intent), draws, out));
        self.command(name, AgentAction::Reply(text))
    }

    /// The agent ends the conversation, passes it on to the store, or settles a possible opt-out.
    pub(super) fn agent_ends(&mut self, name: Name, inputs: &mut Vec<Input>) {
        let Some(task) = self.people.tasks.get(name).copied() else { return };
        if task.offer.reason == Reason::OptOutUnclear {
            // Most unclear wishes to be left alone are just that.
            let opt_out = self.people.draws.random_bool(0.7);
            inputs.extend(self.command(name, AgentAction::SettleHold { opt_out }));
            if opt_out {
                return;
            }
        }
        let to_store = self.people.draws.random_bool(self.scenario.agents.store_rate);
        let action = if to_store { AgentAction::ToStore(Lack::Other) } else { AgentAction::Close };
        self.measures.agent_closes += u64::from(!to_store);
        inputs.extend(self.command(name, action));
    }
}
