//! Real XMPP servers, each a child process in its own folder with its own certificates.

mod admin;
mod archive;
mod ejabberd;
mod options;
mod programs;
mod prosody;

pub use archive::Archived;
pub use options::{Mechanisms, Options, ScramHash};

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::certificates::Authority;
use crate::error::{Error, Result};
use crate::folder::Folder;
use crate::ports::Port;
use crate::process::Process;

/// How long a server may take until it answers, on a busy machine.
const START: Duration = Duration::from_secs(60);

/// The servers that the tests run against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ServerKind {
    /// Prosody 0.12.3, Debian 12's.
    Prosody12,
    /// ejabberd 23.01, Debian 12's.
    Ejabberd23,
    /// Prosody 13.0.1 from Debian 13: SASL2, Bind2, FAST.
    Prosody13,
    /// ejabberd 24.12 from Debian 13: SASL2, Bind2, FAST.
    Ejabberd24,
}

impl ServerKind {
    /// All of them.
    pub const ALL: [ServerKind; 4] =
        [ServerKind::Prosody12, ServerKind::Ejabberd23, ServerKind::Prosody13, ServerKind::Ejabberd24];

    /// Whether it is a Prosody.
    pub fn is_prosody(self) -> bool {
        matches!(self, ServerKind::Prosody12 | ServerKind::Prosody13)
    }

    /// Whether it is of the newer pair, with SASL2, Bind2 and FAST.
    pub fn is_newer(self) -> bool {
        matches!(self, ServerKind::Prosody13 | ServerKind::Ejabberd24)
    }

    /// Its name and version, for messages and tables.
    pub fn name(self) -> &'static str {
        match self {
            ServerKind::Prosody12 => "Prosody 0.12",
            ServerKind::Ejabberd23 => "ejabberd 23.01",
            ServerKind::Prosody13 => "Prosody 13.0",
            ServerKind::Ejabberd24 => "ejabberd 24.12",
        }
    }
}

/// The ports of a server, all on 127.0.0.1.
#[derive(Debug)]
pub(crate) struct Ports {
    pub(crate) starttls: Port,
    pub(crate) direct_tls: Port,
    pub(crate) https: Port,
    /// Plain HTTP, for the testbed's own administration.
    pub(crate) admin: Port,
    pub(crate) federation: Port,
    pub(crate) component: Port,
}

impl Ports {
    fn reserve() -> Result<Ports> {
        Ok(Ports {
            starttls: Port::reserve()?,
            direct_tls: Port::reserve()?,
            https: Port::reserve()?,
            admin: Port::reserve()?,
            federation: Port::reserve()?,
            component: Port::reserve()?,
        })
    }
}

/// A running server. It is killed, and its folder removed, when this is dropped.
pub struct Server {
    kind: ServerKind,
    options: Options,
    ports: Ports,
    process: Mutex<Option<Process>>,
    /// Last, so that the process is gone when the folder goes.
    folder: Folder,
}

impl Server {
    /// Starts a server and waits until it answers on all its ports and has its accounts.
    pub fn start(kind: ServerKind, options: Options) -> Result<Server> {
        let folder = Folder::new(if kind.is_prosody() { "prosody" } else { "ejabberd" })?;
        let ports = Ports::reserve()?;
        write_certificates(&folder, &options)?;
        let server = Server { kind, options, ports, process: Mutex::new(None), folder };
        server.configure()?;
        server.prepare_databases()?;
        server.run()?;
        for (account, password) in server.options.accounts.clone() {
            server.register(&account, &password)?;
        }
        Ok(server)
    }

    /// Which server this is.
    pub fn kind(&self) -> ServerKind {
        self.kind
    }

    /// The first domain it serves.
    pub fn domain(&self) -> &str {
        &self.options.domains[0]
    }

    /// All the domains it serves.
    pub fn domains(&self) -> &[String] {
        &self.options.domains
    }

    /// The port for clients that begin with STARTTLS (RFC 6120, section 5).
    pub fn starttls_port(&self) -> u16 {
        self.ports.starttls.number()
    }

    /// The port for clients that begin with TLS (XEP-0368).
    pub fn direct_tls_port(&self) -> u16 {
        self.ports.direct_tls.number()
    }

    /// The port for HTTPS: WebSocket, uploads, host-meta.
    pub fn https_port(&self) -> u16 {
        self.ports.https.number()
    }

    /// The port for other servers (RFC 6120, section 3.1).
    pub fn federation_port(&self) -> u16 {
        self.ports.federation.number()
    }

    /// The port for components (XEP-0114).
    pub(crate) fn component_port(&self) -> u16 {
        self.ports.component.number()
    }

