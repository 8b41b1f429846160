//! What became of the AI's turn: answered, handed off, too late; and how sure it would have had to be.

use std::fmt;

use crate::budget::BrandDay;
use crate::classify::Score;
use crate::contact::Contact;
use crate::decision::Decision;
use crate::effect::{AiRequest, Effect, RefusalReason, SendKind};
use crate::id::{PartitionId, Seq, ShardId};
use crate::input::AiResult;
use crate::policy::Policy;
use crate::reason::Reason;
use crate::record::{Body, Record};
use crate::time::Timestamp;
use crate::transition::{ConversationIds, Transition};

/// A turn of the AI.
#[derive(Clone, Debug)]
pub struct AiTurn {
    /// What it was asked.
    pub request: AiRequest,
    /// What came back, and when.
    pub result: Option<(Timestamp, AiResult)>,
    /// What became of it, and when.
    pub became: Option<(Timestamp, Became)>,
    /// The nearest confidence, on either side, with which something else would have become of it.
    pub otherwise: Vec<(Score, Became)>,
}

/// What became of a turn of the AI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Became {
    /// The answer was sent.
    Answered,
    /// The answer was shown to people.
    Drafted,
    /// Somebody else got the conversation.
    HandedOff(Reason),
    /// The closing text was sent.
    ClosedOut,
    /// The answer was not sent, and nothing else happened.
    Refused(RefusalReason),
}

impl fmt::Display for Became {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answered => f.write_str("answered"),
            Self::Drafted => f.write_str("drafted"),
            Self::HandedOff(reason) => write!(f, "handed off, {reason}"),
            Self::ClosedOut => f.write_str("closed out"),
            Self::Refused(reason) => write!(f, "not sent, {reason}"),
        }
    }
}

impl Became {
    /// The first of these that `effects` show: an answer that the gate refused may have led to people.
    fn of(effects: &[Effect]) -> Option<Self> {
        let find = |told: fn(&Effect) -> Option<Self>| effects.iter().find_map(told);
        find(|effect| match effect {
            Effect::Send(send) if send.kind == SendKind::Ai => Some(Self::Answered),
            Effect::Draft(_) => Some(Self::Drafted),
            _ => None,
        })
        .or_else(|| {
            find(|effect| match effect {
                Effect::Offer(offer) => Some(Self::HandedOff(offer.reason)),
                Effect::HandOver(handed) => Some(Self::HandedOff(handed.reason)),
                Effect::Send(send) if send.kind == SendKind::Closeout => Some(Self::ClosedOut),
                _ => None,
            })
        })
        .or_else(|| {
            find(|effect| match effect {
                Effect::Refuse(refusal) if refusal.send.kind == SendKind::Ai => {
                    Some(Self::Refused(refusal.reason))
                }
                _ => None,
            })
        })
    }
}

impl AiTurn {
    /// The turn that begins with `effects`, if the AI was asked about the decision's reply.
    pub(super) fn asked(effects: &[Effect], decision: &Decision) -> Option<Self> {
        let request = effects.iter().find_map(|effect| match effect {
            Effect::AskAi(request)
                if request.conversation == decision.conversation
                    && request.turn >= decision.turn =>
            {
                Some(request.clone())
            }
            _ => None,
        })?;
        Some(Self { request, result: None, became: None, otherwise: Vec::new() })
    }

    pub(super) fn is_settled(&self) -> bool {
        self.result.is_some() && self.became.is_some()
    }

    /// Notes what a record of the same person says: the AI's result, or a deadline that passed without one.
    pub(super) fn follow(
        &mut self,
        record: &Record,
        (before, brand): &(Contact, BrandDay),
        policy: &Policy,
        effects: &[Effect],
    ) {
        match &record.body {
            Body::Ai(result) if self.is_answered_by(result) => {
                self.result = Some((record.at, result.clone()));
                if self.became.is_none() {
                    self.became = Became::of(effects).map(|became| (record.at, became));
                    let again = Again { before, brand, policy, at: record.at };
                    self.otherwise = again.otherwise(result);
                }
            }
            Body::Due(_) if self.became.is_none() => {
                self.became = Became::of(effects).map(|became| (record.at, became));
            }
            _ => {}
        }
    }

    fn is_answered_by(&self, result: &AiResult) -> bool {
        let AiRequest { conversation, turn, epoch, .. } = &self.request;
        (result.conversation, result.turn, result.epoch) == (*conversation, *turn, *epoch)
    }
}

/// The moment at which the AI's result came, to be lived through again.
struct Again<'a> {
    before: &'a Contact,
    brand: &'a BrandDay,
    policy: &'a Policy,
    at: Timestamp,
}

impl Again<'_> {
    /// The nearest confidences, below and above, with which something else happens; found by trying.
    fn otherwise(&self, result: &AiResult) -> Vec<(Score, Became)> {
        let actual = self.became(result, result.confidence);
        let now = result.confidence.0;
        let differs = |confidence: u16| {
            let became = self.became(result, Score(confidence));
            became.filter(|_| became != actual).map(|became| (Score(confidence), became))
        };
        let below = (0..now).rev().find_map(differs);
        let above = (now + 1..=Score::ONE.0).find_map(differs);
        below.into_iter().chain(above).collect()
    }

    fn became(&self, result: &AiResult, confidence: Score) -> Option<Became> {
        let (mut contact, mut brand) = (self.before.clone(), *self.brand);
        let mut effects = Vec::new();
        let mut transition = Transition {
            contact: &mut contact,
            brand: &mut brand,
            policy: self.policy,
            at: self.at,
            shard: ShardId(0),
            seq: Seq(0),
            ids: &mut ConversationIds::new(PartitionId(0)),
            effects: &mut effects,
        };
        transition.ai(&AiResult { confidence, ..result.clone() });
        Became::of(&effects)
    }
}
