//! What a failure of the store or of the keystore means to a person.

use std::io::ErrorKind;

use super::error::Error;
use crate::platform::KeystoreError;
#[cfg(target_arch = "wasm32")]
use crate::platform::gate::NotWritten;
use crate::store::StoreError;

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Error {
        match error {
            StoreError::InUse => Error::StoreInUse,
            StoreError::Full => Error::StorageFull,
            StoreError::Exists => Error::StoreExists,
            StoreError::TooNew => Error::StoreTooNew,
            StoreError::Damaged { detail } => Error::StoreDamaged { detail },
            StoreError::Unusable { detail } => Error::StoreUnusable { detail },
            StoreError::NoSuchAccount => Error::NoSuchAccount,
            StoreError::AccountExists => Error::AccountExists,
            StoreError::NoSuchMessage => Error::NoSuchMessage,
            StoreError::NoSuchChat => Error::NoSuchChat,
            StoreError::NotYours => Error::NotYours,
            StoreError::BadValue { field } => Error::BadValue { field: field.to_owned() },
        }
    }
}

#[cfg(target_arch = "wasm32")]
impl From<NotWritten> for Error {
    fn from(error: NotWritten) -> Error {
        match error {
            NotWritten::Full => Error::StorageFull,
            NotWritten::Taken => Error::StoreInUse,
            NotWritten::Unusable => Error::StoreUnusable { detail: "the browser's database".into() },
        }
    }
}

impl From<KeystoreError> for Error {
    fn from(error: KeystoreError) -> Error {
        match error {
            KeystoreError::Io(error) if matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded) => {
                Error::StorageFull
            }
            KeystoreError::Locked | KeystoreError::Io(_) => Error::KeystoreUnusable,
        }
    }
}