    /// Where STARTTLS is spoken.
    pub fn starttls_address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.starttls_port()).into()
    }

    /// Where direct TLS is spoken.
    pub fn direct_tls_address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.direct_tls_port()).into()
    }

    /// Where WebSocket is spoken (RFC 7395); its certificate holds for `localhost` as well.
    pub fn websocket_url(&self) -> String {
        let path = if self.kind.is_prosody() { "xmpp-websocket" } else { "ws" };
        format!("wss://localhost:{}/{path}", self.https_port())
    }

    /// Where a Prosody speaks WebSocket without TLS, for a page that this machine serves to itself.
    pub fn plain_websocket_url(&self) -> String {
        format!("ws://localhost:{}/xmpp-websocket", self.ports.admin.number())
    }

    /// The certificate of the authority that signed the server's own, in PEM.
    pub fn ca_path(&self) -> PathBuf {
        self.folder.join("ca.pem")
    }

    /// The server's folder: configuration, data and logs.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What it has logged last, for a test that failed.
    pub fn log(&self) -> String {
        crate::process::tail(&self.log_path())
    }

    /// Stops it at once (SIGKILL) and keeps its data and ports.
    pub fn kill(&self) {
        *self.process() = None;
    }

    /// Lets it end by itself, as at a shutdown, and keeps its data and ports.
    pub fn stop(&self) {
        let process = self.process().take();
        if let Some(mut process) = process {
            process.signal("TERM");
            process.wait(Duration::from_secs(10));
        }
    }

    /// Starts it again with the same data on the same ports, after it was stopped if it was running.
    pub fn restart(&self) -> Result<()> {
        self.stop();
        self.run()
    }

    /// Freezes it (SIGSTOP): it accepts nothing and answers nothing, and its connections stay.
    pub fn freeze(&self) {
        if let Some(process) = self.process().as_ref() {
            process.signal("STOP");
        }
    }

    /// Lets a frozen server go on.
    pub fn thaw(&self) {
        if let Some(process) = self.process().as_ref() {
            process.signal("CONT");
        }
    }

    fn process(&self) -> MutexGuard<'_, Option<Process>> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn log_path(&self) -> PathBuf {
        self.folder.join("server.log")
    }

    fn configure(&self) -> Result<()> {
        if self.kind.is_prosody() {
            prosody::configure(self.kind, &self.options, &self.ports, &self.folder)
        } else {
            ejabberd::configure(self.kind, &self.options, &self.ports, &self.folder)
        }
    }

    fn run(&self) -> Result<()> {
        let command = if self.kind.is_prosody() {
            prosody::command(self.kind, &self.folder)?
        } else {
            ejabberd::command(self.kind, &self.folder)?
        };
        let mut process = Process::start(command, &self.log_path())?;
        let what = self.kind.name();
        process.until_ready(what, START, || greets(self.starttls_address(), self.domain()))?;
        for port in [&self.ports.direct_tls, &self.ports.https, &self.ports.admin] {
            process.until_ready(what, START, || TcpStream::connect((Ipv4Addr::LOCALHOST, port.number())))?;
        }
        *self.process() = Some(process);
        Ok(())
    }
}

/// Whether the server opens a stream for this domain and offers its features.
fn greets(address: SocketAddr, domain: &str) -> io::Result<()> {
    let mut socket = TcpStream::connect(address)?;
    socket.set_read_timeout(Some(Duration::from_secs(5)))?;
    let header = format!(
        "<?xml version='1.0'?><stream:stream to='{domain}' version='1.0' xmlns='jabber:client' \
         xmlns:stream='http://etherx.jabber.org/streams'>"
    );
    socket.write_all(header.as_bytes())?;
    let mut seen = Vec::new();
    let mut part = [0; 4096];
    loop {
        let length = socket.read(&mut part)?;
        seen.extend_from_slice(part.get(..length).unwrap_or_default());
        let text = String::from_utf8_lossy(&seen);
        if text.contains("</stream:features>") {
            return Ok(());
        }
        if length == 0 || text.contains("<stream:error") {
            return Err(io::Error::other("no stream features"));
        }
    }
}

fn write_certificates(folder: &Folder, options: &Options) -> Result<()> {
    let authority = match &options.authority {
        Some(authority) => authority.clone(),
        None => std::sync::Arc::new(Authority::new()?),
    };
    folder.write("ca.pem", authority.pem())?;
    let mut names = options.certificate_names.clone().unwrap_or_else(|| options.domains.clone());
    if options.certificate_names.is_none() {
        let parts =
            options.domains.iter().flat_map(|domain| ["conference", "upload"].map(|part| format!("{part}.{domain}")));
        names.extend(parts.collect::<Vec<_>>());
        names.extend(["localhost".to_owned(), "127.0.0.1".to_owned()]);
        names.dedup();
    }
    let identity =
        if options.expired_certificate { authority.issue_expired(&names)? } else { authority.issue(&names)? };
    folder.write("server.key", &identity.key)?;
    folder.write("server.crt", &identity.certificate)?;
    folder.write("server.pem", format!("{}{}", identity.certificate, identity.key))?;
    Ok(())
}

/// Splits an account's address into its local part and its domain.
fn split(account: &str) -> Result<(&str, &str)> {
    account.split_once('@').ok_or_else(|| Error::Refused {
        what: "the testbed".to_owned(),
        answer: "an account is written user@domain".to_owned(),
    })
}
