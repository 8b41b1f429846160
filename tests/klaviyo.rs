//! Klaviyo Customer Agent on SMS: who is answered, and who is not.

mod hand_off;
mod invitations;

use volley_core::classify::{Intent, Noise};
use volley_core::contact::Consent;
use volley_core::conversation::{Outcome, Owner};
use volley_core::effect::{EventKind, SendKind};
use volley_core::input::AgentAction;
use volley_core::reason::{Disposition, Reason, Step};

use crate::support::Line;

const QUESTION: &str = "do you have this jacket in blue?";
const ADVICE: &str = "can you recommend a dress for a wedding?";
const WISMO: &str = "where is my order";
const FAQ: &str = "what time do you open on sunday?";

#[test]
fn kl_1_the_ai_answers_at_any_hour() {
    // Nobody works and customers sleep: a direct answer leaves all the same (X-15).
    let closed =
        "[hours]\nmonday = [\"09:00-10:00\"]\n[quiet_hours]\nfrom = \"20:00\"\nto = \"10:00\"\n";
    for hour in 0..24 {
        let mut line = Line::with_policy(closed);
        line.wait(hour * 3600);
        assert_eq!(line.says(QUESTION).disposition, Disposition::Ai, "hour {hour}");
        line.ai_says("We do!");
        assert_eq!(line.kinds(), [SendKind::Ai], "hour {hour}");
    }
}

/// The AI gets the message and its answer is what the customer reads; nobody else is called.
#[track_caller]
fn is_answered(text: &str, about: Intent, answer: &str) -> Line {
    let mut line = Line::new();
    assert_eq!(line.says(text).disposition, Disposition::Ai, "{text}");
    assert_eq!(
        (line.last_request().intent, &line.last_request().text[..]),
        (about, text.as_bytes())
    );
    line.ai_says(answer);
    assert_eq!(line.sends()[0].text, answer);
    assert_eq!((line.kinds().len(), line.owner()), (1, Owner::Ai));
    assert!(line.offers().is_empty() && line.handed_over().is_empty());
    line
}

#[test]
fn kl_2_the_ai_answers_a_question() {
    is_answered(QUESTION, Intent::ProductQuestion, "We do, in all sizes.");
    is_answered(FAQ, Intent::StoreInfo, "At ten.");
}

#[test]
fn kl_3_the_ai_recommends_products() {
    is_answered(ADVICE, Intent::ProductQuestion, "Our linen dress: https://example.com/linen");
}

#[test]
fn kl_4_a_common_issue_is_resolved_without_a_ticket() {
    let mut line = is_answered(WISMO, Intent::OrderStatus, "It arrives tomorrow.");
    line.wait(25 * 3600);
    assert_eq!(line.state().conversation.outcome, Outcome::ResolvedAssumed);
    assert_eq!(line.events(), [EventKind::Started, EventKind::Resolved]);
    assert!(line.offers().is_empty() && line.handed_over().is_empty());
}

#[test]
fn kl_5_recommendations_orders_and_faqs_have_labels_of_their_own() {
    // A label is what a policy can tell apart.
    let policy = "[first_responder]\norder_status = \"human\"\nstore_info = \"store\"\n";
    let check = |text: &str, label, disposition| {
        let decision = Line::with_policy(policy).says(text);
        assert_eq!((decision.verdict.intent, decision.disposition), (label, disposition), "{text}");
    };
    check(ADVICE, Intent::ProductQuestion, Disposition::Ai);
    check(WISMO, Intent::OrderStatus, Disposition::Human);
    check(FAQ, Intent::StoreInfo, Disposition::Store);
}

#[test]
fn kl_11_without_the_orders_where_is_my_order_follows_the_hand_off_settings() {
    const NO_ORDERS: &str =
        "[access]\nai = [\"products\", \"policies\"]\n[texts]\ncloseout = \"Bye.\"\n";
    let check = |hand_off: &str, disposition, owner| {
        let mut line = Line::with_policy(&format!("hand_off = \"{hand_off}\"\n{NO_ORDERS}"));
        let decision = line.says(WISMO);
        assert_eq!(
            (decision.step, decision.disposition, decision.reason),
            (Step::Intent, disposition, Reason::NoAccess)
        );
        assert_eq!((line.asked().len(), line.owner()), (0, owner), "{hand_off}");
    };
    check("queue", Disposition::Human, Owner::Queue);
    check("helpdesk", Disposition::Helpdesk, Owner::Store);
    check("closeout", Disposition::Closeout, Owner::Closed);
    // What takes no orders is answered as ever.
    assert_eq!(Line::with_policy(NO_ORDERS).says(ADVICE).reason, Reason::AiFirst);
}

