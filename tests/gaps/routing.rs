//! Where a conversation goes when somebody is missing, and how long it waits.

use volley_core::conversation::{Outcome, Owner};
use volley_core::effect::{EventKind, Outside, SendKind};
use volley_core::id::AgentId;
use volley_core::input::{AgentAction, AiOutcome, OutsideEvent};
use volley_core::reason::{Disposition, Reason};

use super::{QUESTION, REFUND};
use crate::support::Line;

const HOUR: u64 = 3600;

#[test]
fn g_52_what_a_target_cannot_take_goes_to_the_fallback() {
    let failed = |policy: &str| {
        let mut line = Line::with_policy(policy);
        line.says(QUESTION);
        line.ai_ends(AiOutcome::NoKnowledge, 0.0, "");
        assert_eq!(line.owner(), Owner::Store);
        line.outside(OutsideEvent::Failed);
        line
    };
    // Without a fallback people here get it: never nobody.
    let mut line = failed("hand_off = \"helpdesk\"\n");
    assert_eq!((line.owner(), line.offers()[0].reason), (Owner::Queue, Reason::HandOverFailed));
    line.outside(OutsideEvent::Failed);
    assert_eq!(line.offers().len(), 1, "told twice, it changes nothing");
    let line = failed(
        "hand_off = \"helpdesk\"\nhand_off_fallback = \"closeout\"\n[texts]\ncloseout = \"Bye.\"\n",
    );
    assert_eq!((line.owner(), line.kinds()), (Owner::Closed, vec![SendKind::Closeout]));
    // Not to where it just failed.
    let line = failed("hand_off = \"helpdesk\"\nhand_off_fallback = \"helpdesk\"\n");
    assert_eq!((line.owner(), line.handed_over().len()), (Owner::Queue, 1));
    // From the store to the helpdesk, and from there to people.
    let mut line = Line::with_policy(
        "hand_off_fallback = \"helpdesk\"\n[first_responder]\naccount_help = \"store\"\n",
    );
    line.says("I forgot my password");
    line.outside(OutsideEvent::Failed);
    let to: Vec<_> = line.handed_over().iter().map(|handed| (handed.to, handed.reason)).collect();
    assert_eq!(
        to,
        [(Outside::Store, Reason::StoreFirst), (Outside::Helpdesk, Reason::HandOverFailed)]
    );
    line.outside(OutsideEvent::Failed);
    assert_eq!((line.owner(), line.handed_over().len()), (Owner::Queue, 2));
}

#[test]
fn g_52_what_nobody_takes_goes_to_the_fallback_too() {
    let mut line =
        Line::with_policy("hand_off_fallback = \"helpdesk\"\n[deadlines]\nqueue = \"40m\"\n");
    line.says(REFUND);
    line.wait(40 * 60 - 1);
    assert_eq!((line.owner(), line.handed_over().len()), (Owner::Queue, 0));
    line.wait(1);
    assert_eq!(line.owner(), Owner::Store);
    assert_eq!(line.handed_over()[0].reason, Reason::Unattended);
    // The time it waits counts from the customer's message, not from the last agent who gave it back.
    let mut line =
        Line::with_policy("hand_off_fallback = \"helpdesk\"\n[deadlines]\nqueue = \"40m\"\n");
    line.says(REFUND);
    line.agent(1, AgentAction::Claim);
    line.wait(30 * 60);
    line.agent(1, AgentAction::Requeue);
    line.wait(10 * 60);
    assert_eq!(line.owner(), Owner::Store);
}

const WANTED: &str = "can I talk to a real person please";

/// The tests begin on a Friday at 14:00 UTC; people work from 16:00 on.
fn closed(outside: &str) -> String {
    format!(
        "[hours]\nfriday = [\"16:00-17:00\"]\n{outside}\n[texts]\nhand_off = \"Soon.\"\n\
         hand_off_outside_hours = \"From {{opens}} on.\"\ncloseout = \"Write to us.\"\n"
    )
}

#[test]
fn g_53_when_nobody_is_there_a_defined_branch_runs() {
    let check = |outside: &str, text: &str, disposition, kinds: &[SendKind]| {
        let mut line = Line::with_policy(&closed(outside));
        assert_eq!(line.says(text).disposition, disposition, "{outside} {text}");
        assert_eq!(line.kinds(), kinds, "{outside} {text}");
        line
    };
    for text in [WANTED, REFUND] {
        // Said when somebody will be there; a ticket; the closing text.
        let line = check("", text, Disposition::Human, &[SendKind::HandOff]);
        assert_eq!(line.sends()[0].text, "From Fri 16:00 on.");
        let line = check("outside = \"helpdesk\"", text, Disposition::Helpdesk, &[]);
        assert_eq!(line.handed_over()[0].to, Outside::Helpdesk);
        check("outside = \"closeout\"", text, Disposition::Closeout, &[SendKind::Closeout]);
    }
    // The AI goes on alone with what it can answer, and what it cannot takes the branch.
    let mut line = check("outside = \"helpdesk\"", QUESTION, Disposition::Ai, &[]);
    line.ai_ends(AiOutcome::NoKnowledge, 0.0, "");
    assert_eq!(line.handed_over()[0].reason, Reason::KnowledgeMiss);
    // What is always for people waits for them.
    for text in ["I want to kill myself", "my lawyer will sue you", "you fucking assholes"] {
        let line = check("outside = \"closeout\"", text, Disposition::Human, &[]);
        assert_eq!(line.owner(), Owner::Queue);
    }
    // Once they work, people get it.
    let mut line = Line::with_policy(&closed("outside = \"helpdesk\""));
    line.wait(2 * HOUR);
    assert_eq!(line.says(WANTED).disposition, Disposition::Human);
    assert_eq!(line.sends()[0].text, "Soon.");
}

