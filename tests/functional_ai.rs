//! Functional AI: scores bring people in, people pause the AI, and both never answer at once.

mod failures;

use bytes::Bytes;
use volley_core::classify::Score;
use volley_core::conversation::{Owner, Speaker};
use volley_core::effect::{DenialReason, Effect, EventKind, RefusalReason, Scored, SendKind};
use volley_core::id::{AgentId, MessageId};
use volley_core::input::{AgentAction, AgentCommand, AiOutcome, Input, PauseReason, Stamp};
use volley_core::message::Channel;
use volley_core::policy::Evaluation;
use volley_core::reason::{Disposition, Reason};
use volley_core::record::{Body, Record};
use volley_core::service::Role;

use crate::support::{Line, PERSON, reply, result};

/// People pause the AI before they answer, and scores of the AI call them.
const POLICY: &str = r#"
reply_takes_over = false
[evaluation]
frustration = 0.8
complexity = 0.9
[resume]
rule = "manual"
"#;

const QUESTION: &str = "do you have this jacket in blue?";

/// A question that the AI is at, under the policy.
fn asked(policy: &str) -> Line {
    let mut line = Line::with_policy(policy);
    assert_eq!(line.says(QUESTION).disposition, Disposition::Ai);
    line
}

/// An agent has paused the AI for a reason, under the policy.
fn paused(policy: &str, reason: PauseReason) -> Line {
    let mut line = asked(policy);
    line.agent(3, AgentAction::Pause(reason));
    line
}

fn scored(line: &Line) -> Vec<Scored> {
    let scored = line.effects.iter().filter_map(|effect| match effect {
        Effect::Scored(scored) => Some(*scored),
        _ => None,
    });
    scored.collect()
}

/// The AI answers with scores.
fn answers_with(line: &mut Line, scores: &[(Evaluation, u16)]) {
    line.ai_gives(AiOutcome::Answer, "We do!", |result| {
        result.scores =
            scores.iter().map(|(evaluation, score)| (*evaluation, Score(*score))).collect();
    });
}

#[test]
fn ru_3_a_score_that_crosses_its_threshold_brings_people_in() {
    use Evaluation::{Complexity, Frustration, Risk};
    let check = |scores: &[(Evaluation, u16)], is_sent: bool| {
        let mut line = asked(POLICY);
        answers_with(&mut line, scores);
        let offered = line.offers().first().map(|offer| offer.reason);
        assert_eq!(line.sends().len(), usize::from(is_sent), "{scores:?}");
        assert_eq!(offered, (!is_sent).then_some(Reason::ScoreThreshold), "{scores:?}");
    };
    check(&[(Frustration, 8_000)], false);
    check(&[(Frustration, 7_999), (Complexity, 8_999)], true);
    check(&[(Frustration, 100), (Complexity, 9_500)], false);
    // What the brand has set no threshold for brings nobody.
    check(&[(Risk, 10_000)], true);
}

#[test]
fn ru_4_which_score_it_was_is_kept() {
    let mut line = asked(POLICY);
    line.ai_says("Which size?");
    line.says("do you have it in red?");
    answers_with(&mut line, &[(Evaluation::Frustration, 4_000), (Evaluation::Complexity, 9_100)]);
    let wanted = Scored {
        key: PERSON,
        conversation: line.conversation(),
        turn: 2,
        evaluation: Evaluation::Complexity,
        score: Score(9_100),
        threshold: Score(9_000),
    };
    assert_eq!(scored(&line), [wanted]);
    // It is told again by whoever reads the journal later.
    let (.., effects) = line.replayed();
    assert!(effects.contains(&Effect::Scored(wanted)));
}

