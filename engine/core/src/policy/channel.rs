//! What each channel of a brand can do, as data: its windows, its longest text, whether people can answer
//! there, and how long an answer of the AI takes its time (`RU-19`, `X-1`, `X-17`, `G-24`).

use std::time::Duration;

use crate::hash::stable_hash;
use crate::message::Channel;
use crate::segment::channel_limits::ChannelLimits;

/// One channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChannelRules {
    /// After the customer's last message, texts are taken for this long; none means always (`RU-56`).
    pub window: Option<Duration>,
    /// The same for what people write, where they are given longer (`X-17`).
    pub window_human: Option<Duration>,
    /// Length and media.
    pub limits: ChannelLimits,
    /// Whether people can answer there (`X-1`).
    pub manual_reply: bool,
    /// The shortest time that the AI lets pass before it answers.
    pub delay_min: Duration,
    /// The longest.
    pub delay_max: Duration,
}

impl ChannelRules {
    /// What counts where a brand has written nothing: Meta's channels take free text for a day after
    /// the customer wrote, and WhatsApp likewise.
    pub const fn standard(channel: Channel) -> Self {
        let window = match channel {
            Channel::Instagram | Channel::Messenger | Channel::WhatsApp => {
                Some(Duration::from_secs(24 * 3600))
            }
            Channel::Sms | Channel::Mms | Channel::Rcs | Channel::Web | Channel::Email => None,
        };
        Self {
            window,
            window_human: window,
            limits: ChannelLimits::of(channel),
            manual_reply: true,
            delay_min: Duration::ZERO,
            delay_max: Duration::ZERO,
        }
    }

    /// How long the AI lets pass before it answers the customer's `turn`, whatever happens otherwise:
    /// drawn from the names of both, so that a replay comes to the same time.
    pub fn delay(&self, conversation: u64, turn: u32) -> Duration {
        let spread = self.delay_max.saturating_sub(self.delay_min).as_micros();
        let drawn = u128::from(stable_hash(conversation, u64::from(turn)));
        let part = (drawn * (spread + 1)) >> 64;
        self.delay_min + Duration::from_micros(u64::try_from(part).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_are_spread_over_the_whole_range_and_never_leave_it() {
        let (min, max) = (Duration::from_secs(20), Duration::from_secs(80));
        let rules =
            ChannelRules { delay_min: min, delay_max: max, ..ChannelRules::standard(Channel::Sms) };
        let delays: Vec<_> = (0..1000).map(|turn| rules.delay(7, turn)).collect();
        assert!(delays.iter().all(|delay| (min..=max).contains(delay)));
        let early = delays.iter().filter(|delay| delay.as_secs() < 35).count();
        assert!((200..300).contains(&early), "{early} of 1000 in the first quarter");
        assert_eq!(ChannelRules::standard(Channel::Sms).delay(7, 1), Duration::ZERO);
    }

    /// Replays depend on it. If this test fails, the change is wrong, not the test.
    #[test]
    fn the_drawn_delay_has_not_changed() {
        let rules = ChannelRules {
            delay_max: Duration::from_secs(600),
            ..ChannelRules::standard(Channel::Sms)
        };
        assert_eq!(rules.delay(1, 1), Duration::from_micros(59_212_120));
    }
}
