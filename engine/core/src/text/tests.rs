//! What texts fold to.

use super::*;

fn spellings() -> Spellings {
    Spellings::new(["stop", "optout", "unsubscribe", "end", "help", "cancel", "stp", "stopall"])
}

fn folded(raw: &[u8]) -> Folded {
    let mut folded = Folded::default();
    folded.fold(raw, &spellings());
    folded
}

#[test]
fn folds_to_plain_words() {
    let check = |raw: &str, expected: &str| {
        let folded = folded(raw.as_bytes());
        let text = str::from_utf8(folded.bytes()).unwrap();
        assert_eq!(text, format!(" {expected} ").replace("  ", " "), "{raw:?}");
    };
    check("", "");
    check("  STOP!! ", "stop");
    check("Don't text me, please", "dont text me please");
    check("don’t", "dont");
    check("arrêtez de m'envoyer l’info", "arretez de m envoyer l info");
    check("ＳＴＯＰ", "stop");
    check("ЅТОР ѕтор quІТ QUΙΤ ΕΝD", "stop stop quit quit end");
    check("ŚŤÖP", "stop");
    check("S\u{200b}T\u{200d}O\u{feff}P", "stop");
    check("s\u{336}t\u{336}o\u{336}p\u{336}", "stop");
    check("𝐒𝐓𝐎𝐏 𝓼𝓽𝓸𝓹 Ⓢⓣⓞⓟ 🅂🅃🄾🄿 🆂🆃🅾🅿 ꜱᴛᴏᴘ", "stop stop stop stop stop stop");
    check("STOP🛑", "stop 🛑");
    check("🛑 STOP 🛑", "stop 🛑");
    check("ST⭕P", "stop");
    check("🇸🇹🇴🇵", "stop");
    check("love🇺🇸", "love u s");
    check("👍🏽", "👍 🏽");
    check("S T O P", "stop");
    check("s.t.o.p please", "stop please");
    check("ok (s. t. o. p!’ st0p", "ok stop stop");
    check("un s t o p", "un stop");
    check("S-T-O-P", "stop");
    check("s_t*o/p", "stop");
    check("s\nt\no\np", "stop");
    check("st-op", "stop");
    check("st*p", "stp");
    check("opt-out", "optout");
    check("non-stop", "non stop");
    check("U N S U B S C R I B E now", "unsubscribe now");
    check("u r a star", "u r a star");
    check("st0p 5TOP $top ST@P", "stop stop stop st p");
    check("he1p c4ncel", "help cancel");
    check("stop2end", "stop 2 end");
    check("size 8m b4 2nd $40 a@b.com", "size 8m b4 2nd 40 a b com");
    check("stoooop STOPP pleaseee", "stop stopp please");
    check("1000000", "1000000");
    check("lose my # #4 #sale", "lose my number 4 sale");
    check("OOO zzzzzz", "ooo zzz");
    check("stop!now", "stop now");
    check("“STOP” (stop) [stop]", "stop stop stop");
    check("> 20% off! Reply STOP\nstop", "stop");
    check("退订", "退 订");
    check("ﬁt ½ ™", "fit 1 2");
    check("S\0T\0O\0P", "stop");
    check("ß æ ø", "ss ae o");
    check("السلام", str::from_utf8(folded_of("السلام").bytes()).unwrap().trim());
}

fn folded_of(raw: &str) -> Folded {
    folded(raw.as_bytes())
}

#[test]
fn invalid_bytes_are_latin_1() {
    let check = |raw: &[u8], expected: &[u8]| assert_eq!(folded(raw).bytes(), expected, "{raw:?}");
    check(b"ARR\xcaT", b" arret ");
    check(b"stop\xff", b" stopy ");
    check(b"\xf0\x9f", b" d ");
    check(b"\xe2\x80", b" a ");
}

#[test]
fn finds_sentences() {
    let check = |raw: &str, first: &[&str]| {
        let folded = folded(raw.as_bytes());
        let firsts = (0..folded.words().len()).filter(|at| folded.words()[*at].has(Word::FIRST));
        let words: Vec<&str> = firsts.map(|at| str::from_utf8(folded.word(at)).unwrap()).collect();
        assert_eq!(words, first, "{raw:?}");
    };
    check("one two", &["one"]);
    check("One. Two! three? four\nfive", &["one", "two", "three", "four", "five"]);
    check("see a.com or 3.50, ok", &["see"]);
    check("it is $5 @ the + store | ok", &["it"]);
    check("wait... stop", &["wait", "stop"]);
    check("nice - stop", &["nice", "stop"]);
    check("nice — stop", &["nice", "stop"]);
    check("well-made", &["well"]);
    check("yes 😍 more", &["yes", "😍"]);
    check("¿dónde está? aquí", &["donde", "aqui"]);
}

#[test]
fn keeps_marks() {
    let marks = folded(b"WHERE is it??? Hurry!! sooo slow").marks();
    assert_eq!((marks.questions, marks.exclamations), (3, 2));
    assert_eq!((marks.capitals, marks.letters, marks.drawn_out), (6, 22, 1));
    let capitals = folded(b"hey STOP I said Stop A1");
    let flags: Vec<bool> = capitals.words().iter().map(|w| w.has(Word::CAPITALS)).collect();
    assert_eq!(flags, [false, true, false, false, false, false]);
}

#[test]
fn reads_a_bounded_part() {
    let mut long = "a".repeat(CLASSIFIED_BYTES_MAX - 1);
    long.push('é');
    let folded = folded(long.as_bytes());
    assert_eq!(folded.bytes(), b" aaa ");
    let many = "é".repeat(1_000_000);
    assert!(cut(many.as_bytes()).len() <= CLASSIFIED_BYTES_MAX);
    assert!(folded_of(&many).bytes().len() <= FOLDED_BYTES_MAX + 8);
    let widest = "ﷺ".repeat(100_000);
    assert!(folded_of(&widest).bytes().len() <= FOLDED_BYTES_MAX + 64);
}

#[test]
fn folding_twice_is_folding_once() {
    for raw in ["Stop, PLEASE — não", "ЅТОР it's s.t.o.p", "un 😀 peu d'été"] {
        let once = folded_of(raw);
        let twice = folded(once.bytes());
        assert_eq!(once.bytes(), twice.bytes(), "{raw:?}");
    }
}