#[test]
fn ru_17_an_answer_from_the_mail_client_counts_like_one_from_here() {
    let story = |answer: fn(&mut Line)| {
        let mut line = Line::with_policy("");
        line.channel = Channel::Email;
        line.says(QUESTION);
        let request = line.last_request();
        answer(&mut line);
        // What the AI had on its way is stale.
        line.give(Input::Ai(result(&request, AiOutcome::Answer, Score::ONE, "We do!")));
        assert!(line.kinds().iter().all(|kind| *kind != SendKind::Ai));
        assert_eq!(line.refusals().last().map(|it| it.reason), Some(RefusalReason::Stale));
        let conversation = line.state().conversation;
        assert_eq!(line.says("thanks, and in red?").disposition, Disposition::Append);
        (
            (conversation.owner, conversation.answered_by, conversation.answered_at),
            (conversation.deadline, conversation.waiting_since, conversation.epoch),
        )
    };
    let here = story(|line| line.agent_says(7, "We do."));
    assert_eq!(here.0.0, Owner::Human(AgentId(7)));
    assert_eq!(here, story(|line| line.echo(7, "We do.")));
}

#[test]
fn ru_17_a_nameless_answer_from_outside_leaves_an_agent_what_they_have() {
    let is_freed = |who: u32| {
        let mut line = Line::with_policy("");
        line.says("I want a refund");
        line.agent(7, AgentAction::Claim);
        line.echo(who, "It is on its way.");
        let freed = line.effects.iter().any(|effect| matches!(effect, Effect::Release(_)));
        (line.owner(), freed)
    };
    assert_eq!(is_freed(0), (Owner::Human(AgentId(7)), false));
    assert_eq!(is_freed(8), (Owner::Human(AgentId(8)), true));
    // To somebody who never wrote, people answer by the channel they were written to by.
    let mut line = Line::with_policy("");
    line.channel = Channel::Email;
    line.echo(8, "Welcome to the shop!");
    line.agent_says(8, "Can I help you?");
    assert_eq!(line.sends()[0].channel, Channel::Email);
}

#[test]
fn ru_20_the_ai_is_paused_before_people_answer() {
    let mut line = asked(POLICY);
    line.agent_says(3, "Let me check.");
    assert_eq!((line.owner(), line.sends().len()), (Owner::Ai, 0));
    assert_eq!(line.denials().last().map(|denial| denial.reason), Some(DenialReason::NotPaused));
    line.agent(3, AgentAction::Pause(PauseReason::Attention));
    line.agent_says(3, "Let me check.");
    assert_eq!((line.owner(), line.kinds()), (Owner::Human(AgentId(3)), vec![SendKind::Agent]));
}

#[test]
fn ru_54_an_answer_without_a_pause_is_an_error_only_where_the_brand_wants_it_so() {
    let mut strict = asked(POLICY);
    strict.ai_says("We do!");
    strict.agent_says(3, "In all sizes.");
    assert_eq!(strict.denials().last().map(|denial| denial.reason), Some(DenialReason::NotPaused));
    assert_eq!((strict.kinds(), strict.owner()), (vec![SendKind::Ai], Owner::Ai));
    let mut lenient = asked("");
    lenient.agent_says(3, "In all sizes.");
    assert_eq!((lenient.denials().len(), lenient.owner()), (0, Owner::Human(AgentId(3))));
    // What waits for people needs no pause.
    let mut queued = Line::with_policy(POLICY);
    queued.says("I want a refund");
    queued.agent_says(3, "Gladly.");
    assert_eq!(queued.kinds(), [SendKind::Agent]);
}

#[test]
fn ru_25_a_pause_cancels_the_answer_that_is_on_its_way() {
    let mut line = paused(POLICY, PauseReason::Attention);
    line.ai_says("We do!");
    assert_eq!((line.sends().len(), line.refusals()[0].reason), (0, RefusalReason::Stale));
}

/// What may happen while the AI is at an answer.
#[derive(Clone, Copy, Debug)]
enum Happens {
    AiAnswers,
    AgentPauses,
    AgentWrites,
    CustomerWrites,
}

