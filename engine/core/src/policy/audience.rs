//! Whom the AI may talk to (`KL-58..70`, `KL-85`): gates by the segments of who writes, by what a reply answers
//! and by its words.

use std::collections::BTreeSet;

use super::phrase::Phrase;
use crate::id::SegmentId;
use crate::message::Source;
use crate::names::named;
use crate::reason::Reason;

named! {
    /// Which send and which segments count for a conversation that has begun (`KL-69`).
    pub enum Membership {
        /// The send that the newest reply answers, and the segments of today.
        Live = "live",
        /// Those that the conversation began with.
        Start = "start",
    }
}

/// A set of sends whose replies are meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    /// Campaigns by number.
    pub campaigns: BTreeSet<u32>,
    /// Flows by number.
    pub flows: BTreeSet<u32>,
    /// Replies that answer nothing known.
    pub unprompted: bool,
}

impl Sources {
    /// Whether replies to `source` are meant.
    pub fn has(&self, source: Source) -> bool {
        match source {
            Source::Campaign(id) => self.campaigns.contains(&{ id.0 }),
            Source::Flow(id) => self.flows.contains(&{ id.0 }),
            Source::Unprompted => self.unprompted,
        }
    }
}

/// The words of the gates that stood in a reply, found once and journaled with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Gates(pub u8);

impl Gates {
    /// A required keyword.
    pub const REQUIRED: Self = Self(1);
    /// An excluded keyword.
    pub const EXCLUDED: Self = Self(1 << 1);

    /// Whether all of `other` were found.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// The gates. A reply has to pass all of them, and exclusion beats inclusion (`X-10`, `KL-70`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audience {
    /// The only sends whose replies the AI may have; none means all (`KL-59`, `KL-60`, `KL-62`).
    pub include: Option<Sources>,
    /// Sends whose replies it may not have (`KL-61`).
    pub exclude: Sources,
    /// The only segments it may talk to; none means all profiles (`KL-58..60`, `KL-62`).
    pub include_segments: BTreeSet<SegmentId>,
    /// Segments it may not talk to (`KL-61`).
    pub exclude_segments: BTreeSet<SegmentId>,
    /// Whether a conversation that began keeps its admission.
    pub membership: Membership,
    /// One of these has to stand in the message that begins a conversation (`KL-63`, `KL-67`, `X-11`).
    pub required: Vec<Phrase>,
    /// With one of these in it, a message is not for the AI, first or later (`KL-64`, `KL-85`).
    pub excluded: Vec<Phrase>,
}

impl Audience {
    /// Looks for the gates' words in a folded message.
    pub fn gates(&self, folded: &[u8]) -> Gates {
        let found = |phrases: &[Phrase]| phrases.iter().any(|phrase| phrase.stands_in(folded));
        let required = if found(&self.required) { Gates::REQUIRED.0 } else { 0 };
        let excluded = if found(&self.excluded) { Gates::EXCLUDED.0 } else { 0 };
        Gates(required | excluded)
    }

    /// Why the AI may not have a message, if it may not. `began_with` is what the conversation began
    /// with if the AI has had a turn in it already; `segments` are those of who writes.
    pub fn refusal(
        &self,
        gates: Gates,
        source: Source,
        began_with: Option<Source>,
        segments: &[SegmentId],
    ) -> Option<Reason> {
        if gates.has(Gates::EXCLUDED) {
            return Some(Reason::ExcludedKeyword);
        }
        let source = match (self.membership, began_with) {
            (Membership::Start, Some(began_with)) => began_with,
            _ => source,
        };
        let included = self.include.as_ref().is_none_or(|include| include.has(source));
        let keeps_place = self.membership == Membership::Start && began_with.is_some();
        let admitted = keeps_place || self.admits(segments);
        if self.exclude.has(source) || !included || !admitted {
            return Some(Reason::NotInAudience);
        }
        let begins = began_with.is_none();
        let lacks_keyword = !self.required.is_empty() && !gates.has(Gates::REQUIRED);
        (begins && lacks_keyword).then_some(Reason::NoRequiredKeyword)
    }

    /// Whether the AI may talk to somebody in `segments`.
    fn admits(&self, segments: &[SegmentId]) -> bool {
        let meets = |named: &BTreeSet<SegmentId>| segments.iter().any(|one| named.contains(one));
        let included = self.include_segments.is_empty() || meets(&self.include_segments);
        included && !meets(&self.exclude_segments)
    }
}
