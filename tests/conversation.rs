//! A person's replies and what is done about them, as tables through one check.

use std::time::Duration;

use volley_core::contact::Consent;
use volley_core::conversation::{Outcome, Owner};
use volley_core::effect::{DenialReason, Effect, EventKind, Outside, RefusalReason, SendKind};
use volley_core::id::AgentId;
use volley_core::input::{AgentAction, AiOutcome, Input};
use volley_core::message::Channel;
use volley_core::reason::{Disposition, Reason, Step};

use crate::support::{BRAND, Line, reply, result};

/// The first reply of a person nobody knows: which step decides, what happens, why.
#[test]
fn first_replies_take_their_step() {
    let check = |text: &str, step, disposition, reason| {
        let decision = Line::with_policy(POLICY).says(text);
        assert_eq!(
            (decision.step, decision.disposition, decision.reason),
            (step, disposition, reason),
            "{text}: {:?}",
            decision.verdict
        );
    };
    // KL-16, KL-21, KL-22, X-7: compliance first, whatever else is in it.
    check("STOP", Step::OptOut, Disposition::Compliance, Reason::OptOut);
    check("please take me off this list", Step::OptOut, Disposition::Compliance, Reason::OptOut);
    check("STOP you idiots", Step::OptOut, Disposition::Compliance, Reason::OptOut);
    // KL-17, X-8: HELP alone is compliance, a request for help is not.
    check("HELP", Step::HelpOrOptIn, Disposition::Compliance, Reason::Help);
    check("can you help me pick a size", Step::Ai, Disposition::Ai, Reason::AiFirst);
    // KL-20: a word of opting in; X-9: YES alone is none unless they are out.
    check("START", Step::HelpOrOptIn, Disposition::Compliance, Reason::OptIn);
    check("YES", Step::Intent, Disposition::Ignore, Reason::Acknowledgement);
    // KL-37..40: noise is met with silence.
    check(
        "I'm driving with Focus turned on. I'll see your message when I get where I'm going.",
        Step::Noise,
        Disposition::Ignore,
        Reason::AutoReply,
    );
    check(
        "Liked “Sale today. Reply STOP to opt out”",
        Step::Noise,
        Disposition::Ignore,
        Reason::Reaction,
    );
    // TX-35..37: abuse goes to people with no word from the AI.
    check("you fucking assholes", Step::Abuse, Disposition::Human, Reason::Abusive);
    // KL-25: a keyword of the brand.
    check("vip!", Step::Keyword, Disposition::Automation, Reason::Keyword);
    // OT-6, KL-15: the AI answers first.
    check("do you have this jacket in blue?", Step::Ai, Disposition::Ai, Reason::AiFirst);
    check("where is my order", Step::Ai, Disposition::Ai, Reason::AiFirst);
    // TX-27..30, AI-3: people first, each with a reason of its own.
    check(
        "can I talk to a real person please",
        Step::Intent,
        Disposition::Human,
        Reason::WantsPerson,
    );
    check("it arrived broken", Step::Intent, Disposition::Human, Reason::Damaged);
    check("I want a refund", Step::Intent, Disposition::Human, Reason::Refund);
    check("I'd like to return these shoes", Step::Intent, Disposition::Human, Reason::Return);
    check("you charged my card twice", Step::Intent, Disposition::Human, Reason::BillingDispute);
    // KL-23: an order is cancelled, not the texts.
    check("cancel my order please", Step::Intent, Disposition::Human, Reason::HumanFirst);
    // OT-29: the brand sends account matters to the store.
    check("I forgot my password", Step::Intent, Disposition::Store, Reason::StoreFirst);
    check("thanks!", Step::Intent, Disposition::Ignore, Reason::Acknowledgement);
}

const POLICY: &str = r#"
brand = "Fern & Oak"
[first_responder]
account_help = "store"
[ai]
attempts_max = 1
[budget]
conversation_messages = 3
[texts]
hand_off = "A person will answer you shortly."
[[keyword]]
word = "VIP"
reply = "You are on the list."
"#;

