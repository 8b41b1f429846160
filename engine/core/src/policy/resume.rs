//! When the AI may have a conversation again that people had (`X-2`, `X-3`, `X-4`, `RU-32..37`).

use std::time::Duration;

use crate::message::SourceKind;
use crate::names::named;

named! {
    /// How a conversation comes back from people to the AI.
    #[derive(Default)]
    pub enum ResumeRule {
        /// Not at all: it stays with people, also if the customer writes again after its end (`TX-54`).
        Never = "never",
        /// When a person gives it back.
        #[default]
        Manual = "manual",
        /// When a person gives it back, or some time after people said the last word (`G-8`).
        Timer = "timer",
        /// When a person gives it back, or when it is closed outside.
        OnClose = "on_close",
    }
}

/// The rules of one policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resume {
    /// For all that is not named below.
    pub rule: ResumeRule,
    /// For conversations that a flow began.
    pub flow: Option<ResumeRule>,
    /// For conversations that a campaign began (`TX-57`).
    pub campaign: Option<ResumeRule>,
    /// Silence of the customer after the last word of people, for [`ResumeRule::Timer`].
    pub after: Duration,
    /// Whether the AI then answers what was written meanwhile (`RU-34`).
    pub answer_waiting: bool,
}

impl Resume {
    /// The time after which a clock gives a conversation back, unless the brand says otherwise.
    pub const USUAL_AFTER: Duration = Duration::from_secs(24 * 3600);

    /// The rule for conversations that began with such a send.
    pub fn by_source(&self, source: SourceKind) -> ResumeRule {
        let particular = match source {
            SourceKind::Flow => self.flow,
            SourceKind::Campaign => self.campaign,
            SourceKind::Unprompted => None,
        };
        particular.unwrap_or(self.rule)
    }
}
