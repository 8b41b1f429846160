//! The findings, each from a policy that has it.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::*;
use crate::classify::Intent;
use crate::ladder::Route;
use crate::policy::{ALWAYS_ON, FOLLOWING, OPTIONAL};
use crate::reason::{Disposition, Reason};

fn classifier() -> &'static Arc<Classifier> {
    static CLASSIFIER: LazyLock<Arc<Classifier>> =
        LazyLock::new(|| Arc::new(Classifier::standard()));
    &CLASSIFIER
}

fn policy(source: &str) -> Policy {
    Policy::parse(source, "a").unwrap()
}

/// Kind, key and message of each finding, and the reason for what becomes of the message.
fn findings(source: &str) -> Vec<(FindingKind, String, String, Reason)> {
    let found = check(&policy(source), classifier()).into_iter();
    let told = |one: Finding| {
        let Witness { message, route, .. } = one.witness;
        (one.kind, one.key, message.text, route.reason)
    };
    found.map(told).collect()
}

#[track_caller]
fn finds(source: &str, kind: FindingKind, key: &str, witness: &str, reason: Reason) {
    let wanted = (kind, key.to_owned(), witness.to_owned(), reason);
    assert_eq!(findings(source), [wanted], "{source}");
}

fn keyword(word: &str, matches: &str) -> String {
    format!("[[keyword]]\nword = \"{word}\"\nmatch = \"{matches}\"\nreply = \"a\"\n")
}

const BLUE: &str = "do you have this in blue?";
const PERSON: &str = "can I talk to a real person please";

#[test]
fn a_plain_policy_is_clean() {
    assert_eq!(findings(""), []);
}

#[test]
fn samples_are_what_they_stand_for() {
    let mut bench = Bench::new(&policy(""), classifier(), Moments::of(&policy("")).any());
    let mut decide = |text| bench.decide(&Message::new(text, Moments::of(&policy("")).any()));
    for intent in Intent::ALL {
        let verdict = decide(samples::of_intent(*intent)).verdict;
        assert_eq!(verdict.intent, *intent, "{verdict:?}");
    }
    for reason in ALWAYS_ON.iter().chain(&OPTIONAL).chain(&FOLLOWING[..9]) {
        let reached = match *reason {
            Reason::FrustratedAfterAttempts => Reason::HumanFirst,
            // Whoever threatens is abusive, which the ladder asks first.
            Reason::Threat => Reason::Abusive,
            it => it,
        };
        assert_eq!(decide(samples::of_reason(*reason)).reason, reached);
    }
}

