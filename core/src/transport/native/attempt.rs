//! From a target to a transport: its addresses, a TCP connection to one of them, STARTTLS where needed, TLS.

use std::cell::Cell;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use rustls::pki_types::ServerName;
use tokio::net::TcpStream;

use crate::transport::{ConnectError, Connection, Step};

use super::dns::Resolver;
use super::families::interleave;
use super::srv::{Service, Target};
use super::tcp::{self, TcpTransport};
use super::tls::{Inside, Tls};
use super::ways::{CONNECT, LOOK_UP, OPEN, SECURE};
use super::{discover, starttls};
use crate::transport::race::first_success;

/// The head start of one address over the next, while it does not answer (RFC 8305 section 5).
const NEXT_ADDRESS: Duration = Duration::from_millis(250);

/// The head start of an address that answered and is busy with TLS. On a slow network a handshake takes longer than
/// [`NEXT_ADDRESS`], and a second connection would only make it slower.
const NEXT_ADDRESS_WHILE_BUSY: Duration = Duration::from_secs(2);

/// What all attempts of one [`super::connect`] share.
pub(super) struct Dialer<'a> {
    pub resolver: &'a Resolver,
    pub tls: &'a Tls,
    /// The domain as the address has it.
    pub domain: &'a str,
    /// The name that a certificate must prove: the domain, in ASCII.
    pub name: &'a ServerName<'static>,
    /// The furthest step that was begun, to be told if time runs out.
    pub progress: &'a Cell<Step>,
}

impl Dialer<'_> {
    /// Runs one step against its deadline.
    pub(super) async fn within<T>(
        &self,
        step: Step,
        deadline: Duration,
        work: impl Future<Output = Result<T, ConnectError>>,
    ) -> Result<T, ConnectError> {
        self.progress.set(self.progress.get().max(step));
        tokio::time::timeout(deadline, work).await.unwrap_or(Err(ConnectError::TimedOut { step }))
    }

    /// A host's addresses, in the order in which they are to be tried.
    async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, ConnectError> {
        let found =
            async { self.resolver.addresses(host).await.map_err(|error| discover::address_error(error, self.domain)) };
        self.within(Step::LookingUp, LOOK_UP, found).await.map(interleave)
    }

    /// Tries the addresses of a host until `secure` succeeds on one.
    pub(super) async fn host<T, F: Future<Output = Result<T, ConnectError>>>(
        &self,
        host: &str,
        port: u16,
        secure: impl Fn(TcpStream) -> F,
    ) -> Result<T, ConnectError> {
        let addresses = self.addresses(host).await?;
        let busy = Cell::new(0_usize);
        let (busy, secure) = (&busy, &secure);
        let attempts = addresses.into_iter().map(|ip| async move {
            let stream = self.within(Step::Connecting, CONNECT, dial(SocketAddr::new(ip, port))).await?;
            busy.set(busy.get() + 1);
            let outcome = secure(stream).await;
            busy.set(busy.get() - 1);
            outcome
        });
        let delay = || if busy.get() > 0 { NEXT_ADDRESS_WHILE_BUSY } else { NEXT_ADDRESS };
        first_success(attempts, delay).await.map_err(|errors| self.told(errors))
    }

    /// Tries one target.
    pub(super) async fn target(&self, target: &Target) -> Result<Connection, ConnectError> {
        let secure = |mut stream: TcpStream| async move {
            let inside = match target.service {
                Service::Direct => Inside::Direct,
                Service::StartTls => {
                    self.within(Step::Opening, OPEN, starttls::negotiate(&mut stream, self.domain)).await?;
                    Inside::StartTls
                }
            };
            self.within(Step::Securing, SECURE, self.tls.secure(inside, self.name, stream)).await
        };
        let stream = self.host(&target.host, target.port, secure).await?;
        Ok(Connection { transport: Box::new(TcpTransport::new(stream)), route: target.route() })
    }

    /// The one error that stands for several.
    pub(super) fn told(&self, errors: Vec<ConnectError>) -> ConnectError {
        let nothing = || ConnectError::ServerNotFound { domain: self.domain.to_owned() };
        ConnectError::most_telling(errors).unwrap_or_else(nothing)
    }
}

async fn dial(address: SocketAddr) -> Result<TcpStream, ConnectError> {
    // Some systems say nothing of a port 0 but wait.
    if address.port() == 0 {
        return Err(ConnectError::Unreachable { step: Step::Connecting, detail: "the port is 0".to_owned() });
    }
    let unreachable =
        |error: std::io::Error| ConnectError::Unreachable { step: Step::Connecting, detail: error.kind().to_string() };
    tcp::connect(address).await.map_err(unreachable)
}
