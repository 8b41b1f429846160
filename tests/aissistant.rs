//! Aissistant: tags say when people are needed, and what then happens is the brand's: suspend, tell, assign, move
//! to an inbox of their own.

mod inbox;
mod particulars;

use bytes::Bytes;
use volley_core::classify::Score;
use volley_core::conversation::{Owner, OwnerKind};
use volley_core::effect::{Effect, EventKind, SendKind};
use volley_core::id::QueueId;
use volley_core::input::{AgentAction, AiOutcome, Input};
use volley_core::policy::{Evaluation, Policy, PostAction, SYSTEM_TAGS};
use volley_core::reason::{Disposition, Reason};

use crate::support::story::names;
use crate::support::{Line, result};

/// The inbox that is recommended: all that calls for people waits there, and in nothing else.
const POLICY: &str = r#"
brand = "Fern & Oak"
queues = ["people", "follow_up"]
[first_responder]
return_refund = "ai"
[[tag]]
name = "sys_human_help"
notify = true
queue = "follow_up"
[[tag]]
name = "sys_human_follow_up"
notify = true
queue = "follow_up"
[[tag]]
name = "return_or_refund"
intents = ["return_refund"]
instructions = "Ask for the order number, the address, the reason and a photo."
wants = ["order_number", "address", "text", "photo"]
after = "suspend"
notify = true
queue = "follow_up"
[[tag]]
name = "wholesale"
after = "hand_off"
notify = true
queue = "follow_up"
[[tag]]
name = "shopping"
"#;

/// The inbox of [`POLICY`] that is only for what the AI has flagged.
const FOLLOW_UP: QueueId = QueueId(1);

const QUESTION: &str = "do you have this jacket in blue?";
const RETURN: &str = "I'd like to return these shoes";

/// A policy of one tag that the AI may find.
fn one_tag(keys: &str) -> String {
    format!("queues = [\"people\", \"follow_up\"]\n[[tag]]\nname = \"special\"\n{keys}\n")
}

/// The AI has answered a question and found `tags`.
fn tagged(policy: &str, tags: &'static str) -> Line {
    let mut line = Line::with_policy(policy);
    assert_eq!(line.says(QUESTION).disposition, Disposition::Ai);
    line.ai_tags("We do!", tags);
    line
}

#[test]
fn ai_1_what_is_too_complex_goes_to_people() {
    let check = |score, is_sent: bool| {
        let mut line = Line::with_policy("[evaluation]\ncomplexity = 0.8\n");
        line.says(QUESTION);
        line.ai_gives(AiOutcome::Answer, "We do!", |result| {
            result.scores = vec![(Evaluation::Complexity, Score(score))];
        });
        let offered = line.offers().first().map(|offer| offer.reason);
        assert_eq!(line.sends().len(), usize::from(is_sent), "{score}");
        assert_eq!(offered, (!is_sent).then_some(Reason::ScoreThreshold), "{score}");
    };
    check(7_999, true);
    check(8_000, false);
}

#[test]
fn ai_2_what_the_ai_cannot_look_up_goes_to_people() {
    let policy = "[access]\nai = [\"products\"]\n";
    let mut line = Line::with_policy(policy);
    let decision = line.says("where is my order");
    assert_eq!((decision.disposition, decision.reason), (Disposition::Human, Reason::NoAccess));
    assert!(line.asked().is_empty());
    assert_eq!(names(policy, &line.tagged()), ["sys_human_follow_up"]);
    assert_eq!(line.says("hello?").disposition, Disposition::Append);
}

#[test]
fn ai_3_refunds_are_for_people_where_the_brand_prefers_that() {
    let refund = |policy: &str| Line::with_policy(policy).says("I want a refund");
    let by_ai = refund("[first_responder]\nreturn_refund = \"ai\"\n");
    assert_eq!(by_ai.disposition, Disposition::Ai, "the AI could");
    let by_people = refund("[first_responder]\nreturn_refund = \"human\"\n");
    assert_eq!((by_people.disposition, by_people.reason), (Disposition::Human, Reason::Refund));
}

#[test]
fn ai_5_a_tag_moves_a_conversation_from_the_ai_to_people() {
    let line = tagged(POLICY, "wholesale");
    assert_eq!((line.owner(), line.offers()[0].reason), (Owner::Queue, Reason::CustomTag));
    let plain = tagged(POLICY, "shopping");
    assert_eq!((plain.owner(), plain.offers().len()), (Owner::Ai, 0));
    // What the brand says about such hand-offs counts for them too.
    let to_store = format!("{POLICY}[escalation.custom_tag]\nto = \"store\"\n");
    assert_eq!(tagged(&to_store, "wholesale").owner(), Owner::Store);
}

