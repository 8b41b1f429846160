//! A brand's policy: what was written in TOML, and what it means.
//!
//! A policy is data. It is checked when it is read, named by a hash of its text, stamped into each
//! decision, and replaced as a whole between two steps.

pub mod access;
mod audience;
mod budget;
mod channel;
mod consent;
mod escalation;
mod evaluation;
mod hours;
mod keyword;
pub mod keys;
mod notes;
pub mod particulars;
mod phrase;
pub mod resume;
pub mod roles;
mod staff;
pub mod starter;
mod tag;
mod written;

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;

use crate::classify::{Intent, Score};
use crate::hash::stable_hash_bytes;
use crate::id::{PolicyVersion, SegmentId};
use crate::message::{Channel, Language, Source};
use crate::names::named;
use crate::planted::{self, Bug};
use crate::reason::Reason;
use crate::segment;
use crate::time::Timestamp;

pub use crate::service::hours::{Hours, Interval, SummerTime, Zone};
pub use audience::{Audience, Gates, Membership, Sources};
pub use budget::{
    ANSWER_SEGMENTS_MAX, Attribution, Budget, BudgetUnit, Credited, Limits, Prices, Spent,
};
pub use channel::ChannelRules;
pub use consent::{ConsentRules, ConsentWord, Scope, WordMeaning};
pub use escalation::{ALWAYS_ON, Escalation, FOLLOWING, OPTIONAL, Tier};
pub use evaluation::{Evaluation, Thresholds};
pub use hours::QuietHours;
pub use keyword::{Keyword, Match};
pub use notes::{Note, NoteKind, NoteSet};
pub use particulars::{Particular, Particulars};
pub use phrase::Phrase;
pub use resume::ResumeRule;
pub use staff::{DeskRules, Promise, Route, Staff, Waits};
pub use tag::{HUMAN_FOLLOW_UP, HUMAN_HELP, PostAction, SYSTEM_TAGS, Tag, TagSet, Tagged};

named! {
    /// Who answers an intent first (`OT-6`, `OT-15`, `AI-3`).
    pub enum Responder {
        /// The AI, and people if it fails.
        Ai = "ai",
        /// People, at once (`OT-16`).
        Human = "human",
        /// The store's own team (`OT-29`, `OT-30`).
        Store = "store",
        /// Nobody: the reply needs no answer.
        Silence = "silence",
    }
}

named! {
    /// Where a conversation goes that the AI cannot or may not answer (`KL-28`, `KL-29`).
    pub enum HandOff {
        /// A queue of this engine, and people from it.
        Queue = "queue",
        /// A ticket at the brand's helpdesk.
        Helpdesk = "helpdesk",
        /// The closing text, and the conversation ends (`KL-33`).
        Closeout = "closeout",
    }
}

named! {
    /// What becomes of an answer of the store's own team (`X-14`).
    pub enum StoreAnswers {
        /// The store writes to the customer itself.
        Transfer = "transfer",
        /// It is sent on from the brand's number.
        Relay = "relay",
    }
}

named! {
    /// What becomes of the AI's answers (`G-70`).
    pub enum AiMode {
        /// There are none: the AI is not asked, and what it still says is not sent (`G-72`).
        Off = "off",
        /// A person reads each and sends it or not.
        Draft = "draft",
        /// They are sent.
        Auto = "auto",
    }
}

/// A set of channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Channels(u16);

impl Channels {
    /// Those of `channels`.
    pub fn of(channels: &[Channel]) -> Self {
        Self(channels.iter().fold(0, |set, channel| set | 1 << channel.code()))
    }

    /// Whether `channel` is one of them.
    pub const fn has(self, channel: Channel) -> bool {
        self.0 >> channel.code() & 1 == 1
    }
}

/// Named as the file when a policy is read from a journal.
pub(crate) const JOURNALED: &str = "journal";

/// A text of the brand, with what it costs to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// UTF-8.
    pub bytes: Bytes,
    /// Segments, units and encoding as SMS.
    pub segments: segment::Segments,
}

impl Text {
    /// Stands in a text for when people work next.
    pub const OPENS: &str = "{opens}";

    /// Counts the segments of `text` and keeps both.
    pub fn new(text: &str) -> Self {
        Self { bytes: Bytes::copy_from_slice(text.as_bytes()), segments: segment::count(text) }
    }

