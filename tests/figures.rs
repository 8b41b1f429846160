//! The figures of a run about answers and money, each counted a second time: from its tables, and from the
//! effects of its journal.

use std::collections::{BTreeMap, BTreeSet};

use volley_core::classify::Intent;
use volley_core::conversation::{Purpose, Speaker};
use volley_core::effect::{Credit, Effect};
use volley_core::id::ConversationId;
use volley_core::input::{Feedback, FeedbackKind, Input};
use volley_core::record::Body;
use volley_sim::expect::Expectation;

use crate::ran::{POLICY, Row, Run, SCENARIO, Story, how_many, near, percentile, run, stories};
use crate::support::{Line, PERSON};

fn first_waits(run: &Run, tier: &str) -> Vec<u64> {
    let stories = stories(run);
    let firsts = stories.values().filter_map(|story| story.first);
    firsts.filter(|(by, ..)| *by == tier).map(|(_, waited, _)| waited).collect()
}

#[test]
fn ot_3_tx_60_the_time_to_the_first_answer_is_told_by_tier() {
    let run = run();
    let mut all = Vec::new();
    for tier in ["ai", "human", "store"] {
        let mut waits = first_waits(run, tier);
        assert!(waits.len() > 3, "{tier}: {}", waits.len());
        for (name, share) in [("p50", 0.5), ("p95", 0.95), ("max", 1.0)] {
            let told = run.figure(&format!("first_response_{tier}.{name}_s"));
            near(told, percentile(&mut waits, share) / 1e6, 0.002);
        }
        let rows = run.table("conversations").iter().filter(|row| row.word("first_by") == tier);
        let mut in_table: Vec<u64> =
            rows.map(|row| row.whole(&format!("first_{tier}_us"))).collect();
        in_table.sort_unstable();
        assert_eq!(in_table, waits, "{tier}");
        all.extend(waits);
    }
    near(run.figure("first_response.p50_s"), percentile(&mut all, 0.5) / 1e6, 0.002);
    // People are slower than the AI, or the scenario shows nothing.
    assert!(
        run.figure("first_response_human.p50_s") > 10.0 * run.figure("first_response_ai.p50_s")
    );
}

/// What followed from answers of a tier.
fn credits(run: &Run, tier: &str) -> Vec<(ConversationId, FeedbackKind)> {
    let credits = run.effects().filter_map(|effect| match effect {
        Effect::Credit(credit) => Some(*credit),
        _ => None,
    });
    let of_tier = credits.filter(|credit| credit.speaker.name() == tier);
    of_tier.map(|credit| (credit.conversation, credit.kind)).collect()
}

#[test]
fn ot_4_accuracy_is_told_by_tier() {
    let run = run();
    for tier in ["ai", "human", "store"] {
        let judged: Vec<bool> = credits(run, tier)
            .into_iter()
            .filter_map(|(_, kind)| match kind {
                FeedbackKind::Accuracy(right) => Some(right),
                _ => None,
            })
            .collect();
        assert!(judged.len() > 5, "{tier}: {}", judged.len());
        let right = judged.iter().filter(|right| **right).count();
        near(run.figure(&format!("accuracy.{tier}")), right as f64 / judged.len() as f64, 0.0);
    }
}

