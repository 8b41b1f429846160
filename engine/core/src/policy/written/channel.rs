//! What each channel can do, as it is written.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use toml::Spanned;

use super::place::{Place, Span};
use crate::message::Channel;
use crate::policy::{ChannelRules, Error};
use crate::segment::channel_limits::ChannelLimits;

/// The longest that an answer of the AI may take its time (`G-24`).
const DELAY_MAX: Duration = Duration::from_secs(600);

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct WrittenChannel {
    window: Option<Span>,
    window_human: Option<Spanned<Span>>,
    length_max: Option<Spanned<u32>>,
    manual_reply: Option<bool>,
    delay_min: Option<Spanned<Delay>>,
    delay_max: Option<Spanned<Delay>>,
}

/// A length of time that may be none at all.
#[derive(Clone, Copy)]
struct Delay(Duration);

impl<'de> Deserialize<'de> for Delay {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let written = String::deserialize(from)?;
        let delay = humantime::parse_duration(&written).ok().filter(|delay| *delay <= DELAY_MAX);
        delay.map(Self).ok_or_else(|| {
            serde::de::Error::custom(format!(
                "`{written}` is not a delay of at most {}; write one like \"0s\" or \"45s\" (G-24)",
                humantime::format_duration(DELAY_MAX)
            ))
        })
    }
}

/// The rules of all channels, as written or as they are by themselves.
pub(super) fn channels(
    place: &Place,
    written: &BTreeMap<Channel, WrittenChannel>,
) -> Result<[ChannelRules; Channel::ALL.len()], Error> {
    let mut rules = [ChannelRules::standard(Channel::Sms); Channel::ALL.len()];
    for (rules, channel) in rules.iter_mut().zip(Channel::ALL) {
        *rules = match written.get(channel) {
            Some(written) => written.compile(place, *channel)?,
            None => ChannelRules::standard(*channel),
        };
    }
    Ok(rules)
}

impl WrittenChannel {
    fn compile(&self, place: &Place, channel: Channel) -> Result<ChannelRules, Error> {
        let standard = ChannelRules::standard(channel);
        let window = self.window.map(|window| window.0).or(standard.window);
        let (delay_min, delay_max) = self.delays(place, channel)?;
        Ok(ChannelRules {
            window,
            window_human: self.window_human(place, channel, window)?,
            limits: match &self.length_max {
                Some(length) => shortened(place, channel, length)?,
                None => standard.limits,
            },
            manual_reply: self.manual_reply.unwrap_or(standard.manual_reply),
            delay_min,
            delay_max,
        })
    }

    /// People are given longer than others or as long, never less (`X-17`).
    fn window_human(
        &self,
        place: &Place,
        channel: Channel,
        window: Option<Duration>,
    ) -> Result<Option<Duration>, Error> {
        let Some(written) = &self.window_human else { return Ok(window) };
        let human = written.get_ref().0;
        match window {
            None => {
                let message = format!(
                    "channel.{channel}.window_human is a longer window for people, and there is \
                     none to be longer than; add `window`, or remove it (X-17)"
                );
                Err(place.error(written, message))
            }
            Some(window) if human < window => {
                let message = format!(
                    "channel.{channel}.window_human is shorter than `window`, which people have \
                     anyway; write a longer one, or remove it (X-17)"
                );
                Err(place.error(written, message))
            }
            Some(_) => Ok(Some(human)),
        }
    }

    /// One of the two alone is a delay of always the same length, or of up to that length.
    fn delays(&self, place: &Place, channel: Channel) -> Result<(Duration, Duration), Error> {
        let read = |written: &Option<Spanned<Delay>>| written.as_ref().map(|it| it.get_ref().0);
        let min = read(&self.delay_min).unwrap_or_default();
        let max = read(&self.delay_max).unwrap_or(min);
        match &self.delay_max {
            Some(written) if max < min => {
                let message = format!(
                    "channel.{channel}.delay_max is shorter than `delay_min`; write the longer one \
                     as delay_max (G-24)"
                );
                Err(place.error(written, message))
            }
            _ => Ok((min, max)),
        }
    }
}

/// A brand may send less than the channel takes, not more.
fn shortened(
    place: &Place,
    channel: Channel,
    written: &Spanned<u32>,
) -> Result<ChannelLimits, Error> {
    let limits = ChannelRules::standard(channel).limits;
    let length = *written.get_ref();
    if !(1..=limits.body_max).contains(&length) {
        let message = format!(
            "channel.{channel}.length_max is {length}; {channel} takes from 1 to {} {} (RU-70, \
             RU-71)",
            limits.body_max, limits.unit
        );
        return Err(place.error(written, message));
    }
    Ok(limits.at_most(length))
}
