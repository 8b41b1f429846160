//! A conversation waits for people.

use super::Transition;
use crate::conversation::Owner;
use crate::effect::{Effect, Extension, Offer};
use crate::id::QueueId;
use crate::message::Source;
use crate::planted::{self, Bug};
use crate::policy::{NoteSet, Waits};
use crate::reason::Reason;
use crate::service::{Priority, Skills};
use crate::time::Deadline;

impl Transition<'_> {
    /// Puts the conversation into the queue for people and tells the customer if the brand wants it.
    pub(super) fn offer(&mut self, reason: Reason, announced: bool) {
        let deadline = self.attention_deadline();
        let (queue, priority, skills) = self.terms(reason);
        let expires = self.window_end();
        let (tags, filled) = (self.labels(), self.contact.episode().filled);
        let policy = self.policy;
        let conversation = &mut self.contact.conversation;
        conversation.hand_to(Owner::Queue, reason, deadline);
        let campaign = match conversation.source {
            Source::Campaign(id) | Source::Flow(id) => Some(id),
            Source::Unprompted => None,
        };
        if planted::has(Bug::OfferLost) {
            return;
        }
        self.effects.push(Effect::Offer(Offer {
            key: self.contact.key,
            conversation: conversation.id,
            epoch: conversation.epoch,
            queue,
            reason,
            intent: conversation.intent,
            campaign,
            at: self.at,
            channel: conversation.channel,
            priority,
            skills,
            expires,
            notes: NoteSet::in_force(&policy.notes, self.at),
            starter: policy.starter(conversation.source),
            tags,
            filled,
            policy: policy.version,
        }));
        if announced {
            self.announce();
        }
    }

    /// Where it waits, how urgent it is, and what an agent must know. The inbox of a label goes before all
    /// rules (`AI-35`); of these the first that holds counts (`G-37`), else what the reason says.
    fn terms(&self, reason: Reason) -> (QueueId, Priority, Skills) {
        let conversation = &self.contact.conversation;
        // What comes back to people waits where, and as, it waited before (`G-47`).
        let comes_back = matches!(reason, Reason::Agent | Reason::Unattended);
        let before = conversation.escalated_for;
        let reason = if comes_back && before != Reason::None { before } else { reason };
        let (intent, channel) = (conversation.intent, conversation.channel);
        let language = self.language();
        let waits = Waits { reason, intent, channel, language };
        let staff = &self.policy.staff;
        let (route, escalation) = (staff.route(&waits), self.policy.escalation(reason));
        let labelled = self.labelled_queue();
        let queue = labelled.or(route.map(|it| it.queue)).unwrap_or(escalation.queue);
        let priority = route.and_then(|it| it.priority).unwrap_or(escalation.priority);
        let skills = escalation.skills.and(staff.language_skill(language));
        (queue, priority, skills.and(route.map_or(Skills::NONE, |it| it.skills)))
    }

    /// When the customer's channel takes no more answers, if it has a window (`RU-57`).
    fn window_end(&self) -> Option<Deadline> {
        let conversation = &self.contact.conversation;
        let window = self.policy.channel(conversation.channel).window_human?;
        Some(Deadline::not_before(conversation.last_inbound?.at() + window))
    }

    /// Tells people that the customer's channel takes answers for longer, since they wrote again.
    pub(super) fn extend(&mut self) {
        if self.contact.conversation.owner == Owner::Queue
            && let Some(expires) = self.window_end()
        {
            let (key, conversation) = (self.contact.key, self.contact.conversation.id);
            self.effects.push(Effect::Extend(Extension { key, conversation, expires }));
        }
    }
}
