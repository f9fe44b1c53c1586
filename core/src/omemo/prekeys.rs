//! Our own prekeys of one version: the signed ones, of which the newest is published and older ones are kept for messages on
//! their way, and the one-time ones, which are deleted after the catch-up that used them.

use zeroize::Zeroizing;

use super::bundle::Bundle;
use super::error::OmemoError;
use super::identity::Identity;
use super::keys::{self, KeyPair, Random, Secret};
use super::protobuf::{Reader, Writer};
use super::version::Version;
use crate::model::Micros;
use crate::sorted::{Map, Set};

/// How many one-time prekeys are published.
const ONE_TIME: usize = 100;

/// How many of them a device begins with; the others are made beside its work. A slow one takes long for all of them.
const FIRST: usize = 25;

/// The largest id that the libsignal family gives a key.
const LARGEST_ID: u32 = 0xff_ffff;

#[derive(Clone, PartialEq, Eq)]
struct SignedPrekey {
    id: u32,
    pair: KeyPair,
    signature: [u8; 64],
    made: Micros,
}

/// The prekeys of our device in one version, as its owner keeps them.
#[derive(Clone, PartialEq, Eq)]
pub struct Prekeys {
    version: Version,
    /// Oldest first; never empty.
    signed: Vec<SignedPrekey>,
    one_time: Map<u32, KeyPair>,
    /// Those that a session was begun with. They are not published any more, and serve until the catch-up is over.
    used: Set<u32>,
    /// Made to be published when there are as many as are missing. Nobody knows them yet, and they are not stored.
    coming: Vec<KeyPair>,
    next_id: u32,
}

impl std::fmt::Debug for Prekeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (signed, one_time, used) = (self.signed.len(), self.one_time.len(), self.used.len());
        write!(f, "Prekeys({:?}, {signed} signed, {one_time} one-time, {used} of them used)", self.version)
    }
}

impl Prekeys {
    /// A signed prekey and 100 one-time prekeys. `now` is what a signed prekey's age is counted from.
    pub fn generate(version: Version, identity: &Identity, now: Micros, random: Random<'_>) -> Prekeys {
        let mut prekeys = Prekeys::begin(version, identity, now, random);
        while !prekeys.make(random) {}
        prekeys
    }

    /// The same with the first 25 one-time prekeys; the others are missing.
    pub fn begin(version: Version, identity: &Identity, now: Micros, random: Random<'_>) -> Prekeys {
        let (signed, one_time, used, coming) = (Vec::new(), Map::new(), Set::new(), Vec::new());
        let mut prekeys = Prekeys { version, signed, one_time, used, coming, next_id: 1 };
        prekeys.rotate(identity, now, random);
        prekeys.publish_first(random);
        prekeys
    }

    /// The version that they are for.
    pub fn version(&self) -> Version {
        self.version
    }

    /// What to publish.
    pub fn bundle(&self, identity: &Identity) -> Bundle {
        let published = self.one_time.iter().filter(|(id, _)| !self.used.contains(id));
        let prekeys = published.map(|(id, pair)| (*id, pair.public)).collect();
        let identity = identity.public(self.version);
        match self.signed.last() {
            Some(newest) => Bundle {
                identity,
                signed_prekey_id: newest.id,
                signed_prekey: newest.pair.public,
                signature: newest.signature,
                prekeys,
            },
            // Neither `generate` nor `from_bytes` leaves it without one; nobody would accept this.
            None => Bundle { identity, signed_prekey_id: 0, signed_prekey: [0; 32], signature: [0; 64], prekeys },
        }
    }

    /// When the newest signed prekey was made.
    pub fn rotated(&self) -> Micros {
        self.signed.last().map_or(Micros::MIN, |newest| newest.made)
    }

    /// Makes a new signed prekey. The bundle has changed then.
    pub fn rotate(&mut self, identity: &Identity, now: Micros, random: Random<'_>) {
        let pair = KeyPair::generate(random);
        let signature = identity.sign(self.version, &keys::to_wire(self.version, &pair.public));
        let id = self.take_id();
        self.signed.push(SignedPrekey { id, pair, signature, made: now });
    }

    /// Deletes the signed prekeys that a newer one had replaced at this time. The newest always stays.
    pub fn forget_replaced_before(&mut self, time: Micros) {
        while self.signed.get(1).is_some_and(|successor| successor.made < time) {
            self.signed.remove(0);
        }
    }

    /// Remembers that a session was begun with this one-time prekey ([`super::Received::prekey`]). The bundle has changed then.
    pub fn mark_used(&mut self, id: u32) {
        if self.one_time.contains_key(&id) {
            self.used.insert(id);
        }
    }

    /// These are a copy of an older state: others may have used any of them since, and the owner has given ids to keys that are
    /// not here. Others are published, under ids from anywhere; the old ones serve like used ones.
    pub fn renew(&mut self, identity: &Identity, now: Micros, random: Random<'_>) {
        self.used.extend(self.one_time.keys().copied());
        self.next_id = 1 + (keys::pick(LARGEST_ID as usize, random) as u32);
        self.rotate(identity, now, random);
        self.publish_first(random);
    }

