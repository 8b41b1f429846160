//! The precedence ladder: the first step that matches decides, and nothing below it is looked at.
//!
//! This file is the order. Each step is one function that sees the whole case, says what happens, or
//! passes. The last one always decides, so every reply has exactly one decision (`OT-1`, `OT-40`).

pub mod counterfactual;
pub mod explain;
pub mod factor;
pub mod setting;
pub mod situation;

use crate::budget::{self, BrandDay};
use crate::classify::{Compliance, Detail, Intent, Noise, Signals};
use crate::contact::{Consent, Contact};
use crate::conversation::Owner;
use crate::input::Stamp;
use crate::message::Inbound;
use crate::planted::{self, Bug};
use crate::policy::{HandOff, Particular, Particulars, Policy, Responder, ResumeRule};
use crate::reason::{Disposition, Reason, Step};
use crate::time::Timestamp;

/// All that a decision is made from.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// The person, with consent and conversation as they stand.
    pub contact: &'a Contact,
    /// What the brand's AI has spent today.
    pub brand: &'a BrandDay,
    /// Whether this message id is new.
    pub first_delivery: bool,
    /// The reply.
    pub reply: &'a Inbound,
    /// What was found out about it.
    pub stamp: &'a Stamp,
    /// The brand's policy.
    pub policy: &'a Policy,
    /// Now.
    pub at: Timestamp,
}

impl Case<'_> {
    /// What the person has said about messages from the number they wrote to (`G-28`).
    pub fn consent(&self) -> Consent {
        self.contact.consent_for(self.reply.sender, &self.policy.consent)
    }

    /// Whether nothing may be sent to them by anybody.
    fn is_closed(&self) -> bool {
        self.consent().is_closed(&self.policy.consent)
    }
}

/// Where a reply goes, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Route {
    /// The step that matched.
    pub step: Step,
    /// What happens.
    pub disposition: Disposition,
    /// Why.
    pub reason: Reason,
}

/// A step of the ladder: decides, or passes the case on.
pub type Rung = fn(&Case) -> Option<(Disposition, Reason)>;

/// The ladder, highest step first (FEATURES 2.3).
pub const LADDER: [(Step, Rung); 13] = [
    (Step::Structural, structural),
    (Step::OptOut, opt_out),
    (Step::HelpOrOptIn, help_or_opt_in),
    (Step::Blocked, blocked),
    (Step::Noise, noise),
    (Step::Abuse, abuse),
    (Step::Safety, safety),
    (Step::Owned, owned),
    (Step::Keyword, keyword),
    (Step::Audience, audience),
    (Step::Intent, intent),
    (Step::Limits, limits),
    (Step::Ai, ai),
];

/// Decides a reply.
pub fn route(case: &Case) -> Route {
    for (step, rung) in LADDER {
        if let Some((disposition, reason)) = rung(case) {
            return Route {
                step,
                disposition: destination(case.policy, disposition, reason),
                reason,
            };
        }
    }
    unreachable!("the AI step takes every case that reaches it")
}

/// Step 1. A redelivery has no effect (`G-16`, `KL-32`). Malformed replies and unknown brands never reach
/// the ladder: the door and the shard answer those.
fn structural(case: &Case) -> Option<(Disposition, Reason)> {
    (!case.first_delivery).then_some((Disposition::Ignore, Reason::Duplicate))
}

/// Step 2. Opt-out by keyword or request, before everything that could answer (`KL-16`, `KL-21`, `KL-22`,
/// `X-7`); whoever owns the conversation (`KL-83`). Unclear ones are held.
fn opt_out(case: &Case) -> Option<(Disposition, Reason)> {
    let consent = case.consent();
    let opted_out = consent == Consent::OptedOut;
    match case.stamp.verdict.compliance {
        Compliance::OptOut if opted_out && !planted::has(Bug::ConfirmedTwice) => {
            Some((Disposition::Compliance, Reason::AlreadyOptedOut))
        }
        Compliance::OptOut => Some((Disposition::Compliance, Reason::OptOut)),
        Compliance::Hold if opted_out => Some((Disposition::Compliance, Reason::AlreadyOptedOut)),
        // Nothing is sent to a blocked person anyway, so there is nothing for people to decide.
        Compliance::Hold if consent != Consent::Held && !case.contact.blocked => {
            Some((Disposition::Hold, Reason::OptOutUnclear))
        }
        Compliance::Hold | Compliance::None | Compliance::OptIn | Compliance::Help => None,
    }
}

