//! What would have had to be otherwise: single changes of a case, each found and proved by running the ladder on it.
//!
//! Nothing here knows a threshold or a rule. Of an input with names every value is tried; of a number or
//! a time the neighbours are tried one after the other, outwards, so that the first that makes a
//! difference is the nearest there is.

use super::situation::{Factor, Setting, Situation};
use super::{Case, Route, route};
use crate::classify::{Compliance, Detail, Intent, Noise, Score, Signals};
use crate::contact::Consent;
use crate::conversation::Owner;
use crate::id::{AgentId, CampaignId};
use crate::message::{Channel, Source};
use crate::policy::{AiMode, HandOff, Policy, Responder, Spent};
use crate::time::Timestamp;

/// Counts are tried up to this far away; what is further is no small change.
const COUNT_DISTANCE_MAX: u16 = 1024;

/// Times are tried minute by minute up to this far away: a week has every hour of every day in it.
const MINUTES_MAX: u64 = 7 * 24 * 60;

const SECOND_MICROS: u64 = 1_000_000;

const MINUTE_MICROS: u64 = 60 * SECOND_MICROS;

/// One change of one input, and where the reply goes then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counterfactual {
    /// How the input is.
    pub from: Setting,
    /// How it would have to be.
    pub to: Setting,
    /// Where the ladder sends the changed case.
    pub route: Route,
    /// How large the change is, in ten-thousandths: of the whole range of a score, of the larger of
    /// two counts, of a day. Another name is a whole.
    pub size: u32,
}

impl Counterfactual {
    /// Whether something else happens, not merely the same for another reason.
    pub fn flips(&self, actual: &Route) -> bool {
        self.route.disposition != actual.disposition
    }
}

/// All single changes that make a difference to what happens or why, the smallest first. Of numbers and
/// times only the nearest on either side is among them.
pub fn counterfactuals(situation: &Situation) -> Vec<Counterfactual> {
    let actual = route(&situation.case());
    let differs = |case: &Case| route(case) != actual;
    let flips = |case: &Case| route(case).disposition != actual.disposition;
    let mut found: Vec<Counterfactual> = Vec::new();
    for factor in Factor::ALL {
        let mut settings = changes(situation, *factor, &differs);
        for setting in changes(situation, *factor, &flips) {
            if !settings.contains(&setting) {
                settings.push(setting);
            }
        }
        found.extend(settings.into_iter().map(|to| proved(situation, to)));
    }
    // Of equal sizes, those first that differ least: they go past the fewest steps.
    let steps = |one: &Counterfactual| one.route.step.code().abs_diff(actual.step.code());
    found.sort_by_key(|one| (one.size, steps(one)));
    found
}

/// Runs the ladder on the changed case.
fn proved(situation: &Situation, to: Setting) -> Counterfactual {
    let from = to.factor().of(situation);
    let mut changed = situation.clone();
    to.put(&mut changed);
    Counterfactual { from, to, route: route(&changed.case()), size: size(from, to) }
}

/// The changes of `factor` after which `wanted` holds: of names all, of numbers and times the nearest on
/// either side.
pub(super) fn changes(
    situation: &Situation,
    factor: Factor,
    wanted: &dyn Fn(&Case) -> bool,
) -> Vec<Setting> {
    let mut changed = situation.clone();
    let mut holds = |setting: &Setting| {
        setting.put(&mut changed);
        wanted(&changed.case())
    };
    let now = factor.of(situation);
    match scale(now) {
        Some(Scale { down, up, at }) => {
            let below = (1..=down).map(|steps| at(-steps)).find(&mut holds);
            let above = (1..=up).map(at).find(&mut holds);
            below.into_iter().chain(above).collect()
        }
        None => names(now, situation)
            .into_iter()
            .filter(|other| *other != now && holds(other))
            .collect(),
    }
}

/// A number or a time, by steps away from where it stands.
struct Scale {
    down: i64,
    up: i64,
    at: Box<dyn Fn(i64) -> Setting>,
}

