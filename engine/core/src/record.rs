//! A record: one input with everything that was found out about it, and its bytes in the journal.
//!
//! A record holds all that replay needs: the time, the verdict, the policy. Applying the same records
//! in the same order gives the same state and the same effects, on any machine, at any later time.

mod codec;

use crate::desk;
use crate::id::Key;
use crate::id::{Position, Seq};
use crate::input::{
    AgentCommand, AiResult, Echo, Feedback, Input, Outreach, OutsideNews, PolicyChange,
    ProfileChange, Stamp,
};
use crate::message::Inbound;
use crate::time::Timestamp;

pub use codec::Damage;

/// Version of the record format. A journal says which one it holds; a reader refuses others.
pub const FORMAT: u16 = 2;

/// One stamped input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Position in the shard's order, without gaps.
    pub seq: Seq,
    /// When it was taken in.
    pub at: Timestamp,
    /// The previous record of the same person, or nowhere. Transcripts are read along this chain.
    pub previous: Position,
    /// What happened.
    pub body: Body,
}

/// What happened, with what was found out about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// A customer wrote.
    Reply(Inbound, Stamp),
    /// The AI answered, or failed to.
    Ai(AiResult),
    /// An agent acted.
    Agent(AgentCommand),
    /// A deadline passed.
    Due(Key),
    /// A policy came into force.
    Policy(PolicyChange),
    /// Somebody answered outside of this inbox.
    Echo(Echo),
    /// Something happened outside.
    Outside(OutsideNews),
    /// The brand wanted to write.
    Outreach(Outreach),
    /// Something became known about a person.
    Profile(ProfileChange),
    /// Something followed an answer.
    Feedback(Feedback),
    /// The desk was told something. These stand in the desk's own journal.
    Desk(desk::Command),
}

impl Body {
    /// The body for an input; `stamp` is used if it is a reply.
    pub fn new(input: Input, stamp: Stamp) -> Self {
        match input {
            Input::Reply(reply) => Self::Reply(reply, stamp),
            Input::Ai(result) => Self::Ai(result),
            Input::Agent(command) => Self::Agent(command),
            Input::Due(key) => Self::Due(key),
            Input::Policy(change) => Self::Policy(change),
            Input::Echo(echo) => Self::Echo(echo),
            Input::Outside(news) => Self::Outside(news),
            Input::Outreach(outreach) => Self::Outreach(outreach),
            Input::Profile(change) => Self::Profile(change),
            Input::Feedback(feedback) => Self::Feedback(feedback),
        }
    }

    /// The person it concerns; none for a policy and for the desk, which is for all.
    pub fn key(&self) -> Option<Key> {
        match self {
            Self::Reply(reply, _) => Some(reply.key()),
            Self::Ai(result) => Some(result.key),
            Self::Agent(command) => Some(command.key),
            Self::Due(key) => Some(*key),
            Self::Policy(_) | Self::Desk(_) => None,
            Self::Echo(echo) => Some(echo.key),
            Self::Outside(news) => Some(news.key),
            Self::Outreach(outreach) => Some(outreach.key),
            Self::Profile(change) => Some(change.key),
            Self::Feedback(feedback) => Some(feedback.key),
        }
    }
}

impl Record {
    /// Appends the record's bytes to `out`.
    pub fn encode(&self, out: &mut Vec<u8>) {
        codec::encode(self, out);
    }

    /// Reads a record from exactly `bytes`.
    pub fn decode(bytes: &[u8]) -> Result<Self, Damage> {
        codec::decode(bytes)
    }
}
