//! The desk by example: one story for each promise.

use std::time::Duration;

use super::*;
use crate::classify::Intent;
use crate::effect::{Denial, DenialReason, Release};
use crate::id::{BrandId, ContactId, Key, QueueId};
use crate::reason::Reason;
use crate::service::{Priority, Skills};

fn at(secs: u64) -> Timestamp {
    Timestamp::from_secs(secs)
}

pub(super) fn offer(number: u64, secs: u64) -> Offer {
    Offer {
        key: Key { brand: BrandId(1), contact: ContactId(number) },
        conversation: ConversationId(number),
        epoch: 1,
        queue: QueueId(0),
        reason: Reason::Refund,
        intent: Intent::ReturnRefund,
        at: at(secs),
        ..Offer::default()
    }
}

/// A desk, and the time.
pub(super) struct Story {
    pub(super) desk: Desk,
    pub(super) now: u64,
}

impl Story {
    pub(super) fn new(config: DeskConfig) -> Self {
        Self { desk: Desk::new(config), now: 1000 }
    }

    /// Tells the desk and returns what it answers at once.
    pub(super) fn tell(&mut self, command: Command) -> Vec<Answer> {
        let mut answers = Vec::new();
        self.desk.apply(command, at(self.now), &mut answers);
        answers
    }

    /// Tells the desk, which refuses nothing and answers nothing.
    pub(super) fn told(&mut self, command: Command) {
        assert_eq!(self.tell(command), []);
    }

    pub(super) fn signs_on(&mut self, agent: u32, total: u16) {
        self.told(Command::SignOn(Shift::general(AgentId(agent), total)));
    }

    pub(super) fn waits(&mut self, number: u64) {
        self.told(Command::Offer(offer(number, self.now)));
    }

    pub(super) fn waits_as(&mut self, number: u64, priority: Priority) {
        let offer = offer(number, self.now);
        self.told(Command::Offer(Offer { priority, ..offer }));
    }

    pub(super) fn releases(&mut self, agent: u32, number: u64) -> Vec<Answer> {
        let (agent, conversation) = (AgentId(agent), ConversationId(number));
        self.tell(Command::Release(Release { agent, conversation }))
    }

    fn is(&mut self, agent: u32, presence: Presence) {
        self.told(Command::Presence { agent: AgentId(agent), presence });
    }

    fn claims(&mut self, agent: u32, number: u64) -> Vec<Answer> {
        let (agent, conversation) = (AgentId(agent), ConversationId(number));
        self.tell(Command::Claim { agent, conversation })
    }

    /// All assignments that are possible now, as agents and conversations.
    pub(super) fn assigned(&mut self) -> Vec<(u32, u64)> {
        let now = at(self.now);
        std::iter::from_fn(|| self.desk.assign(now))
            .map(|it| (it.command.agent.0, it.offer.conversation.0))
            .collect()
    }

    /// The alarms of a turn at that second, as conversations, kinds and levels.
    pub(super) fn alarms(&mut self, secs: u64) -> Vec<(u64, AlarmKind, u16)> {
        self.now = secs;
        let mut answers = Vec::new();
        self.desk.turn(at(secs), &mut answers);
        let alarm = |answer: &Answer| match answer {
            Answer::Alarm(it) => Some((it.conversation.0, it.kind, it.level)),
            _ => None,
        };
        answers.iter().filter_map(alarm).collect()
    }
}

pub(super) fn reason(answers: &[Answer]) -> RefusedReason {
    match answers {
        [Answer::Refused(refused)] => refused.reason,
        other => panic!("one refusal expected: {other:?}"),
    }
}

#[test]
fn the_oldest_goes_to_the_least_busy_and_nobody_gets_too_much() {
    let mut story = Story::new(DeskConfig::default());
    story.signs_on(1, 2);
    story.signs_on(2, 1);
    (1..=4).for_each(|number| story.waits(number));
    assert_eq!(story.assigned(), [(1, 1), (2, 2), (1, 3)]);
    assert_eq!(story.desk.queue_length(), 1);
    assert_eq!(story.releases(2, 2), []);
    assert_eq!(story.assigned(), [(2, 4)]);
    assert_eq!(story.desk.busy_places(), 3);
}

