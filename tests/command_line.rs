//! The command line: results, bad input, exit codes.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::support::{binary, root, volley_sim};

/// A command that must fail with an exit code and one line that holds `words`.
fn refused(ended: &Output, code: i32, words: &[&str]) {
    let shown = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(code), "{shown}");
    assert_eq!(shown.trim_end().lines().count(), 1, "one line: {shown}");
    words.iter().for_each(|word| assert!(shown.contains(word), "`{word}` is not in: {shown}"));
}

fn write(dir: &Path, name: &str, text: &str) -> String {
    let path = dir.join(name);
    fs::write(&path, text).unwrap();
    path.display().to_string()
}

const SMALL: &str = r#"
name = "Small"
start = "2026-11-27T14:00:00Z"
duration = "1h"
[[campaign]]
name = "One"
recipients = 2000
per_second = 100
reply_rate = 0.05
"#;

#[test]
fn bad_scenarios_are_refused_with_file_line_and_remedy() {
    let dir = tempfile::tempdir().unwrap();
    let check = |replace: &str, with: &str, words: &[&str]| {
        assert!(SMALL.contains(replace));
        let path = write(dir.path(), "bad.toml", &SMALL.replace(replace, with));
        refused(&volley_sim(&["run", &path]), 2, &[&[path.as_str()], words].concat());
    };
    check(
        "reply_rate = 0.05",
        "reply_rate = -0.05",
        &["bad.toml:9: ", "reply_rate is -0.05", "0 to 1"],
    );
    check("reply_rate = 0.05", "reply_rat = 0.05", &["bad.toml:9: ", "reply_rat", "reply_rate"]);
    check("duration = \"1h\"", "duration = \"one hour\"", &["bad.toml:4: ", "one hour", "24h"]);
    check(
        "start = \"2026-11-27T14:00:00Z\"",
        "start = \"Friday\"",
        &["bad.toml:3: ", "Friday", "2026-11-27"],
    );
    check("per_second = 100", "per_second = 0", &["bad.toml:8: ", "per_second"]);
    check("[[campaign]]", "[[campaigns]]", &["bad.toml:5: ", "campaigns"]);
    check("name = \"One\"", "name = \"One", &["bad.toml:6: "]);
    check("name = \"Small\"", "name = \"Small\"\npolicy = \"none.toml\"", &["none.toml"]);
    let rate = "reply_rate = 0.05";
    check(
        rate,
        "reply_rate = 0.05\n[expect]\nescalation = \"< 1\"",
        &["bad.toml:11: ", "no such figure", "escalation_rate"],
    );
    check(
        rate,
        "reply_rate = 0.05\n[expect]\nreplies = \"many\"",
        &["bad.toml:11: ", "many", "\"< 0.2\""],
    );
    check(
        rate,
        "reply_rate = 0.05\n[agents]\nconcurrency = 0",
        &["bad.toml:11: ", "concurrency is 0"],
    );
    check(
        "name = \"One\"",
        "name = \"One\"\nmix = { opt_out = -1 }",
        &["bad.toml:7: ", "mix.opt_out"],
    );
    check(
        "name = \"One\"",
        "name = \"One\"\nmix = { opt_ou = 1 }",
        &["bad.toml:7: ", "opt_ou", "opt_out"],
    );
}

#[test]
fn bad_policies_are_refused_with_file_line_and_remedy() {
    let dir = tempfile::tempdir().unwrap();
    let path = write(dir.path(), "small.toml", &format!("policy = \"shop.toml\"\n{SMALL}"));
    write(dir.path(), "shop.toml", "brand = \"A\"\nhand_off = \"closeout\"\n");
    refused(&volley_sim(&["run", &path]), 2, &["shop.toml:2: ", "closeout", "[texts]"]);
}

#[test]
fn what_cannot_be_read_or_written_is_told_and_nothing_is_left_behind() {
    let dir = tempfile::tempdir().unwrap();
    let path = write(dir.path(), "small.toml", SMALL);
    refused(&volley_sim(&["run", "no-such.toml"]), 2, &["no-such.toml"]);
    refused(&volley_sim(&["replay", "no-such.jsonl"]), 2, &["no-such.jsonl"]);
    // A file where the directory should be: nobody, not even root, can write there.
    let file = write(dir.path(), "occupied", "");
    refused(&volley_sim(&["run", &path, "--out", &file]), 2, &["occupied"]);
    assert_eq!(fs::read_to_string(dir.path().join("occupied")).unwrap(), "");
}