#[test]
fn ai_6_each_way_to_people_works_alone_and_together() {
    let check = |keys: &str, owner, told: usize, waits_in: Option<u16>| {
        let policy = one_tag(keys);
        let mut line = tagged(&policy, "special");
        assert_eq!(line.owner().kind(), owner, "{keys}");
        assert_eq!(line.notified().len(), told, "{keys}");
        // A shared view is a question about tags, and these are told in any case.
        assert_eq!(names(&policy, &line.tagged()), ["special"], "{keys}");
        if owner == OwnerKind::Suspended {
            assert!(line.offers().is_empty(), "{keys}");
            line.says("it is order number 8271");
        }
        let queue = line.offers().first().map(|offer| offer.queue);
        assert_eq!(queue, waits_in.map(QueueId), "{keys}");
    };
    let (suspend, notify) = ("after = \"suspend\"\n", "notify = true\n");
    let (assign, inbox) = ("after = \"hand_off\"\n", "queue = \"follow_up\"\n");
    check("", OwnerKind::Ai, 0, None);
    check(suspend, OwnerKind::Suspended, 0, Some(0));
    check(notify, OwnerKind::Ai, 1, None);
    check(assign, OwnerKind::Queue, 0, Some(0));
    check(&[assign, notify].concat(), OwnerKind::Queue, 1, Some(0));
    check(&[assign, inbox].concat(), OwnerKind::Queue, 0, Some(1));
    check(&[suspend, inbox].concat(), OwnerKind::Suspended, 0, Some(1));
    check(&[suspend, notify, inbox].concat(), OwnerKind::Suspended, 1, Some(1));
    check(&[assign, notify, inbox].concat(), OwnerKind::Queue, 1, Some(1));
    // The inbox of a tag is also where it waits if the AI has no answer.
    let mut line =
        Line::with_policy(&one_tag(&[inbox, "intents = [\"product_question\"]"].concat()));
    line.says(QUESTION);
    line.ai_ends(AiOutcome::Error, 0.0, "");
    assert_eq!(line.offers()[0].queue, FOLLOW_UP);
}

#[test]
fn ai_7_a_tag_says_what_follows() {
    let after =
        |keys: &str| Policy::parse(&one_tag(keys), "a test").map(|policy| policy.tags[2].after);
    assert_eq!(after(""), Ok(PostAction::GoOn));
    assert_eq!(after("after = \"go_on\""), Ok(PostAction::GoOn));
    assert_eq!(after("after = \"suspend\""), Ok(PostAction::Suspend));
    assert_eq!(after("after = \"hand_off\""), Ok(PostAction::HandOff));
    let refused = after("after = \"suspend afterwards\"").unwrap_err();
    assert_eq!(refused.line, 4);
    assert!(
        refused.message.contains("suspend") && refused.message.contains("hand_off"),
        "{refused}"
    );
}

#[test]
fn ai_8_the_ai_is_told_what_the_tag_says() {
    let mut line = Line::with_policy(POLICY);
    line.says(QUESTION);
    assert!(line.last_request().instructions.is_empty());
    line.says(RETURN);
    let wanted = b"Ask for the order number, the address, the reason and a photo.";
    assert_eq!(&line.last_request().instructions[..], wanted);
}

#[test]
fn ai_13_ai_14_one_request_for_particulars_leaves_and_then_nothing() {
    let mut line = Line::with_policy(POLICY);
    line.says(RETURN);
    let request = line.last_request();
    line.ai_says("What is your order number?");
    assert_eq!(line.owner(), Owner::Suspended);
    // The effects come in this order: the request, then the suspension, of which the next message tells.
    assert_eq!(line.kinds(), [SendKind::Ai]);
    for text in ["ok", QUESTION, "order 82711"] {
        assert_eq!(line.says(text).disposition, Disposition::Append, "{text}");
    }
    line.give(Input::Ai(result(&request, AiOutcome::Answer, Score::ONE, "And your address?")));
    line.wait(20 * 3600);
    assert_eq!((line.kinds(), line.asked().len()), (vec![SendKind::Ai], 1));
}

#[test]
fn ai_20_a_tagged_message_is_sent_and_then_assigned() {
    let mut line = tagged(POLICY, "wholesale");
    let at = |wanted: fn(&Effect) -> bool| line.effects.iter().position(wanted).unwrap();
    let sent = at(|effect| matches!(effect, Effect::Send(send) if send.kind == SendKind::Ai));
    let offered = at(|effect| matches!(effect, Effect::Offer(_)));
    assert!(sent < offered);
    line.agent(7, AgentAction::Claim);
    line.agent_says(7, "I can make you an offer.");
    assert_eq!(line.kinds(), [SendKind::Ai, SendKind::Agent]);
}

