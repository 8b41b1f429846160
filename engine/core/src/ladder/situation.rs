//! A case of its own, and one input of it set otherwise: what explanations and counterfactuals are made from.

use std::sync::Arc;

use super::{Case, responder};
use crate::budget::BrandDay;
use crate::classify::{Compliance, Detail, Intent, Noise, Score, Signals};
use crate::contact::{Consent, Contact, DaySpent};
use crate::conversation::Owner;
use crate::input::Stamp;
use crate::message::{Channel, Inbound, Source};
use crate::names::named;
use crate::policy::{AiMode, Gates, HandOff, Policy, Responder, Spent};
use crate::time::Timestamp;

/// A [`Case`] that owns what it is made from, so that it can be looked at later and changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Situation {
    /// The person as they stood before the reply.
    pub contact: Contact,
    /// Whether the message id was new.
    pub first_delivery: bool,
    /// The reply.
    pub reply: Inbound,
    /// What was found out about it.
    pub stamp: Stamp,
    /// What the brand's AI had spent on the day.
    pub brand: BrandDay,
    /// The brand's policy.
    pub policy: Arc<Policy>,
    /// When it was decided.
    pub at: Timestamp,
}

impl Situation {
    /// What `reply` finds, before anything is done about it.
    pub fn new(
        (contact, brand): (&Contact, BrandDay),
        reply: &Inbound,
        stamp: &Stamp,
        policy: &Arc<Policy>,
        at: Timestamp,
    ) -> Self {
        let mut contact = contact.clone();
        let first_delivery = contact.is_first_delivery(reply.message_id);
        let (reply, policy) = (reply.clone(), Arc::clone(policy));
        Self { contact, first_delivery, reply, stamp: *stamp, brand, policy, at }
    }

    /// The case, for the ladder.
    pub fn case(&self) -> Case<'_> {
        let Self { contact, first_delivery, reply, stamp, brand, policy, at } = self;
        let first_delivery = *first_delivery;
        Case { contact, first_delivery, reply, stamp, brand, policy, at: *at }
    }
}

named! {
    /// An input of a decision that could have been otherwise.
    pub enum Factor {
        /// Whether the message id is new.
        Delivery = "delivery",
        /// What the law makes of the reply.
        Compliance = "compliance",
        /// What the person said about being written to.
        Consent = "consent",
        /// Whether the brand blocked the person.
        Blocked = "blocked",
        /// Whether a person wrote it at all.
        Noise = "noise",
        /// The likeliest intent.
        Intent = "intent",
        /// Its score.
        Score = "score",
        /// The second intent of a mixed message.
        SecondIntent = "second_intent",
        /// Its score.
        SecondScore = "second_score",
        /// The particular within the intent.
        Detail = "detail",
        /// What else was noticed.
        Signals = "signals",
        /// Who owns the conversation.
        Owner = "owner",
        /// Exchanges in a row at the pace of a machine.
        RapidExchanges = "rapid_exchanges",
        /// The keyword automation it triggers.
        Keyword = "keyword",
        /// Whether a word that lets the AI in stands in it.
        RequiredKeyword = "required_keyword",
        /// Whether a word that keeps the AI out stands in it.
        ExcludedKeyword = "excluded_keyword",
        /// The channel it came by.
        Channel = "channel",
        /// The send it answers.
        Source = "source",
        /// The send that the conversation began with.
        ConversationSource = "conversation_source",
        /// Whether the AI has had a turn in the conversation.
        AiTurn = "ai_turn",
        /// Messages the AI has sent in the conversation.
        AiMessages = "ai_messages",
        /// Segments of these.
        AiSegments = "ai_segments",
        /// Attachments.
        Media = "media",
        /// When it was decided.
        Time = "time",
        /// Who answers the intent first, as the policy says.
        FirstResponder = "first_responder",
        /// From which score on the policy believes the intent.
        ScoreMin = "score_min",
        /// What becomes of the AI's answers, as the policy says.
        AiMode = "ai.mode",
        /// Messages the policy allows the AI in one conversation.
        MessagesMax = "budget.conversation_messages",
        /// Segments of these.
        SegmentsMax = "budget.conversation_segments",
        /// Answers of the AI after which a frustrated customer gets a person.
        AttemptsMax = "ai.attempts_max",
        /// Where conversations go that the AI may not have.
        HandOff = "hand_off",
        /// What the AI has spent on the customer today.
        CustomerDay = "customer_day",
        /// What the AI has spent, and set aside, on the brand's customers today, in this partition.
        BrandDay = "brand_day",
    }
}

