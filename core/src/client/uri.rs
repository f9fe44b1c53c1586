//! What a person scanned or clicked, before anything is done with it.

use super::{Client, Error};
pub use crate::xep::uri::Action as UriAction;
use crate::xep::uri::{UriError, XmppUri};

/// What a scanned text means.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, ts_rs::TS), serde(rename_all = "camelCase"))]
pub struct Scanned {
    /// Whose address: a person's, a room's, or a server's.
    pub address: String,
    /// What to do with it.
    pub action: UriAction,
    /// How many keys it names: with any, it can be given to [`Client::verify_uri`], whatever else it is for.
    pub keys: u32,
}

impl Client {
    /// Tells what a scanned or clicked text means: an `xmpp:` URI, or a bare address.
    ///
    /// # Errors
    /// `BadValue` for something else, `BadAddress` for an address that nobody can have.
    pub fn read_uri(text: &str) -> Result<Scanned, Error> {
        let XmppUri { address, action, keys } = XmppUri::parse(text)?;
        let keys = u32::try_from(keys.len()).unwrap_or(u32::MAX);
        Ok(Scanned { address: address.to_string(), action, keys })
    }
}

impl From<UriError> for Error {
    fn from(error: UriError) -> Error {
        match error {
            UriError::BadAddress => Error::BadAddress,
            UriError::NotXmpp | UriError::TooLong => Error::BadValue { field: "uri".into() },
        }
    }
}
