//! What a policy says that cannot happen, contradicts itself, or is not said: findings, each with a
//! message or a situation that shows it; and the table of who answers what.

mod money;

use crate::classify::{Classifier, Compliance, Intent, Score, Scratch, Verdict};
use crate::id::QueueId;
use crate::message::Channel;
use crate::names::named;

use super::{AiMode, HandOff, Keyword, Match, Phrase, Policy, PostAction, Responder, SYSTEM_TAGS};

named! {
    /// The kinds of findings.
    pub enum FindingKind {
        /// Two rules want one message; the first gets it.
        Conflict = "conflict",
        /// A rule that can never fire.
        NeverFires = "never_fires",
        /// A rule that is overruled in part, by the law or by a gate.
        Overruled = "overruled",
        /// Something that happens and for which nothing is said.
        Gap = "gap",
        /// A state that ends by no time anybody would wait for.
        NoDeadline = "no_deadline",
    }
}

/// Something to be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What kind.
    pub kind: FindingKind,
    /// The keys it is about.
    pub key: String,
    /// What is the matter, and what to do.
    pub message: String,
    /// A message, or a situation in brackets, that shows it.
    pub witness: String,
}

impl Finding {
    fn new(kind: FindingKind, key: &str, message: String, witness: impl Into<String>) -> Self {
        Self { kind, key: key.to_owned(), message, witness: witness.into() }
    }
}

/// Who answers an intent: a row of the decision table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The intent.
    pub intent: Intent,
    /// From this score on; below it, the row of `unclear` counts.
    pub score_min: Score,
    /// Who answers first.
    pub responder: Responder,
    /// How sure the AI has to be, where it answers.
    pub confidence_min: Option<Score>,
}

/// The decision table, in the order of intents. Steps above the intent are not in it.
pub fn table(policy: &Policy) -> Vec<Row> {
    let rows = Intent::ALL.iter().map(|intent| {
        let responder = policy.first_responder(*intent);
        let confidence_min = (responder == Responder::Ai).then_some(policy.ai.confidence_min);
        Row { intent: *intent, score_min: policy.score_min(*intent), responder, confidence_min }
    });
    rows.collect()
}

/// Looks for all that is to be found. The classifier says which words are taken before any rule.
pub fn check(policy: &Policy, classifier: &Classifier) -> Vec<Finding> {
    let mut findings = Vec::new();
    taken_before(policy, classifier, &mut findings);
    keyword_pairs(policy, &mut findings);
    keyword_gates(policy, &mut findings);
    audience(policy, &mut findings);
    ai(policy, &mut findings);
    money::budgets(policy, &mut findings);
    tags(policy, &mut findings);
    escalations(policy, &mut findings);
    gaps(policy, &mut findings);
    deadlines(policy, &mut findings);
    findings
}

fn verdict(
    policy: &Policy,
    classifier: &Classifier,
    scratch: &mut Scratch,
    phrase: &Phrase,
) -> Verdict {
    let mut verdict = classifier.classify(phrase.words().as_bytes(), scratch);
    policy.consent.read(scratch.text().bytes(), &mut verdict);
    verdict
}

/// Compliance and noise stand above all rules of a brand (`KL-26`).
fn taken_before(policy: &Policy, classifier: &Classifier, findings: &mut Vec<Finding>) {
    let mut scratch = Scratch::default();
    let keywords = policy.keywords.iter().map(|keyword| ("keyword", &keyword.phrase));
    let required = policy.audience.required.iter();
    let phrases = keywords.chain(required.map(|phrase| ("audience.required_keywords", phrase)));
    for (key, phrase) in phrases {
        let verdict = verdict(policy, classifier, &mut scratch, phrase);
        let taken = match (verdict.compliance, verdict.noise) {
            (Compliance::OptOut, _) => "an opt-out",
            (Compliance::OptIn, _) => "an opt-in",
            (Compliance::Help, _) => "a request for HELP",
            (Compliance::Hold, _) => "perhaps an opt-out, which a person decides",
            (Compliance::None, Some(_)) => "noise, which nobody answers",
            (Compliance::None, None) => continue,
        };
        let words = phrase.words();
        let message = format!("`{words}` is {taken}, before any rule is asked; choose other words");
        findings.push(Finding::new(FindingKind::NeverFires, key, message, words));
    }
}