/// Step 3. HELP and re-subscription, whoever owns the conversation (`KL-17`, `KL-20`, `KL-83`). A word
/// that is also an ordinary answer, such as YES, is an opt-in only from those who are out (`X-9`).
fn help_or_opt_in(case: &Case) -> Option<(Disposition, Reason)> {
    let out = matches!(case.consent(), Consent::OptedOut | Consent::Held);
    match case.stamp.verdict.compliance {
        Compliance::Help => Some((Disposition::Compliance, Reason::Help)),
        Compliance::OptIn if out || !case.stamp.verdict.signals.has(Signals::ALSO_AN_ANSWER) => {
            Some((Disposition::Compliance, Reason::OptIn))
        }
        _ => None,
    }
}

/// Step 4. Those the brand blocked are neither shown nor answered (`G-36`).
fn blocked(case: &Case) -> Option<(Disposition, Reason)> {
    case.contact.blocked.then_some((Disposition::Ignore, Reason::Blocked))
}

/// Exchanges at the pace of a machine after which nothing more is said by itself.
const LOOP_EXCHANGES_MAX: u8 = 4;

/// Messages after which no fixed text answers any more, at whatever pace. The AI has its budget.
const LOOP_TURNS_MAX: u32 = 20;

/// Step 5. Noise is met with a recorded silence: no owner, timer or budget changes (`KL-37..43`).
fn noise(case: &Case) -> Option<(Disposition, Reason)> {
    let Some(noise) = case.stamp.verdict.noise.filter(|_| !is_bare_picture(case.reply)) else {
        return in_a_loop(case);
    };
    let reason = match noise {
        Noise::AutoReply => Reason::AutoReply,
        Noise::Reaction => Reason::Reaction,
        Noise::Bounce => Reason::Bounce,
        Noise::Other if case.stamp.verdict.intent == Intent::Spam => Reason::Spam,
        Noise::Other => Reason::OtherNoise,
    };
    Some((Disposition::Ignore, reason))
}

/// Whether it is an attachment without a word, which is no empty message (`AI-18`).
fn is_bare_picture(reply: &Inbound) -> bool {
    reply.media > 0 && reply.text.iter().all(u8::is_ascii_whitespace)
}

/// Two machines that answer each other are parted by their pace and count, since their words may
/// differ each time: people get the conversation, flagged, and nothing is sent (`KL-43`, `G-112`).
fn in_a_loop(case: &Case) -> Option<(Disposition, Reason)> {
    let conversation = &case.contact.conversation;
    let is_rapid = conversation.rapid_exchanges >= LOOP_EXCHANGES_MAX;
    let is_loop = match conversation.owner {
        Owner::Ai => is_rapid,
        Owner::Automation => is_rapid || conversation.turn >= LOOP_TURNS_MAX,
        _ => false,
    };
    is_loop.then_some((Disposition::Human, Reason::Loop))
}

/// Step 6. Abuse and malice go to people at once, flagged, with no word from the AI (`TX-35..37`).
fn abuse(case: &Case) -> Option<(Disposition, Reason)> {
    let signals = case.stamp.verdict.signals;
    let reason = if signals.has(Signals::MALICIOUS) {
        Reason::Malicious
    } else if signals.has(Signals::ABUSIVE) || is_insult(case) {
        Reason::Abusive
    } else {
        return None;
    };
    Some((to_people(case), reason))
}

/// Whether it reads like an insult, by its words alone. Despair is told in the same words and is none.
fn is_insult(case: &Case) -> bool {
    let verdict = &case.stamp.verdict;
    verdict.intent == Intent::Abuse && !verdict.signals.has(Signals::SELF_HARM)
}

/// Step 7. Self-harm, threats and legal matters: always people; no policy can switch this off (`G-74`).
fn safety(case: &Case) -> Option<(Disposition, Reason)> {
    let signals = case.stamp.verdict.signals;
    let reason = if signals.has(Signals::SELF_HARM) {
        Reason::SelfHarm
    } else if signals.has(Signals::THREAT) {
        Reason::Threat
    } else if signals.has(Signals::LEGAL) {
        Reason::Legal
    } else {
        return None;
    };
    Some((to_people(case), reason))
}

