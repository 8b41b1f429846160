//! An engine and a desk that tell each other everything, for stories about people and their work.

use std::time::Duration;

use bytes::Bytes;
use volley_core::conversation::Owner;
use volley_core::desk::{Alarm, Answer, Command, Explanation, Presence, Refused, Shift};
use volley_core::effect::{Effect, Offer};
use volley_core::id::{AgentId, BrandId, ConversationId, Key};
use volley_core::input::{AgentAction, AgentCommand, Input, PolicyChange};
use volley_core::journal::MemoryJournal;
use volley_core::service::Role;
use volley_core::time::Timestamp;
use volley_core::worker::DeskWorker;
use volley_core::worker::desk::header;

use crate::support::{BRAND, Line, reply};

/// An engine and a desk that tell each other everything.
pub struct Floor {
    pub line: Line,
    pub desk: DeskWorker<MemoryJournal>,
    /// Effects of the engine that the desk has heard of.
    pub heard: usize,
    pub alarms: Vec<Alarm>,
    pub refused: Vec<Refused>,
    pub messages: u128,
}

impl Floor {
    pub fn new(policy: &str) -> Self {
        let line = Line::with_policy(policy);
        let desk = DeskWorker::new(MemoryJournal::keeping(header()));
        let (alarms, refused) = (Vec::new(), Vec::new());
        let mut floor = Self { line, desk, heard: 0, alarms, refused, messages: 0 };
        floor.tell(policy_of(BRAND, policy));
        floor
    }

    /// Tells the desk something, and lets engine and desk answer each other until both rest.
    pub fn tell(&mut self, command: Command) {
        self.turn(vec![command]);
        self.settle();
    }

    pub fn turn(&mut self, commands: Vec<Command>) {
        let mut answers = Vec::new();
        let now = self.line.now;
        let keep = |told: &volley_core::worker::desk::Told| {
            answers.push(told.answer.clone());
            true
        };
        self.desk.turn(now, commands, keep).unwrap();
        for answer in answers {
            match answer {
                Answer::Assigned(assignment) => self.line.give(Input::Agent(assignment.command)),
                Answer::Requeue(command) => self.line.give(Input::Agent(command)),
                Answer::Alarm(alarm) => self.alarms.push(alarm),
                Answer::Refused(refused) => self.refused.push(refused),
            }
        }
    }

    pub fn settle(&mut self) {
        while self.heard < self.line.effects.len() {
            let news = &self.line.effects[self.heard..];
            let commands = news.iter().filter_map(|effect| match effect {
                Effect::Offer(offer) => Some(Command::Offer(*offer)),
                Effect::Release(release) => Some(Command::Release(*release)),
                Effect::Deny(denial) => Some(Command::Deny(*denial)),
                Effect::Withdraw(withdrawal) => Some(Command::Withdraw(withdrawal.conversation)),
                Effect::Extend(extension) => Some(Command::Extend(*extension)),
                _ => None,
            });
            let commands = commands.collect();
            self.heard = self.line.effects.len();
            self.turn(commands);
        }
        self.turn(Vec::new());
    }

    /// Somebody writes, by the line's channel.
    pub fn writes(&mut self, brand: BrandId, contact: u64, text: &str) {
        self.messages += 1;
        let mut inbound = reply(contact, self.messages, text, self.line.now);
        (inbound.brand, inbound.channel) = (brand, self.line.channel);
        self.line.give(Input::Reply(inbound));
        self.settle();
    }

    /// Somebody writes who will wait for a person, and the offer.
    pub fn waits(&mut self, contact: u64, text: &str) -> Offer {
        self.writes(BRAND, contact, text);
        *self.line.offers().last().unwrap()
    }

    pub fn signs_on(&mut self, agent: u32, total: u16) {
        self.tell(Command::SignOn(Shift::general(AgentId(agent), total)));
    }

    pub fn is(&mut self, agent: u32, presence: Presence) {
        self.tell(Command::Presence { agent: AgentId(agent), presence });
    }

    /// Time passes; what is due on either side happens.
    pub fn passes(&mut self, secs: u64) {
        let until = self.line.now + Duration::from_secs(secs);
        while let Some(deadline) = self.desk.next_deadline().filter(|it| it.is_due(until)) {
            self.waits_until(deadline.at());
            self.settle();
        }
        self.waits_until(until);
        self.settle();
    }

    pub fn waits_until(&mut self, at: Timestamp) {
        self.line.wait(at.since(self.line.now).as_secs());
    }

    pub fn acts(&mut self, agent: u32, offer: &Offer, action: AgentAction) {
        self.line.give(Input::Agent(command(agent, offer.key, offer.conversation, action)));
        self.settle();
    }

    /// Whom the engine says a conversation belongs to; the desk says the same, or it would be wrong.
    pub fn owner(&self, offer: &Offer) -> Option<u32> {
        let contact = self.line.worker().shard().find(offer.key).unwrap();
        let owner = match contact.conversation.owner {
            Owner::Human(agent) => Some(agent),
            _ => None,
        };
        assert_eq!(self.desk.desk().owner(offer.conversation), owner);
        owner.map(|agent| agent.0)
    }

    pub fn owners(&self, offers: &[Offer]) -> Vec<Option<u32>> {
        offers.iter().map(|offer| self.owner(offer)).collect()
    }

    pub fn explain(&self, offer: &Offer) -> Explanation {
        self.desk.desk().explain(offer.conversation, self.line.now).unwrap()
    }
}

pub fn command(
    agent: u32,
    key: Key,
    conversation: ConversationId,
    action: AgentAction,
) -> AgentCommand {
    AgentCommand { agent: AgentId(agent), role: Role::Agent, key, conversation, action }
}

pub fn policy_of(brand: BrandId, policy: &str) -> Command {
    let source = Bytes::copy_from_slice(policy.as_bytes());
    Command::Policy(PolicyChange { brand, source, author: Bytes::new() })
}
