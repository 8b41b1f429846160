//! What the steady state asks of the allocator: nothing.

use volley_core::classify::{Classifier, Scratch};
use volley_sim::rng;
use volley_sim::speech::{Context, Kind, Speech, Style};

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
