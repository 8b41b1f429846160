//! Whom a brand may write to at all, by which way, when, and in which language.

use volley_core::classify::Compliance;
use volley_core::contact::Consent;
use volley_core::conversation::Owner;
use volley_core::effect::{Effect, EventKind, RefusalReason, SendKind};
use volley_core::id::{AgentId, CampaignId, SenderId};
use volley_core::input::{AgentAction, ProfileChange};
use volley_core::message::{Channel, Language, Source};
use volley_core::policy::{SummerTime, Zone};
use volley_core::reason::{Disposition, Reason, Step};
use volley_core::time::{Deadline, Timestamp};

use crate::support::{Line, classifier};

const QUESTION: &str = "do you have this jacket in blue?";
const CAMPAIGN: Source = Source::Campaign(CampaignId(7));
const CART: Source = Source::Flow(CampaignId(3));

fn last_text(line: &Line) -> String {
    let sends = line.sends();
    String::from_utf8_lossy(&sends.last().expect("something was sent").text).into_owned()
}

fn last_refusal(line: &Line) -> (RefusalReason, Option<Deadline>) {
    let refusals = line.refusals();
    let last = refusals.last().expect("something was refused");
    (last.reason, last.retry)
}

fn was_asked(line: &Line) -> bool {
    line.effects.iter().any(|effect| matches!(effect, Effect::AskAi(_)))
}

/// What compliance makes of a message, whether consent is gone, and that the AI is never asked.
#[track_caller]
fn complies(text: &str, reason: Reason, consent: Consent, sent: SendKind) {
    let mut line = Line::new();
    let decision = line.says(text);
    assert_eq!(
        (decision.disposition, decision.reason),
        (Disposition::Compliance, reason),
        "{text}"
    );
    assert_eq!(line.state().consent, consent, "{text}");
    assert_eq!(line.kinds(), [sent], "{text}");
    assert!(!was_asked(&line), "{text}");
}

#[test]
fn kl_16_kl_21_a_stop_is_honoured_and_the_ai_is_silent() {
    complies("STOP", Reason::OptOut, Consent::OptedOut, SendKind::OptOutConfirmation);
    complies("unsubscribe", Reason::OptOut, Consent::OptedOut, SendKind::OptOutConfirmation);
    // The law's answers leave by the way that the word came, also as the first message ever.
    let mut line = Line::new();
    line.channel = Channel::Instagram;
    line.says("STOP");
    let sent = line.sends()[0].clone();
    assert_eq!((sent.kind, sent.channel), (SendKind::OptOutConfirmation, Channel::Instagram));
    assert_eq!(sent.segments.segments, 0, "nobody bills segments there");
}

#[test]
fn kl_17_help_gets_the_help_text_and_the_ai_is_silent() {
    complies("HELP", Reason::Help, Consent::Unknown, SendKind::Help);
    let mut line = Line::with_policy("[texts]\nhelp = \"{brand}: ask away.\"\n");
    line.says("help");
    assert_eq!(last_text(&line), "Our shop: ask away.");
}

#[test]
fn kl_20_a_word_of_subscribing_subscribes_and_the_ai_is_silent() {
    complies("START", Reason::OptIn, Consent::OptedIn, SendKind::OptInConfirmation);
    complies("subscribe", Reason::OptIn, Consent::OptedIn, SendKind::OptInConfirmation);
}

#[test]
fn kl_22_kl_23_it_is_the_wish_that_counts_and_not_the_word() {
    let sent = SendKind::OptOutConfirmation;
    complies("please take me off this list", Reason::OptOut, Consent::OptedOut, sent);
    complies("i dont want these texts any more", Reason::OptOut, Consent::OptedOut, sent);
    for text in
        ["please cancel my order", "when does the sale end", "can you stop by to pick it up"]
    {
        let mut line = Line::new();
        let decision = line.says(text);
        assert_eq!(decision.verdict.compliance, Compliance::None, "{text}");
        assert_eq!(line.state().consent, Consent::Unknown, "{text}");
    }
}

