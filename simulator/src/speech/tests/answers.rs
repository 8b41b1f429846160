//! What the brand answers.

use volley_core::classify::Compliance;

use super::*;

/// Whether every character costs one septet, or two where the alphabet has an extension.
fn septets(text: &str) -> Option<usize> {
    let gsm = |c: char| match c {
        ' '..='~' if c != '`' => Some(1 + usize::from("[]{}^~|\\".contains(c))),
        '\n' | 'é' | 'è' | 'à' | 'ñ' | 'ü' | 'ö' | 'ä' => Some(1),
        _ => None,
    };
    text.chars().map(gsm).sum()
}

#[test]
fn answers_are_short() {
    let speech = Speech::new();
    let (mut one, mut wide, mut all) = (0, 0, 0);
    for kind in Kind::ALL {
        let mut rng = ChaCha8Rng::seed_from_u64(18);
        let mut distinct = BTreeSet::new();
        for _ in 0..1_000 {
            let mut out = Vec::new();
            speech.answer(*kind, &mut rng, &mut out);
            let text = String::from_utf8(out).unwrap();
            let septets = septets(&text);
            let units = text.encode_utf16().count();
            let segments = match septets {
                Some(septets) if septets <= 160 => 1,
                None if units <= 70 => 1,
                Some(septets) => septets.div_ceil(153),
                None => units.div_ceil(67),
            };
            assert!(segments <= 2, "{segments}: {text}");
            assert!(!text.contains(['{', '}']) && !text.contains("  "), "{text}");
            assert_eq!(text.trim(), text);
            all += 1;
            one += i32::from(segments == 1);
            wide += i32::from(septets.is_none());
            distinct.insert(text);
        }
        let floor = if kind.expected().compliance == Compliance::None { 15 } else { 4 };
        assert!(distinct.len() >= floor, "{kind:?}: {}", distinct.len());
    }
    println!("{one} of {all} fit one segment, {wide} are UCS-2");
    assert!(one * 10 >= all * 8, "{one} of {all} fit one segment");
    assert!((all / 20..all / 3).contains(&wide), "{wide} of {all} are UCS-2");
}
