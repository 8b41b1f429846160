//! An actix actor for each conversation, on two arbiters. Messages are sent without waiting for
//! room in a mailbox; whoever feeds keeps count instead.

use std::sync::Arc;

use actix::{Actor, Addr, Arbiter, ArbiterHandle, Context, Handler, Message, System};
use tokio::runtime::Builder;

use super::host::{self, Flow, Gate, Job, feed, handle, in_threads};
use super::{Feeding, THREADS};
use crate::work::Work;

/// One conversation.
pub struct Conversation<W: Work>(W::State);

impl<W: Work> Unpin for Conversation<W> {}

impl<W: Work> Actor for Conversation<W> {
    type Context = Context<Self>;
}

/// What a conversation is told.
pub struct Told<W: Work>(W::Message);

impl<W: Work> Message for Told<W> {
    type Result = ();
}

impl<W: Work> Handler<Told<W>> for Conversation<W> {
    type Result = ();

    fn handle(&mut self, Told(message): Told<W>, _: &mut Context<Self>) {
        handle::<W>(&mut self.0, message);
    }
}

/// Begins actors on each of these arbiters in turn, or on the one that it is called in.
struct Actors {
    arbiters: Vec<ArbiterHandle>,
    begun: usize,
}

impl<W: Work> host::Actors<W> for Actors {
    type Address = Addr<Conversation<W>>;

    async fn begin(&mut self) -> Self::Address {
        self.begun += 1;
        match self.arbiters.len() {
            0 => Conversation(W::State::default()).start(),
            arbiters => {
                let arbiter = &self.arbiters[self.begun % arbiters];
                Conversation::start_in_arbiter(arbiter, |_| Conversation(W::State::default()))
            }
        }
    }

    async fn tell(address: &Self::Address, message: W::Message) {
        address.do_send(Told(message));
    }
}

/// Does the job.
pub fn run<W: Work>(feeding: Feeding, job: Job<'_, W>) {
    let system = System::new();
    let arbiters: Vec<Arbiter> = (0..THREADS).map(|_| Arbiter::new()).collect();
    match feeding {
        Feeding::Inside => inside(&arbiters, job),
        Feeding::Outside => outside(&arbiters, job),
    }
    for arbiter in arbiters {
        arbiter.stop();
        arbiter.join().expect("no conversation panics");
    }
    drop(system);
}

fn inside<W: Work>(arbiters: &[Arbiter], job: Job<'_, W>) {
    let gate = Arc::new(Gate::new(job.lanes.len()));
    for (lane, arbiter) in job.lanes.into_iter().zip(arbiters) {
        let gate = Arc::clone(&gate);
        let began = arbiter.spawn(async move {
            let actors = Actors { arbiters: Vec::new(), begun: 0 };
            let flow = Flow::of_this_thread();
            let addresses = feed::<W, _>(lane, actors, &flow, Feeding::Inside).await;
            gate.pass();
            drop(addresses);
        });
        assert!(began, "the arbiter was not stopped yet");
    }
    gate.stop(job.stop);
}

fn outside<W: Work>(arbiters: &[Arbiter], job: Job<'_, W>) {
    let flow = Flow::of_all();
    let handles: Vec<ArbiterHandle> = arbiters.iter().map(Arbiter::handle).collect();
    in_threads(job.lanes, job.stop, |lane| {
        let actors = Actors { arbiters: handles.clone(), begun: 0 };
        let runtime = Builder::new_current_thread().build().expect("it needs nothing but memory");
        runtime.block_on(feed::<W, _>(lane, actors, &flow, Feeding::Outside))
    });
}
