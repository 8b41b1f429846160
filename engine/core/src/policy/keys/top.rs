//! Keys at the top of the file.

use super::{Key, key};

pub(super) const KEYS: &[Key] = &[
    key(
        "",
        "brand",
        "\"Our shop\"",
        "\"Fern & Oak\"",
        "The brand's name; texts have it as `{brand}`.",
    ),
    key(
        "",
        "hand_off",
        "\"queue\"",
        "\"helpdesk\"",
        "Where a conversation goes that the AI cannot or may not answer: `queue`, `helpdesk` or \
         `closeout` (`KL-28`, `KL-29`). `closeout` needs `texts.closeout` (`KL-34`).",
    ),
    key(
        "",
        "hand_off_fallback",
        "none",
        "\"helpdesk\"",
        "Where a conversation goes that nobody took from the queue within `deadlines.queue`: \
         `helpdesk` or `closeout` (`G-52`).",
    ),
    key(
        "",
        "queues",
        "[\"people\"]",
        "[\"people\", \"legal\"]",
        "The queues in which conversations wait for people. The first is for all escalations that \
         name none.",
    ),
    key(
        "",
        "skills",
        "[]",
        "[\"spanish\", \"wholesale\"]",
        "What agents can know, by name: languages, topics (`G-38`).",
    ),
    key(
        "",
        "language_skills",
        "none",
        "{ es = \"spanish\" }",
        "The skill that is needed to answer a customer who likes to read a language.",
    ),
    key(
        "",
        "first_responder",
        "see below",
        "{ order_status = \"store\" }",
        "Who answers an intent first: `ai`, `human`, `store` or `silence` (`OT-6`, `OT-15`, `OT-29`, \
         `AI-3`). Abuse always goes to people.",
    ),
    key(
        "",
        "score_min",
        "0.0 for all",
        "{ default = 0.3, billing_dispute = 0.5 }",
        "An intent with a lower score counts as `unclear` (`OT-11`). `default` is for intents that \
         are not named. Abuse has no threshold.",
    ),
    key(
        "",
        "sticky",
        "true",
        "false",
        "Whether people who have a conversation keep it when the customer turns to shopping; if not, the AI answers that first (`OT-19`). Never for those who asked for a person.",
    ),
    key(
        "",
        "reply_takes_over",
        "true",
        "false",
        "Whether an agent who writes takes the conversation from the AI at once; if not, they are told to pause it first (`RU-54`, `X-6`).",
    ),
    key(
        "",
        "store_answers",
        "\"transfer\"",
        "\"relay\"",
        "What becomes of the store's answers: the store writes to the customer itself (`transfer`), or its answer is sent on from the brand's number (`relay`, `X-14`).",
    ),
    key(
        "",
        "segments",
        "none",
        "{ vip = 12 }",
        "Names for segments of customers, by the numbers they have where segments are kept (`KL-58`).",
    ),
    key(
        "",
        "language",
        "none",
        "\"es\"",
        "The language of customers whose own is not known: `en`, `es`, `fr`, `de` or `pt` (`OT-34`).",
    ),
    key(
        "",
        "variables",
        "none",
        "{ phone = \"+1 202 555 0100\" }",
        "What may stand in texts, between braces, such as `{phone}`.",
    ),
];
