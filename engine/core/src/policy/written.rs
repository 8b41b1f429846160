//! A policy as it is written: TOML in, every key optional, every mistake told with file, line and remedy.

mod answers;
mod channel;
mod consent;
mod desk;
mod keyword;
mod life;
mod money;
mod people;
mod place;
mod tag;
mod texts;
mod time;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::Deserialize;
use toml::Spanned;

use super::roles::Verb;
use super::{
    Error, Evaluation, HandOff, Policy, Responder, Staff, StoreAnswers, Tag, TagSet, Texts,
};
use crate::classify::Intent;
use crate::id::SegmentId;
use crate::message::{Channel, Language};
use crate::reason::Reason;
use crate::service::Role;
use answers::{WrittenAi, WrittenAudience, WrittenScores};
use channel::{WrittenChannel, channels};
use consent::WrittenConsent;
use desk::{WrittenDesk, WrittenQueue, WrittenRoute};
use keyword::{WrittenKeyword, keywords};
use life::{WrittenAccess, WrittenNote, WrittenResume, WrittenStarter};
use money::{WrittenAttribution, WrittenBudget, WrittenPrice};
use people::{Names, WrittenEscalation};
use place::{Place, line_of};
use tag::WrittenTag;
use texts::{WrittenTexts, variables};
use time::{WrittenDeadlines, WrittenHours, WrittenQuietHours, WrittenZone};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Written {
    brand: String,
    hand_off: Spanned<HandOff>,
    hand_off_fallback: Option<Spanned<HandOff>>,
    queues: Vec<Spanned<String>>,
    queue: BTreeMap<Spanned<String>, WrittenQueue>,
    skills: Vec<Spanned<String>>,
    language_skills: BTreeMap<Language, Spanned<String>>,
    desk: WrittenDesk,
    route: Vec<WrittenRoute>,
    first_responder: BTreeMap<Intent, Spanned<Responder>>,
    score_min: WrittenScores,
    ai: WrittenAi,
    budget: WrittenBudget,
    price: WrittenPrice,
    attribution: WrittenAttribution,
    audience: WrittenAudience,
    escalation: BTreeMap<Reason, Spanned<WrittenEscalation>>,
    deadlines: WrittenDeadlines,
    zone: WrittenZone,
    hours: Option<Spanned<WrittenHours>>,
    quiet_hours: Option<Spanned<WrittenQuietHours>>,
    language: Option<Language>,
    variables: BTreeMap<String, Spanned<String>>,
    texts: WrittenTexts,
    keyword: Vec<WrittenKeyword>,
    sticky: bool,
    reply_takes_over: bool,
    store_answers: StoreAnswers,
    resume: WrittenResume,
    access: WrittenAccess,
    roles: BTreeMap<Role, Vec<Verb>>,
    evaluation: BTreeMap<Evaluation, Spanned<f64>>,
    note: Vec<WrittenNote>,
    starter: Vec<WrittenStarter>,
    segments: BTreeMap<String, u32>,
    channel: BTreeMap<Channel, WrittenChannel>,
    consent: WrittenConsent,
    tag: Vec<WrittenTag>,
}

impl Default for Written {
    fn default() -> Self {
        Self {
            brand: "Our shop".to_owned(),
            hand_off: Spanned::new(0..0, HandOff::Queue),
            hand_off_fallback: None,
            queues: vec![Spanned::new(0..0, "people".to_owned())],
            queue: BTreeMap::new(),
            skills: Vec::new(),
            language_skills: BTreeMap::new(),
            desk: WrittenDesk::default(),
            route: Vec::new(),
            first_responder: BTreeMap::new(),
            score_min: WrittenScores::default(),
            ai: WrittenAi::default(),
            budget: WrittenBudget::default(),
            price: WrittenPrice::default(),
            attribution: WrittenAttribution::default(),
            audience: WrittenAudience::default(),
            escalation: BTreeMap::new(),
            deadlines: WrittenDeadlines::default(),
            zone: WrittenZone::default(),
            hours: None,
            quiet_hours: None,
            language: None,
            variables: BTreeMap::new(),
            texts: WrittenTexts::default(),
            keyword: Vec::new(),
            sticky: true,
            reply_takes_over: true,
            store_answers: StoreAnswers::Transfer,
            resume: WrittenResume::default(),
            access: WrittenAccess::default(),
            roles: BTreeMap::new(),
            evaluation: BTreeMap::new(),
            note: Vec::new(),
            starter: Vec::new(),
            segments: BTreeMap::new(),
            channel: BTreeMap::new(),
            consent: WrittenConsent::default(),
            tag: Vec::new(),
        }
    }
}

impl Written {
    pub(super) fn read(source: &str, file: &str) -> Result<Self, Error> {
        toml::from_str(source).map_err(|error| {
            let line = error.span().map_or(0, |span| line_of(source, span.start));
            let message = error.message().trim_end().replace('\n', "; ");
            Error { file: file.to_owned(), line, message }
        })
    }

