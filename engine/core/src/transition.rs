//! One person's step from one state to the next: the only code that changes a contact or a conversation.
//!
//! It takes the time as an argument, reads nothing outside its arguments, and cannot fail. What it
//! wants done in the world it writes down as effects.

mod agent;
mod ai;
mod consent;
mod due;
mod feedback;
mod machine;
mod money;
mod outreach;
mod outside;
mod people;
mod profile;
mod reply;
mod tags;

use std::time::Duration;

use bytes::Bytes;

use crate::budget::BrandDay;
use crate::contact::Contact;
use crate::conversation::{Conversation, Outcome, Owner, Told};
use crate::effect::{
    Effect, Ended, Event, EventKind, HandOver, Outside, Refusal, RefusalReason, Release, Send,
    SendKind, Withdrawal,
};
use crate::gate;
use crate::id::{AgentId, ConversationId, PartitionId, Seq, ShardId};
use crate::message::{Channel, Language, Source};
use crate::planted::{self, Bug};
use crate::policy::{Policy, Text, Texts};
use crate::reason::{Disposition, Reason};
use crate::segment::channel_limits::ChannelLimits;
use crate::segment::{self, Segments};
use crate::time::{Deadline, Timestamp};

/// Names conversations within a partition, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ConversationIds {
    partition: PartitionId,
    last: u64,
}

impl ConversationIds {
    /// None named yet.
    pub fn new(partition: PartitionId) -> Self {
        Self { partition, last: 0 }
    }

    /// The partition.
    pub fn partition(&self) -> PartitionId {
        self.partition
    }

    fn next(&mut self) -> ConversationId {
        self.last += 1;
        ConversationId::new(self.partition, self.last)
    }
}

/// A step in the making: whose, when, under which policy, and where its effects go.
#[derive(Debug)]
pub struct Transition<'a> {
    /// The person.
    pub contact: &'a mut Contact,
    /// What the brand's AI has spent today.
    pub brand: &'a mut BrandDay,
    /// The brand's policy.
    pub policy: &'a Policy,
    /// Now.
    pub at: Timestamp,
    /// The shard whose journal holds the record.
    pub shard: ShardId,
    /// The record's position in that shard's order.
    pub seq: Seq,
    /// Names for new conversations.
    pub ids: &'a mut ConversationIds,
    /// What is to be done.
    pub effects: &'a mut Vec<Effect>,
}

impl<'a> Transition<'a> {
    /// What the brand says to this customer, in their language as far as that is known (`OT-34`).
    fn texts(&self) -> &'a Texts {
        self.policy.texts_in(self.language())
    }

    /// The customer's language, from what is known of them, or from what they wrote.
    fn language(&self) -> Option<Language> {
        self.contact.profile().language.or(self.contact.episode().language)
    }
}

