//! A scenario as it is written: TOML in, every mistake told with file, line and remedy.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use serde::{Deserialize, Deserializer};
use toml::Spanned;
use volley_core::classify::Intent;
use volley_core::message::Channel;
use volley_core::policy::Policy;
use volley_core::time::Timestamp;

use super::customers::WrittenCustomers;
use super::life::{WrittenFollowUps, WrittenStore};
use super::{Agents, Ai, Campaign, Costs, Recipients, Scenario, Spread};
use crate::error::Error;
use crate::expect::Expectation;
use crate::speech::{Kind, Style};

/// A scenario in which everything has its default.
pub(super) const USUAL: &str = r#"
name = "Usual"
start = "2026-11-27T14:00:00Z"
duration = "24h"
[[campaign]]
name = "Any"
recipients = 1
per_second = 1.0
reply_rate = 0.0
"#;

/// A length of time as people write it: `5ms`, `10s`, `15m`, `24h`.
pub(super) fn duration<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    let written = String::deserialize(from)?;
    humantime::parse_duration(&written).map_err(|_| {
        serde::de::Error::custom(format!(
            "`{written}` is not a length of time; write one like \"5ms\", \"10s\", \"15m\" or \"24h\""
        ))
    })
}

#[derive(Clone, Copy, Deserialize)]
#[serde(transparent)]
struct Length(#[serde(deserialize_with = "duration")] Duration);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    name: String,
    #[serde(default)]
    about: String,
    #[serde(default = "one")]
    seed: u64,
    start: Spanned<String>,
    duration: Spanned<Length>,
    turn: Option<Spanned<Length>>,
    interval: Option<Spanned<Length>>,
    policy: Option<Spanned<PathBuf>>,
    #[serde(default)]
    audience: Audience,
    #[serde(default)]
    style: Style,
    #[serde(default)]
    mix: BTreeMap<Kind, Spanned<f64>>,
    #[serde(default)]
    campaign: Vec<WrittenCampaign>,
    #[serde(default)]
    ai: WrittenAi,
    #[serde(default)]
    agents: WrittenAgents,
    #[serde(default)]
    follow_ups: WrittenFollowUps,
    #[serde(default)]
    customers: WrittenCustomers,
    #[serde(default)]
    store: WrittenStore,
    #[serde(default)]
    costs: WrittenCosts,
    #[serde(default)]
    expect: BTreeMap<Spanned<String>, Spanned<String>>,
}

