//! The AI answered, or failed to.

use super::{Transition, charged};
use crate::conversation::{Owner, Speaker};
use crate::effect::{Draft, Effect, Refusal, RefusalReason, Send, SendKind};
use crate::input::{AiOutcome, AiResult};
use crate::ladder;
use crate::policy::{AiMode, PostAction};
use crate::reason::{Disposition, Reason};

impl Transition<'_> {
    /// Sends the answer if it is still wanted and good enough; otherwise hands off by settings.
    pub fn ai(&mut self, result: &AiResult) {
        let conversation = &self.contact.conversation;
        let segments = charged(conversation.channel, &result.text);
        if conversation.id != result.conversation
            || !conversation.awaits_ai(result.turn, result.epoch)
        {
            return self.drop_stale(result);
        }
        self.contact.conversation.ai_pending = false;
        if let Some(reason) = self.failure(result) {
            return self.hand_off(reason, true);
        }
        if self.policy.ai.mode == AiMode::Draft {
            return self.draft(result);
        }
        match self.send(SendKind::Ai, None, result.text.clone(), segments) {
            Ok(()) => {
                let deadline = self.deadline(self.policy.deadlines.inactive);
                let conversation = &mut self.contact.conversation;
                conversation.ai_messages = conversation.ai_messages.saturating_add(1);
                conversation.ai_segments =
                    conversation.ai_segments.saturating_add(segments.segments);
                conversation.deadline = Some(deadline);
                conversation.answered(self.at, Speaker::Ai);
                if self.policy.tagged(conversation.intent).after == PostAction::Suspend {
                    self.suspend();
                }
            }
            Err(RefusalReason::Budget) => {
                self.hand_off(Reason::BudgetExhausted, true);
            }
            Err(_) => self.hand_off(Reason::AiError, false),
        }
    }

    /// Moves the conversation to where the brand's settings say (`KL-28`).
    pub(super) fn hand_off(&mut self, reason: Reason, announced: bool) {
        let settings = ladder::hand_off(self.policy, self.at);
        let disposition = ladder::destination(self.policy, settings, reason);
        self.escalate(disposition, reason, announced);
    }

    /// Shows the answer to people, to whom the conversation goes with it (`G-70`).
    fn draft(&mut self, result: &AiResult) {
        let (key, turn) = (self.contact.key, result.turn);
        let (conversation, text) = (result.conversation, result.text.clone());
        self.effects.push(Effect::Draft(Draft { key, conversation, turn, text }));
        let disposition = ladder::destination(self.policy, Disposition::Human, Reason::Draft);
        self.escalate(disposition, Reason::Draft, false);
    }

    /// After an answer that asked for particulars, the AI says no more until people had their turn
    /// (`AI-13`, `AI-14`, `AI-17`).
    fn suspend(&mut self) {
        let deadline = self.deadline(self.policy.deadlines.suspended);
        self.contact.conversation.hand_to(Owner::Suspended, Reason::InfoRequested, deadline);
    }

    /// Why the AI's turn ended without an answer to send, if it did. No knowledge and no capability
    /// stay apart (`AI-26`); a draft that is not sure enough is not sent (`OT-12`).
    fn failure(&self, result: &AiResult) -> Option<Reason> {
        let barred = self.policy.ai.refusal(self.contact.conversation.channel);
        match result.outcome {
            // The brand has changed its mind since the AI was asked (KL-13, G-72).
            AiOutcome::Answer if barred.is_some() => barred,
            AiOutcome::Answer if result.confidence < self.policy.ai.confidence_min => {
                Some(Reason::LowConfidence)
            }
            AiOutcome::Answer | AiOutcome::Clarify => None,
            AiOutcome::NoKnowledge => Some(Reason::KnowledgeMiss),
            AiOutcome::NoCapability => Some(Reason::NoCapability),
            AiOutcome::WantsPerson => Some(Reason::WantsPerson),
            AiOutcome::Error => Some(Reason::AiError),
        }
    }

    /// Records that an answer came too late to be wanted (`G-3`, F32). Nothing else changes.
    fn drop_stale(&mut self, result: &AiResult) {
        let conversation = &self.contact.conversation;
        let send = Send {
            key: self.contact.key,
            conversation: result.conversation,
            at: self.at,
            kind: SendKind::Ai,
            channel: conversation.channel,
            sender: conversation.sender,
            turn: result.turn,
            agent: None,
            text: result.text.clone(),
            segments: Default::default(),
        };
        self.effects.push(Effect::Refuse(Refusal {
            send,
            reason: RefusalReason::Stale,
            retry: None,
        }));
    }
}