#[test]
fn ai_21_either_system_tag_on_a_message_calls_for_people() {
    for tag in SYSTEM_TAGS {
        // Whether or not the brand says anything about it.
        for policy in ["", POLICY] {
            let line = tagged(policy, tag);
            assert_eq!((line.kinds(), line.owner()), (vec![SendKind::Ai], Owner::Queue), "{tag}");
            assert_eq!(names(policy, &line.tagged()), [tag]);
        }
        let told_only = format!("[[tag]]\nname = \"{tag}\"\nafter = \"go_on\"\nnotify = true\n");
        let line = tagged(&told_only, tag);
        assert_eq!((line.owner(), line.notified().len()), (Owner::Ai, 1));
    }
}

#[test]
fn ai_22_a_tag_that_comes_again_is_told_once() {
    let policy = one_tag("notify = true\n");
    let mut line = tagged(&policy, "special");
    for _ in 0..2 {
        line.says("do you have it in red?");
        line.ai_tags("We do!", "special");
    }
    assert_eq!(line.tagged().len(), 3, "each message has it");
    let turns: Vec<u32> = line.tagged().iter().map(|tagging| tagging.turn).collect();
    assert_eq!(turns, [1, 2, 3]);
    assert_eq!(line.notified().len(), 1);
    // A conversation that is with people is not assigned once more.
    let mut line = tagged(POLICY, "wholesale");
    line.says(QUESTION);
    assert_eq!((line.offers().len(), line.notified().len()), (1, 1));
    // After it was done and cleared, it is news again.
    line.agent(7, AgentAction::Claim);
    line.agent(7, AgentAction::Close);
    line.says(QUESTION);
    line.ai_tags("We do!", "wholesale");
    assert_eq!((line.offers().len(), line.notified().len()), (2, 2));
}

#[test]
fn ai_23_the_system_tags_are_there_for_everybody() {
    for policy in ["", POLICY, &one_tag("")] {
        let policy = Policy::parse(policy, "a test").unwrap();
        let first: Vec<&str> = policy.tags[..2].iter().map(|tag| &tag.name[..]).collect();
        assert_eq!(first, ["sys_human_help", "sys_human_follow_up"]);
    }
}

/// The tags with which a turn of the AI ends.
fn explained(outcome: AiOutcome, confidence: f64, given: &'static str) -> Vec<String> {
    let mut line = Line::with_policy(POLICY);
    line.says("what are your opening hours?");
    line.ai_gives(outcome, "", |result| {
        result.confidence = Score((confidence * 10_000.0) as u16);
        result.tags = Bytes::from_static(given.as_bytes());
    });
    assert_eq!(line.owner(), Owner::Queue);
    names(POLICY, &line.tagged())
}

#[test]
fn ai_24_without_the_knowledge_it_is_help() {
    assert_eq!(explained(AiOutcome::NoKnowledge, 0.0, ""), ["sys_human_help"]);
    assert_eq!(explained(AiOutcome::Answer, 0.2, ""), ["sys_human_help"]);
}

#[test]
fn ai_25_without_the_capability_it_is_a_follow_up() {
    assert_eq!(explained(AiOutcome::NoCapability, 0.0, ""), ["sys_human_follow_up"]);
}

#[test]
fn ai_26_one_tag_explains_a_turn_whatever_the_ai_says_beside() {
    assert_eq!(explained(AiOutcome::NoKnowledge, 0.0, "sys_human_follow_up"), ["sys_human_help"]);
    assert_eq!(explained(AiOutcome::NoCapability, 0.0, "sys_human_help"), ["sys_human_follow_up"]);
    let both = "sys_human_follow_up\nsys_human_help";
    assert_eq!(explained(AiOutcome::NoKnowledge, 0.0, both), ["sys_human_help"]);
    assert_eq!(explained(AiOutcome::WantsPerson, 0.0, both), ["sys_human_help"]);
    let answer = tagged(POLICY, "sys_human_follow_up\nsys_human_help");
    assert_eq!(names(POLICY, &answer.tagged()), ["sys_human_help"]);
    // The brand's own stay.
    let mut own = explained(AiOutcome::NoKnowledge, 0.0, "wholesale\nsys_human_follow_up");
    own.sort_unstable();
    assert_eq!(own, ["sys_human_help", "wholesale"]);
}

