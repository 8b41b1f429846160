//! The inputs of a decision, one by one: how each stands, and how it is called.
//!
//! They are all that the ladder looks at: a test decides two cases that agree in these and in nothing else.

use std::fmt;

use super::responder;
use super::setting::{Setting, Value};
use super::situation::Situation;
use crate::budget;
use crate::classify::{Compliance, Detail, Intent, Noise, Signals};
use crate::contact::Consent;
use crate::conversation::{Outcome, OwnerKind};
use crate::message::Channel;
use crate::names::Named;
use crate::policy::{
    AiMode, Budget, BudgetUnit, Gates, HandOff, Limits, Particular, Policy, Responder, Spent,
};
use crate::reason::Reason;

/// An input of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Factor {
    /// Whether the message id is new.
    NewMessage,
    /// What the law makes of the reply.
    Compliance,
    /// What the person said about being written to.
    Consent,
    /// Whether the brand blocked the person.
    Blocked,
    /// The segments they are in, of those that the policy speaks of.
    Segments,
    /// Whether a person wrote it at all.
    Noise,
    /// The likeliest intent.
    Intent,
    /// Its score.
    Score,
    /// The second intent of a mixed message.
    Second,
    /// Its score.
    SecondScore,
    /// The particular within the intent.
    Detail,
    /// What else was noticed.
    Signals,
    /// Attachments.
    Media,
    /// Whether there are words in it.
    Words,
    /// The channel it came by.
    Channel,
    /// The send it answers.
    Source,
    /// The keyword automation it triggers.
    Keyword,
    /// Whether a word that lets the AI in stands in it.
    RequiredKeyword,
    /// Whether a word that keeps the AI out stands in it.
    ExcludedKeyword,
    /// Particulars that stand in it.
    Particulars,
    /// Who owns the conversation.
    Owner,
    /// How the last conversation ended.
    Outcome,
    /// Why people have the conversation.
    EscalatedFor,
    /// Whether the customer waits for an answer.
    Waiting,
    /// When the last conversation ended.
    Ended,
    /// The send that the conversation began with.
    ConversationSource,
    /// The customer's messages in the conversation.
    Turns,
    /// Exchanges in a row at the pace of a machine.
    RapidExchanges,
    /// Whether the AI has had a turn in the conversation.
    AiTurn,
    /// Messages the AI has sent in the conversation.
    AiMessages,
    /// Segments of these.
    AiSegments,
    /// What the AI has spent, or set aside, of a budget.
    Taken(BudgetOf, BudgetUnit),
    /// Particulars that the customer was asked for.
    Wanted,
    /// Whether a keyword automation waits for an answer.
    Automation,
    /// When it was decided.
    Time,
    /// Who answers an intent first, as the policy says.
    FirstResponder(Intent),
    /// From which score on the policy believes an intent.
    ScoreMin(Intent),
    /// What becomes of the AI's answers, as the policy says.
    AiMode,
    /// What the policy allows the AI to spend.
    Budget(BudgetOf, BudgetUnit),
    /// Answers of the AI after which a frustrated customer gets a person.
    AttemptsMax,
    /// Where conversations go that the AI may not have.
    HandOff,
}

/// A budget of the AI's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BudgetOf {
    /// One answer.
    Turn,
    /// A conversation.
    Conversation,
    /// A customer within a day.
    Day,
    /// The brand within a day, or this partition's part of that.
    BrandDay,
}

impl BudgetOf {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Turn, Self::Conversation, Self::Day, Self::BrandDay];

    const fn name(self) -> &'static str {
        match self {
            Self::Turn => "turn",
            Self::Conversation => "conversation",
            Self::Day => "day",
            Self::BrandDay => "brand_day",
        }
    }

    /// The bounds that the policy sets.
    pub(super) fn limits(self, budget: &mut Budget) -> &mut Limits {
        match self {
            Self::Turn => &mut budget.turn,
            Self::Conversation => &mut budget.conversation,
            Self::Day => &mut budget.day,
            Self::BrandDay => &mut budget.brand_day,
        }
    }

    /// What is taken of it.
    pub(super) fn taken(self, situation: &Situation) -> Spent {
        let Situation { contact, brand, policy, at, .. } = situation;
        let [conversation, day, brand_day] = budget::taken(contact, brand, policy, *at);
        match self {
            Self::Turn => Spent::NOTHING,
            Self::Conversation => conversation,
            Self::Day => day,
            Self::BrandDay => brand_day,
        }
    }
}

