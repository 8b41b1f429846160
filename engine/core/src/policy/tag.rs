//! Tags: labels with instructions for the AI, and what follows its answer (`AI-5..14`, `AI-28`, `AI-46`).

use bytes::Bytes;

use super::particulars::Particulars;
use crate::id::QueueId;
use crate::names::named;

named! {
    /// What follows the AI's answer to a tagged message.
    #[derive(Default)]
    pub enum PostAction {
        /// The AI goes on.
        #[default]
        GoOn = "go_on",
        /// The AI falls silent; the customer's next message goes to people (`AI-13`, `AI-15`).
        Suspend = "suspend",
        /// People get the conversation (`AI-20`, `AI-28`).
        HandOff = "hand_off",
    }
}

/// A tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// Its name.
    pub name: String,
    /// What the AI is told with a message that carries it (`AI-8`).
    pub instructions: String,
    /// What follows (`AI-7`).
    pub after: PostAction,
    /// Particulars that the customer is asked for; people get the conversation when all have come
    /// (`AI-9..16`).
    pub wants: Particulars,
    /// Whether people are told at once (`AI-19`).
    pub notify: bool,
    /// The queue that conversations with it wait in, such as an inbox of their own (`AI-35`).
    pub queue: Option<QueueId>,
}

impl Tag {
    /// Whether it calls for people (`AI-45`).
    pub fn calls(&self) -> bool {
        let is_system = SYSTEM_TAGS.contains(&self.name.as_str());
        is_system || self.notify || self.queue.is_some() || self.after != PostAction::GoOn
    }
}

/// The AI lacks the knowledge to answer (`AI-23`, `AI-24`).
pub const HUMAN_HELP: usize = 0;

/// The AI understood and cannot do it (`AI-23`, `AI-25`).
pub const HUMAN_FOLLOW_UP: usize = 1;

/// The names of the tags that every brand has, in order.
pub const SYSTEM_TAGS: [&str; 2] = ["sys_human_help", "sys_human_follow_up"];

/// Any number of a policy's tags, by their positions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct TagSet(pub u64);

impl TagSet {
    /// Adds the tag at `index`.
    pub fn insert(&mut self, index: usize) {
        self.0 |= 1 << index;
    }

    /// The positions of those of `tags` for which `is_in` says so.
    pub fn of(tags: &[Tag], is_in: impl Fn(&Tag) -> bool) -> Self {
        let positions = tags.iter().enumerate().filter(|(_, tag)| is_in(tag));
        positions.fold(Self::default(), |set, (index, _)| set.and(Self::one(index)))
    }

    /// The set of one.
    pub fn one(index: usize) -> Self {
        Self(1 << index)
    }

    /// These and `others`.
    #[must_use]
    pub fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Those of these that are not among `others`.
    #[must_use]
    pub fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// Those of these that are among `others`.
    #[must_use]
    pub fn within(self, others: Self) -> Self {
        Self(self.0 & others.0)
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The positions.
    pub fn iter(self) -> impl Iterator<Item = usize> {
        (0..64).filter(move |index| self.0 >> index & 1 == 1)
    }
}

/// What a message of one intent carries, ready to be used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tagged {
    /// All its tags.
    pub tags: TagSet,
    /// Their instructions, one a line.
    pub instructions: Bytes,
    /// The strictest of what follows (`AI-46`).
    pub after: PostAction,
    /// All particulars they want.
    pub wants: Particulars,
}
