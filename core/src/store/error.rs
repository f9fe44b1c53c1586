//! What can go wrong with the store, as far as a program can act on it.

use rusqlite::ErrorCode;

/// Why a call of the store failed. Nothing of a failed call is stored.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Another process holds the store's lease, or has the database locked.
    #[error("the store is in use")]
    InUse,
    /// There is no space left. What was stored is not lost, and the store works again when there is space.
    #[error("there is no space left")]
    Full,
    /// There is a store already.
    #[error("there is a store already")]
    Exists,
    /// The database was written by a newer version of this program.
    #[error("the database was written by a newer version")]
    TooNew,
    /// The database is damaged; it was left as it is.
    #[error("the database is damaged: {detail}")]
    Damaged {
        /// What SQLite says of it.
        detail: String,
    },
    /// The folder or a file in it cannot be used.
    #[error("the store cannot be used: {detail}")]
    Unusable {
        /// What the system says.
        detail: String,
    },
    /// There is no such account.
    #[error("there is no such account")]
    NoSuchAccount,
    /// The account is here already.
    #[error("the account is already here")]
    AccountExists,
    /// There is no such message (in that chat or account).
    #[error("there is no such message")]
    NoSuchMessage,
    /// There is no such chat (in that account).
    #[error("there is no such chat")]
    NoSuchChat,
    /// Only one's own messages can be corrected, taken back or sent again.
    #[error("only one's own messages can be changed")]
    NotYours,
    /// A value that cannot be used.
    #[error("{field} cannot be used")]
    BadValue {
        /// Which.
        field: &'static str,
    },
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> StoreError {
        let rusqlite::Error::SqliteFailure(failure, ref text) = error else {
            // What a row holds is not what this program writes: names of columns and types, never values.
            return StoreError::Damaged { detail: error.to_string() };
        };
        // SQLite's own words for the code; the text that comes with an error may quote a statement.
        let detail = failure.to_string();
        match failure.code {
            ErrorCode::DiskFull => StoreError::Full,
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreError::InUse,
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => {
                StoreError::Damaged { detail: text.clone().unwrap_or(detail) }
            }
            ErrorCode::SystemIoFailure if is_out_of_space(failure.extended_code) => StoreError::Full,
            _ => StoreError::Unusable { detail },
        }
    }
}

/// Where a file system has no room, SQLite may report a failed write, sync or truncation instead of a full disk.
fn is_out_of_space(extended: i32) -> bool {
    use rusqlite::ffi;
    [ffi::SQLITE_IOERR_WRITE, ffi::SQLITE_IOERR_FSYNC, ffi::SQLITE_IOERR_TRUNCATE, ffi::SQLITE_IOERR_SHMSIZE]
        .contains(&extended)
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> StoreError {
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => StoreError::Full,
            kind => StoreError::Unusable { detail: kind.to_string() },
        }
    }
}
