//! What is given to the front door, and what it tells of itself: plain records.

use crate::client::Error;
use crate::model::account::{ConnectionSettings, TlsChoice};
use crate::model::omemo::ChatEncryption;
use crate::transport;
use crate::view::AccountState;

/// Files that are fetched by themselves as an app wants it, in bytes: pictures, voice notes, short films.
const FETCHED_BY_ITSELF: u64 = 10 << 20;

/// How to open Larimar.
#[derive(Clone, Debug)]
pub struct OpenOptions {
    /// The folder of the store; it is made if it is missing.
    pub folder: String,
    /// True to be told of each changed message and chat as an event, beside the views (for the test driver and bots).
    pub message_events: bool,
    /// How many messages are asked for in one page of an archive; servers cap it (ejabberd at 250). None: 250.
    pub archive_page: Option<u32>,
    /// Files of contacts that are not larger than this many bytes are fetched by themselves; 0: none.
    pub fetch_files_up_to: u64,
    /// If the files here have more bytes than this, those of the oldest messages go; they can be fetched again for as long as their
    /// server has them. None: all are kept.
    pub keep_files_up_to: Option<u64>,
    /// How a chat is encrypted on which a person has decided nothing. With [`ChatEncryption::Never`] this device does not tell
    /// others that it could.
    pub encryption: ChatEncryption,
}

impl OpenOptions {
    /// The store in this folder, and everything else as an app wants it.
    pub fn new(folder: impl Into<String>) -> OpenOptions {
        let encryption = ChatEncryption::Automatic;
        OpenOptions {
            folder: folder.into(),
            message_events: false,
            archive_page: None,
            fetch_files_up_to: FETCHED_BY_ITSELF,
            keep_files_up_to: None,
            encryption,
        }
    }
}

/// An account to be added.
#[derive(Clone, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize, ts_rs::TS), serde(rename_all = "camelCase"))]
pub struct AccountSetup {
    /// Its address: "alice@example.org".
    pub jid: String,
    /// Its password.
    pub password: String,
    /// "host:port" of its server, when it is not to be looked up.
    pub server: Option<String>,
    /// "direct" or "starttls"; None: both are tried.
    pub tls: Option<String>,
    /// Path of a PEM file with the only certificate authority to be trusted.
    pub ca: Option<String>,
    /// SHA-256 of a certificate that a person looked at and accepted, as hexadecimal.
    pub pinned: Option<String>,
    /// A WebSocket address (`wss://...`, RFC 7395).
    pub websocket: Option<String>,
    /// "host:port" of the DNS server to ask.
    pub dns: Option<String>,
}

impl std::fmt::Debug for AccountSetup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AccountSetup")
    }
}

impl AccountSetup {
    /// Where to connect.
    ///
    /// # Errors
    /// `BadValue` with the field's name.
    pub(crate) fn connection(&self) -> Result<ConnectionSettings, Error> {
        let tls = match self.tls.as_deref() {
            None => TlsChoice::Any,
            Some("direct") => TlsChoice::Direct,
            Some("starttls") => TlsChoice::StartTls,
            Some(_) => return Err(Error::BadValue { field: "tls".into() }),
        };
        let pinned = self.pinned.as_deref().map(fingerprint).transpose()?;
        let settings = ConnectionSettings {
            server: self.server.clone(),
            tls,
            ca: self.ca.clone(),
            pinned,
            websocket: self.websocket.clone(),
            dns: self.dns.clone(),
        };
        transport::check(&settings)?;
        Ok(settings)
    }
}

fn fingerprint(text: &str) -> Result<[u8; 32], Error> {
    let wrong = || Error::BadValue { field: "pinned".into() };
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    let pair = |pair: &[u8]| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let bytes: Option<Vec<u8>> = digits.chunks(2).map(pair).collect();
    bytes.and_then(|bytes| bytes.try_into().ok()).ok_or_else(wrong)
}

/// Where servers tell of news for this device while it is not connected (XEP-0357).
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize, ts_rs::TS), serde(rename_all = "camelCase"))]
pub struct PushTarget {
    /// The address of the push service: "push.example.org".
    pub service: String,
    /// This device's name there.
    pub node: String,
    /// What a server has to know for the service to hear it.
    pub secret: Option<String>,
}

impl std::fmt::Debug for PushTarget {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PushTarget")
    }
}

/// An account and how it stands.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, ts_rs::TS), serde(rename_all = "camelCase"))]
pub struct AccountRow {
    /// Its address.
    pub account: String,
    /// False while it is switched off.
    pub enabled: bool,
    /// How its connection stands.
    pub state: AccountState,
    /// Why it is not connected.
    pub error: Option<Error>,
    /// True once its server has promised to tell the push service of news.
    pub pushes: bool,
}

/// How a chat should stand in the list; None leaves a field as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize, ts_rs::TS), serde(rename_all = "camelCase"))]
pub struct ChatSettings {
    /// Nothing is notified until then (milliseconds since the Unix epoch); 0 ends it, `i64::MAX` is for ever.
    pub muted_until_ms: Option<i64>,
    /// Out of the list until something new comes; if the chat is muted, it comes back silently.
    pub archived: Option<bool>,
    /// At the top of the list.
    pub pinned: Option<bool>,
    /// How it is encrypted; to choose [`ChatEncryption::Automatic`] lets an encrypted chat begin anew.
    pub encryption: Option<ChatEncryption>,
}

/// What an account's archive keeps by itself (XEP-0441).
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize, ts_rs::TS), serde(rename_all = "camelCase"))]
pub struct ArchivePreferences {
    /// What happens with everybody who is in neither list: "always", "never", or "roster" (kept for contacts).
    pub default: String,
    /// Addresses whose messages are always kept.
    pub always: Vec<String>,
    /// Addresses whose messages are never kept.
    pub never: Vec<String>,
}

/// Counters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, ts_rs::TS), serde(rename_all = "camelCase"))]
pub struct Stats {
    /// The store's size on the disk, in bytes.
    pub db_bytes: u64,
    /// Messages stored.
    pub messages: u64,
    /// Bytes received inside TLS since the client was opened.
    pub bytes_in: u64,
    /// Bytes sent inside TLS.
    pub bytes_out: u64,
    /// Requests that were answered.
    pub round_trips: u64,
    /// Stanzas received.
    pub stanzas_in: u64,
    /// Stanzas sent.
    pub stanzas_out: u64,
}

#[cfg(test)]
mod setup_tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_read_with_or_without_colons() {
        let plain = "00ff".repeat(16);
        let colons = ["00:FF"; 16].join(":");
        assert_eq!(fingerprint(&plain), fingerprint(&colons));
        assert_eq!(fingerprint(&plain).unwrap()[..2], [0, 0xff]);
        assert!(fingerprint("00ff").is_err());
    }

    #[test]
    fn an_unknown_kind_of_tls_is_refused() {
        let setup = AccountSetup { tls: Some("none".into()), ..AccountSetup::default() };
        assert_eq!(setup.connection(), Err(Error::BadValue { field: "tls".into() }));
    }
}
