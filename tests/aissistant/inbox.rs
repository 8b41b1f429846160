//! The dedicated inbox: all that is flagged gets there and leaves again, with or without inboxes.

use std::collections::{BTreeMap, BTreeSet};

use volley_core::check::check;
use volley_core::conversation::Owner;
use volley_core::effect::{Effect, Offer, SendKind};
use volley_core::id::{ConversationId, Key, QueueId};
use volley_core::input::{AgentAction, AiOutcome};
use volley_core::message::Channel;
use volley_core::policy::{Policy, TagSet};
use volley_core::reason::Disposition;
use volley_sim::speech::Kind;

use super::{FOLLOW_UP, POLICY, QUESTION, RETURN, tagged};
use crate::support::story::{Traffic, names};
use crate::support::{Line, classifier};

/// Which conversation waits in which queue, by what people are told.
fn waiting(line: &Line) -> BTreeMap<ConversationId, QueueId> {
    let mut waiting = BTreeMap::new();
    for effect in &line.effects {
        match effect {
            Effect::Offer(offer) => drop(waiting.insert(offer.conversation, offer.queue)),
            Effect::Withdraw(gone) => drop(waiting.remove(&gone.conversation)),
            _ => {}
        }
    }
    waiting
}

#[test]
fn ai_30_the_recommended_policy_has_one_inbox_for_all_that_is_flagged() {
    let policy = Policy::parse(POLICY, "a test").unwrap();
    let calling = policy.tags.iter().filter(|tag| tag.notify);
    assert_eq!(calling.clone().count(), 4);
    assert!(calling.map(|tag| tag.queue).all(|queue| queue == Some(FOLLOW_UP)));
    // Nothing in it contradicts anything else, and nothing never happens.
    assert_eq!(check(&policy, &classifier()), []);
    // What was not flagged is not in it.
    let mut line = Line::with_policy(POLICY);
    line.says("it arrived broken");
    assert_eq!(line.offers()[0].queue, QueueId(0));
}

#[test]
fn ai_35_what_is_flagged_moves_to_the_inbox() {
    for tag in ["sys_human_help", "sys_human_follow_up", "wholesale"] {
        let line = tagged(POLICY, tag);
        assert_eq!(waiting(&line).into_values().collect::<Vec<_>>(), [FOLLOW_UP], "{tag}");
    }
    for outcome in [AiOutcome::NoKnowledge, AiOutcome::NoCapability] {
        let mut line = Line::with_policy(POLICY);
        line.says(QUESTION);
        line.ai_ends(outcome, 0.0, "");
        assert_eq!(line.offers()[0].queue, FOLLOW_UP, "{outcome}");
    }
}

#[test]
fn ai_36_it_leaves_its_old_queue_and_keeps_its_channel() {
    let mut line = Line::with_policy(POLICY);
    line.channel = Channel::Instagram;
    line.says("it arrived broken");
    let conversation = line.conversation();
    assert_eq!(waiting(&line), BTreeMap::from([(conversation, QueueId(0))]));
    // Somebody gives it to the AI, which cannot help either.
    line.agent(7, AgentAction::Resume);
    assert_eq!(waiting(&line), BTreeMap::new());
    line.says(QUESTION);
    line.ai_ends(AiOutcome::NoCapability, 0.0, "");
    assert_eq!(waiting(&line), BTreeMap::from([(conversation, FOLLOW_UP)]));
    line.agent_says(7, "Let me see.");
    let send = line.sends().pop().unwrap();
    assert_eq!((send.kind, send.channel), (SendKind::Agent, Channel::Instagram));
    assert_eq!(waiting(&line), BTreeMap::new());
}

#[test]
fn ai_45_when_people_are_done_the_flags_go_and_the_inbox_is_left() {
    let story = |ending: fn(&mut Line)| {
        let mut line = tagged(POLICY, "wholesale\nshopping");
        assert_eq!(line.says("hello?").disposition, Disposition::Append);
        ending(&mut line);
        // What only describes the conversation stays.
        assert_eq!(names(POLICY, &line.untagged()), ["wholesale"]);
        let left = line.state().episode().tags;
        assert_eq!(left, TagSet::one(4), "shopping");
        line
    };
    let line = story(|line| line.agent(7, AgentAction::Resume));
    assert_eq!((waiting(&line), line.owner()), (BTreeMap::new(), Owner::Ai));
    story(|line| {
        line.agent(7, AgentAction::Claim);
        line.agent(7, AgentAction::Close);
    });
    story(|line| {
        line.agent_says(7, "Here is our offer.");
        line.agent(7, AgentAction::Resume);
    });
}