/// Members of a set that are told apart: its bits.
pub(super) const SET_MAX: usize = u64::BITS as usize;

/// Those that a case has itself, in the order of the ladder.
const OF_CASE: [Factor; 41] = [
    Factor::Time,
    Factor::NewMessage,
    Factor::Compliance,
    Factor::Consent,
    Factor::Blocked,
    Factor::Segments,
    Factor::Noise,
    Factor::Intent,
    Factor::Score,
    Factor::Second,
    Factor::SecondScore,
    Factor::Detail,
    Factor::Signals,
    Factor::Media,
    Factor::Words,
    Factor::Channel,
    Factor::Source,
    Factor::Keyword,
    Factor::RequiredKeyword,
    Factor::ExcludedKeyword,
    Factor::Particulars,
    Factor::Owner,
    Factor::Outcome,
    Factor::EscalatedFor,
    Factor::Waiting,
    Factor::Ended,
    Factor::ConversationSource,
    Factor::Turns,
    Factor::RapidExchanges,
    Factor::AiTurn,
    Factor::AiMessages,
    Factor::AiSegments,
    Factor::Taken(BudgetOf::Conversation, BudgetUnit::Cents),
    Factor::Taken(BudgetOf::Day, BudgetUnit::Messages),
    Factor::Taken(BudgetOf::Day, BudgetUnit::Segments),
    Factor::Taken(BudgetOf::Day, BudgetUnit::Cents),
    Factor::Taken(BudgetOf::BrandDay, BudgetUnit::Messages),
    Factor::Taken(BudgetOf::BrandDay, BudgetUnit::Segments),
    Factor::Taken(BudgetOf::BrandDay, BudgetUnit::Cents),
    Factor::Wanted,
    Factor::Automation,
];

const OF_POLICY: [Factor; 3] = [Factor::AiMode, Factor::AttemptsMax, Factor::HandOff];

impl Factor {
    /// Those of a situation: first what the case has itself, then the keys of the policy that may matter.
    pub fn all(situation: &Situation) -> Vec<Self> {
        let mut all: Vec<_> = OF_CASE.to_vec();
        all.extend(OF_POLICY);
        let verdict = &situation.stamp.verdict;
        let (_, about) = responder(&situation.case());
        let mut add = |factor| {
            if !all.contains(&factor) {
                all.push(factor);
            }
        };
        for of in BudgetOf::ALL {
            let mut budget = situation.policy.budget;
            let bounded =
                BudgetUnit::ALL.iter().filter(|unit| of.limits(&mut budget).of(**unit).is_some());
            bounded.for_each(|unit| add(Self::Budget(of, *unit)));
        }
        add(Self::FirstResponder(about));
        for intent in [verdict.intent, verdict.second] {
            if intent != Intent::Unclear {
                add(Self::FirstResponder(intent));
                add(Self::ScoreMin(intent));
            }
        }
        all
    }

    /// Those that a case has itself, whatever its policy.
    pub fn of_case() -> impl Iterator<Item = Self> {
        OF_CASE.into_iter()
    }

    /// Whether the brand's policy says it, and not the case.
    pub fn is_policy(self) -> bool {
        matches!(self, Self::FirstResponder(_) | Self::ScoreMin(_) | Self::Budget(..))
            || OF_POLICY.contains(&self)
    }

    /// How it stands in `situation`.
    pub fn of(self, situation: &Situation) -> Setting {
        let value = match self.of_contact(situation) {
            Some(value) => value,
            None => self.of_reply(situation),
        };
        Setting { factor: self, value }
    }

