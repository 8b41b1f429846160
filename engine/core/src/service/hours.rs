//! Business hours: several intervals a day (`G-55`), days off, and clocks that stand still outside
//! of them (`G-57`).
//!
//! A zone is an offset from UTC. Rules of daylight saving change by law and are not kept here: who
//! configures the hours gives new ones when the offset changes.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use crate::time::Timestamp;

const MINUTE: i64 = 60 * 1_000_000;
const DAY: i64 = 24 * 60 * MINUTE;
const DAY_MINUTES: u16 = 24 * 60;

/// Offsets that exist lie between UTC-12 and UTC+14.
const OFFSET_MINUTES_MAX: i16 = 14 * 60;

/// Days after which a clock that never ran out is taken to have run out: nothing waits for ever,
/// whatever the calendar says.
const DAYS_MAX: i64 = 731;

/// An interval of a day, in minutes from midnight; `to` is no longer part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    /// Its first minute.
    pub from: u16,
    /// The minute after its last; 1440 is midnight.
    pub to: u16,
}

/// What is wrong with hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// The offset is more than 14 hours.
    Offset,
    /// An interval is empty, ends after midnight, or begins before the last one ended.
    Interval {
        /// From Monday, 0.
        weekday: usize,
    },
    /// No day of the week has an interval: nobody would ever work.
    Never,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Offset => f.write_str("an offset from UTC is at most 14 hours"),
            Self::Interval { weekday } => write!(
                f,
                "the intervals of weekday {weekday} (Monday is 0) must be in order, not overlap, and \
                 end by minute 1440; write one over midnight as two"
            ),
            Self::Never => f.write_str("business hours need an interval on at least one day"),
        }
    }
}

impl std::error::Error for Error {}

/// When people work. Without a week they always do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hours {
    offset: i64,
    week: Option<[Vec<Interval>; 7]>,
    /// Days off, as days since 1970-01-01 by local reckoning.
    holidays: BTreeSet<u32>,
}

impl Hours {
    /// Around the clock.
    pub fn always() -> Self {
        Self::default()
    }

    /// The intervals of each weekday from Monday on, `offset_minutes` east of UTC, but not on
    /// `holidays`, which are days since 1970-01-01.
    ///
    /// # Errors
    /// If they make no sense; see [`Error`].
    pub fn new(
        offset_minutes: i16,
        week: [Vec<Interval>; 7],
        holidays: impl IntoIterator<Item = u32>,
    ) -> Result<Self, Error> {
        if !(-OFFSET_MINUTES_MAX..=OFFSET_MINUTES_MAX).contains(&offset_minutes) {
            return Err(Error::Offset);
        }
        for (weekday, intervals) in week.iter().enumerate() {
            let mut last = 0;
            for interval in intervals {
                let starts_late = interval.from < last || interval.from >= interval.to;
                if starts_late || interval.to > DAY_MINUTES {
                    return Err(Error::Interval { weekday });
                }
                last = interval.to;
            }
        }
        if week.iter().all(Vec::is_empty) {
            return Err(Error::Never);
        }
        let offset = i64::from(offset_minutes) * MINUTE;
        Ok(Self { offset, week: Some(week), holidays: holidays.into_iter().collect() })
    }

    /// Whether people work at that instant.
    pub fn is_open(&self, at: Timestamp) -> bool {
        let local = self.local(at);
        self.spans(local.div_euclid(DAY)).any(|(from, to)| from <= local && local < to)
    }

    /// The first instant from `at` on at which people work.
    pub fn opens(&self, at: Timestamp) -> Timestamp {
        self.after(at, Duration::ZERO)
    }

    /// The instant at which people have worked for `time` since `since`: when a clock that stands
    /// still outside of hours shows `time`.
    pub fn after(&self, since: Timestamp, time: Duration) -> Timestamp {
        if self.week.is_none() {
            return since + time;
        }
        let start = self.local(since);
        let mut rest = i64::try_from(time.as_micros()).unwrap_or(i64::MAX);
        let first = start.div_euclid(DAY);
        for day in first..first.saturating_add(DAYS_MAX) {
            for (from, to) in self.spans(day) {
                let open = to - from.max(start);
                if open > 0 && rest <= open {
                    return self.instant(from.max(start) + rest);
                }
                rest -= open.max(0);
            }
        }
        since + Duration::from_secs(DAYS_MAX.unsigned_abs() * 86_400)
    }

