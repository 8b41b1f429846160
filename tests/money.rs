//! What the AI may spend, in every unit and over every span.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use volley_core::classify::Score;
use volley_core::conversation::{Outcome, Owner};
use volley_core::effect::{AiRequest, Effect, RefusalReason, Send, SendKind, Usage};
use volley_core::id::{AgentId, ContactId, ConversationId, Key};
use volley_core::input::{AgentAction, AgentCommand, AiOutcome, Input, Stamp};
use volley_core::ladder::counterfactual::counterfactuals;
use volley_core::ladder::factor::{BudgetOf, Factor};
use volley_core::ladder::route;
use volley_core::ladder::setting::Value;
use volley_core::ladder::situation::Situation;
use volley_core::message::Channel;
use volley_core::policy::{BudgetUnit, Limits, Policy, Spent};
use volley_core::reason::{Disposition, Reason, Step};
use volley_core::service::Role;

use crate::support::{BRAND, Line, PERSON, reply, result};

const QUESTION: &str = "do you have this jacket in blue?";

/// An answer of that many segments: 160 characters are one, 153 are each of several.
fn answer(segments: usize) -> String {
    "a".repeat(if segments == 1 { 160 } else { 153 * segments })
}

/// How far the AI gets: question and answer, until something else happens. The answers that left, and
/// the decision that ended it.
fn answers(line: &mut Line, segments: usize) -> (usize, Step, Disposition, Reason) {
    for answered in 0..100 {
        // Slowly, so that nobody takes it for an exchange of machines.
        line.wait(60);
        let decision = line.says(QUESTION);
        if decision.disposition != Disposition::Ai {
            return (answered, decision.step, decision.disposition, decision.reason);
        }
        line.ai_says(&answer(segments));
    }
    panic!("the AI was never stopped");
}

#[test]
fn kl_48_g_71_each_budget_of_a_conversation_ends_in_a_hand_off() {
    let check = |budget: &str, segments, after| {
        let mut line = Line::with_policy(&format!("[budget]\n{budget}\n"));
        let (answered, step, disposition, reason) = answers(&mut line, segments);
        assert_eq!(answered, after, "{budget}");
        assert_eq!(
            (step, disposition, reason),
            (Step::Limits, Disposition::Human, Reason::BudgetExhausted),
            "{budget}"
        );
        assert_eq!(line.state().conversation.owner, Owner::Queue);
        // Never another message of the AI, whatever the customer writes.
        line.forget();
        line.says("and in green?");
        assert!(line.sends().iter().all(|send| send.kind != SendKind::Ai), "{budget}");
    };
    check("", 1, 8);
    check("", 2, 6);
    check("conversation_messages = 3", 1, 3);
    check("conversation_segments = 4", 2, 2);
    // 79 for a segment and 100 for the answer, in hundredths: 179 each.
    check("conversation_cents = 5.37", 1, 3);
    check("conversation_cents = 5.36", 1, 2);
}

#[test]
fn an_answer_longer_than_there_is_room_for_is_not_sent() {
    let check = |budget: &str, segments_max, longest| {
        for segments in [longest, longest + 1] {
            let mut line = Line::with_policy(&format!("[budget]\n{budget}\n"));
            line.says(QUESTION);
            assert_eq!(line.last_request().segments_max, segments_max, "{budget}");
            line.ai_says(&answer(segments));
            let sent = line.sends().iter().filter(|send| send.kind == SendKind::Ai).count();
            assert_eq!(sent, usize::from(segments == longest), "{budget}, {segments} segments");
            if segments > longest {
                assert_eq!(line.refusals()[0].reason, RefusalReason::Budget);
                assert_eq!(line.offers()[0].reason, Reason::BudgetExhausted);
            }
        }
    };
    check("turn_segments = 2", 2, 2);
    check("turn_cents = 3.37", 3, 3);
    check("turn_cents = 3.36", 2, 2);
    check("conversation_segments = 3", 3, 3);
    check("day_segments = 1", 1, 1);
    // Where segments do not count, they bound nothing; the price of the answer does.
    let mut line = Line::with_policy("[budget]\nturn_segments = 1\nturn_cents = 1.0\n");
    line.channel = Channel::Web;
    line.says(QUESTION);
    assert_eq!(line.last_request().segments_max, 0);
    line.ai_says(&answer(4));
    assert_eq!(line.sends().len(), 1);
}

