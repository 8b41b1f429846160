//! A decision explained, as people read it.

use std::io::{self, Write};
use std::time::Duration;

use volley_core::audit::{AiTurn, Authorship, Evidence};
use volley_core::classify::{Compliance, Intent, Score, Verdict};
use volley_core::ladder::Route;
use volley_core::ladder::counterfactual::Counterfactual;
use volley_core::ladder::explain::{Explanation, Fate, any_of};
use volley_core::ladder::setting::{Setting, Value};
use volley_core::ladder::situation::Situation;
use volley_core::message::Source;
use volley_core::time::Timestamp;

use super::{Account, Why};
use crate::commands::paint::Paint;

/// Writes all of it.
pub(super) fn show(out: &mut impl Write, account: &Account, paint: Paint) -> io::Result<()> {
    heading(out, account, paint)?;
    reply(out, &account.evidence, paint)?;
    let Some(Why { explanation, counterfactuals }) = &account.why else {
        return writeln!(out, "\n  nobody serves this brand, so no ladder was asked");
    };
    ladder(out, explanation, paint)?;
    match &account.evidence.situation {
        Some(situation) => otherwise(out, situation, &explanation.route, counterfactuals, paint),
        None => Ok(()),
    }
}

fn heading(out: &mut impl Write, account: &Account, paint: Paint) -> io::Result<()> {
    let again = match account.differences.len() {
        0 => paint.good(&format!("decided again: the same in all {} columns", account.columns)),
        1 => paint.alarm("decided again: another value in 1 column"),
        many => paint.alarm(&format!("decided again: other values in {many} columns")),
    };
    writeln!(out, "decision {} · {again}", paint.strong(&account.id.to_string()))?;
    for difference in &account.differences {
        let (run, again) = (&difference.run, &difference.again);
        writeln!(out, "  {}: {run} in decisions.arrow, {again} again", difference.column)?;
    }
    Ok(())
}

fn reply(out: &mut impl Write, evidence: &Evidence, paint: Paint) -> io::Result<()> {
    let Evidence { decision, reply, .. } = evidence;
    let text = String::from_utf8_lossy(&reply.text);
    writeln!(out, "\n  {}", paint.strong(&format!("“{}”", printable(&text))))?;
    let answers = match reply.source {
        Source::Unprompted => "in answer to nothing known".to_owned(),
        Source::Campaign(id) => format!("in answer to campaign {id}"),
        Source::Flow(id) => format!("in answer to flow {id}"),
    };
    let (contact, channel) = (reply.contact, reply.channel);
    writeln!(out, "  from {contact} by {channel}, {answers}, {}\n", decision.decided_at)?;
    writeln!(out, "  verdict   {}", verdict(&decision.verdict))?;
    writeln!(out, "  policy    {}", policy(evidence))?;
    let what = paint.strong(&format!("{}, because {}", decision.disposition, decision.reason));
    writeln!(out, "  decided   {what}, at the step {}", decision.step)?;
    let (owner, turn) = (decision.owner.kind(), decision.turn);
    let conversation = match decision.conversation.0 {
        0 => "no conversation".to_owned(),
        _ => format!("conversation {}, turn {turn}, owner {owner}", decision.conversation),
    };
    writeln!(out, "  then      {conversation}")?;
    match &evidence.ai {
        Some(turn) => writeln!(out, "  the AI    {}", ai(evidence, turn)),
        None => Ok(()),
    }
}

/// A customer's text must not steer a terminal.
fn printable(text: &str) -> String {
    let shown = |c: char| if c.is_control() { c.escape_debug().collect() } else { c.to_string() };
    text.chars().map(shown).collect()
}

/// The verdict in one line.
fn verdict(verdict: &Verdict) -> String {
    let mut told = Vec::new();
    if verdict.compliance != Compliance::None {
        told.push(format!("compliance {}", verdict.compliance));
    }
    told.extend(verdict.noise.map(|noise| format!("noise {noise}")));
    if verdict.intent != Intent::Unclear || told.is_empty() {
        told.push(format!("{} {}", verdict.intent, shown_score(verdict.score)));
    }
    if verdict.second != Intent::Unclear {
        told.push(format!("and {} {}", verdict.second, shown_score(verdict.second_score)));
    }
    if verdict.detail.name() != "none" {
        told.push(format!("detail {}", verdict.detail));
    }
    told.extend(verdict.signals.names().map(|signal| format!("sign of {signal}")));
    told.join(", ")
}

/// Two digits, or as many as it takes.
fn shown_score(score: Score) -> String {
    let digits = if score.0.is_multiple_of(100) { 2 } else { 4 };
    format!("{:.digits$}", score.as_f64())
}

fn policy(evidence: &Evidence) -> String {
    let version = format!("{:016x}", evidence.decision.policy.0);
    let brand = evidence.situation.as_ref().map(|situation| situation.policy.brand.as_str());
    let brand = brand.map_or(String::new(), |brand| format!(" of {brand}"));
    match &evidence.policy_by {
        None => format!("{version}{brand}"),
        Some(Authorship { at, author, .. }) => {
            let author = String::from_utf8_lossy(author);
            let author = if author.is_empty() { "nobody named".into() } else { author };
            format!("{version}{brand}, brought in by {author} at {at}")
        }
    }
}

