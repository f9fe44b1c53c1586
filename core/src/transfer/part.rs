//! A file that is not whole yet: it lies beside its place under another name, until it was checked.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::file::check::Digest;
use crate::file::open::{Open, Wanted};

use super::error::TransferError;

/// How many bytes are read at a time.
const PIECE: usize = 256 << 10;
/// The longest version that is kept, in bytes.
const LONGEST_VERSION: u64 = 512;
/// How long another owner is waited for: as long as writing a piece may take.
const LOCK_TRIES: u32 = 200;
const LOCK_PAUSE: Duration = Duration::from_millis(10);

/// What has been fetched of a file.
pub(super) struct Part {
    wanted: Wanted,
    open: Open,
    disk: File,
    place: PathBuf,
    plain: Vec<u8>,
    /// Whether it consists of pieces of which nobody said that they belong together.
    pub is_patched: bool,
}

impl Part {
    /// Goes on with what is there, if its end will tell whether it fits to the rest, or the version of what lies on the web
    /// is known. Otherwise begins. Reads what is there: not for a thread that must not wait.
    pub fn open(wanted: &Wanted, place: &Path) -> Result<(Part, Option<String>), TransferError> {
        let open = Open::new(wanted)?;
        let disk = locked(&beside(place, ".part"))?;
        let version = version_of(place);
        let (wanted, place) = (wanted.clone(), place.to_owned());
        let mut part = Part { wanted, open, disk, place, plain: Vec::new(), is_patched: false };
        let length = part.disk.metadata()?.len();
        let usable = length > 0 && part.open.can_resume() && (part.wanted.is_verifiable() || version.is_some());
        if !usable || !part.take_up()? {
            part.restart(None)?;
            return Ok((part, None));
        }
        part.is_patched = true;
        Ok((part, version))
    }

    /// Reads what is there again. False if it is more than the file may be.
    fn take_up(&mut self) -> Result<bool, TransferError> {
        let mut piece = vec![0; PIECE];
        self.disk.seek(SeekFrom::Start(0))?;
        loop {
            match self.disk.read(&mut piece) {
                Ok(0) => return Ok(true),
                Ok(read) if self.open.resume(&piece[..read]).is_err() => return Ok(false),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Begins anew, and keeps the version of what lies on the web now, so that another life can go on with it.
    pub fn restart(&mut self, version: Option<&str>) -> Result<(), TransferError> {
        self.open = Open::new(&self.wanted)?;
        self.disk.set_len(0)?;
        self.disk.seek(SeekFrom::Start(0))?;
        self.is_patched = false;
        match version {
            Some(version) if version.len() as u64 <= LONGEST_VERSION => {
                Ok(fs::write(beside(&self.place, ".part.version"), version)?)
            }
            _ => forget_version(&self.place),
        }
    }

    /// How many bytes have come.
    pub fn position(&self) -> u64 {
        self.open.position()
    }

    /// The next bytes.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), TransferError> {
        self.plain.clear();
        self.open.update(bytes, &mut self.plain)?;
        self.disk.write_all(&self.plain)?;
        Ok(())
    }

    /// After the last byte: the file goes to its place if it is what it should be, else it is thrown away.
    pub fn finish(mut self) -> Result<Digest, TransferError> {
        self.plain.clear();
        let digest = match self.open.finish(&mut self.plain) {
            Ok(digest) => digest,
            Err(error) => {
                discard(&self.place)?;
                return Err(error.into());
            }
        };
        self.disk.write_all(&self.plain)?;
        // Its name must not be there before its bytes are.
        self.disk.sync_all()?;
        fs::rename(beside(&self.place, ".part"), &self.place)?;
        forget_version(&self.place)?;
        Ok(digest)
    }
}

/// Opens a file for one alone: whoever dropped a transfer may still be writing its last piece.
fn locked(path: &Path) -> Result<File, TransferError> {
    for _ in 0..LOCK_TRIES {
        let disk = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        match disk.try_lock() {
            // Its owner before may have brought it to its place in the meantime.
            Ok(()) if path.exists() => return Ok(disk),
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => return Ok(disk),
            Err(TryLockError::Error(error)) => return Err(error.into()),
            Ok(()) | Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_PAUSE),
        }
    }
    Err(TransferError::Disk { kind: io::ErrorKind::ResourceBusy })
}

/// Throws away what has been fetched.
pub(super) fn discard(place: &Path) -> Result<(), TransferError> {
    forget_version(place)?;
    gone(fs::remove_file(beside(place, ".part")))
}

fn forget_version(place: &Path) -> Result<(), TransferError> {
    gone(fs::remove_file(beside(place, ".part.version")))
}

fn gone(removed: io::Result<()>) -> Result<(), TransferError> {
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

fn version_of(place: &Path) -> Option<String> {
    let mut version = String::new();
    let file = File::open(beside(place, ".part.version")).ok()?;
    file.take(LONGEST_VERSION).read_to_string(&mut version).ok()?;
    Some(version).filter(|version| !version.is_empty())
}

/// The place with something behind its name.
fn beside(place: &Path, suffix: &str) -> PathBuf {
    let mut name = place.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