    pub(super) fn compile(self, source: &str, file: &str) -> Result<Policy, Error> {
        let bare = Place { source, file, variables: BTreeMap::new() };
        let variables = variables(&bare, &self.brand, &self.variables)?;
        let place = &Place { variables, ..bare };
        let texts = self.texts.compile(place, self.hours.is_some())?;
        let segments = self.segments.iter().map(|(name, id)| (name.clone(), SegmentId(*id)));
        let segments = segments.collect();
        self.check_hand_off(place, &texts)?;
        let queues = people::queues(place, &self.queues)?;
        let (tags, tagged) = tag::tags(place, &self.tag, &queues)?;
        let skills = desk::skills(place, &self.skills)?;
        let names = Names { queues: &queues, skills: &skills, tags: &tags };
        let escalations = people::escalations(place, &self.escalation, &names)?;
        let staff = Staff {
            routes: desk::routes(place, &self.route, &names)?,
            promises: desk::promises(place, &self.queue, &queues)?,
            desk: self.desk.compile(),
            language_skills: desk::language_skills(place, &self.language_skills, &skills)?,
            skills: skills.clone(),
        };
        let zone = self.zone.compile(place)?;
        let hours = self.hours.as_ref().map(|hours| hours.get_ref().compile(place, hours, zone));
        let outside = self.hours.as_ref().and_then(|hours| hours.get_ref().outside.as_ref());
        let quiet = self.quiet_hours.as_ref().map(|quiet| quiet.get_ref().compile(place, zone));
        Ok(Policy {
            version: Policy::version_of(source),
            source: Bytes::copy_from_slice(source.as_bytes()),
            first_responder: responders(place, &self.first_responder)?,
            score_min: self.score_min.compile(place)?,
            hand_off: *self.hand_off.get_ref(),
            hand_off_fallback: self.hand_off_fallback.as_ref().map(|target| *target.get_ref()),
            queues,
            staff,
            audience: self.audience.compile(place, &segments)?,
            ai: self.ai.compile(place)?,
            budget: self.budget.compile(place)?,
            prices: self.price.compile(place)?,
            attribution: self.attribution.compile(),
            deadlines: self.deadlines.compile(),
            translations: self.texts.translations(place, &texts)?,
            texts,
            language: self.language,
            segments,
            consent: self.consent.compile(place)?,
            channels: channels(place, &self.channel)?,
            keywords: keywords(place, &self.keyword)?,
            notified: TagSet::of(&tags, |tag| tag.notify),
            calling: TagSet::of(&tags, Tag::calls),
            wants_particulars: tags.iter().any(|tag| !tag.wants.is_empty()),
            tags,
            tagged,
            escalations,
            zone,
            hours: hours.transpose()?,
            hand_off_outside_hours: outside.map(|to| *to.get_ref()),
            quiet_hours: quiet.transpose()?,
            sticky: self.sticky,
            reply_takes_over: self.reply_takes_over,
            store_answers: self.store_answers,
            resume: self.resume.compile(),
            access: self.access.compile(),
            roles: life::roles(&self.roles),
            thresholds: life::thresholds(place, &self.evaluation)?,
            notes: life::notes(place, &self.note, zone)?,
            starters: life::starters(place, &self.starter)?,
            brand: self.brand.clone(),
        })
    }

    /// A target has to exist, and a fallback has to lead elsewhere (`KL-34`, `G-52`).
    fn check_hand_off(&self, place: &Place, texts: &Texts) -> Result<(), Error> {
        let outside = self.hours.as_ref().and_then(|hours| hours.get_ref().outside.as_ref());
        let targets = [
            ("hand_off", Some(&self.hand_off)),
            ("hand_off_fallback", self.hand_off_fallback.as_ref()),
            ("hours.outside", outside),
        ];
        for (key, target) in targets {
            if let Some(target) = target
                && *target.get_ref() == HandOff::Closeout
                && texts.closeout.is_none()
            {
                let message = format!(
                    "{key} = \"closeout\" needs a text to close with; add `closeout` under \
                        [texts] (KL-34)"
                );
                return Err(place.error(target, message));
            }
        }
        match (&self.hand_off_fallback, &self.deadlines.queue) {
            (Some(target), _) if *target.get_ref() == HandOff::Queue => Err(place.error(
                target,
                "hand_off_fallback is for those who waited in a queue; write \"helpdesk\" or \
                    \"closeout\"",
            )),
            (None, Some(after)) => Err(place.error(
                after,
                "deadlines.queue is when the fallback is taken, and there is none; add \
                    `hand_off_fallback`",
            )),
            _ => Ok(()),
        }
    }
}

/// The brand's choice for each intent, or the default: shopping and general questions for the AI,
/// what has to do with money, goods already bought or anger for people, thanks for nobody.
fn responders(
    place: &Place,
    written: &BTreeMap<Intent, Spanned<Responder>>,
) -> Result<[Responder; Intent::ALL.len()], Error> {
    let mut responders = [Responder::Ai; Intent::ALL.len()];
    for (responder, intent) in responders.iter_mut().zip(Intent::ALL) {
        *responder = match intent {
            Intent::ProductQuestion
            | Intent::OrderStatus
            | Intent::StoreInfo
            | Intent::Other
            | Intent::Unclear => Responder::Ai,
            Intent::OrderChange
            | Intent::ReturnRefund
            | Intent::DamagedOrWrongItem
            | Intent::BillingDispute
            | Intent::HumanRequest
            | Intent::ComplaintFrustration
            | Intent::Abuse
            | Intent::AccountHelp => Responder::Human,
            Intent::Acknowledgement | Intent::Spam => Responder::Silence,
        };
        let Some(chosen) = written.get(intent) else { continue };
        if *intent == Intent::Abuse && *chosen.get_ref() != Responder::Human {
            let message = "first_responder.abuse cannot be changed: abuse always goes to people; \
                 remove the line (TX-35)";
            return Err(place.error(chosen, message));
        }
        *responder = *chosen.get_ref();
    }
    Ok(responders)
}
