//! Everything the engine wants done in the world, as data. Nothing here has happened yet: an effect leaves only when
//! the record that caused it is durable.

use bytes::Bytes;

use crate::classify::{Intent, Score};
use crate::conversation::{Conversation, Owner, Speaker};
use crate::decision::Decision;
use crate::id::{
    AgentId, BrandId, CampaignId, ConversationId, Key, PartitionId, PolicyVersion, QueueId,
    SenderId,
};
use crate::input::FeedbackKind;
use crate::message::{Channel, Language, Source};
use crate::names::named;
use crate::policy::{BudgetUnit, Evaluation, NoteSet, Particulars, TagSet};
use crate::reason::Reason;
use crate::segment::Segments;
use crate::service::{Priority, Skills};
use crate::time::{Deadline, Timestamp};

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Tell that a reply was decided; exactly one per reply. The provider's acknowledgement waits for it.
    Decide(Decision),
    /// Send a message to the customer.
    Send(Send),
    /// Note that a message was wanted and the gate refused it.
    Refuse(Refusal),
    /// Ask the AI for an answer.
    AskAi(AiRequest),
    /// Offer a conversation to people.
    Offer(Offer),
    /// Tell an agent that the conversation is not theirs.
    Deny(Denial),
    /// An agent's place is free again.
    Release(Release),
    /// Hand the conversation to a system outside, with its whole story.
    HandOver(HandOver),
    /// Tell those who count that the AI's conversation began or ended (`KL-77..80`).
    Event(Event),
    /// Tell that a conversation waits too long for a person (`TX-52`).
    Alarm(Alarm),
    /// Label a conversation (`AI-5`).
    Tag(Tagging),
    /// Show people an answer of the AI that none of them has approved yet (`G-70`).
    Draft(Draft),
    /// A conversation no longer waits for people, and none of them claimed it: it ended, went elsewhere, or
    /// was answered by somebody who did not wait for the desk.
    Withdraw(Withdrawal),
    /// Tell people what the AI was at (`OT-13`).
    Brief(Brief),
    /// Take labels away (`AI-45`).
    Untag(Tagging),
    /// Tell people now that a label they want to hear of was set (`AI-19`, `AI-27`).
    Notify(Tagging),
    /// A score of the AI brought people in (`RU-2`, `RU-4`).
    Scored(Scored),
    /// An order, a rating or a judgement belongs to an answer (`KL-75`, `OT-5`).
    Credit(Credit),
    /// A budget of the brand's day is nearly or quite used up (`G-105`).
    Usage(Usage),
    /// A conversation ended.
    Ended(Ended),
    /// Whoever waits wrote again, so their channel takes answers for longer (`RU-57`).
    Extend(Extension),
}

named! {
    /// Why a message is sent.
    pub enum SendKind {
        /// The one confirmation of an opt-out.
        OptOutConfirmation = "opt_out_confirmation",
        /// The confirmation of an opt-in.
        OptInConfirmation = "opt_in_confirmation",
        /// The answer to HELP.
        Help = "help",
        /// A keyword automation.
        Automation = "automation",
        /// The AI's answer.
        Ai = "ai",
        /// A person's answer.
        Agent = "agent",
        /// Tells that a person will answer.
        HandOff = "hand_off",
        /// Ends a conversation that nobody could solve.
        Closeout = "closeout",
        /// Tells somebody who waits that they are not forgotten (`G-12`).
        Wait = "wait",
        /// The store's answer, sent on (`X-14`).
        Store = "store",
        /// The brand's own initiative: a campaign, a flow, a reminder.
        Outreach = "outreach",
    }
}

impl SendKind {
    /// Whether the law wants this message sent even to those who opted out.
    pub const fn is_compliance(self) -> bool {
        matches!(self, Self::OptOutConfirmation | Self::OptInConfirmation | Self::Help)
    }
}

/// A message to the customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Send {
    /// To whom.
    pub key: Key,
    /// In which conversation; 0 if in none.
    pub conversation: ConversationId,
    /// When it was decided.
    pub at: Timestamp,
    /// Why.
    pub kind: SendKind,
    /// By which channel.
    pub channel: Channel,
    /// From which of the brand's numbers.
    pub sender: SenderId,
    /// The customer's turn it answers.
    pub turn: u32,
    /// Who wrote it, if a person did.
    pub agent: Option<AgentId>,
    /// UTF-8.
    pub text: Bytes,
    /// What it costs as SMS; zero segments on other channels.
    pub segments: Segments,
}