#[test]
fn ot_5_orders_and_ratings_are_told_of_the_conversations_they_follow() {
    let run = run();
    let stories = stories(run);
    let mut buyers = BTreeSet::new();
    for tier in ["ai", "human", "store"] {
        let credits = credits(run, tier);
        let orders = credits.iter().filter(|(_, kind)| matches!(kind, FeedbackKind::Order(_)));
        let converted: BTreeSet<ConversationId> = orders.map(|(id, _)| *id).collect();
        let answered = stories.values().filter(|story| story.answered_by(tier)).count();
        let told = run.figure(&format!("conversion.{tier}"));
        near(told, converted.len() as f64 / answered as f64, 0.0);
        buyers.extend(converted);
        let stars: Vec<f64> = credits
            .iter()
            .filter_map(|(_, kind)| match kind {
                FeedbackKind::Rating(stars) => Some(f64::from(*stars)),
                _ => None,
            })
            .collect();
        let mean = stars.iter().sum::<f64>() / stars.len() as f64;
        near(run.figure(&format!("rating.{tier}")), mean, 1e-9);
    }
    let answered = stories.values().filter(|story| !story.answers.is_empty()).count();
    near(run.figure("conversion"), buyers.len() as f64 / answered as f64, 0.0);
    // Each conversation has what is its own.
    let mut cents: BTreeMap<ConversationId, u64> = BTreeMap::new();
    for effect in run.effects() {
        if let Effect::Credit(credit) = effect
            && let FeedbackKind::Order(value) = credit.kind
        {
            *cents.entry(credit.conversation).or_default() += u64::from(value);
        }
    }
    for row in run.table("conversations") {
        let counted = cents.get(&row.conversation()).copied().unwrap_or(0);
        assert_eq!(row.whole("credit_cents"), counted);
    }
}

#[test]
fn ot_22_people_who_need_no_store_are_counted() {
    let run = run();
    let done =
        |story: &Story| story.answered_by("human") && (story.ended.is_some() || story.handed);
    let all = how_many(run, done);
    let alone = how_many(run, |story| done(story) && !story.handed);
    assert!(alone > 10 && alone < all, "{alone} of {all}");
    near(run.figure("human_alone_rate"), alone as f64 / all as f64, 0.0);
}

#[test]
fn ot_39_the_ai_keeps_its_objective_or_the_run_says_no() {
    let run = run();
    let waits = first_waits(run, "ai");
    let in_time = waits.iter().filter(|waited| **waited <= 10_000_000).count();
    near(run.figure("ai_objective_rate"), in_time as f64 / waits.len() as f64, 0.0);
    let p95 = Some(run.figure("first_response_ai.p95_s"));
    assert!(Expectation::parse("first_response_ai.p95_s", "< 10").unwrap().holds(p95));
    let slow = SCENARIO
        .replace("[ai]", "[ai]\nobjective = \"1s\"\nlatency = { median = \"4s\", sigma = 0.5 }")
        .replace("72h", "3h");
    let slow = Run::new(POLICY, &slow);
    assert!(slow.figure("ai_objective_rate") < 0.1);
    let p95 = Some(slow.figure("first_response_ai.p95_s"));
    assert!(!Expectation::parse("first_response_ai.p95_s", "< 5").unwrap().holds(p95));
}

#[test]
fn kl_75_within_the_window_an_order_belongs_to_whoever_answered_last() {
    use Speaker::{Ai, Human};
    let credits = |line: &Line| -> Vec<Credit> {
        let credits = line.effects.iter().filter_map(|effect| match effect {
            Effect::Credit(credit) => Some(*credit),
            _ => None,
        });
        credits.collect()
    };
    let order = |line: &mut Line, kind| line.give(Input::Feedback(Feedback { key: PERSON, kind }));
    let check = |policy: &str, by: Speaker, wait, kind, expected: Option<Speaker>| {
        let mut line = Line::with_policy(policy);
        line.says("do you have this jacket in blue?");
        if by == Ai {
            line.ai_says("We do.");
        } else {
            line.agent_says(1, "We do.");
        }
        line.wait(wait);
        order(&mut line, kind);
        let credits = credits(&line);
        let speakers: Vec<Speaker> = credits.iter().map(|credit| credit.speaker).collect();
        assert_eq!(speakers, Vec::from_iter(expected), "{policy} {by} {wait} {kind:?}");
        for credit in credits {
            assert_eq!((credit.kind, credit.conversation), (kind, line.conversation()));
        }
    };
    let sale = FeedbackKind::Order(4200);
    let day = 24 * 3600;
    check("", Ai, day, sale, Some(Ai));
    check("", Human, day, sale, Some(Human));
    check("", Ai, 5 * day - 10, sale, Some(Ai));
    check("", Ai, 5 * day + 10, sale, None);
    check("[attribution]\nwindow = \"12h\"\n", Ai, day, sale, None);
    check("[attribution]\nwindow = \"12h\"\n", Ai, day / 3, sale, Some(Ai));
    // The account's model: only the AI's answers sell. A rating is about whoever answered.
    check("[attribution]\ncounts = \"ai\"\n", Ai, day, sale, Some(Ai));
    check("[attribution]\ncounts = \"ai\"\n", Human, day, sale, None);
    check("[attribution]\ncounts = \"ai\"\n", Human, day, FeedbackKind::Rating(5), Some(Human));
    check("", Ai, day, FeedbackKind::Accuracy(false), Some(Ai));
    // Two orders are two credits; one without an answer before is nobody's.
    let mut line = Line::new();
    order(&mut line, sale);
    line.says("do you have this jacket in blue?");
    order(&mut line, sale);
    assert_eq!(credits(&line), []);
    line.ai_says("We do.");
    order(&mut line, sale);
    order(&mut line, sale);
    assert_eq!(credits(&line).len(), 2);
}

