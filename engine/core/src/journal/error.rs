//! What can be wrong with a journal: which file, which byte, what, and what to do about it.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use super::batch::FORMAT;
use crate::record;

/// What is wrong with bytes of a journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The file ends in the middle of a batch or of its header. If it is the last file, and nothing says that more was
    /// acknowledged, this is what a crash leaves.
    Torn,
    /// Bytes were changed or lost after they were written.
    Damaged(&'static str),
    /// Another version wrote the file.
    Version {
        /// Its version of frames.
        frames: u16,
        /// Its version of records.
        records: u16,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Torn => write!(f, "it ends in the middle of a batch"),
            Self::Damaged(what) => f.write_str(what),
            Self::Version { frames, records } => write!(
                f,
                "it was written in format {frames} with records of format {records}; this version reads format \
                 {FORMAT} with records of format {}",
                record::FORMAT
            ),
        }
    }
}

/// A journal that cannot be opened or read further.
#[derive(Debug)]
pub enum Error {
    /// The operating system refused.
    Io(PathBuf, io::Error),
    /// The bytes are not right.
    Bytes {
        /// The file.
        file: PathBuf,
        /// The byte in that file.
        offset: u64,
        /// What is wrong.
        fault: Fault,
    },
    /// Files do not fit each other, or what was asked of them.
    Files {
        /// The file that does not fit.
        file: PathBuf,
        /// The byte in that file.
        offset: u64,
        /// What is wrong.
        what: String,
        /// What to do.
        remedy: &'static str,
    },
    /// Somebody else has the journal open.
    Owned(PathBuf),
    /// There is a journal where a new one should begin.
    Occupied(PathBuf),
    /// There is no journal.
    Absent(PathBuf),
    /// A record that was removed with its segment.
    Removed {
        /// The directory.
        dir: PathBuf,
        /// Where in the journal it stood.
        offset: u64,
        /// Where the journal begins now.
        begins: u64,
    },
}

/// What to do about bytes that were damaged or lost.
pub(super) const RESTORE: &str = "restore this file from a copy; if there is none, `volley-sim journal repair DIR` says \
                                  what would be lost, and with --accept-loss sets it aside";

/// What to do about files before one that are gone.
pub(super) const RESTORE_BEFORE: &str = "restore those files from a copy; if there is none, and a snapshot holds what stood \
                                         in them, `volley-sim journal repair DIR --accept-loss` goes on without them";

/// What to do about records that an owner wrote who had lost the journal.
pub(super) const ZOMBIE: &str = "find out what that process still did, and that it is gone; then `volley-sim journal \
                                 repair DIR` says what would be set aside, and does so with --accept-loss";

impl Error {
    /// Gives an error of the operating system the file it is about.
    pub(super) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::Io(path, error)
    }

    /// The file it is about.
    pub fn file(&self) -> &Path {
        match self {
            Self::Io(file, _)
            | Self::Bytes { file, .. }
            | Self::Files { file, .. }
            | Self::Owned(file)
            | Self::Occupied(file)
            | Self::Absent(file)
            | Self::Removed { dir: file, .. } => file,
        }
    }

    /// Whether bytes are wrong, rather than that something is in the way.
    pub fn is_damage(&self) -> bool {
        match self {
            Self::Bytes { fault, .. } => !matches!(fault, Fault::Version { .. }),
            Self::Files { .. } => true,
            Self::Io(..) | Self::Owned(_) | Self::Occupied(_) => false,
            Self::Absent(_) | Self::Removed { .. } => false,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.file().display();
        match self {
            Self::Io(_, error) => write!(f, "{shown}: {error}"),
            Self::Bytes { offset, fault: fault @ Fault::Version { .. }, .. } => write!(
                f,
                "{shown} at byte {offset}: {fault}; use the version that wrote it, or begin a journal in another \
                 directory"
            ),
            Self::Bytes { offset, fault, .. } => {
                write!(f, "{shown} at byte {offset}: {fault}; {RESTORE}")
            }
            Self::Files { offset, what, remedy, .. } => {
                write!(f, "{shown} at byte {offset}: {what}; {remedy}")
            }
            Self::Owned(_) => write!(
                f,
                "{shown}: another process has this journal open; end that process first, or name another directory"
            ),
            Self::Occupied(_) => {
                write!(
                    f,
                    "{shown}: the directory is not empty; name one that is, or remove what is in it"
                )
            }
            Self::Absent(_) => write!(
                f,
                "{shown}: there are no journal files in it; name the directory of a journal"
            ),
            Self::Removed { offset, begins, .. } => write!(
                f,
                "{shown}: the record at byte {offset} of the journal was removed, which begins at byte {begins} now; \
                 look for it in a copy, if older segments were kept elsewhere"
            ),
        }
    }
}

impl std::error::Error for Error {}

impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        let kind = match &error {
            Error::Io(_, error) => error.kind(),
            Error::Bytes { .. } | Error::Files { .. } => io::ErrorKind::InvalidData,
            Error::Owned(_) => io::ErrorKind::WouldBlock,
            Error::Occupied(_) => io::ErrorKind::AlreadyExists,
            Error::Absent(_) | Error::Removed { .. } => io::ErrorKind::NotFound,
        };
        Self::new(kind, error)
    }
}
