//! Reading: the inverse of writing, with every code and length checked.

use bytes::Bytes;

use super::{
    ABSENT, AGENT, AI, DESK, DUE, Damage, ECHO, FEEDBACK, OUTREACH, OUTSIDE, POLICY, PROFILE, REPLY,
};
use crate::classify::{Compliance, Detail, Intent, Noise, RuleId, Score, Signals, Verdict};
use crate::contact::Consent;
use crate::id::{
    AgentId, BrandId, CampaignId, ContactId, ConversationId, Key, MessageId, PolicyVersion,
    Position, SegmentId, SenderId, Seq,
};
use crate::input::{
    AgentAction, AgentCommand, AiOutcome, AiResult, Echo, Feedback, FeedbackKind, Lack, Outreach,
    OutsideEvent, OutsideNews, PauseReason, PolicyChange, ProfileChange, Stamp,
};
use crate::message::{Channel, Inbound, Language, Source, SourceKind};
use crate::policy::{Evaluation, Gates, Particulars, SummerTime, Zone};
use crate::record::{Body, Record};
use crate::service::Role;
use crate::time::Timestamp;

pub(in crate::record) fn decode(bytes: &[u8]) -> Result<Record, Damage> {
    let mut r = Reader(bytes);
    let record = Record {
        seq: Seq(r.u64()?),
        at: Timestamp::from_micros(r.u64()?),
        previous: Position(r.u64()?),
        body: r.body()?,
    };
    if r.0.is_empty() { Ok(record) } else { Err(Damage { wanted: "the end" }) }
}

