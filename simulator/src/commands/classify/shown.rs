//! Verdicts as people read them.

use std::io::{self, Write};

use serde_json::json;
use volley_core::classify::{Compliance, Explanation, Intent, Score, Verdict, frustration};

use crate::commands::paint::Paint;

/// Width of the bars of scores, in characters.
const BAR_WIDTH: usize = 30;

/// Scores below this are not shown.
const SHOWN_SCORE: Score = Score(100);

/// One text with everything that decided.
pub(super) fn explain(
    out: &mut impl Write,
    explanation: &Explanation,
    paint: Paint,
) -> io::Result<()> {
    let verdict = &explanation.verdict;
    writeln!(out, "read as     {}", explanation.folded.trim())?;
    let compliance = verdict.compliance.name();
    let compliance = match verdict.compliance {
        Compliance::None => paint.faint(compliance),
        Compliance::OptOut | Compliance::Hold => paint.alarm(compliance),
        Compliance::OptIn | Compliance::Help => paint.good(compliance),
    };
    writeln!(out, "compliance  {compliance}")?;
    let noise = verdict.noise.map_or(paint.faint("none"), |noise| paint.alarm(noise.name()));
    writeln!(out, "noise       {noise}")?;
    let mut intent = paint.strong(verdict.intent.name());
    if verdict.second != Intent::Unclear {
        intent += &format!(", and {}", paint.strong(verdict.second.name()));
    }
    writeln!(out, "intent      {intent}")?;
    if verdict.detail.name() != "none" {
        writeln!(out, "detail      {}", verdict.detail.name())?;
    }
    let signals: Vec<_> = verdict.signals.names().collect();
    if !signals.is_empty() {
        writeln!(out, "signals     {}", paint.alarm(&signals.join(", ")))?;
    }
    if !explanation.decided_by.is_empty() {
        writeln!(out, "decided by  {}", explanation.decided_by)?;
    }
    scores(out, explanation, paint)?;
    signs(out, explanation, paint)
}

fn scores(out: &mut impl Write, explanation: &Explanation, paint: Paint) -> io::Result<()> {
    let mut scores: Vec<_> = Intent::ALL.iter().copied().zip(explanation.scores).collect();
    scores.retain(|(_, score)| *score >= SHOWN_SCORE);
    scores.sort_by_key(|(intent, score)| (std::cmp::Reverse(*score), *intent as u8));
    writeln!(out)?;
    for (intent, score) in scores {
        let bar = "█".repeat((score.as_f64() * BAR_WIDTH as f64).round() as usize);
        writeln!(out, "  {:<24}{:>6.3}  {}", intent.name(), score.as_f64(), paint.good(&bar))?;
    }
    Ok(())
}

fn signs(out: &mut impl Write, explanation: &Explanation, paint: Paint) -> io::Result<()> {
    if !explanation.signs.is_empty() {
        let signs = explanation.signs.iter();
        let signs: Vec<_> = signs
            .map(|sign| format!("{} {:+.1}", paint.strong(&sign.words), sign.weight))
            .collect();
        writeln!(out, "\nwords that speak for it: {}", signs.join(", "))?;
    }
    if !explanation.matches.is_empty() {
        writeln!(out, "\nrules that matched:")?;
    }
    for found in &explanation.matches {
        let words = explanation.folded.get(found.span.clone()).unwrap_or_default();
        let weight = if found.weight > 0 { format!(" +{}", found.weight) } else { String::new() };
        writeln!(
            out,
            "  {:<24}{}  {}",
            format!("{}{weight}", found.counts_for),
            paint.strong(&format!("“{words}”")),
            paint.faint(&found.says)
        )?;
    }
    Ok(())
}

/// The same as one JSON object.
pub(super) fn json(out: &mut impl Write, explanation: &Explanation) -> io::Result<()> {
    let verdict = &explanation.verdict;
    let scores = Intent::ALL.iter().zip(explanation.scores);
    let scores: serde_json::Map<_, _> =
        scores.map(|(intent, score)| (intent.name().to_owned(), json!(score.as_f64()))).collect();
    let rules = explanation.matches.iter().map(|found| {
        let words = explanation.folded.get(found.span.clone()).unwrap_or_default();
        json!({
            "counts_for": found.counts_for,
            "weight": found.weight,
            "words": words,
            "says": found.says,
            "pattern": found.pattern,
        })
    });
    let signs = explanation.signs.iter();
    let signs = signs.map(|sign| json!({ "words": sign.words, "weight": sign.weight }));
    let second = (verdict.second != Intent::Unclear).then(|| verdict.second.name());
    let object = json!({
        "read_as": explanation.folded.trim(),
        "compliance": verdict.compliance.name(),
        "noise": verdict.noise.map(|noise| noise.name()),
        "intent": verdict.intent.name(),
        "second": second,
        "detail": verdict.detail.name(),
        "score": explanation.scores[verdict.intent as usize].as_f64(),
        "frustration": frustration(verdict, &explanation.scores).as_f64(),
        "signals": verdict.signals.names().collect::<Vec<_>>(),
        "scores": scores,
        "decided_by": explanation.decided_by,
        "signs": signs.collect::<Vec<_>>(),
        "rules": rules.collect::<Vec<_>>(),
    });
    writeln!(out, "{object}")
}

/// One line for one text: what routing would act on, then the text.
pub(super) fn in_short(line: &mut Vec<u8>, verdict: &Verdict, text: &str) {
    let kind = match (verdict.compliance, verdict.noise) {
        (Compliance::None, None) => verdict.intent.name(),
        (Compliance::None, Some(noise)) => noise.name(),
        (compliance, _) => compliance.name(),
    };
    let shown = text.escape_debug();
    // Writing to memory cannot fail.
    let _ = write!(line, "{kind:<24}{:>5.2}  {shown}", verdict.score.as_f64());
}