/// All orders of `rest`.
fn orders(rest: &[Happens]) -> Vec<Vec<Happens>> {
    if rest.is_empty() {
        return vec![vec![]];
    }
    let mut all = Vec::new();
    for first in 0..rest.len() {
        let mut others = rest.to_vec();
        let first = others.remove(first);
        all.extend(orders(&others).into_iter().map(|order| [vec![first], order].concat()));
    }
    all
}

/// The things in that order, and at the end an answer of the AI to all that it was ever asked. Gives who
/// answered which turn.
fn voices(policy: &str, order: &[Happens]) -> Vec<(SendKind, u32)> {
    let mut line = asked(policy);
    for happens in order {
        match happens {
            Happens::AiAnswers => line.ai_says("We do!"),
            Happens::AgentPauses => line.agent(3, AgentAction::Pause(PauseReason::Attention)),
            Happens::AgentWrites => line.agent_says(3, "Let me check."),
            Happens::CustomerWrites => {
                line.says("do you have it in red?");
            }
        }
    }
    for request in line.asked() {
        line.give(Input::Ai(result(&request, AiOutcome::Answer, Score::ONE, "We do!")));
    }
    line.sends().iter().map(|send| (send.kind, send.turn)).collect()
}

#[test]
fn ru_21_people_and_the_ai_never_answer_one_message_both() {
    use Happens::{AgentPauses, AgentWrites, AiAnswers, CustomerWrites};
    // Where the AI is paused first, as it is meant, people write only after they could see its answer.
    for order in orders(&[AiAnswers, AgentWrites, CustomerWrites]) {
        let voices = voices(POLICY, &order);
        assert!(voices.iter().all(|(kind, _)| *kind == SendKind::Ai), "{order:?} {voices:?}");
    }
    for order in orders(&[AgentPauses, AgentWrites, CustomerWrites]) {
        let voices = voices(POLICY, &order);
        assert!(voices.iter().all(|(kind, _)| *kind == SendKind::Agent), "{order:?} {voices:?}");
    }
    // At the very same moment, whoever comes first.
    let simultaneous = |answer_first: bool| {
        let mut line = asked(POLICY);
        let answer =
            Input::Ai(result(&line.last_request(), AiOutcome::Answer, Score::ONE, "We do!"));
        let text = Bytes::from_static(b"Let me check.");
        let write = Input::Agent(line.command(Role::Agent, 3, AgentAction::Reply(text)));
        let pause = AgentAction::Pause(PauseReason::Attention);
        let pause = Input::Agent(line.command(Role::Agent, 3, pause));
        let inputs = if answer_first { vec![answer, write] } else { vec![pause, write, answer] };
        line.give_at_once(inputs);
        line.kinds()
    };
    assert_eq!(simultaneous(true), [SendKind::Ai]);
    assert_eq!(simultaneous(false), [SendKind::Agent]);
}

#[test]
fn ru_75_nothing_goes_wrong_if_nobody_pauses_first() {
    use Happens::{AgentPauses, AgentWrites, AiAnswers, CustomerWrites};
    for order in orders(&[AiAnswers, AgentPauses, AgentWrites, CustomerWrites]) {
        let without_pause: Vec<_> =
            order.iter().copied().filter(|it| !matches!(it, AgentPauses)).collect();
        for order in [order, without_pause] {
            let voices = voices("", &order);
            let people = voices.iter().position(|(kind, _)| *kind == SendKind::Agent);
            let people = people.expect("people are heard in any case");
            let after = &voices[people..];
            assert!(after.iter().all(|(kind, _)| *kind == SendKind::Agent), "{order:?} {voices:?}");
        }
    }
}

