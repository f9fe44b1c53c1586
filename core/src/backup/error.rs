//! What can be wrong with a backup, as far as a person can act on it.

use std::io::{self, ErrorKind};

/// Why a backup could not be written or read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BackupError {
    /// The file is something else.
    #[error("this is not a backup")]
    NotABackup,
    /// It was written by a newer version of this program.
    #[error("the backup was written by a newer version")]
    TooNew,
    /// It is not whole, or not as it was written.
    #[error("the backup is damaged or not whole")]
    Damaged,
    /// The passphrase is another one.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    /// There is no space left.
    #[error("there is no space left")]
    Full,
    /// The file cannot be read or written, or there is too little memory for the passphrase.
    #[error("the backup cannot be used: {detail}")]
    Unusable {
        /// What the system says.
        detail: String,
    },
}

impl From<io::Error> for BackupError {
    fn from(error: io::Error) -> BackupError {
        match error.kind() {
            ErrorKind::UnexpectedEof | ErrorKind::InvalidData => BackupError::Damaged,
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => BackupError::Full,
            kind => BackupError::Unusable { detail: kind.to_string() },
        }
    }
}
