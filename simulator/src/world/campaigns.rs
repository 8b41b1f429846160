//! Campaigns and the people who reply to them.

use std::time::Duration;

use rand::RngExt;
use rand_distr::weighted::WeightedAliasIndex;
use rand_distr::{Binomial, Distribution, LogNormal, Zipf};
use volley_core::id::{CampaignId, ContactId, MessageId, SenderId};
use volley_core::input::Input;
use volley_core::message::{Inbound, Source};
use volley_core::segment;
use volley_core::time::Timestamp;

use super::{BRAND, Event, World};
use crate::rng::{self, Stream};
use crate::scenario::{Recipients, Scenario, Spread};
use crate::slab::{Name, Slab};
use crate::speech::{Context, Kind};

/// Somebody will reply.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reply {
    campaign: u16,
    kind: Kind,
    /// Which person, counted from 0.
    person: u32,
}

/// One campaign with its distributions made ready.
#[derive(Debug)]
struct Ready {
    sent: u64,
    /// The people it is sent to, if not anybody; known when sending begins.
    chosen: Option<Vec<u32>>,
    /// Fraction of a message that is due and was not sent yet.
    carried: f64,
    segments: u64,
    delay: LogNormal<f64>,
    kinds: Vec<Kind>,
    mix: WeightedAliasIndex<f64>,
}

/// All campaigns, and the draws about who replies when.
#[derive(Debug)]
pub(super) struct Campaigns {
    ready: Vec<Ready>,
    who: Zipf<f64>,
    arrivals: Stream,
    texts: Stream,
    redelivered: Slab<Inbound>,
    redelivery_rate: f64,
    next_message: u64,
}

pub(super) fn log_normal(spread: &Spread) -> LogNormal<f64> {
    let median = spread.median.as_secs_f64();
    LogNormal::new(median.ln(), spread.sigma).expect("spreads are checked when they are read")
}

/// A length of time from `spread`. A draw far out in the tail is longer than any scenario, and must only
/// not overflow.
pub(super) fn length(spread: &LogNormal<f64>, draws: &mut Stream) -> Duration {
    Duration::from_secs_f64(spread.sample(draws).min(1e9))
}

impl Campaigns {
    pub(super) fn new(scenario: &Scenario) -> Self {
        let ready = scenario.campaigns.iter().map(|campaign| Ready {
            sent: 0,
            chosen: None,
            carried: 0.0,
            segments: u64::from(segment::count(&campaign.text).segments),
            delay: log_normal(&campaign.reply_delay),
            kinds: campaign.mix.keys().copied().collect(),
            mix: WeightedAliasIndex::new(campaign.mix.values().copied().collect())
                .expect("mixes are checked when they are read"),
        });
        Self {
            ready: ready.collect(),
            who: Zipf::new(scenario.contacts as f64, scenario.skew)
                .expect("the audience is checked when it is read"),
            arrivals: rng::stream(scenario.seed, "arrivals"),
            texts: rng::stream(scenario.seed, "texts"),
            redelivered: Slab::default(),
            redelivery_rate: scenario.redelivery_rate,
            next_message: 0,
        }
    }

    /// Somebody to whom the campaign was sent.
    fn person(&mut self, campaign: u16) -> u32 {
        if let Some(chosen) = &self.ready[usize::from(campaign)].chosen {
            return chosen[self.arrivals.random_range(0..chosen.len())];
        }
        // Zipf counts from 1; the scenario bounds the audience.
        self.who.sample(&mut self.arrivals) as u32 - 1
    }

    /// Recipients of a campaign of which `most` were meant.
    fn recipients(&self, campaign: u16, most: u64) -> u64 {
        let chosen = &self.ready[usize::from(campaign)].chosen;
        chosen.as_ref().map_or(most, |chosen| most.min(chosen.len() as u64))
    }

    fn how_many(&mut self, of: u64, rate: f64) -> u64 {
        let binomial = Binomial::new(of, rate).expect("rates are checked when they are read");
        binomial.sample(&mut self.arrivals)
    }
}

/// Numbers of addresses.
const ADDRESSES: u64 = 7_999_999_993;

/// Shares no divisor with that, so that it names every person differently.
const FACTOR: u64 = 2_654_435_761;

/// Undoes the multiplication by the other.
const INVERSE: u64 = 6_973_309_079;

const ADDRESSES_FROM: u64 = 12_000_000_000;

/// The address of a person: an E.164 number, spread so that neighbours are not neighbours.
pub(super) fn address(person: u32) -> ContactId {
    ContactId(ADDRESSES_FROM + u64::from(person) * FACTOR % ADDRESSES)
}

/// The person at an address, if there is one.
fn person_at(address: ContactId) -> Option<u32> {
    let number = address.0.checked_sub(ADDRESSES_FROM)?;
    let person = u128::from(number) * u128::from(INVERSE) % u128::from(ADDRESSES);
    u32::try_from(person).ok()
}

