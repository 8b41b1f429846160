//! The replies that are measured with: what simulated customers write, from one seed.

use bytes::Bytes;
use volley_core::id::{BrandId, ContactId, MessageId};
use volley_core::input::{Input, PolicyChange};
use volley_core::message::Inbound;
use volley_core::time::Timestamp;
use volley_sim::rng;
use volley_sim::speech::{Context, Kind, Speech, Style};

/// Replies of one measurement.
pub const REPLIES: usize = 10_000;

/// When they arrive.
pub const START: Timestamp = Timestamp::from_secs(1_795_788_000);

/// The built-in policy, coming into force.
pub fn policy() -> Input {
    Input::Policy(PolicyChange { brand: BrandId(1), source: Bytes::new(), author: Bytes::new() })
}

/// As many replies, of every kind in turn, by as many people.
pub fn replies(count: usize) -> Vec<Inbound> {
    let speech = Speech::new();
    let mut draws = rng::stream(42, "benches");
    let style = Style::default();
    (0..count)
        .map(|index| {
            let mut text = Vec::new();
            let kind = Kind::ALL[index % Kind::ALL.len()];
            let context = Context {
                campaign: "Sale today. Reply STOP to opt out",
                customer: Some(index as u64),
            };
            speech.say(kind, &style, &mut draws, &context, &mut text);
            Inbound {
                brand: BrandId(1),
                contact: ContactId(12_000_000_000 + index as u64),
                message_id: MessageId(index as u128 + 1),
                received_at: START,
                text: Bytes::from(text),
                ..Inbound::default()
            }
        })
        .collect()
}
