//! The house rules as tests over the source text.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::root;

/// The one order of modules in the core. A module imports only what stands to its left.
const ORDER: &[&str] = &[
    "limits",
    "names",
    "planted",
    "hash",
    "time",
    "id",
    "table",
    "message",
    "segment",
    "text",
    "classify",
    "reason",
    "service",
    "policy",
    "conversation",
    "contact",
    "decision",
    "input",
    "stamper",
    "effect",
    "budget",
    "gate",
    "ladder",
    "transition",
    "timer",
    "desk",
    "record",
    "shard",
    "audit",
    "journal",
    "outbox",
    "worker",
    "check",
    "clock",
    "runtime",
    "export",
];

/// What the pure line, everything up to `worker`, must not name; with the reason.
const BANNED: &[(&str, &str)] = &[
    ("Instant::now", "time is an argument"),
    ("SystemTime", "time is an argument"),
    ("thread::sleep", "the pure line waits for nothing"),
    ("thread::spawn", "the pure line has no threads"),
    ("rand::", "randomness is an argument"),
    ("RandomState", "its order differs from run to run"),
    ("std::collections::HashMap", "its order differs from run to run"),
    ("std::collections::HashSet", "its order differs from run to run"),
    ("mpsc::channel", "unbounded"),
    ("unbounded(", "unbounded"),
    ("SegQueue", "unbounded"),
    ("std::net", "the pure line has no sockets"),
    ("tokio", "the core has no async runtime"),
    ("async fn", "the pure line is synchronous"),
];

/// Files of the pure line that do I/O, behind a trait.
const MAY_DO_IO: &[&str] = &["journal/storage.rs"];

const COLUMNS_MAX: usize = 120;
const LINES_MAX: usize = 500;

/// Files longer than that, each with the reason.
const LONG: &[(&str, &str)] = &[];

/// All Rust files below a folder, sorted.
pub fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "target") {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn our_files() -> Vec<PathBuf> {
    ["engine", "simulator", "benches", "tests"]
        .iter()
        .flat_map(|top| rust_files(&root().join(top)))
        .collect()
}

fn core_files() -> Vec<(String, String)> {
    let src = root().join("engine/core/src");
    let name = |path: &Path| path.strip_prefix(&src).unwrap().to_str().unwrap().to_owned();
    rust_files(&src).iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect()
}

/// The module of the core that a file belongs to: `journal/file.rs` is part of `journal`.
fn module(file: &str) -> &str {
    file.split('/').next().unwrap().trim_end_matches(".rs")
}

fn rank(module: &str) -> Option<usize> {
    ORDER.iter().position(|name| *name == module)
}

/// Modules of the core that a line names, as in `crate::id::Key` or `crate::{id, time}`.
fn named_modules(line: &str) -> Vec<&str> {
    let code = line.split("//").next().unwrap_or("");
    let after = code.match_indices("crate::").map(|(at, name)| &code[at + name.len()..]);
    after
        .flat_map(|rest| {
            rest.trim_start_matches('{').split([',', ' ', '}']).take(if rest.starts_with('{') {
                20
            } else {
                1
            })
        })
        .map(|path| path.split([':', ';', '(', '<', '>', ')', '!']).next().unwrap_or(""))
        .filter(|name| rank(name).is_some())
        .collect()
}

#[test]
fn modules_of_the_core_import_only_what_stands_before_them() {
    for (file, text) in core_files() {
        if file == "lib.rs" {
            continue;
        }
        let own =
            rank(module(&file)).unwrap_or_else(|| panic!("{file}: add its module to the order"));
        for (line, number) in text.lines().zip(1..) {
            for name in named_modules(line) {
                assert!(
                    rank(name) <= Some(own),
                    "engine/core/src/{file}:{number}: `{}` must not know `{name}`, which stands after it",
                    module(&file)
                );
            }
        }
    }
}

#[test]
fn the_order_is_that_of_the_crate() {
    let lib = fs::read_to_string(root().join("engine/core/src/lib.rs")).unwrap();
    let declared: Vec<&str> = lib
        .lines()
        .filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod "))
        .map(|rest| rest.trim_end_matches(';'))
        .collect();
    assert_eq!(declared, ORDER);
}

#[test]
fn the_pure_line_reads_no_clock_no_chance_and_no_socket() {
    let worker = rank("worker");
    for (file, text) in core_files() {
        if file == "lib.rs" || rank(module(&file)) > worker {
            continue;
        }
        for (line, number) in text.lines().zip(1..) {
            let code = line.split("//").next().unwrap_or("");
            for (banned, why) in BANNED {
                assert!(
                    !code.contains(banned),
                    "engine/core/src/{file}:{number}: `{banned}` is banned: {why}"
                );
            }
            let io = code.contains("std::fs") || code.contains("File::");
            assert!(
                !io || MAY_DO_IO.contains(&file.as_str()),
                "engine/core/src/{file}:{number}: no files here"
            );
        }
    }
}

#[test]
fn the_bans_are_clippys_too() {
    let clippy = fs::read_to_string(root().join("engine/core/clippy.toml")).unwrap();
    for banned in
        ["Instant::now", "SystemTime::now", "HashMap", "unbounded", "SegQueue", "RandomState"]
    {
        assert!(clippy.contains(banned), "engine/core/clippy.toml does not ban `{banned}`");
    }
    let workspace = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    for lint in
        ["iter_over_hash_type", "disallowed_methods", "too_many_lines", "unsafe_code = \"forbid\""]
    {
        assert!(workspace.contains(lint), "Cargo.toml does not set `{lint}`");
    }
}

#[test]
fn every_file_says_what_it_is_and_keeps_its_measure() {
    for path in our_files() {
        let shown = path.strip_prefix(root()).unwrap().display().to_string();
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("//! "), "{shown}: begins without a header that says what it is");
        let lines = text.lines().count();
        let long = LONG.iter().any(|(file, _)| shown.ends_with(file));
        assert!(lines <= LINES_MAX || long, "{shown}: {lines} lines; split it by meaning");
        for (line, number) in text.lines().zip(1..) {
            // A string that people or a program will read is not broken for the sake of columns.
            let columns = if line.contains('"') { 0 } else { line.chars().count() };
            assert!(columns <= COLUMNS_MAX, "{shown}:{number}: {columns} columns");
            assert!(
                !line.contains("todo!(") || shown.ends_with("tidy.rs"),
                "{shown}:{number}: unfinished"
            );
        }
    }
}

#[test]
fn every_crate_takes_the_shared_lints() {
    for member in ["engine/core", "simulator", "benches", "tests"] {
        let manifest = fs::read_to_string(root().join(member).join("Cargo.toml")).unwrap();
        assert!(manifest.contains("[lints]\nworkspace = true"), "{member}/Cargo.toml: add [lints]");
    }
    let core = fs::read_to_string(root().join("engine/core/Cargo.toml")).unwrap();
    for banned in ["tokio", "hyper", "axum", "reqwest", "rdkafka", "rand"] {
        let listed = core.lines().any(|line| line.starts_with(banned));
        assert!(
            !listed,
            "engine/core/Cargo.toml lists `{banned}`: an embedder gets the core without it"
        );
    }
}
