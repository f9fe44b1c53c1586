//! A connection that is gone, and people who are not to write any more.

use larimar_testbed::Cut;
use serde_json::{Value, json};

use crate::world::World;

#[test]
fn what_is_written_offline_leaves_later() {
    let world = World::of_friends();
    let journey = world.begin("offline.mjs");
    world.bob_hears("while there is a network");
    world.proxy.refuse(true);
    world.proxy.cut(Cut::Reset);
    journey.tells("written");
    world.bob_says("meanwhile");
    world.proxy.refuse(false);
    world.bob_hears("while there is none");
    journey.ends();
}

#[test]
fn who_is_blocked_cannot_write() {
    let world = World::of_friends();
    let journey = world.begin("block.mjs");
    world.bob_hears("before it");
    journey.tells("blocked");
    let unheard = world.bob_says("to nobody");
    // Prosody 13 drops it without a word.
    world.bob.wait("it went", |line| line["message"] == unheard && line["state"] == "sent");
    journey.tell("unheard");
    journey.tells("unblocked");
    world.bob_says("to alice again");
    journey.ends();
}

#[test]
fn a_private_window_chats_for_as_long_as_it_is_open() {
    let world = World::of_friends();
    let journey = world.begin("private.mjs");
    world.bob_hears("from a private window");
    world.bob_hears("and after it was loaded anew");
    journey.ends();
}

#[test]
fn a_firefox_without_room_says_so_and_loses_nothing() {
    let world = World::of_friends();
    let journey = world.begin_with("full.mjs", json!({"browser": "firefox"}));
    world.bob_hears("while there is room");
    journey.tells("full");
    world.bob_hears("with room again");
    let said = journey.tells("said")["said"].clone();
    journey.ends();
    // What left is what is kept, each once and in its order, as far as the end of the conversation is drawn.
    let lines = world.bob.all(|line| line["event"] == "message" && line["outgoing"] == false);
    let words = |line: &Value| line["text"].as_str().unwrap().split(" and so on").next().unwrap().to_owned();
    let mut heard: Vec<String> = lines.iter().map(words).collect();
    heard.dedup();
    let said: Vec<String> = serde_json::from_value(said).unwrap();
    assert!(said.len() > 2 && heard.ends_with(&said), "{said:?}, {heard:?}");
}