    /// The text with `opens` in it.
    pub fn with_opens(&self, opens: &str) -> Self {
        Self::new(&String::from_utf8_lossy(&self.bytes).replace(Self::OPENS, opens))
    }
}

/// What the brand says in words of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Texts {
    /// The one confirmation of an opt-out (47 CFR 64.1200(a)(12)).
    pub opt_out: Text,
    /// The confirmation of an opt-in.
    pub opt_in: Text,
    /// The answer to HELP.
    pub help: Text,
    /// Tells a customer that a person will answer; none means a silent hand-off (`TX-38`).
    pub hand_off: Option<Text>,
    /// Says it while nobody works, with `{opens}` for when somebody will (`KL-86`).
    pub hand_off_outside_hours: Option<Text>,
    /// Ends a conversation that nobody could solve (`KL-33`).
    pub closeout: Option<Text>,
    /// Tells somebody who waits for a person and writes again that they are not forgotten (`G-12`).
    pub wait: Option<Text>,
}

/// What the AI may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AiLimits {
    /// An answer below this confidence is not sent (`OT-10`, `OT-11`, `OT-12`).
    pub confidence_min: Score,
    /// Time for one answer; after it the AI counts as having none (`OT-14`).
    pub deadline: Duration,
    /// Answers of the AI after which a customer who is still frustrated gets a person (`TX-32`, `TX-33`).
    pub attempts_max: u16,
    /// Attempts in a row that may fail before people get the conversation (`KL-50`).
    pub failures_max: u8,
    /// How long to wait for more of a burst of messages before the AI is asked; zero asks at once
    /// (`G-19`).
    pub burst: Duration,
    /// Messages after which it is asked all the same.
    pub burst_messages: u8,
    /// What becomes of its answers.
    pub mode: AiMode,
    /// Where it may answer. Brands that sell what carriers bar have no AI on text channels (`KL-12`,
    /// `KL-14`).
    pub channels: Channels,
}

impl AiLimits {
    /// Why the AI may not answer by `channel`, if it may not.
    pub fn refusal(&self, channel: Channel) -> Option<Reason> {
        if self.mode == AiMode::Off {
            return Some(Reason::AiOff);
        }
        (!self.channels.has(channel)).then_some(Reason::NotEligible)
    }
}

/// How long each state may last (`OT-28`, `TX-52`, `AI-17`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadlines {
    /// Silence after an answer until the conversation counts as resolved (`KL-81`).
    pub inactive: Duration,
    /// Waiting for a person until the alarm, again and again (`TX-52`).
    pub unattended: Duration,
    /// Silence of a person who owns a conversation until it goes back to the queue (`G-4`).
    pub human: Duration,
    /// Silence of the store until the conversation ends.
    pub store: Duration,
    /// For a person to decide about a possible opt-out; then it counts as one (one business day).
    pub hold: Duration,
    /// For a customer to send what the AI asked for; then people get the conversation (`AI-17`).
    pub suspended: Duration,
    /// Waiting for a person until the hand-off's fallback is taken, if there is one.
    pub queue: Duration,
    /// After the end, a reply within this time reopens the conversation (`G-23`).
    pub reopen: Duration,
    /// The closing text is not sent again within this time (`KL-36`).
    pub closeout: Duration,
    /// Somebody who waits is told so at most this often (`G-12`).
    pub wait: Duration,
}

