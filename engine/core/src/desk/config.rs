//! How a desk is set up: whom it prefers, and what each queue promises. A brand's policy says it.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::id::QueueId;
use crate::policy::{DeskRules, Policy, Promise};
use crate::service::Strategy;
use crate::service::hours::Hours;
use crate::time::Timestamp;

/// What a queue promises its customers. Durations run during its hours only (`G-57`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct QueueConfig {
    /// When people work for it; none is always. Whoever is online outside of these hours still gets
    /// its work: it is presence that says who works; hours say what counts as waiting.
    pub hours: Option<Hours>,
    /// Time within which an agent is to have a conversation: the service level.
    pub target: Option<Duration>,
    /// So long before the target has passed, a first alarm is given (`G-58`).
    pub warning: Duration,
    /// Time of waiting after which an alarm is given, again and again (`TX-52`).
    pub ageing: Option<Duration>,
}

impl QueueConfig {
    /// The instant at which a customer has waited for `time` since `since`.
    pub fn waited(&self, since: Timestamp, time: Duration) -> Timestamp {
        self.hours.as_ref().map_or(since + time, |hours| hours.worked(since, time))
    }
}

/// How a desk works for a brand.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DeskConfig {
    /// Whom it prefers.
    pub strategy: Strategy,
    /// A conversation that has waited longer goes before any priority (`G-39`): so long at most, and
    /// the time to serve those that waited as long, can a flood of urgent ones hold it up.
    pub starvation: Duration,
    /// So long before its channel takes no more answers, a conversation goes before any priority
    /// (`RU-57`). Once it takes none, haste is of no use, and those go first who can still be answered.
    pub window_margin: Duration,
    /// Whether agents who go offline hand back what they have, as at the end of a shift (`G-47`). If
    /// not, a lost connection costs them nothing.
    pub requeue_offline: bool,
    /// What each queue promises.
    pub queues: BTreeMap<QueueId, QueueConfig>,
    /// Where work for any other queue goes (`G-37`); none leaves it where it is.
    pub fallback_queue: Option<QueueId>,
    /// What queues promise that nobody configured.
    pub fallback: QueueConfig,
}

impl DeskConfig {
    /// As a brand's policy says.
    pub fn of(policy: &Policy) -> Self {
        let DeskRules { strategy, starvation, window_margin, requeue_offline } = policy.staff.desk;
        let config = |promise: &Promise| QueueConfig {
            hours: policy.hours.clone(),
            target: promise.target,
            warning: promise.warning,
            ageing: promise.ageing,
        };
        let ids = (0..).map(QueueId);
        Self {
            strategy,
            starvation,
            window_margin,
            requeue_offline,
            queues: ids.zip(policy.staff.promises.iter().map(config)).collect(),
            fallback_queue: Some(QueueId(0)),
            fallback: config(&Promise::default()),
        }
    }

    /// The queue that takes work for `queue`: itself, if there is one of that number.
    pub fn route(&self, queue: QueueId) -> QueueId {
        match self.fallback_queue {
            Some(fallback) if !self.queues.contains_key(&queue) => fallback,
            _ => queue,
        }
    }

    /// What a queue promises.
    pub fn queue(&self, queue: QueueId) -> &QueueConfig {
        self.queues.get(&queue).unwrap_or(&self.fallback)
    }
}

impl Default for DeskConfig {
    fn default() -> Self {
        let DeskRules { strategy, starvation, window_margin, requeue_offline } =
            DeskRules::default();
        Self {
            strategy,
            starvation,
            window_margin,
            requeue_offline,
            queues: BTreeMap::new(),
            fallback_queue: None,
            fallback: QueueConfig::default(),
        }
    }
}
