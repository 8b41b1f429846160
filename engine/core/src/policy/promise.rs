//! What a brand promises those who wait for people, and how its desk gives out work (`G-39`, `G-41`, `G-58`).

use std::time::Duration;

use crate::service::Strategy;

/// What a queue promises. Durations run while people work only (`G-57`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Promise {
    /// Time within which an agent is to have a conversation: the service level.
    pub target: Option<Duration>,
    /// So long before the target has passed, a first alarm is given (`G-58`).
    pub warning: Duration,
    /// Time of waiting after which an alarm is given, again and again (`TX-52`).
    pub ageing: Option<Duration>,
}

/// How work is given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeskRules {
    /// Whom of several agents with room it prefers (`G-41`).
    pub strategy: Strategy,
    /// A conversation that has waited longer goes before any priority (`G-39`).
    pub starvation: Duration,
    /// So long before its channel takes no more answers, a conversation goes before any priority
    /// (`RU-57`).
    pub window_margin: Duration,
    /// Whether agents who go offline hand back what they have (`G-47`).
    pub requeue_offline: bool,
}

impl Default for DeskRules {
    fn default() -> Self {
        Self {
            strategy: Strategy::default(),
            starvation: Duration::from_secs(30 * 60),
            window_margin: Duration::from_secs(60 * 60),
            requeue_offline: false,
        }
    }
}
