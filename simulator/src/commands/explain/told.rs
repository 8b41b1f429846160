//! A decision explained, for programs.

use serde_json::{Value, json};
use volley_core::audit::{AiTurn, Evidence};
use volley_core::ladder::Route;
use volley_core::ladder::counterfactual::Counterfactual;
use volley_core::ladder::explain::{Fate, Obstacle, StepTold};
use volley_core::ladder::setting::{Setting, Value as Stand};
use volley_core::policy::Policy;

use super::{Account, Why};

/// All of it as one object.
pub(super) fn json(account: &Account) -> Value {
    let Evidence { decision, reply, policy_by, ai, situation, .. } = &account.evidence;
    let differences = account.differences.iter().map(|it| {
        json!({ "column": it.column, "run": it.run.to_string(), "again": it.again.to_string() })
    });
    let policy = situation.as_ref().map(|situation| &*situation.policy);
    json!({
        "decision": account.id.number(),
        "name": account.id.to_string(),
        "same": account.differences.is_empty(),
        "differences": differences.collect::<Vec<_>>(),
        "text": String::from_utf8_lossy(&reply.text),
        "decided_us": decision.decided_at.as_micros(),
        "policy": {
            "version": format!("{:016x}", decision.policy.0),
            "author": policy_by.as_ref().map(|by| String::from_utf8_lossy(&by.author)),
            "since_us": policy_by.as_ref().map(|by| by.at.as_micros()),
        },
        "route": route(&Route {
            step: decision.step,
            disposition: decision.disposition,
            reason: decision.reason,
        }),
        "verdict": {
            "compliance": decision.verdict.compliance.name(),
            "noise": decision.verdict.noise.map(|noise| noise.name()),
            "intent": decision.verdict.intent.name(),
            "score": decision.verdict.score.as_f64(),
            "second": decision.verdict.second.name(),
            "second_score": decision.verdict.second_score.as_f64(),
            "detail": decision.verdict.detail.name(),
            "signals": decision.verdict.signals.names().collect::<Vec<_>>(),
        },
        "ladder": account.why.as_ref().zip(policy).map(|(why, policy)| ladder(why, policy)),
        "counterfactuals": account.why.as_ref().zip(policy).map(|(why, policy)| otherwise(why, policy)),
        "ai": ai.as_ref().map(turn),
    })
}

fn route(route: &Route) -> Value {
    json!({
        "step": route.step.name(),
        "disposition": route.disposition.name(),
        "reason": route.reason.name(),
    })
}

fn ladder(why: &Why, policy: &Policy) -> Vec<Value> {
    let steps = why.explanation.steps.iter().map(|StepTold { step, fate }| match fate {
        Fate::PassedOver(passed) => {
            let obstacles = passed.obstacles.iter().map(|it| obstacle(it, policy));
            json!({
                "step": step.name(),
                "fate": "passed_over",
                "because": passed.because,
                "obstacles": obstacles.collect::<Vec<_>>(),
            })
        }
        Fate::Matched => json!({ "step": step.name(), "fate": "matched" }),
        Fate::NotReached => json!({ "step": step.name(), "fate": "not_reached" }),
    });
    steps.collect()
}

fn obstacle(Obstacle { now, wanted }: &Obstacle, policy: &Policy) -> Value {
    let wanted = wanted.iter().map(|it| value(*it, policy));
    json!({
        "input": now.factor.to_string(),
        "now": value(*now, policy),
        "wanted": wanted.collect::<Vec<_>>(),
    })
}

fn otherwise(why: &Why, policy: &Policy) -> Vec<Value> {
    let actual = &why.explanation.route;
    let told = why.counterfactuals.iter().map(|one| {
        let Counterfactual { from, to, route: there, size } = one;
        json!({
            "input": from.factor.to_string(),
            "from": value(*from, policy),
            "to": value(*to, policy),
            "size": f64::from(*size) / 10_000.0,
            "flips": one.flips(actual),
            "route": route(there),
        })
    });
    told.collect()
}

/// Numbers stay numbers; times are microseconds since 1970 UTC.
fn value(setting: Setting, policy: &Policy) -> Value {
    match setting.value {
        Stand::Share(score) => json!(score.as_f64()),
        Stand::Count(count) => json!(count),
        Stand::Centicents(count) => json!(f64::from(count) / 100.0),
        Stand::Time(at) => json!(at.as_micros()),
        Stand::Is(is) => json!(is),
        _ => json!(setting.shown(policy)),
    }
}

fn turn(turn: &AiTurn) -> Value {
    let otherwise = turn.otherwise.iter().map(|(confidence, became)| {
        json!({ "confidence": confidence.as_f64(), "became": became.to_string() })
    });
    json!({
        "became": turn.became.map(|(_, became)| became.to_string()),
        "became_us": turn.became.map(|(at, _)| at.as_micros()),
        "answered_us": turn.result.as_ref().map(|(at, _)| at.as_micros()),
        "confidence": turn.result.as_ref().map(|(_, result)| result.confidence.as_f64()),
        "otherwise": otherwise.collect::<Vec<_>>(),
    })
}
