//! Where a mistake stands, and the small things that policies are made of: texts, spans, shares, times.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use toml::Spanned;

use crate::classify::Score;
use crate::policy::{Error, Interval, Phrase, Text};
use crate::time::days_from_civil;

/// A length of time as people write it: `10s`, `15m`, `24h`.
#[derive(Clone, Copy)]
pub(super) struct Span(pub(super) Duration);

impl Span {
    pub(super) const fn secs(secs: u64) -> Self {
        Self(Duration::from_secs(secs))
    }

    pub(super) const fn hours(hours: u64) -> Self {
        Self::secs(hours * 3600)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let written = String::deserialize(from)?;
        match humantime::parse_duration(&written) {
            Ok(span) if span >= Duration::from_secs(1) => Ok(Self(span)),
            _ => Err(serde::de::Error::custom(format!(
                "`{written}` is not a length of time of at least a second; write one like \
                    \"10s\", \"15m\" or \"24h\""
            ))),
        }
    }
}

/// Where a mistake is to be shown.
pub(super) struct Place<'a> {
    pub(super) source: &'a str,
    pub(super) file: &'a str,
    /// What may stand in texts between braces, and what it stands for.
    pub(super) variables: BTreeMap<String, String>,
}

impl Place<'_> {
    pub(super) fn error<T>(&self, at: &Spanned<T>, message: impl Into<String>) -> Error {
        let span = at.span();
        // An empty span belongs to a default: then the whole file is meant.
        let line = if span.is_empty() { 0 } else { line_of(self.source, span.start) };
        Error { file: self.file.to_owned(), line, message: message.into() }
    }

    /// A text of the brand, in which `also` may stand for something that is known when it is sent.
    pub(super) fn text(
        &self,
        key: &str,
        written: &Spanned<String>,
        also: Option<&str>,
    ) -> Result<Text, Error> {
        if written.get_ref().trim().is_empty() {
            return Err(
                self.error(written, format!("{key} is empty; write what customers are to read"))
            );
        }
        let mut text = String::new();
        let mut rest = &written.get_ref()[..];
        while let Some((fixed, from)) = rest.split_once('{') {
            let (name, after) = from.split_once('}').unwrap_or((from, ""));
            text += fixed;
            match (self.variables.get(name), also) {
                (Some(value), _) => text += value,
                (None, Some(also)) if also == format!("{{{name}}}") => text += also,
                (None, _) => return Err(self.unknown_variable(key, written, name, also)),
            }
            rest = after;
        }
        Ok(Text::new(&(text + rest)))
    }

    fn unknown_variable(
        &self,
        key: &str,
        written: &Spanned<String>,
        name: &str,
        also: Option<&str>,
    ) -> Error {
        let known = self.variables.keys().map(|name| format!("{{{name}}}"));
        let known: Vec<_> = known.chain(also.map(str::to_owned)).collect();
        let message = format!(
            "{key} uses the variable {{{name}}}; there are only {}; add it to [variables]",
            known.join(", ")
        );
        self.error(written, message)
    }

    pub(super) fn optional_text(
        &self,
        key: &str,
        written: &Option<Spanned<String>>,
        also: Option<&str>,
    ) -> Result<Option<Text>, Error> {
        written.as_ref().map(|written| self.text(key, written, also)).transpose()
    }

    pub(super) fn share(&self, key: &str, written: &Spanned<f64>) -> Result<Score, Error> {
        let share = *written.get_ref();
        if !(0.0..=1.0).contains(&share) {
            let message = format!("{key} is {share}; it is a share, from 0.0 to 1.0");
            return Err(self.error(written, message));
        }
        Ok(Score((share * f64::from(Score::ONE.0)).round() as u16))
    }

    pub(super) fn phrase(&self, key: &str, written: &Spanned<String>) -> Result<Phrase, Error> {
        Phrase::new(written.get_ref()).ok_or_else(|| {
            self.error(written, format!("{key} is empty; write the words that customers send"))
        })
    }

    pub(super) fn phrases(
        &self,
        key: &str,
        written: &[Spanned<String>],
    ) -> Result<Vec<Phrase>, Error> {
        written.iter().map(|written| self.phrase(key, written)).collect()
    }

    /// Minutes since midnight of `HH:MM`, up to 24:00.
    pub(super) fn minute(&self, key: &str, written: &Spanned<String>) -> Result<u16, Error> {
        minute(written.get_ref()).ok_or_else(|| {
            let shown = written.get_ref();
            self.error(written, format!("{key} is `{shown}`; write a time of day like \"09:30\""))
        })
    }

    pub(super) fn interval(&self, key: &str, written: &Spanned<String>) -> Result<Interval, Error> {
        let shown = written.get_ref();
        let bounds = shown.split_once('-').and_then(|(from, to)| {
            Some(Interval { from: minute(from.trim())?, to: minute(to.trim())? })
        });
        bounds.filter(|interval| interval.from < interval.to).ok_or_else(|| {
            let message =
                format!("{key} has `{shown}`; write from when to when, like \"09:00-17:30\"");
            self.error(written, message)
        })
    }

    /// Days since 1970-01-01.
    pub(super) fn date(&self, key: &str, written: &Spanned<String>) -> Result<i64, Error> {
        let shown = written.get_ref();
        date(shown).ok_or_else(|| {
            let message = format!("{key} has `{shown}`; write a date like \"2026-12-25\"");
            self.error(written, message)
        })
    }

    /// Minutes ahead of UTC of `+05:30`.
    pub(super) fn offset(&self, key: &str, written: &Spanned<String>) -> Result<i16, Error> {
        let shown = written.get_ref();
        let sign = match shown.as_bytes().first() {
            Some(b'+') => 1,
            Some(b'-') => -1,
            _ => 0,
        };
        let minutes = shown.get(1..).and_then(minute).filter(|minutes| *minutes <= 14 * 60);
        minutes.filter(|_| sign != 0).map(|minutes| sign * minutes as i16).ok_or_else(|| {
            let message = format!(
                "{key} is `{shown}`; write how far winter time is from UTC, like \"-05:00\""
            );
            self.error(written, message)
        })
    }
}

fn minute(written: &str) -> Option<u16> {
    let (hour, minute) = written.split_once(':')?;
    let digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    let whole = digits(hour) && digits(minute);
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    (whole && minute < 60 && hour * 60 + minute <= 24 * 60).then_some(hour * 60 + minute)
}

fn date(written: &str) -> Option<i64> {
    let mut parts = written.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let days = days_from_civil(year, month, day);
    let exists = (1970..2106).contains(&year) && (1..=12).contains(&month) && day >= 1 && {
        let next = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
        days < days_from_civil(next.0, next.1, 1)
    };
    exists.then_some(days)
}

pub(super) fn line_of(source: &str, offset: usize) -> usize {
    let end = offset.min(source.len());
    source.as_bytes()[..end].iter().filter(|byte| **byte == b'\n').count() + 1
}
