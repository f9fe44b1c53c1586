//! Files: what the browser sends, and what it is sent.

use larimar_testbed::ServerKind;
use serde_json::{Value, json};

use crate::world::{HERE, World, repository};

/// Waits until bob has such a file.
fn bob_has(world: &World, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    let is_here = |line: &Value| line["event"] == "message" && line["files"][0]["state"] == "here";
    world.bob.wait(what, |line| is_here(line) && wanted(&line["files"][0]))
}

fn files_go_both_ways(kind: ServerKind) {
    let world = World::of(kind, HERE);
    let large: Vec<u8> = (0..6_000_000_u32).map(|place| (place.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let large_file = world.folder.join("large.bin");
    std::fs::write(&large_file, &large).unwrap();
    let icons = repository().join("kaios/public/icons");
    let journey = world.begin_with("files.mjs", json!({"picture": icons.join("larimar-512.png"), "large": large_file}));
    let picture =
        bob_has(&world, "a picture", |file| file["type"].as_str().is_some_and(|kind| kind.starts_with("image/")));
    assert_eq!((&picture["files"][0]["width"], &picture["encryption"]), (&json!(512), &json!("omemo2")), "{picture}");
    world.bob_hears("a blue stone");
    let voice =
        bob_has(&world, "a voice note", |file| file["type"].as_str().is_some_and(|kind| kind.starts_with("audio/")));
    let duration = voice["files"][0]["duration"].as_u64().unwrap_or(0);
    assert!((1000..10_000).contains(&duration), "{voice}");
    let whole =
        world.bob.wait("the large file", |line| line["event"] == "message" && line["files"][0]["name"] == "large.bin");
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
