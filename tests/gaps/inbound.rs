//! What arrives: once, in order, together, and never more than there is room for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use volley_core::conversation::{Outcome, Owner};
use volley_core::decision::Decision;
use volley_core::effect::{Effect, SendKind};
use volley_core::input::{AgentAction, AiOutcome, Input};
use volley_core::reason::{Disposition, Reason, Step};
use volley_core::runtime::{Deliver, Refused};

use super::{QUESTION, REFUND};
use crate::runtime::{policy, start, submit_patiently};
use crate::support::{Line, START, reply};

#[test]
fn g_16_the_same_message_twice_is_one_event() {
    for text in [QUESTION, REFUND, "STOP", "hello??"] {
        let mut line = Line::new();
        let first = line.delivers(7, text);
        let before = line.state();
        line.forget();
        let again = line.delivers(7, text);
        assert_ne!(first.step, Step::Structural, "{text}");
        assert_eq!((again.step, again.reason), (Step::Structural, Reason::Duplicate), "{text}");
        assert_eq!(line.effects.len(), 1, "{text}: a decision and nothing else");
        let mut after = line.state();
        after.conversation.last_record = before.conversation.last_record;
        assert_eq!(after, before, "{text}");
    }
    // In one turn, out of order and after others too.
    let mut line = Line::new();
    let one = Input::Reply(line.message(1, QUESTION));
    let two = Input::Reply(line.message(2, "do you have it in red?"));
    line.give_at_once(vec![one.clone(), two.clone(), one.clone(), two, one]);
    assert_eq!({ line.state().conversation.turn }, 2);
}

#[test]
fn g_17_messages_at_once_are_applied_in_one_order_to_one_conversation() {
    // An album of pictures opened several conversations elsewhere.
    let mut line = Line::new();
    let album = (1..=6).map(|id| Input::Reply(line.message(id, REFUND))).collect();
    line.give_at_once(album);
    assert_eq!((line.state().conversation.turn, line.offers().len()), (6, 1));
    // From several threads, through several shards.
    let decisions = Arc::new(Mutex::new(Vec::<Decision>::new()));
    let delivers = (0..2).map(|_| {
        let decisions = Arc::clone(&decisions);
        let deliver: Deliver = Box::new(move |held| {
            if let Effect::Decide(decision) = &held.effect {
                decisions.lock().unwrap().push(*decision);
            }
            true
        });
        deliver
    });
    let runtime = start(delivers.collect(), 64);
    submit_patiently(&runtime, policy());
    thread::scope(|scope| {
        for thread in 0..3_u64 {
            let runtime = &runtime;
            scope.spawn(move || {
                for (person, message) in (0..50_u64).flat_map(|person| [(person, 0), (person, 1)]) {
                    let id = u128::from(person * 6 + thread * 2 + message);
                    let inbound = reply(12_025_550_000 + person, id, REFUND, START);
                    submit_patiently(runtime, Input::Reply(inbound));
                }
            });
        }
    });
    runtime.shut_down().unwrap();
    let mut people = BTreeMap::<u64, Vec<Decision>>::new();
    for decision in decisions.lock().unwrap().iter() {
        people.entry(decision.contact.0).or_default().push(*decision);
    }
    assert_eq!(people.len(), 50);
    for told in people.values_mut() {
        told.sort_by_key(|decision| decision.seq);
        let turns: Vec<u32> = told.iter().map(|decision| decision.turn).collect();
        assert_eq!(turns, [1, 2, 3, 4, 5, 6]);
        let names: BTreeSet<_> = told.iter().map(|decision| decision.conversation).collect();
        assert_eq!(names.len(), 1);
        let human = told.iter().filter(|it| it.disposition == Disposition::Human).count();
        assert_eq!((human, told[0].disposition), (1, Disposition::Human));
    }
}

const BURST: &str = "[ai]\nburst = \"5s\"\nburst_messages = 4\n";

#[test]
fn g_19_a_burst_of_short_messages_is_one_turn_of_the_ai() {
    let mut line = Line::with_policy(BURST);
    for text in [QUESTION, "what size is it?", "is it in stock?"] {
        assert_eq!(line.says(text).disposition, Disposition::Ai, "{text}");
    }
    assert!(line.asked().is_empty());
    line.wait(5);
    assert_eq!(line.asked().len(), 1);
    let joined = format!("{QUESTION}\nwhat size is it?\nis it in stock?");
    assert_eq!(line.last_request().text, joined.as_str());
    line.ai_says("We do!");
    line.wait(60);
    assert_eq!((line.kinds(), line.asked().len()), (vec![SendKind::Ai], 1));
    // The next question begins anew.
    line.says(QUESTION);
    line.wait(5);
    assert_eq!(line.last_request().text, QUESTION);
}

#[test]
fn g_19_a_burst_ends_by_count_and_by_whoever_takes_over() {
    // It does not wait for ever for more.
    let mut line = Line::with_policy(BURST);
    for _ in 0..4 {
        line.says(QUESTION);
    }
    assert_eq!(line.asked().len(), 1);
    // What comes while the AI thinks is answered together with the rest, once.
    let mut line = Line::with_policy(BURST);
    line.says(QUESTION);
    line.wait(5);
    line.says("do you have it in red?");
    line.ai_says("In blue, yes!");
    assert!(line.sends().is_empty(), "that answer is stale");
    line.wait(5);
    assert_eq!(line.last_request().text, format!("{QUESTION}\ndo you have it in red?").as_str());
    line.ai_says("In both.");
    assert_eq!((line.kinds().len(), line.asked().len()), (1, 2));
    // Who is out, or with people, is not answered when the time is over.
    let ends: [fn(&mut Line); 3] = [
        |line| {
            line.says("STOP");
        },
        |line| {
            line.says(REFUND);
        },
        |line| line.agent(1, AgentAction::Claim),
    ];
    for end in ends {
        let mut line = Line::with_policy(BURST);
        line.says(QUESTION);
        end(&mut line);
        line.wait(60);
        assert!(line.asked().is_empty());
    }
}

