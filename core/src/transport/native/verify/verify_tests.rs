//! Certificates of every kind, each told apart.

use std::net::SocketAddr;

use super::*;
use crate::transport::native::connect;
use crate::transport::native::test_servers::{Authority, HEADER, Leaf, direct_server, file, opened, request};
use crate::transport::{ConnectError, ConnectRequest};

async fn server(leaf: &Leaf) -> SocketAddr {
    direct_server(leaf.acceptor(&[]), HEADER.to_owned()).await
}

/// Connects to a server with this certificate; the reason of the refusal, if any.
async fn refusal(leaf: &Leaf, pem: &str, change: impl FnOnce(&mut ConnectRequest)) -> Option<CertificateReason> {
    let ca = file(pem);
    let mut request = request(server(leaf).await, &ca);
    change(&mut request);
    match connect(&request).await {
        Ok(mut connection) => {
            assert_eq!(opened(&mut connection).await.as_deref(), Some("s1"));
            None
        }
        Err(ConnectError::Certificate { reason, fingerprint }) => {
            assert_eq!(fingerprint, super::fingerprint(&leaf.der));
            assert!(fingerprint.len() == 64 && fingerprint.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')));
            Some(reason)
        }
        Err(other) => panic!("{other}"),
    }
}

fn domain(name: &str) -> impl FnOnce(&mut ConnectRequest) {
    let name = name.to_owned();
    |request| request.domain = name
}

#[tokio::test]
async fn a_certificate_for_the_domain_by_the_trusted_authority_is_accepted() {
    let good = Authority::new("Good");
    assert_eq!(refusal(&good.leaf(&["example.org"]), &good.pem, |_| {}).await, None);
    assert_eq!(refusal(&good.leaf(&["other.example", "EXAMPLE.org"]), &good.pem, |_| {}).await, None);
}

#[tokio::test]
async fn the_account_s_domain_is_checked_and_not_the_host() {
    let good = Authority::new("Good");
    // 127.0.0.1 is the host that is connected to.
    assert_eq!(refusal(&good.leaf(&["127.0.0.1"]), &good.pem, |_| {}).await, Some(CertificateReason::WrongName));
    assert_eq!(refusal(&good.leaf(&["127.0.0.1"]), &good.pem, domain("127.0.0.1")).await, None);
}

#[tokio::test]
async fn a_wildcard_stands_for_one_left_most_label() {
    let good = Authority::new("Good");
    let leaf = good.leaf(&["*.example.org"]);
    let wrong = Some(CertificateReason::WrongName);
    assert_eq!(refusal(&leaf, &good.pem, domain("chat.example.org")).await, None);
    assert_eq!(refusal(&leaf, &good.pem, domain("example.org")).await, wrong);
    assert_eq!(refusal(&leaf, &good.pem, domain("a.chat.example.org")).await, wrong);
    let partial = good.leaf(&["ch*.example.org"]);
    assert!(refusal(&partial, &good.pem, domain("chat.example.org")).await.is_some());
    let inner = good.leaf(&["chat.*.org"]);
    assert!(refusal(&inner, &good.pem, domain("chat.example.org")).await.is_some());
}

#[tokio::test]
async fn an_international_domain_is_checked_in_ascii() {
    let good = Authority::new("Good");
    let leaf = good.leaf(&["xn--bcher-kva.example"]);
    assert_eq!(refusal(&leaf, &good.pem, domain("bücher.example")).await, None);
    assert_eq!(refusal(&leaf, &good.pem, domain("bucher.example")).await, Some(CertificateReason::WrongName));
}

#[tokio::test]
async fn a_name_in_the_subject_alone_does_not_count() {
    let good = Authority::new("Good");
    let leaf = good.leaf_with(&[], |params| params.distinguished_name.push(rcgen::DnType::CommonName, "example.org"));
    assert!(refusal(&leaf, &good.pem, |_| {}).await.is_some());
}

#[tokio::test]
async fn another_authority_of_the_same_name_is_not_trusted() {
    let (good, bad) = (Authority::new("Good"), Authority::new("Good"));
    let reason = refusal(&bad.leaf(&["example.org"]), &good.pem, |_| {}).await;
    assert!(reason.is_some(), "{reason:?}");
    let other = Authority::new("Other");
    let reason = refusal(&other.leaf(&["example.org"]), &good.pem, |_| {}).await;
    assert_eq!(reason, Some(CertificateReason::UnknownIssuer));
}

#[tokio::test]
async fn the_times_of_a_certificate_are_kept() {
    let good = Authority::new("Good");
    let expired = good.leaf_with(&["example.org"], |params| params.not_after = rcgen::date_time_ymd(2020, 1, 1));
    assert_eq!(refusal(&expired, &good.pem, |_| {}).await, Some(CertificateReason::Expired));
    let early = good.leaf_with(&["example.org"], |params| params.not_before = rcgen::date_time_ymd(3000, 1, 1));
    assert_eq!(refusal(&early, &good.pem, |_| {}).await, Some(CertificateReason::NotYetValid));
}

#[tokio::test]
async fn a_revoked_certificate_is_refused() {
    let good = Authority::new("Good");
    let serial =
        |n| move |params: &mut rcgen::CertificateParams| params.serial_number = Some(rcgen::SerialNumber::from(n));
    let (revoked, fine) = (good.leaf_with(&["example.org"], serial(7)), good.leaf_with(&["example.org"], serial(8)));
    let pem = format!("{}{}", good.pem, good.revocation_list(&[7]));
    assert_eq!(refusal(&revoked, &pem, |_| {}).await, Some(CertificateReason::Revoked));
    assert_eq!(refusal(&fine, &pem, |_| {}).await, None);
}

#[tokio::test]
async fn a_pinned_certificate_is_the_only_one_accepted() {
    let (other, good) = (Authority::new("Other"), Authority::new("Good"));
    let odd = other.leaf_with(&["wrong.example"], |params| params.not_after = rcgen::date_time_ymd(2020, 1, 1));
    let pin = |leaf: &Leaf| {
        let pin: [u8; 32] = Sha256::digest(&leaf.der).into();
        move |request: &mut ConnectRequest| request.settings.pinned = Some(pin)
    };
    assert_eq!(refusal(&odd, &good.pem, pin(&odd)).await, None);
    assert_eq!(refusal(&good.leaf(&["example.org"]), &good.pem, pin(&odd)).await, Some(CertificateReason::Changed));
}

#[tokio::test]
async fn a_file_without_an_authority_cannot_be_used() {
    let good = Authority::new("Good");
    let address = server(&good.leaf(&["example.org"])).await;
    for text in ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        let ca = file(text);
        assert_eq!(connect(&request(address, &ca)).await.unwrap_err(), ConnectError::BadSetting { field: "ca" });
    }
    let mut missing = request(address, &file(""));
    missing.settings.ca = Some("/nowhere/at/all.pem".to_owned());
    assert_eq!(connect(&missing).await.unwrap_err(), ConnectError::BadSetting { field: "ca" });
}

