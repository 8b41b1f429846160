//! `volley-sim policy`: what a policy says, and what is wrong with it although it can be read.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde::Serialize;
use volley_core::classify::Classifier;
use volley_core::policy::Policy as Rules;
use volley_core::policy::check::{Finding, Row, check, table};

use crate::error::Error;

/// Look at a brand's policy
#[derive(Debug, Subcommand)]
pub enum Policy {
    Check(Check),
}

/// Find what a policy says that cannot happen, contradicts itself, or is not said
///
/// Each finding has a message or a situation that shows it. Then comes the decision table: who answers
/// which intent, from which score on. The keys are described in scenarios/policies/POLICY.md. Exit
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
        let findings = check(&policy, &Classifier::standard());
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
}

#[derive(Serialize)]
struct ToldFinding<'a> {
    kind: &'static str,
    key: &'a str,
    message: &'a str,
    witness: &'a str,
}

#[derive(Serialize)]
struct ToldRow {
    intent: &'static str,
    score_min: f64,
    responder: &'static str,
    confidence_min: Option<f64>,
}

fn write_json(policy: &Rules, findings: &[Finding], out: &mut impl Write) -> Result<(), Error> {
    let findings = findings.iter().map(|finding| ToldFinding {
        kind: finding.kind.name(),
        key: &finding.key,
        message: &finding.message,
        witness: &finding.witness,
    });
    let decisions = table(policy).into_iter().map(|row| ToldRow {
        intent: row.intent.name(),
        score_min: row.score_min.as_f64(),
        responder: row.responder.name(),
        confidence_min: row.confidence_min.map(|score| score.as_f64()),
    });
    let told = Told {
        brand: &policy.brand,
        version: format!("{:016x}", policy.version.0),
        findings: findings.collect(),
        decisions: decisions.collect(),
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
    let (intent, score, first) = ("intent", "score from", "first");
    writeln!(out, "\n  {intent:24}{score:>10}  {first:10}if sure from")?;
    for Row { intent, score_min, responder, confidence_min } in table(policy) {
        let sure = confidence_min.map_or(String::new(), |score| format!("{:.2}", score.as_f64()));
        let line = format!("  {intent:24}{:>10.2}  {responder:10}{sure}", score_min.as_f64());
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}
