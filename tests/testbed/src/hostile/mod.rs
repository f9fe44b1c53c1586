//! A server that plays a script: every test of hostile input is one. It can log a client in correctly first, so that forged
//! carbons, roster pushes or archive results arrive in a session that the client trusts.
//!
//! ```no_run
//! use larimar_testbed::hostile::{Login, Server};
//! let server = Server::direct_tls("one.test", |connection| {
//!     connection.login(&Login::new("alice@one.test", "secret"))?;
//!     connection.serve_until(|stanza| stanza.starts_with("<presence"))?;
//!     connection.send("<message from='mallory@two.test'><sent xmlns='urn:xmpp:carbons:2'/></message>")
//! })?;
//! # Ok::<(), larimar_testbed::Error>(())
//! ```

mod connection;
mod login;
mod nasty;
mod scram;
mod stanzas;

pub use connection::Connection;
pub use login::{Login, Offer};
pub use nasty::Nasty;
pub use scram::{Forge, Hash};
pub use stanzas::attribute;

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::certificates::Authority;
use crate::error::{Context, Error, Result};
use crate::folder::Folder;

/// When the connection's TLS begins.
#[derive(Clone, Copy)]
enum Start {
    Direct,
    Upgrade,
    Plain,
}

/// A listening hostile server. Dropping it ends its connections.
pub struct Server {
    address: SocketAddr,
    folder: Folder,
    shared: Arc<Shared>,
    outcomes: Mutex<mpsc::Receiver<std::result::Result<(), String>>>,
}

struct Shared {
    stopped: AtomicBool,
    accepted: AtomicU64,
    sockets: Mutex<Vec<TcpStream>>,
}

impl Server {
    /// Plays this script on every connection, inside TLS that begins at once (XEP-0368).
    pub fn direct_tls<S>(domain: &str, script: S) -> Result<Server>
    where
        S: Fn(&mut Connection) -> io::Result<()> + Send + Sync + 'static,
    {
        Server::start(domain, Start::Direct, script)
    }

    /// Plays this script on every connection, after a correct STARTTLS.
    pub fn starttls<S>(domain: &str, script: S) -> Result<Server>
    where
        S: Fn(&mut Connection) -> io::Result<()> + Send + Sync + 'static,
    {
        Server::start(domain, Start::Upgrade, script)
    }

    /// Plays this script on every connection from its first byte, without TLS; the script may begin it
    /// ([`Connection::start_tls`]).
    pub fn plain<S>(domain: &str, script: S) -> Result<Server>
    where
        S: Fn(&mut Connection) -> io::Result<()> + Send + Sync + 'static,
    {
        Server::start(domain, Start::Plain, script)
    }

    fn start<S>(domain: &str, start: Start, script: S) -> Result<Server>
    where
        S: Fn(&mut Connection) -> io::Result<()> + Send + Sync + 'static,
    {
        let folder = Folder::new("hostile")?;
        let authority = Authority::new()?;
        folder.write("ca.pem", authority.pem())?;
        let tls = tls(&authority, domain)?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("listening")?;
        let address = listener.local_addr().context("listening")?;
        let shared = Arc::new(Shared {
            stopped: AtomicBool::new(false),
            accepted: AtomicU64::new(0),
            sockets: Mutex::default(),
        });
        let (outcome, outcomes) = mpsc::channel();
        let (domain, script, for_thread) = (domain.to_owned(), Arc::new(script), Arc::clone(&shared));
        std::thread::spawn(move || {
            while let Ok((socket, _)) = listener.accept() {
                if for_thread.stopped.load(Ordering::SeqCst) {
                    break;
                }
                for_thread.accepted.fetch_add(1, Ordering::SeqCst);
                for_thread.keep(&socket);
                let (domain, tls, script, outcome) =
                    (domain.clone(), Arc::clone(&tls), Arc::clone(&script), outcome.clone());
                std::thread::spawn(move || {
                    let played = Connection::new(socket, domain, tls).and_then(|mut connection| {
                        match start {
                            Start::Direct => connection.start_tls()?,
                            Start::Upgrade => connection.offer_starttls()?,
                            Start::Plain => {}
                        }
                        script(&mut connection)
                    });
                    // Nobody may be waiting.
                    let _ = outcome.send(played.map_err(|error| error.to_string()));
                });
            }
        });
        Ok(Server { address, folder, shared, outcomes: Mutex::new(outcomes) })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The authority that its certificate is good under, in PEM.
    pub fn ca_path(&self) -> PathBuf {
        self.folder.join("ca.pem")
    }

    /// How many connections were made.
    pub fn connections(&self) -> u64 {
        self.shared.accepted.load(Ordering::SeqCst)
    }

    /// Waits until the script of the next connection has ended: by itself, or because the client left or said something else
    /// than was expected (the words say what).
    pub fn outcome(&self) -> Result<std::result::Result<(), String>> {
        let outcomes = self.outcomes.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = outcomes.recv_timeout(Duration::from_secs(120));
        waited.map_err(|_| Error::TimedOut("the end of a hostile server's script".to_owned()))
    }
}

impl Shared {
    fn keep(&self, socket: &TcpStream) {
        let mut sockets = self.sockets.lock().unwrap_or_else(PoisonError::into_inner);
        sockets.extend(socket.try_clone().ok());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        for socket in self.shared.sockets.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            // One that is closed already needs no end.
            let _ = socket.shutdown(std::net::Shutdown::Both);
        }
        // So that the listening thread sees that it is over.
        let _ = TcpStream::connect(self.address);
    }
}

fn tls(authority: &Authority, domain: &str) -> Result<Arc<ServerConfig>> {
    let identity = authority.issue(&[domain.to_owned(), "localhost".to_owned()])?;
    let key = PrivateKeyDer::try_from(identity.key_der).map_err(io::Error::other).context("reading a key")?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| {
            builder.with_no_client_auth().with_single_cert(vec![CertificateDer::from(identity.certificate_der)], key)
        })
        .map_err(io::Error::other)
        .context("preparing TLS")?;
    let mut config = config;
    config.alpn_protocols = vec![b"xmpp-client".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
