//! A person at a brand: consent, recognition of redeliveries, and their conversation.
//!
//! Consent, de-duplication and conversation of one person stand together, in one place with one
//! writer, so that no promise about them needs two places to agree.

mod consent;
mod more;

use std::hash::{Hash, Hasher};
use std::sync::LazyLock;
use std::time::Duration;

use crate::conversation::Conversation;
use crate::id::{Key, MessageId};
use crate::limits::RECENT_MESSAGES_MAX;
use crate::message::Source;
use crate::names::named;
use crate::planted::{self, Bug};
use crate::table::Actor;
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

/// What stands apart from the contact, on the heap, since many have none of it: the message ids before the
/// newest, by fingerprint, and particulars.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Rest {
    older: [u64; RECENT_MESSAGES_MAX - 1],
    next: u8,
    more: Option<Box<More>>,
}

/// The earliest timer that is set for a person, if one is. No part of the state: it says where the engine
/// looks, not what it sees.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Armed(pub(crate) Option<Deadline>);

impl PartialEq for Armed {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Armed {}

impl Hash for Armed {
    fn hash<H: Hasher>(&self, _: &mut H) {}
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
    pub(crate) armed: Armed,
    /// Fingerprint of the newest message id; 0 before the first.
    newest: u64,
    rest: Option<Box<Rest>>,
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
        &mut self.more_mut().profile
    }

    /// What is particular about the conversation at hand.
    pub fn episode(&self) -> &Episode {
        &self.more().episode
    }

    /// The same, to be changed.
    pub fn episode_mut(&mut self) -> &mut Episode {
        &mut self.more_mut().episode
    }

    /// Forgets what was particular about the last conversation, but not what is set aside: that has to
    /// be given back.
    pub fn begin_episode(&mut self) {
        let Some(rest) = &mut self.rest else { return };
        let Some(more) = &mut rest.more else { return };
        more.episode = Episode { reserved: more.episode.reserved, ..Episode::default() };
        if **more == More::default() {
            rest.more = None;
        }
    }

    fn more(&self) -> &More {
        static NOTHING: LazyLock<More> = LazyLock::new(More::default);
        self.rest.as_ref().and_then(|rest| rest.more.as_deref()).unwrap_or(&NOTHING)
    }

    fn more_mut(&mut self) -> &mut More {
        self.rest.get_or_insert_default().more.get_or_insert_default()
    }

    /// The same, if there is anything.
    fn more_if_any(&mut self) -> Option<&mut More> {
        self.rest.as_mut()?.more.as_deref_mut()
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
        if self.knows(id) && !planted::has(Bug::RedeliveryCounts) {
            return false;
        }
        let before = std::mem::replace(&mut self.newest, id);
        if before != 0 {
            let rest = self.rest.get_or_insert_default();
            rest.older[usize::from(rest.next)] = before;
            rest.next = (rest.next + 1) % (RECENT_MESSAGES_MAX as u8 - 1);
        }
        true
    }

    fn knows(&self, id: u64) -> bool {
        self.newest == id || self.rest.as_ref().is_some_and(|rest| rest.older.contains(&id))
    }
}

impl Actor for Contact {
    type Key = Key;

    fn new(key: Key) -> Self {
        Self::new(key)
    }

    fn key(&self) -> Key {
        self.key
    }

    fn hash(key: Key) -> u64 {
        key.stable_hash()
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
        assert!(bytes <= 104, "a contact takes {bytes} bytes");
    }
}
