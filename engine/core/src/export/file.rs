//! A table on its way to disk: written under a working name, and given its own name only when it is whole.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use arrow_ipc::writer::FileWriter;
use arrow_schema::ArrowError;

use super::Table;

/// Rows that are gathered before they are written.
const BATCH_ROWS: usize = 64 * 1024;

/// A file that could not be written.
#[derive(Debug)]
pub struct Error {
    /// The file.
    pub path: PathBuf,
    /// Why.
    pub cause: io::Error,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.cause)
    }
}

impl std::error::Error for Error {}

fn io_error(error: ArrowError) -> io::Error {
    match error {
        ArrowError::IoError(_, cause) => cause,
        other => io::Error::other(other),
    }
}

/// An Arrow IPC file that rows are added to.
pub struct ArrowFile<T: Table> {
    table: T,
    writer: Option<FileWriter<BufWriter<File>>>,
    working: PathBuf,
    path: PathBuf,
    table_type: PhantomData<T>,
}

impl<T: Table> ArrowFile<T> {
    /// Begins the table's file in `dir`.
    ///
    /// # Errors
    /// If the file cannot be made.
    pub fn create(dir: &Path) -> Result<Self, Error> {
        let path = dir.join(T::NAME).with_extension("arrow");
        let working = dir.join(format!("{}.arrow.partial", T::NAME));
        let at = |cause| Error { path: working.clone(), cause };
        let file = BufWriter::with_capacity(1 << 20, File::create(&working).map_err(at)?);
        let writer =
            FileWriter::try_new(file, &T::schema()).map_err(|error| at(io_error(error)))?;
        Ok(Self {
            table: T::default(),
            writer: Some(writer),
            working,
            path,
            table_type: PhantomData,
        })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// If the rows gathered so far cannot be written.
    pub fn push(&mut self, row: &T::Row<'_>) -> Result<(), Error> {
        self.table.push(row);
        if self.table.len() >= BATCH_ROWS { self.write() } else { Ok(()) }
    }

    fn write(&mut self) -> Result<(), Error> {
        let batch = self.table.take_batch();
        let writer = self.writer.as_mut().expect("the file is open until it is finished");
        writer
            .write(&batch)
            .map_err(|error| Error { path: self.working.clone(), cause: io_error(error) })
    }

    /// Writes what is left. The file is whole then, and still has its working name.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn complete(mut self) -> Result<WholeFile, Error> {
        if !self.table.is_empty() {
            self.write()?;
        }
        let working = self.working.clone();
        let at = |cause| Error { path: working.clone(), cause };
        let writer = self.writer.as_mut().expect("the file is open until it is complete");
        writer.finish().map_err(|error| at(io_error(error)))?;
        writer.flush().map_err(|error| at(io_error(error)))?;
        self.writer = None;
        Ok(WholeFile::new(self.working.clone(), self.path.clone()))
    }
}

/// A file that is whole under its working name. It gets its own name, or goes when it is dropped: so
/// several files can be made to appear together or not at all.
#[derive(Debug)]
pub struct WholeFile {
    working: PathBuf,
    path: PathBuf,
    named: bool,
}

impl WholeFile {
    /// The file at `working`, to be called `path`.
    pub fn new(working: PathBuf, path: PathBuf) -> Self {
        Self { working, path, named: false }
    }

    /// Gives the file its own name, in the place of what had it before.
    ///
    /// # Errors
    /// If it cannot be named.
    pub fn name(mut self) -> Result<(), Error> {
        let named = fs::rename(&self.working, &self.path);
        self.named = named.is_ok();
        named.map_err(|cause| Error { path: self.path.clone(), cause })
    }
}

impl Drop for WholeFile {
    fn drop(&mut self) {
        if !self.named {
            let _ = fs::remove_file(&self.working);
        }
    }
}

impl<T: Table> Drop for ArrowFile<T> {
    fn drop(&mut self) {
        // Nothing half-written is left behind. If even that fails there is nobody left to tell.
        if self.writer.take().is_some() {
            let _ = fs::remove_file(&self.working);
        }
    }
}
