//! The desk: people are shared by all shards, so one single-threaded stage gives them their work.
//!
//! It is told what waits and who works, and answers with claims in agents' names, which enter the
//! engine at the front like any other input; the shard has the last word on who owns a conversation.
//! Only agents who are online, work for the queue, have the skills (`G-38`, `G-43`) and have room in
//! all and on the channel (`G-40`) are given anything. Of what they could be given, the highest
//! priority goes first, and within it the oldest (`G-39`, `G-42`); but what has waited longer than a
//! bound goes before any priority. Of the agents who could, the least busy is next, or the one who has
//! waited longest for work (`G-41`).
//!
//! What its channel will soon take no more answers for goes before any priority as well (`RU-57`).
//!
//! The same commands at the same times have the same answers. Nothing that it is told can make it
//! panic: a command that makes no sense is refused aloud and changes nothing. With n conversations
//! and m agents, a command or an assignment costs O(log n + log m), and a look at each kind of agent
//! (same brands, queues and skills) with room that could serve it. A kind of work (same queue, brand,
//! channel, skills and priority) that nobody can take costs a look when its turn comes, and then
//! nothing until somebody for it has room.

mod alarms;
mod backlog;
mod command;
mod config;
mod explain;
mod roster;
#[cfg(test)]
mod fairness_test;
#[cfg(test)]
mod clock_test;
#[cfg(test)]
mod model_test;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};

use crate::effect::{Extension, Offer};
use crate::hash::StableHasher;
use crate::id::{AgentId, BrandId, ConversationId};
use crate::input::{AgentAction, AgentCommand, PolicyChange};
use crate::message::Channel;
use crate::policy::{JOURNALED, Policy};
use crate::service::Role;
use crate::time::{Deadline, Timestamp};
use crate::timer::TimerQueue;

use alarms::Alarms;
use backlog::{Backlog, LaneKey, Place};
use roster::Roster;

pub use crate::service::Strategy;
pub use command::{
    Alarm, AlarmKind, Answer, Assignment, Brands, Capacity, Command, Presence, Queues, Refused,
    RefusedReason, Shift,
};
pub use config::{DeskConfig, QueueConfig};
pub use explain::{Candidate, Explanation, QueueState, Suitability, Turn};

/// Where a conversation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum State {
    /// It waits.
    Waiting,
    /// An agent has it.
    Held(AgentId),
    /// That agent gave it back, and the shard is yet to offer it again.
    Returning(AgentId),
}

/// A conversation that the desk knows of.
#[derive(Clone, Copy, Debug, Hash)]
struct Work {
    offer: Offer,
    lane: LaneKey,
    place: Place,
    alarms: Alarms,
    state: State,
}

/// Waiting conversations and the agents for them.
#[derive(Debug, Default)]
pub struct Desk {
    config: DeskConfig,
    by_brand: BTreeMap<BrandId, DeskConfig>,
    work: BTreeMap<ConversationId, Work>,
    held: BTreeSet<(AgentId, ConversationId)>,
    backlog: Backlog,
    roster: Roster,
    timers: TimerQueue<ConversationId>,
    arrivals: u64,
}

impl Desk {
    /// A desk without agents and work, that works by `config` for brands of whose policies it was not
    /// told.
    pub fn new(config: DeskConfig) -> Self {
        Self { config, ..Self::default() }
    }

    /// How it works for a brand.
    pub fn config(&self, brand: BrandId) -> &DeskConfig {
        self.by_brand.get(&brand).unwrap_or(&self.config)
    }

    /// Does what it is told. What can be answered at once is added to `answers`; what becomes possible
    /// by it is given by [`Desk::assign`].
    pub fn apply(&mut self, command: Command, now: Timestamp, answers: &mut Vec<Answer>) {
        let done = match command {
            Command::SignOn(shift) => {
                self.roster.sign_on(shift);
                Ok(())
            }
            Command::Presence { agent, presence } => self.presence(agent, presence, answers),
            Command::ShiftEnd(agent) => self.shift_end(agent, answers),
            Command::SignOff(agent) => {
                self.shift_end(agent, answers).map(|()| self.roster.sign_off(agent))
            }
            Command::Offer(offer) => self.offer(offer, now),
            Command::Withdraw(conversation) => self.withdraw(conversation),
            Command::Extend(extension) => self.extend(extension),
            Command::Claim { agent, conversation } => {
                let claimed = self.claim(agent, conversation);
                claimed.map(|assignment| answers.push(Answer::Assigned(assignment)))
            }
            Command::Release(release) => self.release(release.agent, release.conversation),
            Command::Deny(denial) => self.denied(denial.agent, denial.conversation),
            Command::Policy(change) => self.change_policy(&change),
            Command::Turn => {
                self.turn(now, answers);
                Ok(())
            }
        };
        answers.extend(done.err().map(Answer::Refused));
        self.settle();
    }

