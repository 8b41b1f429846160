//! An AI that is asked and can never answer, or that is never asked; tags and scores that come from it.

use super::{Check, FindingKind, samples, table};
use crate::classify::Intent;
use crate::message::Channel;
use crate::policy::{AiMode, Evaluation, PostAction, Responder, SYSTEM_TAGS, TagSet};
use crate::reason::{Disposition, Reason};

pub(super) fn check(check: &mut Check) {
    channels(check);
    tags(check);
    scores(check);
    attempts(check);
}

/// A message for the AI, as the brand wants it.
pub(super) fn for_ai(check: &Check) -> &'static str {
    let policy = check.policy;
    let first = |intent: &&Intent| policy.first_responder(**intent) == Responder::Ai;
    samples::of_intent(Intent::ALL.iter().skip(1).find(first).copied().unwrap_or_default())
}

fn channels(check: &mut Check) {
    let ai = &check.policy.ai;
    let open = Channel::ALL.iter().any(|channel| ai.channels.has(*channel));
    let has_work = |intent: &Intent| check.policy.first_responder(*intent) == Responder::Ai;
    if ai.mode != AiMode::Off && !open && Intent::ALL.iter().any(has_work) {
        let text = "ai.channels names no channel, so the AI never answers; write ai.mode = \"off\" if that \
             is meant";
        let message = check.says(for_ai(check));
        check.find(FindingKind::NeverFires, "ai.channels", text.to_owned(), message);
    }
}

/// Tags that come up in no conversation, and instructions that the AI never reads.
fn tags(check: &mut Check) {
    let policy = check.policy;
    let rows = table(policy);
    let to_ai = |intent: Intent| {
        let row = rows.iter().find(|row| row.intent == intent);
        row.is_some_and(|row| row.rulings.iter().any(|it| it.route.disposition == Disposition::Ai))
    };
    for (index, tag) in policy.tags.iter().enumerate().skip(SYSTEM_TAGS.len()) {
        let one = TagSet::one(index);
        let carries = |intent: &&Intent| !policy.tagged(**intent).tags.within(one).is_empty();
        let intents: Vec<_> = Intent::ALL.iter().filter(carries).collect();
        let by_intent = intents.iter().any(|intent| to_ai(**intent));
        let escalated = policy.escalations().any(|(_, it)| !it.tags.within(one).is_empty());
        let is_told = tag.after != PostAction::GoOn || !tag.instructions.is_empty();
        let name = &tag.name;
        let text = if check.reached.tags.within(one).is_empty() {
            format!(
                "the tag `{name}` is never given: the AI is never asked about such messages, and no escalation gives it"
            )
        } else if intents.is_empty() || by_intent {
            // A tag without intents is one that the AI gives of its own accord.
            continue;
        } else if escalated && !is_told {
            continue;
        } else {
            format!(
                "the tag `{name}` does nothing by its intents: none of them goes to the AI; change \
                 [first_responder]"
            )
        };
        let sample = intents.first().map_or(for_ai(check), |intent| samples::of_intent(**intent));
        let message = check.says(sample);
        check.find(FindingKind::NeverFires, "tag", text, message);
    }
}

/// Thresholds for scores of an AI that is never listened to.
fn scores(check: &mut Check) {
    if check.reached.reasons.contains(&Reason::ScoreThreshold) {
        return;
    }
    for evaluation in Evaluation::ALL {
        if check.policy.thresholds.of(*evaluation).is_some() {
            let key = format!("evaluation.{evaluation}");
            let text =
                format!("{key} brings nobody in: no answer of the AI is ever scored; remove it");
            let message = check.says(for_ai(check));
            check.find(FindingKind::NeverFires, &key, text, message);
        }
    }
}

/// A patience that ends after the budget.
fn attempts(check: &mut Check) {
    let reason = Reason::FrustratedAfterAttempts;
    let wanted = check.policy.escalation(reason).on && check.reached.ai;
    let written = check.policy.escalations().any(|(other, _)| other == reason);
    if wanted && !written && !check.reached.reasons.contains(&reason) {
        let text = format!(
            "ai.attempts_max is {}, and the AI never gets to answer that often; write less, or allow it \
             more messages in [budget]",
            check.policy.ai.attempts_max
        );
        let message = check.says(samples::of_reason(reason));
        check.find(FindingKind::NeverFires, "ai.attempts_max", text, message);
    }
}
