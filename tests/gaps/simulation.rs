//! Simulations that pass or fail, and that answer what other staffing would have come to.

use std::fs;

use serde_json::Value;
use volley_sim::runner;
use volley_sim::scenario::Scenario;

use crate::support::volley_sim;

/// An hour after a recall: everybody wants their money back.
fn refunds(headcount: u32) -> String {
    format!(
        "name = \"Refunds\"\nstart = \"2026-11-27T14:00:00Z\"\nduration = \"2h\"\n\
         [audience]\nredelivery_rate = 0.0\n[agents]\nheadcount = {headcount}\nconcurrency = 1\n\
         handling = {{ median = \"5m\", sigma = 0.5 }}\n[[campaign]]\nname = \"Recall\"\n\
         recipients = 2000\nper_second = 50\nreply_rate = 0.05\n\
         reply_delay = {{ median = \"10m\", sigma = 0.5 }}\nmix = {{ return_refund = 1 }}\n"
    )
}

#[test]
fn g_114_a_simulation_passes_or_fails_by_route_and_hand_off() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("refunds.toml");
    let run = |expected: &str| {
        fs::write(&path, format!("{}\n[expect]\n{expected}", refunds(4))).unwrap();
        volley_sim(&["run", &path.display().to_string(), "--json"])
    };
    let holds = run(
        "\"disposition.human\" = \"> 50\"\n\"reason.refund\" = \"> 10\"\n\"sends.agent\" = \"> 20\"\n\
         \"sends.opt_out_confirmation\" = \"== 0\"\nundecided = \"== 0\"\n",
    );
    assert_eq!(holds.status.code(), Some(0), "{}", String::from_utf8_lossy(&holds.stderr));
    // The same run, of which something else was expected: it says which, and what came instead.
    let fails = run("\"disposition.human\" = \"== 0\"\n\"reason.refund\" = \"> 10\"\n");
    assert_eq!(fails.status.code(), Some(99));
    let told: Value = serde_json::from_slice(&fails.stdout).unwrap();
    let expectations = told["expectations"].as_array().unwrap();
    let held: Vec<_> = expectations.iter().map(|it| it["holds"].as_bool().unwrap()).collect();
    assert_eq!(held.iter().filter(|holds| !**holds).count(), 1, "{expectations:?}");
    let shown = String::from_utf8_lossy(&fails.stderr).into_owned();
    assert!(shown.contains("disposition.human"), "{shown}");
}

#[test]
fn g_118_more_people_make_the_same_customers_wait_for_less() {
    let dir = tempfile::tempdir().unwrap();
    let run = |headcount: u32| {
        let path = dir.path().join(format!("{headcount}.toml"));
        fs::write(&path, refunds(headcount)).unwrap();
        let outcome = runner::run(&Scenario::load(&path).unwrap(), None, None, None).unwrap();
        let figure = |name: &str| {
            let row = outcome.summary.iter().find(|row| row.metric == name);
            row.unwrap_or_else(|| panic!("{name} is measured")).value
        };
        let waits = [figure("queue_wait.p50_s"), figure("queue_wait.p95_s")];
        (figure("replies"), waits, figure("queue_length_max"), figure("cost_agents"))
    };
    let [few, some, many] = [2, 6, 20].map(run);
    // The same customers: staffing changes no draw of theirs.
    assert!(few.0 == some.0 && some.0 == many.0);
    for (less, more) in [(&few, &some), (&some, &many)] {
        assert!(less.1[1] > more.1[1], "p95: {less:?} {more:?}");
        assert!(less.2 > more.2 && less.3 < more.3, "queue and cost: {less:?} {more:?}");
    }
    assert!(few.1[0] > 10.0 * many.1[0].max(1.0), "{few:?} {many:?}");
}
