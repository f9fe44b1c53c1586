//! What is asked of a new connection, what it turns out to be, and why there is none.

use crate::model::account::ConnectionSettings;

use super::Transport;

/// Where and how to connect.
#[derive(Clone, Debug, Default)]
pub struct ConnectRequest {
    /// The domain of the account, as its address has it.
    pub domain: String,
    /// What a person set for this account.
    pub settings: ConnectionSettings,
    /// The route of the last connection that worked; tried first.
    pub last: Option<Route>,
    /// Where the server would like a session to be resumed, "host:port" (XEP-0198 section 5); tried before everything.
    pub location: Option<String>,
}

/// A connection inside TLS on which no stream has been opened yet.
pub struct Connection {
    /// Ready for [`Transport::open`].
    pub transport: Box<dyn Transport>,
    /// How the server was reached.
    pub route: Route,
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection").field("route", &self.route).finish_non_exhaustive()
    }
}

/// A way to a server that was found to work.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Route {
    /// TLS from the first byte (XEP-0368).
    Direct {
        /// The host, in ASCII.
        host: String,
        /// The TCP port.
        port: u16,
    },
    /// STARTTLS (RFC 6120 section 5).
    StartTls {
        /// The host, in ASCII.
        host: String,
        /// The TCP port.
        port: u16,
    },
    /// WebSocket over TLS (RFC 7395).
    WebSocket {
        /// Its address, `wss://...`.
        url: String,
    },
}

/// The steps of connecting, in their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Asking the domain name system.
    #[default]
    LookingUp,
    /// Reaching the server's port.
    Connecting,
    /// Agreeing on encryption in the open (STARTTLS), or on WebSocket.
    Opening,
    /// The TLS handshake.
    Securing,
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Step::LookingUp => "looking up",
            Step::Connecting => "connecting",
            Step::Opening => "opening",
            Step::Securing => "securing",
        })
    }
}

/// What is wrong with a certificate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateReason {
    /// Its time is over.
    #[error("it has expired")]
    Expired,
    /// Its time has not come; often this machine's clock is wrong.
    #[error("it is not valid yet")]
    NotYetValid,
    /// It is for other domains.
    #[error("it is for another domain")]
    WrongName,
    /// Nobody who is trusted has signed it.
    #[error("it was not issued by anybody trusted")]
    UnknownIssuer,
    /// Its issuer took it back.
    #[error("it was revoked")]
    Revoked,
    /// It is not the one that was pinned.
    #[error("it is not the one that was accepted before")]
    Changed,
    /// Anything else.
    #[error("{detail}")]
    Invalid {
        /// What the verifier says.
        detail: String,
    },
}

/// Why there is no connection.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    /// The domain does not exist, or says that it has no XMPP server.
    #[error("no server was found for {domain}")]
    ServerNotFound {
        /// The domain, as the address has it.
        domain: String,
    },
    /// The network or the server did not let the connection come about.
    #[error("the server cannot be reached ({step}: {detail})")]
    Unreachable {
        /// Where it ended.
        step: Step,
        /// What the system says.
        detail: String,
    },
    /// Nothing came in time.
    #[error("the server did not answer in time ({step})")]
    TimedOut {
        /// What was waited for.
        step: Step,
    },
    /// The server's certificate is not acceptable.
    #[error("the server's certificate is not valid: {reason}")]
    Certificate {
        /// Why.
        reason: CertificateReason,
        /// SHA-256 of the certificate in DER, lower-case hexadecimal.
        fingerprint: String,
    },
    /// The server offers no encryption, or an address without encryption was given. Nothing was sent.
    #[error("the server offers no encryption")]
    NoEncryption,
    /// The server speaks something else.
    #[error("the server does not speak XMPP as it should: {reason}")]
    NotXmpp {
        /// What was wrong, without quoting.
        reason: String,
    },
    /// A setting cannot be used.
    #[error("the setting {field} cannot be used")]
    BadSetting {
        /// Which, as [`ConnectionSettings`] names it; or `domain`.
        field: &'static str,
    },
}

impl ConnectError {
    /// Several ways were tried: the error that tells a person most.
    pub(crate) fn most_telling(errors: impl IntoIterator<Item = ConnectError>) -> Option<ConnectError> {
        // The further a way led, the more its error says.
        errors.into_iter().max_by_key(|error| match error {
            ConnectError::ServerNotFound { .. } => (0, Step::LookingUp),
            ConnectError::Unreachable { step, .. } => (1, *step),
            ConnectError::TimedOut { step } => (1, *step),
            ConnectError::BadSetting { .. } => (2, Step::LookingUp),
            ConnectError::NotXmpp { .. } => (3, Step::Opening),
            ConnectError::NoEncryption => (4, Step::Opening),
            ConnectError::Certificate { .. } => (5, Step::Securing),
        })
    }
}
