//! WebSocket servers on loopback, good and bad.

use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpListener;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::{WebSocketStream, accept_hdr_async};

use super::*;
use crate::model::account::ConnectionSettings;
use crate::transport::native::connect as connect_to;
use crate::transport::native::test_servers::{Authority, Leaf, Zone, listen, opened, read_until};
use crate::transport::{CertificateReason, ConnectRequest};

type Server = WebSocketStream<tokio_rustls::server::TlsStream<TcpStream>>;

const OPENED: &str = "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' id='s1' from='example.org' version='1.0'/>";

/// Takes one connection, and confirms the subprotocol if told to.
async fn accept(listener: &TcpListener, leaf: &Leaf, confirm: bool) -> Server {
    let stream = leaf.acceptor(&["http/1.1"]).accept(listener.accept().await.unwrap().0).await.unwrap();
    #[expect(clippy::result_large_err, reason = "the signature is the library's")]
    let answer = move |request: &Request, mut response: Response| {
        assert_eq!(request.headers().get(PROTOCOL_HEADER).unwrap(), SUBPROTOCOL);
        assert_eq!(request.uri().path(), "/xmpp-websocket");
        if confirm {
            response.headers_mut().insert(PROTOCOL_HEADER, HeaderValue::from_static(SUBPROTOCOL));
        }
        Ok(response)
    };
    accept_hdr_async(stream, answer).await.unwrap()
}

struct World {
    authority: Authority,
    ca: tempfile::NamedTempFile,
    listener: TcpListener,
    port: u16,
}

impl World {
    async fn new() -> World {
        let authority = Authority::new("Good");
        let (listener, address) = listen().await;
        World { ca: authority.file(), authority, listener, port: address.port() }
    }

    fn request(&self) -> ConnectRequest {
        let settings = ConnectionSettings {
            websocket: Some(format!("wss://localhost:{}/xmpp-websocket", self.port)),
            ca: Some(self.ca.path().to_str().unwrap().to_owned()),
            ..ConnectionSettings::default()
        };
        ConnectRequest { domain: "example.org".to_owned(), settings, ..ConnectRequest::default() }
    }

    async fn pair(&self) -> (Connection, Server) {
        let leaf = self.authority.leaf(&["localhost"]);
        let request = self.request();
        let (connection, server) = tokio::join!(connect_to(&request), accept(&self.listener, &leaf, true));
        (connection.unwrap(), server)
    }
}

async fn said(server: &mut Server) -> String {
    server.next().await.unwrap().unwrap().into_text().unwrap().as_str().to_owned()
}

#[tokio::test]
async fn a_stream_is_opened_used_and_closed() {
    let world = World::new().await;
    let (mut connection, mut server) = world.pair().await;
    assert_eq!(connection.route, Route::WebSocket { url: world.request().settings.websocket.unwrap() });
    server.send(Message::text(OPENED)).await.unwrap();
    assert_eq!(opened(&mut connection).await.as_deref(), Some("s1"));
    let transport = &mut connection.transport;
    transport.queue("<iq id='1'/><r xmlns='urn:xmpp:sm:3'/>");
    transport.flush().await.unwrap();
    assert!(said(&mut server).await.starts_with("<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='example.org'"));
    assert_eq!(said(&mut server).await, "<iq xmlns='jabber:client' id='1'/>");
    assert_eq!(said(&mut server).await, "<r xmlns='urn:xmpp:sm:3'/>");

    server.send(Message::Ping(vec![1, 2].into())).await.unwrap();
    server.send(Message::text("<message xmlns='jabber:client'/>")).await.unwrap();
    let Incoming::Frame(frame) = transport.receive().await.unwrap() else { panic!() };
    assert!(frame.parse().unwrap().is("message", "jabber:client"));
    assert!(transport.channel_binding().server_end_point.is_none(), "who checks logins may not know the channel");

    transport.close();
    server.send(Message::text(framing::CLOSE)).await.unwrap();
    assert!(matches!(transport.receive().await, Ok(Incoming::Close)));
    assert!(matches!(server.next().await, Some(Ok(Message::Pong(_)))));
    assert_eq!(said(&mut server).await, framing::CLOSE);
    server.close(None).await.unwrap();
    assert!(matches!(transport.receive().await, Err(TransportError::Lost(_))));
}

#[tokio::test]
async fn the_address_that_worked_last_is_tried_again() {
    let world = World::new().await;
    let leaf = world.authority.leaf(&["localhost"]);
    let mut request = world.request();
    let url = request.settings.websocket.take().unwrap();
    request.settings.dns = Some(Zone::default().host("localhost", "127.0.0.1").serve(None).await);
    request.last = Some(Route::WebSocket { url });
    let (connection, _server) = tokio::join!(connect_to(&request), accept(&world.listener, &leaf, true));
    assert_eq!(Some(connection.unwrap().route), request.last);
}