    /// Gives the alarms that are due and all assignments that are possible.
    pub fn turn(&mut self, now: Timestamp, answers: &mut Vec<Answer>) {
        self.alarm(now, answers);
        answers.extend(std::iter::from_fn(|| self.assign(now)).map(Answer::Assigned));
    }

    /// The next assignment, while anything waits that somebody has room for.
    pub fn assign(&mut self, now: Timestamp) -> Option<Assignment> {
        while self.roster.has_room() {
            let (lane, place) = self.backlog.next(now)?;
            match self.roster.next(&lane, self.config(lane.brand).strategy) {
                Some(agent) => return self.hand_to(agent, place.conversation),
                None => self.backlog.park(lane),
            }
        }
        None
    }

    /// When an alarm may be due next.
    pub fn next_deadline(&self) -> Option<Deadline> {
        self.timers.next()
    }

    /// Conversations that wait.
    pub fn queue_length(&self) -> usize {
        self.backlog.len()
    }

    /// Conversations that agents have.
    pub fn busy_places(&self) -> usize {
        self.held.len()
    }

    /// The agent who has a conversation, as far as the desk knows.
    pub fn owner(&self, conversation: ConversationId) -> Option<AgentId> {
        match self.work.get(&conversation)?.state {
            State::Held(agent) => Some(agent),
            State::Waiting | State::Returning(_) => None,
        }
    }

    /// A digest of all state: desks that were told the same have the same one.
    pub fn state_hash(&self) -> u64 {
        let mut hasher = StableHasher::default();
        (&self.config, &self.by_brand, &self.work, &self.roster, self.arrivals).hash(&mut hasher);
        hasher.finish()
    }

    /// A policy that cannot be read leaves the old one in force. What waits keeps the deadlines it
    /// came with.
    fn change_policy(&mut self, change: &PolicyChange) -> Result<(), Refused> {
        let source = std::str::from_utf8(&change.source).ok();
        let policy = source.and_then(|source| Policy::parse(source, JOURNALED).ok());
        let (agent, conversation, owner) = (None, None, None);
        let reason = RefusedReason::BadPolicy;
        let policy = policy.ok_or(Refused { agent, conversation, reason, owner })?;
        self.by_brand.insert(change.brand, DeskConfig::of(&policy));
        Ok(())
    }

    fn presence(
        &mut self,
        agent: AgentId,
        presence: Presence,
        answers: &mut Vec<Answer>,
    ) -> Result<(), Refused> {
        self.known(agent)?;
        self.roster.set_presence(agent, presence);
        if presence == Presence::Offline {
            self.hand_back(agent, answers, |config| config.requeue_offline);
        }
        Ok(())
    }

    fn shift_end(&mut self, agent: AgentId, answers: &mut Vec<Answer>) -> Result<(), Refused> {
        self.known(agent)?;
        self.roster.set_presence(agent, Presence::Offline);
        self.hand_back(agent, answers, |_| true);
        Ok(())
    }

    /// Asks the shards to take back what the agent has (`G-47`), of brands that want it. The shard owns
    /// the conversation, so the desk cannot give it to somebody else before the shard has offered it
    /// again; meanwhile it remembers since when it waits.
    fn hand_back(
        &mut self,
        agent: AgentId,
        answers: &mut Vec<Answer>,
        wanted: impl Fn(&DeskConfig) -> bool,
    ) {
        let all = (agent, ConversationId(0))..=(agent, ConversationId(u64::MAX));
        let held: Vec<_> = self.held.range(all).map(|(_, conversation)| *conversation).collect();
        for conversation in held {
            let Some(work) = self.work.get(&conversation).copied() else { continue };
            if !wanted(self.config(work.lane.brand)) {
                continue;
            }
            self.held.remove(&(agent, conversation));
            self.work.insert(conversation, Work { state: State::Returning(agent), ..work });
            self.roster.give_back(agent, work.lane.channel);
            let command = command(agent, &work.offer, AgentAction::Requeue);
            answers.push(Answer::Requeue(command));
        }
    }

