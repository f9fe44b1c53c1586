//! Bad arguments: each is refused by name, nothing of it is stored or said, and the driver goes on. A text that is larger
//! than the server takes fails alone.

use std::sync::atomic::{AtomicBool, Ordering};

use larimar_testbed::hostile::{Connection, Server};
use larimar_testbed::{Folder, PATIENCE, ServerKind};
use serde_json::{Value, json};

use crate::hostile::{ALICE, device, honest_login};
use crate::on_servers;
use crate::world::{Device, World};

on_servers! {
    a_text_that_is_too_large_fails_alone: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
}

/// Every command with an account: what it needs beside that, and what it may have.
const COMMANDS: &[(&str, &[&str], &[&str])] = &[
    ("set-password", &["password"], &[]),
    ("change-password", &["password"], &[]),
    ("enable-account", &[], &["on"]),
    ("remove-account", &[], &["on_server"]),
    ("cut", &[], &[]),
    ("sync", &[], &[]),
    ("archive-preferences", &[], &["default"]),
    ("send", &["to", "text"], &["reply_to", "encryption"]),
    ("send-file", &["to", "path"], &["caption", "encryption", "as_it_is"]),
    ("typing", &["chat"], &["on"]),
    ("mark-read", &["chat"], &[]),
    ("draft", &["chat", "text"], &[]),
    ("set-chat", &["chat"], &["muted_until", "archived", "pinned"]),
    ("remove-chat", &["chat"], &[]),
    ("chats", &[], &[]),
    ("timeline", &["chat"], &["limit", "before"]),
    ("roster", &[], &[]),
    ("add-contact", &["jid"], &["name", "groups"]),
    ("remove-contact", &["jid"], &[]),
    ("answer-request", &["jid"], &["allow"]),
    ("block", &["jid"], &[]),
    ("unblock", &["jid"], &[]),
    ("set-nick", &["name"], &[]),
    ("set-avatar", &["path", "type"], &[]),
    ("account-uri", &[], &[]),
    ("verify-uri", &["uri"], &[]),
];

/// Commands without one.
const OTHERS: &[(&str, &[&str], &[&str])] = &[
    ("open", &["dir"], &[]),
    ("set-aside", &["dir"], &[]),
    ("add-account", &["jid", "password"], &["server", "tls", "ca", "pinned", "websocket", "dns"]),
    ("register", &["jid", "password"], &["server"]),
    ("correct", &["message", "text"], &[]),
    ("retract", &["message"], &[]),
    ("react", &["message"], &["emojis"]),
    ("retry", &["message"], &[]),
    ("save-file", &["message", "path"], &[]),
    ("fetch-file", &["message"], &[]),
    ("cancel-file", &["message"], &[]),
    ("search", &["query"], &["limit"]),
    ("read-uri", &["uri"], &[]),
];

/// A value of the right kind for each field, good enough to come to the next one.
fn good(field: &str) -> Value {
    match field {
        "message" => json!(999),
        "to" | "jid" | "chat" => json!("bob@one.test"),
        "path" => json!("/dev/null"),
        "dir" => json!("/dev/null/nowhere"),
        _ => json!("x"),
    }
}

#[test]
fn a_missing_field_or_one_of_the_wrong_kind_is_named() {
    let phone = Device::open(Folder::new("store").unwrap(), ALICE, "phone");
    let refusal = |request: &Value| phone.driver.call(request.clone()).map_err(|refused| refused.error);
    let with_account = COMMANDS.iter().map(|(command, needs, may)| (*command, [&["account"], *needs].concat(), *may));
    let others = OTHERS.iter().map(|(command, needs, may)| (*command, needs.to_vec(), *may));
    for (command, needs, may) in with_account.chain(others) {
        let mut whole = json!({"cmd": command});
        for field in &needs {
            whole[*field] = if *field == "account" { json!(ALICE) } else { good(field) };
        }
        let optional_account = command == "chats";
        for field in needs.iter().filter(|_| !optional_account) {
            let mut request = whole.clone();
            request.as_object_mut().unwrap().remove(*field);
            let error = refusal(&request).unwrap_err();
            assert_eq!((&error["kind"], &error["field"]), (&json!("BadValue"), &json!(field)), "{request}");
        }
        for field in needs.iter().chain(may) {
            let mut request = whole.clone();
            request[*field] = json!({"an": "object"});
            let error = refusal(&request).unwrap_err();
            assert_eq!((&error["kind"], &error["field"]), (&json!("BadValue"), &json!(field)), "{request}");
        }
        if needs.contains(&"account") {
            assert_eq!(refusal(&whole).unwrap_err()["kind"], "NoSuchAccount", "{whole}");
            whole["account"] = json!("no address");
            assert_eq!(refusal(&whole).unwrap_err()["kind"], "BadAddress", "{whole}");
        }
    }
    assert_eq!(phone.driver.ok(json!({"cmd": "accounts"}))["accounts"], json!([]));
}

