//! The bar that compliance is held to: labelled texts, disguised keywords by the ten thousand, and
//! hostile input. Labels and what they mean: `tests/fixtures/README.md`.

use std::collections::BTreeMap;
use std::time::Instant;

use serde::Deserialize;
use volley_core::classify::{Classifier, Compliance, Noise, Scratch, Verdict};
use volley_core::hash::stable_hash;

#[derive(Deserialize)]
struct Labelled {
    text: String,
    label: String,
}

fn fixture(name: &str) -> Vec<Labelled> {
    let path = format!("{}/../../tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
    let lines = std::fs::read_to_string(path).expect("the fixture can be read");
    let parse = |line| serde_json::from_str(line).expect("a fixture line is one object");
    lines.lines().map(parse).collect()
}

/// The label that a verdict amounts to.
fn label(verdict: &Verdict) -> &'static str {
    match (verdict.noise, verdict.compliance) {
        (Some(Noise::AutoReply), _) => "noise_auto_reply",
        (Some(Noise::Reaction), _) => "noise_reaction",
        (Some(Noise::Bounce), _) => "noise_bounce",
        (Some(Noise::Other), _) => "noise_other",
        (None, Compliance::None) => "normal",
        (None, compliance) => compliance.name(),
    }
}

/// How often each label was given for each label.
#[derive(Default)]
struct Counts(BTreeMap<(String, &'static str), usize>);

impl Counts {
    fn of(&self, label: &str, given: &str) -> usize {
        let found = self.0.iter().find(|((l, g), _)| l == label && *g == given);
        found.map_or(0, |(_, count)| *count)
    }

    fn sum(&self, mut which: impl FnMut(&str, &str) -> bool) -> usize {
        let counted = self.0.iter().filter(|((l, g), _)| which(l, g));
        counted.map(|(_, count)| *count).sum()
    }

    fn f1(&self, label: &str) -> f64 {
        let right = self.of(label, label);
        let given = self.sum(|_, g| g == label);
        let labelled = self.sum(|l, _| l == label);
        2.0 * right as f64 / (given + labelled) as f64
    }
}

/// Measures one file of labelled texts, prints the misses, and holds the figures to the bar.
fn check_fixture(name: &str) {
    let classifier = Classifier::standard();
    let mut scratch = Scratch::default();
    let mut counts = Counts::default();
    for row in fixture(name) {
        let verdict = classifier.classify(row.text.as_bytes(), &mut scratch);
        let given = label(&verdict);
        if given != row.label {
            let rule = classifier.rule_says(verdict.rule);
            println!("{} given as {given} ({rule}): {:?}", row.label, row.text);
        }
        *counts.0.entry((row.label, given)).or_default() += 1;
    }
    let opt_outs = counts.sum(|l, _| l == "opt_out");
    let caught = counts.of("opt_out", "opt_out") + counts.of("opt_out", "hold");
    assert_eq!(caught, opt_outs, "{name}: an opt-out was missed");
    let false_opt_outs = counts.sum(|l, g| g == "opt_out" && l != "opt_out");
    assert_eq!(false_opt_outs, 0, "{name}: false opt-outs");
    let normal = counts.sum(|l, _| l == "normal");
    let held = counts.of("normal", "hold");
    assert!(held * 50 <= normal, "{name}: {held} of {normal} ordinary texts are held");
    for exact in ["opt_in", "help"] {
        let all = counts.sum(|l, _| l == exact);
        assert_eq!(counts.of(exact, exact), all, "{name}: {exact}");
    }
    for kind in Noise::ALL {
        let kind = format!("noise_{}", kind.name());
        let f1 = counts.f1(&kind);
        assert!(f1 >= 0.97, "{name}: F1 of {kind} is {f1:.3}");
    }
}

#[test]
fn labelled_texts() {
    check_fixture("compliance.jsonl");
}

#[test]
fn more_labelled_texts() {
    check_fixture("compliance_more.jsonl");
}

/// A stream of numbers from a seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 += 1;
        (stable_hash(self.0, 0x5354_4f50) % sides as u64) as usize
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.roll(from.len())]
    }
}

/// The words that are revocations as such, 47 CFR 64.1200(a)(10).
const PER_SE: [&str; 7] = ["stop", "quit", "end", "revoke", "opt out", "cancel", "unsubscribe"];

