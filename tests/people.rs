//! People and their work: who is given what, when, and why. Engine and desk together, as a policy says.

mod floor;

use std::time::Duration;

use bytes::Bytes;
use volley_core::desk::{
    AlarmKind, Brands, Capacity, Command, Presence, Queues, RefusedReason, Shift, Suitability, Turn,
};
use volley_core::effect::{DenialReason, Effect, Offer, SendKind};
use volley_core::id::{AgentId, BrandId, ContactId, Key, QueueId};
use volley_core::input::{AgentAction, Input, PolicyChange, ProfileChange};
use volley_core::message::{Channel, Language};
use volley_core::service::{Priority, Skills};
use volley_core::time::Timestamp;

use crate::support::{BRAND, PERSON, START};
use floor::{Floor, command, policy_of};

const REFUND: &str = "I want a refund";
const PERSON_PLEASE: &str = "can I talk to a real person please";

#[test]
fn g_10_who_claims_what_somebody_has_is_told_who_has_it() {
    let mut floor = Floor::new("");
    let offer = floor.waits(1, REFUND);
    floor.signs_on(1, 0);
    floor.tell(Command::SignOn(Shift::general(AgentId(2), 3)));
    assert_eq!(floor.owner(&offer), Some(2));
    let conversation = offer.conversation;
    floor.signs_on(1, 3);
    floor.tell(Command::Claim { agent: AgentId(1), conversation });
    let refused = floor.refused.pop().unwrap();
    assert_eq!((refused.reason, refused.owner), (RefusedReason::Owned, Some(AgentId(2))));
    // Past the desk it is the same: the engine has the last word.
    for action in [AgentAction::Claim, AgentAction::Reply(Bytes::from_static(b"Hi"))] {
        floor.line.forget();
        floor.heard = 0;
        floor.acts(1, &offer, action);
        let denied = floor.line.effects.iter().find_map(|effect| match effect {
            Effect::Deny(denial) => Some((denial.reason, denial.owner)),
            _ => None,
        });
        assert_eq!(denied, Some((DenialReason::OwnedByOther, Some(AgentId(2)))));
        assert!(floor.line.sends().is_empty());
        assert_eq!(floor.owner(&offer), Some(2));
    }
}

#[test]
fn g_37_the_first_rule_that_holds_says_where_it_waits_and_the_first_queue_takes_the_rest() {
    let mut floor = Floor::new(
        r#"
queues = ["people", "money", "social"]
skills = ["spanish"]
[[route]]
reasons = ["wants_person"]
channels = ["instagram"]
queue = "social"
priority = "high"
[[route]]
intents = ["return_refund"]
queue = "money"
[[route]]
channels = ["instagram", "messenger"]
queue = "social"
skills = ["spanish"]
"#,
    );
    let (plain, high) = (Priority::Normal, Priority::High);
    let mut check = |channel, text, queue, priority, skills| {
        floor.line.channel = channel;
        floor.messages += 1;
        let offer = floor.waits(100 + floor.messages as u64, text);
        assert_eq!((offer.queue, offer.priority, offer.skills), (QueueId(queue), priority, skills));
        offer
    };
    let (none, spanish) = (Skills::NONE, Skills::one(0).unwrap());
    check(Channel::Instagram, PERSON_PLEASE, 2, high, none);
    check(Channel::Instagram, REFUND, 1, plain, none);
    check(Channel::Messenger, PERSON_PLEASE, 2, plain, spanish);
    let last = check(Channel::Sms, PERSON_PLEASE, 0, plain, none);
    // An offer for a queue that is there no longer waits in the first.
    floor.tell(Command::Offer(Offer { queue: QueueId(9), epoch: 99, ..last }));
    let queues = floor.desk.desk().queues();
    assert_eq!(queues.iter().map(|it| it.waiting).collect::<Vec<_>>(), [1, 1, 2]);
    assert_eq!(floor.explain(&last).queue, QueueId(0));
}