/// A factor with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// Whether the message id is new.
    Delivery(bool),
    /// What the law makes of the reply.
    Compliance(Compliance),
    /// What the person said about being written to.
    Consent(Consent),
    /// Whether the brand blocked the person.
    Blocked(bool),
    /// Whether a person wrote it at all.
    Noise(Option<Noise>),
    /// The likeliest intent.
    Intent(Intent),
    /// Its score.
    Score(Score),
    /// The second intent, and how likely it is.
    SecondIntent(Intent, Score),
    /// The score of the second intent that is there.
    SecondScore(Score),
    /// The particular within the intent.
    Detail(Detail),
    /// What else was noticed, all of it.
    Signals(Signals),
    /// Who owns the conversation.
    Owner(Owner),
    /// Exchanges in a row at the pace of a machine.
    RapidExchanges(u8),
    /// The keyword automation it triggers, by its position in the policy.
    Keyword(Option<u8>),
    /// Whether a word that lets the AI in stands in it.
    RequiredKeyword(bool),
    /// Whether a word that keeps the AI out stands in it.
    ExcludedKeyword(bool),
    /// The channel it came by.
    Channel(Channel),
    /// The send it answers.
    Source(Source),
    /// The send that the conversation began with.
    ConversationSource(Source),
    /// Whether the AI has had a turn in the conversation.
    AiTurn(bool),
    /// Messages the AI has sent in the conversation.
    AiMessages(u16),
    /// Segments of these.
    AiSegments(u16),
    /// Attachments.
    Media(u8),
    /// When it was decided.
    Time(Timestamp),
    /// Who answers an intent first, as the policy says.
    FirstResponder(Intent, Responder),
    /// From which score on the policy believes an intent.
    ScoreMin(Intent, Score),
    /// What becomes of the AI's answers, as the policy says.
    AiMode(AiMode),
    /// Messages the policy allows the AI in one conversation.
    MessagesMax(u16),
    /// Segments of these.
    SegmentsMax(u16),
    /// Answers of the AI after which a frustrated customer gets a person.
    AttemptsMax(u16),
    /// Where conversations go that the AI may not have.
    HandOff(HandOff),
    /// What the AI has spent on the customer today.
    CustomerDay(Spent),
    /// What the AI has spent, and set aside, on the brand's customers today, in this partition.
    BrandDay(Spent),
}

impl Factor {
    /// Whether the brand's policy says it, and not the case.
    pub const fn is_policy(self) -> bool {
        matches!(
            self,
            Self::FirstResponder
                | Self::ScoreMin
                | Self::AiMode
                | Self::MessagesMax
                | Self::SegmentsMax
                | Self::AttemptsMax
                | Self::HandOff
        )
    }

    /// How it stands in `situation`.
    pub fn of(self, situation: &Situation) -> Setting {
        let Situation { contact, first_delivery, reply, stamp, brand, policy, at } = situation;
        let (verdict, conversation) = (&stamp.verdict, &contact.conversation);
        match self {
            Self::Delivery => Setting::Delivery(*first_delivery),
            Self::Compliance => Setting::Compliance(verdict.compliance),
            Self::Consent => Setting::Consent(contact.consent),
            Self::Blocked => Setting::Blocked(contact.blocked),
            Self::Noise => Setting::Noise(verdict.noise),
            Self::Intent => Setting::Intent(verdict.intent),
            Self::Score => Setting::Score(verdict.score),
            Self::SecondIntent => Setting::SecondIntent(verdict.second, verdict.second_score),
            Self::SecondScore => Setting::SecondScore(verdict.second_score),
            Self::Detail => Setting::Detail(verdict.detail),
            Self::Signals => Setting::Signals(verdict.signals),
            Self::Owner => Setting::Owner(conversation.owner),
            Self::RapidExchanges => Setting::RapidExchanges(conversation.rapid_exchanges),
            Self::Keyword => Setting::Keyword(stamp.keyword),
            Self::RequiredKeyword => Setting::RequiredKeyword(stamp.gates.has(Gates::REQUIRED)),
            Self::ExcludedKeyword => Setting::ExcludedKeyword(stamp.gates.has(Gates::EXCLUDED)),
            Self::Channel => Setting::Channel(reply.channel),
            Self::Source => Setting::Source(reply.source),
            Self::ConversationSource => Setting::ConversationSource(conversation.source),
            Self::AiTurn => Setting::AiTurn(conversation.started),
            Self::AiMessages => Setting::AiMessages(conversation.ai_messages),
            Self::AiSegments => Setting::AiSegments(conversation.ai_segments),
            Self::Media => Setting::Media(reply.media),
            Self::Time => Setting::Time(*at),
            Self::FirstResponder => {
                let (_, intent) = responder(&situation.case());
                Setting::FirstResponder(intent, policy.first_responder(intent))
            }
            Self::ScoreMin => Setting::ScoreMin(verdict.intent, policy.score_min(verdict.intent)),
            Self::AiMode => Setting::AiMode(policy.ai.mode),
            Self::MessagesMax => Setting::MessagesMax(few(policy.budget.conversation.messages)),
            Self::SegmentsMax => Setting::SegmentsMax(few(policy.budget.conversation.segments)),
            Self::AttemptsMax => Setting::AttemptsMax(policy.ai.attempts_max),
            Self::HandOff => Setting::HandOff(policy.hand_off),
            Self::CustomerDay => {
                Setting::CustomerDay(contact.profile().day.on(policy.zone.day(*at)))
            }
            Self::BrandDay => Setting::BrandDay(brand.taken(policy.zone.day(*at))),
        }
    }
}

