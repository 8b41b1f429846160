//! The desk as it is written: skills, what queues promise, how work is given out.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use toml::Spanned;

use super::people::position;
use super::place::{Place, Span};
use crate::message::Language;
use crate::policy::{DeskRules, Error, Promise};
use crate::service::{Skills, Strategy};

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
