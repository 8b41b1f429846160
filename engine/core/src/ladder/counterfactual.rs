//! What would have had to be otherwise: single changes of a case, each found and proved by running the ladder on it.
//!
//! Nothing here knows a threshold or a rule. Of an input with names every value is tried; of a number or
//! a time the neighbours are tried one after the other, outwards, so that the first that makes a
//! difference is the nearest there is.

use super::factor::Factor;
use super::setting::{Setting, Value};
use super::situation::Situation;
use super::{Case, Route, route};
use crate::classify::Score;
use crate::id::CampaignId;
use crate::message::Source;
use crate::policy::Policy;
use crate::time::{Deadline, Timestamp};

/// Counts are tried one by one up to this far away. Further on in leaps of twice the length, and within the
/// leap that makes a difference by halves: what counts has one threshold, if any.
const NEAR: i64 = 64;

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
    for factor in Factor::all(situation) {
        let mut settings = changes(situation, factor, &differs);
        for setting in changes(situation, factor, &flips) {
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
    let from = to.factor.of(situation);
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
    let now = factor.of(situation);
    let mut changed = situation.clone();
    let mut holds = |value: Value| {
        let setting = Setting { factor, value };
        setting.put(&mut changed);
        wanted(&changed.case()).then_some(setting)
    };
    match scale(now) {
        Some(Scale { down, up, near, at }) => {
            let below = nearest(down, near, |steps| holds(at(-steps)));
            let above = nearest(up, near, |steps| holds(at(steps)));
            below.into_iter().chain(above).collect()
        }
        None => {
            let others = others(now, situation).into_iter().filter(|value| *value != now.value);
            others.filter_map(holds).collect()
        }
    }
}

/// A number or a time, by steps away from where it stands.
struct Scale {
    down: i64,
    up: i64,
    /// So many steps are tried one by one.
    near: i64,
    at: Box<dyn Fn(i64) -> Value>,
}

fn scale(now: Setting) -> Option<Scale> {
    match now.value {
        Value::Share(Score(now)) => {
            let up = Score::ONE.0.saturating_sub(now);
            let at = move |steps| Value::Share(Score((i64::from(now) + steps) as u16));
            Some(Scale { down: now.into(), up: up.into(), near: i64::MAX, at: Box::new(at) })
        }
        Value::Count(count) => Some(counts(count, now.factor.most(), Value::Count)),
        Value::Centicents(count) => Some(counts(count, now.factor.most(), Value::Centicents)),
        Value::Time(now) => Some(minutes(now)),
        _ => None,
    }
}

fn counts(count: u32, most: u32, value: fn(u32) -> Value) -> Scale {
    let up = most.saturating_sub(count);
    let at = move |steps| value((i64::from(count) + steps) as u32);
    Scale { down: count.into(), up: up.into(), near: NEAR, at: Box::new(at) }
}

/// The first of `limit` steps that holds.
fn nearest<T>(limit: i64, near: i64, mut holds: impl FnMut(i64) -> Option<T>) -> Option<T> {
    let near = near.min(limit);
    if let Some(found) = (1..=near).find_map(&mut holds) {
        return Some(found);
    }
    let mut not_yet = near;
    while not_yet < limit {
        let mut then = not_yet.saturating_mul(2).clamp(1, limit);
        let Some(mut found) = holds(then) else {
            not_yet = then;
            continue;
        };
        while then - not_yet > 1 {
            let middle = not_yet + (then - not_yet) / 2;
            match holds(middle) {
                Some(nearer) => (then, found) = (middle, nearer),
                None => not_yet = middle,
            }
        }
        return Some(found);
    }
    None
}

/// What depends on the hour changes at a full minute: going on in time that minute is tried, going back
/// the second before it.
fn minutes(now: Timestamp) -> Scale {
    let minute = now.as_micros() / MINUTE_MICROS;
    let at = move |steps: i64| {
        let boundary = minute.saturating_add_signed(if steps < 0 { steps + 1 } else { steps });
        let boundary = boundary.saturating_mul(MINUTE_MICROS);
        let back = if steps < 0 { SECOND_MICROS } else { 0 };
        Value::Time(Timestamp::from_micros(boundary.saturating_sub(back)))
    };
    let steps = |of: u64| i64::try_from(of.min(MINUTES_MAX)).unwrap_or(i64::MAX);
    let (down, up) = (steps(minute), steps(MINUTES_MAX));
    Scale { down, up, near: i64::MAX, at: Box::new(at) }
}

/// Every other value of an input that has no order.
fn others(now: Setting, situation: &Situation) -> Vec<Value> {
    let (factor, policy) = (now.factor, &situation.policy);
    let words = factor.words(policy).len();
    let codes = 0..u8::try_from(words).unwrap_or(u8::MAX);
    match now.value {
        Value::Is(is) if is_possible(factor, policy) => vec![Value::Is(!is)],
        Value::Word(_) => codes.map(Value::Word).collect(),
        Value::Maybe(_) => std::iter::once(None).chain(codes.map(Some)).map(Value::Maybe).collect(),
        Value::Set(bits) => (0..words).map(|bit| Value::Set(bits ^ 1 << bit)).collect(),
        Value::Source(_) => sources(policy).into_iter().map(Value::Source).collect(),
        Value::Since(_) => {
            vec![Value::Since(None), Value::Since(Some(Deadline::not_before(situation.at)))]
        }
        _ => Vec::new(),
    }
}

/// Whether a policy lets it be so at all: without such words there are no such words in a message.
fn is_possible(factor: Factor, policy: &Policy) -> bool {
    match factor {
        Factor::RequiredKeyword => !policy.audience.required.is_empty(),
        Factor::ExcludedKeyword => !policy.audience.excluded.is_empty(),
        Factor::Automation => policy.keywords.iter().any(|keyword| !keyword.then.is_empty()),
        _ => true,
    }
}

/// No send, those that the policy names, and one of either kind that it does not name.
pub fn sources(policy: &Policy) -> Vec<Source> {
    let audience = policy.audience.include.iter().chain([&policy.audience.exclude]);
    let keywords = policy.keywords.iter().filter_map(|keyword| keyword.sends.as_ref());
    let starters = policy.starters.iter().map(|starter| &starter.sends);
    let named = audience.chain(keywords).chain(starters);
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
    let size = match (from.value, to.value) {
        (Value::Share(a), Value::Share(b)) => part(a.0.into(), b.0.into(), Score::ONE.0.into()),
        (Value::Count(a), Value::Count(b)) | (Value::Centicents(a), Value::Centicents(b)) => {
            part(a.into(), b.into(), a.max(b).into())
        }
        (Value::Time(a), Value::Time(b)) => part(a.as_micros(), b.as_micros(), DAY_MICROS),
        _ => WHOLE,
    };
    u32::try_from(size).unwrap_or(u32::MAX)
}