/// A policy, checked and compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Names it: a hash of its text.
    pub version: PolicyVersion,
    /// The text it was compiled from. It goes into the journal, so that replay has it.
    pub source: Bytes,
    /// The brand's name, for people.
    pub brand: String,
    /// Who answers first, by intent; index by [`Policy::first_responder`].
    first_responder: [Responder; Intent::ALL.len()],
    /// Below this score an intent counts as unclear; index by intent.
    score_min: [Score; Intent::ALL.len()],
    /// Where failures of the AI go.
    pub hand_off: HandOff,
    /// Where a conversation goes that has waited in a queue for too long (`G-52`).
    pub hand_off_fallback: Option<HandOff>,
    /// The names of the queues; a [`QueueId`](crate::id::QueueId) is a position here.
    pub queues: Vec<String>,
    /// How conversations wait in them, and whom they get.
    pub staff: Staff,
    /// Whom the AI may talk to.
    pub audience: Audience,
    /// What the AI may do.
    pub ai: AiLimits,
    /// What the AI may spend.
    pub budget: Budget,
    /// What an answer costs.
    pub prices: Prices,
    /// Which orders follow from an answer.
    pub attribution: Attribution,
    /// How long each state may last.
    pub deadlines: Deadlines,
    /// The brand's own texts.
    pub texts: Texts,
    /// The same in other languages; what is not translated is as above.
    translations: BTreeMap<Language, Texts>,
    /// The language of customers whose own is not known, if the brand has said so (`OT-34`).
    pub language: Option<Language>,
    /// The segments that the policy speaks of, by name.
    pub segments: BTreeMap<String, SegmentId>,
    /// Whom the brand may write to at all.
    pub consent: ConsentRules,
    /// What each channel can do; index by [`Policy::channel`].
    channels: [ChannelRules; Channel::ALL.len()],
    /// Keyword automations, in order.
    pub keywords: Vec<Keyword>,
    /// Tags, in order.
    pub tags: Vec<Tag>,
    /// The tags that people want to hear of at once.
    pub notified: TagSet,
    /// The tags that call for people, and are cleared when these are done.
    pub calling: TagSet,
    /// Whether any tag asks customers for particulars, so that replies are searched for them.
    pub wants_particulars: bool,
    /// What messages carry, by intent.
    tagged: [Tagged; Intent::ALL.len()],
    /// What is particular about some escalations.
    escalations: BTreeMap<Reason, Escalation>,
    /// The brand's local time.
    pub zone: Zone,
    /// When people work; none means always.
    pub hours: Option<Hours>,
    /// Where hand-offs go while nobody works, if not where they always go (`G-53`).
    pub hand_off_outside_hours: Option<HandOff>,
    /// When customers sleep.
    pub quiet_hours: Option<QuietHours>,
    /// What AI and people are to know.
    pub notes: Vec<Note>,
    /// Invitations to reply.
    pub starters: Vec<starter::Starter>,
    /// Whether people who have a conversation keep it when it turns to shopping (`OT-19`).
    pub sticky: bool,
    /// Whether an agent who writes takes the conversation from the AI; if not, they are told to pause
    /// it first (`RU-54`, `X-6`).
    pub reply_takes_over: bool,
    /// What becomes of the store's answers (`X-14`).
    pub store_answers: StoreAnswers,
    /// How conversations come back to the AI.
    pub resume: resume::Resume,
    /// What each tier can look up.
    pub access: access::Accesses,
    /// Who may do what.
    pub roles: roles::Roles,
    /// From where on scores of the AI bring people in.
    pub thresholds: Thresholds,
}

impl Policy {
    /// Reads and checks a policy in TOML. `file` is only for the error message.
    pub fn parse(source: &str, file: &str) -> Result<Self, Error> {
        written::Written::read(source, file)?.compile(source, file)
    }

    /// The policy in force where a brand has written none: every key has a default.
    pub fn standard() -> Self {
        Self::parse("", "built-in policy").expect("the built-in policy is well formed")
    }

    /// Who answers `intent` first.
    pub fn first_responder(&self, intent: Intent) -> Responder {
        self.first_responder[usize::from(intent.code())]
    }

    /// The score from which on `intent` is believed (`OT-11`).
    pub fn score_min(&self, intent: Intent) -> Score {
        self.score_min[usize::from(intent.code())]
    }

    /// Has another answer `intent` first.
    pub fn set_first_responder(&mut self, intent: Intent, responder: Responder) {
        self.first_responder[usize::from(intent.code())] = responder;
    }

    /// Believes `intent` from another score on.
    pub fn set_score_min(&mut self, intent: Intent, score: Score) {
        self.score_min[usize::from(intent.code())] = score;
    }

    /// `intent`, or unclear if `score` is too low for this brand.
    pub fn believed(&self, intent: Intent, score: Score) -> Intent {
        if score >= self.score_min(intent) { intent } else { Intent::Unclear }
    }

