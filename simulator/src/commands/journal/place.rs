//! Where journals lie, and how a command goes through them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use volley_core::id::Position;
use volley_core::journal::storage::Disk;
use volley_core::journal::{self, Entry, Head, Scan, Surveyed};

use crate::error::Error;
use crate::output::JOURNAL_DIR;
use crate::progress::Progress;

/// The journals that `dir` stands for: itself, or those in it or in the directory of a run.
pub(super) fn journals(dir: &Path) -> Result<Vec<PathBuf>, Error> {
    if holds_journal(dir)? {
        return Ok(vec![dir.to_owned()]);
    }
    let of_run = dir.join(JOURNAL_DIR);
    let mut journals = Vec::new();
    for path in entries(if of_run.is_dir() { &of_run } else { dir })? {
        if path.is_dir() && holds_journal(&path)? {
            journals.push(path);
        }
    }
    if journals.is_empty() {
        let shown = dir.display();
        return Err(Error::Input(format!(
            "{shown}: there is no journal in it; name the directory of a journal, or the --out directory of a run"
        )));
    }
    Ok(journals)
}

fn holds_journal(dir: &Path) -> Result<bool, Error> {
    let is_part = |path: &PathBuf| {
        path.extension().is_some_and(|it| it == "journal") && path.is_file()
            || path.ends_with("owner")
    };
    Ok(entries(dir)?.iter().any(is_part))
}

fn entries(dir: &Path) -> Result<Vec<PathBuf>, Error> {
    let failed = |error| {
        Error::Input(format!("{}: {error}; name a directory that can be read", dir.display()))
    };
    let paths = fs::read_dir(dir).map_err(failed)?.map(|entry| Ok(entry.map_err(failed)?.path()));
    let mut paths = paths.collect::<Result<Vec<_>, Error>>()?;
    paths.sort();
    Ok(paths)
}

/// A command's way through one journal, with a bar for those who wait.
pub(super) struct Walk {
    scan: Scan<Disk>,
    start: u64,
    progress: Progress,
    /// Records so far.
    pub(super) records: u64,
}

impl Walk {
    /// Begins with the journal in `dir`.
    pub(super) fn begin(dir: &Path) -> Result<Self, journal::Error> {
        let scan = Scan::open(&Disk, dir, Position::default())?;
        let files = fs::read_dir(dir).into_iter().flatten().flatten();
        let sizes = files.filter_map(|file| file.metadata().ok()).map(|file| file.len());
        let name = dir.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let progress = Progress::new(sizes.sum(), &name).counting("records");
        Ok(Self { start: scan.start(), scan, progress, records: 0 })
    }

    /// Goes through the next segment.
    pub(super) fn segment(
        &mut self,
        mut take: impl FnMut(&Head, Entry),
    ) -> Result<Option<&Surveyed>, journal::Error> {
        let Self { scan, start, progress, records } = self;
        scan.next_segment(|head, entry| {
            *records += 1;
            progress.at(entry.position.offset() - *start, *records);
            take(head, entry);
        })
    }

    /// Ends with what was found.
    pub(super) fn end(self) -> Result<journal::Found, journal::Error> {
        self.progress.finish();
        self.scan.finish()
    }

    /// Goes through all of it.
    pub(super) fn whole(
        dir: &Path,
        mut take: impl FnMut(&Head, Entry),
    ) -> Result<journal::Found, journal::Error> {
        let mut walk = Self::begin(dir)?;
        while walk.segment(&mut take)?.is_some() {}
        walk.end()
    }
}

/// Tells what is wrong, in one line: damage is what these commands look for, and not a mistake of the user.
pub(super) fn tell(error: &journal::Error) -> Result<ExitCode, Error> {
    if !error.is_damage() {
        return Err(Error::input(error));
    }
    eprintln!("volley-sim: {error}");
    Ok(ExitCode::FAILURE)
}
