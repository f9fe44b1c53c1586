//! A clock that is wrong, and jumps, for one program: libfaketime between it and the system. Only the wall clock is wrong;
//! the clock by which time spans are measured goes on as it does on a machine whose wall clock is set.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use crate::error::{Context, Result};
use crate::folder::Folder;
use crate::guard;

const LIBRARY: &str = "faketime/libfaketimeMT.so.1";

/// The wall clock of one program.
pub struct WrongClock {
    library: PathBuf,
    folder: Folder,
    /// What libfaketime leaves in shared memory for a process that is killed.
    left: Mutex<Vec<PathBuf>>,
}

impl WrongClock {
    /// A clock that is right until it is set; None where libfaketime is not installed.
    pub fn new() -> Result<Option<WrongClock>> {
        let Some(library) = library() else { return Ok(None) };
        let clock = WrongClock { library, folder: Folder::new("clock")?, left: Mutex::default() };
        clock.set("+0")?;
        Ok(Some(clock))
    }

    /// The command that runs a program by this clock; tell [`WrongClock::started`] of its process.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .env("LD_PRELOAD", &self.library)
            .env("FAKETIME_TIMESTAMP_FILE", self.file())
            .env("FAKETIME_NO_CACHE", "1")
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
            .env("NO_FAKE_STAT", "1");
        command
    }

    /// Sees to it that nothing stays behind of a process that runs by this clock, once that is gone and this is dropped.
    pub fn started(&self, process: u32) -> Result<()> {
        for name in [format!("faketime_shm_{process}"), format!("sem.faketime_sem_{process}")] {
            let path = Path::new("/dev/shm").join(name);
            guard::keep_folder(&path)?;
            self.left.lock().unwrap_or_else(PoisonError::into_inner).push(path);
        }
        Ok(())
    }

    /// Sets the clock at once: by how much it is wrong, as libfaketime writes it ("+1d", "-7d", "+0").
    pub fn set(&self, wrong_by: &str) -> Result<()> {
        let new = self.folder.join("new");
        fs::write(&new, format!("{wrong_by}\n")).context("setting a clock")?;
        // Never seen half written.
        fs::rename(new, self.file()).context("setting a clock")
    }

    fn file(&self) -> PathBuf {
        self.folder.join("offset")
    }
}

impl Drop for WrongClock {
    fn drop(&mut self) {
        for path in self.left.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            // A process that ended by itself has removed them.
            let _ = fs::remove_file(&path);
            guard::forget_folder(&path);
        }
    }
}

fn library() -> Option<PathBuf> {
    let folders = fs::read_dir("/usr/lib").into_iter().flatten().flatten().map(|entry| entry.path());
    folders.map(|folder| folder.join(LIBRARY)).find(|library| library.exists())
}
