//! What follows when the AI cannot resolve: the brand's settings, once and for good.

use volley_core::conversation::{Outcome, Owner};
use volley_core::effect::{EventKind, Outside, SendKind};
use volley_core::input::{AgentAction, AiOutcome};
use volley_core::policy::{HandOff, Policy};
use volley_core::reason::{Disposition, Reason};

use super::QUESTION;
use crate::support::Line;

const CLOSEOUT: &str = r#"
brand = "Fern & Oak"
hand_off = "closeout"
[texts]
closeout = "{brand} cannot help by text: write to help@fernandoak.example"
"#;

const ENDINGS: [AiOutcome; 3] = [AiOutcome::NoKnowledge, AiOutcome::NoCapability, AiOutcome::Error];

/// A conversation in which the AI could not resolve what was asked.
fn unresolved(policy: &str, outcome: AiOutcome) -> Line {
    let mut line = Line::with_policy(policy);
    line.says(QUESTION);
    line.ai_ends(outcome, 0.0, "");
    line
}

#[test]
fn kl_28_the_settings_decide_what_happens_when_the_ai_stops() {
    for outcome in ENDINGS {
        let line = unresolved("hand_off = \"queue\"\n", outcome);
        assert_eq!((line.owner(), line.offers().len()), (Owner::Queue, 1));
        let line = unresolved("hand_off = \"helpdesk\"\n", outcome);
        let handed = line.handed_over();
        assert_eq!((line.owner(), handed.len()), (Owner::Store, 1));
        assert_eq!((handed[0].to, line.offers().len()), (Outside::Helpdesk, 0));
        let line = unresolved(CLOSEOUT, outcome);
        assert_eq!((line.owner(), line.kinds()), (Owner::Closed, vec![SendKind::Closeout]));
    }
    // The same if it is not sure enough, or says nothing in time.
    let mut line = Line::with_policy(CLOSEOUT);
    line.says(QUESTION);
    line.ai_ends(AiOutcome::Answer, 0.1, "Perhaps?");
    assert_eq!(line.kinds(), [SendKind::Closeout]);
    let mut line = Line::with_policy(CLOSEOUT);
    line.says(QUESTION);
    line.wait(11);
    assert_eq!(line.kinds(), [SendKind::Closeout]);
}

#[test]
fn kl_29_exactly_one_way_of_handing_off_is_chosen() {
    let chosen = |policy: &str| Policy::parse(policy, "shop.toml").map(|policy| policy.hand_off);
    for target in HandOff::ALL {
        let policy = format!("hand_off = \"{target}\"\n[texts]\ncloseout = \"Bye.\"\n");
        assert_eq!(chosen(&policy), Ok(*target));
    }
    assert_eq!(chosen(""), Ok(HandOff::Queue), "without a word it is the brand's own people");
    assert!(chosen("hand_off = [\"helpdesk\", \"closeout\"]\n").is_err());
    assert!(chosen("hand_off = \"helpdesk\"\nhand_off = \"queue\"\n").is_err());
    let error = chosen("hand_off = \"none\"\n").unwrap_err();
    assert!(error.message.contains("helpdesk") && error.line == 1, "{error}");
}

#[test]
fn kl_33_the_configured_text_is_sent_when_the_ai_cannot_resolve() {
    let line = unresolved(CLOSEOUT, AiOutcome::NoCapability);
    assert_eq!(
        line.sends()[0].text,
        "Fern & Oak cannot help by text: write to help@fernandoak.example"
    );
    // Nobody is called and no ticket is written: that is what the mode means.
    assert!(line.offers().is_empty() && line.handed_over().is_empty());
}

#[test]
fn kl_34_a_closeout_without_a_text_is_refused() {
    let error = Policy::parse("brand = \"A\"\nhand_off = \"closeout\"\n", "shop.toml").unwrap_err();
    assert_eq!((error.file.as_str(), error.line), ("shop.toml", 2));
    assert!(error.message.contains("[texts]") && error.message.contains("closeout"), "{error}");
    let blank = "hand_off = \"closeout\"\n[texts]\ncloseout = \"  \"\n";
    assert!(Policy::parse(blank, "shop.toml").unwrap_err().message.contains("empty"));
    // Also where it is the second choice.
    assert!(Policy::parse("hand_off_fallback = \"closeout\"\n", "shop.toml").is_err());
}

