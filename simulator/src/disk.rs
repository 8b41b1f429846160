//! A disk that is made up, and fails as real ones do.
//!
//! What was written and not synced may be lost with the power, sector by sector. A write may be cut short. A sync that
//! fails drops what it should have made durable, and the file still shows it, so that the next sync succeeds for
//! nothing. Names are given, changed and removed durably only once their directory was synced. Any call can be made to
//! fail, once or from then on. Nothing here draws a random number but by a seed that is an argument.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rand::Rng;
use volley_core::journal::storage::{Access, Storage, StorageFile};

use crate::rng::{Stream, stream};

/// Bytes that are written whole or not at all.
const SECTOR_BYTES: usize = 512;

/// A disk. Clones are the same disk; [`SimDisk::fork`] makes another one.
#[derive(Clone, Default)]
pub struct SimDisk(Arc<Mutex<State>>);

#[derive(Clone, Default)]
struct State {
    files: BTreeMap<u64, Bytes>,
    last_id: u64,
    names: BTreeMap<PathBuf, Node>,
    durable_names: BTreeMap<PathBuf, Node>,
    /// Changes of names that are not durable, in order.
    pending: Vec<Change>,
    calls: u64,
    fault: Option<Fault>,
    fired: u64,
    bytes_max: Option<u64>,
    write_bytes_max: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Node {
    Dir,
    File(u64),
}

/// Some names of one directory that change together.
#[derive(Clone, Debug)]
struct Change(Vec<(PathBuf, Option<Node>)>);

#[derive(Clone, Debug, Default)]
struct Bytes {
    /// What reading gives.
    shown: Vec<u8>,
    /// What is left when the power goes.
    durable: Vec<u8>,
    /// What would become durable with a sync, in order.
    pending: Vec<Pending>,
    /// The open file that has the lock.
    locked: Option<u64>,
}

#[derive(Clone, Debug)]
enum Pending {
    Write(usize, Vec<u8>),
    Size(usize),
}

/// Which calls fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which one, counted from 1 since [`SimDisk::fail`].
    pub call: u64,
    /// Whether all later ones fail as well.
    pub for_ever: bool,
    /// Whether the calls have their effect nevertheless, and only their answer is an error.
    pub done: bool,
}

/// What of the bytes and names that were not synced survives a loss of power.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Nothing.
    Nothing,
    /// All.
    All,
    /// Every sector by the toss of a coin, and names up to some change.
    Some {
        /// Decides the tosses.
        seed: u64,
    },
}

impl Bytes {
    fn apply(bytes: &mut Vec<u8>, offset: usize, written: &[u8]) {
        let end = offset + written.len();
        if bytes.len() < end {
            bytes.resize(end, 0);
        }
        bytes[offset..end].copy_from_slice(written);
    }

    fn sync(&mut self) {
        for pending in self.pending.drain(..) {
            match pending {
                Pending::Write(offset, bytes) => Self::apply(&mut self.durable, offset, &bytes),
                Pending::Size(size) => self.durable.resize(size, 0),
            }
        }
    }

    fn lose(&mut self, kept: Kept, toss: &mut Stream) {
        let mut survives = || match kept {
            Kept::Nothing => false,
            Kept::All => true,
            Kept::Some { .. } => toss.next_u32() & 1 == 1,
        };
        for pending in std::mem::take(&mut self.pending) {
            match pending {
                Pending::Size(size) if survives() => self.durable.resize(size, 0),
                Pending::Size(_) => {}
                Pending::Write(mut offset, bytes) => {
                    let mut rest = &bytes[..];
                    while !rest.is_empty() {
                        let sector = (SECTOR_BYTES - offset % SECTOR_BYTES).min(rest.len());
                        if survives() {
                            Self::apply(&mut self.durable, offset, &rest[..sector]);
                        }
                        offset += sector;
                        rest = &rest[sector..];
                    }
                }
            }
        }
        self.shown = self.durable.clone();
    }
}

impl State {
    /// Counts a call. `Err` if it fails; the flag within says whether it has its effect nevertheless.
    fn call(&mut self) -> Result<(), Failed> {
        self.calls += 1;
        let Some(fault) = self.fault else { return Ok(()) };
        let fails = self.calls == fault.call || (fault.for_ever && self.calls > fault.call);
        if !fails {
            return Ok(());
        }
        self.fired += 1;
        Err(Failed { done: fault.done })
    }

    /// Does something to names, unless the call fails.
    fn change(&mut self, change: Vec<(PathBuf, Option<Node>)>) -> io::Result<()> {
        let failed = self.call().err();
        if failed.is_none_or(|failed| failed.done) {
            self.pending.push(Change(change.clone()));
            change.into_iter().for_each(|(path, node)| set(&mut self.names, path, node));
        }
        failed.map_or(Ok(()), |failed| Err(failed.into()))
    }