#[test]
fn kl_15_the_ai_answers_what_nothing_excludes() {
    for text in [QUESTION, ADVICE, WISMO, FAQ, "help me choose", "please style me"] {
        let decision = Line::new().says(text);
        assert_eq!((decision.step, decision.reason), (Step::Ai, Reason::AiFirst), "{text}");
    }
}

const KEYWORDS: &str = r#"
[audience]
excluded_keywords = ["wholesale"]
[[keyword]]
word = "vip"
match = "anywhere"
reply = "You are on the list."
[[keyword]]
word = "driving"
match = "anywhere"
reply = "Drive safely."
[[keyword]]
word = "stop"
reply = "Stop what?"
[[keyword]]
word = "help"
reply = "Help with what?"
"#;

#[test]
fn kl_25_an_automation_answers_its_keyword_and_the_ai_does_not() {
    let mut line = Line::with_policy(KEYWORDS);
    let decision = line.says("where is my order, VIP!");
    assert_eq!((decision.disposition, decision.reason), (Disposition::Automation, Reason::Keyword));
    assert_eq!(line.sends()[0].text, "You are on the list.");
    assert_eq!((line.kinds(), line.asked().len()), (vec![SendKind::Automation], 0));
}

#[test]
fn kl_26_of_several_exclusions_one_handles_the_message_and_compliance_comes_first() {
    let check = |text: &str, step, reason, sends: &[SendKind]| {
        let mut line = Line::with_policy(KEYWORDS);
        line.forget();
        let decision = line.says(text);
        assert_eq!((decision.step, decision.reason), (step, reason), "{text}");
        assert_eq!(line.kinds(), sends, "{text}");
        assert!(line.asked().is_empty(), "{text}");
    };
    check("stop", Step::OptOut, Reason::OptOut, &[SendKind::OptOutConfirmation]);
    check("help", Step::HelpOrOptIn, Reason::Help, &[SendKind::Help]);
    let driving =
        "I'm driving with Focus turned on. I'll see your message when I get where I'm going.";
    check(driving, Step::Noise, Reason::AutoReply, &[]);
    check("you fucking assholes vip", Step::Abuse, Reason::Abusive, &[]);
    check("my lawyer will sue you vip", Step::Safety, Reason::Legal, &[]);
    check("vip wholesale", Step::Keyword, Reason::Keyword, &[SendKind::Automation]);
    check("do you have this jacket wholesale?", Step::Audience, Reason::ExcludedKeyword, &[]);
    // An insult beside an opt-out is noted, and the confirmation is all that is said (X-7).
    let mut line = Line::with_policy(KEYWORDS);
    let decision = line.says("STOP you idiots");
    assert!(decision.verdict.signals.names().any(|name| name == "abusive"));
    assert_eq!((line.kinds(), line.offers().len()), (vec![SendKind::OptOutConfirmation], 0));
}

const SIZES: &str = r#"
[[keyword]]
word = "VIP"
reply = "Which size?"
then = ["Which colour?", "Reserved!"]
wait = "10m"
"#;

/// What was sent, as text.
fn texts(line: &Line) -> Vec<String> {
    let sends = line.sends();
    sends.iter().map(|send| String::from_utf8_lossy(&send.text).into_owned()).collect()
}

#[test]
fn kl_27_an_automation_keeps_the_conversation_until_it_is_through() {
    let mut line = Line::with_policy(SIZES);
    for text in ["VIP", "what size?", "the red one"] {
        line.wait(60);
        assert_eq!(line.says(text).reason, Reason::Keyword, "{text}");
        assert_eq!(line.owner(), Owner::Automation);
        // Noise and HELP are no answers to it.
        line.says("Loved an image");
        assert_eq!(line.says("HELP").disposition, Disposition::Compliance);
    }
    let own = texts(&line).into_iter().filter(|text| !text.contains("STOP to end"));
    assert_eq!(own.collect::<Vec<_>>(), ["Which size?", "Which colour?", "Reserved!"]);
    assert!(line.asked().is_empty());
    line.wait(60);
    assert_eq!(line.says(QUESTION).reason, Reason::AiFirst);
}

#[test]
fn kl_27_an_automation_ends_by_time_by_stop_and_for_those_who_want_a_person() {
    let mut line = Line::with_policy(SIZES);
    line.says("VIP");
    line.wait(9 * 60);
    assert_eq!(line.owner(), Owner::Automation);
    line.wait(2 * 60);
    let conversation = line.state().conversation;
    assert_eq!(
        (conversation.owner, conversation.reason),
        (Owner::Closed, Reason::AutomationTimeout)
    );
    assert_eq!(line.says("what size?").reason, Reason::AiFirst);
    let mut line = Line::with_policy(SIZES);
    line.says("VIP");
    line.says("STOP");
    line.says("START");
    assert_eq!(line.says("what size?").reason, Reason::AiFirst);
    let mut line = Line::with_policy(SIZES);
    line.says("VIP");
    assert_eq!(line.says("can I talk to a real person please").reason, Reason::WantsPerson);
}

