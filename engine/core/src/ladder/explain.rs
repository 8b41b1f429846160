//! Why a reply went where it went, step by step: which step matched, and what was missing for those before it.
//!
//! An explanation is made by running the ladder, so it cannot say anything else than the ladder does. What a
//! step that was passed over had lacked is found the same way: by the single changes after which that very
//! step would have matched.

use super::counterfactual::changes;
use super::factor::Factor;
use super::setting::{Setting, Value, score_shown};
use super::situation::Situation;
use super::{LADDER, Route, Rung, responder, route};
use crate::classify::{Intent, Noise};
use crate::policy::{Policy, Responder};
use crate::reason::Step;

/// Why a reply went where it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Where it went.
    pub route: Route,
    /// The steps of the ladder, in order.
    pub steps: Vec<StepTold>,
}

/// What became of one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepTold {
    /// The step.
    pub step: Step,
    /// What became of it.
    pub fate: Fate,
}

/// What became of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It did not match.
    PassedOver(PassedOver),
    /// It decided.
    Matched,
    /// A step before it had decided.
    NotReached,
}

/// Why a step did not match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassedOver {
    /// The reason in words.
    pub because: String,
    /// Each input that alone was in the way.
    pub obstacles: Vec<Obstacle>,
}

/// An input that kept a step from matching.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacle {
    /// How it is.
    pub now: Setting,
    /// How it would have to be: any one of these. Of numbers the nearest on either side.
    pub wanted: Vec<Setting>,
}

/// Explains where the ladder sends a reply.
pub fn explain(situation: &Situation) -> Explanation {
    let mut is_decided = false;
    let steps = LADDER.map(|(step, rung)| {
        let fate = if is_decided {
            Fate::NotReached
        } else if rung(&situation.case()).is_some() {
            is_decided = true;
            Fate::Matched
        } else {
            Fate::PassedOver(passed_over(situation, step, rung))
        };
        StepTold { step, fate }
    });
    Explanation { route: route(&situation.case()), steps: steps.into() }
}

fn passed_over(situation: &Situation, step: Step, rung: Rung) -> PassedOver {
    let obstacles = obstacles(situation, rung);
    PassedOver { because: because(situation, step, &obstacles), obstacles }
}

/// The inputs of which each alone, if it were otherwise, would make the step match.
fn obstacles(situation: &Situation, rung: Rung) -> Vec<Obstacle> {
    let factors = Factor::all(situation).into_iter();
    let obstacles = factors.map(|factor| Obstacle {
        now: factor.of(situation),
        wanted: changes(situation, factor, &|case| rung(case).is_some()),
    });
    obstacles.filter(|obstacle| !obstacle.wanted.is_empty()).collect()
}

fn because(situation: &Situation, step: Step, obstacles: &[Obstacle]) -> String {
    if step == Step::Intent {
        return who_is_first(situation);
    }
    let policy = &situation.policy;
    // What the policy could say otherwise is worth a word only where nothing in the case could be.
    let of = |of_policy| {
        let them = obstacles.iter().filter(|it| it.now.factor.is_policy() == of_policy);
        them.map(|obstacle| obstacle.shown(policy)).collect::<Vec<_>>().join("; ")
    };
    let told = [of(false), of(true)].into_iter().find(|told| !told.is_empty());
    told.unwrap_or_else(|| match step {
        Step::Keyword if policy.keywords.is_empty() => "the policy has no keywords".to_owned(),
        Step::Audience => who_is_first(situation),
        _ => "more than one thing would have to be otherwise".to_owned(),
    })
}

/// The step of intents passes what the AI answers first; which intent that was about is not always the
/// likeliest, since some are not believed and some come second.
fn who_is_first(situation: &Situation) -> String {
    let case = situation.case();
    let verdict = &situation.stamp.verdict;
    let (responder, about) = responder(&case);
    let first = match responder {
        Responder::Ai => format!("{about} is for the AI first"),
        Responder::Human => format!("{about} is for people first"),
        Responder::Store => format!("{about} is for the store first"),
        Responder::Silence => format!("{about} is for nobody"),
    };
    let min = situation.policy.score_min(verdict.intent);
    if verdict.score < min && about == Intent::Unclear {
        let (intent, score) = (verdict.intent, score_shown(verdict.score));
        let min = score_shown(min);
        return format!("{intent} at {score} is below its score_min {min}, and {first}");
    }
    first
}

impl Obstacle {
    /// The obstacle in words.
    pub fn shown(&self, policy: &Policy) -> String {
        let Setting { factor, value } = self.now;
        let now = self.now.shown(policy);
        match (factor, value) {
            (Factor::NewMessage, Value::Is(true)) => "the message id is new".to_owned(),
            (Factor::Blocked, Value::Is(false)) => "not blocked".to_owned(),
            (Factor::Noise, Value::Maybe(None)) if self.wanted.len() == Noise::ALL.len() => {
                "no noise".to_owned()
            }
            (Factor::Keyword, Value::Maybe(None)) => "no keyword of the brand in it".to_owned(),
            (Factor::ExcludedKeyword, Value::Is(false)) => "no excluded keyword in it".to_owned(),
            (Factor::RequiredKeyword, Value::Is(true)) => "a required keyword in it".to_owned(),
            (_, Value::Set(bits)) => self.set_shown(bits, policy),
            (_, Value::Share(_) | Value::Count(_) | Value::Centicents(_) | Value::Time(_)) => {
                format!("{factor} is {now}, and {} would match", self.any(policy))
            }
            _ => format!("{factor} is {now}, not {}", self.any(policy)),
        }
    }

    /// Sets are told by what is missing or too much, not by all that is there.
    fn set_shown(&self, now: u64, policy: &Policy) -> String {
        let factor = self.now.factor;
        let sets = self.wanted.iter().filter_map(|wanted| match wanted.value {
            Value::Set(bits) => Some(bits),
            _ => None,
        });
        let missing = sets.clone().fold(0, |all, set| all | set & !now);
        let surplus = sets.fold(0, |all, set| all | now & !set);
        let told = |bits, how| {
            (bits > 0).then(|| format!("{how} {}", any_of(&factor.members(bits, policy))))
        };
        let name = match factor {
            Factor::Signals => "sign of".to_owned(),
            _ => format!("{factor}"),
        };
        let parts = [told(missing, format!("no {name}")), told(surplus, name)];
        parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
    }

    fn any(&self, policy: &Policy) -> String {
        let wanted: Vec<_> = self.wanted.iter().map(|wanted| wanted.shown(policy)).collect();
        any_of(&wanted)
    }
}

/// Words that are told one by one before the rest is only counted.
const TOLD_MAX: usize = 4;

/// `a`, `a or b`, `a, b or c`; of many the first, and how many others.
pub fn any_of<T: AsRef<str>>(words: &[T]) -> String {
    let mut words: Vec<_> = words.iter().map(|word| word.as_ref().to_owned()).collect();
    if words.len() > TOLD_MAX {
        let rest = words.split_off(TOLD_MAX - 1).len();
        words.push(format!("{rest} others"));
    }
    match words.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_joined_as_people_do() {
        let check = |words: &[&str], joined: &str| assert_eq!(any_of(words), joined);
        check(&["a"], "a");
        check(&["a", "b"], "a or b");
        check(&["a", "b", "c", "d"], "a, b, c or d");
        check(&["a", "b", "c", "d", "e"], "a, b, c or 2 others");
    }
}