    fn of_contact(self, situation: &Situation) -> Option<Value> {
        let contact = &situation.contact;
        let (conversation, episode) = (&contact.conversation, contact.episode());
        let running = episode.running(situation.policy.version);
        Some(match self {
            Self::Consent => Value::Word(situation.case().consent().code()),
            Self::Blocked => Value::Is(contact.blocked),
            Self::Segments => {
                let known = situation.policy.segments.values().take(SET_MAX).enumerate();
                let is_in = |id| contact.profile().segments.contains(id);
                Value::Set(
                    known.filter(|(_, id)| is_in(id)).fold(0, |set, (bit, _)| set | 1 << bit),
                )
            }
            Self::Owner => Value::Word(conversation.owner.kind().code()),
            Self::Outcome => Value::Word(conversation.outcome.code()),
            Self::EscalatedFor => Value::Word(conversation.escalated_for.code()),
            Self::Waiting => Value::Is(conversation.waiting_since.is_some()),
            Self::Ended => Value::Since(conversation.ended_at()),
            Self::ConversationSource => Value::Source(conversation.source),
            Self::Turns => Value::Count(conversation.turn),
            Self::RapidExchanges => Value::Count(conversation.rapid_exchanges.into()),
            Self::AiTurn => Value::Is(conversation.started),
            Self::AiMessages => Value::Count(conversation.ai_messages.into()),
            Self::AiSegments => Value::Count(conversation.ai_segments.into()),
            Self::Taken(of, unit) => amount(unit, of.taken(situation).of(unit)),
            Self::Wanted => Value::Set(episode.wanted.0.into()),
            Self::Automation => Value::Is(running.is_some()),
            _ => return None,
        })
    }

    fn of_reply(self, situation: &Situation) -> Value {
        let Situation { first_delivery, reply, stamp, at, .. } = situation;
        let verdict = &stamp.verdict;
        match self {
            Self::NewMessage => Value::Is(*first_delivery),
            Self::Compliance => Value::Word(verdict.compliance.code()),
            Self::Noise => Value::Maybe(verdict.noise.map(Noise::code)),
            Self::Intent => Value::Word(verdict.intent.code()),
            Self::Score => Value::Share(verdict.score),
            Self::Second => Value::Word(verdict.second.code()),
            Self::SecondScore => Value::Share(verdict.second_score),
            Self::Detail => Value::Word(verdict.detail.code()),
            Self::Signals => Value::Set(verdict.signals.0.into()),
            Self::Media => Value::Count(reply.media.into()),
            Self::Words => Value::Is(!reply.text.iter().all(u8::is_ascii_whitespace)),
            Self::Channel => Value::Word(reply.channel.code()),
            Self::Source => Value::Source(reply.source),
            Self::Keyword => Value::Maybe(stamp.keyword),
            Self::RequiredKeyword => Value::Is(stamp.gates.has(Gates::REQUIRED)),
            Self::ExcludedKeyword => Value::Is(stamp.gates.has(Gates::EXCLUDED)),
            Self::Particulars => Value::Set(stamp.particulars.0.into()),
            Self::Time => Value::Time(*at),
            _ => self.of_policy(&situation.policy),
        }
    }

    fn of_policy(self, policy: &Policy) -> Value {
        match self {
            Self::FirstResponder(intent) => Value::Word(policy.first_responder(intent).code()),
            Self::ScoreMin(intent) => Value::Share(policy.score_min(intent)),
            Self::Budget(of, unit) => {
                let mut budget = policy.budget;
                amount(unit, of.limits(&mut budget).of(unit).unwrap_or(u32::MAX))
            }
            Self::AttemptsMax => Value::Count(policy.ai.attempts_max.into()),
            Self::HandOff => Value::Word(policy.hand_off.code()),
            _ => Value::Word(policy.ai.mode.code()),
        }
    }

