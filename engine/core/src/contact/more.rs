//! What few people have: particulars of the person and of the conversation at hand. It stands apart from the
//! contact, on the heap, so that the many who have none of it do not pay for it.

use bytes::Bytes;

use super::Consent;
use crate::id::{PolicyVersion, SegmentId, SenderId};
use crate::message::{Language, Source};
use crate::policy::{Particulars, Spent, TagSet, Zone};
use crate::time::Deadline;

/// What is known of the person, over all conversations.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Profile {
    /// The segments they are in, sorted.
    pub segments: Vec<SegmentId>,
    /// Where their clock stands.
    pub zone: Option<Zone>,
    /// What they like to read.
    pub language: Option<Language>,
    /// Consent for parts of the brand's numbers, where a policy keeps these apart (`G-28`); in the
    /// order in which it was said.
    pub scoped: Vec<ScopedConsent>,
    /// What counted before the consent was held, if the person had agreed.
    pub before_hold: Consent,
    /// The last message the brand sent of its own accord, and when (`TX-11`).
    pub last_outreach: Option<(Source, Deadline)>,
    /// When they were last sent the closing text (`KL-36`).
    pub closed_out_at: Option<Deadline>,
    /// What the AI has spent on them on one day.
    pub day: DaySpent,
}

/// Consent within one scope of the brand's numbers. The number that was written to stands for the scope, so
/// that a policy which draws its scopes otherwise still knows what was said where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ScopedConsent {
    /// The number.
    pub sender: SenderId,
    /// What the person said there.
    pub consent: Consent,
    /// What counted there before.
    pub before: Consent,
    /// Since when.
    pub since: Deadline,
}

/// What was spent on one day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct DaySpent {
    /// Days since 1970, in the brand's zone.
    pub day: u32,
    /// What was spent on it.
    pub spent: Spent,
}

impl DaySpent {
    /// What of it counts on `day`. A day that is over counts no more; clocks that were set back, as by
    /// another zone in the policy, make no new day.
    pub const fn on(&self, day: u32) -> Spent {
        if day > self.day { Spent::NOTHING } else { self.spent }
    }

    /// Adds what was spent on `day`.
    pub fn add(&mut self, day: u32, spent: Spent) {
        self.spent = self.on(day).and(spent);
        self.day = self.day.max(day);
    }
}

/// What is particular about the conversation at hand; forgotten when another one begins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Episode {
    /// The labels on it, and the policy that names them (`AI-22`, `AI-45`).
    pub tags: TagSet,
    /// The policy by whose positions `tags` are meant.
    pub tags_of: PolicyVersion,
    /// Particulars that the customer was asked for and has not sent yet.
    pub wanted: Particulars,
    /// Those that came.
    pub filled: Particulars,
    /// Texts of a burst that is not over: they become one question to the AI (`G-19`).
    pub burst: Vec<Bytes>,
    /// When the customer was last told to wait (`G-12`).
    pub told_at: Option<Deadline>,
    /// The keyword automation that waits for an answer, and its next step (`KL-27`).
    pub automation: Option<Running>,
    /// What the AI has spent on it, since there is a bound on its cents.
    pub spent: Spent,
    /// What is set aside for the answer that the AI is at.
    pub reserved: Spent,
    /// Attempts of the AI in a row that failed (`KL-50`).
    pub failures: u8,
    /// Whether it was handed to the helpdesk last, and not to the store (`G-52`).
    pub at_helpdesk: bool,
    /// Whether people had it before the AI (`G-7`).
    pub after_people: bool,
    /// The language of the customer's last message of which the language was plain.
    pub language: Option<Language>,
}

impl Episode {
    /// The automation that waits for an answer, if it is one of this policy: another one numbers its
    /// keywords otherwise.
    pub fn running(&self, policy: PolicyVersion) -> Option<Running> {
        self.automation.filter(|running| running.policy == policy)
    }
}

/// A keyword automation under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Running {
    /// The keyword, by its position in the policy.
    pub keyword: u8,
    /// The step that the customer's next message leads to, from 0.
    pub step: u8,
    /// The policy by whose positions these are meant.
    pub policy: PolicyVersion,
}

/// Both.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct More {
    /// Of the person.
    pub profile: Profile,
    /// Of the conversation at hand.
    pub episode: Episode,
}
