//! What can happen under a policy at all: found by letting it happen.
//!
//! Conversations of every kind are led through the engine: each begins with a message that the classifier
//! could have made anything of, and goes on with whatever the AI, people, the store or nobody does. What
//! came up in none of them counts as impossible, so a test shows that under a policy that allows it
//! every reason comes up.

mod story;

use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::Bytes;

use super::table::{Circumstances, verdict_of};
use super::witness::Moments;
use crate::classify::{Compliance, Detail, Intent, Noise, Score, Signals, Verdict};
use crate::contact::Consent;
use crate::effect::{Effect, Outside};
use crate::id::QueueId;
use crate::ladder::counterfactual::sources;
use crate::ladder::route;
use crate::message::{Channel, Language};
use crate::policy::{Gates, Policy, Responder, Route, Spent, TagSet, Waits};
use crate::reason::{Disposition, Reason};
use story::Stage;

/// All that came up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    /// Why replies and conversations went where they went.
    pub reasons: BTreeSet<Reason>,
    /// Queues in which one waited.
    pub queues: BTreeSet<QueueId>,
    /// Rules about where to wait that held, by their positions.
    pub routes: BTreeSet<usize>,
    /// Systems outside that were given one.
    pub outside: BTreeSet<Outside>,
    /// Tags that were given.
    pub tags: TagSet,
    /// What was said to customers.
    pub texts: BTreeSet<Bytes>,
    /// Whether the AI was ever asked.
    pub ai: bool,
}

impl Reached {
    /// Notes what an engine under `policy` wants done about somebody who reads `language`.
    fn note(&mut self, effects: &[Effect], policy: &Policy, language: Option<Language>) {
        for effect in effects {
            match effect {
                Effect::Decide(decision) => _ = self.reasons.insert(decision.reason),
                Effect::Offer(offer) => {
                    self.reasons.insert(offer.reason);
                    self.queues.insert(offer.queue);
                    let (reason, intent, channel) = (offer.reason, offer.intent, offer.channel);
                    let waits = Waits { reason, intent, channel, language };
                    let routes = &policy.staff.routes;
                    self.routes.extend(routes.iter().position(|route| route.holds(&waits)));
                }
                Effect::HandOver(handed) => {
                    self.reasons.insert(handed.reason);
                    self.outside.insert(handed.to);
                }
                Effect::Event(event) => _ = self.reasons.insert(event.reason),
                Effect::Tag(tagging) => self.tags = self.tags.and(tagging.tags),
                Effect::Send(send) => _ = self.texts.insert(send.text.clone()),
                Effect::AskAi(_) => self.ai = true,
                _ => {}
            }
        }
    }
}

/// How a conversation begins.
#[derive(Clone, Debug)]
struct Opening {
    here: Circumstances,
    verdict: Verdict,
    keyword: Option<u8>,
    consent: Consent,
    language: Option<Language>,
    /// Whether all that may follow is played too.
    goes_on: bool,
}

/// Leads conversations of every kind through the engine.
pub fn reach(policy: &Policy) -> Reached {
    let mut reached = Reached::default();
    let policy = Arc::new(policy.clone());
    let stage = Stage::new(&policy);
    let usual = Circumstances::usual(&policy);
    for at in Moments::of(&policy).iter() {
        let usual = Circumstances { at, ..usual.clone() };
        for opening in openings(&policy, &usual) {
            stage.play(&opening, &mut reached);
        }
    }
    brand_is_out_of_money(&policy, &usual, &mut reached);
    reached
}

/// No single customer can spend what a brand may spend, so the ladder is asked what then happens.
fn brand_is_out_of_money(policy: &Arc<Policy>, usual: &Circumstances, reached: &mut Reached) {
    for intent in Intent::ALL {
        let mut situation = usual.situation(policy, verdict_of(*intent));
        let all = Spent { messages: u32::MAX, segments: u32::MAX, centicents: u32::MAX };
        let (contact, at) = (&situation.contact, situation.at);
        situation.brand = situation.brand.with_taken(all, contact, policy, at);
        reached.reasons.insert(route(&situation.case()).reason);
    }
}