#[test]
fn kl_19_spelling_makes_no_difference() {
    for text in
        ["Stop.", " STOP ", "stop", "\u{ff33}\u{ff34}\u{ff2f}\u{ff30}", "St\u{43e}p!!", "\"STOP\""]
    {
        let decision = Line::new().says(text);
        assert_eq!(decision.reason, Reason::OptOut, "{text}: {:?}", decision.verdict);
    }
}

/// A brand's own compliance words.
const WORDS: &str = r#"
[[consent.keyword]]
word = "no more deals"
means = "opt_out"
match = "anywhere"
[[consent.keyword]]
word = "pause"
means = "opt_out"
[[consent.keyword]]
word = "stop"
means = "opt_in"
[[consent.keyword]]
word = "support"
means = "help"
"#;

#[test]
fn kl_18_a_brand_adds_words_and_removes_none() {
    let check = |text: &str, disposition, reason| {
        let mut line = Line::with_policy(WORDS);
        let decision = line.says(text);
        assert_eq!((decision.disposition, decision.reason), (disposition, reason), "{text}");
        decision
    };
    let decision = check("Pause!", Disposition::Compliance, Reason::OptOut);
    // The verdict that is journaled says so, and names the word.
    assert_eq!(decision.verdict.compliance, Compliance::OptOut);
    assert_eq!(decision.verdict.rule.brand_word(), Some(1));
    check("support", Disposition::Compliance, Reason::Help);
    check("STOP", Disposition::Compliance, Reason::OptOut);
    check("HELP", Disposition::Compliance, Reason::Help);
    assert_ne!(Line::new().says("Pause!").reason, Reason::OptOut);
}

#[test]
fn g_25_a_word_is_the_whole_message_or_anywhere() {
    let check = |text: &str, opted_out| {
        let reason = Line::with_policy(WORDS).says(text).reason;
        assert_eq!(reason == Reason::OptOut, opted_out, "{text}: {reason}");
    };
    check("oh please, no more deals like these", true);
    check("can you pause my order", false);
    // What a phone quotes is nobody's wish.
    check("Liked \u{201c}There are no more deals after today\u{201d}", false);
}

#[test]
fn g_26_the_decision_names_the_rule_and_what_is_doubtful_is_held() {
    let decision = Line::new().says("please take me off this list");
    assert_eq!((decision.step, decision.reason), (Step::OptOut, Reason::OptOut));
    assert!(!classifier().rule_says(decision.verdict.rule).is_empty());
    let mut line = Line::new();
    let decision = line.says("too many texts");
    assert_eq!((decision.disposition, decision.reason), (Disposition::Hold, Reason::OptOutUnclear));
    assert!(!classifier().rule_says(decision.verdict.rule).is_empty());
    assert_eq!(line.state().consent, Consent::Held);
    // A person decides, and who had agreed has still agreed if it was none.
    let mut line = Line::new();
    line.says("START");
    line.says("too many texts");
    line.agent(1, AgentAction::SettleHold { opt_out: false });
    assert_eq!(line.state().consent, Consent::OptedIn);
}

#[test]
fn kl_83_compliance_answers_whoever_owns_the_conversation() {
    let mut line = Line::new();
    line.says("I want a refund");
    line.agent(1, AgentAction::Claim);
    line.says("HELP");
    line.says("STOP");
    assert_eq!(line.kinds(), [SendKind::Help, SendKind::OptOutConfirmation]);
    assert_eq!(line.state().conversation.owner, Owner::Human(AgentId(1)));
    let mut line = Line::new();
    line.says(QUESTION);
    line.says("HELP");
    assert_eq!(line.state().conversation.owner, Owner::Ai);
    line.ai_says("We do!");
    assert_eq!(line.kinds(), [SendKind::Help, SendKind::Ai]);
    let double = line.effects.iter().any(
        |effect| matches!(effect, Effect::Event(event) if event.kind == EventKind::DoubleReply),
    );
    assert!(!double);
}