#[test]
fn in_turn_the_one_who_waited_longest_for_work_is_next() {
    let strategy = Strategy::RoundRobin;
    let mut story = Story::new(DeskConfig { strategy, ..DeskConfig::default() });
    (1..=3).for_each(|agent| story.signs_on(agent, 5));
    (1..=4).for_each(|number| story.waits(number));
    assert_eq!(story.assigned(), [(1, 1), (2, 2), (3, 3), (1, 4)]);
    // Two has nothing to do by now, and still it is not their turn twice.
    assert_eq!(story.releases(2, 2), []);
    (5..=7).for_each(|number| story.waits(number));
    assert_eq!(story.assigned(), [(2, 5), (3, 6), (1, 7)]);
}

#[test]
fn priority_goes_first_but_starves_nobody() {
    let starvation = Duration::from_secs(60);
    let mut story = Story::new(DeskConfig { starvation, ..DeskConfig::default() });
    story.waits_as(1, Priority::Low);
    story.now += 59;
    story.waits_as(2, Priority::Normal);
    story.waits_as(3, Priority::Urgent);
    story.signs_on(1, 1);
    assert_eq!(story.assigned(), [(1, 3)]);
    story.now += 1;
    story.waits_as(4, Priority::Urgent);
    assert_eq!(story.releases(1, 3), []);
    assert_eq!(story.assigned(), [(1, 1)]);
    assert_eq!(story.releases(1, 1), []);
    assert_eq!(story.assigned(), [(1, 4)]);
}

#[test]
fn queue_skills_and_channel_must_fit() {
    let french = Skills::one(3).unwrap();
    let mut story = Story::new(DeskConfig::default());
    story.told(Command::SignOn(Shift {
        queues: Queues::Only([QueueId(7)].into()),
        skills: french,
        capacity: Capacity::of(2).with(Channel::Web, 1),
        ..Shift::general(AgentId(1), 2)
    }));
    let mut offer_as = |number, queue, skills, channel| {
        let offer = Offer { queue: QueueId(queue), ..offer(number, 1000) };
        let priority = Priority::Normal;
        story.told(Command::Offer(Offer { channel, priority, skills, ..offer }));
    };
    offer_as(1, 0, Skills::NONE, Channel::Sms);
    offer_as(2, 7, Skills::one(4).unwrap(), Channel::Sms);
    offer_as(3, 7, french, Channel::Web);
    offer_as(4, 7, Skills::NONE, Channel::Web);
    offer_as(5, 7, french, Channel::Sms);
    offer_as(6, 7, french, Channel::Sms);
    assert_eq!(story.assigned(), [(1, 3), (1, 5)]);
    // The chat is over: another chat or a text fits, and the chat is older.
    assert_eq!(story.releases(1, 3), []);
    assert_eq!(story.assigned(), [(1, 4)]);
    // Whoever learns something is given it at once, and keeps what they have.
    let mut shift = Shift::general(AgentId(1), 4);
    shift.skills = Skills::one(4).unwrap();
    story.told(Command::SignOn(shift));
    assert_eq!(story.assigned(), [(1, 1), (1, 2)]);
    assert_eq!((story.desk.busy_places(), story.desk.queue_length()), (4, 1));
}

#[test]
fn presence_counts_at_once() {
    let mut story = Story::new(DeskConfig::default());
    story.signs_on(1, 1);
    story.is(1, Presence::Away);
    story.waits(1);
    assert_eq!(story.assigned(), []);
    story.is(1, Presence::Online);
    assert_eq!(story.assigned(), [(1, 1)]);
    story.is(1, Presence::Offline);
    assert_eq!(story.desk.owner(ConversationId(1)), Some(AgentId(1)));
    assert_eq!(story.releases(1, 1), []);
    story.waits(2);
    assert_eq!(story.assigned(), []);
}

