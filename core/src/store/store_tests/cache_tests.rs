//! Avatars and capabilities: kept while there is room.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::model::contact::Avatar;

fn avatar(name: &str, megabytes: usize) -> Change {
    Change::AvatarImage(Avatar { hash: name.into(), media_type: "image/png".into(), bytes: vec![7; megabytes << 20] })
}

#[test]
fn the_oldest_avatar_makes_room_for_the_newest() {
    let mut alice = device();
    for name in ["one", "two", "three"] {
        alice.apply(vec![avatar(name, 6)]);
    }
    // Used once more.
    alice.apply(vec![avatar("one", 6)]);
    alice.apply(vec![avatar("four", 6)]);
    let kept = |name| alice.store.has_avatar(name).unwrap();
    assert_eq!([kept("one"), kept("two"), kept("three"), kept("four")], [true, false, true, true]);
    assert_eq!(alice.store.avatar("one").unwrap().unwrap().bytes.len(), 6 << 20);
    alice.apply(vec![avatar("giant", 21)]);
    assert!(!alice.store.has_avatar("giant").unwrap() && alice.store.has_avatar("four").unwrap());
    alice.apply(vec![Change::AvatarOf { jid: bob(), hash: Some("four".into()) }]);
    alice.arrive(text("b1", "hi"));
    assert_eq!(alice.store.chat_row(alice.chat()).unwrap().avatar.as_deref(), Some("four"));
}

#[test]
fn capabilities_are_kept_within_bounds() {
    let mut alice = device();
    let info = |n: usize| Change::Capabilities { key: format!("sha-1:{n}"), info: "x".repeat(300_000) };
    for n in 0..10 {
        alice.apply(vec![info(n)]);
    }
    let kept = (0..10).filter(|n| alice.store.capabilities(&format!("sha-1:{n}")).unwrap().is_some()).count();
    assert_eq!(kept, 6);
    assert!(alice.store.capabilities("sha-1:9").unwrap().is_some());
}
