//! An agent acted.

use std::time::Duration;

use bytes::Bytes;

use super::outside::OUTSIDER;
use super::{Transition, charged};
use crate::contact::Consent;
use crate::conversation::{Outcome, Owner, Speaker};
use crate::effect::{Denial, DenialReason, Effect, SendKind};
use crate::id::AgentId;
use crate::input::{AgentAction, AgentCommand, Lack, PauseReason};
use crate::planted::{self, Bug};
use crate::policy::ResumeRule;
use crate::policy::roles::Verb;
use crate::reason::{Disposition, Reason};
use crate::time::Deadline;

/// A confirmation of an opt-out is presumed to be fine within this time (47 CFR 64.1200(a)(12));
/// later, none is sent.
const CONFIRMATION_MAX: Duration = Duration::from_secs(5 * 60);

impl Transition<'_> {
    /// Does what the agent wants, or tells them why not.
    pub fn agent(&mut self, command: &AgentCommand) {
        if let Some(reason) = self.denial(command) {
            return self.deny(command, reason);
        }
        match &command.action {
            AgentAction::Claim => self.take(command.agent, Reason::Agent),
            AgentAction::Reply(text) => self.answer(command.agent, text),
            AgentAction::Resume => self.resume(Reason::Agent),
            AgentAction::ToStore(lack) => {
                self.escalate(Disposition::Store, lacking(*lack), false);
            }
            AgentAction::Close => self.close(Outcome::ResolvedConfirmed, Reason::Agent),
            AgentAction::SettleHold { opt_out } => self.settle(command.agent, *opt_out),
            AgentAction::Block => self.block(),
            AgentAction::Requeue => self.requeue(),
            AgentAction::Pause(reason) => self.pause(command.agent, *reason),
            AgentAction::Unblock => self.contact.blocked = false,
        }
    }

    /// Why the agent may not do it, if they may not.
    fn denial(&self, command: &AgentCommand) -> Option<DenialReason> {
        let conversation = &self.contact.conversation;
        let owner = conversation.owner;
        let (closed, own) = (owner == Owner::Closed, owner == Owner::Human(command.agent));
        let held = self.contact.held_since().is_some();
        let denied = |if_so: bool, reason| if_so.then_some(reason);
        let steals = planted::has(Bug::ClaimSteals);
        denied(command.conversation != conversation.id, DenialReason::Gone)
            .or_else(|| {
                let may = self.policy.roles.may(command.role, verb(&command.action));
                denied(!may && !planted::has(Bug::RolesIgnored), DenialReason::NotAllowed)
            })
            .or_else(|| {
                let taken = is_of_another(owner, command.agent) && !steals;
                denied(taken, DenialReason::OwnedByOther)
            })
            .or_else(|| match &command.action {
                AgentAction::Claim
                | AgentAction::Close
                | AgentAction::ToStore(_)
                | AgentAction::Pause(_) => denied(closed, DenialReason::Gone),
                AgentAction::Requeue => denied(!own, DenialReason::Gone),
                AgentAction::SettleHold { .. } => denied(!held, DenialReason::NothingHeld),
                AgentAction::Resume => self.resume_denial(command.agent),
                AgentAction::Reply(_) if self.contact.blocked => Some(DenialReason::Blocked),
                AgentAction::Reply(_) => {
                    let speaks = matches!(owner, Owner::Ai | Owner::Automation);
                    denied(speaks && !self.policy.reply_takes_over, DenialReason::NotPaused)
                }
                AgentAction::Block | AgentAction::Unblock => None,
            })
    }

    /// Only what people have can be given back, and only by rule (`X-3`).
    fn resume_denial(&self, agent: AgentId) -> Option<DenialReason> {
        let conversation = &self.contact.conversation;
        let is_theirs = match conversation.owner {
            Owner::Human(owner) => owner == agent,
            Owner::Queue | Owner::Suspended => true,
            Owner::Closed | Owner::Ai | Owner::Automation | Owner::Store => false,
        };
        let rule = self.policy.resume_rule(conversation.escalated_for, conversation.source);
        match rule {
            _ if !is_theirs && !planted::has(Bug::AnybodyResumes) => Some(DenialReason::Gone),
            // A possible opt-out is settled first: until then the AI may not speak.
            _ if self.consent() == Consent::Held => Some(DenialReason::NotAllowed),
            // A suspension always has a way back (AI-44).
            ResumeRule::Never if conversation.owner != Owner::Suspended => {
                Some(DenialReason::NotAllowed)
            }
            _ => None,
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
    pub(super) fn take(&mut self, agent: AgentId, reason: Reason) {
        let owner = Owner::Human(agent);
        let deadline = self.working_deadline(self.policy.deadlines.human);
        let conversation = &mut self.contact.conversation;
        if conversation.owner == owner {
            conversation.deadline = Some(deadline);
        } else {
            conversation.hand_to(owner, reason, deadline);
        }
        if !conversation.is_with_people() {
            conversation.escalated_for = reason;
        }
        self.stop_automation();
        self.keep_hold_deadline();
    }

    /// The AI falls silent and the agent has the conversation, for a reason that is kept: it decides
    /// later whether a clock may give it back (`RU-20`, `RU-35..37`, `RU-79`).
    fn pause(&mut self, agent: AgentId, reason: PauseReason) {
        let reason = match reason {
            PauseReason::Attention => Reason::PausedForAttention,
            PauseReason::Confirmation => Reason::PausedForConfirmation,
            PauseReason::WantsPerson => Reason::WantsPerson,
        };
        self.leave_queue();
        self.take(agent, reason);
        let conversation = &mut self.contact.conversation;
        conversation.reason = reason;
        conversation.escalate(reason);
    }

    /// A decision about an opt-out stays due, whoever has the conversation meanwhile.
    fn keep_hold_deadline(&mut self) {
        if let Some(due) = self.hold_due() {
            let soonest = self.deadline(Duration::ZERO);
            let due = Deadline::not_before(due).max(soonest);
            self.contact.conversation.deadline = Some(due);
        }
    }

    /// A person who writes owns the conversation from that instant; no separate button is needed
    /// (`X-6`, `TX-45`, `TX-55`).
    fn answer(&mut self, agent: AgentId, text: &Bytes) {
        self.open(self.contact.conversation.source);
        self.leave_queue();
        self.take(agent, Reason::Agent);
        let segments = charged(self.contact.conversation.channel, text);
        if self.send(SendKind::Agent, Some(agent), text.clone(), segments).is_ok() {
            self.contact.conversation.answered(self.at, Speaker::Human);
            self.await_customer();
        }
    }

    /// After the last word of people a clock may give the conversation back (`G-8`).
    pub(super) fn await_customer(&mut self) {
        if let Some(due) = self.resume_due() {
            let soonest = self.deadline(Duration::ZERO);
            let conversation = &mut self.contact.conversation;
            let resumes = due.max(soonest);
            conversation.deadline = conversation.deadline.map(|lease| lease.min(resumes));
        }
        self.keep_hold_deadline();
    }

    /// When a clock gives the conversation back to the AI: never while the customer waits.
    pub(super) fn resume_due(&self) -> Option<Deadline> {
        let conversation = &self.contact.conversation;
        let rule = self.policy.resume_rule(conversation.escalated_for, conversation.source);
        let waits = conversation.waiting_since.is_some() && !planted::has(Bug::ClockIgnoresWaiting);
        let spoke = conversation.answered_by == Speaker::Human && !waits;
        let last_word = conversation.answered_at.filter(|_| spoke && rule == ResumeRule::Timer)?;
        Some(Deadline::not_before(last_word.at() + self.policy.resume.after))
    }

    /// Gives the conversation back to the AI, which answers from the customer's next message on, or
    /// what waits already if the policy says so (`RU-32`, `RU-34`).
    pub(super) fn resume(&mut self, reason: Reason) {
        self.release_agent();
        self.leave_queue();
        self.clear_hand_off_tags();
        let deadline = self.deadline(self.policy.deadlines.inactive);
        let conversation = &mut self.contact.conversation;
        conversation.hand_to(Owner::Ai, reason, deadline);
        conversation.escalated_for = Reason::None;
        conversation.rapid_exchanges = 0;
        let waits = conversation.waiting_since.is_some();
        let episode = self.contact.episode_mut();
        episode.after_people = true;
        (episode.wanted, episode.failures) = (Default::default(), 0);
        let may_ask = self.policy.ai.refusal(self.contact.conversation.channel).is_none()
            && !self.contact.blocked;
        let consents = !self.is_closed() && self.consent() != Consent::Held;
        if self.policy.resume.answer_waiting && waits && may_ask && consents {
            self.request(Bytes::new(), self.contact.conversation.source);
        }
        self.keep_hold_deadline();
    }

    /// Offers the conversation to people again (`G-47`). The customer is not told: to them nothing
    /// has changed.
    fn requeue(&mut self) {
        self.release_agent();
        self.offer(Reason::Agent, false);
        self.keep_hold_deadline();
    }

    fn settle(&mut self, agent: AgentId, opt_out: bool) {
        let held_for = self.contact.held_since().map(|since| self.at.since(since.at()));
        self.settle_hold(opt_out, Reason::Agent);
        if opt_out {
            if held_for.is_some_and(|held| held <= CONFIRMATION_MAX) {
                let _ = self.send_text(SendKind::OptOutConfirmation, &self.texts().opt_out);
            }
            self.close(Outcome::OptedOut, Reason::Agent);
        } else {
            self.take(agent, Reason::Agent);
        }
    }

    fn block(&mut self) {
        self.contact.blocked = true;
        if self.contact.conversation.is_open() {
            self.close(Outcome::Blocked, Reason::Agent);
        }
    }
}

/// Whether somebody else has it. Whoever answers outside of the inbox without a name gives way to any
/// agent in it.
fn is_of_another(owner: Owner, agent: AgentId) -> bool {
    matches!(owner, Owner::Human(other) if other != agent && other != OUTSIDER)
}

/// The reason of an agent who passes a conversation on (`OT-23`, `OT-24`).
fn lacking(lack: Lack) -> Reason {
    match lack {
        Lack::Other => Reason::Agent,
        Lack::Access => Reason::AgentLacksAccess,
        Lack::Policy => Reason::AgentLacksPolicy,
    }
}

fn verb(action: &AgentAction) -> Verb {
    match action {
        AgentAction::Claim => Verb::Claim,
        AgentAction::Reply(_) => Verb::Reply,
        AgentAction::Resume => Verb::Resume,
        AgentAction::ToStore(_) => Verb::ToStore,
        AgentAction::Close => Verb::Close,
        AgentAction::SettleHold { .. } => Verb::SettleHold,
        AgentAction::Block | AgentAction::Unblock => Verb::Block,
        AgentAction::Requeue => Verb::Requeue,
        AgentAction::Pause(_) => Verb::Pause,
    }
}
