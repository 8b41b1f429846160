//! OneText: the AI sells, people support, the store has what is sensitive. One ladder, and nobody is left
//! standing on it.

mod notes;
mod traffic;

use bytes::Bytes;
use volley_core::classify::{Intent, Score};
use volley_core::conversation::{Owner, OwnerKind};
use volley_core::effect::{Effect, Outside, RefusalReason, SendKind};
use volley_core::id::{AgentId, CampaignId, ConversationId};
use volley_core::input::{AgentAction, AiOutcome, Input, Lack, OutsideEvent};
use volley_core::message::Source;
use volley_core::policy::Policy;
use volley_core::reason::{Disposition, Reason, Step};
use volley_core::record::Body;

use crate::support::{Line, result};

/// How OneText routes: shopping for the AI, support for people, what is sensitive or about an account for
/// the store, whose answers go out from the brand's number.
const POLICY: &str = r#"
brand = "Fern & Oak"
store_answers = "relay"
[first_responder]
product_question = "ai"
order_status = "human"
store_info = "human"
account_help = "store"
billing_dispute = "store"
[ai]
confidence_min = 0.8
[escalation.sensitive]
to = "store"
[escalation.legal]
to = "store"
[escalation.threat]
to = "store"
[escalation.self_harm]
to = "store"
"#;

const QUESTION: &str = "do you have this jacket in blue?";
const SUPPORT: &str = "I'd like to return these shoes";
const ACCOUNT: &str = "I forgot my password";
const PERSON_PLEASE: &str = "can I talk to a real person please";

/// A first reply under the policy, which goes to `disposition`.
#[track_caller]
fn first(text: &str, disposition: Disposition) -> Line {
    let mut line = Line::with_policy(POLICY);
    let decision = line.says(text);
    assert_eq!(decision.disposition, disposition, "{text}: {:?}", decision.verdict);
    line
}

/// What people were told the AI was at.
fn briefs(line: &Line) -> Vec<&[u8]> {
    let briefs = line.effects.iter().filter_map(|effect| match effect {
        Effect::Brief(brief) => Some(&brief.task[..]),
        _ => None,
    });
    briefs.collect()
}

fn answered(text: &'static str) -> OutsideEvent {
    OutsideEvent::Answered(Bytes::from_static(text.as_bytes()))
}

#[test]
fn ot_1_a_reply_to_a_campaign_is_decided_once_on_the_customers_conversation() {
    let mut line = Line::with_policy(POLICY);
    line.source = Source::Campaign(CampaignId(7));
    line.says(QUESTION);
    line.says("do you have it in red?");
    let conversation = line.conversation();
    assert_ne!(conversation, ConversationId::default());
    let decisions = line.decisions();
    for decision in &decisions {
        assert_eq!((decision.source, decision.conversation), (line.source, conversation));
    }
    // Each is on record once, under the number that its decision carries.
    let (entries, ..) = line.replayed();
    let is_reply = |body: &Body| matches!(body, Body::Reply(..));
    let replies = entries.iter().filter(|entry| is_reply(&entry.record.body));
    let replies: Vec<_> = replies.map(|entry| entry.record.seq).collect();
    assert_eq!(replies, decisions.iter().map(|decision| decision.seq).collect::<Vec<_>>());
}

#[test]
fn ot_6_a_product_search_is_the_ais_first() {
    for text in [
        QUESTION,
        "I'm looking for a waterproof jacket for hiking",
        "what would you recommend for a wedding in june?",
        "which size should I get?",
        "do you still have the green one in stock?",
    ] {
        let line = first(text, Disposition::Ai);
        assert_eq!(line.owner(), Owner::Ai, "{text}");
        assert_eq!(&line.last_request().text[..], text.as_bytes());
    }
}

#[test]
fn ot_7_a_purchase_is_the_ais_first() {
    for text in [
        "I'd like to buy the red one",
        "can I order two of these?",
        "I want to buy this coat, how do I order?",
        "how much is the green lamp?",
        "is it on sale?",
    ] {
        let line = first(text, Disposition::Ai);
        assert_eq!((line.owner(), line.asked().len()), (Owner::Ai, 1), "{text}");
    }
}

