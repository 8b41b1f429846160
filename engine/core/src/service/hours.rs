//! Local time and business hours (`G-55`), and clocks that stand still outside of them (`G-57`, `KL-86`).
//!
//! Zones are an offset and a rule for summer time, both written in a policy. A table of zones from
//! outside would change under a journal, and a replay would then come to other deadlines.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::message::Language;
use crate::names::named;
use crate::time::{Timestamp, civil_from_days, days_from_civil};

pub(crate) const DAY_SECS: i64 = 86_400;

const MICROS: i64 = 1_000_000;

/// Days that are searched for an opening; a shop that is closed for longer has no hours.
const SEARCH_DAYS: i64 = 400;

named! {
    /// When clocks stand an hour ahead.
    pub enum SummerTime {
        /// Never.
        None = "none",
        /// From the second Sunday of March to the first of November, at two o'clock (15 USC 260a).
        Us = "us",
        /// From the last Sunday of March to the last of October, at 01:00 UTC (Directive 2000/84/EC).
        Eu = "eu",
    }
}

/// The brand's local time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Zone {
    /// Ahead of UTC in winter.
    pub offset_minutes: i16,
    /// When an hour is added.
    pub summer_time: SummerTime,
}

impl Zone {
    /// The beginning of a day, counted since 1970-01-01.
    pub(crate) fn midnight(self, day: i64) -> Timestamp {
        Timestamp::from_secs(self.utc(day * DAY_SECS).max(0) as u64)
    }

    fn winter_secs(self) -> i64 {
        i64::from(self.offset_minutes) * 60
    }

    fn is_summer(self, utc: i64) -> bool {
        let (year, _, _) = civil_from_days((utc + self.winter_secs()).max(0) as u64 / 86_400);
        let year = year as i64;
        let (from, to) = match self.summer_time {
            SummerTime::None => return false,
            SummerTime::Us => {
                let two = 2 * 3600 - self.winter_secs();
                let march = sunday_from(days_from_civil(year, 3, 8)) * DAY_SECS + two;
                let november = sunday_from(days_from_civil(year, 11, 1)) * DAY_SECS + two - 3600;
                (march, november)
            }
            SummerTime::Eu => {
                let march = sunday_from(days_from_civil(year, 3, 25)) * DAY_SECS + 3600;
                (march, sunday_from(days_from_civil(year, 10, 25)) * DAY_SECS + 3600)
            }
        };
        (from..to).contains(&utc)
    }

    /// Local seconds since the local epoch.
    pub(crate) fn local(self, utc: i64) -> i64 {
        utc + self.winter_secs() + if self.is_summer(utc) { 3600 } else { 0 }
    }

    /// The date on local clocks, in days since 1970-01-01.
    pub fn day(self, at: Timestamp) -> u32 {
        u32::try_from(self.local(secs(at)).div_euclid(DAY_SECS)).unwrap_or(0)
    }

    /// The instant at which clocks show `local`; of two, the earlier.
    pub(crate) fn utc(self, local: i64) -> i64 {
        let as_summer = local - self.winter_secs() - 3600;
        if self.is_summer(as_summer) { as_summer } else { local - self.winter_secs() }
    }
}

/// The first Sunday from `day` on. The epoch was a Thursday.
fn sunday_from(day: i64) -> i64 {
    day + (7 - weekday(day) + 6) % 7
}

/// 0 is Monday.
fn weekday(day: i64) -> i64 {
    (day + 3).rem_euclid(7)
}

/// Whole seconds since the epoch.
pub(crate) fn secs(at: Timestamp) -> i64 {
    (at.as_micros() / 1_000_000) as i64
}

/// The days of the week, in letters that leave a text GSM-7.
const fn days(language: Language) -> [&'static str; 7] {
    match language {
        Language::English => ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
        Language::Spanish => ["lun", "mar", "mié", "jue", "vie", "sab", "dom"],
        Language::French => ["lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."],
        Language::German => ["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"],
        Language::Portuguese => ["seg", "ter", "qua", "qui", "sex", "sab", "dom"],
    }
}

/// A part of a day, in minutes since midnight; `to` is not part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Interval {
    /// First minute.
    pub from: u16,
    /// The minute after the last.
    pub to: u16,
}

/// When people work.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Hours {
    /// Local time.
    pub zone: Zone,
    /// From Monday on, in order and apart.
    pub week: [Vec<Interval>; 7],
    /// Days without work, counted since 1970-01-01.
    pub holidays: BTreeSet<i64>,
}

impl Hours {
    /// The intervals in seconds UTC, from the day of `at` on, without what is over.
    fn intervals(&self, at: i64) -> impl Iterator<Item = (i64, i64)> {
        let first = self.zone.local(at).div_euclid(DAY_SECS);
        let days = (first..first + SEARCH_DAYS).filter(|day| !self.holidays.contains(day));
        let intervals = days.flat_map(move |day| {
            let today = self.week[weekday(day) as usize].iter();
            today.map(move |part| {
                let bound = |minute: u16| self.zone.utc(day * DAY_SECS + i64::from(minute) * 60);
                (bound(part.from), bound(part.to))
            })
        });
        intervals.filter(move |(_, to)| *to > at).map(move |(from, to)| (from.max(at), to))
    }

