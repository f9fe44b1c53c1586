//! Servers and contacts that mean harm: a clear error or silence, bounded memory, and the next honest message is shown.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};

use larimar_testbed::Folder;
use larimar_testbed::hostile::{Connection, Forge, Hash, Login, Nasty, Offer, Server};
use serde_json::{Value, json};

use crate::world::{Device, PASSWORD};

/// Who has an account there.
pub const ALICE: &str = "alice@one.test";
/// More than this is never resident, whatever comes, in bytes.
const MEMORY: u64 = 100 << 20;

/// Alice's device on such a server.
pub fn device(server: &Server) -> Device {
    let device = Device::open(Folder::new("phone").unwrap(), ALICE, "phone");
    device.driver.ok(json!({
        "cmd": "add-account", "jid": ALICE, "password": PASSWORD, "server": server.address().to_string(),
        "tls": "direct", "ca": server.ca_path(),
    }));
    device
}

pub fn honest_login() -> Login {
    Login::new(ALICE, PASSWORD)
}

/// Logs the client in, and serves it until its contacts see it.
fn begin(connection: &mut Connection) -> io::Result<()> {
    connection.login(&honest_login())?;
    connection.serve_until(|stanza| stanza.starts_with("<presence"))?;
    Ok(())
}

/// Says something honest, and serves until the client leaves.
pub fn go_on(connection: &mut Connection) -> io::Result<()> {
    connection.send("<message from='bob@one.test/phone' id='honest' type='chat'><body>all is well</body></message>")?;
    // It leaves when the story is over.
    let _ = connection.serve_until(|_| false);
    Ok(())
}

#[track_caller]
fn failure(device: &Device) -> Value {
    let failed = |line: &Value| line["event"] == "account" && !line["error"].is_null();
    device.driver.wait("it fails", failed)["error"].clone()
}

#[test]
fn after_anything_nasty_the_next_honest_message_is_shown() {
    for nasty in Nasty::ALL {
        let connections = AtomicUsize::new(0);
        let server = Server::direct_tls("one.test", move |connection| {
            begin(connection)?;
            if connections.fetch_add(1, Ordering::SeqCst) == 0 {
                // The client may leave before all of it is written.
                let _ = connection.send_nasty(nasty);
                if nasty == Nasty::HalfTag {
                    // The rest of it never comes: until the network changes, this is silence.
                    let _ = connection.serve_until(|_| false);
                    return Ok(());
                }
            }
            go_on(connection)
        })
        .unwrap();
        let phone = device(&server);
        if nasty == Nasty::HalfTag {
            phone.wait_online();
            phone.driver.ok(json!({"cmd": "cut", "account": ALICE}));
        }
        phone.wait_text("all is well");
        let memory = phone.driver.ok(json!({"cmd": "stats"}))["rss_bytes"].as_u64().unwrap();
        assert!(memory < MEMORY, "{nasty:?} took {memory} bytes");
        if Nasty::TOO_LARGE.contains(&nasty) {
            assert_eq!(server.connections(), 1, "{nasty:?} is passed over");
        }
    }
}

#[test]
fn what_is_forged_changes_nothing() {
    let server = Server::direct_tls("one.test", |connection| {
        begin(connection)?;
        let forwarded = |from: &str, text: &str| {
            format!(
                "<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' from='{from}' to='{ALICE}' \
                 type='chat' id='f'><body>{text}</body></message></forwarded>"
            )
        };
        connection
            .send("<message from='bob@one.test/phone' id='real' type='chat'><body>the real one</body></message>")?;
        for forged in [
            format!(
                "<message from='mallory@one.test'><received xmlns='urn:xmpp:carbons:2'>{}</received></message>",
                forwarded("bob@one.test/phone", "forged carbon")
            ),
            format!(
                "<message from='{ALICE}'><result xmlns='urn:xmpp:mam:2' queryid='unasked' id='1'>{}</result></message>",
                forwarded("bob@one.test/phone", "unasked archive")
            ),
            "<message from='mallory@one.test' type='chat' id='m1'><body>forged correction</body>\
             <replace xmlns='urn:xmpp:message-correct:0' id='real'/></message>"
                .to_owned(),
            "<message from='mallory@one.test' type='chat' id='m2'>\
             <retract xmlns='urn:xmpp:message-retract:1' id='real'/></message>"
                .to_owned(),
            "<message from='mallory@one.test' type='chat' id='m3'>\
             <reactions xmlns='urn:xmpp:reactions:0' id='real'><reaction>👎</reaction></reactions></message>"
                .to_owned(),
            "<iq from='mallory@one.test' type='set' id='p1'><query xmlns='jabber:iq:roster'>\
             <item jid='mallory@one.test' subscription='both' name='Mom'/></query></iq>"
                .to_owned(),
        ] {
            connection.send(&forged)?;
        }
        go_on(connection)
    })
    .unwrap();
    let phone = device(&server);
    phone.wait_text("all is well");
    let rows = phone.timeline("bob@one.test");
    let texts: Vec<_> = rows.iter().map(|row| row["text"].as_str().unwrap()).collect();
    assert_eq!(texts, ["the real one", "all is well"]);
    assert_eq!((&rows[0]["edited"], &rows[0]["retracted"]), (&json!(false), &json!(false)));
    assert_eq!(rows[0]["reactions"], json!([]));
    assert_ne!(phone.contact("mallory@one.test")["subscription"], "both");
    // A correction of nothing of his own is no text of another's either.
    assert!(!phone.texts("mallory@one.test").contains(&"the real one".to_owned()));
}