/// What escalations ask of people is in the offer, and what comes back to people asks the same.
#[test]
fn g_38_g_47_an_offer_asks_for_what_the_policy_says_and_asks_it_again() {
    let mut floor = Floor::new(
        r#"
queues = ["people", "money"]
skills = ["refunds", "spanish"]
language_skills = { es = "spanish" }
[escalation.refund]
queue = "money"
priority = "urgent"
skills = ["refunds"]
"#,
    );
    let language = Some(Language::Spanish);
    let (contact, key) = (7, Key { contact: ContactId(7), ..PERSON });
    floor.line.give(Input::Profile(ProfileChange { key, language, ..Default::default() }));
    let asks = |offer: &Offer| (offer.queue, offer.priority, offer.skills);
    let offer = floor.waits(contact, REFUND);
    let asked = (QueueId(1), Priority::Urgent, Skills::first(2));
    assert_eq!(asks(&offer), asked);
    let expert = |agent, skills| Shift { skills, ..Shift::general(AgentId(agent), 1) };
    floor.tell(Command::SignOn(expert(1, Skills::one(0).unwrap())));
    assert_eq!(floor.owner(&offer), None);
    floor.tell(Command::SignOn(expert(2, Skills::first(2))));
    assert_eq!(floor.owner(&offer), Some(2));
    floor.tell(Command::ShiftEnd(AgentId(2)));
    let again = *floor.line.offers().last().unwrap();
    assert!(again.epoch > offer.epoch);
    assert_eq!(asks(&again), asked);
}

#[test]
fn g_39_priority_goes_first_and_starvation_is_bounded() {
    let mut floor = Floor::new(
        "[escalation.refund]\npriority = \"low\"\n[escalation.wants_person]\npriority = \"urgent\"\n\
         [desk]\nstarvation = \"10m\"\n",
    );
    let low = floor.waits(1, REFUND);
    let urgent = floor.waits(2, PERSON_PLEASE);
    floor.signs_on(1, 1);
    assert_eq!(floor.owners(&[low, urgent]), [None, Some(1)]);
    // As long as urgent ones keep coming, the other one waits, but not for ever.
    let mut last = urgent;
    for contact in 3..20 {
        let next = floor.waits(contact, PERSON_PLEASE);
        floor.passes(60);
        floor.acts(1, &last, AgentAction::Close);
        if floor.owner(&low).is_some() {
            break;
        }
        assert_eq!(floor.owner(&next), Some(1));
        last = next;
    }
    assert_eq!(floor.owner(&low), Some(1));
    let waited = floor.line.now.since(low.at).as_secs();
    assert!((600..=720).contains(&waited), "{waited}");
}

#[test]
fn g_40_nobody_gets_more_than_they_can_have() {
    let mut floor = Floor::new("");
    let capacity = Capacity::of(3).with(Channel::Web, 1);
    floor.tell(Command::SignOn(Shift { capacity, ..Shift::general(AgentId(1), 3) }));
    floor.line.channel = Channel::Web;
    let chats = [floor.waits(1, REFUND), floor.waits(2, REFUND)];
    floor.line.channel = Channel::Sms;
    let texts = [floor.waits(3, REFUND), floor.waits(4, REFUND), floor.waits(5, REFUND)];
    assert_eq!(floor.owners(&chats), [Some(1), None]);
    assert_eq!(floor.owners(&texts), [Some(1), Some(1), None]);
    floor.tell(Command::Claim { agent: AgentId(1), conversation: chats[1].conversation });
    assert_eq!(floor.refused.pop().map(|it| it.reason), Some(RefusedReason::Full));
    // Room for one more, but a chat is over only when a chat is.
    floor.acts(1, &texts[0], AgentAction::Close);
    assert_eq!(floor.owners(&[chats[1], texts[2]]), [None, Some(1)]);
    floor.acts(1, &chats[0], AgentAction::Close);
    assert_eq!(floor.owner(&chats[1]), Some(1));
}

#[test]
fn g_41_work_is_spread_by_load_or_in_turn() {
    let given = |policy: &str| {
        let mut floor = Floor::new(policy);
        (1..=3).for_each(|agent| floor.signs_on(agent, 9));
        let mut offers: Vec<Offer> = (1..=3).map(|contact| floor.waits(contact, REFUND)).collect();
        // The second is done at once, and with the next as well.
        floor.acts(2, &offers[1], AgentAction::Close);
        offers.push(floor.waits(4, REFUND));
        offers.push(floor.waits(5, REFUND));
        let given = floor.owners(&offers[3..]);
        given.into_iter().flatten().collect::<Vec<_>>()
    };
    assert_eq!(given("[desk]\nstrategy = \"least_loaded\"\n"), [2, 1]);
    assert_eq!(given("[desk]\nstrategy = \"round_robin\"\n"), [1, 2]);
}

