//! Somebody is told of a message while the app is closed.

use std::collections::BTreeMap;

use larimar_testbed::{Options, PushService, ServerKind};
use serde_json::json;

use crate::world::{HERE, World};

/// A public key, as a push service of XMPP's has one: the point of RFC 8291's example.
const KEY: &str = "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8";

/// Chromium's push service is on the network and cannot be another one; Firefox can be told where its own is.
#[test]
fn firefox_is_woken_by_a_push() {
    let own = json!({"service": format!("push.{HERE}"), "key": KEY}).to_string();
    let documents = BTreeMap::from([("/push.json".to_owned(), own)]);
    let world = World::with(ServerKind::Prosody13, Options::new(HERE).push_service(), documents);
    let service = PushService::start(&world.server).unwrap();
    let journey = world.begin_with("push.mjs", json!({"browser": "firefox"}));
    world.bob_hears("write to me when I am gone");
    journey.tells("gone");
    world.bob_says("you are gone");
    let posted = service.posted().unwrap();
    assert_eq!(posted["status"], 201, "{posted}");
    journey.ends();
}
