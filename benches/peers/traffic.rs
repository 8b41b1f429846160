//! The replies that every contender gets: who writes, in which order, and what.

use rand_distr::{Distribution, Zipf};
use volley_core::hash::stable_hash;
use volley_sim::rng::{self, Stream};
use volley_sim::speech::{Context, Kind, Speech, Style};

/// Texts that are written.
const TEXTS: usize = 200;

/// Bytes of a text, in the mean.
const TEXT_BYTES_MEAN: usize = 65;

/// By how much some write more than others.
const SKEW: f64 = 1.0;

const SEED: u64 = 42;

/// Lanes in which replies arrive. All replies of a person arrive in one, so that their order is plain.
pub const LANES: usize = 2;

/// Somebody writes.
#[derive(Clone, Copy, Debug)]
pub struct Reply {
    /// Who, from 0.
    pub person: u64,
    /// The how manieth reply it is, from 0.
    pub number: u64,
}

impl Reply {
    /// The lane in which it arrives. That has nothing to do with who will serve it: customers do
    /// not know how many threads there are.
    pub fn lane(self) -> usize {
        (stable_hash(self.person, 0x6c61_6e65) % LANES as u64) as usize
    }
}

/// The texts.
#[derive(Debug)]
pub struct Traffic {
    texts: Vec<&'static [u8]>,
}

impl Traffic {
    /// Texts of every kind in turn, some shorter and some longer than the mean.
    pub fn new() -> Self {
        let speech = Speech::new();
        let (style, mut draws) = (Style::default(), rng::stream(SEED, "peers texts"));
        let kinds = Kind::ALL.iter().cycle();
        let mut texts: Vec<&'static [u8]> = Vec::new();
        let mut bytes = 0;
        for (kind, customer) in kinds.zip(0..) {
            let mut text = Vec::new();
            let context =
                Context { campaign: "Sale today. Reply STOP to opt out", customer: Some(customer) };
            speech.say(*kind, &style, &mut draws, &context, &mut text);
            let is_behind = bytes <= texts.len() * TEXT_BYTES_MEAN;
            if is_behind == (text.len() >= TEXT_BYTES_MEAN) && text.len() <= 160 {
                bytes += text.len();
                texts.push(text.leak());
            }
            if texts.len() == TEXTS {
                break;
            }
        }
        Self { texts }
    }

    /// What is written in a reply.
    pub fn text(&self, reply: Reply) -> &'static [u8] {
        self.texts[(stable_hash(reply.number, 0x7465_7874) % TEXTS as u64) as usize]
    }
}

/// Replies without end of so many people, of whom a few write most.
#[derive(Debug)]
pub struct Replies {
    people: Zipf<f64>,
    draws: Stream,
    number: u64,
}

impl Replies {
    /// The same ones for the same number of people.
    pub fn of(people: u64) -> Self {
        let zipf = Zipf::new(people as f64, SKEW)
            .expect("there is somebody, and the skew is no less than nothing");
        Self { people: zipf, draws: rng::stream(SEED, "peers people"), number: 0 }
    }
}

impl Iterator for Replies {
    type Item = Reply;

    fn next(&mut self) -> Option<Reply> {
        let person = self.people.sample(&mut self.draws) as u64 - 1;
        let number = self.number;
        self.number += 1;
        Some(Reply { person, number })
    }
}
