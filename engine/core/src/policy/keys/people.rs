//! Keys about how people come in.

use super::{Key, key};

pub(super) const KEYS: &[Key] = &[
    key(
        "escalation.*",
        "on",
        "true",
        "false",
        "Whether it happens; only optional ones can be off (`X-19`, `G-74`).",
    ),
    key("escalation.*", "queue", "the first", "\"people\"", "The queue it waits in."),
    key(
        "escalation.*",
        "to",
        "where it goes by itself",
        "\"store\"",
        "`queue`, `store` or `helpdesk` (`OT-29`, `OT-30`).",
    ),
    key(
        "escalation.*",
        "announced",
        "true, but false for abuse and safety",
        "false",
        "Whether the customer is told, by `texts.hand_off` (`TX-38`). Abuse and malice are always \
         silent (`TX-35`).",
    ),
    key("escalation.*", "tags", "[]", "[\"return\"]", "Tags that the conversation gets (`AI-5`)."),
    key(
        "tag[]",
        "name",
        "needed",
        "\"return\"",
        "The tag's name; `sys_` is reserved (`AI-28`, `AI-29`).",
    ),
    key(
        "tag[]",
        "intents",
        "[]",
        "[\"return_refund\"]",
        "Messages of these intents carry it, if the AI answers them.",
    ),
    key(
        "tag[]",
        "instructions",
        "none",
        "\"Ask for the order number and a photo.\"",
        "What the AI is told with such a message (`AI-8`..`AI-12`).",
    ),
    key(
        "tag[]",
        "after",
        "\"go_on\"",
        "\"suspend\"",
        "What follows the AI's answer: `go_on`, or `suspend`: the AI falls silent and the customer's \
         next message goes to people (`AI-13`..`AI-17`). Of several tags the strictest counts \
         (`AI-46`).",
    ),
    key(
        "escalation.*",
        "resume",
        "as in [resume]",
        "\"manual\"",
        "How a conversation that people have for this reason comes back to the AI; `timer` is refused for `wants_person` (`X-3`).",
    ),
    key(
        "tag[]",
        "wants",
        "[]",
        "[\"order_number\", \"photo\"]",
        "Particulars the customer is asked for: `order_number`, `address`, `email`, `photo`, `text`. Needs `after = \"suspend\"`: people get the conversation when all have come (`AI-9`..`AI-16`).",
    ),
    key(
        "tag[]",
        "notify",
        "false",
        "true",
        "Whether people are told at once when a conversation gets it, once each (`AI-19`, `AI-22`, `AI-27`).",
    ),
    key(
        "tag[]",
        "queue",
        "none",
        "\"people\"",
        "The queue that conversations with it wait in, such as an inbox of their own (`AI-35`).",
    ),
];
