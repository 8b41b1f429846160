//! What is found in policies, each shown by a message: the message really does what is claimed.

use std::fs;

use volley_core::check::{Finding, FindingKind, Witness, check};
use volley_core::contact::Consent;
use volley_core::decision::Decision;
use volley_core::effect::SendKind;
use volley_core::input::ProfileChange;
use volley_core::policy::Policy;
use volley_core::reason::{Disposition, Reason};

use crate::support::{Line, PERSON, classifier, root, volley_sim};

fn findings(policy: &str) -> Vec<Finding> {
    check(&Policy::parse(policy, "test").unwrap(), &classifier())
}

/// The only finding about a policy.
#[track_caller]
fn the_finding(policy: &str, kind: FindingKind) -> Finding {
    let found = findings(policy);
    let [one] = &found[..] else { panic!("{policy}\n{found:#?}") };
    assert_eq!(one.kind, kind, "{policy}");
    one.clone()
}

/// Sends the witness through an engine that knows nothing of the checker.
fn decide(policy: &str, witness: &Witness) -> (Line, Decision) {
    let message = &witness.message;
    let mut line = Line::with_policy(policy);
    line.now = message.at;
    let (segments, consent) = (Some(message.segments.clone()), Some(Consent::OptedIn));
    line.learns(ProfileChange { key: PERSON, segments, consent, ..ProfileChange::default() });
    (line.channel, line.source) = (message.channel, message.source);
    let decision = line.says(&message.text);
    (line, decision)
}

/// The witness of the only finding goes where it is said to go, for that reason.
#[track_caller]
fn shown(policy: &str, kind: FindingKind, reason: Reason) -> Witness {
    let witness = the_finding(policy, kind).witness;
    let (_, decision) = decide(policy, &witness);
    let route = (decision.step, decision.disposition, decision.reason);
    assert_eq!(route, (witness.route.step, witness.route.disposition, witness.route.reason));
    assert_eq!(decision.reason, reason, "{witness}");
    witness
}

/// What the first automation says to a message.
fn automation(policy: &str, witness: &Witness) -> String {
    let (line, _) = decide(policy, witness);
    let sends = line.sends();
    let sent = sends.iter().find(|send| send.kind == SendKind::Automation);
    String::from_utf8_lossy(&sent.expect("an automation answers").text).into_owned()
}

#[test]
fn two_keyword_rules_that_match_one_message() {
    let rule = |word: &str| {
        format!("[[keyword]]\nword = \"{word}\"\nmatch = \"anywhere\"\nreply = \"{word}!\"\n")
    };
    let (vip, style) = (rule("vip"), rule("style me"));
    let policy = format!("{vip}{style}");
    let witness = shown(&policy, FindingKind::Conflict, Reason::Keyword);
    // Which of the two answers hangs on nothing but their order.
    assert_eq!(automation(&policy, &witness), "vip!");
    assert_eq!(automation(&format!("{style}{vip}"), &witness), "style me!");
    let hidden = format!("{}{style}", rule("style"));
    let witness = shown(&hidden, FindingKind::NeverFires, Reason::Keyword);
    assert_eq!(automation(&hidden, &witness), "style!");
}

#[test]
fn an_include_and_an_exclude_for_the_same_segment_or_send() {
    let check = |segments: &str, include: &str, exclude: &str| {
        let included = format!("{segments}[audience]\ninclude = {{ {include} }}\n");
        let both = format!("{included}exclude = {{ {exclude} }}\n");
        let witness = shown(&both, FindingKind::Conflict, Reason::NotInAudience);
        // Without the exclusion it would be the AI's.
        assert_eq!(decide(&included, &witness).1.disposition, Disposition::Ai, "{witness}");
    };
    let segments = "segments = { vip = 12, staff = 3 }\n";
    check(segments, "segments = [\"vip\", \"staff\"]", "segments = [\"staff\"]");
    check("", "campaigns = [7]", "campaigns = [7]");
    check("", "flows = [2, 3]", "flows = [3]");
    check("", "unprompted = true", "unprompted = true");
}

#[test]
fn rules_that_never_fire() {
    let never = |policy: &str, reason| shown(policy, FindingKind::NeverFires, reason);
    let keyword = "[[keyword]]\nword = \"STOP\"\nreply = \"no\"\n";
    never(keyword, Reason::OptOut);
    let words = "[audience]\nrequired_keywords = [\"style me\"]\nexcluded_keywords = [\"style\"]\n";
    never(words, Reason::ExcludedKeyword);
    never("[ai]\nmode = \"off\"\n[escalation.low_confidence]\nannounced = true\n", Reason::AiOff);
    never(
        "[escalation.refund]\nto = \"store\"\n[first_responder]\nreturn_refund = \"ai\"\n\
         order_change = \"ai\"\ndamaged_or_wrong_item = \"ai\"\nbilling_dispute = \"ai\"\n\
         complaint_frustration = \"ai\"\naccount_help = \"ai\"\n",
        Reason::AiFirst,
    );
    never("[texts]\ncloseout = \"Bye.\"\n", Reason::WantsPerson);
    never("queues = [\"people\", \"legal\"]\n", Reason::WantsPerson);
}

#[test]
fn gaps_and_states_without_an_end() {
    let policy = "[hours]\nmonday = [\"09:00-17:00\"]\n";
    let witness = shown(policy, FindingKind::Gap, Reason::WantsPerson);
    let (line, _) = decide(policy, &witness);
    // The customer waits for Monday and is not told.
    assert_eq!((line.sends().len(), line.offers().len()), (0, 1));
    let silent = "[first_responder]\nunclear = \"silence\"\n";
    let witness = shown(silent, FindingKind::Gap, Reason::SilenceByPolicy);
    assert_eq!(decide(silent, &witness).1.disposition, Disposition::Ignore);
    let ever = "[first_responder]\naccount_help = \"store\"\n[deadlines]\nstore = \"90d\"\n";
    let witness = the_finding(ever, FindingKind::NoDeadline).witness;
    assert!(witness.to_string().ends_with("and the store is not heard of again"), "{witness}");
}

#[test]
fn every_witness_goes_where_it_is_said_to_go() {
    let policy = fs::read_to_string(root().join("tests/fixtures/contradictions.toml")).unwrap();
    let found = findings(&policy);
    let kinds = FindingKind::ALL.iter().filter(|kind| found.iter().any(|one| one.kind == **kind));
    assert_eq!(kinds.count(), FindingKind::ALL.len(), "{found:#?}");
    for Finding { witness, .. } in found {
        let (_, decision) = decide(&policy, &witness);
        let route = (decision.step, decision.disposition, decision.reason);
        assert_eq!(route, (witness.route.step, witness.route.disposition, witness.route.reason));
    }
}

#[test]
fn presets_have_nothing_the_matter_with_them() {
    for entry in fs::read_dir(root().join("scenarios/policies")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let ended = volley_sim(&["policy", "check", &path.display().to_string()]);
            let shown = String::from_utf8_lossy(&ended.stdout).into_owned();
            assert_eq!(ended.status.code(), Some(0), "{shown}");
        }
    }
}