    /// Whether people work.
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.next_open(at) == Some(secs(at))
    }

    fn next_open(&self, at: Timestamp) -> Option<i64> {
        self.intervals(secs(at)).next().map(|(from, _)| from)
    }

    /// When people work next, as customers read it: `Mon 09:00`.
    pub fn opens(&self, at: Timestamp, language: Language) -> Option<String> {
        let local = self.zone.local(self.next_open(at)?);
        let (day, minute) = (local.div_euclid(DAY_SECS), local.rem_euclid(DAY_SECS) / 60);
        let (hour, minute) = (minute / 60, minute % 60);
        let day = days(language)[weekday(day) as usize];
        Some(format!("{day} {hour:02}:{minute:02}"))
    }

    /// The instant at which people have worked for `time` since `at` (`G-57`). A clock that does not run
    /// out within [`SEARCH_DAYS`] runs on as if there were no hours: nothing waits for ever.
    pub fn worked(&self, at: Timestamp, time: Duration) -> Timestamp {
        let start = i64::try_from(at.as_micros()).unwrap_or(i64::MAX);
        let mut left = i64::try_from(time.as_micros()).unwrap_or(i64::MAX);
        for (from, to) in self.intervals(secs(at)) {
            let (from, to) = (from.saturating_mul(MICROS).max(start), to.saturating_mul(MICROS));
            let open = (to - from).max(0);
            if open >= left {
                return Timestamp::from_micros((from + left) as u64);
            }
            left -= open;
        }
        at + time
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEW_YORK: Zone = Zone { offset_minutes: -300, summer_time: SummerTime::Us };
    const BERLIN: Zone = Zone { offset_minutes: 60, summer_time: SummerTime::Eu };

    fn at(year: i64, month: i64, day: i64, hour: i64, minute: i64) -> Timestamp {
        let secs = days_from_civil(year, month, day) * DAY_SECS + hour * 3600 + minute * 60;
        Timestamp::from_secs(secs as u64)
    }

    #[test]
    fn clocks_change_on_their_days() {
        let check = |zone: Zone, utc, hours: i64| {
            assert_eq!(zone.local(secs(utc)) - secs(utc), hours * 3600, "{utc}");
        };
        check(NEW_YORK, at(2026, 3, 8, 6, 59), -5);
        check(NEW_YORK, at(2026, 3, 8, 7, 0), -4);
        check(NEW_YORK, at(2026, 11, 1, 5, 59), -4);
        check(NEW_YORK, at(2026, 11, 1, 6, 0), -5);
        check(BERLIN, at(2026, 3, 29, 0, 59), 1);
        check(BERLIN, at(2026, 3, 29, 1, 0), 2);
        check(BERLIN, at(2026, 10, 25, 0, 59), 2);
        check(BERLIN, at(2026, 10, 25, 1, 0), 1);
    }

    fn office() -> Hours {
        let day = vec![Interval { from: 540, to: 720 }, Interval { from: 780, to: 1020 }];
        let week = std::array::from_fn(|weekday| if weekday < 5 { day.clone() } else { vec![] });
        let holidays = BTreeSet::from([days_from_civil(2026, 11, 26)]);
        Hours { zone: NEW_YORK, week, holidays }
    }

    #[test]
    fn between_two_intervals_is_outside() {
        // G-55. 2026-11-25 is a Wednesday, the day after it Thanksgiving.
        let check = |utc, open, opens: &str| {
            assert_eq!(office().is_open(utc), open, "{utc}");
            let shown = office().opens(utc, Language::English);
            assert_eq!(shown.as_deref(), Some(opens), "{utc}");
        };
        check(at(2026, 11, 25, 13, 59), false, "Wed 09:00");
        check(at(2026, 11, 25, 14, 0), true, "Wed 09:00");
        check(at(2026, 11, 25, 17, 30), false, "Wed 13:00");
        check(at(2026, 11, 25, 22, 0), false, "Fri 09:00");
        check(at(2026, 11, 28, 15, 0), false, "Mon 09:00");
        for (language, opens) in Language::ALL.iter().zip([
            "Mon 09:00",
            "lun 09:00",
            "lun. 09:00",
            "Mo 09:00",
            "seg 09:00",
        ]) {
            let shown = office().opens(at(2026, 11, 28, 15, 0), *language);
            assert_eq!(shown.as_deref(), Some(opens));
        }
    }

    #[test]
    fn only_working_time_counts() {
        // G-57: a break does not count, nor does a holiday or a weekend.
        let check = |from, hours: u64, to| {
            let worked = office().worked(from, Duration::from_secs(hours * 3600));
            assert_eq!(worked, to, "{from} {hours}");
        };
        check(at(2026, 11, 25, 16, 0), 1, at(2026, 11, 25, 17, 0));
        check(at(2026, 11, 25, 16, 0), 2, at(2026, 11, 25, 19, 0));
        check(at(2026, 11, 25, 21, 0), 2, at(2026, 11, 27, 15, 0));
        check(at(2026, 11, 27, 21, 30), 1, at(2026, 11, 30, 14, 30));
    }

    #[test]
    fn a_clock_is_as_fine_as_time_and_always_ends() {
        let half = Timestamp::from_micros(at(2026, 11, 25, 16, 0).as_micros() + 500_000);
        let hour = Duration::from_secs(3600);
        assert_eq!(office().worked(half, hour / 2), half + hour / 2);
        // The last half second is after lunch.
        assert_eq!(office().worked(half, hour), half + 2 * hour);
        assert_eq!(office().worked(half, Duration::ZERO), half);
        // Closed for longer than anybody looks ahead, and later than any calendar goes.
        let holidays = (0..100_000).collect();
        let never = Hours { holidays, ..office() };
        assert_eq!(never.worked(half, hour), half + hour);
        assert_eq!(never.opens(half, Language::English), None);
        let late = Timestamp::from_micros(u64::MAX);
        assert!(office().worked(late, Duration::MAX) >= Timestamp::from_secs(1 << 40));
    }
}
