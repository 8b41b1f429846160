//! The desk and time: alarms, closed hours, windows that close.

use std::time::Duration;

use super::tests::{Story, offer, reason};
use super::*;
use crate::id::QueueId;
use crate::service::Priority;
use crate::service::hours::{Hours, Interval, SummerTime, Zone};

#[test]
fn alarms_come_before_the_target_at_it_and_again_and_again() {
    let fallback = QueueConfig {
        target: Some(Duration::from_secs(100)),
        warning: Duration::from_secs(20),
        ageing: Some(Duration::from_secs(150)),
        ..QueueConfig::default()
    };
    let mut story = Story::new(DeskConfig { fallback, ..DeskConfig::default() });
    story.waits(1);
    assert_eq!(story.desk.next_deadline(), Some(Deadline::from_secs(1080)));
    assert_eq!(story.alarms(1079), []);
    assert_eq!(story.alarms(1080), [(1, AlarmKind::TargetNear, 1)]);
    assert_eq!(story.alarms(1100), [(1, AlarmKind::TargetMissed, 1)]);
    assert_eq!(story.alarms(1150), [(1, AlarmKind::Ageing, 1)]);
    // Nobody looked for a while: one alarm, and the next from then on.
    assert_eq!(story.alarms(1800), [(1, AlarmKind::Ageing, 2)]);
    assert_eq!(story.alarms(1949), []);
    story.signs_on(1, 1);
    assert_eq!(story.alarms(1949), []);
    assert_eq!(story.alarms(5000), []);
    // What comes back says only what it has not said.
    assert_eq!(story.tell(Command::ShiftEnd(AgentId(1))).len(), 1);
    let again = Offer { epoch: 3, ..offer(1, 5000) };
    story.told(Command::Offer(again));
    assert_eq!(story.alarms(5000), [(1, AlarmKind::Ageing, 3)]);
}

#[test]
fn clocks_stand_still_while_the_queue_is_closed() {
    // Thursday, the first of January 1970, is open from nine to ten, and so is the Friday.
    let hour = vec![Interval { from: 540, to: 600 }];
    let zone = Zone { offset_minutes: 0, summer_time: SummerTime::None };
    let week = std::array::from_fn(|_| hour.clone());
    let hours = Some(Hours { zone, week, holidays: BTreeSet::new() });
    let target = Some(Duration::from_secs(600));
    let queue = QueueConfig { hours, target, ..QueueConfig::default() };
    let queues = [(QueueId(0), queue)].into();
    let starvation = Duration::from_secs(1200);
    let mut story = Story::new(DeskConfig { queues, starvation, ..DeskConfig::default() });
    story.now = 10 * 3600 - 300;
    story.waits_as(1, Priority::Low);
    let morning = 86_400 + 9 * 3600;
    assert_eq!(story.alarms(morning), []);
    assert_eq!(story.alarms(morning + 300), [(1, AlarmKind::TargetMissed, 1)]);
    // A night is no wait either: what came first this morning is still before it.
    story.waits_as(2, Priority::High);
    story.signs_on(1, 1);
    assert_eq!(story.assigned(), [(1, 2)]);
}

fn expires(number: u64, secs: u64, expires: u32) -> Command {
    let expires = Some(Deadline::from_secs(expires));
    Command::Offer(Offer { channel: Channel::Instagram, expires, ..offer(number, secs) })
}

#[test]
fn what_will_soon_be_closed_goes_before_any_priority_and_what_is_closed_does_not() {
    let window_margin = Duration::from_secs(100);
    let mut story = Story::new(DeskConfig { window_margin, ..DeskConfig::default() });
    story.told(expires(1, 1000, 1300));
    story.told(expires(2, 1000, 1200));
    story.waits_as(3, Priority::Urgent);
    story.waits(4);
    assert_eq!(story.desk.next_deadline(), Some(Deadline::from_secs(1100)));
    assert_eq!(story.alarms(1099), []);
    story.signs_on(1, 1);
    assert_eq!(story.assigned(), [(1, 3)]);
    assert_eq!(story.alarms(1100), [(2, AlarmKind::WindowClosing, 1)]);
    assert_eq!(story.releases(1, 3), []);
    story.waits_as(5, Priority::Urgent);
    assert_eq!(story.assigned(), [(1, 2)]);
    // Nobody had time for the other one. Now that it is too late it waits its turn.
    assert_eq!(
        story.alarms(1300),
        [(1, AlarmKind::WindowClosing, 1), (1, AlarmKind::WindowClosed, 1)]
    );
    assert_eq!(story.releases(1, 2), []);
    assert_eq!(story.assigned(), [(1, 5)]);
    assert_eq!(story.releases(1, 5), []);
    assert_eq!(story.assigned(), [(1, 1)]);
}

#[test]
fn a_customer_who_writes_again_has_more_time() {
    let window_margin = Duration::from_secs(100);
    let mut story = Story::new(DeskConfig { window_margin, ..DeskConfig::default() });
    story.told(expires(1, 1000, 1200));
    story.waits_as(2, Priority::High);
    let extension = |secs| {
        let (key, conversation) = (offer(1, 0).key, ConversationId(1));
        Command::Extend(Extension { key, conversation, expires: Deadline::from_secs(secs) })
    };
    story.now = 1150;
    story.told(extension(1300));
    assert_eq!(reason(&story.tell(extension(1300))), RefusedReason::Stale);
    assert_eq!(story.alarms(1150), []);
    story.signs_on(1, 1);
    assert_eq!(story.assigned(), [(1, 2)]);
    assert_eq!(story.alarms(1200), [(1, AlarmKind::WindowClosing, 1)]);
}
