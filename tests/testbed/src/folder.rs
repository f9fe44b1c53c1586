//! A temporary folder that goes with its owner.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Context, Result};
use crate::guard;

/// A folder in memory (`/dev/shm`) where there is one, else in the temporary folder: a server's SQLite syncs every message.
/// It is removed when it is dropped or when the process dies.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// A new, empty folder whose name begins with `larimar-` and this word.
    pub fn new(word: &str) -> Result<Folder> {
        Folder::below(&Folder::parent(), word)
    }

    /// The same on a disk, for what is to be as slow as a disk is.
    pub fn on_disk(word: &str) -> Result<Folder> {
        Folder::below(&env::temp_dir(), word)
    }

    fn below(parent: &Path, word: &str) -> Result<Folder> {
        let prefix = format!("larimar-{word}-");
        let path =
            tempfile::Builder::new().prefix(&prefix).tempdir_in(parent).context("making a temporary folder")?.keep();
        guard::keep_folder(&path)?;
        Ok(Folder { path })
    }

    /// Where such folders are made.
    pub fn parent() -> PathBuf {
        let memory = Path::new("/dev/shm");
        if memory.is_dir() { memory.to_owned() } else { env::temp_dir() }
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A path inside.
    pub fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Writes a file inside and says where it is.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> Result<PathBuf> {
        let path = self.join(name);
        fs::write(&path, content).context(format!("writing {}", path.display()))?;
        Ok(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A server that is being killed may still be writing: what could not be removed is left to the guard.
        if fs::remove_dir_all(&self.path).is_ok() {
            guard::forget_folder(&self.path);
        }
    }
}
