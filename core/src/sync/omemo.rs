//! Encryption as the pipeline uses it: our own keys and the sessions with others' devices, loaded from the store when they are
//! needed, and what of them a step has changed.

mod open;
mod seal;

use jid::BareJid;

use crate::model::Micros;
use crate::model::changes::Change;
use crate::model::ids::AccountId;
use crate::model::message::Encryption;
use crate::model::omemo::{OmemoChange, OwnKeys, SessionRecord, Version};
use crate::omemo::{Bundle, Device, Identity, OmemoError, Prekeys, Random, Session};
use crate::sorted::{Map, Set};
use crate::store::{Queries, StoreError};

pub use open::{NoKeys, Opened, Opener, Opening};
pub use seal::{Parts, Target};

/// How many records are held at most while nothing of them is to be stored.
const MOST_HELD: usize = 256;
/// One-time prekeys that were used are kept for so long: two devices may have fetched the same bundle, and one in a hundred
/// takes the same of them.
const KEEP_USED: u64 = 10 * 60 * 1_000_000;
/// A signed prekey is replaced when it is this old: a week.
const ROTATE_AFTER: Micros = 7 * 24 * 3600 * 1_000_000;
/// A signed prekey that was replaced is kept for messages that are on their way: a month.
const KEEP_REPLACED: Micros = 30 * 24 * 3600 * 1_000_000;
/// Device ids (XEP-0384 section 5.3.1): from 1 up to this.
const LARGEST_DEVICE: u32 = i32::MAX.unsigned_abs();

/// A device of somebody's in one version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Address {
    /// Whose.
    pub jid: BareJid,
    /// In which version.
    pub version: Version,
    /// Its id.
    pub device: u32,
}

/// Which record: a device and the key it has.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct RecordKey {
    address: Address,
    fingerprint: String,
}

/// A record, and whether it differs from the store's.
struct Held {
    device: Device,
    changed: bool,
    /// Something of the device's was read since it was stored.
    seen: bool,
    /// A session was begun since it was stored.
    begun: bool,
}

/// Our own device's keys, and the sessions that are in use. What changes in it is stored by the step that changed it, before
/// anything leaves; a vault whose changes could not be stored is to be dropped.
pub struct Vault {
    account: AccountId,
    own: BareJid,
    identity: Identity,
    device: u32,
    prekeys: [Prekeys; 2],
    prekeys_changed: bool,
    /// What we publish may differ from what it was.
    bundle_changed: bool,
    /// The time of the step.
    now: Micros,
    /// The store is an older copy of what this device was.
    restored: bool,
    /// Whether the prekeys are to be replaced for that reason, which is done once.
    renewal: Renewal,
    /// When a session was last begun with one of them, as far as this process knows.
    prekey_used: Option<Micros>,
    held: Map<RecordKey, Held>,
    /// Devices whose messages cannot be read with the sessions that are here.
    broken: Set<Address>,
    /// Devices that are to be answered, if only with an empty message.
    owed: Set<Address>,
}

/// Whether all prekeys are replaced.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Renewal {
    No,
    Due,
    Done,
}

/// The place of a version in pairs of something.
fn place(version: Version) -> usize {
    match version {
        Version::Legacy => 0,
        Version::Omemo2 => 1,
    }
}

/// How the store calls a version.
pub fn encryption(version: Version) -> Encryption {
    match version {
        Version::Legacy => Encryption::Omemo,
        Version::Omemo2 => Encryption::Omemo2,
    }
}

impl Vault {
    /// A device that has never had keys. Most of its prekeys are missing.
    pub fn new(account: AccountId, own: BareJid, identity: Identity, now: Micros, random: Random<'_>) -> Vault {
        let prekeys = Version::ALL.map(|version| Prekeys::begin(version, &identity, now, random));
        let device = new_device_id(random);
        Vault { prekeys_changed: true, ..Vault::of(account, own, identity, device, prekeys) }
    }

    /// The device as it was stored; `identity` is from the keystore.
    ///
    /// # Errors
    /// [`OmemoError::Malformed`] if that is not what was written.
    pub fn load(account: AccountId, own: BareJid, identity: Identity, keys: &OwnKeys) -> Result<Vault, OmemoError> {
        let [legacy, omemo2] = &keys.prekeys;
        let prekeys = [Prekeys::from_bytes(legacy)?, Prekeys::from_bytes(omemo2)?];
        Ok(Vault::of(account, own, identity, keys.device, prekeys))
    }

    fn of(account: AccountId, own: BareJid, identity: Identity, device: u32, prekeys: [Prekeys; 2]) -> Vault {
        Vault {
            account,
            own,
            identity,
            device,
            prekeys,
            prekeys_changed: false,
            bundle_changed: false,
            now: 0,
            restored: false,
            renewal: Renewal::No,
            prekey_used: None,
            held: Map::new(),
            broken: Set::new(),
            owed: Set::new(),
        }
    }

    /// Our own device's id, the same in both versions.
    pub fn device(&self) -> u32 {
        self.device
    }

    /// Our own identity.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// What we publish in a version.
    pub fn bundle(&self, version: Version) -> Bundle {
        self.prekeys[place(version)].bundle(&self.identity)
    }

    /// The archive was read to its end: prekeys that were used are deleted, if nobody can have taken them from the same bundle a
    /// moment ago, and a signed one that is old is replaced.
    pub fn tidy(&mut self, now: Micros, random: Random<'_>) {
        if self.renewal == Renewal::Due {
            self.renew(now, random);
        }
        let quiet = self.prekey_used.is_none_or(|used| now.abs_diff(used) > KEEP_USED);
        for prekeys in &mut self.prekeys {
            self.prekeys_changed |= quiet && prekeys.forget_used();
            if now.saturating_sub(prekeys.rotated()) > ROTATE_AFTER {
                prekeys.rotate(&self.identity, now, random);
                prekeys.forget_replaced_before(now - KEEP_REPLACED);
                self.prekeys_changed = true;
            }
        }
    }

