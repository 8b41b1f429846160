//! Who answers once people are in: override, silence, and no way back by itself.

use std::time::Duration;

use volley_core::conversation::Owner;
use volley_core::desk::{AlarmKind, Answer, Command, Desk, DeskConfig, QueueConfig};
use volley_core::effect::{DenialReason, RefusalReason, SendKind};
use volley_core::id::{AgentId, CampaignId};
use volley_core::input::{AgentAction, Input};
use volley_core::message::Source;
use volley_core::reason::{Disposition, Reason};
use volley_core::service::Role;

use super::QUESTION;
use crate::support::Line;

const DAY: u64 = 24 * 3600;

/// A conversation that waits for people since the AI was to answer it.
fn escalated() -> Line {
    let mut line = Line::new();
    line.says(QUESTION);
    line.says("I want a refund");
    assert_eq!(line.owner(), Owner::Queue);
    line
}

#[test]
fn tx_42_who_overrides_takes_control() {
    let mut line = escalated();
    line.agent(7, AgentAction::Claim);
    assert_eq!(line.owner(), Owner::Human(AgentId(7)));
    assert!(line.denials().is_empty());
    line.agent_says(7, "Hi, this is Ann.");
    let send = line.sends().pop().unwrap();
    assert_eq!((send.kind, send.agent), (SendKind::Agent, Some(AgentId(7))));
    // It need not be escalated: control can be taken from the AI too.
    let mut line = Line::new();
    line.says(QUESTION);
    line.agent(7, AgentAction::Claim);
    assert_eq!(line.owner(), Owner::Human(AgentId(7)));
}

#[test]
fn tx_43_of_two_who_click_at_once_one_has_it_and_the_other_is_told_who() {
    for (first, second) in [(1, 2), (2, 1)] {
        let mut line = escalated();
        let claim = |agent| Input::Agent(line.command(Role::Agent, agent, AgentAction::Claim));
        let both = vec![claim(first), claim(second)];
        line.give_at_once(both);
        assert_eq!(line.owner(), Owner::Human(AgentId(first)));
        let denials = line.denials();
        assert_eq!((denials.len(), denials[0].agent), (1, AgentId(second)));
        assert_eq!(denials[0].reason, DenialReason::OwnedByOther);
        assert_eq!(denials[0].owner, Some(AgentId(first)));
        line.agent_says(second, "Hi!");
        assert!(line.sends().is_empty(), "only one of them can write");
    }
}

#[test]
fn tx_45_a_reply_without_override_takes_ownership_or_is_refused() {
    let mut line = escalated();
    line.agent_says(3, "Hi, let me see.");
    assert_eq!((line.owner(), line.kinds()), (Owner::Human(AgentId(3)), vec![SendKind::Agent]));
    // From the AI it does the same in one step, or nothing at all where it is to be paused first.
    for (policy, takes) in [("", true), ("reply_takes_over = false\n", false)] {
        let mut line = Line::with_policy(policy);
        line.says(QUESTION);
        line.agent_says(3, "Hi, let me see.");
        line.ai_says("Yes, in blue!");
        let wanted = if takes { SendKind::Agent } else { SendKind::Ai };
        assert_eq!(line.kinds(), [wanted], "never both: {policy}");
        assert_eq!(line.owner() == Owner::Human(AgentId(3)), takes);
        let told: Vec<_> = line.denials().iter().map(|denial| denial.reason).collect();
        assert_eq!(told.is_empty(), takes);
        assert!(told.iter().all(|reason| *reason == DenialReason::NotPaused));
    }
}

#[test]
fn tx_48_an_escalated_conversation_hears_nothing_of_the_ai() {
    let mut line = escalated();
    line.forget();
    for _ in 0..10 {
        line.wait(DAY);
        assert_eq!(line.says(QUESTION).disposition, Disposition::Append);
    }
    assert!(line.sends().is_empty() && line.asked().is_empty());
    assert_eq!(line.owner(), Owner::Queue, "and it is never given up");
}

#[test]
fn tx_49_override_is_not_read_as_leave_for_the_ai() {
    let mut line = escalated();
    line.agent(7, AgentAction::Claim);
    line.forget();
    for text in [QUESTION, "where is my order", "is it in stock?"] {
        let decision = line.says(text);
        assert_eq!(decision.owner, Owner::Human(AgentId(7)), "{text}");
        assert_eq!(decision.disposition, Disposition::Append, "{text}");
        line.agent_says(7, "One moment.");
    }
    assert!(line.asked().is_empty() && !line.kinds().contains(&SendKind::Ai));
    // Only an explicit word gives it back.
    line.agent(7, AgentAction::Resume);
    assert_eq!(line.says(QUESTION).disposition, Disposition::Ai);
}

#[test]
fn tx_50_more_messages_are_added_and_keep_the_place_in_the_queue() {
    let mut line = escalated();
    let before = line.state().conversation;
    line.forget();
    line.wait(120);
    for text in ["hello??", QUESTION, "order number 8271"] {
        let decision = line.says(text);
        assert_eq!((decision.disposition, decision.reason), (Disposition::Append, Reason::Owned));
        assert_eq!(decision.conversation, before.id, "unread in the same conversation");
    }
    assert_eq!(line.effects.len(), 3, "three decisions and nothing else: {:?}", line.effects);
    let after = line.state().conversation;
    assert_eq!((after.epoch, after.waiting_since), (before.epoch, before.waiting_since));
    assert_eq!((after.turn, after.deadline), (before.turn + 3, before.deadline));
}

