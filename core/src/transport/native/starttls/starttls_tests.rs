//! Servers that misbehave before TLS.

use tokio::net::TcpListener;

use super::*;
use crate::model::account::TlsChoice;
use crate::transport::native::connect;
use crate::transport::native::test_servers::{
    Authority, HEADER, PROCEED, STARTTLS_FEATURES, listen, opened, read_until, request, say_proceed, starttls_server,
};
use crate::transport::{ConnectRequest, Connection, Route};

async fn setup() -> (TcpListener, ConnectRequest, tempfile::NamedTempFile) {
    let (listener, address) = listen().await;
    let ca = Authority::new("Good").file();
    let mut request = request(address, &ca);
    request.settings.tls = TlsChoice::StartTls;
    (listener, request, ca)
}

/// The outcome against a server that says `first` at the opening, and `second` when asked for TLS; with what was said.
async fn against(first: &str, second: &str) -> (Result<Connection, ConnectError>, String) {
    let (listener, request, _ca) = setup().await;
    let server = async {
        let mut stream = listener.accept().await.unwrap().0;
        let mut said = read_until(&mut stream, "streams'>").await;
        stream.write_all(first.as_bytes()).await.unwrap();
        said += &read_until(&mut stream, REQUEST).await;
        let _ = stream.write_all(second.as_bytes()).await;
        let _ = stream.shutdown().await;
        said + &read_until(&mut stream, "never said").await
    };
    tokio::join!(connect(&request), server)
}

#[tokio::test]
async fn tls_begins_after_proceed() {
    let authority = Authority::new("Good");
    let address = starttls_server(authority.leaf(&["example.org"]).acceptor(&[]), HEADER.to_owned()).await;
    let ca = authority.file();
    let mut connection = connect(&request(address, &ca)).await.unwrap();
    assert_eq!(opened(&mut connection).await.as_deref(), Some("s1"));
    assert!(matches!(connection.route, Route::StartTls { .. }));
}

#[tokio::test]
async fn nothing_of_the_account_is_said_in_the_open() {
    let (outcome, said) = against(&format!("{HEADER}{STARTTLS_FEATURES}"), "").await;
    assert!(outcome.is_err());
    assert!(said.contains("to='example.org'") && !said.contains("from="), "{said}");
}

#[tokio::test]
async fn a_server_without_encryption_is_left_and_told_nothing() {
    let features = "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/></stream:features>";
    let (outcome, said) = against(&format!("{HEADER}{features}"), "").await;
    assert_eq!(outcome.unwrap_err(), ConnectError::NoEncryption);
    assert!(said.ends_with("streams'>"), "only the opening was said: {said}");
    let failure = "<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:stream>";
    let (outcome, _) = against(&format!("{HEADER}{STARTTLS_FEATURES}"), failure).await;
    assert_eq!(outcome.unwrap_err(), ConnectError::NoEncryption);
}

#[tokio::test]
async fn what_is_injected_behind_proceed_ends_the_attempt() {
    for injected in ["<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>", " ", HEADER] {
        let (outcome, _) = against(&format!("{HEADER}{STARTTLS_FEATURES}"), &format!("{PROCEED}{injected}")).await;
        let ConnectError::NotXmpp { reason } = outcome.unwrap_err() else { panic!() };
        assert_eq!(reason, "data in the open where TLS should begin");
    }
}

#[tokio::test]
async fn a_proceed_that_was_not_asked_for_is_no_proceed() {
    let (outcome, _) = against(&format!("{HEADER}{PROCEED}"), "").await;
    assert!(matches!(outcome.unwrap_err(), ConnectError::NotXmpp { .. }));
    let (outcome, said) = against(&format!("{HEADER}{STARTTLS_FEATURES}{PROCEED}"), "").await;
    assert!(matches!(outcome.unwrap_err(), ConnectError::NotXmpp { .. }));
    assert!(!said.contains("starttls"), "{said}");
}

#[tokio::test]
async fn words_in_another_namespace_do_not_count() {
    let features = "<stream:features><starttls xmlns='urn:other'/></stream:features>";
    assert_eq!(against(&format!("{HEADER}{features}"), "").await.0.unwrap_err(), ConnectError::NoEncryption);
    let (outcome, _) = against(&format!("{HEADER}{STARTTLS_FEATURES}"), "<proceed xmlns='urn:other'/>").await;
    assert!(matches!(outcome.unwrap_err(), ConnectError::NotXmpp { .. }));
}

