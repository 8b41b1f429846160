//! A deadline passed. Every open state has one, so that nothing waits for ever (`OT-28`).

use super::Transition;
use crate::conversation::{Outcome, Owner};
use crate::effect::{Alarm, Effect};
use crate::ladder;
use crate::planted::{self, Bug};
use crate::reason::{Disposition, Reason};
use crate::time::{Deadline, Timestamp};

impl Transition<'_> {
    /// Does what has to happen when nobody did anything in time.
    pub fn due(&mut self) {
        if self.contact.conversation.due().is_none_or(|deadline| !deadline.is_due(self.at)) {
            return;
        }
        if self.hold_is_due() {
            self.settle_hold(true, Reason::HoldExpired);
            if self.contact.conversation.is_open() && self.is_out() {
                return self.close(Outcome::OptedOut, Reason::HoldExpired);
            }
        }
        match self.contact.conversation.owner {
            Owner::Ai if planted::has(Bug::TimeoutIgnored) => {}
            Owner::Human(_) if planted::has(Bug::SilentAgentForgotten) => {}
            Owner::Ai if self.contact.conversation.ai_pending => {
                self.hand_off(Reason::AiTimeout, true);
            }
            Owner::Ai if !self.contact.episode().burst.is_empty() => self.ask_for_burst(),
            // The AI has been given it back, and was not asked what the customer had written before.
            Owner::Ai if self.contact.conversation.waiting_since.is_some() => {
                self.hand_off(Reason::Unattended, false);
            }
            Owner::Ai => self.close(Outcome::ResolvedAssumed, Reason::Inactive),
            Owner::Automation => self.automation_over(),
            Owner::Queue => self.neglected(),
            Owner::Human(_) => self.silent_agent(),
            Owner::Suspended => self.escalate(Disposition::Human, Reason::Unattended, false),
            Owner::Store => self.close(Outcome::HandedOver, Reason::Inactive),
            Owner::Closed => {}
        }
    }

    /// The customer did not answer an automation, or did not come back after its last answer.
    fn automation_over(&mut self) {
        let waited = self.contact.episode().automation.is_some();
        let reason = if waited { Reason::AutomationTimeout } else { Reason::Inactive };
        self.stop_automation();
        self.close(Outcome::ResolvedAssumed, reason);
    }

    /// People have said the last word long ago, so the AI has it again; or they owe an answer, so
    /// others are asked.
    fn silent_agent(&mut self) {
        if self.resume_due().is_some_and(|due| due.is_due(self.at)) {
            return self.resume(Reason::ResumeTimer);
        }
        let lease = self.lease();
        if !lease.is_due(self.at) {
            self.contact.conversation.deadline = Some(lease);
            return;
        }
        self.release_agent();
        self.offer(Reason::Unattended, false);
    }

    /// Until when an agent may be silent, counted from what was said last.
    fn lease(&self) -> Deadline {
        let conversation = &self.contact.conversation;
        let last = conversation.answered_at.max(conversation.last_inbound);
        let from = last.map_or(self.at, Deadline::at);
        Deadline::not_before(self.policy.worked(from, self.policy.deadlines.human))
    }

    /// Whether nobody decided in time about a possible opt-out, so that it was one (L8). There is no
    /// confirmation: it would come too late.
    fn hold_is_due(&self) -> bool {
        self.hold_due().is_some_and(|due| due <= self.at)
    }

    /// Until when a person can decide about a possible opt-out, if one is held.
    pub(super) fn hold_due(&self) -> Option<Timestamp> {
        self.contact.held_since().map(|since| since.at() + self.policy.deadlines.hold)
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
