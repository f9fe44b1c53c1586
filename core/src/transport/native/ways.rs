//! All ways to a server, in the order in which they are worth trying, each step with its deadline.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use rustls::pki_types::ServerName;

use crate::model::account::{ConnectionSettings, TlsChoice};
use crate::transport::{ConnectError, ConnectRequest, Connection, Route, Step};

use super::attempt::Dialer;
use super::dns::Resolver;
use super::srv::{Service, Target};
use super::tls::Tls;
use super::{discover, host_meta, names, websocket};
use crate::transport::race::first_success;

/// A look-up: two questions of two seconds, and some air. A phone's name server answers within one second or not at all.
pub(super) const LOOK_UP: Duration = Duration::from_secs(5);
/// A TCP connection: the kernel sends a lost SYN again after 1, 3 and 7 seconds.
pub(super) const CONNECT: Duration = Duration::from_secs(10);
/// The words before TLS (STARTTLS), or the handshake of WebSocket: three round trips at most.
pub(super) const OPEN: Duration = Duration::from_secs(10);
/// The TLS handshake: two round trips, and a check of the certificate that may ask the network on some systems.
pub(super) const SECURE: Duration = Duration::from_secs(10);
/// All ways over TCP, so that WebSocket still gets its turn before the end.
const TCP: Duration = Duration::from_secs(20);
/// Everything. Who looks at a screen has given up by then.
const WHOLE: Duration = Duration::from_secs(30);

/// How long the route that worked last time is alone: a working one has answered by then on most networks.
const KNOWN_ROUTE: Duration = Duration::from_millis(500);
/// The head start of one kind of TLS over the other. STARTTLS needs two or three round trips more, so that direct TLS wins
/// wherever both work, and little is lost where it is blocked.
const OTHER_KIND: Duration = Duration::from_millis(100);
/// The head start of one server over the next that the domain names. The domain prefers the first, or has chosen it by
/// weight: the next is for when it is down.
const NEXT_TARGET: Duration = Duration::from_secs(2);

type Way<'a> = Pin<Box<dyn Future<Output = Result<Connection, ConnectError>> + 'a>>;

/// Connects to the server of a domain: a ready transport inside TLS, on which no stream has been opened.
///
/// What a person set is the only way tried. Otherwise the way that worked last gets a head start over what the domain name
/// system says (direct TLS raced with STARTTLS), and WebSocket is looked for when TCP has failed.
///
/// # Errors
/// [`ConnectError`], after at most 30 seconds. Dropping the future ends all attempts.
pub async fn connect(request: &ConnectRequest) -> Result<Connection, ConnectError> {
    let progress = Cell::new(Step::default());
    let outcome = tokio::time::timeout(WHOLE, ways(request, &progress)).await;
    outcome.unwrap_or_else(|_| Err(ConnectError::TimedOut { step: progress.get() }))
}

/// Whether everything that a person set can be used, before it is stored. Reads the file of authorities.
///
/// # Errors
/// [`ConnectError::BadSetting`] with the setting's name, [`ConnectError::NoEncryption`].
pub fn check(settings: &ConnectionSettings) -> Result<(), ConnectError> {
    let bad = |field| ConnectError::BadSetting { field };
    if let Some(server) = &settings.dns {
        Resolver::new(Some(server)).ok_or(bad("dns"))?;
    }
    if let Some(server) = &settings.server {
        names::host_and_port(server, Some(5222)).ok_or(bad("server"))?;
    }
    if let Some(url) = &settings.websocket {
        websocket::address(url)?;
    }
    // The machine's own trust is not a person's setting, and takes long to be read.
    if settings.ca.is_some() || settings.pinned.is_some() {
        Tls::load(settings)?;
    }
    Ok(())
}