#[tokio::test]
async fn without_settings_the_machine_s_trust_decides() {
    let good = Authority::new("Good");
    let leaf = good.leaf(&["example.org"]);
    let ca = file("");
    let mut request = request(server(&leaf).await, &ca);
    request.settings.ca = None;
    let error = connect(&request).await.unwrap_err();
    let unknown = ConnectError::Certificate {
        reason: CertificateReason::UnknownIssuer,
        fingerprint: super::fingerprint(&leaf.der),
    };
    let no_store = matches!(&error, ConnectError::Unreachable { detail, .. } if detail.contains("trusts no authority"));
    assert!(error == unknown || no_store, "{error}");
}

#[tokio::test]
async fn a_session_is_resumed_when_the_connection_is_made_again() {
    let good = Authority::new("Good");
    let acceptor = good.leaf(&["example.org"]).acceptor(&[]);
    let (listener, address) = crate::transport::native::test_servers::listen().await;
    let ca = good.file();
    let mut request = request(address, &ca);
    request.settings.tls = crate::model::account::TlsChoice::Direct;
    let mut kinds = Vec::new();
    for _ in 0..2 {
        let accepted = async {
            let mut stream = acceptor.accept(listener.accept().await.unwrap().0).await.unwrap();
            tokio::io::AsyncWriteExt::write_all(&mut stream, HEADER.as_bytes()).await.unwrap();
            stream
        };
        let (connection, server) = tokio::join!(connect(&request), accepted);
        let mut connection = connection.unwrap();
        assert!(connection.transport.channel_binding().server_end_point.is_some());
        // The ticket comes with the first bytes that are read.
        assert!(opened(&mut connection).await.is_some());
        kinds.push(server.get_ref().1.handshake_kind());
    }
    assert_eq!(kinds, [Some(rustls::HandshakeKind::Full), Some(rustls::HandshakeKind::Resumed)]);
}
