//! The same seed twice; a journal replayed; every reply decided once.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{root, volley_sim};

/// All files below a directory with their bytes.
fn contents(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(dir).unwrap().display().to_string();
                files.insert(name, fs::read(path).unwrap());
            }
        }
    }
    files
}

fn run(dir: &Path, arguments: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let out = dir.display().to_string();
    let mut all = vec!["run", "scenarios/first-look.toml", "--json", "--out", &out];
    all.extend(arguments);
    let ended = volley_sim(&all);
    // What the scenario expects holds for its own seed; any seed leaves results.
    assert!([Some(0), Some(99)].contains(&ended.status.code()), "{ended:?}");
    contents(dir)
}

/// First of all: without this no later failure could be looked into.
#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let dir = tempfile::tempdir().unwrap();
    let one = run(&dir.path().join("one"), &["--seed", "5"]);
    let two = run(&dir.path().join("two"), &["--seed", "5"]);
    let other = run(&dir.path().join("other"), &["--seed", "6"]);
    let names: Vec<&String> = one.keys().collect();
    assert!(names.iter().any(|name| name.ends_with(".journal")), "{names:?}");
    for name in ["decisions", "sends", "events", "conversations", "timeline", "latency", "summary"]
    {
        assert!(one.contains_key(&format!("{name}.arrow")), "{names:?}");
    }
    for (name, bytes) in &one {
        assert!(two[name] == *bytes, "{name} differs between two runs of one seed");
        assert!(other[name] != *bytes || name == "run.json", "{name} is the same for two seeds");
    }
    assert_eq!(one.len(), two.len());
}

#[test]
fn replaying_the_journal_gives_the_same_state_and_decisions() {
    let dir = tempfile::tempdir().unwrap();
    run(dir.path(), &[]);
    let out = dir.path().display().to_string();
    let ended = volley_sim(&["journal", "replay", &out, "--json"]);
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    let told: Value = serde_json::from_slice(&ended.stdout).unwrap();
    let manifest: Value =
        serde_json::from_slice(&fs::read(dir.path().join("run.json")).unwrap()).unwrap();
    for what in ["state_hash", "decisions_hash", "decisions"] {
        assert_eq!(told[what], manifest[what], "{what}");
    }
    for what in ["desk_hash", "desk_answers", "desk_answers_hash"] {
        assert_eq!(told[what], manifest[what], "{what}");
    }
    assert!(told["decisions"].as_u64() > Some(100));
    assert!(told["desk_answers"].as_u64() > Some(50));
}

#[test]
fn a_replay_that_does_not_come_to_the_same_is_told() {
    let dir = tempfile::tempdir().unwrap();
    run(dir.path(), &[]);
    let manifest = dir.path().join("run.json");
    let text = fs::read_to_string(&manifest).unwrap();
    let told: Value = serde_json::from_str(&text).unwrap();
    for what in ["state_hash", "desk_hash", "desk_answers_hash"] {
        let hash = told[what].as_str().unwrap();
        fs::write(&manifest, text.replace(hash, "0000000000000000")).unwrap();
        let ended = volley_sim(&["journal", "replay", &dir.path().display().to_string()]);
        assert_eq!(ended.status.code(), Some(1), "{what}");
        assert!(String::from_utf8_lossy(&ended.stderr).contains("state"), "{ended:?}");
    }
}

/// The run itself checks, reply by reply, that what goes in comes out decided once and in order; here
/// its sums are checked against each other, in every scenario that does not take minutes.
#[test]
fn counts_are_conserved_in_every_scenario() {
    for entry in fs::read_dir(root().join("scenarios")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "toml")
            || path.ends_with("black-friday.toml")
        {
            continue;
        }
        let ended = volley_sim(&["run", &path.display().to_string(), "--json"]);
        assert!(
            ended.status.success(),
            "{}: {}",
            path.display(),
            String::from_utf8_lossy(&ended.stderr)
        );
        let told: Value = serde_json::from_slice(&ended.stdout).unwrap();
        let figures = told["summary"].as_object().unwrap();
        let figure = |name: &str| figures[name].as_f64().unwrap();
        let sum = |prefix: &str| -> f64 {
            figures
                .iter()
                .filter(|(name, _)| name.starts_with(prefix))
                .map(|(_, it)| it.as_f64().unwrap())
                .sum()
        };
        assert!(figure("replies") > 0.0, "{}: nobody replied", path.display());
        assert_eq!(figure("replies"), figure("decisions"), "{}", path.display());
        assert_eq!(sum("disposition."), figure("decisions"), "{}", path.display());
        assert_eq!(sum("reason."), figure("decisions"), "{}", path.display());
        // Where nobody opts out, which is read best, intents alone are judged.
        let direct = path.ends_with("functional-ai.toml");
        assert!(
            figure("truth_agreement") > if direct { 0.7 } else { 0.8 },
            "{}: {}",
            path.display(),
            figure("truth_agreement")
        );
    }
}

#[test]
fn against_the_clock_every_reply_is_decided_too() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().display().to_string();
    let arguments =
        ["run", "scenarios/first-look.toml", "--real-time", "--speed", "3600", "--shards", "2"];
    let ended = volley_sim(&[&arguments[..], &["--json", "--out", &out]].concat());
    let told: Value =
        serde_json::from_slice(&ended.stdout).expect("a result, whatever was expected of it");
    let summary = &told["summary"];
    assert_eq!(summary["replies"], summary["decisions"]);
    assert!(summary["replies"].as_f64() > Some(100.0), "{summary}");
    assert!(told["wall"]["generator_late_s"].as_f64().is_some());
    let replayed = volley_sim(&["journal", "replay", &out]);
    assert!(replayed.status.success(), "{}", String::from_utf8_lossy(&replayed.stderr));
}