/// If this fails, the checker takes something for impossible that is not: lead a conversation there in
/// `reach`.
#[test]
fn every_reason_comes_up_under_some_policy() {
    let policies = [
        "",
        "[ai]\nmode = \"off\"",
        "[ai]\nmode = \"draft\"",
        "[evaluation]\nrisk = 0.5\n[ai]\nchannels = [\"web\"]\n[access]\nai = []\n",
        "[audience]\ninclude = { campaigns = [1] }\nrequired_keywords = [\"a\"]\nexcluded_keywords = [\"b\"]\n",
        "[first_responder]\naccount_help = \"store\"\ncomplaint_frustration = \"ai\"\n",
        "[consent]\nsubscribers_only = true\n[evaluation]\nrisk = 0.5\n",
        "[budget]\nbrand_day_messages = 100\n",
        "[[tag]]\nname = \"a\"\nintents = [\"product_question\"]\nafter = \"suspend\"\n\
         [[tag]]\nname = \"b\"\nafter = \"hand_off\"\n",
    ];
    let reached: BTreeSet<Reason> =
        policies.iter().flat_map(|source| reach::reach(&policy(source)).reasons).collect();
    let all = ALWAYS_ON.iter().chain(&OPTIONAL).chain(&FOLLOWING);
    let missing: Vec<_> = all.filter(|reason| !reached.contains(reason)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn keywords_that_want_one_message() {
    let pair = |first: (&str, &str), second: (&str, &str)| {
        keyword(first.0, first.1) + &keyword(second.0, second.1)
    };
    use FindingKind::{Conflict, NeverFires};
    let both = pair(("vip", "anywhere"), ("style me", "anywhere"));
    finds(&both, Conflict, "keyword", "vip style me", Reason::Keyword);
    let hidden = pair(("style", "anywhere"), ("style me", "whole"));
    finds(&hidden, NeverFires, "keyword", "style me", Reason::Keyword);
    // An exception before its rule is meant.
    assert_eq!(findings(&pair(("style me", "anywhere"), ("style", "anywhere"))), []);
    assert_eq!(findings(&pair(("vip", "whole"), ("vip", "anywhere"))), []);
    finds(&keyword("Stop", "whole"), NeverFires, "keyword", "stop", Reason::OptOut);
    finds(&keyword("HELP", "whole"), NeverFires, "keyword", "help", Reason::Help);
    let own = "[[consent.keyword]]\nword = \"deals\"\nmeans = \"opt_out\"\nmatch = \"anywhere\"\n";
    let taken = own.to_owned() + &keyword("deals today", "whole");
    finds(&taken, NeverFires, "keyword", "deals today", Reason::OptOut);
    let law = "[[consent.keyword]]\nword = \"stop\"\nmeans = \"opt_in\"\n";
    finds(law, NeverFires, "consent.keyword", "stop", Reason::OptOut);
}

#[test]
fn keywords_for_other_sends_do_not_meet() {
    let rule = |word: &str, campaign: u32| {
        keyword(word, "anywhere") + &format!("campaigns = [{campaign}]\n")
    };
    assert_eq!(findings(&(rule("vip", 1) + &rule("style me", 2))), []);
    let both = rule("vip", 1) + &rule("style me", 1);
    finds(&both, FindingKind::Conflict, "keyword", "vip style me", Reason::Keyword);
    // The later one fires in answer to the other send.
    let part = rule("style", 1) + &keyword("style me", "anywhere");
    finds(&part, FindingKind::Conflict, "keyword", "style me", Reason::Keyword);
}

#[test]
fn gates_that_contradict_each_other() {
    use FindingKind::{Conflict, NeverFires, Overruled};
    let sources = "[audience]\ninclude = { campaigns = [1, 2] }\nexclude = { campaigns = [2] }\n";
    finds(sources, Conflict, "audience", BLUE, Reason::NotInAudience);
    let segments = "segments = { vip = 12, staff = 3 }\n[audience]\n\
         include = { segments = [\"vip\", \"staff\"] }\nexclude = { segments = [\"staff\"] }\n";
    finds(segments, Conflict, "audience", BLUE, Reason::NotInAudience);
    let named = "segments = { vip = 12 }\n";
    finds(named, NeverFires, "segments", BLUE, Reason::AiFirst);
    let words = "[audience]\nrequired_keywords = [\"style me\"]\nexcluded_keywords = [\"style\"]\n";
    let key = "audience.required_keywords";
    let witness = format!("{BLUE} style me");
    finds(words, NeverFires, key, &witness, Reason::ExcludedKeyword);
    let key = "audience.excluded_keywords";
    let answered =
        "[audience]\nexcluded_keywords = [\"vip\"]\n".to_owned() + &keyword("vip", "whole");
    finds(&answered, Overruled, key, "vip", Reason::Keyword);
    let twice = "[audience]\nexcluded_keywords = [\"wholesale\", \"buy wholesale\"]\n";
    let witness = format!("{BLUE} buy wholesale");
    finds(twice, NeverFires, key, &witness, Reason::ExcludedKeyword);
    let starter = "[audience]\nexclude = { flows = [3] }\n[[starter]]\nname = \"cart\"\nstage = \"cart\"\nflows = [3]\n";
    finds(starter, Conflict, "starter", BLUE, Reason::NotInAudience);
}

#[test]
fn what_never_happens() {
    use FindingKind::NeverFires;
    let finds = |source: &str, key: &str, witness: &str, reason| {
        finds(source, NeverFires, key, witness, reason);
    };
    finds("[ai]\nchannels = []\n", "ai.channels", BLUE, Reason::NotEligible);
    let none =
        "[budget]\nconversation_messages = 0\n[escalation.frustrated_after_attempts]\non = false\n";
    finds(none, "budget.conversation_messages", BLUE, Reason::BudgetExhausted);
    let dear = "[budget]\nturn_cents = 1.78\n";
    let patience = "[escalation.frustrated_after_attempts]\non = false\n";
    finds(&format!("{dear}{patience}"), "budget.turn_cents", BLUE, Reason::BudgetExhausted);
    let web = "[ai]\nchannels = [\"web\"]\n";
    assert_eq!(findings(&format!("{dear}{web}")), []);
    let tag = "[[tag]]\nname = \"r\"\nintents = [\"return_refund\"]\nafter = \"suspend\"\n";
    finds(tag, "tag", "I'd like to return these shoes", Reason::Return);
    finds("queues = [\"people\", \"legal\"]\n", "queues", PERSON, Reason::WantsPerson);
    let timer = "[resume]\nafter = \"4h\"\n";
    finds(timer, "resume.after", "cancel my order please", Reason::HumanFirst);
    let inside = "store_answers = \"relay\"\n[roles]\nagent = [\"claim\", \"reply\"]\nlead = [\"settle_hold\"]\nadmin = []\n";
    finds(inside, "store_answers", "cancel my order please", Reason::HumanFirst);
    finds("[texts]\ncloseout = \"Bye.\"\n", "texts.closeout", PERSON, Reason::WantsPerson);
    let spanish = "[texts]\nhand_off = \"Soon.\"\n[texts.es]\nhand_off = \"Pronto.\"\n";
    assert_eq!(findings(spanish), []);
    let silent = "hand_off = \"helpdesk\"\n[ai]\nmode = \"off\"\n[evaluation]\nrisk = 0.5\n";
    finds(silent, "evaluation.risk", BLUE, Reason::AiOff);
    let often = "[ai]\nattempts_max = 9\n[budget]\nconversation_messages = 3\n";
    finds(often, "ai.attempts_max", "this is ridiculous, so frustrating", Reason::HumanFirst);
}

#[test]
fn escalations_for_reasons_that_never_occur() {
    let finds = |policy: &str, reason: Reason, route: Reason| {
        let source = format!("{policy}[escalation.{reason}]\nannounced = false\n");
        let (key, text) = (format!("escalation.{reason}"), samples::of_reason(reason));
        finds(&source, FindingKind::NeverFires, &key, text, route);
    };
    let off = "[ai]\nmode = \"off\"\n";
    finds(off, Reason::LowConfidence, Reason::AiOff);
    finds(off, Reason::AiTimeout, Reason::AiOff);
    finds(off, Reason::Draft, Reason::AiOff);
    finds("", Reason::Draft, Reason::AiFirst);
    finds("", Reason::AiOff, Reason::AiFirst);
    finds("", Reason::ScoreThreshold, Reason::AiFirst);
    finds("", Reason::NotEligible, Reason::AiFirst);
    finds("", Reason::NoRequiredKeyword, Reason::AiFirst);
    finds("", Reason::BrandBudgetExhausted, Reason::AiFirst);
    finds("[ai]\nconfidence_min = 0.0\n", Reason::LowConfidence, Reason::AiFirst);
    let ai = "[first_responder]\nreturn_refund = \"ai\"\ndamaged_or_wrong_item = \"ai\"\n";
    assert_eq!(check(&policy(ai), classifier()), []);
    finds(
        &format!("{ai}billing_dispute = \"store\"\n"),
        Reason::BillingDispute,
        Reason::StoreFirst,
    );
}

#[test]
fn hand_offs_that_lead_nowhere() {
    use FindingKind::{Gap, NeverFires};
    let same = "[hours]\nmonday = [\"09:00-17:00\"]\noutside = \"queue\"\n\
         [texts]\nhand_off_outside_hours = \"We open {opens}.\"\n";
    finds(same, NeverFires, "hours.outside", BLUE, Reason::AiFirst);
    let mute = "[roles]\nagent = [\"claim\", \"settle_hold\"]\nlead = []\nadmin = []\n";
    finds(mute, Gap, "roles", PERSON, Reason::WantsPerson);
    let web = "[channel.web]\nmanual_reply = false\n";
    finds(web, Gap, "channel.web.manual_reply", PERSON, Reason::WantsPerson);
}

#[test]
fn rules_about_where_to_wait_that_never_hold() {
    let base = "queues = [\"people\", \"spanish\"]\n[[route]]\n";
    assert_eq!(findings(&format!("{base}languages = [\"es\"]\nqueue = \"spanish\"\n")), []);
    let web = format!(
        "{base}channels = [\"web\"]\nintents = [\"order_status\"]\nreasons = [\"low_confidence\"]\nqueue = \"spanish\"\n"
    );
    assert_eq!(findings(&web), []);
    let never = format!("{base}reasons = [\"draft\"]\nqueue = \"spanish\"\n");
    let found = findings(&never);
    let keys: Vec<_> = found.iter().map(|(kind, key, ..)| (*kind, key.as_str())).collect();
    assert_eq!(keys, [(FindingKind::NeverFires, "queues"), (FindingKind::NeverFires, "route")]);
}

#[test]
fn what_is_not_said_and_what_never_ends() {
    use FindingKind::{Conflict, Gap, NeverFires, NoDeadline, Overruled};
    let hours = "[hours]\nmonday = [\"09:00-17:00\"]\n";
    finds(hours, Gap, "texts.hand_off_outside_hours", PERSON, Reason::WantsPerson);
    let silent = "[first_responder]\nunclear = \"silence\"\n";
    let key = "first_responder.unclear";
    finds(silent, Gap, key, "on the left", Reason::SilenceByPolicy);
    let ever = "[deadlines]\nstore = \"90d\"\n";
    finds(ever, NoDeadline, "deadlines.store", PERSON, Reason::WantsPerson);
    let few = "[budget]\nbrand_day_cents = 100\n";
    finds(few, Overruled, "budget.brand_day_cents", BLUE, Reason::AiFirst);
    let early = "hand_off_fallback = \"helpdesk\"\n[deadlines]\nqueue = \"10m\"\n";
    finds(early, NeverFires, "deadlines.unattended", PERSON, Reason::WantsPerson);
    let night = "[hours]\nmonday = [\"22:00-23:00\"]\n[quiet_hours]\nfrom = \"21:00\"\nto = \"08:00\"\n\
         [texts]\nhand_off_outside_hours = \"We open {opens}.\"\n";
    finds(night, Conflict, "quiet_hours", PERSON, Reason::WantsPerson);
}

#[test]
fn a_witness_says_what_is_particular_about_it() {
    let source = "segments = { staff = 3 }\n[audience]\ninclude = { flows = [2], segments = [\"staff\"] }\n\
         exclude = { flows = [2], segments = [\"staff\"] }\n";
    let found = check(&policy(source), classifier());
    let shown: Vec<_> = found.iter().map(|one| one.witness.to_string()).collect();
    assert_eq!(
        shown,
        [
            "“do you have this in blue?” in answer to flow 2 → human, not_in_audience (at audience)",
            "“do you have this in blue?” from somebody in staff → human, not_in_audience (at audience)",
        ]
    );
}

#[test]
fn the_table_is_what_the_ladder_says() {
    let source = "hand_off = \"helpdesk\"\n[first_responder]\norder_status = \"store\"\n\
         [score_min]\nproduct_question = 0.5\n[ai]\nshaft = true\n[access]\nai = [\"products\"]\n\
         [audience]\nexclude = { campaigns = [4] }\n\
         [hours]\nmonday = [\"09:00-17:00\"]\noutside = \"queue\"\n";
    let policy = policy(source);
    let rows = table(&policy);
    let of = |intent: Intent| {
        let row = rows.iter().find(|row| row.intent == intent).unwrap();
        let told = row.rulings.iter().map(|ruling| {
            let Route { disposition, reason, .. } = ruling.route;
            (ruling.channels.len(), ruling.open, disposition, reason)
        });
        told.collect::<Vec<_>>()
    };
    use Disposition::{Ai, Helpdesk, Human, Ignore, Store};
    assert_eq!(of(Intent::OrderStatus), [(8, None, Store, Reason::StoreFirst)]);
    assert_eq!(of(Intent::Acknowledgement), [(8, None, Ignore, Reason::Acknowledgement)]);
    assert_eq!(
        of(Intent::ProductQuestion),
        [
            (3, Some(true), Helpdesk, Reason::NotEligible),
            (5, None, Ai, Reason::AiFirst),
            (3, Some(false), Human, Reason::NotEligible),
        ]
    );
    // The AI has no access to the store's rules: that is a hand-off too, at all channels it may use.
    assert_eq!(of(Intent::StoreInfo)[1], (5, Some(true), Helpdesk, Reason::NoAccess));
    let barred: Vec<_> = barred(&policy).iter().map(|it| (it.open, it.route.disposition)).collect();
    assert_eq!(barred, [(Some(true), Helpdesk), (Some(false), Human)]);
    let row = rows.iter().find(|row| row.intent == Intent::ProductQuestion).unwrap();
    assert_eq!((row.score_min.as_f64(), row.confidence_min), (0.5, Some(policy.ai.confidence_min)));
}
