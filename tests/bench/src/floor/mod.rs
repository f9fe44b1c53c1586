//! The floor: a bare socket that writes prepared bytes and looks only for those that say how to go on. It parses nothing and
//! stores nothing; no messenger can be faster on the same machine, with the same server.

mod archive;
mod login;

pub use archive::{fetch, newest};
pub use login::{Token, cold, resumable, resume, token, with_token};

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use memchr::memmem;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use socket2::SockRef;

/// How long a server may be silent.
const PATIENCE: Duration = Duration::from_secs(300);

/// Whom to reach, and as whom.
#[derive(Clone)]
pub struct Door {
    address: SocketAddr,
    tls: Arc<ClientConfig>,
    /// The account: "user@domain".
    pub account: String,
    /// Its password.
    pub password: String,
    /// The server has SASL2, Bind2 and FAST.
    pub sasl2: bool,
    /// Which of the account's devices this is: with Bind2 a second connection of one device replaces the first.
    device: u8,
}

impl Door {
    /// A door to a server whose certificate this authority signed.
    pub fn new(address: SocketAddr, ca: &Path, account: &str, password: &str, sasl2: bool) -> io::Result<Door> {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_file_iter(ca).map_err(io::Error::other)? {
            roots.add(certificate.map_err(io::Error::other)?).map_err(io::Error::other)?;
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let (account, password) = (account.to_owned(), password.to_owned());
        Ok(Door { address, tls: Arc::new(tls), account, password, sasl2, device: 0 })
    }

    /// The same account on another device.
    pub fn other_device(&self) -> Door {
        Door { device: self.device + 1, ..self.clone() }
    }

    fn user(&self) -> &str {
        self.account.split('@').next().unwrap_or_default()
    }

    fn domain(&self) -> &str {
        self.account.split('@').nth(1).unwrap_or_default()
    }
}

/// One connection inside TLS.
pub struct Wire {
    stream: StreamOwned<ClientConnection, TcpStream>,
    /// What came and was not taken.
    bytes: Vec<u8>,
    piece: Vec<u8>,
}

impl Wire {
    /// Connects; TLS is negotiated with the first bytes.
    pub fn connect(door: &Door) -> io::Result<Wire> {
        let socket = TcpStream::connect(door.address)?;
        socket.set_nodelay(true)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        let name = ServerName::try_from(door.domain().to_owned()).map_err(io::Error::other)?;
        let session = ClientConnection::new(Arc::clone(&door.tls), name).map_err(io::Error::other)?;
        Ok(Wire { stream: StreamOwned::new(session, socket), bytes: Vec::new(), piece: vec![0; 64 << 10] })
    }

    /// The connection dies without a goodbye.
    pub fn cut(&mut self) -> io::Result<()> {
        self.stream.sock.shutdown(Shutdown::Both)
    }

    /// Writes these bytes at once.
    pub fn write(&mut self, text: &str) -> io::Result<()> {
        self.stream.write_all(text.as_bytes())?;
        self.stream.flush()
    }

    /// Reads until this text came, and returns everything up to its end.
    pub fn until(&mut self, text: &str) -> io::Result<Vec<u8>> {
        let finder = memmem::Finder::new(text);
        let mut looked = 0;
        loop {
            if let Some(place) = finder.find(self.bytes.get(looked..).unwrap_or_default()) {
                let rest = self.bytes.split_off(looked + place + text.len());
                return Ok(std::mem::replace(&mut self.bytes, rest));
            }
            looked = self.bytes.len().saturating_sub(text.len());
            self.read()?;
        }
    }

    fn read(&mut self) -> io::Result<()> {
        // As our own transport does: without it a server with Nagle's algorithm on waits for an acknowledgement that waits.
        #[cfg(target_os = "linux")]
        SockRef::from(&self.stream.sock).set_tcp_quickack(true)?;
        let length = self.stream.read(&mut self.piece)?;
        if length == 0 {
            let said = String::from_utf8_lossy(&self.bytes).into_owned();
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, format!("the server ended the stream: {said}")));
        }
        self.bytes.extend_from_slice(self.piece.get(..length).unwrap_or_default());
        Ok(())
    }
}

impl Drop for Wire {
    /// Says goodbye, so that the server keeps no session.
    fn drop(&mut self) {
        // It may have gone already.
        let _ = self.write("</stream:stream>");
    }
}

/// The text between two others, the last such.
pub fn last_between<'a>(bytes: &'a [u8], before: &str, after: &str) -> Option<&'a str> {
    let start = memmem::rfind(bytes, before.as_bytes())? + before.len();
    let rest = bytes.get(start..)?;
    std::str::from_utf8(rest.get(..memmem::find(rest, after.as_bytes())?)?).ok()
}