pub(super) struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn array<const N: usize>(&mut self) -> Result<[u8; N], Damage> {
        let (array, rest) = self.0.split_first_chunk().ok_or(Damage { wanted: "more bytes" })?;
        self.0 = rest;
        Ok(*array)
    }

    pub(super) fn u8(&mut self) -> Result<u8, Damage> {
        Ok(u8::from_le_bytes(self.array()?))
    }

    pub(super) fn u16(&mut self) -> Result<u16, Damage> {
        Ok(u16::from_le_bytes(self.array()?))
    }

    pub(super) fn u32(&mut self) -> Result<u32, Damage> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    pub(super) fn u64(&mut self) -> Result<u64, Damage> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    pub(super) fn code<T>(
        &mut self,
        from: fn(u8) -> Option<T>,
        wanted: &'static str,
    ) -> Result<T, Damage> {
        from(self.u8()?).ok_or(Damage { wanted })
    }

    pub(super) fn bytes(&mut self) -> Result<Bytes, Damage> {
        let len = self.u32()? as usize;
        let (text, rest) = self.0.split_at_checked(len).ok_or(Damage { wanted: "a whole text" })?;
        self.0 = rest;
        Ok(Bytes::copy_from_slice(text))
    }

    pub(super) fn key(&mut self) -> Result<Key, Damage> {
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
            AI => Ok(Body::Ai(AiResult {
                key: self.key()?,
                conversation: ConversationId(self.u64()?),
                turn: self.u32()?,
                epoch: self.u32()?,
                outcome: self.code(AiOutcome::from_code, "an outcome")?,
                confidence: Score(self.u16()?),
                text: self.bytes()?,
                scores: self.scores()?,
                tags: self.bytes()?,
                task: self.bytes()?,
            })),
            AGENT => Ok(Body::Agent(AgentCommand {
                agent: AgentId(self.u32()?),
                role: self.code(Role::from_code, "a role")?,
                key: self.key()?,
                conversation: ConversationId(self.u64()?),
                action: self.action()?,
            })),
            DUE => Ok(Body::Due(self.key()?)),
            POLICY => Ok(Body::Policy(self.policy()?)),
            ECHO => Ok(Body::Echo(Echo {
                key: self.key()?,
                agent: AgentId(self.u32()?),
                channel: self.code(Channel::from_code, "a channel")?,
                text: self.bytes()?,
            })),
            OUTSIDE => Ok(Body::Outside(OutsideNews {
                key: self.key()?,
                conversation: ConversationId(self.u64()?),
                what: self.outside()?,
            })),
            OUTREACH => Ok(Body::Outreach(Outreach {
                key: self.key()?,
                source: self.source()?,
                channel: self.code(Channel::from_code, "a channel")?,
                sender: SenderId(self.u16()?),
                text: self.bytes()?,
            })),
            PROFILE => Ok(Body::Profile(self.profile()?)),
            FEEDBACK => Ok(Body::Feedback(Feedback { key: self.key()?, kind: self.feedback()? })),
            DESK => Ok(Body::Desk(self.desk()?)),
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
            sender: SenderId(self.u16()?),
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
            gates: self.gates()?,
            language: self.maybe(Language::from_code, "a language")?,
            particulars: Particulars(self.u8()?),
            policy: PolicyVersion(self.u64()?),
        })
    }

    fn gates(&mut self) -> Result<Gates, Damage> {
        let known = 0..=Gates::REQUIRED.0 | Gates::EXCLUDED.0;
        let gates = self.u8()?;
        if known.contains(&gates) { Ok(Gates(gates)) } else { Err(Damage { wanted: "gates" }) }
    }

    pub(super) fn policy(&mut self) -> Result<PolicyChange, Damage> {
        Ok(PolicyChange {
            brand: BrandId(self.u32()?),
            source: self.bytes()?,
            author: self.bytes()?,
        })
    }

    fn action(&mut self) -> Result<AgentAction, Damage> {
        match self.u8()? {
            0 => Ok(AgentAction::Claim),
            1 => Ok(AgentAction::Reply(self.bytes()?)),
            2 => Ok(AgentAction::Resume),
            3 => Ok(AgentAction::ToStore(self.code(Lack::from_code, "what is lacking")?)),
            4 => Ok(AgentAction::Close),
            5 => Ok(AgentAction::SettleHold { opt_out: self.yes()? }),
            6 => Ok(AgentAction::Block),
            7 => Ok(AgentAction::Requeue),
            8 => Ok(AgentAction::Pause(self.code(PauseReason::from_code, "why it is paused")?)),
            9 => Ok(AgentAction::Unblock),
            _ => Err(Damage { wanted: "an agent's action" }),
        }
    }

    pub(super) fn maybe<T>(
        &mut self,
        from: fn(u8) -> Option<T>,
        wanted: &'static str,
    ) -> Result<Option<T>, Damage> {
        match self.u8()? {
            ABSENT => Ok(None),
            code => from(code).map(Some).ok_or(Damage { wanted }),
        }
    }

    fn yes(&mut self) -> Result<bool, Damage> {
        match self.u8()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Damage { wanted: "yes or no" }),
        }
    }

    fn scores(&mut self) -> Result<Vec<(Evaluation, Score)>, Damage> {
        let count = self.u32()?;
        let mut score =
            || Ok((self.code(Evaluation::from_code, "a kind of score")?, Score(self.u16()?)));
        (0..count).map(|_| score()).collect()
    }

    fn outside(&mut self) -> Result<OutsideEvent, Damage> {
        match self.u8()? {
            0 => Ok(OutsideEvent::Taken),
            1 => Ok(OutsideEvent::Failed),
            2 => Ok(OutsideEvent::Answered(self.bytes()?)),
            3 => Ok(OutsideEvent::Closed),
            _ => Err(Damage { wanted: "news from outside" }),
        }
    }

    fn profile(&mut self) -> Result<ProfileChange, Damage> {
        Ok(ProfileChange {
            key: self.key()?,
            segments: match self.u8()? {
                ABSENT => None,
                0 => Some(self.segments()?),
                _ => return Err(Damage { wanted: "segments or none" }),
            },
            zone: match self.maybe(SummerTime::from_code, "a rule for summer time")? {
                None => None,
                Some(summer_time) => Some(Zone { summer_time, offset_minutes: self.u16()? as i16 }),
            },
            language: self.maybe(Language::from_code, "a language")?,
            consent: self.maybe(Consent::from_code, "a consent")?,
        })
    }

    fn segments(&mut self) -> Result<Vec<SegmentId>, Damage> {
        let count = self.u32()?;
        (0..count).map(|_| self.u32().map(SegmentId)).collect()
    }

    fn feedback(&mut self) -> Result<FeedbackKind, Damage> {
        match self.u8()? {
            0 => Ok(FeedbackKind::Order(self.u32()?)),
            1 => Ok(FeedbackKind::Rating(self.u8()?)),
            2 => Ok(FeedbackKind::Accuracy(self.yes()?)),
            _ => Err(Damage { wanted: "a kind of feedback" }),
        }
    }
}