#[test]
fn kl_49_only_what_the_ai_sends_counts() {
    let policy = "[budget]\nconversation_messages = 2\nday_messages = 2\nbrand_day_messages = 16\n\
                  [texts]\nhand_off = \"A person will answer you.\"\n";
    let mut line = Line::with_policy(policy);
    for text in ["HELP", "STOP", "START", "HELP"] {
        line.says(text);
    }
    line.says(QUESTION);
    line.ai_says("We do.");
    line.says("can I talk to a real person please");
    line.agent(1, AgentAction::Claim);
    line.agent_says(1, "Hello!");
    line.agent_says(1, "What is it about?");
    line.agent(1, AgentAction::Resume);
    line.wait(60);
    let sent: Vec<SendKind> = line.sends().iter().map(|send| send.kind).collect();
    assert!(sent.len() >= 7, "{sent:?}");
    assert_eq!(line.says(QUESTION).disposition, Disposition::Ai);
    line.ai_says("We do.");
    line.wait(60);
    assert_eq!(line.says(QUESTION).reason, Reason::BudgetExhausted);
    let spent: Vec<Spent> = line.worker().shard().brand_days(BRAND).map(|it| it.spent()).collect();
    assert_eq!(spent.iter().map(|spent| spent.messages).sum::<u32>(), 2);
}

#[test]
fn g_72_what_a_customer_may_cost_in_a_day_ends_with_the_day() {
    // Midnight in the zone is 05:00 UTC; the tests begin at 14:00.
    let policy = "[zone]\nutc_offset = \"-05:00\"\n[budget]\nday_messages = 2\n\
                  conversation_messages = 100\n[deadlines]\ninactive = \"1h\"\nreopen = \"1s\"\n";
    let mut line = Line::with_policy(policy);
    let (answered, step, _, reason) = answers(&mut line, 1);
    assert_eq!((answered, step, reason), (2, Step::Limits, Reason::BudgetExhausted));
    // Another conversation on the same day is no new day.
    line.agent(1, AgentAction::Close);
    line.wait(14 * 3600);
    assert_eq!(line.says(QUESTION).reason, Reason::BudgetExhausted);
    line.agent(1, AgentAction::Close);
    line.wait(3600);
    assert_eq!(line.says(QUESTION).disposition, Disposition::Ai);
}

/// What the brand was told: what is counted, at how many percent.
fn told(line: &Line) -> Vec<(BudgetUnit, u8)> {
    let usage = line.effects.iter().filter_map(|effect| match effect {
        Effect::Usage(Usage { unit, percent, .. }) => Some((*unit, *percent)),
        _ => None,
    });
    usage.collect()
}

#[test]
fn kl_73_g_105_a_brand_whose_day_is_used_up_falls_back_and_is_told() {
    // Eight partitions: five messages for each, one of which the person is in.
    let brand = "[budget]\nbrand_day_messages = 40\nconversation_messages = 100\n\
                 conversation_segments = 100\n";
    let mut line = Line::with_policy(brand);
    let ended = answers(&mut line, 1);
    let reason = Reason::BrandBudgetExhausted;
    assert_eq!(ended, (5, Step::Limits, Disposition::Human, reason));
    assert_eq!(told(&line), [(BudgetUnit::Messages, 80), (BudgetUnit::Messages, 100)]);
    // The next day it is told again.
    line.agent(1, AgentAction::Close);
    line.forget();
    line.wait(50 * 3600);
    assert_eq!(answers(&mut line, 1).0, 5);
    assert_eq!(told(&line), [(BudgetUnit::Messages, 80), (BudgetUnit::Messages, 100)]);
    // The fallback is the one of the settings: here the closing text.
    let closing = format!("hand_off = \"closeout\"\n{brand}[texts]\ncloseout = \"Write to us.\"\n");
    let mut line = Line::with_policy(&closing);
    assert_eq!(answers(&mut line, 1), (5, Step::Limits, Disposition::Closeout, reason));
    assert_eq!(line.sends().last().map(|send| send.kind), Some(SendKind::Closeout));
    assert_eq!(line.state().conversation.outcome, Outcome::ClosedOut);
    // Cents: 8 partitions of 9.00; five answers of one segment are 8.95, and none fits into the rest.
    let mut line = Line::with_policy("[budget]\nbrand_day_cents = 72\n");
    assert_eq!(answers(&mut line, 1), (5, Step::Limits, Disposition::Human, reason));
    assert_eq!(told(&line), [(BudgetUnit::Cents, 80), (BudgetUnit::Cents, 100)]);
}