    fn offer(&mut self, offer: Offer, now: Timestamp) -> Result<(), Refused> {
        let id = offer.conversation;
        let known = self.work.get(&id).copied();
        match known.map(|known| known.state) {
            // The claim is on its way to the shard and will be answered there.
            Some(State::Held(owner)) => {
                return Err(Refused { owner: Some(owner), ..refused(id, RefusedReason::Owned) });
            }
            Some(State::Waiting) if known.is_some_and(|it| offer.epoch <= it.offer.epoch) => {
                return Err(refused(id, RefusedReason::Stale));
            }
            Some(State::Waiting) => self.forget(id),
            Some(State::Returning(_)) | None => {}
        }
        let comes_back = known.filter(|known| matches!(known.state, State::Returning(_)));
        self.wait(offer, comes_back, now);
        Ok(())
    }

    /// A conversation waits from now on; `known` is what it was before an agent gave it back.
    fn wait(&mut self, offer: Offer, known: Option<Work>, now: Timestamp) {
        let mut offer = offer;
        let brand = offer.key.brand;
        let config = self.by_brand.get(&brand).unwrap_or(&self.config);
        offer.queue = config.route(offer.queue);
        // Two machines may disagree about the time; nobody has waited since the future.
        offer.at = offer.at.min(now);
        self.arrivals += 1;
        let mut arrival = self.arrivals;
        let queue = config.queue(offer.queue);
        let mut alarms = None;
        if let Some(known) = known {
            offer.at = offer.at.min(known.offer.at);
            arrival = known.place.arrival;
            alarms = (known.lane.queue == offer.queue).then_some(known.alarms);
        }
        let closing = offer.expires.map(|it| Deadline::not_before(it.at() - config.window_margin));
        let place = Place {
            since: offer.at,
            arrival,
            conversation: offer.conversation,
            starved_at: queue.waited(offer.at, config.starvation),
            closing,
            closes: offer.expires,
        };
        let mut alarms = alarms.unwrap_or_else(|| Alarms::new(queue, offer.at));
        if known.is_none_or(|known| known.offer.expires != offer.expires) {
            alarms.set_window(closing, offer.expires);
        }
        let Offer { queue, channel, skills, priority, .. } = offer;
        let lane = LaneKey { queue, brand, channel, skills, priority };
        let work = Work { offer, lane, place, alarms, state: State::Waiting };
        self.put(work);
    }

    fn put(&mut self, work: Work) {
        let id = work.offer.conversation;
        if let Some(deadline) = work.alarms.next() {
            self.timers.set(deadline, id);
        }
        self.work.insert(id, work);
        self.backlog.add(work.lane, work.place);
    }

    /// The channel takes answers for longer than was thought. Nothing else changes.
    fn extend(&mut self, extension: Extension) -> Result<(), Refused> {
        let (id, expires) = (extension.conversation, Some(extension.expires));
        let unknown = refused(id, RefusedReason::UnknownConversation);
        let mut work = self.work.get(&id).copied().ok_or(unknown)?;
        if expires <= work.offer.expires {
            return Err(refused(id, RefusedReason::Stale));
        }
        let margin = self.config(work.lane.brand).window_margin;
        let closing = expires.map(|it| Deadline::not_before(it.at() - margin));
        if work.state == State::Waiting {
            self.forget(id);
        }
        work.offer.expires = expires;
        (work.place.closing, work.place.closes) = (closing, expires);
        work.alarms.set_window(closing, expires);
        match work.state {
            State::Waiting => self.put(work),
            State::Held(_) | State::Returning(_) => {
                self.work.insert(id, work);
            }
        }
        Ok(())
    }

    fn withdraw(&mut self, conversation: ConversationId) -> Result<(), Refused> {
        if !self.work.contains_key(&conversation) {
            return Err(refused(conversation, RefusedReason::UnknownConversation));
        }
        self.forget(conversation);
        Ok(())
    }

    /// A claim by hand goes to whoever comes first (`G-10`); queue and skills are the agent's own
    /// judgement, room and brand are not.
    fn claim(&mut self, agent: AgentId, id: ConversationId) -> Result<Assignment, Refused> {
        let refused = |reason| Refused { agent: Some(agent), ..refused(id, reason) };
        let presence = self.known(agent)?;
        let Some(work) = self.work.get(&id) else {
            return Err(refused(RefusedReason::UnknownConversation));
        };
        match work.state {
            State::Held(owner) => {
                return Err(Refused { owner: Some(owner), ..refused(RefusedReason::Owned) });
            }
            State::Returning(_) => return Err(refused(RefusedReason::UnknownConversation)),
            State::Waiting => {}
        }
        if presence == Presence::Offline {
            return Err(refused(RefusedReason::Offline));
        }
        let Some(known) = self.roster.agent(agent) else {
            return Err(refused(RefusedReason::UnknownAgent));
        };
        if !known.serves.brands.contain(work.lane.brand) {
            return Err(refused(RefusedReason::OtherBrand));
        }
        if !known.fits(work.lane.channel) {
            return Err(refused(RefusedReason::Full));
        }
        self.hand_to(agent, id).ok_or_else(|| refused(RefusedReason::UnknownConversation))
    }

