//! Escalations that never come, queues in which nothing waits, and hand-offs that lead nowhere.

use super::{Check, FindingKind, machine, samples};
use crate::id::QueueId;
use crate::message::Channel;
use crate::policy::StoreAnswers;
use crate::policy::roles::Verb;
use crate::reason::{Disposition, Reason};
use crate::service::Role;

pub(super) fn check(check: &mut Check) {
    escalations(check);
    queues(check);
    routes(check);
    hand_offs(check);
    roles(check);
    channels(check);
    store(check);
}

/// What is said about escalations for reasons that never occur under this policy.
fn escalations(check: &mut Check) {
    let written: Vec<_> = check.policy.escalations().map(|(reason, it)| (reason, it.on)).collect();
    for (reason, on) in written {
        if on && !check.reached.reasons.contains(&reason) {
            let key = format!("escalation.{reason}");
            let text = format!(
                "nobody is ever brought in because of `{reason}` under this policy; remove [{key}], or change what keeps it from happening"
            );
            let message = check.says(samples::of_reason(reason));
            check.find(FindingKind::NeverFires, &key, text, message);
        }
    }
}

fn queues(check: &mut Check) {
    let policy = check.policy;
    for (queue, index) in policy.queues.iter().zip(0..).skip(1) {
        if !check.reached.queues.contains(&QueueId(index)) {
            let text = format!(
                "nothing ever waits in the queue `{queue}`; name it in an [escalation] or a [[route]] \
                 that occurs, or remove it"
            );
            let message = check.says(samples::of_reason(Reason::WantsPerson));
            check.find(FindingKind::NeverFires, "queues", text, message);
        }
    }
}

/// Rules about where conversations wait, of which none ever came to wait.
fn routes(check: &mut Check) {
    let policy = check.policy;
    for (index, route) in policy.staff.routes.iter().enumerate() {
        if check.reached.routes.contains(&index) {
            continue;
        }
        let queue = policy.queues.get(usize::from(route.queue.0)).map_or("", String::as_str);
        let text = format!(
            "the {} [[route]], to `{queue}`, never holds: what it is for does not occur, or earlier ones take \
             it; change or remove it",
            ordinal(index + 1)
        );
        let reason = route.reasons.first().copied().unwrap_or(Reason::WantsPerson);
        let by_intent = route.intents.first().map(|intent| samples::of_intent(*intent));
        let message = check.says(by_intent.unwrap_or(samples::of_reason(reason)));
        check.find(FindingKind::NeverFires, "route", text, message);
    }
}

fn ordinal(number: usize) -> String {
    let ending = match (number % 10, number % 100) {
        (1, ..=10 | 21..) => "st",
        (2, ..=10 | 21..) => "nd",
        (3, ..=10 | 21..) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

/// Targets that change nothing, or are never taken.
fn hand_offs(check: &mut Check) {
    let policy = check.policy;
    let message = check.says(machine::for_ai(check));
    if policy.hand_off_outside_hours == Some(policy.hand_off) {
        let text = format!(
            "hours.outside is `{}`, where hand-offs go at all hours; remove it",
            policy.hand_off
        );
        check.find(FindingKind::NeverFires, "hours.outside", text, message.clone());
    }
    let is_fallback_used = !check.reached.queues.is_empty() || !check.reached.outside.is_empty();
    if let (Some(fallback), false) = (policy.hand_off_fallback, is_fallback_used) {
        let text = format!(
            "hand_off_fallback is `{fallback}`, and nothing ever waits in a queue; remove it"
        );
        check.find(FindingKind::NeverFires, "hand_off_fallback", text, message);
    }
}

/// People who are asked and may not answer.
fn roles(check: &mut Check) {
    if check.reached.queues.is_empty() {
        return;
    }
    let may = |verb| Role::ALL.iter().any(|role| check.policy.roles.may(*role, verb));
    let nobody: Vec<_> =
        [Verb::Reply, Verb::SettleHold].into_iter().filter(|it| !may(*it)).collect();
    for verb in nobody {
        let (text, words) = match verb {
            Verb::Reply => {
                let text =
                    "conversations wait for people, and no role may `reply`; add it under [roles]";
                (text, samples::of_reason(Reason::WantsPerson))
            }
            _ => {
                let text = "a possible opt-out waits for a person to decide, and no role may \
                     `settle_hold`; add it under [roles]";
                (text, samples::PERHAPS_OUT)
            }
        };
        let message = check.says(words);
        check.find(FindingKind::Gap, "roles", text.to_owned(), message);
    }
}

/// Channels on which conversations are given to people who cannot answer there (`RU-19`).
fn channels(check: &mut Check) {
    for channel in Channel::ALL.iter().copied() {
        if check.policy.channel(channel).manual_reply {
            continue;
        }
        let message = check.says(samples::of_reason(Reason::WantsPerson)).by(channel);
        if check.bench.decide(&message).disposition == Disposition::Human {
            let key = format!("channel.{channel}.manual_reply");
            let text = format!(
                "people cannot answer by {channel}, and yet get what comes by it; send such escalations \
                 to the store or a helpdesk (RU-19)"
            );
            check.find(FindingKind::Gap, &key, text, message);
        }
    }
}

/// Answers of a store that is never asked.
fn store(check: &mut Check) {
    if check.policy.store_answers == StoreAnswers::Relay && check.reached.outside.is_empty() {
        let text = "store_answers is `relay`, and nothing ever goes to the store; remove it, or name the \
             store in [first_responder] or an [escalation]";
        let message = check.says(samples::of_reason(Reason::HumanFirst));
        check.find(FindingKind::NeverFires, "store_answers", text.to_owned(), message);
    }
}
