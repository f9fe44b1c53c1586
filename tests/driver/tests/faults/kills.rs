//! Processes that are killed while both write, and while they catch up with what was written meanwhile.

use std::time::Duration;

use crate::checks;
use crate::world::{Plan, World};

/// Until so many processes were killed.
pub fn run(plan: Plan) {
    let Some(mut world) = World::start(&plan, "kills") else { return };
    while world.goes_on(&plan) {
        let who = world.somebody();
        let texts = world.random.within(1..8);
        world.burst(texts);
        kill_after_a_while(&mut world, who, 24);
        world.count(&plan);
        // The other keeps writing, so that there is something to catch up with.
        keep_writing(&mut world, 1 - who);
        world.people[who].begin();
        while world.goes_on(&plan) && world.random.once_in(2) {
            kill_after_a_while(&mut world, who, 10);
            world.count(&plan);
            keep_writing(&mut world, 1 - who);
            world.people[who].begin();
        }
        let peer = world.people[1 - who].address.clone();
        world.people[who].wait_progress(&peer);
    }
    checks::check(&mut world);
    world.close();
}

/// After some events of its own and a moment that falls anywhere in what follows them.
fn kill_after_a_while(world: &mut World, who: usize, most: u64) {
    for _ in 0..world.random.within(0..most) {
        world.people[who].event(Duration::from_millis(20));
    }
    if world.random.once_in(2) {
        std::thread::sleep(Duration::from_micros(world.random.within(0..4_000)));
    }
    world.people[who].kill();
}

fn keep_writing(world: &mut World, other: usize) {
    let peer = world.people[1 - other].address.clone();
    for _ in 0..world.random.within(0..6) {
        world.people[other].write(&peer);
    }
    world.people[other].wait_progress(&peer);
}
