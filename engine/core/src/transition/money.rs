//! Room for an answer is set aside, and what it took is booked; the rest returns, exactly once.

use super::Transition;
use crate::budget;
use crate::effect::Effect;
use crate::policy::Spent;
use crate::reason::Reason;

impl Transition<'_> {
    /// Sets aside what the longest answer would take, in the place of what an earlier question had.
    pub(super) fn set_aside(&mut self) -> Result<Spent, Reason> {
        self.give_back();
        let (policy, channel) = (self.policy, self.contact.conversation.channel);
        let room = budget::room(self.contact, self.brand, policy, channel, self.at);
        if let Err(Reason::BrandBudgetExhausted) = room {
            self.tell_usage();
        }
        let room = room?;
        if policy.budget.sets_aside() {
            self.contact.episode_mut().reserved = room;
            self.brand.set_aside(room);
        }
        Ok(room)
    }

    /// Returns what is set aside. Nothing is then, so it returns once.
    pub(super) fn give_back(&mut self) {
        if self.contact.episode().reserved != Spent::NOTHING {
            let reserved = std::mem::take(&mut self.contact.episode_mut().reserved);
            self.brand.give_back(reserved);
        }
    }

    /// Notes what an answer that leaves takes.
    pub(super) fn book(&mut self, segments: u16) {
        self.give_back();
        let policy = self.policy;
        let amount = policy.prices.answer_of(segments.into());
        let conversation = &mut self.contact.conversation;
        conversation.ai_messages = conversation.ai_messages.saturating_add(1);
        conversation.ai_segments = conversation.ai_segments.saturating_add(segments);
        if policy.budget.conversation.centicents.is_some() {
            let episode = self.contact.episode_mut();
            episode.spent = episode.spent.and(amount);
        }
        if !policy.budget.day.is_open() {
            self.contact.profile_mut().day.add(policy.zone.day(self.at), amount);
        }
        self.brand.book(amount, policy, self.at);
        self.tell_usage();
    }

    /// Tells the brand if its budget of the day is nearly or quite used up (`G-105`).
    pub(super) fn tell_usage(&mut self) {
        let (brand, channel) = (self.contact.key.brand, self.contact.conversation.channel);
        let news = self.brand.usage(brand, self.policy, channel, self.at);
        self.effects.extend(news.into_iter().map(Effect::Usage));
    }
}
