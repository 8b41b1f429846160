//! What a brand's policy says is what happens: each key, through the engine, and the documentation.

use std::fs;

use volley_core::conversation::Owner;
use volley_core::effect::{Effect, Outside, RefusalReason, SendKind};
use volley_core::id::{CampaignId, QueueId};
use volley_core::input::{AgentAction, Input, PolicyChange};
use volley_core::message::Source;
use volley_core::policy::{SYSTEM_TAGS, keys};
use volley_core::reason::{Disposition, Reason, Step};

use crate::support::{BRAND, Line, root};

/// The documentation of the keys is made from the keys.
#[test]
fn the_keys_are_documented_as_they_are() {
    let path = root().join("scenarios/policies/POLICY.md");
    let wanted = keys::as_markdown();
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &wanted).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == wanted,
        "scenarios/policies/POLICY.md is out of date; run the tests with UPDATE=1 to write it anew"
    );
}

const QUESTION: &str = "do you have this jacket in blue?";

/// What happens to one question under a policy.
#[track_caller]
fn question(policy: &str, step: Step, disposition: Disposition, reason: Reason) {
    let decision = Line::with_policy(policy).says(QUESTION);
    assert_eq!(
        (decision.step, decision.disposition, decision.reason),
        (step, disposition, reason),
        "{policy}"
    );
}

#[test]
fn the_ai_is_kept_out_by_switch_channel_and_audience() {
    use Disposition::{Ai, Helpdesk, Human};
    // KL-12, KL-14, G-72; KL-68: never dropped, but handed off by settings.
    question("", Step::Ai, Ai, Reason::AiFirst);
    question("[ai]\nmode = \"off\"", Step::Audience, Human, Reason::AiOff);
    question("[ai]\nshaft = true", Step::Audience, Human, Reason::NotEligible);
    question("[ai]\nchannels = [\"web\"]", Step::Audience, Human, Reason::NotEligible);
    // KL-60..66.
    let helpdesk = |gate: &str| format!("hand_off = \"helpdesk\"\n[audience]\n{gate}\n");
    let check = |gate: &str, reason| question(&helpdesk(gate), Step::Audience, Helpdesk, reason);
    check("include = { campaigns = [1] }", Reason::NotInAudience);
    check("exclude = { unprompted = true }", Reason::NotInAudience);
    check("required_keywords = [\"style me\"]", Reason::NoRequiredKeyword);
    check("excluded_keywords = [\"Jacket!\"]", Reason::ExcludedKeyword);
    // X-10, KL-70: both may match, and exclusion wins.
    check(
        "required_keywords = [\"blue\"]\nexcluded_keywords = [\"in blue\"]",
        Reason::ExcludedKeyword,
    );
    question(&helpdesk("include = { unprompted = true }"), Step::Ai, Ai, Reason::AiFirst);
    question(&helpdesk("required_keywords = [\"in blue\"]"), Step::Ai, Ai, Reason::AiFirst);
}

#[test]
fn a_required_keyword_is_for_beginnings_only() {
    // KL-63, KL-66, KL-67, X-11; KL-85: an excluded one counts later too.
    let mut line = Line::with_policy(
        "[audience]\nrequired_keywords = [\"style me\"]\nexcluded_keywords = [\"wholesale\"]\n",
    );
    assert_eq!(line.says("please Style Me! do you have jackets?").reason, Reason::AiFirst);
    line.ai_says("Sure, which colour?");
    assert_eq!(line.says(QUESTION).reason, Reason::AiFirst);
    line.ai_says("We do.");
    let decision = line.says("do you have this jacket wholesale?");
    assert_eq!(
        (decision.disposition, decision.reason),
        (Disposition::Human, Reason::ExcludedKeyword)
    );
}

#[test]
fn a_switch_stops_what_is_on_its_way() {
    // KL-13, G-72: the answer of an AI that was switched off meanwhile is not sent.
    for now in ["[ai]\nmode = \"off\"\n", "[ai]\nshaft = true\n"] {
        let mut line = Line::new();
        line.says(QUESTION);
        let source = bytes::Bytes::from_static(now.as_bytes());
        let author = bytes::Bytes::new();
        line.give(Input::Policy(PolicyChange { brand: BRAND, source, author }));
        line.ai_says("We do!");
        assert!(line.sends().is_empty(), "{now}");
        assert_eq!(line.state().conversation.owner, Owner::Queue, "{now}");
    }
}

