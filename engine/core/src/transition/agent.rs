//! An agent acted.

use std::time::Duration;

use bytes::Bytes;

use super::{Transition, charged};
use crate::contact::Consent;
use crate::conversation::{Outcome, Owner, Speaker};
use crate::effect::{Denial, DenialReason, Effect, SendKind};
use crate::id::AgentId;
use crate::input::{AgentAction, AgentCommand};
use crate::reason::{Disposition, Reason};

/// A confirmation of an opt-out is presumed to be fine within this time (47 CFR 64.1200(a)(12));
/// later, none is sent.
const CONFIRMATION_MAX: Duration = Duration::from_secs(5 * 60);

impl Transition<'_> {
    /// Does what the agent wants, or tells them why not.
    pub fn agent(&mut self, command: &AgentCommand) {
        if command.conversation != self.contact.conversation.id {
            return self.deny(command, DenialReason::Gone);
        }
        let owner = self.contact.conversation.owner;
        if let Owner::Human(other) = owner
            && other != command.agent
        {
            return self.deny(command, DenialReason::OwnedByOther);
        }
        match &command.action {
            AgentAction::Claim if owner == Owner::Closed => self.deny(command, DenialReason::Gone),
            AgentAction::Claim => self.take(command.agent),
            AgentAction::Reply(text) => self.answer(command.agent, text),
            AgentAction::Resume => self.resume(command),
            AgentAction::ToStore(_) => self.escalate(Disposition::Store, Reason::Agent, false),
            AgentAction::Close => self.finish(command),
            AgentAction::SettleHold { opt_out } => self.settle(command, *opt_out),
            AgentAction::Block => self.block(),
            AgentAction::Requeue => self.requeue(command),
            AgentAction::Pause(_) => self.take(command.agent),
            AgentAction::Unblock => self.contact.blocked = false,
        }
    }

    fn deny(&mut self, command: &AgentCommand, reason: DenialReason) {
        let owner = match self.contact.conversation.owner {
            Owner::Human(agent) => Some(agent),
            _ => None,
        };
        self.effects.push(Effect::Deny(Denial {
            agent: command.agent,
            key: command.key,
            conversation: command.conversation,
            reason,
            owner,
        }));
    }

    /// Makes the agent the owner. What the AI has on its way is stale from here on (`G-3`).
    fn take(&mut self, agent: AgentId) {
        let owner = Owner::Human(agent);
        let deadline = self.working_deadline(self.policy.deadlines.human);
        let conversation = &mut self.contact.conversation;
        if conversation.owner == owner {
            conversation.deadline = Some(deadline);
        } else {
            conversation.hand_to(owner, Reason::Agent, deadline);
        }
        self.keep_hold_deadline();
    }

    /// A decision about an opt-out stays due, whoever has the conversation meanwhile.
    fn keep_hold_deadline(&mut self) {
        if let (Consent::Held, Some(since)) = (self.contact.consent, self.contact.consent_since) {
            let due = since.at() + self.policy.deadlines.hold;
            let soonest = self.deadline(Duration::ZERO);
            let due = crate::time::Deadline::not_before(due).max(soonest);
            self.contact.conversation.deadline = Some(due);
        }
    }

    /// A person who writes owns the conversation from that instant; no separate button is needed
    /// (`X-6`, `TX-45`, `TX-55`).
    fn answer(&mut self, agent: AgentId, text: &Bytes) {
        self.open(self.contact.conversation.source);
        self.take(agent);
        let segments = charged(self.contact.conversation.channel, text);
        if self.send(SendKind::Agent, Some(agent), text.clone(), segments).is_ok() {
            self.contact.conversation.answered(self.at, Speaker::Human);
        }
    }

    /// Gives the conversation back to the AI, which answers from the customer's next message on
    /// (`RU-32`, `RU-34`).
    fn resume(&mut self, command: &AgentCommand) {
        if self.contact.conversation.owner != Owner::Human(command.agent) {
            return self.deny(command, DenialReason::Gone);
        }
        self.release_agent();
        let deadline = self.deadline(self.policy.deadlines.inactive);
        self.contact.conversation.hand_to(Owner::Ai, Reason::Agent, deadline);
        self.keep_hold_deadline();
    }

    /// Offers the conversation to people again (`G-47`). The customer is not told: to them nothing
    /// has changed.
    fn requeue(&mut self, command: &AgentCommand) {
        if self.contact.conversation.owner != Owner::Human(command.agent) {
            return self.deny(command, DenialReason::Gone);
        }
        self.release_agent();
        self.offer(Reason::Agent, false);
        self.keep_hold_deadline();
    }

    fn finish(&mut self, command: &AgentCommand) {
        match self.contact.conversation.owner {
            Owner::Closed => self.deny(command, DenialReason::Gone),
            _ => self.close(Outcome::ResolvedConfirmed, Reason::Agent),
        }
    }

    fn settle(&mut self, command: &AgentCommand, opt_out: bool) {
        if self.contact.consent != Consent::Held {
            return self.deny(command, DenialReason::NothingHeld);
        }
        let held_for = self.contact.consent_since.map(|since| self.at.since(since.at()));
        if opt_out {
            self.opt_out(Reason::Agent);
            if held_for.is_some_and(|held| held <= CONFIRMATION_MAX) {
                let _ = self.send_text(SendKind::OptOutConfirmation, &self.policy.texts.opt_out);
            }
            self.close(Outcome::OptedOut, Reason::Agent);
        } else {
            self.set_consent(Consent::Unknown);
            self.take(command.agent);
        }
    }

    fn block(&mut self) {
        self.contact.blocked = true;
        if self.contact.conversation.is_open() {
            self.close(Outcome::Blocked, Reason::Agent);
        }
    }
}