#[test]
fn kl_35_the_closing_text_is_sent_once_and_nothing_counts_as_resolved() {
    let mut line = unresolved(CLOSEOUT, AiOutcome::NoKnowledge);
    assert_eq!(line.state().conversation.outcome, Outcome::ClosedOut);
    // Neither resolved nor escalated (X-5), and nothing follows from it later.
    assert_eq!(line.events(), [EventKind::Started]);
    let told = line.effects.len();
    line.wait(30 * 24 * 3600);
    assert_eq!((line.effects.len(), line.kinds()), (told, vec![SendKind::Closeout]));
}

#[test]
fn kl_36_who_writes_again_after_a_closeout_is_met_as_the_policy_says() {
    let times = |deadlines: &str, hours: &[u64]| {
        let mut line = Line::with_policy(&format!("{CLOSEOUT}\n[deadlines]\n{deadlines}\n"));
        let mut names = Vec::new();
        for hour in hours {
            line.wait(hour * 3600);
            assert_eq!(line.says(QUESTION).reason, Reason::AiFirst);
            names.push(line.conversation());
            line.ai_ends(AiOutcome::NoKnowledge, 0.0, "");
            assert_eq!(line.state().conversation.outcome, Outcome::ClosedOut);
        }
        names.dedup();
        (line.kinds().len(), names.len(), line.state().conversation.reason)
    };
    // A new conversation each time, with its own closing text.
    let each = times("reopen = \"1s\"\ncloseout = \"1s\"", &[0, 2, 2]);
    assert_eq!(each, (3, 3, Reason::KnowledgeMiss));
    // The same text is not repeated for a day, and that silence has a reason of its own.
    let daily = times("", &[0, 2, 2]);
    assert_eq!(daily, (1, 1, Reason::ClosedOutLately));
    assert_eq!(times("", &[0, 2, 23]).0, 2, "after a day it is");
    // Silent from then on.
    assert_eq!(times("closeout = \"8760h\"", &[0, 48, 4000]).0, 1);
}

#[test]
fn kl_47_an_ai_that_cannot_resolve_escalates_instead_of_sending_more() {
    for outcome in ENDINGS {
        let mut line = Line::new();
        line.says(QUESTION);
        line.ai_ends(outcome, 0.9, "Let me think about that some more...");
        assert_eq!((line.kinds().len(), line.owner()), (0, Owner::Queue), "{outcome}");
        line.says("hello??");
        assert_eq!((line.kinds().len(), line.asked().len()), (0, 1), "{outcome}");
    }
    // Nor does it go on for ever if it can: the usual budget is eight messages.
    let mut line = Line::new();
    for _ in 0..8 {
        line.wait(60);
        line.says(QUESTION);
        line.ai_says("We do!");
    }
    line.wait(60);
    assert_eq!(line.says(QUESTION).reason, Reason::BudgetExhausted);
    assert_eq!((line.kinds().len(), line.owner()), (8, Owner::Queue));
}

#[test]
fn kl_50_attempts_that_fail_in_a_row_count_as_no_resolution() {
    let clarify = |line: &mut Line| {
        line.wait(60);
        line.says(QUESTION);
        line.ai_ends(AiOutcome::Clarify, 0.2, "Which jacket do you mean?");
    };
    for most in 1..=4_usize {
        let mut line = Line::with_policy(&format!("[ai]\nfailures_max = {most}\n"));
        (0..most).for_each(|_| clarify(&mut line));
        assert_eq!(line.kinds().len(), most - 1, "the last one is not asked any more");
        assert_eq!(line.offers()[0].reason, Reason::AttemptsExhausted);
    }
    // Only in a row: an answer begins the count anew.
    let mut line = Line::with_policy("[ai]\nfailures_max = 2\n");
    clarify(&mut line);
    line.wait(60);
    line.says(QUESTION);
    line.ai_says("We do!");
    clarify(&mut line);
    assert_eq!((line.owner(), line.kinds().len()), (Owner::Ai, 3));
    clarify(&mut line);
    assert_eq!(line.offers()[0].reason, Reason::AttemptsExhausted);
}