#[test]
fn tx_52_who_waits_raises_alarms_again_and_again_and_up_a_chain() {
    let mut line = Line::with_policy("[deadlines]\nunattended = \"20m\"\n");
    line.says("I want a refund");
    let since = line.state().conversation.waiting_since.unwrap();
    let offer = line.offers()[0];
    line.wait(20 * 60 - 1);
    assert!(line.alarms().is_empty());
    line.wait(2 * 3600);
    let alarms = line.alarms();
    assert_eq!(alarms.len(), 6);
    assert!(alarms.iter().all(|alarm| alarm.waiting_since == since));
    line.agent(1, AgentAction::Claim);
    line.forget();
    line.wait(3600);
    assert!(line.alarms().is_empty(), "not once somebody has it");
    // The desk counts them, so that each can go to somebody higher up.
    let ageing = Some(Duration::from_secs(600));
    let fallback = QueueConfig { ageing, ..QueueConfig::default() };
    let mut desk = Desk::new(DeskConfig { fallback, ..DeskConfig::default() });
    let mut answers = Vec::new();
    desk.apply(Command::Offer(offer), offer.at, &mut answers);
    let mut levels = Vec::new();
    for tens in 1..=4 {
        desk.turn(offer.at + Duration::from_secs(tens * 600), &mut answers);
        levels.extend(answers.drain(..).filter_map(|answer| match answer {
            Answer::Alarm(alarm) => Some((alarm.kind, alarm.level)),
            _ => None,
        }));
    }
    assert_eq!(levels, [1, 2, 3, 4].map(|level| (AlarmKind::Ageing, level)));
}

/// A conversation that a flow or a campaign began, and that the AI has answered.
fn answered_by_ai(policy: &str, source: Source) -> Line {
    let mut line = Line::with_policy(policy);
    line.source = source;
    assert_eq!(line.says(QUESTION).disposition, Disposition::Ai);
    line.ai_says("We do!");
    line
}

const FLOW: Source = Source::Flow(CampaignId(3));
const CAMPAIGN: Source = Source::Campaign(CampaignId(3));

#[test]
fn tx_53_in_a_flow_the_ai_stops_once_a_person_steps_in() {
    let mut line = answered_by_ai("", FLOW);
    line.says("is it in stock?");
    line.agent_says(5, "It is, I checked.");
    line.ai_says("It is!");
    assert_eq!(line.refusals()[0].reason, RefusalReason::Stale);
    line.forget();
    assert_eq!(line.says(QUESTION).disposition, Disposition::Append);
    line.wait(3600);
    assert!(line.asked().is_empty() && line.sends().is_empty());
}

#[test]
fn tx_54_after_people_stepped_in_it_stays_with_people() {
    let mut line = answered_by_ai("[resume]\nrule = \"never\"\n", FLOW);
    line.agent_says(5, "Hello from Ann.");
    line.forget();
    // No clock and no command gives it back.
    line.agent(5, AgentAction::Resume);
    assert_eq!(line.denials()[0].reason, DenialReason::NotAllowed);
    line.wait(5 * DAY);
    assert_eq!(line.owner(), Owner::Queue, "others are asked when the agent falls silent");
    line.agent(6, AgentAction::Claim);
    line.agent(6, AgentAction::Resume);
    assert_eq!(line.owner(), Owner::Human(AgentId(6)));
    // Nor does its end: who comes back soon comes back to people.
    line.agent(6, AgentAction::Close);
    line.wait(3600);
    let decision = line.says(QUESTION);
    assert_eq!((decision.disposition, decision.reason), (Disposition::Human, Reason::StaysManual));
    assert!(line.asked().is_empty() && !line.kinds().contains(&SendKind::Ai));
}

#[test]
fn tx_55_a_persons_message_from_any_place_is_intervention() {
    let from_inbox: fn(&mut Line) = |line| line.agent_says(5, "Hi!");
    let from_phone: fn(&mut Line) = |line| line.echo(5, "Hi!");
    for steps_in in [from_inbox, from_phone] {
        let mut line = answered_by_ai("", FLOW);
        line.says("is it in stock?");
        steps_in(&mut line);
        assert_eq!(line.owner(), Owner::Human(AgentId(5)));
        line.forget();
        assert_eq!(line.says(QUESTION).disposition, Disposition::Append);
        assert!(line.asked().is_empty());
    }
    // Nobody knows who wrote from the phone: a person all the same.
    let mut line = answered_by_ai("", FLOW);
    line.echo(0, "Hi!");
    assert_eq!(line.says(QUESTION).disposition, Disposition::Append);
}

#[test]
fn tx_57_whether_campaigns_stay_manual_too_is_the_brands_choice() {
    let resumes = |policy: &str, source: Source| {
        let mut line = answered_by_ai(policy, source);
        line.agent_says(5, "Hello from Ann.");
        line.agent(5, AgentAction::Resume);
        line.owner() == Owner::Ai
    };
    let apart = "[resume]\nflow = \"never\"\ncampaign = \"manual\"\n";
    assert!(!resumes(apart, FLOW));
    assert!(resumes(apart, CAMPAIGN));
    // One rule for all types unless the brand says otherwise.
    for (rule, expected) in [("never", false), ("manual", true)] {
        let policy = format!("[resume]\nrule = \"{rule}\"\n");
        for source in [FLOW, CAMPAIGN, Source::Unprompted] {
            assert_eq!(resumes(&policy, source), expected, "{rule} {source:?}");
        }
    }
}
