use std::io::BufRead;
use volley_core::classify::*;
fn main() {
    let c = Classifier::standard();
    let mut s = Scratch::default();
    for l in std::io::stdin().lock().lines() {
        let l = l.unwrap();
        let v: serde_json::Value = serde_json::from_str(&l).unwrap();
        let t = v["text"].as_str().unwrap();
        let (x, _) = c.scores(t.as_bytes(), &mut s);
        println!(
            "{}\t{}\t{}\t{}\t{}\t{}",
            x.compliance,
            x.noise.map_or("-", |n| n.name()),
            x.intent,
            v["label"].as_str().unwrap_or("?"),
            c.rule_says(x.rule),
            t.replace(['\n', '\t'], "⏎")
        );
    }
}