const SEPARATORS: [&str; 12] =
    [" ", ".", "-", "_", "*", "/", "  ", ". ", " - ", "\u{200b} ", "\n", ","];
const INVISIBLE: [&str; 9] = [
    "\u{200b}", "\u{200c}", "\u{200d}", "\u{2060}", "\u{feff}", "\u{ad}", "\u{200e}", "\u{202e}",
    "\u{fe0f}",
];
const MARKS: [&str; 6] = ["\u{301}", "\u{308}", "\u{336}", "\u{330}", "\u{35f}", "\u{489}"];
const SPACES: [&str; 8] = ["", " ", "  ", "\t", "\n", "\u{a0}", "\u{3000}", "\r\n\r\n"];
const BEFORE: [&str; 18] = [
    "please ",
    "pls ",
    "Plz, ",
    "kindly ",
    "ok ",
    "OK. ",
    "hi, ",
    "Hello! ",
    "hey ",
    "sir, ",
    "thanks, ",
    "good morning. ",
    "now ",
    "PLEASE ",
    "ty. ",
    "🙏 ",
    "🛑 ",
    "",
];
const AFTER: [&str; 20] = [
    " please",
    " pls",
    " plz!",
    " thanks",
    " thank you",
    " thx",
    " ty",
    " now",
    " NOW!!",
    " asap",
    " right now",
    " immediately",
    ", thank you very much",
    " already",
    " please and thanks",
    " 🙏",
    "😡😡",
    " 👎🏽",
    "❌",
    "",
];
const PUNCTUATION: [&str; 14] =
    ["", "", ".", "!", "!!!", "...", "…", "?", "!?", " .", ",", ";", "。", "~"];
const PAIRS: [(&str, &str); 10] = [
    ("", ""),
    ("", ""),
    ("\"", "\""),
    ("“", "”"),
    ("'", "'"),
    ("‘", "’"),
    ("(", ")"),
    ("[", "]"),
    ("«", "»"),
    ("*", "*"),
];
const BELOW: [&str; 8] = [
    "",
    "",
    "",
    "\nSent from my iPhone",
    "\n\nSent from my Galaxy S21",
    "\n\n--\nMarisol Vega\nSales",
    "\n\nGet Outlook for iOS",
    "\n> 25% off ends tonight! Reply STOP to opt out",
];

/// The letter in a disguise, or as it is where it has none.
fn disguised(letter: char, disguise: usize) -> String {
    let shifted = |first: u32| {
        char::from_u32(first + letter as u32 - 'a' as u32).expect("a letter stays a letter")
    };
    let one_of = |letters: &str, from: &str| {
        let at = from.chars().position(|c| c == letter);
        at.and_then(|at| letters.chars().nth(at)).unwrap_or(letter)
    };
    let c = match disguise {
        0 => shifted('ａ' as u32),
        1 => shifted('Ａ' as u32),
        2 => shifted(0x1d41a),
        3 => shifted(0x1d5d4),
        4 => shifted('ⓐ' as u32),
        5 => shifted('Ⓐ' as u32),
        6 => shifted(0x1f130),
        7 => shifted(0x1f170),
        8 => one_of("асеорѕітЬ", "aceopsitb"),
        9 => one_of("АСЕОРЅІТВ", "aceopsitb"),
        10 => one_of("αεορτυικν", "aeoptuikv"),
        11 => one_of("ΑΕΟΡΤΝΚΒΙ", "aeoptnkbi"),
        12 => one_of("áćéóṕśíțḅñúḱŕṽĺ", "aceopsitbnukrvl"),
        13 => one_of("ᴀᴄᴇᴏᴘꜱɪᴛʙɴᴜᴋʀᴠʟqd", "aceopsitbnukrvlqd"),
        _ => one_of("0157348", "oistea7"),
    };
    c.to_string()
}

