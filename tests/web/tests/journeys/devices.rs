//! Several devices and several tabs of one person, and whose devices they are.

use larimar_testbed::{SignIn, Slixmpp};
use serde_json::{Value, json};

use crate::world::{PASSWORD, World};

#[test]
fn a_contact_is_trusted_after_comparing_and_a_stranger_among_the_devices_is_shut_out() {
    let world = World::of_friends();
    let tablet = world.device("bob", "tablet");
    let fingerprint = |driver: &larimar_testbed::Driver| {
        let own = driver.ok(json!({"cmd": "devices", "account": "bob@localhost", "jid": "bob@localhost"}));
        let own = own["devices"].as_array().unwrap().iter().find(|row| row["this"] == true).cloned();
        own.unwrap()["fingerprint"].clone()
    };
    let (phone, stranger) = (fingerprint(&world.bob), fingerprint(&tablet));
    let journey = world.begin_with("trust.mjs", json!({"same": phone, "differs": stranger}));
    world.bob_hears("only to the device that is the same");
    let shown = journey.tells("own")["fingerprint"].clone();
    let alices = world.bob.ok(json!({"cmd": "devices", "account": "bob@localhost", "jid": "alice@localhost"}));
    let alices = &alices["devices"].as_array().unwrap()[0]["fingerprint"];
    assert_eq!(*alices, shown, "the page shows its own fingerprint");
    world.bob_says("compared");
    journey.ends();
    let sealed = tablet.all(|line| line["event"] == "message" && line["text"] == "only to the device that is the same");
    assert_eq!(sealed, [] as [Value; 0], "the other device was not written to");
}

#[test]
fn a_contact_is_trusted_after_scanning_their_code() {
    let world = World::of_friends();
    let shown = world.bob.ok(json!({"cmd": "account-uri", "account": "bob@localhost"}))["uri"].clone();
    world.begin_with("scan.mjs", json!({"uri": shown})).ends();
}

#[test]
fn ones_own_other_device_is_trusted_after_scanning_its_code() {
    let world = World::of_friends();
    let tablet = world.device("alice", "tablet");
    let shown = tablet.ok(json!({"cmd": "account-uri", "account": "alice@localhost"}))["uri"].clone();
    world.begin_with("scan.mjs", json!({"uri": shown, "own": true})).ends();
}

#[test]
fn two_devices_are_in_step() {
    let world = World::of_friends();
    let tablet = world.device("alice", "tablet");
    let journey = world.begin("two-devices.mjs");
    world.bob_hears("written in the browser");
    let copy = tablet.wait("a copy", |line| line["event"] == "message" && line["text"] == "written in the browser");
    assert_eq!((&copy["outgoing"], &copy["encryption"]), (&json!(true), &json!("omemo2")), "{copy}");
    tablet.ok(
        json!({"cmd": "send", "account": "alice@localhost", "to": "bob@localhost", "text": "written on the tablet"}),
    );
    world.bob_hears("written on the tablet");
    journey.tells("in the list");
    world.bob_says("read on the tablet");
    journey.tells("unread");
    tablet.wait("bob's message", |line| line["event"] == "message" && line["text"] == "read on the tablet");
    tablet.ok(json!({"cmd": "mark-read", "account": "alice@localhost", "chat": "bob@localhost"}));
    journey.ends();
}

#[test]
fn of_two_tabs_one_has_the_store() {
    let world = World::of_friends();
    let journey = world.begin("two-tabs.mjs");
    world.bob_hears("from the first tab");
    world.bob_hears("from the second tab");
    world.bob_hears("from the first tab again");
    journey.ends();
}

#[test]
fn a_new_device_has_the_history_and_finds_a_word_of_it() {
    let world = World::of_friends();
    // Alice's other device does not encrypt, so that a new one can read what was said before it.
    let other = Slixmpp::sign_in(&SignIn::to(&world.server, "alice@localhost/slixmpp", PASSWORD)).unwrap();
    let last = (1..=120).map(|number| {
        let hay = if number == 42 { "a needle" } else { "hay" };
        world.bob_says(&format!("story {number:03} with {hay} in it"))
    });
    let last = last.last().unwrap();
    world.bob.wait("all of it went", |line| line["message"] == last && line["state"] != "queued");
    other.message_with("story 120 with hay in it").unwrap();
    // Who writes has read what stands above.
    other.send(&world.address("bob"), "all of it read").unwrap();
    world.bob.wait("all of it read", |line| line["event"] == "message" && line["text"] == "all of it read");
    world.begin("history.mjs").ends();
}
