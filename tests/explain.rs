//! Decisions that explain themselves: nothing that is told of one may differ from what the ladder does.

mod drawn;

use std::fs;
use std::path::Path;
use std::process::Output;
use std::sync::LazyLock;

use bytes::Bytes;
use serde_json::Value as Json;
use tempfile::TempDir;
use volley_core::audit::{Audit, Became, Evidence};
use volley_core::classify::Score;
use volley_core::decision::Decision;
use volley_core::effect::Effect;
use volley_core::id::ShardId;
use volley_core::input::{AiOutcome, Input, PolicyChange};
use volley_core::journal::{Reader, read_dir};
use volley_core::ladder::counterfactual::{Counterfactual, counterfactuals};
use volley_core::ladder::explain::{Fate, explain};
use volley_core::ladder::factor::Factor;
use volley_core::ladder::setting::{Setting, Value};
use volley_core::ladder::situation::Situation;
use volley_core::ladder::{LADDER, route};
use volley_core::reason::{Disposition, Reason, Step};
use volley_core::record::{Body, Record};
use volley_core::shard::{Layout, Shard};

use crate::support::{BRAND, Line, volley_sim};
use drawn::{Dice, policies, situations};

#[test]
fn situations_are_of_all_kinds() {
    let mut steps = LADDER.map(|(step, _)| (step, 0));
    for situation in situations(5000) {
        let step = route(&situation.case()).step;
        steps.iter_mut().filter(|(known, _)| *known == step).for_each(|(_, count)| *count += 1);
    }
    assert!(steps.iter().all(|(_, count)| *count > 20), "{steps:?}");
}

/// If this fails, the ladder has learnt to look at something that `ladder::factor` does not list: add it
/// there, or explanations will not speak of it.
#[test]
fn the_inputs_that_are_told_are_all_that_the_ladder_looks_at() {
    for seed in 0..20_000 {
        let mut dice = Dice(seed);
        let policy = &policies()[dice.roll(policies().len() as u64) as usize];
        let (one, mut other) = (dice.situation(policy), dice.situation(policy));
        for factor in Factor::of_case() {
            factor.of(&one).put(&mut other);
        }
        assert_eq!(route(&other.case()), route(&one.case()), "{seed}\n{one:#?}\n{other:#?}");
    }
}

#[test]
fn what_is_put_is_what_stands() {
    for seed in 0..500 {
        let mut dice = Dice(seed);
        let policy = &policies()[dice.roll(policies().len() as u64) as usize];
        let (one, mut other) = (dice.situation(policy), dice.situation(policy));
        for factor in Factor::all(&one) {
            factor.of(&one).put(&mut other);
            assert_eq!(factor.of(&other), factor.of(&one), "{factor}");
        }
    }
}

#[test]
fn an_explanation_says_what_the_ladder_does() {
    for situation in situations(60) {
        let told = explain(&situation);
        let actual = route(&situation.case());
        assert_eq!(told.route, actual);
        let order: Vec<Step> = told.steps.iter().map(|told| told.step).collect();
        assert_eq!(order, LADDER.map(|(step, _)| step));
        let matched = told.steps.iter().position(|told| told.fate == Fate::Matched).unwrap();
        assert_eq!(told.steps[matched].step, actual.step);
        for (index, told) in told.steps.iter().enumerate() {
            match &told.fate {
                Fate::PassedOver(passed) => {
                    assert!(index < matched && !passed.because.is_empty());
                    assert_eq!(LADDER[index].1(&situation.case()), None);
                    for obstacle in &passed.obstacles {
                        assert_eq!(obstacle.now, obstacle.now.factor.of(&situation));
                        // Any one of what it lacked would have made this very step match.
                        for wanted in &obstacle.wanted {
                            let mut changed = situation.clone();
                            wanted.put(&mut changed);
                            assert!(LADDER[index].1(&changed.case()).is_some(), "{wanted:?}");
                        }
                    }
                }
                Fate::Matched => assert_eq!(index, matched),
                Fate::NotReached => assert!(index > matched),
            }
        }
    }
}