#[test]
fn a_claim_by_hand_is_for_one_and_within_capacity() {
    let mut story = Story::new(DeskConfig::default());
    story.waits(1);
    story.waits(2);
    assert_eq!(reason(&story.claims(1, 1)), RefusedReason::UnknownAgent);
    story.signs_on(1, 1);
    story.signs_on(2, 1);
    story.is(2, Presence::Offline);
    assert_eq!(reason(&story.claims(2, 1)), RefusedReason::Offline);
    let claimed = story.claims(1, 2);
    assert!(matches!(&claimed[..], [Answer::Assigned(it)] if it.offer.conversation.0 == 2));
    assert_eq!(reason(&story.claims(1, 1)), RefusedReason::Full);
    story.is(2, Presence::Away);
    let second = story.claims(2, 2);
    assert!(matches!(&second[..], [Answer::Refused(it)]
        if it.reason == RefusedReason::Owned && it.owner == Some(AgentId(1))));
    assert_eq!(reason(&story.claims(2, 9)), RefusedReason::UnknownConversation);
}

#[test]
fn what_makes_no_sense_is_refused_and_changes_nothing() {
    let mut story = Story::new(DeskConfig::default());
    assert_eq!(reason(&story.releases(1, 1)), RefusedReason::UnknownAgent);
    assert_eq!(reason(&story.tell(Command::ShiftEnd(AgentId(1)))), RefusedReason::UnknownAgent);
    assert_eq!(reason(&story.tell(Command::SignOff(AgentId(1)))), RefusedReason::UnknownAgent);
    let gone = Command::Withdraw(ConversationId(1));
    assert_eq!(reason(&story.tell(gone.clone())), RefusedReason::UnknownConversation);
    story.signs_on(1, 1);
    story.waits(1);
    assert_eq!(reason(&story.tell(Command::Offer(offer(1, 5)))), RefusedReason::Stale);
    assert_eq!(story.assigned(), [(1, 1)]);
    // The claim is on its way, and the shard offers once more: the agent has it nonetheless.
    let again = Offer { epoch: 2, ..offer(1, 5) };
    assert_eq!(reason(&story.tell(Command::Offer(again))), RefusedReason::Owned);
    assert_eq!(story.releases(1, 1), []);
    assert_eq!(reason(&story.releases(1, 1)), RefusedReason::NotHeld);
    assert_eq!((story.desk.busy_places(), story.desk.queue_length()), (0, 0));
    story.signs_on(2, 0);
    story.waits(2);
    assert_eq!(story.assigned(), [(1, 2)]);
    story.told(gone_of(2));
    story.waits(3);
    assert_eq!(story.assigned(), [(1, 3)]);
}

fn gone_of(number: u64) -> Command {
    Command::Withdraw(ConversationId(number))
}

fn denial(agent: u32, number: u64) -> Denial {
    Denial {
        agent: AgentId(agent),
        key: offer(number, 0).key,
        conversation: ConversationId(number),
        reason: DenialReason::Gone,
        owner: None,
    }
}

#[test]
fn a_denied_claim_frees_the_place() {
    let mut story = Story::new(DeskConfig::default());
    story.signs_on(1, 1);
    story.waits(1);
    story.waits(2);
    assert_eq!(story.assigned(), [(1, 1)]);
    assert_eq!(reason(&story.tell(Command::Deny(denial(2, 1)))), RefusedReason::NotHeld);
    story.told(Command::Deny(denial(1, 1)));
    assert_eq!(story.assigned(), [(1, 2)]);
}

#[test]
fn a_new_offer_takes_the_place_of_an_old_one() {
    let mut story = Story::new(DeskConfig::default());
    story.waits(1);
    story.waits(2);
    story.now += 5;
    let again = Offer { epoch: 3, ..offer(1, story.now) };
    story.told(Command::Offer(again));
    assert_eq!(story.desk.queue_length(), 2);
    assert_eq!(story.desk.oldest(), Some(at(1000)));
    story.signs_on(1, 9);
    assert_eq!(story.assigned(), [(1, 2), (1, 1)]);
}