#[test]
fn ru_24_a_pause_outlives_a_restart() {
    let mut line = paused(POLICY, PauseReason::Attention);
    line.agent_says(3, "Let me check.");
    line.says("thanks");
    let (now, live) = (line.now, line.state());
    let live_hash = line.worker().shard().state_hash();
    let emitted = line.effects.clone();
    let (entries, mut shard, effects) = line.replayed();
    assert_eq!(effects, emitted);
    assert_eq!(shard.state_hash(), live_hash);
    let contact = shard.find(PERSON).expect("they are known").clone();
    assert_eq!(contact, live);
    assert_eq!(contact.conversation.owner, Owner::Human(AgentId(3)));
    assert_eq!(contact.conversation.escalated_for, Reason::PausedForAttention);
    // The next message is met as if nothing had happened.
    let last = &entries.last().unwrap().record;
    let mut inbound = reply(PERSON.contact.0, 99, QUESTION, now);
    inbound.message_id = MessageId(99);
    let record = Record {
        seq: volley_core::id::Seq(last.seq.0 + 1),
        at: now,
        previous: contact.conversation.last_record,
        body: Body::Reply(inbound, Stamp::default()),
    };
    let mut effects = Vec::new();
    shard.apply(&record, entries.last().unwrap().position, &mut effects);
    let [Effect::Decide(decision)] = effects[..] else { panic!("{effects:?}") };
    assert_eq!(
        (decision.disposition, decision.owner),
        (Disposition::Append, Owner::Human(AgentId(3)))
    );
}

#[test]
fn ru_32_given_back_the_ai_answers_again() {
    let mut line = paused(POLICY, PauseReason::Attention);
    line.agent_says(3, "In red only.");
    line.agent(3, AgentAction::Resume);
    assert_eq!(line.owner(), Owner::Ai);
    assert_eq!(line.says("do you have it in red?").disposition, Disposition::Ai);
    line.ai_says("We do!");
    assert_eq!(line.kinds(), [SendKind::Agent, SendKind::Ai]);
    // Only who has it can give it back.
    let mut line = paused(POLICY, PauseReason::Attention);
    line.agent(4, AgentAction::Resume);
    assert_eq!(line.owner(), Owner::Human(AgentId(3)));
    assert_eq!(line.denials()[0].reason, DenialReason::OwnedByOther);
}

#[test]
fn ru_33_if_nobody_gives_it_back_it_stays_paused() {
    let mut line = paused(POLICY, PauseReason::Confirmation);
    line.agent_says(3, "In red only.");
    let asked = line.asked().len();
    for _ in 0..20 {
        line.wait(12 * 3600);
        assert!(matches!(line.owner(), Owner::Human(_) | Owner::Queue), "{:?}", line.owner());
        assert_eq!(line.says("do you have it in red?").disposition, Disposition::Append);
    }
    assert_eq!((line.asked().len(), line.kinds()), (asked, vec![SendKind::Agent]));
}

#[test]
fn ru_34_what_was_written_meanwhile_is_answered_only_where_the_brand_says_so() {
    let story = |policy: &str| {
        let mut line = paused(policy, PauseReason::Attention);
        line.agent_says(3, "In red only.");
        line.says("do you ship to Canada?");
        line.forget();
        line.agent(3, AgentAction::Resume);
        line
    };
    let mut line = story(POLICY);
    assert!(line.asked().is_empty());
    line.says("do you have it in red?");
    assert!(line.last_request().after_people, "it is told that people have spoken");
    let retroactive = POLICY.replace("[resume]", "[resume]\nanswer_waiting = true");
    let mut line = story(&retroactive);
    let request = line.last_request();
    assert!(request.after_people && request.text.is_empty(), "it reads what was said meanwhile");
    line.ai_says("We do ship there.");
    assert_eq!(
        (line.kinds(), line.state().conversation.answered_by),
        (vec![SendKind::Ai], Speaker::Ai)
    );
    // Nobody waits, nothing is answered.
    let mut line = paused(&retroactive, PauseReason::Attention);
    line.agent_says(3, "In red only.");
    line.forget();
    line.agent(3, AgentAction::Resume);
    assert!(line.asked().is_empty());
}

