use aho_corasick::{Anchored, automaton::Automaton};
use std::time::Instant;
use volley_core::classify::*;
fn main() {
    let t = Instant::now();
    let c = Classifier::standard();
    println!("compile {:?}", t.elapsed());
    let mut s = Scratch::default();
    let pats: Vec<String> = c.phrases().iter().map(|p| format!(" {p} ")).collect();
    let dfa = aho_corasick::dfa::Builder::new()
        .match_kind(aho_corasick::MatchKind::Standard)
        .prefilter(false)
        .build(&pats)
        .unwrap();
    println!("{} phrases, dfa {} MB", pats.len(), dfa.memory_usage() >> 20);
    let st = dfa.start_state(Anchored::No).unwrap();
    let groups: [(&str, Vec<&str>); 6] = [
        ("keyword 4", vec!["STOP", "stop", "Stop", "Yes", "help", "HELP", "unsubscribe"]),
        (
            "22 chars",
            vec![
                "when does the sale start",
                "size 8 please thanks",
                "do you ship to hawaii?",
                "is it back in stock?",
                "where's my order?",
            ],
        ),
        (
            "40 chars",
            vec![
                "is the green one back in stock in medium",
                "where is my package it said it came today",
                "can I return the blue one for a different size",
                "do you have this in a large or extra large",
                "Thanks so much for the quick reply today!",
            ],
        ),
        (
            "40 opt",
            vec![
                "please stop sending me these text messages",
                "can you take me off of your texting list pl",
                "I dont want to get any more texts from you",
            ],
        ),
        (
            "160",
            vec![
                "Hi there, I ordered the navy jacket last Tuesday and it still says processing, can you tell me when it will ship? I need it by Friday for a trip, thanks so much!",
            ],
        ),
        (
            "es 40",
            vec![
                "¿Tienen esta camisa en talla mediana azul?",
                "Hola, mi pedido no llegó todavía, ¿dónde está?",
            ],
        ),
    ];
    let only = std::env::args().nth(1);
    for (n, g) in &groups {
        if only.as_ref().is_some_and(|o| !n.starts_with(o.as_str())) {
            continue;
        }
        let bytes: usize = g.iter().map(|x| x.len()).sum();
        for _ in 0..2000 {
            for x in g {
                std::hint::black_box(c.classify(x.as_bytes(), &mut s));
            }
        }
        let k = if only.is_some() { 500_000 } else { 50_000 };
        let t = Instant::now();
        for _ in 0..k {
            for x in g {
                std::hint::black_box(c.classify(std::hint::black_box(x.as_bytes()), &mut s));
            }
        }
        let full = t.elapsed().as_nanos() as f64 / (k * g.len()) as f64;
        let mut f = volley_core::text::Folded::default();
        let sp = volley_core::text::Spellings::default();
        let t = Instant::now();
        for _ in 0..k {
            for x in g {
                f.fold(std::hint::black_box(x.as_bytes()), &sp);
                std::hint::black_box(&f);
            }
        }
        let fold = t.elapsed().as_nanos() as f64 / (k * g.len()) as f64;
        let folded: Vec<Vec<u8>> = g
            .iter()
            .map(|x| {
                f.fold(x.as_bytes(), &sp);
                f.bytes().to_vec()
            })
            .collect();
        let t = Instant::now();
        for _ in 0..k {
            for x in &folded {
                let mut sid = st;
                let mut m = 0;
                for b in x {
                    sid = dfa.next_state(Anchored::No, sid, *b);
                    if dfa.is_special(sid) && dfa.is_match(sid) {
                        m += dfa.match_len(sid);
                    }
                }
                std::hint::black_box(m);
            }
        }
        let ac = t.elapsed().as_nanos() as f64 / (k * g.len()) as f64;
        println!("          ac dfa pass {ac:.0} ns ratio {:.2}", full / ac);
        println!("{n:10} {:4} B avg  full {full:7.0} ns   fold {fold:6.0} ns", bytes / g.len());
    }
    let _ = (Anchored::No, |a: &aho_corasick::dfa::DFA| a.patterns_len());
}