impl Setting {
    /// What it is a value of.
    pub const fn factor(self) -> Factor {
        match self {
            Self::Delivery(_) => Factor::Delivery,
            Self::Compliance(_) => Factor::Compliance,
            Self::Consent(_) => Factor::Consent,
            Self::Blocked(_) => Factor::Blocked,
            Self::Noise(_) => Factor::Noise,
            Self::Intent(_) => Factor::Intent,
            Self::Score(_) => Factor::Score,
            Self::SecondIntent(..) => Factor::SecondIntent,
            Self::SecondScore(_) => Factor::SecondScore,
            Self::Detail(_) => Factor::Detail,
            Self::Signals(_) => Factor::Signals,
            Self::Owner(_) => Factor::Owner,
            Self::RapidExchanges(_) => Factor::RapidExchanges,
            Self::Keyword(_) => Factor::Keyword,
            Self::RequiredKeyword(_) => Factor::RequiredKeyword,
            Self::ExcludedKeyword(_) => Factor::ExcludedKeyword,
            Self::Channel(_) => Factor::Channel,
            Self::Source(_) => Factor::Source,
            Self::ConversationSource(_) => Factor::ConversationSource,
            Self::AiTurn(_) => Factor::AiTurn,
            Self::AiMessages(_) => Factor::AiMessages,
            Self::AiSegments(_) => Factor::AiSegments,
            Self::Media(_) => Factor::Media,
            Self::Time(_) => Factor::Time,
            Self::FirstResponder(..) => Factor::FirstResponder,
            Self::ScoreMin(..) => Factor::ScoreMin,
            Self::AiMode(_) => Factor::AiMode,
            Self::MessagesMax(_) => Factor::MessagesMax,
            Self::SegmentsMax(_) => Factor::SegmentsMax,
            Self::AttemptsMax(_) => Factor::AttemptsMax,
            Self::HandOff(_) => Factor::HandOff,
            Self::CustomerDay(_) => Factor::CustomerDay,
            Self::BrandDay(_) => Factor::BrandDay,
        }
    }

    /// The name of what it is a value of; keys of a policy by their path.
    pub fn label(self) -> String {
        let factor = self.factor();
        match self {
            Self::FirstResponder(intent, _) | Self::ScoreMin(intent, _) => {
                format!("{factor}.{intent}")
            }
            _ => factor.to_string(),
        }
    }

    /// Makes `situation` so, and leaves everything else in it alone.
    pub fn put(self, situation: &mut Situation) {
        let Situation { contact, first_delivery, reply, stamp, brand, policy, at } = situation;
        let day = policy.zone.day(*at);
        let (verdict, conversation) = (&mut stamp.verdict, &mut contact.conversation);
        match self {
            Self::Delivery(is_first) => *first_delivery = is_first,
            Self::Compliance(compliance) => verdict.compliance = compliance,
            Self::Consent(consent) => contact.consent = consent,
            Self::Blocked(blocked) => contact.blocked = blocked,
            Self::Noise(noise) => verdict.noise = noise,
            Self::Intent(intent) => verdict.intent = intent,
            Self::Score(score) => verdict.score = score,
            Self::SecondIntent(intent, score) => {
                (verdict.second, verdict.second_score) = (intent, score);
            }
            Self::SecondScore(score) => verdict.second_score = score,
            Self::Detail(detail) => verdict.detail = detail,
            Self::Signals(signals) => verdict.signals = signals,
            Self::Owner(owner) => conversation.owner = owner,
            Self::RapidExchanges(count) => conversation.rapid_exchanges = count,
            Self::Keyword(keyword) => stamp.keyword = keyword,
            Self::RequiredKeyword(found) => stamp.gates = with(stamp.gates, Gates::REQUIRED, found),
            Self::ExcludedKeyword(found) => stamp.gates = with(stamp.gates, Gates::EXCLUDED, found),
            Self::Channel(channel) => reply.channel = channel,
            Self::Source(source) => reply.source = source,
            Self::ConversationSource(source) => conversation.source = source,
            Self::AiTurn(started) => conversation.started = started,
            Self::AiMessages(count) => conversation.ai_messages = count,
            Self::AiSegments(count) => conversation.ai_segments = count,
            Self::Media(count) => reply.media = count,
            Self::Time(time) => *at = time,
            Self::CustomerDay(spent) => contact.profile_mut().day = DaySpent { day, spent },
            Self::BrandDay(spent) => brand.set_taken(day, spent),
            _ => self.put_in(Arc::make_mut(policy)),
        }
    }