#[test]
fn kl_84_people_cannot_write_to_those_who_opted_out() {
    let mut line = Line::new();
    line.says("I want a refund");
    line.agent(1, AgentAction::Claim);
    line.says("STOP");
    line.agent_says(1, "Sorry to see you go");
    assert_eq!(line.kinds(), [SendKind::OptOutConfirmation]);
    assert_eq!(last_refusal(&line).0, RefusalReason::OptedOut);
}

#[test]
fn g_27_a_list_closes_and_never_opens_what_a_person_closed() {
    let listed = |consent| ProfileChange { consent: Some(consent), ..ProfileChange::default() };
    let mut line = Line::new();
    line.says(QUESTION);
    line.learns(listed(Consent::OptedOut));
    line.ai_says("We do!");
    assert_eq!(line.sends(), []);
    assert_eq!(line.state().conversation.owner, Owner::Closed);
    line.learns(listed(Consent::OptedIn));
    assert_eq!(line.state().consent, Consent::OptedOut);
    line.says("START");
    assert_eq!(line.state().consent, Consent::OptedIn);
}

/// A STOP to one number, and what may leave by each.
fn stopped(policy: &str) -> [bool; 3] {
    let mut line = Line::with_policy(policy);
    line.sender = SenderId(1);
    line.says("STOP");
    assert_eq!(line.sends()[0].sender, SenderId(1));
    [1, 2, 3].map(|number| {
        line.sender = SenderId(number);
        let before = line.sends().len();
        line.brand_says(CAMPAIGN, "Sale today");
        line.sends().len() > before
    })
}

#[test]
fn g_28_a_stop_reaches_as_far_as_the_brand_says() {
    assert_eq!(stopped(""), [false, false, false]);
    assert_eq!(stopped("[consent]\nscope = \"number\"\n"), [false, true, true]);
    let services =
        "[consent]\nscope = \"service\"\n[consent.services]\nmarketing = [1, 2]\nalerts = [3]\n";
    assert_eq!(stopped(services), [false, false, true]);
    // A conversation by another number goes on, and the confirmation leaves by the number that was told.
    let mut line = Line::with_policy("[consent]\nscope = \"number\"\n");
    line.sender = SenderId(2);
    line.says(QUESTION);
    line.sender = SenderId(1);
    line.says("STOP");
    line.ai_says("We do!");
    let sent: Vec<_> = line.sends().iter().map(|send| (send.kind, send.sender.0)).collect();
    assert_eq!(sent, [(SendKind::OptOutConfirmation, 1), (SendKind::Ai, 2)]);
    // A second STOP there, and one that is held elsewhere until a person decides.
    assert_eq!(line.says("STOP").reason, Reason::AlreadyOptedOut);
    line.sender = SenderId(2);
    assert_eq!(line.says("too many texts").disposition, Disposition::Hold);
    line.sender = SenderId(3);
    line.wait(25 * 3600);
    line.sender = SenderId(2);
    line.agent_says(1, "Hello?");
    assert_eq!(last_refusal(&line).0, RefusalReason::OptedOut);
    line.says("START");
    line.agent_says(1, "Hello!");
    assert_eq!(
        line.sends().last().map(|send| (send.kind, send.sender.0)),
        Some((SendKind::Agent, 2))
    );
    line.sender = SenderId(1);
    line.brand_says(CAMPAIGN, "Sale today");
    assert_eq!(last_refusal(&line).0, RefusalReason::OptedOut);
}

#[test]
fn g_30_yes_is_an_answer_or_an_opt_in_and_never_both() {
    let policy = "[[keyword]]\nword = \"YES\"\nreply = \"Ordered!\"\ncampaigns = [7]\n";
    let mut line = Line::with_policy(policy);
    assert_eq!(line.says("YES").reason, Reason::Acknowledgement);
    line.brand_says(CAMPAIGN, "The last jacket, yours for a YES.");
    let decision = line.says("YES");
    assert_eq!((decision.reason, decision.source), (Reason::Keyword, CAMPAIGN));
    assert_eq!(line.state().consent, Consent::Unknown);
    line.says("STOP");
    line.forget();
    assert_eq!(line.says("YES").reason, Reason::OptIn);
    assert_eq!(line.kinds(), [SendKind::OptInConfirmation]);
}