named! {
    /// Why the gate refused a message.
    pub enum RefusalReason {
        /// The customer opted out.
        OptedOut = "opted_out",
        /// Whether they opted out is undecided.
        Held = "held",
        /// The brand blocked the customer.
        Blocked = "blocked",
        /// Somebody else owns the conversation.
        NotOwner = "not_owner",
        /// It answers a turn or an ownership that is over (`G-2`, `G-3`).
        Stale = "stale",
        /// The channel's reply window is over (`RU-56`).
        WindowOver = "window_over",
        /// Longer than the channel takes (`RU-70`, `RU-71`).
        TooLong = "too_long",
        /// The text is empty or no text at all.
        Empty = "empty",
        /// A budget of the conversation or its customer is used up (`KL-48`).
        Budget = "budget",
        /// The AI may not answer here, or not by itself (`KL-13`, `G-70`, `G-72`).
        NotEligible = "not_eligible",
        /// Customers sleep, and it is no direct answer (`X-15`).
        QuietHours = "quiet_hours",
        /// People have the conversation, so nothing else is sent meanwhile (`TX-51`).
        Escalated = "escalated",
        /// The customer never agreed to be written to (`G-31`).
        NoConsent = "no_consent",
        /// People cannot answer on this channel (`RU-19`).
        NoManualReply = "no_manual_reply",
        /// What the brand's AI may spend in a day is used up (`G-105`, `KL-73`).
        BrandBudget = "brand_budget",
    }
}

/// A message that was wanted and not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The message.
    pub send: Send,
    /// Why not.
    pub reason: RefusalReason,
    /// When it may be tried again, if that is known.
    pub retry: Option<Deadline>,
}

/// A question to the AI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AiRequest {
    /// The person.
    pub key: Key,
    /// The conversation.
    pub conversation: ConversationId,
    /// The turn to be answered; comes back with the answer.
    pub turn: u32,
    /// The epoch; comes back with the answer.
    pub epoch: u32,
    /// When an answer is too late.
    pub deadline: Deadline,
    /// What the customer seems to want.
    pub intent: Intent,
    /// What provoked the reply (`KL-55`).
    pub source: Source,
    /// What the customer wrote, several messages of a burst one a line; empty if the AI is to answer
    /// what stands in the transcript.
    pub text: Bytes,
    /// What the brand's tags tell the AI about such messages, one a line (`AI-8`).
    pub instructions: Bytes,
    /// The policy, whose notes and names are meant.
    pub policy: PolicyVersion,
    /// Its notes that count now (`OT-32..35`).
    pub notes: NoteSet,
    /// The language the customer is to be answered in, if it is known.
    pub language: Option<Language>,
    /// No answer is wanted before: people do not type that fast (`G-24`). An answer that is there
    /// sooner is kept by whoever made it, so that nothing waits behind the gate.
    pub not_before: Timestamp,
    /// Whether people had the conversation before, and gave it back (`G-7`, `RU-34`).
    pub after_people: bool,
    /// The invitation that stood in what provoked the reply, by its position in the policy (`KL-55`).
    pub starter: Option<u8>,
    /// Segments for which there is room: a longer answer is not sent. 0 where segments do not count.
    pub segments_max: u16,
}

/// Labels for a conversation; the names are in the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tagging {
    /// The person.
    pub key: Key,
    /// The conversation.
    pub conversation: ConversationId,
    /// The customer's turn they were found in (`X-12`).
    pub turn: u32,
    /// The tags, by their positions in the policy.
    pub tags: TagSet,
    /// The policy.
    pub policy: PolicyVersion,
}

/// An answer of the AI that waits for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The person it is for.
    pub key: Key,
    /// The conversation.
    pub conversation: ConversationId,
    /// The customer's turn it answers.
    pub turn: u32,
    /// UTF-8.
    pub text: Bytes,
}

/// A conversation that waits for a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Offer {
    /// The person.
    pub key: Key,
    /// The conversation.
    pub conversation: ConversationId,
    /// The epoch in which it is offered.
    pub epoch: u32,
    /// Where it waits.
    pub queue: QueueId,
    /// Why it needs a person.
    pub reason: Reason,
    /// What the customer wants.
    pub intent: Intent,
    /// What it began with.
    pub campaign: Option<CampaignId>,
    /// Since when it waits.
    pub at: Timestamp,
    /// The channel that the answer takes.
    pub channel: Channel,
    /// How urgent it is.
    pub priority: Priority,
    /// What an agent must know.
    pub skills: Skills,
    /// When the channel takes no more answers, if it has a window (`RU-57`).
    pub expires: Option<Deadline>,
    /// The policy's notes that count now (`OT-32..35`).
    pub notes: NoteSet,
    /// The invitation that stood in what it began with, by its position in the policy (`KL-55`).
    pub starter: Option<u8>,
    /// The labels on it.
    pub tags: TagSet,
    /// Particulars that came (`AI-16`).
    pub filled: Particulars,
    /// The policy.
    pub policy: PolicyVersion,
}