#[test]
fn g_42_a_backlog_drains_in_the_order_of_arrival() {
    let mut floor = Floor::new("");
    let mut offers: Vec<Offer> = (1..=4).map(|contact| floor.waits(contact, REFUND)).collect();
    floor.signs_on(1, 1);
    offers.push(floor.waits(5, REFUND));
    for (index, offer) in offers.iter().enumerate() {
        assert_eq!(floor.owner(offer), Some(1), "{index}");
        // Somebody newer comes just before there is room.
        floor.waits(100 + index as u64, REFUND);
        floor.acts(1, offer, AgentAction::Close);
    }
}

#[test]
fn g_43_presence_counts_at_once() {
    let mut floor = Floor::new("");
    floor.signs_on(1, 9);
    for presence in [Presence::Away, Presence::Offline] {
        floor.is(1, presence);
        let offer = floor.waits(10 + u64::from(presence.code()), REFUND);
        assert_eq!(floor.owner(&offer), None);
        floor.is(1, Presence::Online);
        assert_eq!(floor.owner(&offer), Some(1));
    }
}

#[test]
fn g_47_who_goes_offline_hands_back_with_the_original_wait_if_the_policy_says_so() {
    for requeues in [true, false] {
        let mut floor = Floor::new(&format!("[desk]\nrequeue_offline = {requeues}\n"));
        floor.signs_on(1, 1);
        let held = floor.waits(1, REFUND);
        assert_eq!(floor.owner(&held), Some(1));
        floor.passes(600);
        let younger = floor.waits(2, REFUND);
        let sends = floor.line.sends().len();
        floor.is(1, Presence::Offline);
        assert_eq!(floor.owner(&held), if requeues { None } else { Some(1) });
        assert_eq!(floor.desk.desk().oldest(), Some(if requeues { held.at } else { younger.at }));
        floor.signs_on(2, 1);
        assert_eq!(
            floor.owners(&[held, younger]),
            match requeues {
                true => [Some(2), None],
                false => [Some(1), Some(2)],
            }
        );
        // To the customer nothing has changed.
        assert_eq!(floor.line.sends().len(), sends);
    }
}

#[test]
fn g_113_depth_and_age_of_queues_are_shown() {
    let mut floor =
        Floor::new("queues = [\"people\", \"money\"]\n[escalation.refund]\nqueue = \"money\"\n");
    assert_eq!((floor.desk.desk().queue_length(), floor.desk.desk().oldest()), (0, None));
    let first = floor.waits(1, REFUND);
    floor.passes(60);
    let other = floor.waits(2, PERSON_PLEASE);
    floor.waits(3, REFUND);
    let desk = floor.desk.desk();
    assert_eq!((desk.queue_length(), desk.busy_places()), (3, 0));
    assert_eq!(desk.oldest(), Some(first.at));
    let queues = desk.queues().into_iter().map(|it| (it.queue.0, it.waiting, it.oldest));
    assert_eq!(queues.collect::<Vec<_>>(), [(0, 1, other.at), (1, 2, first.at)]);
    floor.signs_on(1, 1);
    assert_eq!((floor.desk.desk().queue_length(), floor.desk.desk().busy_places()), (2, 1));
    assert_eq!(floor.desk.desk().oldest(), Some(other.at));
}