/// All values between two, which a nearest change must have passed over.
fn between(from: Value, to: Value) -> Vec<Value> {
    match (from, to) {
        (Value::Share(a), Value::Share(b)) => {
            let between = a.0.min(b.0) + 1..a.0.max(b.0);
            between.map(|score| Value::Share(Score(score))).collect()
        }
        (Value::Count(a), Value::Count(b)) => (a.min(b) + 1..a.max(b)).map(Value::Count).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn counterfactuals_are_what_they_claim_and_none_is_nearer() {
    let mut flips = 0;
    for situation in situations(60) {
        let actual = route(&situation.case());
        let found = counterfactuals(&situation);
        assert!(found.is_sorted_by_key(|one| one.size));
        let with = |setting: Setting| {
            let mut changed = situation.clone();
            setting.put(&mut changed);
            route(&changed.case())
        };
        for one in &found {
            let Counterfactual { from, to, route: claimed, .. } = *one;
            assert_eq!(from, from.factor.of(&situation));
            assert_ne!(from, to);
            assert_eq!(with(to), claimed, "{from:?} {to:?}");
            assert_ne!(claimed, actual, "{from:?} {to:?}");
            let first = |other: &&Counterfactual| other.from == from && other.flips(&actual);
            let nearest = found.iter().filter(first).all(|other| one.size <= other.size);
            if one.flips(&actual) && nearest {
                flips += 1;
                for value in between(from.value, to.value) {
                    let nearer = with(Setting { factor: from.factor, value });
                    assert_eq!(nearer.disposition, actual.disposition, "{from:?} {value:?}");
                }
            }
        }
    }
    assert!(flips > 200, "{flips}");
}

/// Where the run's one shard has its journal.
const JOURNAL: &str = "journal/shard-0000";

/// A run that all tests of the command look at.
fn run() -> &'static Path {
    static RUN: LazyLock<TempDir> = LazyLock::new(|| {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().display().to_string();
        let ended = volley_sim(&["run", "scenarios/first-look.toml", "--out", &out]);
        assert!(ended.status.success(), "{ended:?}");
        dir
    });
    RUN.path()
}

fn explained(run: &Path, arguments: &[&str]) -> Output {
    let run = run.display().to_string();
    volley_sim(&[&["explain", &run][..], arguments].concat())
}

/// What is told of a decision, as JSON.
fn told(run: &Path, id: &str) -> Json {
    let ended = explained(run, &["--decision", id, "--json"]);
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    serde_json::from_slice(&ended.stdout).unwrap()
}

/// Each reply of the run with what it was decided from, and what was decided.
fn decided(mut take: impl FnMut(&Situation, &Decision)) {
    let mut state = None;
    let read = read_dir(&run().join(JOURNAL), |header, entry| {
        let (shards, partitions) = (header.shards, header.partitions);
        let layout = Layout { shard: ShardId(0), shards, partitions };
        let state = state.get_or_insert_with(|| Shard::new(layout));
        let situation = before(state, &entry.record);
        let mut effects = Vec::new();
        state.apply(&entry.record, entry.position, &mut effects);
        if let (Some(situation), Some(decision)) = (situation, effects.iter().find_map(decision)) {
            take(&situation, &decision);
        }
    });
    read.unwrap();
}

fn before(state: &mut Shard, record: &Record) -> Option<Situation> {
    let Body::Reply(reply, stamp) = &record.body else { return None };
    let place = state.locate_served(reply.key())?;
    let person = (state.contact(place), state.brand_day(reply.key()));
    Some(Situation::new(person, reply, stamp, state.policy(reply.brand)?, record.at))
}

fn decision(effect: &Effect) -> Option<Decision> {
    match effect {
        Effect::Decide(decision) => Some(*decision),
        _ => None,
    }
}

#[test]
fn ot_38_the_same_message_state_and_policy_come_to_the_same_decision() {
    let mut count = 0;
    decided(|situation, decision| {
        let again = route(&situation.case());
        assert_eq!(again, route(&situation.clone().case()));
        assert_eq!(
            (again.step, again.disposition, again.reason),
            (decision.step, decision.disposition, decision.reason)
        );
        count += 1;
    });
    assert!(count > 500, "{count}");
    let all = explained(run(), &["--json"]);
    let tally: Json = serde_json::from_slice(&all.stdout).unwrap();
    assert_eq!((&tally["decisions"], &tally["different"]), (&Json::from(count), &Json::from(0)));
}

#[test]
fn a_decision_is_told_with_its_ladder_and_what_would_have_changed_it() {
    let mut for_ai = None;
    decided(|_, decision| {
        let is_it = decision.disposition == Disposition::Ai && for_ai.is_none();
        for_ai = for_ai.or(is_it.then_some((decision.shard, decision.seq)));
    });
    let (shard, seq) = for_ai.unwrap();
    let told = told(run(), &format!("{shard}-{seq}"));
    assert_eq!(told["same"], true);
    assert_eq!(told["route"]["disposition"], "ai");
    assert_eq!(told["policy"]["author"], "scenario");
    let ladder = told["ladder"].as_array().unwrap();
    assert_eq!(ladder.len(), LADDER.len());
    assert_eq!(
        (&ladder[3]["step"], &ladder[3]["because"]),
        (&"blocked".into(), &"not blocked".into())
    );
    assert_eq!(ladder[12]["fate"], "matched");
    let flips = told["counterfactuals"].as_array().unwrap();
    let is_out = |it: &&Json| it["input"] == "consent" && it["to"] == "opted_out";
    let opted_out = flips.iter().find(is_out).expect("who opted out is not answered");
    assert_eq!(
        (&opted_out["flips"], &opted_out["route"]["disposition"]),
        (&true.into(), &"ignore".into())
    );
    // Told twice, it is the same to the byte; as a number it is the same decision.
    let id = (u64::from(shard.0) << 48 | seq.0).to_string();
    let twice = [0, 1].map(|_| explained(run(), &["--decision", &id, "--color", "always"]).stdout);
    assert_eq!(twice[0], twice[1]);
    let shown = String::from_utf8_lossy(&twice[0]).into_owned();
    for words in ["the same in all", "the ladder", "▶", "what would have changed it", "\u{1b}[1m"]
    {
        assert!(shown.contains(words), "`{words}` is not in:\n{shown}");
    }
}

/// A copy of the run with one bit of a file changed.
fn changed(file: &str, offset: usize) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    fs::create_dir_all(copy.path().join(JOURNAL)).unwrap();
    for entry in fs::read_dir(run().join(JOURNAL)).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, copy.path().join(JOURNAL).join(path.file_name().unwrap())).unwrap();
    }
    let mut bytes = fs::read(run().join(file)).unwrap();
    bytes[offset] ^= 1;
    fs::write(copy.path().join(file), bytes).unwrap();
    copy
}