    /// The names of its values, by their codes or bits.
    pub(super) fn words(self, policy: &Policy) -> Vec<&str> {
        let names = match self {
            Self::Compliance => Compliance::names(),
            Self::Consent => Consent::names(),
            Self::Noise => Noise::names(),
            Self::Intent | Self::Second => Intent::names(),
            Self::Detail => Detail::names(),
            Self::Channel => Channel::names(),
            Self::Owner => OwnerKind::names(),
            Self::Outcome => Outcome::names(),
            Self::EscalatedFor => Reason::names(),
            Self::Particulars | Self::Wanted => Particular::names(),
            Self::FirstResponder(_) => Responder::names(),
            Self::AiMode => AiMode::names(),
            Self::HandOff => HandOff::names(),
            Self::Signals => return Signals::ALL.iter().map(|(_, name)| *name).collect(),
            Self::Keyword => return policy.keywords.iter().map(|it| it.phrase.words()).collect(),
            Self::Segments => {
                return policy.segments.keys().take(SET_MAX).map(String::as_str).collect();
            }
            _ => &[],
        };
        names.to_vec()
    }

    /// What it is called; keys of a policy by their path.
    const fn name(self) -> &'static str {
        match self {
            Self::NewMessage => "new_message",
            Self::Compliance => "compliance",
            Self::Consent => "consent",
            Self::Blocked => "blocked",
            Self::Segments => "segments",
            Self::Noise => "noise",
            Self::Intent => "intent",
            Self::Score => "score",
            Self::Second => "second_intent",
            Self::SecondScore => "second_score",
            Self::Detail => "detail",
            Self::Signals => "signals",
            Self::Media => "media",
            Self::Words => "words",
            Self::Channel => "channel",
            Self::Source => "source",
            Self::Keyword => "keyword",
            Self::RequiredKeyword => "required_keyword",
            Self::ExcludedKeyword => "excluded_keyword",
            Self::Particulars => "particulars",
            Self::Owner => "owner",
            Self::Outcome => "outcome",
            Self::EscalatedFor => "escalated_for",
            Self::Waiting => "waiting",
            Self::Ended => "ended",
            Self::ConversationSource => "conversation_source",
            Self::Turns => "turns",
            Self::RapidExchanges => "rapid_exchanges",
            Self::AiTurn => "ai_turn",
            Self::AiMessages => "ai_messages",
            Self::AiSegments => "ai_segments",
            Self::Wanted => "wanted",
            Self::Automation => "automation",
            Self::Time => "time",
            Self::FirstResponder(_) => "first_responder",
            Self::ScoreMin(_) => "score_min",
            Self::AiMode => "ai.mode",
            Self::Budget(..) => "budget",
            Self::Taken(..) => "spent",
            Self::AttemptsMax => "ai.attempts_max",
            Self::HandOff => "hand_off",
        }
    }
}

impl fmt::Display for Factor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FirstResponder(intent) | Self::ScoreMin(intent) => {
                f.pad(&format!("{}.{intent}", self.name()))
            }
            Self::Budget(of, unit) | Self::Taken(of, unit) => {
                f.pad(&format!("{}.{}_{unit}", self.name(), of.name()))
            }
            _ => f.pad(self.name()),
        }
    }
}

impl Factor {
    /// The largest that it can count.
    pub(super) const fn most(self) -> u32 {
        match self {
            Self::Media | Self::RapidExchanges => u8::MAX as u32,
            Self::Turns | Self::Budget(..) | Self::Taken(..) => u32::MAX,
            _ => u16::MAX as u32,
        }
    }

    /// The names of those that are in a set.
    pub(super) fn members(self, bits: u64, policy: &Policy) -> Vec<&str> {
        let words = self.words(policy).into_iter().enumerate();
        words.filter(|(bit, _)| bits >> bit & 1 == 1).map(|(_, word)| word).collect()
    }
}

/// Money is told as money.
const fn amount(unit: BudgetUnit, count: u32) -> Value {
    match unit {
        BudgetUnit::Cents => Value::Centicents(count),
        BudgetUnit::Messages | BudgetUnit::Segments => Value::Count(count),
    }
}
