//! Mistakes in policies, and what is said about them.

use crate::classify::Intent;
use crate::policy::{Policy, Responder};

fn check(source: &str, shown: &str) {
    let error = Policy::parse(source, "shop.toml").expect_err("is refused");
    assert_eq!(error.to_string(), shown);
}

#[test]
fn mistakes_are_told_with_line_and_remedy() {
    check(
        "\nhand_off = \"closeout\"\n",
        "shop.toml:2: hand_off = \"closeout\" needs a text to close with; add `closeout` under [texts] (KL-34)",
    );
    check(
        "[ai]\nconfidence_min = 60\n",
        "shop.toml:2: ai.confidence_min is 60; it is a share, from 0.0 to 1.0",
    );
    check(
        "[ai]\ndeadline = \"soon\"\n",
        "shop.toml:2: `soon` is not a length of time of at least a second; write one like \"10s\", \"15m\" or \"24h\"",
    );
    check(
        "[texts]\nhelp = \"Hi {name}\"\n",
        "shop.toml:2: texts.help uses the variable {name}; the only one there is is {brand}",
    );
    check(
        "[[keyword]]\nword = \"vip\"\nreply = \"a\"\n[[keyword]]\nword = \"VIP\"\nreply = \"b\"\n",
        "shop.toml:5: the keyword `vip` stands twice; remove one, only the first would ever answer",
    );
}

#[test]
fn unknown_keys_and_values_are_refused_with_the_known_ones() {
    let error = Policy::parse("[ai]\nconfidense = 1\n", "shop.toml").expect_err("is refused");
    assert_eq!(error.line, 2);
    assert!(error.message.contains("confidence_min"), "{error}");
    let error = Policy::parse("[first_responder]\nrefunds = \"human\"\n", "shop.toml")
        .expect_err("is refused");
    assert!(error.message.contains("return_refund"), "{error}");
}

#[test]
fn the_version_is_the_text() {
    let one = Policy::parse("brand = \"A\"", "a").unwrap();
    let two = Policy::parse("brand = \"B\"", "a").unwrap();
    assert_ne!(one.version, two.version);
    assert_eq!(one.version, Policy::parse("brand = \"A\"", "elsewhere").unwrap().version);
}

#[test]
fn a_brand_chooses_who_answers_first() {
    let policy = Policy::parse("[first_responder]\norder_status = \"store\"\n", "a").unwrap();
    assert_eq!(policy.first_responder(Intent::OrderStatus), Responder::Store);
    assert_eq!(policy.first_responder(Intent::ProductQuestion), Responder::Ai);
}

#[test]
fn what_cannot_be_meant_is_refused() {
    // G-74: some triggers cannot be switched off.
    check(
        "[escalation.self_harm]\non = false\n",
        "shop.toml:2: escalation.self_harm cannot be switched off; remove `on` (G-74)",
    );
    check(
        "[escalation.refund]\non = false\n",
        "shop.toml:2: escalation.refund follows from other keys, such as [first_responder]; change those and remove `on`",
    );
    check(
        "[escalation.abusive]\nannounced = true\n",
        "shop.toml:2: escalation.abusive is always silent; remove `announced` (TX-35)",
    );
    check(
        "[escalation.legal]\nqueue = \"lawyers\"\n",
        "shop.toml:2: there is no queue `lawyers`; add it to queues, or use one of those: people",
    );
    check(
        "[first_responder]\nabuse = \"ai\"\n",
        "shop.toml:2: first_responder.abuse cannot be changed: abuse always goes to people; remove the line (TX-35)",
    );
    // KL-12.
    check(
        "[ai]\nshaft = true\nchannels = [\"web\", \"sms\"]\n",
        "shop.toml:3: ai.channels has \"sms\", where a brand with shaft = true may have no AI; remove it (KL-12)",
    );
    // AI-29.
    check(
        "[[tag]]\nname = \"sys_human\"\n",
        "shop.toml:2: the tag `sys_human` begins with sys_, which is reserved for sys_human_help and sys_human_follow_up; name it otherwise (AI-29)",
    );
    check(
        "[deadlines]\nqueue = \"4h\"\n",
        "shop.toml:2: deadlines.queue is when the fallback is taken, and there is none; add `hand_off_fallback`",
    );
    check(
        "[hours]\nmonday = [\"09:00-12:00\", \"11:00-17:00\"]\n",
        "shop.toml:2: hours.monday has times that overlap or are out of order; sort and join them",
    );
    check(
        "[hours]\nmonday = [\"9-12\"]\n",
        "shop.toml:2: hours.monday has `9-12`; write from when to when, like \"09:00-17:30\"",
    );
    check(
        "[zone]\nutc_offset = \"EST\"\n",
        "shop.toml:2: zone.utc_offset is `EST`; write how far winter time is from UTC, like \"-05:00\"",
    );
    check(
        "[hours]\nmonday = [\"09:00-12:00\"]\nholidays = [\"2026-02-30\"]\n",
        "shop.toml:3: hours.holidays has `2026-02-30`; write a date like \"2026-12-25\"",
    );
    let error = Policy::parse("[score_min]\nabuse = 0.9\n", "shop.toml").expect_err("is refused");
    assert!(error.message.contains("no threshold for `abuse`"), "{error}");
}
