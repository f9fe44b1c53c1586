//! What a failure of the store means to a person.

use super::error::Error;
use crate::store::StoreError;

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Error {
        match error {
            StoreError::InUse => Error::StoreInUse,
            StoreError::Full => Error::StorageFull,
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
