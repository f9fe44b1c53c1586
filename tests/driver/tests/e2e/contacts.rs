//! Contacts: requests, names, presence, blocking.

use larimar_testbed::PATIENCE;
use larimar_testbed::hostile::Server;
use serde_json::json;

use crate::hostile::{device, honest_login};
use crate::on_servers;
use crate::world::World;

on_servers! {
    a_request_is_shown_and_answered: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    a_removed_contact_is_gone_on_both_sides: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    who_is_there_is_seen: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    who_is_there_is_still_seen_after_a_cut_and_a_kill: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    a_blocked_contact_is_not_heard: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    a_nickname_reaches_contacts: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    a_picture_reaches_contacts: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    what_people_say_of_themselves_is_seen: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    a_receipt_is_not_given_to_strangers: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    who_was_added_needs_no_answer: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
}

fn a_request_is_shown_and_answered(world: World) {
    let (alice, bob) = (world.person("alice").device("phone"), world.person("bob").device("phone"));
    let request = json!({
        "cmd": "add-contact", "account": alice.address, "jid": bob.address, "name": "Bobby", "groups": ["Friends"],
    });
    alice.driver.ok(request);
    alice.wait_until("the request is out", |alice| alice.contact(&bob.address)["asked"] == true);
    bob.driver.wait("a request", |line| line["event"] == "subscription-request" && line["from"] == alice.address);
    assert_eq!(bob.contact(&alice.address)["requests"], true);
    bob.driver.ok(json!({"cmd": "answer-request", "account": bob.address, "jid": alice.address, "allow": true}));
    alice.wait_until("it was granted", |alice| alice.contact(&bob.address)["subscription"] == "to");
    let row = alice.contact(&bob.address);
    assert_eq!((&row["name"], &row["groups"]), (&json!("Bobby"), &json!(["Friends"])));
    bob.wait_until("it is answered", |bob| bob.contact(&alice.address)["requests"] == false);
    // The roster is the server's: another device has it too, and this one has it without a connection.
    let tablet = crate::world::Person { world, address: alice.address.clone() }.device("tablet");
    tablet.wait_until("the other device has it", |tablet| tablet.contact(&bob.address)["name"] == "Bobby");
}

fn a_removed_contact_is_gone_on_both_sides(world: World) {
    let (alice, bob) = world.friends();
    alice.driver.ok(json!({"cmd": "remove-contact", "account": alice.address, "jid": bob.address}));
    alice.wait_until("it is gone", |alice| alice.contact(&bob.address)["subscription"] != "both");
    bob.wait_until("it is known", |bob| bob.contact(&alice.address)["subscription"] != "both");
}

fn who_is_there_is_seen(world: World) {
    let (alice, bob) = world.friends();
    alice.wait_until("bob is online", |alice| alice.contact(&bob.address)["availability"] == "online");
    alice.wait_until("what his device can do is known", |alice| known_capabilities(alice) > 0);
    let address = bob.address.clone();
    let asleep = bob.sleep();
    alice.wait_until("bob went away", |alice| alice.contact(&address)["availability"] == "offline");
    let _bob = asleep.wake();
    alice.wait_until("bob is back", |alice| alice.contact(&address)["availability"] == "online");
}

fn who_is_there_is_still_seen_after_a_cut_and_a_kill(world: World) {
    let (alice, bob) = world.friends();
    let is_there = |alice: &crate::world::Device| alice.contact(&bob.address)["availability"] == "online";
    alice.wait_until("bob is online", is_there);
    alice.sync();
    let mark = alice.driver.mark();
    alice.driver.ok(json!({"cmd": "cut", "account": alice.address}));
    alice.driver.wait_after(mark, "alice is back", |line| line["event"] == "account" && line["state"] == "online");
    alice.wait_until("bob is still online", is_there);
    let alice = alice.kill_and_restart();
    alice.wait_until("bob is still online", is_there);
}

fn a_blocked_contact_is_not_heard(world: World) {
    let (alice, bob) = world.friends();
    alice.driver.ok(json!({"cmd": "block", "account": alice.address, "jid": bob.address}));
    alice.wait_until("it is shown", |alice| alice.contact(&bob.address)["blocked"] == true);
    let unheard = bob.send(&alice, "can you hear me?");
    // Prosody 13 drops such messages silently; the others say so.
    let state = if world.server.kind() == larimar_testbed::ServerKind::Prosody13 { "sent" } else { "failed" };
    bob.wait_state(&unheard, state);
    alice.driver.ok(json!({"cmd": "unblock", "account": alice.address, "jid": bob.address}));
    alice.wait_until("no longer", |alice| alice.contact(&bob.address)["blocked"] == false);
    bob.send(&alice, "and now?");
    alice.wait_text("and now?");
    assert!(!alice.texts(&bob.address).contains(&"can you hear me?".to_owned()));
}

fn a_nickname_reaches_contacts(world: World) {
    let (alice, bob) = world.friends();
    bob.driver.ok(json!({"cmd": "set-nick", "account": bob.address, "name": "Bob the Builder"}));
    alice.wait_until("the name", |alice| alice.contact(&bob.address)["name"] == "Bob the Builder");
}

