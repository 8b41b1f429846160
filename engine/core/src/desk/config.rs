//! How a desk is set up: whom it prefers, and what each queue promises.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::id::QueueId;
use crate::names::named;
use crate::service::hours::Hours;

named! {
    /// Which of several agents with room gets a conversation (`G-41`).
    #[derive(Default)]
    pub enum Strategy {
        /// Who has the fewest conversations; of several, the lowest number.
        #[default]
        LeastLoaded = "least_loaded",
        /// Who was given one the longest ago; of several, the lowest number.
        RoundRobin = "round_robin",
    }
}

/// What a queue promises its customers. Durations run during its hours only (`G-57`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueConfig {
    /// When people work for it. Whoever is online outside of these hours still gets its work: it is
    /// presence that says who works; hours say what counts as waiting.
    pub hours: Hours,
    /// Time within which an agent is to have a conversation: the service level.
    pub target: Option<Duration>,
    /// So long before the target has passed, a first alarm is given (`G-58`).
    pub warning: Duration,
    /// Time of waiting after which an alarm is given, again and again (`TX-52`).
    pub ageing: Option<Duration>,
}

/// How a desk works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeskConfig {
    /// Whom it prefers.
    pub strategy: Strategy,
    /// A conversation that has waited longer goes before any priority (`G-39`): so long at most, and
    /// the time to serve those that waited as long, can a flood of urgent ones hold it up.
    pub starvation: Duration,
    /// Whether agents who go offline hand back what they have, as at the end of a shift (`G-47`). If
    /// not, a lost connection costs them nothing.
    pub requeue_offline: bool,
    /// What each queue promises.
    pub queues: BTreeMap<QueueId, QueueConfig>,
    /// What all others promise: work for a queue nobody configured is work like any other (`G-37`).
    pub fallback: QueueConfig,
}

impl DeskConfig {
    /// What a queue promises.
    pub fn queue(&self, queue: QueueId) -> &QueueConfig {
        self.queues.get(&queue).unwrap_or(&self.fallback)
    }
}

impl Default for DeskConfig {
    fn default() -> Self {
        Self {
            strategy: Strategy::default(),
            starvation: Duration::from_secs(30 * 60),
            requeue_offline: false,
            queues: BTreeMap::new(),
            fallback: QueueConfig::default(),
        }
    }
}
