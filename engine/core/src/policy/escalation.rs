//! What brings people in, and what then happens: queue, tier, tags, a word to the customer.

use super::resume::ResumeRule;
use super::tag::TagSet;
use crate::id::QueueId;
use crate::names::named;
use crate::reason::{Disposition, Reason};
use crate::service::{Priority, Skills};

named! {
    /// Where an escalation goes if not where it would go by itself.
    pub enum Tier {
        /// A queue of this engine.
        Queue = "queue",
        /// The store's own team (`OT-29`).
        Store = "store",
        /// A ticket at the brand's helpdesk.
        Helpdesk = "helpdesk",
    }
}

/// No policy can switch these off, whoever owns the conversation and whatever else it says (`G-74`,
/// `TX-27`, `TX-35`, `TX-36`).
pub const ALWAYS_ON: [Reason; 6] = [
    Reason::Abusive,
    Reason::Malicious,
    Reason::SelfHarm,
    Reason::Threat,
    Reason::Legal,
    Reason::WantsPerson,
];

/// Those that a brand can switch off (`X-19`).
pub const OPTIONAL: [Reason; 2] = [Reason::Sensitive, Reason::FrustratedAfterAttempts];

/// Those that follow from other keys: a brand says what happens then, not whether it does.
pub const FOLLOWING: [Reason; 31] = [
    Reason::HumanFirst,
    Reason::Damaged,
    Reason::Defective,
    Reason::WrongItem,
    Reason::MissingItem,
    Reason::Return,
    Reason::Refund,
    Reason::Exchange,
    Reason::BillingDispute,
    Reason::NotEligible,
    Reason::AiOff,
    Reason::NotInAudience,
    Reason::ExcludedKeyword,
    Reason::NoRequiredKeyword,
    Reason::KnowledgeMiss,
    Reason::NoCapability,
    Reason::LowConfidence,
    Reason::AiTimeout,
    Reason::AiError,
    Reason::Draft,
    Reason::BudgetExhausted,
    Reason::BrandBudgetExhausted,
    Reason::InfoSubmitted,
    Reason::AttemptsExhausted,
    Reason::ScoreThreshold,
    Reason::NoAccess,
    Reason::CustomTag,
    Reason::HandOverFailed,
    Reason::AgentLacksAccess,
    Reason::AgentLacksPolicy,
    Reason::NoConsent,
];

/// What happens at one kind of escalation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Escalation {
    /// Whether it happens at all; only [`OPTIONAL`] ones can be off.
    pub on: bool,
    /// The queue, if it goes to one.
    pub queue: QueueId,
    /// Where it goes instead.
    pub to: Option<Tier>,
    /// Whether the customer is told (`TX-38`); none leaves that to the reason.
    pub announced: Option<bool>,
    /// What the conversation is labelled with (`AI-5`).
    pub tags: TagSet,
    /// How it comes back to the AI; none leaves that to `[resume]`.
    pub resume: Option<ResumeRule>,
    /// How urgent it is, if it waits in a queue (`G-39`).
    pub priority: Priority,
    /// What an agent must know for it (`G-38`).
    pub skills: Skills,
}

impl Default for Escalation {
    fn default() -> Self {
        Self {
            on: true,
            queue: QueueId(0),
            to: None,
            announced: None,
            tags: TagSet::default(),
            resume: None,
            priority: Priority::default(),
            skills: Skills::NONE,
        }
    }
}

impl Escalation {
    /// Where a conversation goes that would go to `disposition` by itself.
    pub fn destination(&self, disposition: Disposition) -> Disposition {
        match self.to {
            None => disposition,
            Some(Tier::Queue) => Disposition::Human,
            Some(Tier::Store) => Disposition::Store,
            Some(Tier::Helpdesk) => Disposition::Helpdesk,
        }
    }
}