#[test]
fn every_open_state_has_an_owner_and_a_deadline() {
    // OT-28. Whatever happens, in whatever order: an open conversation is never without either.
    let mut line = Line::with_policy(POLICY);
    let check = |line: &Line| {
        let conversation = line.state().conversation;
        assert_eq!(conversation.is_open(), conversation.due().is_some());
    };
    for text in ["do you ship to Canada?", "thanks", "I want a refund", "hello??", "STOP", "START"]
    {
        line.says(text);
        check(&line);
    }
    line.agent(1, AgentAction::Claim);
    check(&line);
    line.agent_says(1, "On it.");
    check(&line);
    line.wait(30 * 3600);
    check(&line);
}

#[test]
fn one_confirmation_and_then_nobody_may_send() {
    // KL-24, KL-84, P2, L2.
    let mut line = Line::with_policy(POLICY);
    line.says("is the red one in stock?");
    let request = line.last_request();
    line.says("STOP");
    assert_eq!(
        line.sends().iter().map(|send| send.kind).collect::<Vec<_>>(),
        [SendKind::OptOutConfirmation]
    );
    // The answer that was on its way is stale, not sent.
    line.give(Input::Ai(result(
        &request,
        AiOutcome::Answer,
        volley_core::classify::Score::ONE,
        "Yes!",
    )));
    assert_eq!(line.sends().len(), 1);
    assert_eq!(line.refusals()[0].reason, RefusalReason::Stale);
    // A second STOP gets no second confirmation; people cannot send either.
    assert_eq!(line.says("stop").reason, Reason::AlreadyOptedOut);
    line.agent_says(1, "Sorry to see you go");
    assert_eq!(line.sends().len(), 1);
    assert_eq!(line.refusals()[1].reason, RefusalReason::OptedOut);
    // HELP is answered all the same (L4), and START opens the gate again.
    line.says("HELP");
    assert_eq!(line.sends()[1].kind, SendKind::Help);
    line.says("start");
    assert_eq!(line.state().consent, Consent::OptedIn);
    assert_eq!(line.sends()[2].kind, SendKind::OptInConfirmation);
}

#[test]
fn yes_opts_in_only_those_who_are_out() {
    // X-9, G-30.
    let mut line = Line::new();
    assert_eq!(line.says("YES").reason, Reason::Acknowledgement);
    line.says("STOP");
    assert_eq!(line.says("YES").reason, Reason::OptIn);
    assert_eq!(line.state().consent, Consent::OptedIn);
}

#[test]
fn a_redelivery_changes_nothing() {
    // G-16, P5.
    let mut line = Line::new();
    assert_eq!(line.delivers(7, "I want a refund").disposition, Disposition::Human);
    let before = line.state();
    line.forget();
    let again = line.delivers(7, "I want a refund");
    assert_eq!((again.step, again.reason), (Step::Structural, Reason::Duplicate));
    assert_eq!(line.effects.len(), 1);
    assert_eq!({ line.state().conversation.epoch }, { before.conversation.epoch });
}

#[test]
fn noise_leaves_an_open_conversation_as_it_was() {
    // KL-41, KL-42.
    let mut line = Line::new();
    line.says("I want a refund");
    let before = line.state().conversation;
    line.forget();
    line.says("Loved an image");
    let mut after = line.state().conversation;
    after.last_record = before.last_record;
    assert_eq!(after, before);
    assert_eq!(line.effects.len(), 1, "a decision and nothing else");
}

#[test]
fn the_ai_answers_or_hands_off() {
    // OT-9, OT-10, OT-12, OT-14, TX-26, AI-24..26.
    let check = |outcome, confidence, reason: Option<Reason>| {
        let mut line = Line::with_policy(POLICY);
        line.says("do you have this in blue?");
        line.ai_ends(outcome, confidence, "We do!");
        let ai_sends = line.sends().iter().filter(|send| send.kind == SendKind::Ai).count();
        let offered = line.offers().first().map(|offer| offer.reason);
        assert_eq!(
            (ai_sends, offered),
            (usize::from(reason.is_none()), reason),
            "{outcome} {confidence}"
        );
    };
    check(AiOutcome::Answer, 0.9, None);
    check(AiOutcome::Answer, 0.2, Some(Reason::LowConfidence));
    check(AiOutcome::NoKnowledge, 0.0, Some(Reason::KnowledgeMiss));
    check(AiOutcome::NoCapability, 0.0, Some(Reason::NoCapability));
    check(AiOutcome::WantsPerson, 0.0, Some(Reason::WantsPerson));
    check(AiOutcome::Error, 0.0, Some(Reason::AiError));
}

