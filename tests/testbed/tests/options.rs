//! What a server offers follows its options.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};

use larimar_testbed::{Mechanisms, Options, Server, ServerKind, SignIn, Slixmpp};
use serde_json::json;

/// Says this inside TLS and reads until one of these texts comes, or the server ends the connection.
fn say(server: &Server, port: u16, words: &str, until: &str) -> String {
    let mut command = Command::new("openssl");
    command.args(["s_client", "-quiet", "-verify_return_error", "-servername", server.domain()]);
    command.args(["-connect", &format!("127.0.0.1:{port}"), "-CAfile"]).arg(server.ca_path());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    child.stdin.as_mut().unwrap().write_all(words.as_bytes()).unwrap();
    let mut output = child.stdout.take().unwrap();
    let (mut said, mut part) = (String::new(), [0; 4096]);
    while !said.contains(until) {
        let length = output.read(&mut part).unwrap();
        if length == 0 {
            break;
        }
        said.push_str(&String::from_utf8_lossy(&part[..length]));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    said
}

/// The features inside TLS, before the login.
fn features(server: &Server) -> String {
    let domain = server.domain();
    let header = format!(
        "<?xml version='1.0'?><stream:stream from='alice@{domain}' to='{domain}' version='1.0' xmlns='jabber:client' \
         xmlns:stream='http://etherx.jabber.org/streams'>"
    );
    say(server, server.direct_tls_port(), &header, "</stream:features>")
}

fn mechanisms(features: &str) -> Vec<&str> {
    let legacy = features.split("urn:ietf:params:xml:ns:xmpp-sasl").nth(1).unwrap_or("");
    let list = legacy.split("</mechanisms>").next().unwrap_or("");
    list.split("<mechanism>").skip(1).map(|part| part.split('<').next().unwrap_or("")).collect()
}

#[test]
fn a_server_offers_what_it_has() {
    for kind in ServerKind::ALL {
        let server = Server::start(kind, Options::new("one.test").open_registration()).unwrap();
        let offered = features(&server);
        println!("{kind:?}: {offered}\n");
        let mechanisms = mechanisms(&offered);
        assert!(mechanisms.contains(&"PLAIN") && mechanisms.contains(&"SCRAM-SHA-1"), "{kind:?}: {offered}");
        for namespace in ["urn:xmpp:sasl:2", "urn:xmpp:bind:0", "urn:xmpp:fast:0"] {
            assert_eq!(offered.contains(namespace), kind.is_newer(), "{kind:?} {namespace}: {offered}");
        }
        assert!(offered.contains("http://jabber.org/features/iq-register"), "{kind:?}: {offered}");
        let path = if kind.is_prosody() { "/xmpp-websocket" } else { "/ws" };
        let upgrade = format!(
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: xmpp\r\n\r\n"
        );
        let answer = say(&server, server.https_port(), &upgrade, "\r\n\r\n");
        assert!(answer.starts_with("HTTP/1.1 101"), "{kind:?}: {answer}");
    }
}

#[test]
fn a_server_leaves_out_what_it_is_told_to() {
    for kind in ServerKind::ALL {
        let options = Options::new("one.test")
            .account("alice@one.test", "secret")
            .mechanisms(Mechanisms::ScramOnly)
            .without_archive()
            .without_stream_management()
            .without_sasl2();
        let server = Server::start(kind, options).unwrap();
        let offered = features(&server);
        let mechanisms = mechanisms(&offered);
        let scram = mechanisms.iter().all(|name| name.starts_with("SCRAM-"));
        assert!(scram && !mechanisms.is_empty(), "{kind:?}: {offered}");
        assert!(!offered.contains("urn:xmpp:fast:0"), "{kind:?}: {offered}");
        // ejabberd says that it can be registered with, and refuses.
        assert!(!kind.is_prosody() || !offered.contains("iq-register"), "{kind:?}: {offered}");
        let alice = Slixmpp::sign_in(&SignIn::to(&server, "alice@one.test", "secret"));
        let alice = alice.unwrap_or_else(|error| panic!("{error}\n{}", server.log()));
        let query = json!({ "to": "alice@one.test", "xml": "<query xmlns='http://jabber.org/protocol/disco#info'/>" });
        let account = alice.call("iq", query).unwrap().to_string();
        assert!(!account.contains("urn:xmpp:mam:2"), "{kind:?}: {account}");
    }
}

#[test]
fn passwords_can_be_sent_plain_alone_and_accounts_come_and_go() {
    for kind in ServerKind::ALL {
        let server =
            Server::start(kind, Options::new("one.test").domain("two.test").mechanisms(Mechanisms::PlainOnly)).unwrap();
        assert_eq!(mechanisms(&features(&server)), ["PLAIN"], "{kind:?}");
        server.register("alice@two.test", "first").unwrap();
        assert!(server.register("alice@two.test", "again").is_err(), "{kind:?}");
        server.set_password("alice@two.test", "second").unwrap();
        Slixmpp::sign_in(&SignIn::to(&server, "alice@two.test", "second")).unwrap();
        server.unregister("alice@two.test").unwrap();
        assert!(Slixmpp::sign_in(&SignIn::to(&server, "alice@two.test", "second")).is_err(), "{kind:?}");
    }
}

#[test]
fn an_expired_certificate_and_one_of_another_name_are_not_accepted() {
    for options in
        [Options::new("one.test").expired_certificate(), Options::new("one.test").certificate_names(&["three.test"])]
    {
        let server = Server::start(ServerKind::Prosody12, options.account("alice@one.test", "secret")).unwrap();
        let refused = Command::new("openssl")
            .args([
                "s_client",
                "-verify_return_error",
                "-verify_hostname",
                "one.test",
                "-servername",
                "one.test",
                "-connect",
            ])
            .arg(server.direct_tls_address().to_string())
            .arg("-CAfile")
            .arg(server.ca_path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert!(!refused.status.success());
    }
}

#[test]
fn an_invitation_is_a_token() {
    for kind in [ServerKind::Prosody12, ServerKind::Prosody13] {
        let server = Server::start(kind, Options::new("one.test").invitations()).unwrap();
        assert!(features(&server).contains("urn:xmpp:ibr-token:0"));
        assert!(server.invite("one.test").unwrap().len() > 10, "{kind:?}");
    }
}

#[test]
fn channel_binding_can_be_left_out() {
    for kind in [ServerKind::Ejabberd23, ServerKind::Prosody13, ServerKind::Ejabberd24] {
        let server = Server::start(kind, Options::new("one.test").mechanisms(Mechanisms::ScramWithoutPlus)).unwrap();
        let offered = features(&server);
        assert!(offered.contains("SCRAM-SHA-1<") && !offered.contains("-PLUS<"), "{kind:?}: {offered}");
    }
}
