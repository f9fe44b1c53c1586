//! Bytes to stanza frames: one connection to a server, over TCP with TLS or over WebSocket; in a browser over its WebSocket.
//!
//! A transport knows nothing of logins, stanzas' meaning or stream management. It hands up stream openings, closings
//! and [`Frame`]s: the text of one complete top-level element each, already held to limits of depth and size, so that no
//! recursive parser above it ever sees hostile bytes. Of an element beyond the limits its beginning is handed up ([`LeftOut`]).

mod connect;
mod element;
pub mod frame;
mod framing;
mod host_meta;
#[cfg(not(target_arch = "wasm32"))]
mod native;
mod race;
#[cfg(target_arch = "wasm32")]
mod web;

use async_trait::async_trait;

pub use connect::{CertificateReason, ConnectError, ConnectRequest, Connection, Route, Step};
pub use element::Context;
pub use frame::LeftOut;
#[cfg(not(target_arch = "wasm32"))]
pub use native::{Https, check, connect, https};
#[cfg(target_arch = "wasm32")]
pub use web::{check, connect};

/// The text of one top-level element of a stream, with the namespace declarations in force around it.
#[derive(Clone)]
pub struct Frame {
    /// The element as it came, from `<` to `>`.
    pub text: String,
    /// The stream header around it (TCP), as an opening tag; empty for WebSocket, whose frames stand alone (RFC 7395).
    pub context: Context,
}

impl std::fmt::Debug for Frame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Frame({} bytes)", self.text.len())
    }
}

/// What a connection hands up.
#[derive(Debug)]
pub enum Incoming {
    /// The server opened (or reopened) the stream: RFC 6120 section 4.7, RFC 7395 section 3.4.
    Open(StreamHeader),
    /// One top-level element.
    Frame(Frame),
    /// One that is beyond the limits, as soon as that is known. It may go on; its end is waited for below.
    LeftOut(LeftOut),
    /// The server closed the stream, politely.
    Close,
}

/// The attributes of a stream's opening that matter here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StreamHeader {
    /// The stream's id, as the server chose it.
    pub id: Option<String>,
    /// The domain the server speaks for.
    pub from: Option<String>,
    /// The protocol version; None is a server older than RFC 3920.
    pub version: Option<String>,
}

/// What a client says when it opens a stream.
#[derive(Clone, Debug)]
pub struct OpenRequest {
    /// The domain of the account (A-label form is not needed: it goes as the address has it).
    pub to: String,
    /// The bare address of the account, sent only inside TLS; Prosody offers FAST only where it is given.
    pub from: Option<String>,
}

/// What a connection can prove about its TLS channel (RFC 5929, RFC 9266), for SCRAM's -PLUS variants.
#[derive(Clone, Default)]
pub struct ChannelBinding {
    /// `tls-exporter`: 32 bytes; present on TLS 1.3 only.
    pub exporter: Option<Vec<u8>>,
    /// `tls-server-end-point`: the hash of the server's certificate.
    pub server_end_point: Option<Vec<u8>>,
}

/// One connection to a server. Every byte of it is inside TLS (or, for tests alone, on loopback).
#[async_trait(?Send)]
pub trait Transport {
    /// Queues the opening of a stream; also the restart of one after SASL.
    fn open(&mut self, request: &OpenRequest);
    /// Queues text: one or more whole elements. It leaves while [`Transport::receive`] or [`Transport::flush`] is awaited.
    fn queue(&mut self, text: &str);
    /// Queues the closing of the stream.
    fn close(&mut self);
    /// Waits until what was queued has been handed to the system.
    async fn flush(&mut self) -> Result<(), TransportError>;
    /// Waits for the next thing from the server while writing what is queued. Safe to drop and call again: nothing is lost.
    async fn receive(&mut self) -> Result<Incoming, TransportError>;
    /// What the TLS channel offers for binding; empty in the browser, which does not say.
    fn channel_binding(&self) -> ChannelBinding;
    /// Bytes received and sent so far, inside TLS.
    fn traffic(&self) -> (u64, u64);
}

/// Why a connection ended or could not go on.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// The connection is gone: reset, closed without goodbye, or the network went away.
    #[error("the connection was lost: {0}")]
    Lost(#[from] std::io::Error),
    /// What came is not the XML that RFC 6120 allows.
    #[error("the server sent something that is not XMPP: {reason}")]
    Malformed {
        /// What was wrong, without quoting what was sent.
        reason: &'static str,
    },
    /// Something was larger than is accepted: an element that never ends, a stream header, an element before the login.
    #[error("the server sent an element beyond the limits: {limit}")]
    TooLarge {
        /// Which limit, in words.
        limit: &'static str,
    },
    /// The server asks for another address to be used (RFC 7395 section 3.6.1). It was not followed.
    #[error("the server asks for another address to be used")]
    Elsewhere {
        /// The address, as the server named it.
        uri: String,
    },
}
