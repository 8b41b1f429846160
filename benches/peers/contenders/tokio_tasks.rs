//! A tokio task for each conversation, and a bounded channel to it.

use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::mpsc::{self, Sender};

use super::host::{self, handle};
use crate::work::Work;

/// Room in a channel. It takes memory in blocks of 32 messages, however little room is asked for.
const MAILBOX: usize = 32;

/// Begins tasks.
pub struct Tasks;

impl<W: Work> host::Actors<W> for Tasks {
    type Address = Sender<W::Message>;

    async fn begin(&mut self) -> Self::Address {
        let (sender, mut receiver) = mpsc::channel(MAILBOX);
        tokio::spawn(async move {
            let mut state = W::State::default();
            // As long as there are more, this does not give up the thread. Receiving many at once into
            // a buffer was no faster, and costs memory for the buffer in every idle task.
            while let Some(message) = receiver.recv().await {
                handle::<W>(&mut state, message);
            }
        });
        sender
    }

    async fn tell(address: &Self::Address, message: W::Message) {
        // There mostly is room, and then this costs less than waiting for it.
        let refused = match address.try_send(message) {
            Ok(()) => return,
            Err(TrySendError::Full(message) | TrySendError::Closed(message)) => message,
        };
        assert!(address.send(refused).await.is_ok(), "a conversation lasts as long as its address");
    }
}
