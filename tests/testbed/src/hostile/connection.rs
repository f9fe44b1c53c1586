//! One connection of a hostile server, as its script sees it.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::nasty::Nasty;
use super::stanzas::{attribute, next_stanza};

/// How long a script waits for the client's next bytes.
const PATIENCE: Duration = Duration::from_secs(30);

/// The namespaces of a client stream (RFC 6120, section 4.8).
const NAMESPACES: &str = "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'";

enum Stream {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ServerConnection, TcpStream>>),
}

/// A client's connection.
pub struct Connection {
    stream: Option<Stream>,
    tls: Arc<ServerConfig>,
    domain: String,
    /// Received and not yet looked at.
    received: Vec<u8>,
    streams: u32,
}

impl Connection {
    pub(super) fn new(socket: TcpStream, domain: String, tls: Arc<ServerConfig>) -> io::Result<Connection> {
        socket.set_nodelay(true)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        socket.set_write_timeout(Some(PATIENCE))?;
        Ok(Connection { stream: Some(Stream::Plain(socket)), tls, domain, received: Vec::new(), streams: 0 })
    }

    /// The domain that this server pretends to be.
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// Begins TLS; what comes next is inside it.
    pub fn start_tls(&mut self) -> io::Result<()> {
        let Some(Stream::Plain(mut socket)) = self.stream.take() else {
            return Err(io::Error::other("TLS has begun already"));
        };
        let mut session = ServerConnection::new(Arc::clone(&self.tls)).map_err(io::Error::other)?;
        while session.is_handshaking() {
            session.complete_io(&mut socket)?;
        }
        self.received.clear();
        self.stream = Some(Stream::Tls(Box::new(StreamOwned::new(session, socket))));
        Ok(())
    }

    /// A correct STARTTLS (RFC 6120, section 5).
    pub fn offer_starttls(&mut self) -> io::Result<()> {
        self.open_stream("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>")?;
        self.expect("<starttls")?;
        self.expect(">")?;
        self.send("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")?;
        self.start_tls()
    }

    /// Waits for the client's stream header, and answers with one and these features.
    pub fn open_stream(&mut self, features: &str) -> io::Result<()> {
        self.expect("<stream:stream")?;
        self.expect(">")?;
        let header = self.header();
        self.send(&format!("{header}<stream:features>{features}</stream:features>"))
    }

    /// A correct stream header, without features after it.
    pub fn header(&mut self) -> String {
        self.streams += 1;
        let (domain, number) = (&self.domain, self.streams);
        format!("<?xml version='1.0'?><stream:stream from='{domain}' id='s{number}' version='1.0' {NAMESPACES}>")
    }

    /// Sends this text as it is.
    pub fn send(&mut self, text: &str) -> io::Result<()> {
        self.send_bytes(text.as_bytes())
    }

    /// Sends these bytes as they are.
    pub fn send_bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)?;
        self.flush()
    }

    /// Sends one of the well-known nasty things.
    pub fn send_nasty(&mut self, nasty: Nasty) -> io::Result<()> {
        nasty.write_to(self)?;
        self.flush()
    }

    /// Reads until this text has come, and answers with everything up to its end.
    pub fn expect(&mut self, text: &str) -> io::Result<String> {
        let needle = text.as_bytes();
        loop {
            if let Some(place) = self.received.windows(needle.len()).position(|window| window == needle) {
                let rest = self.received.split_off(place + needle.len());
                let read = std::mem::replace(&mut self.received, rest);
                return Ok(String::from_utf8_lossy(&read).into_owned());
            }
            self.receive().map_err(|error| self.disappointed(text, &error))?;
        }
    }

    /// Reads the next whole stanza (or other element of the stream); the end of the stream is an error.
    pub fn stanza(&mut self) -> io::Result<String> {
        loop {
            if let Some(length) = next_stanza(&self.received)? {
                let rest = self.received.split_off(length);
                let read = std::mem::replace(&mut self.received, rest);
                return Ok(String::from_utf8_lossy(&read).trim_start().to_owned());
            }
            self.receive().map_err(|error| self.disappointed("a stanza", &error))?;
        }
    }

    /// Answers the client's requests as a dull server does until a stanza comes for which this holds; answers with it, unanswered.
    pub fn serve_until(&mut self, mut wanted: impl FnMut(&str) -> bool) -> io::Result<String> {
        loop {
            let stanza = self.stanza()?;
            if wanted(&stanza) {
                return Ok(stanza);
            }
            self.answer(&stanza)?;
        }
    }

    /// Answers a request: an empty roster, an empty result to what sets something, else service-unavailable. Whatever is no
    /// request is passed over.
    pub fn answer(&mut self, stanza: &str) -> io::Result<()> {
        let kind = attribute(stanza, "type");
        if !stanza.starts_with("<iq") || !matches!(kind.as_deref(), Some("get" | "set")) {
            return Ok(());
        }
        let id = attribute(stanza, "id").unwrap_or_default();
        let answer = if stanza.contains("jabber:iq:roster") {
            format!("<iq type='result' id='{id}'><query xmlns='jabber:iq:roster'/></iq>")
        } else if kind.as_deref() == Some("set") {
            format!("<iq type='result' id='{id}'/>")
        } else {
            format!(
                "<iq type='error' id='{id}'><error type='cancel'>\
                 <service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"
            )
        };
        self.send(&answer)
    }

    /// Says nothing until the client leaves; an error if it stays longer than this.
    pub fn wait_for_the_end(&mut self, patience: Duration) -> io::Result<()> {
        self.socket()?.set_read_timeout(Some(patience))?;
        loop {
            match self.receive() {
                Ok(()) => self.received.clear(),
                Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                    return Err(error);
                }
                // However it left.
                Err(_) => return Ok(()),
            }
        }
    }

    fn receive(&mut self) -> io::Result<()> {
        let mut part = [0; 16 * 1024];
        let length = self.read(&mut part)?;
        if length == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.received.extend_from_slice(part.get(..length).unwrap_or_default());
        Ok(())
    }

    fn disappointed(&self, expected: &str, error: &io::Error) -> io::Error {
        let seen = String::from_utf8_lossy(&self.received);
        io::Error::new(error.kind(), format!("expected {expected:?} and got {error} after {seen:?}"))
    }

    fn socket(&self) -> io::Result<&TcpStream> {
        match &self.stream {
            Some(Stream::Plain(socket)) => Ok(socket),
            Some(Stream::Tls(stream)) => Ok(stream.get_ref()),
            None => Err(io::ErrorKind::NotConnected.into()),
        }
    }
}

impl Read for Connection {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match &mut self.stream {
            Some(Stream::Plain(socket)) => socket.read(into),
            Some(Stream::Tls(stream)) => stream.read(into),
            None => Err(io::ErrorKind::NotConnected.into()),
        }
    }
}

impl Write for Connection {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.stream {
            Some(Stream::Plain(socket)) => socket.write(bytes),
            Some(Stream::Tls(stream)) => stream.write(bytes),
            None => Err(io::ErrorKind::NotConnected.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.stream {
            Some(Stream::Plain(socket)) => socket.flush(),
            Some(Stream::Tls(stream)) => stream.flush(),
            None => Err(io::ErrorKind::NotConnected.into()),
        }
    }
}
