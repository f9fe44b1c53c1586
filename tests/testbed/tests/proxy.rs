//! The proxy does what it is told to connections.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use larimar_testbed::{Cut, Direction, Proxy};

/// Both ends of one connection through a proxy.
fn connected() -> (Proxy, TcpStream, TcpStream, TcpListener) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = Proxy::start(listener.local_addr().unwrap()).unwrap();
    let client = TcpStream::connect(proxy.address()).unwrap();
    let (server, _) = listener.accept().unwrap();
    for socket in [&client, &server] {
        socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    }
    (proxy, client, server, listener)
}

fn passes(mut from: &TcpStream, mut to: &TcpStream, bytes: &[u8]) {
    from.write_all(bytes).unwrap();
    let mut read = vec![0; bytes.len()];
    to.read_exact(&mut read).unwrap();
    assert_eq!(read, bytes);
}

#[test]
fn bytes_pass_and_are_counted() {
    let (proxy, client, server, _listener) = connected();
    passes(&client, &server, b"to the server");
    passes(&server, &client, b"back");
    assert_eq!((proxy.bytes(Direction::ToServer), proxy.bytes(Direction::ToClient)), (13, 4));
    assert_eq!(proxy.connections().open, 1);
    client.shutdown(Shutdown::Both).unwrap();
    drop(server);
    let connections = proxy.wait_for("the end", |connections| connections.open == 0).unwrap();
    assert_eq!(connections.accepted, 1);
}

#[test]
fn a_reset_is_seen_by_both_sides() {
    let (proxy, mut client, mut server, _listener) = connected();
    passes(&client, &server, b"x");
    proxy.cut(Cut::Reset);
    let mut byte = [0];
    assert_eq!(client.read(&mut byte).unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert_eq!(server.read(&mut byte).unwrap_err().kind(), ErrorKind::ConnectionReset);
}

#[test]
fn a_close_is_an_end_for_both_sides() {
    let (proxy, mut client, mut server, _listener) = connected();
    passes(&client, &server, b"x");
    proxy.cut(Cut::Close);
    let mut byte = [0];
    assert_eq!(client.read(&mut byte).unwrap(), 0);
    assert_eq!(server.read(&mut byte).unwrap(), 0);
}

#[test]
fn a_silent_cut_tells_nobody() {
    let (proxy, mut client, server, _listener) = connected();
    passes(&client, &server, b"x");
    proxy.cut(Cut::Silent);
    proxy.wait_for("the cut", |connections| connections.open == 0).unwrap();
    (&server).write_all(b"never seen").unwrap();
    client.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    assert_eq!(client.read(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock);
}

#[test]
fn a_planned_cut_lets_exactly_so_many_bytes_through() {
    let (proxy, mut client, mut server, _listener) = connected();
    proxy.cut_after(5, Direction::ToServer, Cut::Close);
    client.write_all(b"hello, world").unwrap();
    let mut read = Vec::new();
    server.read_to_end(&mut read).unwrap();
    assert_eq!(read, b"hello");
    assert_eq!(client.read(&mut [0]).unwrap(), 0);
    assert!(!proxy.cut_is_planned());
}

#[test]
fn a_stall_keeps_bytes_back_and_loses_none() {
    let (proxy, client, mut server, _listener) = connected();
    proxy.stall(Direction::ToServer, true);
    (&client).write_all(b"later").unwrap();
    server.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    assert_eq!(server.read(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock);
    passes(&server, &client, b"the other way goes on");
    proxy.stall(Direction::ToServer, false);
    server.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut read = [0; 5];
    server.read_exact(&mut read).unwrap();
    assert_eq!(&read, b"later");
}

#[test]
fn a_slow_line_takes_its_time() {
    let (proxy, client, server, _listener) = connected();
    proxy.slow(Some(10_000), Duration::ZERO);
    let start = Instant::now();
    passes(&client, &server, &[7; 5_000]);
    // The last piece is not waited for.
    assert!(start.elapsed() >= Duration::from_millis(400), "{:?}", start.elapsed());
}

#[test]
fn a_half_closed_connection_still_goes_the_other_way() {
    let (proxy, client, mut server, _listener) = connected();
    passes(&client, &server, b"x");
    proxy.half_close(Direction::ToServer);
    assert_eq!(server.read(&mut [0]).unwrap(), 0);
    passes(&server, &client, b"still here");
}

#[test]
fn refused_connections_are_reset_and_redirected_ones_go_elsewhere() {
    let (proxy, _client, _server, _listener) = connected();
    proxy.refuse(true);
    let refused = TcpStream::connect(proxy.address()).and_then(|mut socket| socket.read(&mut [0]));
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::ConnectionReset);
    proxy.refuse(false);
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
    proxy.redirect(elsewhere.local_addr().unwrap());
    let client = TcpStream::connect(proxy.address()).unwrap();
    let (server, _) = elsewhere.accept().unwrap();
    passes(&client, &server, b"elsewhere");
}