#[test]
fn ot_8_people_are_not_offered_what_the_ai_is_still_at() {
    let mut line = first(QUESTION, Disposition::Ai);
    line.wait(8);
    line.says("do you have it in red?");
    line.wait(8);
    assert_eq!((line.owner(), line.offers().len()), (Owner::Ai, 0));
    line.ai_says("We do!");
    line.wait(3600);
    assert_eq!((line.owner(), line.offers().len()), (Owner::Ai, 0));
}

#[test]
fn ot_9_what_the_ai_cannot_answer_goes_to_people_by_itself() {
    let mut line = first(QUESTION, Disposition::Ai);
    line.ai_ends(AiOutcome::NoKnowledge, 0.0, "");
    let offers = line.offers();
    assert_eq!((offers.len(), offers[0].reason), (1, Reason::KnowledgeMiss));
    assert_eq!((offers[0].conversation, line.owner()), (line.conversation(), Owner::Queue));
}

#[test]
fn ot_10_an_answer_below_the_brands_threshold_goes_to_people() {
    let check = |threshold: &str, confidence, is_sent: bool| {
        let policy =
            POLICY.replace("confidence_min = 0.8", &format!("confidence_min = {threshold}"));
        let mut line = Line::with_policy(&policy);
        line.says(QUESTION);
        line.ai_ends(AiOutcome::Answer, confidence, "We do!");
        let offered = line.offers().first().map(|offer| offer.reason);
        assert_eq!(line.sends().len(), usize::from(is_sent), "{threshold} {confidence}");
        assert_eq!(
            offered,
            (!is_sent).then_some(Reason::LowConfidence),
            "{threshold} {confidence}"
        );
    };
    check("0.8", 0.79, false);
    check("0.8", 0.8, true);
    check("0.5", 0.79, true);
    check("1.0", 0.99, false);
}

#[test]
fn ot_12_a_draft_that_was_not_sure_enough_is_never_sent() {
    let mut line = first(QUESTION, Disposition::Ai);
    let request = line.last_request();
    line.ai_ends(AiOutcome::Answer, 0.4, "Perhaps in teal?");
    line.agent(3, AgentAction::Claim);
    line.says("hello?? do you?");
    line.agent_says(3, "We do.");
    // Not even when it comes again, surer of itself.
    line.give(Input::Ai(result(&request, AiOutcome::Answer, Score::ONE, "Perhaps in teal?")));
    assert_eq!(line.kinds(), [SendKind::Agent]);
    line.agent(3, AgentAction::Resume);
    line.wait(3600);
    assert_eq!(line.kinds(), [SendKind::Agent]);
    assert_eq!(line.refusals().last().map(|it| it.reason), Some(RefusalReason::Stale));
}

#[test]
fn ot_13_what_the_ai_was_at_goes_along() {
    let task = "cart: 2 jackets, blue; asked for a discount";
    let check = |policy: &str, outcome, text: &str, reason| {
        let mut line = Line::with_policy(policy);
        line.says(QUESTION);
        line.ai_gives(outcome, text, |it| it.task = Bytes::from_static(task.as_bytes()));
        assert_eq!(briefs(&line), [task.as_bytes()], "{reason}");
        assert_eq!(line.offers().last().map(|offer| offer.reason), Some(reason));
    };
    check(POLICY, AiOutcome::NoCapability, "", Reason::NoCapability);
    check(POLICY, AiOutcome::WantsPerson, "", Reason::WantsPerson);
    // An answer that cannot leave, or that people are to send, is no reason to lose it.
    check(POLICY, AiOutcome::Answer, &"a".repeat(1601), Reason::AiError);
    let drafts = POLICY.replace("[ai]", "[ai]\nmode = \"draft\"");
    check(&drafts, AiOutcome::Answer, "We do!", Reason::Draft);
    // What ends well needs no people, and they hear nothing.
    let mut line = first(QUESTION, Disposition::Ai);
    line.ai_gives(AiOutcome::Answer, "Done!", |it| it.task = Bytes::from_static(task.as_bytes()));
    assert!(briefs(&line).is_empty());
}