#[test]
fn g_31_those_who_never_agreed_are_read_and_not_answered() {
    let policy = "[consent]\nsubscribers_only = true\n[[keyword]]\nword = \"jacket\"\n\
         match = \"anywhere\"\nreply = \"Hi!\"\n";
    let mut line = Line::with_policy(policy);
    let decision = line.says(QUESTION);
    assert_eq!((decision.disposition, decision.reason), (Disposition::Human, Reason::NoConsent));
    assert_eq!(line.offers()[0].reason, Reason::NoConsent);
    line.agent_says(1, "We do!");
    assert_eq!(last_refusal(&line).0, RefusalReason::NoConsent);
    line.brand_says(CAMPAIGN, "Sale!");
    assert_eq!((line.sends(), was_asked(&line)), (vec![], false));
    // What the law wants leaves all the same, and who agrees is answered.
    line.says("HELP");
    line.says("START");
    line.agent_says(1, "We do!");
    let sent = [SendKind::Help, SendKind::OptInConfirmation, SendKind::Agent];
    assert_eq!(line.kinds(), sent);
    let mut line = Line::with_policy(policy);
    line.learns(ProfileChange { consent: Some(Consent::OptedIn), ..ProfileChange::default() });
    assert_eq!(line.says(QUESTION).disposition, Disposition::Automation);
}

#[test]
fn g_32_it_is_night_where_the_customer_is() {
    // It is 14:00 UTC, nine in the morning at the brand.
    let policy =
        "[zone]\nutc_offset = \"-05:00\"\n[quiet_hours]\nfrom = \"21:00\"\nto = \"08:00\"\n";
    let mut line = Line::with_policy(policy);
    line.brand_says(CAMPAIGN, "Sale!");
    assert_eq!(line.kinds(), [SendKind::Outreach]);
    let tokyo = Zone { offset_minutes: 9 * 60, summer_time: SummerTime::None };
    line.learns(ProfileChange { zone: Some(tokyo), ..ProfileChange::default() });
    line.brand_says(CAMPAIGN, "Sale!");
    // Eight in the morning in Tokyo is 23:00 UTC, nine hours later.
    let morning = Deadline::not_before(Timestamp::from_secs(1_795_788_000 + 9 * 3600));
    assert_eq!(last_refusal(&line), (RefusalReason::QuietHours, Some(morning)));
    // A direct answer passes, a late one waits.
    line.forget();
    line.says(QUESTION);
    line.ai_says("We do!");
    assert_eq!(line.kinds(), [SendKind::Ai]);
    line.wait(3600);
    line.agent_says(1, "Did it fit?");
    assert_eq!(last_refusal(&line), (RefusalReason::QuietHours, Some(morning)));
    line.now = morning.at();
    line.agent_says(1, "Did it fit?");
    assert_eq!(line.kinds(), [SendKind::Ai, SendKind::Agent]);
}

#[test]
fn tx_8_tx_11_ot_2_a_reply_is_tied_to_what_it_most_likely_answers() {
    let mut line = Line::new();
    line.brand_says(CAMPAIGN, "Sale today");
    line.brand_says(CART, "You left something in your cart");
    let decision = line.says(QUESTION);
    assert_eq!((decision.source, decision.disposition), (CART, Disposition::Ai));
    assert_eq!(line.last_request().source, CART);
    assert_eq!(line.state().conversation.source, CART);
    line.ai_says("We do!");
    let first = line.conversation();
    // What a connector knows counts more, and it is one conversation across both kinds.
    line.source = CAMPAIGN;
    assert_eq!(line.says("and in red?").source, CAMPAIGN);
    assert_eq!(line.conversation(), first);
    line.source = Source::Unprompted;
    line.wait(73 * 3600);
    assert_eq!(line.says(QUESTION).source, Source::Unprompted);
    // What was refused was not read by anybody.
    let mut line = Line::new();
    line.says("STOP");
    line.brand_says(CAMPAIGN, "Sale today");
    assert_eq!(line.says(QUESTION).source, Source::Unprompted);
}

