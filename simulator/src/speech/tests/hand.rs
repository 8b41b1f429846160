//! The writer's hand, and the writer.

use super::*;

#[test]
fn style_is_obeyed() {
    let plain = Style {
        languages: Languages::only(Language::En),
        typos: Share::NONE,
        emoji: Share::NONE,
        shouting: Share::NONE,
        lowercase: Share::NONE,
        unpunctuated: Share::NONE,
        full_stops: Share::NONE,
        curly: Share::NONE,
    };
    let check = |style: Style, holds: fn(&str) -> bool| {
        each(Kind::ReturnRefund, &style, 12, 2_000, |text, _| {
            assert!(holds(text), "{text:?}");
        });
    };
    let capital = |text: &str| !text.starts_with(|c: char| c.is_ascii_lowercase());
    check(plain.clone(), capital);
    check(plain.clone(), str::is_ascii);
    let shouting = Share::ALL;
    check(Style { shouting, ..plain.clone() }, |text| !text.contains(|c: char| c.is_lowercase()));
    let lowercase = Share::ALL;
    check(Style { lowercase, ..plain.clone() }, |text| !text.contains(|c: char| c.is_uppercase()));
    let (unpunctuated, lowercase) = (Share::ALL, Share::ALL);
    let style = Style { unpunctuated, lowercase, ..plain.clone() };
    check(style, |text| !text.contains(['?', '!']));
    let curly = Share::ALL;
    check(Style { curly, ..plain.clone() }, |text| !text.contains("n't") && !text.contains("I'm"));
    let emoji = Share::ALL;
    check(Style { emoji, ..plain.clone() }, |text| !text.is_ascii());
    let typos = Share::ALL;
    let same = |style: &Style| texts(Kind::Spam, style, 13, 500);
    assert_eq!(same(&plain), same(&Style { typos, shouting: typos, ..plain.clone() }));
}

#[test]
fn a_customer_stays_the_same_person() {
    let speech = Speech::new();
    let mut rng = ChaCha8Rng::seed_from_u64(14);
    for customer in 0..200 {
        let context = Context { campaign: CAMPAIGN, customer: Some(customer) };
        let mut numbers = BTreeSet::new();
        for _ in 0..60 {
            let mut out = Vec::new();
            speech.say(Kind::OrderChange, &Style::default(), &mut rng, &context, &mut out);
            let text = String::from_utf8(out).unwrap().to_lowercase();
            let words: Vec<&str> = text.split(' ').collect();
            for pair in words.windows(2).filter(|pair| pair[0] == "order") {
                let digits = pair[1].trim_matches(|c: char| !c.is_ascii_digit());
                if digits.len() >= 4 {
                    numbers.insert(digits.to_owned());
                }
            }
        }
        assert!(numbers.len() <= 1, "{numbers:?}");
    }
}

#[test]
fn the_same_number_is_not_said_twice() {
    assert!(repeats(b"cancel 4821 please. order 4821.", 19));
    assert!(!repeats(b"cancel 48213 please. order 4821.", 20));
    assert!(!repeats(b"cancel 48 please. order 48.", 17));
}

#[test]
fn a_text_is_appended() {
    let speech = Speech::new();
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    for kind in Kind::ALL {
        for _ in 0..200 {
            let mut out = b"It's BEFORE. ".to_vec();
            speech.say(*kind, &Style::default(), &mut rng, &Context::default(), &mut out);
            speech.answer(*kind, &mut rng, &mut out);
            assert!(out.starts_with(b"It's BEFORE. "));
        }
    }
}
