//! An account as it is kept: where to connect, how, and what is needed to resume.

use std::net::SocketAddr;

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

impl Account {
    /// Whether its server is on this very machine, as people try one out: files may go there without TLS.
    pub fn is_served_here(&self) -> bool {
        self.jid.domain().as_str() == "localhost" || self.connection.leads_here()
    }
}

impl ConnectionSettings {
    fn leads_here(&self) -> bool {
        let server = self.server.as_deref().and_then(|server| server.parse::<SocketAddr>().ok());
        let websocket = self.websocket.as_deref().and_then(|url| url.parse::<url::Url>().ok());
        server.is_some_and(|server| server.ip().is_loopback())
            || websocket.is_some_and(|url| matches!(url.host_str(), Some("localhost" | "127.0.0.1")))
    }
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

#[cfg(test)]
mod account_tests {
    use super::*;

    #[test]
    fn a_server_on_this_machine_is_known_by_where_it_is() {
        let leads_here = |server: Option<&str>, websocket: Option<&str>| {
            let (server, websocket) = (server.map(str::to_owned), websocket.map(str::to_owned));
            ConnectionSettings { server, websocket, ..ConnectionSettings::default() }.leads_here()
        };
        assert!(leads_here(Some("127.0.0.1:5222"), None) && leads_here(Some("[::1]:5222"), None));
        assert!(leads_here(None, Some("ws://localhost:5280/ws")));
        for (server, websocket) in
            [(None, None), (Some("192.168.1.2:5222"), None), (Some("localhost.example:5222"), Some("wss://a.example/"))]
        {
            assert!(!leads_here(server, websocket), "{server:?}");
        }
    }
}