#[test]
fn what_cannot_be_used_is_refused_and_nothing_of_it_stays() {
    let (alice, bob) = World::of(ServerKind::Prosody13).friends();
    let mine = alice.send(&bob, "mine");
    alice.wait_state(&mine, "delivered");
    bob.send(&alice, "yours");
    let yours = alice.wait_text("yours")["message"].clone();
    alice.sync();
    let megabyte = "m".repeat(1 << 20);
    let looks = || {
        let questions = [json!({"cmd": "accounts"}), json!({"cmd": "chats"}), json!({"cmd": "roster"})];
        let mut looks: Vec<Value> = questions.into_iter().map(|question| ask(&alice, question)).collect();
        looks.push(json!(alice.timeline(&bob.address)));
        looks
    };
    let before = looks();
    let table = [
        ("name", json!({"cmd": "set-nick", "name": megabyte})),
        ("name", json!({"cmd": "set-nick", "name": "a\u{0}b"})),
        ("text", json!({"cmd": "draft", "chat": bob.address, "text": megabyte})),
        ("muted_until", json!({"cmd": "set-chat", "chat": bob.address, "muted_until": 1.5})),
        ("limit", json!({"cmd": "timeline", "chat": bob.address, "limit": -1})),
        ("emojis", json!({"cmd": "react", "message": yours, "emojis": ["👍".repeat(1000)]})),
        ("emojis", json!({"cmd": "react", "message": yours, "emojis": ["a\u{0}"]})),
        ("emojis", json!({"cmd": "react", "message": yours, "emojis": [1]})),
        ("text", json!({"cmd": "correct", "message": mine, "text": megabyte})),
        ("text", json!({"cmd": "correct", "message": mine, "text": "\u{0}"})),
        ("text", json!({"cmd": "send", "to": bob.address, "text": megabyte})),
        ("text", json!({"cmd": "send", "to": bob.address, "text": "\u{0}\u{1} \u{fffe}"})),
        ("encryption", json!({"cmd": "send", "to": bob.address, "text": "secret", "encryption": "rot13"})),
        ("name", json!({"cmd": "add-contact", "jid": bob.address, "name": megabyte})),
        ("groups", json!({"cmd": "add-contact", "jid": bob.address, "groups": [""]})),
        ("groups", json!({"cmd": "add-contact", "jid": bob.address, "groups": [megabyte]})),
        ("jid", json!({"cmd": "add-contact", "jid": alice.address})),
        ("jid", json!({"cmd": "block", "jid": alice.address})),
        ("jid", json!({"cmd": "answer-request", "jid": "nobody@one.test"})),
        ("path", json!({"cmd": "set-avatar", "path": "/nowhere", "type": "image/png"})),
        ("bytes", json!({"cmd": "set-avatar", "path": "/dev/null", "type": "image/png"})),
        ("password", json!({"cmd": "change-password", "password": ""})),
        ("password", json!({"cmd": "change-password", "password": "a\u{0}b"})),
        ("password", json!({"cmd": "set-password", "password": ""})),
        ("password", json!({"cmd": "add-account", "jid": "eve@one.test", "password": ""})),
        ("password", json!({"cmd": "add-account", "jid": "eve@one.test", "password": megabyte})),
        ("server", json!({"cmd": "add-account", "jid": "eve@one.test", "password": "x", "server": "no port"})),
        ("dns", json!({"cmd": "add-account", "jid": "eve@one.test", "password": "x", "dns": "no address"})),
        ("websocket", json!({"cmd": "add-account", "jid": "eve@one.test", "password": "x", "websocket": "http://x"})),
        ("ca", json!({"cmd": "add-account", "jid": "eve@one.test", "password": "x", "ca": "/nowhere"})),
        ("ca", json!({"cmd": "add-account", "jid": "eve@one.test", "password": "x", "ca": "/dev/null"})),
        ("pinned", json!({"cmd": "add-account", "jid": "eve@one.test", "password": "x", "pinned": "zz"})),
        ("password", json!({"cmd": "register", "jid": "eve@one.test", "password": "\u{7}"})),
    ];
    for (field, request) in table {
        let shown: String = request.to_string().chars().take(200).collect();
        let error = refused(&alice, request);
        assert_eq!((&error["kind"], &error["field"]), (&json!("BadValue"), &json!(field)), "{shown}");
    }
    for (kind, request) in [
        ("NoSuchMessage", json!({"cmd": "timeline", "chat": bob.address, "before": 9999})),
        ("NoSuchMessage", json!({"cmd": "send", "to": bob.address, "text": "hello", "reply_to": 9999})),
        ("NoSuchMessage", json!({"cmd": "retry", "message": 9999})),
        ("NotYours", json!({"cmd": "retry", "message": yours})),
        ("NotYours", json!({"cmd": "retract", "message": yours})),
        ("NoSuchChat", json!({"cmd": "mark-read", "chat": "nobody@one.test"})),
        ("NoSuchChat", json!({"cmd": "remove-chat", "chat": "nobody@one.test"})),
        ("BadAddress", json!({"cmd": "archive-preferences", "default": "always", "always": ["no address"]})),
    ] {
        assert_eq!(refused(&alice, request.clone())["kind"], kind, "{request}");
    }
    for query in ["", "\u{0}", "\" * OR (", megabyte.as_str()] {
        assert_eq!(ask(&alice, json!({"cmd": "search", "query": query}))["rows"], json!([]));
    }
    let mark = alice.driver.mark();
    alice.driver.write_line(&json!({"cmd": "send", "text": "m".repeat(20 << 20)}).to_string());
    let said = alice.driver.find(mark, PATIENCE, |line| !line["error"].is_null()).unwrap().1;
    assert_eq!(said["error"]["kind"], "BadRequest");
    assert_eq!(looks(), before);
    let sessions = alice.driver.all(|line| line["event"] == "account" && line["state"] == "online");
    assert_eq!(sessions.len(), 1, "the server was told nothing that it ends a session for");
}

