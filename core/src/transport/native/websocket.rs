//! XMPP over WebSocket inside TLS (RFC 7395), on the same sockets and with the same trust as over TCP.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use async_trait::async_trait;
use futures_util::{Sink, Stream};
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::error::CapacityError;
use tokio_tungstenite::tungstenite::http::{HeaderValue, Uri};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use crate::transport::frame::DEFAULT_FRAME_LIMIT as FRAME_LIMIT;
use crate::transport::framing::{self, SUBPROTOCOL};
use crate::transport::{
    ChannelBinding, ConnectError, Connection, Incoming, OpenRequest, Route, Step, Transport, TransportError,
};

use super::attempt::Dialer;
use super::tls::Inside;
use super::ways::{OPEN, SECURE};
use super::{names, tcp};

const PROTOCOL_HEADER: &str = "Sec-WebSocket-Protocol";

/// How much is read at once.
const READ: usize = 16 * 1024;

/// The largest message that is read to its end. The library beneath holds messages whole, so that one beyond this ends the
/// connection; a smaller one beyond the limits of frames is left out as over TCP.
const MESSAGE_LIMIT: usize = 2 * FRAME_LIMIT;

const BAD: ConnectError = ConnectError::BadSetting { field: "websocket" };

/// An address with its host in ASCII. Only `wss:` will do.
pub(super) fn address(url: &str) -> Result<(Uri, String), ConnectError> {
    let uri: Uri = url.parse().map_err(|_| BAD)?;
    match uri.scheme_str() {
        Some("wss") => {}
        Some("ws") => return Err(ConnectError::NoEncryption),
        _ => return Err(BAD),
    }
    let host = names::ascii(uri.host().ok_or(BAD)?).ok_or(BAD)?;
    Ok((uri, host))
}

/// Connects to a WebSocket address, whose host must prove its name. Only `wss:` will do.
pub(super) async fn connect(dialer: &Dialer<'_>, url: &str) -> Result<Connection, ConnectError> {
    let (uri, host) = address(url)?;
    let name = ServerName::try_from(host.clone()).map_err(|_| BAD)?;
    let mut request = uri.clone().into_client_request().map_err(|_| BAD)?;
    request.headers_mut().insert(PROTOCOL_HEADER, HeaderValue::from_static(SUBPROTOCOL));
    let secure = |stream: TcpStream| {
        let (name, request) = (&name, request.clone());
        async move {
            let stream = dialer.within(Step::Securing, SECURE, dialer.tls.secure(Inside::Http, name, stream)).await?;
            dialer.within(Step::Opening, OPEN, handshake(request, stream)).await
        }
    };
    let socket = dialer.host(&host, uri.port_u16().unwrap_or(443), secure).await?;
    let transport = WebSocketTransport::new(socket);
    Ok(Connection { transport: Box::new(transport), route: Route::WebSocket { url: url.to_owned() } })
}

type Socket = WebSocketStream<TlsStream<TcpStream>>;

async fn handshake(
    request: tokio_tungstenite::tungstenite::handshake::client::Request,
    stream: TlsStream<TcpStream>,
) -> Result<Socket, ConnectError> {
    // What is not read yet is kept small.
    let config = WebSocketConfig::default()
        .read_buffer_size(READ)
        .write_buffer_size(READ)
        .max_message_size(Some(MESSAGE_LIMIT))
        .max_frame_size(Some(MESSAGE_LIMIT));
    let not_xmpp = |reason: &str| ConnectError::NotXmpp { reason: reason.to_owned() };
    let (socket, response) =
        client_async_with_config(request, stream, Some(config)).await.map_err(|error| match error {
            Error::Io(error) => ConnectError::Unreachable { step: Step::Opening, detail: error.to_string() },
            Error::Http(response) => {
                not_xmpp(&format!("WebSocket was refused with status {}", response.status().as_u16()))
            }
            // Without the subprotocol's confirmation what follows would not be XMPP.
            Error::Protocol(_) => not_xmpp("the WebSocket handshake failed"),
            _ => not_xmpp("the answer is not WebSocket"),
        })?;
    match response.headers().get(PROTOCOL_HEADER).map(HeaderValue::as_bytes) {
        Some(protocol) if protocol == SUBPROTOCOL.as_bytes() => Ok(socket),
        _ => Err(not_xmpp("the WebSocket does not carry XMPP")),
    }
}