    fn release(&mut self, agent: AgentId, id: ConversationId) -> Result<(), Refused> {
        self.known(agent).or_else(|unknown| {
            // Who has signed off gave everything back, and the shard confirms it only now.
            let is_late = self.is_returning(agent, id);
            if is_late { Ok(Presence::Offline) } else { Err(unknown) }
        })?;
        match self.work.get(&id).map(|work| work.state) {
            Some(State::Held(owner)) if owner == agent => self.forget(id),
            // The offer that brings it back comes next.
            Some(State::Returning(owner)) if owner == agent => {}
            _ => {
                let agent = Some(agent);
                return Err(Refused { agent, ..refused(id, RefusedReason::NotHeld) });
            }
        }
        Ok(())
    }

    fn denied(&mut self, agent: AgentId, id: ConversationId) -> Result<(), Refused> {
        if self.is_returning(agent, id) || self.owner(id) == Some(agent) {
            self.forget(id);
            return Ok(());
        }
        Err(Refused { agent: Some(agent), ..refused(id, RefusedReason::NotHeld) })
    }

    fn is_returning(&self, agent: AgentId, id: ConversationId) -> bool {
        self.work.get(&id).is_some_and(|work| work.state == State::Returning(agent))
    }

    fn known(&self, agent: AgentId) -> Result<Presence, Refused> {
        let (reason, owner) = (RefusedReason::UnknownAgent, None);
        let unknown = Refused { agent: Some(agent), conversation: None, reason, owner };
        self.roster.presence(agent).ok_or(unknown)
    }

    /// Gives a waiting conversation to an agent.
    fn hand_to(&mut self, agent: AgentId, id: ConversationId) -> Option<Assignment> {
        let work = self.work.get_mut(&id)?;
        work.state = State::Held(agent);
        let (lane, place, offer) = (work.lane, work.place, work.offer);
        self.backlog.remove(lane, &place);
        self.held.insert((agent, id));
        self.roster.take(agent, lane.channel);
        self.settle();
        Some(Assignment { command: command(agent, &offer, AgentAction::Claim), offer })
    }

    /// Takes a conversation out, wherever it is.
    fn forget(&mut self, id: ConversationId) {
        let Some(work) = self.work.remove(&id) else { return };
        let channel: Channel = work.lane.channel;
        match work.state {
            State::Waiting => self.backlog.remove(work.lane, &work.place),
            State::Held(agent) => {
                self.held.remove(&(agent, id));
                self.roster.give_back(agent, channel);
            }
            State::Returning(_) => {}
        }
    }

    /// Lets what waits compete again for those who have room again.
    fn settle(&mut self) {
        for gain in self.roster.gains() {
            let serves = &gain.serves;
            self.backlog.unpark(&serves.brands, &serves.queues, |lane| gain.is_for(lane));
        }
    }

    /// Gives the alarms that are due. A timer of a conversation that no longer waits, or whose next
    /// alarm was put off, finds nothing due.
    fn alarm(&mut self, now: Timestamp, answers: &mut Vec<Answer>) {
        while let Some((_, due)) = self.timers.pop_due(now) {
            for id in due {
                let Some(work) = self.work.get_mut(&id) else { continue };
                if work.state != State::Waiting
                    || !work.alarms.next().is_some_and(|it| it.is_due(now))
                {
                    continue;
                }
                let config = self.by_brand.get(&work.lane.brand).unwrap_or(&self.config);
                let (offer, queue) = (work.offer, config.queue(work.lane.queue));
                while let Some((kind, level)) = work.alarms.pop(queue, now) {
                    answers.push(Answer::Alarm(Alarm {
                        key: offer.key,
                        conversation: id,
                        queue: offer.queue,
                        kind,
                        level,
                        waiting_since: offer.at,
                        at: now,
                    }));
                }
                if let Some(next) = work.alarms.next() {
                    self.timers.set(next, id);
                }
            }
        }
    }
}

fn command(agent: AgentId, offer: &Offer, action: AgentAction) -> AgentCommand {
    let (key, conversation) = (offer.key, offer.conversation);
    AgentCommand { agent, role: Role::Agent, key, conversation, action }
}

fn refused(conversation: ConversationId, reason: RefusedReason) -> Refused {
    Refused { agent: None, conversation: Some(conversation), reason, owner: None }
}
