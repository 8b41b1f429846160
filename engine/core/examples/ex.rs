use volley_core::classify::*;
fn main() {
    let c = Classifier::standard();
    for t in std::env::args().skip(1) {
        let e = c.explain(t.as_bytes());
        println!(
            "{:?} [{}] -> {} {:?} {} {:?} | {}",
            t,
            e.folded.trim(),
            e.verdict.compliance,
            e.verdict.noise.map(|n| n.name()),
            e.verdict.intent,
            e.verdict.signals.names().collect::<Vec<_>>(),
            e.decided_by
        );
        for m in e.matches {
            println!(
                "    {:<16} w{:<3} [{}] {}  « {} »",
                m.counts_for,
                m.weight,
                &e.folded[m.span],
                m.says,
                if m.pattern.len() > 120 {
                    &m.pattern[..m.pattern.floor_char_boundary(120)]
                } else {
                    &m.pattern
                }
            );
        }
    }
}
