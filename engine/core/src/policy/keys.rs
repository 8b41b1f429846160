//! Every key of a policy, for the documentation: where it stands, its default, an example, its meaning.
//!
//! Tests hold this list against what a policy really reads.

mod ai;
mod audience;
mod channel;
mod consent;
mod life;
mod money;
mod people;
mod texts;
mod time;
mod top;

use std::fmt::Write;

use super::{ALWAYS_ON, FOLLOWING, OPTIONAL};

/// A key.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// The table it stands in; empty for the top of the file.
    pub table: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What counts if it is left out, in TOML or in words.
    pub default: &'static str,
    /// A value, in TOML.
    pub example: &'static str,
    /// What it means.
    pub means: &'static str,
}

const fn key(
    table: &'static str,
    name: &'static str,
    default: &'static str,
    example: &'static str,
    means: &'static str,
) -> Key {
    Key { table, name, default, example, means }
}

/// The keys, in the order of the documentation.
pub fn all() -> impl Iterator<Item = &'static Key> {
    let groups = [
        top::KEYS,
        ai::KEYS,
        money::KEYS,
        audience::KEYS,
        consent::KEYS,
        channel::KEYS,
        people::KEYS,
        life::KEYS,
        time::KEYS,
        texts::KEYS,
    ];
    groups.into_iter().flatten()
}

/// The tables, in the order of the documentation, with a word about each.
const TABLES: &[(&str, &str)] = &[
    ("", "At the top of the file"),
    ("ai", "What the AI may do"),
    (
        "budget",
        "What the AI may spend; only what it sends counts (`KL-49`). Room for the longest answer is set \
         aside before the AI is asked, and what is not used returns; where there is no room, the \
         conversation goes where `hand_off` says (`KL-73`). Days are the brand's, by [zone]. A budget of the \
         brand's day is split evenly over the engine's partitions, which share nothing: so it is never \
         overrun, and where customers are spread unevenly a little of it may be left",
    ),
    ("price", "What an answer costs, in cents with up to two decimals"),
    ("attribution", "Which orders count as following from an answer"),
    (
        "audience",
        "Whom the AI may talk to. A reply has to pass all gates; one that does not goes where `hand_off` \
         says (`KL-68`)",
    ),
    ("escalation.*", "What happens when people are brought in; `*` is a reason, as listed below"),
    ("resume", "When the AI has a conversation again that people had"),
    ("access", "What each tier can look up"),
    (
        "roles",
        "What people may do, by their role; a role that is not named may do all, viewers nothing",
    ),
    (
        "evaluation",
        "Scores that the AI gives to a conversation, from 0.0 to 1.0, and from where on they bring people in",
    ),
    ("queue.*", "What a queue promises; `*` is its name in `queues`"),
    ("desk", "How people are given their work"),
    (
        "route[]",
        "Where conversations wait, in order: the first rule counts of which all holds that it says (`G-37`). \
         Tags with a queue of their own go before; without any rule `escalation.*.queue` counts, then the \
         first queue",
    ),
    ("deadlines", "How long each state may last, from a second on: `30s`, `15m`, `24h`"),
    ("zone", "The brand's local time"),
    ("hours", "When people work"),
    ("quiet_hours", "When customers sleep"),
    (
        "consent",
        "Whom the brand may write to at all. STOP, HELP, START and their like are in no policy: they always \
         count",
    ),
    ("consent.keyword[]", "Compliance words of the brand's own, in order"),
    ("channel.*", "What a channel can do; `*` is a channel, such as `sms` or `instagram`"),
    (
        "texts",
        "What the brand says. `{brand}` and the brand's own [variables] may stand in all of it",
    ),
    ("keyword[]", "Keyword automations, in order"),
    (
        "tag[]",
        "Tags, with what they tell the AI. `sys_human_help` and `sys_human_follow_up` are there always",
    ),
    ("note[]", "What AI and people are to know, at most 64"),
    ("starter[]", "Invitations to reply"),
];