/// Generated traffic under a policy: an AI that answers, fails, lacks something or flags, as it comes.
fn traffic(policy: &str, people: u64) -> Line {
    let mut traffic = Traffic::new(37);
    let mut line = Line::with_policy(policy);
    let kinds = [
        Kind::ProductQuestion,
        Kind::StoreInfo,
        Kind::ReturnRefund,
        Kind::OrderStatus,
        Kind::Acknowledgement,
        Kind::HumanRequest,
        Kind::Mixed,
    ];
    for number in 1..=people {
        line.turns_to(number);
        let kind = kinds[(number % 7) as usize];
        if line.says(&traffic.text(kind).0).disposition != Disposition::Ai {
            continue;
        }
        match number / 7 % 6 {
            0 => line.ai_says("Certainly!"),
            1 => line.ai_tags("Certainly!", "wholesale"),
            2 => line.ai_tags("I pass it on.", "sys_human_follow_up"),
            3 => line.ai_ends(AiOutcome::NoKnowledge, 0.0, ""),
            4 => line.ai_ends(AiOutcome::NoCapability, 0.0, ""),
            _ => line.ai_ends(AiOutcome::Answer, 0.3, "Perhaps?"),
        }
    }
    // Suspensions end.
    line.wait(25 * 3600);
    line
}

/// The offers to people, the first of each conversation, by person.
fn first_offers(line: &Line) -> BTreeMap<Key, Offer> {
    let mut first = BTreeMap::new();
    for offer in line.offers() {
        first.entry(offer.key).or_insert(offer);
    }
    first
}

#[test]
fn ai_37_all_that_is_flagged_gets_to_the_inbox() {
    let line = traffic(POLICY, 420);
    let policy = Policy::parse(POLICY, "a test").unwrap();
    let calls = |tags: TagSet| tags.iter().any(|tag| policy.tags[tag].queue.is_some());
    let flagged = line.tagged().into_iter().filter(|tagging| calls(tagging.tags));
    let flagged: BTreeSet<Key> = flagged.map(|tagging| tagging.key).collect();
    assert!(flagged.len() > 100, "{}", flagged.len());
    let offers = first_offers(&line);
    for key in &flagged {
        let queue = offers.get(key).map(|offer| offer.queue);
        assert_eq!(queue, Some(FOLLOW_UP), "{key:?} was flagged and is missed");
    }
    // And nothing else does.
    let strays =
        offers.values().filter(|offer| offer.queue == FOLLOW_UP && !flagged.contains(&offer.key));
    assert_eq!(strays.count(), 0);
}

#[test]
fn ai_48_with_inboxes_or_with_views_alone_the_same_people_are_reached() {
    let inboxes = traffic(POLICY, 420);
    let views = POLICY.replace("queue = \"follow_up\"\n", "").replace(", \"follow_up\"", "");
    let views = traffic(&views, 420);
    let reached = |line: &Line| -> Vec<_> {
        let offers = first_offers(line).into_values();
        offers
            .map(|offer| (offer.key, offer.conversation, offer.reason, offer.tags, offer.at))
            .collect()
    };
    let escalated = reached(&inboxes);
    assert!(escalated.len() > 200, "{}", escalated.len());
    assert_eq!(escalated, reached(&views));
    // Only the place differs.
    assert!(views.offers().iter().all(|offer| offer.queue == QueueId(0)));
    assert!(inboxes.offers().iter().any(|offer| offer.queue == FOLLOW_UP));
    // Who was told, too.
    let told = |line: &Line| {
        line.notified().iter().map(|tagging| (tagging.key, tagging.tags)).collect::<Vec<_>>()
    };
    assert_eq!(told(&inboxes), told(&views));
}

#[test]
fn ai_48_one_person_is_served_alike_in_an_inbox_and_in_a_view() {
    let story = |policy: &str| {
        let mut line = Line::with_policy(policy);
        line.says(RETURN);
        line.ai_says("Your order number, please?");
        line.wait(25 * 3600);
        line.agent_says(7, "Let me help you.");
        line.agent(7, AgentAction::Close);
        (line.kinds(), line.events(), line.untagged().len(), line.owner())
    };
    assert_eq!(story(POLICY), story(&POLICY.replace("queue = \"follow_up\"\n", "")));
}