/// Rules that want the same message; an exception that stands before the rule is none of those.
fn keyword_pairs(policy: &Policy, findings: &mut Vec<Finding>) {
    for (index, later) in policy.keywords.iter().enumerate() {
        for earlier in &policy.keywords[..index] {
            let finding = pair(earlier, later);
            findings.extend(finding);
        }
    }
}

fn pair(earlier: &Keyword, later: &Keyword) -> Option<Finding> {
    let (first, second) = (earlier.phrase.words(), later.phrase.words());
    if earlier.matches == Match::Whole {
        return None;
    }
    if later.phrase.contains(&earlier.phrase) {
        let message = format!(
            "`{second}` can never fire: `{first}` stands before it and is in every such message; \
                put `{second}` first"
        );
        return Some(Finding::new(FindingKind::NeverFires, "keyword", message, second));
    }
    let both = later.matches == Match::Anywhere && !earlier.phrase.contains(&later.phrase);
    both.then(|| {
        let message = format!(
            "`{first}` and `{second}` match one message, and `{first}` answers; put the \
                 more important one first"
        );
        Finding::new(FindingKind::Conflict, "keyword", message, format!("{first} {second}"))
    })
}

/// Keywords that a gate wants to keep from, or let in to, the AI, and that an automation answers.
fn keyword_gates(policy: &Policy, findings: &mut Vec<Finding>) {
    let gates = [
        ("audience.required_keywords", &policy.audience.required),
        ("audience.excluded_keywords", &policy.audience.excluded),
    ];
    for (key, phrases) in gates {
        for phrase in phrases {
            let words = phrase.words();
            let mut answering = policy.keywords.iter();
            if answering.any(|keyword| keyword.is_in(format!(" {words} ").as_bytes())) {
                let message = format!(
                    "`{words}` is answered by a keyword automation and never gets to this gate; \
                        remove one of the two"
                );
                findings.push(Finding::new(FindingKind::Overruled, key, message, words));
            }
        }
    }
}

/// Includes and excludes that meet, where exclusion wins (`KL-70`).
fn audience(policy: &Policy, findings: &mut Vec<Finding>) {
    let audience = &policy.audience;
    if let Some(include) = &audience.include {
        let exclude = &audience.exclude;
        let campaigns = include.campaigns.intersection(&exclude.campaigns);
        let flows = include.flows.intersection(&exclude.flows);
        let named = campaigns.map(|id| format!("campaign {id}"));
        let named = named.chain(flows.map(|id| format!("flow {id}")));
        let unprompted = (include.unprompted && exclude.unprompted).then(|| "nothing".to_owned());
        for source in named.chain(unprompted) {
            let message = format!(
                "replies to {source} are included and excluded, and exclusion wins; remove one of \
                    the two (KL-70)"
            );
            let witness = format!("(any reply to {source})");
            findings.push(Finding::new(FindingKind::Conflict, "audience", message, witness));
        }
    }
    for (name, id) in &policy.segments {
        if audience.include_segments.contains(id) && audience.exclude_segments.contains(id) {
            let message = format!(
                "the segment `{name}` is included and excluded, and exclusion wins; remove one of the \
                 two (KL-70)"
            );
            let witness = format!("(any reply of somebody in {name})");
            findings.push(Finding::new(FindingKind::Conflict, "audience", message, witness));
        }
    }
    for required in &audience.required {
        if let Some(excluded) = audience.excluded.iter().find(|out| required.contains(out)) {
            let (words, excluded) = (required.words(), excluded.words());
            let message = format!(
                "`{words}` lets nobody in, since `{excluded}` in it is excluded and exclusion \
                    wins; remove one of the two (KL-70)"
            );
            let key = "audience.required_keywords";
            findings.push(Finding::new(FindingKind::NeverFires, key, message, words));
        }
    }
}

