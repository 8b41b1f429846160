//! What each channel takes in one message: length of the body, number of media files, and whether
//! segments are what is billed.
//!
//! A message beyond these is refused before it is sent (`RU-70`, `RU-71`): the provider would
//! refuse it too, after a round trip and with a worse error. A brand's own provider may take less.

use std::fmt;

use crate::message::Channel;
use crate::names::named;

named! {
    /// What the length of a body is measured in.
    pub enum TextUnit {
        /// Unicode code points.
        Characters = "characters",
        /// Bytes of UTF-8.
        Bytes = "bytes",
        /// 16-bit units of UTF-16: characters beyond U+FFFF, such as most emoji, count two.
        Utf16Units = "utf16_units",
    }
}

impl TextUnit {
    /// Length of `text` in this unit.
    pub fn length(self, text: &str) -> usize {
        match self {
            Self::Characters => text.chars().count(),
            Self::Bytes => text.len(),
            Self::Utf16Units => super::utf16_units(text),
        }
    }
}

/// What one message on a channel may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ChannelLimits {
    /// Longest body, in `unit`.
    pub body_max: u32,
    /// What `body_max` counts.
    pub unit: TextUnit,
    /// Most media files beside the body.
    pub media_max: u8,
    /// Whether the body is split into SMS segments and billed by them.
    pub is_segmented: bool,
}

impl ChannelLimits {
    /// The limits of `channel`.
    pub const fn of(channel: Channel) -> Self {
        match channel {
            // Twilio refuses more than 1,600 characters (error 21617). Which character is meant is
            // not said; UTF-16 units are never fewer, so that what passes here passes there.
            Channel::Sms => Self { is_segmented: true, ..limits(1_600, TextUnit::Utf16Units, 0) },
            // The same, and 10 files (Twilio error 21623). Billed by the message.
            Channel::Mms => limits(1_600, TextUnit::Utf16Units, 10),
            // The plain text message of RCS for Business, as AWS End User Messaging documents it.
            // A file is a message of its own.
            Channel::Rcs => limits(3_072, TextUnit::Characters, 1),
            // WhatsApp Cloud API; through Twilio it is 1,600. One file, with the body as caption.
            Channel::WhatsApp => limits(4_096, TextUnit::Characters, 1),
            // `RU-71`, and Meta's Send API.
            Channel::Messenger => limits(2_000, TextUnit::Characters, 1),
            // `RU-70` says 1,000 characters. Meta's Send API says so in one place and 1,000 bytes
            // of UTF-8 in another; bytes are never fewer, so that both are kept.
            Channel::Instagram => limits(1_000, TextUnit::Bytes, 1),
            // Our own choice, as nobody else is asked: Chatwoot's defaults.
            Channel::Web => limits(10_000, TextUnit::Characters, 15),
            // Chatwoot's bound for e-mail. Mail servers limit bytes (25 MB at Gmail), not files.
            Channel::Email => limits(25_000, TextUnit::Characters, 15),
        }
    }

    /// The same with a shorter body. What a channel takes no brand can raise.
    pub fn at_most(self, body_max: u32) -> Self {
        Self { body_max: self.body_max.min(body_max), ..self }
    }

    /// Whether a message of `text` and that many media files may be sent.
    ///
    /// # Errors
    /// The first limit that it is beyond.
    pub fn check(&self, text: &str, media: usize) -> Result<(), BeyondLimit> {
        let length = self.unit.length(text);
        if length > self.body_max as usize {
            return Err(BeyondLimit::Body { length, max: self.body_max, unit: self.unit });
        }
        if media > usize::from(self.media_max) {
            return Err(BeyondLimit::Media { count: media, max: self.media_max });
        }
        Ok(())
    }
}

/// Limits of a channel without segments.
const fn limits(body_max: u32, unit: TextUnit, media_max: u8) -> ChannelLimits {
    ChannelLimits { body_max, unit, media_max, is_segmented: false }
}

/// Why a channel would not take a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BeyondLimit {
    /// The body is too long.
    Body {
        /// Its length, in `unit`.
        length: usize,
        /// The longest that is taken.
        max: u32,
        /// What both are measured in.
        unit: TextUnit,
    },
    /// There are too many media files.
    Media {
        /// How many there are.
        count: usize,
        /// The most that are taken.
        max: u8,
    },
}

impl fmt::Display for BeyondLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Body { length, max, unit } => {
                write!(f, "the body has {length} {unit}, the channel takes {max}")
            }
            Self::Media { count, max } => {
                write!(f, "there are {count} media files, the channel takes {max}")
            }
        }
    }
}

impl std::error::Error for BeyondLimit {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_measures_what_it_says() {
        let check = |text, lengths: [usize; 3]| {
            let measured = [TextUnit::Characters, TextUnit::Bytes, TextUnit::Utf16Units]
                .map(|unit| unit.length(text));
            assert_eq!(measured, lengths, "{text}");
        };
        check("", [0, 0, 0]);
        check("abc", [3, 3, 3]);
        check("\u{e9}\u{20ac}\u{1f600}", [3, 9, 4]);
    }

    #[test]
    fn a_body_is_refused_from_the_first_unit_beyond() {
        let check = |channel, character: &str, longest: usize| {
            let limits = ChannelLimits::of(channel);
            assert_eq!(limits.check(&character.repeat(longest), 0), Ok(()));
            let refusal = limits.check(&character.repeat(longest + 1), 0);
            assert!(matches!(refusal, Err(BeyondLimit::Body { .. })), "{channel}");
        };
        check(Channel::Sms, "a", 1_600);
        check(Channel::Sms, "\u{1f600}", 800);
        check(Channel::Instagram, "a", 1_000);
        check(Channel::Instagram, "\u{e9}", 500);
        check(Channel::Messenger, "\u{1f600}", 2_000);
        check(Channel::Email, "a", 25_000);
    }

    #[test]
    fn media_are_refused_from_the_first_file_beyond() {
        for channel in Channel::ALL.iter().copied() {
            let limits = ChannelLimits::of(channel);
            let most = usize::from(limits.media_max);
            assert_eq!(limits.check("", most), Ok(()), "{channel}");
            assert!(limits.check("", most + 1).is_err(), "{channel}");
        }
    }

    #[test]
    fn only_plain_sms_is_billed_by_segments() {
        let segmented = |channel: &Channel| ChannelLimits::of(*channel).is_segmented;
        let found: Vec<_> = Channel::ALL.iter().filter(|c| segmented(c)).collect();
        assert_eq!(found, [&Channel::Sms]);
    }

    #[test]
    fn a_refusal_says_how_much_is_too_much() {
        let refusal = ChannelLimits::of(Channel::Instagram).check(&"a".repeat(1_001), 0);
        let said = refusal.map_err(|beyond| beyond.to_string());
        let expected = "the body has 1001 bytes, the channel takes 1000";
        assert_eq!(said, Err(expected.to_owned()));
    }
}