    fn file(&self, path: &Path) -> io::Result<u64> {
        match self.names.get(path) {
            Some(Node::File(id)) => Ok(*id),
            Some(Node::Dir) => Err(io::ErrorKind::IsADirectory.into()),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn is_dir(&self, path: &Path) -> bool {
        path.parent().is_none()
            || path.as_os_str().is_empty()
            || path == Path::new(".")
            || self.names.get(path) == Some(&Node::Dir)
    }

    fn new_name(&self, path: &Path) -> io::Result<()> {
        if self.names.contains_key(path) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        match path.parent() {
            Some(parent) if self.is_dir(parent) => Ok(()),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn bytes(&mut self, id: u64) -> &mut Bytes {
        self.files.get_mut(&id).expect("a file that is open is kept")
    }
}

/// A call that was made to fail.
#[derive(Clone, Copy, Debug)]
struct Failed {
    done: bool,
}

impl From<Failed> for io::Error {
    fn from(_: Failed) -> Self {
        Self::other("the disk was made to fail")
    }
}

fn set(names: &mut BTreeMap<PathBuf, Node>, path: PathBuf, node: Option<Node>) {
    match node {
        Some(node) => names.insert(path, node),
        None => names.remove(&path),
    };
}

impl fmt::Debug for SimDisk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        f.debug_struct("SimDisk").field("calls", &state.calls).finish_non_exhaustive()
    }
}

impl SimDisk {
    fn state(&self) -> MutexGuard<'_, State> {
        // A test that panicked elsewhere says what is wrong; this would hide it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Another disk with the same files, on which nothing fails and nobody has a lock.
    pub fn fork(&self) -> Self {
        let mut state = self.state().clone();
        state.files.values_mut().for_each(|file| file.locked = None);
        (state.fault, state.calls, state.fired) = (None, 0, 0);
        Self(Arc::new(Mutex::new(state)))
    }

    /// Lets calls fail from now on.
    pub fn fail(&self, fault: Fault) {
        let mut state = self.state();
        (state.fault, state.calls, state.fired) = (Some(fault), 0, 0);
    }

    /// Lets no call fail any more, and says how many did.
    pub fn heal(&self) -> u64 {
        let mut state = self.state();
        (state.fault, state.bytes_max, state.write_bytes_max) = (None, None, None);
        std::mem::take(&mut state.fired)
    }

    /// Calls since the beginning, or since [`SimDisk::fail`].
    pub fn calls(&self) -> u64 {
        self.state().calls
    }

    /// From now on the disk is full at so many bytes.
    pub fn set_bytes_max(&self, bytes: u64) {
        self.state().bytes_max = Some(bytes);
    }

    /// From now on no write takes more bytes than that at once.
    pub fn set_write_bytes_max(&self, bytes: usize) {
        self.state().write_bytes_max = Some(bytes);
    }

    /// The process ends, whatever it was doing: its locks are free, and what it wrote is still shown.
    pub fn kill(&self) {
        self.state().files.values_mut().for_each(|file| file.locked = None);
    }

    /// The power goes and comes back.
    pub fn lose_power(&self, kept: Kept) {
        let mut state = self.state();
        let seed = if let Kept::Some { seed } = kept { seed } else { 0 };
        let mut toss = stream(seed, "power");
        let pending = std::mem::take(&mut state.pending);
        let changes = match kept {
            Kept::Nothing => 0,
            Kept::All => pending.len(),
            Kept::Some { .. } => toss.next_u64() as usize % (pending.len() + 1),
        };
        for Change(change) in pending.into_iter().take(changes) {
            for (path, node) in change {
                set(&mut state.durable_names, path, node);
            }
        }
        state.names = state.durable_names.clone();
        for file in state.files.values_mut() {
            file.lose(kept, &mut toss);
            file.locked = None;
        }
    }

    /// The bytes of a file, if it is there.
    pub fn read(&self, path: &Path) -> Option<Vec<u8>> {
        let mut state = self.state();
        let id = state.file(path).ok()?;
        Some(state.bytes(id).shown.clone())
    }

    /// Changes a file behind everybody's back, durably: makes it if it is not there, removes it if none is left.
    pub fn edit(&self, path: &Path, edit: impl FnOnce(&mut Option<Vec<u8>>)) {
        let mut bytes = self.read(path);
        edit(&mut bytes);
        let mut state = self.state();
        let Some(bytes) = bytes else {
            state.names.remove(path);
            state.durable_names.remove(path);
            return;
        };
        let id = state.file(path).unwrap_or(state.last_id + 1);
        state.last_id = state.last_id.max(id);
        let locked = state.files.get(&id).and_then(|file| file.locked);
        let file = Bytes { shown: bytes.clone(), durable: bytes, pending: Vec::new(), locked };
        state.files.insert(id, file);
        state.names.insert(path.to_owned(), Node::File(id));
        state.durable_names.insert(path.to_owned(), Node::File(id));
    }

    /// The files there are.
    pub fn files(&self) -> Vec<PathBuf> {
        let state = self.state();
        let files = state.names.iter().filter(|(_, node)| **node != Node::Dir);
        files.map(|(path, _)| path.clone()).collect()
    }
}

impl Storage for SimDisk {
    type File = SimFile;

    fn create_dir(&self, dir: &Path) -> io::Result<()> {
        let mut state = self.state();
        state.new_name(dir)?;
        state.change(vec![(dir.to_owned(), Some(Node::Dir))])
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<PathBuf>> {
        let mut state = self.state();
        state.call()?;
        if !state.is_dir(dir) {
            return Err(io::ErrorKind::NotFound.into());
        }
        Ok(state.names.keys().filter(|path| path.parent() == Some(dir)).cloned().collect())
    }

    fn create(&self, path: &Path) -> io::Result<SimFile> {
        let mut state = self.state();
        state.new_name(path)?;
        state.last_id += 1;
        let id = state.last_id;
        state.files.insert(id, Bytes::default());
        state.change(vec![(path.to_owned(), Some(Node::File(id)))])?;
        drop(state);
        Ok(self.opened(id))
    }

    fn open(&self, path: &Path, _: Access) -> io::Result<SimFile> {
        let mut state = self.state();
        state.call()?;
        let id = state.file(path)?;
        drop(state);
        Ok(self.opened(id))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.state();
        let id = state.file(from)?;
        state.change(vec![(from.to_owned(), None), (to.to_owned(), Some(Node::File(id)))])
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut state = self.state();
        state.file(path)?;
        state.change(vec![(path.to_owned(), None)])
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        let mut state = self.state();
        let failed = state.call().err();
        let pending = std::mem::take(&mut state.pending);
        for Change(change) in pending {
            if change[0].0.parent() != Some(dir) {
                state.pending.push(Change(change));
            } else if failed.is_none_or(|failed| failed.done) {
                for (path, node) in change {
                    set(&mut state.durable_names, path, node);
                }
            } else {
                // A directory is written again with the next change to it, and then as it is shown.
                state.pending.push(Change(change));
            }
        }
        failed.map_or(Ok(()), |failed| Err(failed.into()))
    }
}

impl SimDisk {
    fn opened(&self, id: u64) -> SimFile {
        let mut state = self.state();
        state.last_id += 1;
        SimFile { disk: self.clone(), id, handle: state.last_id }
    }
}

/// An open file.
#[derive(Debug)]
pub struct SimFile {
    disk: SimDisk,
    id: u64,
    /// Tells open files apart, for the lock.
    handle: u64,
}

impl SimFile {
    fn sync(&self) -> io::Result<()> {
        let mut state = self.disk.state();
        let failed = state.call().err();
        let bytes = state.bytes(self.id);
        match failed {
            Some(Failed { done: false }) => bytes.pending.clear(),
            Some(_) | None => bytes.sync(),
        }
        failed.map_or(Ok(()), |failed| Err(failed.into()))
    }
}

impl Drop for SimFile {
    fn drop(&mut self) {
        let mut state = self.disk.state();
        let bytes = state.bytes(self.id);
        if bytes.locked == Some(self.handle) {
            bytes.locked = None;
        }
    }
}

impl StorageFile for SimFile {
    fn size(&self) -> io::Result<u64> {
        let mut state = self.disk.state();
        state.call()?;
        Ok(state.bytes(self.id).shown.len() as u64)
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        let mut state = self.disk.state();
        state.call()?;
        let shown = &state.bytes(self.id).shown;
        let rest = shown.get(offset as usize..).unwrap_or_default();
        let read = rest.len().min(into.len());
        into[..read].copy_from_slice(&rest[..read]);
        Ok(read)
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<usize> {
        let mut state = self.disk.state();
        let failed = state.call().err();
        let used: u64 = state.files.values().map(|file| file.shown.len() as u64).sum();
        let room = state.bytes_max.map_or(u64::MAX, |max| max.saturating_sub(used));
        let mut len = bytes.len().min(state.write_bytes_max.unwrap_or(usize::MAX));
        if failed.is_some_and(|failed| !failed.done) {
            // What fails may still have written something.
            len /= 2;
        }
        let offset = offset as usize;
        let file = state.bytes(self.id);
        let grows = (offset + len).saturating_sub(file.shown.len()) as u64;
        len = len.saturating_sub(grows.saturating_sub(room) as usize);
        if len == 0 && !bytes.is_empty() && failed.is_none() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        Bytes::apply(&mut file.shown, offset, &bytes[..len]);
        file.pending.push(Pending::Write(offset, bytes[..len].to_vec()));
        failed.map_or(Ok(len), |failed| Err(failed.into()))
    }

    fn set_size(&mut self, size: u64) -> io::Result<()> {
        let mut state = self.disk.state();
        let failed = state.call().err();
        if failed.is_none_or(|failed| failed.done) {
            let file = state.bytes(self.id);
            file.shown.resize(size as usize, 0);
            file.pending.push(Pending::Size(size as usize));
        }
        failed.map_or(Ok(()), |failed| Err(failed.into()))
    }

    fn sync_data(&mut self) -> io::Result<()> {
        self.sync()
    }

    fn sync_all(&mut self) -> io::Result<()> {
        self.sync()
    }

    fn try_lock(&self) -> io::Result<bool> {
        let mut state = self.disk.state();
        state.call()?;
        let handle = self.handle;
        let locked = &mut state.bytes(self.id).locked;
        Ok(*locked.get_or_insert(handle) == handle)
    }
}