#[test]
fn after_a_shift_work_comes_back_with_its_original_wait() {
    let mut story = Story::new(DeskConfig::default());
    story.signs_on(1, 2);
    (1..=3).for_each(|number| story.waits(number));
    assert_eq!(story.assigned(), [(1, 1), (1, 2)]);
    story.now += 3600;
    let answers = story.tell(Command::SignOff(AgentId(1)));
    let requeued = |answer: &Answer| match answer {
        Answer::Requeue(command) => (command.conversation.0, command.action.clone()),
        other => panic!("{other:?}"),
    };
    let requeued: Vec<_> = answers.iter().map(requeued).collect();
    assert_eq!(requeued, [(1, AgentAction::Requeue), (2, AgentAction::Requeue)]);
    story.signs_on(2, 9);
    // Until the shard offers them again they are nobody's to give.
    assert_eq!(story.assigned(), [(2, 3)]);
    story.is(2, Presence::Away);
    story.waits(4);
    // The first ended meanwhile; the second comes back, and is older than what came since.
    story.told(Command::Deny(denial(1, 1)));
    assert_eq!(story.releases(1, 2), []);
    let again = Offer { epoch: 3, ..offer(2, story.now) };
    story.told(Command::Offer(again));
    assert_eq!(story.desk.oldest(), Some(at(1000)));
    story.is(2, Presence::Online);
    assert_eq!(story.assigned(), [(2, 2), (2, 4)]);
    assert_eq!(story.desk.busy_places(), 3);
}

#[test]
fn who_goes_offline_hands_back_if_so_configured() {
    let config = DeskConfig { requeue_offline: true, ..DeskConfig::default() };
    let mut story = Story::new(config);
    story.signs_on(1, 1);
    story.waits(1);
    assert_eq!(story.assigned(), [(1, 1)]);
    let offline = Command::Presence { agent: AgentId(1), presence: Presence::Offline };
    assert!(matches!(story.tell(offline)[..], [Answer::Requeue(_)]));
    assert_eq!((story.desk.busy_places(), story.desk.owner(ConversationId(1))), (0, None));
}

#[test]
fn nobody_is_given_another_brands_customers() {
    let mut story = Story::new(DeskConfig::default());
    let brands = Brands::Only([BrandId(2)].into());
    story.told(Command::SignOn(Shift { brands, ..Shift::general(AgentId(1), 9) }));
    story.waits(1);
    let key = Key { brand: BrandId(2), ..offer(2, 0).key };
    story.told(Command::Offer(Offer { key, ..offer(2, 1000) }));
    assert_eq!(story.assigned(), [(1, 2)]);
    assert_eq!(reason(&story.claims(1, 1)), RefusedReason::OtherBrand);
    let both = Brands::Only([BrandId(1), BrandId(2)].into());
    story.told(Command::SignOn(Shift { brands: both, ..Shift::general(AgentId(1), 9) }));
    assert_eq!(story.assigned(), [(1, 1)]);
}

#[test]
fn each_brand_has_its_own_rules() {
    let mut story = Story::new(DeskConfig::default());
    let policy = |brand, source: &'static str| {
        let source = bytes::Bytes::from_static(source.as_bytes());
        let author = bytes::Bytes::new();
        Command::Policy(PolicyChange { brand: BrandId(brand), source, author })
    };
    story.told(policy(1, "queues = [\"a\", \"b\"]\n[queue.b]\ntarget = \"100s\"\n"));
    story.told(policy(2, "[desk]\nrequeue_offline = true\nstarvation = \"10s\"\n"));
    assert_eq!(reason(&story.tell(policy(2, "queues = 1"))), RefusedReason::BadPolicy);
    let of = |brand, number, queue| {
        let key = Key { brand: BrandId(brand), ..offer(number, 0).key };
        Command::Offer(Offer { key, queue: QueueId(queue), ..offer(number, 1000) })
    };
    story.told(of(1, 1, 1));
    // The second brand has one queue only, which takes what is for others.
    story.told(of(2, 2, 1));
    let queues = story.desk.queues();
    let shown = queues.iter().map(|it| (it.brand.0, it.queue.0, it.waiting, it.oldest));
    assert_eq!(shown.collect::<Vec<_>>(), [(1, 1, 1, at(1000)), (2, 0, 1, at(1000))]);
    assert_eq!(story.alarms(1100), [(1, AlarmKind::TargetMissed, 1)]);
    story.told(of(1, 3, 0));
    story.signs_on(1, 1);
    assert_eq!(story.assigned(), [(1, 2)]);
    story.signs_on(1, 3);
    assert_eq!(story.assigned(), [(1, 1), (1, 3)]);
    let offline = Command::Presence { agent: AgentId(1), presence: Presence::Offline };
    let answers = story.tell(offline);
    assert!(matches!(&answers[..], [Answer::Requeue(it)] if it.key.brand == BrandId(2)));
    assert_eq!(story.desk.busy_places(), 2);
}