#[tokio::test]
async fn something_else_on_the_port_is_not_xmpp() {
    for text in ["HTTP/1.1 400 Bad Request\r\n\r\n", "220 mail.example.org ESMTP\r\n", "<html>", "\u{16}\u{3}\u{1}"] {
        let (outcome, _) = against(text, "").await;
        assert!(matches!(outcome.unwrap_err(), ConnectError::NotXmpp { .. }), "{text}");
    }
}

#[tokio::test]
async fn a_stream_error_names_its_condition_and_quotes_nothing() {
    let error =
        "<stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>";
    let (outcome, _) = against(&format!("{HEADER}{error}"), "").await;
    let detail = "the server ended the stream: host-unknown".to_owned();
    assert_eq!(outcome.unwrap_err(), ConnectError::Unreachable { step: Step::Opening, detail });
    let (outcome, _) = against(&format!("{HEADER}<stream:error><look-at-evil.example/></stream:error>"), "").await;
    assert!(outcome.unwrap_err().to_string().ends_with("an error)"));
}

#[tokio::test]
async fn features_without_end_are_not_listened_to_for_ever() {
    let (listener, request, _ca) = setup().await;
    let server = async {
        let mut stream = listener.accept().await.unwrap().0;
        stream.write_all(format!("{HEADER}<stream:features>").as_bytes()).await.unwrap();
        let mut said = 0_usize;
        while stream.write_all(b"<a>b</a>").await.is_ok() {
            said += 8;
            assert!(said < 100_000_000);
        }
    };
    let (outcome, ()) = tokio::join!(connect(&request), server);
    assert!(matches!(outcome.unwrap_err(), ConnectError::NotXmpp { .. }));
}

#[tokio::test]
async fn white_space_without_end_is_not_listened_to_for_ever() {
    let (listener, request, _ca) = setup().await;
    let server = async {
        let mut stream = listener.accept().await.unwrap().0;
        stream.write_all(HEADER.as_bytes()).await.unwrap();
        while stream.write_all(&[b' '; 1024]).await.is_ok() {}
    };
    let (outcome, ()) = tokio::join!(connect(&request), server);
    assert!(matches!(outcome.unwrap_err(), ConnectError::NotXmpp { .. }));
}

#[tokio::test]
async fn a_certificate_after_starttls_is_checked_for_the_domain() {
    let authority = Authority::new("Good");
    let address = starttls_server(authority.leaf(&["other.example"]).acceptor(&[]), HEADER.to_owned()).await;
    let ca = authority.file();
    let error = connect(&request(address, &ca)).await.unwrap_err();
    assert!(matches!(error, ConnectError::Certificate { .. }), "{error}");
}

#[tokio::test]
async fn silence_ends_with_the_step_that_was_waited_for() {
    let (listener, request, _ca) = setup().await;
    let (accepted, held) = tokio::sync::oneshot::channel();
    let server = async {
        let mut stream = listener.accept().await.unwrap().0;
        read_until(&mut stream, "streams'>").await;
        accepted.send(()).unwrap();
        read_until(&mut stream, "never said").await;
    };
    let clock = async {
        held.await.unwrap();
        // From here on only the clock can move anything.
        tokio::time::pause();
    };
    let (outcome, (), ()) = tokio::join!(connect(&request), server, clock);
    assert_eq!(outcome.unwrap_err(), ConnectError::TimedOut { step: Step::Opening });
}

#[tokio::test]
async fn silence_after_proceed_is_told_as_securing() {
    let (listener, request, _ca) = setup().await;
    let server = async {
        let mut stream = listener.accept().await.unwrap().0;
        say_proceed(&mut stream, PROCEED).await;
        let mut hello = [0; 1];
        tokio::io::AsyncReadExt::read_exact(&mut stream, &mut hello).await.unwrap();
        tokio::time::pause();
        read_until(&mut stream, "never said").await;
    };
    let outcome = tokio::select! {
        outcome = connect(&request) => outcome,
        () = async { server.await; std::future::pending().await } => unreachable!(),
    };
    assert_eq!(outcome.unwrap_err(), ConnectError::TimedOut { step: Step::Securing });
}