/// A message that is met with silence: one decision and nothing else, and no conversation.
#[track_caller]
fn is_ignored(text: &str, reason: Reason) {
    let mut line = Line::new();
    line.forget();
    let decision = line.says(text);
    assert_eq!((decision.disposition, decision.reason), (Disposition::Ignore, reason), "{text}");
    assert_eq!(line.effects.len(), 1, "{text}: {:?}", line.effects);
    assert_eq!({ line.state().conversation.id.0 }, 0, "{text}");
    line.wait(30 * 24 * 3600);
    assert_eq!(line.effects.len(), 1, "{text}");
}

const SPAM: &str =
    "CONGRATULATIONS! You won a $1000 Walmart gift card. Click http://bit.ly/xyz to claim";
const CODE: &str = "Your verification code is 482913";
const BOUNCE: &str = "Error: message could not be delivered to +12025550100";

#[test]
fn kl_37_spam_is_ignored() {
    is_ignored(SPAM, Reason::Spam);
}

#[test]
fn kl_38_noise_is_ignored() {
    is_ignored("asdkjfh", Reason::OtherNoise);
    is_ignored(CODE, Reason::OtherNoise);
    is_ignored(BOUNCE, Reason::Bounce);
    is_ignored("Loved an image", Reason::Reaction);
}

const AUTOMATIC: [&str; 4] = [
    "I'm driving with Focus turned on. I'll see your message when I get where I'm going.",
    "Sorry, I'm driving - Sent from My Car",
    "Out of office until Monday. For urgent matters contact Jane.",
    "I can't talk right now. I'll call you back. (automatic reply)",
];

#[test]
fn kl_39_an_automatic_reply_starts_no_conversation() {
    AUTOMATIC.into_iter().for_each(|text| is_ignored(text, Reason::AutoReply));
}

#[test]
fn kl_40_what_a_driving_phone_says_is_labelled_as_automatic() {
    for text in AUTOMATIC {
        let decision = Line::new().says(text);
        assert_eq!(decision.verdict.noise, Some(Noise::AutoReply), "{text}");
        assert_eq!(decision.reason.name(), "auto_reply", "{text}");
    }
}

#[test]
fn kl_41_silence_costs_nothing_and_leaves_a_record_with_its_reason() {
    let mut line = Line::new();
    let ignored = [SPAM, CODE, BOUNCE, "Loved an image", AUTOMATIC[0], AUTOMATIC[2]];
    let decisions: Vec<_> = ignored.into_iter().map(|text| line.says(text)).collect();
    assert!(decisions.iter().all(|it| it.reason != Reason::None && it.segments > 0));
    assert!(line.asked().is_empty() && line.sends().is_empty() && line.events().is_empty());
    assert!(line.offers().is_empty() && line.handed_over().is_empty());
    assert_eq!(line.worker().shard().open_conversations(), 0);
}

#[test]
fn kl_42_noise_leaves_owner_and_clocks_as_they_were() {
    let answered: fn(&mut Line) = |line| {
        line.says(QUESTION);
        line.ai_says("We do!");
    };
    let waiting: fn(&mut Line) = |line| {
        line.says("I want a refund");
    };
    let taken: fn(&mut Line) = |line| {
        line.says("I want a refund");
        line.agent(1, AgentAction::Claim);
    };
    for begin in [answered, waiting, taken] {
        let (mut quiet, mut noisy) = (Line::new(), Line::new());
        begin(&mut quiet);
        begin(&mut noisy);
        let before = noisy.state().conversation;
        for text in [AUTOMATIC[0], "Loved an image", CODE] {
            noisy.says(text);
        }
        let mut after = noisy.state().conversation;
        after.last_record = before.last_record;
        assert_eq!(after, before);
        // Alarms, leases and the end come at the same instants as without the noise.
        quiet.wait(48 * 3600);
        noisy.wait(48 * 3600 - 3);
        assert_eq!(quiet.alarms(), noisy.alarms());
        assert_eq!(quiet.events(), noisy.events());
        assert_eq!(quiet.offers(), noisy.offers());
    }
}

#[test]
fn kl_42_noise_does_not_answer_a_hold() {
    let mut line = Line::new();
    line.says("too many texts");
    line.says(AUTOMATIC[0]);
    assert_eq!(line.state().consent, Consent::Held);
    line.wait(25 * 3600);
    assert_eq!(line.state().consent, Consent::OptedOut);
}