/// Started once and first, then outcomes of which at most one stands.
#[track_caller]
fn in_order(line: &Line, expected: &[EventKind]) {
    let events = line.events();
    assert_eq!(events, expected);
    let started = events.iter().filter(|event| **event == EventKind::Started).count();
    assert!(events.is_empty() || (events[0] == EventKind::Started && started == 1));
    let standing = events.iter().fold(0, |standing, event| match event {
        EventKind::Resolved | EventKind::Escalated => standing + 1,
        EventKind::Revoked => standing - 1,
        EventKind::Started | EventKind::DoubleReply => standing,
    });
    assert!(standing <= 1, "{events:?}");
}

#[test]
fn kl_80_started_comes_once_and_first_and_one_outcome_stands() {
    use EventKind::{Escalated, Resolved, Revoked, Started};
    let mut line = Line::new();
    for _ in 0..2 {
        line.wait(60);
        line.says(QUESTION);
        line.ai_says("We do!");
    }
    in_order(&line, &[Started]);
    line.wait(25 * 3600);
    in_order(&line, &[Started, Resolved]);
    // They come back: that it was resolved is taken back, and then it is escalated.
    line.says("I want a refund");
    in_order(&line, &[Started, Resolved, Revoked, Escalated]);
    line.agent(1, AgentAction::Claim);
    line.agent(1, AgentAction::Requeue);
    line.agent(1, AgentAction::Claim);
    line.agent(1, AgentAction::Close);
    in_order(&line, &[Started, Resolved, Revoked, Escalated]);
    // People alone make no conversation of the AI's.
    let mut line = Line::new();
    line.says("I want a refund");
    line.agent(1, AgentAction::Claim);
    line.agent(1, AgentAction::Close);
    in_order(&line, &[]);
    in_order(&unresolved(CLOSEOUT, AiOutcome::NoKnowledge), &[Started]);
}

#[test]
fn kl_81_silence_after_an_answer_is_an_assumed_resolution_until_they_return() {
    let answered = |policy: &str| {
        let mut line = Line::with_policy(policy);
        line.says(QUESTION);
        line.ai_says("We do!");
        line
    };
    // Assumed after a day of silence, not sooner; the usual policy then gives them a day to return.
    let mut line = answered("");
    line.wait(24 * 3600 - 1);
    assert_eq!(line.state().conversation.outcome, Outcome::Open);
    line.wait(1);
    assert_eq!(line.state().conversation.outcome, Outcome::ResolvedAssumed);
    let id = line.conversation();
    line.wait(23 * 3600);
    assert_eq!(line.says("do you have this in green?").disposition, Disposition::Ai);
    assert_eq!(line.conversation(), id);
    assert_eq!(line.state().conversation.outcome, Outcome::Open);
    assert_eq!(line.events(), [EventKind::Started, EventKind::Resolved, EventKind::Revoked]);
    // Later it is another conversation, and the resolution stands.
    let mut line = answered("[deadlines]\ninactive = \"2h\"\nreopen = \"6h\"\n");
    let id = line.conversation();
    line.wait(8 * 3600 + 60);
    line.says(QUESTION);
    assert_ne!(line.conversation(), id);
    assert_eq!(line.events(), [EventKind::Started, EventKind::Resolved, EventKind::Started]);
    // A person's word is more than an assumption, and no return takes it back.
    let mut line = answered("");
    line.agent_says(1, "Anything else?");
    line.agent(1, AgentAction::Close);
    assert_eq!(line.state().conversation.outcome, Outcome::ResolvedConfirmed);
    line.says(QUESTION);
    assert!(!line.events().contains(&EventKind::Revoked));
}
