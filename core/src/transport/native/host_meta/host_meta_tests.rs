//! The documents of XEP-0156, and web servers on loopback that give them out.

use std::cell::Cell;

use rustls::pki_types::ServerName;
use tokio::io::AsyncWriteExt;

use super::*;
use crate::model::account::ConnectionSettings;
use crate::transport::Step;
use crate::transport::host_meta::host_meta_tests::{JSON, XML};
use crate::transport::native::dns::Resolver;
use crate::transport::native::test_servers::{Authority, Leaf, Zone, listen, read_until};
use crate::transport::native::tls::Tls;

/// A web server for a.example.org that answers by path; its port.
async fn web(leaf: &Leaf, answers: Vec<(&'static str, String)>) -> u16 {
    let (listener, address) = listen().await;
    let acceptor = leaf.acceptor(&["http/1.1"]);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let request = read_until(&mut stream, "\r\n\r\n").await;
            let path = request.split(' ').nth(1).unwrap_or_default();
            let missing = (path, "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned());
            let (_, answer) = answers.iter().find(|(known, _)| *known == path).unwrap_or(&missing);
            let _ = stream.write_all(answer.as_bytes()).await;
            let _ = stream.shutdown().await;
        }
    });
    address.port()
}

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
}

fn moved(to: &str) -> String {
    format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
}

/// What is found at a web server with a certificate for these names.
async fn found(names: &[&str], answers: Vec<(&'static str, String)>) -> Option<String> {
    let authority = Authority::new("Good");
    let port = web(&authority.leaf(names), answers).await;
    let ca = authority.file();
    let settings =
        ConnectionSettings { ca: Some(ca.path().to_str().unwrap().to_owned()), ..ConnectionSettings::default() };
    let tls = Tls::load(&settings).unwrap();
    let dns = Zone::default().host("a.example.org", "127.0.0.1").serve(None).await;
    let resolver = Resolver::new(Some(&dns)).unwrap();
    let (progress, name) = (Cell::new(Step::default()), ServerName::try_from("a.example.org").unwrap());
    let dialer = Dialer { resolver: &resolver, tls: &tls, domain: "a.example.org", name: &name, progress: &progress };
    at(&dialer, &format!("https://a.example.org:{port}")).await
}

const JSON_PATH: &str = "/.well-known/host-meta.json";
const XML_PATH: &str = "/.well-known/host-meta";

#[tokio::test]
async fn the_json_document_is_preferred_and_the_other_will_do() {
    let names = ["a.example.org"];
    let both = found(&names, vec![(JSON_PATH, ok(JSON)), (XML_PATH, ok(XML))]).await;
    assert_eq!(both.as_deref(), Some("wss://a.example/ws"));
    let one = found(&names, vec![(JSON_PATH, ok("no json")), (XML_PATH, ok(XML))]).await;
    assert_eq!(one.as_deref(), Some("wss://b.example/ws?a&b"));
    assert_eq!(found(&names, vec![]).await, None);
}

#[tokio::test]
async fn a_redirection_is_followed_but_never_out_of_tls_or_for_ever() {
    let names = ["a.example.org"];
    assert!(found(&names, vec![(JSON_PATH, moved("/b")), ("/b", ok(JSON))]).await.is_some());
    assert_eq!(found(&names, vec![(JSON_PATH, moved(JSON_PATH))]).await, None);
    let (listener, open) = listen().await;
    let plain = tokio::spawn(async move {
        let mut stream = listener.accept().await.unwrap().0;
        stream.write_all(ok(JSON).as_bytes()).await.unwrap();
    });
    assert_eq!(found(&names, vec![(JSON_PATH, moved(&format!("http://{open}/")))]).await, None);
    assert!(!plain.is_finished(), "nobody came there");
    plain.abort();
}

#[tokio::test]
async fn a_document_beyond_the_limit_is_not_read() {
    let long = format!("{JSON}{}", " ".repeat(SIZE_LIMIT));
    assert_eq!(found(&["a.example.org"], vec![(JSON_PATH, ok(&long))]).await, None);
}

#[tokio::test]
async fn a_web_server_that_cannot_prove_its_name_is_not_believed() {
    assert_eq!(found(&["b.example.org"], vec![(JSON_PATH, ok(JSON))]).await, None);
}
