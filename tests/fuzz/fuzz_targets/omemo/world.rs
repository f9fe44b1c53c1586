//! Anna's device, which has a session with Bob's, in both versions. Chance repeats, so that what the corpus has from Bob is for
//! her; should the code come to use it otherwise, these are only seeds.

#[allow(dead_code, reason = "the core's tests use more of it")]
#[path = "../../../../core/src/omemo/omemo_tests/chance.rs"]
mod chance;

use std::sync::OnceLock;

use larimar::omemo::{Device, Encrypted, Identity, Prekeys, Version};

use self::chance::Chance;

/// Somebody's device, and its record of the other one.
#[derive(Clone)]
pub struct Side {
    pub identity: Identity,
    pub prekeys: Prekeys,
    pub device: Device,
    chance: u64,
}

impl Side {
    fn new(version: Version, ours: &Identity, theirs: &Identity, seed: u64) -> Side {
        let mut chance = Chance(seed);
        let prekeys = Prekeys::generate(version, ours, 0, &mut |buffer| chance.fill(buffer));
        Side { identity: ours.clone(), prekeys, device: Device::new(theirs.public(version)), chance: chance.next() }
    }

    /// Begins a session with the other one.
    pub fn begin(&mut self, other: &Side) {
        let (mut chance, bundle) = (Chance(self.chance), other.prekeys.bundle(&other.identity));
        self.device.begin(&self.identity, 7, &bundle, &mut |buffer| chance.fill(buffer)).expect("the bundle is good");
        self.chance = chance.next();
    }

    /// Encrypts for the other one.
    pub fn says(&mut self, plaintext: &[u8]) -> Encrypted {
        let mut chance = Chance(self.chance);
        let encrypted = self.device.encrypt(plaintext, &mut |buffer| chance.fill(buffer)).expect("there is a session");
        self.chance = chance.next();
        encrypted
    }

    fn hears(&mut self, message: &Encrypted) {
        let heard = self.device.decrypt(&self.identity, &self.prekeys, &message.bytes, message.key_exchange);
        heard.expect("a message of the other one's");
    }
}

/// Anna and Bob, who have each heard from the other.
pub fn talking(version: Version) -> &'static (Side, Side) {
    static WORLDS: [OnceLock<(Side, Side)>; 2] = [const { OnceLock::new() }; 2];
    WORLDS[usize::from(version == Version::Omemo2)].get_or_init(|| {
        let (anna, bob) = (Identity::from_seed([1; 32]), Identity::from_seed([2; 32]));
        let (mut anna, mut bob) = (Side::new(version, &anna, &bob, 1), Side::new(version, &bob, &anna, 2));
        bob.begin(&anna);
        anna.hears(&bob.says(b"first"));
        bob.hears(&anna.says(b"answer"));
        (anna, bob)
    })
}