#[test]
fn ot_14_an_ai_that_is_late_or_fails_has_no_answer() {
    let mut late = first(QUESTION, Disposition::Ai);
    let request = late.last_request();
    late.wait(12);
    assert_eq!(late.offers()[0].reason, Reason::AiTimeout);
    late.give(Input::Ai(result(&request, AiOutcome::Answer, Score::ONE, "We do!")));
    assert_eq!(late.sends(), []);
    // A limit of its maker's is an error like any other.
    let mut failed = first(QUESTION, Disposition::Ai);
    failed.ai_ends(AiOutcome::Error, 0.0, "");
    assert_eq!(failed.offers()[0].reason, Reason::AiError);
    let mut empty = first(QUESTION, Disposition::Ai);
    empty.ai_says("");
    assert_eq!(empty.offers()[0].reason, Reason::AiError);
}

#[test]
fn ot_15_support_passes_the_ai_by() {
    for text in [
        SUPPORT,
        "where is my order",
        "it arrived broken",
        "cancel my order please",
        "what are your opening hours?",
        PERSON_PLEASE,
    ] {
        let line = first(text, Disposition::Human);
        assert_eq!((line.owner(), line.asked().len()), (Owner::Queue, 0), "{text}");
    }
}

#[test]
fn ot_16_passing_the_ai_by_costs_no_call_and_no_wait() {
    let line = first(SUPPORT, Disposition::Human);
    let (decision, offer) = (line.decisions()[0], line.offers()[0]);
    assert_eq!((decision.step, offer.at), (Step::Intent, decision.decided_at));
    assert!(line.asked().is_empty());
    let waits_for_ai = line.effects.iter().position(|effect| matches!(effect, Effect::Offer(_)));
    let decided = line.effects.iter().position(|effect| matches!(effect, Effect::Decide(_)));
    assert!(waits_for_ai < decided, "the offer is there before the reply is acknowledged");
}

#[test]
fn ot_17_of_two_requests_people_get_both_and_both_are_recorded() {
    for text in [
        "can I cancel my order and do you have the boots in size 9?",
        "do you have the boots in size 9? and can I cancel my order",
    ] {
        let line = first(text, Disposition::Human);
        let verdict = line.decisions()[0].verdict;
        let mut labels = [verdict.intent, verdict.second];
        labels.sort_unstable();
        assert_eq!(labels, [Intent::ProductQuestion, Intent::OrderChange], "{text}");
        assert!(line.asked().is_empty());
    }
}

#[test]
fn ot_18_each_message_is_read_anew() {
    let mut line = first(QUESTION, Disposition::Ai);
    line.ai_says("We do!");
    let conversation = line.conversation();
    let decision = line.says(SUPPORT);
    assert_eq!((decision.disposition, decision.reason), (Disposition::Human, Reason::Return));
    assert_eq!((decision.conversation, decision.owner), (conversation, Owner::Queue));
    assert_eq!(line.asked().len(), 1);
    // Also while the AI is at its answer, which is stale then.
    let mut line = first(QUESTION, Disposition::Ai);
    assert_eq!(line.says(SUPPORT).disposition, Disposition::Human);
    line.ai_says("We do!");
    assert_eq!(line.sends(), []);
}

#[test]
fn ot_19_who_answers_a_shopper_whom_people_have_is_the_brands_choice() {
    let story = |sticky: bool, opening: &str| {
        let mut line = Line::with_policy(&format!("sticky = {sticky}\n{POLICY}"));
        line.says(opening);
        line.agent(4, AgentAction::Claim);
        // They owe an answer, so it is theirs in any case.
        assert_eq!(line.says(QUESTION).disposition, Disposition::Append);
        line.agent_says(4, "Here is your label.");
        let decision = line.says(QUESTION);
        let is_free = line.effects.iter().any(|effect| matches!(effect, Effect::Release(_)));
        assert_eq!(is_free, decision.disposition == Disposition::Ai);
        decision.disposition
    };
    assert_eq!(story(true, SUPPORT), Disposition::Append);
    assert_eq!(story(false, SUPPORT), Disposition::Ai);
    // Who asked for a person keeps them.
    assert_eq!(story(false, PERSON_PLEASE), Disposition::Append);
}

