//! Files: what the browser sends, and what it is sent.

use std::collections::BTreeMap;
use std::path::PathBuf;

use larimar_testbed::{Cut, Direction, Options, Proxy, ServerKind};
use serde_json::{Value, json};

use crate::world::{HERE, World, built, repository};

/// Waits until bob is told of such a file, and has it: it comes by itself from contacts alone.
fn bob_has(world: &World, kind: &str) -> Value {
    bob_has_another(world, kind, &Value::Null)
}

/// The same with a message that is not this one.
fn bob_has_another(world: &World, kind: &str, known: &Value) -> Value {
    let is_such = |line: &Value| {
        let said = line["files"][0]["type"].as_str().unwrap_or_default();
        let is_new = line["message"] != *known;
        line["event"] == "message" && line["outgoing"] == false && said.starts_with(kind) && is_new
    };
    let told = world.bob.wait(kind, is_such);
    world.bob.ok(json!({"cmd": "fetch-file", "message": told["message"]}));
    world.bob.wait(kind, |line| is_such(line) && line["files"][0]["state"] == "here")
}

/// A file of six million bytes that are not the same anywhere: where it lies, and its bytes.
fn large_file(world: &World) -> (PathBuf, Vec<u8>) {
    let bytes: Vec<u8> = (0..6_000_000_u32).map(|place| (place.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let file = world.folder.join("large.bin");
    std::fs::write(&file, &bytes).unwrap();
    (file, bytes)
}

fn bob_sends(world: &World, file: PathBuf) {
    world.bob.ok(json!({
        "cmd": "send-file", "account": world.address("bob"), "to": world.address("alice"), "path": file,
    }));
}

fn files_go_both_ways(kind: ServerKind) {
    let world = World::of(kind, HERE);
    let (large_file, large) = large_file(&world);
    let icons = repository().join("kaios/public/icons");
    let fields = json!({"picture": icons.join("larimar-512.png"), "large": large_file});
    let journey = world.begin_with("files.mjs", fields);
    let picture = bob_has(&world, "image/");
    assert_eq!((&picture["files"][0]["width"], &picture["encryption"]), (&json!(512), &json!("omemo2")), "{picture}");
    world.bob_hears("a blue stone");
    let voice = bob_has(&world, "audio/");
    let cut = bob_has_another(&world, "audio/", &voice["message"]);
    for (note, least) in [(&voice, 1000), (&cut, 250)] {
        let duration = note["files"][0]["duration"].as_u64().unwrap_or(0);
        assert!((least..10_000).contains(&duration), "{note}");
    }
    let whole = bob_has(&world, "application/");
    let saved = world.folder.join("saved.bin");
    world.bob.ok(json!({"cmd": "save-file", "message": whole["message"], "path": saved}));
    assert!(std::fs::read(saved).unwrap() == large);
    journey.tells("all sent");
    let pictures = world.bob.all(|line| line["files"][0]["type"] == "image/png" && line["outgoing"] == false);
    assert!(pictures.iter().all(|line| line["message"] == picture["message"]), "the picture came once: {pictures:?}");
    bob_sends(&world, icons.join("larimar-192.png"));
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

#[test]
fn a_file_that_is_cut_goes_on_where_it_was() {
    // What lies between everybody and the files. Only then is it known where they are.
    let way = Proxy::start(([127, 0, 0, 1], 9).into()).unwrap();
    let files = format!("http_external_url = \"https://localhost:{}/\"\n", way.address().port());
    let world = World::with(ServerKind::Prosody13, Options::new(HERE).extra(&files), BTreeMap::new());
    way.redirect(([127, 0, 0, 1], world.server.https_port()).into());
    way.cut_after(4_000_000, Direction::ToClient, Cut::Reset);
    let journey = world.begin("cut.mjs");
    journey.tells("signed in");
    bob_sends(&world, large_file(&world).0);
    journey.ends();
    assert!(!way.cut_is_planned(), "it was cut");
    // Nobody else has fetched anything; what was on its way when it was cut may come twice.
    let came = way.bytes(Direction::ToClient);
    assert!((6_000_000..7_500_000).contains(&came), "{came}");
}

#[test]
fn a_file_on_the_host_of_the_app_is_not_kept_with_the_app() {
    // Prosody serves both; the older one, which sees all of this machine.
    let app = format!(
        "Component \"app.{HERE}\" \"http_files\"\n    http_host = {HERE:?}\n    http_files_dir = {:?}\n    \
         http_paths = {{ files = \"/\" }}",
        built()
    );
    let world = World::with(ServerKind::Prosody12, Options::new(HERE).extra(&app), BTreeMap::new());
    let page = format!("https://localhost:{}/", world.server.https_port());
    let journey = world.begin_with("same-host.mjs", json!({ "page": page }));
    journey.tells("signed in");
    bob_sends(&world, large_file(&world).0);
    journey.ends();
}
