//! Tables for counting and splitting; the properties and the known vectors are in `tests/`.

use super::*;

#[test]
fn capacities_are_those_of_the_standard() {
    let check = |capacity: Capacity, gsm7, ucs2| {
        let of = |encoding| (capacity.whole(encoding), capacity.part(encoding));
        assert_eq!(of(Encoding::Gsm7), gsm7);
        assert_eq!(of(Encoding::Ucs2), ucs2);
    };
    check(Capacity::STANDARD, (160, 153), (70, 67));
    check(Capacity::TOLL_FREE, (160, 152), (70, 66));
    check(Capacity::with_header(0), (160, 160), (70, 70));
}

#[test]
fn counts() {
    let check = |text: &str, encoding, segments, units| {
        let counted = count(text);
        let expected = Segments { encoding, segments, units };
        assert_eq!(counted, expected, "{text:?}");
        assert_eq!(count_lossy(text.as_bytes()), expected, "{text:?}");
        assert_eq!(parts(text).count(), usize::from(segments), "{text:?}");
    };
    let gsm7 = |text: &str, segments, units| check(text, Encoding::Gsm7, segments, units);
    let ucs2 = |text: &str, segments, units| check(text, Encoding::Ucs2, segments, units);
    gsm7("", 1, 0);
    gsm7("STOP", 1, 4);
    gsm7("\r\n", 1, 2);
    gsm7("[\u{20ac}]", 1, 6);
    gsm7("\u{c7}\u{e9}\u{3a9}@", 1, 4);
    ucs2("\u{e7}", 1, 1);
    ucs2("\t", 1, 1);
    ucs2("`", 1, 1);
    ucs2("ok \u{1f44d}", 1, 5);
    gsm7(&"a".repeat(160), 1, 160);
    gsm7(&"a".repeat(161), 2, 161);
    gsm7(&"a".repeat(306), 2, 306);
    gsm7(&"a".repeat(307), 3, 307);
    gsm7(&"\u{e9}".repeat(307), 3, 307);
    gsm7(&"{".repeat(80), 1, 160);
    // A part holds 76 pairs and leaves one septet over.
    gsm7(&"{".repeat(152), 2, 304);
    gsm7(&"{".repeat(153), 3, 306);
    ucs2(&"\u{448}".repeat(70), 1, 70);
    ucs2(&"\u{448}".repeat(71), 2, 71);
    ucs2(&"\u{448}".repeat(134), 2, 134);
    ucs2(&"\u{448}".repeat(135), 3, 135);
    // A part holds 33 surrogate pairs and leaves one unit over.
    ucs2(&"\u{1f600}".repeat(66), 2, 132);
    ucs2(&"\u{1f600}".repeat(67), 3, 134);
}

#[test]
fn splits() {
    let check = |text: &str, expected: &[(usize, u32)]| {
        let found: Vec<_> = parts(text).map(|part| (part.text.len(), part.units)).collect();
        assert_eq!(found, expected, "{text:?}");
    };
    let family = "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}";
    check("", &[(0, 0)]);
    check(&"a".repeat(161), &[(153, 153), (8, 8)]);
    // An escape and its character go to the next part together.
    check(&("a".repeat(152) + "{aaaaaaa"), &[(152, 152), (8, 9)]);
    // So does a whole family, of eight units.
    check(&(" ".repeat(66) + family), &[(66, 66), (18, 8)]);
    check(&(" ".repeat(59) + family + "aaaa"), &[(77, 67), (4, 4)]);
    // A flag is two letters, each a surrogate pair.
    let flags = "\u{1f1fa}\u{1f1f8}".repeat(18);
    check(&flags, &[(8 * 16, 64), (8 * 2, 8)]);
    // The two characters of a line break may be parted, as long as all is UCS-2.
    check(&("\u{448}".repeat(66) + "\r\n..."), &[(2 * 66 + 1, 67), (4, 4)]);
}

#[test]
fn a_cluster_that_no_part_could_hold_is_broken_between_code_points() {
    let check = |text: &str, expected: &[u32]| {
        let found: Vec<_> = parts(text).map(|part| part.units).collect();
        assert_eq!(found, expected);
    };
    let marks = |count| "\u{301}".repeat(count);
    // 67 units fit a part and are kept, 68 do not.
    check(&("xyz".to_owned() + "a" + &marks(66) + "b"), &[3, 67, 1]);
    check(&("xyz".to_owned() + "a" + &marks(67) + "b"), &[67, 5]);
    check(&("a".to_owned() + &marks(200) + "\u{1f1fa}\u{1f1f8}"), &[67, 67, 67, 4]);
}

#[test]
fn another_header_gives_other_parts() {
    let check = |capacity: Capacity, text: &str, segments| {
        assert_eq!(capacity.count(text).segments, segments);
        assert_eq!(capacity.parts(text).count(), usize::from(segments));
    };
    check(Capacity::STANDARD, &"a".repeat(306), 2);
    check(Capacity::TOLL_FREE, &"a".repeat(306), 3);
    check(Capacity::TOLL_FREE, &"a".repeat(160), 1);
    check(Capacity::STANDARD, &"\u{448}".repeat(134), 2);
    check(Capacity::TOLL_FREE, &"\u{448}".repeat(134), 3);
}

#[test]
#[should_panic(expected = "header too large")]
fn a_header_that_leaves_no_room_is_refused() {
    let octets = std::hint::black_box(65);
    let _ = Capacity::with_header(octets);
}

#[test]
fn bytes_that_are_not_utf8_count_as_replacements() {
    let check = |bytes: &[u8], segments, units| {
        let counted = count_lossy(bytes);
        assert_eq!(counted.encoding, Encoding::Ucs2);
        assert_eq!((counted.segments, counted.units), (segments, units));
    };
    check(b"\xff", 1, 1);
    check(b"caf\xe9 ok", 1, 7);
    check(&[0xff; 71], 2, 71);
    check(&[0xf0, 0x9f, 0x98], 1, 1);
}

#[test]
fn names_the_character_that_costs() {
    let check = |text: &str, expected| assert_eq!(first_outside_gsm(text), expected, "{text}");
    check("", None);
    check("plain {text} \u{e9}", None);
    check("caf\u{e9} \u{e7}a \u{1f600}", Some((6, '\u{e7}')));
    check(&("a".repeat(200) + "`"), Some((200, '`')));
}

#[test]
fn counts_saturate() {
    let counted = count(&"a".repeat(153 * 65_536));
    assert_eq!((counted.segments, counted.units), (u16::MAX, 153 * 65_536));
}
