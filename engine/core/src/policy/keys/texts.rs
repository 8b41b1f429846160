//! Keys about what the brand says.

use super::{Key, key};

pub(super) const KEYS: &[Key] = &[
    key(
        "texts",
        "opt_out",
        "an English text",
        "\"{brand}: You are unsubscribed.\"",
        "The one confirmation of an opt-out (47 CFR 64.1200(a)(12)).",
    ),
    key(
        "texts",
        "opt_in",
        "an English text",
        "\"{brand}: Welcome back.\"",
        "The confirmation of an opt-in.",
    ),
    key(
        "texts",
        "help",
        "an English text",
        "\"{brand}: Write to help@example.com.\"",
        "The answer to HELP.",
    ),
    key(
        "texts",
        "hand_off",
        "none: silent",
        "\"A person will answer you.\"",
        "Tells a customer that a person will answer (`TX-38`).",
    ),
    key(
        "texts",
        "hand_off_outside_hours",
        "as `hand_off`",
        "\"We answer from {opens} on.\"",
        "Says it while nobody works; `{opens}` is when somebody will (`KL-86`). Needs [hours].",
    ),
    key(
        "texts",
        "closeout",
        "none",
        "\"Sorry, write to help@example.com.\"",
        "Ends a conversation that nobody could solve (`KL-33`, `KL-35`).",
    ),
    key(
        "texts",
        "en",
        "as above",
        "{ help = \"Write to help@example.com.\" }",
        "The same texts for customers who read English: as [texts.en], each as above. The language is the \
         customer's own if it is known, else that of the rule that decided about the message, else \
         `language` (`OT-34`).",
    ),
    key("texts", "es", "as above", "{ opt_out = \"Listo: no recibirá más.\" }", "Spanish."),
    key("texts", "fr", "as above", "{ opt_out = \"C'est fait.\" }", "French."),
    key("texts", "de", "as above", "{ opt_out = \"Sie sind abgemeldet.\" }", "German."),
    key("texts", "pt", "as above", "{ opt_out = \"Pronto.\" }", "Portuguese."),
    key(
        "keyword[]",
        "word",
        "needed",
        "\"VIP\"",
        "A word, or several in a row; case, accents and punctuation make no difference (`KL-25`, `KL-66`).",
    ),
    key(
        "keyword[]",
        "match",
        "\"whole\"",
        "\"anywhere\"",
        "Whether it has to be the whole message. The first keyword that matches answers.",
    ),
    key("keyword[]", "reply", "needed", "\"You are on the list.\"", "The answer."),
    key(
        "texts",
        "wait",
        "none: silent",
        "\"You are in line, we will be with you soon.\"",
        "Tells somebody who waits for a person and writes again that they are not forgotten (`G-12`).",
    ),
    key(
        "keyword[]",
        "then",
        "[]",
        "[\"Which size?\", \"Reserved!\"]",
        "The answers to the customer's next messages, one each: the automation has the conversation until it is through (`KL-27`).",
    ),
    key("keyword[]", "wait", "\"15m\"", "\"10m\"", "How long each of these is waited for."),
    key(
        "keyword[]",
        "campaigns",
        "[]: always",
        "[7]",
        "The keyword counts only in answer to these campaigns: so YES is a purchase where one was offered (`X-9`).",
    ),
    key("keyword[]", "flows", "[]: always", "[3]", "Likewise for flows."),
];
