//! What people may do, by their role (`G-97`).

use crate::names::named;
use crate::service::Role;

named! {
    /// Something a person can do to a conversation.
    pub enum Verb {
        /// Take it.
        Claim = "claim",
        /// Write to the customer.
        Reply = "reply",
        /// Pause the AI.
        Pause = "pause",
        /// Give it back to the AI.
        Resume = "resume",
        /// Pass it on to the store.
        ToStore = "to_store",
        /// End it.
        Close = "close",
        /// Decide about a possible opt-out.
        SettleHold = "settle_hold",
        /// Block a person, or let them write again.
        Block = "block",
        /// Give it back to the queue.
        Requeue = "requeue",
    }
}

/// The verbs of each role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Roles([u16; Role::ALL.len()]);

impl Default for Roles {
    /// Viewers only read; all others may do all.
    fn default() -> Self {
        let mut roles = Self([u16::MAX; Role::ALL.len()]);
        roles.set(Role::Viewer, &[]);
        roles
    }
}

impl Roles {
    /// `role` may do `verbs` and nothing else.
    pub fn set(&mut self, role: Role, verbs: &[Verb]) {
        let set = verbs.iter().fold(0, |set, verb| set | 1 << verb.code());
        self.0[usize::from(role.code())] = set;
    }

    /// Whether `role` may do `verb`.
    pub fn may(&self, role: Role, verb: Verb) -> bool {
        self.0[usize::from(role.code())] >> verb.code() & 1 == 1
    }
}
