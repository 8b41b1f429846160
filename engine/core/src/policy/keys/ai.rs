//! Keys about what the AI may do.

use super::{Key, key};

pub(super) const KEYS: &[Key] = &[
    key(
        "ai",
        "mode",
        "\"auto\"",
        "\"draft\"",
        "`auto`: answers are sent. `draft`: each goes to a person who sends it or not (`G-70`). \
         `off`: the AI is not asked, and answers on their way are not sent (`G-72`).",
    ),
    key("ai", "channels", "all", "[\"sms\", \"web\"]", "Where the AI may answer (`KL-14`)."),
    key(
        "ai",
        "shaft",
        "false",
        "true",
        "The brand sells what carriers bar: then no AI on sms, mms and rcs (`KL-12`, `KL-13`).",
    ),
    key(
        "ai",
        "confidence_min",
        "0.6",
        "0.75",
        "An answer of which the AI is less sure is not sent; people get the conversation (`OT-10`, \
         `OT-12`).",
    ),
    key(
        "ai",
        "deadline",
        "\"10s\"",
        "\"8s\"",
        "Time for one answer; then the AI counts as having none (`OT-14`).",
    ),
    key(
        "ai",
        "attempts_max",
        "2",
        "1",
        "Answers of the AI after which a customer who is still frustrated gets a person (`TX-32`, `TX-33`).",
    ),
    key(
        "ai",
        "failures_max",
        "2",
        "3",
        "Questions back of the AI in a row after which people get the conversation (`KL-50`).",
    ),
    key(
        "ai",
        "burst",
        "none: at once",
        "\"3s\"",
        "How long to wait for more of a burst of messages; the AI then answers them together (`G-19`).",
    ),
    key(
        "ai",
        "burst_messages",
        "5",
        "8",
        "Messages of a burst after which the AI is asked all the same.",
    ),
];
