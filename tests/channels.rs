//! How answers travel: what each channel takes, when, and in how many segments.

use std::fs;
use std::time::Duration;

use serde_json::Value;
use volley_core::classify::Score;
use volley_core::conversation::Owner;
use volley_core::effect::{RefusalReason, SendKind};
use volley_core::id::CampaignId;
use volley_core::input::{AgentAction, AiOutcome, Input, PauseReason};
use volley_core::message::{Channel, Source};
use volley_core::reason::Reason;
use volley_core::segment::Encoding;
use volley_core::time::Timestamp;

use crate::support::{Line, result, volley_sim};

const QUESTION: &str = "do you have this jacket in blue?";

fn last_refusal(line: &Line) -> RefusalReason {
    line.refusals().last().expect("something was refused").reason
}

#[test]
fn kl_24_ru_25_what_waits_out_a_delay_is_cancelled_by_a_stop_or_a_pause() {
    let policy = "[channel.sms]\ndelay_min = \"40s\"\ndelay_max = \"90s\"\n";
    for paused in [false, true] {
        let mut line = Line::with_policy(policy);
        line.says(QUESTION);
        let request = line.last_request();
        assert!(request.not_before > line.now + Duration::from_secs(30));
        line.now = line.now + Duration::from_secs(10);
        match paused {
            true => line.agent(4, AgentAction::Pause(PauseReason::Attention)),
            false => {
                line.says("STOP");
            }
        }
        line.forget();
        line.now = request.not_before;
        line.give(Input::Ai(result(&request, AiOutcome::Answer, Score::ONE, "We do!")));
        assert_eq!((line.kinds(), last_refusal(&line)), (vec![], RefusalReason::Stale), "{paused}");
    }
}

#[test]
fn g_24_an_answer_takes_its_time_and_the_ai_is_waited_for() {
    let policy = "[channel.sms]\ndelay_min = \"40s\"\ndelay_max = \"90s\"\n";
    let mut line = Line::with_policy(policy);
    let mut other = Line::with_policy(policy);
    line.says(QUESTION);
    other.says(QUESTION);
    let request = line.last_request();
    let wanted_in = request.not_before.since(line.now);
    assert!((Duration::from_secs(40)..=Duration::from_secs(90)).contains(&wanted_in));
    assert_eq!(other.last_request().not_before, request.not_before, "nothing is left to chance");
    // The AI's time begins when its answer is wanted.
    assert!(request.deadline.at().since(request.not_before) >= Duration::from_secs(10));
    line.wait(wanted_in.as_secs() + 2);
    assert_eq!(line.state().conversation.owner, Owner::Ai);
    line.ai_says("We do!");
    assert_eq!(line.kinds(), [SendKind::Ai]);
    line.says("and in red?");
    line.wait(120);
    assert_eq!(line.state().conversation.owner, Owner::Queue, "an AI that never answers");
}

#[test]
fn ru_58_a_delay_never_carries_an_answer_past_the_window() {
    let policy = "[channel.instagram]\nwindow = \"60s\"\ndelay_min = \"50s\"\ndelay_max = \"9m\"\n";
    for turn in 0..8 {
        let mut line = Line::with_policy(policy);
        line.channel = Channel::Instagram;
        for _ in 0..turn {
            line.says("ok");
        }
        line.says(QUESTION);
        let request = line.last_request();
        let closes = line.state().conversation.last_inbound.unwrap().at() + Duration::from_secs(60);
        assert!(request.deadline.at() <= closes, "{} {closes}", request.deadline.at());
        line.now = Timestamp::from_secs(u64::from(request.deadline.as_secs()) - 2);
        line.ai_says("We do!");
        assert_eq!(line.kinds(), [SendKind::Ai]);
    }
}

#[test]
fn ru_19_what_a_channel_can_do_is_data() {
    // a channel without manual reply; X-17: people have longer than others.
    let policy = "[channel.web]\nmanual_reply = false\n\
         [channel.instagram]\nwindow = \"1h\"\nwindow_human = \"7d\"\nlength_max = 20\n";
    let mut line = Line::with_policy(policy);
    line.channel = Channel::Web;
    line.says("I want a refund");
    line.agent_says(1, "On it.");
    assert_eq!(last_refusal(&line), RefusalReason::NoManualReply);
    let mut line = Line::with_policy(policy);
    line.channel = Channel::Instagram;
    line.says("I want a refund");
    line.agent(1, AgentAction::Claim);
    line.wait(6 * 86_400);
    line.agent_says(1, "Here it is, at last!!");
    assert_eq!(last_refusal(&line), RefusalReason::TooLong);
    line.agent_says(1, "Here it is, at last!");
    assert_eq!(line.kinds(), [SendKind::Agent]);
    line.agent(1, AgentAction::Close);
    line.brand_says(Source::Campaign(CampaignId(7)), "Sale!");
    assert_eq!(last_refusal(&line), RefusalReason::WindowOver);
    line.wait(2 * 86_400);
    line.agent_says(1, "Still there?");
    assert_eq!(last_refusal(&line), RefusalReason::WindowOver);
}