/// Step 8. Somebody owns the conversation: the reply is added to it and nothing answers by itself
/// (`TX-48..54`, `RU-24`, `AI-13`). What the AI had asked for before it fell silent goes to people, who
/// step in with it (`AI-15`, `X-13`); a mere "ok" is not that yet.
fn owned(case: &Case) -> Option<(Disposition, Reason)> {
    match case.contact.conversation.owner {
        Owner::Queue if planted::has(Bug::QueueAnswered) => None,
        Owner::Suspended if planted::has(Bug::SuspensionForgotten) => None,
        Owner::Suspended => Some(suspended(case)),
        Owner::Human(_) if turns_to_shopping(case) => None,
        Owner::Queue | Owner::Human(_) | Owner::Store => Some((Disposition::Append, Reason::Owned)),
        Owner::Closed if stays_with_people(case) => Some((Disposition::Human, Reason::StaysManual)),
        Owner::Closed | Owner::Automation | Owner::Ai => None,
    }
}

/// The AI has asked for particulars: people get the conversation when all have come (`AI-15`, `AI-16`),
/// or with the first words that say something if none can be told by their form. A request for a
/// person does not wait.
fn suspended(case: &Case) -> (Disposition, Reason) {
    let verdict = &case.stamp.verdict;
    let wanted = case.contact.episode().wanted;
    let is_missing_some = !wanted.without(particulars(case.reply, case.stamp)).is_empty();
    let says_nothing = verdict.intent == Intent::Acknowledgement && case.reply.media == 0;
    if verdict.signals.has(Signals::WANTS_PERSON) {
        (Disposition::Human, Reason::WantsPerson)
    } else if is_missing_some || (wanted.is_empty() && says_nothing) {
        (Disposition::Append, Reason::Owned)
    } else {
        (Disposition::Human, Reason::InfoSubmitted)
    }
}

/// The particulars that came with a reply.
pub fn particulars(reply: &Inbound, stamp: &Stamp) -> Particulars {
    let mut particulars = stamp.particulars;
    if reply.media > 0 {
        particulars.insert(Particular::Photo);
    }
    particulars
}

/// Whether a conversation that people have answered goes on as one for the AI, where the brand wants
/// that (`OT-19`). Never from under a person who owes an answer, nor for those who asked for one.
fn turns_to_shopping(case: &Case) -> bool {
    let conversation = &case.contact.conversation;
    let is_theirs = case.policy.sticky
        || conversation.waiting_since.is_some()
        || conversation.escalated_for == Reason::WantsPerson;
    let verdict = &case.stamp.verdict;
    let intent = case.policy.believed(verdict.intent, verdict.score);
    !is_theirs && intent == Intent::ProductQuestion && responder(case).0 == Responder::Ai
}

/// Whether people had the conversation, it ended lately, and the brand never gives such back (`TX-54`).
fn stays_with_people(case: &Case) -> bool {
    let conversation = &case.contact.conversation;
    let rule = case.policy.resume_rule(conversation.escalated_for, conversation.source);
    conversation.is_with_people()
        && rule == ResumeRule::Never
        && conversation.reopens(case.at, case.policy.deadlines.reopen)
        && responder(case).0 != Responder::Silence
}

/// Step 9. A keyword automation answers instead of the AI (`KL-25`, `KL-26`); not those to whom nothing
/// may be sent.
fn keyword(case: &Case) -> Option<(Disposition, Reason)> {
    let may_send = !case.is_closed() && case.consent() != Consent::Held;
    let triggered = case.stamp.keyword.is_some() || is_awaited(case);
    (triggered && may_send).then_some((Disposition::Automation, Reason::Keyword))
}

/// Whether an automation waits for this message (`KL-27`). It does not keep people from those who ask
/// for them.
fn is_awaited(case: &Case) -> bool {
    let is_running = case.contact.conversation.owner == Owner::Automation
        && case.contact.episode().running(case.policy.version).is_some();
    is_running && !case.stamp.verdict.signals.has(Signals::WANTS_PERSON)
}

