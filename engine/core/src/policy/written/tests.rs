//! Mistakes in policies, and what is said about them.

use crate::classify::Intent;
use crate::message::Language;
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
        "shop.toml:2: texts.help uses the variable {name}; there are only {brand}; add it to [variables]",
    );
    check(
        "[variables]\nphone = \"1\"\n[hours]\nmonday = [\"09:00-10:00\"]\n[texts]\nhand_off_outside_hours = \"{open}\"\n",
        "shop.toml:6: texts.hand_off_outside_hours uses the variable {open}; there are only {brand}, {phone}, {opens}; \
         add it to [variables]",
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

#[test]
fn mistakes_about_consent_channels_and_languages() {
    check(
        "segments = { vip = 12 }\n[audience]\nexclude = { segments = [\"vips\"] }\n",
        "shop.toml:3: there is no segment `vips`; add its number to [segments], or use one of those: vip",
    );
    check(
        "[audience]\ninclude = {}\n",
        "shop.toml:2: audience.include lets in no replies at all; name segments, campaigns or flows, or remove it, \
         or write ai.mode = \"off\"",
    );
    check(
        "[consent]\nscope = \"service\"\n",
        "shop.toml:2: consent.scope is \"service\", and there are none; add [consent.services] with the numbers of \
         each (G-28)",
    );
    check(
        "[consent.services]\nmarketing = [1]\n",
        "shop.toml:2: consent.services changes nothing unless consent.scope is \"service\"; write that, or remove \
         them (G-28)",
    );
    check(
        "[consent]\nscope = \"service\"\n[consent.services]\na = [1]\nb = [2, 1]\n",
        "shop.toml:5: consent.services.b has the number 1, which stands there already; name each number once",
    );
    check(
        "[[consent.keyword]]\nword = \"Enough!\"\nmeans = \"opt_out\"\n[[consent.keyword]]\nword = \"enough\"\nmeans = \"help\"\n",
        "shop.toml:5: the compliance word `enough` stands twice; remove one, only the first would count",
    );
    check(
        "[channel.sms]\nwindow_human = \"7d\"\n",
        "shop.toml:2: channel.sms.window_human is a longer window for people, and there is none to be longer than; \
         add `window`, or remove it (X-17)",
    );
    check(
        "[channel.instagram]\nwindow_human = \"7h\"\n",
        "shop.toml:2: channel.instagram.window_human is shorter than `window`, which people have anyway; write a \
         longer one, or remove it (X-17)",
    );
    check(
        "[channel.instagram]\nlength_max = 2000\n",
        "shop.toml:2: channel.instagram.length_max is 2000; instagram takes from 1 to 1000 bytes (RU-70, RU-71)",
    );
    check(
        "[channel.sms]\ndelay_max = \"11m\"\n",
        "shop.toml:2: `11m` is not a delay of at most 10m; write one like \"0s\" or \"45s\" (G-24)",
    );
    check(
        "[channel.sms]\ndelay_min = \"9s\"\ndelay_max = \"5s\"\n",
        "shop.toml:3: channel.sms.delay_max is shorter than `delay_min`; write the longer one as delay_max (G-24)",
    );
    check(
        "[texts.es]\ncloseout = \"Adios\"\n",
        "shop.toml:2: texts.es.closeout translates a text that is not there; add texts.closeout",
    );
    check(
        "[variables]\nbrand = \"x\"\n",
        "shop.toml:2: the variable `brand` is there already; name yours otherwise",
    );
    check(
        "[variables]\nPhone = \"x\"\n",
        "shop.toml:2: the variable `Phone` is not made of small letters, digits and `_`; name it so",
    );
    check(
        "[variables]\nphone = \"{brand} 1\"\n",
        "shop.toml:2: variables.phone has braces in it; what stands for something else is not looked into again, so \
         write it out",
    );
    let error = Policy::parse("[channel.fax]\nwindow = \"1h\"\n", "a").expect_err("is refused");
    assert!(error.message.contains("instagram"), "{error}");
}

#[test]
fn texts_are_found_by_language_and_variables_filled_in() {
    let source = r#"
brand = "Fern & Oak"
language = "es"
variables = { phone = "+1 202 555 0100" }
[texts]
help = "{brand}: {phone}"
hand_off = "A person will answer."
[texts.es]
help = "{brand}: llame al {phone}"
[texts.de]
hand_off = "Gleich."
"#;
    let policy = Policy::parse(source, "a").unwrap();
    let help =
        |language| String::from_utf8_lossy(&policy.texts_in(language).help.bytes).into_owned();
    assert_eq!(help(None), "Fern & Oak: llame al +1 202 555 0100");
    assert_eq!(help(Some(Language::French)), "Fern & Oak: llame al +1 202 555 0100");
    assert_eq!(help(Some(Language::German)), "Fern & Oak: +1 202 555 0100");
    let hand_off = |language| policy.texts_in(language).hand_off.as_ref().unwrap().bytes.clone();
    assert_eq!(hand_off(Some(Language::German)), "Gleich.");
    assert_eq!(hand_off(Some(Language::Spanish)), "A person will answer.");
}

#[test]
fn mistakes_about_people_and_their_desk_are_told() {
    check(
        "queues = [\"a\"]\n[queue.b]\ntarget = \"10m\"\n",
        "shop.toml:2: there is no queue `b`; add it to queues, or use one of those: a",
    );
    check(
        "[queue.people]\ntarget = \"10m\"\nwarning = \"10m\"\n",
        "shop.toml:3: queue.people.warning is how long before its target an alarm is given; write a \
         `target` that is longer",
    );
    check(
        "[queue.people]\nwarning = \"10m\"\n",
        "shop.toml:2: queue.people.warning is how long before its target an alarm is given; write a \
         `target` that is longer",
    );
    check(
        "skills = [\"es\", \"es\"]\n",
        "shop.toml:1: the skill `es` has no name, stands twice or is one too many; name each of at most 64 once",
    );
    check(
        "skills = [\"spanish\"]\n[escalation.refund]\nskills = [\"spansh\"]\n",
        "shop.toml:3: there is no skill `spansh`; add it to skills, or use one of those: spanish",
    );
    check(
        "language_skills = { es = \"spanish\" }\n",
        "shop.toml:1: there is no skill `spanish`; add it to skills",
    );
    check(
        "[escalation.refund]\nto = \"store\"\npriority = \"high\"\n",
        "shop.toml:3: escalation.refund goes to the store, where our queues are not; remove `priority` or `to`",
    );
    let route = "[[route]]\nqueue = \"people\"\n";
    check(
        &format!("{route}[[route]]\nintents = [\"other\"]\nqueue = \"people\"\n"),
        "shop.toml:5: this [[route]] can never count: the one in place 1 holds wherever it does; put it first, \
         or remove it",
    );
    check(
        "[[route]]\nqueue = \"legal\"\n",
        "shop.toml:2: there is no queue `legal`; add it to queues, or use one of those: people",
    );
    let narrow = "[[route]]\nchannels = [\"sms\"]\nreasons = [\"refund\"]\nqueue = \"people\"\n";
    assert!(Policy::parse(&format!("{narrow}{route}"), "a").is_ok());
    let error = Policy::parse("[desk]\nstrategy = \"random\"\n", "a").expect_err("is refused");
    assert!(error.message.contains("round_robin"), "{error}");
}
