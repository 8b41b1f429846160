//! What the steady state asks of the allocator: nothing.

use bytes::{Bytes, BytesMut};
use volley_core::classify::{Classifier, Scratch};
use volley_core::input::Input;
use volley_core::message::Inbound;
use volley_sim::rng;
use volley_sim::speech::{Context, Kind, Speech, Style};

use crate::runtime::{policy, worker};
use crate::support::{START, reply};

/// Once its working memory has grown, classifying an ASCII reply allocates nothing.
#[test]
fn a_verdict_on_plain_text_allocates_nothing() {
    let (classifier, mut scratch) = (Classifier::standard(), Scratch::default());
    let (speech, mut draws) = (Speech::new(), rng::stream(3, "allocations"));
    let context = Context { campaign: "Sale today. Reply STOP to opt out", customer: None };
    let mut texts = Vec::new();
    for index in 0..2_000 {
        let mut text = Vec::new();
        let kind = Kind::ALL[index % Kind::ALL.len()];
        speech.say(kind, &Style::default(), &mut draws, &context, &mut text);
        texts.push(text);
    }
    texts.retain(|text| text.is_ascii());
    assert!(texts.len() > 500);
    let mut classify_all = || {
        for text in &texts {
            std::hint::black_box(classifier.classify(text, &mut scratch));
        }
    };
    classify_all();
    let counted = allocation_counter::measure(classify_all);
    assert_eq!(counted.count_total, 0, "allocations for {} texts", texts.len());
}

/// Stamp, journal, apply and release of a reply of somebody who is known: the engine's own work allocates nothing. The
/// text is a slice of what arrived, and stays one.
#[test]
fn a_reply_of_somebody_known_allocates_nothing() {
    const PEOPLE: u64 = 50;
    const REPLIES: u64 = 1_000;
    let texts =
        ["is the red one in stock?", "thanks", "i want a refund", "when will it ship", "STOP"];
    let replies = |first: u64| {
        let mut buffer = BytesMut::new();
        texts.iter().for_each(|text| buffer.extend_from_slice(text.as_bytes()));
        let mut arrived = buffer.freeze();
        let slices: Vec<Bytes> = texts.iter().map(|text| arrived.split_to(text.len())).collect();
        let inputs = (first..first + REPLIES).map(|number| {
            let person = 12_025_550_000 + number % PEOPLE;
            let text = slices[(number % PEOPLE) as usize % texts.len()].clone();
            Input::Reply(Inbound { text, ..reply(person, u128::from(number), "", START) })
        });
        inputs.collect::<Vec<Input>>()
    };
    let mut worker = worker(0, 1);
    let mut give = |mut inputs: Vec<Input>| {
        let mut decided = 0;
        let deliver = |_: &_| {
            decided += 1;
            true
        };
        worker.turn(START, inputs.drain(..), deliver).unwrap();
        assert!(decided >= REPLIES, "every reply is decided");
        inputs
    };
    give([policy()].into_iter().chain(replies(0)).collect());
    let inputs = replies(REPLIES);
    let mut kept = Vec::new();
    let counted = allocation_counter::measure(|| kept = give(inputs));
    assert_eq!(counted.count_total, 0, "allocations for {REPLIES} replies");
}
