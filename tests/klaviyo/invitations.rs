//! Invitations to reply: how they are written, what they bring, and that the AI itself never begins.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use bytes::Bytes;
use volley_core::classify::Score;
use volley_core::conversation::Outcome;
use volley_core::effect::{AiRequest, Effect, RefusalReason, SendKind};
use volley_core::id::{CampaignId, SenderId};
use volley_core::input::{AiOutcome, Input, Outreach};
use volley_core::limits::TURN_INPUTS_MAX;
use volley_core::message::{Channel, Source};
use volley_core::policy::Policy;
use volley_core::policy::starter::Stage;
use volley_core::runtime::Deliver;
use volley_sim::runner;
use volley_sim::scenario::Scenario;

use super::QUESTION;
use crate::runtime::{policy, start, submit_patiently};
use crate::support::{Line, PERSON, START, reply, result};

const STARTERS: &str = r#"
brand = "Fern & Oak"
[[starter]]
name = "welcome"
stage = "welcome"
campaigns = [1, 7]
[[starter]]
name = "cart"
stage = "cart"
text = "Anything holding you back? Just reply and ask!"
campaigns = [9]
flows = [3, 4]
"#;

/// What a run of one campaign measures: its reply rate and the questions that the AI was asked.
fn measured(text: &str, reply_rate: f64) -> (f64, f64) {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("shop.toml"), STARTERS).unwrap();
    let scenario = format!(
        "name = \"Invitation\"\nstart = \"2026-11-27T14:00:00Z\"\nduration = \"2h\"\n\
         policy = \"shop.toml\"\n[audience]\nredelivery_rate = 0.0\n[[campaign]]\nname = \"One\"\n\
         text = \"{text} Reply STOP to opt out\"\nrecipients = 5000\nper_second = 100\n\
         reply_rate = {reply_rate}\nreply_delay = {{ median = \"1m\", sigma = 0.5 }}\n\
         mix = {{ product_question = 1 }}\n"
    );
    let path = dir.path().join("invitation.toml");
    std::fs::write(&path, scenario).unwrap();
    let outcome = runner::run(&Scenario::load(&path).unwrap(), None, None, None).unwrap();
    let figure = |name: &str| {
        let row = outcome.summary.iter().find(|row| row.metric == name);
        row.unwrap_or_else(|| panic!("{name} is measured")).value
    };
    assert_eq!(figure("undecided"), 0.0);
    (figure("reply_rate"), figure("ai_requests"))
}

#[test]
fn kl_51_the_reply_rate_of_a_campaign_that_invites_replies_is_measured() {
    let policy = Policy::parse(STARTERS, "shop.toml").unwrap();
    let invitation = &policy.starters[0].text;
    let (invited, asked) = measured(&format!("New coats are in. {invitation}"), 0.08);
    let (plain, _) = measured("New coats are in.", 0.02);
    assert!((invited - 0.08).abs() < 0.02, "{invited}");
    assert!((plain - 0.02).abs() < 0.01, "{plain}");
    assert!(asked > 200.0, "those who reply get answers: {asked}");
}

/// The brand writes of its own accord.
fn outreach(line: &mut Line, source: Source, text: &str) {
    line.give(Input::Outreach(Outreach {
        key: PERSON,
        source,
        channel: Channel::Sms,
        sender: SenderId(0),
        text: Bytes::copy_from_slice(text.as_bytes()),
    }));
}

