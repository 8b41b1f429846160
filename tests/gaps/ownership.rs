//! One owner, and nothing of an owner that is over.

use volley_core::classify::Score;
use volley_core::contact::Consent;
use volley_core::conversation::{Outcome, Owner, Speaker};
use volley_core::effect::{DenialReason, Effect, EventKind, RefusalReason, SendKind};
use volley_core::id::AgentId;
use volley_core::input::{AgentAction, AiOutcome, AiResult, Input, OutsideEvent};
use volley_core::policy::Policy;
use volley_core::reason::{Disposition, Reason};

use super::{QUESTION, REFUND};
use crate::support::{Line, result};

#[test]
fn g_1_one_value_says_who_may_speak_and_a_queue_is_not_one() {
    // Each owner speaks for itself alone; what the others say is refused.
    let agent_speaks = |line: &mut Line| {
        let sent = line.kinds().len();
        line.agent_says(1, "Hi!");
        line.kinds().len() > sent
    };
    let mut line = Line::with_policy("reply_takes_over = false\n");
    assert_eq!(line.owner(), Owner::Closed);
    line.says(QUESTION);
    assert_eq!(line.owner(), Owner::Ai);
    assert!(!agent_speaks(&mut line));
    line.ai_says("We do!");
    assert_eq!(line.kinds(), [SendKind::Ai]);
    // Waiting in a queue is an owner too: it says that nobody speaks until somebody takes it.
    line.says(REFUND);
    assert_eq!(line.owner(), Owner::Queue);
    line.ai_says("We do!");
    assert_eq!(line.kinds(), [SendKind::Ai]);
    line.agent(2, AgentAction::Claim);
    assert_eq!(line.owner(), Owner::Human(AgentId(2)));
    assert!(!agent_speaks(&mut line), "it is another's");
    line.agent_says(2, "On it.");
    assert_eq!(line.kinds(), [SendKind::Ai, SendKind::Agent]);
    // Who owns it is told with every decision, not only kept.
    assert_eq!(line.says("thanks!").owner, Owner::Human(AgentId(2)));
}

/// The AI's answer to its last question, made now and given later.
fn answer(line: &Line) -> AiResult {
    result(&line.last_request(), AiOutcome::Answer, Score::ONE, "We do!")
}

#[test]
fn g_2_an_answer_of_an_old_ownership_is_refused_whoever_owns_it_now() {
    let check = |what: &str, meanwhile: &dyn Fn(&mut Line)| {
        let mut line = Line::new();
        line.says(QUESTION);
        let late = answer(&line);
        meanwhile(&mut line);
        let (sent, refused) = (line.kinds().len(), line.refusals().len());
        let before = line.state().conversation;
        line.give(Input::Ai(late));
        assert_eq!(line.kinds().len(), sent, "{what}");
        assert_eq!(line.refusals().len(), refused + 1, "{what}");
        assert_eq!(line.refusals()[refused].reason, RefusalReason::Stale, "{what}");
        let after = line.state().conversation;
        assert_eq!((after.owner, after.epoch), (before.owner, before.epoch), "{what}");
    };
    check("it was given before", &|line| line.ai_says("We do!"));
    check("a newer message", &|line| {
        line.says("and in red?");
        line.says(QUESTION);
    });
    check("a person took it", &|line| line.agent(1, AgentAction::Claim));
    // The AI owns it again, and still: the epoch is another.
    check("a person took it and gave it back", &|line| {
        line.agent(1, AgentAction::Claim);
        line.agent(1, AgentAction::Resume);
        assert_eq!(line.owner(), Owner::Ai);
    });
    check("it is closed", &|line| line.agent(1, AgentAction::Close));
    check("out and in again", &|line| {
        line.says("STOP");
        line.says("START");
        assert_eq!(line.state().consent, Consent::OptedIn);
    });
    check("another conversation", &|line| {
        line.agent(1, AgentAction::Close);
        line.wait(48 * 3600);
        line.says(QUESTION);
        assert_eq!(line.owner(), Owner::Ai);
    });
}

#[test]
fn g_3_a_draft_that_was_overtaken_is_dropped_and_logged() {
    let overtake: [fn(&mut Line); 4] = [
        |line| line.agent(1, AgentAction::Claim),
        |line| line.agent_says(1, "Hi, Ann here."),
        |line| line.echo(1, "Hi, Ann here."),
        |line| {
            line.says("can I talk to a real person please");
        },
    ];
    for takes_over in overtake {
        let mut line = Line::new();
        line.says(QUESTION);
        let asked = line.last_request();
        takes_over(&mut line);
        let owner = line.owner();
        line.ai_says("We do, and much more.");
        assert!(!line.kinds().contains(&SendKind::Ai));
        // What would have been said, to which turn of which conversation, and why it was not.
        let logged = line.refusals().pop().unwrap();
        assert_eq!((logged.reason, logged.send.kind), (RefusalReason::Stale, SendKind::Ai));
        assert_eq!(logged.send.text, "We do, and much more.");
        assert_eq!((logged.send.conversation, logged.send.turn), (asked.conversation, asked.turn));
        assert_eq!(line.owner(), owner);
    }
}

