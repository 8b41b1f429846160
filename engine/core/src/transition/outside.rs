//! Something happened outside of this inbox: a person answered from a phone, or the store or a helpdesk
//! did something with what it was given.

use bytes::Bytes;

use super::{Transition, charged};
use crate::conversation::{Outcome, Owner, Speaker};
use crate::effect::{EventKind, SendKind};
use crate::id::AgentId;
use crate::input::{Echo, OutsideEvent, OutsideNews};
use crate::ladder;
use crate::planted::{self, Bug};
use crate::policy::{HandOff, ResumeRule, StoreAnswers};
use crate::reason::Reason;

/// Stands for a person outside of this inbox whose name is not known.
pub(super) const OUTSIDER: AgentId = AgentId(0);

impl Transition<'_> {
    /// A person answered: the conversation is theirs from that instant (`G-5`, `RU-17`). If the AI had
    /// answered the same message, the customer has heard two voices, and that is told (`RU-74`).
    pub fn echo(&mut self, echo: &Echo) {
        if self.is_out() || planted::has(Bug::EchoIgnored) {
            return;
        }
        if self.contact.conversation.is_answered_by_ai() {
            self.tell(EventKind::DoubleReply, Reason::OutsideReply);
        }
        self.open(self.contact.conversation.source);
        if self.contact.conversation.turn == 0 {
            self.contact.conversation.channel = echo.channel;
        }
        let owner = self.contact.conversation.owner;
        // Who has it in this inbox keeps it from a nameless colleague: it may be themselves.
        let agent = match owner {
            Owner::Human(agent) if echo.agent == OUTSIDER => agent,
            _ => echo.agent,
        };
        if owner != Owner::Human(agent) {
            self.release_agent();
        }
        self.leave_queue();
        self.take(agent, Reason::OutsideReply);
        self.contact.conversation.answered(self.at, Speaker::Human);
        self.await_customer();
    }

    /// The store or a helpdesk tells what became of a conversation. Said twice, or of another
    /// conversation, it changes nothing (`KL-32`).
    pub fn outside(&mut self, news: &OutsideNews) {
        let conversation = &self.contact.conversation;
        if conversation.id != news.conversation || conversation.owner != Owner::Store {
            return;
        }
        match &news.what {
            OutsideEvent::Taken => {}
            OutsideEvent::Failed => self.hand_over_failed(),
            OutsideEvent::Answered(text) => self.store_answered(text),
            OutsideEvent::Closed => self.closed_outside(),
        }
    }

    /// It goes where the brand's fallback says, or to people here: never nowhere (`G-52`), and not once
    /// more to where it could not go.
    fn hand_over_failed(&mut self) {
        let helpdesk_failed = self.contact.episode().at_helpdesk;
        let leads_on = |to: &HandOff| *to != HandOff::Helpdesk || !helpdesk_failed;
        match self.policy.hand_off_fallback.filter(leads_on) {
            Some(to) => self.escalate(ladder::disposition(to), Reason::HandOverFailed, false),
            None => self.offer(Reason::HandOverFailed, false),
        }
    }

    fn store_answered(&mut self, text: &Bytes) {
        if self.policy.store_answers == StoreAnswers::Relay {
            let segments = charged(self.contact.conversation.channel, text);
            if self.send(SendKind::Store, None, text.clone(), segments).is_err() {
                return;
            }
        }
        let deadline = self.deadline(self.policy.deadlines.store);
        self.contact.conversation.answered(self.at, Speaker::Store);
        self.contact.conversation.deadline = Some(deadline);
    }

    fn closed_outside(&mut self) {
        let conversation = &self.contact.conversation;
        let rule = self.policy.resume_rule(conversation.escalated_for, conversation.source);
        match rule {
            ResumeRule::OnClose => self.resume(Reason::OutsideClosed),
            _ => self.close(Outcome::ResolvedConfirmed, Reason::OutsideClosed),
        }
    }
}