#[test]
fn kl_52_the_ai_never_begins() {
    let mut line = Line::new();
    outreach(&mut line, Source::Campaign(CampaignId(1)), "Reply with questions!");
    line.wait(30 * 24 * 3600);
    assert_eq!((line.kinds(), line.asked().len()), (vec![SendKind::Outreach], 0));
    // Nor does it after a conversation, in whatever way that ended.
    line.says(QUESTION);
    line.ai_says("We do!");
    line.wait(30 * 24 * 3600);
    assert_eq!(line.state().conversation.outcome, Outcome::ResolvedAssumed);
    outreach(&mut line, Source::Flow(CampaignId(2)), "You left something behind.");
    line.wait(30 * 24 * 3600);
    assert_eq!(line.asked().len(), 1);
    assert_eq!(line.kinds(), [SendKind::Outreach, SendKind::Ai, SendKind::Outreach]);
    // What it says unasked is not sent.
    let request = line.last_request();
    let unasked = result(&request, AiOutcome::Answer, Score::ONE, "Still interested?");
    line.give(Input::Ai(unasked.clone()));
    assert_eq!(line.refusals()[0].reason, RefusalReason::Stale);
    let mut line = Line::new();
    line.give(Input::Ai(unasked));
    assert_eq!((line.refusals().len(), line.sends().len()), (1, 0));
}

#[test]
fn kl_53_a_clear_call_to_reply_is_offered_as_a_template() {
    for stage in Stage::ALL {
        let written = format!("[[starter]]\nname = \"a\"\nstage = \"{stage}\"\n");
        let policy = Policy::parse(&written, "shop.toml").unwrap();
        let text = &policy.starters[0].text;
        assert_eq!(text, stage.template());
        assert!(text.to_lowercase().contains("reply"), "{stage}: {text}");
    }
    assert!(Stage::Welcome.template().contains("Reply with questions"));
}

#[test]
fn kl_54_each_stage_has_prompts_about_what_holds_customers_back_there() {
    let mut templates: Vec<&str> = Stage::ALL.iter().map(|stage| stage.template()).collect();
    templates.sort_unstable();
    templates.dedup();
    assert_eq!(templates.len(), Stage::ALL.len(), "no stage has the words of another");
    assert!(Stage::Cart.template().contains("holding you back"));
    assert!(Stage::PostPurchase.template().contains("your order"));
    let policy = Policy::parse(STARTERS, "shop.toml").unwrap();
    assert_eq!(policy.starters[1].text, "Anything holding you back? Just reply and ask!");
    let unknown = "[[starter]]\nname = \"a\"\nstage = \"checkout\"\n";
    let error = Policy::parse(unknown, "shop.toml").unwrap_err();
    assert!(error.message.contains("post_purchase"), "{error}");
}

#[test]
fn kl_55_ai_and_people_are_told_which_invitation_was_answered() {
    let policy = Policy::parse(STARTERS, "shop.toml").unwrap();
    let stage = |starter: u8| policy.starters[usize::from(starter)].stage;
    let asked = |source| -> AiRequest {
        let mut line = Line::with_policy(STARTERS);
        line.source = source;
        line.says(QUESTION);
        line.last_request()
    };
    let flow = Source::Flow(CampaignId(3));
    let request = asked(flow);
    assert_eq!((request.source, request.starter.map(stage)), (flow, Some(Stage::Cart)));
    assert_eq!(request.policy, policy.version, "whose starters are meant");
    let campaign = asked(Source::Campaign(CampaignId(7)));
    assert_eq!(campaign.starter.map(stage), Some(Stage::Welcome));
    // A campaign is not the flow of the same number, and who writes unasked answers nothing.
    assert_eq!(asked(Source::Campaign(CampaignId(3))).starter, None);
    assert_eq!(asked(Source::Unprompted).starter, None);
    // People see the same; so does the AI, when a later message answers another invitation.
    let mut line = Line::with_policy(STARTERS);
    line.source = flow;
    let decision = line.says("I want a refund");
    let offer = line.offers()[0];
    assert_eq!((decision.source, line.state().conversation.source), (flow, flow));
    assert_eq!(
        (offer.campaign, offer.starter.map(stage)),
        (Some(CampaignId(3)), Some(Stage::Cart))
    );
    let mut line = Line::with_policy(STARTERS);
    line.source = flow;
    line.says(QUESTION);
    line.ai_says("We do!");
    line.source = Source::Campaign(CampaignId(1));
    line.says(QUESTION);
    assert_eq!(line.last_request().starter.map(stage), Some(Stage::Welcome));
}

