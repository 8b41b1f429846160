//! The AI answered, or failed to.

use super::{Transition, fitted};
use crate::conversation::{Owner, Speaker};
use crate::effect::{Brief, Draft, Effect, Refusal, RefusalReason, Scored, Send, SendKind};
use crate::input::{AiOutcome, AiResult};
use crate::ladder;
use crate::policy::{AiMode, Particulars, PostAction, TagSet};
use crate::reason::{Disposition, Reason};
use crate::segment::Segments;

impl Transition<'_> {
    /// Sends the answer if it is still wanted and good enough; otherwise hands off by settings.
    pub fn ai(&mut self, result: &AiResult) {
        let conversation = &self.contact.conversation;
        if conversation.id != result.conversation
            || !conversation.awaits_ai(result.turn, result.epoch)
        {
            return self.drop_stale(result);
        }
        self.contact.conversation.ai_pending = false;
        let failure = self.failure(result);
        let tags = self.named_tags(&result.tags, failure);
        self.tag(tags);
        if let Some(reason) = failure {
            self.brief(result);
            return self.hand_off(reason, true);
        }
        if self.policy.ai.mode == AiMode::Draft {
            return self.draft(result);
        }
        self.send_answer(result, tags);
    }

    fn send_answer(&mut self, result: &AiResult, tags: TagSet) {
        let (text, segments) = fitted(self.contact.conversation.channel, &result.text);
        match self.send(SendKind::Ai, None, text, segments) {
            Ok(()) => {
                let deadline = self.deadline(self.policy.deadlines.inactive);
                let conversation = &mut self.contact.conversation;
                conversation.deadline = Some(deadline);
                conversation.answered(self.at, Speaker::Ai);
                self.stop_automation();
                self.count_failures(result.outcome);
                self.act_afterwards(result, tags);
            }
            Err(refused) => {
                self.brief(result);
                match refused {
                    RefusalReason::Budget => self.hand_off(Reason::BudgetExhausted, true),
                    RefusalReason::BrandBudget => self.hand_off(Reason::BrandBudgetExhausted, true),
                    _ => self.hand_off(Reason::AiError, false),
                }
            }
        }
    }

    /// Moves the conversation to where the brand's settings say (`KL-28`), past people who could not look
    /// up what it takes (`OT-25`).
    pub(super) fn hand_off(&mut self, reason: Reason, announced: bool) {
        let settings = ladder::hand_off(self.policy, self.at);
        let settings = ladder::upwards(self.policy, settings, self.contact.conversation.intent);
        self.bring_in(settings, reason, announced);
    }

    /// Brings others in, by way of what the brand says about `reason`.
    fn bring_in(&mut self, disposition: Disposition, reason: Reason, announced: bool) {
        let disposition = ladder::destination(self.policy, disposition, reason);
        self.escalate(disposition, reason, announced);
    }

    /// Shows the answer to people, to whom the conversation goes with it (`G-70`).
    fn draft(&mut self, result: &AiResult) {
        let (key, turn) = (self.contact.key, result.turn);
        let (conversation, text) = (result.conversation, result.text.clone());
        self.effects.push(Effect::Draft(Draft { key, conversation, turn, text }));
        self.brief(result);
        self.bring_in(Disposition::Human, Reason::Draft, false);
    }

    /// A question back is an attempt that failed; an answer ends the count (`KL-50`).
    fn count_failures(&mut self, outcome: AiOutcome) {
        let failures = self.contact.episode().failures;
        match outcome {
            AiOutcome::Clarify => self.contact.episode_mut().failures = failures + 1,
            _ if failures > 0 => self.contact.episode_mut().failures = 0,
            _ => {}
        }
    }

    /// What follows an answer to a tagged message: the strictest of what its tags want (`AI-46`).
    fn act_afterwards(&mut self, result: &AiResult, given: TagSet) {
        let tagged = self.policy.tagged(self.contact.conversation.intent);
        let (mut after, mut wants) = (tagged.after, tagged.wants);
        for tag in given.iter().filter_map(|tag| self.policy.tags.get(tag)) {
            after = after.max(tag.after);
            wants = wants.and(tag.wants);
        }
        match after {
            PostAction::GoOn => {}
            PostAction::Suspend => {
                self.brief(result);
                self.suspend(wants);
            }
            PostAction::HandOff => {
                self.brief(result);
                self.bring_in(Disposition::Human, Reason::CustomTag, false);
            }
        }
    }

    /// After an answer that asked for particulars, the AI says no more until people had their turn
    /// (`AI-13`, `AI-14`, `AI-17`): at once, if all of them have come unasked.
    fn suspend(&mut self, wants: Particulars) {
        let missing = wants.without(self.contact.episode().filled);
        if missing.is_empty() && !wants.is_empty() {
            return self.bring_in(Disposition::Human, Reason::InfoSubmitted, false);
        }
        let deadline = self.deadline(self.policy.deadlines.suspended);
        self.contact.conversation.hand_to(Owner::Suspended, Reason::InfoRequested, deadline);
        if !missing.is_empty() {
            self.contact.episode_mut().wanted = missing;
        }
    }

    /// Tells people what the AI was at, so that nobody begins anew (`OT-13`).
    fn brief(&mut self, result: &AiResult) {
        if !result.task.is_empty() {
            let (key, conversation) = (self.contact.key, self.contact.conversation.id);
            let task = result.task.clone();
            self.effects.push(Effect::Brief(Brief { key, conversation, task }));
        }
    }

    /// Why the AI's turn ended without an answer to send, if it did. No knowledge and no capability
    /// stay apart (`AI-26`); a draft that is not sure enough is not sent (`OT-12`).
    fn failure(&mut self, result: &AiResult) -> Option<Reason> {
        let barred = self.policy.ai.refusal(self.contact.conversation.channel);
        match result.outcome {
            AiOutcome::NoKnowledge => Some(Reason::KnowledgeMiss),
            AiOutcome::NoCapability => Some(Reason::NoCapability),
            AiOutcome::WantsPerson => Some(Reason::WantsPerson),
            AiOutcome::Error => Some(Reason::AiError),
            // The brand has changed its mind since the AI was asked (KL-13, G-72).
            AiOutcome::Answer | AiOutcome::Clarify if barred.is_some() => barred,
            AiOutcome::Answer | AiOutcome::Clarify if self.is_scored_away(result) => {
                Some(Reason::ScoreThreshold)
            }
            AiOutcome::Answer => {
                let is_sure = result.confidence >= self.policy.ai.confidence_min;
                (!is_sure).then_some(Reason::LowConfidence)
            }
            AiOutcome::Clarify => {
                let failures = self.contact.episode().failures.saturating_add(1);
                let has_failed = failures >= self.policy.ai.failures_max;
                has_failed.then_some(Reason::AttemptsExhausted)
            }
        }
    }

    /// Whether a score of the AI brings people in; which one, and by how much, is told (`RU-3`, `RU-4`).
    fn is_scored_away(&mut self, result: &AiResult) -> bool {
        let reached = self.policy.thresholds.reached(&result.scores);
        if let Some((evaluation, score, threshold)) = reached {
            self.effects.push(Effect::Scored(Scored {
                key: self.contact.key,
                conversation: result.conversation,
                turn: result.turn,
                evaluation,
                score,
                threshold,
            }));
        }
        reached.is_some()
    }

    /// Records that an answer came too late to be wanted (`G-3`, F32). Nothing else changes.
    fn drop_stale(&mut self, result: &AiResult) {
        let (conversation, turn) = (result.conversation, result.turn);
        let message = self.message(SendKind::Ai, result.text.clone(), Segments::default());
        let send = Send { conversation, turn, ..message };
        let reason = RefusalReason::Stale;
        self.effects.push(Effect::Refuse(Refusal { send, reason, retry: None }));
    }
}