    /// Deletes the one-time prekeys that were used: to be called when no more messages are on their way from the time
    /// before, which another device could have begun with the same one. Says whether there were any.
    pub fn forget_used(&mut self) -> bool {
        let used = std::mem::take(&mut self.used);
        used.iter().for_each(|id| drop(self.one_time.remove(id)));
        !used.is_empty()
    }

    /// Whether fewer than 100 one-time prekeys are published.
    pub fn is_short(&self) -> bool {
        self.missing() > 0
    }

    fn missing(&self) -> usize {
        (ONE_TIME + self.used.len()).saturating_sub(self.one_time.len())
    }

    /// Makes another one-time prekey. When there are as many as are missing, all of them are published; says whether they are
    /// now. The bundle has changed then.
    pub fn make(&mut self, random: Random<'_>) -> bool {
        self.coming.push(KeyPair::generate(random));
        let are_enough = self.coming.len() >= self.missing();
        if are_enough {
            let coming = std::mem::take(&mut self.coming);
            coming.into_iter().for_each(|pair| self.publish(pair));
        }
        are_enough
    }

    fn publish_first(&mut self, random: Random<'_>) {
        (0..FIRST).for_each(|_| self.publish(KeyPair::generate(random)));
    }

    fn publish(&mut self, pair: KeyPair) {
        let id = self.take_id();
        self.one_time.insert(id, pair);
    }

    /// An id that no key has. Ids begin anew after 16 million, so that one is not met again while anybody knows it.
    fn take_id(&mut self) -> u32 {
        loop {
            let id = self.next_id;
            self.next_id = if id >= LARGEST_ID { 1 } else { id + 1 };
            if !self.one_time.contains_key(&id) && self.signed.iter().all(|signed| signed.id != id) {
                return id;
            }
        }
    }

    pub(super) fn signed(&self, id: u32) -> Option<&KeyPair> {
        self.signed.iter().rev().find(|signed| signed.id == id).map(|signed| &signed.pair)
    }

    pub(super) fn one_time(&self, id: u32) -> Option<&KeyPair> {
        self.one_time.get(&id)
    }

    /// For the store: they are secrets.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut writer = Writer::with_room(16 + 160 * self.signed.len() + 80 * self.one_time.len());
        writer.number(1, self.version.code()).number(2, self.next_id);
        for SignedPrekey { id, pair, signature, made } in &self.signed {
            writer.message(3, |inner| {
                inner.number(1, *id).bytes(2, &pair.secret[..]).bytes(3, &pair.public);
                inner.bytes(4, signature).number(5, made.cast_unsigned());
            });
        }
        for (id, pair) in &self.one_time {
            writer.message(4, |inner| {
                inner.number(1, *id).bytes(2, &pair.secret[..]).bytes(3, &pair.public);
                if self.used.contains(id) {
                    inner.number(4, 1_u32);
                }
            });
        }
        writer.finish()
    }

    /// From the store. [`OmemoError::Malformed`] if it is not what [`Prekeys::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Prekeys, OmemoError> {
        let mut version = None;
        let (mut signed, mut one_time, mut used, mut next_id) = (Vec::new(), Map::new(), Set::new(), 0);
        for field in Reader::new(bytes) {
            match field? {
                (1, value) => version = Version::from_code(value.number()?),
                (2, value) => next_id = value.number()?,
                (3, value) => signed.push(read_signed(value.bytes()?)?),
                (4, value) => {
                    let (id, pair, is_used) = read_one_time(value.bytes()?)?;
                    one_time.insert(id, pair);
                    if is_used {
                        used.insert(id);
                    }
                }
                _ => {}
            }
        }
        let version = version.ok_or(OmemoError::Malformed("prekeys have no version"))?;
        if signed.is_empty() || next_id == 0 {
            return Err(OmemoError::Malformed("prekeys are not whole"));
        }
        Ok(Prekeys { version, signed, one_time, used, coming: Vec::new(), next_id })
    }
}

fn read_signed(bytes: &[u8]) -> Result<SignedPrekey, OmemoError> {
    let mut pair = KeyPair { secret: Secret::default(), public: [0; 32] };
    let (mut id, mut signature, mut made) = (0, [0; 64], 0_u64);
    for field in Reader::new(bytes) {
        match field? {
            (1, value) => id = value.number()?,
            (2, value) => pair.secret = Secret::from(value.array()?),
            (3, value) => pair.public = value.array()?,
            (4, value) => signature = value.array()?,
            (5, value) => made = value.long()?,
            _ => {}
        }
    }
    Ok(SignedPrekey { id, pair, signature, made: made.cast_signed() })
}

fn read_one_time(bytes: &[u8]) -> Result<(u32, KeyPair, bool), OmemoError> {
    let mut pair = KeyPair { secret: Secret::default(), public: [0; 32] };
    let (mut id, mut used) = (0, false);
    for field in Reader::new(bytes) {
        match field? {
            (1, value) => id = value.number()?,
            (2, value) => pair.secret = Secret::from(value.array()?),
            (3, value) => pair.public = value.array()?,
            (4, value) => used = value.number()? == 1,
            _ => {}
        }
    }
    Ok((id, pair, used))
}

#[cfg(test)]
mod prekeys_tests;
