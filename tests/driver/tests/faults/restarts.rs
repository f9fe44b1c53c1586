//! Two people on two servers: their connections die while both write, and now and then one of the servers is away.

use crate::checks;
use crate::cuts;
use crate::world::{Plan, World};

/// A server is restarted after so many cuts, or half way.
const CUTS_BETWEEN: u32 = 20;

/// Until so many connections died.
pub fn run(plan: Plan) {
    let Some(mut world) = World::start(&plan, "cuts and restarts") else { return };
    let mut next = CUTS_BETWEEN.min(plan.faults / 2);
    while world.goes_on(&plan) {
        cuts::fault(&mut world, &plan);
        if world.faults() >= next && world.goes_on(&plan) {
            restart(&mut world);
            next += CUTS_BETWEEN;
        }
    }
    cuts::heal(&mut world);
    checks::check(&mut world);
    world.close();
}

/// One of the servers goes and comes back with what it had. Whose it is keeps writing; the other would be told that the
/// server cannot be reached, so everything has arrived before.
fn restart(world: &mut World) {
    cuts::heal(world);
    let who = world.somebody();
    let addresses = [world.people[0].address.clone(), world.people[1].address.clone()];
    let losses = world.people[who].losses();
    world.server(who).stop();
    for _ in 0..world.random.within(1..8) {
        world.people[who].write(&addresses[1 - who]);
    }
    world.server(who).restart().unwrap_or_else(|error| panic!("{}: {error}", world.name()));
    world.people[who].wait_loss(losses);
    world.people[who].wait_progress(&addresses[1 - who]);
}
