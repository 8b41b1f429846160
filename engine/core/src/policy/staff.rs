//! What a brand says about waiting for people: where, for whom, how long, and how work is given out (`G-37..41`,
//! `G-58`).

use std::time::Duration;

use super::Channels;
use crate::classify::Intent;
use crate::id::QueueId;
use crate::message::{Channel, Language};
use crate::reason::Reason;
use crate::service::{Priority, Skills, Strategy};

/// All of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staff {
    /// Where what waits, in order: the first rule that holds counts (`G-37`).
    pub routes: Vec<Route>,
    /// What each queue promises, in the order of the policy's queues.
    pub promises: Vec<Promise>,
    /// How the desk gives out work.
    pub desk: DeskRules,
    /// The names of what agents can know; positions are [`Skills`].
    pub skills: Vec<String>,
    /// What whoever answers customers of a language must know; index by language.
    pub(super) language_skills: [Skills; Language::ALL.len()],
}

impl Staff {
    /// The first rule for a conversation, if there is one.
    pub fn route(&self, waits: &Waits) -> Option<&Route> {
        self.routes.iter().find(|route| route.holds(waits))
    }

    /// What an agent must know to answer somebody who reads `language`.
    pub fn language_skill(&self, language: Option<Language>) -> Skills {
        let skills = language.map(|language| self.language_skills[usize::from(language.code())]);
        skills.unwrap_or(Skills::NONE)
    }
}

/// A conversation that is to wait for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waits {
    /// Why.
    pub reason: Reason,
    /// What the customer wants.
    pub intent: Intent,
    /// The channel that the answer takes.
    pub channel: Channel,
    /// What the customer reads, if that is known.
    pub language: Option<Language>,
}

/// A rule about where a conversation waits. It holds if all holds that it says; what it does not say does not matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// For one of these reasons.
    pub reasons: Vec<Reason>,
    /// With one of these intents.
    pub intents: Vec<Intent>,
    /// On one of these channels.
    pub channels: Option<Channels>,
    /// From a customer who reads one of these.
    pub languages: Vec<Language>,
    /// There it waits.
    pub queue: QueueId,
    /// So urgent it is; none leaves that to the reason.
    pub priority: Option<Priority>,
    /// What an agent must know, beside what the reason asks for.
    pub skills: Skills,
}

impl Route {
    /// Whether all holds that it says.
    pub fn holds(&self, waits: &Waits) -> bool {
        let speaks = |language| self.languages.contains(&language);
        (self.reasons.is_empty() || self.reasons.contains(&waits.reason))
            && (self.intents.is_empty() || self.intents.contains(&waits.intent))
            && self.channels.is_none_or(|channels| channels.has(waits.channel))
            && (self.languages.is_empty() || waits.language.is_some_and(speaks))
    }

    /// Whether it holds wherever `other` does.
    pub fn covers(&self, other: &Self) -> bool {
        fn within<T: PartialEq>(all: &[T], some: &[T]) -> bool {
            all.is_empty() || !some.is_empty() && some.iter().all(|it| all.contains(it))
        }
        let channels = |route: &Self| {
            let has = |channel: &&Channel| route.channels.is_none_or(|set| set.has(**channel));
            Channel::ALL.iter().filter(has).copied().collect::<Vec<_>>()
        };
        within(&self.reasons, &other.reasons)
            && within(&self.intents, &other.intents)
            && within(&self.languages, &other.languages)
            && within(&channels(self), &channels(other))
    }
}

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
