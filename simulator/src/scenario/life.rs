//! What goes on after the first reply, as it is written: customers who write again, and the store.

use std::time::Duration;

use serde::Deserialize;
use toml::Spanned;

use super::Spread;
use super::written::{Place, unspanned};
use crate::error::Error;

/// Customers who write again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FollowUps {
    /// Share of answers that are answered.
    pub rate: f64,
    /// Share of those who are asked for particulars that send them.
    pub particulars_rate: f64,
    /// Time until they write.
    pub delay: Spread,
}

/// The store's own team or a helpdesk, outside.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Store {
    /// Time until it answers.
    pub handling: Spread,
    /// Share of conversations that it fails to take in.
    pub failure_rate: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct WrittenFollowUps {
    rate: Spanned<f64>,
    particulars_rate: Spanned<f64>,
    delay: Spanned<Spread>,
}

impl Default for WrittenFollowUps {
    fn default() -> Self {
        Self {
            rate: unspanned(0.0),
            particulars_rate: unspanned(0.0),
            delay: unspanned(Spread { median: Duration::from_secs(90), sigma: 1.0 }),
        }
    }
}

impl WrittenFollowUps {
    pub(super) fn compile(&self, place: &Place) -> Result<FollowUps, Error> {
        Ok(FollowUps {
            rate: place.share("follow_ups.rate", &self.rate)?,
            particulars_rate: place.share("follow_ups.particulars_rate", &self.particulars_rate)?,
            delay: place.spread("follow_ups.delay", &self.delay)?,
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct WrittenStore {
    handling: Option<Spanned<Spread>>,
    failure_rate: Spanned<f64>,
}

impl Default for WrittenStore {
    fn default() -> Self {
        Self { handling: None, failure_rate: unspanned(0.0) }
    }
}

impl WrittenStore {
    /// None if nothing is said of it: then it is never heard of again.
    pub(super) fn compile(&self, place: &Place) -> Result<Option<Store>, Error> {
        let failure_rate = place.share("store.failure_rate", &self.failure_rate)?;
        let Some(handling) = &self.handling else { return Ok(None) };
        Ok(Some(Store { handling: place.spread("store.handling", handling)?, failure_rate }))
    }
}
