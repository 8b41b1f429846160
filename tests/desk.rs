//! The desk and the engine together: what one answers, the other is told.

use volley_core::conversation::Owner;
use volley_core::desk::{Answer, Command, Desk, DeskConfig, Shift};
use volley_core::effect::Effect;
use volley_core::id::AgentId;
use volley_core::input::{AgentAction, Input};

use crate::support::Line;

/// Tells the desk what the engine let out, and the engine what the desk answers, until both rest.
fn settle(desk: &mut Desk, line: &mut Line) {
    loop {
        let mut answers = Vec::new();
        for effect in std::mem::take(&mut line.effects) {
            let command = match effect {
                Effect::Offer(offer) => Command::Offer(offer),
                Effect::Release(release) => Command::Release(release),
                Effect::Deny(denial) => Command::Deny(denial),
                _ => continue,
            };
            desk.apply(command, line.now, &mut answers);
        }
        desk.turn(line.now, &mut answers);
        if answers.is_empty() {
            return;
        }
        answers.into_iter().for_each(|answer| hear(line, answer));
    }
}

fn hear(line: &mut Line, answer: Answer) {
    match answer {
        Answer::Assigned(assignment) => line.give(Input::Agent(assignment.command)),
        Answer::Requeue(command) => line.give(Input::Agent(command)),
        other => panic!("{other:?}"),
    }
}

#[test]
fn after_a_shift_the_next_agent_gets_what_the_last_one_had() {
    // G-47.
    let mut line = Line::new();
    let mut desk = Desk::new(DeskConfig::default());
    let mut none = Vec::new();
    desk.apply(Command::SignOn(Shift::general(AgentId(1), 1)), line.now, &mut none);
    line.says("I want a refund");
    let offered_at = line.offers()[0].at;
    settle(&mut desk, &mut line);
    assert_eq!(line.state().conversation.owner, Owner::Human(AgentId(1)));
    line.wait(60);
    let mut answers = Vec::new();
    desk.apply(Command::ShiftEnd(AgentId(1)), line.now, &mut answers);
    answers.into_iter().for_each(|answer| hear(&mut line, answer));
    settle(&mut desk, &mut line);
    assert_eq!(line.state().conversation.owner, Owner::Queue);
    assert_eq!(desk.oldest(), Some(offered_at));
    desk.apply(Command::SignOn(Shift::general(AgentId(2), 1)), line.now, &mut none);
    settle(&mut desk, &mut line);
    assert_eq!(line.state().conversation.owner, Owner::Human(AgentId(2)));
    assert_eq!((desk.busy_places(), desk.queue_length(), none.len()), (1, 0, 0));
}

#[test]
fn only_its_owner_can_hand_a_conversation_back() {
    // G-47. The customer hears nothing of it.
    let mut line = Line::new();
    line.says("I want a refund");
    line.agent(1, AgentAction::Requeue);
    assert_eq!(line.offers().len(), 1);
    line.agent(1, AgentAction::Claim);
    line.agent(2, AgentAction::Requeue);
    assert_eq!(line.state().conversation.owner, Owner::Human(AgentId(1)));
    let sends = line.sends().len();
    line.agent(1, AgentAction::Requeue);
    assert_eq!(line.state().conversation.owner, Owner::Queue);
    assert!(line.state().conversation.deadline.is_some());
    assert_eq!((line.offers().len(), line.sends().len()), (2, sends));
    assert!(line.offers()[1].epoch > line.offers()[0].epoch);
    assert!(line.effects.iter().any(|it| matches!(it, Effect::Release(it) if it.agent.0 == 1)));
}
