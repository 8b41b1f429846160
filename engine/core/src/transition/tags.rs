//! Labels: set on a message, kept on the conversation, cleared when people are done (`X-12`, `AI-45`).

use super::Transition;
use crate::effect::{Effect, Tagging};
use crate::id::QueueId;
use crate::policy::{HUMAN_FOLLOW_UP, HUMAN_HELP, TagSet};
use crate::reason::Reason;

impl Transition<'_> {
    /// The labels on the conversation. Those that another policy gave are not known by this one.
    pub(super) fn labels(&self) -> TagSet {
        let episode = self.contact.episode();
        if episode.tags_of == self.policy.version { episode.tags } else { TagSet::default() }
    }

    /// Labels the customer's message and with it the conversation. People hear of each label once,
    /// however often it comes again (`AI-22`).
    pub(super) fn tag(&mut self, tags: TagSet) {
        if tags.is_empty() {
            return;
        }
        let before = self.labels();
        let episode = self.contact.episode_mut();
        (episode.tags, episode.tags_of) = (before.and(tags), self.policy.version);
        self.effects.push(Effect::Tag(self.tagging(tags)));
        let news = tags.without(before).within(self.policy.notified);
        if !news.is_empty() {
            self.effects.push(Effect::Notify(self.tagging(news)));
        }
    }

    /// Clears the labels that called for people (`AI-45`).
    pub(super) fn clear_hand_off_tags(&mut self) {
        let labels = self.labels();
        let cleared = labels.within(self.policy.calling);
        if cleared.is_empty() {
            return;
        }
        self.contact.episode_mut().tags = labels.without(cleared);
        self.effects.push(Effect::Untag(self.tagging(cleared)));
    }

    /// The inbox of the conversation's labels, if one has its own (`AI-35`).
    pub(super) fn labelled_queue(&self) -> Option<QueueId> {
        self.labels().iter().find_map(|tag| self.policy.tags.get(tag)?.queue)
    }

    /// The tags that the AI found in its turn. Of the two that explain why people are needed it is at
    /// most one, and that of its outcome if it failed for one of them (`AI-26`).
    pub(super) fn named_tags(&self, names: &[u8], failure: Option<Reason>) -> TagSet {
        let named = self.tags_of_names(names);
        let (help, follow_up) = (TagSet::one(HUMAN_HELP), TagSet::one(HUMAN_FOLLOW_UP));
        if failure.is_some_and(|reason| !explaining(reason).is_empty()) {
            named.without(help.and(follow_up))
        } else if !named.within(help).is_empty() {
            named.without(follow_up)
        } else {
            named
        }
    }

    /// The tags of these names, one a line; names that the policy does not have are passed over.
    fn tags_of_names(&self, names: &[u8]) -> TagSet {
        let lines = names.split(|byte| *byte == b'\n');
        let positions = lines.filter_map(|name| {
            let name = name.trim_ascii();
            self.policy.tags.iter().position(|tag| tag.name.as_bytes() == name)
        });
        positions.fold(TagSet::default(), |set, tag| set.and(TagSet::one(tag)))
    }

    fn tagging(&self, tags: TagSet) -> Tagging {
        let conversation = &self.contact.conversation;
        Tagging {
            key: self.contact.key,
            conversation: conversation.id,
            turn: conversation.turn,
            tags,
            policy: self.policy.version,
        }
    }
}

/// The tag that explains why the AI ended its turn without an answer, if one does: it lacked knowledge,
/// or it lacked the capability, and never both (`AI-24..26`).
pub(super) fn explaining(reason: Reason) -> TagSet {
    match reason {
        Reason::KnowledgeMiss | Reason::LowConfidence | Reason::AttemptsExhausted => {
            TagSet::one(HUMAN_HELP)
        }
        Reason::NoCapability | Reason::NoAccess => TagSet::one(HUMAN_FOLLOW_UP),
        _ => TagSet::default(),
    }
}