#[test]
fn desks_that_were_told_the_same_are_the_same() {
    let told = |last| {
        let mut story = Story::new(DeskConfig::default());
        story.signs_on(1, 1);
        story.waits(1);
        story.waits(2);
        let _ = story.assigned();
        story.told(last);
        story.desk.state_hash()
    };
    assert_eq!(told(gone_of(2)), told(gone_of(2)));
    assert_ne!(told(gone_of(2)), told(gone_of(1)));
    let away = Command::Presence { agent: AgentId(1), presence: Presence::Away };
    assert_ne!(told(away), told(gone_of(2)));
}

#[test]
fn an_assignment_is_explained_from_both_sides() {
    use Suitability::{
        Able, Away, ChannelFull, Chosen, Full, HasIt, LacksSkill, OtherBrand, OtherQueue,
    };
    let mut story = Story::new(DeskConfig::default());
    let french = Skills::one(0).unwrap();
    let general = |agent, total| Shift { skills: french, ..Shift::general(AgentId(agent), total) };
    story.told(Command::SignOn(Shift::general(AgentId(1), 1)));
    story.told(Command::SignOn(general(2, 1)));
    story.told(Command::SignOn(Shift {
        brands: Brands::Only([BrandId(9)].into()),
        ..general(3, 1)
    }));
    story.told(Command::SignOn(Shift {
        queues: Queues::Only([QueueId(9)].into()),
        ..general(4, 1)
    }));
    let no_sms = Capacity::of(5).with(Channel::Sms, 0);
    story.told(Command::SignOn(Shift { capacity: no_sms, ..general(5, 5) }));
    story.told(Command::SignOn(general(6, 0)));
    story.told(Command::SignOn(general(7, 1)));
    story.told(Command::SignOn(general(8, 1)));
    story.is(8, Presence::Away);
    let as_french = |number, priority| {
        Command::Offer(Offer { skills: french, priority, ..offer(number, 1000) })
    };
    story.told(as_french(1, Priority::Normal));
    story.told(as_french(2, Priority::High));
    let explained = |story: &Story, number| {
        let explained = story.desk.explain(ConversationId(number), at(story.now)).unwrap();
        let agents = explained.agents.iter().map(|it| it.suitability);
        (explained.turn, explained.ahead, agents.collect::<Vec<_>>())
    };
    let others = [OtherBrand, OtherQueue, ChannelFull, Full];
    let all = |first: &[Suitability], last: &[Suitability]| [first, &others, last].concat();
    assert_eq!(
        explained(&story, 1),
        (Turn::Rank, Some(1), all(&[LacksSkill, Chosen], &[Able, Away]))
    );
    assert_eq!(explained(&story, 2).1, Some(0));
    assert_eq!(story.assigned(), [(2, 2), (7, 1)]);
    assert_eq!(explained(&story, 2), (Turn::Rank, None, all(&[LacksSkill, HasIt], &[Full, Away])));
    assert_eq!(story.desk.explain(ConversationId(3), at(1000)), None);
    story.told(as_french(4, Priority::Low));
    story.now += 1800;
    story.told(as_french(5, Priority::Urgent));
    assert_eq!(explained(&story, 4).0, Turn::Starved);
    assert_eq!((explained(&story, 4).1, explained(&story, 5).1), (Some(0), Some(1)));
}