/// An agent who lacks `lack` passes a conversation on.
fn passed_on(lack: Lack, reason: Reason) {
    let mut line = first(SUPPORT, Disposition::Human);
    line.agent(4, AgentAction::Claim);
    line.agent(4, AgentAction::ToStore(lack));
    let handed = line.handed_over();
    assert_eq!((handed.len(), handed[0].to, handed[0].reason), (1, Outside::Store, reason));
    assert_eq!((line.owner(), line.state().conversation.reason), (Owner::Store, reason));
    let released = line
        .effects
        .iter()
        .any(|effect| matches!(effect, Effect::Release(release) if release.agent == AgentId(4)));
    assert!(released, "the agent has a place free");
    // What the customer adds goes there too.
    assert_eq!(line.says("where is my order").disposition, Disposition::Append);
    assert_eq!(line.owner(), Owner::Store);
}

#[test]
fn ot_23_without_access_to_the_order_it_goes_to_the_store() {
    passed_on(Lack::Access, Reason::AgentLacksAccess);
}

#[test]
fn ot_24_without_the_stores_rule_it_goes_to_the_store() {
    passed_on(Lack::Policy, Reason::AgentLacksPolicy);
}

#[test]
fn ot_25_what_a_tier_may_not_look_up_goes_up() {
    let line = |access: &str, text: &str| {
        let mut line = Line::with_policy(&format!("[access]\n{access}\n"));
        line.says(text);
        line
    };
    let check = |access: &str, text: &str, disposition, reason| {
        let decision = line(access, text).decisions()[0];
        assert_eq!(
            (decision.disposition, decision.reason),
            (disposition, reason),
            "{access} {text}"
        );
    };
    let order = "where is my order";
    check("", order, Disposition::Ai, Reason::AiFirst);
    check("ai = [\"products\"]", order, Disposition::Human, Reason::NoAccess);
    let nobody = "ai = [\"products\"]\nhuman = [\"products\"]";
    check(nobody, order, Disposition::Store, Reason::NoAccess);
    check(nobody, QUESTION, Disposition::Ai, Reason::AiFirst);
    check("human = [\"policies\"]", SUPPORT, Disposition::Store, Reason::Return);
    // Nor does it come to people from an AI that gave up.
    let mut line = line("human = [\"products\"]", order);
    line.ai_ends(AiOutcome::NoKnowledge, 0.0, "");
    assert_eq!((line.owner(), line.offers().len()), (Owner::Store, 0));
}

#[test]
fn ot_27_one_rung_has_it_and_only_that_one_speaks() {
    let mut line = first(QUESTION, Disposition::Ai);
    let request = line.last_request();
    let late = Input::Ai(result(&request, AiOutcome::Answer, Score::ONE, "from the AI"));
    let mut epoch = 0;
    let mut rung = |line: &Line, owner| {
        let conversation = line.state().conversation;
        assert_eq!(conversation.owner, owner);
        assert!(conversation.epoch > epoch, "each rung has its own epoch");
        epoch = conversation.epoch;
    };
    rung(&line, Owner::Ai);
    line.outside(answered("from the store"));
    line.ai_ends(AiOutcome::NoKnowledge, 0.0, "");
    rung(&line, Owner::Queue);
    line.give(late.clone());
    line.outside(answered("from the store"));
    line.agent(1, AgentAction::Claim);
    rung(&line, Owner::Human(AgentId(1)));
    line.give(late.clone());
    line.outside(answered("from the store"));
    line.agent_says(2, "from a colleague");
    assert_eq!(line.kinds(), [], "none of these had it");
    line.agent_says(1, "Let me ask.");
    line.agent(1, AgentAction::ToStore(Lack::Policy));
    rung(&line, Owner::Store);
    line.give(late);
    line.outside(answered("It is."));
    assert_eq!(line.kinds(), [SendKind::Agent, SendKind::Store]);
}

