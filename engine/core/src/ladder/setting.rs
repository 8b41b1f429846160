//! An input of a decision with a value, and what it is to put it into a situation.

use std::sync::Arc;

use bytes::Bytes;

use super::factor::{BudgetOf, Factor, SET_MAX};
use super::situation::Situation;
use crate::classify::{Compliance, Detail, Intent, Noise, Score, Signals};
use crate::contact::{Consent, DaySpent, Running};
use crate::conversation::{Outcome, Owner, OwnerKind};
use crate::id::AgentId;
use crate::message::{Channel, Source};
use crate::policy::{AiMode, BudgetUnit, Gates, HandOff, Particulars, Policy, Responder};
use crate::reason::Reason;
use crate::time::{Deadline, Timestamp};

/// How an input stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// It is so, or it is not.
    Is(bool),
    /// One of the names of the input, by its code.
    Word(u8),
    /// One of these or none. Of keywords it is the position in the policy.
    Maybe(Option<u8>),
    /// Several of these, as bits.
    Set(u64),
    /// A share of one.
    Share(Score),
    /// A number.
    Count(u32),
    /// Hundredths of a cent.
    Centicents(u32),
    /// A send.
    Source(Source),
    /// An instant.
    Time(Timestamp),
    /// An instant or never.
    Since(Option<Deadline>),
}

/// An input with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The input.
    pub factor: Factor,
    /// Its value.
    pub value: Value,
}

/// An owner of each kind, in the order of kinds.
const OWNERS: [Owner; OwnerKind::ALL.len()] = [
    Owner::Closed,
    Owner::Automation,
    Owner::Ai,
    Owner::Queue,
    Owner::Human(AgentId(1)),
    Owner::Store,
    Owner::Suspended,
];

impl Setting {
    /// Makes `situation` so, and leaves everything else in it alone. A value of another kind changes
    /// nothing.
    pub fn put(self, situation: &mut Situation) {
        match self.value {
            Value::Is(is) => self.put_is(is, situation),
            Value::Word(code) => self.put_word(code, situation),
            Value::Maybe(code) => match self.factor {
                Factor::Noise => situation.stamp.verdict.noise = code.and_then(Noise::from_code),
                _ => situation.stamp.keyword = code,
            },
            Value::Set(bits) => match self.factor {
                Factor::Signals => situation.stamp.verdict.signals = Signals(bits as u16),
                Factor::Segments => put_segments(bits, situation),
                Factor::Particulars => situation.stamp.particulars = Particulars(bits as u8),
                _ => situation.contact.episode_mut().wanted = Particulars(bits as u8),
            },
            Value::Share(score) => match self.factor {
                Factor::Score => situation.stamp.verdict.score = score,
                Factor::SecondScore => situation.stamp.verdict.second_score = score,
                Factor::ScoreMin(intent) => {
                    Arc::make_mut(&mut situation.policy).set_score_min(intent, score);
                }
                _ => {}
            },
            Value::Count(count) | Value::Centicents(count) => self.put_count(count, situation),
            Value::Source(source) => match self.factor {
                Factor::Source => situation.reply.source = source,
                _ => situation.contact.conversation.source = source,
            },
            Value::Time(at) => situation.at = at,
            Value::Since(since) => {
                let conversation = &mut situation.contact.conversation;
                if !conversation.is_open() {
                    conversation.deadline = since;
                }
            }
        }
    }

    fn put_is(self, is: bool, situation: &mut Situation) {
        let Situation { contact, first_delivery, reply, stamp, policy, at, .. } = situation;
        let conversation = &mut contact.conversation;
        match self.factor {
            Factor::NewMessage => *first_delivery = is,
            Factor::Words => reply.text = Bytes::from_static(if is { b"..." } else { b"" }),
            Factor::Blocked => contact.blocked = is,
            Factor::RequiredKeyword => stamp.gates = with(stamp.gates, Gates::REQUIRED, is),
            Factor::ExcludedKeyword => stamp.gates = with(stamp.gates, Gates::EXCLUDED, is),
            Factor::Waiting => conversation.waiting_since = is.then(|| Deadline::not_before(*at)),
            Factor::AiTurn => conversation.started = is,
            Factor::Automation => {
                let running = Running { keyword: 0, step: 0, policy: policy.version };
                contact.episode_mut().automation = is.then_some(running);
            }
            _ => {}
        }
    }