#[test]
fn a_partition_whose_part_is_nothing_says_so() {
    let mut line = Line::with_policy("[budget]\nbrand_day_messages = 0\n");
    assert_eq!(line.says(QUESTION).reason, Reason::BrandBudgetExhausted);
    assert_eq!(told(&line), [(BudgetUnit::Messages, 100)]);
}

/// What is set aside in all partitions.
fn reserved(line: &Line) -> u32 {
    line.worker().shard().brand_days(BRAND).map(|it| it.reserved().segments).sum()
}

#[test]
fn what_is_set_aside_returns_once_however_the_answer_ends() {
    let policy = "[budget]\nturn_segments = 3\nbrand_day_segments = 80\n";
    let score = Score((0.9 * 10_000.0) as u16);
    let check = |name: &str, end: &dyn Fn(&mut Line)| {
        let mut line = Line::with_policy(policy);
        line.says(QUESTION);
        assert_eq!(reserved(&line), 3, "{name}");
        let request = line.last_request();
        end(&mut line);
        assert_eq!(reserved(&line), 0, "{name}");
        // What comes late, or twice, returns nothing more.
        line.give(Input::Ai(result(&request, AiOutcome::Answer, score, "We do.")));
        assert_eq!(reserved(&line), 0, "{name}");
    };
    check("an answer", &|line| line.ai_says("We do."));
    check("no answer", &|line| line.ai_ends(AiOutcome::NoKnowledge, 0.0, ""));
    check("too late", &|line| line.wait(11));
    check("an opt-out", &|line| _ = line.says("STOP"));
    check("perhaps an opt-out", &|line| _ = line.says("no more of this maybe? leave me alone"));
    check("an agent", &|line| line.agent_says(1, "Hello!"));
    check("a refused one", &|line| line.ai_says(&answer(4)));
    check("a draft", &|line| {
        line.becomes("[ai]\nmode = \"draft\"\n");
        line.ai_says("We do.");
    });
    // A second question takes the place of the first.
    let mut line = Line::with_policy(policy);
    line.says(QUESTION);
    line.says("and in green?");
    assert_eq!(reserved(&line), 3);
}

#[test]
fn answers_on_their_way_cannot_together_overrun_a_brand() {
    // One partition gets ten segments; nobody has answered yet when the fourth customer asks.
    let mut line = Line::with_policy("[budget]\nturn_segments = 3\nbrand_day_segments = 80\n");
    let here = PERSON.partition(8);
    let neighbours = (0..).map(|n| Key { brand: BRAND, contact: ContactId(n) });
    let neighbours: Vec<Key> = neighbours.filter(|key| key.partition(8) == here).take(5).collect();
    for (key, id) in neighbours.iter().zip(1..) {
        line.give(Input::Reply(reply(key.contact.0, id, QUESTION, line.now)));
    }
    let asked = |line: &Line| -> Vec<AiRequest> {
        let requests = line.effects.iter().filter_map(|effect| match effect {
            Effect::AskAi(request) => Some(request.clone()),
            _ => None,
        });
        requests.collect()
    };
    let rooms: Vec<u16> = asked(&line).iter().map(|request| request.segments_max).collect();
    assert_eq!(rooms, [3, 3, 3, 1], "the last gets what is left, and the fifth is not asked");
    // Short answers return what they did not take.
    for request in asked(&line) {
        line.give(Input::Ai(result(&request, AiOutcome::Answer, Score::ONE, "We do.")));
    }
    line.give(Input::Reply(reply(neighbours[0].contact.0, 9, "and in green?", line.now)));
    assert_eq!(asked(&line).len(), 5);
}

#[test]
fn an_explanation_names_what_was_spent() {
    let mut line = Line::with_policy("[budget]\nbrand_day_messages = 16\n");
    assert_eq!(answers(&mut line, 1).0, 2);
    let shard = line.worker().shard();
    let before = (&line.state(), shard.brand_day(PERSON));
    let policy = shard.policy(BRAND).unwrap();
    let inbound = reply(PERSON.contact.0, 1000, "and in green?", line.now);
    let mut decided = Situation::new(before, &inbound, &Stamp::default(), policy, line.now);
    decided.contact.conversation.owner = Owner::Ai;
    assert_eq!(route(&decided.case()).reason, Reason::BrandBudgetExhausted);
    let spent = Factor::Taken(BudgetOf::BrandDay, BudgetUnit::Messages);
    let found = counterfactuals(&decided);
    let change =
        found.iter().find(|one| one.from.factor == spent).expect("it is among the changes");
    assert_eq!((change.from.value, change.to.value), (Value::Count(2), Value::Count(1)));
    assert_eq!(change.route.disposition, Disposition::Ai);
}