#[test]
fn g_5_a_reply_from_a_phone_moves_ownership_to_its_writer() {
    // While the AI writes.
    let mut line = Line::new();
    line.says(QUESTION);
    line.echo(4, "Yes we do, come by!");
    assert_eq!(line.owner(), Owner::Human(AgentId(4)));
    line.ai_says("We do!");
    assert!(line.sends().is_empty(), "the AI does not talk over it");
    assert_eq!(line.says(QUESTION).disposition, Disposition::Append);
    // While it waits in the queue: whoever works on that is told.
    let mut line = Line::new();
    line.says(REFUND);
    line.echo(0, "Sent you the money back.");
    assert!(line.effects.iter().any(|effect| matches!(effect, Effect::Withdraw(_))));
    let conversation = line.state().conversation;
    assert_eq!((conversation.waiting_since, conversation.answered_by), (None, Speaker::Human));
    // A nameless writer gives way to any agent; a named one does not.
    line.agent(3, AgentAction::Claim);
    assert_eq!(line.owner(), Owner::Human(AgentId(3)));
    line.echo(0, "And a voucher.");
    assert_eq!(line.owner(), Owner::Human(AgentId(3)), "it may be agent 3 themselves");
    line.echo(4, "Ann here, I take it.");
    assert_eq!(line.owner(), Owner::Human(AgentId(4)));
    assert!(line.effects.iter().any(|it| matches!(it, Effect::Release(it) if it.agent.0 == 3)));
    // After the AI had answered: two voices were heard, and that is told.
    let mut line = Line::new();
    line.says(QUESTION);
    line.ai_says("We do!");
    line.echo(4, "We do not!");
    assert!(line.events().contains(&EventKind::DoubleReply));
    assert_eq!(line.owner(), Owner::Human(AgentId(4)));
}

#[test]
fn g_6_a_hand_off_ends_the_ais_turn() {
    let policy = "[texts]\nhand_off = \"A person will answer you.\"\n";
    for outcome in [AiOutcome::NoKnowledge, AiOutcome::NoCapability, AiOutcome::WantsPerson] {
        let mut line = Line::with_policy(policy);
        line.says(QUESTION);
        // Text beside a hand-off is not sent, nor is what comes later, nor the notice a second time.
        line.ai_ends(outcome, 1.0, "Let me get somebody for you!");
        line.ai_says("By the way, we do have it.");
        line.ai_ends(outcome, 1.0, "Let me get somebody for you!");
        assert_eq!(line.kinds(), [SendKind::HandOff], "{outcome}");
        assert_eq!((line.offers().len(), line.refusals().len()), (1, 2), "{outcome}");
    }
}

/// A conversation that agent 1 took from the AI and answered.
fn answered_by_person(policy: &str) -> Line {
    let mut line = Line::with_policy(policy);
    line.says(QUESTION);
    line.agent_says(1, "We do, I checked.");
    line.forget();
    line
}

const DAY: u64 = 24 * 3600;

#[test]
fn g_8_never_means_that_no_clock_and_no_command_resumes_the_ai() {
    let mut line = answered_by_person("[resume]\nrule = \"never\"\nafter = \"1h\"\n");
    line.agent(1, AgentAction::Resume);
    assert_eq!(line.denials()[0].reason, DenialReason::NotAllowed);
    line.wait(10 * DAY);
    line.says(QUESTION);
    assert!(line.asked().is_empty() && line.owner() == Owner::Queue);
    let mut line = Line::with_policy("hand_off = \"helpdesk\"\n[resume]\nrule = \"never\"\n");
    line.says(QUESTION);
    line.ai_ends(AiOutcome::NoKnowledge, 0.0, "");
    line.outside(OutsideEvent::Closed);
    assert_eq!(line.state().conversation.outcome, Outcome::ResolvedConfirmed);
}

#[test]
fn g_8_manual_means_by_the_word_of_whoever_has_it() {
    let mut line = answered_by_person("[resume]\nrule = \"manual\"\nafter = \"1h\"\n");
    line.wait(5 * 3600);
    assert_eq!(line.owner(), Owner::Human(AgentId(1)));
    line.agent(2, AgentAction::Resume);
    assert_eq!(line.denials()[0].reason, DenialReason::OwnedByOther);
    line.agent(1, AgentAction::Resume);
    assert_eq!(line.says(QUESTION).disposition, Disposition::Ai);
    assert!(line.last_request().after_people, "the AI is told that people had it");
    // It is given back once; there is nothing to give back then.
    line.agent(1, AgentAction::Resume);
    assert_eq!(line.denials()[1].reason, DenialReason::Gone);
}

