//! Events to come, in order of time, and at equal times in the order in which they were planned.
//!
//! A calendar in two steps: what is far off is kept by the minute, the current minute is spread over
//! slices, and a slice is sorted when its turn comes. A heap of millions of events costs a cache miss
//! per level; here an event is moved three times, whatever their number.

use std::time::Duration;

use volley_core::time::Timestamp;

/// Length of a slice of the current minute.
const SLICE: Duration = Duration::from_millis(20);

/// Length of what is called a minute here.
const MINUTE: Duration = Duration::from_secs(60);

const SLICES: usize = (MINUTE.as_micros() / SLICE.as_micros()) as usize;

struct Planned<T> {
    at: Timestamp,
    what: T,
}

/// Events of type `T` from a beginning on.
pub struct EventQueue<T> {
    begin: Timestamp,
    /// The slice that is being emptied, counted from the beginning.
    slice: usize,
    /// What is left of it, latest first.
    current: Vec<Planned<T>>,
    /// The slices of the current minute, each in the order of planning.
    near: Vec<Vec<Planned<T>>>,
    /// All later minutes, each in the order of planning.
    far: Vec<Vec<Planned<T>>>,
}

impl<T> EventQueue<T> {
    /// An empty calendar.
    pub fn new(begin: Timestamp) -> Self {
        let near = std::iter::repeat_with(Vec::new).take(SLICES).collect();
        Self { begin, slice: 0, current: Vec::new(), near, far: Vec::new() }
    }

    /// Plans an event; one in the past happens next.
    pub fn plan(&mut self, at: Timestamp, what: T) {
        let planned = Planned { at, what };
        let slice = (at.since(self.begin).as_micros() / SLICE.as_micros()) as usize;
        if slice <= self.slice {
            // After all that were planned earlier for the same time: the list is latest first.
            let index = self.current.partition_point(|other| other.at > at);
            self.current.insert(index, planned);
        } else if slice / SLICES == self.slice / SLICES {
            self.near[slice % SLICES].push(planned);
        } else {
            let minute = slice / SLICES;
            if minute >= self.far.len() {
                self.far.resize_with(minute + 1, Vec::new);
            }
            self.far[minute].push(planned);
        }
    }

    /// Makes the next slice with events the current one, if the current one is empty.
    fn advance(&mut self) {
        let last = self.far.len().max(1 + self.slice / SLICES) * SLICES;
        while self.current.is_empty() && self.slice + 1 < last {
            self.slice += 1;
            if self.slice.is_multiple_of(SLICES) {
                self.begin_minute();
            }
            std::mem::swap(&mut self.current, &mut self.near[self.slice % SLICES]);
            self.current.reverse();
            // Stable, so that equal times stay in (reversed) order of planning.
            self.current.sort_by_key(|planned| std::cmp::Reverse(planned.at));
        }
    }

    fn begin_minute(&mut self) {
        for planned in std::mem::take(&mut self.far[self.slice / SLICES]) {
            let slice = planned.at.since(self.begin).as_micros() / SLICE.as_micros();
            self.near[slice as usize % SLICES].push(planned);
        }
    }

    /// When the next event happens.
    pub fn next_at(&mut self) -> Option<Timestamp> {
        self.advance();
        self.current.last().map(|planned| planned.at)
    }

    /// Takes out the next event that happens at `until` or before.
    pub fn pop(&mut self, until: Timestamp) -> Option<(Timestamp, T)> {
        if self.next_at()? > until {
            return None;
        }
        self.current.pop().map(|planned| (planned.at, planned.what))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> Timestamp {
        Timestamp::from_micros(ms * 1000)
    }

    fn drained(queue: &mut EventQueue<u32>) -> Vec<u32> {
        std::iter::from_fn(|| queue.pop(Timestamp::from_secs(1_000_000)))
            .map(|(_, it)| it)
            .collect()
    }

    #[test]
    fn equal_times_happen_in_the_order_of_planning() {
        let mut queue = EventQueue::new(ms(0));
        for (at, what) in [(700, 1), (20, 2), (700, 3), (20, 4), (9_999, 5), (700, 6)] {
            queue.plan(ms(at), what);
        }
        assert_eq!(queue.pop(ms(10)), None);
        assert_eq!(queue.pop(ms(20)), Some((ms(20), 2)));
        // Planned while the slice is being emptied: after what was planned before for that time.
        queue.plan(ms(20), 7);
        queue.plan(ms(0), 8);
        assert_eq!(drained(&mut queue), [8, 4, 7, 1, 3, 6, 5]);
    }

    #[test]
    fn order_holds_across_minutes() {
        let mut queue = EventQueue::new(ms(0));
        let times = [59_999, 60_000, 60_019, 60_020, 119_999, 120_000, 240_000, 60_000];
        for (at, what) in times.into_iter().zip(0..) {
            queue.plan(ms(at), what);
        }
        assert_eq!(queue.pop(ms(60_000)), Some((ms(59_999), 0)));
        assert_eq!(queue.pop(ms(60_000)), Some((ms(60_000), 1)));
        queue.plan(ms(60_000), 8);
        queue.plan(ms(180_000), 9);
        assert_eq!(drained(&mut queue), [7, 8, 2, 3, 4, 5, 9, 6]);
    }
}
