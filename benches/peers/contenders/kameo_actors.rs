//! A kameo actor for each conversation, with the bounded mailbox that kameo gives it by default.

use std::convert::Infallible;

use kameo::actor::{Actor, ActorRef, Spawn};
use kameo::message::{Context, Message};

use super::host::{self, handle};
use crate::work::Work;

struct Conversation<W: Work>(W::State);

impl<W: Work> Actor for Conversation<W> {
    type Args = Self;
    type Error = Infallible;

    async fn on_start(conversation: Self, _: ActorRef<Self>) -> Result<Self, Infallible> {
        Ok(conversation)
    }
}

/// What a conversation is told.
pub struct Told<W: Work>(W::Message);

impl<W: Work> Message<Told<W>> for Conversation<W> {
    type Reply = ();

    async fn handle(&mut self, Told(message): Told<W>, _: &mut Context<Self, ()>) {
        handle::<W>(&mut self.0, message);
    }
}

/// Begins actors.
pub struct Actors;

/// An actor's address.
pub struct Address<W: Work>(ActorRef<Conversation<W>>);

impl<W: Work> host::Actors<W> for Actors {
    type Address = Address<W>;

    async fn begin(&mut self) -> Address<W> {
        Address(Conversation::spawn(Conversation(W::State::default())))
    }

    async fn tell(Address(address): &Address<W>, message: W::Message) {
        let told = address.tell(Told(message)).send().await;
        assert!(told.is_ok(), "a conversation lasts as long as its address");
    }
}
