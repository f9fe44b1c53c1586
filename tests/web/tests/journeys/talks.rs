//! Conversations: with somebody else's client, and everything that can be done with a message.

use larimar_testbed::{SignIn, Slixmpp};
use serde_json::{Value, json};

use crate::world::{PASSWORD, World};

#[test]
fn slixmpp_and_the_browser_read_each_other_encrypted() {
    let world = World::of_friends();
    // In the newer version a receipt has to be encrypted, which slixmpp does not do.
    for (version, words, state) in
        [("omemo2", "to the newer version", "Sent"), ("legacy", "to the older version", "Delivered")]
    {
        let sign_in = SignIn::to(&world.server, "carol@localhost/slixmpp", PASSWORD);
        let carol = Slixmpp::sign_in_with(&sign_in, json!({"omemo": {"versions": [version]}})).unwrap();
        let journey =
            world.begin_with("slixmpp.mjs", json!({"other": "carol@localhost", "words": words, "state": state}));
        carol.opened(words).unwrap();
        carol.send_sealed("alice@localhost", &format!("heard: {words}")).unwrap();
        journey.ends();
        carol.sign_out().unwrap();
    }
}

/// Waits until bob has such a row of the message.
fn bob_sees(world: &World, what: &str, message: &Value, wanted: impl Fn(&Value) -> bool) -> Value {
    world.bob.wait(what, |line| line["event"] == "message" && line["message"] == *message && wanted(line))
}

#[test]
fn messages_are_answered_corrected_reacted_to_and_deleted_both_ways() {
    let world = World::of_friends();
    let journey = world.begin("talk.mjs");
    let first = world.bob_hears("what alice said first")["message"].clone();
    world.bob.ok(json!({"cmd": "react", "message": first, "emojis": ["🎉"]}));
    let answer = world.bob_sends(json!({"text": "an anwser", "reply_to": first}));
    journey.tells("read");
    world.bob.ok(json!({"cmd": "correct", "message": answer, "text": "an answer"}));
    let reply = world.bob_hears("alice answers that");
    assert_eq!(reply["reply_to"]["text"], "an answer", "{reply}");
    bob_sees(&world, "a reaction of alice's", &answer, |row| {
        row["reactions"][0] == json!({"emoji": "👍", "from": ["alice@localhost"]})
    });
    bob_sees(&world, "a correction", &reply["message"], |row| {
        row["text"] == "alice answers this" && row["edited"] == true && row["encryption"] == "omemo2"
    });
    bob_sees(&world, "a deletion", &first, |row| row["retracted"] == true);
    world.bob.ok(json!({"cmd": "retract", "message": answer}));
    journey.ends();
}

#[test]
fn the_mouse_does_all_this_on_a_wide_screen() {
    let world = World::of_friends();
    let journey = world.begin_with("wide.mjs", json!({"size": "wide"}));
    world.bob_hears("by the mouse");
    let answer = world.bob_says("an answer");
    let reply = world.bob_hears("this is for that");
    assert_eq!(reply["reply_to"]["text"], "an answer", "{reply}");
    bob_sees(&world, "a correction", &reply["message"], |row| row["text"] == "this is for it" && row["edited"] == true);
    bob_sees(&world, "a reaction", &answer, |row| row["reactions"][0]["emoji"] == "👍");
    journey.ends();
}