#[test]
fn g_55_between_two_intervals_on_holidays_and_in_other_zones_it_is_closed() {
    let open = |hours: &str, wait: u64| {
        let mut line = Line::with_policy(&format!("{hours}\noutside = \"helpdesk\"\n"));
        line.wait(wait);
        line.says(REFUND).disposition == Disposition::Human
    };
    // 14:00 UTC on Friday, 2026-11-27.
    let two = "[hours]\nfriday = [\"09:00-13:30\", \"14:30-17:00\"]\nmonday = [\"09:00-10:00\"]";
    assert!(!open(two, 60), "between the two");
    assert!(open(two, 31 * 60));
    assert!(!open(two, 3 * HOUR), "after both");
    assert!(open(two, (2 * 24 + 19) * HOUR + 60), "on Monday at nine");
    let holiday = format!("{two}\nholidays = [\"2026-11-27\"]");
    assert!(!open(&holiday, 31 * 60));
    assert!(open(&holiday, (2 * 24 + 19) * HOUR + 60));
    let there = |offset: &str| format!("[zone]\nutc_offset = \"{offset}\"\n{two}");
    assert!(open(&there("-05:00"), 60), "nine in the morning there");
    assert!(!open(&there("+09:00"), 60), "eleven at night there");
}

#[test]
fn g_60_what_is_idle_closes_and_what_waits_does_not() {
    // Answered and idle: closed after the time that the brand set, and not sooner.
    let idle = "[deadlines]\ninactive = \"3h\"\n";
    let mut line = Line::with_policy(idle);
    line.says(QUESTION);
    line.ai_says("We do!");
    line.wait(3 * HOUR - 1);
    assert_eq!(line.owner(), Owner::Ai);
    line.wait(1);
    assert_eq!(line.state().conversation.outcome, Outcome::ResolvedAssumed);
    // Each message begins the time anew.
    let mut line = Line::with_policy(idle);
    for _ in 0..3 {
        line.says(QUESTION);
        line.ai_says("We do!");
        line.wait(2 * HOUR);
        assert_eq!(line.owner(), Owner::Ai);
    }
    // In the queue, with an agent, or with particulars missing, silence closes nothing.
    let mut line = Line::with_policy(idle);
    line.says(REFUND);
    line.wait(10 * 24 * HOUR);
    assert_eq!(line.owner(), Owner::Queue);
    line.agent(1, AgentAction::Claim);
    line.wait(23 * HOUR);
    assert_eq!(line.owner(), Owner::Human(AgentId(1)));
    line.wait(9 * 24 * HOUR);
    assert_eq!(line.owner(), Owner::Queue, "and it comes back from an agent who falls silent");
    let asks = "[first_responder]\nreturn_refund = \"ai\"\n[[tag]]\nname = \"return\"\n\
                intents = [\"return_refund\"]\nafter = \"suspend\"\n";
    let mut line = Line::with_policy(&format!("{idle}{asks}"));
    line.says("I'd like to return these shoes");
    line.ai_says("What is your order number?");
    assert_eq!(line.owner(), Owner::Suspended);
    line.wait(10 * 24 * HOUR);
    assert_eq!(line.owner(), Owner::Queue);
    assert_eq!(line.events(), [EventKind::Started, EventKind::Escalated]);
}

#[test]
fn g_60_a_customer_who_was_never_answered_is_not_closed_as_resolved() {
    // An agent gave it back to the AI without an answer, and the customer writes no more.
    let mut line = Line::new();
    line.says(REFUND);
    line.agent(1, AgentAction::Claim);
    line.agent(1, AgentAction::Resume);
    assert_eq!(line.owner(), Owner::Ai);
    line.wait(25 * HOUR);
    assert_eq!(line.owner(), Owner::Queue);
    assert_eq!(line.offers().pop().map(|offer| offer.reason), Some(Reason::Unattended));
}

#[test]
fn g_63_the_time_a_customer_waits_counts_from_their_first_unanswered_message() {
    let mut line = Line::new();
    line.wait(1000);
    line.says(QUESTION);
    let since = |line: &Line| line.state().conversation.waiting_since.map(|since| since.at());
    let first = line.now;
    assert_eq!(since(&line), Some(first));
    // Whoever has it, and whatever is written meanwhile, it stands.
    line.wait(30);
    line.says(REFUND);
    line.wait(30 * 60);
    assert!(line.alarms().iter().all(|alarm| alarm.waiting_since.at() == first));
    assert_eq!(line.alarms().len(), 2);
    line.says("Loved an image");
    line.says("HELP");
    line.agent(1, AgentAction::Claim);
    line.says("hello??");
    line.agent(1, AgentAction::Requeue);
    assert_eq!(since(&line), Some(first));
    // An answer ends it, of whomever; the next message begins another.
    line.agent_says(2, "Here I am.");
    assert_eq!(since(&line), None);
    line.wait(50);
    line.says("so can I have it?");
    assert_eq!(since(&line), Some(line.now));
    line.wait(5);
    line.echo(2, "You can.");
    assert_eq!(since(&line), None);
}
