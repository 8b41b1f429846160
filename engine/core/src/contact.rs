//! A person at a brand: consent, recognition of redeliveries, and their conversation.
//!
//! Consent, de-duplication and conversation of one person stand together, in one place with one
//! writer, so that no promise about them needs two places to agree.

mod consent;
mod more;

use std::sync::LazyLock;
use std::time::Duration;

use crate::conversation::Conversation;
use crate::id::{Key, MessageId};
use crate::limits::RECENT_MESSAGES_MAX;
use crate::message::Source;
use crate::names::named;
use crate::planted::{self, Bug};
use crate::time::{Deadline, Timestamp};

pub use more::{DaySpent, Episode, More, Profile, Running, ScopedConsent};

named! {
    /// What a person has said about being written to.
    #[derive(Default)]
    pub enum Consent {
        /// Nothing to this engine. They are on somebody's list, or they wrote first.
        #[default]
        Unknown = "unknown",
        /// They asked for messages.
        OptedIn = "opted_in",
        /// They asked for no more messages: nobody may send, neither AI nor people (`KL-84`).
        OptedOut = "opted_out",
        /// Perhaps they did: AI and marketing wait for a person to decide.
        Held = "held",
    }
}

/// The last message ids of one contact, by fingerprint. Two stand inline, which is all that most
/// people ever need; beyond that the rest moves to the heap, up to the limit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct RecentMessages {
    newest: [u64; 2],
    older: Option<Box<Older>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Older {
    next: u8,
    ids: [u64; RECENT_MESSAGES_MAX - 2],
}

impl RecentMessages {
    fn knows(&self, id: u64) -> bool {
        self.newest.contains(&id)
            || self.older.as_ref().is_some_and(|older| older.ids.contains(&id))
    }

    fn remember(&mut self, id: u64) {
        let [newer, oldest] = self.newest;
        self.newest = [id, newer];
        if oldest == 0 {
            return;
        }
        let older = self.older.get_or_insert_default();
        older.ids[usize::from(older.next)] = oldest;
        older.next = (older.next + 1) % (RECENT_MESSAGES_MAX as u8 - 2);
    }
}

/// Beyond this time, a message is no longer taken for an answer to the brand's last one.
const ANSWERS_WITHIN: Duration = Duration::from_secs(72 * 3600);

/// A person at a brand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Contact {
    /// Who.
    pub key: Key,
    /// What they said about being written to.
    pub consent: Consent,
    /// Since when, rounded up to the second.
    pub consent_since: Option<Deadline>,
    /// Whether the brand blocked them (`G-36`).
    pub blocked: bool,
    /// Their conversation: open, or the last one.
    pub conversation: Conversation,
    more: Option<Box<More>>,
    recent: RecentMessages,
}

impl Contact {
    /// A person of whom nothing is known.
    pub fn new(key: Key) -> Self {
        Self { key, ..Self::default() }
    }

    /// What is known of the person beyond that.
    pub fn profile(&self) -> &Profile {
        &self.more().profile
    }

    /// The same, to be changed.
    pub fn profile_mut(&mut self) -> &mut Profile {
        &mut self.more.get_or_insert_default().profile
    }

    /// What is particular about the conversation at hand.
    pub fn episode(&self) -> &Episode {
        &self.more().episode
    }

    /// The same, to be changed.
    pub fn episode_mut(&mut self) -> &mut Episode {
        &mut self.more.get_or_insert_default().episode
    }

    /// Forgets what was particular about the last conversation, but not what is set aside: that has to
    /// be given back.
    pub fn begin_episode(&mut self) {
        let Some(more) = &mut self.more else { return };
        more.episode = Episode { reserved: more.episode.reserved, ..Episode::default() };
        if **more == More::default() {
            self.more = None;
        }
    }

    fn more(&self) -> &More {
        static NOTHING: LazyLock<More> = LazyLock::new(More::default);
        self.more.as_deref().unwrap_or(&NOTHING)
    }

    /// What a message of theirs most likely answers of which nobody else says so: the brand's last one,
    /// whatever kind it was, if that is not too long ago (`OT-2`, `TX-11`).
    pub fn answers(&self, at: Timestamp) -> Option<Source> {
        let (source, sent) = self.profile().last_outreach?;
        (at.since(sent.at()) <= ANSWERS_WITHIN).then_some(source)
    }

    /// Notes a message id. False if it was noted before: then this is a redelivery (`G-16`).
    pub fn is_first_delivery(&mut self, id: MessageId) -> bool {
        // Zero marks an empty place, so the one id that would be zero is given another name.
        let id = id.fingerprint().max(1);
        if self.recent.knows(id) && !planted::has(Bug::RedeliveryCounts) {
            return false;
        }
        self.recent.remember(id);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redelivery_is_recognised_until_too_many_have_followed() {
        let mut contact = Contact::default();
        let last = RECENT_MESSAGES_MAX as u128;
        for id in 0..=last {
            assert!(contact.is_first_delivery(MessageId(id)), "{id}");
            assert!(!contact.is_first_delivery(MessageId(id)), "{id}");
        }
        assert!(!contact.is_first_delivery(MessageId(1)));
        assert!(contact.is_first_delivery(MessageId(0)), "forgotten after the limit");
    }

    #[test]
    fn it_stays_small() {
        let bytes = size_of::<Contact>();
        assert!(bytes <= 128, "a contact takes {bytes} bytes");
    }
}