/// A step of a random history.
#[derive(Clone, Debug)]
enum Move {
    Says(usize, &'static str, bool),
    /// The AI ends a request: how many back, how, with how many segments.
    Ai(usize, AiOutcome, usize),
    Agent(usize, AgentAction),
    Wait(u64),
    Policy(usize),
}

const PEOPLE: usize = 4;

/// Three who share a partition, and one of another.
fn people() -> Vec<Key> {
    let keys = || (0..).map(|n| Key { brand: BRAND, contact: ContactId(n) });
    let here = PERSON.partition(8);
    let near = keys().filter(|key| key.partition(8) == here).take(PEOPLE - 1);
    near.chain(keys().filter(|key| key.partition(8) != here).take(1)).collect()
}

fn moves() -> impl Strategy<Value = Move> {
    let person = 0..PEOPLE;
    let mut texts = vec![QUESTION; 8];
    texts.extend(["where is my order", "STOP", "START", "HELP"]);
    let texts = prop::sample::select(texts);
    let outcomes = [
        AiOutcome::Answer,
        AiOutcome::Answer,
        AiOutcome::Answer,
        AiOutcome::Clarify,
        AiOutcome::Error,
    ];
    let outcomes = prop::sample::select(outcomes.to_vec());
    let text = Bytes::from_static(b"Hello!");
    let actions =
        [AgentAction::Claim, AgentAction::Reply(text), AgentAction::Resume, AgentAction::Close];
    let actions = prop::sample::select(actions.to_vec());
    let which = prop::sample::select(vec![0, 0, 0, 1, 2]);
    let waits = prop::sample::select(&[12, 60, 600, 7200, 30_000, 90_000][..]);
    prop_oneof![
        8 => (person.clone(), texts, prop::bool::weighted(0.1)).prop_map(|(p, t, w)| Move::Says(p, t, w)),
        9 => (which, outcomes, 1..4_usize).prop_map(|(back, how, long)| Move::Ai(back, how, long)),
        1 => (person, actions).prop_map(|(person, action)| Move::Agent(person, action)),
        2 => waits.prop_map(Move::Wait),
        1 => (0..POLICIES.len()).prop_map(Move::Policy),
    ]
}

/// Budgets from wide to tight, at several prices.
const POLICIES: [&str; 4] = [
    "[budget]\nturn_segments = 3\nturn_cents = 3\nconversation_messages = 4\nconversation_segments = 7\n\
     conversation_cents = 9\nday_messages = 5\nday_segments = 8\nday_cents = 12\n\
     brand_day_messages = 40\nbrand_day_segments = 64\nbrand_day_cents = 100\n",
    "[price]\nsegment_cents = 1.5\nanswer_cents = 0.25\n[budget]\nturn_segments = 4\nturn_cents = 8\n\
     conversation_cents = 10\nday_messages = 4\nday_segments = 6\nday_cents = 15\n\
     brand_day_messages = 30\nbrand_day_segments = 50\nbrand_day_cents = 80\n",
    "[ai]\nfailures_max = 3\n[budget]\nturn_segments = 2\nturn_cents = 4\nconversation_messages = 3\n\
     conversation_cents = 20\nday_messages = 3\nday_segments = 20\nday_cents = 40\n\
     brand_day_messages = 17\nbrand_day_segments = 40\nbrand_day_cents = 200\n",
    "[deadlines]\nreopen = \"1h\"\n[budget]\nturn_segments = 4\nturn_cents = 10\nconversation_segments = 5\n\
     conversation_cents = 30\nday_messages = 30\nday_segments = 40\nday_cents = 50\n\
     brand_day_messages = 64\nbrand_day_segments = 33\nbrand_day_cents = 300\n",
];

/// Sums that are made from what left, and from nothing else.
#[derive(Default)]
struct Sums {
    conversations: BTreeMap<ConversationId, Spent>,
    days: BTreeMap<(Key, u64), Spent>,
    parts: BTreeMap<(u16, u64), Spent>,
    /// Answers that left, and those that one of the two kinds of budget kept back or refused.
    seen: [u64; 3],
}

impl Sums {
    fn add(&mut self, send: &Send, policy: &Policy) {
        let amount = policy.prices.amount(1, send.segments.segments.into());
        let day = send.at.as_micros() / 1_000_000 / 86_400;
        let part = send.key.partition(8).0;
        let budget = &policy.budget;
        let check =
            |limits: &Limits, spent: &Spent| assert!(limits.hold(*spent), "{limits:?} {spent:?}");
        check(&budget.turn, &amount);
        let sum = |spent: &mut Spent| {
            *spent = spent.and(amount);
            *spent
        };
        let conversation = self.conversations.entry(send.conversation).or_default();
        check(&budget.conversation, &sum(conversation));
        check(&budget.day, &sum(self.days.entry((send.key, day)).or_default()));
        let spent = sum(self.parts.entry((part, day)).or_default());
        check(&budget.brand_day.share(part, 8), &spent);
        let today = self.parts.iter().filter(|((_, other), _)| *other == day);
        let whole = today.fold(Spent::NOTHING, |sum, (_, spent)| sum.and(*spent));
        check(&budget.brand_day, &whole);
        self.seen[0] += 1;
    }
}

/// A history: all sums, and that nothing is set aside at its end.
fn history(moves: Vec<Move>) -> [u64; 3] {
    let people = people();
    let policies = POLICIES.map(|source| Policy::parse(source, "a").unwrap());
    let mut line = Line::with_policy(POLICIES[0]);
    let (mut sums, mut requests, mut policy) = (Sums::default(), Vec::new(), &policies[0]);
    for (step, id) in moves.into_iter().zip(1..) {
        line.forget();
        match step {
            Move::Says(person, text, web) => {
                let mut inbound = reply(people[person].contact.0, id, text, line.now);
                inbound.channel = if web { Channel::Web } else { Channel::Sms };
                line.give(Input::Reply(inbound));
            }
            Move::Ai(back, outcome, segments) => {
                let Some(index) = requests.len().checked_sub(back + 1) else { continue };
                let request: &AiRequest = &requests[index];
                let text = answer(segments);
                line.give(Input::Ai(result(request, outcome, Score::ONE, &text)));
            }
            Move::Agent(person, action) => {
                let key = people[person];
                let found = line.worker().shard().find(key);
                let conversation = found.map_or(ConversationId(0), |it| it.conversation.id);
                let (agent, role) = (AgentId(1), Role::Agent);
                let command = AgentCommand { agent, role, key, conversation, action };
                line.give(Input::Agent(command));
            }
            Move::Wait(secs) => line.wait(secs),
            Move::Policy(index) => {
                line.becomes(POLICIES[index]);
                policy = &policies[index];
            }
        }
        for effect in &line.effects {
            match effect {
                Effect::AskAi(request) => requests.push(request.clone()),
                Effect::Send(send) if send.kind == SendKind::Ai => sums.add(send, policy),
                Effect::Refuse(refusal) => match refusal.reason {
                    RefusalReason::Budget => sums.seen[1] += 1,
                    RefusalReason::BrandBudget => sums.seen[2] += 1,
                    _ => {}
                },
                Effect::Decide(decision) => match decision.reason {
                    Reason::BudgetExhausted => sums.seen[1] += 1,
                    Reason::BrandBudgetExhausted => sums.seen[2] += 1,
                    _ => {}
                },
                _ => {}
            }
        }
        let pending = people.iter().filter(|key| {
            let found = line.worker().shard().find(**key);
            found.is_some_and(|it| it.conversation.ai_pending)
        });
        let aside: u32 =
            line.worker().shard().brand_days(BRAND).map(|it| it.reserved().messages).sum();
        assert_eq!(aside as usize, pending.count(), "one is set aside for each that is awaited");
    }
    line.wait(Duration::from_secs(60).as_secs());
    let left = line.worker().shard().brand_days(BRAND).map(|it| it.reserved());
    assert!(left.into_iter().all(|left| left == Spent::NOTHING), "nothing is set aside for ever");
    sums.seen
}

/// Random histories through the real worker, with results in any order, twice and late, take-overs,
/// opt-outs, deadlines and other policies in between: the sums of what left never exceed a budget.
#[test]
fn nothing_is_ever_spent_beyond_a_budget() {
    let config = Config { cases: 800, failure_persistence: None, ..Config::default() };
    let mut runner =
        TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let seen = std::cell::RefCell::new([0; 3]);
    let outcome = runner.run(&prop::collection::vec(moves(), 1..120), |moves| {
        let counts = history(moves);
        seen.borrow_mut().iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        Ok(())
    });
    outcome.unwrap();
    let seen = seen.into_inner();
    assert!(seen.iter().all(|count| *count > 100), "histories that show something: {seen:?}");
}
