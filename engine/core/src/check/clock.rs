//! States that end by no time anybody would wait for, and hours that contradict each other.

use super::{Check, FindingKind, machine, samples};
use crate::policy::ResumeRule;
use crate::policy::resume::Resume;
use crate::reason::Reason;

pub(super) fn check(check: &mut Check) {
    deadlines(check);
    fallback(check);
    resume(check);
    nights(check);
}

/// The longest that any state may last before it counts as never ending.
const STATE_DAYS_MAX: u64 = 30;

/// Every open state has a deadline by construction (`OT-28`). One after weeks is none to a customer.
fn deadlines(check: &mut Check) {
    let (ai, deadlines) = (&check.policy.ai, &check.policy.deadlines);
    let asked = machine::for_ai(check);
    let person = samples::of_reason(Reason::WantsPerson);
    let states = [
        ("ai.deadline", ai.deadline, asked, "and the AI says nothing"),
        ("deadlines.inactive", deadlines.inactive, asked, "and the customer says no more"),
        (
            "deadlines.unattended",
            deadlines.unattended,
            person,
            "and nobody takes it from the queue",
        ),
        ("deadlines.human", deadlines.human, person, "and an agent takes it and goes home"),
        ("deadlines.hold", deadlines.hold, samples::PERHAPS_OUT, "and nobody decides about it"),
        (
            "deadlines.suspended",
            deadlines.suspended,
            asked,
            "and the customer never sends what was asked for",
        ),
        ("deadlines.store", deadlines.store, person, "and the store is not heard of again"),
    ];
    for (key, lasts, words, then) in states {
        let days = lasts.as_secs() / 86_400;
        if days > STATE_DAYS_MAX {
            let text = format!(
                "{key} is {days} days, which is as good as never; write at most {STATE_DAYS_MAX} days"
            );
            let message = check.says(words);
            check.find_then(FindingKind::NoDeadline, key, text, message, then);
        }
    }
}

/// An alarm that comes after what it warns of.
fn fallback(check: &mut Check) {
    let (policy, deadlines) = (check.policy, &check.policy.deadlines);
    if policy.hand_off_fallback.is_some() && deadlines.queue <= deadlines.unattended {
        let text = "deadlines.queue ends before deadlines.unattended, so the alarm never comes before the \
             fallback is taken; write a shorter deadlines.unattended (TX-52)";
        let message = check.says(samples::of_reason(Reason::WantsPerson));
        let then = "and nobody takes it from the queue";
        check.find_then(
            FindingKind::NeverFires,
            "deadlines.unattended",
            text.to_owned(),
            message,
            then,
        );
    }
}

/// A time after which nothing resumes.
fn resume(check: &mut Check) {
    let policy = check.policy;
    let rules = [Some(policy.resume.rule), policy.resume.flow, policy.resume.campaign];
    let written = policy.escalations().map(|(_, escalation)| escalation.resume);
    let mut rules = rules.into_iter().chain(written).flatten();
    let by_timer = rules.any(|rule| rule == ResumeRule::Timer);
    if !by_timer && policy.resume.after != Resume::USUAL_AFTER {
        let text = "resume.after counts only where a rule is `timer`, and none is; write resume.rule = \
             \"timer\", or remove it";
        let message = check.says(samples::of_reason(Reason::HumanFirst));
        let then = "and people have answered";
        check.find_then(FindingKind::NeverFires, "resume.after", text.to_owned(), message, then);
    }
}

/// People who work only while customers sleep: what they write late is held back (`X-15`).
fn nights(check: &mut Check) {
    let (Some(quiet), Some(hours)) = (&check.policy.quiet_hours, &check.policy.hours) else {
        return;
    };
    let days = 0..7 * 24 * 4;
    let quarter = std::time::Duration::from_secs(15 * 60);
    let at = days.map(|index| check.moments.any() + quarter * index);
    let mut working = at.filter(|at| hours.is_open(*at)).peekable();
    if working.peek().is_some() && working.all(|at| quiet.is_quiet(at, None)) {
        let text = "people work only within [quiet_hours], so hardly anything they write may leave; change one \
             of the two (X-15)";
        let message = check.says(samples::of_reason(Reason::WantsPerson));
        check.find(FindingKind::Conflict, "quiet_hours", text.to_owned(), message);
    }
}
