//! The front door's part for backups: everything of a store in one encrypted file, and a store made of it again.

mod export;
mod restore;
mod task;

use std::path::PathBuf;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::listener::EventListener;
use super::{Client, Error};
use crate::backup::{BackupError, Cost, Passphrase};
use crate::platform::Keystore;

pub(super) use restore::forget_interrupted;
pub use task::{BackupSummary, BackupTask};

/// What is worked on.
struct Job {
    /// The backup's file.
    file: PathBuf,
    /// The store's folder.
    folder: PathBuf,
    passphrase: Passphrase,
    keystore: Arc<dyn Keystore>,
    /// What making a key of the passphrase costs, where one is made.
    cost: Cost,
}

impl Client {
    /// Begins to write everything that is stored into one file that only this passphrase opens: accounts and what they sign in
    /// with, messages, files, the keys of encryption and what was decided on others'. The app goes on meanwhile. A file that is
    /// there is replaced once the new one is whole.
    ///
    /// # Errors
    /// `BadValue` for an empty passphrase. What goes wrong later, [`BackupTask::finished`] tells.
    pub async fn export_backup(&self, file: String, passphrase: String) -> Result<BackupTask, Error> {
        let passphrase = checked(passphrase)?;
        let (folder, keystore, listener) = self
            .thread
            .call(|engine| async move {
                let folder = PathBuf::from(&engine.options.folder);
                Ok((folder, Arc::clone(&engine.keystore), Arc::clone(&engine.listener)))
            })
            .await?;
        let job = Job { file: file.into(), folder, passphrase, keystore, cost: Cost::USUAL };
        BackupTask::start(listener, job, export::run)
    }

    /// Begins to make a store of a backup, in a folder that has none; it can be opened when the task has finished. The accounts
    /// sign in by themselves then. All of it is restored, or nothing. Whoever is told `listener` hears of the progress.
    ///
    /// What was said after the backup was written comes from the archive; what of it was encrypted cannot be read with keys
    /// that old, and says so. The device stays the one that its contacts know, and begins all encrypted sessions anew. So the
    /// one that wrote the backup must not be used any more.
    ///
    /// # Errors
    /// `BadValue` for an empty passphrase. What goes wrong later, [`BackupTask::finished`] tells.
    pub fn restore_backup(
        file: String,
        folder: String,
        passphrase: String,
        keystore: Arc<dyn Keystore>,
        listener: Arc<dyn EventListener>,
    ) -> Result<BackupTask, Error> {
        let passphrase = checked(passphrase)?;
        let job = Job { file: file.into(), folder: folder.into(), passphrase, keystore, cost: Cost::USUAL };
        BackupTask::start(listener, job, restore::run)
    }
}

fn checked(passphrase: String) -> Result<Passphrase, Error> {
    let passphrase = Zeroizing::new(passphrase);
    Passphrase::new(&passphrase).ok_or(Error::BadValue { field: "passphrase".into() })
}

impl From<BackupError> for Error {
    fn from(error: BackupError) -> Error {
        match error {
            BackupError::NotABackup => Error::NotABackup,
            BackupError::TooNew => Error::BackupTooNew,
            BackupError::Damaged => Error::BackupDamaged,
            BackupError::WrongPassphrase => Error::WrongPassphrase,
            BackupError::Full => Error::StorageFull,
            BackupError::Unusable { detail } => Error::BackupUnusable { detail },
        }
    }
}

/// An error of the backup's own file, which is no archive that could be damaged yet.
fn of_file(error: &std::io::Error) -> Error {
    use std::io::ErrorKind::{QuotaExceeded, StorageFull};
    match error.kind() {
        StorageFull | QuotaExceeded => Error::StorageFull,
        kind => Error::BackupUnusable { detail: kind.to_string() },
    }
}

#[cfg(test)]
mod backup_tests;
