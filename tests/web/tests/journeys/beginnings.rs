//! The way in: signing in, with a wrong password first, and a new account.

use larimar_testbed::ServerKind;
use serde_json::json;

use crate::world::{HERE, World};

/// The domain is in no DNS: the app asks for the server.
fn first_words(kind: ServerKind, browser: &str) {
    let world = World::of(kind, "one.test");
    let fields = json!({"browser": browser, "websocket": world.server.websocket_url()});
    let journey = world.begin_with("first-words.mjs", fields);
    world.bob_hears("hello from the browser");
    world.bob_says("and hello to you");
    world.bob_hears("after the browser was killed");
    journey.tell("heard");
    journey.ends();
}

fn registers(kind: ServerKind, domain: &str) {
    let world = World::of(kind, domain);
    let asked = (domain != HERE).then(|| world.server.websocket_url());
    let journey = world.begin_with("register.mjs", json!({"domain": domain, "websocket": asked}));
    let heard = world.bob_hears("hello from a new account");
    assert_eq!(heard["from"], world.address("dora"));
    journey.ends();
}

fn mends_a_wrong_password(kind: ServerKind) {
    let world = World::of(kind, HERE);
    let journey = world.begin("wrong-password.mjs");
    world.bob_hears("the right one at last");
    journey.ends();
}

#[test]
fn chromium_says_its_first_words_on_prosody() {
    first_words(ServerKind::Prosody13, "chromium");
}

#[test]
fn chromium_says_its_first_words_on_ejabberd() {
    first_words(ServerKind::Ejabberd24, "chromium");
}

#[test]
fn firefox_says_its_first_words() {
    first_words(ServerKind::Prosody13, "firefox");
}

#[test]
fn a_new_account_is_made_on_prosody() {
    registers(ServerKind::Prosody13, HERE);
}

#[test]
fn a_new_account_is_made_on_ejabberd() {
    registers(ServerKind::Ejabberd24, "one.test");
}

#[test]
fn a_wrong_password_is_said_and_mended_on_prosody() {
    mends_a_wrong_password(ServerKind::Prosody13);
}

#[test]
fn a_wrong_password_is_said_and_mended_on_ejabberd() {
    mends_a_wrong_password(ServerKind::Ejabberd24);
}
