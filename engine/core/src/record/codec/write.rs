//! Writing: a record, and the parts it is made of.

use super::{
    ABSENT, AGENT, AI, DESK, DUE, ECHO, FEEDBACK, OUTREACH, OUTSIDE, POLICY, PROFILE, REPLY,
};
use crate::classify::Noise;
use crate::id::Key;
use crate::input::{
    AgentAction, AiResult, FeedbackKind, Outreach, OutsideEvent, PolicyChange, ProfileChange, Stamp,
};
use crate::message::{Inbound, Source};
use crate::names::Named;
use crate::record::{Body, Record};

pub(in crate::record) fn encode(record: &Record, out: &mut Vec<u8>) {
    let mut w = Writer(out);
    w.u64(record.seq.0);
    w.u64(record.at.as_micros());
    w.u64(record.previous.0);
    match &record.body {
        Body::Reply(reply, stamp) => {
            w.u8(REPLY);
            w.reply(reply);
            w.stamp(stamp);
        }
        Body::Ai(result) => {
            w.u8(AI);
            w.result(result);
        }
        Body::Agent(command) => {
            w.u8(AGENT);
            w.u32(command.agent.0);
            w.u8(command.role.code());
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
            w.policy(change);
        }
        Body::Echo(echo) => {
            w.u8(ECHO);
            w.key(echo.key);
            w.u32(echo.agent.0);
            w.u8(echo.channel.code());
            w.bytes(&echo.text);
        }
        Body::Outside(news) => {
            w.u8(OUTSIDE);
            w.key(news.key);
            w.u64(news.conversation.0);
            w.outside(&news.what);
        }
        Body::Outreach(outreach) => {
            w.u8(OUTREACH);
            w.outreach(outreach);
        }
        Body::Profile(change) => {
            w.u8(PROFILE);
            w.profile(change);
        }
        Body::Feedback(feedback) => {
            w.u8(FEEDBACK);
            w.key(feedback.key);
            w.feedback(feedback.kind);
        }
        Body::Desk(command) => {
            w.u8(DESK);
            w.desk(command);
        }
    }
}

pub(super) struct Writer<'a>(&'a mut Vec<u8>);

impl Writer<'_> {
    fn result(&mut self, result: &AiResult) {
        self.key(result.key);
        self.u64(result.conversation.0);
        self.u32(result.turn);
        self.u32(result.epoch);
        self.u8(result.outcome.code());
        self.u16(result.confidence.0);
        self.bytes(&result.text);
        self.u32(u32::try_from(result.scores.len()).expect("fewer scores than 2^32"));
        for (evaluation, score) in &result.scores {
            self.u8(evaluation.code());
            self.u16(score.0);
        }
        self.bytes(&result.tags);
        self.bytes(&result.task);
    }

    fn outreach(&mut self, outreach: &Outreach) {
        self.key(outreach.key);
        self.source(outreach.source);
        self.u8(outreach.channel.code());
        self.u16(outreach.sender.0);
        self.bytes(&outreach.text);
    }

    pub(super) fn u8(&mut self, value: u8) {
        self.0.push(value);
    }

    pub(super) fn u16(&mut self, value: u16) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    pub(super) fn u32(&mut self, value: u32) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    pub(super) fn u64(&mut self, value: u64) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    pub(super) fn bytes(&mut self, value: &[u8]) {
        let len = u32::try_from(value.len()).expect("texts are bounded by TEXT_BYTES_MAX");
        self.u32(len);
        self.0.extend_from_slice(value);
    }

    pub(super) fn key(&mut self, key: Key) {
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
        self.u16(reply.sender.0);
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
        self.u8(stamp.gates.0);
        self.maybe(stamp.language);
        self.u8(stamp.particulars.0);
        self.u64(stamp.policy.0);
    }

    pub(super) fn policy(&mut self, change: &PolicyChange) {
        self.u32(change.brand.0);
        self.bytes(&change.source);
        self.bytes(&change.author);
    }

    fn action(&mut self, action: &AgentAction) {
        match action {
            AgentAction::Claim => self.u8(0),
            AgentAction::Reply(text) => {
                self.u8(1);
                self.bytes(text);
            }
            AgentAction::Resume => self.u8(2),
            AgentAction::ToStore(lack) => {
                self.u8(3);
                self.u8(lack.code());
            }
            AgentAction::Close => self.u8(4),
            AgentAction::SettleHold { opt_out } => {
                self.u8(5);
                self.u8(u8::from(*opt_out));
            }
            AgentAction::Block => self.u8(6),
            AgentAction::Requeue => self.u8(7),
            AgentAction::Pause(reason) => {
                self.u8(8);
                self.u8(reason.code());
            }
            AgentAction::Unblock => self.u8(9),
        }
    }

    pub(super) fn maybe(&mut self, value: Option<impl Named>) {
        self.u8(value.map_or(ABSENT, Named::code));
    }

    fn outside(&mut self, what: &OutsideEvent) {
        match what {
            OutsideEvent::Taken => self.u8(0),
            OutsideEvent::Failed => self.u8(1),
            OutsideEvent::Answered(text) => {
                self.u8(2);
                self.bytes(text);
            }
            OutsideEvent::Closed => self.u8(3),
        }
    }

    fn profile(&mut self, change: &ProfileChange) {
        self.key(change.key);
        match &change.segments {
            None => self.u8(ABSENT),
            Some(segments) => {
                self.u8(0);
                self.u32(u32::try_from(segments.len()).expect("fewer segments than 2^32"));
                segments.iter().for_each(|segment| self.u32(segment.0));
            }
        }
        match change.zone {
            None => self.u8(ABSENT),
            Some(zone) => {
                self.u8(zone.summer_time.code());
                self.u16(zone.offset_minutes as u16);
            }
        }
        self.maybe(change.language);
        self.maybe(change.consent);
    }

    fn feedback(&mut self, kind: FeedbackKind) {
        match kind {
            FeedbackKind::Order(cents) => {
                self.u8(0);
                self.u32(cents);
            }
            FeedbackKind::Rating(stars) => {
                self.u8(1);
                self.u8(stars);
            }
            FeedbackKind::Accuracy(right) => {
                self.u8(2);
                self.u8(u8::from(right));
            }
        }
    }
}
