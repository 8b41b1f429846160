//! Each failure that operators are warned of, injected into the middle of ordinary traffic: the engine meets it
//! as it says, and nobody else notices.

use std::collections::BTreeMap;

use bytes::Bytes;
use volley_core::conversation::Owner;
use volley_core::effect::{DenialReason, Effect, EventKind, RefusalReason, SendKind};
use volley_core::hash::stable_hash;
use volley_core::input::{AgentAction, AiOutcome, Input, OutsideEvent, PauseReason};
use volley_core::message::Channel;
use volley_core::reason::{Disposition, Reason};
use volley_core::service::Role;

use super::{POLICY, QUESTION};
use crate::support::Line;

/// What the engine makes of a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reaction {
    Refused(RefusalReason),
    Denied(DenialReason),
    HandedOff(Reason),
    Told(EventKind),
    /// All is well: the customer has an answer.
    Answered,
}

/// Its name, what the engine is to make of it, and how it comes about.
type Failure = (&'static str, Reaction, fn(&mut Line));

/// The failures.
const FAILURES: [Failure; 14] = [
    ("nothing", Reaction::Answered, |line| {
        line.says(QUESTION);
        line.ai_says("We do!");
    }),
    ("not paused", Reaction::Denied(DenialReason::NotPaused), |line| {
        line.says(QUESTION);
        line.agent_says(3, "We do.");
    }),
    ("no manual reply on the channel", Reaction::Refused(RefusalReason::NoManualReply), |line| {
        line.channel = Channel::Web;
        agent_answers(line, "We do.");
    }),
    ("window expired", Reaction::Refused(RefusalReason::WindowOver), |line| {
        line.channel = Channel::Messenger;
        line.says(QUESTION);
        line.agent(3, AgentAction::Pause(PauseReason::Attention));
        line.wait(24 * 3600);
        line.agent_says(3, "We do.");
    }),
    ("too long for Instagram", Reaction::Refused(RefusalReason::TooLong), |line| {
        line.channel = Channel::Instagram;
        agent_answers(line, &"a".repeat(1001));
    }),
    ("too long for Facebook", Reaction::Refused(RefusalReason::TooLong), |line| {
        line.channel = Channel::Messenger;
        agent_answers(line, &"a".repeat(2001));
    }),
    ("nothing written", Reaction::Refused(RefusalReason::Empty), |line| agent_answers(line, " ")),
    ("the customer is blocked", Reaction::Denied(DenialReason::Blocked), |line| {
        line.says(QUESTION);
        line.agent(3, AgentAction::Block);
        line.agent_says(3, "We do.");
    }),
    ("the customer is gone", Reaction::Refused(RefusalReason::OptedOut), |line| {
        line.says(QUESTION);
        line.agent(3, AgentAction::Pause(PauseReason::Attention));
        line.says("STOP");
        line.agent_says(3, "We do.");
    }),
    ("the conversation is another by now", Reaction::Denied(DenialReason::Gone), |line| {
        line.says(QUESTION);
        let text = AgentAction::Reply(Bytes::from_static(b"We do."));
        let old = line.command(Role::Agent, 3, text);
        line.ai_says("We do!");
        line.wait(60 * 3600);
        line.says(QUESTION);
        line.give(Input::Agent(old));
    }),
    (
        "the customer wrote before the AI had answered",
        Reaction::Refused(RefusalReason::Stale),
        |line| {
            line.says(QUESTION);
            let request = line.last_request();
            line.says("do you have it in red?");
            let score = volley_core::classify::Score::ONE;
            line.give(Input::Ai(crate::support::result(
                &request,
                AiOutcome::Answer,
                score,
                "We do!",
            )));
        },
    ),
    ("the AI's maker reports an error", Reaction::HandedOff(Reason::AiError), |line| {
        line.says(QUESTION);
        line.ai_ends(AiOutcome::Error, 0.0, "");
    }),
    ("the helpdesk is disconnected", Reaction::HandedOff(Reason::HandOverFailed), |line| {
        line.says("I forgot my password");
        line.outside(OutsideEvent::Failed);
    }),
    ("both have answered", Reaction::Told(EventKind::DoubleReply), |line| {
        line.says(QUESTION);
        line.ai_says("We do!");
        line.echo(0, "We do.");
    }),
];

fn agent_answers(line: &mut Line, text: &str) {
    line.says(QUESTION);
    line.agent(3, AgentAction::Pause(PauseReason::Attention));
    line.agent_says(3, text);
}

/// The last thing that was told of what happened.
fn reaction(line: &Line) -> Reaction {
    let told = line.effects.iter().rev().find_map(|effect| match effect {
        Effect::Refuse(refusal) => Some(Reaction::Refused(refusal.reason)),
        Effect::Deny(denial) => Some(Reaction::Denied(denial.reason)),
        Effect::Offer(offer) => Some(Reaction::HandedOff(offer.reason)),
        Effect::Event(event) if event.kind == EventKind::DoubleReply => {
            Some(Reaction::Told(event.kind))
        }
        Effect::Send(send) if send.kind == SendKind::Ai => Some(Reaction::Answered),
        _ => None,
    });
    told.expect("something was told")
}

#[test]
fn ru_80_each_failure_is_met_as_listed_in_the_middle_of_traffic() {
    let policy = format!(
        "{POLICY}[first_responder]\naccount_help = \"store\"\n[channel.web]\nmanual_reply = false\n"
    );
    let mut line = Line::with_policy(&policy);
    let mut met: BTreeMap<&str, u32> = BTreeMap::new();
    for number in 0..140 {
        let drawn = stable_hash(80, number) % FAILURES.len() as u64;
        let (name, wanted, inject) = FAILURES[drawn as usize];
        line.turns_to(number);
        line.channel = Channel::Sms;
        line.forget();
        inject(&mut line);
        assert_eq!(reaction(&line), wanted, "{name}");
        *met.entry(name).or_default() += 1;
    }
    assert_eq!(met.len(), FAILURES.len(), "{met:?}");
    // What follows is as ever.
    line.turns_to(1000);
    line.channel = Channel::Sms;
    assert_eq!(line.says(QUESTION).disposition, Disposition::Ai);
    line.ai_says("We do!");
    assert_eq!(line.owner(), Owner::Ai);
}

#[test]
fn ru_80_what_was_refused_can_be_mended_as_advised() {
    let mut line = Line::with_policy(POLICY);
    line.channel = Channel::Instagram;
    line.says(QUESTION);
    line.agent_says(3, "We do.");
    // Paused first, made shorter, and after the customer has written again.
    line.agent(3, AgentAction::Pause(PauseReason::Attention));
    line.agent_says(3, &"a".repeat(1001));
    line.wait(25 * 3600);
    line.agent_says(3, "We do.");
    assert_eq!(line.sends().len(), 0);
    line.says("hello?");
    line.agent_says(3, "We do.");
    assert_eq!(line.kinds(), [SendKind::Agent]);
}
