//! HTTPS as the session's TLS is: the same trust, and names asked as all others are.

use std::net::SocketAddr;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use rustls::ClientConfig;

use crate::model::account::ConnectionSettings;
use crate::transport::ConnectError;

use super::dns::{LookupError, Resolver};
use super::tls::Tls;

/// What requests over HTTPS need of an account's settings.
#[derive(Clone)]
pub struct Https {
    /// Whom to trust: as the account's sessions do, its authority or its pinned certificate alone if it has one.
    pub tls: ClientConfig,
    /// Whom to ask for names.
    pub names: Arc<dyn Resolve>,
}

impl std::fmt::Debug for Https {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Https")
    }
}

/// HTTPS for an account. Reads files: not for a thread that must not wait.
///
/// # Errors
/// [`ConnectError::BadSetting`], and [`ConnectError::Unreachable`] on a machine that trusts nobody.
pub fn https(settings: &ConnectionSettings) -> Result<Https, ConnectError> {
    let resolver = Resolver::new(settings.dns.as_deref()).ok_or(ConnectError::BadSetting { field: "dns" })?;
    Ok(Https { tls: Tls::load(settings)?.for_http(), names: Arc::new(Names(resolver)) })
}

/// Names for HTTP are asked for as all others are.
pub(super) struct Names(pub Resolver);

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let resolver = self.0.clone();
        Box::pin(async move {
            let found = resolver.addresses(name.as_str()).await.map_err(|error| match error {
                LookupError::NotFound => std::io::Error::from(std::io::ErrorKind::NotFound),
                LookupError::Failed(detail) => std::io::Error::other(detail),
            })?;
            let addresses: Addrs = Box::new(found.into_iter().map(|ip| SocketAddr::new(ip, 0)));
            Ok(addresses)
        })
    }
}