#[tokio::test]
async fn messages_that_are_not_one_element_are_refused() {
    for wrong in ["<a/><b/>", "text", "<a>", "", "<!-- -->", "<a>&b;</a>"] {
        let (mut connection, mut server) = World::new().await.pair().await;
        server.send(Message::text(wrong)).await.unwrap();
        assert!(matches!(connection.transport.receive().await, Err(TransportError::Malformed { .. })), "{wrong}");
    }
    let (mut connection, mut server) = World::new().await.pair().await;
    server.send(Message::binary(&b"<a/>"[..])).await.unwrap();
    assert!(matches!(connection.transport.receive().await, Err(TransportError::Malformed { .. })));
}

#[tokio::test]
async fn what_is_too_large_is_passed_over_here_too() {
    let (mut connection, mut server) = World::new().await.pair().await;
    let large = format!("<message xmlns='jabber:client'>{}</message>", "b".repeat(FRAME_LIMIT));
    let deep = "<a>".repeat(10_000) + &"</a>".repeat(10_000);
    for (text, reason) in [(large, "size"), (deep, "depth")] {
        let (received, sent) = tokio::join!(connection.transport.receive(), server.send(Message::text(text)));
        sent.unwrap();
        assert!(matches!(&received, Ok(Incoming::LeftOut(element)) if element.reason == reason), "{received:?}");
    }
    server.send(Message::text("<b/>")).await.unwrap();
    assert!(matches!(connection.transport.receive().await, Ok(Incoming::Frame(frame)) if frame.text == "<b/>"));

    let big = Message::text("a".repeat(MESSAGE_LIMIT + 1));
    // The server is not heard to the end, so its sending has none.
    let received = tokio::select! {
        received = connection.transport.receive() => received,
        _ = async { server.send(big).await.unwrap(); std::future::pending::<()>().await } => unreachable!(),
    };
    assert!(matches!(received, Err(TransportError::TooLarge { limit: "size" })), "{received:?}");
}

#[tokio::test]
async fn another_address_is_handed_up() {
    let (mut connection, mut server) = World::new().await.pair().await;
    let close = "<close xmlns='urn:ietf:params:xml:ns:xmpp-framing' see-other-uri='wss://b.example/ws'/>";
    server.send(Message::text(close)).await.unwrap();
    let Err(TransportError::Elsewhere { uri }) = connection.transport.receive().await else { panic!() };
    assert_eq!(uri, "wss://b.example/ws");
}

#[tokio::test]
async fn an_end_without_goodbye_is_a_loss() {
    let (mut connection, server) = World::new().await.pair().await;
    drop(server);
    assert!(matches!(connection.transport.receive().await, Err(TransportError::Lost(_))));
}

#[tokio::test]
async fn a_websocket_that_does_not_confirm_xmpp_is_refused() {
    let world = World::new().await;
    let leaf = world.authority.leaf(&["localhost"]);
    let request = world.request();
    let (outcome, _server) = tokio::join!(connect_to(&request), accept(&world.listener, &leaf, false));
    assert!(matches!(outcome.unwrap_err(), ConnectError::NotXmpp { .. }));
}

#[tokio::test]
async fn an_http_error_is_told_with_its_status() {
    let world = World::new().await;
    let leaf = world.authority.leaf(&["localhost"]);
    let request = world.request();
    let server = async {
        let mut stream = leaf.acceptor(&[]).accept(world.listener.accept().await.unwrap().0).await.unwrap();
        read_until(&mut stream, "\r\n\r\n").await;
        let answer = b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n";
        tokio::io::AsyncWriteExt::write_all(&mut stream, answer).await.unwrap();
        read_until(&mut stream, "never said").await;
    };
    let (outcome, ()) = tokio::join!(connect_to(&request), server);
    assert!(outcome.unwrap_err().to_string().contains("404"));
}

#[tokio::test]
async fn the_host_of_the_address_must_prove_its_name() {
    let world = World::new().await;
    let leaf = world.authority.leaf(&["example.org"]);
    let request = world.request();
    let acceptor = leaf.acceptor(&[]);
    let server = async { acceptor.accept(world.listener.accept().await.unwrap().0).await.map(|_| ()) };
    let (outcome, _) = tokio::join!(connect_to(&request), server);
    let error = outcome.unwrap_err();
    assert!(matches!(error, ConnectError::Certificate { reason: CertificateReason::WrongName, .. }), "{error}");
}