/// An AI that is asked and can never answer, or has work and is never asked.
fn ai(policy: &Policy, findings: &mut Vec<Finding>) {
    let first = policy.first_responder(Intent::ProductQuestion) == Responder::Ai;
    let has_work =
        Intent::ALL.iter().any(|intent| policy.first_responder(*intent) == Responder::Ai);
    let open = Channel::ALL.iter().any(|channel| policy.ai.channels.has(*channel));
    let limits = &policy.ai;
    let witness = if first { "do you have this in blue?" } else { "(any reply for the AI)" };
    let dead = if limits.mode == AiMode::Off || !has_work {
        return;
    } else if !open {
        (
            "ai.channels",
            "names no channel, so the AI never answers; write ai.mode = \"off\" if \
             that is meant",
        )
    } else {
        return;
    };
    let message = format!("{} {}", dead.0, dead.1);
    findings.push(Finding::new(FindingKind::NeverFires, dead.0, message, witness));
}

/// Tags that no message and no escalation ever carries, and instructions that the AI never reads.
fn tags(policy: &Policy, findings: &mut Vec<Finding>) {
    let custom = policy.tags.iter().enumerate().skip(SYSTEM_TAGS.len());
    for (index, tag) in custom {
        let carries =
            |intent: &&Intent| policy.tagged(**intent).tags.iter().any(|tag| tag == index);
        let intents: Vec<_> = Intent::ALL.iter().filter(carries).collect();
        let escalated =
            policy.escalations.values().any(|one| one.tags.iter().any(|tag| tag == index));
        let to_ai = intents.iter().any(|intent| policy.first_responder(**intent) == Responder::Ai);
        let name = &tag.name;
        // A tag without intents is one that the AI gives of its own accord.
        if intents.is_empty() {
            continue;
        }
        if !to_ai && !escalated {
            let message = format!(
                "the tag `{name}` is never given: none of its intents goes to the AI, and no \
                    escalation names it"
            );
            let witness =
                intents.first().map_or("(none)".to_owned(), |intent| format!("(any {intent})"));
            findings.push(Finding::new(FindingKind::NeverFires, "tag", message, witness));
        } else if !to_ai && (tag.after != PostAction::GoOn || !tag.instructions.is_empty()) {
            let message = format!(
                "`instructions` and `after` of the tag `{name}` do nothing: none of its intents \
                    goes to the AI; change [first_responder]"
            );
            let witness =
                intents.first().map_or("(none)".to_owned(), |intent| format!("(any {intent})"));
            findings.push(Finding::new(FindingKind::NeverFires, "tag", message, witness));
        }
    }
}

/// Queues in which nothing ever waits.
fn escalations(policy: &Policy, findings: &mut Vec<Finding>) {
    for (index, queue) in policy.queues.iter().enumerate().skip(1) {
        let tagged = policy.tags.iter().any(|tag| tag.queue == Some(QueueId(index as u16)));
        let named = |one: QueueId| usize::from(one.0) == index;
        let routed = policy.staff.routes.iter().any(|route| named(route.queue));
        let escalated = policy.escalations.values().any(|one| named(one.queue));
        if !(tagged || routed || escalated) {
            let message = format!(
                "nothing ever waits in the queue `{queue}`; name it in an \
                 [escalation] or a [[route]], or remove it"
            );
            findings.push(Finding::new(FindingKind::NeverFires, "queues", message, "(none)"));
        }
    }
}

