//! From an open connection to the point where TLS begins (RFC 6120 section 5).
//!
//! Whatever the server says before TLS could come from anybody. It is used to find out whether TLS can begin, and for
//! nothing else: what follows `<proceed/>` in the open ends the attempt, so that it cannot pass as said inside TLS
//! (CVE-2011-0411).

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::transport::frame::{NS_STREAM, Splitter};
use crate::transport::{ConnectError, Incoming, Step, TransportError};
use crate::xep::Element;

use super::tcp;

const NS_TLS: &str = "urn:ietf:params:xml:ns:xmpp-tls";

/// The largest element accepted before TLS: features are all that is expected, and stay below 4 KiB.
const FRAME_LIMIT: usize = 64 * 1024;

/// The most that is read before TLS. A server that says more is playing for time.
const TOTAL_LIMIT: usize = 256 * 1024;

const REQUEST: &str = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";

/// Asks for TLS. Afterwards the next byte in both directions belongs to the handshake.
pub(super) async fn negotiate(stream: &mut TcpStream, domain: &str) -> Result<(), ConnectError> {
    let mut plain = Plain { stream, splitter: Splitter::new(FRAME_LIMIT), read: 0 };
    plain.splitter.expect_open();
    // The address of the account is nobody's business here: no `from`.
    plain.write(&tcp::header(domain, None)).await?;
    match plain.next().await? {
        Incoming::Open(_) => {}
        _ => return Err(not_xmpp("the stream was not opened")),
    }
    let features = plain.element().await?;
    if !features.is("features", NS_STREAM) {
        return Err(not_xmpp("features were expected"));
    }
    if features.get_child("starttls", NS_TLS).is_none() {
        return Err(ConnectError::NoEncryption);
    }
    if plain.splitter.has_rest() {
        return Err(not_xmpp("an answer to STARTTLS before it was asked for"));
    }
    plain.write(REQUEST).await?;
    let answer = plain.element().await?;
    if answer.is("failure", NS_TLS) {
        return Err(ConnectError::NoEncryption);
    }
    if !answer.is("proceed", NS_TLS) {
        return Err(not_xmpp("an answer to STARTTLS was expected"));
    }
    if plain.splitter.has_rest() {
        return Err(not_xmpp("data in the open where TLS should begin"));
    }
    Ok(())
}

fn not_xmpp(reason: &str) -> ConnectError {
    ConnectError::NotXmpp { reason: reason.to_owned() }
}

fn lost(error: &io::Error) -> ConnectError {
    ConnectError::Unreachable { step: Step::Opening, detail: error.to_string() }
}

/// The connection while it is open to everybody.
struct Plain<'a> {
    stream: &'a mut TcpStream,
    splitter: Splitter,
    read: usize,
}

impl Plain<'_> {
    async fn write(&mut self, text: &str) -> Result<(), ConnectError> {
        self.stream.write_all(text.as_bytes()).await.map_err(|error| lost(&error))
    }

    async fn next(&mut self) -> Result<Incoming, ConnectError> {
        loop {
            let taken = self.splitter.take().map_err(|error| match error {
                TransportError::Malformed { reason } => not_xmpp(reason),
                other => ConnectError::NotXmpp { reason: other.to_string() },
            })?;
            match taken {
                Some(Incoming::LeftOut(element)) => {
                    return Err(not_xmpp(&TransportError::TooLarge { limit: element.reason }.to_string()));
                }
                Some(incoming) => return Ok(incoming),
                None => {}
            }
            if self.read > TOTAL_LIMIT {
                return Err(not_xmpp("talk without end before encryption"));
            }
            tcp::acknowledge_at_once(self.stream);
            let buffer = self.splitter.buffer();
            buffer.reserve(4096);
            let count = self.stream.read_buf(buffer).await.map_err(|error| lost(&error))?;
            if count == 0 {
                return Err(lost(&io::ErrorKind::UnexpectedEof.into()));
            }
            self.read += count;
        }
    }

    /// The next element; a stream error or the stream's end is an error.
    async fn element(&mut self) -> Result<Element, ConnectError> {
        let Incoming::Frame(frame) = self.next().await? else { return Err(not_xmpp("the stream ended")) };
        let element = frame.parse().map_err(|_| not_xmpp("an element is not well-formed"))?;
        if element.is("error", NS_STREAM) {
            let known = |name: &&str| {
                matches!(
                    *name,
                    "host-gone"
                        | "host-unknown"
                        | "policy-violation"
                        | "resource-constraint"
                        | "see-other-host"
                        | "system-shutdown"
                )
            };
            let condition = element.children().map(Element::name).find(known).unwrap_or("an error");
            return Err(ConnectError::Unreachable {
                step: Step::Opening,
                detail: format!("the server ended the stream: {condition}"),
            });
        }
        Ok(element)
    }
}

#[cfg(test)]
mod starttls_tests;