#[test]
fn ru_37_who_asked_for_a_person_is_not_given_back_by_a_clock() {
    let timer = "[resume]\nrule = \"timer\"\nafter = \"1h\"\n";
    let ends_with_ai = |begin: fn(&mut Line)| {
        let mut line = asked(timer);
        begin(&mut line);
        line.agent_says(3, "In red only.");
        line.wait(2 * 3600);
        line.owner() == Owner::Ai
    };
    let pause = |line: &mut Line, reason| line.agent(3, AgentAction::Pause(reason));
    assert!(ends_with_ai(|line| line.agent(3, AgentAction::Claim)));
    assert!(ends_with_ai(|line| line.agent(3, AgentAction::Pause(PauseReason::Attention))));
    assert!(ends_with_ai(|line| line.agent(3, AgentAction::Pause(PauseReason::Confirmation))));
    assert!(!ends_with_ai(|line| line.agent(3, AgentAction::Pause(PauseReason::WantsPerson))));
    // However they said so, and whatever it was paused for besides.
    assert!(!ends_with_ai(|line| {
        line.says("can I talk to a real person please");
    }));
    assert!(!ends_with_ai(|line| {
        line.says("can I talk to a real person please");
        line.agent(3, AgentAction::Pause(PauseReason::Attention));
    }));
    assert!(!ends_with_ai(|line| {
        line.agent(3, AgentAction::Claim);
        line.says("can I talk to a real person please");
    }));
    // A person can give it back all the same.
    let mut line = asked(timer);
    pause(&mut line, PauseReason::WantsPerson);
    let reason = line.state().conversation.reason;
    assert_eq!(reason, Reason::WantsPerson, "it is on record");
    line.agent(3, AgentAction::Resume);
    assert_eq!(line.owner(), Owner::Ai);
}

#[test]
fn ru_74_ru_77_two_voices_for_one_message_are_noticed() {
    let doubles =
        |line: &Line| line.events().iter().filter(|it| **it == EventKind::DoubleReply).count();
    let mut line = asked("");
    line.ai_says("We do!");
    line.echo(0, "Yes, in blue.");
    assert_eq!(doubles(&line), 1);
    // Once for one message.
    line.echo(0, "And in red.");
    assert_eq!(doubles(&line), 1);
    // The first voice silences the AI, so that there is no second.
    let mut line = asked("");
    line.echo(0, "Yes, in blue.");
    line.ai_says("We do!");
    assert_eq!((doubles(&line), line.sends().len()), (0, 0));
    // A message that the AI has not answered is answered once.
    let mut line = asked("");
    line.ai_says("We do!");
    line.says("do you have it in red?");
    line.echo(0, "Yes, in red.");
    assert_eq!(doubles(&line), 0);
}

#[test]
fn ru_79_who_paused_when_and_why_is_on_record() {
    let mut line = paused(POLICY, PauseReason::Confirmation);
    let paused_at = line.now;
    line.wait(600);
    line.agent(3, AgentAction::Resume);
    let resumed_at = line.now;
    let (entries, ..) = line.replayed();
    let acts = entries.into_iter().filter_map(|entry| match entry.record.body {
        Body::Agent(AgentCommand { agent, action, .. }) => Some((entry.record.at, agent, action)),
        _ => None,
    });
    let wanted = [
        (paused_at, AgentId(3), AgentAction::Pause(PauseReason::Confirmation)),
        (resumed_at, AgentId(3), AgentAction::Resume),
    ];
    assert_eq!(acts.collect::<Vec<_>>(), wanted);
    // And the conversation itself says why it stands where it stands.
    for (reason, wanted) in [
        (PauseReason::Attention, Reason::PausedForAttention),
        (PauseReason::Confirmation, Reason::PausedForConfirmation),
        (PauseReason::WantsPerson, Reason::WantsPerson),
    ] {
        assert_eq!(paused(POLICY, reason).state().conversation.reason, wanted);
    }
}
