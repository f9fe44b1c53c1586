//! XMPP over TCP inside TLS (RFC 6120 section 4).

use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};

use async_trait::async_trait;
use tokio::io::{AsyncReadExt, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use crate::transport::frame::{NS_CLIENT, NS_STREAM, Splitter, escape};
use crate::transport::{ChannelBinding, Incoming, OpenRequest, Transport, TransportError};

use super::binding;

/// How much is read at once: two TLS records.
const READ: usize = 32 * 1024;

/// A queue of text that was written to the end is given back when it grew beyond this.
const KEPT_CAPACITY: usize = 64 * 1024;

/// Connects to one address. What is written leaves at once: stanzas are small, and waiting for more (Nagle's algorithm)
/// costs up to 40 ms each.
pub(super) async fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Asks the kernel to acknowledge what comes next at once. It forgets this by itself, so it is asked before each read. A
/// server that has Nagle's algorithm on waits for these acknowledgements: 40 ms for every page of an archive.
pub(super) fn acknowledge_at_once(stream: &TcpStream) {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    if let Err(error) = socket2::SockRef::from(stream).set_tcp_quickack(true) {
        log::trace!("TCP_QUICKACK is not to be had: {error}");
    }
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    let _ = stream;
}

/// The opening of a stream (RFC 6120 section 4.7).
pub(super) fn header(to: &str, from: Option<&str>) -> String {
    let from = from.map(|from| format!(" from='{}'", escape(from))).unwrap_or_default();
    format!(
        "<?xml version='1.0'?><stream:stream to='{}'{from} version='1.0' xml:lang='en' xmlns='{NS_CLIENT}' \
         xmlns:stream='{NS_STREAM}'>",
        escape(to)
    )
}

/// A connection over TCP, inside TLS.
pub(super) struct TcpTransport {
    stream: TlsStream<TcpStream>,
    splitter: Splitter,
    out: Vec<u8>,
    written: usize,
    flushed: bool,
    /// Writing failed. What the server still has to say is read before that is told: it may say why.
    failed: Option<io::Error>,
    received: u64,
    sent: u64,
}

impl TcpTransport {
    /// A transport whose handshake is done.
    pub(super) fn new(stream: TlsStream<TcpStream>) -> TcpTransport {
        let (out, splitter) = (Vec::new(), Splitter::default());
        TcpTransport { stream, splitter, out, written: 0, flushed: true, failed: None, received: 0, sent: 0 }
    }

    fn push(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
        self.flushed = false;
    }

    /// Writes what is queued, as far as the system takes it.
    fn poll_write_out(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.written < self.out.len() {
            let count = ready!(Pin::new(&mut self.stream).poll_write(cx, &self.out[self.written..]))?;
            if count == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.written += count;
            self.sent += count as u64;
        }
        if !self.flushed {
            ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
            self.flushed = true;
        }
        self.written = 0;
        self.out.clear();
        if self.out.capacity() > KEPT_CAPACITY {
            self.out = Vec::new();
        }
        Poll::Ready(Ok(()))
    }

    /// Writes what is queued and reads what comes; done when something came, or the connection ended (0 bytes).
    fn poll_exchange(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        if self.failed.is_none()
            && let Poll::Ready(Err(error)) = self.poll_write_out(cx)
        {
            self.failed = Some(error);
        }
        acknowledge_at_once(self.stream.get_ref().0);
        let buffer = self.splitter.buffer();
        buffer.reserve(READ);
        // The future holds nothing between polls: what it read is in the buffer.
        let count = ready!(pin!(self.stream.read_buf(buffer)).poll(cx))?;
        self.received += count as u64;
        Poll::Ready(Ok(count))
    }
}

#[async_trait(?Send)]
impl Transport for TcpTransport {
    fn open(&mut self, request: &OpenRequest) {
        self.splitter.expect_open();
        self.push(&header(&request.to, request.from.as_deref()));
    }

    fn queue(&mut self, text: &str) {
        self.push(text);
    }

    fn close(&mut self) {
        self.push("</stream:stream>");
    }

    async fn flush(&mut self) -> Result<(), TransportError> {
        if let Some(error) = self.failed.take() {
            return Err(error.into());
        }
        Ok(poll_fn(|cx| self.poll_write_out(cx)).await?)
    }

    async fn receive(&mut self) -> Result<Incoming, TransportError> {
        loop {
            if let Some(incoming) = self.splitter.take()? {
                return Ok(incoming);
            }
            let outcome = poll_fn(|cx| self.poll_exchange(cx)).await;
            match (outcome, self.failed.take()) {
                (Ok(1..), failed) => self.failed = failed,
                (Ok(0), Some(error)) | (Err(error), _) => return Err(error.into()),
                (Ok(0), None) => return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
            }
        }
    }

    fn channel_binding(&self) -> ChannelBinding {
        binding::channel_binding(self.stream.get_ref().1)
    }

    fn traffic(&self) -> (u64, u64) {
        (self.received, self.sent)
    }
}

#[cfg(test)]
mod tcp_tests;