#[test]
fn an_ai_that_is_silent_or_empty_is_an_ai_without_an_answer() {
    let mut line = Line::with_policy(POLICY);
    line.says("do you have this in blue?");
    line.wait(11);
    assert_eq!(line.offers()[0].reason, Reason::AiTimeout);
    let mut line = Line::with_policy(POLICY);
    line.says("do you have this in blue?");
    line.ai_says("  ");
    assert_eq!(line.refusals()[0].reason, RefusalReason::Empty);
    assert_eq!(line.offers()[0].reason, Reason::AiError);
}

#[test]
fn a_hand_off_is_announced_where_the_brand_says_so_and_silent_for_abuse() {
    // TX-35, TX-38.
    let mut line = Line::with_policy(POLICY);
    line.says("I want a refund");
    assert_eq!(line.sends()[0].kind, SendKind::HandOff);
    let mut line = Line::with_policy(POLICY);
    line.says("you fucking assholes");
    assert_eq!(line.sends(), []);
    assert_eq!(line.offers()[0].reason, Reason::Abusive);
}

#[test]
fn an_escalated_conversation_is_silent_until_a_person_takes_it() {
    // TX-20, TX-48, TX-50.
    let mut line = Line::with_policy(POLICY);
    line.says("do you have this in blue?");
    let request = line.last_request();
    line.says("actually I want to talk to a human");
    line.forget();
    line.give(Input::Ai(result(
        &request,
        AiOutcome::Answer,
        volley_core::classify::Score::ONE,
        "Yes!",
    )));
    let decision = line.says("hello? is it in stock?");
    assert_eq!((decision.disposition, decision.owner), (Disposition::Append, Owner::Queue));
    assert_eq!(line.sends(), []);
    line.agent(4, AgentAction::Claim);
    assert_eq!(line.state().conversation.owner, Owner::Human(AgentId(4)));
    // TX-49: they keep it when the customer writes again.
    assert_eq!(line.says("is it in stock?").disposition, Disposition::Append);
}

#[test]
fn of_two_agents_who_claim_one_gets_it_and_the_other_is_told() {
    // TX-43, G-10.
    let mut line = Line::new();
    line.says("I want a refund");
    line.agent(1, AgentAction::Claim);
    line.agent(2, AgentAction::Claim);
    assert_eq!(line.state().conversation.owner, Owner::Human(AgentId(1)));
    let denial = line.effects.iter().find_map(|effect| match effect {
        Effect::Deny(denial) => Some(*denial),
        _ => None,
    });
    let denial = denial.expect("the second agent is answered");
    assert_eq!((denial.reason, denial.owner), (DenialReason::OwnedByOther, Some(AgentId(1))));
    line.agent_says(2, "Hi, I can help");
    assert_eq!(line.sends(), []);
}

#[test]
fn an_agent_who_writes_takes_the_conversation_from_the_ai() {
    // X-6, TX-45, TX-55, RU-25, P3.
    let mut line = Line::new();
    line.says("do you have this in blue?");
    let request = line.last_request();
    line.agent_says(9, "Let me check for you.");
    line.give(Input::Ai(result(
        &request,
        AiOutcome::Answer,
        volley_core::classify::Score::ONE,
        "Yes!",
    )));
    let kinds: Vec<SendKind> = line.sends().iter().map(|send| send.kind).collect();
    assert_eq!(kinds, [SendKind::Agent]);
    assert_eq!(line.refusals()[0].reason, RefusalReason::Stale);
    // RU-32: the AI answers again once the agent gives the conversation back.
    line.agent(9, AgentAction::Resume);
    assert_eq!(line.says("and in red?").disposition, Disposition::Ai);
}

