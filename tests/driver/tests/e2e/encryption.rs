//! Conversations are encrypted by themselves: between two people, on all their devices, and never in clear again.

use serde_json::{Value, json};

use crate::on_servers;
use crate::world::{Device, Person, World};

on_servers! {
    two_people_chat_encrypted_without_having_been_asked: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    what_is_said_beside_words_is_encrypted_too: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    three_devices_of_ours_read_and_write: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    a_device_that_was_away_reads_two_hundred_messages: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    a_device_that_was_away_gives_no_receipt_again: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    a_device_that_is_new_says_what_it_cannot_read: Prosody12, Ejabberd24;
    a_device_that_lost_its_store_is_written_to_again: Prosody13, Ejabberd23;
    an_older_copy_of_a_store_uses_no_key_twice: Prosody12, Prosody13, Ejabberd24;
    new_devices_wait_once_one_was_verified: Prosody12, Ejabberd24;
    a_person_decides_what_leaves_in_clear: Prosody13, Ejabberd23;
}

#[track_caller]
pub fn wait_encrypted(device: &Device, text: &str) -> Value {
    let wanted = |line: &Value| line["event"] == "message" && line["text"] == text && line["encryption"] == "omemo2";
    device.driver.wait(&format!("the message {text:?}, encrypted"), wanted)
}

/// Waits until a device has met so many devices of somebody's.
#[track_caller]
pub fn wait_devices(device: &Device, of: &str, number: usize) {
    let met = device.driver.meet_devices(&device.address, of, number);
    met.unwrap_or_else(|known| {
        panic!("{} ({}) knows only these devices of {of}: {known}", device.address, device.name)
    });
}

/// Two people who are each other's contacts and have found each other's devices. On ejabberd 23.01 it takes some attempts until
/// both versions of a new device can be had; what is written before comes in the older one.
pub fn friends(world: World) -> (Device, Device) {
    let (alice, bob) = world.encrypted().friends();
    wait_devices(&alice, &bob.address, 1);
    wait_devices(&bob, &alice.address, 1);
    (alice, bob)
}

pub fn devices(device: &Device, of: &str) -> Vec<Value> {
    let request = json!({"cmd": "devices", "account": device.address, "jid": of});
    device.driver.ok(request)["devices"].as_array().unwrap().clone()
}

pub fn trust(device: &Device, of: &str, fingerprint: &Value, decision: &str) {
    device.driver.ok(json!({
        "cmd": "trust", "account": device.address, "jid": of, "fingerprint": fingerprint, "decision": decision,
    }));
}

/// No stanza in the archive of an account has one of these words.
#[track_caller]
pub fn nothing_in_clear(world: World, account: &str, words: &[&str]) {
    let archive = world.server.archive(account).unwrap();
    assert!(!archive.is_empty());
    for stanza in archive {
        for word in words {
            assert!(!stanza.xml.contains(word), "{word:?} stands in {}", stanza.xml);
        }
    }
}

fn two_people_chat_encrypted_without_having_been_asked(world: World) {
    let (alice, bob) = friends(world);
    let first = alice.send(&bob, "walrus");
    let row = wait_encrypted(&bob, "walrus");
    assert_eq!((&row["trust"], &row["sealed"]), (&json!("blind"), &Value::Null));
    alice.wait_state(&first, "delivered");
    bob.send(&alice, "ostrich");
    wait_encrypted(&alice, "ostrich");
    let ours = devices(&alice, &bob.address);
    assert_eq!((ours.len(), &ours[0]["trust"], &ours[0]["label"]), (1, &json!("blind"), &json!("Larimar")));
    assert_eq!(ours[0]["fingerprint"], devices(&bob, &bob.address)[0]["fingerprint"]);
    assert_eq!(devices(&bob, &bob.address)[0]["this"], true);
    // The same, from the archive, on the same devices after a restart.
    let (alice, bob) = (alice.restart(), bob.kill_and_restart());
    for device in [&alice, &bob] {
        device.wait_online();
        device.sync();
    }
    alice.send(&bob, "penguin");
    wait_encrypted(&bob, "penguin");
    assert_eq!(alice.texts(&bob.address), ["walrus", "ostrich", "penguin"]);
    assert_eq!(bob.texts(&alice.address), ["walrus", "ostrich", "penguin"]);
    for account in [&alice.address, &bob.address] {
        nothing_in_clear(world, account, &["walrus", "ostrich", "penguin"]);
    }
}

