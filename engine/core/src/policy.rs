//! A brand's policy: what was written in TOML, and what it means.
//!
//! A policy is data. It is checked when it is read, named by a hash of its text, stamped into each
//! decision, and replaced as a whole between two steps.

mod written;

use std::fmt;
use std::time::Duration;

use bytes::Bytes;

use crate::classify::{Intent, Score};
use crate::hash::stable_hash_bytes;
use crate::id::PolicyVersion;
use crate::names::named;
use crate::segment;

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
    /// Counts the segments of `text` and keeps both.
    pub fn new(text: &str) -> Self {
        Self { bytes: Bytes::copy_from_slice(text.as_bytes()), segments: segment::count(text) }
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
    /// Ends a conversation that nobody could solve (`KL-33`).
    pub closeout: Option<Text>,
}

/// What the AI may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AiLimits {
    /// An answer below this confidence is not sent (`OT-10`, `OT-11`, `OT-12`).
    pub confidence_min: Score,
    /// Time for one answer; after it the AI counts as having none (`OT-14`).
    pub deadline: Duration,
    /// Messages in one conversation (`KL-48`).
    pub messages_max: u16,
    /// Segments in one conversation (`KL-48`).
    pub segments_max: u16,
    /// Answers of the AI after which a customer who is still frustrated gets a person (`TX-32`, `TX-33`).
    pub attempts_max: u16,
    /// Whether the brand sells what carriers bar: then no AI on text channels (`KL-12`, `KL-14`).
    pub shaft: bool,
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
    /// After the end, a reply within this time reopens the conversation (`G-23`).
    pub reopen: Duration,
}

/// One keyword automation: the whole message is the keyword, the answer a fixed text (`KL-25`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keyword {
    /// The keyword, folded.
    pub word: String,
    /// The answer.
    pub reply: Text,
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
    /// Where failures of the AI go.
    pub hand_off: HandOff,
    /// What the AI may do.
    pub ai: AiLimits,
    /// How long each state may last.
    pub deadlines: Deadlines,
    /// The brand's own texts.
    pub texts: Texts,
    /// Keyword automations, in order.
    pub keywords: Vec<Keyword>,
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

    /// The keyword automation that `folded`, a whole message, triggers, as a position in the list.
    pub fn keyword(&self, folded: &[u8]) -> Option<u8> {
        let folded = folded.trim_ascii();
        let index = self.keywords.iter().position(|keyword| keyword.word.as_bytes() == folded)?;
        u8::try_from(index).ok()
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
