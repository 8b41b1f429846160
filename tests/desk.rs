//! The desk and the engine together: what one answers, the other is told.

use std::io;

use bytes::Bytes;
use volley_core::conversation::Owner;
use volley_core::desk::{Answer, Command, Desk, DeskConfig, Presence, Shift};
use volley_core::effect::{Effect, Offer, Release};
use volley_core::id::{AgentId, ContactId, ConversationId, Key, Position, Seq};
use volley_core::input::{AgentAction, Input, PolicyChange};
use volley_core::journal::{Journal, MemoryJournal, Reader};
use volley_core::record::Record;
use volley_core::service::Priority;
use volley_core::time::{Deadline, Timestamp};
use volley_core::worker::DeskWorker;
use volley_core::worker::desk::{Told, apply, header};

use crate::support::{BRAND, Line, START};

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

/// Numbers without rhyme or reason, the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

fn offer(number: u64, at: Timestamp) -> Offer {
    let (key, conversation) =
        (Key { brand: BRAND, contact: ContactId(number) }, ConversationId(number));
    Offer { key, conversation, epoch: 1, at, ..Offer::default() }
}

/// Something the desk may be told; much of it makes no sense.
fn any_command(dice: &mut Dice, now: Timestamp, offered: &mut u64) -> Command {
    let agent = AgentId(dice.below(5) as u32);
    let conversation = ConversationId(dice.below(*offered + 1));
    match dice.below(12) {
        0 => Command::SignOn(Shift::general(agent, dice.below(4) as u16)),
        1 => {
            let presence = Presence::ALL[dice.below(3) as usize];
            Command::Presence { agent, presence }
        }
        2 => Command::ShiftEnd(agent),
        3 => Command::Withdraw(conversation),
        4 => Command::Claim { agent, conversation },
        5..=6 => Command::Release(Release { agent, conversation }),
        7 => {
            let texts = [
                "",
                "[desk]\nstrategy = \"round_robin\"\n",
                "[queue.people]\ntarget = \"30s\"\n",
                "?",
            ];
            let source = Bytes::from_static(texts[dice.below(4) as usize].as_bytes());
            Command::Policy(PolicyChange { brand: BRAND, source, author: Bytes::new() })
        }
        _ => {
            *offered += 1;
            let priority = Priority::ALL[dice.below(4) as usize];
            let secs = now.as_micros() / 1_000_000 + dice.below(7200);
            let expires = (dice.below(2) == 0).then(|| Deadline::from_secs(secs as u32));
            Command::Offer(Offer { priority, expires, ..offer(*offered, now) })
        }
    }
}

#[test]
fn the_desks_journal_tells_the_same_story() {
    let mut worker = DeskWorker::new(MemoryJournal::keeping(header()));
    let (mut dice, mut told, mut offered) = (Dice(7), Vec::new(), 0);
    let mut now = START;
    for _ in 0..500 {
        now = now + std::time::Duration::from_millis(dice.below(90_000));
        let count = dice.below(6);
        let commands: Vec<Command> =
            (0..count).map(|_| any_command(&mut dice, now, &mut offered)).collect();
        let keep = |it: &Told| {
            told.push(it.clone());
            true
        };
        worker.turn(now, commands, keep).unwrap();
    }
    let kinds = |kind: fn(&Answer) -> bool| told.iter().filter(|it| kind(&it.answer)).count();
    assert!(kinds(|it| matches!(it, Answer::Assigned(_))) > 100);
    assert!(kinds(|it| matches!(it, Answer::Requeue(_))) > 10);
    assert!(kinds(|it| matches!(it, Answer::Alarm(_))) > 10);
    assert!(kinds(|it| matches!(it, Answer::Refused(_))) > 100);
    let state = worker.desk().state_hash();
    let journal = worker.into_journal();
    let (mut desk, mut answers, mut again) = (Desk::default(), Vec::new(), Vec::new());
    for entry in Reader::new(journal.bytes()).unwrap() {
        let record = entry.unwrap().record;
        let seq = record.seq;
        apply(&mut desk, record, &mut answers);
        let numbered = answers.drain(..).zip(0..);
        again.extend(numbered.map(|(answer, index)| Told { seq, index, answer }));
    }
    assert_eq!(again, told);
    assert_eq!(desk.state_hash(), state);
}

/// A journal that makes durable only what it is let to, or fails.
struct Slow {
    last: Seq,
    durable: Option<Seq>,
}

impl Journal for Slow {
    fn append(&mut self, record: &Record) -> Position {
        self.last = record.seq;
        Position::default()
    }

    fn sync(&mut self) -> io::Result<Seq> {
        self.durable.ok_or_else(|| io::Error::other("the disk is gone"))
    }
}

#[test]
fn nothing_leaves_the_desk_before_its_journal_has_it() {
    let commands = || {
        let shift = Shift::general(AgentId(1), 2);
        [Command::SignOn(shift), Command::Offer(offer(1, START)), Command::Offer(offer(2, START))]
    };
    let mut lost = DeskWorker::new(Slow { last: Seq(0), durable: None });
    let error = lost.turn(START, commands(), |it| panic!("{it:?}")).unwrap_err();
    assert!(error.to_string().contains("gone"));
    let mut slow = DeskWorker::new(Slow { last: Seq(0), durable: Some(Seq(3)) });
    // What it was told is durable; what it made of that is the fourth record, and is not.
    slow.turn(START, commands(), |it| panic!("{it:?}")).unwrap();
    assert!(!slow.is_drained());
    assert_eq!(slow.into_journal().last, Seq(4));
    let mut quick = DeskWorker::new(Slow { last: Seq(0), durable: Some(Seq(4)) });
    // Whoever has room for one gets the other one later.
    let mut left = Vec::new();
    let one = |it: &Told| {
        let room = left.is_empty();
        if room {
            left.push((it.seq, it.index));
        }
        room
    };
    quick.turn(START, commands(), one).unwrap();
    assert!(quick.has_room() && !quick.is_drained());
    let mut rest = Vec::new();
    let keep = |it: &Told| {
        rest.push((it.seq, it.index));
        true
    };
    quick.turn(START, [], keep).unwrap();
    assert_eq!((left, rest), (vec![(Seq(4), 0)], vec![(Seq(4), 1)]));
    // A turn in which nothing happens writes nothing.
    assert_eq!(quick.into_journal().last, Seq(4));
}
