//! A run: its servers, its two people, its chance.

use std::time::Instant;

use larimar_testbed::{Dns, Federation, Options, Server, ServerKind, debian13_root};

use crate::person::Person;
use crate::random::Random;
use crate::report::say;

/// What a run is to do.
pub struct Plan {
    /// Alice's server, and Bob's if that is another one.
    kinds: Vec<ServerKind>,
    /// How many cuts or kills.
    pub faults: u32,
    /// Whether the two encrypt.
    encrypted: bool,
}

impl Plan {
    /// The part of one kind of server.
    pub fn new(kind: ServerKind, all: [u32; 2]) -> Plan {
        let servers = if newer_are_here() { 4 } else { 2 };
        Plan { kinds: vec![kind], faults: all[usize::from(is_full())].div_ceil(servers), encrypted: false }
    }

    /// The same, encrypted.
    pub fn encrypted(kind: ServerKind, all: [u32; 2]) -> Plan {
        Plan { encrypted: true, ..Plan::new(kind, all) }
    }

    /// The part of two servers that trust each other, with a person on each.
    pub fn between(one: ServerKind, two: ServerKind, all: [u32; 2]) -> Plan {
        let pairs = if newer_are_here() { 2 } else { 1 };
        Plan { kinds: vec![one, two], faults: all[usize::from(is_full())].div_ceil(pairs), encrypted: false }
    }

    fn can_be_done(&self) -> bool {
        newer_are_here() || !self.kinds.iter().any(|kind| kind.is_newer())
    }

    fn servers(&self) -> String {
        self.kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(" and ")
    }
}

fn is_full() -> bool {
    std::env::var_os("LARIMAR_FULL").is_some()
}

fn newer_are_here() -> bool {
    debian13_root().is_dir()
}

/// Two people who are each other's contacts, on one server or on two.
pub struct World {
    servers: Vec<Server>,
    pub people: [Person; 2],
    pub random: Random,
    name: String,
    began: Instant,
    faults: u32,
    /// By which two servers find each other.
    _dns: Option<Dns>,
}

impl World {
    /// Starts everything; None where a server is not installed (`cargo xtask setup debian13`).
    pub fn start(plan: &Plan, what: &str) -> Option<World> {
        let how = if plan.encrypted { "encrypted, " } else { "" };
        let name = format!("{how}{what} on {}", plan.servers());
        if !plan.can_be_done() {
            say(&format!("{name}: not all of them are installed"));
            return None;
        }
        let given = std::env::var("LARIMAR_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = given.unwrap_or_else(|| u64::from(std::process::id()) ^ began_at());
        say(&format!("{name}: {} of them, LARIMAR_SEED={seed}", plan.faults));
        let (servers, dns) = start_servers(&plan.kinds).unwrap_or_else(|error| panic!("{name}: {error}"));
        let [one, two] = [0, servers.len() - 1].map(|at| &servers[at]);
        let people = [Person::new(one, "alice", plan.encrypted), Person::new(two, "bob", plan.encrypted)];
        let (random, began) = (Random::new(seed), Instant::now());
        let mut world = World { servers, people, random, name, began, faults: 0, _dns: dns };
        world.befriend();
        Some(world)
    }

    /// The server of one of the two.
    pub fn server(&self, who: usize) -> &Server {
        &self.servers[who.min(self.servers.len() - 1)]
    }

    fn befriend(&mut self) {
        let [alice, bob] = &mut self.people;
        alice.add_contact(&bob.address);
        bob.wait_for("a request", |line| line["event"] == "subscription-request");
        bob.add_contact(&alice.address);
        alice.wait_contact(&bob.address);
        bob.wait_contact(&alice.address);
        for (person, peer) in [(&*alice, &*bob), (bob, alice)].into_iter().filter(|(person, _)| person.is_encrypted()) {
            person.wait_devices(&peer.address, 2);
            person.wait_devices(&person.address, 2);
        }
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

    /// How many were done.
    pub fn faults(&self) -> u32 {
        self.faults
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

fn start_servers(kinds: &[ServerKind]) -> larimar_testbed::Result<(Vec<Server>, Option<Dns>)> {
    if let [kind] = kinds {
        return Ok((vec![Server::start(*kind, Options::new("one.test"))?], None));
    }
    let pairs = kinds.iter().zip(["one.test", "two.test"]);
    let federation = Federation::start(pairs.map(|(kind, domain)| (*kind, Options::new(domain))).collect())?;
    Ok((federation.servers, Some(federation.dns)))
}

fn began_at() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(0, |time| time.as_secs())
}
