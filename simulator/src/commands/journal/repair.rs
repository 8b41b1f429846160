//! `volley-sim journal repair`: going on without what was lost.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use volley_core::journal::repair::{Loss, accept_loss, assess};
use volley_core::journal::storage::Disk;

use super::place::journals;
use crate::error::Error;
use crate::report::grouped;

/// Say what would be lost if a damaged journal were opened without what cannot be read, and make it so
///
/// Restore the damaged file from a copy if you can. If not, --accept-loss lets the journal end before the damage. The
/// files with the damage and all behind it are kept under other names, and numbers go on behind all that were ever
/// given out. Exit code 0: nothing is wrong, or the loss was accepted; 1: there is damage; 2: it cannot be helped here.
#[derive(Debug, Args)]
pub struct Repair {
    /// The directory of the journal, or of a run
    dir: PathBuf,
    /// Give up what cannot be read
    #[arg(long)]
    accept_loss: bool,
}

impl Repair {
    pub(super) fn run(self) -> Result<ExitCode, Error> {
        let mut code = ExitCode::SUCCESS;
        for dir in journals(&self.dir)? {
            let loss =
                if self.accept_loss { accept_loss(&Disk, &dir) } else { assess(&Disk, &dir) };
            match loss.map_err(Error::input)? {
                None => println!("{}: nothing is wrong", dir.display()),
                Some(loss) => {
                    show(&dir, &loss, self.accept_loss);
                    if !self.accept_loss {
                        code = ExitCode::FAILURE;
                    }
                }
            }
        }
        Ok(code)
    }
}

fn show(dir: &Path, loss: &Loss, accepted: bool) {
    let (will, are) = if accepted { ("", "were") } else { ("would ", "would be") };
    println!("{}", loss.cause);
    let (kept, resume) = (grouped(loss.kept.0), grouped(loss.resume.0));
    let end = if accepted { "ends" } else { "end" };
    println!(
        "  the journal {will}{end} with record {kept}; what comes then {are} numbered from {resume} on"
    );
    for (file, kept) in &loss.aside {
        let kept = if *kept > 0 {
            format!(", but for its first {} bytes", grouped(*kept))
        } else {
            String::new()
        };
        println!("  {} {are} set aside under another name{kept}", file.display());
    }
    if !accepted {
        println!("  to do that: volley-sim journal repair {} --accept-loss", dir.display());
    }
}