#[test]
fn a_changed_byte_in_the_results_is_told_with_both_values() {
    let mut first = None;
    decided(|_, decision| first = first.or(Some(*decision)));
    let decision = first.unwrap();
    let micros = decision.decided_at.as_micros();
    let file = fs::read(run().join("decisions.arrow")).unwrap();
    let offset = file.windows(8).position(|bytes| bytes == micros.to_le_bytes()).unwrap();
    let copy = changed("decisions.arrow", offset);
    let id = format!("{}-{}", decision.shard, decision.seq);
    for arguments in [&["--decision", &id][..], &[]] {
        let ended = explained(copy.path(), arguments);
        let shown = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!(ended.status.code(), Some(1), "{shown}");
        let values = [format!("is {} in", micros ^ 1), format!("and {micros} when decided again")];
        values.iter().for_each(|value| assert!(shown.contains(value), "{value}: {shown}"));
    }
    // Its neighbours are as they were.
    let other = format!("{}-{}", decision.shard, decision.seq.0 + 1);
    assert_eq!(explained(copy.path(), &["--decision", &other]).status.code(), Some(0));
}

#[test]
fn what_is_not_there_is_refused_in_one_line() {
    let check = |run: &Path, arguments: &[&str], words: &[&str]| {
        let ended = explained(run, arguments);
        let shown = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!(ended.status.code(), Some(2), "{shown}");
        assert_eq!(shown.trim_end().lines().count(), 1, "{shown}");
        words.iter().for_each(|word| assert!(shown.contains(word), "{word}: {shown}"));
    };
    let nothing = Path::new("no-such-run");
    check(nothing, &["--decision", "0-2"], &["no-such-run", "--out directory"]);
    check(nothing, &[], &["no-such-run", "--out directory"]);
    check(run(), &["--decision", "0-999999"], &["0-999999", "ends with record", "decisions.arrow"]);
    check(run(), &["--decision", "7-1"], &["no shard 7", "decisions.arrow"]);
    check(run(), &["--decision", "0-1"], &["0-1", "no reply", "decisions.arrow"]);
    let usage = explained(run(), &["--decision", "first"]);
    assert_eq!(usage.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&usage.stderr).contains("0-123"));
}

