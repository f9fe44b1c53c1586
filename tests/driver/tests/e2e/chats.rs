//! How chats stand in the list: drafts, unread messages, muting, archiving, pinning. They are of this device alone.

use serde_json::{Value, json};

use crate::on_servers;
use crate::world::{Device, World};

on_servers! {
    how_a_chat_stands_survives_a_restart: Prosody12, Ejabberd24;
    a_muted_chat_counts_and_notifies_nobody: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    an_archived_chat_comes_back_with_something_new: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    a_pinned_chat_stands_above_newer_ones: Prosody13, Ejabberd23;
    an_answer_says_that_what_stands_above_was_read: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
}

const FOR_EVER: i64 = i64::MAX;

fn set(device: &Device, chat: &Device, mut settings: Value) {
    settings["cmd"] = json!("set-chat");
    settings["account"] = json!(device.address);
    settings["chat"] = json!(chat.address);
    device.driver.ok(settings);
}

fn draft(device: &Device, chat: &Device, text: &str) {
    let request = json!({"cmd": "draft", "account": device.address, "chat": chat.address, "text": text});
    device.driver.ok(request);
}

/// Draft, muted, archived, pinned.
fn stands(device: &Device, chat: &Device) -> Value {
    let row = device.chat(&chat.address);
    json!([row["draft"], row["muted"], row["archived"], row["pinned"]])
}

fn how_a_chat_stands_survives_a_restart(world: World) {
    let (alice, bob) = world.friends();
    bob.send(&alice, "one");
    alice.wait_text("one");
    assert_eq!(stands(&alice, &bob), json!([null, false, false, false]));
    draft(&alice, &bob, "what I wanted to say <&");
    set(&alice, &bob, json!({"muted_until": FOR_EVER, "archived": true}));
    set(&alice, &bob, json!({"pinned": true}));
    let alice = alice.restart();
    assert_eq!(stands(&alice, &bob), json!(["what I wanted to say <&", true, true, true]));
    assert_eq!(alice.chat(&bob.address)["unread"], 1);
    draft(&alice, &bob, "");
    set(&alice, &bob, json!({"muted_until": 0, "archived": false, "pinned": false}));
    let alice = alice.restart();
    assert_eq!(stands(&alice, &bob), json!([null, false, false, false]));
    // Another device has settings of its own.
    let tablet = crate::world::Person { world, address: alice.address.clone() }.device("tablet");
    set(&alice, &bob, json!({"pinned": true}));
    tablet.sync();
    assert_eq!(stands(&tablet, &bob), json!([null, false, false, false]));
    // A draft alone makes a chat, so that it is found again.
    let nobody = world.person("carol").device("phone");
    draft(&alice, &nobody, "dear Carol");
    assert_eq!(alice.restart().chat(&nobody.address)["draft"], "dear Carol");
}

fn notified(device: &Device, text: &str) -> bool {
    let message = device.wait_text(text)["message"].clone();
    !device.driver.all(|line| line["event"] == "notify" && line["message"] == message).is_empty()
}

fn a_muted_chat_counts_and_notifies_nobody(world: World) {
    let (alice, bob) = world.friends();
    let an_hour_ago = i64::try_from(now_ms()).unwrap() - 3_600_000;
    for (text, muted_until, heard) in [
        ("muted for ever", FOR_EVER, false),
        ("muted until later", an_hour_ago + 7_200_000, false),
        ("muted until an hour ago", an_hour_ago, true),
        ("not muted any more", 0, true),
    ] {
        set(&alice, &bob, json!({"muted_until": muted_until}));
        assert_eq!(alice.chat(&bob.address)["muted"], !heard, "{text}");
        bob.send(&alice, text);
        alice.wait_text(text);
        // A notification is told with the message: what comes after an answer comes after both.
        alice.sync();
        assert_eq!(notified(&alice, text), heard, "{text}");
    }
    assert_eq!(alice.chat(&bob.address)["unread"], 4);
}

fn now_ms() -> u128 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis()
}

fn an_archived_chat_comes_back_with_something_new(world: World) {
    let (alice, bob) = world.friends();
    bob.send(&alice, "hello");
    alice.wait_text("hello");
    let archive = |settings: Value| {
        set(&alice, &bob, settings);
        assert_eq!(alice.chat(&bob.address)["archived"], true);
    };
    let back = |what: &str| alice.wait_until(what, |alice| alice.chat(&bob.address)["archived"] == false);
    archive(json!({"archived": true}));
    // Reading the past again is nothing new.
    alice.sync();
    alice.timeline(&bob.address);
    assert_eq!(alice.chat(&bob.address)["archived"], true);
    bob.send(&alice, "are you there?");
    back("a message brings it back");
    archive(json!({"archived": true}));
    alice.send(&bob, "I am");
    back("an own message brings it back");
    archive(json!({"archived": true, "muted_until": FOR_EVER}));
    bob.send(&alice, "psst");
    back("a message brings a muted one back");
    alice.sync();
    assert!(!notified(&alice, "psst"), "and silently");
    let asleep = {
        archive(json!({"archived": true}));
        alice.sleep()
    };
    let to = asleep.address().to_owned();
    bob.send_to(&to, "while you slept");
    let alice = asleep.wake();
    alice.sync();
    assert_eq!(alice.chat(&bob.address)["archived"], false, "what was missed brings it back");
}

fn a_pinned_chat_stands_above_newer_ones(world: World) {
    let alice = world.person("alice").device("phone");
    let [bob, carol, dave] = ["bob", "carol", "dave"].map(|name| world.person(name).device("phone"));
    let order = || {
        let chats = alice.driver.ok(json!({"cmd": "chats", "account": alice.address}));
        let names = chats["chats"].as_array().unwrap().iter().map(|chat| chat["chat"].as_str().unwrap().to_owned());
        names.collect::<Vec<_>>()
    };
    let addresses = |devices: [&Device; 3]| devices.map(|device| device.address.clone()).to_vec();
    for friend in [&bob, &carol, &dave] {
        alice.send(friend, "hello");
    }
    assert_eq!(order(), addresses([&dave, &carol, &bob]));
    set(&alice, &bob, json!({"pinned": true}));
    assert_eq!(order(), addresses([&bob, &dave, &carol]));
    alice.send(&carol, "hello again");
    assert_eq!(order(), addresses([&bob, &carol, &dave]));
    set(&alice, &bob, json!({"pinned": false}));
    assert_eq!(order(), addresses([&carol, &dave, &bob]));
}

fn an_answer_says_that_what_stands_above_was_read(world: World) {
    let (alice, bob) = world.friends();
    bob.send(&alice, "one");
    bob.send(&alice, "two");
    alice.wait_until("two are unread", |alice| alice.chat(&bob.address)["unread"] == 2);
    alice.send(&bob, "I have seen both");
    assert_eq!(alice.chat(&bob.address)["unread"], 0);
    bob.wait_text("I have seen both");
    let tablet = crate::world::Person { world, address: alice.address.clone() }.device("tablet");
    assert_eq!(tablet.chat(&bob.address)["unread"], 0);
    bob.send(&alice, "three");
    for device in [&alice, &tablet] {
        device.wait_until("one is unread", |device| device.chat(&bob.address)["unread"] == 1);
    }
    let restarted = tablet.restart();
    assert_eq!(restarted.chat(&bob.address)["unread"], 1);
    let read = json!({"cmd": "mark-read", "account": restarted.address, "chat": bob.address});
    restarted.driver.ok(read);
    alice.wait_until("it was read on the tablet", |alice| alice.chat(&bob.address)["unread"] == 0);
}