fn what_is_said_beside_words_is_encrypted_too(world: World) {
    let (alice, bob) = friends(world);
    let id = alice.send(&bob, "walrus");
    let row = wait_encrypted(&bob, "walrus")["message"].clone();
    alice.driver.ok(json!({"cmd": "correct", "message": id, "text": "seal"}));
    bob.wait_row(&row, "a correction", |row| row["text"] == "seal" && row["edited"] == true);
    bob.driver.ok(json!({"cmd": "react", "message": row, "emojis": ["🎉"]}));
    alice.wait_row(&id, "a reaction", |row| row["reactions"][0]["emoji"] == "🎉");
    bob.driver
        .ok(json!({"cmd": "send", "account": bob.address, "to": alice.address, "text": "answer", "reply_to": row}));
    let answer = wait_encrypted(&alice, "answer");
    assert_eq!(answer["reply_to"]["text"], "seal");
    alice.driver.ok(json!({"cmd": "mark-read", "account": alice.address, "chat": bob.address}));
    bob.wait_row(&answer_of(&bob, &alice), "it was displayed", |row| row["state"] == "displayed");
    alice.driver.ok(json!({"cmd": "typing", "account": alice.address, "chat": bob.address}));
    bob.driver.wait("typing", |line| line["event"] == "typing" && line["on"] == true);
    alice.driver.ok(json!({"cmd": "retract", "message": id}));
    bob.wait_row(&row, "it is taken back", |row| row["retracted"] == true);
    let hidden = ["walrus", "seal", "answer", "🎉", "urn:xmpp:reply", "urn:xmpp:reactions", "urn:xmpp:message-correct"];
    nothing_in_clear(world, &alice.address, &hidden);
    nothing_in_clear(world, &bob.address, &["urn:xmpp:receipts", "urn:xmpp:chat-markers", "urn:xmpp:message-retract"]);
}

fn answer_of(bob: &Device, alice: &Device) -> Value {
    bob.timeline(&alice.address).into_iter().find(|row| row["text"] == "answer").unwrap()["message"].clone()
}

fn three_devices_of_ours_read_and_write(world: World) {
    let (phone, bob) = friends(world);
    let alice = Person { world, address: phone.address.clone() };
    let (tablet, laptop) = (alice.device("tablet"), alice.device("laptop"));
    let all = [&phone, &tablet, &laptop];
    wait_devices(&bob, &phone.address, 3);
    all.into_iter().for_each(|device| wait_devices(device, &phone.address, 3));
    bob.send(&phone, "to all three");
    for device in all {
        wait_encrypted(device, "to all three");
    }
    for device in all {
        let text = format!("from {}", device.name);
        device.send(&bob, &text);
        wait_encrypted(&bob, &text);
        for other in all {
            assert_eq!(wait_encrypted(other, &text)["outgoing"], true);
        }
    }
    assert!(devices(&bob, &phone.address).iter().all(|device| device["last_seen"].is_i64()));
    nothing_in_clear(world, &bob.address, &["to all three", "from phone", "from tablet", "from laptop"]);
    for device in all {
        device.sync();
        assert_eq!(device.texts(&bob.address), ["to all three", "from phone", "from tablet", "from laptop"]);
    }
}

fn a_device_that_was_away_reads_two_hundred_messages(world: World) {
    let (alice, bob) = friends(world);
    alice.send(&bob, "before");
    wait_encrypted(&bob, "before");
    let bob = bob.sleep();
    let sent: Vec<String> = (0..200).map(|number| format!("message {number}")).collect();
    let last = sent.iter().map(|text| alice.send_to(bob.address(), text)).last().unwrap();
    alice.wait_state(&last, "sent");
    let bob = bob.wake();
    bob.wait_online();
    bob.sync();
    let rows = bob.timeline(&alice.address);
    assert!(rows.iter().all(|row| row["sealed"].is_null() && row["encryption"] == "omemo2"));
    assert_eq!(bob.texts(&alice.address)[1..], sent);
    bob.send(&alice, "read all");
    wait_encrypted(&alice, "read all");
}

