//! Any bytes are classified without a panic, and the same way twice.
#![no_main]

use std::cell::RefCell;

use libfuzzer_sys::fuzz_target;
use volley_core::classify::{Classifier, Scratch};

thread_local! {
    static STANDARD: RefCell<(Classifier, Scratch)> =
        RefCell::new((Classifier::standard(), Scratch::default()));
}

fuzz_target!(|text: &[u8]| {
    STANDARD.with_borrow_mut(|(classifier, scratch)| {
        let (verdict, scores) = classifier.scores(text, scratch);
        assert_eq!(classifier.scores(text, &mut Scratch::default()), (verdict, scores));
        let sum: u32 = scores.iter().map(|score| u32::from(score.0)).sum();
        assert!(sum <= 10_000, "the scores of one text are shares");
    });
});
