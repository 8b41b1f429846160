//! Everything that can happen to the engine, as one closed list. What is not here cannot change state.

use bytes::Bytes;

use crate::classify::{Score, Verdict};
use crate::contact::Consent;
use crate::id::{AgentId, BrandId, ConversationId, Key, PolicyVersion, SegmentId, SenderId};
use crate::message::{Channel, Inbound, Language, Source};
use crate::names::named;
use crate::policy::{Evaluation, Gates, Particulars, Zone};
use crate::service::Role;

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
    /// Somebody answered the customer outside of this inbox.
    Echo(Echo),
    /// The store or a helpdesk did something with a conversation that was handed to it.
    Outside(OutsideNews),
    /// The brand wants to write to a customer of its own accord.
    Outreach(Outreach),
    /// Something is known about a person.
    Profile(ProfileChange),
    /// An order, a rating or a judgement followed an answer.
    Feedback(Feedback),
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
            Self::Echo(echo) => Some(echo.key),
            Self::Outside(news) => Some(news.key),
            Self::Outreach(outreach) => Some(outreach.key),
            Self::Profile(change) => Some(change.key),
            Self::Feedback(feedback) => Some(feedback.key),
        }
    }
}

impl From<Inbound> for Input {
    fn from(reply: Inbound) -> Self {
        Self::Reply(reply)
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
    /// The language it is written in, if a rule of one language decided.
    pub language: Option<Language>,
    /// Particulars that stand in it, if the policy asks for any.
    pub particulars: Particulars,
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
        /// It did not understand enough and asks the customer; this counts as an attempt that failed
        /// (`KL-50`).
        Clarify = "clarify",
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
    /// How it sees the conversation, by its own scores.
    pub scores: Vec<(Evaluation, Score)>,
    /// Names of tags it found, one a line, in UTF-8 (`AI-5`).
    pub tags: Bytes,
    /// What people should know of the task it was at, in UTF-8 (`OT-13`).
    pub task: Bytes,
}

/// What an agent wants done.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AgentCommand {
    /// Who.
    pub agent: AgentId,
    /// As what they act.
    pub role: Role,
    /// The person.
    pub key: Key,
    /// The conversation as the agent saw it.
    pub conversation: ConversationId,
    /// What.
    pub action: AgentAction,
}

/// The things an agent can do.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum AgentAction {
    /// Take the conversation (`TX-42`). One of two who try gets it (`TX-43`).
    Claim,
    /// Send a text. That alone takes the conversation from the AI or the queue (`X-6`, `TX-55`).
    Reply(Bytes),
    /// Give the conversation back to the AI (`RU-32`).
    Resume,
    /// Pass it on to the store's own team (`OT-23`, `OT-24`).
    ToStore(Lack),
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
    /// Silence the AI and take the conversation, for a reason (`RU-20`, `RU-35..37`).
    Pause(PauseReason),
    /// Let this person write again.
    Unblock,
}

named! {
    /// Why the AI is paused (`RU-35..37`).
    pub enum PauseReason {
        /// The matter needs a person's lasting attention.
        Attention = "attention",
        /// The customer has yet to confirm.
        Confirmation = "confirmation",
        /// The customer asked for a person.
        WantsPerson = "wants_person",
    }
}

named! {
    /// What an agent lacks who passes a conversation on to the store.
    #[derive(Default)]
    pub enum Lack {
        /// Nothing that is known.
        #[default]
        Other = "other",
        /// Access to the details of an order (`OT-23`).
        Access = "access",
        /// A rule of the store (`OT-24`).
        Policy = "policy",
    }
}

/// A policy comes into force. The text itself is journaled, so that a journal explains itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyChange {
    /// Whose.
    pub brand: BrandId,
    /// The policy in TOML. It was checked before it came here.
    pub source: Bytes,
    /// Who changed it, in UTF-8: a change without a name is nobody's (`OT-36`, `G-98`).
    pub author: Bytes,
}

/// A message to the customer that this engine did not send: a person wrote it on a phone, in a
/// provider's own inbox or in a mail client (`G-5`, `RU-17`). Echoes of the engine's own messages are
/// known by their keys and never come here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Echo {
    /// To whom it was written.
    pub key: Key,
    /// Who wrote it; 0 if that is not known.
    pub agent: AgentId,
    /// By which channel.
    pub channel: Channel,
    /// UTF-8 is not promised.
    pub text: Bytes,
}

/// What became of a conversation outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutsideNews {
    /// The person.
    pub key: Key,
    /// The conversation that was handed over.
    pub conversation: ConversationId,
    /// What happened.
    pub what: OutsideEvent,
}

/// Things that happen outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OutsideEvent {
    /// It was taken in; said twice, it changes nothing (`KL-32`).
    Taken,
    /// It could not be taken in (`G-52`).
    Failed,
    /// The store answered. Whether the engine sends that on is the policy's business (`X-14`).
    Answered(Bytes),
    /// It is done there.
    Closed,
}

/// A message that the brand sends of its own accord: a campaign, a step of a flow, a reminder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outreach {
    /// To whom.
    pub key: Key,
    /// What it is part of.
    pub source: Source,
    /// By which channel.
    pub channel: Channel,
    /// From which of the brand's numbers.
    pub sender: SenderId,
    /// UTF-8.
    pub text: Bytes,
}

/// What is known about a person from elsewhere. What is none stays as it was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProfileChange {
    /// Who.
    pub key: Key,
    /// The segments they are in, all of them.
    pub segments: Option<Vec<SegmentId>>,
    /// Where their clock stands (`G-32`).
    pub zone: Option<Zone>,
    /// What they like to read (`OT-34`).
    pub language: Option<Language>,
    /// What a provider or the brand's own list says of their consent (`G-27`, `G-31`).
    pub consent: Option<Consent>,
}

/// Something that followed an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Feedback {
    /// Who.
    pub key: Key,
    /// What.
    pub kind: FeedbackKind,
}

/// Things that follow answers (`OT-4`, `OT-5`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedbackKind {
    /// An order, in cents.
    Order(u32),
    /// The customer's rating, 1 to 5.
    Rating(u8),
    /// A judgement whether the answer was right.
    Accuracy(bool),
}