#[test]
fn a_draft_waits_for_a_person() {
    // G-70: nothing leaves without a human.
    let mut line = Line::with_policy("[ai]\nmode = \"draft\"\n");
    line.says(QUESTION);
    line.ai_says("We do!");
    assert!(line.sends().is_empty());
    let drafts = line.effects.iter().filter_map(|effect| match effect {
        Effect::Draft(draft) => Some(&draft.text[..]),
        _ => None,
    });
    assert_eq!(drafts.collect::<Vec<_>>(), [b"We do!"]);
    assert_eq!(line.offers().last().map(|offer| offer.reason), Some(Reason::Draft));
    line.agent_says(1, "We do!");
    assert_eq!(line.sends().last().map(|send| send.kind), Some(SendKind::Agent));
}

#[test]
fn a_doubtful_intent_counts_as_unclear() {
    // OT-11: a threshold by intent, and one for all others. Nothing weakens abuse.
    let unclear = "[first_responder]\nunclear = \"store\"\n[score_min]\n";
    let all = unclear.to_owned() + "default = 1.0\n";
    let doubtful = "do u do jackets or smth in blu";
    let decision = Line::with_policy(&all).says(doubtful);
    assert_eq!(decision.reason, Reason::StoreFirst, "{:?}", decision.verdict);
    let one = all + "product_question = 0.0\n";
    let decision = Line::with_policy(&one).says(QUESTION);
    assert_eq!(decision.reason, Reason::AiFirst, "{:?}", decision.verdict);
    let abuse = Line::with_policy(&one).says("you fucking assholes");
    assert_eq!(abuse.reason, Reason::Abusive);
}

#[test]
fn an_escalation_goes_where_the_brand_says() {
    // OT-29, TX-38, AI-5, X-19.
    const POLICY: &str = r#"
queues = ["people", "legal"]
[texts]
hand_off = "A person will answer you."
[escalation.legal]
queue = "legal"
tags = ["lawyers"]
[escalation.refund]
to = "store"
[escalation.damaged]
announced = false
[[tag]]
name = "lawyers"
"#;
    let mut line = Line::with_policy(POLICY);
    assert_eq!(line.says("my lawyer will sue you").reason, Reason::Legal);
    assert_eq!(line.offers()[0].queue, QueueId(1));
    let tagged = line.effects.iter().find_map(|effect| match effect {
        Effect::Tag(tagging) => Some(tagging.tags.iter().collect::<Vec<_>>()),
        _ => None,
    });
    // Two tags that every brand has stand before its own.
    assert_eq!(tagged, Some(vec![SYSTEM_TAGS.len()]));
    let mut line = Line::with_policy(POLICY);
    assert_eq!(line.says("I want a refund").disposition, Disposition::Store);
    let mut line = Line::with_policy(POLICY);
    line.says("it arrived broken");
    assert!(line.sends().is_empty());
    let mut line = Line::with_policy(POLICY);
    line.says("I'd like to return these shoes");
    assert_eq!(line.sends().len(), 1);
}

#[test]
fn a_tag_asks_and_then_the_ai_is_silent() {
    // AI-8, AI-13..17, X-13.
    const POLICY: &str = r#"
[first_responder]
return_refund = "ai"
[[tag]]
name = "return_or_refund"
intents = ["return_refund"]
instructions = "Ask for the order number."
after = "suspend"
"#;
    let mut line = Line::with_policy(POLICY);
    assert_eq!(line.says("I'd like to return these shoes").disposition, Disposition::Ai);
    assert_eq!(&line.last_request().instructions[..], b"Ask for the order number.");
    line.ai_says("What is your order number?");
    assert_eq!(line.state().conversation.owner, Owner::Suspended);
    assert_eq!(line.says("ok").disposition, Disposition::Append);
    let decision = line.says("it is order number 8271");
    assert_eq!(
        (decision.disposition, decision.reason),
        (Disposition::Human, Reason::InfoSubmitted)
    );
    assert_eq!(line.sends().len(), 1);
    // Who never sends it gets to people all the same.
    let mut line = Line::with_policy(POLICY);
    line.says("I'd like to return these shoes");
    line.ai_says("What is your order number?");
    line.wait(25 * 3600);
    assert_eq!(line.state().conversation.owner, Owner::Queue);
}

#[test]
fn who_waits_too_long_gets_the_fallback() {
    // G-52, TX-52: alarms first, then the fallback.
    let mut line =
        Line::with_policy("hand_off_fallback = \"helpdesk\"\n[deadlines]\nqueue = \"40m\"\n");
    line.says("I want a refund");
    line.wait(39 * 60);
    assert_eq!(line.state().conversation.owner, Owner::Queue);
    line.wait(2 * 60);
    assert_eq!(line.state().conversation.owner, Owner::Store);
    let to = line.effects.iter().find_map(|effect| match effect {
        Effect::HandOver(handed) => Some((handed.to, handed.reason)),
        _ => None,
    });
    assert_eq!(to, Some((Outside::Helpdesk, Reason::Unattended)));
}

