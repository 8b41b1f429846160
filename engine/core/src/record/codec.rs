//! The bytes of a record: fixed fields in little-endian order, then the text.
//!
//! Codes of enumerations are their positions, which never change. A reader checks every code and
//! length, and that nothing is left over: damage is an error here, never a guess.

use std::fmt;

use bytes::Bytes;

use super::{Body, Record};
use crate::classify::{Compliance, Detail, Intent, Noise, RuleId, Score, Signals, Verdict};
use crate::id::{
    AgentId, BrandId, CampaignId, ContactId, ConversationId, Key, MessageId, PolicyVersion,
    Position, Seq,
};
use crate::input::{AgentAction, AgentCommand, AiOutcome, AiResult, PolicyChange, Stamp};
use crate::message::{Channel, Inbound, Source, SourceKind};
use crate::policy::Gates;
use crate::time::Timestamp;

/// Bytes that are no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damage {
    /// What should have stood there.
    pub wanted: &'static str,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the bytes are no record: {} expected", self.wanted)
    }
}

impl std::error::Error for Damage {}

const REPLY: u8 = 1;
const AI: u8 = 2;
const AGENT: u8 = 3;
const DUE: u8 = 4;
const POLICY: u8 = 5;
/// A reply in which words of the audience's gates stand. Replies without any are written as they were
/// before there were gates.
const GATED_REPLY: u8 = 6;

/// Stands for an absent code, since codes count from 0 and there are few.
const ABSENT: u8 = u8::MAX;

pub(super) fn encode(record: &Record, out: &mut Vec<u8>) {
    let mut w = Writer(out);
    w.u64(record.seq.0);
    w.u64(record.at.as_micros());
    w.u64(record.previous.0);
    match &record.body {
        Body::Reply(reply, stamp) => {
            let is_gated = stamp.gates != Gates::default();
            w.u8(if is_gated { GATED_REPLY } else { REPLY });
            w.reply(reply);
            w.stamp(stamp);
            if is_gated {
                w.u8(stamp.gates.0);
            }
        }
        Body::Ai(result) => {
            w.u8(AI);
            w.key(result.key);
            w.u64(result.conversation.0);
            w.u32(result.turn);
            w.u32(result.epoch);
            w.u8(result.outcome.code());
            w.u16(result.confidence.0);
            w.bytes(&result.text);
        }
        Body::Agent(command) => {
            w.u8(AGENT);
            w.u32(command.agent.0);
            w.key(command.key);
            w.u64(command.conversation.0);
            w.action(&command.action);
        }
        Body::Due(key) => {
            w.u8(DUE);
            w.key(*key);
        }
        Body::Policy(change) => {
            w.u8(POLICY);
            w.u32(change.brand.0);
            w.bytes(&change.source);
        }
    }
}

struct Writer<'a>(&'a mut Vec<u8>);

impl Writer<'_> {
    fn u8(&mut self, value: u8) {
        self.0.push(value);
    }

    fn u16(&mut self, value: u16) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    fn u32(&mut self, value: u32) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    fn u64(&mut self, value: u64) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    fn bytes(&mut self, value: &[u8]) {
        let len = u32::try_from(value.len()).expect("texts are bounded by TEXT_BYTES_MAX");
        self.u32(len);
        self.0.extend_from_slice(value);
    }

    fn key(&mut self, key: Key) {
        self.u32(key.brand.0);
        self.u64(key.contact.0);
    }

    fn source(&mut self, source: Source) {
        self.u8(source.kind().code());
        self.u32(source.id());
    }

    fn reply(&mut self, reply: &Inbound) {
        self.key(reply.key());
        self.0.extend_from_slice(&reply.message_id.0.to_le_bytes());
        self.u64(reply.received_at.as_micros());
        self.u8(reply.channel.code());
        self.source(reply.source);
        self.u8(reply.media);
        self.bytes(&reply.text);
    }

    fn stamp(&mut self, stamp: &Stamp) {
        let verdict = &stamp.verdict;
        self.u8(verdict.compliance.code());
        self.u8(verdict.noise.map_or(ABSENT, Noise::code));
        self.u8(verdict.intent.code());
        self.u16(verdict.score.0);
        self.u8(verdict.second.code());
        self.u16(verdict.second_score.0);
        self.u16(verdict.signals.0);
        self.u8(verdict.detail.code());
        self.u16(verdict.rule.0);
        self.u16(stamp.segments);
        self.u8(stamp.keyword.unwrap_or(ABSENT));
        self.u64(stamp.policy.0);
    }

    fn action(&mut self, action: &AgentAction) {
        match action {
            AgentAction::Claim => self.u8(0),
            AgentAction::Reply(text) => {
                self.u8(1);
                self.bytes(text);
            }
            AgentAction::Resume => self.u8(2),
            AgentAction::ToStore => self.u8(3),
            AgentAction::Close => self.u8(4),
            AgentAction::SettleHold { opt_out } => {
                self.u8(5);
                self.u8(u8::from(*opt_out));
            }
            AgentAction::Block => self.u8(6),
            AgentAction::Requeue => self.u8(7),
        }
    }
}

