//! The desk as it is written: skills, what queues promise, how work is given out.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use toml::Spanned;

use super::people::{Names, position};
use super::place::{Place, Span};
use crate::classify::Intent;
use crate::id::QueueId;
use crate::limits::ROUTES_MAX;
use crate::message::{Channel, Language};
use crate::policy::{Channels, DeskRules, Error, Promise, Route};
use crate::reason::Reason;
use crate::service::{Priority, Skills, Strategy};

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct WrittenQueue {
    target: Option<Spanned<Span>>,
    warning: Option<Spanned<Span>>,
    ageing: Option<Span>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct WrittenDesk {
    strategy: Strategy,
    starvation: Span,
    window_margin: Span,
    requeue_offline: bool,
}

impl Default for WrittenDesk {
    fn default() -> Self {
        let DeskRules { strategy, starvation, window_margin, requeue_offline } =
            DeskRules::default();
        let (starvation, window_margin) = (Span(starvation), Span(window_margin));
        Self { strategy, starvation, window_margin, requeue_offline }
    }
}

impl WrittenDesk {
    pub(super) fn compile(&self) -> DeskRules {
        DeskRules {
            strategy: self.strategy,
            starvation: self.starvation.0,
            window_margin: self.window_margin.0,
            requeue_offline: self.requeue_offline,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenRoute {
    #[serde(default)]
    reasons: Vec<Reason>,
    #[serde(default)]
    intents: Vec<Intent>,
    #[serde(default)]
    channels: Option<Vec<Channel>>,
    #[serde(default)]
    languages: Vec<Language>,
    queue: Spanned<String>,
    #[serde(default)]
    priority: Option<Priority>,
    #[serde(default)]
    skills: Vec<Spanned<String>>,
}

/// Rules in order. One after a rule that always holds first would never be asked (`G-37`).
pub(super) fn routes(
    place: &Place,
    written: &[WrittenRoute],
    names: &Names,
) -> Result<Vec<Route>, Error> {
    let mut routes: Vec<Route> = Vec::new();
    if let Some(route) = written.get(ROUTES_MAX) {
        let message = format!("there are more than {ROUTES_MAX} [[route]]; join some");
        return Err(place.error(&route.queue, message));
    }
    for route in written {
        let queue = position(place, "queue", "queues", &route.queue, names.queues.iter())?;
        let compiled = Route {
            reasons: route.reasons.clone(),
            intents: route.intents.clone(),
            channels: route.channels.as_deref().map(Channels::of),
            languages: route.languages.clone(),
            queue: QueueId(queue as u16),
            priority: route.priority,
            skills: skill_set(place, &route.skills, names.skills)?,
        };
        if let Some(earlier) = routes.iter().position(|earlier| earlier.covers(&compiled)) {
            let message = format!(
                "this [[route]] can never count: the one in place {} holds wherever it does; put \
                 it first, or remove it",
                earlier + 1
            );
            return Err(place.error(&route.queue, message));
        }
        routes.push(compiled);
    }
    Ok(routes)
}

/// What each queue promises, in the order of `queues`.
pub(super) fn promises(
    place: &Place,
    written: &BTreeMap<Spanned<String>, WrittenQueue>,
    queues: &[String],
) -> Result<Vec<Promise>, Error> {
    let mut promises = vec![Promise::default(); queues.len()];
    for (name, queue) in written {
        let index = position(place, "queue", "queues", name, queues.iter())?;
        promises[index] = queue.compile(place, name.get_ref())?;
    }
    Ok(promises)
}

impl WrittenQueue {
    fn compile(&self, place: &Place, name: &str) -> Result<Promise, Error> {
        let target = self.target.as_ref().map(|target| target.get_ref().0);
        if let Some(warning) = &self.warning
            && target.is_none_or(|target| warning.get_ref().0 >= target)
        {
            let message = format!(
                "queue.{name}.warning is how long before its target an alarm is given; write a \
                 `target` that is longer"
            );
            return Err(place.error(warning, message));
        }
        Ok(Promise {
            target,
            warning: self.warning.as_ref().map_or(Duration::ZERO, |warning| warning.get_ref().0),
            ageing: self.ageing.map(|ageing| ageing.0),
        })
    }
}

/// What agents can know, by name.
pub(super) fn skills(place: &Place, written: &[Spanned<String>]) -> Result<Vec<String>, Error> {
    let mut skills: Vec<String> = Vec::new();
    for skill in written {
        let name = skill.get_ref().trim().to_owned();
        let most = usize::from(Skills::MAX);
        if name.is_empty() || skills.contains(&name) || skills.len() == most {
            let message = format!(
                "the skill `{name}` has no name, stands twice or is one too many; name each of \
                 at most {most} once"
            );
            return Err(place.error(skill, message));
        }
        skills.push(name);
    }
    Ok(skills)
}

/// The skills of these names.
pub(super) fn skill_set(
    place: &Place,
    written: &[Spanned<String>],
    skills: &[String],
) -> Result<Skills, Error> {
    written.iter().try_fold(Skills::NONE, |set, name| {
        let index = position(place, "skill", "skills", name, skills.iter())?;
        let skill = u8::try_from(index).ok().and_then(Skills::one);
        Ok(set.and(skill.unwrap_or(Skills::NONE)))
    })
}

pub(super) fn language_skills(
    place: &Place,
    written: &BTreeMap<Language, Spanned<String>>,
    skills: &[String],
) -> Result<[Skills; Language::ALL.len()], Error> {
    let mut by_language = [Skills::NONE; Language::ALL.len()];
    for (language, name) in written {
        let needed = skill_set(place, std::slice::from_ref(name), skills)?;
        by_language[usize::from(language.code())] = needed;
    }
    Ok(by_language)
}
