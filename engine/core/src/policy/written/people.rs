//! How people come in, as it is written: queues and escalations.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::desk::skill_set;
use super::place::Place;
use crate::id::QueueId;
use crate::limits::QUEUES_MAX;
use crate::policy::{
    ALWAYS_ON, Error, Escalation, FOLLOWING, OPTIONAL, ResumeRule, Tag, TagSet, Tier,
};
use crate::reason::Reason;
use crate::service::Priority;

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct WrittenEscalation {
    on: Option<Spanned<bool>>,
    queue: Option<Spanned<String>>,
    to: Option<Spanned<Tier>>,
    announced: Option<Spanned<bool>>,
    tags: Vec<Spanned<String>>,
    resume: Option<Spanned<ResumeRule>>,
    priority: Option<Spanned<Priority>>,
    skills: Vec<Spanned<String>>,
}

/// What an escalation can name.
pub(super) struct Names<'a> {
    pub(super) queues: &'a [String],
    pub(super) skills: &'a [String],
    pub(super) tags: &'a [Tag],
}

pub(super) fn queues(place: &Place, written: &[Spanned<String>]) -> Result<Vec<String>, Error> {
    let mut queues: Vec<String> = Vec::new();
    for queue in written {
        let name = queue.get_ref().trim().to_owned();
        if name.is_empty() || queues.contains(&name) || queues.len() == QUEUES_MAX {
            let message = format!(
                "the queue `{name}` has no name, stands twice or is one too many; name each of at \
                    most {QUEUES_MAX} once"
            );
            return Err(place.error(queue, message));
        }
        queues.push(name);
    }
    if queues.is_empty() {
        let message = "queues is empty, and escalations have to wait somewhere; name one, or \
             remove the line";
        return Err(place.error(&Spanned::new(0..0, ()), message));
    }
    Ok(queues)
}

pub(super) fn escalations(
    place: &Place,
    written: &BTreeMap<Reason, Spanned<WrittenEscalation>>,
    names: &Names,
) -> Result<BTreeMap<Reason, Escalation>, Error> {
    let compiled = written.iter().map(|(reason, written)| {
        let known =
            [&ALWAYS_ON[..], &OPTIONAL, &FOLLOWING].iter().any(|list| list.contains(reason));
        if !known {
            let message =
                format!("nothing about `{reason}` can be set; remove [escalation.{reason}]");
            return Err(place.error(written, message));
        }
        Ok((*reason, written.get_ref().compile(place, *reason, names)?))
    });
    compiled.collect()
}

impl WrittenEscalation {
    fn compile(&self, place: &Place, reason: Reason, names: &Names) -> Result<Escalation, Error> {
        self.check_switch(place, reason)?;
        self.check_destination(place, reason)?;
        if let Some(announced) = &self.announced
            && *announced.get_ref()
            && matches!(reason, Reason::Abusive | Reason::Malicious)
        {
            let message =
                format!("escalation.{reason} is always silent; remove `announced` (TX-35)");
            return Err(place.error(announced, message));
        }
        if let Some(resume) = &self.resume
            && *resume.get_ref() == ResumeRule::Timer
            && reason == Reason::WantsPerson
        {
            let message = "escalation.wants_person.resume is \"timer\", but who asked for a person is \
                 not given back by a clock; write \"manual\" or \"never\" (X-3)";
            return Err(place.error(resume, message));
        }
        let tag_names = names.tags.iter().map(|tag| &tag.name);
        let mut set = TagSet::default();
        for tag in &self.tags {
            set.insert(position(place, "tag", "[[tag]]", tag, tag_names.clone())?);
        }
        let queue = match &self.queue {
            Some(queue) => position(place, "queue", "queues", queue, names.queues.iter())?,
            None => 0,
        };
        Ok(Escalation {
            on: self.on.as_ref().is_none_or(|on| *on.get_ref()),
            queue: QueueId(queue as u16),
            to: self.to.as_ref().map(|to| *to.get_ref()),
            announced: self.announced.as_ref().map(|announced| *announced.get_ref()),
            tags: set,
            resume: self.resume.as_ref().map(|resume| *resume.get_ref()),
            priority: self.priority.as_ref().map_or(Priority::default(), |it| *it.get_ref()),
            skills: skill_set(place, &self.skills, names.skills)?,
        })
    }

    /// What is said about waiting must be about our own queues.
    fn check_destination(&self, place: &Place, reason: Reason) -> Result<(), Error> {
        let Some(to) = self.to.as_ref().filter(|to| *to.get_ref() != Tier::Queue) else {
            return Ok(());
        };
        let said = [
            ("queue", self.queue.as_ref().map(Spanned::span)),
            ("priority", self.priority.as_ref().map(Spanned::span)),
            ("skills", self.skills.first().map(Spanned::span)),
        ];
        for (key, span) in said {
            if let Some(span) = span {
                let message = format!(
                    "escalation.{reason} goes to the {}, where our queues are not; remove `{key}` \
                     or `to`",
                    to.get_ref()
                );
                return Err(place.error(&Spanned::new(span, ()), message));
            }
        }
        Ok(())
    }

    /// Only optional ones can be off, and those that follow from other keys are switched there.
    fn check_switch(&self, place: &Place, reason: Reason) -> Result<(), Error> {
        let Some(on) = &self.on else { return Ok(()) };
        let message = if ALWAYS_ON.contains(&reason) && !*on.get_ref() {
            format!("escalation.{reason} cannot be switched off; remove `on` (G-74)")
        } else if FOLLOWING.contains(&reason) {
            format!(
                "escalation.{reason} follows from other keys, such as [first_responder]; change \
                    those and remove `on`"
            )
        } else {
            return Ok(());
        };
        Err(place.error(on, message))
    }
}

pub(super) fn position<'a>(
    place: &Place,
    what: &str,
    list: &str,
    written: &Spanned<String>,
    names: impl Iterator<Item = &'a String> + Clone,
) -> Result<usize, Error> {
    let name = written.get_ref();
    names.clone().position(|known| known == name).ok_or_else(|| {
        let known: Vec<_> = names.map(String::as_str).collect();
        let mut message = format!("there is no {what} `{name}`; add it to {list}");
        if !known.is_empty() {
            message += &format!(", or use one of those: {}", known.join(", "));
        }
        place.error(written, message)
    })
}