#[test]
fn g_23_a_message_after_the_end_reopens_it_for_a_while() {
    let by_person: fn(&mut Line) = |line| {
        line.says(REFUND);
        line.agent_says(1, "Done.");
        line.wait(3 * 3600);
        line.agent(1, AgentAction::Close);
    };
    let by_silence: fn(&mut Line) = |line| {
        line.says(QUESTION);
        line.ai_says("We do!");
        line.wait(8 * 3600);
    };
    let by_closing_text: fn(&mut Line) = |line| {
        line.says(QUESTION);
        line.ai_ends(AiOutcome::NoKnowledge, 0.0, "");
    };
    let policy = "hand_off = \"closeout\"\n[texts]\ncloseout = \"Bye.\"\n[deadlines]\nreopen = \"6h\"\n\
                  inactive = \"8h\"\n";
    for ends in [by_person, by_silence, by_closing_text] {
        for (secs, same) in [(6 * 3600 - 60, true), (6 * 3600 + 60, false)] {
            let mut line = Line::with_policy(policy);
            ends(&mut line);
            assert_eq!(line.owner(), Owner::Closed);
            let id = line.conversation();
            line.wait(secs);
            line.says(QUESTION);
            assert_eq!((line.conversation() == id, line.owner()), (same, Owner::Ai), "{secs}");
        }
    }
    // An opt-out ends it for good.
    let mut line = Line::new();
    line.says(QUESTION);
    let id = line.conversation();
    line.says("STOP");
    assert_eq!(line.state().conversation.outcome, Outcome::OptedOut);
    line.says("START");
    line.says(QUESTION);
    assert_ne!(line.conversation(), id);
}

#[test]
fn g_108_a_full_inbox_refuses_aloud_and_nothing_is_lost() {
    // Everything waits in the order in which it came, and whoever brings more is told to come again. That
    // compliance words are served before all else under overload is not there yet: it takes two inboxes,
    // and a promise about their order. Until then a STOP waits behind one full inbox at most.
    const PEOPLE: u64 = 500;
    let open = Arc::new(AtomicBool::new(false));
    let decided = Arc::new(Mutex::new(BTreeMap::<u64, u32>::new()));
    let (gate, counted) = (Arc::clone(&open), Arc::clone(&decided));
    let deliver: Deliver = Box::new(move |held| {
        while !gate.load(Ordering::Acquire) {
            thread::yield_now();
        }
        if let Effect::Decide(decision) = &held.effect {
            *counted.lock().unwrap().entry(decision.contact.0).or_default() += 1;
        }
        true
    });
    let runtime = start(vec![deliver], 16);
    submit_patiently(&runtime, policy());
    let mut refusals = 0;
    for person in 0..PEOPLE {
        let text = if person % 2 == 0 { "STOP" } else { QUESTION };
        let inbound = reply(12_025_550_000 + person, u128::from(person), text, START);
        let mut input = Input::Reply(inbound.clone());
        loop {
            match runtime.submit(input) {
                Ok(()) => break,
                Err(Refused::Full(back)) => {
                    assert_eq!(back, Input::Reply(inbound.clone()), "it comes back whole");
                    refusals += 1;
                    input = back;
                }
                Err(Refused::Closed(_)) => panic!("the runtime is open"),
            }
            if refusals > 3 {
                open.store(true, Ordering::Release);
            }
            thread::yield_now();
        }
    }
    open.store(true, Ordering::Release);
    runtime.shut_down().unwrap();
    let decided = decided.lock().unwrap();
    assert!(refusals > 0, "an inbox of 16 fills up");
    assert_eq!(decided.len() as u64, PEOPLE);
    assert!(decided.values().all(|times| *times == 1));
}

#[test]
fn g_112_two_machines_are_parted_by_pace_and_by_count() {
    let policy = "[[keyword]]\nword = \"vip\"\nreply = \"Reply VIP for more!\"\n";
    // A robot at the other end answers each text with the word that brings the next.
    let answers = |pace: u64| {
        let mut line = Line::with_policy(policy);
        for answers in 0..100 {
            line.wait(pace);
            let decision = line.says("VIP");
            if decision.reason == Reason::Loop {
                assert_eq!((decision.step, line.owner()), (Step::Noise, Owner::Queue));
                assert_eq!(line.offers()[0].reason, Reason::Loop, "people are told");
                assert_eq!(line.kinds().len(), answers, "and nothing more is said");
                line.says("VIP");
                assert_eq!(line.kinds().len(), answers);
                return answers;
            }
        }
        panic!("a loop without an end");
    };
    assert_eq!(answers(2), 5);
    // A slow one is not told by its pace, but twenty answers are no conversation.
    assert_eq!(answers(60), 20);
    // The AI ends by its budget, at any pace.
    let mut line = Line::new();
    let mut answers = 0;
    while line.says(QUESTION).disposition == Disposition::Ai {
        line.ai_says("We do!");
        answers += 1;
        line.wait(60);
    }
    assert_eq!((answers, line.owner()), (8, Owner::Queue));
}
