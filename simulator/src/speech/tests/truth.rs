//! The ground truth that comes with a text, and what agrees with it.

use volley_core::classify::{Compliance, Detail, Intent, Noise, Signals, Verdict};

use super::*;

#[test]
fn the_truth_is_told() {
    let details = |kind, wanted: &[Detail]| {
        let mut seen = BTreeSet::new();
        each(kind, &Style::default(), 15, 2_000, |_, expected| {
            assert_eq!(expected.intent, kind.expected().intent);
            seen.insert(expected.detail);
        });
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), wanted);
    };
    details(Kind::ReturnRefund, &[Detail::Return, Detail::Refund, Detail::Exchange]);
    details(
        Kind::DamagedOrWrongItem,
        &[Detail::Damaged, Detail::Defective, Detail::WrongItem, Detail::MissingItem],
    );
    each(Kind::Mixed, &Style::default(), 16, 2_000, |text, expected| {
        assert!(expected.intent.is_some(), "{text}");
        assert_ne!(expected.intent, expected.second, "{text}");
    });
    let mut legal = 0;
    each(Kind::Sensitive, &Style::default(), 17, 2_000, |_, expected| {
        legal += i32::from(expected.signals.has(Signals::LEGAL));
    });
    assert!((500..900).contains(&legal), "{legal}");
}

#[test]
fn a_verdict_agrees_or_not() {
    let said =
        |compliance, noise, intent| Verdict { compliance, noise, intent, ..Verdict::default() };
    let check = |kind: Kind, verdict: Verdict, agrees| {
        assert_eq!(kind.expected().agrees(&verdict), agrees, "{kind:?} {verdict:?}");
    };
    let none = Compliance::None;
    check(Kind::OptOut, said(Compliance::OptOut, None, Intent::Unclear), true);
    check(Kind::OptOut, said(none, None, Intent::Unclear), false);
    check(Kind::Spam, said(none, Some(Noise::Other), Intent::Unclear), true);
    check(Kind::Spam, said(none, None, Intent::Spam), true);
    check(Kind::Spam, said(none, None, Intent::Other), false);
    check(Kind::Driving, said(none, Some(Noise::AutoReply), Intent::Unclear), true);
    check(Kind::Driving, said(none, None, Intent::Unclear), false);
    check(Kind::StoreInfo, said(none, None, Intent::StoreInfo), true);
    check(Kind::StoreInfo, said(none, Some(Noise::Other), Intent::StoreInfo), false);
    check(Kind::NearMiss, said(Compliance::OptOut, None, Intent::OrderChange), false);
    check(Kind::NearMiss, said(none, None, Intent::OrderChange), true);
    let mixed = Expected {
        intent: Some(Intent::OrderStatus),
        second: Some(Intent::StoreInfo),
        ..Expected::default()
    };
    assert!(mixed.agrees(&said(none, None, Intent::StoreInfo)));
    assert!(!mixed.agrees(&said(none, None, Intent::Other)));
}

#[test]
fn kinds_are_written_by_name() {
    for kind in Kind::ALL {
        let written = serde_json::to_string(kind).unwrap();
        assert_eq!(written, format!("{:?}", kind.name()));
        assert_eq!(serde_json::from_str::<Kind>(&written).unwrap(), *kind);
    }
}
