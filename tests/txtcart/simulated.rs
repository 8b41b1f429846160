//! The simulator's customers say everything that brings people in, in their own words.

use volley_core::classify::{Compliance, Detail, Intent, Signals};
use volley_core::decision::Decision;
use volley_core::effect::{Effect, SendKind};
use volley_core::input::{AgentAction, AiOutcome};
use volley_core::reason::{Disposition, Reason, Step};
use volley_sim::speech::{Expected, Kind};

use super::QUESTION;
use crate::support::Line;
use crate::support::story::Traffic;

/// The kinds of reply that bring people in.
const TRIGGERS: [Kind; 7] = [
    Kind::ReturnRefund,
    Kind::DamagedOrWrongItem,
    Kind::BillingDispute,
    Kind::HumanRequest,
    Kind::Abuse,
    Kind::Malice,
    Kind::Sensitive,
];

/// Texts of each kind.
const TEXTS: usize = 40;

/// Why people ought to come in, by what the simulator knows of the text that it wrote.
fn due(expected: &Expected) -> Option<Reason> {
    const BY_SIGNAL: [(Signals, Reason); 7] = [
        (Signals::MALICIOUS, Reason::Malicious),
        (Signals::ABUSIVE, Reason::Abusive),
        (Signals::SELF_HARM, Reason::SelfHarm),
        // A threat is abuse, and that is looked at first.
        (Signals::THREAT, Reason::Abusive),
        (Signals::LEGAL, Reason::Legal),
        (Signals::WANTS_PERSON, Reason::WantsPerson),
        (Signals::SENSITIVE, Reason::Sensitive),
    ];
    if expected.compliance != Compliance::None {
        return None;
    }
    let by_signal = BY_SIGNAL.into_iter().find(|(signal, _)| expected.signals.has(*signal));
    let by_detail = match (expected.intent.unwrap_or_default(), expected.detail) {
        (Intent::BillingDispute, _) => Some(Reason::BillingDispute),
        (_, Detail::Damaged) => Some(Reason::Damaged),
        (_, Detail::Defective) => Some(Reason::Defective),
        (_, Detail::WrongItem) => Some(Reason::WrongItem),
        (_, Detail::MissingItem) => Some(Reason::MissingItem),
        (_, Detail::Return) => Some(Reason::Return),
        (_, Detail::Refund) => Some(Reason::Refund),
        (_, Detail::Exchange) => Some(Reason::Exchange),
        (_, Detail::None) => None,
    };
    by_signal.map(|(_, reason)| reason).or(by_detail)
}

/// Whatever comes after it, the AI says nothing until a person has given the conversation back.
fn is_silent_until_resumed(line: &mut Line, text: &str) {
    let told = line.effects.len();
    line.ai_says("Yes, in blue!");
    for later in ["hello??", QUESTION, "where is my order"] {
        line.says(later);
    }
    line.wait(3600);
    line.agent(1, AgentAction::Claim);
    line.says(QUESTION);
    let spoke = line.effects[told..].iter().any(|effect| {
        matches!(effect, Effect::AskAi(_))
            || matches!(effect, Effect::Send(send) if send.kind == SendKind::Ai)
    });
    assert!(!spoke, "after {text:?}");
    line.agent(1, AgentAction::Resume);
    assert_eq!(line.says(QUESTION).disposition, Disposition::Ai, "after {text:?}");
    line.ai_says("Yes, in blue!");
    assert_eq!(line.kinds().last(), Some(&SendKind::Ai), "after {text:?}");
}

/// Whether a text was read as what the simulator knows it to be. One that wants a person besides is told as
/// that.
fn is_read(expected: &Expected, wanted: Reason, decision: &Decision) -> bool {
    let verdict = &decision.verdict;
    let wants_person =
        verdict.intent == Intent::HumanRequest || verdict.signals.has(Signals::WANTS_PERSON);
    expected.agrees(verdict)
        && verdict.detail == expected.detail
        && verdict.signals.has(expected.signals)
        && (!wants_person || wanted == Reason::WantsPerson || decision.step < Step::Owned)
}

/// Texts of which it is known why they ought to bring people in; of these, those that were read as what
/// they are, and those that brought people in.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    known: usize,
    read: usize,
    brought_in: usize,
}

fn triggers(kind: Kind, traffic: &mut Traffic) -> Counts {
    let mut counts = Counts::default();
    for _ in 0..TEXTS {
        let (text, expected) = traffic.text(kind);
        let Some(wanted) = due(&expected) else { continue };
        counts.known += 1;
        let mut line = Line::new();
        line.says(QUESTION);
        let decision = line.says(&text);
        if is_read(&expected, wanted, &decision) {
            counts.read += 1;
            let route = (decision.disposition, decision.reason);
            assert_eq!(route, (Disposition::Human, wanted), "{text:?}: {:?}", decision.verdict);
        }
        if decision.disposition == Disposition::Human {
            counts.brought_in += 1;
            is_silent_until_resumed(&mut line, &text);
        }
    }
    counts
}

#[test]
fn tx_65_every_simulated_trigger_escalates_by_its_reason_and_silences_the_ai() {
    let mut traffic = Traffic::new(11);
    let mut all = Counts::default();
    for kind in TRIGGERS {
        let counts = triggers(kind, &mut traffic);
        println!("{}: {counts:?}", kind.name());
        assert!(counts.known >= TEXTS / 2 && counts.read >= 5, "{}: {counts:?}", kind.name());
        all.known += counts.known;
        all.read += counts.read;
        all.brought_in += counts.brought_in;
    }
    // How well texts are read is the classifier's business (intents.rs): here it must do for a test.
    assert!(2 * all.read >= all.known && 3 * all.brought_in >= 2 * all.known, "{all:?}");
}

#[test]
fn tx_65_what_the_ai_itself_finds_escalates_by_its_reason_and_silences_it() {
    for (outcome, wanted) in [
        (AiOutcome::NoKnowledge, Reason::KnowledgeMiss),
        (AiOutcome::NoCapability, Reason::NoCapability),
        (AiOutcome::WantsPerson, Reason::WantsPerson),
    ] {
        let mut line = Line::new();
        line.says(QUESTION);
        line.ai_ends(outcome, 0.0, "");
        assert_eq!(line.offers()[0].reason, wanted);
        is_silent_until_resumed(&mut line, outcome.name());
    }
    let mut line = Line::new();
    for _ in 0..2 {
        line.wait(60);
        line.says("where is my order, this is ridiculous");
        line.ai_says("On its way.");
    }
    line.wait(60);
    let decision = line.says("where is my order, this is ridiculous");
    assert_eq!(decision.reason, Reason::FrustratedAfterAttempts);
    let told = line.effects.len();
    line.says(QUESTION);
    line.wait(3600);
    assert!(line.effects[told..].iter().all(|effect| !matches!(effect, Effect::AskAi(_))));
}
