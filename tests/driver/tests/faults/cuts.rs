//! Connections that die, stall and limp while both write.

use std::time::Duration;

use larimar_testbed::{Cut, Direction};

use crate::checks;
use crate::world::{Plan, World};

const CUTS: [Cut; 3] = [Cut::Reset, Cut::Close, Cut::Silent];
const DIRECTIONS: [Direction; 2] = [Direction::ToServer, Direction::ToClient];

/// Until so many connections died.
pub fn run(plan: Plan) {
    let Some(mut world) = World::start(&plan, "cuts") else { return };
    while world.goes_on(&plan) {
        fault(&mut world, &plan);
    }
    heal(&mut world);
    checks::check(&mut world);
    world.close();
}

/// One connection dies, and perhaps the next ones as well while it comes back.
pub fn fault(world: &mut World, plan: &Plan) {
    let texts = world.random.within(1..8);
    let who = world.somebody();
    let losses = world.people[who].losses();
    match world.random.within(0..8) {
        0 | 1 => cut_now(world, who, texts),
        2..=4 => cut_in_the_middle(world, who, texts),
        5 => stall_and_cut(world, who, texts),
        6 => half_close(world, who, texts),
        _ => refuse(world, who, texts),
    }
    world.people[who].wait_loss(losses);
    world.count(plan);
    while world.goes_on(plan) && world.random.once_in(3) {
        let losses = world.people[who].losses();
        cut_while_coming_back(world, who);
        if lost_or_past_it(world, who, losses) {
            world.count(plan);
        }
    }
    come_back(world, who);
}

fn cut_now(world: &mut World, who: usize, texts: u64) {
    let how = world.random.one_of(&CUTS);
    if world.random.once_in(2) {
        limp(world, who);
    }
    world.burst(texts);
    // Not always the first bytes of the burst: some of it has come through.
    for _ in 0..world.random.within(0..12) {
        world.people[who].event(Duration::from_millis(5));
    }
    cut(world, who, how);
}

/// A slow line; it heals when the connection comes back.
fn limp(world: &mut World, who: usize) {
    let rate = world.random.within(20_000..200_000);
    let delay = Duration::from_micros(world.random.within(0..8_000));
    world.people[who].proxy.slow(Some(rate), delay);
}

fn cut(world: &mut World, who: usize, how: Cut) {
    let person = &mut world.people[who];
    person.silent |= how == Cut::Silent;
    person.proxy.cut(how);
}

/// Some bytes of a burst still pass; the other side's people keep writing until it happens.
fn cut_in_the_middle(world: &mut World, who: usize, texts: u64) {
    arm(world, who, 3_000);
    while world.people[who].proxy.cut_is_planned() {
        world.burst(texts);
        for _ in 0..4 {
            world.people[who].event(Duration::from_millis(20));
        }
    }
}

fn arm(world: &mut World, who: usize, most: u64) {
    let (how, direction) = (world.random.one_of(&CUTS), world.random.one_of(&DIRECTIONS));
    let bytes = world.random.within(0..most);
    let person = &mut world.people[who];
    person.silent |= how == Cut::Silent;
    person.proxy.cut_after(bytes, direction, how);
}

/// What is kept back is lost, or arrives late and all at once before the cut.
fn stall_and_cut(world: &mut World, who: usize, texts: u64) {
    let direction = world.random.one_of(&DIRECTIONS);
    world.people[who].proxy.stall(direction, true);
    world.burst(texts);
    let (other, peer) = (1 - who, world.people[who].address.clone());
    world.people[other].wait_progress(&peer);
    if world.random.once_in(2) {
        world.people[who].proxy.stall(direction, false);
        let peer = world.people[other].address.clone();
        world.people[who].wait_progress(&peer);
        world.burst(texts);
    }
    let how = world.random.one_of(&CUTS);
    cut(world, who, how);
    world.people[who].proxy.stall(direction, false);
}

/// One side is told that the stream has ended, and the other goes on for a while.
fn half_close(world: &mut World, who: usize, texts: u64) {
    world.burst(texts);
    let direction = world.random.one_of(&DIRECTIONS);
    world.people[who].proxy.half_close(direction);
    world.burst(texts);
}

/// The server is not there for some attempts.
fn refuse(world: &mut World, who: usize, texts: u64) {
    world.people[who].proxy.refuse(true);
    world.burst(texts);
    cut(world, who, Cut::Reset);
    for _ in 0..world.random.within(1..4) {
        let losses = world.people[who].losses();
        world.people[who].wait_loss(losses);
        world.burst(1);
    }
    world.people[who].proxy.refuse(false);
}

/// The next connection dies during its handshakes, its resumption, or while it catches up.
fn cut_while_coming_back(world: &mut World, who: usize) {
    arm(world, who, 9_000);
    let other = 1 - who;
    let peer = world.people[other].address.clone();
    while world.people[who].proxy.cut_is_planned() {
        let person = &mut world.people[who];
        if person.is_online() {
            person.write(&peer);
        }
        if person.event(Duration::from_millis(300)).is_none() && person.silent {
            person.lose_network();
        }
    }
}

/// Whether the cut was felt. One that hit an attempt which the news of another network had ended already was not: the
/// attempt after it comes through.
fn lost_or_past_it(world: &mut World, who: usize, before: usize) -> bool {
    let peer = world.people[1 - who].address.clone();
    world.people[who].wait_loss_or_progress(before, &peer)
}

fn come_back(world: &mut World, who: usize) {
    world.people[who].proxy.slow(None, Duration::ZERO);
    let peer = world.people[1 - who].address.clone();
    world.people[who].wait_progress(&peer);
}

/// Everything is as it should be again: what one wrote the other has heard, without asking for it.
pub fn heal(world: &mut World) {
    for who in 0..2 {
        come_back(world, who);
    }
    for from in 0..2 {
        world.people[from].wait_sent();
        let written = world.people[from].written().to_vec();
        world.people[1 - from].wait_heard(&written);
    }
}
