//! What all texts of the simulator have in common, and what sets the kinds apart.
//!
//! `cargo test -p volley-sim lengths_are -- --nocapture` prints the distribution of lengths.

use std::collections::BTreeSet;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::*;

mod answers;
mod hand;
mod truth;

const CAMPAIGN: &str = "Fern & Oak: 25% off ends tonight! fern.example/a1 Reply STOP to opt out";

/// Words that are an opt-out when they are the whole text, in any case, without punctuation.
const KEYWORDS: &[&str] = &[
    "stop",
    "stopp",
    "stopall",
    "stop all",
    "unsubscribe",
    "cancel",
    "end",
    "quit",
    "revoke",
    "optout",
    "opt out",
    "opt-out",
    "alto",
    "parar",
    "baja",
    "cancelar",
    "basta",
    "salir",
    "detener",
    "arret",
    "arrêt",
    "arreter",
    "désabonner",
    "desabonner",
    "abmelden",
    "ende",
    "sair",
    "pare",
];

/// Shares of human kinds after a campaign, for lengths: nothing published tells them better.
const HUMAN: &[(Kind, usize)] = &[
    (Kind::ProductQuestion, 28),
    (Kind::OrderStatus, 14),
    (Kind::Acknowledgement, 14),
    (Kind::ReturnRefund, 8),
    (Kind::StoreInfo, 6),
    (Kind::OrderChange, 5),
    (Kind::Other, 5),
    (Kind::DamagedOrWrongItem, 4),
    (Kind::ComplaintFrustration, 4),
    (Kind::HumanRequest, 3),
    (Kind::NearMiss, 3),
    (Kind::BillingDispute, 2),
    (Kind::AccountHelp, 2),
    (Kind::Mixed, 2),
];

/// Writes texts of one kind and gives each to `check`.
fn each(kind: Kind, style: &Style, seed: u64, count: u32, mut check: impl FnMut(&str, Expected)) {
    let speech = Speech::new();
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let context = Context { campaign: CAMPAIGN, customer: None };
    let mut out = Vec::new();
    for _ in 0..count {
        out.clear();
        let expected = speech.say(kind, style, &mut rng, &context, &mut out);
        check(std::str::from_utf8(&out).unwrap(), expected);
    }
}

fn texts(kind: Kind, style: &Style, seed: u64, count: u32) -> Vec<String> {
    let mut all = Vec::new();
    each(kind, style, seed, count, |text, _| all.push(text.to_owned()));
    all
}

/// The text as a carrier compares it with keywords.
fn bare(text: &str) -> String {
    text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
}

#[test]
fn no_two_customers_say_quite_the_same() {
    let floors = [
        (Kind::OptOut, 200),
        (Kind::OptIn, 220),
        (Kind::Help, 40),
        (Kind::Driving, 75),
        (Kind::OutOfOffice, 900),
        (Kind::Tapback, 120),
        (Kind::Bounce, 500),
        (Kind::ProductQuestion, 1_750),
        (Kind::OrderStatus, 1_500),
        (Kind::OrderChange, 1_650),
        (Kind::ReturnRefund, 1_600),
        (Kind::DamagedOrWrongItem, 1_500),
        (Kind::BillingDispute, 1_350),
        (Kind::HumanRequest, 1_400),
        (Kind::ComplaintFrustration, 1_000),
        (Kind::Abuse, 700),
        (Kind::Malice, 1_000),
        (Kind::Sensitive, 1_100),
        (Kind::AccountHelp, 1_250),
        (Kind::StoreInfo, 1_300),
        (Kind::Acknowledgement, 650),
        (Kind::Spam, 1_300),
        (Kind::OneTimeCode, 1_700),
        (Kind::Misdirected, 750),
        (Kind::Mash, 700),
        (Kind::NearMiss, 1_300),
        (Kind::Other, 850),
        (Kind::Mixed, 1_950),
    ];
    assert_eq!(floors.map(|(kind, _)| kind), *Kind::ALL);
    for (kind, floor) in floors {
        let all = texts(kind, &Style::default(), 1, 2_000);
        let distinct = all.iter().collect::<BTreeSet<_>>().len();
        assert!(distinct >= floor, "{kind:?}: {distinct} of 2,000 differ");
    }
}

#[test]
fn texts_are_clean() {
    for kind in Kind::ALL {
        let verbatim = matches!(kind, Kind::OptOut | Kind::OptIn | Kind::Help | Kind::Tapback);
        each(*kind, &Style::default(), 2, 5_000, |text, _| {
            assert!(text.len() <= SAID_BYTES_MAX, "{kind:?}: {text:?}");
            assert!(!text.contains(['{', '}']), "{kind:?}: {text:?}");
            if !verbatim && *kind != Kind::Mash {
                assert!(!text.contains("  "), "{kind:?}: {text:?}");
                assert_eq!(text.trim(), text, "{kind:?}");
                assert!(!text.is_empty(), "{kind:?}");
            }
        });
    }
}

#[test]
fn the_compiled_form_is_small() {
    let (bytes, rules, alternatives) = Speech::new().compiled.grammar.sizes();
    println!("{alternatives} alternatives in {rules} rules: {bytes} bytes");
    assert!(bytes < 400_000, "{bytes}");
    assert!(alternatives > 4_000, "{alternatives}");
}

#[test]
fn the_seed_decides_every_byte() {
    for kind in Kind::ALL {
        let style = Style::default();
        assert_eq!(texts(*kind, &style, 3, 300), texts(*kind, &style, 3, 300));
        assert_ne!(texts(*kind, &style, 3, 300), texts(*kind, &style, 4, 300));
    }
}