/// What happens without a word or a way.
fn gaps(policy: &Policy, findings: &mut Vec<Finding>) {
    if policy.hours.is_some() {
        let said = policy.texts.hand_off_outside_hours.is_some();
        let outside = policy.hand_off_outside_hours.unwrap_or(policy.hand_off);
        let to_people = outside == HandOff::Queue;
        if to_people && !said {
            let message = "nobody works outside [hours], and customers who wait then are not told \
                 until when; add texts.hand_off_outside_hours (KL-86)";
            let witness = "can I talk to a real person please";
            let key = "texts.hand_off_outside_hours";
            findings.push(Finding::new(FindingKind::Gap, key, message.to_owned(), witness));
        }
    }
    if policy.first_responder(Intent::Unclear) == Responder::Silence {
        let message = "what is not understood gets no answer at all, with every intent below its \
             score_min; write first_responder.unclear = \"human\" or \"ai\" (OT-40)";
        let key = "first_responder.unclear";
        findings.push(Finding::new(
            FindingKind::Gap,
            key,
            message.to_owned(),
            "the thing from before",
        ));
    }
}

/// The longest that any state but a store's may last before it counts as never ending.
const STATE_DAYS_MAX: u64 = 30;

/// Every open state has a deadline by construction (`OT-28`). One after weeks is none to a customer.
fn deadlines(policy: &Policy, findings: &mut Vec<Finding>) {
    let deadlines = &policy.deadlines;
    let states = [
        ("ai.deadline", policy.ai.deadline, "(the AI is asked and says nothing)"),
        ("deadlines.inactive", deadlines.inactive, "(the customer says no more)"),
        ("deadlines.unattended", deadlines.unattended, "(nobody takes it from the queue)"),
        ("deadlines.human", deadlines.human, "(an agent takes it and goes home)"),
        ("deadlines.hold", deadlines.hold, "(nobody decides about a possible opt-out)"),
        (
            "deadlines.suspended",
            deadlines.suspended,
            "(the customer never sends what was asked for)",
        ),
        ("deadlines.store", deadlines.store, "(the store is not heard of again)"),
    ];
    for (key, lasts, witness) in states {
        let days = lasts.as_secs() / 86_400;
        if days > STATE_DAYS_MAX {
            let message = format!(
                "{key} is {days} days, which is as good as never; write at most \
                 {STATE_DAYS_MAX} days"
            );
            findings.push(Finding::new(FindingKind::NoDeadline, key, message, witness));
        }
    }
    if policy.hand_off_fallback.is_some() && deadlines.queue <= deadlines.unattended {
        let message = "deadlines.queue ends before deadlines.unattended, so the alarm never comes \
             before the fallback is taken; write a shorter deadlines.unattended (TX-52)";
        let witness = "(nobody takes it from the queue)";
        let key = "deadlines.unattended";
        findings.push(Finding::new(FindingKind::NeverFires, key, message.to_owned(), witness));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;

    fn findings(source: &str) -> Vec<(FindingKind, String, String)> {
        static CLASSIFIER: LazyLock<Classifier> = LazyLock::new(Classifier::standard);
        let policy = Policy::parse(source, "a").unwrap();
        let found = check(&policy, &CLASSIFIER).into_iter();
        found.map(|one| (one.kind, one.key, one.witness)).collect()
    }

    #[track_caller]
    fn finds(source: &str, kind: FindingKind, key: &str, witness: &str) {
        assert_eq!(findings(source), [(kind, key.to_owned(), witness.to_owned())], "{source}");
    }

    fn keyword(word: &str, matches: &str) -> String {
        format!("[[keyword]]\nword = \"{word}\"\nmatch = \"{matches}\"\nreply = \"a\"\n")
    }

    #[test]
    fn a_plain_policy_is_clean() {
        assert_eq!(findings(""), []);
    }

    #[test]
    fn keywords_that_want_one_message() {
        let pair = |first: (&str, &str), second: (&str, &str)| {
            keyword(first.0, first.1) + &keyword(second.0, second.1)
        };
        use FindingKind::{Conflict, NeverFires};
        let both = pair(("vip", "anywhere"), ("style me", "anywhere"));
        finds(&both, Conflict, "keyword", "vip style me");
        let hidden = pair(("style", "anywhere"), ("style me", "whole"));
        finds(&hidden, NeverFires, "keyword", "style me");
        // An exception before its rule is meant.
        assert_eq!(findings(&pair(("style me", "anywhere"), ("style", "anywhere"))), []);
        assert_eq!(findings(&pair(("vip", "whole"), ("vip", "anywhere"))), []);
        finds(&keyword("Stop", "whole"), NeverFires, "keyword", "stop");
        finds(&keyword("HELP", "whole"), NeverFires, "keyword", "help");
        let own =
            "[[consent.keyword]]\nword = \"deals\"\nmeans = \"opt_out\"\nmatch = \"anywhere\"\n";
        let taken = own.to_owned() + &keyword("deals today", "whole");
        finds(&taken, NeverFires, "keyword", "deals today");
    }

    #[test]
    fn gates_that_contradict_each_other() {
        use FindingKind::{Conflict, NeverFires, Overruled};
        let sources =
            "[audience]\ninclude = { campaigns = [1, 2] }\nexclude = { campaigns = [2] }\n";
        finds(sources, Conflict, "audience", "(any reply to campaign 2)");
        let segments = "segments = { vip = 12, staff = 3 }\n[audience]\n\
             include = { segments = [\"vip\", \"staff\"] }\nexclude = { segments = [\"staff\"] }\n";
        finds(segments, Conflict, "audience", "(any reply of somebody in staff)");
        let words =
            "[audience]\nrequired_keywords = [\"style me\"]\nexcluded_keywords = [\"style\"]\n";
        finds(words, NeverFires, "audience.required_keywords", "style me");
        let answered =
            "[audience]\nexcluded_keywords = [\"vip\"]\n".to_owned() + &keyword("vip", "whole");
        finds(&answered, Overruled, "audience.excluded_keywords", "vip");
    }

    #[test]
    fn what_never_happens() {
        use FindingKind::NeverFires;
        finds("[ai]\nchannels = []\n", NeverFires, "ai.channels", "do you have this in blue?");
        let none = "[budget]\nconversation_messages = 0\n";
        finds(none, NeverFires, "budget.conversation_messages", "do you have this in blue?");
        let dear = "[budget]\nturn_cents = 1.78\n";
        finds(dear, NeverFires, "budget.turn_cents", "do you have this in blue?");
        let web = "[ai]\nchannels = [\"web\"]\n";
        assert_eq!(findings(&format!("{dear}{web}")), []);
        let tag = "[[tag]]\nname = \"r\"\nintents = [\"return_refund\"]\nafter = \"suspend\"\n";
        finds(tag, NeverFires, "tag", "(any return_refund)");
        finds("queues = [\"people\", \"legal\"]\n", NeverFires, "queues", "(none)");
    }

    #[test]
    fn what_is_not_said_and_what_never_ends() {
        use FindingKind::{Gap, NeverFires, NoDeadline};
        let witness = "can I talk to a real person please";
        finds(
            "[hours]\nmonday = [\"09:00-17:00\"]\n",
            Gap,
            "texts.hand_off_outside_hours",
            witness,
        );
        let silent = "[first_responder]\nunclear = \"silence\"\n";
        finds(silent, Gap, "first_responder.unclear", "the thing from before");
        let ever = "[deadlines]\nstore = \"90d\"\n";
        finds(ever, NoDeadline, "deadlines.store", "(the store is not heard of again)");
        let few = "[budget]\nbrand_day_cents = 100\n";
        let witness = "(a customer of one of these partitions)";
        finds(few, FindingKind::Overruled, "budget.brand_day_cents", witness);
        let early = "hand_off_fallback = \"helpdesk\"\n[deadlines]\nqueue = \"10m\"\n";
        finds(early, NeverFires, "deadlines.unattended", "(nobody takes it from the queue)");
    }
}
