//! A transport against TLS servers on loopback.

use futures_util::FutureExt;
use tokio::io::AsyncWriteExt;
use tokio_rustls::server;

use super::*;
use crate::transport::frame::DEFAULT_FRAME_LIMIT;
use crate::transport::native::connect as connect_to;
use crate::transport::native::test_servers::{Authority, HEADER, listen, opened, read_until, request};
use crate::transport::{Connection, Route};

/// A connection and the server's side of it.
async fn pair(versions: &[&'static rustls::SupportedProtocolVersion]) -> (Connection, server::TlsStream<TcpStream>) {
    let authority = Authority::new("Good");
    let acceptor = authority.leaf(&["example.org"]).acceptor_of(versions, &["xmpp-client"]);
    let (listener, address) = listen().await;
    let ca = authority.file();
    let mut request = request(address, &ca);
    request.settings.tls = crate::model::account::TlsChoice::Direct;
    let server = async { acceptor.accept(listener.accept().await.unwrap().0).await.unwrap() };
    let (connection, server) = tokio::join!(connect_to(&request), server);
    (connection.unwrap(), server)
}

#[tokio::test]
async fn a_stream_is_opened_used_and_closed() {
    let (mut connection, mut server) = pair(rustls::ALL_VERSIONS).await;
    assert_eq!(server.get_ref().1.alpn_protocol(), Some(&b"xmpp-client"[..]));
    assert_eq!(server.get_ref().1.server_name(), Some("example.org"));
    assert!(matches!(connection.route, Route::Direct { .. }));
    let transport = &mut connection.transport;
    transport.open(&OpenRequest { to: "example.org".to_owned(), from: Some("a'b@example.org".to_owned()) });
    transport.queue("<a/>");
    transport.flush().await.unwrap();
    let said = read_until(&mut server, "<a/>").await;
    assert!(
        said.starts_with("<?xml version='1.0'?><stream:stream to='example.org' from='a&apos;b@example.org'"),
        "{said}"
    );

    server.write_all(format!("{HEADER}<b/>").as_bytes()).await.unwrap();
    assert!(matches!(transport.receive().await, Ok(Incoming::Open(header)) if header.id.as_deref() == Some("s1")));
    assert!(matches!(transport.receive().await, Ok(Incoming::Frame(frame)) if frame.text == "<b/>"));
    assert_eq!(transport.traffic(), ((HEADER.len() + 4) as u64, said.len() as u64));

    transport.close();
    let (closed, _) = tokio::join!(transport.receive(), async {
        read_until(&mut server, "</stream:stream>").await;
        server.write_all(b"</stream:stream>").await.unwrap();
    });
    assert!(matches!(closed, Ok(Incoming::Close)));
    drop(server);
    assert!(matches!(transport.receive().await, Err(TransportError::Lost(_))));
}

#[tokio::test]
async fn an_end_without_goodbye_is_a_loss() {
    let (mut connection, server) = pair(rustls::ALL_VERSIONS).await;
    drop(server);
    let Err(TransportError::Lost(error)) = connection.transport.receive().await else { panic!() };
    assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
}

#[tokio::test]
async fn what_the_server_said_before_it_left_is_heard_with_writes_queued() {
    let (mut connection, mut server) = pair(rustls::ALL_VERSIONS).await;
    connection.transport.open(&OpenRequest { to: "example.org".to_owned(), from: None });
    connection.transport.flush().await.unwrap();
    read_until(&mut server, "streams'>").await;
    server.write_all(format!("{HEADER}<stream:error/></stream:stream>").as_bytes()).await.unwrap();
    server.shutdown().await.unwrap();
    connection.transport.queue(&"<a/>".repeat(100));
    let mut heard = Vec::new();
    while let Ok(incoming) = connection.transport.receive().await {
        heard.push(incoming);
    }
    assert!(matches!(&heard[..], [Incoming::Open(_), Incoming::Frame(_), Incoming::Close]), "{heard:?}");
}

#[tokio::test]
async fn a_dropped_receive_loses_nothing_in_either_direction() {
    let (mut connection, mut server) = pair(rustls::ALL_VERSIONS).await;
    let transport = &mut connection.transport;
    transport.open(&OpenRequest { to: "example.org".to_owned(), from: None });
    let big: String = (0..20_000).map(|i| format!("<a id='{i}'>some text to fill the socket</a>")).collect();
    transport.queue(&big);
    let sent = big.clone();
    let server = tokio::spawn(async move {
        let mut stanza = 0;
        let mut said = read_until(&mut server, "streams'>").await;
        server.write_all(HEADER.as_bytes()).await.unwrap();
        while said.len() < sent.len() + said.find("<a ").unwrap_or(0) {
            // Halves of stanzas, so that a dropped receive has something to lose.
            server.write_all(format!("<b id='{stanza}'>").as_bytes()).await.unwrap();
            server.flush().await.unwrap();
            let mut chunk = vec![0; 8192];
            let count = tokio::io::AsyncReadExt::read(&mut server, &mut chunk).await.unwrap();
            said.push_str(std::str::from_utf8(&chunk[..count]).unwrap());
            server.write_all(b"</b>").await.unwrap();
            stanza += 1;
        }
        server.write_all(b"</stream:stream>").await.unwrap();
        server.flush().await.unwrap();
        (said.split_off(said.find("<a ").unwrap()), stanza, server)
    });
    let (mut frames, mut dropped) = (0, 0);
    loop {
        // Polled once and dropped whenever nothing is there at once.
        match transport.receive().now_or_never() {
            None => {
                dropped += 1;
                tokio::task::yield_now().await;
            }
            Some(Ok(Incoming::Frame(frame))) => {
                assert!(frame.text.contains(&format!("id='{frames}'")));
                frames += 1;
            }
            Some(Ok(Incoming::Close)) => break,
            Some(other) => assert!(matches!(other, Ok(Incoming::Open(_))), "{other:?}"),
        }
    }
    let (said, stanzas, _server) = server.await.unwrap();
    assert_eq!(frames, stanzas);
    assert!(said == big, "what was sent came whole and in order");
    assert!(dropped > 0, "{dropped}");
}

#[tokio::test]
async fn what_is_too_large_is_passed_over() {
    let (mut connection, mut server) = pair(rustls::ALL_VERSIONS).await;
    connection.transport.open(&OpenRequest { to: "example.org".to_owned(), from: None });
    connection.transport.flush().await.unwrap();
    let said = format!("{HEADER}<message id='1'>{}</message><b/>", "b".repeat(DEFAULT_FRAME_LIMIT));
    let server = tokio::spawn(async move {
        server.write_all(said.as_bytes()).await.unwrap();
        server
    });
    assert!(matches!(connection.transport.receive().await, Ok(Incoming::Open(_))));
    let left_out = connection.transport.receive().await;
    assert!(matches!(&left_out, Ok(Incoming::LeftOut(element)) if element.reason == "size"), "{left_out:?}");
    assert!(matches!(connection.transport.receive().await, Ok(Incoming::Frame(frame)) if frame.text == "<b/>"));
    drop(server.await.unwrap());
}

#[tokio::test]
async fn both_sides_agree_on_the_channel_binding() {
    let (mut connection, mut server) = pair(&[&rustls::version::TLS13]).await;
    let binding = connection.transport.channel_binding();
    let theirs = server.get_ref().1.export_keying_material([0_u8; 32], b"EXPORTER-Channel-Binding", Some(b"")).unwrap();
    assert_eq!(binding.exporter.as_deref(), Some(&theirs[..]));
    assert_eq!(binding.server_end_point.unwrap().len(), 32);
    let (id, ()) = tokio::join!(opened(&mut connection), async {
        server.write_all(HEADER.as_bytes()).await.unwrap();
    });
    assert_eq!(id.as_deref(), Some("s1"));
}

#[tokio::test]
async fn before_tls_1_3_there_is_no_exporter() {
    let (connection, _server) = pair(&[&rustls::version::TLS12]).await;
    let binding = connection.transport.channel_binding();
    assert!(binding.exporter.is_none() && binding.server_end_point.is_some());
}
