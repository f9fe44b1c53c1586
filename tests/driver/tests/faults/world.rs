//! A run: its server, its two people, its chance.

use std::time::Instant;

use larimar_testbed::{Options, Server, ServerKind, debian13_root};

use crate::person::Person;
use crate::random::Random;
use crate::report::say;

/// What a run is to do.
pub struct Plan {
    kind: ServerKind,
    /// How many cuts or kills.
    pub faults: u32,
}

impl Plan {
    /// The part of one kind of server.
    pub fn new(kind: ServerKind, all: [u32; 2]) -> Plan {
        let full = std::env::var_os("LARIMAR_FULL").is_some();
        let servers = if newer_are_here() { 4 } else { 2 };
        Plan { kind, faults: all[usize::from(full)].div_ceil(servers) }
    }
}

fn newer_are_here() -> bool {
    debian13_root().is_dir()
}

/// A running server with two people who are each other's contacts.
pub struct World {
    pub server: Server,
    pub people: [Person; 2],
    pub random: Random,
    name: String,
    began: Instant,
    faults: u32,
}

impl World {
    /// Starts everything; None where this server is not installed (`cargo xtask setup debian13`).
    pub fn start(plan: &Plan, what: &str) -> Option<World> {
        if plan.kind.is_newer() && !newer_are_here() {
            say(&format!("{} is not installed: no {what} on it", plan.kind.name()));
            return None;
        }
        let given = std::env::var("LARIMAR_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = given.unwrap_or_else(|| u64::from(std::process::id()) ^ began_at());
        let name = format!("{what} on {}", plan.kind.name());
        say(&format!("{name}: {} of them, LARIMAR_SEED={seed}", plan.faults));
        let options = Options::new("one.test").open_registration();
        let server = Server::start(plan.kind, options).unwrap_or_else(|error| panic!("{name}: {error}"));
        let people = [Person::new(&server, "alice"), Person::new(&server, "bob")];
        let mut world = World { server, people, random: Random::new(seed), name, began: Instant::now(), faults: 0 };
        world.befriend();
        Some(world)
    }

    fn befriend(&mut self) {
        let [alice, bob] = &mut self.people;
        alice.add_contact(&bob.address);
        bob.wait_for("a request", |line| line["event"] == "subscription-request");
        bob.add_contact(&alice.address);
        alice.wait_contact(&bob.address);
        bob.wait_contact(&alice.address);
    }

    /// Both write some texts, by turns.
    pub fn burst(&mut self, texts: u64) {
        for _ in 0..texts {
            let [alice, bob] = &mut self.people;
            alice.write(&bob.address);
            bob.write(&alice.address);
        }
    }

    /// One of the two, by chance.
    pub fn somebody(&mut self) -> usize {
        self.random.within(0..2) as usize
    }

    /// A fault was done; tells now and then how far it is.
    pub fn count(&mut self, plan: &Plan) {
        self.faults += 1;
        if self.faults.is_multiple_of(25) {
            say(&format!("{}: {} of {} done", self.name, self.faults, plan.faults));
        }
    }

    /// True until all are done.
    pub fn goes_on(&self, plan: &Plan) -> bool {
        self.faults < plan.faults
    }

    /// The closing line.
    pub fn close(&self) {
        let texts: usize = self.people.iter().map(|person| person.written().len()).sum();
        let time = self.began.elapsed().as_secs();
        say(&format!("{}: {} done, {texts} texts, all agree, {time} s", self.name, self.faults));
    }

    /// What is written before what went wrong.
    pub fn name(&self) -> &str {
        &self.name
    }
}

fn began_at() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(0, |time| time.as_secs())
}
