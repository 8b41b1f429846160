//! Customers who write again: to an answer, or with the particulars that they were asked for, in pieces and
//! out of order (SM-17).

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use rand::RngExt;
use rand::seq::SliceRandom;
use rand_distr::{Distribution, LogNormal};
use volley_core::effect::{Send, SendKind, Tagging};
use volley_core::id::{ConversationId, Key, MessageId};
use volley_core::input::Input;
use volley_core::message::{Channel, Inbound, Source};
use volley_core::policy::{Particular, Particulars};
use volley_core::time::Timestamp;

use super::campaigns::log_normal;
use super::{Event, World};
use crate::rng::{self, Stream};
use crate::scenario::Scenario;
use crate::slab::{Name, Slab};
use crate::speech::{Context, Expected, Kind};

/// Message ids of follow-ups, apart from those of replies to campaigns.
const MESSAGES_FROM: u128 = 1 << 64;

/// What is written.
#[derive(Clone, Copy, Debug)]
enum Writes {
    Kind(Kind),
    Particular(Particular),
}

/// A message to come.
#[derive(Clone, Copy, Debug)]
struct FollowUp {
    key: Key,
    channel: Channel,
    writes: Writes,
}

/// Those who will write again.
#[derive(Debug)]
pub(super) struct FollowUps {
    rate: f64,
    particulars_rate: f64,
    delay: LogNormal<f64>,
    draws: Stream,
    planned: Slab<FollowUp>,
    /// Conversations whose customers will be asked for particulars by the AI's next answer.
    asked: BTreeMap<ConversationId, Particulars>,
    next_message: u128,
}

impl FollowUps {
    pub(super) fn new(scenario: &Scenario) -> Self {
        let settings = &scenario.follow_ups;
        Self {
            rate: settings.rate,
            particulars_rate: settings.particulars_rate,
            delay: log_normal(&settings.delay),
            draws: rng::stream(scenario.seed, "follow-ups"),
            planned: Slab::default(),
            asked: BTreeMap::new(),
            next_message: MESSAGES_FROM,
        }
    }

    fn after(&mut self) -> Duration {
        Duration::from_secs_f64(self.delay.sample(&mut self.draws).clamp(5.0, 1e9))
    }
}

impl World<'_> {
    /// Notes what the tags of a message have the AI ask for.
    pub(super) fn tagged(&mut self, tagging: &Tagging) {
        let tags = &self.scenario.policy.tags;
        let wanted = tagging.tags.iter().filter_map(|tag| tags.get(tag));
        let wants = wanted.fold(Particulars::default(), |all, tag| all.and(tag.wants));
        if !wants.is_empty() && self.follow_ups.particulars_rate > 0.0 {
            self.follow_ups.asked.insert(tagging.conversation, wants);
        }
    }

    /// The customer reads an answer, and perhaps writes again.
    pub(super) fn read_by_customer(&mut self, send: &Send, at: Timestamp) {
        let asked = match send.kind {
            SendKind::Ai => self.follow_ups.asked.remove(&send.conversation),
            SendKind::Agent | SendKind::Store | SendKind::Automation => None,
            _ => return,
        };
        match asked {
            Some(wants) => self.send_particulars(send, wants, at),
            None => self.maybe_follow_up(send, at),
        }
    }

    fn maybe_follow_up(&mut self, send: &Send, at: Timestamp) {
        const MIX: [Kind; 10] = [
            Kind::Acknowledgement,
            Kind::Acknowledgement,
            Kind::Acknowledgement,
            Kind::Acknowledgement,
            Kind::ProductQuestion,
            Kind::ProductQuestion,
            Kind::OrderStatus,
            Kind::StoreInfo,
            Kind::ComplaintFrustration,
            Kind::HumanRequest,
        ];
        let rate = self.follow_ups.rate;
        if rate > 0.0 && self.follow_ups.draws.random_bool(rate) {
            let kind = MIX[self.follow_ups.draws.random_range(0..MIX.len())];
            let after = self.follow_ups.after();
            self.plan_follow_up(send, Writes::Kind(kind), at + after);
        }
    }

    fn send_particulars(&mut self, send: &Send, wants: Particulars, at: Timestamp) {
        let FollowUps { particulars_rate, draws, .. } = &mut self.follow_ups;
        if !draws.random_bool(*particulars_rate) {
            return;
        }
        let mut pieces: Vec<Particular> = wants.iter().collect();
        pieces.shuffle(draws);
        let mut at = at;
        for piece in pieces {
            at = at + self.follow_ups.after();
            self.plan_follow_up(send, Writes::Particular(piece), at);
        }
    }

    fn plan_follow_up(&mut self, send: &Send, writes: Writes, at: Timestamp) {
        let follow_up = FollowUp { key: send.key, channel: send.channel, writes };
        let name = self.follow_ups.planned.insert(follow_up);
        self.events.plan(at, Event::FollowUp(name));
    }

    /// A customer writes again now.
    pub(super) fn follows_up(&mut self, at: Timestamp, name: Name) -> Option<Input> {
        let FollowUp { key, channel, writes } = self.follow_ups.planned.remove(name)?;
        self.measures.follow_ups += 1;
        self.follow_ups.next_message += 1;
        let message_id = MessageId(self.follow_ups.next_message);
        let (text, expected, media) = match writes {
            Writes::Kind(kind) => {
                let (text, expected) = self.says(kind, key);
                (text, Some(expected), 0)
            }
            Writes::Particular(particular) => {
                (self.sends(particular), None, u8::from(particular == Particular::Photo))
            }
        };
        let inbound = Inbound {
            brand: key.brand,
            contact: key.contact,
            message_id,
            received_at: at,
            channel,
            source: Source::Unprompted,
            media,
            text,
            ..Inbound::default()
        };
        Some(self.goes_in(inbound, expected))
    }

    fn says(&mut self, kind: Kind, key: Key) -> (Bytes, Expected) {
        let (speech, style) = (self.speech, &self.scenario.style);
        let context = Context { campaign: "", customer: Some(key.contact.0) };
        let draws = &mut self.follow_ups.draws;
        self.texts.write(|out| speech.say(kind, style, draws, &context, out))
    }

    fn sends(&mut self, particular: Particular) -> Bytes {
        let draws = &mut self.follow_ups.draws;
        let (number, house) = (draws.random_range(10_000..99_999), draws.random_range(1..400));
        Bytes::from(match particular {
            Particular::OrderNumber => format!("it's #{number}"),
            Particular::Address => format!("{house} Maple Street Springfield"),
            Particular::Email => format!("sam{number}@example.com"),
            Particular::Photo => "here is a picture".to_owned(),
            Particular::Text => "the zipper does not close".to_owned(),
        })
    }
}
