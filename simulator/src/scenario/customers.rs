//! What customers do after an answer beside writing again, as it is written: they order, and say how it was.

use std::time::Duration;

use serde::Deserialize;
use toml::Spanned;

use super::Spread;
use super::written::{Place, unspanned};
use crate::error::Error;

/// What customers do after an answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Customers {
    /// Share of answers that are followed by an order.
    pub order_rate: f64,
    /// What half of the orders are below, in US dollars.
    pub order_value: f64,
    /// Share of answers that are rated.
    pub rating_rate: f64,
    /// Share of answers of which somebody judges whether they are right.
    pub judged_rate: f64,
    /// Time until any of that.
    pub delay: Spread,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct WrittenCustomers {
    order_rate: Spanned<f64>,
    order_value: Spanned<f64>,
    rating_rate: Spanned<f64>,
    judged_rate: Spanned<f64>,
    delay: Spanned<Spread>,
}

impl Default for WrittenCustomers {
    fn default() -> Self {
        Self {
            order_rate: unspanned(0.0),
            order_value: unspanned(60.0),
            rating_rate: unspanned(0.0),
            judged_rate: unspanned(0.0),
            delay: unspanned(Spread { median: Duration::from_secs(1800), sigma: 1.0 }),
        }
    }
}

impl WrittenCustomers {
    pub(super) fn compile(&self, place: &Place) -> Result<Customers, Error> {
        Ok(Customers {
            order_rate: place.share("customers.order_rate", &self.order_rate)?,
            order_value: place.within("customers.order_value", &self.order_value, 0.01..=1e6)?,
            rating_rate: place.share("customers.rating_rate", &self.rating_rate)?,
            judged_rate: place.share("customers.judged_rate", &self.judged_rate)?,
            delay: place.spread("customers.delay", &self.delay)?,
        })
    }
}
