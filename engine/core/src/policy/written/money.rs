//! Budgets, prices and attribution, as they are written.

use serde::Deserialize;
use toml::Spanned;

use super::place::{Place, Span};
use crate::policy::{Attribution, Budget, Credited, Error, Limits, Prices};

/// Most cents that a budget can have: what a word of memory holds.
const CENTS_MAX: f64 = 42_000_000.0;

/// Most cents that a segment or an answer can cost.
const PRICE_MAX: f64 = 10_000.0;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct WrittenBudget {
    turn_segments: Option<u16>,
    turn_cents: Option<Spanned<f64>>,
    conversation_messages: u16,
    conversation_segments: u16,
    conversation_cents: Option<Spanned<f64>>,
    day_messages: Option<u32>,
    day_segments: Option<u32>,
    day_cents: Option<Spanned<f64>>,
    brand_day_messages: Option<u32>,
    brand_day_segments: Option<u32>,
    brand_day_cents: Option<Spanned<f64>>,
}

impl Default for WrittenBudget {
    fn default() -> Self {
        Self {
            turn_segments: None,
            turn_cents: None,
            conversation_messages: 8,
            conversation_segments: 12,
            conversation_cents: None,
            day_messages: None,
            day_segments: None,
            day_cents: None,
            brand_day_messages: None,
            brand_day_segments: None,
            brand_day_cents: None,
        }
    }
}

impl WrittenBudget {
    pub(super) fn compile(&self, place: &Place) -> Result<Budget, Error> {
        let cents = |key: &str, written: &Option<Spanned<f64>>| {
            written.as_ref().map(|cents| centicents(place, key, cents, CENTS_MAX)).transpose()
        };
        Ok(Budget {
            turn: Limits {
                messages: None,
                segments: self.turn_segments.map(u32::from),
                centicents: cents("budget.turn_cents", &self.turn_cents)?,
            },
            conversation: Limits {
                messages: Some(self.conversation_messages.into()),
                segments: Some(self.conversation_segments.into()),
                centicents: cents("budget.conversation_cents", &self.conversation_cents)?,
            },
            day: Limits {
                messages: self.day_messages,
                segments: self.day_segments,
                centicents: cents("budget.day_cents", &self.day_cents)?,
            },
            brand_day: Limits {
                messages: self.brand_day_messages,
                segments: self.brand_day_segments,
                centicents: cents("budget.brand_day_cents", &self.brand_day_cents)?,
            },
        })
    }
}

/// Cents as hundredths of a cent. What is finer than that is refused, since it would be lost.
fn centicents(place: &Place, key: &str, written: &Spanned<f64>, max: f64) -> Result<u32, Error> {
    let cents = *written.get_ref();
    if !(0.0..=max).contains(&cents) {
        let message = format!("{key} is {cents}; write cents, from 0 to {max}");
        return Err(place.error(written, message));
    }
    let hundredths = (cents * 100.0).round();
    if (hundredths - cents * 100.0).abs() > 1e-6 {
        let message =
            format!("{key} is {cents}; it is kept in hundredths of a cent, so write two decimals");
        return Err(place.error(written, message));
    }
    Ok(hundredths as u32)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct WrittenPrice {
    segment_cents: Spanned<f64>,
    answer_cents: Spanned<f64>,
}

impl Default for WrittenPrice {
    fn default() -> Self {
        let price = |cents| Spanned::new(0..0, cents);
        Self { segment_cents: price(0.79), answer_cents: price(1.0) }
    }
}

impl WrittenPrice {
    pub(super) fn compile(&self, place: &Place) -> Result<Prices, Error> {
        let price = |key, written| centicents(place, key, written, PRICE_MAX);
        Ok(Prices {
            segment: price("price.segment_cents", &self.segment_cents)?,
            answer: price("price.answer_cents", &self.answer_cents)?,
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct WrittenAttribution {
    window: Span,
    counts: Credited,
}

impl Default for WrittenAttribution {
    fn default() -> Self {
        Self { window: Span::hours(5 * 24), counts: Credited::Any }
    }
}

impl WrittenAttribution {
    pub(super) fn compile(&self) -> Attribution {
        Attribution { window: self.window.0, counts: self.counts }
    }
}
