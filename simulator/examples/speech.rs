//! Prints samples of what simulated customers say, and of what the brand answers.
//!
//! `cargo run --example speech` shows five of every kind; `-- order_status 40` shows forty of one,
//! `-- all 3 7` three of every kind from seed 7.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use volley_sim::speech::{Context, Kind, Speech, Style};

fn main() -> Result<(), String> {
    let mut args = std::env::args().skip(1);
    let kind = args.next().unwrap_or_else(|| "all".into());
    let mut number = |name, default| match args.next() {
        Some(word) => word.parse().map_err(|_| format!("{name}: not a number: {word}")),
        None => Ok(default),
    };
    let count = number("count", 5)?;
    let mut rng = ChaCha8Rng::seed_from_u64(number("seed", 1)?);
    let kinds: Vec<Kind> =
        Kind::ALL.iter().copied().filter(|one| kind == "all" || kind == one.name()).collect();
    if kinds.is_empty() {
        return Err(format!("no kind is called {kind}"));
    }
    let speech = Speech::new();
    let context = Context {
        campaign: "Fern & Oak: 25% off ends tonight! fern.example/a1 Reply STOP to opt out",
        customer: None,
    };
    let mut text = Vec::new();
    for kind in kinds {
        println!("\n{kind:?}");
        for _ in 0..count {
            text.clear();
            let expected = speech.say(kind, &Style::default(), &mut rng, &context, &mut text);
            println!("  {:?}", String::from_utf8_lossy(&text));
            if expected != kind.expected() {
                println!("      {expected:?}");
            }
        }
        for _ in 0..count.div_ceil(3) {
            text.clear();
            speech.answer(kind, &mut rng, &mut text);
            println!("    > {}", String::from_utf8_lossy(&text));
        }
    }
    Ok(())
}