/// Step 10. What keeps the AI out altogether: the brand's switch and channels (`KL-12..14`, `G-72`), and
/// the gates of its audience (`KL-58..70`, `KL-85`). Such replies are never dropped: they go where all
/// go that the AI cannot answer (`KL-65`, `KL-68`).
fn audience(case: &Case) -> Option<(Disposition, Reason)> {
    if responder(case).0 != Responder::Ai || case.is_closed() {
        return None;
    }
    let conversation = &case.contact.conversation;
    let begun = conversation.is_open() && conversation.started;
    let began_with = begun.then_some(conversation.source);
    let barred = case.policy.ai.refusal(case.reply.channel).or_else(|| {
        let (gates, segments) = (case.stamp.gates, &case.contact.profile().segments);
        case.policy.audience.refusal(gates, case.reply.source, began_with, segments)
    });
    barred.map(|reason| (hand_off(case.policy, case.at), reason))
}

/// Step 11. Who answers this intent first (`OT-6`, `OT-7`, `OT-15..18`, `OT-29`, `OT-30`, `AI-3`).
fn intent(case: &Case) -> Option<(Disposition, Reason)> {
    let (responder, about) = responder(case);
    match responder {
        Responder::Ai if !case.policy.access.ai.suffices_for(about) => {
            let target = hand_off(case.policy, case.at);
            Some((upwards(case.policy, target, about), Reason::NoAccess))
        }
        Responder::Ai => None,
        Responder::Human if !case.policy.access.human.suffices_for(about) => {
            Some((Disposition::Store, human_reason(case, about)))
        }
        Responder::Human => Some((to_people_at(case), human_reason(case, about))),
        Responder::Store => Some((Disposition::Store, Reason::StoreFirst)),
        Responder::Silence => Some((Disposition::Ignore, silence_reason(about))),
    }
}

/// From people who have no access to what the answer takes, a request goes on to the store (`OT-25`).
pub fn upwards(policy: &Policy, disposition: Disposition, about: Intent) -> Disposition {
    let is_stuck = disposition == Disposition::Human && !policy.access.human.suffices_for(about);
    if is_stuck { Disposition::Store } else { disposition }
}

/// Step 12. What keeps the AI from answering although it would be its turn: consent (`KL-84`; `G-31`: people
/// may read what nobody may answer), a customer it has not satisfied so far (`TX-32`), and budgets
/// (`KL-48`, `KL-73`, `G-105`).
fn limits(case: &Case) -> Option<(Disposition, Reason)> {
    match case.consent() {
        Consent::OptedOut => return Some((Disposition::Ignore, Reason::OptedOut)),
        // Whether they opted out is undecided, so the AI is not asked: people decide (L8).
        Consent::Held => return Some((Disposition::Human, Reason::OptOutUnclear)),
        _ if case.is_closed() => return Some((Disposition::Human, Reason::NoConsent)),
        _ => {}
    }
    if is_still_frustrated(case) {
        return Some((to_people_at(case), Reason::FrustratedAfterAttempts));
    }
    let room = budget::room(case.contact, case.brand, case.policy, case.reply.channel, case.at);
    room.err().map(|reason| (hand_off(case.policy, case.at), reason))
}

/// Whether the AI has tried as often as it may, and the customer is still frustrated (`TX-32`, `TX-33`).
fn is_still_frustrated(case: &Case) -> bool {
    let conversation = &case.contact.conversation;
    let tried = conversation.is_open() && conversation.ai_messages >= case.policy.ai.attempts_max;
    let heard = case.policy.escalation(Reason::FrustratedAfterAttempts).on;
    tried && heard && case.stamp.verdict.signals.has(Signals::FRUSTRATED)
}

/// Step 13. The AI answers first (`OT-6`, `KL-15`). What becomes of its answer, and the hand-off by
/// settings if it has none (step 14), is decided when it comes back.
fn ai(_: &Case) -> Option<(Disposition, Reason)> {
    Some((Disposition::Ai, Reason::AiFirst))
}

/// Step 14. Where a conversation goes that the AI may not or cannot answer (`KL-28..36`, `G-53`).
pub fn hand_off(policy: &Policy, at: Timestamp) -> Disposition {
    disposition(policy.hand_off_at(at))
}