#[test]
fn tx_51_the_brand_is_silent_while_people_have_the_conversation() {
    let check = |line: &mut Line, reason| {
        line.brand_says(CART, "You left something in your cart");
        assert_eq!(last_refusal(line).0, reason);
    };
    let mut line = Line::new();
    line.says("I want a refund");
    check(&mut line, RefusalReason::Escalated);
    line.agent(1, AgentAction::Claim);
    check(&mut line, RefusalReason::Escalated);
    line.agent(1, AgentAction::Close);
    line.brand_says(CART, "You left something in your cart");
    assert_eq!(line.kinds(), [SendKind::Outreach]);
    let suspend = "[[tag]]\nname = \"a\"\nintents = [\"product_question\"]\nafter = \"suspend\"\n";
    let mut line = Line::with_policy(suspend);
    line.says(QUESTION);
    line.ai_says("Which size?");
    check(&mut line, RefusalReason::Escalated);
    let mut line = Line::new();
    line.says("too many texts");
    check(&mut line, RefusalReason::Held);
    let mut line = Line::new();
    line.says("STOP");
    check(&mut line, RefusalReason::OptedOut);
}

/// Texts in three languages.
const TEXTS: &str = r#"
language = "de"
hand_off = "closeout"
variables = { phone = "+1 202 555 0100" }
[texts]
opt_out = "{brand}: done."
help = "Call {phone}."
closeout = "Sorry."
[texts.es]
opt_out = "{brand}: listo."
closeout = "Lo sentimos, llame al {phone}."
[texts.de]
opt_out = "{brand}: erledigt."
"#;

#[test]
fn ot_34_customers_read_their_language() {
    let spanish =
        || ProfileChange { language: Some(Language::Spanish), ..ProfileChange::default() };
    let mut line = Line::with_policy(TEXTS);
    line.says("STOP");
    assert_eq!(last_text(&line), "Our shop: erledigt.");
    let mut line = Line::with_policy(TEXTS);
    line.says("no me manden mas mensajes");
    assert_eq!(last_text(&line), "Our shop: listo.");
    let mut line = Line::with_policy(TEXTS);
    line.learns(spanish());
    line.says("STOP");
    assert_eq!(last_text(&line), "Our shop: listo.");
    line.says("HELP");
    assert_eq!(last_text(&line), "Call +1 202 555 0100.");
    // The AI is told, and what is sent later is in the same language.
    let mut line = Line::with_policy(TEXTS);
    line.says(QUESTION);
    assert_eq!(line.last_request().language, Some(Language::German));
    let mut line = Line::with_policy(TEXTS);
    line.learns(spanish());
    line.says(QUESTION);
    assert_eq!(line.last_request().language, Some(Language::Spanish));
    line.wait(20);
    assert_eq!(last_text(&line), "Lo sentimos, llame al +1 202 555 0100.");
    // So is what they wrote themselves kept in mind.
    let mut line = Line::with_policy(TEXTS);
    assert_eq!(line.says("demasiados mensajes").disposition, Disposition::Hold);
    line.agent(1, AgentAction::SettleHold { opt_out: true });
    assert_eq!(last_text(&line), "Our shop: listo.");
}

#[test]
fn ot_34_times_are_told_in_the_language_of_the_text() {
    let policy = "[hours]\nmonday = [\"09:00-17:00\"]\n[texts]\nhand_off_outside_hours = \"From {opens}.\"\n\
         [texts.es]\nhand_off_outside_hours = \"Desde {opens}.\"\n";
    let check = |language, told: &str| {
        let mut line = Line::with_policy(policy);
        line.learns(ProfileChange { language: Some(language), ..ProfileChange::default() });
        line.says("I want a refund");
        assert_eq!(last_text(&line), told);
    };
    check(Language::Spanish, "Desde lun 09:00.");
    check(Language::German, "From Mon 09:00.");
}
