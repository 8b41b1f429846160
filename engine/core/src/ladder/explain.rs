//! Why a reply went where it went, step by step: which step matched, and what was missing for those before it.
//!
//! An explanation is made by running the ladder, so it cannot say anything else than the ladder does. What a
//! step that was passed over had lacked is found the same way: by the single changes after which that very
//! step would have matched.

use super::counterfactual::changes;
use super::situation::{Factor, Setting, Situation};
use super::{LADDER, Route, Rung, responder, route};
use crate::classify::{Intent, Noise, Signals};
use crate::policy::Policy;
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
    let obstacles = Factor::ALL.iter().map(|factor| Obstacle {
        now: factor.of(situation),
        wanted: changes(situation, *factor, &|case| rung(case).is_some()),
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
        let them = obstacles.iter().filter(|it| it.now.factor().is_policy() == of_policy);
        them.map(|obstacle| obstacle.shown(policy)).collect::<Vec<_>>().join("; ")
    };
    let told = [of(false), of(true)].into_iter().find(|told| !told.is_empty());
    told.unwrap_or_else(|| match step {
        Step::Keyword if policy.keywords.is_empty() => "the policy has no keywords".to_owned(),
        _ => "more than one thing would have to be otherwise".to_owned(),
    })
}

/// The step of intents passes what the AI answers first; which intent that was about is not always the
/// likeliest, since some are not believed and some come second.
fn who_is_first(situation: &Situation) -> String {
    let case = situation.case();
    let verdict = &situation.stamp.verdict;
    let (responder, about) = responder(&case);
    let first = format!("{about} is for the {responder} first");
    let min = situation.policy.score_min(verdict.intent);
    if verdict.score < min && about == Intent::Unclear {
        let shown = |score| Setting::Score(score).shown(&situation.policy);
        let (score, min) = (shown(verdict.score), shown(min));
        return format!("{} at {score} is below its score_min {min}, and {first}", verdict.intent);
    }
    first
}

impl Obstacle {
    /// The obstacle in words.
    pub fn shown(&self, policy: &Policy) -> String {
        match self.now {
            Setting::Delivery(true) => "the message id is new".to_owned(),
            Setting::Blocked(false) => "not blocked".to_owned(),
            Setting::Noise(None) if self.wanted.len() == Noise::ALL.len() => "no noise".to_owned(),
            Setting::Keyword(None) => "no keyword of the brand in it".to_owned(),
            Setting::ExcludedKeyword(false) => "no excluded keyword in it".to_owned(),
            Setting::RequiredKeyword(true) => "a required keyword in it".to_owned(),
            Setting::Signals(now) => self.signals_shown(now),
            now if is_number(now) => {
                format!(
                    "{} is {}, and {} would match",
                    now.label(),
                    now.shown(policy),
                    self.any(policy)
                )
            }
            now => format!("{} is {}, not {}", now.label(), now.shown(policy), self.any(policy)),
        }
    }

    /// Signals are told by what is missing or too much, not by all that is there.
    fn signals_shown(&self, now: Signals) -> String {
        let sets = self.wanted.iter().filter_map(|wanted| match wanted {
            Setting::Signals(signals) => Some(*signals),
            _ => None,
        });
        let missing = sets.clone().fold(0, |all, set| all | set.0 & !now.0);
        let surplus = sets.fold(0, |all, set| all | now.0 & !set.0);
        let list = |bits| Signals(bits).names().collect::<Vec<_>>();
        let missing = (missing > 0).then(|| format!("no sign of {}", any_of(&list(missing))));
        let surplus = (surplus > 0).then(|| format!("signs of {}", any_of(&list(surplus))));
        missing.into_iter().chain(surplus).collect::<Vec<_>>().join("; ")
    }

    fn any(&self, policy: &Policy) -> String {
        let wanted: Vec<_> = self.wanted.iter().map(|wanted| wanted.shown(policy)).collect();
        any_of(&wanted)
    }
}

fn is_number(setting: Setting) -> bool {
    matches!(
        setting.factor(),
        Factor::Score
            | Factor::SecondScore
            | Factor::AiMessages
            | Factor::AiSegments
            | Factor::RapidExchanges
            | Factor::Media
            | Factor::Time
            | Factor::ScoreMin
            | Factor::MessagesMax
            | Factor::SegmentsMax
            | Factor::AttemptsMax
    )
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
