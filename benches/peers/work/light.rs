//! Light work: one search for phrases and a step of a small state, so that the cost of hosting shows.

use std::cell::RefCell;
use std::hash::{Hash, Hasher};
use std::hint::black_box;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::{Work, classifier, mixed};
use crate::contenders::Feeding;
use crate::contenders::host::Job;
use crate::contenders::volley;
use crate::traffic::{Reply, Traffic};

/// Phrases that are searched for.
const PHRASES: usize = 123;

/// Decisions that a thread keeps before somebody would carry them out.
const DECISIONS: usize = 1024;

/// The automaton over every phrase, all of whose matches count.
static AUTOMATON: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let classifier = classifier();
    // Of several words each: single words stand in most texts, and then this would measure matches.
    let all: Vec<&String> =
        classifier.phrases().iter().filter(|phrase| phrase.contains(' ')).collect();
    let spread = (0..PHRASES).map(|index| all[index * all.len() / PHRASES]);
    AhoCorasick::builder()
        .kind(Some(AhoCorasickKind::DFA))
        .ascii_case_insensitive(true)
        .build(spread)
        .expect("so few phrases fit")
});

/// The light work.
#[derive(Debug)]
pub struct Light;

/// A telephone number as it is written, twelve bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number([u8; 12]);

impl Hash for Number {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // All are of one length, which is therefore left out.
        state.write(&self.0);
    }
}

impl Number {
    /// A number of its own for each person: the factor and ten have no common divisor.
    fn of(person: u64) -> Self {
        let mut rest = person.wrapping_mul(2_654_435_761) % 10_000_000_000;
        let mut digits = *b"+10000000000";
        for digit in digits[2..].iter_mut().rev() {
            *digit = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        Self(digits)
    }

    /// The first four bytes, and the other eight.
    pub fn words(self) -> (u32, u64) {
        let [a, b, c, d, rest @ ..] = self.0;
        (u32::from_le_bytes([a, b, c, d]), u64::from_le_bytes(rest))
    }
}

/// A message whose text is one of few that stand still in memory.
#[derive(Clone, Debug)]
pub struct Message {
    number: Number,
    due: u32,
    text: &'static [u8],
}

/// What is kept of a conversation: 24 bytes.
#[derive(Debug, Default)]
pub struct State {
    turns: u32,
    hits: u32,
    phrase: u32,
    epoch: u32,
    digest: u64,
}

/// What is decided about a message, 16 bytes: turn, hits, phrase and epoch.
type Decision = [u32; 4];

/// The automaton at hand, and where decisions go.
#[derive(Debug)]
pub struct Scratch {
    automaton: &'static AhoCorasick,
    decisions: Vec<Decision>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::new(Light::scratch());
}

impl Work for Light {
    type Key = Number;
    type Message = Message;
    type State = State;
    type Scratch = Scratch;

    fn arrive(traffic: &Traffic, replies: &[Reply], messages: &mut Vec<Message>) {
        messages.extend(replies.iter().map(|reply| Message {
            number: Number::of(reply.person),
            due: 0,
            text: traffic.text(*reply),
        }));
    }

    fn key(message: &Message) -> Number {
        message.number
    }

    fn due(message: &Message) -> u32 {
        message.due
    }

    fn set_due(message: &mut Message, due: u32) {
        message.due = due;
    }

    fn scratch() -> Scratch {
        Scratch { automaton: &AUTOMATON, decisions: Vec::with_capacity(DECISIONS) }
    }

    fn with_scratch<R>(run: impl FnOnce(&mut Scratch) -> R) -> R {
        SCRATCH.with_borrow_mut(run)
    }

    fn step(scratch: &mut Scratch, state: &mut State, message: &Message) -> u64 {
        let (mut hits, mut phrase) = (0u32, 0u32);
        for found in scratch.automaton.find_overlapping_iter(message.text) {
            hits += 1;
            phrase = found.pattern().as_u32() + 1;
        }
        state.turns = state.turns.wrapping_add(1);
        state.hits = state.hits.wrapping_add(hits);
        if phrase != state.phrase {
            state.phrase = phrase;
            state.epoch = state.epoch.wrapping_add(1);
        }
        state.digest = mixed(state.digest, u64::from(phrase));
        let (turn, epoch) = (state.turns, state.epoch);
        if scratch.decisions.len() == DECISIONS {
            black_box(&mut scratch.decisions).clear();
        }
        scratch.decisions.push([turn, hits, phrase, epoch]);
        mixed(
            message.number.words().1,
            mixed(state.digest, u64::from(turn) << 32 | u64::from(epoch)),
        )
    }

    fn in_volley(feeding: Feeding, job: Job<'_, Self>) {
        volley::light(feeding, job);
    }
}
