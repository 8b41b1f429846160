//! Segments against known vectors, and properties that hold for every text.
//!
//! The vectors are generated texts with the figures of Twilio's segment calculator, version 1.3.0.
//! Class `core` are rows on which all readings of the standard agree, `grapheme` those that turn on
//! whole clusters; both must be met exactly. `old_unicode` rows turn on the calculator's older
//! cluster tables, and `overflow` rows on clusters larger than a part, which it does not break.
//! There only the encoding and the units are required, and differing counts are printed.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use proptest::prelude::*;
use serde::Deserialize;
use unicode_segmentation::UnicodeSegmentation;
use volley_core::segment::{Capacity, Encoding, count, count_lossy, parts, smart};

#[derive(Deserialize)]
struct Row {
    text: String,
    /// Whether the text is substituted first. Files without the field say so by their name.
    smart: Option<bool>,
    /// The text after substitution, where it differs.
    sent: Option<String>,
    encoding: Encoding,
    segments: u16,
    units: u32,
    class: String,
    shape: String,
}

/// Checks every row of a file; the number of rows by class.
fn check_file(path: &Path, is_smart: bool) -> BTreeMap<String, usize> {
    let content = fs::read_to_string(path).expect("the file of vectors can be read");
    let mut rows_by_class = BTreeMap::new();
    for (index, line) in content.lines().enumerate() {
        let row: Row = serde_json::from_str(line).expect("a vector is one object");
        let place = format!("{}:{} ({})", path.display(), index + 1, row.shape);
        check_row(&row, row.smart.unwrap_or(is_smart), &place);
        *rows_by_class.entry(row.class).or_default() += 1;
    }
    rows_by_class
}

fn check_row(row: &Row, is_smart: bool, place: &str) {
    let sent = if is_smart { smart(&row.text) } else { row.text.as_str().into() };
    let expected = row.sent.as_ref().unwrap_or(&row.text);
    assert_eq!(sent.as_ref(), expected, "{place}: substituted");
    let counted = count(&sent);
    assert_eq!(counted.encoding, row.encoding, "{place}: encoding");
    assert_eq!(counted.units, row.units, "{place}: units");
    assert_eq!(count_lossy(sent.as_bytes()), counted, "{place}: as bytes");
    if row.class == "core" || row.class == "grapheme" {
        assert_eq!(counted.segments, row.segments, "{place}: segments");
    } else if counted.segments != row.segments {
        let (ours, theirs) = (counted.segments, row.segments);
        println!("{place}: {} segments {ours}, vector {theirs}", row.class);
    }
}

#[test]
fn the_fixture_is_met() {
    let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/segments.jsonl");
    let rows_by_class = check_file(Path::new(fixture), false);
    let rows: usize = rows_by_class.values().sum();
    assert!(rows > 300 && rows_by_class["grapheme"] == 54, "{rows_by_class:?}");
}

#[test]
fn all_vectors_are_met() {
    let folder = std::env::var_os("VOLLEY_DATA").unwrap_or_default();
    let folder = Path::new(&folder);
    if !folder.is_dir() {
        println!("skipped: VOLLEY_DATA does not name the folder with segments.dev.jsonl");
        return;
    }
    for (name, is_smart) in [("segments.dev.jsonl", false), ("segments.dev.smart.jsonl", true)] {
        let rows_by_class = check_file(&folder.join(name), is_smart);
        println!("{name}: {rows_by_class:?}");
        assert!(!rows_by_class.is_empty(), "{name} has no rows");
    }
}

fn units(text: &str, encoding: Encoding) -> usize {
    match encoding {
        Encoding::Ucs2 => text.encode_utf16().count(),
        Encoding::Gsm7 => {
            let escaped = text.chars().filter(|c| "\u{c}^{}\\[~]|\u{20ac}".contains(*c));
            text.chars().count() + escaped.count()
        }
    }
}

/// What has to stay whole, by the rule restated without regard to speed.
fn pieces(text: &str, encoding: Encoding, part: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    for cluster in text.graphemes(true) {
        if cluster == "\r\n" || units(cluster, encoding) > part {
            pieces.extend(cluster.split_inclusive(|_: char| true));
        } else {
            pieces.push(cluster);
        }
    }
    pieces
}

