//! Something happened outside of this inbox: a person answered from a phone, or the store or a helpdesk
//! did something with what it was given.

use super::Transition;
use crate::input::{Echo, OutsideNews};

impl Transition<'_> {
    /// A person answered: the conversation is theirs from that instant (`G-5`, `RU-17`).
    pub fn echo(&mut self, _: &Echo) {}

    /// The store or a helpdesk tells what became of a conversation.
    pub fn outside(&mut self, _: &OutsideNews) {}
}