/// One letter of the word, in the manner that was thrown for the whole word.
fn spelled(word: &str, dice: &mut Dice) -> String {
    let manner = dice.roll(12);
    let disguise = dice.roll(15);
    let separator = dice.pick(&SEPARATORS);
    let mut spelled = String::new();
    let letters: Vec<char> = match manner {
        // Spaced-out letters know no spaces between words.
        0 | 1 => word.chars().filter(|c| *c != ' ').collect(),
        _ => word.chars().collect(),
    };
    for (at, letter) in letters.iter().enumerate() {
        let upper = match dice.roll(4) {
            0 => false,
            1 => true,
            _ => manner.is_multiple_of(2),
        };
        if (manner == 0 || manner == 1) && at > 0 {
            spelled.push_str(separator);
        }
        match manner {
            2 | 3 if *letter != ' ' => spelled.push_str(&disguised(*letter, disguise)),
            // Only some of the letters are disguised.
            4 if *letter != ' ' && dice.roll(2) == 0 => {
                spelled.push_str(&disguised(*letter, disguise));
            }
            _ if upper => spelled.extend(letter.to_uppercase()),
            _ => spelled.push(*letter),
        }
        match manner {
            5 if *letter != ' ' => spelled.push_str(dice.pick(&INVISIBLE)),
            6 if *letter != ' ' => spelled.push_str(dice.pick(&MARKS)),
            7 if *letter != ' ' && dice.roll(3) == 0 => {
                // Drawn out, as in `stoooop`.
                spelled.extend(std::iter::repeat_n(*letter, 2 + dice.roll(5)));
            }
            _ => {}
        }
    }
    spelled
}

/// A keyword alone, the way people decorate it.
fn perturbed(word: &str, dice: &mut Dice) -> String {
    let (open, close) = PAIRS[dice.roll(PAIRS.len())];
    let mut text = String::from(dice.pick(&SPACES));
    if dice.roll(3) == 0 {
        text.push_str(dice.pick(&BEFORE));
    }
    text.push_str(open);
    text.push_str(&spelled(word, dice));
    if dice.roll(8) == 0 {
        text.push(' ');
        text.push_str(&spelled(word, dice));
    }
    text.push_str(dice.pick(&PUNCTUATION));
    text.push_str(close);
    if dice.roll(3) == 0 {
        text.push_str(dice.pick(&AFTER));
    }
    text.push_str(dice.pick(&PUNCTUATION));
    text.push_str(dice.pick(&SPACES));
    if dice.roll(4) == 0 {
        text.push_str(dice.pick(&BELOW));
    }
    text
}

#[test]
fn per_se_words_in_any_disguise() {
    let classifier = Classifier::standard();
    let mut scratch = Scratch::default();
    let mut dice = Dice(42);
    let mut missed = 0;
    for round in 0..100_000 {
        let word = PER_SE[round % PER_SE.len()];
        let text = perturbed(word, &mut dice);
        let verdict = classifier.classify(text.as_bytes(), &mut scratch);
        if verdict.compliance != Compliance::OptOut {
            missed += 1;
            if missed <= 20 {
                let folded = String::from_utf8_lossy(scratch.text().bytes());
                println!("{} of {word}: {text:?} read as {folded:?}", label(&verdict));
            }
        }
    }
    assert_eq!(missed, 0, "of 100,000");
}

#[test]
#[allow(clippy::disallowed_methods, reason = "what is measured here is time")]
fn hostile_input_is_read_in_bounded_time() {
    let classifier = Classifier::standard();
    let mut scratch = Scratch::default();
    let mut every_byte: Vec<u8> = (0..=255).collect();
    every_byte.extend((0..=255).rev());
    let hostile: [(&str, Vec<u8>); 12] = [
        ("combining marks", "a\u{301}".repeat(1_000_000).into_bytes()),
        ("marks on one letter", format!("s{}top", "\u{301}".repeat(1_000_000)).into_bytes()),
        ("bidirectional", "\u{202e}stop\u{202c}".repeat(100_000).into_bytes()),
        ("invalid UTF-8", b"\xff\xfe\xc0\x80\xf0\x9f".repeat(100_000)),
        ("NUL", vec![0; 1_000_000]),
        ("ten megabytes", "stop texting me ".repeat(655_360).into_bytes()),
        ("keywords", "stop ".repeat(1_000).into_bytes()),
        ("single letters", "s t o p ".repeat(1_000).into_bytes()),
        ("joined", "s-t-o-p-".repeat(1_000).into_bytes()),
        ("quotation marks", "“”\"'".repeat(10_000).into_bytes()),
        ("expanding", "ﷺ".repeat(100_000).into_bytes()),
        ("every byte", every_byte.repeat(100)),
    ];
    for (what, text) in hostile {
        let start = Instant::now();
        classifier.classify(&text, &mut scratch);
        let micros = start.elapsed().as_micros();
        // A bounded part is read, so even a debug build on a busy machine is far below this.
        assert!(micros < 200_000, "{what} took {micros} µs");
    }
}
