//! A browser that is killed in the middle of commits.

use larimar_testbed::ServerKind;
use serde_json::json;

use crate::world::{HERE, World};

/// `LARIMAR_FULL=1` kills it a hundred times.
#[test]
fn what_was_answered_survives_every_kill() {
    let world = World::of(ServerKind::Prosody13, HERE);
    let kills: u64 = if std::env::var_os("LARIMAR_FULL").is_some() { 100 } else { 12 };
    let journey = world.begin_with("kills.mjs", json!({"kills": kills}));
    let (mut answered, mut wiped) = (0, 0);
    for times in 0..=kills {
        let told = journey.tells("killed");
        assert_eq!(told["times"], times, "{told}");
        answered = told["answered"].as_u64().unwrap();
        wiped = told["wiped"].as_u64().unwrap();
    }
    assert!(answered > 0 || wiped > 0, "something had been answered when it was killed");
    // That is the browser's doing, and nothing of ours can keep it from that; but it is to be rare.
    println!("Chromium threw its database away {wiped} times in {kills} kills");
    assert!(wiped <= 1 + kills / 10, "{wiped} times");
    journey.ends();
}