/// 2026-11-27, a Friday, 14:00 UTC is when the tests begin.
const NIGHT_SHIFT: &str = r#"
[zone]
utc_offset = "-05:00"
summer_time = "us"
[hours]
friday = ["12:00-17:00"]
monday = ["09:00-17:00"]
[texts]
hand_off = "A person will answer you shortly."
hand_off_outside_hours = "{brand} opens {opens}."
"#;

#[test]
fn outside_hours_customers_are_told_and_clocks_stand() {
    // KL-86, G-55, G-57: nine in the morning there; work begins at noon.
    let mut line = Line::with_policy(NIGHT_SHIFT);
    line.says("I want a refund");
    assert_eq!(&line.sends()[0].text[..], b"Our shop opens Fri 12:00.");
    let alarms = |line: &Line| {
        line.effects.iter().filter(|effect| matches!(effect, Effect::Alarm(_))).count()
    };
    line.wait(3 * 3600 + 10 * 60);
    assert_eq!(alarms(&line), 0);
    line.wait(10 * 60);
    assert_eq!(alarms(&line), 1);
    line.says("hello?");
    let mut other = Line::with_policy(NIGHT_SHIFT);
    other.wait(4 * 3600);
    other.says("I want a refund");
    assert_eq!(&other.sends()[0].text[..], b"A person will answer you shortly.");
}

#[test]
fn outside_hours_a_hand_off_may_go_elsewhere() {
    // G-53; KL-1: the AI itself has no hours.
    let policy =
        "[ai]\nmode = \"off\"\n[hours]\nfriday = [\"16:00-17:00\"]\noutside = \"helpdesk\"\n";
    let mut line = Line::with_policy(policy);
    assert_eq!(line.says(QUESTION).disposition, Disposition::Helpdesk);
    let mut line = Line::with_policy(policy);
    line.wait(2 * 3600);
    assert_eq!(line.says(QUESTION).disposition, Disposition::Human);
    question("[hours]\nmonday = [\"16:00-17:00\"]\n", Step::Ai, Disposition::Ai, Reason::AiFirst);
}

#[test]
fn at_night_only_direct_answers_leave() {
    // X-15.
    let mut line = Line::with_policy("[quiet_hours]\nfrom = \"13:00\"\nto = \"16:00\"\n");
    line.says(QUESTION);
    line.ai_says("We do.");
    assert_eq!(line.sends().len(), 1);
    line.says("I want a refund");
    line.agent(1, AgentAction::Claim);
    line.wait(20 * 60);
    line.agent_says(1, "Here you are.");
    assert_eq!(
        line.refusals().last().map(|refusal| refusal.reason),
        Some(RefusalReason::QuietHours)
    );
    line.wait(2 * 3600);
    line.agent_says(1, "Here you are.");
    assert_eq!(line.sends().len(), 2);
    // What the law wants leaves at any hour.
    let mut line = Line::with_policy("[quiet_hours]\nfrom = \"13:00\"\nto = \"16:00\"\n");
    line.says("STOP");
    assert_eq!(line.sends().len(), 1);
}

#[test]
fn a_keyword_may_stand_anywhere() {
    // KL-25, KL-66.
    let policy = "[[keyword]]\nword = \"style me\"\nmatch = \"anywhere\"\nreply = \"Yes!\"\n";
    let check = |text: &str, reason| {
        assert_eq!(Line::with_policy(policy).says(text).reason, reason, "{text}");
    };
    check("can you Style me please?", Reason::Keyword);
    check("style me", Reason::Keyword);
    check("do you have a style for me in blue?", Reason::AiFirst);
}

#[test]
fn membership_is_live_or_from_the_start() {
    // KL-69: a conversation that began with a campaign for the AI, answered by a reply to another.
    let check = |membership: &str, reason| {
        let mut line = Line::with_policy(&format!(
            "[audience]\ninclude = {{ campaigns = [1] }}\nmembership = \"{membership}\"\n"
        ));
        line.source = Source::Campaign(CampaignId(1));
        assert_eq!(line.says(QUESTION).reason, Reason::AiFirst);
        line.ai_says("We do.");
        line.source = Source::Campaign(CampaignId(2));
        assert_eq!(line.says("do you have it in red?").reason, reason, "{membership}");
    };
    check("live", Reason::NotInAudience);
    check("start", Reason::AiFirst);
}
