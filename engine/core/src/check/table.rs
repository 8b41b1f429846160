//! The decision table: who answers what, asked of the ladder for each intent, channel and hour.

use std::sync::Arc;

use super::witness::Moments;
use crate::budget::BrandDay;
use crate::classify::{Intent, Score, Signals, Verdict};
use crate::contact::{Consent, Contact};
use crate::id::{BrandId, ContactId, Key, PartitionId, SegmentId};
use crate::input::Stamp;
use crate::ladder::counterfactual::sources;
use crate::ladder::situation::Situation;
use crate::ladder::{Route, route};
use crate::message::{Channel, Inbound, Source};
use crate::policy::{Gates, Policy, Responder};
use crate::reason::{Disposition, Step};
use crate::time::Timestamp;

/// Who answers an intent: a row of the decision table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The intent.
    pub intent: Intent,
    /// From this score on; below it, the row of `unclear` counts.
    pub score_min: Score,
    /// How sure the AI has to be, where it answers.
    pub confidence_min: Option<Score>,
    /// Where it goes, by channel and hour; one if it is always the same.
    pub rulings: Vec<Ruling>,
}

/// Where messages go that come by some channels at some hours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// By these channels.
    pub channels: Vec<Channel>,
    /// Only while people work, or only while they do not; none means always.
    pub open: Option<bool>,
    /// There.
    pub route: Route,
}

/// The circumstances of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Circumstances {
    pub(super) channel: Channel,
    pub(super) source: Source,
    pub(super) segments: Vec<SegmentId>,
    pub(super) gates: Gates,
    pub(super) at: Timestamp,
}

/// The decision table, in the order of intents, for first messages that pass the audience's gates. Steps
/// above the intent are not in it.
pub fn table(policy: &Policy) -> Vec<Row> {
    let policy = Arc::new(policy.clone());
    let usual = Circumstances::usual(&policy);
    Intent::ALL.iter().map(|intent| row(&policy, &usual, *intent)).collect()
}

/// Where messages go that would be the AI's, and that the audience's gates keep from it.
pub fn barred(policy: &Policy) -> Vec<Ruling> {
    let policy = Arc::new(policy.clone());
    let for_ai = |intent: &&Intent| policy.first_responder(**intent) == Responder::Ai;
    let Some(intent) = Intent::ALL.iter().find(for_ai) else { return Vec::new() };
    let mut barred: Vec<Ruling> = Vec::new();
    let moments = Moments::of(&policy);
    for (at, open) in [(moments.open, true), (moments.closed, false)] {
        for here in at.into_iter().flat_map(|at| Circumstances::gated(&policy, at)) {
            let route = here.route(&policy, verdict_of(*intent));
            let known = barred.iter().any(|one| one.route == route && one.open == Some(open));
            if route.step == Step::Audience && !known {
                barred.push(Ruling { channels: Vec::new(), open: Some(open), route });
            }
        }
    }
    without_hours(barred)
}

fn row(policy: &Arc<Policy>, usual: &Circumstances, intent: Intent) -> Row {
    let mut rulings: Vec<Ruling> = Vec::new();
    let moments = Moments::of(policy);
    for (at, open) in [(moments.open, true), (moments.closed, false)] {
        let Some(at) = at else { continue };
        for channel in Channel::ALL.iter().copied() {
            let here = Circumstances { channel, at, ..usual.clone() };
            let route = here.route(policy, verdict_of(intent));
            let known = |one: &&mut Ruling| one.open == Some(open) && one.route == route;
            match rulings.iter_mut().find(known) {
                Some(ruling) => ruling.channels.push(channel),
                None => rulings.push(Ruling { channels: vec![channel], open: Some(open), route }),
            }
        }
    }
    let to_ai = rulings.iter().any(|ruling| ruling.route.disposition == Disposition::Ai);
    let confidence_min = to_ai.then_some(policy.ai.confidence_min);
    let rulings = without_hours(rulings);
    Row { intent, score_min: policy.score_min(intent), confidence_min, rulings }
}

