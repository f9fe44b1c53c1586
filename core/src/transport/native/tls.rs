//! TLS as all connections use it: rustls with ring, one configuration for each kind of trust in a process, so that
//! sessions are resumed when a connection is made again.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustls::client::Resumption;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::ServerName;
use rustls::{CertificateError, ClientConfig, Error};
use sha2::{Digest, Sha256};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::model::account::ConnectionSettings;
use crate::transport::{ConnectError, Step};

use super::verify::{Refused, Verifier};

/// What is spoken inside TLS, as ALPN says it (RFC 7301).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Inside {
    /// XMPP from the first byte (XEP-0368 section 5): `xmpp-client`.
    Direct,
    /// XMPP after STARTTLS, where both know already.
    StartTls,
    /// HTTP/1.1, which becomes WebSocket.
    Http,
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Trust {
    System,
    /// The authorities of a PEM file, by its contents, which may change.
    Authorities([u8; 32]),
    Pinned([u8; 32]),
}

/// The configurations of this process. More than a few accounts with different trust are unusual; the oldest are not
/// worth keeping apart from the others.
const KEPT: usize = 32;

fn kept() -> &'static Mutex<HashMap<Trust, Tls>> {
    static CONFIGURATIONS: OnceLock<Mutex<HashMap<Trust, Tls>>> = OnceLock::new();
    CONFIGURATIONS.get_or_init(Mutex::default)
}

/// The configurations for one kind of trust.
#[derive(Clone)]
pub(super) struct Tls {
    direct: Arc<ClientConfig>,
    starttls: Arc<ClientConfig>,
    http: Arc<ClientConfig>,
}

impl Tls {
    /// The configurations that an account's settings ask for. Reads files: not for a thread that must not wait.
    pub(super) fn load(settings: &ConnectionSettings) -> Result<Tls, ConnectError> {
        const BAD_FILE: ConnectError = ConnectError::BadSetting { field: "ca" };
        let (trust, pem) = match (&settings.pinned, &settings.ca) {
            (Some(sha256), _) => (Trust::Pinned(*sha256), Vec::new()),
            (None, Some(file)) => {
                let pem = std::fs::read(file).map_err(|_| BAD_FILE)?;
                (Trust::Authorities(Sha256::digest(&pem).into()), pem)
            }
            (None, None) => (Trust::System, Vec::new()),
        };
        if let Some(tls) = kept().lock().unwrap_or_else(PoisonError::into_inner).get(&trust) {
            return Ok(tls.clone());
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier = match &trust {
            Trust::System => Verifier::system(&provider).map_err(no_trust)?,
            Trust::Authorities(_) => Verifier::authorities(&pem, &provider).ok_or(BAD_FILE)?,
            Trust::Pinned(sha256) => Verifier::pinned(*sha256, &provider),
        };
        let tls = Tls::new(provider, Arc::new(verifier)).map_err(no_trust)?;
        let mut kept = kept().lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.clear();
        }
        // Another connection may have been quicker: then its sessions are shared.
        Ok(kept.entry(trust).or_insert(tls).clone())
    }

    fn new(provider: Arc<CryptoProvider>, verifier: Arc<Verifier>) -> Result<Tls, Error> {
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_no_client_auth();
        // A handful of servers, each with the few tickets it gives out.
        config.resumption = Resumption::in_memory_sessions(32);
        let with = |protocols: &[&str]| {
            let mut config = config.clone();
            config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
            Arc::new(config)
        };
        Ok(Tls { direct: with(&["xmpp-client"]), starttls: with(&[]), http: with(&["http/1.1"]) })
    }

    fn config(&self, inside: Inside) -> &Arc<ClientConfig> {
        match inside {
            Inside::Direct => &self.direct,
            Inside::StartTls => &self.starttls,
            Inside::Http => &self.http,
        }
    }

    /// The configuration for requests over HTTPS.
    pub(super) fn for_http(&self) -> ClientConfig {
        ClientConfig::clone(&self.http)
    }

    /// Makes a TCP connection a TLS connection to the server that can prove `name`.
    pub(super) async fn secure(
        &self,
        inside: Inside,
        name: &ServerName<'static>,
        stream: TcpStream,
    ) -> Result<TlsStream<TcpStream>, ConnectError> {
        let connector = TlsConnector::from(self.config(inside).clone());
        connector.connect(name.clone(), stream).await.map_err(|error| handshake_error(&error))
    }
}

fn no_trust(_: Error) -> ConnectError {
    ConnectError::Unreachable { step: Step::Securing, detail: "this machine trusts no authority".to_owned() }
}

/// Finds out what a failed handshake means.
pub(super) fn handshake_error(error: &io::Error) -> ConnectError {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
    match inner {
        Some(Error::InvalidCertificate(certificate)) => certificate_error(certificate),
        Some(Error::InvalidMessage(_)) => {
            ConnectError::Unreachable { step: Step::Securing, detail: "the server does not speak TLS".to_owned() }
        }
        _ => ConnectError::Unreachable { step: Step::Securing, detail: error.to_string() },
    }
}

fn certificate_error(error: &CertificateError) -> ConnectError {
    let refused = match error {
        CertificateError::Other(other) => other.0.downcast_ref::<Refused>(),
        _ => None,
    };
    match refused {
        Some(refused) => {
            ConnectError::Certificate { reason: refused.reason.clone(), fingerprint: refused.fingerprint.clone() }
        }
        // The certificate was accepted but the handshake not signed with its key.
        None => ConnectError::Unreachable {
            step: Step::Securing,
            detail: "the server does not own its certificate".to_owned(),
        },
    }
}
