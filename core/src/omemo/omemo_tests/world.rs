//! Two devices and what they need. Each is read back from bytes at every step, and a refusal must leave every byte as it was.

pub use super::chance::Chance;
use crate::omemo::{Device, Encrypted, Identity, OmemoError, Prekeys, Received, Version};

pub const BOTH: [Version; 2] = [Version::Legacy, Version::Omemo2];

/// A device of one person, with its record of the other's.
pub struct Side {
    pub identity: Identity,
    pub prekeys: Prekeys,
    pub device: Device,
    pub chance: Chance,
}

impl Side {
    /// Alice and Bob, without a session.
    pub fn pair(version: Version, seed: u64) -> (Side, Side) {
        let mut chance = Chance(seed);
        let (alice, bob) = (new_identity(&mut chance), new_identity(&mut chance));
        let side = |ours: &Identity, theirs: &Identity, seed: u64| {
            let mut chance = Chance(seed);
            let prekeys = Prekeys::generate(version, ours, 0, &mut |buffer| chance.fill(buffer));
            Side { identity: ours.clone(), prekeys, device: Device::new(theirs.public(version)), chance }
        };
        (side(&alice, &bob, chance.next()), side(&bob, &alice, chance.next()))
    }

    /// The same, and Bob has answered Alice.
    pub fn talking(version: Version, seed: u64) -> (Side, Side) {
        let (mut alice, mut bob) = Side::pair(version, seed);
        alice.begin(&bob);
        let first = alice.send("first");
        bob.hears(&first, "first");
        let answer = bob.send("answer");
        alice.hears(&answer, "answer");
        (alice, bob)
    }

    pub fn begin(&mut self, other: &Side) {
        let bundle = other.prekeys.bundle(&other.identity);
        self.device.begin(&self.identity, 7, &bundle, &mut |buffer| self.chance.fill(buffer)).unwrap();
        self.reload();
    }

    pub fn send(&mut self, text: &str) -> Encrypted {
        let encrypted = self.device.encrypt(text.as_bytes(), &mut |buffer| self.chance.fill(buffer)).unwrap();
        self.reload();
        encrypted
    }

    pub fn receive(&mut self, message: &Encrypted) -> Result<Received, OmemoError> {
        let before = self.device.clone();
        let result = self.device.decrypt(&self.identity, &self.prekeys, &message.bytes, message.key_exchange);
        match &result {
            Ok(received) => received.prekey.iter().for_each(|id| self.prekeys.mark_used(*id)),
            Err(error) => assert!(self.device == before, "{error} changed something"),
        }
        self.reload();
        result
    }

    /// Receives a message that must say this.
    pub fn hears(&mut self, message: &Encrypted, text: &str) -> Received {
        let received = self.receive(message).unwrap();
        assert_eq!(std::str::from_utf8(&received.plaintext), Ok(text));
        received
    }

    pub fn reload(&mut self) {
        let fits = self.device.sessions.iter().all(|session| session.to_bytes().len() <= session.room());
        assert!(fits, "a record has outgrown its room");
        let read = Device::from_bytes(&self.device.to_bytes()).unwrap();
        assert!(read == self.device, "a record was not read as it was written");
        self.device = read;
    }
}

pub fn new_identity(chance: &mut Chance) -> Identity {
    Identity::generate(&mut |buffer| chance.fill(buffer))
}

/// Says something back and forth so many times.
pub fn turns(alice: &mut Side, bob: &mut Side, count: usize) {
    for turn in 0..count {
        let text = format!("turn {turn}");
        let message = alice.send(&text);
        bob.hears(&message, &text);
        let answer = bob.send(&text);
        alice.hears(&answer, &text);
    }
}