/// What the journal of a line says about its decision number `index`.
fn audited(line: Line, index: usize) -> Evidence {
    let decisions: Vec<_> = line.effects.iter().filter_map(decision).collect();
    let journal = line.into_journal();
    let mut audit = Audit::new(Layout::single(8), decisions[index].seq);
    for entry in Reader::new(journal.bytes()).unwrap() {
        let entry = entry.unwrap();
        audit.take(&entry.record, entry.position);
    }
    let evidence = audit.finish().unwrap();
    assert_eq!(evidence.decision, decisions[index]);
    evidence
}

#[test]
fn ot_11_the_threshold_of_a_brand_alone_decides_and_is_known_with_the_decision() {
    for (min, confidence, became) in [
        (0.7, 0.69, Became::HandedOff(Reason::LowConfidence)),
        (0.7, 0.7, Became::Answered),
        (0.3, 0.69, Became::Answered),
    ] {
        let mut line = Line::with_policy(&format!("[ai]\nconfidence_min = {min}\n"));
        line.says("do you have this in blue?");
        line.ai_ends(AiOutcome::Answer, confidence, "We do!");
        let evidence = audited(line, 0);
        let situation = evidence.situation.unwrap();
        let threshold = Score((min * 10_000.0) as u16);
        assert_eq!(situation.policy.version, evidence.decision.policy);
        assert_eq!(situation.policy.ai.confidence_min, threshold);
        let turn = evidence.ai.unwrap();
        assert_eq!(turn.became.map(|(_, became)| became), Some(became));
        // The threshold is where the AI's turn would have ended otherwise.
        let nearest: Vec<_> = turn.otherwise.iter().map(|(score, _)| score.0).collect();
        let wanted = if became == Became::Answered { threshold.0 - 1 } else { threshold.0 };
        assert_eq!(nearest, [wanted]);
    }
}

#[test]
fn what_became_of_the_ai_is_told_although_it_came_too_late() {
    let mut line = Line::new();
    line.says("do you have this in blue?");
    line.wait(15);
    line.ai_says("We do!");
    let turn = audited(line, 0).ai.unwrap();
    let (handed_off, became) = turn.became.unwrap();
    assert_eq!(became, Became::HandedOff(Reason::AiTimeout));
    assert!(turn.result.unwrap().0 > handed_off);
}

#[test]
fn g_98_the_journal_says_who_changed_a_policy_and_what_was_before_and_after() {
    let mut line = Line::with_policy("brand = \"Before\"\n");
    line.says("where is my order?");
    let (source, author) = (Bytes::from_static(b"brand = \"After\"\n"), Bytes::from_static(b"ada"));
    line.give(Input::Policy(PolicyChange { brand: BRAND, source, author }));
    // One that cannot be read changes nothing, whoever wrote it.
    let (source, author) = (Bytes::from_static(b"brnd = 1"), Bytes::from_static(b"mallory"));
    line.give(Input::Policy(PolicyChange { brand: BRAND, source, author }));
    line.delivers(9, "where is my other order?");
    let evidence = audited(line, 1);
    assert_eq!(evidence.situation.unwrap().policy.brand, "After");
    let by = evidence.policy_by.unwrap();
    assert_eq!(&by.author[..], b"ada");
    let mut line = Line::with_policy("brand = \"Before\"\n");
    line.says("where is my order?");
    let evidence = audited(line, 0);
    assert_eq!(evidence.situation.unwrap().policy.brand, "Before");
    assert_eq!(&evidence.policy_by.unwrap().author[..], b"tests");
}
