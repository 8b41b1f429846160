//! Generated replies, of which it is known what they say: each ends on the right rung, and none is lost.

use std::collections::BTreeSet;

use volley_core::classify::{Intent, Signals, Verdict};
use volley_core::conversation::{OwnerKind, Speaker};
use volley_core::decision::Decision;
use volley_core::effect::Effect;
use volley_core::id::Key;
use volley_core::input::{AgentAction, AiOutcome, Lack};
use volley_core::reason::{Disposition, Reason};
use volley_sim::speech::{Expected, Kind};

use super::POLICY;
use crate::support::Line;
use crate::support::story::{Traffic, someone};

/// Matters that the policy gives to the store, whatever else is said.
const SENSITIVE: Signals =
    Signals::SENSITIVE.with(Signals::LEGAL).with(Signals::THREAT).with(Signals::SELF_HARM);

/// The rung for what was really said: the highest of what is in it.
fn rung(truth: &Expected) -> Disposition {
    if truth.signals.has_any(SENSITIVE) {
        return Disposition::Store;
    }
    let rungs = [truth.intent, truth.second].into_iter().flatten().map(|intent| match intent {
        Intent::AccountHelp | Intent::BillingDispute => Disposition::Store,
        Intent::ProductQuestion => Disposition::Ai,
        _ => Disposition::Human,
    });
    rungs.max().expect("something was said")
}

/// Whether the classifier took it for something else than it is.
fn is_misread(truth: &Expected, verdict: &Verdict) -> bool {
    let said: BTreeSet<_> = [truth.intent, truth.second].into_iter().flatten().collect();
    let heard = BTreeSet::from([verdict.intent, verdict.second]);
    let heard: BTreeSet<_> = heard.into_iter().filter(|it| *it != Intent::Unclear).collect();
    let weighty =
        SENSITIVE.with(Signals::WANTS_PERSON).with(Signals::ABUSIVE).with(Signals::MALICIOUS);
    let differ = (truth.signals.0 ^ verdict.signals.0) & weighty.0 != 0;
    !truth.agrees(verdict) || differ || (truth.intent.is_some() && said != heard)
}

/// What becomes of a conversation once its first rung has done what it can: every second question is beyond
/// the AI, and every third matter beyond the agents.
fn goes_on(line: &mut Line, number: u64, first: Disposition) -> OwnerKind {
    match first {
        Disposition::Ai if number.is_multiple_of(2) => {
            line.ai_ends(AiOutcome::NoKnowledge, 0.0, "");
            OwnerKind::Queue
        }
        Disposition::Ai => {
            line.ai_says("We do!");
            OwnerKind::Ai
        }
        Disposition::Human if number.is_multiple_of(3) => {
            line.agent(1, AgentAction::Claim);
            line.agent(1, AgentAction::ToStore(Lack::Access));
            OwnerKind::Store
        }
        Disposition::Human => OwnerKind::Queue,
        _ => OwnerKind::Store,
    }
}

#[test]
fn ot_45_each_simulated_reply_ends_on_its_rung() {
    let mut traffic = Traffic::new(45);
    let mut line = Line::with_policy(POLICY);
    // Of each: texts, and the least share of them that has to be on the right rung.
    let classes: [(&[Kind], usize, f64); 4] = [
        (&[Kind::ProductQuestion], 100, 0.8),
        (
            &[Kind::OrderStatus, Kind::ReturnRefund, Kind::DamagedOrWrongItem, Kind::HumanRequest],
            40,
            0.8,
        ),
        (&[Kind::Sensitive, Kind::AccountHelp, Kind::BillingDispute], 40, 0.7),
        (&[Kind::Mixed], 100, 0.65),
    ];
    let mut number = 0;
    for (kinds, texts, share_min) in classes {
        let mut right = 0;
        let all = kinds.len() * texts;
        for index in 0..all {
            number += 1;
            line.turns_to(number);
            let (text, truth) = traffic.text(kinds[index % kinds.len()]);
            let Decision { disposition, verdict, .. } = line.says(&text);
            if disposition != rung(&truth) {
                assert!(
                    is_misread(&truth, &verdict),
                    "{text}: {disposition} {truth:?} {verdict:?}"
                );
                continue;
            }
            right += 1;
            let owner = goes_on(&mut line, number, disposition);
            assert_eq!(line.owner().kind(), owner, "{text}");
        }
        let share = right as f64 / all as f64;
        println!("{kinds:?}: {share:.2} on the right rung");
        assert!(share >= share_min, "{kinds:?}: {share:.2} on the right rung");
    }
}

/// Silences that a brand or the law wants; each is on record with its reason.
const SILENT: [Reason; 7] = [
    Reason::AutoReply,
    Reason::Reaction,
    Reason::Bounce,
    Reason::OtherNoise,
    Reason::Spam,
    Reason::Acknowledgement,
    Reason::SilenceByPolicy,
];

/// People who were handed to people or to the store.
fn handed_off(line: &Line) -> BTreeSet<Key> {
    let keys = line.effects.iter().filter_map(|effect| match effect {
        Effect::Offer(offer) => Some(offer.key),
        Effect::HandOver(handed) => Some(handed.key),
        _ => None,
    });
    keys.collect()
}

#[test]
fn ot_40_every_reply_is_answered_handed_off_or_left_alone_for_a_reason() {
    let mut traffic = Traffic::new(40);
    let mut line = Line::with_policy(POLICY);
    let outcomes = [
        Some(AiOutcome::Answer),
        Some(AiOutcome::NoKnowledge),
        Some(AiOutcome::Clarify),
        Some(AiOutcome::Error),
        None,
    ];
    let mut number = 0;
    for kind in Kind::ALL {
        for outcome in outcomes.iter().cycle().take(15) {
            number += 1;
            line.turns_to(number);
            let decision = line.says(&traffic.text(*kind).0);
            if let (Disposition::Ai, Some(outcome)) = (decision.disposition, outcome) {
                line.ai_ends(*outcome, 0.9, "We do!");
            }
        }
    }
    line.wait(60);
    let decisions = line.decisions();
    assert_eq!(decisions.len() as u64, number, "each is decided once");
    let handed_off = handed_off(&line);
    for (decision, number) in decisions.iter().zip(1..) {
        line.turns_to(number);
        let contact = line.state();
        let is_answered = contact.conversation.answered_by != Speaker::Nobody;
        let ends_well = match decision.disposition {
            Disposition::Ignore => SILENT.contains(&decision.reason),
            Disposition::Compliance => true,
            _ => is_answered || handed_off.contains(&someone(number)),
        };
        assert!(ends_well, "{decision:?}");
        assert_ne!(decision.reason, Reason::None);
    }
}
