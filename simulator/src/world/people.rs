//! The simulated agents: they take what the desk gives them, write, and end it. The desk is the real one, with a
//! journal of its own.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::time::Duration;

use bytes::Bytes;
use rand::RngExt;
use rand_distr::{Distribution, LogNormal};
use volley_core::desk::{Answer, Assignment, Command, Shift};
use volley_core::effect::{Denial, Offer, Release, Send};
use volley_core::hash::StableHasher;
use volley_core::id::{AgentId, ConversationId};
use volley_core::input::{AgentAction, AgentCommand, Input, Lack, PolicyChange};
use volley_core::reason::Reason;
use volley_core::service::{Role, Skills};
use volley_core::time::Timestamp;
use volley_core::worker::DeskWorker;
use volley_core::worker::desk::Told;

use super::ai::kind;
use super::campaigns::log_normal;
use super::{BRAND, Event, World};
use crate::error::Error;
use crate::measure::Measure;
use crate::output::RunJournal;
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

/// What the desk came to, to be compared with what its journal comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeskCameTo {
    /// Digest of its state.
    pub state_hash: u64,
    /// What it answered.
    pub answers: u64,
    /// Digest of all that, whatever the order.
    pub answers_hash: u64,
}

impl DeskCameTo {
    /// Notes an answer.
    pub fn told(&mut self, told: &Told) {
        let mut hasher = StableHasher::default();
        told.hash(&mut hasher);
        self.answers += 1;
        self.answers_hash = self.answers_hash.wrapping_add(hasher.finish());
    }
}

/// The agents and what they have.
pub(super) struct People {
    desk: DeskWorker<RunJournal>,
    /// What the desk is to be told in its next turn.
    commands: Vec<Command>,
    told: Vec<Told>,
    came_to: DeskCameTo,
    handling: LogNormal<f64>,
    draws: Stream,
    tasks: Slab<Task>,
    by_conversation: BTreeMap<(AgentId, ConversationId), Name>,
}

impl People {
    pub(super) fn new(scenario: &Scenario, journal: RunJournal) -> Self {
        let source = scenario.policy.source.clone();
        let author = Bytes::from_static(b"scenario");
        let mut commands = vec![Command::Policy(PolicyChange { brand: BRAND, source, author })];
        // Everybody knows all that the policy can ask for.
        let names = scenario.policy.staff.skills.len();
        let skills = Skills::first(u8::try_from(names).unwrap_or(u8::MAX));
        for agent in 1..=scenario.agents.headcount {
            let shift = Shift::general(AgentId(agent), scenario.agents.concurrency);
            commands.push(Command::SignOn(Shift { skills, ..shift }));
        }
        Self {
            desk: DeskWorker::new(journal),
            commands,
            told: Vec::new(),
            came_to: DeskCameTo::default(),
            handling: log_normal(&scenario.agents.handling),
            draws: rng::stream(scenario.seed, "agents"),
            tasks: Slab::default(),
            by_conversation: BTreeMap::new(),
        }
    }

    /// Notes what the desk is to be told.
    pub(super) fn tell(&mut self, command: Command) {
        self.commands.push(command);
    }

    /// The engine says that an agent's command had no effect: then they do not have it.
    pub(super) fn denied(&mut self, denial: &Denial) {
        self.drop_task(denial.agent, denial.conversation);
        self.tell(Command::Deny(*denial));
    }

    /// An agent is done with a conversation. Tells how long they had it.
    pub(super) fn released(&mut self, release: &Release, at: Timestamp) -> Option<Duration> {
        let task = self.drop_task(release.agent, release.conversation);
        self.tell(Command::Release(*release));
        task.map(|task| at.since(task.taken_at))
    }

    /// When the desk is to look round, seen from `now`.
    pub(super) fn next_at(&self, now: Timestamp) -> Option<Timestamp> {
        match self.commands.is_empty() {
            true => self.desk.next_deadline().map(|deadline| deadline.at()),
            false => Some(now),
        }
    }

    /// What the desk came to.
    pub(super) fn came_to(&self) -> DeskCameTo {
        DeskCameTo { state_hash: self.desk.desk().state_hash(), ..self.came_to.clone() }
    }

    pub(super) fn into_journal(self) -> RunJournal {
        self.desk.into_journal()
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
    /// Lets the desk have its turn, if there is anything to tell it or to look at: it gives agents with
    /// room what waits.
    ///
    /// # Errors
    /// If its journal cannot be written.
    pub fn desk_turn(&mut self, at: Timestamp) -> Result<(), Error> {
        if self.people.next_at(at).is_none_or(|next| next > at) {
            return Ok(());
        }
        let People { desk, commands, told, .. } = &mut self.people;
        let keep = |it: &Told| {
            told.push(it.clone());
            true
        };
        desk.turn(at, commands.drain(..), keep).map_err(Error::input)?;
        for told in std::mem::take(&mut self.people.told) {
            self.people.came_to.told(&told);
            self.hear(told.answer, at);
        }
        let desk = self.people.desk.desk();
        let (queue, busy) = (desk.queue_length(), desk.busy_places());
        let row = self.measures.interval_at(at);
        (row.queue_length, row.agents_busy_slots) = (queue as u32, busy as u32);
        Ok(())
    }

    fn hear(&mut self, answer: Answer, at: Timestamp) {
        match answer {
            Answer::Assigned(assignment) => self.assigned(assignment, at),
            Answer::Requeue(command) => self.at_once.push(Input::Agent(command)),
            Answer::Alarm(alarm) => {
                self.measures.desk_alarms[usize::from(alarm.kind.code())] += 1;
            }
            // The engine has told already: what the desk refuses here is what came too late.
            Answer::Refused(_) => {}
        }
    }

    /// An agent gets to work.
    fn assigned(&mut self, assignment: Assignment, at: Timestamp) {
        let Assignment { command, offer } = assignment;
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