#[test]
fn g_117_the_chosen_pair_is_explained() {
    let mut floor = Floor::new(
        "skills = [\"refunds\"]\n[escalation.refund]\nskills = [\"refunds\"]\npriority = \"high\"\n",
    );
    let plain = floor.waits(1, PERSON_PLEASE);
    let refund = floor.waits(2, REFUND);
    let explained = floor.explain(&plain);
    assert_eq!((explained.ahead, explained.turn, explained.agents.len()), (Some(1), Turn::Rank, 0));
    floor.signs_on(1, 0);
    let skills = Skills::first(1);
    for agent in 2..=3 {
        floor.tell(Command::SignOn(Shift { skills, ..Shift::general(AgentId(agent), 1) }));
    }
    // Whoever asks later is told the same: who has it, and why nobody else.
    assert_eq!(floor.owners(&[plain, refund]), [Some(3), Some(2)]);
    let why = |floor: &Floor, offer| -> Vec<Suitability> {
        floor.explain(offer).agents.iter().map(|it| it.suitability).collect()
    };
    use Suitability::{Able, Chosen, Full, HasIt, LacksSkill};
    assert_eq!(why(&floor, &refund), [LacksSkill, HasIt, Full]);
    // Before it is given, the one who would be next is named, and what is ahead of it.
    floor.signs_on(1, 3);
    let next = floor.waits(4, REFUND);
    assert_eq!(why(&floor, &next), [LacksSkill, Full, Full]);
    assert_eq!(floor.explain(&next).priority, Priority::High);
    floor.acts(2, &refund, AgentAction::Close);
    assert_eq!(why(&floor, &next), [LacksSkill, HasIt, Full]);
    floor.is(2, Presence::Away);
    let last = floor.waits(5, PERSON_PLEASE);
    assert_eq!(why(&floor, &last)[0], HasIt);
    assert!(![Able, Chosen].contains(&why(&floor, &last)[1]));
}

#[test]
fn ru_57_the_time_that_a_channel_leaves_is_known_told_and_counts() {
    const DAY: u64 = 86_400;
    let mut floor = Floor::new(
        "[escalation.wants_person]\npriority = \"urgent\"\n[desk]\nwindow_margin = \"2h\"\nstarvation = \"30d\"\n",
    );
    let text = floor.waits(1, REFUND);
    assert_eq!(text.expires, None);
    floor.line.channel = Channel::Instagram;
    let windowed = floor.waits(2, REFUND);
    let expires = windowed.expires.unwrap().at();
    assert_eq!(expires.since(windowed.at).as_secs(), DAY);
    // An hour later the same customer writes again, and so has an hour more.
    floor.passes(3600);
    floor.writes(BRAND, 2, "hello?");
    let last = floor.line.worker().shard().find(windowed.key).unwrap().conversation.last_inbound;
    let closes = last.unwrap().at() + Duration::from_secs(DAY);
    assert!(closes.since(expires).as_secs() > 3500);
    floor.line.channel = Channel::Sms;
    let closing = closes - Duration::from_secs(2 * 3600);
    floor.passes(closing.since(floor.line.now).as_secs() - 1);
    assert_eq!(floor.alarms, []);
    let urgent = floor.waits(3, PERSON_PLEASE);
    floor.passes(2);
    let alarms = floor.alarms.iter().map(|it| (it.conversation, it.kind, it.at));
    let alarm = (windowed.conversation, AlarmKind::WindowClosing, closing);
    assert_eq!(alarms.collect::<Vec<_>>(), [alarm]);
    assert_eq!(floor.explain(&windowed).turn, Turn::Closing);
    assert_eq!(floor.explain(&urgent).ahead, Some(1));
    floor.signs_on(1, 1);
    assert_eq!(floor.owners(&[windowed, urgent, text]), [Some(1), None, None]);
    let answer = AgentAction::Reply(Bytes::from_static(b"Here we are."));
    floor.acts(1, &windowed, answer);
    assert_eq!(floor.line.sends().last().map(|send| send.kind), Some(SendKind::Agent));
}

