//! Stories nobody thought of: whatever happens in whatever order, one side speaks and every hand-off
//! has its reason.

use bytes::Bytes;
use proptest::prelude::{ProptestConfig, Strategy, prop_assert, prop_oneof, proptest};
use proptest::test_runner::TestCaseResult;
use volley_core::conversation::Owner;
use volley_core::effect::{Effect, SendKind};
use volley_core::id::AgentId;
use volley_core::input::{AgentAction, AiOutcome, Lack, OutsideEvent, PauseReason};
use volley_core::reason::Reason;

use super::TRIGGERS;
use crate::support::Line;

/// Something that happens.
#[derive(Clone, Copy, Debug)]
enum Step {
    Says(usize),
    AiEnds(usize, bool),
    Agent(u32, usize),
    Echo(u32),
    Outside(usize),
    Wait(u64),
}

const PLAIN: [&str; 10] = [
    "do you have this jacket in blue?",
    "where is my order",
    "thanks!",
    "hello??",
    "vip",
    "too many texts",
    "STOP",
    "START",
    "HELP",
    "Loved an image",
];

fn actions(which: usize) -> AgentAction {
    match which {
        0 => AgentAction::Claim,
        1 => AgentAction::Reply(Bytes::from_static(b"Hi, this is Ann.")),
        2 => AgentAction::Resume,
        3 => AgentAction::ToStore(Lack::Access),
        4 => AgentAction::Close,
        5 => AgentAction::Requeue,
        6 => AgentAction::Pause(PauseReason::Attention),
        7 => AgentAction::SettleHold { opt_out: false },
        _ => AgentAction::SettleHold { opt_out: true },
    }
}

fn outside(which: usize) -> OutsideEvent {
    match which {
        0 => OutsideEvent::Taken,
        1 => OutsideEvent::Failed,
        2 => OutsideEvent::Answered(Bytes::from_static(b"Done.")),
        _ => OutsideEvent::Closed,
    }
}

fn step() -> impl Strategy<Value = Step> {
    let texts = PLAIN.len() + TRIGGERS.len();
    prop_oneof![
        5 => (0..texts).prop_map(Step::Says),
        4 => (0..AiOutcome::ALL.len(), proptest::bool::ANY).prop_map(|(end, sure)| Step::AiEnds(end, sure)),
        4 => (1..3_u32, 0..9_usize).prop_map(|(agent, does)| Step::Agent(agent, does)),
        1 => (0..3_u32).prop_map(Step::Echo),
        1 => (0..4_usize).prop_map(Step::Outside),
        2 => prop_oneof![5..20_u64, 600..4_000_u64, 80_000..100_000_u64].prop_map(Step::Wait),
    ]
}

fn take(line: &mut Line, step: Step) {
    match step {
        Step::Says(text) => {
            let trigger = text.checked_sub(PLAIN.len()).map(|at| TRIGGERS[at].0);
            line.says(trigger.unwrap_or_else(|| PLAIN[text]));
        }
        Step::AiEnds(..) if line.asked().is_empty() => {}
        Step::AiEnds(end, sure) => {
            line.ai_ends(AiOutcome::ALL[end], if sure { 0.9 } else { 0.1 }, "Of course!");
        }
        Step::Agent(agent, does) => line.agent(agent, actions(does)),
        Step::Echo(agent) => line.echo(agent, "Hi from my phone."),
        Step::Outside(news) => line.outside(outside(news)),
        Step::Wait(secs) => line.wait(secs),
    }
}

/// Walks, and shows every step with who had the conversation before and what was let out.
fn walk(
    policy: &str,
    steps: &[Step],
    mut look: impl FnMut(&Line, Step, Owner, &[Effect]) -> TestCaseResult,
) -> TestCaseResult {
    let mut line = Line::with_policy(policy);
    for step in steps {
        let (before, told) = (line.owner(), line.effects.len());
        take(&mut line, *step);
        look(&line, *step, before, &line.effects[told..])?;
    }
    Ok(())
}

const VIP: &str = "[[keyword]]\nword = \"vip\"\nreply = \"Which size?\"\nthen = [\"Noted.\"]\n";

const POLICIES: [&str; 5] = [
    "",
    "hand_off = \"helpdesk\"\n[resume]\nrule = \"on_close\"\n",
    "hand_off = \"closeout\"\nsticky = false\n[texts]\ncloseout = \"Bye.\"\n",
    "hand_off_fallback = \"helpdesk\"\n[resume]\nrule = \"timer\"\nafter = \"1h\"\nanswer_waiting = true\n",
    "[ai]\nmode = \"draft\"\nburst = \"5s\"\n[access]\nai = [\"products\"]\nhuman = [\"products\"]\n",
];

/// Those who have a conversation in the place of the AI.
fn is_people(owner: Owner) -> bool {
    matches!(owner, Owner::Queue | Owner::Human(_) | Owner::Store)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn tx_56_either_the_ai_or_a_person_can_answer_and_never_both(
        steps in proptest::collection::vec(step(), 1..40)
    ) {
        walk(VIP, &steps, |line, step, before, told| {
            let after = line.owner();
            let sent = |wanted| {
                told.iter().filter(|it| matches!(it, Effect::Send(send) if send.kind == wanted)).count()
            };
            prop_assert!(sent(SendKind::Ai) == 0 || before == Owner::Ai);
            prop_assert!(sent(SendKind::Ai) == 0 || sent(SendKind::Agent) == 0);
            if let Step::Agent(agent, _) = step {
                prop_assert!(sent(SendKind::Agent) == 0 || after == Owner::Human(AgentId(agent)));
            } else {
                prop_assert!(sent(SendKind::Agent) == 0);
            }
            let asked = told.iter().any(|it| matches!(it, Effect::AskAi(_)));
            prop_assert!(!asked || after == Owner::Ai);
            // From people to the AI there is one way here: a person gives it back.
            let given_back = matches!(step, Step::Agent(_, 2));
            prop_assert!(!(is_people(before) && after == Owner::Ai) || given_back);
            Ok(())
        })?;
    }

    #[test]
    fn tx_46_no_hand_off_is_without_its_reason(
        policy in 0..POLICIES.len(),
        steps in proptest::collection::vec(step(), 1..40)
    ) {
        let policy = format!("{}{VIP}", POLICIES[policy]);
        walk(&policy, &steps, |line, _, _, told| {
            for effect in told {
                let reason = match effect {
                    Effect::Decide(decision) => decision.reason,
                    Effect::Offer(offer) => offer.reason,
                    Effect::HandOver(handed) => handed.reason,
                    Effect::Event(event) => event.reason,
                    _ => continue,
                };
                prop_assert!(reason != Reason::None, "{effect:?}");
            }
            let conversation = line.state().conversation;
            let has_reasons =
                conversation.reason != Reason::None && conversation.escalated_for != Reason::None;
            prop_assert!(!is_people(conversation.owner) || has_reasons, "{conversation:?}");
            Ok(())
        })?;
    }
}
