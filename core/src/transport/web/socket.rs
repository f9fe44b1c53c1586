//! One connection over a browser's WebSocket (RFC 7395).

use async_trait::async_trait;
use tokio::sync::{mpsc, oneshot};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{BinaryType, CloseEvent, Event, MessageEvent, WebSocket};

use crate::platform::gate::{Gate, Outlet};
use crate::transport::frame::DEFAULT_FRAME_LIMIT as FRAME_LIMIT;
use crate::transport::framing::{self, SUBPROTOCOL};
use crate::transport::{ChannelBinding, ConnectError, Incoming, OpenRequest, Step, Transport, TransportError};

/// A larger message is not read: the browser has held it whole already.
const MESSAGE_LIMIT: usize = 2 * FRAME_LIMIT;

/// What the socket says.
enum Heard {
    Text(String),
    NotText,
    Closed,
}

/// A browser's socket with what listens to it.
struct Socket {
    socket: WebSocket,
    _message: Closure<dyn Fn(MessageEvent)>,
    _close: Closure<dyn FnMut(CloseEvent)>,
    _open: Closure<dyn FnMut(Event)>,
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        self.socket.set_onopen(None);
        // One that is closed already stays so.
        let _ = self.socket.close();
    }
}

/// Connects to an address.
pub(super) async fn open(url: &str, gate: &Gate) -> Result<WebSocketTransport, ConnectError> {
    let socket =
        WebSocket::new_with_str(url, SUBPROTOCOL).map_err(|_| ConnectError::BadSetting { field: "websocket" })?;
    socket.set_binary_type(BinaryType::Arraybuffer);
    let (hears, heard) = mpsc::unbounded_channel();
    let (opens, opened) = oneshot::channel();
    let message = {
        let hears = hears.clone();
        Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let said = event.data().as_string().map_or(Heard::NotText, Heard::Text);
            let _ = hears.send(said);
        })
    };
    let mut opens = Some(opens);
    let on_open = Closure::<dyn FnMut(Event)>::new(move |_| {
        if let Some(opens) = opens.take() {
            let _ = opens.send(());
        }
    });
    let close = Closure::<dyn FnMut(CloseEvent)>::new(move |_| {
        let _ = hears.send(Heard::Closed);
    });
    socket.set_onmessage(Some(message.as_ref().unchecked_ref()));
    socket.set_onopen(Some(on_open.as_ref().unchecked_ref()));
    socket.set_onclose(Some(close.as_ref().unchecked_ref()));
    let socket = Socket { socket, _message: message, _close: close, _open: on_open };
    let mut heard = heard;
    tokio::select! {
        biased;
        Ok(()) = opened => {}
        // A browser does not say why: no network, no server, a certificate that is not valid.
        _ = heard.recv() => {
            let detail = "the browser could not connect".to_owned();
            return Err(ConnectError::Unreachable { step: Step::Connecting, detail });
        }
    }
    if socket.socket.protocol() != SUBPROTOCOL {
        return Err(ConnectError::NotXmpp { reason: "the WebSocket does not carry XMPP".to_owned() });
    }
    let sends = socket.socket.clone();
    // What cannot be sent any more is told by the socket's end.
    let out = Outlet::new(gate, move |text: String| drop(sends.send_with_str(&text)));
    Ok(WebSocketTransport { _socket: socket, heard, out, received: 0, sent: 0 })
}

/// A connection over a browser's WebSocket.
pub(super) struct WebSocketTransport {
    heard: mpsc::UnboundedReceiver<Heard>,
    out: Outlet<String>,
    received: u64,
    sent: u64,
    _socket: Socket,
}

impl WebSocketTransport {
    fn put(&mut self, text: String) {
        self.sent += text.len() as u64;
        self.out.put(text);
    }
}

#[async_trait(?Send)]
impl Transport for WebSocketTransport {
    fn open(&mut self, request: &OpenRequest) {
        self.put(framing::open(request));
    }

    fn queue(&mut self, text: &str) {
        framing::messages(text).into_iter().for_each(|message| self.put(message));
    }

    fn close(&mut self) {
        self.put(framing::CLOSE.to_owned());
    }

    /// Everything leaves by itself, as soon as what it follows from is written.
    async fn flush(&mut self) -> Result<(), TransportError> {
        Ok(())
    }

    async fn receive(&mut self) -> Result<Incoming, TransportError> {
        match self.heard.recv().await {
            Some(Heard::Text(text)) if text.len() > MESSAGE_LIMIT => Err(TransportError::TooLarge { limit: "size" }),
            Some(Heard::Text(text)) => {
                self.received += text.len() as u64;
                framing::read(&text, FRAME_LIMIT)
            }
            Some(Heard::NotText) => Err(TransportError::Malformed { reason: "a message that is not text" }),
            Some(Heard::Closed) | None => Err(std::io::Error::from(std::io::ErrorKind::UnexpectedEof).into()),
        }
    }

    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::default()
    }

    fn traffic(&self) -> (u64, u64) {
        (self.received, self.sent)
    }
}
