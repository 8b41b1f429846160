//! The disk under a journal, as few calls as it needs. Real files are one implementation; a disk that is made up, and
//! fails as real ones do, is another: the code above is the same on both.

use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Files and directories by name.
pub trait Storage: Clone + fmt::Debug {
    /// An open file.
    type File: StorageFile;

    /// Makes one directory in a directory that is there.
    ///
    /// # Errors
    /// Also if it is there already.
    fn create_dir(&self, dir: &Path) -> io::Result<()>;

    /// What is in a directory, in the order of names.
    ///
    /// # Errors
    /// If it cannot be read.
    fn list(&self, dir: &Path) -> io::Result<Vec<PathBuf>>;

    /// Makes a file, to be read and written.
    ///
    /// # Errors
    /// Also if it is there already.
    fn create(&self, path: &Path) -> io::Result<Self::File>;

    /// Opens a file that is there.
    ///
    /// # Errors
    /// If it is not there or may not be used so.
    fn open(&self, path: &Path, access: Access) -> io::Result<Self::File>;

    /// Gives a file another name; a file that had it is gone.
    ///
    /// # Errors
    /// If the directory cannot be changed.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file.
    ///
    /// # Errors
    /// If the directory cannot be changed.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Makes the names in a directory durable: those that were given, changed and removed.
    ///
    /// # Errors
    /// If that failed. Nobody knows then which names a crash will leave.
    fn sync_dir(&self, dir: &Path) -> io::Result<()>;
}

/// How a file is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// To be read.
    Read,
    /// To be read and written.
    Write,
}

/// The bytes of a file. Every call says where, so none depends on the one before it.
pub trait StorageFile: fmt::Debug {
    /// Bytes in the file.
    ///
    /// # Errors
    /// If that cannot be known.
    fn size(&self) -> io::Result<u64>;

    /// Reads some bytes from `offset` on and says how many; none at the end of the file.
    ///
    /// # Errors
    /// If they cannot be read.
    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<usize>;

    /// Writes some of `bytes` at `offset` and says how many.
    ///
    /// # Errors
    /// If none could be written.
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<usize>;

    /// Cuts the file to a length.
    ///
    /// # Errors
    /// If the file cannot be changed.
    fn set_size(&mut self, size: u64) -> io::Result<()>;

    /// Makes the bytes durable, and what is needed to find them.
    ///
    /// # Errors
    /// If that failed. Nobody knows then what the disk holds.
    fn sync_data(&mut self) -> io::Result<()>;

    /// As [`sync_data`](Self::sync_data), and all that is known about the file, such as that it was cut.
    ///
    /// # Errors
    /// Likewise.
    fn sync_all(&mut self) -> io::Result<()>;

    /// Takes the lock on the file until it is closed, by this process or by its end. False if somebody else has it.
    ///
    /// # Errors
    /// If the file system knows no locks.
    fn try_lock(&self) -> io::Result<bool>;

    /// Reads until `into` is full or the file ends, and says how many bytes that were.
    ///
    /// # Errors
    /// If they cannot be read.
    fn read_all_at(&self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        let mut done = 0;
        while done < into.len() {
            match self.read_at(offset + done as u64, &mut into[done..]) {
                Ok(0) => break,
                Ok(read) => done += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(done)
    }

    /// Writes all of `bytes`.
    ///
    /// # Errors
    /// If not all could be written; some may have been.
    fn write_all_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let mut done = 0;
        while done < bytes.len() {
            match self.write_at(offset + done as u64, &bytes[done..]) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => done += written,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// The files of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl Storage for Disk {
    type File = File;

    fn create_dir(&self, dir: &Path) -> io::Result<()> {
        fs::create_dir(dir)
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<PathBuf>> {
        let paths = fs::read_dir(dir)?.map(|entry| Ok(entry?.path()));
        let mut paths = paths.collect::<io::Result<Vec<_>>>()?;
        paths.sort();
        Ok(paths)
    }

    fn create(&self, path: &Path) -> io::Result<File> {
        OpenOptions::new().read(true).write(true).create_new(true).open(path)
    }

    fn open(&self, path: &Path, access: Access) -> io::Result<File> {
        OpenOptions::new().read(true).write(access == Access::Write).open(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        File::open(dir)?.sync_all()
    }
}

impl StorageFile for File {
    fn size(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        let mut file = self;
        file.seek(SeekFrom::Start(offset))?;
        file.read(into)
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<usize> {
        self.seek(SeekFrom::Start(offset))?;
        self.write(bytes)
    }

    fn set_size(&mut self, size: u64) -> io::Result<()> {
        self.set_len(size)
    }

    fn sync_data(&mut self) -> io::Result<()> {
        File::sync_data(self)
    }

    fn sync_all(&mut self) -> io::Result<()> {
        File::sync_all(self)
    }

    fn try_lock(&self) -> io::Result<bool> {
        match File::try_lock(self) {
            Ok(()) => Ok(true),
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

/// Makes a directory and those above it, each so that its name survives a crash. Also those that are there are synced:
/// whoever made them may have died before that.
pub(super) fn make_dir<S: Storage>(storage: &S, dir: &Path) -> io::Result<()> {
    let parent = match dir.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => {
            make_dir(storage, parent)?;
            parent
        }
        None => return Ok(()),
    };
    let is_new = match storage.create_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => false,
        made => made.map(|()| true)?,
    };
    match storage.sync_dir(parent) {
        // A directory of somebody else, high above, that may not even be read: nobody who writes here has made it.
        Err(error) if !is_new && is_somebody_elses(&error) => Ok(()),
        synced => synced,
    }
}

fn is_somebody_elses(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidInput, PermissionDenied, Unsupported};
    matches!(error.kind(), PermissionDenied | InvalidInput | Unsupported)
}