fn a_device_that_was_away_gives_no_receipt_again(world: World) {
    let (phone, bob) = friends(world);
    let alice = Person { world, address: phone.address.clone() };
    let tablet = alice.device("tablet");
    wait_devices(&bob, &alice.address, 2);
    let tablet = tablet.sleep();
    for number in 0..20 {
        let message = bob.send(&phone, &format!("message {number}"));
        bob.wait_state(&message, "delivered");
    }
    // What was given leaves copies in the archive; nothing more comes in when the tablet has read it.
    phone.sync();
    let archived = || world.server.archive(&alice.address).unwrap().len();
    let before = archived();
    assert!(before >= 40, "each text and each receipt: {before}");
    let tablet = tablet.wake();
    tablet.wait_online();
    tablet.sync();
    assert_eq!(tablet.texts(&bob.address).len(), 20);
    tablet.send(&bob, "read all");
    bob.wait_text("read all");
    let more = archived() - before;
    assert!(more <= 5, "{more} of them");
}

fn a_device_that_is_new_says_what_it_cannot_read(world: World) {
    let (alice, bob) = friends(world);
    alice.send(&bob, "before the tablet");
    wait_encrypted(&bob, "before the tablet");
    let tablet = Person { world, address: bob.address.clone() }.device("tablet");
    let rows = tablet.timeline(&alice.address);
    assert_eq!(rows.len(), 1);
    assert_eq!((&rows[0]["sealed"], &rows[0]["text"]), (&json!("NotForThisDevice"), &json!("")));
    wait_devices(&alice, &bob.address, 2);
    wait_devices(&tablet, &bob.address, 2);
    alice.send(&bob, "after the tablet");
    wait_encrypted(&tablet, "after the tablet");
    tablet.send(&alice, "from the tablet");
    wait_encrypted(&alice, "from the tablet");
    wait_encrypted(&bob, "from the tablet");
}

fn a_device_that_lost_its_store_is_written_to_again(world: World) {
    let (alice, bob) = friends(world);
    alice.send(&bob, "one");
    wait_encrypted(&bob, "one");
    bob.send(&alice, "two");
    wait_encrypted(&alice, "two");
    // The store comes back from an old copy: sessions are older than what alice uses.
    let asleep = bob.sleep();
    let copy = asleep.copy();
    let bob = asleep.wake();
    bob.wait_online();
    bob.sync();
    for number in 0..3 {
        alice.send(&bob, &format!("ping {number}"));
        wait_encrypted(&bob, &format!("ping {number}"));
        bob.send(&alice, &format!("pong {number}"));
        wait_encrypted(&alice, &format!("pong {number}"));
    }
    let bob = bob.sleep().restore(copy).wake();
    bob.wait_online();
    bob.sync();
    alice.send(&bob, "are you there");
    bob.wait_until("something of alice's came", |bob| {
        bob.timeline(&alice.address).iter().any(|row| row["text"] == "are you there" || row["sealed"].is_string())
    });
    // What was said first may be lost, and says so; what follows the new session is not.
    alice.wait_until("it heals", |alice| {
        let before = bob.timeline(&alice.address).len();
        alice.send(&bob, &format!("try {before}"));
        bob.wait_until("it came", |bob| bob.timeline(&alice.address).len() > before);
        bob.timeline(&alice.address).iter().any(|row| row["text"].as_str().unwrap().starts_with("try"))
    });
    bob.send(&alice, "whole again");
    wait_encrypted(&alice, "whole again");
}

fn an_older_copy_of_a_store_uses_no_key_twice(world: World) {
    let (alice, bob) = friends(world);
    alice.send(&bob, "one");
    wait_encrypted(&bob, "one");
    bob.send(&alice, "two");
    wait_encrypted(&alice, "two");
    let (alice, bob) = (alice.sleep(), bob.sleep());
    let copy = bob.copy();
    let bob = bob.wake();
    bob.wait_online();
    for number in 0..3 {
        let message = bob.send_to(alice.address(), &format!("before {number}"));
        bob.wait_state(&message, "sent");
    }
    // Nobody has answered meanwhile: the copy would go on where the chain of its keys was.
    let bob = bob.sleep().restore(copy).wake();
    bob.wait_online();
    for number in 0..3 {
        let message = bob.send_to(alice.address(), &format!("after {number}"));
        bob.wait_state(&message, "sent");
    }
    let alice = alice.wake();
    alice.wait_online();
    alice.sync();
    let said = ["one", "two", "before 0", "before 1", "before 2", "after 0", "after 1", "after 2"];
    assert_eq!(alice.texts(&bob.address), said);
}

