//! Tags: labels with instructions for the AI, and what follows its answer (`AI-5..14`, `AI-28`, `AI-46`).

use bytes::Bytes;

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
}

/// Any number of a policy's tags, by their positions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct TagSet(pub u64);

impl TagSet {
    /// Adds the tag at `index`.
    pub fn insert(&mut self, index: usize) {
        self.0 |= 1 << index;
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
}
