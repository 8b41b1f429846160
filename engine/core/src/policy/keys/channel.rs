//! Keys about what each channel can do.

use super::{Key, key};

pub(super) const KEYS: &[Key] = &[
    key(
        "channel.*",
        "window",
        "\"24h\" on whatsapp, messenger and instagram, none elsewhere",
        "\"12h\"",
        "How long after the customer's last message texts are taken (`RU-56`).",
    ),
    key(
        "channel.*",
        "window_human",
        "as `window`",
        "\"7d\"",
        "The same for what people write, where they are given longer (`X-17`).",
    ),
    key(
        "channel.*",
        "length_max",
        "what the channel takes",
        "900",
        "The longest text, in the channel's own unit; only shorter ones can be written (`RU-70`, `RU-71`).",
    ),
    key(
        "channel.*",
        "manual_reply",
        "true",
        "false",
        "Whether people can answer there (`RU-19`, `X-1`).",
    ),
    key(
        "channel.*",
        "delay_min",
        "\"0s\"",
        "\"5s\"",
        "The shortest time that the AI lets pass before it answers, up to `600s` (`G-24`). A pause or an \
         opt-out meanwhile cancels the answer (`RU-25`).",
    ),
    key(
        "channel.*",
        "delay_max",
        "as `delay_min`",
        "\"40s\"",
        "The longest. It never carries an answer past the window (`RU-58`).",
    ),
];
