//! Keys about whom the AI may talk to.

use super::{Key, key};

pub(super) const KEYS: &[Key] = &[
    key(
        "audience",
        "include",
        "all",
        "{ segments = [\"vip\"], campaigns = [12], flows = [3], unprompted = true }",
        "The only segments it may talk to, and the only sends whose replies it may have; of each that is \
         written, one has to fit (`KL-58`..`KL-60`, `KL-62`). A segment is named in `segments`.",
    ),
    key(
        "audience",
        "exclude",
        "none",
        "{ segments = [\"vip\"], campaigns = [13] }",
        "Segments and sends that the AI may not have. Exclusion beats inclusion (`KL-61`, `KL-70`, `X-10`).",
    ),
    key(
        "audience",
        "membership",
        "\"live\"",
        "\"start\"",
        "Which send and segments count once the AI has had a turn: what the newest reply answers and the \
         segments of today (`live`), or those that the conversation began with (`start`) (`KL-69`).",
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