/// The documentation of all keys.
pub fn as_markdown() -> String {
    let mut out = String::from(
        "# Policies\n\n\
         One TOML file for each brand. Every key is optional unless it says `needed`; an unknown key or a wrong\n\
         value is refused with file, line and remedy. `volley-sim policy check FILE` finds what is allowed and\n\
         yet cannot be meant, and shows who answers what. A test writes this file from what is read\n\
         (`UPDATE=1 cargo test`).\n",
    );
    for (table, about) in TABLES {
        let title = match table.strip_suffix("[]") {
            Some(list) => format!("[[{list}]]"),
            None if table.is_empty() => "brand".to_owned(),
            None => format!("[{table}]"),
        };
        let _ = write!(
            out,
            "\n## {title}\n\n{about}.\n\n| key | default | example | meaning |\n|---|---|---|---|\n"
        );
        for key in all().filter(|key| key.table == *table) {
            let Key { name, default, example, means, .. } = key;
            let _ = writeln!(out, "| `{name}` | {default} | `{example}` | {means} |");
        }
    }
    out.push_str("\n## Reasons for [escalation.*]\n\n");
    let lists = [
        ("Always on, whatever a policy says (`G-74`)", &ALWAYS_ON[..]),
        ("Optional", &OPTIONAL),
        ("Following from other keys", &FOLLOWING),
    ];
    for (about, reasons) in lists {
        let names: Vec<_> = reasons.iter().map(|reason| format!("`{reason}`")).collect();
        let _ = writeln!(out, "* {about}: {}.", names.join(", "));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;

    /// A policy with `line` in `table`, and what that table needs beside it.
    fn policy_with(table: &str, line: &str, name: &str) -> String {
        let needed: &[(&str, &str)] = match table {
            "keyword[]" => &[("word", "\"a\""), ("reply", "\"b\"")],
            "tag[]" if name == "wants" => &[("name", "\"a\""), ("after", "\"suspend\"")],
            "tag[]" => &[("name", "\"a\""), ("intents", "[\"other\"]")],
            "note[]" => &[("about", "\"tone\""), ("text", "\"a\"")],
            "starter[]" => &[("name", "\"a\""), ("stage", "\"cart\"")],
            "route[]" => &[("queue", "\"people\"")],
            "quiet_hours" => &[("from", "\"21:00\""), ("to", "\"08:00\"")],
            "hours" => &[("friday", "[\"09:00-10:00\"]")],
            "consent.keyword[]" => &[("word", "\"a\""), ("means", "\"help\"")],
            "consent" if name == "services" => &[("scope", "\"service\"")],
            "channel.*" if name == "window_human" => &[("window", "\"24h\"")],
            _ => &[],
        };
        let needed = needed.iter().filter(|(other, _)| *other != name);
        let needed: String = needed.map(|(key, value)| format!("{key} = {value}\n")).collect();
        let head = match table.strip_suffix("[]") {
            Some(list) => format!("[[{list}]]\n"),
            None if table.is_empty() => String::new(),
            None => {
                let named = table.replace("escalation.*", "escalation.sensitive");
                let named = named.replace("queue.*", "queue.people");
                format!("[{}]\n", named.replace("channel.*", "channel.sms"))
            }
        };
        let beside = match name {
            "hand_off_outside_hours" => "[hours]\nmonday = [\"09:00-10:00\"]\n",
            "tags" => "[[tag]]\nname = \"return\"\n",
            "warning" => "target = \"1h\"\n",
            _ => "",
        };
        let top = match (table, name) {
            ("deadlines", "queue") => "hand_off_fallback = \"helpdesk\"\n",
            ("audience", "include" | "exclude") => "segments = { vip = 12 }\n",
            ("escalation.*" | "route[]", "skills") | ("", "language_skills") => {
                "skills = [\"spanish\"]\n"
            }
            _ => "",
        };
        format!("{top}{head}{line}\n{needed}{beside}")
    }

    #[test]
    fn every_key_that_is_read_is_documented() {
        for (table, _) in TABLES {
            let error = Policy::parse(&policy_with(table, "zzz = 1", "zzz"), "a").expect_err(table);
            let (_, known) = error.message.split_once("expected ").expect("a list of keys");
            let mut known: Vec<_> = known.split('`').skip(1).step_by(2).collect();
            let within = if table.is_empty() { String::new() } else { format!("{table}.") };
            known.retain(|name| {
                let tables = TABLES.iter().filter_map(|(table, _)| table.strip_prefix(&within[..]));
                let mut names =
                    tables.map(|table| table.trim_end_matches("[]").trim_end_matches(".*"));
                names.all(|table| table != *name)
            });
            let mut documented: Vec<_> =
                all().filter(|key| key.table == *table).map(|key| key.name).collect();
            known.sort_unstable();
            documented.sort_unstable();
            assert_eq!(documented, known, "[{table}]");
        }
    }

    #[test]
    fn every_example_is_read() {
        for Key { table, name, example, .. } in all() {
            let source = policy_with(table, &format!("{name} = {example}"), name);
            Policy::parse(&source, name).unwrap_or_else(|error| panic!("{error}\n{source}"));
        }
    }
}