    /// Makes one of the prekeys that are missing; says whether one was.
    pub fn make_prekey(&mut self, random: Random<'_>) -> bool {
        let Some(prekeys) = self.prekeys.iter_mut().find(|prekeys| prekeys.is_short()) else { return false };
        self.prekeys_changed |= prekeys.make(random);
        true
    }

    /// Others may have used any of our prekeys: all are replaced, and the old ones go as used ones do.
    pub fn renew(&mut self, now: Micros, random: Random<'_>) {
        for prekeys in &mut self.prekeys {
            prekeys.renew(&self.identity, now, random);
        }
        (self.prekeys_changed, self.prekey_used, self.renewal) = (true, Some(now), Renewal::Done);
    }

    /// What is here is an older copy: no session of it encrypts any more, and the prekeys are replaced by [`Vault::tidy`].
    fn is_a_copy(&mut self) {
        self.restored = true;
        self.held.iter_mut().for_each(|(_, held)| held.device.retire());
        if self.renewal == Renewal::No {
            self.renewal = Renewal::Due;
        }
    }

    /// Whether the prekeys have changed since this was last asked, and were given away to be stored.
    pub fn take_bundle_changed(&mut self) -> bool {
        std::mem::take(&mut self.bundle_changed)
    }

    /// Devices whose messages could not be read for want of keys, since this was last asked: a new session heals that.
    pub fn take_broken(&mut self) -> Set<Address> {
        std::mem::take(&mut self.broken)
    }

    /// Devices that wait for an answer, since this was last asked.
    pub fn take_owed(&mut self) -> Set<Address> {
        std::mem::take(&mut self.owed)
    }

    /// Begins a session with a device; it is the one in use from now on. What is returned is to be stored with the next step.
    ///
    /// # Errors
    /// Those of reading the store; the inner one says why there is no session.
    pub fn begin(
        &mut self,
        store: &Queries,
        address: &Address,
        bundle: &Bundle,
        random: Random<'_>,
    ) -> Result<Result<Target, OmemoError>, StoreError> {
        let key = RecordKey { address: address.clone(), fingerprint: bundle.identity().fingerprint() };
        self.hold(store, &key)?;
        let held = self.held.entry(key.clone()).or_insert_with(|| Held::new(Device::new(bundle.identity())));
        if let Err(error) = held.device.begin(&self.identity, self.device, bundle, random) {
            if !held.device.has_session() {
                self.held.remove(&key);
            }
            return Ok(Err(error));
        }
        (held.changed, held.begun) = (true, true);
        Ok(Ok(Target { address: address.clone(), fingerprint: key.fingerprint }))
    }

    /// Whether nothing was sent yet in the session in use with a device, and nothing came in it.
    ///
    /// # Errors
    /// Those of reading the store.
    pub fn is_unused(&mut self, store: &Queries, target: &Target) -> Result<bool, StoreError> {
        let key = RecordKey { address: target.address.clone(), fingerprint: target.fingerprint.clone() };
        self.hold(store, &key)?;
        let session = self.held.get(&key).and_then(|held| held.device.session());
        Ok(session.is_some_and(Session::is_unused))
    }

    /// Loads a record, if the store has it. One that cannot be read is as good as none: a new session replaces it.
    fn hold(&mut self, store: &Queries, key: &RecordKey) -> Result<(), StoreError> {
        if self.held.contains_key(key) {
            return Ok(());
        }
        let RecordKey { address, fingerprint } = key;
        let Address { jid, version, device } = address;
        let stored = store.session_record(self.account, jid, *device, *version, fingerprint)?;
        let Some((bytes, stale)) = stored else { return Ok(()) };
        if let Ok(mut device) = Device::from_bytes(&bytes) {
            if stale {
                device.retire();
            }
            self.held.insert(key.clone(), Held::new(device));
        }
        Ok(())
    }

    /// What has changed since this was last asked, for the step that is to be stored.
    pub fn changes(&mut self) -> Vec<Change> {
        let mut changes = Vec::new();
        if std::mem::take(&mut self.restored) {
            changes.push(Change::Omemo(OmemoChange::Restored));
        }
        if std::mem::take(&mut self.prekeys_changed) {
            self.bundle_changed = true;
            let prekeys = [self.prekeys[0].to_bytes(), self.prekeys[1].to_bytes()];
            changes.push(Change::Omemo(OmemoChange::Own(OwnKeys { device: self.device, prekeys })));
        }
        for (key, held) in self.held.iter_mut().filter(|(_, held)| held.changed) {
            held.changed = false;
            changes.push(Change::Omemo(OmemoChange::Sessions(SessionRecord {
                jid: key.address.jid.clone(),
                device: key.address.device,
                version: key.address.version,
                fingerprint: key.fingerprint.clone(),
                ed25519: held.device.identity().ed25519(),
                bytes: held.device.to_bytes(),
                seen: std::mem::take(&mut held.seen),
                begun: std::mem::take(&mut held.begun),
            })));
        }
        if self.held.len() > MOST_HELD {
            self.held.clear();
        }
        changes
    }
}

impl Held {
    fn new(device: Device) -> Held {
        Held { device, changed: false, seen: false, begun: false }
    }
}

fn new_device_id(random: Random<'_>) -> u32 {
    loop {
        let mut bytes = [0; 4];
        random(&mut bytes);
        let id = u32::from_le_bytes(bytes) & LARGEST_DEVICE;
        if id > 0 {
            return id;
        }
    }
}

#[cfg(test)]
mod omemo_tests;
