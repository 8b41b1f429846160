//! A deadline passed. Every open state has one, so that nothing waits for ever (`OT-28`).

use super::Transition;
use crate::contact::Consent;
use crate::conversation::{Outcome, Owner};
use crate::effect::{Alarm, Effect};
use crate::ladder;
use crate::reason::Reason;

impl Transition<'_> {
    /// Does what has to happen when nobody did anything in time.
    pub fn due(&mut self) {
        if self.contact.conversation.deadline.is_none_or(|deadline| !deadline.is_due(self.at)) {
            return;
        }
        if self.contact.consent == Consent::Held {
            return self.hold_expired();
        }
        match self.contact.conversation.owner {
            Owner::Ai if self.contact.conversation.ai_pending => {
                self.hand_off(Reason::AiTimeout, true);
            }
            Owner::Ai | Owner::Automation => self.close(Outcome::ResolvedAssumed, Reason::Inactive),
            Owner::Queue => self.neglected(),
            Owner::Human(_) => {
                self.release_agent();
                self.offer(Reason::Unattended, false);
            }
            Owner::Suspended => self.offer(Reason::Unattended, false),
            Owner::Store => self.close(Outcome::HandedOver, Reason::Inactive),
            Owner::Closed => {}
        }
    }

    /// Nobody decided in time, so it was an opt-out (L8). No confirmation: it would come too late.
    fn hold_expired(&mut self) {
        self.opt_out(Reason::HoldExpired);
        if self.contact.conversation.is_open() {
            self.close(Outcome::OptedOut, Reason::HoldExpired);
        }
    }

    /// Nobody has taken it from the queue: time for an alarm, or for the fallback (`G-52`).
    fn neglected(&mut self) {
        let is_due = self.fallback_due().is_some_and(|due| due.is_due(self.at));
        match self.policy.hand_off_fallback.filter(|_| is_due) {
            Some(target) => self.escalate(ladder::disposition(target), Reason::Unattended, false),
            None => self.alarm(),
        }
    }

    /// Tells that a conversation waits too long, and will tell again (`TX-52`).
    fn alarm(&mut self) {
        let deadline = self.attention_deadline();
        let conversation = &mut self.contact.conversation;
        conversation.deadline = Some(deadline);
        if let Some(waiting_since) = conversation.waiting_since {
            let (key, conversation) = (self.contact.key, conversation.id);
            let at = self.at;
            self.effects.push(Effect::Alarm(Alarm { key, conversation, waiting_since, at }));
        }
    }
}