    /// How a conversation that people have because of `reason` comes back to the AI. Who asked for a
    /// person is not given back by a clock (`X-3`, `RU-37`).
    pub fn resume_rule(&self, reason: Reason, source: Source) -> ResumeRule {
        let rule = self.escalation(reason).resume;
        let rule = rule.unwrap_or_else(|| self.resume.by_source(source.kind()));
        match (rule, reason) {
            (ResumeRule::Timer, Reason::WantsPerson) if !planted::has(Bug::ClockIgnoresWish) => {
                ResumeRule::Manual
            }
            _ => rule,
        }
    }

    /// The invitation that stood in `source`, as a position in the list (`KL-55`).
    pub fn starter(&self, source: Source) -> Option<u8> {
        let index = self.starters.iter().position(|starter| starter.stands_in(source))?;
        u8::try_from(index).ok()
    }

    /// What a message of `intent` carries.
    pub fn tagged(&self, intent: Intent) -> &Tagged {
        &self.tagged[usize::from(intent.code())]
    }

    /// What happens when `reason` brings people in.
    pub fn escalation(&self, reason: Reason) -> Escalation {
        self.escalations.get(&reason).copied().unwrap_or_default()
    }

    /// What `channel` can do.
    pub fn channel(&self, channel: Channel) -> &ChannelRules {
        &self.channels[usize::from(channel.code())]
    }

    /// The brand's texts for a customer who reads `language`, as far as that is known; else those in the
    /// brand's language, else those in none (`OT-34`).
    pub fn texts_in(&self, language: Option<Language>) -> &Texts {
        self.translation(language).map_or(&self.texts, |(_, texts)| texts)
    }

    /// The language of these texts. Those in none are taken to be in the brand's.
    pub fn spoken(&self, language: Option<Language>) -> Language {
        let translated = self.translation(language).map(|(language, _)| language);
        translated.or(self.language).unwrap_or(Language::English)
    }

    /// The languages that any text is translated into.
    pub fn languages(&self) -> impl Iterator<Item = Language> {
        self.translations.keys().copied()
    }

    /// What is written about escalations, by their reasons.
    pub fn escalations(&self) -> impl Iterator<Item = (Reason, &Escalation)> {
        self.escalations.iter().map(|(reason, escalation)| (*reason, escalation))
    }

    fn translation(&self, language: Option<Language>) -> Option<(Language, &Texts)> {
        let mut wanted = [language, self.language].into_iter().flatten();
        wanted.find_map(|language| Some((language, self.translations.get(&language)?)))
    }

    /// Where a conversation goes that the AI may not or cannot have: while nobody works perhaps
    /// elsewhere (`G-53`).
    pub fn hand_off_at(&self, at: Timestamp) -> HandOff {
        self.outside_hours(at).unwrap_or(self.hand_off)
    }

    /// Where a conversation goes that is for people, if nobody works and the brand has said so.
    pub fn outside_hours(&self, at: Timestamp) -> Option<HandOff> {
        let closed = self.hours.as_ref().is_some_and(|hours| !hours.is_open(at));
        self.hand_off_outside_hours.filter(|_| closed)
    }

    /// The instant at which people have had `time`, of which only working time counts (`G-57`).
    pub fn worked(&self, at: Timestamp, time: Duration) -> Timestamp {
        self.hours.as_ref().map_or(at + time, |hours| hours.worked(at, time))
    }

    /// The first keyword automation that a folded message triggers in answer to `source`, as a position
    /// in the list.
    pub fn keyword(&self, folded: &[u8], source: Source) -> Option<u8> {
        let triggered = |keyword: &Keyword| keyword.is_in(folded) && keyword.answers(source);
        let index = self.keywords.iter().position(triggered)?;
        u8::try_from(index).ok()
    }

    /// Whether some keyword counts only in answer to some sends.
    pub fn has_keywords_by_send(&self) -> bool {
        self.keywords.iter().any(|keyword| keyword.sends.is_some())
    }

    fn version_of(source: &str) -> PolicyVersion {
        PolicyVersion(stable_hash_bytes(0x706f_6c69_6379, source.as_bytes()))
    }
}

/// What is wrong with a policy: where, what, and the remedy, in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The file.
    pub file: String,
    /// The line, from 1; 0 if the whole file is meant.
    pub line: usize,
    /// What is wrong and what to do.
    pub message: String,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file, self.message),
            line => write!(f, "{}:{line}: {}", self.file, self.message),
        }
    }
}

impl std::error::Error for Error {}
