//! What the AI may answer, as it is written: limits, thresholds, audience.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use serde::Deserialize;
use toml::Spanned;

use super::place::{Place, Span};
use crate::classify::{Intent, Score};
use crate::id::SegmentId;
use crate::message::Channel;
use crate::policy::{AiLimits, AiMode, Audience, Channels, Error, Membership, Sources};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct WrittenAi {
    mode: AiMode,
    channels: Option<Spanned<Vec<Channel>>>,
    shaft: bool,
    confidence_min: Spanned<f64>,
    deadline: Span,
    attempts_max: u16,
    failures_max: u8,
    burst: Option<Span>,
    burst_messages: u8,
}

impl Default for WrittenAi {
    fn default() -> Self {
        Self {
            mode: AiMode::Auto,
            channels: None,
            shaft: false,
            confidence_min: Spanned::new(0..0, 0.6),
            deadline: Span::secs(10),
            attempts_max: 2,
            failures_max: 2,
            burst: None,
            burst_messages: 5,
        }
    }
}

impl WrittenAi {
    pub(super) fn compile(&self, place: &Place) -> Result<AiLimits, Error> {
        Ok(AiLimits {
            mode: self.mode,
            channels: self.channels(place)?,
            confidence_min: place.share("ai.confidence_min", &self.confidence_min)?,
            deadline: self.deadline.0,
            attempts_max: self.attempts_max,
            failures_max: self.failures_max,
            burst: self.burst.map_or(Duration::ZERO, |burst| burst.0),
            burst_messages: self.burst_messages,
        })
    }

    /// All channels unless some are named; no text channels for a brand that carriers bar (`KL-12`).
    fn channels(&self, place: &Place) -> Result<Channels, Error> {
        let barred = |channel: &Channel| {
            self.shaft && matches!(channel, Channel::Sms | Channel::Mms | Channel::Rcs)
        };
        let Some(written) = &self.channels else {
            let open = Channel::ALL.iter().copied().filter(|channel| !barred(channel));
            return Ok(Channels::of(&open.collect::<Vec<_>>()));
        };
        if let Some(channel) = written.get_ref().iter().copied().find(barred) {
            let message = format!(
                "ai.channels has \"{channel}\", where a brand with shaft = true may have no AI; \
                    remove it (KL-12)"
            );
            return Err(place.error(written, message));
        }
        Ok(Channels::of(written.get_ref()))
    }
}

/// Score thresholds by intent, and one for all others.
#[derive(Deserialize, Default)]
#[serde(transparent)]
pub(super) struct WrittenScores(BTreeMap<ScoreKey, Spanned<f64>>);

/// What a threshold is for; none stands for all intents that are not named.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct ScoreKey(Option<Intent>);

impl ScoreKey {
    const DEFAULT: &str = "default";

    /// Abuse has no threshold: nothing can talk it out of going to people. Unclear is what is left.
    fn can_be(intent: Intent) -> bool {
        !matches!(intent, Intent::Abuse | Intent::Unclear)
    }
}

impl fmt::Display for ScoreKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.map_or(Self::DEFAULT, Intent::name))
    }
}

impl<'de> Deserialize<'de> for ScoreKey {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let written = String::deserialize(from)?;
        if written == Self::DEFAULT {
            return Ok(Self(None));
        }
        let intent = Intent::from_name(&written).filter(|intent| Self::can_be(*intent));
        intent.map(|intent| Self(Some(intent))).ok_or_else(|| {
            let known = Intent::ALL.iter().filter(|intent| Self::can_be(**intent));
            let known: Vec<_> = known.map(|intent| intent.name()).collect();
            let known = known.join(", ");
            serde::de::Error::custom(format!(
                "there is no threshold for `{written}`; write one for default, {known}"
            ))
        })
    }
}

impl WrittenScores {
    pub(super) fn compile(&self, place: &Place) -> Result<[Score; Intent::ALL.len()], Error> {
        let mut scores = [Score::default(); Intent::ALL.len()];
        for (score, intent) in scores.iter_mut().zip(Intent::ALL) {
            if !ScoreKey::can_be(*intent) {
                continue;
            }
            let keys = [ScoreKey(Some(*intent)), ScoreKey(None)];
            let chosen = keys.iter().find_map(|key| Some((key, self.0.get(key)?)));
            if let Some((key, written)) = chosen {
                *score = place.share(&format!("score_min.{key}"), written)?;
            }
        }
        Ok(scores)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct WrittenAudience {
    include: Option<Spanned<WrittenSources>>,
    exclude: WrittenSources,
    membership: Membership,
    required_keywords: Vec<Spanned<String>>,
    excluded_keywords: Vec<Spanned<String>>,
}

impl Default for WrittenAudience {
    fn default() -> Self {
        Self {
            include: None,
            exclude: WrittenSources::default(),
            membership: Membership::Live,
            required_keywords: Vec::new(),
            excluded_keywords: Vec::new(),
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct WrittenSources {
    campaigns: BTreeSet<u32>,
    flows: BTreeSet<u32>,
    unprompted: bool,
    segments: Vec<Spanned<String>>,
}

impl WrittenSources {
    fn compile(&self) -> Sources {
        Sources {
            campaigns: self.campaigns.clone(),
            flows: self.flows.clone(),
            unprompted: self.unprompted,
        }
    }

    fn segments(&self, place: &Place, known: &Segments) -> Result<BTreeSet<SegmentId>, Error> {
        let found = self.segments.iter().map(|written| {
            known.get(written.get_ref()).copied().ok_or_else(|| {
                let names: Vec<_> = known.keys().map(String::as_str).collect();
                let message = format!(
                    "there is no segment `{}`; add its number to [segments], or use one of those: {}",
                    written.get_ref(),
                    names.join(", ")
                );
                place.error(written, message)
            })
        });
        found.collect()
    }
}

/// The segments that a policy names.
type Segments = BTreeMap<String, SegmentId>;

impl WrittenAudience {
    pub(super) fn compile(&self, place: &Place, segments: &Segments) -> Result<Audience, Error> {
        let written = self.include.as_ref().map(Spanned::get_ref);
        let include = written.map(WrittenSources::compile);
        let include = include.filter(|sends| *sends != Sources::default());
        let include_segments = written.map(|include| include.segments(place, segments));
        let include_segments = include_segments.transpose()?.unwrap_or_default();
        if let Some(written) = &self.include
            && include.is_none()
            && include_segments.is_empty()
        {
            let message = "audience.include lets in no replies at all; name segments, campaigns or \
                 flows, or remove it, or write ai.mode = \"off\"";
            return Err(place.error(written, message));
        }
        Ok(Audience {
            include,
            exclude: self.exclude.compile(),
            include_segments,
            exclude_segments: self.exclude.segments(place, segments)?,
            membership: self.membership,
            required: place.phrases("audience.required_keywords", &self.required_keywords)?,
            excluded: place.phrases("audience.excluded_keywords", &self.excluded_keywords)?,
        })
    }
}
