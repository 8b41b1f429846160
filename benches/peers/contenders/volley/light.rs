//! The light work in Volley's runtime and table, without the engine's own.

use volley_core::hash::stable_hash;
use volley_core::id::PartitionId;
use volley_core::runtime::{Host, Routed};
use volley_core::table::{Actor, Table};
use volley_core::time::{Deadline, Timestamp};

use super::run;
use crate::contenders::host::{Job, Server};
use crate::contenders::{Feeding, THREADS};
use crate::work::light::{Message, Number, State};
use crate::work::{Light, Work};

/// Does the light job.
pub fn light(feeding: Feeding, job: Job<'_, Light>) {
    run(feeding, job, (0..THREADS).map(|_| Lines::new()).collect());
}

/// Somebody who writes.
#[derive(Debug)]
struct Person {
    number: Number,
    state: State,
}

impl Actor for Person {
    type Key = Number;

    fn new(number: Number) -> Self {
        Self { number, state: State::default() }
    }

    fn key(&self) -> Number {
        self.number
    }

    fn hash(number: Number) -> u64 {
        let (high, low) = number.words();
        stable_hash(low, u64::from(high))
    }
}

impl Routed for Message {
    fn partition(&self, partitions: u16) -> Option<PartitionId> {
        let spread = u128::from(Person::hash(Light::key(self))) * u128::from(partitions);
        Some(PartitionId((spread >> 64) as u16))
    }
}

/// One shard's people.
struct Lines {
    people: Table<Person>,
    slots: Vec<u32>,
    server: Server<Light>,
}

impl Lines {
    fn new() -> Self {
        Self { people: Table::default(), slots: Vec::new(), server: Server::new() }
    }
}

impl Host for Lines {
    type Input = Message;

    /// As in the engine's own turn, everybody is found before the first is served.
    fn turn(&mut self, _: Timestamp, inputs: &mut Vec<Message>) -> std::io::Result<()> {
        let Self { people, slots, server } = self;
        slots.clear();
        slots.extend(inputs.iter().map(|message| people.locate(Light::key(message))));
        let mut slots = slots.iter();
        server.serve(inputs, |scratch, message| {
            let slot = slots.next().expect("everybody was found");
            Light::step(scratch, &mut people.get_mut(*slot).state, message)
        });
        Ok(())
    }

    fn next_deadline(&self) -> Option<Deadline> {
        None
    }

    fn has_room(&self) -> bool {
        true
    }

    fn is_drained(&self) -> bool {
        true
    }
}