#[test]
fn kl_6_conversations_are_labelled_as_bringing_revenue_or_service() {
    let run = run();
    let rows = run.table("conversations");
    let before_purchase = [Intent::ProductQuestion, Intent::StoreInfo];
    for (purpose, of_revenue) in [(Purpose::Revenue, true), (Purpose::Service, false)] {
        let is_it = |row: &&Row| {
            let intent = Intent::from_name(row.word("intent")).unwrap();
            before_purchase.contains(&intent) == of_revenue
        };
        let those: Vec<&Row> = rows.iter().filter(is_it).collect();
        assert!(those.iter().all(|row| row.word("purpose") == purpose.name()));
        assert!(those.len() > 50, "{purpose}: {}", those.len());
        assert_eq!(run.count(&format!("purpose.{purpose}.conversations")), those.len());
        let cents: u64 = those.iter().map(|row| row.whole("credit_cents")).sum();
        near(run.figure(&format!("purpose.{purpose}.credit")), cents as f64 / 100.0, 1e-9);
    }
}

#[test]
fn kl_7_revenue_from_replies_stands_apart() {
    let run = run();
    let orders = run.records.iter().filter_map(|(record, _)| match &record.body {
        Body::Feedback(feedback) => Some(feedback.kind),
        _ => None,
    });
    let value = |kind: &FeedbackKind| match kind {
        FeedbackKind::Order(cents) => f64::from(*cents) / 100.0,
        _ => 0.0,
    };
    let all: f64 = orders.map(|kind| value(&kind)).sum();
    let tiers = ["ai", "human", "store"].into_iter().flat_map(|tier| credits(run, tier));
    let credited: f64 = tiers.map(|(_, kind)| value(&kind)).sum();
    assert!(credited > 0.0 && credited < all, "{credited} of {all}");
    near(run.figure("revenue"), all, 1e-9);
    near(run.figure("revenue_replies"), credited, 1e-9);
    near(run.figure("revenue_other"), all - credited, 1e-9);
}

#[test]
fn kl_8_tickets_that_never_were_are_counted() {
    let run = run();
    let avoided = how_many(run, |story| {
        let service = Purpose::of(story.intent) == Purpose::Service
            && story.intent != Intent::Acknowledgement;
        story.answered_by("ai") && story.cause.is_none() && story.is_resolved() && service
    });
    assert!(avoided > 20, "{avoided}");
    assert_eq!(run.count("tickets_avoided"), avoided);
}