#[test]
fn an_agent_who_begins_anew_writes_the_way_the_customer_wrote() {
    let mut line = Line::new();
    line.channel = Channel::Web;
    line.says("I want a refund");
    line.agent_says(1, "On its way.");
    line.agent(1, AgentAction::Close);
    let first = line.conversation();
    line.wait(3 * 86_400);
    line.agent_says(1, "Has it come?");
    assert_ne!(line.conversation(), first);
    assert_eq!(line.sends().last().map(|send| send.channel), Some(Channel::Web));
}

#[test]
fn g_24_the_simulated_ai_takes_its_time_too() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(
        dir.path().join("slow.toml"),
        "[channel.sms]\ndelay_min = \"40s\"\ndelay_max = \"90s\"\n",
    )
    .unwrap();
    let scenario = dir.path().join("scenario.toml");
    let text = "name = \"Slow\"\nseed = 7\nstart = \"2026-11-27T14:00:00Z\"\nduration = \"2h\"\n\
         policy = \"slow.toml\"\n[audience]\ncontacts = 2000\n[[campaign]]\nname = \"a\"\ntext = \"Sale\"\n\
         recipients = 2000\nper_second = 100\nreply_rate = 0.2\n";
    fs::write(&scenario, text).unwrap();
    let ended = volley_sim(&["run", &scenario.display().to_string(), "--json"]);
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    let told: Value = serde_json::from_slice(&ended.stdout).unwrap();
    let figure =
        |name: &str| told["summary"][name].as_f64().unwrap_or_else(|| panic!("{name}: {told}"));
    assert!(figure("ai_answer.p50_s") > 40.0, "{told}");
    assert!(figure("ai_answer.max_s") < 110.0, "{told}");
}

/// Segments of the AI's answer as it was sent.
fn sent(text: &str) -> (u16, Encoding) {
    let mut line = Line::new();
    line.says(QUESTION);
    line.ai_says(text);
    let segments = line.sends()[0].segments;
    (segments.segments, segments.encoding)
}

#[test]
fn kl_45_segments_are_counted_from_the_encoding_that_is_sent() {
    use Encoding::{Gsm7, Ucs2};
    assert_eq!(sent(&"a".repeat(160)), (1, Gsm7));
    assert_eq!(sent(&"a".repeat(161)), (2, Gsm7));
    assert_eq!(sent(&"a".repeat(306)), (2, Gsm7));
    assert_eq!(sent(&"a".repeat(307)), (3, Gsm7));
    let emoji = |units: usize| "\u{1f600}".to_owned() + &"a".repeat(units - 2);
    assert_eq!(sent(&emoji(70)), (1, Ucs2));
    assert_eq!(sent(&emoji(71)), (2, Ucs2));
    assert_eq!(sent(&emoji(134)), (2, Ucs2));
    assert_eq!(sent(&emoji(135)), (3, Ucs2));
    assert_eq!(sent(&"[".repeat(80)), (1, Gsm7));
    assert_eq!(sent(&"[".repeat(81)), (2, Gsm7));
    // Where nobody bills segments, nothing takes any: no answer, and no text of the brand.
    let mut line = Line::with_policy("[texts]\nhand_off = \"A person will answer you.\"\n");
    line.channel = Channel::Web;
    line.says(QUESTION);
    line.ai_says("We do!");
    line.says("I want a refund");
    let billed: Vec<_> = line.sends().iter().map(|send| send.segments.segments).collect();
    assert_eq!((line.kinds(), billed), (vec![SendKind::Ai, SendKind::HandOff], vec![0, 0]));
}

#[test]
fn kl_44_an_answer_fits_one_segment_where_it_can() {
    let long = format!("It\u{2019}s here \u{2014} {}", "a".repeat(100));
    let mut line = Line::new();
    line.says(QUESTION);
    line.ai_says(&long);
    let send = line.sends()[0].clone();
    assert_eq!((send.segments.segments, send.segments.encoding), (1, Encoding::Gsm7));
    assert!(send.text.starts_with(b"It's here - aaa"), "{:?}", send.text);
    // What fits as it is, and what no exchange makes shorter, is sent as it was written.
    for text in ["It\u{2019}s here", &("\u{1f600}\u{2019}".to_owned() + &"a".repeat(100))] {
        let mut line = Line::new();
        line.says(QUESTION);
        line.ai_says(text);
        assert_eq!(line.sends()[0].text, text.as_bytes());
    }
}

#[test]
fn kl_46_a_longer_answer_is_sent_within_the_budget_and_counted() {
    let policy = "[budget]\nturn_segments = 2\n";
    let mut line = Line::with_policy(policy);
    line.says(QUESTION);
    line.ai_says(&"a".repeat(300));
    assert_eq!(line.sends()[0].segments.segments, 2);
    assert_eq!(line.state().conversation.ai_segments, 2);
    line.says("and in red?");
    line.ai_says(&"a".repeat(400));
    assert_eq!(line.sends().iter().filter(|send| send.kind == SendKind::Ai).count(), 1);
    assert_eq!(line.refusals()[0].reason, RefusalReason::Budget);
    assert_eq!(line.offers()[0].reason, Reason::BudgetExhausted);
}
