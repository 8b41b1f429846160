//! Keys about whom the AI may talk to.

use super::{Key, key};

pub(super) const KEYS: &[Key] = &[
    key(
        "audience",
        "include",
        "all",
        "{ campaigns = [12], flows = [3], unprompted = true }",
        "The only sends whose replies the AI may have (`KL-60`, `KL-62`).",
    ),
    key(
        "audience",
        "exclude",
        "none",
        "{ campaigns = [13] }",
        "Sends whose replies the AI may not have. Exclusion beats inclusion (`KL-61`, `KL-70`, `X-10`).",
    ),
    key(
        "audience",
        "membership",
        "\"live\"",
        "\"start\"",
        "Which send counts once the AI has had a turn: the one that the newest reply answers \
         (`live`), or the one that the conversation began with (`start`) (`KL-69`).",
    ),
    key(
        "audience",
        "required_keywords",
        "[]",
        "[\"style me\"]",
        "One of these has to stand in the message that begins a conversation with the AI (`KL-63`, \
         `KL-66`, `KL-67`).",
    ),
    key(
        "audience",
        "excluded_keywords",
        "[]",
        "[\"wholesale\"]",
        "With one of these in it, a message is not for the AI, first or later (`KL-64`, `KL-65`, `KL-85`).",
    ),
];
