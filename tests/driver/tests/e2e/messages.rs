//! Messages between two people: states, corrections, replies, reactions, retractions, typing, and odd texts.

use serde_json::json;

use crate::on_servers;
use crate::world::World;

on_servers! {
    a_message_is_sent_delivered_and_displayed: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    the_last_correction_counts: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    reactions_come_and_go: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    a_reply_shows_what_it_answers: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    a_retracted_message_is_gone_everywhere: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    typing_is_seen: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    any_text_arrives_as_it_was_written: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    a_message_to_nobody_fails_with_its_reason: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
}

fn a_message_is_sent_delivered_and_displayed(world: World) {
    let (alice, bob) = world.friends();
    let message = alice.send(&bob, "Hello Bob");
    let heard = bob.wait_text("Hello Bob");
    assert_eq!((&heard["outgoing"], &heard["from"]), (&json!(false), &json!(alice.address)));
    alice.wait_state(&message, "sent");
    alice.wait_state(&message, "delivered");
    bob.wait_until("one is unread", |bob| bob.chat(&alice.address)["unread"] == 1);
    bob.driver.ok(json!({"cmd": "mark-read", "account": bob.address, "chat": alice.address}));
    alice.wait_state(&message, "displayed");
    assert_eq!(bob.chat(&alice.address)["unread"], 0);
    bob.driver.wait("a notification", |line| line["event"] == "notify" && line["message"] == heard["message"]);
}

fn the_last_correction_counts(world: World) {
    let (alice, bob) = world.friends();
    let message = alice.send(&bob, "teh first");
    bob.wait_text("teh first");
    alice.driver.ok(json!({"cmd": "correct", "message": message, "text": "the first"}));
    alice.driver.ok(json!({"cmd": "correct", "message": message, "text": "the very first"}));
    let row = bob.wait_text("the very first");
    assert_eq!(row["edited"], true);
    assert_eq!(bob.texts(&alice.address), ["the very first"]);
    assert_eq!(alice.texts(&bob.address), ["the very first"]);
    let refused = bob.driver.call(json!({"cmd": "correct", "message": row["message"], "text": "no"})).unwrap_err();
    assert_eq!(refused.kind, "NotYours");
}

fn reactions_come_and_go(world: World) {
    let (alice, bob) = world.friends();
    let message = alice.send(&bob, "What do you think?");
    let heard = bob.wait_text("What do you think?")["message"].clone();
    bob.driver.ok(json!({"cmd": "react", "message": heard, "emojis": ["👍", "🎉"]}));
    alice.wait_row(&message, "two reactions", |row| row["reactions"].as_array().unwrap().len() == 2);
    alice.driver.ok(json!({"cmd": "react", "message": message, "emojis": ["👍"]}));
    let both = json!([alice.address, bob.address]);
    bob.wait_row(&heard, "both like it", |row| {
        let from = row["reactions"][0]["from"].as_array().cloned().unwrap_or_default();
        from.len() == 2 && both.as_array().unwrap().iter().all(|one| from.contains(one))
    });
    let mark = alice.driver.mark();
    bob.driver.ok(json!({"cmd": "react", "message": heard, "emojis": []}));
    alice.driver.wait_after(mark, "one reaction is left", |line| {
        line["event"] == "message" && line["reactions"] == json!([{"emoji": "👍", "from": [alice.address]}])
    });
    let refused = bob.driver.call(json!({"cmd": "react", "message": heard, "emojis": ["nice"]})).unwrap_err();
    assert_eq!(refused.kind, "BadValue");
}

fn a_reply_shows_what_it_answers(world: World) {
    let (alice, bob) = world.friends();
    alice.send(&bob, "Tea or coffee?");
    let question = bob.wait_text("Tea or coffee?")["message"].clone();
    let request = json!({
        "cmd": "send", "account": bob.address, "to": alice.address, "text": "Tea", "reply_to": question,
    });
    bob.driver.ok(request);
    let answer = alice.wait_text("Tea");
    assert_eq!(answer["reply_to"]["text"], "Tea or coffee?");
    assert_eq!(answer["reply_to"]["outgoing"], true);
}

fn a_retracted_message_is_gone_everywhere(world: World) {
    let (alice, bob) = world.friends();
    let message = alice.send(&bob, "a secret slipped out");
    bob.wait_text("a secret slipped out");
    alice.driver.ok(json!({"cmd": "retract", "message": message}));
    let row = bob.driver.wait("it is taken back", |line| line["event"] == "message" && line["retracted"] == true);
    assert_eq!(row["text"], "");
    for (device, other) in [(&alice, &bob), (&bob, &alice)] {
        assert_eq!(device.texts(&other.address), [""]);
        let found = device.driver.ok(json!({"cmd": "search", "query": "secret", "limit": 10}));
        assert_eq!(found["rows"], json!([]));
    }
}

fn typing_is_seen(world: World) {
    let (alice, bob) = world.friends();
    for on in [true, false] {
        let mark = bob.driver.mark();
        alice.driver.ok(json!({"cmd": "typing", "account": alice.address, "chat": bob.address, "on": on}));
        let seen = bob.driver.wait_after(mark, "typing", |line| line["event"] == "typing" && line["on"] == on);
        assert_eq!(seen["from"], alice.address);
    }
}

fn any_text_arrives_as_it_was_written(world: World) {
    let (alice, bob) = world.friends();
    let texts = [
        "<b>&amp; \"quoted\" 'too' ]]>",
        "two\nlines and\ttabs  and spaces ",
        "/me waves",
        "مرحبا 你好 नमस्ते 👩‍👩‍👧‍👦 e\u{301}",
        "> quoted\n*bold* _italic_ `code`",
    ];
    for text in texts {
        alice.send(&bob, text);
        bob.wait_text(text);
    }
    assert_eq!(bob.texts(&alice.address), texts);
    let styled = bob.timeline(&alice.address).pop().unwrap();
    assert!(styled["spans"].as_array().unwrap().iter().any(|span| span["style"] == "Bold"), "{styled}");
    // What XML cannot carry is left out; the rest arrives.
    alice.send(&bob, "a\u{0}b\u{b}c\u{fffe}d");
    bob.wait_until("the last text", |bob| bob.texts(&alice.address).len() == texts.len() + 1);
    let last = bob.texts(&alice.address).pop().unwrap();
    assert!(last.starts_with('a') && last.ends_with('d'), "{last:?}");
    for empty in ["", " \n "] {
        let request = json!({"cmd": "send", "account": alice.address, "to": bob.address, "text": empty});
        assert_eq!(alice.driver.call(request).unwrap_err().kind, "BadValue");
    }
}

fn a_message_to_nobody_fails_with_its_reason(world: World) {
    let alice = world.person("alice").device("phone");
    let message = alice.send_to(&format!("nobody@{}", world.server.domain()), "is anybody there?");
    let row = alice.wait_row(&message, "it fails", |row| row["state"] == "failed");
    assert!(row["error"].is_string(), "{row}");
}
