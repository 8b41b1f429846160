//! Budgets that buy nothing, and budgets of a day that are too small to be shared.

use super::{Check, FindingKind, machine};
use crate::classify::Intent;
use crate::limits::PARTITIONS_DEFAULT;
use crate::message::Channel;
use crate::policy::{AiMode, BudgetUnit, Limits, Policy, Responder, Spent};
use crate::segment::channel_limits::ChannelLimits;

/// What a brand finds out only when its AI falls silent.
pub(super) fn check(check: &mut Check) {
    let policy = check.policy;
    let has_work = |intent: &Intent| policy.first_responder(*intent) == Responder::Ai;
    if policy.ai.mode == AiMode::Off || !Intent::ALL.iter().any(has_work) {
        return;
    }
    let budget = &policy.budget;
    let own = [("turn", budget.turn), ("conversation", budget.conversation), ("day", budget.day)];
    for (name, limits) in own.into_iter().chain([("brand_day", budget.brand_day)]) {
        for unit in BudgetUnit::ALL {
            if buys_nothing(policy, &limits, *unit) {
                nothing(check, name, *unit);
            }
        }
    }
    let least = budget.brand_day.share(PARTITIONS_DEFAULT - 1, PARTITIONS_DEFAULT);
    for unit in BudgetUnit::ALL {
        let too_small = buys_nothing(policy, &least, *unit);
        if too_small && !buys_nothing(policy, &budget.brand_day, *unit) {
            too_small_to_share(check, *unit);
        }
    }
}

/// Segments of the shortest answer: none if the AI answers only where there are none.
fn shortest(policy: &Policy) -> u32 {
    let segmented = |channel: &&Channel| ChannelLimits::of(**channel).is_segmented;
    let open = Channel::ALL.iter().filter(|channel| policy.ai.channels.has(**channel));
    u32::from(open.clone().count() == 0 || open.filter(segmented).count() > 0)
}

fn buys_nothing(policy: &Policy, limits: &Limits, unit: BudgetUnit) -> bool {
    let alone = match unit {
        BudgetUnit::Messages => Limits { messages: limits.messages, ..Limits::default() },
        BudgetUnit::Segments => Limits { segments: limits.segments, ..Limits::default() },
        BudgetUnit::Cents => Limits { centicents: limits.centicents, ..Limits::default() },
    };
    alone.room(Spent::NOTHING, shortest(policy), &policy.prices).is_none()
}

fn cost(policy: &Policy) -> f64 {
    f64::from(policy.prices.answer_of(shortest(policy)).centicents) / 100.0
}

fn nothing(check: &mut Check, name: &str, unit: BudgetUnit) {
    let key = format!("budget.{name}_{unit}");
    let why = match unit {
        BudgetUnit::Cents => format!("the shortest answer costs {} cents", cost(check.policy)),
        BudgetUnit::Messages | BudgetUnit::Segments => "it is 0".to_owned(),
    };
    let text = format!(
        "{key} buys no answer of the AI, since {why}; write more, or ai.mode = \"off\" if that is meant"
    );
    let message = check.says(machine::for_ai(check));
    check.find(FindingKind::NeverFires, &key, text, message);
}

fn too_small_to_share(check: &mut Check, unit: BudgetUnit) {
    let key = format!("budget.brand_day_{unit}");
    let partitions = f64::from(PARTITIONS_DEFAULT);
    let enough = match unit {
        BudgetUnit::Cents => (partitions * cost(check.policy)).ceil(),
        BudgetUnit::Messages | BudgetUnit::Segments => partitions,
    };
    let text = format!(
        "{key} is shared by {PARTITIONS_DEFAULT} partitions, and some get too little for a single \
         answer; write at least {enough} (G-105)"
    );
    let message = check.says(machine::for_ai(check));
    let then = "unless the customer is of one of these partitions";
    check.find_then(FindingKind::Overruled, &key, text, message, then);
}
