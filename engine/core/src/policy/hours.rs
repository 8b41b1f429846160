//! When customers sleep (`X-15`, `G-32`). When people work is in [`crate::service::hours`].

use std::time::Duration;

use crate::service::hours::{DAY_SECS, Interval, Zone, secs};
use crate::time::Timestamp;

/// When only direct answers leave (`X-15`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuietHours {
    /// Local time of customers whose own is not known: that of the brand.
    pub zone: Zone,
    /// From when to when; over midnight if `to` is not after `from`.
    pub night: Interval,
    /// An answer within this time of the customer's message is direct.
    pub direct_within: Duration,
}

impl QuietHours {
    /// Whether it is quiet where clocks stand as in `zone`, if that is known (`G-32`).
    pub fn is_quiet(&self, at: Timestamp, zone: Option<Zone>) -> bool {
        let minute = zone.unwrap_or(self.zone).local(secs(at)).rem_euclid(DAY_SECS) / 60;
        let (from, to) = (i64::from(self.night.from), i64::from(self.night.to));
        if from < to { (from..to).contains(&minute) } else { minute >= from || minute < to }
    }

    /// When it is quiet no longer: the next time that clocks show the end of the night.
    pub fn ends(&self, at: Timestamp, zone: Option<Zone>) -> Timestamp {
        let zone = zone.unwrap_or(self.zone);
        let (utc, to) = (secs(at), i64::from(self.night.to) * 60);
        let today = zone.local(utc).div_euclid(DAY_SECS);
        let mut ends = (today..today + 3).map(|day| zone.utc(day * DAY_SECS + to));
        let next = ends.find(|end| *end > utc).unwrap_or(utc);
        Timestamp::from_secs(next.max(0) as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::hours::SummerTime;
    use crate::time::days_from_civil;

    const NEW_YORK: Zone = Zone { offset_minutes: -300, summer_time: SummerTime::Us };
    const BERLIN: Zone = Zone { offset_minutes: 60, summer_time: SummerTime::Eu };

    fn at(year: i64, month: i64, day: i64, hour: i64, minute: i64) -> Timestamp {
        let secs = days_from_civil(year, month, day) * DAY_SECS + hour * 3600 + minute * 60;
        Timestamp::from_secs(secs as u64)
    }

    #[test]
    fn a_night_goes_over_midnight() {
        let night = Interval { from: 21 * 60, to: 8 * 60 };
        let quiet = QuietHours { zone: NEW_YORK, night, direct_within: Duration::from_secs(900) };
        assert!(!quiet.is_quiet(at(2026, 11, 26, 1, 59), None));
        assert!(quiet.is_quiet(at(2026, 11, 26, 2, 0), None));
        assert!(quiet.is_quiet(at(2026, 11, 26, 12, 59), None));
        assert!(!quiet.is_quiet(at(2026, 11, 26, 13, 0), None));
    }

    #[test]
    fn the_night_is_where_the_customer_is() {
        // G-32: two in the morning in New York is eight in Berlin.
        let night = Interval { from: 21 * 60, to: 8 * 60 };
        let quiet = QuietHours { zone: NEW_YORK, night, direct_within: Duration::from_secs(900) };
        let now = at(2026, 11, 26, 7, 0);
        assert!(quiet.is_quiet(now, None));
        assert!(!quiet.is_quiet(now, Some(BERLIN)));
        assert_eq!(quiet.ends(now, None), at(2026, 11, 26, 13, 0));
        assert_eq!(quiet.ends(at(2026, 11, 26, 2, 0), None), at(2026, 11, 26, 13, 0));
        assert_eq!(quiet.ends(now, Some(BERLIN)), at(2026, 11, 27, 7, 0));
        // The clocks change in that night.
        assert_eq!(quiet.ends(at(2026, 3, 8, 3, 0), None), at(2026, 3, 8, 12, 0));
    }
}
