//! The journal: every input of a shard, in order, before anything it causes is let out.
//!
//! A turn is one batch: a header, the records, and a trailer that shows the batch was written whole. Batches stand in
//! segments, files of a directory that one process owns at a time. All below [`FileJournal`] is the same code on real
//! files and on a disk that is made up.

mod batch;
mod error;
mod file;
mod lookup;
mod memory;
mod none;
mod owner;
mod reader;
mod recovery;
pub mod repair;
mod scan;
mod segment;
pub mod storage;

use std::io;
use std::path::Path;

use crate::id::{Position, Seq};
use crate::record::Record;

pub use batch::{FORMAT, HEADER_BYTES, Head, Header};
pub use error::{Error, Fault};
pub use file::{Acknowledge, FileJournal, Options};
pub use lookup::{Chain, Lookup};
pub use memory::MemoryJournal;
pub use none::NoJournal;
pub use owner::Mark;
pub use reader::{Entry, Reader, read_dir};
pub use recovery::Recovered;
pub use scan::{Found, Scan, Surveyed, Torn};

/// Where a shard's records are kept.
pub trait Journal {
    /// Adds a record to the batch in the making, and says where it will stand.
    fn append(&mut self, record: &Record) -> Position;

    /// Ends the batch and makes it as durable as this journal promises. Returns the number of the
    /// last record that is.
    ///
    /// # Errors
    /// When the batch could not be written. The journal is then poisoned: what is on disk is no
    /// longer known, so every later call fails too, and the shard must stop.
    fn sync(&mut self) -> io::Result<Seq>;
}

/// Makes sure that no process has the journal in `dir` open, where there is one.
///
/// # Errors
/// If one has, or if that cannot be found out.
pub fn ensure_free(dir: &Path) -> Result<(), Error> {
    owner::ensure_free(&storage::Disk, dir)
}
