//! `volley-sim journal verify`: whether all of a journal is as it was written.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::Args;
use serde_json::json;

use super::place::{Walk, journals, tell};
use crate::error::Error;
use crate::report::grouped;

/// Check every byte of a journal: frames, counts, checksums, numbers, and that nothing acknowledged is missing
///
/// Each journal is told in a line. What is wrong is told with the file, the byte and what to do. Nothing is changed,
/// and a journal may be checked while it is written. Exit code 0: all is right, 1: damage, 2: there is no journal.
#[derive(Debug, Args)]
pub struct Verify {
    /// The directory of the journal, or of a run
    dir: PathBuf,
    /// Print one JSON object for each journal
    #[arg(long)]
    json: bool,
}

impl Verify {
    pub(super) fn run(self) -> Result<ExitCode, Error> {
        let mut code = ExitCode::SUCCESS;
        for dir in journals(&self.dir)? {
            let begin = Instant::now();
            let mut records = 0u64;
            let found = Walk::whole(&dir, |_, _| records += 1);
            let shown = dir.display().to_string();
            let found = match found {
                Ok(found) => found,
                Err(error) => {
                    if self.json {
                        let told = error.to_string();
                        println!("{}", json!({ "journal": shown, "ok": false, "error": told }));
                    }
                    code = tell(&error)?;
                    continue;
                }
            };
            let bytes: u64 = found.segments.iter().map(|segment| segment.bytes).sum();
            let (last, torn) = (found.last_seq.0, found.torn.map_or(0, |torn| torn.bytes));
            let secs = begin.elapsed().as_secs_f64();
            if self.json {
                let told = json!({
                    "journal": shown, "ok": true, "segments": found.segments.len(), "records": records, "bytes": bytes,
                    "last_seq": last, "torn_bytes": torn, "seconds": secs,
                });
                println!("{told}");
                continue;
            }
            println!(
                "{shown}: all is right: {} records in {} segments of {} bytes, up to record {}, in {secs:.2} s",
                grouped(records),
                grouped(found.segments.len() as u64),
                grouped(bytes),
                grouped(last)
            );
            if torn > 0 {
                let torn = grouped(torn);
                println!(
                    "  and {torn} bytes of a batch that was never acknowledged, which are cut at the next opening"
                );
            }
            if found.mark.is_none() {
                println!(
                    "  but no file `owner` stands beside it, so nobody knows whether the end is missing"
                );
            }
        }
        Ok(code)
    }
}