/// What a target of a hand-off means for a conversation.
pub fn disposition(target: HandOff) -> Disposition {
    match target {
        HandOff::Queue => Disposition::Human,
        HandOff::Helpdesk => Disposition::Helpdesk,
        HandOff::Closeout => Disposition::Closeout,
    }
}

/// Where an escalation for `reason` goes in the end: a brand may send some elsewhere (`OT-29`).
pub fn destination(policy: &Policy, disposition: Disposition, reason: Reason) -> Disposition {
    match disposition {
        Disposition::Human | Disposition::Store | Disposition::Helpdesk | Disposition::Closeout => {
            policy.escalation(reason).destination(disposition)
        }
        _ => disposition,
    }
}

/// To people, or where the brand wants it while nobody works (`G-53`). What is always for people waits
/// for them all the same.
fn to_people_at(case: &Case) -> Disposition {
    case.policy.outside_hours(case.at).map_or(Disposition::Human, disposition)
}

/// To people; if people have the conversation already, they get the reply there.
fn to_people(case: &Case) -> Disposition {
    match case.contact.conversation.owner {
        Owner::Queue | Owner::Human(_) => Disposition::Append,
        _ => Disposition::Human,
    }
}

/// The responder for a reply, and the intent that chose it. Of two intents in one message the one
/// that needs people wins over the one for the AI, and any wins over silence (`OT-17`); both are
/// recorded. A request for a person wins over all (`TX-34`).
fn responder(case: &Case) -> (Responder, Intent) {
    let verdict = &case.stamp.verdict;
    if verdict.signals.has(Signals::WANTS_PERSON) {
        return (Responder::Human, Intent::HumanRequest);
    }
    if is_sensitive(case) {
        return (Responder::Human, verdict.intent);
    }
    let policy = case.policy;
    let intent = policy.believed(verdict.intent, verdict.score);
    let first = (policy.first_responder(intent), intent);
    let second = policy.believed(verdict.second, verdict.second_score);
    if second == Intent::Unclear {
        return first;
    }
    let second = (policy.first_responder(second), second);
    let rank = |responder| match responder {
        Responder::Silence => 0,
        Responder::Ai => 1,
        Responder::Human => 2,
        Responder::Store => 3,
    };
    if rank(second.0) > rank(first.0) { second } else { first }
}

/// Whether it is a sensitive matter, for brands that do not leave those to the AI (`TX-31`).
fn is_sensitive(case: &Case) -> bool {
    let sensitive = case.stamp.verdict.signals.has(Signals::SENSITIVE);
    sensitive && case.policy.escalation(Reason::Sensitive).on
}

/// Each thing that people are asked to solve has a reason code of its own (`TX-27..31`).
fn human_reason(case: &Case, about: Intent) -> Reason {
    let otherwise = match is_still_frustrated(case) {
        true => Reason::FrustratedAfterAttempts,
        false => Reason::HumanFirst,
    };
    // Where a brand has sensitive matters elsewhere, they are not for its people, whoever is asked for.
    let elsewhere = case.policy.escalation(Reason::Sensitive).to.is_some();
    match (about, case.stamp.verdict.detail) {
        _ if elsewhere && is_sensitive(case) => Reason::Sensitive,
        (Intent::HumanRequest, _) => Reason::WantsPerson,
        _ if is_sensitive(case) => Reason::Sensitive,
        // What was not believed is no reason either.
        (Intent::Unclear, _) => otherwise,
        (Intent::BillingDispute, _) => Reason::BillingDispute,
        (_, Detail::Damaged) => Reason::Damaged,
        (_, Detail::Defective) => Reason::Defective,
        (_, Detail::WrongItem) => Reason::WrongItem,
        (_, Detail::MissingItem) => Reason::MissingItem,
        (_, Detail::Return) => Reason::Return,
        (_, Detail::Refund) => Reason::Refund,
        (_, Detail::Exchange) => Reason::Exchange,
        (Intent::DamagedOrWrongItem, Detail::None) => Reason::Damaged,
        (Intent::ReturnRefund, Detail::None) => Reason::Return,
        (_, Detail::None) => otherwise,
    }
}

fn silence_reason(about: Intent) -> Reason {
    match about {
        Intent::Acknowledgement => Reason::Acknowledgement,
        Intent::Spam => Reason::Spam,
        _ => Reason::SilenceByPolicy,
    }
}