impl World<'_> {
    /// Sends for one second, and plans who will reply when.
    pub(super) fn send_campaign(&mut self, at: Timestamp, index: u16) {
        let campaign = &self.scenario.campaigns[usize::from(index)];
        self.choose_recipients(index);
        let recipients = self.campaigns.recipients(index, campaign.recipients);
        let ready = &mut self.campaigns.ready[usize::from(index)];
        let due = campaign.per_second + ready.carried;
        let sends = (due as u64).min(recipients - ready.sent);
        ready.carried = due.fract();
        ready.sent += sends;
        self.measures.campaign_sends += sends;
        self.measures.campaign_segments += sends * ready.segments;
        self.measures.interval_at(at).campaign_sends += sends as u32;
        if ready.sent < recipients {
            self.events.plan(at + Duration::from_secs(1), Event::Send { campaign: index });
        }
        self.order_silently(sends, campaign.order_rate, at);
        for _ in 0..self.campaigns.how_many(sends, campaign.auto_reply_rate) {
            let person = self.campaigns.person(index);
            // A device answers within seconds of delivery (DOMAIN d2).
            let delay = Duration::from_secs_f64(self.campaigns.arrivals.random_range(1.0..10.0));
            let reply = Reply { campaign: index, kind: Kind::Driving, person };
            self.plan_reply(at, delay, reply);
        }
        for _ in 0..self.campaigns.how_many(sends, campaign.reply_rate) {
            let person = self.campaigns.person(index);
            let Campaigns { ready, arrivals, .. } = &mut self.campaigns;
            let ready = &ready[usize::from(index)];
            let kind = ready.kinds[ready.mix.sample(arrivals)];
            let delay = length(&ready.delay, arrivals);
            self.plan_reply(at, delay, Reply { campaign: index, kind, person });
        }
    }

    /// When a campaign to those who talked to the AI begins, it is settled who those are (`KL-82`).
    fn choose_recipients(&mut self, index: u16) {
        let to = self.scenario.campaigns[usize::from(index)].to;
        let ready = &mut self.campaigns.ready[usize::from(index)];
        if to == Recipients::Everybody || ready.chosen.is_some() {
            return;
        }
        let mut people: Vec<u32> =
            self.book.talked_to_ai().iter().filter_map(|address| person_at(*address)).collect();
        people.sort_unstable();
        people.dedup();
        ready.chosen = Some(people);
    }

    fn plan_reply(&mut self, sent_at: Timestamp, delay: Duration, reply: Reply) {
        let within_second =
            Duration::from_micros(self.campaigns.arrivals.random_range(0..1_000_000));
        self.events.plan(sent_at + within_second + delay, Event::Reply(reply));
    }

    /// Somebody replies now.
    pub(super) fn reply(&mut self, at: Timestamp, reply: Reply) -> Input {
        let campaign = &self.scenario.campaigns[usize::from(reply.campaign)];
        let (speech, style) = (self.speech, &self.scenario.style);
        let context = Context { campaign: &campaign.text, customer: Some(u64::from(reply.person)) };
        let texts = &mut self.campaigns.texts;
        let (text, expected) =
            self.texts.write(|out| speech.say(reply.kind, style, texts, &context, out));
        self.campaigns.next_message += 1;
        let id = CampaignId(u32::from(reply.campaign) + 1);
        let inbound = Inbound {
            brand: BRAND,
            contact: address(reply.person),
            message_id: MessageId(u128::from(self.campaigns.next_message)),
            received_at: at,
            channel: campaign.channel,
            sender: SenderId(0),
            source: if campaign.flow { Source::Flow(id) } else { Source::Campaign(id) },
            media: 0,
            text,
        };
        self.maybe_redeliver(at, &inbound);
        self.goes_in(inbound, Some(expected))
    }

    /// Providers deliver a few messages twice, seconds later (SM-15).
    fn maybe_redeliver(&mut self, at: Timestamp, inbound: &Inbound) {
        if !self.campaigns.arrivals.random_bool(self.campaigns.redelivery_rate) {
            return;
        }
        let delay = Duration::from_secs_f64(self.campaigns.arrivals.random_range(0.5..15.0));
        let name = self.campaigns.redelivered.insert(inbound.clone());
        self.events.plan(at + delay, Event::Redeliver(name));
    }

    /// The same message once more: only the time at the door is another.
    pub(super) fn redeliver(&mut self, at: Timestamp, name: Name) -> Option<Input> {
        let inbound = self.campaigns.redelivered.remove(name)?;
        Some(self.goes_in(Inbound { received_at: at, ..inbound }, None))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_found_by_their_addresses() {
        for person in [0, 1, 2, 12_345, 99_999_999, u32::MAX] {
            assert_eq!(person_at(address(person)), Some(person));
        }
    }
}