pub(super) fn decode(bytes: &[u8]) -> Result<Record, Damage> {
    let mut r = Reader(bytes);
    let record = Record {
        seq: Seq(r.u64()?),
        at: Timestamp::from_micros(r.u64()?),
        previous: Position(r.u64()?),
        body: r.body()?,
    };
    if r.0.is_empty() { Ok(record) } else { Err(Damage { wanted: "the end" }) }
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn array<const N: usize>(&mut self) -> Result<[u8; N], Damage> {
        let (array, rest) = self.0.split_first_chunk().ok_or(Damage { wanted: "more bytes" })?;
        self.0 = rest;
        Ok(*array)
    }

    fn u8(&mut self) -> Result<u8, Damage> {
        Ok(u8::from_le_bytes(self.array()?))
    }

    fn u16(&mut self) -> Result<u16, Damage> {
        Ok(u16::from_le_bytes(self.array()?))
    }

    fn u32(&mut self) -> Result<u32, Damage> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn u64(&mut self) -> Result<u64, Damage> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    fn code<T>(&mut self, from: fn(u8) -> Option<T>, wanted: &'static str) -> Result<T, Damage> {
        from(self.u8()?).ok_or(Damage { wanted })
    }

    fn bytes(&mut self) -> Result<Bytes, Damage> {
        let len = self.u32()? as usize;
        let (text, rest) = self.0.split_at_checked(len).ok_or(Damage { wanted: "a whole text" })?;
        self.0 = rest;
        Ok(Bytes::copy_from_slice(text))
    }

    fn key(&mut self) -> Result<Key, Damage> {
        Ok(Key { brand: BrandId(self.u32()?), contact: ContactId(self.u64()?) })
    }

    fn source(&mut self) -> Result<Source, Damage> {
        let kind = self.code(SourceKind::from_code, "a kind of source")?;
        let id = CampaignId(self.u32()?);
        Ok(match kind {
            SourceKind::Unprompted => Source::Unprompted,
            SourceKind::Campaign => Source::Campaign(id),
            SourceKind::Flow => Source::Flow(id),
        })
    }

    fn body(&mut self) -> Result<Body, Damage> {
        match self.u8()? {
            REPLY => Ok(Body::Reply(self.reply()?, self.stamp()?)),
            GATED_REPLY => {
                let (reply, stamp) = (self.reply()?, self.stamp()?);
                Ok(Body::Reply(reply, Stamp { gates: self.gates()?, ..stamp }))
            }
            AI => Ok(Body::Ai(AiResult {
                key: self.key()?,
                conversation: ConversationId(self.u64()?),
                turn: self.u32()?,
                epoch: self.u32()?,
                outcome: self.code(AiOutcome::from_code, "an outcome")?,
                confidence: Score(self.u16()?),
                text: self.bytes()?,
            })),
            AGENT => Ok(Body::Agent(AgentCommand {
                agent: AgentId(self.u32()?),
                key: self.key()?,
                conversation: ConversationId(self.u64()?),
                action: self.action()?,
            })),
            DUE => Ok(Body::Due(self.key()?)),
            POLICY => Ok(Body::Policy(PolicyChange {
                brand: BrandId(self.u32()?),
                source: self.bytes()?,
            })),
            _ => Err(Damage { wanted: "a kind of record" }),
        }
    }

    fn reply(&mut self) -> Result<Inbound, Damage> {
        let key = self.key()?;
        Ok(Inbound {
            brand: key.brand,
            contact: key.contact,
            message_id: MessageId(u128::from_le_bytes(self.array()?)),
            received_at: Timestamp::from_micros(self.u64()?),
            channel: self.code(Channel::from_code, "a channel")?,
            source: self.source()?,
            media: self.u8()?,
            text: self.bytes()?,
        })
    }

    fn stamp(&mut self) -> Result<Stamp, Damage> {
        Ok(Stamp {
            verdict: Verdict {
                compliance: self.code(Compliance::from_code, "a compliance verdict")?,
                noise: match self.u8()? {
                    ABSENT => None,
                    code => Some(Noise::from_code(code).ok_or(Damage { wanted: "a noise" })?),
                },
                intent: self.code(Intent::from_code, "an intent")?,
                score: Score(self.u16()?),
                second: self.code(Intent::from_code, "an intent")?,
                second_score: Score(self.u16()?),
                signals: Signals(self.u16()?),
                detail: self.code(Detail::from_code, "a detail")?,
                rule: RuleId(self.u16()?),
            },
            segments: self.u16()?,
            keyword: match self.u8()? {
                ABSENT => None,
                index => Some(index),
            },
            gates: Gates::default(),
            policy: PolicyVersion(self.u64()?),
        })
    }

    fn gates(&mut self) -> Result<Gates, Damage> {
        let known = 1..=Gates::REQUIRED.0 | Gates::EXCLUDED.0;
        let gates = self.u8()?;
        if known.contains(&gates) { Ok(Gates(gates)) } else { Err(Damage { wanted: "gates" }) }
    }

    fn action(&mut self) -> Result<AgentAction, Damage> {
        match self.u8()? {
            0 => Ok(AgentAction::Claim),
            1 => Ok(AgentAction::Reply(self.bytes()?)),
            2 => Ok(AgentAction::Resume),
            3 => Ok(AgentAction::ToStore),
            4 => Ok(AgentAction::Close),
            5 => match self.u8()? {
                0 => Ok(AgentAction::SettleHold { opt_out: false }),
                1 => Ok(AgentAction::SettleHold { opt_out: true }),
                _ => Err(Damage { wanted: "yes or no" }),
            },
            6 => Ok(AgentAction::Block),
            7 => Ok(AgentAction::Requeue),
            _ => Err(Damage { wanted: "an agent's action" }),
        }
    }
}