/// Rulings that are the same at all hours become one.
fn without_hours(rulings: Vec<Ruling>) -> Vec<Ruling> {
    let mut joined: Vec<Ruling> = Vec::new();
    for ruling in rulings {
        let same =
            |one: &&mut Ruling| (&one.channels, one.route) == (&ruling.channels, ruling.route);
        match joined.iter_mut().find(same) {
            Some(one) => one.open = None,
            None => joined.push(ruling),
        }
    }
    let only_open = joined.iter().all(|one| one.open != Some(false));
    if only_open {
        joined.iter_mut().for_each(|one| one.open = None);
    }
    joined
}

/// The classifier is certain, and a wish for a person is one.
pub(super) fn verdict_of(intent: Intent) -> Verdict {
    let signals = match intent {
        Intent::HumanRequest => Signals::WANTS_PERSON,
        _ => Signals::default(),
    };
    let score = if intent == Intent::Unclear { Score::default() } else { Score::ONE };
    Verdict { intent, score, signals, ..Verdict::default() }
}

impl Circumstances {
    /// Those in which the AI gets its turn, if it ever does: a policy's exceptions are told apart.
    pub(super) fn usual(policy: &Arc<Policy>) -> Self {
        let all = Self::all(policy, Moments::of(policy).any());
        let for_ai = |intent: &&Intent| policy.first_responder(**intent) == Responder::Ai;
        let to_ai = |here: &&Self| {
            let mut intents = Intent::ALL.iter().filter(for_ai);
            intents.any(|intent| {
                here.route(policy, verdict_of(*intent)).disposition == Disposition::Ai
            })
        };
        let first = all.first().cloned();
        all.iter()
            .find(to_ai)
            .cloned()
            .or(first)
            .unwrap_or_else(|| Self::plain(Moments::of(policy).any()))
    }

    fn plain(at: Timestamp) -> Self {
        let (channel, source) = (Channel::Sms, Source::Unprompted);
        Self { channel, source, segments: Vec::new(), gates: Gates::REQUIRED, at }
    }

    /// All channels, sends and segments that the policy may tell apart; words that let the AI in are there.
    pub(super) fn all(policy: &Policy, at: Timestamp) -> Vec<Self> {
        let segments =
            std::iter::once(Vec::new()).chain(policy.segments.values().map(|id| vec![*id]));
        let mut all = Vec::new();
        for segments in segments {
            for source in sources(policy) {
                for channel in Channel::ALL.iter().copied() {
                    let segments = segments.clone();
                    all.push(Self { channel, source, segments, ..Self::plain(at) });
                }
            }
        }
        all
    }

    /// All of these that the audience's gates may keep out, by a channel that the AI may answer on.
    fn gated(policy: &Policy, at: Timestamp) -> Vec<Self> {
        let open = |here: &Self| policy.ai.refusal(here.channel).is_none();
        let all = Self::all(policy, at).into_iter().filter(open);
        let gates = [Gates::default(), Gates::REQUIRED, Gates::EXCLUDED];
        let excludes = !policy.audience.excluded.is_empty();
        let possible = |gates: &Gates| *gates != Gates::EXCLUDED || excludes;
        all.flat_map(|here| {
            let gates = gates.into_iter().filter(possible);
            gates.map(move |gates| Self { gates, ..here.clone() }).collect::<Vec<_>>()
        })
        .collect()
    }

    /// Where the ladder sends the first message of somebody who agreed to be written to.
    pub(super) fn route(&self, policy: &Arc<Policy>, verdict: Verdict) -> Route {
        route(&self.situation(policy, verdict).case())
    }

    pub(super) fn situation(&self, policy: &Arc<Policy>, verdict: Verdict) -> Situation {
        let key = Key { brand: BrandId(1), contact: ContactId(1) };
        let mut contact = Contact::new(key);
        contact.consent = Consent::OptedIn;
        if !self.segments.is_empty() {
            contact.profile_mut().segments = self.segments.clone();
        }
        let reply = Inbound {
            brand: key.brand,
            contact: key.contact,
            channel: self.channel,
            source: self.source,
            ..Inbound::default()
        };
        let stamp =
            Stamp { verdict, gates: self.gates, policy: policy.version, ..Stamp::default() };
        Situation {
            contact,
            first_delivery: true,
            reply,
            stamp,
            brand: BrandDay::new(PartitionId(0), 1),
            policy: Arc::clone(policy),
            at: self.at,
        }
    }
}
