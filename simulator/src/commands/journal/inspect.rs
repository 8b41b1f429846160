//! `volley-sim journal inspect`: which files a journal has, and what stands where.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};
use volley_core::id::ShardId;
use volley_core::journal::{self, Found, Surveyed};
use volley_core::time::Timestamp;

use super::place::{Walk, journals, tell};
use crate::error::Error;
use crate::report::grouped;

/// Show the segments of a journal: numbers, bytes, epochs, times, and what is known to be durable
///
/// Everything is read and checked on the way. Exit code 0: all is right, 1: damage, 2: there is no journal.
#[derive(Debug, Args)]
pub struct Inspect {
    /// The directory of the journal, or of a run
    dir: PathBuf,
    /// Print one JSON object for each journal
    #[arg(long)]
    json: bool,
}

/// A segment, and when its records were taken in.
struct Line {
    segment: Surveyed,
    span: Option<(Timestamp, Timestamp)>,
}

impl Inspect {
    pub(super) fn run(self) -> Result<ExitCode, Error> {
        let mut code = ExitCode::SUCCESS;
        let mut out = io::stdout().lock();
        for dir in journals(&self.dir)? {
            let mut lines = Vec::new();
            let found = read(&dir, &mut lines);
            if self.json {
                writeln!(out, "{}", in_json(&dir, &lines, &found))?;
            } else {
                show(&mut out, &dir, &lines, found.as_ref().ok())?;
            }
            out.flush()?;
            if let Err(error) = found {
                code = tell(&error)?;
            }
        }
        Ok(code)
    }
}

fn read(dir: &Path, lines: &mut Vec<Line>) -> Result<Found, journal::Error> {
    let mut walk = Walk::begin(dir)?;
    loop {
        let mut span = None;
        let segment = walk.segment(|_, entry| {
            let at = entry.record.at;
            span = Some((span.map_or(at, |(first, _)| first), at));
        })?;
        let Some(segment) = segment.cloned() else { break };
        lines.push(Line { segment, span });
    }
    walk.end()
}

fn whose(line: &Line) -> String {
    let header = line.segment.head.header;
    match header.shard {
        ShardId::DESK => "the desk".to_owned(),
        shard => format!("shard {shard} of {}, {} partitions", header.shards, header.partitions),
    }
}

fn show(out: &mut impl Write, dir: &Path, lines: &[Line], found: Option<&Found>) -> io::Result<()> {
    let whose = lines.last().map_or_else(|| "empty".to_owned(), whose);
    writeln!(out, "{} · {whose}", dir.display())?;
    writeln!(
        out,
        "  {:<24} {:>12} {:>12} {:>15} {:>6}  {:<27}  {:<27} {:>16}",
        "file", "first record", "records", "bytes", "epoch", "from", "to", "durable mark"
    )?;
    for Line { segment, span } in lines {
        let name = segment.path.file_name().unwrap_or_default().to_string_lossy();
        let shown = |at: Option<Timestamp>| at.map_or_else(|| "-".to_owned(), |at| at.to_string());
        writeln!(
            out,
            "  {name:<24} {:>12} {:>12} {:>15} {:>6}  {:<27}  {:<27} {:>16}",
            grouped(segment.head.header.first_seq.0),
            grouped(segment.records()),
            grouped(segment.bytes),
            segment.head.epoch,
            shown(span.map(|(first, _)| first)),
            shown(span.map(|(_, last)| last)),
            grouped(segment.durable),
        )?;
    }
    let Some(found) = found else { return Ok(()) };
    match found.mark {
        Some(mark) => writeln!(
            out,
            "  the owner of epoch {} noted as durable: record {}, byte {}",
            mark.epoch,
            grouped(mark.seq.0),
            grouped(mark.durable)
        )?,
        None => writeln!(
            out,
            "  no owner has noted what is durable, so nobody knows whether the end is whole"
        )?,
    }
    if let Some(torn) = &found.torn {
        writeln!(
            out,
            "  {} bytes at byte {} of {} are the beginning of a batch that was never acknowledged; they are cut when \
             the journal is opened",
            grouped(torn.bytes),
            grouped(torn.offset),
            torn.file.display()
        )?;
    }
    Ok(())
}

fn in_json(dir: &Path, lines: &[Line], found: &Result<Found, journal::Error>) -> Value {
    let segments = lines.iter().map(|Line { segment, span }| {
        let header = segment.head.header;
        json!({
            "file": segment.path.display().to_string(),
            "shard": header.shard.0,
            "shards": header.shards,
            "partitions": header.partitions,
            "epoch": segment.head.epoch,
            "start": header.start,
            "first_seq": header.first_seq.0,
            "records": segment.records(),
            "bytes": segment.bytes,
            "first_at": span.map(|(first, _)| first.to_string()),
            "last_at": span.map(|(_, last)| last.to_string()),
            "durable": segment.durable,
        })
    });
    let mut told = json!({
        "journal": dir.display().to_string(),
        "segments": segments.collect::<Vec<_>>(),
    });
    match found {
        Ok(found) => {
            told["end"] = json!(found.end);
            told["last_seq"] = json!(found.last_seq.0);
            told["durable"] = json!(found.mark.map(|mark| mark.durable));
            told["torn_bytes"] = json!(found.torn.as_ref().map_or(0, |torn| torn.bytes));
        }
        Err(error) => told["error"] = json!(error.to_string()),
    }
    told
}
