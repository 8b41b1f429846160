//! Everything that can happen to the engine, as one closed list. What is not here cannot change state.

use bytes::Bytes;

use crate::classify::{Score, Verdict};
use crate::id::{AgentId, BrandId, ConversationId, Key, PolicyVersion};
use crate::message::Inbound;
use crate::names::named;
use crate::policy::Gates;

/// One input, before it is stamped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A customer wrote.
    Reply(Inbound),
    /// The AI answered, or failed to.
    Ai(AiResult),
    /// An agent acted.
    Agent(AgentCommand),
    /// A deadline of this person's conversation passed. Given by the engine to itself, and journaled
    /// like any other input, so that replay needs no clock.
    Due(Key),
    /// A brand's policy comes into force, for every partition of the shard.
    Policy(PolicyChange),
}

impl Input {
    /// The person it concerns; none for a policy.
    pub fn key(&self) -> Option<Key> {
        match self {
            Self::Reply(reply) => Some(reply.key()),
            Self::Ai(result) => Some(result.key),
            Self::Agent(command) => Some(command.key),
            Self::Due(key) => Some(*key),
            Self::Policy(_) => None,
        }
    }
}

/// What was found out about a reply before it was journaled, so that replay never asks again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Stamp {
    /// What the classifier made of the text.
    pub verdict: Verdict,
    /// Segments the text takes as SMS.
    pub segments: u16,
    /// The keyword automation it triggers, as a position in the policy's list.
    pub keyword: Option<u8>,
    /// The words of the audience's gates that stand in it.
    pub gates: Gates,
    /// The policy it was stamped under.
    pub policy: PolicyVersion,
}

named! {
    /// How a turn of the AI ended. What it does is apart from what it says (`G-68`).
    pub enum AiOutcome {
        /// It has an answer.
        Answer = "answer",
        /// It knows nothing about this (`AI-24`).
        NoKnowledge = "no_knowledge",
        /// It understood, but cannot do it (`AI-25`).
        NoCapability = "no_capability",
        /// It noticed that the customer wants a person (`TX-27`).
        WantsPerson = "wants_person",
        /// It failed, or what it said made no sense.
        Error = "error",
    }
}

/// What came back from the AI for one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AiResult {
    /// The person.
    pub key: Key,
    /// The conversation that was asked about.
    pub conversation: ConversationId,
    /// The customer's turn that was asked about.
    pub turn: u32,
    /// The epoch at the time of asking.
    pub epoch: u32,
    /// How it ended.
    pub outcome: AiOutcome,
    /// How sure the AI is of its answer.
    pub confidence: Score,
    /// The answer, in UTF-8; empty unless there is one.
    pub text: Bytes,
}

/// What an agent wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentCommand {
    /// Who.
    pub agent: AgentId,
    /// The person.
    pub key: Key,
    /// The conversation as the agent saw it.
    pub conversation: ConversationId,
    /// What.
    pub action: AgentAction,
}

/// The things an agent can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AgentAction {
    /// Take the conversation (`TX-42`). One of two who try gets it (`TX-43`).
    Claim,
    /// Send a text. That alone takes the conversation from the AI or the queue (`X-6`, `TX-55`).
    Reply(Bytes),
    /// Give the conversation back to the AI (`RU-32`).
    Resume,
    /// Pass it on to the store's own team (`OT-23`, `OT-24`).
    ToStore,
    /// End it as resolved.
    Close,
    /// Decide about a possible opt-out: it was one, or it was not.
    SettleHold {
        /// Whether it was an opt-out.
        opt_out: bool,
    },
    /// Block this person (`G-36`).
    Block,
    /// Give the conversation back to people, as at the end of a shift (`G-47`).
    Requeue,
}

/// A policy comes into force. The text itself is journaled, so that a journal explains itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyChange {
    /// Whose.
    pub brand: BrandId,
    /// The policy in TOML. It was checked before it came here.
    pub source: Bytes,
}
