//! Where passwords and tokens are kept: the platform's keystore behind a small trait, and a file for the desktop.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::sorted::Map;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use zeroize::Zeroizing;

/// Why a secret could not be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum KeystoreError {
    /// The keystore is locked or refuses (a phone before its first unlock).
    #[error("the keystore is locked")]
    Locked,
    /// The keystore's file cannot be read or written.
    #[error("the keystore cannot be used: {0}")]
    Io(#[from] io::Error),
}

/// Keeps small secrets by name. Names carry no address.
pub trait Keystore: Send + Sync {
    /// The secret of that name, if there is one.
    fn load(&self, name: &str) -> Result<Option<Vec<u8>>, KeystoreError>;
    /// Keeps a secret, replacing the one of that name; on the disk when it returns.
    fn save(&self, name: &str, secret: &[u8]) -> Result<(), KeystoreError>;
    /// Forgets a secret; one that is not there is no error.
    fn remove(&self, name: &str) -> Result<(), KeystoreError>;
}

/// A file that only its owner may read (mode 0600): one line a secret, its name and its bytes in base64.
pub struct FileKeystore {
    path: PathBuf,
    write: Mutex<()>,
}

impl FileKeystore {
    /// A keystore in this file; it is made with the first secret.
    pub fn new(path: impl Into<PathBuf>) -> FileKeystore {
        FileKeystore { path: path.into(), write: Mutex::new(()) }
    }

    fn read(&self) -> Result<Map<String, Zeroizing<String>>, KeystoreError> {
        let text = match fs::read_to_string(&self.path) {
            Ok(text) => Zeroizing::new(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Map::new()),
            Err(error) => return Err(error.into()),
        };
        Ok(text
            .lines()
            .filter_map(|line| line.split_once(' '))
            .map(|(name, value)| (name.to_owned(), Zeroizing::new(value.to_owned())))
            .collect())
    }

    fn change(&self, change: impl FnOnce(&mut Map<String, Zeroizing<String>>)) -> Result<(), KeystoreError> {
        let _one_writer = self.write.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut all = self.read()?;
        change(&mut all);
        let mut text = Zeroizing::new(String::new());
        for (name, value) in &all {
            text.push_str(name);
            text.push(' ');
            text.push_str(value);
            text.push('\n');
        }
        write_private(&self.path, text.as_bytes())?;
        Ok(())
    }
}

/// Writes beside the file and renames, so that a crash or a full disk leaves the old secrets whole.
fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = path.with_extension("new");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all()).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // Half of the secrets is of no use to anybody honest.
        let _ = fs::remove_file(&beside);
    }
    written
}

impl Keystore for FileKeystore {
    fn load(&self, name: &str) -> Result<Option<Vec<u8>>, KeystoreError> {
        Ok(self.read()?.get(name).and_then(|value| BASE64.decode(value.as_bytes()).ok()))
    }

    fn save(&self, name: &str, secret: &[u8]) -> Result<(), KeystoreError> {
        self.change(|all| {
            all.insert(name.to_owned(), Zeroizing::new(BASE64.encode(secret)));
        })
    }

    fn remove(&self, name: &str) -> Result<(), KeystoreError> {
        self.change(|all| {
            all.remove(name);
        })
    }
}

#[cfg(test)]
mod keystore_tests {
    use super::*;

    #[test]
    fn a_secret_survives_and_only_its_owner_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets");
        let store = FileKeystore::new(&path);
        assert!(store.load("a").unwrap().is_none());
        store.save("a", b"first").unwrap();
        store.save("b", &[0, 255, 10]).unwrap();
        store.save("a", b"second").unwrap();
        let again = FileKeystore::new(&path);
        assert_eq!(again.load("a").unwrap().as_deref(), Some(&b"second"[..]));
        assert_eq!(again.load("b").unwrap().as_deref(), Some(&[0, 255, 10][..]));
        again.remove("a").unwrap();
        assert!(store.load("a").unwrap().is_none());
        #[cfg(unix)]
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions()) & 0o777, 0o600);
    }
}