fn scale(now: Setting) -> Option<Scale> {
    Some(match now {
        Setting::Score(score) => share(score, Setting::Score),
        Setting::SecondScore(score) => share(score, Setting::SecondScore),
        Setting::AiMessages(now) => count(now, Setting::AiMessages),
        Setting::AiSegments(now) => count(now, Setting::AiSegments),
        Setting::ScoreMin(intent, score) => {
            share(score, move |score| Setting::ScoreMin(intent, score))
        }
        Setting::MessagesMax(now) => count(now, Setting::MessagesMax),
        Setting::SegmentsMax(now) => count(now, Setting::SegmentsMax),
        Setting::AttemptsMax(now) => count(now, Setting::AttemptsMax),
        Setting::RapidExchanges(now) => byte(now, Setting::RapidExchanges),
        Setting::Media(now) => byte(now, Setting::Media),
        Setting::Time(now) => minutes(now),
        _ => return None,
    })
}

fn share(now: Score, setting: impl Fn(Score) -> Setting + 'static) -> Scale {
    let Score(now) = now;
    let up = Score::ONE.0.saturating_sub(now);
    let at = move |steps| setting(Score((i64::from(now) + steps) as u16));
    Scale { down: now.into(), up: up.into(), at: Box::new(at) }
}

fn count(now: u16, setting: fn(u16) -> Setting) -> Scale {
    let (down, up) = (now.min(COUNT_DISTANCE_MAX), (u16::MAX - now).min(COUNT_DISTANCE_MAX));
    let at = move |steps| setting((i64::from(now) + steps) as u16);
    Scale { down: down.into(), up: up.into(), at: Box::new(at) }
}

fn byte(now: u8, setting: fn(u8) -> Setting) -> Scale {
    let at = move |steps| setting((i64::from(now) + steps) as u8);
    Scale { down: now.into(), up: (u8::MAX - now).into(), at: Box::new(at) }
}

/// What depends on the hour changes at a full minute: going on in time that minute is tried, going back
/// the second before it.
fn minutes(now: Timestamp) -> Scale {
    let minute = now.as_micros() / MINUTE_MICROS;
    let at = move |steps: i64| {
        let boundary = minute.saturating_add_signed(if steps < 0 { steps + 1 } else { steps });
        let boundary = boundary.saturating_mul(MINUTE_MICROS);
        let back = if steps < 0 { SECOND_MICROS } else { 0 };
        Setting::Time(Timestamp::from_micros(boundary.saturating_sub(back)))
    };
    let steps = |of: u64| i64::try_from(of.min(MINUTES_MAX)).unwrap_or(i64::MAX);
    Scale { down: steps(minute), up: steps(MINUTES_MAX), at: Box::new(at) }
}

/// Every value of an input with names.
fn names(now: Setting, situation: &Situation) -> Vec<Setting> {
    fn all<T: Copy>(values: &[T], setting: fn(T) -> Setting) -> Vec<Setting> {
        values.iter().copied().map(setting).collect()
    }
    let policy = &situation.policy;
    match now {
        Setting::Delivery(now) => vec![Setting::Delivery(!now)],
        Setting::Blocked(now) => vec![Setting::Blocked(!now)],
        Setting::AiTurn(now) => vec![Setting::AiTurn(!now)],
        Setting::RequiredKeyword(now) if !policy.audience.required.is_empty() => {
            vec![Setting::RequiredKeyword(!now)]
        }
        Setting::ExcludedKeyword(now) if !policy.audience.excluded.is_empty() => {
            vec![Setting::ExcludedKeyword(!now)]
        }
        Setting::Compliance(_) => all(Compliance::ALL, Setting::Compliance),
        Setting::Consent(_) => all(Consent::ALL, Setting::Consent),
        Setting::Noise(_) => optional(Noise::ALL, Setting::Noise),
        Setting::Intent(_) => all(Intent::ALL, Setting::Intent),
        Setting::Detail(_) => all(Detail::ALL, Setting::Detail),
        Setting::Channel(_) => all(Channel::ALL, Setting::Channel),
        Setting::SecondIntent(now, _) => second_intents(now, situation),
        Setting::Signals(now) => signals(now),
        Setting::Owner(now) => owners(now),
        Setting::Keyword(_) => {
            let positions: Vec<u8> = (0..=u8::MAX).take(policy.keywords.len()).collect();
            optional(&positions, Setting::Keyword)
        }
        Setting::FirstResponder(intent, _) => Responder::ALL
            .iter()
            .map(|responder| Setting::FirstResponder(intent, *responder))
            .collect(),
        Setting::AiMode(_) => all(AiMode::ALL, Setting::AiMode),
        Setting::HandOff(_) => all(HandOff::ALL, Setting::HandOff),
        Setting::CustomerDay(_) => vec![Setting::CustomerDay(Spent::NOTHING)],
        Setting::BrandDay(_) => vec![Setting::BrandDay(Spent::NOTHING)],
        Setting::Source(_) => all(&sources(policy), Setting::Source),
        Setting::ConversationSource(_) => all(&sources(policy), Setting::ConversationSource),
        _ => Vec::new(),
    }
}

