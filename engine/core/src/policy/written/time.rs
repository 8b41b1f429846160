//! Deadlines, zone, business hours and quiet hours, as they are written.

use serde::Deserialize;
use toml::Spanned;

use super::place::{Place, Span};
use crate::policy::{Deadlines, Error, HandOff, Hours, Interval, QuietHours, SummerTime, Zone};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct WrittenDeadlines {
    inactive: Span,
    unattended: Span,
    human: Span,
    store: Span,
    hold: Span,
    suspended: Span,
    pub(super) queue: Option<Spanned<Span>>,
    reopen: Span,
    closeout: Span,
    wait: Span,
}

impl Default for WrittenDeadlines {
    fn default() -> Self {
        Self {
            inactive: Span::hours(24),
            unattended: Span::secs(15 * 60),
            human: Span::hours(24),
            store: Span::hours(72),
            hold: Span::hours(24),
            suspended: Span::hours(24),
            queue: None,
            reopen: Span::hours(24),
            closeout: Span::hours(24),
            wait: Span::secs(10 * 60),
        }
    }
}

impl WrittenDeadlines {
    pub(super) fn compile(&self) -> Deadlines {
        Deadlines {
            inactive: self.inactive.0,
            unattended: self.unattended.0,
            human: self.human.0,
            store: self.store.0,
            hold: self.hold.0,
            suspended: self.suspended.0,
            queue: self.queue.as_ref().map_or(Span::hours(8), |queue| *queue.get_ref()).0,
            reopen: self.reopen.0,
            closeout: self.closeout.0,
            wait: self.wait.0,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct WrittenZone {
    utc_offset: Spanned<String>,
    summer_time: SummerTime,
}

impl Default for WrittenZone {
    fn default() -> Self {
        let utc_offset = Spanned::new(0..0, "+00:00".to_owned());
        Self { utc_offset, summer_time: SummerTime::None }
    }
}

impl WrittenZone {
    pub(super) fn compile(&self, place: &Place) -> Result<Zone, Error> {
        let offset_minutes = place.offset("zone.utc_offset", &self.utc_offset)?;
        Ok(Zone { offset_minutes, summer_time: self.summer_time })
    }
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct WrittenHours {
    monday: Vec<Spanned<String>>,
    tuesday: Vec<Spanned<String>>,
    wednesday: Vec<Spanned<String>>,
    thursday: Vec<Spanned<String>>,
    friday: Vec<Spanned<String>>,
    saturday: Vec<Spanned<String>>,
    sunday: Vec<Spanned<String>>,
    holidays: Vec<Spanned<String>>,
    pub(super) outside: Option<Spanned<HandOff>>,
}

impl WrittenHours {
    pub(super) fn compile<T>(
        &self,
        place: &Place,
        at: &Spanned<T>,
        zone: Zone,
    ) -> Result<Hours, Error> {
        let written = [
            ("hours.monday", &self.monday),
            ("hours.tuesday", &self.tuesday),
            ("hours.wednesday", &self.wednesday),
            ("hours.thursday", &self.thursday),
            ("hours.friday", &self.friday),
            ("hours.saturday", &self.saturday),
            ("hours.sunday", &self.sunday),
        ];
        let mut week: [Vec<Interval>; 7] = Default::default();
        for (intervals, (key, written)) in week.iter_mut().zip(written) {
            for part in written {
                let interval = place.interval(key, part)?;
                if intervals.last().is_some_and(|last| last.to > interval.from) {
                    let message = format!(
                        "{key} has times that overlap or are out of order; sort \
                         and join them"
                    );
                    return Err(place.error(part, message));
                }
                intervals.push(interval);
            }
        }
        if week.iter().all(Vec::is_empty) {
            let message = "[hours] has no hour on any day, so people would never work; add some, \
                 or remove the table";
            return Err(place.error(at, message));
        }
        let holidays = self.holidays.iter().map(|day| place.date("hours.holidays", day));
        let holidays = holidays.collect::<Result<_, _>>()?;
        Ok(Hours { zone, week, holidays })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenQuietHours {
    from: Spanned<String>,
    to: Spanned<String>,
    #[serde(default = "quarter")]
    direct_within: Span,
}

fn quarter() -> Span {
    Span::secs(15 * 60)
}

impl WrittenQuietHours {
    pub(super) fn compile(&self, place: &Place, zone: Zone) -> Result<QuietHours, Error> {
        let from = place.minute("quiet_hours.from", &self.from)?;
        let to = place.minute("quiet_hours.to", &self.to)?;
        if from == to {
            let message =
                "quiet_hours.to is quiet_hours.from, which is never or always; write two times";
            return Err(place.error(&self.to, message));
        }
        let night = Interval { from, to };
        Ok(QuietHours { zone, night, direct_within: self.direct_within.0 })
    }
}
