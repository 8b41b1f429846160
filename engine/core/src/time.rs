//! Time as integers. This module reads no clock: the time is always somebody's argument.

use std::fmt;
use std::num::NonZeroU32;
use std::ops::{Add, Sub};
use std::time::Duration;

/// An instant, in microseconds since 1970-01-01T00:00:00Z, leap seconds ignored as in POSIX time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

impl Timestamp {
    /// The instant that many microseconds after the epoch.
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros)
    }

    /// The instant that many whole seconds after the epoch.
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs * 1_000_000)
    }

    /// Microseconds since the epoch.
    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// Time from `earlier` to here; zero if `earlier` is in fact later, since two machines may
    /// disagree about the order.
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, rhs: Duration) -> Self {
        let micros = u64::try_from(rhs.as_micros()).unwrap_or(u64::MAX);
        Self(self.0.saturating_add(micros))
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Self;

    fn sub(self, rhs: Duration) -> Self {
        let micros = u64::try_from(rhs.as_micros()).unwrap_or(u64::MAX);
        Self(self.0.saturating_sub(micros))
    }
}

/// RFC 3339 in UTC with microseconds, as in `2026-11-27T14:00:00.000000Z`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let secs = self.0 / 1_000_000;
        let (year, month, day) = civil_from_days(secs / 86_400);
        let (hour, minute, second) = (secs / 3600 % 24, secs / 60 % 60, secs % 60);
        let micros = self.0 % 1_000_000;
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micros:06}Z")
    }
}

/// A deadline, in whole seconds since the epoch. Deadlines are rounded up to the second: nothing a
/// conversation waits for is finer, and a deadline, or the lack of one, then takes four bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(Rust, packed(2))] // So that it leaves no gap beside a number of two bytes.
pub struct Deadline(NonZeroU32);

impl Deadline {
    /// The first whole second that is not before `at`. Saturates in the year 2106.
    pub fn not_before(at: Timestamp) -> Self {
        Self::from_secs(u32::try_from(at.0.div_ceil(1_000_000)).unwrap_or(u32::MAX))
    }

    /// The deadline that many whole seconds after the epoch. Nothing was ever due at the epoch itself.
    pub const fn from_secs(secs: u32) -> Self {
        match NonZeroU32::new(secs) {
            Some(secs) => Self(secs),
            None => Self(NonZeroU32::MIN),
        }
    }

    /// Whole seconds since the epoch.
    pub const fn as_secs(self) -> u32 {
        { self.0 }.get()
    }

    /// The instant at which this deadline passes.
    pub const fn at(self) -> Timestamp {
        Timestamp::from_secs(self.as_secs() as u64)
    }

    /// Seconds from `earlier` to this; zero if it was not earlier.
    pub const fn secs_after(self, earlier: Self) -> u32 {
        self.as_secs().saturating_sub(earlier.as_secs())
    }

    /// Whether the deadline has passed at `now`.
    pub fn is_due(self, now: Timestamp) -> bool {
        self.at() <= now
    }
}

/// Year, month and day of the proleptic Gregorian calendar for days since 1970-01-01, by counting
/// in 400-year eras that begin on the first of March.
pub(crate) fn civil_from_days(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let day_of_era = shifted % 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    (year, month, day)
}

/// Days since 1970-01-01 of a date in the same calendar; the inverse of [`civil_from_days`].
pub(crate) const fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted_month = (month + 9) % 12;
    let day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_rfc_3339() {
        let check = |micros, shown: &str| {
            assert_eq!(Timestamp::from_micros(micros).to_string(), shown);
        };
        check(0, "1970-01-01T00:00:00.000000Z");
        check(951_782_400_000_000, "2000-02-29T00:00:00.000000Z");
        check(1_795_788_000_000_001, "2026-11-27T14:00:00.000001Z");
    }

    #[test]
    fn dates_and_days_agree() {
        for days in (0..60_000).step_by(17) {
            let (year, month, day) = civil_from_days(days);
            assert_eq!(days_from_civil(year as i64, month as i64, day as i64), days as i64);
        }
    }

    #[test]
    fn deadlines_round_up() {
        let check = |micros, secs| {
            assert_eq!(Deadline::not_before(Timestamp::from_micros(micros)).as_secs(), secs);
        };
        check(0, 1);
        check(1, 1);
        check(1_000_000, 1);
        check(u64::MAX, u32::MAX);
    }

    #[test]
    fn a_deadline_is_due_from_its_second_on() {
        let deadline = Deadline::from_secs(5);
        assert!(!deadline.is_due(Timestamp::from_micros(4_999_999)));
        assert!(deadline.is_due(Timestamp::from_secs(5)));
    }
}
