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
        "escalation.*",
        "priority",
        "\"normal\"",
        "\"urgent\"",
        "How urgent it is for people: `urgent`, `high`, `normal` or `low` (`G-39`).",
    ),
    key(
        "escalation.*",
        "skills",
        "[]",
        "[\"spanish\"]",
        "What an agent must know to be given it; names of `skills` (`G-38`).",
    ),
    key(
        "queue.*",
        "target",
        "none",
        "\"10m\"",
        "Time within which an agent is to have a conversation: the service level. Working time.",
    ),
    key(
        "queue.*",
        "warning",
        "none",
        "\"2m\"",
        "So long before the target has passed, a first alarm is given (`G-58`).",
    ),
    key(
        "queue.*",
        "ageing",
        "none",
        "\"30m\"",
        "Time of waiting after which an alarm is given, again and again (`TX-52`). Working time.",
    ),
    key(
        "desk",
        "strategy",
        "\"least_loaded\"",
        "\"round_robin\"",
        "Which of several agents with room gets a conversation: `least_loaded` or `round_robin` \
         (`G-41`).",
    ),
    key(
        "desk",
        "starvation",
        "\"30m\"",
        "\"1h\"",
        "A conversation that has waited longer goes before any priority (`G-39`). Working time.",
    ),
    key(
        "desk",
        "window_margin",
        "\"1h\"",
        "\"2h\"",
        "So long before its channel takes no more answers, a conversation goes before any priority, \
         and an alarm is given (`RU-57`).",
    ),
    key(
        "desk",
        "requeue_offline",
        "false",
        "true",
        "Whether agents who go offline hand back what they have, as at the end of a shift (`G-47`). \
         If not, a lost connection costs them nothing.",
    ),
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
        "\"go_on\", but \"hand_off\" for `sys_` tags",
        "\"suspend\"",
        "What follows the AI's answer: `go_on`; `suspend`: the AI falls silent and the customer's \
         next message goes to people (`AI-13`..`AI-17`); or `hand_off`: people get the conversation \
         with the answer (`AI-20`, `AI-28`). Of several tags the strictest counts (`AI-46`).",
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