named! {
    /// Why an agent was denied.
    pub enum DenialReason {
        /// Another agent has it (`G-10`).
        OwnedByOther = "owned_by_other",
        /// It is not open, or is another conversation by now.
        Gone = "gone",
        /// The engine is not waiting for a decision about an opt-out.
        NothingHeld = "nothing_held",
        /// The policy does not let this role, or anybody, do that (`G-97`).
        NotAllowed = "not_allowed",
        /// The AI has it and is to be paused first (`RU-54`).
        NotPaused = "not_paused",
        /// The customer is blocked (`G-36`).
        Blocked = "blocked",
    }
}

/// An answer to an agent whose command had no effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Denial {
    /// Who.
    pub agent: AgentId,
    /// The person they wanted to help.
    pub key: Key,
    /// The conversation.
    pub conversation: ConversationId,
    /// Why not.
    pub reason: DenialReason,
    /// Who owns it, if another agent does.
    pub owner: Option<AgentId>,
}

/// An agent who no longer has a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Release {
    /// Who.
    pub agent: AgentId,
    /// Which conversation they had.
    pub conversation: ConversationId,
}

named! {
    /// Systems outside that take over a conversation.
    pub enum Outside {
        /// The store's own support.
        Store = "store",
        /// A helpdesk, by ticket.
        Helpdesk = "helpdesk",
    }
}

/// A conversation that goes to a system outside. Its story is the chain of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandOver {
    /// The person.
    pub key: Key,
    /// The conversation.
    pub conversation: ConversationId,
    /// To whom.
    pub to: Outside,
    /// Why.
    pub reason: Reason,
}

named! {
    /// The events of an AI conversation.
    pub enum EventKind {
        /// The AI took its first turn.
        Started = "started",
        /// It ended solved.
        Resolved = "resolved",
        /// It went to people.
        Escalated = "escalated",
        /// What counted as solved was not: the customer came back (`KL-81`, `G-103`).
        Revoked = "revoked",
        /// AI and people both answered one message (`RU-74`, `RU-77`).
        DoubleReply = "double_reply",
    }
}

/// An event of an AI conversation: started once and first, then at most one outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// The person.
    pub key: Key,
    /// The conversation.
    pub conversation: ConversationId,
    /// What.
    pub kind: EventKind,
    /// Why.
    pub reason: Reason,
    /// By which channel the customer wrote last (`KL-74`).
    pub channel: Channel,
    /// What the conversation began with.
    pub source: Source,
    /// When.
    pub at: Timestamp,
}

/// A conversation that ended. If the customer returns soon, it goes on and may end again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// The person.
    pub key: Key,
    /// The conversation, as it stands at its end.
    pub conversation: Conversation,
    /// Who had it.
    pub owner: Owner,
    /// When.
    pub at: Timestamp,
}

/// A conversation that waits too long for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// The person.
    pub key: Key,
    /// The conversation.
    pub conversation: ConversationId,
    /// Since when the customer waits.
    pub waiting_since: Deadline,
    /// When it was noticed.
    pub at: Timestamp,
}

/// A conversation that no longer waits for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    /// The person.
    pub key: Key,
    /// The conversation.
    pub conversation: ConversationId,
}

/// A conversation that waits for people, and whose channel takes answers for longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extension {
    /// The person.
    pub key: Key,
    /// The conversation.
    pub conversation: ConversationId,
    /// When the channel takes no more answers.
    pub expires: Deadline,
}

/// What people should know of the task that the AI was at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brief {
    /// The person.
    pub key: Key,
    /// The conversation.
    pub conversation: ConversationId,
    /// UTF-8.
    pub task: Bytes,
}

/// A score of the AI that reached its threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scored {
    /// The person.
    pub key: Key,
    /// The conversation.
    pub conversation: ConversationId,
    /// The customer's turn.
    pub turn: u32,
    /// What was scored.
    pub evaluation: Evaluation,
    /// How high.
    pub score: Score,
    /// From where on people come in.
    pub threshold: Score,
}

/// Something that followed an answer, and whose answer that was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Credit {
    /// The person.
    pub key: Key,
    /// The conversation.
    pub conversation: ConversationId,
    /// Who gave the last answer.
    pub speaker: Speaker,
    /// What the conversation began with.
    pub source: Source,
    /// By which channel.
    pub channel: Channel,
    /// What followed.
    pub kind: FeedbackKind,
    /// When.
    pub at: Timestamp,
}

/// How much of one partition's part of a brand's daily budget is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// Whose budget.
    pub brand: BrandId,
    /// Whose part of it.
    pub partition: PartitionId,
    /// What is counted.
    pub unit: BudgetUnit,
    /// The part that was reached, in percent: 100 if no answer fits any more.
    pub percent: u8,
    /// What is used; cents in hundredths.
    pub used: u32,
    /// What there is.
    pub max: u32,
    /// When.
    pub at: Timestamp,
}
