//! The work that every contender hosts: a verdict on a message, and a step of its conversation.

mod full;
mod light;

use std::hash::Hash;

use crate::contenders::host::Job;
use crate::traffic::{Reply, Traffic};

pub use full::{Full, START, classifier, digest, due};
pub use light::Light;

/// One kind of work. Contenders are written once, over any.
pub trait Work: Send + Sync + Sized + 'static {
    /// Names a conversation.
    type Key: Copy + Eq + Hash + Send + Sync + 'static;
    /// What arrives. It is given away: whoever hosts the work owns the message, as in a service.
    type Message: Clone + Send + 'static;
    /// What is kept of a conversation.
    type State: Default + Send + Sync + 'static;
    /// What a thread needs besides, and keeps from message to message.
    type Scratch: 'static;

    /// Appends the messages of `replies`, which arrive together.
    fn arrive(traffic: &Traffic, replies: &[Reply], messages: &mut Vec<Self::Message>);

    /// The conversation that a message belongs to.
    fn key(message: &Self::Message) -> Self::Key;

    /// When it was due, in microseconds of [`crate::tally::now_us`].
    fn due(message: &Self::Message) -> u32;

    /// Sets when it is due.
    fn set_due(message: &mut Self::Message, due: u32);

    /// Working memory for one thread.
    fn scratch() -> Self::Scratch;

    /// Gives the working memory of this thread, for those whose conversations move between threads.
    fn with_scratch<R>(run: impl FnOnce(&mut Self::Scratch) -> R) -> R;

    /// The verdict and the step. The result depends on the conversation, on how many messages of it
    /// came before, and on the decision, so that a sum of them shows whether each conversation
    /// got its own messages, in their order.
    fn step(scratch: &mut Self::Scratch, state: &mut Self::State, message: &Self::Message) -> u64;

    /// Volley is no host of any function, so it is told which of its own ways this work is.
    fn in_volley(job: Job<'_, Self>);
}

/// Mixes two words into one, in about a nanosecond.
pub fn mixed(a: u64, b: u64) -> u64 {
    let product = u128::from(a ^ 0x9e37_79b9_7f4a_7c15)
        * u128::from(b.rotate_left(32) ^ 0xd1b5_4a32_d192_ed03);
    (product as u64) ^ ((product >> 64) as u64)
}