#[test]
fn kl_9_before_and_after_show_tickets_and_speed() {
    let short = SCENARIO.replace("72h", "4h");
    let before = Run::new(&format!("{POLICY}[ai]\nmode = \"off\"\n"), &short);
    let after = Run::new(POLICY, &short);
    for run in [&before, &after] {
        assert_eq!(run.count("tickets"), how_many(run, |story| story.offered || story.handed));
        // Any two periods of one run can be compared as well: the timeline has both.
        let sum = |column: &str| -> u64 {
            run.table("timeline").iter().map(|row| row.whole(column)).sum()
        };
        let waits: Vec<u64> =
            ["ai", "human", "store"].iter().flat_map(|tier| first_waits(run, tier)).collect();
        assert_eq!(sum("first_answers") as usize, waits.len());
        assert_eq!(sum("first_answers_ms"), waits.iter().map(|waited| waited / 1000).sum::<u64>());
        assert_eq!(sum("escalations") as usize, run.count("escalations"));
    }
    assert!(after.figure("tickets") < 0.7 * before.figure("tickets"));
    assert!(after.figure("first_response.p50_s") < 0.1 * before.figure("first_response.p50_s"));
}

#[test]
fn kl_71_kl_72_both_meters_are_told_together_and_apart() {
    let run = run();
    let stories = stories(run);
    for row in run.table("conversations") {
        let story = &stories[&row.conversation()];
        assert_eq!(row.whole("sms_segments"), story.segments);
        assert_eq!(row.whole("ai_metered") == 1, story.answered_by("ai"));
    }
    assert_eq!(run.table("conversations").len(), stories.len());
    let metered = how_many(run, |story| story.answered_by("ai"));
    assert_eq!(run.count("meter_ai_conversations"), metered);
    let sms = |row: &&Row| row.word("channel") == "sms";
    let sum =
        |rows: &[Row]| -> u64 { rows.iter().filter(sms).map(|row| row.whole("segments")).sum() };
    let sends = run.table("sends").iter().filter(|row| row.word("status") == "released");
    let out: u64 = sends.map(|row| row.whole("segments")).sum();
    let all = run.figure("campaign_segments") + (sum(run.table("decisions")) + out) as f64;
    near(run.figure("meter_sms_segments"), all, 0.0);
    // Many conversations use one meter only.
    assert!(how_many(run, |story| !story.answered_by("ai")) > 50);
    assert!(how_many(run, |story| story.answered_by("ai") && story.segments == 0) > 50);
}

#[test]
fn kl_74_kl_88_each_channel_can_be_looked_at_alone() {
    let run = run();
    let stories = stories(run);
    for channel in ["sms", "web"] {
        let told = |name: &str| run.figure(&format!("channel.{channel}.{name}"));
        let by_it = |row: &&Row| row.word("channel") == channel;
        assert_eq!(told("replies") as usize, run.table("decisions").iter().filter(by_it).count());
        let rows: Vec<&Row> = run.table("conversations").iter().filter(by_it).collect();
        assert_eq!(told("conversations") as usize, rows.len());
        let story = |row: &&&Row| &stories[&row.conversation()];
        let tickets = rows.iter().filter(|row| story(row).offered || story(row).handed).count();
        assert_eq!(told("tickets") as usize, tickets);
        let automated =
            rows.iter().filter(|row| story(row).answered_by("ai") && story(row).cause.is_none());
        near(told("automation_rate"), automated.count() as f64 / rows.len() as f64, 0.0);
        let firsts = stories.values().filter_map(|story| story.first);
        let waits: Vec<u64> = firsts
            .filter(|(_, waited, by)| by.name() == channel && *waited > 0)
            .map(|(_, waited, _)| waited)
            .collect();
        let mean = waits.iter().sum::<u64>() as f64 / waits.len() as f64 / 1e6;
        near(told("first_response_mean_s"), mean, 1e-9);
        let cents: u64 = rows.iter().map(|row| row.whole("credit_cents")).sum();
        near(told("credit"), cents as f64 / 100.0, 1e-9);
    }
    assert_eq!(run.figure("channel.web.segments"), 0.0);
    assert!(run.family("channel.email.").next().is_none(), "nobody wrote by mail");
}
