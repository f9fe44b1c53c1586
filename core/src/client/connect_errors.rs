//! What a connection that did not come about, or ended, means to a person.

use super::error::Error;
use crate::transport::{ConnectError, TransportError};

impl From<ConnectError> for Error {
    fn from(error: ConnectError) -> Error {
        match error {
            ConnectError::ServerNotFound { domain } => Error::ServerNotFound { domain },
            ConnectError::Unreachable { step, .. } | ConnectError::TimedOut { step } => {
                Error::ServerUnreachable { step: step.to_string() }
            }
            ConnectError::Certificate { reason, fingerprint } => {
                Error::CertificateInvalid { reason: reason.to_string(), fingerprint }
            }
            ConnectError::NoEncryption => Error::NoEncryption,
            ConnectError::NotXmpp { reason } => Error::NotXmpp { detail: reason },
            ConnectError::BadSetting { field } => Error::BadValue { field: field.to_owned() },
        }
    }
}

impl From<TransportError> for Error {
    fn from(error: TransportError) -> Error {
        match error {
            TransportError::Lost(_) => Error::ServerUnreachable { step: "the connection was lost".into() },
            TransportError::Malformed { reason } => Error::NotXmpp { detail: reason.to_owned() },
            TransportError::TooLarge { limit } => Error::NotXmpp { detail: limit.to_owned() },
            TransportError::Elsewhere { .. } => {
                Error::ServerUnreachable { step: "the server sent us to another address".into() }
            }
        }
    }
}