fn one() -> u64 {
    1
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Audience {
    contacts: Spanned<u64>,
    skew: Spanned<f64>,
    redelivery_rate: Spanned<f64>,
}

impl Default for Audience {
    fn default() -> Self {
        Self {
            contacts: unspanned(100_000),
            skew: unspanned(0.5),
            redelivery_rate: unspanned(0.002),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenCampaign {
    name: String,
    #[serde(default = "default_text")]
    text: String,
    #[serde(default)]
    channel: Channel,
    at: Option<Length>,
    recipients: u64,
    #[serde(default)]
    to: Recipients,
    per_second: Spanned<f64>,
    reply_rate: Spanned<f64>,
    auto_reply_rate: Option<Spanned<f64>>,
    order_rate: Option<Spanned<f64>>,
    reply_delay: Option<Spanned<Spread>>,
    mix: Option<BTreeMap<Kind, Spanned<f64>>>,
    #[serde(default)]
    flow: bool,
}

fn default_text() -> String {
    "Our biggest sale of the year starts now: up to 40% off sitewide. Questions? Just reply. Reply STOP to opt out".to_owned()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WrittenAi {
    latency: Spanned<Spread>,
    resolution: BTreeMap<Intent, Spanned<f64>>,
    resolution_otherwise: Spanned<f64>,
    failure_rate: Spanned<f64>,
    accuracy: Spanned<f64>,
    objective: Length,
}

impl Default for WrittenAi {
    fn default() -> Self {
        Self {
            latency: unspanned(Spread { median: Duration::from_millis(1800), sigma: 0.5 }),
            resolution: BTreeMap::new(),
            resolution_otherwise: unspanned(0.67),
            failure_rate: unspanned(0.005),
            accuracy: unspanned(0.92),
            objective: Length(Duration::from_secs(10)),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WrittenAgents {
    headcount: u32,
    concurrency: Spanned<u16>,
    handling: Spanned<Spread>,
    store_rate: Spanned<f64>,
    accuracy: Spanned<f64>,
    outside_rate: Spanned<f64>,
    outside_delay: Spanned<Spread>,
}

impl Default for WrittenAgents {
    fn default() -> Self {
        Self {
            headcount: 10,
            concurrency: unspanned(4),
            handling: unspanned(Spread { median: Duration::from_secs(420), sigma: 0.7 }),
            store_rate: unspanned(0.05),
            accuracy: unspanned(0.97),
            outside_rate: unspanned(0.0),
            outside_delay: unspanned(Spread { median: Duration::from_secs(20), sigma: 1.0 }),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WrittenCosts {
    segment_out: Spanned<f64>,
    segment_in: Spanned<f64>,
    ai_request: Spanned<f64>,
    agent_hour: Spanned<f64>,
}

impl Default for WrittenCosts {
    fn default() -> Self {
        Self {
            segment_out: unspanned(0.0123),
            segment_in: unspanned(0.0083),
            ai_request: unspanned(0.01),
            agent_hour: unspanned(24.0),
        }
    }
}

pub(super) fn unspanned<T>(value: T) -> Spanned<T> {
    Spanned::new(0..0, value)
}

impl Written {
    pub(super) fn read(source: &str, path: &Path) -> Result<Self, Error> {
        toml::from_str(source).map_err(|error: toml::de::Error| {
            let place = Place { source, path };
            let message = error.message().trim_end().replace('\n', "; ");
            place.at(error.span().map_or(0, |span| span.start), &message)
        })
    }

    pub(super) fn compile(self, source: &str, path: &Path) -> Result<Scenario, Error> {
        let place = Place { source, path };
        let start = place.time(&self.start)?;
        if self.campaign.is_empty() {
            return Err(place.at(0, "there is no [[campaign]], so nobody would reply; add one"));
        }
        let mix = self.mix;
        let campaigns =
            self.campaign.into_iter().map(|written| written.compile(&place, start, &mix));
        let turn = place.length("turn", self.turn, Duration::from_millis(5))?;
        let interval = place.length("interval", self.interval, Duration::from_secs(60))?;
        if interval.subsec_nanos() != 0 {
            return Err(
                place.at(0, "interval is not a whole number of seconds; write one like \"1m\"")
            );
        }
        Ok(Scenario {
            name: self.name,
            about: self.about,
            path: path.to_owned(),
            seed: self.seed,
            start,
            duration: place.length("duration", Some(self.duration), Duration::ZERO)?,
            turn,
            interval,
            policy: place.policy(self.policy.as_ref())?,
            contacts: place.positive("audience.contacts", &self.audience.contacts)?,
            skew: place.within("audience.skew", &self.audience.skew, 0.0..=3.0)?,
            redelivery_rate: place
                .share("audience.redelivery_rate", &self.audience.redelivery_rate)?,
            style: self.style,
            campaigns: campaigns.collect::<Result<_, _>>()?,
            ai: self.ai.compile(&place)?,
            agents: self.agents.compile(&place)?,
            follow_ups: self.follow_ups.compile(&place)?,
            customers: self.customers.compile(&place)?,
            store: self.store.compile(&place)?,
            costs: self.costs.compile(&place)?,
            expectations: expectations(&place, self.expect)?,
        })
    }
}

impl WrittenCampaign {
    fn compile(
        self,
        place: &Place,
        start: Timestamp,
        common_mix: &BTreeMap<Kind, Spanned<f64>>,
    ) -> Result<Campaign, Error> {
        // Half of the replies within half an hour, 95 % within a day: DOMAIN d2, retail-like.
        let usual = Spread { median: Duration::from_secs(1800), sigma: 2.28 };
        let delay = self.reply_delay.unwrap_or(unspanned(usual));
        let auto = self.auto_reply_rate.unwrap_or(unspanned(0.0));
        let orders = self.order_rate.unwrap_or(unspanned(0.0));
        let written_mix = self.mix.as_ref().unwrap_or(common_mix);
        Ok(Campaign {
            at: start + self.at.map_or(Duration::ZERO, |at| at.0),
            per_second: place.within("campaign.per_second", &self.per_second, 0.001..=1e7)?,
            reply_rate: place.share("campaign.reply_rate", &self.reply_rate)?,
            auto_reply_rate: place.share("campaign.auto_reply_rate", &auto)?,
            order_rate: place.share("campaign.order_rate", &orders)?,
            reply_delay: place.spread("campaign.reply_delay", &delay)?,
            mix: mix(place, written_mix)?,
            name: self.name,
            text: self.text,
            channel: self.channel,
            recipients: self.recipients,
            to: self.to,
            flow: self.flow,
        })
    }
}

/// The mix as written, or what a retail campaign usually gets (DOMAIN d1): about half are opt-outs,
/// a sixth reactions, a third real texts.
fn mix(
    place: &Place,
    written: &BTreeMap<Kind, Spanned<f64>>,
) -> Result<BTreeMap<Kind, f64>, Error> {
    const USUAL: [(Kind, f64); 23] = [
        (Kind::OptOut, 50.0),
        (Kind::OptIn, 0.8),
        (Kind::Help, 0.8),
        (Kind::Tapback, 14.0),
        (Kind::OutOfOffice, 0.8),
        (Kind::Bounce, 0.4),
        (Kind::ProductQuestion, 11.0),
        (Kind::OrderStatus, 4.5),
        (Kind::OrderChange, 1.5),
        (Kind::ReturnRefund, 2.2),
        (Kind::DamagedOrWrongItem, 1.2),
        (Kind::BillingDispute, 0.5),
        (Kind::HumanRequest, 0.7),
        (Kind::ComplaintFrustration, 1.0),
        (Kind::Abuse, 0.8),
        (Kind::Malice, 0.05),
        (Kind::AccountHelp, 0.8),
        (Kind::StoreInfo, 1.8),
        (Kind::Acknowledgement, 4.5),
        (Kind::NearMiss, 0.6),
        (Kind::Other, 1.4),
        (Kind::Misdirected, 0.4),
        (Kind::Mixed, 0.5),
    ];
    if written.is_empty() {
        return Ok(USUAL.into());
    }
    for (kind, weight) in written {
        place.within(&format!("mix.{}", kind.name()), weight, 0.0..=1e9)?;
    }
    let mix: BTreeMap<Kind, f64> =
        written.iter().map(|(kind, weight)| (*kind, *weight.get_ref())).collect();
    if mix.values().sum::<f64>() <= 0.0 {
        return Err(
            place.at(0, "all weights of mix are 0; give at least one kind of reply a weight")
        );
    }
    Ok(mix)
}

impl WrittenAi {
    fn compile(self, place: &Place) -> Result<Ai, Error> {
        let share = |(intent, share): (Intent, Spanned<f64>)| {
            Ok((intent, place.share(&format!("ai.resolution.{intent}"), &share)?))
        };
        Ok(Ai {
            latency: place.spread("ai.latency", &self.latency)?,
            resolution: self.resolution.into_iter().map(share).collect::<Result<_, Error>>()?,
            resolution_otherwise: place
                .share("ai.resolution_otherwise", &self.resolution_otherwise)?,
            failure_rate: place.share("ai.failure_rate", &self.failure_rate)?,
            accuracy: place.share("ai.accuracy", &self.accuracy)?,
            objective: self.objective.0,
        })
    }
}

impl WrittenAgents {
    fn compile(self, place: &Place) -> Result<Agents, Error> {
        Ok(Agents {
            headcount: self.headcount,
            concurrency: place.positive("agents.concurrency", &self.concurrency)?,
            handling: place.spread("agents.handling", &self.handling)?,
            store_rate: place.share("agents.store_rate", &self.store_rate)?,
            accuracy: place.share("agents.accuracy", &self.accuracy)?,
            outside_rate: place.share("agents.outside_rate", &self.outside_rate)?,
            outside_delay: place.spread("agents.outside_delay", &self.outside_delay)?,
        })
    }
}

impl WrittenCosts {
    fn compile(self, place: &Place) -> Result<Costs, Error> {
        let dollars = |name, value| place.within(name, value, 0.0..=1e6);
        Ok(Costs {
            segment_out: dollars("costs.segment_out", &self.segment_out)?,
            segment_in: dollars("costs.segment_in", &self.segment_in)?,
            ai_request: dollars("costs.ai_request", &self.ai_request)?,
            agent_hour: dollars("costs.agent_hour", &self.agent_hour)?,
        })
    }
}

fn expectations(
    place: &Place,
    written: BTreeMap<Spanned<String>, Spanned<String>>,
) -> Result<Vec<Expectation>, Error> {
    let parse = |(metric, bound): (Spanned<String>, Spanned<String>)| {
        Expectation::parse(metric.get_ref(), bound.get_ref())
            .map_err(|message| place.at(metric.span().start, &message))
    };
    written.into_iter().map(parse).collect()
}

/// Where a mistake is to be shown.
pub(super) struct Place<'a> {
    source: &'a str,
    path: &'a Path,
}

impl Place<'_> {
    fn at(&self, offset: usize, message: &str) -> Error {
        let end = offset.min(self.source.len());
        let line = self.source.as_bytes()[..end].iter().filter(|byte| **byte == b'\n').count() + 1;
        Error::Input(format!("{}:{line}: {message}", self.path.display()))
    }

    pub(super) fn within(
        &self,
        name: &str,
        value: &Spanned<f64>,
        range: RangeInclusive<f64>,
    ) -> Result<f64, Error> {
        let number = *value.get_ref();
        if range.contains(&number) {
            return Ok(number);
        }
        let (from, to) = range.into_inner();
        Err(self
            .at(value.span().start, &format!("{name} is {number}; it must be from {from} to {to}")))
    }

    pub(super) fn share(&self, name: &str, value: &Spanned<f64>) -> Result<f64, Error> {
        self.within(name, value, 0.0..=1.0)
    }

    fn positive<T: Copy + PartialOrd + From<u8>>(
        &self,
        name: &str,
        value: &Spanned<T>,
    ) -> Result<T, Error> {
        if *value.get_ref() >= T::from(1) {
            return Ok(*value.get_ref());
        }
        Err(self.at(value.span().start, &format!("{name} is 0; it must be at least 1")))
    }

    fn length(
        &self,
        name: &str,
        value: Option<Spanned<Length>>,
        usual: Duration,
    ) -> Result<Duration, Error> {
        let Some(value) = value else { return Ok(usual) };
        let length = value.get_ref().0;
        if length.is_zero() || length > Duration::from_secs(366 * 86_400) {
            let message = format!("{name} must be longer than nothing and at most a year");
            return Err(self.at(value.span().start, &message));
        }
        Ok(length)
    }

    pub(super) fn spread(&self, name: &str, value: &Spanned<Spread>) -> Result<Spread, Error> {
        let spread = *value.get_ref();
        if spread.median.is_zero() || !(0.0..=6.0).contains(&spread.sigma) {
            let message = format!(
                "{name} has median {:?} and sigma {}; the median must be longer than nothing, sigma from 0 to 6",
                spread.median, spread.sigma
            );
            return Err(self.at(value.span().start, &message));
        }
        Ok(spread)
    }

    /// The policy that a scenario names, beside the scenario, or the built-in one.
    fn policy(&self, named: Option<&Spanned<PathBuf>>) -> Result<Policy, Error> {
        let Some(named) = named else { return Ok(Policy::standard()) };
        let path = self.path.parent().unwrap_or(Path::new("")).join(named.get_ref());
        let shown = path.display().to_string();
        let source = std::fs::read_to_string(&path).map_err(|error| {
            let message = format!("the policy {shown}: {error}; name a file that can be read");
            self.at(named.span().start, &message)
        })?;
        Policy::parse(&source, &shown).map_err(Error::input)
    }

    fn time(&self, value: &Spanned<String>) -> Result<Timestamp, Error> {
        let parsed = humantime::parse_rfc3339_weak(value.get_ref()).ok();
        let since_epoch = parsed.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let remedy = || {
            let message = format!(
                "start is `{}`; write a time like \"2026-11-27T14:00:00Z\"",
                value.get_ref()
            );
            self.at(value.span().start, &message)
        };
        Ok(Timestamp::default() + since_epoch.ok_or_else(remedy)?)
    }
}
