//! The app for KaiOS 2.5, whose core is JavaScript, in a browser with WebAssembly switched off: it signs in, talks encrypted
//! with the native driver, and keeps what was said. `cargo xtask kaios` builds what is looked at.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use larimar_testbed::{Driver, Folder, Options, Server, ServerKind, WebServer};
use serde_json::json;

/// A core in JavaScript that is interpreted is slow.
const PATIENCE: Duration = Duration::from_secs(120);

#[test]
fn chromium_without_webassembly_signs_in_and_talks() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let built = repository.join("target/dist/kaios25");
    assert!(built.join("manifest.webapp").exists(), "first: cargo xtask kaios");
    let options =
        Options::new("one.test").account("alice@one.test", "a secret of alice").account("bob@one.test", "bobs");
    let server = Server::start(ServerKind::Prosody13, options).unwrap();
    let folder = Folder::new("kaios25").unwrap();
    let binary = std::env::current_exe().unwrap().parent().unwrap().parent().unwrap().join("larimar-driver");
    let bob = Driver::open(&binary, "bob", &folder.join("bob"), "auto");
    bob.ok(json!({
        "cmd": "add-account", "jid": "bob@one.test", "password": "bobs",
        "server": server.starttls_address().to_string(), "ca": server.ca_path(),
    }));
    bob.wait("bob is online", |line| line["event"] == "account" && line["state"] == "online");
    let web = WebServer::start(&built, BTreeMap::new()).unwrap();
    let world = json!({
        "page": web.url(),
        "websocket": server.websocket_url(),
        "account": "alice@one.test",
        "password": "a secret of alice",
        "contact": "bob@one.test",
        "pictures": repository.join("target/journeys"),
    });
    let mut journey = Command::new("node")
        .arg(repository.join("kaios/tests/journeys/without-webassembly.mjs"))
        .env("LARIMAR_WORLD", world.to_string())
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    let hears = |text: &str| {
        let found = bob.find(0, PATIENCE, |line| line["event"] == "message" && line["text"] == text);
        found.unwrap_or_else(|| panic!("bob never heard: {text}")).1
    };
    let says =
        |text: &str| bob.ok(json!({"cmd": "send", "account": "bob@one.test", "to": "alice@one.test", "text": text}));
    assert_eq!(hears("hello without WebAssembly")["encryption"], "omemo2");
    says("and hello to you");
    assert_eq!(hears("after the browser was killed")["encryption"], "omemo2");
    says("heard");
    assert!(journey.wait().unwrap().success());
}