#[test]
fn ot_28_every_open_state_has_an_owner_and_a_deadline_and_an_end() {
    let policy = format!(
        "{POLICY}[[keyword]]\nword = \"vip\"\nreply = \"Which size?\"\nthen = [\"Noted.\"]\n\
         [[tag]]\nname = \"custom\"\nafter = \"suspend\"\n"
    );
    let check = |kind, reach: fn(&mut Line)| {
        let mut line = Line::with_policy(&policy);
        reach(&mut line);
        assert_eq!(line.owner().kind(), kind);
        for _ in 0..3 {
            let before = line.state().conversation;
            if !before.is_open() {
                return;
            }
            let due = before.deadline.expect("an open conversation has a deadline").at();
            assert!(due > line.now, "{kind}: the deadline is ahead");
            line.wait(due.since(line.now).as_secs() + 1);
            assert_ne!(line.state().conversation, before, "{kind}: something happens then");
        }
    };
    check(OwnerKind::Ai, |line| {
        line.says(QUESTION);
    });
    check(OwnerKind::Ai, |line| {
        line.says(QUESTION);
        line.ai_says("We do!");
    });
    check(OwnerKind::Queue, |line| {
        line.says(SUPPORT);
    });
    check(OwnerKind::Human, |line| {
        line.says(SUPPORT);
        line.agent(1, AgentAction::Claim);
    });
    check(OwnerKind::Store, |line| {
        line.says(ACCOUNT);
    });
    check(OwnerKind::Automation, |line| {
        line.says("vip");
    });
    check(OwnerKind::Suspended, |line| {
        line.says(QUESTION);
        line.ai_tags("Which engraving?", "custom");
    });
    check(OwnerKind::Queue, |line| {
        line.says("too many texts");
    });
}

#[test]
fn ot_29_a_sensitive_matter_is_for_the_store_and_not_for_agents() {
    for text in [
        "I had an allergic reaction to your cream",
        "I need this for my skin condition, is it safe while pregnant?",
        "my lawyer will sue you",
        "I had an allergic reaction to your cream, I want to talk to a real person",
    ] {
        let line = first(text, Disposition::Store);
        assert_eq!((line.handed_over()[0].to, line.offers().len()), (Outside::Store, 0), "{text}");
    }
}

#[test]
fn ot_30_a_matter_of_an_account_is_for_the_store() {
    for text in [
        ACCOUNT,
        "please change the email on my account",
        "how many points do I have?",
        "you charged my card twice",
    ] {
        let line = first(text, Disposition::Store);
        assert_eq!((line.handed_over()[0].to, line.offers().len()), (Outside::Store, 0), "{text}");
    }
}

#[test]
fn ot_31_a_new_list_counts_from_the_next_decision_on() {
    let sensitive = "I had an allergic reaction to your cream";
    let mut line = Line::with_policy(POLICY);
    let decide = |line: &mut Line, person, text: &str| {
        line.turns_to(person);
        let decision = line.says(text);
        (decision.disposition, decision.policy)
    };
    let version = |source: &str| Policy::parse(source, "a test").unwrap().version;
    let old = version(POLICY);
    assert_eq!(decide(&mut line, 1, sensitive), (Disposition::Store, old));
    assert_eq!(decide(&mut line, 2, SUPPORT), (Disposition::Human, old));
    let changed = POLICY
        .replace("[escalation.sensitive]\nto = \"store\"", "[escalation.return]\nto = \"store\"");
    line.becomes(&changed);
    let new = version(&changed);
    assert_ne!(old, new);
    assert_eq!(decide(&mut line, 3, sensitive), (Disposition::Human, new));
    assert_eq!(decide(&mut line, 4, SUPPORT), (Disposition::Store, new));
}
