//! The journal: every input of a shard, in order, before anything it causes is let out.
//!
//! A turn is one batch: a header with count, length and first number, the records, and a trailer with
//! a checksum and an end mark that shows the trailer was written whole. The format has a version.

mod batch;
mod file;
mod memory;
mod none;
mod reader;

use std::io;

use crate::id::{Position, Seq};
use crate::record::Record;

pub use batch::{FORMAT, HEADER_BYTES, Header};
pub use file::{Acknowledge, FileJournal};
pub use memory::MemoryJournal;
pub use none::NoJournal;
pub use reader::{Entry, Error, Fault, Reader, read_dir};

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