#[test]
fn one_word_is_drawn_per_text() {
    let speech = Speech::new();
    for kind in Kind::ALL {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let mut other = rng.clone();
        let mut out = Vec::new();
        speech.say(*kind, &Style::default(), &mut rng, &Context::default(), &mut out);
        speech.answer(*kind, &mut rng, &mut out);
        other.next_u64();
        other.next_u64();
        assert_eq!(rng.next_u64(), other.next_u64(), "{kind:?}");
    }
}

#[test]
fn lengths_are_those_of_replies_to_brands() {
    let mut lengths = Vec::new();
    for (kind, share) in HUMAN {
        let count = 500 * *share as u32;
        each(*kind, &Style::default(), 6, count, |text, _| {
            lengths.push(text.chars().count());
        });
    }
    lengths.sort_unstable();
    let at = |percent: usize| lengths[lengths.len() * percent / 100];
    for percent in [5, 10, 25, 50, 75, 90, 95, 98, 99] {
        println!("{percent:3} % have at most {:3} characters", at(percent));
    }
    let long = lengths.iter().filter(|length| **length > 160).count();
    let long = 1000 * long / lengths.len();
    println!("longest {:?}, over 160: {long} in a thousand", lengths.last());
    assert!((27..=35).contains(&at(50)), "median {}", at(50));
    assert!((65..=100).contains(&at(95)), "p95 {}", at(95));
    assert!((120..=220).contains(&at(99)), "p99 {}", at(99));
    assert!((5..=25).contains(&long), "{long} in a thousand are long");
}

#[test]
fn some_say_hello_and_some_say_thanks() {
    let all = texts(Kind::OrderStatus, &Style::only(Language::En), 6, 10_000);
    let share = |holds: fn(&str) -> bool| {
        let hits = all.iter().filter(|text| holds(&text.to_lowercase()));
        100 * hits.count() / all.len()
    };
    let hello = share(|text| ["hi", "hey", "hello"].iter().any(|word| text.starts_with(word)));
    let thanks = share(|text| ["thank", "thx", "ty"].iter().any(|word| text.contains(word)));
    assert!((10..=20).contains(&hello), "{hello} % say hello");
    assert!((5..=14).contains(&thanks), "{thanks} % say thanks");
}

#[test]
fn languages_have_their_shares() {
    // Beginnings of words that English texts of this kind do not have.
    let check = |language, word: &str| {
        let all = texts(Kind::OrderStatus, &Style::only(language), 7, 1_000);
        let hits = all.iter().filter(|t| t.to_lowercase().contains(word));
        let hits = hits.count();
        assert!(hits > 250, "{language:?}: {hits} texts have {word}");
        let others = texts(Kind::OrderStatus, &Style::only(Language::En), 7, 1_000);
        let stray = others.iter().filter(|t| t.to_lowercase().contains(word));
        assert_eq!(stray.count(), 0, "{word} is English too");
    };
    check(Language::Es, "pedi");
    check(Language::Fr, "command");
    check(Language::De, "estell");
    check(Language::Pt, "pedido");

    let style = Style::default();
    let mut counts = [0; 5];
    for salt in 0..100_000 {
        counts[style.language(mixed(salt, 1)) as usize] += 1;
    }
    let near = |count: i32, share: i32| (count - share).abs() < 400;
    assert!(near(counts[0], 86_000), "{counts:?}");
    assert!(near(counts[1], 8_000), "{counts:?}");
    assert!(near(counts[2], 3_000), "{counts:?}");
    assert!(near(counts[3], 1_000), "{counts:?}");
    assert!(near(counts[4], 2_000), "{counts:?}");
}

#[test]
fn nine_in_ten_opt_outs_are_the_bare_word() {
    for language in Language::ALL {
        let all = texts(Kind::OptOut, &Style::only(language), 8, 10_000);
        let words = all.iter().filter(|text| KEYWORDS.contains(&&*bare(text)));
        let words = words.count();
        assert!((8_700..=9_300).contains(&words), "{language:?}: {words}");
    }
}

#[test]
fn nothing_else_is_a_bare_keyword() {
    for kind in Kind::ALL.iter().filter(|kind| **kind != Kind::OptOut) {
        each(*kind, &Style::default(), 9, 20_000, |text, _| {
            let word = bare(text);
            assert!(!KEYWORDS.contains(&&*word), "{kind:?}: {text:?}");
            let other = ["start", "unstop", "yes", "help", "info", "aide", "ayuda"];
            if !matches!(kind, Kind::OptIn | Kind::Help) {
                assert!(!other.contains(&&*word), "{kind:?}: {text:?}");
            }
        });
    }
}

#[test]
fn reactions_quote_the_campaign() {
    let (mut whole, mut cut) = (0, 0);
    each(Kind::Tapback, &Style::default(), 10, 2_000, |text, _| {
        whole += i32::from(text.contains(CAMPAIGN));
        cut += i32::from(!text.contains(CAMPAIGN) && text.contains("Fern & Oak"));
    });
    assert!(whole > 1_500 && cut > 30, "{whole} whole, {cut} cut");
}

#[test]
fn a_long_campaign_is_cut_between_characters() {
    let speech = Speech::new();
    for length in (300..340).chain([2_000]) {
        let campaign = "é".repeat(length / 2) + &"x".repeat(length % 2) + "🛑🛑";
        let context = Context { campaign: &campaign, customer: None };
        let mut rng = ChaCha8Rng::seed_from_u64(length as u64);
        let mut out = Vec::new();
        for _ in 0..50 {
            out.clear();
            speech.say(Kind::Tapback, &Style::default(), &mut rng, &context, &mut out);
            assert!(std::str::from_utf8(&out).is_ok());
            assert!(out.len() <= SAID_BYTES_MAX);
        }
    }
}
