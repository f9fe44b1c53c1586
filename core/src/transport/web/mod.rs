//! Connections over a browser's WebSocket. TLS, names and certificates are the browser's own affair.

mod discover;
mod socket;

use std::pin::Pin;
use std::time::Duration;

use url::{Host, Url};

use super::race::first_success;
use super::{ConnectError, ConnectRequest, Connection, Route, Step};
use crate::model::account::ConnectionSettings;
use crate::platform::gate::Gate;
use crate::platform::time::timeout;

/// Everything. Who looks at a screen has given up by then.
const WHOLE: Duration = Duration::from_secs(30);
/// One connection: names, TCP, TLS and the handshake of WebSocket.
const OPEN: Duration = Duration::from_secs(15);
/// The head start of one way over the next.
const NEXT: Duration = Duration::from_millis(400);

type Way<'a> = Pin<Box<dyn Future<Output = Result<Connection, ConnectError>> + 'a>>;

/// Connects to the server of a domain: a ready transport on which no stream has been opened.
///
/// What a person set is the only way tried. Otherwise the address that worked last, then what the domain says in its host-meta
/// documents (XEP-0156), then where servers usually have it.
///
/// # Errors
/// [`ConnectError`], after at most 30 seconds. Dropping the future ends all attempts.
pub async fn connect(request: &ConnectRequest, gate: &Gate) -> Result<Connection, ConnectError> {
    let timed_out = |_| Err(ConnectError::TimedOut { step: Step::Connecting });
    timeout(WHOLE, ways(request, gate)).await.unwrap_or_else(timed_out)
}

/// Whether everything that a person set can be used, before it is stored.
///
/// # Errors
/// [`ConnectError::BadSetting`] with the setting's name, [`ConnectError::NoEncryption`].
pub fn check(settings: &ConnectionSettings) -> Result<(), ConnectError> {
    // A browser decides on certificates and names by itself.
    let unusable =
        [("ca", settings.ca.is_some()), ("pinned", settings.pinned.is_some()), ("dns", settings.dns.is_some())];
    if let Some((field, _)) = unusable.iter().find(|(_, is_set)| *is_set) {
        return Err(ConnectError::BadSetting { field });
    }
    if let Some(server) = &settings.server {
        discover::at_server(server).ok_or(ConnectError::BadSetting { field: "server" })?;
    }
    settings.websocket.as_deref().map_or(Ok(()), |url| address(url).map(drop))
}

/// A WebSocket's address: inside TLS, or on this machine.
fn address(url: &str) -> Result<Url, ConnectError> {
    let url = Url::parse(url).map_err(|_| ConnectError::BadSetting { field: "websocket" })?;
    let is_here = match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    };
    match url.scheme() {
        "wss" => Ok(url),
        "ws" if is_here => Ok(url),
        "ws" => Err(ConnectError::NoEncryption),
        _ => Err(ConnectError::BadSetting { field: "websocket" }),
    }
}

async fn ways(request: &ConnectRequest, gate: &Gate) -> Result<Connection, ConnectError> {
    let settings = &request.settings;
    if let Some(url) = &settings.websocket {
        return open(url, gate).await;
    }
    let usual = match &settings.server {
        Some(server) => discover::at_server(server).ok_or(ConnectError::BadSetting { field: "server" })?,
        None => discover::usual(&request.domain).ok_or(ConnectError::BadSetting { field: "domain" })?,
    };
    let mut ways: Vec<Way<'_>> = Vec::new();
    if settings.server.is_none() {
        if let Some(Route::WebSocket { url }) = &request.last {
            ways.push(Box::pin(open(url, gate)));
        }
        ways.push(Box::pin(announced(request, gate)));
    }
    for url in usual {
        ways.push(Box::pin(async move { open(&url, gate).await }));
    }
    let none = || ConnectError::ServerNotFound { domain: request.domain.clone() };
    let ways = first_success(ways, || NEXT).await;
    ways.map_err(|errors| match ConnectError::most_telling(errors) {
        // A browser does not say why it could not connect. Where nobody has named a server, and none was ever reached, there is
        // none where it was looked for: a person may know where it is.
        Some(ConnectError::Unreachable { .. }) if settings.server.is_none() && request.last.is_none() => none(),
        Some(error) => error,
        None => none(),
    })
}

/// What the domain says itself.
async fn announced(request: &ConnectRequest, gate: &Gate) -> Result<Connection, ConnectError> {
    let url = discover::host_meta(&request.domain).await;
    open(&url.ok_or_else(|| ConnectError::ServerNotFound { domain: request.domain.clone() })?, gate).await
}

async fn open(url: &str, gate: &Gate) -> Result<Connection, ConnectError> {
    let url = address(url)?;
    let timed_out = |_| Err(ConnectError::TimedOut { step: Step::Opening });
    let transport = timeout(OPEN, socket::open(url.as_str(), gate)).await.unwrap_or_else(timed_out)?;
    Ok(Connection { transport: Box::new(transport), route: Route::WebSocket { url: url.as_str().to_owned() } })
}
