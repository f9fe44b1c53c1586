//! The app for KaiOS 2.5, whose core is JavaScript, in a browser with WebAssembly switched off: it signs in, talks encrypted
//! with the native driver, and keeps what was said. `cargo xtask kaios` builds what is looked at.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use larimar_testbed::{Driver, Folder, Options, Server, ServerKind, SignIn, Slixmpp, WebServer};
use serde_json::json;

/// A core in JavaScript that is interpreted is slow.
const PATIENCE: Duration = Duration::from_secs(120);

/// Asks for somebody's bundles.
const BUNDLES: &str =
    "<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='urn:xmpp:omemo:2:bundles'/></pubsub>";

/// The package, each of its scripts behind the one that takes away what Gecko 48 does not have.
fn as_on_gecko_48(repository: &Path, built: &Path, app: &Path) -> PathBuf {
    let first = std::fs::read_to_string(repository.join("kaios/tests/journeys/gecko48.js")).unwrap();
    std::fs::create_dir_all(app.join("engine")).unwrap();
    for name in ["index.html", "app.css"] {
        std::fs::copy(built.join(name), app.join(name)).unwrap();
    }
    for name in ["app.js", "engine/worker.js"] {
        let script = std::fs::read_to_string(built.join(name)).unwrap();
        std::fs::write(app.join(name), format!("{first}{script}")).unwrap();
    }
    std::fs::copy(built.join("engine/larimar.js"), app.join("engine/larimar.js")).unwrap();
    app.to_owned()
}

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
    let web = WebServer::start(&as_on_gecko_48(&repository, &built, &folder.join("app")), BTreeMap::new()).unwrap();
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
    says("and hello to you 👋🏽");
    assert_eq!(hears("after the browser was killed")["encryption"], "omemo2");
    // It begins with a few prekeys; the others are made beside all this, and after the kill.
    let spy = Slixmpp::sign_in(&SignIn::to(&server, "bob@one.test/spy", "bobs")).unwrap();
    let question = json!({"to": "alice@one.test", "xml": BUNDLES});
    let published = || spy.call("iq", question.clone()).unwrap()["xml"].as_str().unwrap().matches("<pk id=").count();
    let until = Instant::now() + PATIENCE;
    while published() < 100 && Instant::now() < until {
        sleep(Duration::from_millis(500));
    }
    assert_eq!(published(), 100);
    says("heard");
    assert!(journey.wait().unwrap().success());
}
