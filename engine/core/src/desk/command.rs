//! What the desk is told, and what it answers.

use std::collections::BTreeSet;

use crate::effect::{Denial, Extension, Offer, Release};
use crate::id::{AgentId, BrandId, ConversationId, Key, QueueId};
use crate::input::{AgentCommand, PolicyChange};
use crate::message::Channel;
use crate::names::named;
use crate::service::Skills;
use crate::time::Timestamp;

/// Channels there are.
pub(super) const CHANNELS: usize = Channel::ALL.len();

/// Something the desk is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// An agent begins to work, or their skills or capacity change; what they have stays theirs.
    SignOn(Shift),
    /// An agent comes, goes, or takes a break (`G-43`).
    Presence {
        /// Who.
        agent: AgentId,
        /// From now on.
        presence: Presence,
    },
    /// An agent's shift ends: what they have goes back with its original wait (`G-47`), and they are
    /// offline.
    ShiftEnd(AgentId),
    /// As at the end of a shift, and the agent is forgotten.
    SignOff(AgentId),
    /// A conversation waits.
    Offer(Offer),
    /// A conversation ended, or was taken, without the desk.
    Withdraw(ConversationId),
    /// The customer of a conversation wrote again, so its channel takes answers for longer (`RU-57`).
    Extend(Extension),
    /// An agent takes a conversation of their own accord.
    Claim {
        /// Who.
        agent: AgentId,
        /// Which.
        conversation: ConversationId,
    },
    /// The shard says that an agent no longer has a conversation.
    Release(Release),
    /// The shard says that an agent's command had no effect: they do not have the conversation.
    Deny(Denial),
    /// A brand's policy comes into force: what it says about its queues and its desk.
    Policy(PolicyChange),
    /// The desk looks round: it gives the alarms that are due and all assignments that are possible.
    /// Given by the desk's worker to itself after all that it was told, and journaled, so that replay
    /// needs no clock.
    Turn,
}

named! {
    /// Whether an agent works (`G-43`). A team's own statuses, such as lunch or training, are names for
    /// one of these.
    #[derive(Default)]
    pub enum Presence {
        /// Works and is given conversations.
        #[default]
        Online = "online",
        /// Works on what they have; is given nothing new.
        Away = "away",
        /// Does not work.
        Offline = "offline",
    }
}

/// The brands that an agent works for: whose people they are, or by whose contract (`X-18`). Nothing
/// else crosses from one pool to another.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Brands {
    /// All of them.
    #[default]
    All,
    /// These.
    Only(BTreeSet<BrandId>),
}

impl Brands {
    /// Whether an agent for these works for `brand`.
    pub fn contain(&self, brand: BrandId) -> bool {
        match self {
            Self::All => true,
            Self::Only(brands) => brands.contains(&brand),
        }
    }
}

/// The queues that an agent works for, by their numbers in the policies of their brands.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Queues {
    /// All of them.
    #[default]
    All,
    /// These.
    Only(BTreeSet<QueueId>),
}

impl Queues {
    /// Whether an agent for these works for `queue`.
    pub fn contain(&self, queue: QueueId) -> bool {
        match self {
            Self::All => true,
            Self::Only(queues) => queues.contains(&queue),
        }
    }
}

/// How many conversations an agent can have at once (`G-40`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Capacity {
    /// In all.
    pub total: u16,
    by_channel: [u16; CHANNELS],
}

impl Capacity {
    /// So many in all, on whatever channel.
    pub const fn of(total: u16) -> Self {
        Self { total, by_channel: [total; CHANNELS] }
    }

    /// The same, but at most `most` on `channel`.
    #[must_use]
    pub fn with(mut self, channel: Channel, most: u16) -> Self {
        self.by_channel[usize::from(channel.code())] = most;
        self
    }

    /// As it is written down: for each channel, in the order of codes.
    pub(crate) fn by_channel(&self) -> &[u16] {
        &self.by_channel
    }

    /// How many on `channel`.
    pub fn on(&self, channel: Channel) -> u16 {
        self.by_channel[usize::from(channel.code())].min(self.total)
    }
}

/// An agent at work: what they can do and how much of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// Who.
    pub agent: AgentId,
    /// For whom.
    pub brands: Brands,
    /// For what.
    pub queues: Queues,
    /// What they know.
    pub skills: Skills,
    /// How much they can have.
    pub capacity: Capacity,
}

impl Shift {
    /// An agent for every brand and queue, without special skills.
    pub fn general(agent: AgentId, total: u16) -> Self {
        let (brands, queues, skills) = (Brands::All, Queues::All, Skills::NONE);
        Self { agent, brands, queues, skills, capacity: Capacity::of(total) }
    }
}

/// Something the desk answers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// An agent is to have a conversation. The command enters the engine at the front.
    Assigned(Assignment),
    /// An agent is to have a conversation no longer. The command enters the engine at the front; the
    /// offer that comes back for it takes the place it had.
    Requeue(AgentCommand),
    /// A conversation waits too long.
    Alarm(Alarm),
    /// A command had no effect.
    Refused(Refused),
}

/// An assignment, and the offer it answers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Assignment {
    /// The claim, made in the agent's name.
    pub command: AgentCommand,
    /// What was waiting; `at` is since when.
    pub offer: Offer,
}

named! {
    /// What an alarm is about.
    pub enum AlarmKind {
        /// The target is about to be missed (`G-58`).
        TargetNear = "target_near",
        /// The target was missed.
        TargetMissed = "target_missed",
        /// It waits, still (`TX-52`).
        Ageing = "ageing",
        /// Its channel will soon take no more answers (`RU-57`).
        WindowClosing = "window_closing",
        /// Its channel takes no more answers.
        WindowClosed = "window_closed",
    }
}

/// A conversation that waits too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Alarm {
    /// The person.
    pub key: Key,
    /// The conversation.
    pub conversation: ConversationId,
    /// Where it waits.
    pub queue: QueueId,
    /// What it is about.
    pub kind: AlarmKind,
    /// The how-manieth of its kind for this conversation, from 1: how far up a chain it goes.
    pub level: u16,
    /// Since when it waits.
    pub waiting_since: Timestamp,
    /// When it was noticed.
    pub at: Timestamp,
}

named! {
    /// Why a command had no effect.
    pub enum RefusedReason {
        /// Nobody of that number has signed on.
        UnknownAgent = "unknown_agent",
        /// The desk has no such conversation: it ended, or was never offered.
        UnknownConversation = "unknown_conversation",
        /// Another agent, or this one already, has it (`G-10`).
        Owned = "owned",
        /// The agent does not have it, or has given it back before.
        NotHeld = "not_held",
        /// The agent is offline.
        Offline = "offline",
        /// The agent has no room for it.
        Full = "full",
        /// The offer was made before, or is older than the one that waits.
        Stale = "stale",
        /// The agent does not work for the conversation's brand (`X-18`).
        OtherBrand = "other_brand",
        /// The policy cannot be read; what was in force stays in force.
        BadPolicy = "bad_policy",
    }
}

/// A command that had no effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Refused {
    /// The agent it was about, if it was about one.
    pub agent: Option<AgentId>,
    /// The conversation it was about, if it was about one.
    pub conversation: Option<ConversationId>,
    /// Why.
    pub reason: RefusedReason,
    /// Who has the conversation, if an agent does.
    pub owner: Option<AgentId>,
}
