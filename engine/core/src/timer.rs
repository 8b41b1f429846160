//! Deadlines in order: whole seconds, and within a second in the order in which they were set.
//!
//! An entry costs no more than its name. Entries are never taken out; a deadline that moved is noticed when its old
//! entry comes up, so a conversation that is pushed back a hundred times has one entry, not a hundred.

use std::collections::BTreeMap;

use crate::time::{Deadline, Timestamp};

/// Lists that are kept to be filled again, so that a second that begins does not allocate.
const SPARE: usize = 16;

/// Deadlines of things that are named by a `T`.
#[derive(Clone, Debug)]
pub struct TimerQueue<T> {
    by_second: BTreeMap<Deadline, Vec<T>>,
    spare: Vec<Vec<T>>,
}

impl<T> Default for TimerQueue<T> {
    fn default() -> Self {
        Self { by_second: BTreeMap::new(), spare: Vec::new() }
    }
}

impl<T> TimerQueue<T> {
    /// Notes that `item` is to be looked at when `deadline` passes.
    pub fn set(&mut self, deadline: Deadline, item: T) {
        let spare = &mut self.spare;
        let items = self.by_second.entry(deadline);
        items.or_insert_with(|| spare.pop().unwrap_or_default()).push(item);
    }

    /// The next deadline at which anything is to be looked at.
    pub fn next(&self) -> Option<Deadline> {
        self.by_second.first_key_value().map(|(deadline, _)| *deadline)
    }

    /// Takes out the earliest deadline with everything noted for it, if it has passed.
    pub fn pop_due(&mut self, now: Timestamp) -> Option<(Deadline, Vec<T>)> {
        let first = self.by_second.first_entry()?;
        first.key().is_due(now).then(|| first.remove_entry())
    }

    /// Takes back a list that was looked through.
    pub fn reuse(&mut self, mut items: Vec<T>) {
        if self.spare.len() < SPARE {
            items.clear();
            self.spare.push(items);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comes_in_order_of_time_and_then_of_setting() {
        let mut timers = TimerQueue::default();
        for (secs, slot) in [(9, 1), (3, 2), (9, 3), (3, 4)] {
            timers.set(Deadline::from_secs(secs), slot);
        }
        assert_eq!(timers.next(), Some(Deadline::from_secs(3)));
        assert_eq!(timers.pop_due(Timestamp::from_secs(2)), None);
        let now = Timestamp::from_secs(9);
        let (first, slots) = timers.pop_due(now).unwrap();
        assert_eq!((first, &slots[..]), (Deadline::from_secs(3), &[2, 4][..]));
        timers.reuse(slots);
        timers.set(Deadline::from_secs(10), 5);
        assert_eq!(timers.pop_due(now), Some((Deadline::from_secs(9), vec![1, 3])));
        assert_eq!(timers.pop_due(now), None);
        assert_eq!(
            timers.pop_due(Timestamp::from_secs(10)),
            Some((Deadline::from_secs(10), vec![5]))
        );
    }
}