#[test]
fn kl_56_a_starter_is_saved_and_used_again() {
    let policy = Policy::parse(STARTERS, "shop.toml").unwrap();
    let names: Vec<&str> = policy.starters.iter().map(|starter| starter.name.as_str()).collect();
    assert_eq!(names, ["welcome", "cart"]);
    // One starter in several campaigns and flows.
    for source in
        [Source::Campaign(CampaignId(9)), Source::Flow(CampaignId(3)), Source::Flow(CampaignId(4))]
    {
        assert_eq!(policy.starter(source), Some(1), "{source:?}");
    }
    // It is part of the policy's own text, which the journal keeps.
    let line = Line::with_policy(STARTERS);
    let kept = line.worker().shard().policy(PERSON.brand).unwrap();
    assert_eq!(kept.starters, policy.starters);
    let twice = format!("{STARTERS}\n[[starter]]\nname = \"cart\"\nstage = \"cart\"\n");
    assert!(Policy::parse(&twice, "shop.toml").unwrap_err().message.contains("cart"));
}

/// Replies that a burst brings, from threads that push as hard as they can.
const BURST: u64 = 4_000;
const PUSHERS: u64 = 4;
const INBOX: usize = 128;

/// When each reply was accepted, and when its decision was let out.
type Times = Arc<Mutex<Vec<(Option<Instant>, Vec<Instant>)>>>;

fn deliver(times: &Times) -> Deliver {
    let times = Arc::clone(times);
    Box::new(move |held| {
        if let Effect::Decide(decision) = &held.effect {
            let person = (decision.contact.0 - 12_025_550_000) as usize;
            times.lock().unwrap()[person].1.push(Instant::now());
        }
        true
    })
}

#[test]
fn kl_87_a_burst_is_absorbed_without_loss_and_with_bounded_latency() {
    // What is accepted waits behind a full inbox and one turn at most, however many come: so the time to
    // a decision does not grow with the burst. Senders wait outside instead, and are told so.
    let times: Times = Arc::new(Mutex::new(vec![(None, Vec::new()); BURST as usize]));
    let runtime = start((0..2).map(|_| deliver(&times)).collect(), INBOX);
    submit_patiently(&runtime, policy());
    let is_over = AtomicBool::new(false);
    let deepest = thread::scope(|scope| {
        let pushers = (0..PUSHERS).map(|pusher| {
            let (runtime, times) = (&runtime, &times);
            scope.spawn(move || {
                for person in (pusher..BURST).step_by(PUSHERS as usize) {
                    let inbound =
                        reply(12_025_550_000 + person, u128::from(person), QUESTION, START);
                    submit_patiently(runtime, Input::Reply(inbound));
                    times.lock().unwrap()[person as usize].0 = Some(Instant::now());
                }
            })
        });
        let pushers: Vec<_> = pushers.collect();
        let watcher = scope.spawn(|| {
            let mut deepest = 0;
            while !is_over.load(Ordering::Acquire) {
                deepest = deepest.max(runtime.backlog());
                thread::sleep(Duration::from_millis(1));
            }
            deepest
        });
        pushers.into_iter().for_each(|pusher| pusher.join().unwrap());
        is_over.store(true, Ordering::Release);
        watcher.join().unwrap()
    });
    runtime.shut_down().unwrap();
    let times = times.lock().unwrap();
    assert!(times.iter().all(|(_, decided)| decided.len() == 1), "each is decided once");
    assert!((1..=INBOX).contains(&deepest), "{deepest} waited, of {BURST}");
    let slowest = times.iter().filter_map(|(accepted, decided)| {
        Some(decided.first()?.saturating_duration_since((*accepted)?))
    });
    // A machine under other load takes its time; a backlog that grows would take far longer.
    let (slowest, ahead) = (slowest.max().unwrap(), INBOX + TURN_INPUTS_MAX);
    assert!(slowest < Duration::from_secs(10), "{slowest:?} behind at most {ahead} others");
}