#[test]
fn a_forged_receipt_is_not_believed() {
    let server = Server::direct_tls("one.test", |connection| {
        begin(connection)?;
        let sent = connection.serve_until(|stanza| stanza.contains("<body>"))?;
        let id = sent.split("id='").nth(1).and_then(|rest| rest.split('\'').next()).unwrap_or_default().to_owned();
        for name in ["received xmlns='urn:xmpp:receipts'", "displayed xmlns='urn:xmpp:chat-markers:0'"] {
            connection.send(&format!("<message from='mallory@one.test' type='chat'><{name} id='{id}'/></message>"))?;
        }
        go_on(connection)
    })
    .unwrap();
    let phone = device(&server);
    phone.sync();
    let message = phone.send_to("bob@one.test", "for bob alone");
    phone.wait_text("all is well");
    let said = phone.driver.all(|line| line["event"] == "message" && line["message"] == message);
    assert!(said.iter().all(|row| row["state"] == "queued" || row["state"] == "sent"), "{said:#?}");
}

#[test]
fn a_server_that_lies_about_the_password_is_not_trusted() {
    for forge in [Forge::Signature, Forge::NoSignature, Forge::Nonce, Forge::ShortNonce] {
        let server =
            Server::direct_tls("one.test", move |connection| connection.login(&honest_login().forge(forge)).map(drop));
        let server = server.unwrap();
        let phone = device(&server);
        assert_eq!(failure(&phone)["kind"], "ServerNotGenuine", "{forge:?}");
    }
    for iterations in [1, 4095, 1 << 31] {
        let login = honest_login().iterations(iterations);
        let server = Server::direct_tls("one.test", move |connection| connection.login(&login).map(drop)).unwrap();
        let phone = device(&server);
        assert_eq!(failure(&phone)["kind"], "ServerNotGenuine", "{iterations} iterations");
    }
}

#[test]
fn a_server_that_offers_less_than_before_gets_no_password() {
    let connections = AtomicUsize::new(0);
    let server = Server::direct_tls("one.test", move |connection| {
        if connections.fetch_add(1, Ordering::SeqCst) == 0 {
            begin(connection)?;
            let _ = connection.serve_until(|_| false);
            return Ok(());
        }
        let login = honest_login().offer(Offer::Plain);
        match connection.login(&login) {
            Ok(_) => panic!("it gave its password away"),
            Err(_) => Ok(()),
        }
    })
    .unwrap();
    let phone = device(&server);
    phone.wait_online();
    phone.driver.ok(json!({"cmd": "cut", "account": ALICE}));
    phone.driver.wait("it notices", |line| line["error"]["kind"] == "DowngradeRefused");
}

#[test]
fn a_weaker_hash_than_ever_seen_is_a_downgrade_too_but_the_first_login_may_be_any() {
    let server = Server::direct_tls("one.test", |connection| {
        connection.login(&honest_login().offer(Offer::Scram(Hash::Sha1)))?;
        connection.serve_until(|stanza| stanza.starts_with("<presence"))?;
        go_on(connection)
    })
    .unwrap();
    device(&server).wait_text("all is well");
}

#[test]
fn without_tls_nothing_is_said() {
    let server = Server::plain("one.test", |connection| {
        connection.open_stream(
            "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms>",
        )?;
        match connection.stanza() {
            Ok(stanza) if stanza.contains("auth") => panic!("it signed in without TLS"),
            _ => Ok(()),
        }
    })
    .unwrap();
    let phone = Device::open(Folder::new("phone").unwrap(), ALICE, "phone");
    phone.driver.ok(json!({
        "cmd": "add-account", "jid": ALICE, "password": PASSWORD, "server": server.address().to_string(),
        "tls": "starttls", "ca": server.ca_path(),
    }));
    assert_eq!(failure(&phone)["kind"], "NoEncryption");
}

/// Not malice: ejabberd hands on pushes in another order than that in which it changed the roster.
#[test]
fn a_push_that_takes_a_direction_away_is_asked_about() {
    let server = Server::direct_tls("one.test", |connection| {
        begin(connection)?;
        let item = |subscription| format!("<item jid='bob@one.test' subscription='{subscription}'/>");
        for (id, subscription) in [("p1", "both"), ("p2", "to")] {
            let item = item(subscription);
            connection
                .send(&format!("<iq type='set' id='{id}'><query xmlns='jabber:iq:roster'>{item}</query></iq>"))?;
        }
        let question = connection.serve_until(|stanza| {
            stanza.starts_with("<iq") && stanza.contains("type='get'") && stanza.contains("jabber:iq:roster")
        })?;
        let id = question.split(" id='").nth(1).and_then(|rest| rest.split('\'').next()).unwrap_or_default();
        let item = item("both");
        connection.send(&format!("<iq type='result' id='{id}'><query xmlns='jabber:iq:roster'>{item}</query></iq>"))?;
        go_on(connection)
    })
    .unwrap();
    let phone = device(&server);
    phone.wait_text("all is well");
    assert_eq!(phone.contact("bob@one.test")["subscription"], "both");
}