#[test]
fn the_budget_ends_the_ai_and_not_the_conversation() {
    // KL-47, KL-48, KL-49.
    let mut line = Line::with_policy(POLICY);
    for _ in 0..3 {
        line.says("do you have this in blue?");
        line.ai_says("We do!");
    }
    let decision = line.says("and do you have it in green?");
    assert_eq!((decision.step, decision.reason), (Step::Limits, Reason::BudgetExhausted));
    assert_eq!(line.state().conversation.owner, Owner::Queue);
}

#[test]
fn frustration_after_an_answer_gets_a_person() {
    // TX-32, TX-33: before any answer of the AI it does not.
    let policy = format!("{POLICY}\n")
        .replace("[first_responder]", "[first_responder]\ncomplaint_frustration = \"ai\"");
    let mut line = Line::with_policy(&policy);
    let angry = "this is ridiculous, so frustrating";
    assert_eq!(line.says(angry).disposition, Disposition::Ai);
    line.ai_says("Sorry about that!");
    assert_eq!(line.says(angry).reason, Reason::FrustratedAfterAttempts);
}

#[test]
fn the_closing_text_ends_it_unresolved_and_once() {
    // KL-33, KL-35.
    let policy = "hand_off = \"closeout\"\n[texts]\ncloseout = \"Please write to help@fernandoak.example\"\n";
    let mut line = Line::with_policy(policy);
    line.says("do you have this in blue?");
    line.ai_ends(AiOutcome::NoKnowledge, 0.0, "");
    assert_eq!(line.sends().iter().map(|send| send.kind).collect::<Vec<_>>(), [SendKind::Closeout]);
    let conversation = line.state().conversation;
    assert_eq!((conversation.owner, conversation.outcome), (Owner::Closed, Outcome::ClosedOut));
}

#[test]
fn a_helpdesk_gets_a_ticket_and_the_engine_falls_silent() {
    // KL-28..30.
    let mut line = Line::with_policy("hand_off = \"helpdesk\"\n");
    line.says("do you have this in blue?");
    line.ai_ends(AiOutcome::NoKnowledge, 0.0, "");
    let handed = line.effects.iter().find_map(|effect| match effect {
        Effect::HandOver(handed) => Some(*handed),
        _ => None,
    });
    assert_eq!(
        handed.map(|it| (it.to, it.reason)),
        Some((Outside::Helpdesk, Reason::KnowledgeMiss))
    );
    assert_eq!(line.says("hello?").disposition, Disposition::Append);
}

#[test]
fn brands_that_carriers_bar_have_no_ai_on_text_channels() {
    // KL-12, KL-14.
    let policy = "[ai]\nshaft = true\n";
    let decision = Line::with_policy(policy).says("do you have this in blue?");
    assert_eq!((decision.step, decision.reason), (Step::Audience, Reason::NotEligible));
    let mut line = Line::with_policy(policy);
    line.channel = Channel::Web;
    assert_eq!(line.says("do you have this in blue?").disposition, Disposition::Ai);
}

#[test]
fn events_come_once_and_in_order() {
    // KL-77..80.
    let mut line = Line::with_policy(POLICY);
    line.says("do you have this in blue?");
    line.ai_says("We do!");
    line.says("I want a refund");
    line.agent(1, AgentAction::Claim);
    line.agent(1, AgentAction::Close);
    let events: Vec<EventKind> = line
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Event(event) => Some(event.kind),
            _ => None,
        })
        .collect();
    assert_eq!(events, [EventKind::Started, EventKind::Escalated]);
}

#[test]
fn silence_after_an_answer_resolves_and_a_return_reopens() {
    // KL-81, G-23.
    let mut line = Line::new();
    line.says("do you have this in blue?");
    line.ai_says("We do!");
    let first = line.conversation();
    line.wait(25 * 3600);
    assert_eq!(line.state().conversation.outcome, Outcome::ResolvedAssumed);
    line.wait(24 * 3600);
    line.says("do you have this in green?");
    assert_ne!(line.conversation(), first, "long after the end it is a new conversation");
}

