//! A browser that is killed in the middle of commits.

use larimar_testbed::ServerKind;
use serde_json::json;

use crate::world::{HERE, World};

/// `LARIMAR_FULL=1` kills it a hundred times.
#[test]
fn what_was_answered_survives_every_kill() {
    let world = World::of(ServerKind::Prosody13, HERE);
    let kills = if std::env::var_os("LARIMAR_FULL").is_some() { 100 } else { 12 };
    let journey = world.begin_with("kills.mjs", json!({"kills": kills}));
    let (mut cut_short, mut last) = (0, 0);
    for times in 0..=kills {
        let told = journey.tells("killed");
        assert_eq!(told["times"], times, "{told}");
        let answered = told["answered"].as_u64().unwrap();
        cut_short += u32::from(times > 0 && (1..500).contains(&(answered - last)));
        last = answered;
    }
    assert!(cut_short > 0, "a kill came while something was written, and something had been");
    journey.ends();
}