/// A file system of 256 KiB is full long before a run has ended.
#[test]
fn a_full_disk_is_told_and_leaves_nothing_under_a_final_name() {
    let dir = tempfile::tempdir().unwrap();
    let disk = dir.path().join("disk");
    fs::create_dir(&disk).unwrap();
    let mount =
        Command::new("mount").args(["-t", "tmpfs", "-o", "size=256k", "none"]).arg(&disk).output();
    if !mount.is_ok_and(|ended| ended.status.success()) {
        println!("skipped: a small file system can be mounted by root alone");
        return;
    }
    let out = disk.join("out").display().to_string();
    let ended = volley_sim(&["run", "scenarios/first-look.toml", "--out", &out]);
    let mut left = Vec::new();
    for folder in [disk.join("out"), disk.join("out/journal/shard-0000")] {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            left.push(entry.unwrap().file_name().into_string().unwrap());
        }
    }
    Command::new("umount").arg(&disk).status().unwrap();
    refused(&ended, 2, &["No space left"]);
    let finished = left.iter().any(|name| name.ends_with(".arrow") || name == "run.json");
    assert!(!finished, "{left:?}");
}

#[test]
fn expectations_decide_the_exit_code() {
    let dir = tempfile::tempdir().unwrap();
    let with = |bound: &str| {
        let text = format!(
            "{SMALL}\n[expect]\nopt_out_rate = \"{bound}\"\n\"queue_wait.p95_s\" = \"< 100000\"\n"
        );
        volley_sim(&["run", &write(dir.path(), "small.toml", &text), "--json"])
    };
    assert_eq!(with("< 0.5").status.code(), Some(0));
    let failed = with("> 0.5");
    refused(&failed, 99, &["opt_out_rate > 0.5"]);
    let told: Value = serde_json::from_slice(&failed.stdout).unwrap();
    assert_eq!(told["expectations"][0]["holds"], Value::Bool(false));
}

#[test]
fn usage_is_explained() {
    assert_eq!(volley_sim(&["run"]).status.code(), Some(2));
    assert_eq!(volley_sim(&["fly"]).status.code(), Some(2));
    let help = volley_sim(&["--help"]);
    let shown = String::from_utf8_lossy(&help.stdout).into_owned();
    assert!(help.status.success());
    for command in ["run", "replay", "segments", "classify", "journal", "policy", "explain"] {
        assert!(shown.contains(command), "{shown}");
    }
}

#[test]
fn a_run_shows_what_came_of_it() {
    let ended = volley_sim(&["run", "scenarios/first-look.toml"]);
    let shown = String::from_utf8_lossy(&ended.stdout).into_owned();
    assert!(ended.status.success(), "{shown}");
    for words in
        ["First look", "opt-outs", "escalations", "compliance", "p95", "replies per second", "✓"]
    {
        assert!(shown.contains(words), "`{words}` is not in:\n{shown}");
    }
}