fn new_devices_wait_once_one_was_verified(world: World) {
    let (alice, bob) = friends(world);
    alice.send(&bob, "walrus");
    wait_encrypted(&bob, "walrus");
    let phone = devices(&alice, &bob.address)[0]["fingerprint"].clone();
    trust(&alice, &bob.address, &phone, "trusted");
    let tablet = Person { world, address: bob.address.clone() }.device("tablet");
    wait_devices(&alice, &bob.address, 2);
    let of_tablet = devices(&tablet, &bob.address)[0]["fingerprint"].clone();
    let state = |alice: &Device| {
        let known = devices(alice, &bob.address);
        known.into_iter().find(|device| device["fingerprint"] == of_tablet).unwrap()["trust"].clone()
    };
    assert_eq!(state(&alice), "undecided");
    alice.send(&bob, "for the phone");
    wait_encrypted(&bob, "for the phone");
    tablet.wait_until("the tablet cannot read", |tablet| {
        tablet.timeline(&alice.address).last().is_some_and(|row| row["sealed"] == "NotForThisDevice")
    });
    tablet.send(&alice, "let me in");
    assert_eq!(alice.wait_text("let me in")["trust"], "undecided");
    trust(&alice, &bob.address, &of_tablet, "trusted");
    assert_eq!(state(&alice), "verified");
    alice.send(&bob, "for both");
    wait_encrypted(&bob, "for both");
    wait_encrypted(&tablet, "for both");
    trust(&alice, &bob.address, &phone, "distrusted");
    trust(&alice, &bob.address, &of_tablet, "distrusted");
    let refused = alice.send(&bob, "for nobody");
    let row = alice.wait_row(&refused, "it failed", |row| row["state"] == "failed");
    assert_eq!(row["error"], "NoDevice");
}

fn a_person_decides_what_leaves_in_clear(world: World) {
    let (alice, bob) = friends(world);
    let clear =
        json!({"cmd": "send", "account": alice.address, "to": bob.address, "text": "in clear", "encryption": "none"});
    alice.driver.ok(clear);
    assert_eq!(bob.wait_text("in clear")["encryption"], "none");
    alice.send(&bob, "still in clear");
    assert_eq!(bob.wait_text("still in clear")["encryption"], "none");
    let chosen = |alice: &Device| alice.driver.ok(json!({"cmd": "chats"}))["chats"][0]["chosen"].clone();
    assert_eq!(chosen(&alice), "none");
    alice.driver.ok(json!({"cmd": "set-chat", "account": alice.address, "chat": bob.address, "encryption": "auto"}));
    assert_eq!(chosen(&alice), "auto");
    alice.send(&bob, "hidden");
    wait_encrypted(&bob, "hidden");
    // Somebody without any device.
    let carol = world.person("carol");
    let plain = alice.send_to(&carol.address, "nobody there");
    let row = alice.wait_row(&plain, "it left", |row| row["state"] == "sent");
    assert_eq!(row["encryption"], "none");
    let request =
        json!({"cmd": "send", "account": alice.address, "to": carol.address, "text": "never", "encryption": "omemo"});
    let hidden = alice.driver.ok(request)["message"].clone();
    let row = alice.wait_row(&hidden, "it failed", |row| row["state"] == "failed");
    assert_eq!(row["error"], "NoDevice");
    // She signs in: the same message leaves encrypted.
    let carol = carol.device("phone");
    alice.wait_until("her device is known", |alice| {
        devices(alice, &carol.address).iter().any(|device| device["version"] == "omemo2")
    });
    alice.driver.ok(json!({"cmd": "retry", "message": hidden}));
    wait_encrypted(&carol, "never");
}