fn openings(policy: &Arc<Policy>, usual: &Circumstances) -> Vec<Opening> {
    let begin = |verdict| Opening {
        here: usual.clone(),
        verdict,
        keyword: None,
        consent: Consent::OptedIn,
        language: None,
        goes_on: true,
    };
    let mut openings: Vec<_> = verdicts().into_iter().map(begin).collect();
    let aside = |verdict| Opening { goes_on: false, ..begin(verdict) };
    for verdict in one_of_each(policy, usual) {
        let elsewhere = elsewhere(policy, usual).into_iter();
        openings.extend(elsewhere.map(|here| Opening { here, ..aside(verdict) }));
        let consents = Consent::ALL.iter();
        openings.extend(consents.map(|consent| Opening { consent: *consent, ..aside(verdict) }));
        let languages = policy.languages().map(Some);
        openings.extend(languages.map(|language| Opening { language, ..begin(verdict) }));
    }
    for route in &policy.staff.routes {
        openings.extend(openings_for(route, usual).into_iter().flat_map(|opening| {
            verdicts().into_iter().map(move |verdict| Opening { verdict, ..opening.clone() })
        }));
    }
    for (keyword, index) in policy.keywords.iter().zip(0..) {
        for source in sources(policy).into_iter().filter(|source| keyword.answers(*source)) {
            let here = Circumstances { source, ..usual.clone() };
            openings.push(Opening { here, keyword: Some(index), ..begin(Verdict::default()) });
        }
    }
    openings
}

/// Openings by the channels and in the languages that a rule about where to wait is for.
fn openings_for(route: &Route, usual: &Circumstances) -> Vec<Opening> {
    let named = |channel: &&Channel| route.channels.is_none_or(|channels| channels.has(**channel));
    let channels: Vec<_> = match route.channels {
        None => vec![usual.channel],
        Some(_) => Channel::ALL.iter().filter(named).copied().collect(),
    };
    let languages: Vec<_> = match route.languages.is_empty() {
        true => vec![None],
        false => route.languages.iter().copied().map(Some).collect(),
    };
    let both = channels.iter().flat_map(|channel| languages.iter().map(move |it| (*channel, *it)));
    let opening = |(channel, language)| Opening {
        here: Circumstances { channel, ..usual.clone() },
        verdict: Verdict::default(),
        keyword: None,
        consent: Consent::OptedIn,
        language,
        goes_on: true,
    };
    both.map(opening).collect()
}

/// All that the classifier may make of a message, one thing at a time.
fn verdicts() -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    for intent in Intent::ALL.iter().copied() {
        let plain = verdict_of(intent);
        verdicts.push(Verdict { score: Score::default(), ..plain });
        verdicts.extend(Detail::ALL.iter().map(|detail| Verdict { detail: *detail, ..plain }));
        let signals = Signals::ALL.iter().map(|(signal, _)| plain.signals.with(*signal));
        verdicts.extend(signals.map(|signals| Verdict { signals, ..plain }));
    }
    let compliance = Compliance::ALL.iter().copied();
    verdicts.extend(compliance.map(|compliance| Verdict { compliance, ..Verdict::default() }));
    let noise = Noise::ALL.iter().map(|noise| Some(*noise));
    verdicts.extend(noise.map(|noise| Verdict { noise, ..Verdict::default() }));
    verdicts
}

/// One verdict for each place that messages can go to, those for the AI, and those of compliance.
fn one_of_each(policy: &Arc<Policy>, usual: &Circumstances) -> Vec<Verdict> {
    let mut known: Vec<Disposition> = Vec::new();
    let mut verdicts = Vec::new();
    for intent in Intent::ALL.iter().copied() {
        let verdict = verdict_of(intent);
        let disposition = usual.route(policy, verdict).disposition;
        if !known.contains(&disposition) || policy.first_responder(intent) == Responder::Ai {
            known.push(disposition);
            verdicts.push(verdict);
        }
    }
    let compliance = [Compliance::OptOut, Compliance::OptIn, Compliance::Help];
    verdicts.extend(compliance.map(|compliance| Verdict { compliance, ..Verdict::default() }));
    verdicts
}

/// Circumstances that differ from the usual in one thing.
fn elsewhere(policy: &Policy, usual: &Circumstances) -> Vec<Circumstances> {
    let mut elsewhere = Vec::new();
    let channels = Channel::ALL.iter();
    elsewhere.extend(channels.map(|channel| Circumstances { channel: *channel, ..usual.clone() }));
    let sources = sources(policy).into_iter();
    elsewhere.extend(sources.map(|source| Circumstances { source, ..usual.clone() }));
    let segments = policy.segments.values().map(|id| vec![*id]).chain([Vec::new()]);
    elsewhere.extend(segments.map(|segments| Circumstances { segments, ..usual.clone() }));
    let gates = [Gates::default(), Gates::REQUIRED, Gates::EXCLUDED];
    elsewhere.extend(gates.map(|gates| Circumstances { gates, ..usual.clone() }));
    elsewhere
}