fn optional<T: Copy>(values: &[T], setting: fn(Option<T>) -> Setting) -> Vec<Setting> {
    std::iter::once(None).chain(values.iter().copied().map(Some)).map(setting).collect()
}

/// Another second intent, as sure as the first: it cannot be surer.
fn second_intents(now: Intent, situation: &Situation) -> Vec<Setting> {
    let score = situation.stamp.verdict.score;
    let others = Intent::ALL.iter().filter(|intent| **intent != now);
    let with_score = |intent: &Intent| match intent {
        Intent::Unclear => Setting::SecondIntent(Intent::Unclear, Score::default()),
        _ => Setting::SecondIntent(*intent, score),
    };
    others.map(with_score).collect()
}

/// One signal more or less.
fn signals(now: Signals) -> Vec<Setting> {
    Signals::ALL.iter().map(|(signal, _)| Setting::Signals(Signals(now.0 ^ signal.0))).collect()
}

/// Every other kind of owner.
fn owners(now: Owner) -> Vec<Setting> {
    let owners = [
        Owner::Closed,
        Owner::Automation,
        Owner::Ai,
        Owner::Queue,
        Owner::Human(AgentId(1)),
        Owner::Store,
        Owner::Suspended,
    ];
    owners.into_iter().filter(|owner| owner.kind() != now.kind()).map(Setting::Owner).collect()
}

/// No send, those that the policy names, and one of either kind that it does not name.
fn sources(policy: &Policy) -> Vec<Source> {
    let named = policy.audience.include.iter().chain([&policy.audience.exclude]);
    let (mut campaigns, mut flows) = (Vec::new(), Vec::new());
    for sources in named {
        campaigns.extend(&sources.campaigns);
        flows.extend(&sources.flows);
    }
    let other = |known: &[u32]| known.iter().max().map_or(1, |largest| largest.saturating_add(1));
    campaigns.push(other(&campaigns));
    flows.push(other(&flows));
    let campaigns = campaigns.into_iter().map(|id| Source::Campaign(CampaignId(id)));
    let flows = flows.into_iter().map(|id| Source::Flow(CampaignId(id)));
    let mut sources: Vec<_> =
        std::iter::once(Source::Unprompted).chain(campaigns).chain(flows).collect();
    sources.sort_unstable();
    sources.dedup();
    sources
}

/// The size of a whole change.
const WHOLE: u64 = 10_000;

const DAY_MICROS: u64 = 24 * 60 * MINUTE_MICROS;

fn size(from: Setting, to: Setting) -> u32 {
    let part = |a: u64, b: u64, whole: u64| a.abs_diff(b).saturating_mul(WHOLE) / whole.max(1);
    let counts = |a: u64, b: u64| part(a, b, a.max(b));
    let size = match (from, to) {
        (Setting::Score(a), Setting::Score(b))
        | (Setting::ScoreMin(_, a), Setting::ScoreMin(_, b))
        | (Setting::SecondScore(a), Setting::SecondScore(b)) => {
            part(a.0.into(), b.0.into(), Score::ONE.0.into())
        }
        (Setting::AiMessages(a), Setting::AiMessages(b))
        | (Setting::MessagesMax(a), Setting::MessagesMax(b))
        | (Setting::SegmentsMax(a), Setting::SegmentsMax(b))
        | (Setting::AttemptsMax(a), Setting::AttemptsMax(b))
        | (Setting::AiSegments(a), Setting::AiSegments(b)) => counts(a.into(), b.into()),
        (Setting::RapidExchanges(a), Setting::RapidExchanges(b))
        | (Setting::Media(a), Setting::Media(b)) => counts(a.into(), b.into()),
        (Setting::Time(a), Setting::Time(b)) => part(a.as_micros(), b.as_micros(), DAY_MICROS),
        _ => WHOLE,
    };
    u32::try_from(size).unwrap_or(u32::MAX)
}