/// Gives a command lines on standard input.
fn piped(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(binary())
        .args(arguments)
        .current_dir(root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn segments_and_verdicts_answer_line_by_line() {
    let input = "{\"text\":\"STOP\"}\n{\"text\":\"where is my order 😀\"}\n";
    let ended = piped(&["segments"], input);
    let lines: Vec<Value> = String::from_utf8_lossy(&ended.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines[0], serde_json::json!({ "encoding": "GSM-7", "segments": 1, "units": 4 }));
    assert_eq!(lines[1], serde_json::json!({ "encoding": "UCS-2", "segments": 1, "units": 20 }));
    let ended = piped(&["classify", "--json"], input);
    let lines: Vec<Value> = String::from_utf8_lossy(&ended.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines[0]["compliance"], "opt_out");
    assert_eq!((&lines[1]["compliance"], &lines[1]["noise"]), (&Value::from("none"), &Value::Null));
    assert_eq!(lines[1]["intent"], "order_status");
    assert!(lines[1]["scores"].as_object().unwrap().len() >= 14);
}

#[test]
fn recorded_replies_are_routed_whatever_they_are_written_in() {
    let dir = tempfile::tempdir().unwrap();
    let json = concat!(
        "{\"text\":\"STOP\",\"contact\":\"+1 202 555 0100\",\"label\":\"opt_out\"}\n",
        "{\"txt\":\"no text here\"}\n",
        "not json\n",
        "{\"text\":\"do you have it in blue?\",\"from\":12025550101,\"received_at\":\"2026-11-27T15:00:00Z\"}\n",
    );
    let csv =
        "contact,text,unknown\n+12025550100,STOP,x\n12025550101,\"do you have it, in blue?\",y\n";
    let json = write(dir.path(), "recorded.jsonl", json);
    let csv = write(dir.path(), "recorded.csv", csv);
    for (file, skipped) in [(&json, 2), (&csv, 0)] {
        let ended = volley_sim(&["replay", file, "--json"]);
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        let told: Value = serde_json::from_slice(&ended.stdout).unwrap();
        assert_eq!(told["skipped_lines"], skipped, "{file}");
        assert_eq!(told["summary"]["decisions"], 2.0, "{file}");
        assert_eq!(told["summary"]["opt_outs"], 1.0, "{file}");
        assert_eq!(told["summary"]["disposition.ai"], 1.0, "{file}");
    }
    refused(&volley_sim(&["replay", &json, "--strict"]), 2, &["recorded.jsonl:2: ", "text"]);
    let empty = write(dir.path(), "empty.jsonl", "");
    refused(&volley_sim(&["replay", &empty]), 2, &["empty.jsonl", "no reply"]);
    let headless = write(dir.path(), "headless.csv", "a,b\n1,2\n");
    refused(&volley_sim(&["replay", &headless]), 2, &["headless.csv:1: ", "text"]);
}

/// The recorded messages for development, where they are.
#[test]
fn recorded_messages_of_many_sources_go_through() {
    let Some(data) = std::env::var_os("VOLLEY_DATA") else {
        println!("skipped: VOLLEY_DATA does not name a directory with recorded messages");
        return;
    };
    for name in ["intents/dev.jsonl", "intents/train.jsonl", "compliance.dev.jsonl"] {
        let path = Path::new(&data).join(name);
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        let ended = volley_sim(&["replay", &path.display().to_string(), "--json", "--strict"]);
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        let told: Value = serde_json::from_slice(&ended.stdout).unwrap();
        assert_eq!(told["summary"]["decisions"].as_f64(), Some(lines as f64), "{name}");
    }
}

#[test]
fn a_policy_is_checked() {
    let shop = root().join("scenarios/policies/shop.toml").display().to_string();
    let clean = volley_sim(&["policy", "check", &shop]);
    let shown = String::from_utf8_lossy(&clean.stdout);
    assert_eq!(clean.status.code(), Some(0), "{shown}");
    assert!(shown.contains("nothing found"), "{shown}");
    assert!(shown.contains("  return_refund "), "the decision table: {shown}");
    let dir = tempfile::tempdir().unwrap();
    let both = "[audience]\ninclude = { campaigns = [7] }\nexclude = { campaigns = [7] }\n";
    let path = write(dir.path(), "both.toml", both);
    let found = volley_sim(&["policy", "check", &path, "--json"]);
    assert_eq!(found.status.code(), Some(1));
    let told: Value = serde_json::from_slice(&found.stdout).unwrap();
    assert_eq!(told["findings"][0]["kind"], "conflict");
    let witness = &told["findings"][0]["witness"];
    assert_eq!(witness["reason"], "not_in_audience");
    let shown = witness["shown"].as_str().unwrap();
    assert!(shown.contains("in answer to campaign 7 → human"), "{shown}");
    assert_eq!(told["decisions"].as_array().map(Vec::len), Some(15));
    let path = write(dir.path(), "bad.toml", "hand_of = \"queue\"\n");
    refused(&volley_sim(&["policy", "check", &path]), 2, &["bad.toml:1: ", "hand_off"]);
    refused(&volley_sim(&["policy", "check", "none.toml"]), 2, &["none.toml"]);
}
