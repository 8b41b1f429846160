//! Keyword automations (`KL-25`..`KL-27`).

use std::time::Duration;

use super::{Phrase, Sources, Text};
use crate::message::Source;
use crate::names::named;

named! {
    /// How a keyword is looked for.
    pub enum Match {
        /// It is the whole message.
        Whole = "whole",
        /// It stands anywhere in the message, its words in a row.
        Anywhere = "anywhere",
    }
}

/// One keyword automation: a message with the keyword gets a fixed text as answer (`KL-25`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keyword {
    /// The keyword: a word, or several in a row.
    pub phrase: Phrase,
    /// How it is looked for.
    pub matches: Match,
    /// The answer.
    pub reply: Text,
    /// The answers to the customer's next messages, one each (`KL-27`).
    pub then: Vec<Text>,
    /// How long each next message is waited for.
    pub wait: Duration,
    /// The only sends in answer to which it counts; none means that it always does (`X-9`).
    pub sends: Option<Sources>,
}

impl Keyword {
    /// Whether it counts in answer to `source`.
    pub fn answers(&self, source: Source) -> bool {
        self.sends.as_ref().is_none_or(|sends| sends.has(source))
    }

    /// Whether no message could trigger `other` and not this one.
    pub fn is_same(&self, other: &Self) -> bool {
        (&self.phrase, self.matches, &self.sends) == (&other.phrase, other.matches, &other.sends)
    }

    /// Whether the folded message triggers it.
    pub fn is_in(&self, folded: &[u8]) -> bool {
        match self.matches {
            Match::Whole => self.phrase.is_whole(folded),
            Match::Anywhere => self.phrase.stands_in(folded),
        }
    }
}
