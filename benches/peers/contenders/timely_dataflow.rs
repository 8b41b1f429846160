//! A timely dataflow: two workers take in a lane each and exchange messages by conversation.
//!
//! Batches enter as they are, without being copied message by message, and time goes on only now and
//! then: nobody here waits for the end of an epoch.

use std::hash::BuildHasher;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::vec::Drain;

use foldhash::fast::FixedState;
use timely::Config;
use timely::bytes::arc::Bytes;
use timely::container::{
    Accountable, CapacityContainerBuilder, DrainContainer, PushInto, SizableContainer,
};
use timely::dataflow::InputHandle;
use timely::dataflow::channels::ContainerBytes;
use timely::dataflow::channels::pact::ExchangeCore;
use timely::dataflow::operators::{Input, Operator};
use timely::worker::Worker;

use super::THREADS;
use super::host::{Flow, Gate, Job, People, Server};
use crate::lanes::{LaneOf, Supply};
use crate::tally;
use crate::work::Work;

/// Batches that enter between two moments of the dataflow's time.
const EPOCH_BATCHES: u64 = 16;

/// Messages as timely moves them. They are not of a form that could leave the process.
#[derive(Clone)]
struct Batch<M>(Vec<M>);

impl<M> Default for Batch<M> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<M> Accountable for Batch<M> {
    fn record_count(&self) -> i64 {
        self.0.len() as i64
    }
}

impl<M: 'static> DrainContainer for Batch<M> {
    type Item<'a> = M;
    type DrainIter<'a> = Drain<'a, M>;

    fn drain(&mut self) -> Drain<'_, M> {
        self.0.drain(..)
    }
}

impl<M> SizableContainer for Batch<M> {
    fn at_capacity(&self) -> bool {
        self.0.at_capacity()
    }

    fn ensure_capacity(&mut self, stash: &mut Option<Self>) {
        let mut inner = stash.take().map(|stash| stash.0);
        self.0.ensure_capacity(&mut inner);
        *stash = inner.map(Self);
    }
}

impl<M> PushInto<M> for Batch<M> {
    fn push_into(&mut self, message: M) {
        self.0.push(message);
    }
}

impl<M> ContainerBytes for Batch<M> {
    fn from_bytes(_: Bytes) -> Self {
        unreachable!("all workers are in one process")
    }

    fn length_in_bytes(&self) -> usize {
        unreachable!("all workers are in one process")
    }

    fn into_bytes<W: Write>(&self, _: &mut W) {
        unreachable!("all workers are in one process")
    }
}

type Builder<W> = CapacityContainerBuilder<Batch<<W as Work>::Message>>;

/// Does the job.
pub fn run<W: Work>(job: Job<'_, W>) {
    let (gate, flow) = (Arc::new(Gate::new(THREADS)), Arc::new(Flow::of_all()));
    let lanes = Arc::new(Mutex::new(job.lanes));
    let messages = job.messages;
    let at_gate = Arc::clone(&gate);
    let workers = timely::execute(Config::process(THREADS), move |worker| {
        let lane = lanes.lock().unwrap_or_else(PoisonError::into_inner).pop();
        take_in::<W>(worker, lane.expect("there is a lane for each worker"), &flow);
        while !flow.has_done(messages) {
            step(worker);
        }
        at_gate.pass();
    });
    let workers = workers.expect("the machine has room for two threads");
    gate.stop(job.stop);
    for ended in workers.join() {
        ended.expect("no worker panics");
    }
}

fn take_in<W: Work>(worker: &mut Worker, mut lane: LaneOf<W>, flow: &Flow) {
    let mut input = InputHandle::<u64, Builder<W>>::new_with_builder();
    worker.dataflow(|scope| serve::<W>(scope.input_from(&mut input)));
    let (mut batch, mut batches) = (Vec::new(), 0);
    loop {
        match lane.take(&mut batch) {
            Supply::Batch => {
                flow.take(batch.len());
                let mut entering = Batch(std::mem::take(&mut batch));
                input.send_batch(&mut entering);
                batches += 1;
                // A moment's end sends off what has gathered for the other worker, which is late
                // already where messages come by the clock.
                if batches % EPOCH_BATCHES == 0 || tally::is_timed() {
                    input.advance_to(batches);
                }
                worker.step();
                while flow.is_full() {
                    step(worker);
                }
            }
            Supply::Later => step(worker),
            Supply::End => break,
        }
    }
}

/// The part of the dataflow that keeps conversations.
fn serve<W: Work>(messages: timely::dataflow::Stream<'_, u64, Batch<W::Message>>) {
    // The map takes the lower bits of the same hash, so the upper ones choose the worker.
    let hash = FixedState::default();
    let exchange = ExchangeCore::<Builder<W>, _>::new_core(move |message: &W::Message| {
        hash.hash_one(W::key(message)) >> 32
    });
    type Nothing = CapacityContainerBuilder<Vec<()>>;
    messages.unary::<Nothing, _, _, _>(exchange, "conversations", |_, _| {
        let (mut people, mut server) = (People::<W, W::State>::default(), Server::<W>::new());
        move |input, _| {
            input.for_each(|_, Batch(batch)| {
                server.serve(batch, |scratch, message| {
                    W::step(scratch, people.entry(W::key(message)).or_default(), message)
                });
            });
        }
    });
}

fn step(worker: &mut Worker) {
    if !worker.step() {
        thread::yield_now();
    }
}