#[test]
fn a_conversation_nobody_takes_raises_alarms() {
    // TX-52, SM-12.
    let mut line = Line::new();
    line.says("I want a refund");
    line.wait(46 * 60);
    let alarms = line.effects.iter().filter(|effect| matches!(effect, Effect::Alarm(_))).count();
    assert_eq!(alarms, 3);
    // G-4: an agent who falls silent gives it back.
    line.agent(1, AgentAction::Claim);
    line.forget();
    line.wait(25 * 3600);
    assert_eq!(line.state().conversation.owner, Owner::Queue);
    assert_eq!(line.offers()[0].reason, Reason::Unattended);
}

#[test]
fn a_possible_opt_out_is_held_until_a_person_decides() {
    // L8.
    let unclear = "too many texts";
    let mut line = Line::new();
    let decision = line.says(unclear);
    assert_eq!((decision.disposition, decision.reason), (Disposition::Hold, Reason::OptOutUnclear));
    assert_eq!(line.state().consent, Consent::Held);
    line.agent(1, AgentAction::SettleHold { opt_out: false });
    assert_eq!(line.state().consent, Consent::Unknown);
    let mut line = Line::new();
    line.says(unclear);
    line.agent(1, AgentAction::SettleHold { opt_out: true });
    assert_eq!(line.state().consent, Consent::OptedOut);
    assert_eq!(line.sends()[0].kind, SendKind::OptOutConfirmation);
    // Nobody decides in time: it was one, and a confirmation would come too late.
    let mut line = Line::new();
    line.says(unclear);
    line.wait(25 * 3600);
    assert_eq!(line.state().consent, Consent::OptedOut);
    assert_eq!(line.sends(), []);
}

#[test]
fn instagram_takes_a_thousand_bytes_for_a_day() {
    // RU-56, RU-70.
    let mut line = Line::new();
    line.channel = Channel::Instagram;
    line.says("I want a refund");
    line.agent(1, AgentAction::Claim);
    line.agent_says(1, &"a".repeat(1001));
    assert_eq!(line.refusals()[0].reason, RefusalReason::TooLong);
    line.wait(23 * 3600);
    line.agent_says(1, "Done!");
    assert_eq!(line.sends().len(), 1);
    line.wait(2 * 3600);
    line.agent_says(1, "Anything else?");
    assert_eq!(line.refusals()[1].reason, RefusalReason::WindowOver);
}

#[test]
fn a_blocked_person_is_neither_shown_nor_answered() {
    // G-36.
    let mut line = Line::new();
    line.says("you fucking assholes");
    line.agent(1, AgentAction::Block);
    line.forget();
    assert_eq!(line.says("do you have this in blue?").reason, Reason::Blocked);
    assert_eq!(line.effects.len(), 1);
    // The law is older than the block.
    assert_eq!(line.says("STOP").reason, Reason::OptOut);
}

#[test]
fn a_brand_without_policy_is_decided_and_leaves_no_trace() {
    let mut line = Line::new();
    let people = line.worker().shard().contacts();
    let mut stranger = reply(12_025_550_199, 1, "STOP", line.now);
    stranger.brand.0 = BRAND.0 + 1;
    line.give(Input::Reply(stranger));
    let Some(Effect::Decide(decision)) = line.effects.last() else { panic!("it is decided") };
    assert_eq!((decision.step, decision.reason), (Step::Structural, Reason::UnknownBrand));
    assert_eq!(line.worker().shard().contacts(), people);
}

#[test]
fn segments_are_charged_on_text_channels_alone() {
    // KL-45.
    let check = |channel, segments| {
        let mut line = Line::new();
        line.channel = channel;
        line.says("do you have this in blue?");
        line.ai_says("We do 😀");
        assert_eq!(line.sends()[0].segments.segments, segments, "{channel}");
    };
    check(Channel::Sms, 1);
    check(Channel::Web, 0);
}

#[test]
fn time_to_wait_is_counted_from_the_first_unanswered_message() {
    // G-63.
    let mut line = Line::new();
    line.says("I want a refund");
    let since = line.state().conversation.waiting_since;
    line.now = line.now + Duration::from_secs(100);
    line.says("hello?");
    assert_eq!(line.state().conversation.waiting_since, since);
    line.agent_says(1, "Hi!");
    assert_eq!(line.state().conversation.waiting_since, None);
}
