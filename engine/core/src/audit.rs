//! A decision looked at again: the state before it rebuilt from the journal, decided anew, and followed to what became
//! of it.
//!
//! Feed an [`Audit`] the records of the decision's shard from the first on. It reads no file itself, so that a
//! service can ask its own journal the same question.

mod ai;

use std::collections::BTreeMap;
use std::fmt;

use bytes::Bytes;

use crate::budget::BrandDay;
use crate::contact::Contact;
use crate::decision::Decision;
use crate::effect::Effect;
use crate::id::{BrandId, Position, Seq};
use crate::input::{PolicyChange, Stamp};
use crate::ladder::situation::Situation;
use crate::message::Inbound;
use crate::reason::Disposition;
use crate::record::{Body, Record};
use crate::shard::{Layout, Shard};
use crate::time::Timestamp;

pub use ai::{AiTurn, Became};

/// Rebuilds a shard up to one decision and beyond.
#[derive(Debug)]
pub struct Audit {
    shard: Shard,
    wanted: Seq,
    last: Seq,
    authors: BTreeMap<BrandId, Authorship>,
    evidence: Option<Evidence>,
    effects: Vec<Effect>,
}

/// Who brought a policy into force, and when (`OT-36`, `G-98`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorship {
    /// The record.
    pub seq: Seq,
    /// When.
    pub at: Timestamp,
    /// Who, in UTF-8; empty if nobody said.
    pub author: Bytes,
}

/// All that is to be known about one decision.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// The decision, made again.
    pub decision: Decision,
    /// The reply.
    pub reply: Inbound,
    /// What was found out about it.
    pub stamp: Stamp,
    /// What it was decided from; none if nobody served the brand.
    pub situation: Option<Situation>,
    /// Who brought the policy into force.
    pub policy_by: Option<Authorship>,
    /// What became of the AI's turn, if the AI got one.
    pub ai: Option<AiTurn>,
}

/// Why there is nothing to be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// The journal ends before, with this record.
    Beyond(Seq),
    /// The record is no reply, so nothing was decided.
    NoReply,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Beyond(last) => write!(f, "the journal ends with record {last}"),
            Self::NoReply => write!(f, "that record is no reply, so nothing was decided"),
        }
    }
}

impl Audit {
    /// Looks for the decision about the reply in record `wanted`.
    pub fn new(layout: Layout, wanted: Seq) -> Self {
        Self {
            shard: Shard::new(layout),
            wanted,
            last: Seq(0),
            authors: BTreeMap::new(),
            evidence: None,
            effects: Vec::new(),
        }
    }

    /// Takes the next record of the shard.
    pub fn take(&mut self, record: &Record, position: Position) {
        self.last = record.seq;
        if self.is_settled() {
            return;
        }
        let before = self.before(record);
        self.shard.apply(record, position, &mut self.effects);
        if let Body::Policy(change) = &record.body {
            self.note_author(record, change);
        }
        if record.seq == self.wanted {
            self.evidence = self.evidence(record, before);
        } else if let Some(before) = before {
            self.follow(record, &before);
        }
        self.effects.clear();
    }

    /// What was found.
    ///
    /// # Errors
    /// If the record is not there or is no reply.
    pub fn finish(self) -> Result<Evidence, Missing> {
        match self.evidence {
            Some(evidence) => Ok(evidence),
            None if self.last < self.wanted => Err(Missing::Beyond(self.last)),
            None => Err(Missing::NoReply),
        }
    }

    /// Whether nothing that follows can add to what is known.
    fn is_settled(&self) -> bool {
        let Some(evidence) = &self.evidence else { return self.last > self.wanted };
        match &evidence.ai {
            Some(turn) => turn.is_settled(),
            None => evidence.decision.disposition != Disposition::Ai,
        }
    }

    /// The person and their brand's spending as they stand, if the record is the one looked for or may tell
    /// what became of it.
    fn before(&self, record: &Record) -> Option<(Contact, BrandDay)> {
        let key = record.body.key()?;
        let concerned = match &self.evidence {
            None => record.seq == self.wanted,
            Some(evidence) => evidence.reply.key() == key,
        };
        if !concerned {
            return None;
        }
        let served = self.shard.policy(key.brand).is_some();
        served.then(|| {
            let contact = self.shard.find(key).cloned().unwrap_or_else(|| Contact::new(key));
            (contact, self.shard.brand_day(key))
        })
    }

    /// A policy that could not be read changed nothing, and so has no author.
    fn note_author(&mut self, record: &Record, change: &PolicyChange) {
        let in_force = self.shard.policy(change.brand);
        if in_force.is_some_and(|policy| policy.source == change.source) {
            let (seq, at, author) = (record.seq, record.at, change.author.clone());
            self.authors.insert(change.brand, Authorship { seq, at, author });
        }
    }

    fn evidence(&self, record: &Record, before: Option<(Contact, BrandDay)>) -> Option<Evidence> {
        let Body::Reply(reply, stamp) = &record.body else { return None };
        let decision = self.effects.iter().find_map(|effect| match effect {
            Effect::Decide(decision) => Some(*decision),
            _ => None,
        })?;
        let policy = self.shard.policy(reply.brand);
        let situation = before.zip(policy).map(|((contact, brand), policy)| {
            Situation::new((&contact, brand), reply, stamp, policy, record.at)
        });
        Some(Evidence {
            decision,
            reply: reply.clone(),
            stamp: *stamp,
            situation,
            policy_by: self.authors.get(&reply.brand).cloned(),
            ai: AiTurn::asked(&self.effects, &decision),
        })
    }

    /// Notes what a later record of the same person says about the AI's turn.
    fn follow(&mut self, record: &Record, before: &(Contact, BrandDay)) {
        let Some(evidence) = &mut self.evidence else { return };
        let Some(turn) = &mut evidence.ai else {
            evidence.ai = AiTurn::asked(&self.effects, &evidence.decision);
            return;
        };
        if let Some(policy) = self.shard.policy(before.0.key.brand) {
            turn.follow(record, before, policy, &self.effects);
        }
    }
}