fn ask(device: &Device, mut request: Value) -> Value {
    request["account"] = json!(device.address);
    device.driver.ok(request)
}

fn refused(device: &Device, mut request: Value) -> Value {
    request["account"] = json!(device.address);
    device.driver.call(request).unwrap_err().error
}

/// Escaped it is five times as long.
fn large_text() -> String {
    "&".repeat(64 << 10)
}

fn a_text_that_is_too_large_fails_alone(world: World) {
    let (alice, bob) = world.friends();
    let mark = alice.driver.mark();
    let large = alice.send(&bob, &large_text());
    let after = alice.send(&bob, "after it");
    let row = alice.wait_row(&large, "it fails", |row| row["state"] == "failed");
    assert_eq!(row["error"], "TooLarge");
    alice.wait_state(&after, "delivered");
    assert_eq!(bob.texts(&alice.address), ["after it"]);
    let lost = |line: &Value| line["event"] == "account";
    assert!(alice.driver.find(mark, std::time::Duration::ZERO, lost).is_none(), "the connection lives");
}

/// A server that says nothing of its limit, and ends the stream over what is larger.
fn narrow(connection: &mut Connection, after: &AtomicBool) -> std::io::Result<()> {
    let features = "<sm xmlns='urn:xmpp:sm:3'/>";
    connection.login(&honest_login().features(features))?;
    let mut handled = 0;
    loop {
        let stanza = connection.stanza()?;
        if stanza.starts_with("<enable") {
            connection.send("<enabled xmlns='urn:xmpp:sm:3'/>")?;
        } else if stanza.starts_with("<r ") {
            connection.send(&format!("<a xmlns='urn:xmpp:sm:3' h='{handled}'/>"))?;
        } else if stanza.len() > 60_000 {
            let error = "<policy-violation xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>";
            return connection.send(&format!("<stream:error>{error}</stream:error></stream:stream>"));
        } else if !stanza.starts_with("<a ") {
            handled += 1;
            after.fetch_or(stanza.contains("after it"), Ordering::SeqCst);
            connection.answer(&stanza)?;
        }
    }
}

#[test]
fn a_text_that_ended_a_stream_is_not_sent_again() {
    let after = std::sync::Arc::new(AtomicBool::new(false));
    let heard = std::sync::Arc::clone(&after);
    let server = Server::direct_tls("one.test", move |connection| narrow(connection, &heard)).unwrap();
    let alice = device(&server);
    alice.wait_online();
    alice.sync();
    let large = alice.send_to("bob@one.test", &"m".repeat(64 << 10));
    let small = alice.send_to("bob@one.test", "after it");
    let row = alice.wait_row(&large, "it fails", |row| row["state"] == "failed");
    assert_eq!(row["error"], "TooLarge");
    alice.wait_state(&small, "sent");
    assert!(after.load(Ordering::SeqCst));
    assert_eq!(server.connections(), 2);
}
