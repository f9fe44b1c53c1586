//! The app as it is shipped, in a real browser, on real servers, with the native driver on the other side. A journey is a script
//! in `kaios/tests/journeys`; it presses keys and looks at the page. `cargo xtask kaios` builds what is looked at.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use larimar_testbed::{Driver, Folder, Options, Server, ServerKind, WebServer};
use serde_json::{Value, json};

const DOMAIN: &str = "one.test";

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A server with two people, one of whom has the native driver, and the app's web server.
struct World {
    server: Server,
    web: WebServer,
    bob: Driver,
    _folder: Folder,
}

impl World {
    fn on(kind: ServerKind) -> World {
        let built = repository().join("target/dist/web");
        assert!(built.join("engine/larimar.wasm").exists(), "first: cargo xtask kaios");
        let options =
            Options::new(DOMAIN).account("alice@one.test", "a secret of alice").account("bob@one.test", "bobs");
        let server = Server::start(kind, options).unwrap();
        let folder = Folder::new("web").unwrap();
        let binary = std::env::current_exe().unwrap().parent().unwrap().parent().unwrap().join("larimar-driver");
        let bob = Driver::open(&binary, "bob", &folder.join("bob"), "auto");
        bob.ok(json!({
            "cmd": "add-account", "jid": "bob@one.test", "password": "bobs",
            "server": server.starttls_address().to_string(), "ca": server.ca_path(),
        }));
        bob.wait("bob is online", |line| line["event"] == "account" && line["state"] == "online");
        let web = WebServer::start(&built, BTreeMap::new()).unwrap();
        World { server, web, bob, _folder: folder }
    }

    /// Begins a journey; what it needs to know is in its environment.
    fn begin(&self, script: &str, browser: &str) -> std::process::Child {
        let world = json!({
            "page": self.web.url(),
            "browser": browser,
            "websocket": self.server.websocket_url(),
            "account": "alice@one.test",
            "password": "a secret of alice",
            "contact": "bob@one.test",
            "pictures": repository().join("target/journeys"),
        });
        Command::new("node")
            .arg(repository().join("kaios/tests/journeys").join(script))
            .env("LARIMAR_WORLD", world.to_string())
            .stdin(Stdio::null())
            .spawn()
            .unwrap()
    }

    /// What bob is told, whatever else is said meanwhile.
    fn bob_hears(&self, text: &str) -> Value {
        self.bob.wait(text, |line| line["event"] == "message" && line["text"] == text)
    }
}

fn first_words(kind: ServerKind, browser: &str) {
    let world = World::on(kind);
    let mut journey = world.begin("first-words.mjs", browser);
    let heard = world.bob_hears("hello from the browser");
    assert_ne!(heard["encryption"], "none", "it came encrypted");
    world.bob.ok(json!({"cmd": "send", "account": "bob@one.test", "to": "alice@one.test", "text": "and hello to you"}));
    world.bob_hears("after the browser was killed");
    assert!(journey.wait().unwrap().success());
}

mod on_prosody {
    use super::*;

    #[test]
    fn chromium_says_its_first_words_by_keys_alone() {
        first_words(ServerKind::Prosody13, "chromium");
    }
}

mod on_ejabberd {
    use super::*;

    #[test]
    fn chromium_says_its_first_words_by_keys_alone() {
        first_words(ServerKind::Ejabberd24, "chromium");
    }
}