/// A connection over WebSocket, inside TLS.
struct WebSocketTransport {
    socket: Socket,
    out: VecDeque<String>,
    flushed: bool,
    /// Writing failed; told once the server has nothing more to say.
    failed: Option<TransportError>,
    received: u64,
    sent: u64,
}

impl WebSocketTransport {
    fn new(socket: Socket) -> WebSocketTransport {
        let out = VecDeque::new();
        WebSocketTransport { socket, out, flushed: true, failed: None, received: 0, sent: 0 }
    }

    fn poll_write_out(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        while !self.out.is_empty() {
            ready!(Pin::new(&mut self.socket).poll_ready(cx)).map_err(lost)?;
            if let Some(text) = self.out.pop_front() {
                self.sent += text.len() as u64;
                self.flushed = false;
                Pin::new(&mut self.socket).start_send(Message::text(text)).map_err(lost)?;
            }
        }
        if !self.flushed {
            ready!(Pin::new(&mut self.socket).poll_flush(cx)).map_err(lost)?;
            self.flushed = true;
        }
        Poll::Ready(Ok(()))
    }

    fn poll_exchange(&mut self, cx: &mut Context<'_>) -> Poll<Result<Utf8Bytes, TransportError>> {
        if self.failed.is_none()
            && let Poll::Ready(Err(error)) = self.poll_write_out(cx)
        {
            self.failed = Some(error);
        }
        loop {
            tcp::acknowledge_at_once(self.socket.get_ref().get_ref().0);
            let message = match ready!(Pin::new(&mut self.socket).poll_next(cx)) {
                Some(Ok(message)) => message,
                ended => {
                    let read = ended.and_then(Result::err).map_or_else(|| eof().into(), lost);
                    return Poll::Ready(Err(self.failed.take().unwrap_or(read)));
                }
            };
            match message {
                Message::Text(text) => {
                    self.received += text.len() as u64;
                    return Poll::Ready(Ok(text));
                }
                Message::Binary(_) => {
                    return Poll::Ready(Err(TransportError::Malformed { reason: "a message that is not text" }));
                }
                Message::Close(_) => {
                    // The answer to it is ready below us. The server ends the connection then; that is not waited for.
                    let _ = Pin::new(&mut self.socket).poll_flush(cx);
                    return Poll::Ready(Err(self.failed.take().unwrap_or_else(|| eof().into())));
                }
                // Pings are answered below us.
                Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {}
            }
        }
    }
}

fn eof() -> io::Error {
    io::ErrorKind::UnexpectedEof.into()
}

fn lost(error: Error) -> TransportError {
    match error {
        Error::Io(error) => error.into(),
        Error::ConnectionClosed | Error::AlreadyClosed => eof().into(),
        Error::Capacity(CapacityError::MessageTooLong { .. }) => TransportError::TooLarge { limit: "size" },
        Error::Utf8(_) => TransportError::Malformed { reason: "bytes that are not UTF-8" },
        Error::Protocol(tokio_tungstenite::tungstenite::error::ProtocolError::ResetWithoutClosingHandshake) => {
            eof().into()
        }
        _ => TransportError::Malformed { reason: "it breaks the rules of WebSocket" },
    }
}

#[async_trait(?Send)]
impl Transport for WebSocketTransport {
    fn open(&mut self, request: &OpenRequest) {
        self.out.push_back(framing::open(request));
    }

    fn queue(&mut self, text: &str) {
        self.out.extend(framing::messages(text));
    }

    fn close(&mut self) {
        self.out.push_back(framing::CLOSE.to_owned());
    }

    async fn flush(&mut self) -> Result<(), TransportError> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        poll_fn(|cx| self.poll_write_out(cx)).await
    }

    async fn receive(&mut self) -> Result<Incoming, TransportError> {
        let text = poll_fn(|cx| self.poll_exchange(cx)).await?;
        framing::read(text.as_str(), FRAME_LIMIT)
    }

    fn channel_binding(&self) -> ChannelBinding {
        // TLS often ends at a web server, and where it does not (ejabberd), the part that checks logins is not told of the
        // channel: it offers -PLUS and then refuses it as a wrong password.
        ChannelBinding::default()
    }

    fn traffic(&self) -> (u64, u64) {
        (self.received, self.sent)
    }
}

#[cfg(test)]
mod websocket_tests;
