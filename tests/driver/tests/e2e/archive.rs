//! The archive: catching up, new devices, older pages, and reading it again.

use serde_json::json;

use crate::on_servers;
use crate::world::World;

on_servers! {
    everything_missed_arrives_once: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    a_new_device_has_the_whole_conversation: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    reading_again_changes_nothing: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    a_removed_chat_comes_back_page_by_page: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    what_the_archive_keeps_can_be_chosen: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    what_changes_a_message_is_found_in_the_archive: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
}

fn everything_missed_arrives_once(world: World) {
    let (alice, bob) = world.friends();
    alice.send(&bob, "before");
    bob.wait_text("before");
    let asleep = bob.sleep();
    let expected: Vec<String> =
        std::iter::once("before".to_owned()).chain((0..600).map(|n| format!("missed {n}"))).collect();
    let to = asleep.address().to_owned();
    let messages: Vec<_> = (0..600).map(|n| alice.send_to(&to, &format!("missed {n}"))).collect();
    alice.wait_state(messages.last().unwrap(), "sent");
    let bob = asleep.wake();
    bob.sync();
    assert_eq!(bob.texts(&alice.address), expected);
    assert_eq!(bob.chat(&alice.address)["unread"], 601);
}

fn a_new_device_has_the_whole_conversation(world: World) {
    let (alice, bob) = world.friends();
    for number in 0..120 {
        alice.send(&bob, &format!("number {number}"));
    }
    bob.wait_text("number 119");
    let tablet = crate::world::Person { world, address: bob.address.clone() }.device("tablet");
    let expected: Vec<String> = (0..120).map(|number| format!("number {number}")).collect();
    assert_eq!(tablet.texts(&alice.address), expected);
    let page = json!({"cmd": "timeline", "account": tablet.address, "chat": alice.address, "limit": 1000});
    assert_eq!(tablet.driver.ok(page)["complete"], true);
    let found = tablet.driver.ok(json!({"cmd": "search", "query": "number 77", "limit": 10}));
    assert_eq!(found["rows"].as_array().unwrap().len(), 1);
}

fn reading_again_changes_nothing(world: World) {
    let (alice, bob) = world.friends();
    for number in 0..20 {
        let (from, to) = if number % 2 == 0 { (&alice, &bob) } else { (&bob, &alice) };
        from.send(to, &format!("number {number}"));
        to.wait_text(&format!("number {number}"));
    }
    let before = bob.timeline(&alice.address);
    for _ in 0..3 {
        bob.sync();
    }
    let ids = |rows: &[serde_json::Value]| rows.iter().map(|row| row["message"].clone()).collect::<Vec<_>>();
    assert_eq!(ids(&bob.timeline(&alice.address)), ids(&before));
}

fn a_removed_chat_comes_back_page_by_page(world: World) {
    let (alice, bob) = world.friends();
    for number in 0..80 {
        alice.send(&bob, &format!("number {number}"));
    }
    bob.wait_text("number 79");
    bob.sync();
    bob.driver.ok(json!({"cmd": "remove-chat", "account": bob.address, "chat": alice.address}));
    assert_eq!(bob.chat(&alice.address), serde_json::Value::Null);
    let expected: Vec<String> = (0..80).map(|number| format!("number {number}")).collect();
    let mut rows: Vec<serde_json::Value> = Vec::new();
    loop {
        let before = rows.first().map(|row| row["message"].clone());
        let page = bob.driver.ok(json!({
            "cmd": "timeline", "account": bob.address, "chat": alice.address, "limit": 30, "before": before,
        }));
        let mut older = page["rows"].as_array().unwrap().clone();
        if older.is_empty() {
            assert_eq!(page["complete"], true);
            break;
        }
        older.append(&mut rows);
        rows = older;
    }
    let texts: Vec<&str> = rows.iter().map(|row| row["text"].as_str().unwrap()).collect();
    assert_eq!(texts, expected);
    assert_eq!(bob.chat(&alice.address)["unread"], 0, "what was fetched of the past is not new");
}

fn what_changes_a_message_is_found_in_the_archive(world: World) {
    let (alice, bob) = world.friends();
    let asleep = bob.sleep();
    let to = asleep.address().to_owned();
    let corrected = alice.send_to(&to, "frist");
    alice.wait_state(&corrected, "sent");
    alice.driver.ok(json!({"cmd": "correct", "message": corrected, "text": "first"}));
    let liked = alice.send_to(&to, "second");
    alice.driver.ok(json!({"cmd": "react", "message": liked, "emojis": ["🎉"]}));
    let retracted = alice.send_to(&to, "third");
    alice.wait_state(&retracted, "sent");
    alice.driver.ok(json!({"cmd": "retract", "message": retracted}));
    alice.sync();
    let bob = asleep.wake();
    bob.sync();
    let rows = bob.timeline(&alice.address);
    assert_eq!((&rows[0]["text"], &rows[0]["edited"]), (&json!("first"), &json!(true)));
    assert_eq!((&rows[1]["text"], &rows[1]["edited"]), (&json!("second"), &json!(false)));
    assert_eq!(rows[1]["reactions"], json!([{"emoji": "🎉", "from": [alice.address]}]));
    // Some servers take what was retracted out of their archive: then nothing is left to be shown.
    assert!(rows[2..].iter().all(|row| row["retracted"] == true && row["text"] == ""), "{rows:#?}");
}

fn what_the_archive_keeps_can_be_chosen(world: World) {
    let alice = world.person("alice").device("phone");
    let request = json!({"cmd": "archive-preferences", "account": alice.address});
    assert!(alice.driver.ok(request.clone())["default"].is_string());
    let mut change = request.clone();
    change["default"] = json!("roster");
    change["never"] = json!([format!("spam@{}", world.server.domain())]);
    alice.driver.ok(change.clone());
    let now = alice.driver.ok(request);
    assert_eq!((&now["default"], &now["never"]), (&json!("roster"), &change["never"]));
    change["default"] = json!("sometimes");
    assert_eq!(alice.driver.call(change).unwrap_err().error["field"], "default");
}