/// The parts by the restated rule: pieces in order, each into the current part if it has room.
fn parts_restated(text: &str, encoding: Encoding, capacity: Capacity) -> Vec<String> {
    if units(text, encoding) <= capacity.whole(encoding) {
        return vec![text.to_owned()];
    }
    let part = capacity.part(encoding);
    let mut parts = vec![String::new()];
    for piece in pieces(text, encoding, part) {
        let last = parts.last_mut().expect("there is always a part");
        if units(last, encoding) + units(piece, encoding) <= part {
            last.push_str(piece);
        } else {
            parts.push(piece.to_owned());
        }
    }
    parts
}

/// A run of one kind of text, so that boundaries fall within clusters of every kind.
fn run() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z ]{1,40}",
        2 => "[\\[\\]{}^~|\u{20ac}\\\\]{1,6}",
        1 => "[\u{e9}\u{c7}\u{3a9}@$\u{a3}]{1,6}",
        1 => "[\r\n]{1,4}",
        1 => "[\u{301}\u{200d}\u{fe0f}\u{1f3fd}]{1,80}",
        1 => "[\u{1f1e6}-\u{1f1ff}]{1,40}",
        1 => "(\u{1f468}\u{200d}){1,12}\u{1f467}",
        1 => "[\u{1f600}\u{1f44d}\u{2764}\u{1f3f4}\u{2620}]{1,10}",
        1 => "[\u{1100}\u{1161}\u{11a8}\u{ac00}]{1,10}",
        1 => "[\u{915}\u{937}\u{94d}\u{93f}]{1,10}",
        1 => "\\PC{1,20}",
    ]
}

/// Texts of several runs, and texts that are surely GSM-7.
fn text() -> impl Strategy<Value = String> {
    let mixed = prop::collection::vec(run(), 0..12).prop_map(|runs| runs.concat());
    prop_oneof![
        1 => "[a-d{}\r\n]{0,400}",
        1 => "[a-z{}\u{20ac}\u{e9}\r\n]{0,400}",
        6 => mixed,
    ]
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn parts_are_the_text_and_fit_and_are_as_many_as_counted(text in text(), header in 0u8..=20) {
        let capacity = Capacity::with_header(header);
        let counted = capacity.count(&text);
        let parts: Vec<_> = capacity.parts(&text).collect();
        prop_assert_eq!(parts.len(), usize::from(counted.segments));
        let joined: String = parts.iter().map(|part| part.text).collect();
        prop_assert_eq!(&joined, &text);
        let mut start = 0;
        for part in &parts {
            prop_assert_eq!(part.start, start);
            prop_assert_eq!(part.units as usize, units(part.text, counted.encoding));
            start += part.text.len();
        }
        let room = match parts.len() {
            1 => capacity.whole(counted.encoding),
            _ => capacity.part(counted.encoding),
        };
        prop_assert!(parts.iter().all(|part| part.units as usize <= room));
        let sum: u32 = parts.iter().map(|part| part.units).sum();
        prop_assert_eq!(sum, counted.units);
    }

    #[test]
    fn a_cluster_that_fits_a_part_stays_whole(text in text()) {
        let encoding = count(&text).encoding;
        let cuts: Vec<_> = parts(&text).skip(1).map(|part| part.start).collect();
        for (start, cluster) in text.grapheme_indices(true) {
            let end = start + cluster.len();
            let is_cut = cuts.iter().any(|cut| start < *cut && *cut < end);
            let may_be_cut =
                cluster == "\r\n" || units(cluster, encoding) > Capacity::STANDARD.part(encoding);
            prop_assert!(may_be_cut || !is_cut, "{:?} at {} is cut", cluster, start);
        }
    }

    #[test]
    fn parts_are_those_of_the_rule_restated(text in text(), header in 0u8..=20) {
        let capacity = Capacity::with_header(header);
        let encoding = capacity.count(&text).encoding;
        let found: Vec<_> = capacity.parts(&text).map(|part| part.text).collect();
        prop_assert_eq!(found, parts_restated(&text, encoding, capacity));
    }

    #[test]
    fn bytes_count_as_their_lossy_text(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert_eq!(count_lossy(&bytes), count(&String::from_utf8_lossy(&bytes)));
    }

    #[test]
    fn text_counts_the_same_as_bytes(text in text()) {
        prop_assert_eq!(count_lossy(text.as_bytes()), count(&text));
    }

    #[test]
    fn substitution_is_final_and_changes_no_gsm_text(text in text()) {
        let sent = smart(&text);
        let again = smart(&sent);
        prop_assert_eq!(again.as_ref(), sent.as_ref());
        if count(&text).encoding == Encoding::Gsm7 {
            prop_assert_eq!(sent.as_ref(), text.as_str());
        }
    }
}
