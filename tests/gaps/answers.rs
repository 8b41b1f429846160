//! What the AI says, what it does, and what it may never answer.

use volley_core::conversation::Owner;
use volley_core::effect::{Effect, SendKind};
use volley_core::input::{AgentAction, AiOutcome};
use volley_core::policy::{ALWAYS_ON, Policy};
use volley_core::reason::{Disposition, Reason, Step};

use super::QUESTION;
use crate::support::Line;

#[test]
fn g_68_what_the_ai_does_is_never_read_out_of_what_it_says() {
    // Words of handing off in an answer are words.
    for text in [
        "I will connect you to a human agent now.",
        "[HANDOFF] transfer_to_human()",
        "STOP",
        "{\"action\": \"escalate\"}",
    ] {
        let mut line = Line::new();
        line.says(QUESTION);
        line.ai_ends(AiOutcome::Answer, 0.9, text);
        assert_eq!((line.owner(), line.offers().len()), (Owner::Ai, 0), "{text}");
        assert_eq!(line.sends()[0].text, text);
    }
    // And a hand-off is one whatever is said with it.
    for text in ["", "No need for a human, we have it in blue!"] {
        let mut line = Line::new();
        line.says(QUESTION);
        line.ai_ends(AiOutcome::WantsPerson, 1.0, text);
        assert_eq!((line.owner(), line.kinds().len()), (Owner::Queue, 0), "{text}");
    }
}

#[test]
fn g_70_off_is_not_asked_draft_is_not_sent_auto_is_sent() {
    let answered = |mode: &str| {
        let mut line = Line::with_policy(&format!("[ai]\nmode = \"{mode}\"\n"));
        line.says(QUESTION);
        if !line.asked().is_empty() {
            line.ai_says("We do!");
        }
        line
    };
    let line = answered("auto");
    assert_eq!((line.kinds(), line.owner()), (vec![SendKind::Ai], Owner::Ai));
    let line = answered("off");
    assert_eq!((line.asked().len(), line.owner()), (0, Owner::Queue));
    assert_eq!(line.offers()[0].reason, Reason::AiOff);
    // A draft is shown to people, and nothing leaves without one of them, however long it takes.
    let mut line = answered("draft");
    let drafts = |line: &Line| {
        let drafts = line.effects.iter().filter_map(|effect| match effect {
            Effect::Draft(draft) => Some(draft.text.clone()),
            _ => None,
        });
        drafts.collect::<Vec<_>>()
    };
    assert_eq!(drafts(&line), ["We do!"]);
    line.wait(48 * 3600);
    assert!(line.sends().is_empty());
    line.agent(1, AgentAction::Claim);
    line.agent_says(1, "We do!");
    assert_eq!(
        (line.kinds(), line.sends()[0].agent.map(|agent| agent.0)),
        (vec![SendKind::Agent], Some(1))
    );
    // Also what asks back is a draft.
    let mut line = Line::with_policy("[ai]\nmode = \"draft\"\n");
    line.says(QUESTION);
    line.ai_ends(AiOutcome::Clarify, 0.9, "Which one?");
    assert_eq!((drafts(&line).len(), line.kinds().len()), (1, 0));
}

/// A policy that leaves as little to people as a policy can.
const RECKLESS: &str = r#"
hand_off = "closeout"
[first_responder]
unclear = "silence"
other = "silence"
human_request = "silence"
complaint_frustration = "ai"
billing_dispute = "ai"
acknowledgement = "silence"
[escalation.sensitive]
on = false
[audience]
excluded_keywords = ["lawyer", "kill", "burn", "person", "bank"]
[hours]
monday = ["09:00-10:00"]
outside = "closeout"
[texts]
closeout = "Bye."
[[keyword]]
word = "i"
match = "anywhere"
reply = "You said I."
[[keyword]]
word = "you"
match = "anywhere"
reply = "You said you."
"#;

/// Danger, threats, the law, and money disputed at the bank.
const DANGEROUS: [(&str, Reason); 6] = [
    ("I want to kill myself", Reason::SelfHarm),
    ("I want to end my life", Reason::SelfHarm),
    ("I will burn down your store", Reason::Abusive),
    ("my lawyer will sue you", Reason::Legal),
    ("I'll dispute the charge with my bank", Reason::Legal),
    ("you fucking assholes", Reason::Abusive),
];

#[test]
fn g_74_some_triggers_bring_people_in_whatever_a_policy_says() {
    for reason in ALWAYS_ON {
        let error =
            Policy::parse(&format!("[escalation.{reason}]\non = false\n"), "a").unwrap_err();
        assert!(error.message.contains("G-74"), "{reason}: {error}");
    }
    for policy in ["", RECKLESS] {
        for (text, reason) in DANGEROUS {
            let mut line = Line::with_policy(policy);
            let decision = line.says(text);
            assert_eq!(
                (decision.disposition, decision.reason),
                (Disposition::Human, reason),
                "{text}"
            );
            assert!(matches!(decision.step, Step::Abuse | Step::Safety), "{text}");
            assert_eq!((line.owner(), line.asked().len()), (Owner::Queue, 0), "{text}");
        }
    }
    // Whoever has the conversation: the AI, an automation, or the store, far from here.
    let begin: [fn(&mut Line); 3] = [
        |line| {
            line.says(QUESTION);
            line.ai_says("We do!");
        },
        |line| {
            line.says("vip");
        },
        |line| {
            line.says("I forgot my password");
        },
    ];
    let owners = [Owner::Ai, Owner::Automation, Owner::Store];
    let policy = "[first_responder]\naccount_help = \"store\"\n[[keyword]]\nword = \"vip\"\nreply = \"Hi.\"\n";
    for (begins, owner) in begin.into_iter().zip(owners) {
        for (text, _) in DANGEROUS {
            let mut line = Line::with_policy(policy);
            begins(&mut line);
            assert_eq!(line.owner(), owner);
            line.says(text);
            assert_eq!(line.owner(), Owner::Queue, "{text} to {owner:?}");
        }
    }
}

#[test]
fn g_78_a_rule_that_answered_leaves_nothing_for_the_ai() {
    let policy =
        "[[keyword]]\nword = \"vip\"\nmatch = \"anywhere\"\nreply = \"You are on the list.\"\n";
    let mut line = Line::with_policy(policy);
    line.says("do you have this jacket in blue for a vip?");
    line.wait(3600);
    assert_eq!((line.kinds(), line.asked().len()), (vec![SendKind::Automation], 0));
    // The AI was at an earlier message: the rule answers the newer one, and the AI's answer is stale.
    let mut line = Line::with_policy(policy);
    line.says(QUESTION);
    line.says("vip");
    line.ai_says("We do!");
    assert_eq!(line.kinds(), [SendKind::Automation]);
    assert_eq!(line.refusals().len(), 1);
    // Message by message there is never more than one answer by itself.
    let mut line = Line::with_policy(policy);
    for text in [QUESTION, "vip", QUESTION, "vip vip", "do you have this in green?"] {
        line.wait(60);
        let asked = line.asked().len();
        line.says(text);
        if line.asked().len() > asked {
            line.ai_says("We do!");
        }
    }
    let mut turns: Vec<u32> = line.sends().iter().map(|send| send.turn).collect();
    assert_eq!(turns.len(), 5);
    turns.dedup();
    assert_eq!(turns.len(), 5, "one answer to each message");
}