/// What became of the AI's turn, in one line.
fn ai(evidence: &Evidence, turn: &AiTurn) -> String {
    let asked = evidence.decision.decided_at;
    let mut told = Vec::new();
    match turn.became {
        None => told.push("nothing came of it before the journal ends".to_owned()),
        Some((at, became)) => told.push(format!("{became}, {} later", length(at.since(asked)))),
    }
    let Some((at, result)) = &turn.result else { return told.join("; ") };
    if turn.became.is_some_and(|(when, _)| when < *at) {
        told.push(format!("its answer came {} later, too late", length(at.since(asked))));
    }
    told.push(format!("confidence {}", shown_score(result.confidence)));
    told.extend(turn.otherwise.iter().map(|(confidence, became)| {
        format!("{} would have been {became}", shown_score(*confidence))
    }));
    told.join("; ")
}

/// A length of time, to the accuracy that people want.
fn length(time: Duration) -> String {
    let secs = time.as_secs();
    match secs {
        0..60 => format!("{:.1} s", time.as_secs_f64()),
        60..3600 => format!("{} min", secs / 60),
        3600..86_400 => format!("{} h {} min", secs / 3600, secs / 60 % 60),
        _ => format!("{} d {} h", secs / 86_400, secs / 3600 % 24),
    }
}

fn ladder(out: &mut impl Write, explanation: &Explanation, paint: Paint) -> io::Result<()> {
    writeln!(out, "\nthe ladder")?;
    for (told, number) in explanation.steps.iter().zip(1..) {
        let step = format!("{number:>2}  {:<16}", told.step.name());
        match &told.fate {
            Fate::PassedOver(passed) => writeln!(out, "   {step}{}", passed.because)?,
            Fate::Matched => {
                let Route { disposition, reason, .. } = explanation.route;
                let line = format!(" ▶ {step}matched: {disposition}, {reason}");
                writeln!(out, "{}", paint.good(&line))?;
            }
            Fate::NotReached => writeln!(out, "{}", paint.faint(&format!("   {step}not reached")))?,
        }
    }
    Ok(())
}

/// Changes of the same size of the same input after which the same happens are told together.
struct Group<'a> {
    first: &'a Counterfactual,
    values: Vec<Setting>,
    reasons: Vec<&'static str>,
}

fn otherwise(
    out: &mut impl Write,
    situation: &Situation,
    actual: &Route,
    counterfactuals: &[Counterfactual],
    paint: Paint,
) -> io::Result<()> {
    let (flips, others): (Vec<_>, Vec<_>) =
        counterfactuals.iter().partition(|one| one.flips(actual));
    if flips.is_empty() {
        writeln!(out, "\nno change of one input alone would have changed what happens")?;
    } else {
        writeln!(out, "\nwhat would have changed it, the smallest change first")?;
    }
    let (in_policy, in_case): (Vec<_>, Vec<_>) =
        flips.into_iter().partition(|one: &&Counterfactual| one.from.factor.is_policy());
    groups(out, situation, &in_case, paint)?;
    if !in_policy.is_empty() {
        writeln!(out, "\nand in the policy")?;
        groups(out, situation, &in_policy, paint)?;
    }
    match others.len() {
        0 => Ok(()),
        1 => writeln!(out, "\n1 more change would have changed the reason alone; --json shows it"),
        many => {
            writeln!(
                out,
                "\n{many} more changes would have changed the reason alone; --json shows them"
            )
        }
    }
}

/// The widest that a column is made for what stands in it; what is wider moves the rest of its line.
const COLUMN_MAX: usize = 64;

fn groups(
    out: &mut impl Write,
    situation: &Situation,
    flips: &[&Counterfactual],
    paint: Paint,
) -> io::Result<()> {
    let rows = grouped(flips).into_iter().map(|Group { first, values, reasons }| {
        let label = first.from.factor.to_string();
        (label, change(situation, first.from, &values), first.route.disposition, any_of(&reasons))
    });
    let rows: Vec<_> = rows.collect();
    let width =
        |lengths: &mut dyn Iterator<Item = usize>| lengths.max().unwrap_or(0).min(COLUMN_MAX);
    let first = width(&mut rows.iter().map(|row| row.0.len()));
    let second = width(&mut rows.iter().map(|row| row.1.chars().count()));
    for (label, change, disposition, reasons) in rows {
        let disposition = paint.strong(disposition.name());
        let reasons = paint.faint(&format!("({reasons})"));
        writeln!(out, "   {label:first$}  {change:second$}  {disposition} {reasons}")?;
    }
    Ok(())
}

fn grouped<'a>(flips: &[&'a Counterfactual]) -> Vec<Group<'a>> {
    let mut groups: Vec<Group> = Vec::new();
    for one in flips {
        let like = |one: &Counterfactual| (one.from, one.route.disposition, one.size);
        let known = groups.iter_mut().find(|group| like(group.first) == like(one));
        let group = match known {
            Some(group) => group,
            None => {
                groups.push(Group { first: one, values: Vec::new(), reasons: Vec::new() });
                groups.last_mut().expect("a group was just added")
            }
        };
        group.values.push(one.to);
        let reason = one.route.reason.name();
        if !group.reasons.contains(&reason) {
            group.reasons.push(reason);
        }
    }
    groups
}

/// From what to what; for times how far away that is.
fn change(situation: &Situation, from: Setting, to: &[Setting]) -> String {
    if let (Value::Time(now), [Setting { value: Value::Time(then), .. }]) = (from.value, to) {
        return time(*then, now);
    }
    let values: Vec<_> = to.iter().map(|value| value.shown(&situation.policy)).collect();
    format!("{} → {}", from.shown(&situation.policy), any_of(&values))
}

fn time(then: Timestamp, now: Timestamp) -> String {
    if then > now {
        format!("{} later, {then}", length(then.since(now)))
    } else {
        format!("{} earlier, {then}", length(now.since(then)))
    }
}