    fn put_in(self, policy: &mut Policy) {
        match self {
            Self::FirstResponder(intent, first) => policy.set_first_responder(intent, first),
            Self::ScoreMin(intent, score) => policy.set_score_min(intent, score),
            Self::AiMode(mode) => policy.ai.mode = mode,
            Self::MessagesMax(count) => policy.budget.conversation.messages = Some(count.into()),
            Self::SegmentsMax(count) => policy.budget.conversation.segments = Some(count.into()),
            Self::AttemptsMax(count) => policy.ai.attempts_max = count,
            Self::HandOff(target) => policy.hand_off = target,
            _ => {}
        }
    }

    /// The value in words; positions in a policy become names.
    pub fn shown(self, policy: &Policy) -> String {
        match self {
            Self::Delivery(is_first) => if is_first { "new" } else { "repeated" }.to_owned(),
            Self::Compliance(compliance) => compliance.to_string(),
            Self::Consent(consent) => consent.to_string(),
            Self::Blocked(yes)
            | Self::RequiredKeyword(yes)
            | Self::ExcludedKeyword(yes)
            | Self::AiTurn(yes) => if yes { "yes" } else { "no" }.to_owned(),
            Self::Noise(noise) => noise.map_or("none".to_owned(), |noise| noise.to_string()),
            Self::Intent(intent) => intent.to_string(),
            Self::SecondIntent(Intent::Unclear, _) => "none".to_owned(),
            Self::SecondIntent(intent, _) => intent.to_string(),
            Self::Score(score) | Self::SecondScore(score) | Self::ScoreMin(_, score) => {
                score_shown(score)
            }
            Self::Detail(detail) => detail.to_string(),
            Self::Signals(signals) => signals_shown(signals),
            Self::Owner(owner) => owner.kind().to_string(),
            Self::RapidExchanges(count) | Self::Media(count) => count.to_string(),
            Self::Keyword(keyword) => keyword_shown(policy, keyword),
            Self::Channel(channel) => channel.to_string(),
            Self::Source(source) | Self::ConversationSource(source) => source_shown(source),
            Self::AiMessages(count)
            | Self::AiSegments(count)
            | Self::MessagesMax(count)
            | Self::SegmentsMax(count)
            | Self::AttemptsMax(count) => count.to_string(),
            Self::Time(at) => at.to_string(),
            Self::FirstResponder(_, responder) => responder.to_string(),
            Self::AiMode(mode) => mode.to_string(),
            Self::HandOff(target) => target.to_string(),
            Self::CustomerDay(spent) | Self::BrandDay(spent) => spent.to_string(),
        }
    }
}

fn with(gates: Gates, gate: Gates, found: bool) -> Gates {
    if found { Gates(gates.0 | gate.0) } else { Gates(gates.0 & !gate.0) }
}

/// Two digits, or as many as it takes.
fn score_shown(score: Score) -> String {
    let shown = format!("{:.4}", score.as_f64());
    let short = shown.strip_suffix("00").unwrap_or(&shown);
    short.to_owned()
}

fn signals_shown(signals: Signals) -> String {
    let names: Vec<_> = signals.names().collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

fn keyword_shown(policy: &Policy, keyword: Option<u8>) -> String {
    let Some(index) = keyword else { return "none".to_owned() };
    let named = policy.keywords.get(usize::from(index));
    named.map_or_else(|| index.to_string(), |keyword| keyword.phrase.words().to_owned())
}

fn source_shown(source: Source) -> String {
    match source {
        Source::Unprompted => "unprompted".to_owned(),
        Source::Campaign(id) => format!("campaign {id}"),
        Source::Flow(id) => format!("flow {id}"),
    }
}

/// A bound as conversations count; none is more than they can reach.
fn few(bound: Option<u32>) -> u16 {
    bound.map_or(u16::MAX, |bound| u16::try_from(bound).unwrap_or(u16::MAX))
}