fn a_picture_reaches_contacts(world: World) {
    let (alice, bob) = world.friends();
    let picture = bob.store().join("picture.png");
    std::fs::write(&picture, "the bytes of a picture").unwrap();
    let request = json!({"cmd": "set-avatar", "account": bob.address, "path": picture, "type": "image/png"});
    bob.driver.ok(request);
    let hash = "d8ac8dc9f7cbaf8432171f47b3477e4011bcd816";
    alice.wait_until("the picture", |alice| alice.contact(&bob.address)["avatar"].is_string());
    assert_eq!(alice.contact(&bob.address)["avatar"], hash);
}

fn what_people_say_of_themselves_is_seen(world: World) {
    let (alice, bob) = world.friends();
    let ask = |of: &str| json!({"cmd": "profile", "account": alice.address, "jid": of});
    let nothing = alice.driver.ok(ask(&bob.address));
    assert_eq!((&nothing["full_name"], &nothing["emails"]), (&json!(null), &json!([])));
    let picture = bob.store().join("picture.png");
    std::fs::write(&picture, "the bytes of a picture").unwrap();
    bob.driver.ok(json!({"cmd": "set-avatar", "account": bob.address, "path": picture, "type": "image/png"}));
    alice.wait_until("the picture", |alice| alice.contact(&bob.address)["avatar"].is_string());
    let said = json!({
        "full_name": "Bob <Builder> & Sons", "nickname": "Bobby", "emails": ["bob@example.org", "b@example.com"],
        "phones": ["+49 30 1234"], "urls": ["https://example.org/bob"], "organisation": "Builders", "title": "Boss",
        "note": "Yes,\nwe can.",
    });
    let mut request = said.clone();
    (request["cmd"], request["account"]) = (json!("set-profile"), json!(bob.address));
    bob.driver.ok(request);
    assert_eq!(alice.driver.ok(ask(&bob.address)), said);
    let own = json!({"cmd": "profile", "account": bob.address, "jid": bob.address});
    assert_eq!(bob.driver.ok(own), said);
    // The picture in it is still there for who comes new, and what is not said again is gone.
    bob.driver.ok(json!({"cmd": "set-profile", "account": bob.address, "full_name": "Bob"}));
    let now = alice.driver.ok(ask(&bob.address));
    assert_eq!((&now["full_name"], &now["phones"], &now["note"]), (&json!("Bob"), &json!([]), &json!(null)));
    let tablet = crate::world::Person { world, address: alice.address.clone() }.device("tablet");
    tablet.wait_until("the picture", |tablet| tablet.contact(&bob.address)["avatar"].is_string());
    let refused = alice.driver.call(ask("no address")).unwrap_err();
    assert_eq!(refused.kind, "BadAddress");
}

fn a_receipt_is_not_given_to_strangers(world: World) {
    let (alice, stranger) = (world.person("alice").device("phone"), world.person("stranger").device("phone"));
    let first = stranger.send(&alice, "do you exist?");
    alice.wait_text("do you exist?");
    alice.send(&stranger, "who are you?");
    stranger.wait_text("who are you?");
    // The answer came after the question: had there been a receipt, it would be here.
    assert!(stranger.driver.all(|line| line["message"] == first && line["state"] == "delivered").is_empty());
    let second = stranger.send(&alice, "a friend");
    stranger.wait_state(&second, "delivered");
}

fn who_was_added_needs_no_answer(world: World) {
    let (alice, bob) = (world.person("alice").device("phone"), world.person("bob").device("phone"));
    alice.driver.ok(json!({"cmd": "add-contact", "account": alice.address, "jid": bob.address}));
    bob.driver.wait("a request", |line| line["event"] == "subscription-request" && line["from"] == alice.address);
    // While she is away a server grants it ahead, or leaves it to her device; in the end both have what they want.
    let address = alice.address.clone();
    let asleep = alice.sleep();
    bob.driver.ok(json!({"cmd": "add-contact", "account": bob.address, "jid": address}));
    bob.wait_until("she may see him", |bob| bob.contact(&address)["subscription"] == "from");
    let alice = asleep.wake();
    for (one, other) in [(&alice, &bob.address), (&bob, &address)] {
        one.wait_until("both are contacts", |one| one.contact(other)["subscription"] == "both");
    }
    assert!(alice.driver.all(|line| line["event"] == "subscription-request").is_empty());
}

/// Whether `subscribed` is said before the request to a server with these features.
fn grants_ahead(features: &'static str) -> bool {
    let (say, said) = std::sync::mpsc::channel();
    let server = Server::direct_tls("one.test", move |connection| {
        connection.login(&honest_login().features(features))?;
        let mut granted = false;
        connection.serve_until(|stanza| {
            granted |= stanza.contains("type='subscribed'");
            stanza.contains("type='subscribe'")
        })?;
        say.send(granted).map_err(std::io::Error::other)
    })
    .unwrap();
    let alice = device(&server);
    alice.wait_online();
    alice.driver.ok(json!({"cmd": "add-contact", "account": alice.address, "jid": "bob@one.test"}));
    said.recv_timeout(PATIENCE).unwrap()
}

#[test]
fn only_a_server_that_can_is_asked_to_grant_ahead() {
    assert!(grants_ahead("<sub xmlns='urn:xmpp:features:pre-approval'/>"));
    assert!(!grants_ahead(""));
}

/// How many devices' capabilities the store has, each verified by its hash.
fn known_capabilities(device: &crate::world::Device) -> u32 {
    let file = device.store().join("larimar.db");
    let store = rusqlite::Connection::open_with_flags(file, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    store
        .query_row("SELECT count(*) FROM capability WHERE info LIKE '%urn:xmpp:receipts%'", [], |row| row.get(0))
        .unwrap()
}
