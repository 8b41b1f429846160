//! The AI answered, or failed to.

use super::{Transition, charged};
use crate::effect::{Effect, Refusal, RefusalReason, Send, SendKind};
use crate::input::{AiOutcome, AiResult};
use crate::ladder;
use crate::reason::Reason;

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
            return self.escalate(ladder::hand_off(self.policy), reason, true);
        }
        match self.send(SendKind::Ai, None, result.text.clone(), segments) {
            Ok(()) => {
                let deadline = self.deadline(self.policy.deadlines.inactive);
                let conversation = &mut self.contact.conversation;
                conversation.ai_messages = conversation.ai_messages.saturating_add(1);
                conversation.ai_segments =
                    conversation.ai_segments.saturating_add(segments.segments);
                conversation.deadline = Some(deadline);
                conversation.answered();
            }
            Err(RefusalReason::Budget) => {
                self.escalate(ladder::hand_off(self.policy), Reason::BudgetExhausted, true);
            }
            Err(_) => self.escalate(ladder::hand_off(self.policy), Reason::AiError, false),
        }
    }

    /// Why the AI's turn ended without an answer to send, if it did. No knowledge and no capability
    /// stay apart (`AI-26`); a draft that is not sure enough is not sent (`OT-12`).
    fn failure(&self, result: &AiResult) -> Option<Reason> {
        match result.outcome {
            AiOutcome::Answer if result.confidence < self.policy.ai.confidence_min => {
                Some(Reason::LowConfidence)
            }
            AiOutcome::Answer => None,
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
            turn: result.turn,
            agent: None,
            text: result.text.clone(),
            segments: Default::default(),
        };
        self.effects.push(Effect::Refuse(Refusal { send, reason: RefusalReason::Stale }));
    }
}
