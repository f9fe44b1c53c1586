//! Ways of signing in: the password once, then a token; a session of before, then nothing anew; and what is left of all
//! that after signing out.

use std::collections::BTreeMap;
use std::path::Path;

use larimar_testbed::{Folder, Server};
use serde_json::{Value, json};

use crate::on_servers;
use crate::world::{Device, PASSWORD, World};

on_servers! {
    the_password_is_proved_in_the_strongest_way: Ejabberd23, Ejabberd24;
    a_token_signs_in_without_the_password: Prosody13, Ejabberd24;
    a_refused_token_falls_back_to_the_password: Prosody13, Ejabberd24;
    a_resumed_session_asks_for_nothing_anew: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    signing_out_leaves_nothing_to_sign_in_with: Prosody13, Ejabberd24;
}

/// The desktop keystore's secrets by kind ("password", "token"), of the one account that is there.
fn secrets(store: &Path) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(store.join("secrets")).unwrap_or_default();
    let secret = |line: &str| {
        let (name, value) = line.split_once(' ').unwrap();
        (name.to_owned(), value.to_owned())
    };
    text.lines().map(secret).collect()
}

fn write_secrets(store: &Path, secrets: &BTreeMap<String, String>) {
    let lines: String = secrets.iter().map(|(name, value)| format!("{name} {value}\n")).collect();
    std::fs::write(store.join("secrets"), lines).unwrap();
}

fn token(store: &Path) -> Option<String> {
    secrets(store).into_iter().find(|(name, _)| name.starts_with("token-")).map(|(_, value)| value)
}

/// Without the password only a token can sign in.
fn forget_password(store: &Path) {
    let mut left = secrets(store);
    left.retain(|name, _| !name.starts_with("password-"));
    assert!(left.keys().any(|name| name.starts_with("token-")), "a token is left");
    write_secrets(store, &left);
}

fn the_password_is_proved_in_the_strongest_way(world: World) {
    let alice = world.person("alice").device("phone");
    let log = log_of(world.server);
    let accepted = log.lines().find(|line| line.contains("Accepted c2s") && line.contains(&alice.address));
    let accepted = accepted.unwrap_or_else(|| panic!("the server's log does not say how she signed in:\n{log}"));
    // ejabberd 23.01 offers no channel binding.
    let mechanism = if world.server.kind().is_newer() { " SCRAM-SHA-512-PLUS " } else { " SCRAM-SHA-512 " };
    assert!(accepted.contains(mechanism), "{accepted}");
}

fn log_of(server: &Server) -> String {
    let mut all = server.log();
    for file in std::fs::read_dir(server.folder()).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "log") {
            all.push_str(&String::from_utf8_lossy(&std::fs::read(path).unwrap()));
        }
    }
    all
}

fn a_token_signs_in_without_the_password(world: World) {
    let (mut alice, bob) = world.friends();
    let store = alice.store();
    for round in 0..3 {
        let asleep = alice.sleep();
        if round == 0 {
            forget_password(&store);
        }
        alice = asleep.wake();
        alice.wait_online();
        bob.send(&alice, &format!("by token {round}"));
        alice.wait_text(&format!("by token {round}"));
    }
}

fn a_refused_token_falls_back_to_the_password(world: World) {
    let (alice, bob) = world.friends();
    let store = alice.store();
    let (asleep, forged) = (alice.sleep(), token(&bob.store()).unwrap());
    let mut all = secrets(&store);
    for (_, value) in all.iter_mut().filter(|(name, _)| name.starts_with("token-")) {
        value.clone_from(&forged);
    }
    write_secrets(&store, &all);
    let alice = asleep.wake();
    alice.wait_online();
    assert_eq!(alice.driver.all(|line| !line["error"].is_null()), Vec::<Value>::new(), "nobody had to be told");
    assert!(token(&store).is_some_and(|token| token != forged), "a new token came with the password");
    let asleep = alice.sleep();
    forget_password(&store);
    asleep.wake().wait_online();
}

fn round_trips(device: &Device) -> u64 {
    device.driver.ok(json!({"cmd": "stats"}))["round_trips"].as_u64().unwrap()
}

/// What a new session asks and a resumed one does not: the roster, the features of the server and of the account, the
/// block list, the read states.
const ANEW: u64 = 5;
/// Of these the features, which the process that was killed knew.
const FEATURES: u64 = 2;

fn a_resumed_session_asks_for_nothing_anew(world: World) {
    let (alice, bob) = world.friends();
    let asleep = alice.sleep();
    let alice = asleep.wake();
    alice.wait_online();
    alice.sync();
    let new = round_trips(&alice);
    let mark = alice.driver.mark();
    alice.driver.ok(json!({"cmd": "cut", "account": alice.address}));
    bob.send(&alice, "meanwhile");
    alice.driver.wait_after(mark, "it is back", |line| line["event"] == "account" && line["state"] == "online");
    alice.wait_text("meanwhile");
    alice.sync();
    let cut = round_trips(&alice) - new;
    bob.send(&alice, "before the kill");
    alice.wait_text("before the kill");
    let alice = alice.kill_and_restart();
    alice.wait_online();
    bob.send(&alice, "after the kill");
    alice.wait_text("after the kill");
    alice.sync();
    let killed = round_trips(&alice);
    assert!(cut + ANEW <= new, "new {new}, after a cut {cut}");
    assert!(killed + ANEW - FEATURES <= new, "new {new}, after a kill {killed}");
    assert_eq!(alice.texts(&bob.address), ["meanwhile", "before the kill", "after the kill"]);
}

fn signing_out_leaves_nothing_to_sign_in_with(world: World) {
    let person = world.person("alice");
    let alice = person.device("phone");
    let store = alice.store();
    let asleep = alice.sleep();
    let copied = Folder::new("copy").unwrap();
    std::fs::create_dir(copied.path().join("store")).unwrap();
    std::fs::copy(store.join("larimar.db"), copied.path().join("store/larimar.db")).unwrap();
    let alice = asleep.wake();
    alice.wait_online();
    alice.sync();
    std::fs::copy(store.join("secrets"), copied.path().join("store/secrets")).unwrap();
    forget_password(&copied.path().join("store"));
    alice.driver.ok(json!({"cmd": "remove-account", "account": alice.address}));
    assert_eq!(secrets(&store), BTreeMap::new());
    // Whoever has copied the token before has nothing.
    let thief = Device::open(copied, &person.address, "thief");
    let failed = |line: &Value| line["event"] == "account" && line["state"] == "failed";
    assert_eq!(thief.driver.wait("the token is refused", failed)["error"]["kind"], "WrongPassword");
    // And the account itself is well.
    thief.driver.ok(json!({"cmd": "set-password", "account": person.address, "password": PASSWORD}));
    thief.wait_online();
}
