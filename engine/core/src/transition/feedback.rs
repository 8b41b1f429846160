//! Something followed an answer: an order, a rating, a judgement. Whose it is, is decided here, once.

use super::Transition;
use crate::conversation::Speaker;
use crate::effect::{Credit, Effect};
use crate::input::{Feedback, FeedbackKind};
use crate::policy::Credited;

impl Transition<'_> {
    /// Gives the credit to whoever gave the last answer, if that was lately enough (`OT-5`, `KL-75`). An
    /// order may be for the AI alone; a rating or a judgement is about the answer, whoever gave it.
    pub fn feedback(&mut self, feedback: Feedback) {
        let conversation = &self.contact.conversation;
        let Some(answered_at) = conversation.answered_at else { return };
        let rules = self.policy.attribution;
        let speaker = conversation.answered_by;
        let is_order = matches!(feedback.kind, FeedbackKind::Order(_));
        let for_others = rules.counts == Credited::Any || !is_order;
        let lately = self.at.since(answered_at.at()) <= rules.window;
        if lately && (speaker == Speaker::Ai || for_others) {
            self.effects.push(Effect::Credit(Credit {
                key: self.contact.key,
                conversation: conversation.id,
                speaker,
                source: conversation.source,
                channel: conversation.channel,
                kind: feedback.kind,
                at: self.at,
            }));
        }
    }
}