#[test]
fn ot_21_x_18_one_pool_serves_many_brands_and_each_sees_its_own() {
    let other = BrandId(2);
    let mut floor = Floor::new("");
    let (source, author) = (Bytes::new(), Bytes::new());
    floor.line.give(Input::Policy(PolicyChange { brand: other, source, author }));
    floor.tell(policy_of(other, ""));
    let ours = floor.waits(1, REFUND);
    // The same person writes to another brand.
    floor.writes(other, 1, REFUND);
    let theirs = *floor.line.offers().last().unwrap();
    assert_eq!((ours.key.contact, theirs.key.brand), (theirs.key.contact, other));
    assert_ne!(ours.conversation, theirs.conversation);
    // One pool: an agent for both brands is given both.
    floor.signs_on(1, 2);
    assert_eq!(floor.owners(&[ours, theirs]), [Some(1), Some(1)]);
    // Out of one brand's conversation nothing of the other's can be reached: neither by its own key
    // with the other's conversation, nor the other way round.
    let before = floor.line.worker().shard().state_hash();
    let text = || AgentAction::Reply(Bytes::from_static(b"Hi"));
    for (key, conversation) in [(ours.key, theirs.conversation), (theirs.key, ours.conversation)] {
        for action in [text(), AgentAction::Close, AgentAction::Claim, AgentAction::Block] {
            floor.line.forget();
            floor.heard = 0;
            floor.line.give(Input::Agent(command(1, key, conversation, action)));
            let denied =
                |it: &Effect| matches!(it, Effect::Deny(it) if it.reason == DenialReason::Gone);
            assert!(floor.line.effects.iter().all(denied), "{:?}", floor.line.effects);
        }
    }
    assert_eq!(floor.line.worker().shard().state_hash(), before);
    floor.heard = floor.line.effects.len();
    // What is done in one brand stays there.
    floor.acts(1, &ours, AgentAction::Block);
    let contact = |key| floor.line.worker().shard().find(key).unwrap();
    assert!(contact(ours.key).blocked && !contact(theirs.key).blocked);
    // Who works for one brand only is given nothing of another, nor can they take it (X-18).
    let mut floor = Floor::new("");
    floor.tell(policy_of(other, ""));
    let brands = Brands::Only([other].into());
    floor.tell(Command::SignOn(Shift { brands, ..Shift::general(AgentId(1), 9) }));
    let ours = floor.waits(1, REFUND);
    floor.tell(Command::Claim { agent: AgentId(1), conversation: ours.conversation });
    assert_eq!(floor.refused.pop().map(|it| it.reason), Some(RefusedReason::OtherBrand));
    assert_eq!(floor.owner(&ours), None);
    assert_eq!(floor.explain(&ours).agents[0].suitability, Suitability::OtherBrand);
    let contract = Brands::Only([other, BRAND].into());
    floor.tell(Command::SignOn(Shift { brands: contract, ..Shift::general(AgentId(1), 9) }));
    assert_eq!(floor.owner(&ours), Some(1));
}

/// `START` is a Friday, 14:00 UTC, which is nine in the morning in New York.
#[test]
fn kl_86_outside_hours_customers_are_told_when_and_clocks_stand_still() {
    let mut floor = Floor::new(
        r#"
[zone]
utc_offset = "-05:00"
summer_time = "us"
[hours]
monday = ["09:00-17:00"]
friday = ["09:00-10:00", "13:00-17:00"]
[texts]
hand_off_outside_hours = "We are back {opens}."
[queue.people]
target = "90m"
warning = "30m"
[desk]
starvation = "2h"
"#,
    );
    floor.passes(3600);
    let offer = floor.waits(1, REFUND);
    let told = floor.line.sends().last().map(|send| send.text.clone());
    assert_eq!(told.as_deref(), Some(&b"We are back Fri 13:00."[..]));
    floor.passes(4 * 3600);
    // Three hours of break do not count.
    let opens = Timestamp::from_secs(START.as_micros() / 1_000_000 + 4 * 3600);
    let kinds = |floor: &Floor| floor.alarms.iter().map(|it| (it.kind, it.at)).collect::<Vec<_>>();
    let near = (AlarmKind::TargetNear, opens + Duration::from_secs(3600));
    assert_eq!(kinds(&floor), [near]);
    floor.passes(3600);
    let missed = (AlarmKind::TargetMissed, opens + Duration::from_secs(5400));
    assert_eq!(kinds(&floor), [near, missed]);
    assert_eq!(floor.explain(&offer).turn, Turn::Starved);
}

#[test]
fn what_people_work_for_is_theirs_alone() {
    let mut floor =
        Floor::new("queues = [\"people\", \"money\"]\n[escalation.refund]\nqueue = \"money\"\n");
    let queues = Queues::Only([QueueId(1)].into());
    floor.tell(Command::SignOn(Shift { queues, ..Shift::general(AgentId(1), 9) }));
    let (refund, other) = (floor.waits(1, REFUND), floor.waits(2, PERSON_PLEASE));
    assert_eq!(floor.owners(&[refund, other]), [Some(1), None]);
    // Somebody answers without waiting for the desk: it hears of that.
    floor.acts(2, &other, AgentAction::Reply(Bytes::from_static(b"Hi")));
    assert_eq!(floor.desk.desk().queue_length(), 0);
}
