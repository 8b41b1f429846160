//! The Arrow files, read by somebody else's reader.

use std::fs;
use std::process::Command;

use volley_core::export::schemas_as_markdown;

use crate::support::{root, volley_sim};

const READ_BACK: &str = r#"
import json, sys
import pyarrow.ipc as ipc
out = {}
for name in ["decisions", "sends", "events", "conversations", "tags", "timeline", "latency", "summary"]:
    table = ipc.open_file(f"{sys.argv[1]}/{name}.arrow").read_all()
    table.validate(full=True)
    out[name] = {"rows": table.num_rows, "columns": table.column_names}
    if name == "summary":
        figures = dict(zip(table["metric"].to_pylist(), table["value"].to_pylist()))
    if name == "decisions":
        out["opt_outs"] = table["reason"].to_pylist().count("opt_out")
        out["ordered"] = table["decided_us"].to_pylist() == sorted(table["decided_us"].to_pylist())
        out["unique"] = len(set(table["decision"].to_pylist())) == table.num_rows
    if name == "sends":
        released = [s for s, n in zip(table["status"].to_pylist(), table["segments"].to_pylist()) for s in [(s, n)] if s[0] == "released"]
        out["segments_out"] = sum(n for _, n in released)
    if name == "timeline":
        out["timeline_replies"] = sum(table["replies"].to_pylist())
    if name == "latency":
        rows = list(zip(table["measure"].to_pylist(), table["count"].to_pylist()))
        out["latency_decisions"] = sum(n for m, n in rows if m == "decision")
out["figures"] = figures
print(json.dumps(out))
"#;

/// A Python that has pyarrow, if there is one.
fn python() -> Option<&'static str> {
    let has = |name: &&str| {
        let ended = Command::new(name).args(["-c", "import pyarrow"]).output();
        ended.is_ok_and(|ended| ended.status.success())
    };
    ["python3", "python"].into_iter().find(has)
}

#[test]
fn pyarrow_reads_what_a_run_wrote() {
    let Some(python) = python() else {
        println!("skipped: there is no Python with pyarrow");
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().display().to_string();
    let ended = volley_sim(&["run", "scenarios/first-look.toml", "--out", &out]);
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    let read = Command::new(python).args(["-c", READ_BACK, &out]).output().unwrap();
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    let told: serde_json::Value = serde_json::from_slice(&read.stdout).unwrap();
    let figures = &told["figures"];
    let same = |told: &serde_json::Value, figure: &str| {
        assert_eq!(told.as_f64(), figures[figure].as_f64(), "{figure}: {told}");
    };
    same(&told["decisions"]["rows"], "decisions");
    same(&told["opt_outs"], "opt_outs");
    same(&told["segments_out"], "segments_out");
    same(&told["timeline_replies"], "decisions");
    same(&told["latency_decisions"], "decisions");
    assert_eq!((&told["ordered"], &told["unique"]), (&true.into(), &true.into()));
}

/// The documentation of the schemas is made from the schemas.
#[test]
fn the_schemas_are_documented_as_they_are() {
    let path = root().join("dashboards/SCHEMAS.md");
    let written = fs::read_to_string(&path).unwrap_or_default();
    let (head, _) = written.split_once("## decisions.arrow").unwrap_or((&written, ""));
    let wanted = format!("{head}{}", schemas_as_markdown());
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &wanted).unwrap();
    }
    assert!(
        written == wanted,
        "dashboards/SCHEMAS.md is out of date; run the tests with UPDATE=1 to write it anew"
    );
}
