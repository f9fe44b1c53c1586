//! Why a transfer ended.

use std::io;

use crate::file::FileError;

/// Why a file was not brought over, as what a person or a program can act on. None names a file or an address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransferError {
    /// The server cannot be reached, or the connection was lost again and again. Try again later.
    #[error("the server for the file cannot be reached")]
    Unreachable,
    /// Nothing came or went for too long. Try again later.
    #[error("the transfer stood still")]
    Stalled,
    /// The server cannot prove who it is.
    #[error("the certificate of the server for the file is not valid")]
    Certificate,
    /// The address is not one that files are fetched from or put to: not inside TLS, or in a private network. Or the server
    /// sends whoever asks to such a one, or around in circles.
    #[error("the file lies where it must not be fetched from")]
    Forbidden,
    /// The file is no longer there.
    #[error("the file is gone from the server")]
    Gone,
    /// The server does not want this. A slot may have been used or be too old: ask for another.
    #[error("the server refused the file (status {status})")]
    Refused {
        /// The status of its answer (RFC 9110 section 15).
        status: u16,
    },
    /// The file is larger than it may be.
    #[error("the file is too large")]
    TooLarge {
        /// The limit in bytes, if it is known.
        limit: Option<u64>,
    },
    /// The file on this machine is not as it was when the slot was asked for.
    #[error("the file has changed meanwhile")]
    SourceChanged,
    /// What came is not what its sender sent, or cannot be checked.
    #[error(transparent)]
    File(#[from] FileError),
    /// The disk has no room.
    #[error("the disk is full")]
    DiskFull,
    /// The disk cannot be read or written.
    #[error("the file cannot be read or written: {kind}")]
    Disk {
        /// What the system says.
        kind: io::ErrorKind,
    },
}

impl TransferError {
    /// Whether the same may succeed when it is tried again.
    pub fn is_passing(&self) -> bool {
        match self {
            TransferError::Unreachable | TransferError::Stalled => true,
            TransferError::Refused { status } => matches!(status, 408 | 425 | 429 | 500 | 502..=504),
            _ => false,
        }
    }

    /// Whether it is this machine's disk.
    #[cfg(not(target_arch = "wasm32"))]
    pub(super) fn is_of_the_disk(&self) -> bool {
        matches!(self, TransferError::DiskFull | TransferError::Disk { .. })
    }

    /// What an answer's status means; None: it is good.
    pub(super) fn of_status(status: u16) -> Option<TransferError> {
        match status {
            200..=299 => None,
            300..=399 => Some(TransferError::Forbidden),
            404 | 410 => Some(TransferError::Gone),
            413 => Some(TransferError::TooLarge { limit: None }),
            status => Some(TransferError::Refused { status }),
        }
    }
}

impl From<io::Error> for TransferError {
    fn from(error: io::Error) -> TransferError {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => TransferError::DiskFull,
            kind => TransferError::Disk { kind },
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl From<reqwest::Error> for TransferError {
    /// Its own text holds the address.
    fn from(error: reqwest::Error) -> TransferError {
        let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
        while let Some(error) = cause {
            if matches!(error.downcast_ref(), Some(rustls::Error::InvalidCertificate(_))) {
                return TransferError::Certificate;
            }
            if error.is::<super::web::NotPublic>() {
                return TransferError::Forbidden;
            }
            // An error of the system hides what it was made of, and tells only what that was made of.
            let hidden = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
            cause = hidden.map_or_else(|| error.source(), |hidden| Some(hidden));
        }
        if error.is_timeout() { TransferError::Stalled } else { TransferError::Unreachable }
    }
}