impl Transition<'_> {
    fn deadline(&self, after: Duration) -> Deadline {
        // At least a second ahead, so that a deadline that fires is always followed by a later one.
        Deadline::not_before(self.at + after.max(Duration::from_secs(1)))
    }

    /// A deadline of people, for whom only working time counts (`G-57`, `KL-86`).
    fn working_deadline(&self, after: Duration) -> Deadline {
        Deadline::not_before(self.policy.worked(self.at, after.max(Duration::from_secs(1))))
    }

    /// Makes sure there is an open conversation: the one that is open, the last one if it ended
    /// lately (`G-23`), or a new one. What counted as solved was not, if the customer comes back
    /// (`KL-81`, `G-103`).
    fn open(&mut self, source: Source) {
        let conversation = &self.contact.conversation;
        if conversation.is_open() {
            return;
        }
        if conversation.reopens(self.at, self.policy.deadlines.reopen) {
            if conversation.outcome == Outcome::ResolvedAssumed {
                self.tell(EventKind::Revoked, Reason::Inactive);
            }
            return;
        }
        self.contact.begin_episode();
        let conversation = &mut self.contact.conversation;
        // The epoch goes on growing over all conversations of a person, so that an answer to an
        // earlier one can never be taken for an answer to this one. The way to the customer stays.
        *conversation = Conversation {
            id: self.ids.next(),
            epoch: conversation.epoch,
            last_record: conversation.last_record,
            channel: conversation.channel,
            sender: conversation.sender,
            last_inbound: conversation.last_inbound,
            source,
            ..Conversation::default()
        };
    }

    /// Moves an open conversation away from the AI, to whoever `disposition` names.
    fn escalate(&mut self, disposition: Disposition, reason: Reason, announced: bool) {
        self.release_agent();
        // A closing text is an outcome of its own, neither resolved nor escalated.
        if disposition != Disposition::Closeout {
            self.tell(EventKind::Escalated, reason);
        }
        let escalation = self.policy.escalation(reason);
        self.tag(escalation.tags.and(tags::explaining(reason)));
        self.contact.conversation.escalate(reason);
        let announced = escalation.announced.unwrap_or(announced);
        match disposition {
            Disposition::Store => self.hand_over(Outside::Store, reason),
            Disposition::Helpdesk => self.hand_over(Outside::Helpdesk, reason),
            Disposition::Closeout => self.close_out(reason),
            _ => self.offer(reason, announced),
        }
        self.stop_automation();
    }

    /// Whatever the AI or an automation was at is over.
    fn stop_automation(&mut self) {
        let episode = self.contact.episode();
        if !episode.burst.is_empty() || episode.automation.is_some() {
            let episode = self.contact.episode_mut();
            episode.burst.clear();
            episode.automation = None;
        }
    }

    /// Tells the customer that a person will answer, and when, if people do not work now (`KL-86`). A
    /// refused notice is recorded; the hand-off stands without it.
    fn announce(&mut self) {
        let (policy, texts) = (self.policy, self.texts());
        let closed = policy.hours.as_ref().filter(|hours| !hours.is_open(self.at));
        let language = policy.spoken(self.language());
        let opens = closed.and_then(|hours| hours.opens(self.at, language));
        if let (Some(opens), Some(text)) = (opens, &texts.hand_off_outside_hours) {
            let _ = self.send_text(SendKind::HandOff, &text.with_opens(&opens));
        } else if let Some(text) = &texts.hand_off {
            let _ = self.send_text(SendKind::HandOff, text);
        }
    }

    /// When somebody has to look at the queue again: for an alarm, or to take the fallback if the
    /// customer's patience ends sooner.
    fn attention_deadline(&self) -> Deadline {
        let alarm = self.working_deadline(self.policy.deadlines.unattended);
        let soonest = self.deadline(Duration::ZERO);
        self.fallback_due().map_or(alarm, |due| alarm.min(due.max(soonest)))
    }

    /// When a conversation in the queue goes to the hand-off's fallback, if there is one (`G-52`).
    fn fallback_due(&self) -> Option<Deadline> {
        self.policy.hand_off_fallback?;
        let since = self.contact.conversation.waiting_since?;
        let due = self.policy.worked(since.at(), self.policy.deadlines.queue);
        Some(Deadline::not_before(due))
    }

    /// Hands the conversation to a system outside.
    fn hand_over(&mut self, to: Outside, reason: Reason) {
        self.leave_queue();
        let deadline = self.deadline(self.policy.deadlines.store);
        self.contact.conversation.hand_to(Owner::Store, reason, deadline);
        let at_helpdesk = to == Outside::Helpdesk;
        if self.contact.episode().at_helpdesk != at_helpdesk {
            self.contact.episode_mut().at_helpdesk = at_helpdesk;
        }
        let (key, conversation) = (self.contact.key, self.contact.conversation.id);
        self.effects.push(Effect::HandOver(HandOver { key, conversation, to, reason }));
    }

    /// Sends the closing text once and ends the conversation, unresolved (`KL-33`, `KL-35`). Where it is
    /// not repeated, the silence has that reason (`KL-36`, `X-5`).
    fn close_out(&mut self, reason: Reason) {
        let policy = self.policy;
        let again = self
            .contact
            .profile()
            .closed_out_at
            .is_some_and(|last| self.at.since(last.at()) <= policy.deadlines.closeout);
        if let Some(text) = self.texts().closeout.as_ref().filter(|_| !again)
            && self.send_text(SendKind::Closeout, text).is_ok()
        {
            self.contact.profile_mut().closed_out_at = Some(Deadline::not_before(self.at));
        }
        self.leave_queue();
        let silent = again && policy.texts.closeout.is_some();
        let reason = if silent { Reason::ClosedOutLately } else { reason };
        self.contact.conversation.close(Outcome::ClosedOut, reason, self.at);
    }

    /// Ends the conversation.
    fn close(&mut self, outcome: Outcome, reason: Reason) {
        self.release_agent();
        self.leave_queue();
        if outcome == Outcome::ResolvedConfirmed {
            self.clear_hand_off_tags();
        }
        if matches!(outcome, Outcome::ResolvedAssumed | Outcome::ResolvedConfirmed) {
            self.tell(EventKind::Resolved, reason);
        }
        self.contact.conversation.close(outcome, reason, self.at);
    }

    /// The end of a step. What is set aside belongs to an answer that is still wanted, or returns; and a
    /// conversation that ended since it stood at `epoch` with `owner` is told of.
    pub fn conclude(&mut self, owner: Owner, epoch: u32) {
        if !self.contact.conversation.ai_pending {
            self.give_back();
        }
        let conversation = &self.contact.conversation;
        if conversation.outcome != Outcome::Open && conversation.epoch != epoch {
            let (key, conversation, at) = (self.contact.key, *conversation, self.at);
            self.effects.push(Effect::Ended(Ended { key, conversation, owner, at }));
        }
    }

    /// Frees the place of the agent who has the conversation, if one has.
    fn release_agent(&mut self) {
        if let Owner::Human(agent) = self.contact.conversation.owner {
            let conversation = self.contact.conversation.id;
            self.effects.push(Effect::Release(Release { agent, conversation }));
        }
    }

    /// Tells that a conversation waits for people no longer, if it did.
    fn leave_queue(&mut self) {
        if self.contact.conversation.owner == Owner::Queue {
            let (key, conversation) = (self.contact.key, self.contact.conversation.id);
            self.effects.push(Effect::Withdraw(Withdrawal { key, conversation }));
        }
    }

    /// Gives an event of the AI's conversation: started once and first, then one outcome (`KL-80`).
    fn tell(&mut self, kind: EventKind, reason: Reason) {
        let conversation = &mut self.contact.conversation;
        let told = match kind {
            EventKind::Started => {
                std::mem::replace(&mut conversation.started, true)
                    && !planted::has(Bug::StartedTwice)
            }
            EventKind::Resolved => !conversation.tell(Told::Nothing, Told::Resolved),
            EventKind::Escalated => !conversation.tell(Told::Nothing, Told::Escalated),
            EventKind::Revoked => !conversation.tell(Told::Resolved, Told::Nothing),
            EventKind::DoubleReply => false,
        };
        if !told {
            let (key, at) = (self.contact.key, self.at);
            let (channel, source) = (conversation.channel, conversation.source);
            let conversation = conversation.id;
            let event = Event { key, conversation, kind, reason, channel, source, at };
            self.effects.push(Effect::Event(event));
        }
    }

    fn send_text(&mut self, kind: SendKind, text: &Text) -> Result<(), RefusalReason> {
        let is_charged = ChannelLimits::of(self.contact.conversation.channel).is_segmented;
        let segments = if is_charged { text.segments } else { Segments::default() };
        self.send(kind, None, text.bytes.clone(), segments)
    }

    /// Sends through the gate, or records that the gate refused.
    fn send(
        &mut self,
        kind: SendKind,
        agent: Option<AgentId>,
        text: Bytes,
        segments: Segments,
    ) -> Result<(), RefusalReason> {
        self.pass(Send { agent, ..self.message(kind, text, segments) })
    }

    /// A message in the conversation, in answer to the customer's last, by the way that it took.
    fn message(&self, kind: SendKind, text: Bytes, segments: Segments) -> Send {
        let conversation = &self.contact.conversation;
        Send {
            key: self.contact.key,
            conversation: conversation.id,
            at: self.at,
            kind,
            channel: conversation.channel,
            sender: conversation.sender,
            turn: conversation.turn,
            agent: None,
            text,
            segments,
        }
    }

    /// The only way out.
    fn pass(&mut self, send: Send) -> Result<(), RefusalReason> {
        match gate::pass(self.contact, self.brand, &send, self.policy, self.at) {
            Ok(()) => {
                let (kind, segments) = (send.kind, send.segments.segments);
                self.effects.push(Effect::Send(send));
                if kind == SendKind::Ai {
                    self.book(segments);
                }
                Ok(())
            }
            Err(reason) => {
                let retry = gate::retry(self.contact, self.policy, self.at, reason);
                self.effects.push(Effect::Refuse(Refusal { send, reason, retry }));
                Err(reason)
            }
        }
    }
}

/// Segments as they are charged: only text messages have any.
fn charged(channel: Channel, text: &[u8]) -> Segments {
    match ChannelLimits::of(channel).is_segmented {
        true => segment::count_lossy(text),
        false => Segments::default(),
    }
}

/// The AI's text as it is sent: with signs exchanged that nobody misses, if it takes fewer segments so
/// (`KL-44`). A typographic quotation mark alone more than halves what a segment holds.
fn fitted(channel: Channel, text: &Bytes) -> (Bytes, Segments) {
    let segments = charged(channel, text);
    if segments.segments > 1
        && let Ok(written) = std::str::from_utf8(text)
    {
        let plain = segment::smart(written);
        let fewer = charged(channel, plain.as_bytes());
        if fewer.segments < segments.segments {
            return (Bytes::copy_from_slice(plain.as_bytes()), fewer);
        }
    }
    (text.clone(), segments)
}
