//! An account as it is kept: where to connect, how, and what is needed to resume.

use jid::BareJid;

use super::Micros;
use super::ids::AccountId;

/// An account as the store has it. Its password is not here but in the platform's keystore.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its row.
    pub id: AccountId,
    /// Its bare address.
    pub jid: BareJid,
    /// Where to connect.
    pub connection: ConnectionSettings,
    /// False once a person signed it out without removing it, or the password was refused.
    pub enabled: bool,
    /// The strongest login mechanism the server has ever offered: never go below (a rank, see `stream::mechanism`).
    pub best_mechanism: i64,
    /// A random id of this installation for SASL2's user agent, in UUID form.
    pub device: String,
    /// The resource the server gave last.
    pub resource: Option<String>,
}

/// Which transport may be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TlsChoice {
    /// Both are tried, the first that works wins.
    #[default]
    Any,
    /// TLS from the first byte (XEP-0368).
    Direct,
    /// STARTTLS (RFC 6120 section 5).
    StartTls,
}

/// Where to connect, when it is not to be looked up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConnectionSettings {
    /// "host:port".
    pub server: Option<String>,
    /// Which kind of TLS.
    pub tls: TlsChoice,
    /// A PEM file with the only certificate authority to be trusted.
    pub ca: Option<String>,
    /// SHA-256 of the one certificate that a person looked at and accepted.
    pub pinned: Option<[u8; 32]>,
    /// A WebSocket address (RFC 7395).
    pub websocket: Option<String>,
    /// "host:port" of the DNS server to ask.
    pub dns: Option<String>,
}

/// A stream-management session that can be resumed (XEP-0198).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResumableSession {
    /// The id the server gave.
    pub id: String,
    /// How many stanzas of the server have been stored.
    pub inbound: u32,
    /// The full address that is bound.
    pub jid: String,
    /// Where the server would like the resumption ("host:port").
    pub location: Option<String>,
    /// For how many seconds the server keeps it.
    pub max_seconds: Option<u32>,
    /// When it was last saved.
    pub saved: Micros,
}
