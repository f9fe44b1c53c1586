//! Asking the domain name system: a domain's servers and a host's addresses.

use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::{RData, RecordType};

use super::names;

/// How long one question may take before it is asked again; twice this stays within the deadline of a look-up.
const QUESTION: Duration = Duration::from_secs(2);

/// How long addresses of the other family are waited for, once those of one are here (RFC 8305 section 3).
const OTHER_FAMILY: Duration = Duration::from_millis(50);

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum LookupError {
    /// The name does not exist, or has no such record.
    NotFound,
    /// Nobody could be asked, or nobody answered.
    Failed(String),
}

impl From<NetError> for LookupError {
    fn from(error: NetError) -> LookupError {
        if error.is_no_records_found() || error.is_nx_domain() {
            return LookupError::NotFound;
        }
        // The resolver's own text may hold the name that was asked; the kind of failure is enough.
        LookupError::Failed(match error {
            NetError::Timeout => "the name server did not answer".to_owned(),
            NetError::NoConnections => "no name server can be reached".to_owned(),
            NetError::Io(error) => error.to_string(),
            NetError::Dns(_) => "the name server could not answer".to_owned(),
            _ => "the question could not be asked".to_owned(),
        })
    }
}

/// One record of a service (RFC 2782).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SrvRecord {
    pub priority: u16,
    pub weight: u16,
    /// In ASCII; empty where the domain says that it does not offer the service (a target of ".").
    pub host: String,
    pub port: u16,
}

/// A resolver for one attempt to connect: a new one reads the system's settings anew, which change with the network.
#[derive(Clone)]
pub(super) struct Resolver {
    /// None where the system's settings cannot be read (Android without its context): the system itself is asked then,
    /// which knows addresses only.
    inner: Option<TokioResolver>,
}

impl Resolver {
    /// The system's name servers, or the one given. None if what was given is not "address:port".
    pub(super) fn new(server: Option<&str>) -> Option<Resolver> {
        let builder = match server {
            Some(server) => {
                let (host, port) = names::host_and_port(server, Some(53))?;
                let ip: IpAddr = host.parse().ok()?;
                let connection = |mut config: ConnectionConfig| {
                    config.port = port;
                    config
                };
                let connections = vec![connection(ConnectionConfig::udp()), connection(ConnectionConfig::tcp())];
                let config = ResolverConfig::from_name_servers(vec![NameServerConfig::new(ip, true, connections)]);
                Some(TokioResolver::builder_with_config(config, TokioRuntimeProvider::default()))
            }
            None => system(),
        };
        let build = |mut builder: hickory_resolver::ResolverBuilder<TokioRuntimeProvider>| {
            builder.options_mut().timeout = QUESTION;
            builder.options_mut().attempts = 1;
            builder.build().ok()
        };
        Some(Resolver { inner: builder.and_then(build) })
    }

    /// The records of a service, such as `_xmpp-client._tcp.example.org`.
    pub(super) async fn srv(&self, name: &str) -> Result<Vec<SrvRecord>, LookupError> {
        let inner = self.inner.as_ref().ok_or(LookupError::NotFound)?;
        let answer = inner.lookup(format!("{name}."), RecordType::SRV).await?;
        let records = answer.answers().iter().filter_map(|record| match &record.data {
            RData::SRV(srv) => Some(SrvRecord {
                priority: srv.priority,
                weight: srv.weight,
                host: srv.target.to_ascii().trim_end_matches('.').to_ascii_lowercase(),
                port: srv.port,
            }),
            _ => None,
        });
        let records: Vec<SrvRecord> = records.collect();
        if records.is_empty() { Err(LookupError::NotFound) } else { Ok(records) }
    }

    /// The addresses of a host, which may be an address already.
    pub(super) async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, LookupError> {
        if let Some(ip) = names::address(host) {
            return Ok(vec![ip]);
        }
        let Some(inner) = &self.inner else { return system_addresses(host).await };
        let ask = |kind| async move {
            let answer = inner.lookup(format!("{host}."), kind).await?;
            let found: Vec<IpAddr> = answer.answers().iter().filter_map(|record| record.data.ip_addr()).collect();
            if found.is_empty() { Err(LookupError::NotFound) } else { Ok(found) }
        };
        both_families(ask(RecordType::AAAA), ask(RecordType::A)).await
    }
}

/// Waits for both families, but not long for one when the other is here.
async fn both_families(
    six: impl Future<Output = Result<Vec<IpAddr>, LookupError>>,
    four: impl Future<Output = Result<Vec<IpAddr>, LookupError>>,
) -> Result<Vec<IpAddr>, LookupError> {
    let (six, four) = (pin!(six), pin!(four));
    let (first, second) = match select(six, four).await {
        Either::Left((first, other)) => (first, finish(other, None).await),
        Either::Right((first, other)) => {
            // IPv4 alone would be used at once; IPv6 gets the delay that RFC 8305 gives it.
            let delay = first.is_ok().then_some(OTHER_FAMILY);
            (first, finish(other, delay).await)
        }
    };
    match (first, second) {
        (Ok(mut first), Ok(second)) => {
            first.extend(second);
            Ok(first)
        }
        (Ok(found), Err(_)) | (Err(_), Ok(found)) => Ok(found),
        (Err(LookupError::NotFound), Err(error)) | (Err(error), Err(_)) => Err(error),
    }
}

async fn finish<T>(
    future: impl Future<Output = Result<T, LookupError>>,
    delay: Option<Duration>,
) -> Result<T, LookupError> {
    match delay {
        None => future.await,
        Some(delay) => tokio::time::timeout(delay, future).await.unwrap_or(Err(LookupError::NotFound)),
    }
}

#[cfg(not(target_os = "android"))]
fn system() -> Option<hickory_resolver::ResolverBuilder<TokioRuntimeProvider>> {
    TokioResolver::builder_tokio().ok()
}

/// The resolver would ask Java for the settings and panic where it was not told of Java. The app gives a name server.
#[cfg(target_os = "android")]
fn system() -> Option<hickory_resolver::ResolverBuilder<TokioRuntimeProvider>> {
    None
}

/// What the system's own resolver says.
async fn system_addresses(host: &str) -> Result<Vec<IpAddr>, LookupError> {
    let found = tokio::net::lookup_host((host, 0)).await.map_err(|error| LookupError::Failed(error.to_string()))?;
    let found: Vec<IpAddr> = found.map(|address: SocketAddr| address.ip()).collect();
    if found.is_empty() { Err(LookupError::NotFound) } else { Ok(found) }
}

#[cfg(test)]
mod dns_tests;
