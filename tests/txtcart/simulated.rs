//! The simulator's customers say everything that brings people in, in their own words.

use volley_core::classify::{Compliance, Detail, Intent, Signals};
use volley_core::effect::{Effect, SendKind};
use volley_core::input::{AgentAction, AiOutcome};
use volley_core::reason::{Disposition, Reason};
use volley_sim::rng;
use volley_sim::speech::{Context, Expected, Kind, Speech, Style};

use super::QUESTION;
use crate::support::Line;

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
        (Signals::THREAT, Reason::Threat),
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

#[test]
fn tx_65_every_simulated_trigger_escalates_by_its_reason_and_silences_the_ai() {
    let (speech, style) = (Speech::new(), Style::default());
    let mut draws = rng::stream(11, "triggers");
    let mut missed = Vec::new();
    let mut asked = 0;
    for kind in TRIGGERS {
        for customer in 0..TEXTS {
            let mut text = Vec::new();
            let context = Context { campaign: "", customer: Some(customer as u64) };
            let expected = speech.say(kind, &style, &mut draws, &context, &mut text);
            let Some(wanted) = due(&expected) else { continue };
            let text = String::from_utf8(text).unwrap();
            asked += 1;
            let mut line = Line::new();
            line.says(QUESTION);
            let decision = line.says(&text);
            if decision.disposition == Disposition::Human {
                is_silent_until_resumed(&mut line, &text);
            }
            if (decision.disposition, decision.reason) != (Disposition::Human, wanted) {
                missed.push((text, wanted, decision.disposition, decision.reason));
            }
        }
    }
    assert!(asked > 200, "{asked} triggers");
    // How well texts are read is the classifier's business (tests/intents.rs); here a few may be read
    // as something else, in words that are mistyped or of another language.
    let most = asked / 10;
    assert!(missed.len() <= most, "{} of {asked}: {missed:#?}", missed.len());
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
