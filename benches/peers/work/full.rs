//! Full work: Volley's own verdict and transition, as a library that anybody may call.

use std::cell::RefCell;
use std::sync::{Arc, LazyLock};

use bytes::{Bytes, BytesMut};
use volley_core::budget::BrandDay;
use volley_core::classify::Classifier;
use volley_core::contact::Contact;
use volley_core::decision::Decision;
use volley_core::effect::Effect;
use volley_core::id::{BrandId, ContactId, Key, MessageId, PartitionId, Seq, ShardId};
use volley_core::message::Inbound;
use volley_core::policy::Policy;
use volley_core::stamper::Stamper;
use volley_core::time::Timestamp;
use volley_core::transition::{ConversationIds, Transition};

use super::{Work, mixed};
use crate::contenders::host::Job;
use crate::contenders::volley;
use crate::traffic::{Reply, Traffic};

/// When the messages arrive. A message that is due later stands that many microseconds after it.
pub const START: Timestamp = Timestamp::from_secs(1_795_788_000);

static CLASSIFIER: LazyLock<Arc<Classifier>> = LazyLock::new(|| Arc::new(Classifier::standard()));
static POLICY: LazyLock<Policy> = LazyLock::new(Policy::standard);

/// The one classifier of this process.
pub fn classifier() -> Arc<Classifier> {
    Arc::clone(&CLASSIFIER)
}

/// When a reply that arrived then was due.
pub fn due(received_at: Timestamp) -> u32 {
    (received_at.as_micros() - START.as_micros()) as u32
}

/// What a decision comes to. It leaves out what differs from host to host: where a partition is, what
/// its conversations are called, and in which order those of many people were decided.
pub fn digest(decision: &Decision) -> u64 {
    let codes = [
        decision.disposition.code(),
        decision.reason.code(),
        decision.owner.kind().code(),
        decision.verdict.intent.code(),
        decision.segments as u8,
    ];
    let codes = codes.iter().fold(0, |word, code| word << 8 | u64::from(*code));
    let place = u64::from(decision.turn) << 32 | u64::from(decision.epoch);
    mixed(decision.contact.0, mixed(place, codes))
}

/// The full work.
#[derive(Debug)]
pub struct Full;

/// What is kept of a person.
#[derive(Debug, Default)]
pub struct State(Contact);

/// What a thread needs to read replies and decide them.
#[derive(Debug)]
pub struct Scratch {
    stamper: Stamper,
    policy: &'static Policy,
    brand: BrandDay,
    ids: ConversationIds,
    effects: Vec<Effect>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::new(Full::scratch());
}

impl Work for Full {
    type Key = Key;
    type Message = Inbound;
    type State = State;
    type Scratch = Scratch;

    /// The texts are slices of one buffer, as a connector that reads from a socket would have them.
    fn arrive(traffic: &Traffic, replies: &[Reply], messages: &mut Vec<Inbound>) {
        let mut buffer = BytesMut::new();
        replies.iter().for_each(|reply| buffer.extend_from_slice(traffic.text(*reply)));
        let mut buffer: Bytes = buffer.freeze();
        messages.extend(replies.iter().map(|reply| Inbound {
            brand: BrandId(1),
            contact: ContactId(12_000_000_000 + reply.person),
            message_id: MessageId(u128::from(reply.number) + 1),
            received_at: START,
            text: buffer.split_to(traffic.text(*reply).len()),
            ..Inbound::default()
        }));
    }

    fn key(message: &Inbound) -> Key {
        message.key()
    }

    fn due(message: &Inbound) -> u32 {
        due(message.received_at)
    }

    fn set_due(message: &mut Inbound, due: u32) {
        message.received_at = Timestamp::from_micros(START.as_micros() + u64::from(due));
    }

    fn scratch() -> Scratch {
        let partition = PartitionId(0);
        Scratch {
            stamper: Stamper::new(classifier()),
            policy: &POLICY,
            brand: BrandDay::new(partition, 1),
            ids: ConversationIds::new(partition),
            effects: Vec::new(),
        }
    }

    fn with_scratch<R>(run: impl FnOnce(&mut Scratch) -> R) -> R {
        SCRATCH.with_borrow_mut(run)
    }

    fn step(scratch: &mut Scratch, State(contact): &mut State, message: &Inbound) -> u64 {
        let Scratch { stamper, policy, brand, ids, effects } = scratch;
        let stamp = stamper.stamp(message, Some(policy));
        contact.key = message.key();
        let (owner, epoch) = (contact.conversation.owner, contact.conversation.epoch);
        let (shard, seq, at) = (ShardId(0), Seq(1), message.received_at);
        let mut transition = Transition { contact, brand, policy, at, shard, seq, ids, effects };
        transition.reply(message, &stamp);
        transition.conclude(owner, epoch);
        let decided = effects.drain(..).filter_map(|effect| match effect {
            Effect::Decide(decision) => Some(digest(&decision)),
            _ => None,
        });
        decided.fold(0, u64::wrapping_add)
    }

    fn in_volley(job: Job<'_, Self>) {
        volley::full(job);
    }
}