async fn ways(request: &ConnectRequest, progress: &Cell<Step>) -> Result<Connection, ConnectError> {
    const BAD_DOMAIN: ConnectError = ConnectError::BadSetting { field: "domain" };
    let settings = &request.settings;
    let domain = names::ascii(&request.domain).ok_or(BAD_DOMAIN)?;
    let name = ServerName::try_from(domain.clone()).map_err(|_| BAD_DOMAIN)?;
    let resolver = Resolver::new(settings.dns.as_deref()).ok_or(ConnectError::BadSetting { field: "dns" })?;
    let tls = load(settings).await?;
    let dialer = Dialer { resolver: &resolver, tls: &tls, domain: &request.domain, name: &name, progress };

    if let Some(url) = &settings.websocket {
        return websocket::connect(&dialer, url).await;
    }
    if let Some(server) = &settings.server {
        return explicit(&dialer, server, request).await;
    }
    let known = known(request).into_iter().map(|route| -> Way<'_> { Box::pin(again(&dialer, route)) });
    let found: Way<'_> = Box::pin(discovered(&dialer, &domain, settings.tls));
    let over_tcp = first_success(known.chain([found]), || KNOWN_ROUTE);
    let error = match tokio::time::timeout(TCP, over_tcp).await {
        Ok(Ok(connection)) => return Ok(connection),
        Ok(Err(errors)) => dialer.told(errors),
        Err(_) => ConnectError::TimedOut { step: progress.get() },
    };
    // Without a name server nothing else can be found either.
    if matches!(error, ConnectError::Unreachable { step: Step::LookingUp, .. }) {
        return Err(error);
    }
    let by_websocket = async {
        let url = host_meta::websocket(&dialer, &domain).await?;
        websocket::connect(&dialer, &url).await.ok()
    };
    by_websocket.await.ok_or(error)
}

/// Reads the trust that the settings ask for where it may block: files, and a machine's store of hundreds of certificates.
async fn load(settings: &ConnectionSettings) -> Result<Tls, ConnectError> {
    let settings = settings.clone();
    let loaded = tokio::task::spawn_blocking(move || Tls::load(&settings)).await;
    let ended = |_| ConnectError::Unreachable { step: Step::Securing, detail: "the engine is ending".to_owned() };
    loaded.map_err(ended)?
}

/// The server that a person set. One port speaks one kind of TLS: both are tried, the likelier first.
async fn explicit(dialer: &Dialer<'_>, server: &str, request: &ConnectRequest) -> Result<Connection, ConnectError> {
    let (host, port) = names::host_and_port(server, Some(5222)).ok_or(ConnectError::BadSetting { field: "server" })?;
    let mut services = match request.settings.tls {
        TlsChoice::Any => vec![Service::Direct, Service::StartTls],
        TlsChoice::Direct => vec![Service::Direct],
        TlsChoice::StartTls => vec![Service::StartTls],
    };
    // The kind that worked here last, or else the one that the port is known for.
    let last = [Service::StartTls, Service::Direct]
        .into_iter()
        .find(|service| request.last.as_ref() == Some(&Target::only(*service, &host, port).route()));
    let likelier = last.unwrap_or(if port == 5222 { Service::StartTls } else { Service::Direct });
    services.sort_by_key(|service| *service != likelier);
    let targets: Vec<Target> = services.into_iter().map(|service| Target::only(service, &host, port)).collect();
    let attempts = targets.iter().map(|target| async {
        // Who shows a certificate or refuses TLS speaks this kind: the other is not waited for.
        match dialer.target(target).await {
            Err(error @ (ConnectError::Certificate { .. } | ConnectError::NoEncryption)) => Ok(Err(error)),
            Ok(connection) => Ok(Ok(connection)),
            Err(error) => Err(error),
        }
    });
    first_success(attempts, || OTHER_KIND).await.unwrap_or_else(|errors| Err(dialer.told(errors)))
}

/// What the domain name system says.
async fn discovered(dialer: &Dialer<'_>, domain: &str, tls: TlsChoice) -> Result<Connection, ConnectError> {
    let lanes = discover::targets(dialer.resolver, domain, dialer.domain, tls).await?;
    let lanes = lanes.iter().map(|lane| first_success(lane.iter().map(|target| dialer.target(target)), || NEXT_TARGET));
    let errors = first_success(lanes, || OTHER_KIND).await;
    errors.map_err(|errors| dialer.told(errors.into_iter().flatten().collect()))
}

/// The routes that are known without asking, as far as the settings allow them.
fn known(request: &ConnectRequest) -> Vec<Route> {
    let last = request.last.clone();
    let location = request.location.as_ref().and_then(|location| {
        // The server names a place, not a kind of TLS: the kind that worked last is the likelier.
        let (host, port) = names::host_and_port(location, Some(5222))?;
        Some(match &last {
            Some(Route::Direct { .. }) => Route::Direct { host, port },
            _ => Route::StartTls { host, port },
        })
    });
    let allowed = |route: &Route| match route {
        Route::Direct { .. } => request.settings.tls != TlsChoice::StartTls,
        Route::StartTls { .. } => request.settings.tls != TlsChoice::Direct,
        Route::WebSocket { .. } => true,
    };
    let mut routes: Vec<Route> = location.into_iter().chain(last).filter(allowed).collect();
    routes.dedup();
    routes
}

/// Tries a known route.
async fn again(dialer: &Dialer<'_>, route: Route) -> Result<Connection, ConnectError> {
    match route {
        Route::Direct { host, port } => dialer.target(&Target::only(Service::Direct, &host, port)).await,
        Route::StartTls { host, port } => dialer.target(&Target::only(Service::StartTls, &host, port)).await,
        Route::WebSocket { url } => websocket::connect(dialer, &url).await,
    }
}

#[cfg(test)]
mod ways_tests;