#[test]
fn ai_27_people_are_told_of_a_system_tag_at_once() {
    let mut line = Line::with_policy(POLICY);
    line.says(QUESTION);
    line.ai_ends(AiOutcome::NoKnowledge, 0.0, "");
    // In the same step, before the conversation is even offered.
    let at = |wanted: fn(&Effect) -> bool| line.effects.iter().position(wanted);
    let told = at(|effect| matches!(effect, Effect::Notify(_)));
    assert!(told.is_some() && told < at(|effect| matches!(effect, Effect::Offer(_))));
    assert_eq!(names(POLICY, &line.notified()), ["sys_human_help"]);
}

#[test]
fn ai_28_a_tag_of_the_brands_own_works_like_those_of_the_system() {
    let calls = |tag: &'static str| {
        let line = tagged(POLICY, tag);
        let offer = line.offers()[0];
        assert_eq!(names(POLICY, &line.notified()), [tag]);
        (line.owner(), offer.queue, offer.reason, line.events())
    };
    assert_eq!(calls("wholesale"), calls("sys_human_follow_up"));
    assert_eq!(calls("wholesale"), calls("sys_human_help"));
    // A name that the brand does not have says nothing.
    let unknown = tagged(POLICY, "retail");
    assert_eq!((unknown.owner(), unknown.tagged().len()), (Owner::Ai, 0));
}

#[test]
fn ai_29_the_prefix_of_system_tags_is_theirs() {
    let parse = |name: &str| Policy::parse(&format!("[[tag]]\nname = \"{name}\"\n"), "a.toml");
    let refused = parse("sys_vip").unwrap_err();
    assert_eq!(refused.line, 2);
    assert!(refused.message.contains("sys_human_help"), "{refused}");
    assert!(parse("system_vip").is_ok());
    assert!(parse("sys_human_help").is_ok());
    let twice = "[[tag]]\nname = \"sys_human_help\"\n".repeat(2);
    assert!(Policy::parse(&twice, "a.toml").unwrap_err().message.contains("twice"));
}

#[test]
fn ai_44_a_suspension_ends_by_a_person_and_not_by_itself() {
    let mut line = Line::with_policy(
        &POLICY.replace("[first_responder]", "[deadlines]\nsuspended = \"48h\"\n[first_responder]"),
    );
    line.says(RETURN);
    line.ai_says("What is your order number?");
    line.says("one moment");
    line.wait(47 * 3600);
    assert_eq!(line.owner(), Owner::Suspended);
    line.agent(7, AgentAction::Resume);
    assert_eq!(line.says(QUESTION).disposition, Disposition::Ai);
    // Also where a brand never gives conversations back to the AI otherwise.
    let mut line = Line::with_policy(&format!("{POLICY}[resume]\nrule = \"never\"\n"));
    line.says(RETURN);
    line.ai_says("What is your order number?");
    line.agent(7, AgentAction::Resume);
    assert_eq!(line.owner(), Owner::Ai);
}

#[test]
fn ai_46_the_strictest_of_several_tags_counts_and_all_are_on_record() {
    let tag = |name: &str, after: &str, intents: &str| {
        format!("[[tag]]\nname = \"{name}\"\nafter = \"{after}\"\n{intents}\n")
    };
    let by_intent = "intents = [\"product_question\"]";
    let check = |policy: &str, given: &'static str, owner| {
        let line = tagged(policy, given);
        assert_eq!(line.owner().kind(), owner, "{policy}");
        let mut named = names(policy, &line.tagged());
        named.sort_unstable();
        assert_eq!(named, ["a", "b", "c"], "{policy}");
    };
    let (go_on, suspend) = (tag("a", "go_on", by_intent), tag("b", "suspend", by_intent));
    let quiet = tag("c", "go_on", "");
    check(&[go_on.clone(), suspend.clone(), quiet].concat(), "c", OwnerKind::Suspended);
    let assign = tag("c", "hand_off", "");
    check(&[go_on.clone(), suspend, assign.clone()].concat(), "c", OwnerKind::Queue);
    // In whatever order they stand.
    check(&[assign, tag("b", "suspend", ""), go_on].concat(), "b\nc", OwnerKind::Queue);
}

#[test]
fn ai_17_who_never_sends_what_was_asked_for_gets_to_people() {
    let policy = format!("{POLICY}[deadlines]\nsuspended = \"1h\"\n");
    let mut line = Line::with_policy(&policy);
    line.says(RETURN);
    line.ai_says("What is your order number?");
    line.says("ok");
    line.wait(3500);
    assert_eq!(line.owner(), Owner::Suspended);
    line.wait(120);
    let offer = line.offers()[0];
    assert_eq!(
        (line.owner(), offer.reason, offer.queue),
        (Owner::Queue, Reason::Unattended, FOLLOW_UP)
    );
    assert_eq!(line.events(), [EventKind::Started, EventKind::Escalated]);
}
