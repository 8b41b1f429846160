//! How conversations go between AI and people, as it is written: resuming, access, roles, scores, notes,
//! starters.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use toml::Spanned;

use super::place::{Place, Span};
use crate::limits::{NOTES_MAX, STARTERS_MAX};
use crate::policy::access::{Access, AccessSet, Accesses};
use crate::policy::resume::{Resume, ResumeRule};
use crate::policy::roles::{Roles, Verb};
use crate::policy::starter::{Stage, Starter, sends};
use crate::policy::{Error, Evaluation, Note, NoteKind, Thresholds, Zone};
use crate::service::Role;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct WrittenResume {
    rule: ResumeRule,
    flow: Option<ResumeRule>,
    campaign: Option<ResumeRule>,
    after: Span,
    answer_waiting: bool,
}

impl Default for WrittenResume {
    fn default() -> Self {
        Self {
            rule: ResumeRule::Manual,
            flow: None,
            campaign: None,
            after: Span(Resume::USUAL_AFTER),
            answer_waiting: false,
        }
    }
}

impl WrittenResume {
    pub(super) fn compile(&self) -> Resume {
        Resume {
            rule: self.rule,
            flow: self.flow,
            campaign: self.campaign,
            after: self.after.0,
            answer_waiting: self.answer_waiting,
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct WrittenAccess {
    ai: Option<Vec<Access>>,
    human: Option<Vec<Access>>,
}

impl WrittenAccess {
    pub(super) fn compile(&self) -> Accesses {
        let set = |written: &Option<Vec<Access>>| {
            written.as_ref().map_or(AccessSet::ALL, |list| AccessSet::of(list))
        };
        Accesses { ai: set(&self.ai), human: set(&self.human) }
    }
}

pub(super) fn roles(written: &BTreeMap<Role, Vec<Verb>>) -> Roles {
    let mut roles = Roles::default();
    for (role, verbs) in written {
        roles.set(*role, verbs);
    }
    roles
}

pub(super) fn thresholds(
    place: &Place,
    written: &BTreeMap<Evaluation, Spanned<f64>>,
) -> Result<Thresholds, Error> {
    let mut thresholds = Thresholds::default();
    for (evaluation, share) in written {
        let score = place.share(&format!("evaluation.{evaluation}"), share)?;
        thresholds.set(*evaluation, score);
    }
    Ok(thresholds)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenNote {
    about: NoteKind,
    text: Spanned<String>,
    from: Option<Spanned<String>>,
    until: Option<Spanned<String>>,
}

pub(super) fn notes(
    place: &Place,
    written: &[WrittenNote],
    zone: Zone,
) -> Result<Vec<Note>, Error> {
    let day = |key: &str, written: &Option<Spanned<String>>| {
        let date = written.as_ref().map(|date| place.date(key, date)).transpose()?;
        Ok(date.map(|day| zone.midnight(day)))
    };
    let mut notes = Vec::new();
    for note in written {
        let text = note.text.get_ref().trim();
        if text.is_empty() {
            let message = "note.text is empty; write what AI and people are to know";
            return Err(place.error(&note.text, message));
        }
        if notes.len() == NOTES_MAX {
            let message = format!("there are more than {NOTES_MAX} notes; join or remove some");
            return Err(place.error(&note.text, message));
        }
        let (from, until) = (day("note.from", &note.from)?, day("note.until", &note.until)?);
        if let (Some(written), Some(from), Some(until)) = (&note.until, from, until)
            && until <= from
        {
            let message = "note.until is not after note.from, so the note never counts; `until` \
                 is the first day on which it counts no more";
            return Err(place.error(written, message));
        }
        notes.push(Note { about: note.about, text: text.to_owned(), from, until });
    }
    Ok(notes)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenStarter {
    name: Spanned<String>,
    stage: Stage,
    text: Option<String>,
    #[serde(default)]
    campaigns: BTreeSet<u32>,
    #[serde(default)]
    flows: BTreeSet<u32>,
}

pub(super) fn starters(place: &Place, written: &[WrittenStarter]) -> Result<Vec<Starter>, Error> {
    let mut starters: Vec<Starter> = Vec::new();
    for starter in written {
        let name = starter.name.get_ref().trim();
        let twice = starters.iter().any(|other| other.name == name);
        if name.is_empty() || twice || starters.len() == STARTERS_MAX {
            let message = format!(
                "the starter `{name}` has no name, stands twice or is one too many; name each of \
                 at most {STARTERS_MAX} once"
            );
            return Err(place.error(&starter.name, message));
        }
        starters.push(Starter {
            name: name.to_owned(),
            stage: starter.stage,
            text: starter.text.clone().unwrap_or_else(|| starter.stage.template().to_owned()),
            sends: sends(&starter.campaigns, &starter.flows),
        });
    }
    Ok(starters)
}