const TIMER: &str = "[resume]\nrule = \"timer\"\nafter = \"4h\"\n";

#[test]
fn g_8_a_timer_resumes_once_after_the_last_word_of_people() {
    let mut line = answered_by_person(TIMER);
    line.wait(4 * 3600 - 1);
    assert_eq!(line.owner(), Owner::Human(AgentId(1)));
    line.wait(1);
    let conversation = line.state().conversation;
    assert_eq!((conversation.owner, conversation.reason), (Owner::Ai, Reason::ResumeTimer));
    let releases = |line: &Line| {
        line.effects.iter().filter(|effect| matches!(effect, Effect::Release(_))).count()
    };
    assert_eq!(releases(&line), 1);
    line.wait(3 * DAY);
    assert_eq!((releases(&line), line.asked().len()), (1, 0), "once, and it begins nothing");
    // Each word of people begins the time anew.
    let mut line = answered_by_person(TIMER);
    line.wait(3 * 3600);
    line.agent_says(1, "Anything else?");
    line.wait(3 * 3600);
    assert_eq!(line.owner(), Owner::Human(AgentId(1)));
    line.wait(3600);
    assert_eq!(line.owner(), Owner::Ai);
}

#[test]
fn g_8_a_timer_does_not_resume_while_people_owe_an_answer_or_were_asked_for() {
    let mut line = answered_by_person(TIMER);
    line.wait(3600);
    line.says("and in green?");
    line.wait(10 * 3600);
    assert_eq!(line.owner(), Owner::Human(AgentId(1)), "the agent may be writing");
    line.agent_says(1, "In green too.");
    line.wait(4 * 3600);
    assert_eq!(line.owner(), Owner::Ai);
    // Who asked for a person keeps one.
    let mut line = Line::with_policy(TIMER);
    line.says("can I talk to a real person please");
    line.agent_says(1, "Here I am.");
    line.wait(20 * 3600);
    assert_eq!(line.owner(), Owner::Human(AgentId(1)));
    let asked_for = "[escalation.wants_person]\nresume = \"timer\"\n";
    assert!(Policy::parse(asked_for, "a").unwrap_err().message.contains("X-3"));
}

#[test]
fn g_8_the_end_of_a_ticket_resumes_once() {
    let policy = "hand_off = \"helpdesk\"\n[resume]\nrule = \"on_close\"\n";
    let mut line = Line::with_policy(policy);
    line.says(QUESTION);
    line.ai_ends(AiOutcome::NoKnowledge, 0.0, "");
    assert_eq!(line.says(QUESTION).disposition, Disposition::Append);
    line.outside(OutsideEvent::Answered("We do.".into()));
    assert_eq!(line.owner(), Owner::Store);
    line.outside(OutsideEvent::Closed);
    let conversation = line.state().conversation;
    assert_eq!((conversation.owner, conversation.reason), (Owner::Ai, Reason::OutsideClosed));
    let epoch = conversation.epoch;
    line.outside(OutsideEvent::Closed);
    assert_eq!({ line.state().conversation.epoch }, epoch, "said twice, it changes nothing");
    assert_eq!(line.says(QUESTION).disposition, Disposition::Ai);
    // Under another rule the end of the ticket is the end.
    let mut line = Line::with_policy("hand_off = \"helpdesk\"\n");
    line.says(QUESTION);
    line.ai_ends(AiOutcome::NoKnowledge, 0.0, "");
    line.outside(OutsideEvent::Closed);
    assert_eq!(line.owner(), Owner::Closed);
}

#[test]
fn g_12_who_waits_is_told_so_at_most_once_in_a_while() {
    let policy = "[texts]\nwait = \"You are in line.\"\n[deadlines]\nwait = \"10m\"\n";
    let mut line = Line::with_policy(policy);
    line.says(REFUND);
    assert!(line.sends().is_empty(), "not before they write again");
    for _ in 0..3 {
        line.says("hello??");
    }
    assert_eq!(line.kinds(), [SendKind::Wait]);
    assert_eq!(line.sends()[0].text, "You are in line.");
    line.wait(600);
    line.says("hello??");
    line.says("HELLO");
    assert_eq!(line.kinds(), [SendKind::Wait, SendKind::Wait]);
    // Not by themselves, not to noise, and not once somebody has it.
    line.wait(3 * 3600);
    line.says("Loved an image");
    line.agent(1, AgentAction::Claim);
    line.says("hello??");
    assert_eq!(line.kinds().len(), 2);
    // A brand without such a text says nothing.
    let mut line = Line::new();
    line.says(REFUND);
    line.says("hello??");
    assert!(line.sends().is_empty());
}
