//! When a conversation that waits gives alarm: before its target, at its target, as it ages, and before
//! its channel takes no more answers.

use super::command::AlarmKind;
use super::config::QueueConfig;
use crate::time::{Deadline, Timestamp};

use std::time::Duration;

/// Waiting that lasts is not told more often than this, whatever is configured.
const AGEING_MIN: Duration = Duration::from_secs(1);

/// The alarms that one conversation has yet to give. It keeps them while an agent has it, so that
/// what was told is not told again when it comes back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Alarms {
    near: Option<Deadline>,
    missed: Option<Deadline>,
    ageing: Option<Deadline>,
    aged: u16,
    closing: Option<Deadline>,
    closed: Option<Deadline>,
}

impl Alarms {
    /// Those of a conversation that has waited in a queue since `since`.
    pub fn new(queue: &QueueConfig, since: Timestamp) -> Self {
        let after = |time| Deadline::not_before(queue.waited(since, time));
        let warned = queue.target.filter(|_| !queue.warning.is_zero());
        Self {
            near: warned.map(|target| after(target.saturating_sub(queue.warning))),
            missed: queue.target.map(after),
            ageing: queue.ageing.map(|ageing| after(ageing.max(AGEING_MIN))),
            aged: 0,
            closing: None,
            closed: None,
        }
    }

    /// The channel takes no more answers from `closes` on, and there is haste from `closing` on.
    pub fn set_window(&mut self, closing: Option<Deadline>, closes: Option<Deadline>) {
        (self.closing, self.closed) = (closing, closes);
    }

    /// When the next one is due.
    pub fn next(&self) -> Option<Deadline> {
        let all = [self.near, self.missed, self.ageing, self.closing, self.closed];
        all.into_iter().flatten().min()
    }

    /// Takes out one that is due, with its level.
    pub fn pop(&mut self, queue: &QueueConfig, now: Timestamp) -> Option<(AlarmKind, u16)> {
        let is_due = |deadline: &mut Deadline| deadline.is_due(now);
        let once = [
            (&mut self.near, AlarmKind::TargetNear),
            (&mut self.missed, AlarmKind::TargetMissed),
            (&mut self.closing, AlarmKind::WindowClosing),
            (&mut self.closed, AlarmKind::WindowClosed),
        ];
        for (deadline, kind) in once {
            if deadline.take_if(is_due).is_some() {
                return Some((kind, 1));
            }
        }
        self.ageing.take_if(is_due)?;
        // From now, not from when it was due: a desk that was asleep tells once, not a hundred times.
        let again = queue.ageing.map(|ageing| queue.waited(now, ageing.max(AGEING_MIN)));
        self.ageing = again.map(Deadline::not_before);
        self.aged = self.aged.saturating_add(1);
        Some((AlarmKind::Ageing, self.aged))
    }
}
