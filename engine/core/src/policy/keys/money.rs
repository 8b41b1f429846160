//! Keys about what the AI may spend and who gets the credit.

use super::{Key, key};

pub(super) const KEYS: &[Key] = &[
    key(
        "budget",
        "turn_segments",
        "no bound",
        "3",
        "Segments of one answer. Without it, as many are set aside for each answer as the other \
         budgets leave.",
    ),
    key("budget", "turn_cents", "no bound", "4.0", "What one answer may cost."),
    key(
        "budget",
        "conversation_messages",
        "8",
        "6",
        "Messages of the AI in one conversation (`KL-48`, `G-71`).",
    ),
    key("budget", "conversation_segments", "12", "10", "Segments of these (`KL-48`)."),
    key("budget", "conversation_cents", "no bound", "25.0", "What these may cost."),
    key(
        "budget",
        "day_messages",
        "no bound",
        "12",
        "Messages of the AI to one customer within a day (`G-72`). Counted from when the key is there.",
    ),
    key("budget", "day_segments", "no bound", "20", "Segments of these."),
    key("budget", "day_cents", "no bound", "40.0", "What these may cost."),
    key(
        "budget",
        "brand_day_messages",
        "no bound",
        "20000",
        "Messages of the AI to all customers within a day (`KL-73`, `G-105`).",
    ),
    key("budget", "brand_day_segments", "no bound", "40000", "Segments of these."),
    key("budget", "brand_day_cents", "no bound", "50000", "What these may cost."),
    key("price", "segment_cents", "0.79", "0.83", "What one segment costs."),
    key(
        "price",
        "answer_cents",
        "1.0",
        "2.5",
        "What the AI takes for an answer that is sent; one that is not sent costs nothing.",
    ),
    key(
        "attribution",
        "window",
        "\"5d\"",
        "\"24h\"",
        "An order, a rating or a judgement within this time of the last answer belongs to it (`OT-5`, `KL-75`).",
    ),
    key(
        "attribution",
        "counts",
        "\"any\"",
        "\"ai\"",
        "Whose answers get the credit for orders: `any`, or only those of the `ai` (`KL-75`). Ratings and \
         judgements are about whoever answered.",
    ),
];
