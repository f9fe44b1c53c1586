//! Files: what the browser sends, and what it is sent.

use larimar_testbed::ServerKind;
use serde_json::{Value, json};

use crate::world::{HERE, World, repository};

/// Waits until bob is told of such a file, and has it: it comes by itself from contacts alone.
fn bob_has(world: &World, kind: &str) -> Value {
    let is_such = |line: &Value| {
        let said = line["files"][0]["type"].as_str().unwrap_or_default();
        line["event"] == "message" && line["outgoing"] == false && said.starts_with(kind)
    };
    let told = world.bob.wait(kind, is_such);
    world.bob.ok(json!({"cmd": "fetch-file", "message": told["message"]}));
    world.bob.wait(kind, |line| is_such(line) && line["files"][0]["state"] == "here")
}

fn files_go_both_ways(kind: ServerKind) {
    let world = World::of(kind, HERE);
    let large: Vec<u8> = (0..6_000_000_u32).map(|place| (place.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let large_file = world.folder.join("large.bin");
    std::fs::write(&large_file, &large).unwrap();
    let icons = repository().join("kaios/public/icons");
    // On Prosody they are contacts, and a few megabytes take a second: the way of a file is seen before its end.
    let fields = json!({
        "picture": icons.join("larimar-512.png"), "large": large_file, "friends": kind.is_prosody(),
    });
    let journey = world.begin_with("files.mjs", fields);
    let picture = bob_has(&world, "image/");
    assert_eq!((&picture["files"][0]["width"], &picture["encryption"]), (&json!(512), &json!("omemo2")), "{picture}");
    world.bob_hears("a blue stone");
    let voice = bob_has(&world, "audio/");
    let duration = voice["files"][0]["duration"].as_u64().unwrap_or(0);
    assert!((1000..10_000).contains(&duration), "{voice}");
    let whole = bob_has(&world, "application/");
    let saved = world.folder.join("saved.bin");
    world.bob.ok(json!({"cmd": "save-file", "message": whole["message"], "path": saved}));
    assert!(std::fs::read(saved).unwrap() == large);
    journey.tells("all sent");
    world.bob.ok(json!({
        "cmd": "send-file", "account": world.address("bob"), "to": "alice@localhost", "path": icons.join("larimar-192.png"),
    }));
    journey.ends();
}

#[test]
fn files_go_both_ways_on_prosody() {
    files_go_both_ways(ServerKind::Prosody13);
}

#[test]
fn files_go_both_ways_on_ejabberd() {
    files_go_both_ways(ServerKind::Ejabberd24);
}
