//! A ractor actor for each conversation. Its mailbox has no bound, so whoever feeds keeps count.

use std::marker::PhantomData;

use ractor::{Actor, ActorProcessingErr, ActorRef};

use super::host::{self, handle};
use crate::work::Work;

struct Conversation<W>(PhantomData<fn() -> W>);

/// What a conversation is told.
pub struct Told<W: Work>(W::Message);

impl<W: Work> Actor for Conversation<W> {
    type Msg = Told<W>;
    type State = W::State;
    type Arguments = ();

    async fn pre_start(
        &self,
        _: ActorRef<Told<W>>,
        (): (),
    ) -> Result<W::State, ActorProcessingErr> {
        Ok(W::State::default())
    }

    async fn handle(
        &self,
        _: ActorRef<Told<W>>,
        Told(message): Told<W>,
        state: &mut W::State,
    ) -> Result<(), ActorProcessingErr> {
        handle::<W>(state, message);
        Ok(())
    }
}

/// Begins actors.
pub struct Actors;

/// An actor's address. An actor of ractor's outlives it, so it is told when that goes.
pub struct Address<W: Work>(ActorRef<Told<W>>);

impl<W: Work> Drop for Address<W> {
    fn drop(&mut self) {
        self.0.stop(None);
    }
}

impl<W: Work> host::Actors<W> for Actors {
    type Address = Address<W>;

    async fn begin(&mut self) -> Address<W> {
        let begun = Actor::spawn(None, Conversation::<W>(PhantomData), ()).await;
        Address(begun.expect("it has no name that could be taken, and starts with nothing").0)
    }

    async fn tell(Address(address): &Address<W>, message: W::Message) {
        let told = address.send_message(Told(message));
        assert!(told.is_ok(), "a conversation lasts as long as its address");
    }
}
