//! `volley-sim policy`: what a policy says, and what is wrong with it although it can be read.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Subcommand};
use serde::Serialize;
use volley_core::check::{Finding, Row, Ruling, barred, check, table};
use volley_core::classify::Classifier;
use volley_core::message::Channel;
use volley_core::policy::Policy as Rules;

use crate::error::Error;

/// Look at a brand's policy
#[derive(Debug, Subcommand)]
pub enum Policy {
    Check(Check),
}

/// Find what a policy says that cannot happen, contradicts itself, or is not said
///
/// Each finding has a message that shows it, and says where the engine sent that. Then comes the decision
/// table, asked of the ladder: who answers which intent, from which score on, by which channel and when.
/// The keys are described in scenarios/policies/POLICY.md. Exit
/// code 0: nothing found, 1: findings, 2: the policy cannot be read.
#[derive(Debug, Args)]
pub struct Check {
    /// The policy, in TOML
    file: PathBuf,
    /// Write one JSON object
    #[arg(long)]
    json: bool,
}

impl Policy {
    /// Runs the command.
    pub(super) fn run(self) -> Result<ExitCode, Error> {
        let Self::Check(command) = self;
        command.run()
    }
}

impl Check {
    fn run(self) -> Result<ExitCode, Error> {
        let shown = self.file.display().to_string();
        let source = fs::read_to_string(&self.file).map_err(|error| {
            Error::input(format!("{shown}: {error}; name a policy that can be read"))
        })?;
        let policy = Rules::parse(&source, &shown).map_err(Error::input)?;
        let findings = check(&policy, &Arc::new(Classifier::standard()));
        let mut out = io::stdout().lock();
        if self.json {
            write_json(&policy, &findings, &mut out)?;
        } else {
            show(&shown, &policy, &findings, &mut out)?;
        }
        out.flush()?;
        Ok(ExitCode::from(u8::from(!findings.is_empty())))
    }
}

#[derive(Serialize)]
struct Told<'a> {
    brand: &'a str,
    version: String,
    findings: Vec<ToldFinding<'a>>,
    decisions: Vec<ToldRow>,
    barred: Vec<ToldRuling>,
}

#[derive(Serialize)]
struct ToldFinding<'a> {
    kind: &'static str,
    key: &'a str,
    message: &'a str,
    witness: ToldWitness<'a>,
}

#[derive(Serialize)]
struct ToldWitness<'a> {
    text: &'a str,
    shown: String,
    step: &'static str,
    disposition: &'static str,
    reason: &'static str,
}

#[derive(Serialize)]
struct ToldRow {
    intent: &'static str,
    score_min: f64,
    confidence_min: Option<f64>,
    rulings: Vec<ToldRuling>,
}

#[derive(Serialize)]
struct ToldRuling {
    channels: Vec<&'static str>,
    people_work: Option<bool>,
    step: &'static str,
    disposition: &'static str,
    reason: &'static str,
}

impl From<&Ruling> for ToldRuling {
    fn from(ruling: &Ruling) -> Self {
        let Ruling { channels, open, route } = ruling;
        Self {
            channels: channels.iter().map(|channel| channel.name()).collect(),
            people_work: *open,
            step: route.step.name(),
            disposition: route.disposition.name(),
            reason: route.reason.name(),
        }
    }
}

impl<'a> From<&'a Finding> for ToldFinding<'a> {
    fn from(finding: &'a Finding) -> Self {
        let Finding { kind, key, message, witness } = finding;
        let witness = ToldWitness {
            text: &witness.message.text,
            shown: witness.to_string(),
            step: witness.route.step.name(),
            disposition: witness.route.disposition.name(),
            reason: witness.route.reason.name(),
        };
        Self { kind: kind.name(), key, message, witness }
    }
}

fn write_json(policy: &Rules, findings: &[Finding], out: &mut impl Write) -> Result<(), Error> {
    let decisions = table(policy).into_iter().map(|row| ToldRow {
        intent: row.intent.name(),
        score_min: row.score_min.as_f64(),
        confidence_min: row.confidence_min.map(|score| score.as_f64()),
        rulings: row.rulings.iter().map(ToldRuling::from).collect(),
    });
    let told = Told {
        brand: &policy.brand,
        version: format!("{:016x}", policy.version.0),
        findings: findings.iter().map(ToldFinding::from).collect(),
        decisions: decisions.collect(),
        barred: barred(policy).iter().map(ToldRuling::from).collect(),
    };
    let line = serde_json::to_string(&told).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(writeln!(out, "{line}")?)
}

fn show(file: &str, policy: &Rules, findings: &[Finding], out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{} · {file}", policy.brand)?;
    for Finding { kind, key, message, witness } in findings {
        writeln!(out, "\n  {kind}  {key}\n    {message}\n    shown by: {witness}")?;
    }
    match findings.len() {
        0 => writeln!(out, "\n  nothing found")?,
        1 => writeln!(out, "\n  1 finding")?,
        many => writeln!(out, "\n  {many} findings")?,
    }
    show_table(policy, out)
}

fn show_table(policy: &Rules, out: &mut impl Write) -> io::Result<()> {
    let (intent, score, goes) = ("intent", "score from", "goes to");
    writeln!(out, "\n  {intent:24}{score:>10}  {goes}")?;
    for Row { intent, score_min, confidence_min, rulings } in table(policy) {
        let sure = confidence_min.filter(|score| score.0 > 0);
        let sure = sure.map_or(String::new(), |it| format!(", if sure from {:.2}", it.as_f64()));
        let mut name = intent.name();
        let mut score = format!("{:.2}", score_min.as_f64());
        for ruling in &rulings {
            let sure = if ruling.route.disposition.name() == "ai" { &sure } else { "" };
            writeln!(out, "  {name:24}{score:>10}  {}{sure}", ruling_in_words(ruling))?;
            (name, score) = ("", String::new());
        }
    }
    for ruling in barred(policy) {
        let name = "kept from the AI";
        writeln!(out, "  {name:24}{:>10}  {}", "", ruling_in_words(&ruling))?;
    }
    Ok(())
}

/// Where it goes and why; by which channels and when, unless that is all and always.
fn ruling_in_words(ruling: &Ruling) -> String {
    let Ruling { channels, open, route } = ruling;
    let mut words = format!("{} ({})", route.disposition, route.reason);
    if !channels.is_empty() && channels.len() < Channel::ALL.len() {
        let names: Vec<_> = channels.iter().map(|channel| channel.name()).collect();
        words += &format!(" by {}", names.join(", "));
    }
    match open {
        Some(true) => words + " while people work",
        Some(false) => words + " while nobody works",
        None => words,
    }
}