    /// The intervals of a day as local instants, in order.
    fn spans(&self, day: i64) -> impl Iterator<Item = (i64, i64)> {
        const WHOLE_DAY: &[Interval] = &[Interval { from: 0, to: DAY_MINUTES }];
        let is_holiday = u32::try_from(day).is_ok_and(|day| self.holidays.contains(&day));
        // The first of January 1970 was a Thursday.
        let weekday = (day + 3).rem_euclid(7).unsigned_abs() as usize;
        let intervals = match &self.week {
            _ if is_holiday => &[],
            Some(week) => week.get(weekday).map_or(&[][..], Vec::as_slice),
            None => WHOLE_DAY,
        };
        let midnight = day.saturating_mul(DAY);
        intervals.iter().map(move |interval| {
            let at = |minute: u16| midnight.saturating_add(i64::from(minute) * MINUTE);
            (at(interval.from), at(interval.to))
        })
    }

    fn local(&self, at: Timestamp) -> i64 {
        // Half the range is the year 148,000: later instants are all alike, and sums cannot overflow.
        i64::try_from(at.as_micros()).unwrap_or(i64::MAX).min(i64::MAX / 2) + self.offset
    }

    fn instant(&self, local: i64) -> Timestamp {
        Timestamp::from_micros(u64::try_from(local - self.offset).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Monday the fifth of January 1970, midnight UTC.
    const MONDAY: u64 = 4 * 86_400;

    fn at(day: u64, hour: u64, minute: u64) -> Timestamp {
        Timestamp::from_secs(MONDAY + day * 86_400 + hour * 3600 + minute * 60)
    }

    fn hours(minutes: u64) -> Duration {
        Duration::from_secs(minutes * 60)
    }

    /// Monday to Friday, 9 to 12 and 13 to 17, UTC; the Wednesday of that week is off.
    fn office(offset_minutes: i16) -> Hours {
        let day = vec![Interval { from: 540, to: 720 }, Interval { from: 780, to: 1020 }];
        let week = std::array::from_fn(|weekday| if weekday < 5 { day.clone() } else { vec![] });
        Hours::new(offset_minutes, week, [6]).unwrap()
    }

    #[test]
    fn a_break_and_a_holiday_count_as_outside() {
        let check = |at, open| assert_eq!(office(0).is_open(at), open, "{at}");
        check(at(0, 8, 59), false);
        check(at(0, 9, 0), true);
        check(at(0, 12, 0), false);
        check(at(0, 12, 59), false);
        check(at(0, 13, 0), true);
        check(at(0, 17, 0), false);
        check(at(2, 10, 0), false);
        check(at(5, 10, 0), false);
        assert!(Hours::always().is_open(at(5, 3, 0)));
    }

    #[test]
    fn clocks_stand_still_outside() {
        let check = |since, minutes, then| {
            assert_eq!(office(0).after(since, hours(minutes)), then);
        };
        check(at(0, 9, 0), 60, at(0, 10, 0));
        check(at(0, 11, 30), 60, at(0, 13, 30));
        check(at(0, 11, 30), 30, at(0, 12, 0));
        check(at(0, 16, 30), 60, at(1, 9, 30));
        // Over the holiday, and over the weekend.
        check(at(1, 16, 30), 60, at(3, 9, 30));
        check(at(4, 16, 30), 60, at(7, 9, 30));
        assert_eq!(office(0).opens(at(4, 18, 0)), at(7, 9, 0));
        assert_eq!(Hours::always().after(at(5, 3, 0), hours(60)), at(5, 4, 0));
    }

    #[test]
    fn a_zone_moves_the_day() {
        // New York's nine o'clock is UTC's fourteen.
        assert!(!office(-300).is_open(at(0, 13, 59)));
        assert!(office(-300).is_open(at(0, 14, 0)));
        assert_eq!(office(-300).after(at(0, 0, 0), hours(1)), at(0, 14, 1));
        assert_eq!(office(540).after(Timestamp::from_secs(0), hours(0)), Timestamp::from_secs(0));
    }

    #[test]
    fn a_clock_that_cannot_run_out_does_so_after_two_years() {
        let never = Hours::new(0, office(0).week.unwrap(), 0..10_000).unwrap();
        assert_eq!(never.opens(at(0, 0, 0)), at(731, 0, 0));
        let late = Timestamp::from_micros(u64::MAX);
        assert!(office(0).after(late, Duration::MAX) >= late);
        assert!(!office(0).is_open(late) || office(0).is_open(late));
    }

    #[test]
    fn hours_without_sense_are_refused() {
        let week = |interval| std::array::from_fn(|_| vec![interval]);
        let check = |from, to| Hours::new(0, week(Interval { from, to }), []);
        assert_eq!(check(600, 600), Err(Error::Interval { weekday: 0 }));
        assert_eq!(check(600, 1441), Err(Error::Interval { weekday: 0 }));
        assert_eq!(Hours::new(841, office(0).week.unwrap(), []), Err(Error::Offset));
        assert_eq!(Hours::new(0, std::array::from_fn(|_| vec![]), []), Err(Error::Never));
    }
}
