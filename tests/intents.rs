//! How well intents are read, on replies that no training has seen, and how models are made.
//!
//! `fixtures/retail.jsonl` holds replies of 134 invented customers, written by another hand than the
//! phrases of the training and never used to choose anything but what is stated in the README;
//! `fixtures/far.jsonl` holds texts that nobody should claim to understand.

use std::fs;

use serde_json::Value;

use crate::support::{root, volley_sim};

fn evaluated(arguments: &[&str]) -> Value {
    let ended = volley_sim(&[&["evaluate", "--json"], arguments].concat());
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    serde_json::from_slice(&ended.stdout).unwrap()
}

#[test]
fn replies_of_shops_are_read_well() {
    let figures = evaluated(&["--labels", "tests/fixtures/retail.jsonl"]);
    let figure = |name: &str| figures[name].as_f64().unwrap();
    assert!(figure("macro_f1") > 0.70, "{}", figure("macro_f1"));
    assert!(figure("accuracy") > 0.62, "{}", figure("accuracy"));
    assert!(figure("ece") < 0.10, "{}", figure("ece"));
    assert!(figure("unclear") < 0.15, "{}", figure("unclear"));
    assert_eq!(figures["per_class"].as_object().unwrap().len(), 14);
}

#[test]
fn texts_far_from_anything_known_are_unclear_and_not_confidently_something_else() {
    let figures = evaluated(&["tests/fixtures/far.jsonl"]);
    let unclear = figures["unclear"].as_f64().unwrap();
    assert!(unclear > 0.6, "{unclear}");
}

/// A small training set: the phrases of three intents.
fn few_labels(dir: &std::path::Path) -> String {
    let phrases = root().join("engine/core/src/classify/model/phrases");
    let mut labels = String::new();
    for intent in ["order_status", "return_refund", "acknowledgement"] {
        let lines = fs::read_to_string(phrases.join(format!("{intent}.jsonl"))).unwrap();
        labels.extend(lines.lines().take(200).flat_map(|line| [line, "\n"]));
    }
    let path = dir.join("labels.jsonl");
    fs::write(&path, labels).unwrap();
    path.display().to_string()
}

#[test]
fn the_same_labels_and_seed_give_the_same_model_and_another_seed_another() {
    let dir = tempfile::tempdir().unwrap();
    let labels = few_labels(dir.path());
    let train = |name: &str, seed: &str| {
        let out = dir.path().join(name).display().to_string();
        let ended = volley_sim(&["train", "--labels", &labels, "--out", &out, "--seed", seed]);
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        fs::read(&out).unwrap()
    };
    let first = train("a.model", "1");
    assert_eq!(first, train("b.model", "1"));
    assert_ne!(first, train("c.model", "2"));
    let model = dir.path().join("a.model").display().to_string();
    let figures = evaluated(&["--labels", &labels, "--model", &model]);
    assert!(figures["macro_f1"].as_f64().unwrap() > 0.9, "{figures}");
}

#[test]
fn a_brands_own_replies_teach_a_model_and_the_gain_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let own = fs::read_to_string(root().join("tests/fixtures/retail.jsonl")).unwrap();
    let own: String = own.lines().step_by(6).flat_map(|line| [line, "\n"]).collect();
    let labels = dir.path().join("own.jsonl");
    fs::write(&labels, own).unwrap();
    let (labels, out) = (labels.display().to_string(), dir.path().join("own.model"));
    let arguments = ["train", "--base", "standard", "--labels", &labels, "--json", "--out"];
    let ended = volley_sim(&[&arguments[..], &[&out.display().to_string()]].concat());
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    let told: Value = serde_json::from_slice(&ended.stdout).unwrap();
    let accuracy = |when: &str| told[when]["accuracy"].as_f64().unwrap();
    assert!(accuracy("after") > accuracy("before") + 0.03, "{told}");
}

#[test]
fn bad_labels_and_models_are_refused_by_file_and_line() {
    let dir = tempfile::tempdir().unwrap();
    let labels = dir.path().join("labels.jsonl");
    let refused = |content: &str, shown: &str| {
        fs::write(&labels, content).unwrap();
        let path = labels.display().to_string();
        let ended = volley_sim(&["evaluate", &path]);
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!(ended.status.code(), Some(2), "{said}");
        assert!(said.contains(shown) && said.contains("labels.jsonl"), "{said}");
    };
    refused("{\"text\":\"hi\",\"label\":\"acknowledgement\"}\n{\"text\":\"hi\"}\n", "line 2");
    refused("{\"text\":\"hi\",\"label\":\"greeting\"}\n", "`greeting` is no label");
    let not_a_model = labels.display().to_string();
    let ended = volley_sim(&["classify", "--model", &not_a_model, "hi"]);
    assert_eq!(ended.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&ended.stderr).contains("no model"));
    // A model with one bit turned over is noticed by its checksum.
    let mut model = fs::read(root().join("engine/core/src/classify/model/standard.model")).unwrap();
    let middle = model.len() / 2;
    model[middle] ^= 4;
    fs::write(&labels, model).unwrap();
    let ended = volley_sim(&["classify", "--model", &not_a_model, "hi"]);
    assert!(String::from_utf8_lossy(&ended.stderr).contains("damaged"));
}
