//! Keys about whom the brand may write to at all.

use super::{Key, key};

pub(super) const KEYS: &[Key] = &[
    key(
        "consent",
        "subscribers_only",
        "false",
        "true",
        "Those who never agreed to be written to are answered by nobody, neither AI nor people; people read \
         what they write (`G-31`). They agree by START, or by a list of the brand.",
    ),
    key(
        "consent",
        "scope",
        "\"brand\"",
        "\"number\"",
        "How far an opt-out reaches: `brand` (all numbers), `service` (those of the service that was written \
         to), `number` (the one that was written to) (`G-28`).",
    ),
    key(
        "consent",
        "services",
        "none",
        "{ marketing = [1, 2], alerts = [3] }",
        "The brand's numbers, by service, for `scope = \"service\"`. Numbers of no service are together.",
    ),
    key(
        "consent.keyword[]",
        "word",
        "needed",
        "\"no more deals\"",
        "A word, or several in a row. It adds to the words that the law and the carriers want, of which \
         nothing takes any away (`KL-18`).",
    ),
    key(
        "consent.keyword[]",
        "means",
        "needed",
        "\"opt_out\"",
        "`opt_out`, `opt_in` or `help`. An opt-out wins over whatever else a message is taken for; the \
         others count in messages that are no matter of consent otherwise.",
    ),
    key(
        "consent.keyword[]",
        "match",
        "\"whole\"",
        "\"anywhere\"",
        "Whether it has to be the whole message (`G-25`).",
    ),
];