    fn put_word(self, code: u8, situation: &mut Situation) {
        let Situation { contact, reply, stamp, policy, at, .. } = situation;
        let (verdict, conversation) = (&mut stamp.verdict, &mut contact.conversation);
        match self.factor {
            Factor::Compliance => set(&mut verdict.compliance, Compliance::from_code(code)),
            Factor::Intent => set(&mut verdict.intent, Intent::from_code(code)),
            Factor::Second => {
                set(&mut verdict.second, Intent::from_code(code));
                // One that was not there comes as sure as the first; it cannot be surer.
                if verdict.second_score == Score::default() {
                    verdict.second_score = verdict.score;
                }
            }
            Factor::Detail => set(&mut verdict.detail, Detail::from_code(code)),
            Factor::Consent => {
                let consent = Consent::from_code(code).unwrap_or_default();
                contact.set_consent_everywhere(consent, Deadline::not_before(*at));
            }
            Factor::Channel => set(&mut reply.channel, Channel::from_code(code)),
            Factor::Owner => set(&mut conversation.owner, OWNERS.get(usize::from(code)).copied()),
            Factor::Outcome => set(&mut conversation.outcome, Outcome::from_code(code)),
            Factor::EscalatedFor => set(&mut conversation.escalated_for, Reason::from_code(code)),
            _ => self.put_in_policy(code, Arc::make_mut(policy)),
        }
    }

    fn put_in_policy(self, code: u8, policy: &mut Policy) {
        match self.factor {
            Factor::FirstResponder(intent) => {
                if let Some(responder) = Responder::from_code(code) {
                    policy.set_first_responder(intent, responder);
                }
            }
            Factor::AiMode => set(&mut policy.ai.mode, AiMode::from_code(code)),
            Factor::HandOff => set(&mut policy.hand_off, HandOff::from_code(code)),
            _ => {}
        }
    }

    fn put_count(self, count: u32, situation: &mut Situation) {
        let Situation { contact, reply, policy, .. } = situation;
        let conversation = &mut contact.conversation;
        let (byte, short) = (count as u8, count as u16);
        match self.factor {
            Factor::Media => reply.media = byte,
            Factor::Turns => conversation.turn = count,
            Factor::RapidExchanges => conversation.rapid_exchanges = byte,
            Factor::AiMessages => conversation.ai_messages = short,
            Factor::AiSegments => conversation.ai_segments = short,
            Factor::AttemptsMax => Arc::make_mut(policy).ai.attempts_max = short,
            Factor::Budget(of, unit) => {
                of.limits(&mut Arc::make_mut(policy).budget).set(unit, Some(count));
            }
            Factor::Taken(of, unit) => put_taken(of, unit, count, situation),
            _ => {}
        }
    }

    /// The value in words; positions in a policy become names.
    pub fn shown(self, policy: &Policy) -> String {
        let word = |code: u8| {
            let words = self.factor.words(policy);
            words.get(usize::from(code)).map_or("?", |word| *word).to_owned()
        };
        match self.value {
            Value::Is(is) => if is { "yes" } else { "no" }.to_owned(),
            Value::Word(0) if self.factor == Factor::Second => "none".to_owned(),
            Value::Word(code) | Value::Maybe(Some(code)) => word(code),
            Value::Maybe(None) | Value::Set(0) => "none".to_owned(),
            Value::Set(bits) => self.factor.members(bits, policy).join(", "),
            Value::Share(score) => score_shown(score),
            Value::Count(count) => count.to_string(),
            Value::Centicents(count) => format!("{:.2} cents", f64::from(count) / 100.0),
            Value::Source(source) => source_shown(source),
            Value::Time(at) => at.to_string(),
            Value::Since(since) => since.map_or("never".to_owned(), |since| since.at().to_string()),
        }
    }
}

/// Lets a budget have so much taken of it.
fn put_taken(of: BudgetOf, unit: BudgetUnit, count: u32, situation: &mut Situation) {
    let amount = of.taken(situation).with(unit, count);
    let Situation { contact, brand, policy, at, .. } = situation;
    match of {
        BudgetOf::Turn => {}
        BudgetOf::Conversation => contact.episode_mut().spent = amount,
        BudgetOf::Day => {
            contact.profile_mut().day = DaySpent { day: policy.zone.day(*at), spent: amount };
        }
        BudgetOf::BrandDay => *brand = brand.with_taken(amount, contact, policy, *at),
    }
}

/// Puts the person into those of the policy's segments, and leaves others alone.
fn put_segments(bits: u64, situation: &mut Situation) {
    let segments = &mut situation.contact.profile_mut().segments;
    for (bit, id) in situation.policy.segments.values().take(SET_MAX).enumerate() {
        segments.retain(|other| other != id);
        if bits >> bit & 1 == 1 {
            segments.push(*id);
        }
    }
    segments.sort_unstable();
}

fn set<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}

fn with(gates: Gates, gate: Gates, found: bool) -> Gates {
    if found { Gates(gates.0 | gate.0) } else { Gates(gates.0 & !gate.0) }
}

/// Two digits, or as many as it takes.
pub(super) fn score_shown(score: Score) -> String {
    let digits = if score.0.is_multiple_of(100) { 2 } else { 4 };
    format!("{:.digits$}", score.as_f64())
}

fn source_shown(source: Source) -> String {
    match source {
        Source::Unprompted => "unprompted".to_owned(),
        Source::Campaign(id) => format!("campaign {id}"),
        Source::Flow(id) => format!("flow {id}"),
    }
}
