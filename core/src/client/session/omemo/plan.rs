//! For which devices a message is encrypted, and what has to be asked before that is known.

use jid::BareJid;

use super::{FRESH, NOTHING, UNUSED, bundle_request};
use crate::client::session::purpose::Purpose;
use crate::client::session::{Answer, Ended, Session};
use crate::model::ids::ChatId;
use crate::model::message::FailureReason;
use crate::model::omemo::{ChatEncryption, Trust, Version};
use crate::platform::time::Instant;
use crate::sorted::Set;
use crate::sync::omemo::{Address, Target};

/// How many bundles are asked for at the same time.
const SIDE_BY_SIDE: usize = 20;
/// A message is encrypted for this many devices of one address at most.
const MOST_DEVICES: usize = 100;

/// How a message to a chat leaves.
pub(in crate::client::session) enum Plan {
    /// As it is.
    Clear,
    /// For these devices: the contact's, and our own others.
    Encrypted(Vec<Target>),
    /// What has been asked has to be answered first.
    Wait,
    /// It cannot.
    Cannot(FailureReason),
}

/// What is known of an address's devices.
#[derive(Default)]
struct Devices {
    /// There are any.
    any: bool,
    targets: Vec<Target>,
    /// Their bundles are needed.
    unknown: Vec<Address>,
    /// One of them waits for a person's decision.
    undecided: bool,
}

impl Session {
    /// How a message to a chat leaves now.
    pub(in crate::client::session) fn plan(&mut self, chat: ChatId, to: &BareJid) -> Result<Plan, Ended> {
        let (wanted, encrypted) = self.engine.store.borrow().chat_encryption(chat)?;
        let wanted = if wanted == ChatEncryption::Automatic { self.engine.options.encryption } else { wanted };
        if wanted == ChatEncryption::Never {
            return Ok(Plan::Clear);
        }
        if !self.available {
            // What the archive has may say that this store is an older copy, whose keys were used.
            return Ok(Plan::Wait);
        }
        let own = self.own.clone();
        if !(self.knows_lists(to) & self.knows_lists(&own)) || !self.omemo.announcing.is_empty() {
            return Ok(Plan::Wait);
        }
        let theirs = self.devices(to)?;
        // Notes to ourselves are in clear where no other device of ours could read them.
        let may_be_clear = (wanted == ChatEncryption::Automatic && !encrypted) || *to == own;
        if !theirs.any && may_be_clear {
            return Ok(Plan::Clear);
        }
        let ours = if *to == own { Devices::default() } else { self.devices(&own)? };
        let mut unknown: Vec<Address> = theirs.unknown.into_iter().chain(ours.unknown).collect();
        for target in theirs.targets.iter().chain(&ours.targets) {
            if self.is_old_and_unused(target)? {
                unknown.push(target.address.clone());
            }
        }
        if !unknown.is_empty() {
            unknown.into_iter().for_each(|address| self.ask_bundle(address));
            return Ok(Plan::Wait);
        }
        if theirs.targets.is_empty() {
            let reason = if theirs.undecided { FailureReason::Undecided } else { FailureReason::NoDevice };
            return Ok(Plan::Cannot(reason));
        }
        Ok(Plan::Encrypted(theirs.targets.into_iter().chain(ours.targets).collect()))
    }

    /// How decisions on keys leave: for the verified devices of somebody that speak omemo:2, or for nobody.
    pub(in crate::client::session) fn trust_plan(&mut self, to: &BareJid) -> Result<Plan, Ended> {
        if !self.available || !self.knows_lists(to) || !self.omemo.announcing.is_empty() {
            return Ok(Plan::Wait);
        }
        let Devices { mut targets, unknown, .. } = self.devices(to)?;
        if !unknown.is_empty() {
            unknown.into_iter().for_each(|address| self.ask_bundle(address));
            return Ok(Plan::Wait);
        }
        let keys = self.engine.store.borrow().session_keys(self.account, to)?;
        let is_verified = |target: &Target| {
            keys.iter().any(|key| key.fingerprint == target.fingerprint && key.trust == Trust::Verified)
        };
        targets.retain(|target| target.address.version == Version::Omemo2 && is_verified(target));
        Ok(if targets.is_empty() { Plan::Cannot(FailureReason::NoDevice) } else { Plan::Encrypted(targets) })
    }

    /// True if both lists of an address are known; otherwise they are asked for.
    fn knows_lists(&mut self, of: &BareJid) -> bool {
        let mut known = true;
        for version in Version::ALL {
            let told = self.omemo.lists.get(&(of.clone(), version)).copied();
            let usable = told.is_some_and(|told| !told.is_empty || told.at.elapsed() < NOTHING);
            known &= usable;
            if !usable || told.is_some_and(|told| told.at.elapsed() >= FRESH) {
                self.ask_devices(of, version);
            }
        }
        known
    }

    /// An address's devices, each in the newest version in which it can be had.
    fn devices(&self, of: &BareJid) -> Result<Devices, Ended> {
        let store = self.engine.store.borrow();
        let mut listed = Vec::new();
        for version in [Version::Omemo2, Version::Legacy] {
            for device in store.listed_devices(self.account, of, version)?.into_iter().take(MOST_DEVICES) {
                listed.push(Address { jid: of.clone(), version, device: device.id });
            }
        }
        let ours = self.omemo.vault.device();
        listed.retain(|address| address.device != ours || *of != self.own);
        let keys = store.session_keys(self.account, of)?;
        let mut devices = Devices { any: !listed.is_empty(), ..Devices::default() };
        let mut done = Set::new();
        for address in listed {
            let useless = self.omemo.useless.get(&address).is_some_and(|until| *until > Instant::now());
            if useless || done.contains(&address.device) {
                continue;
            }
            done.insert(address.device);
            let mut of_device =
                keys.iter().filter(|key| key.device == address.device && key.version == address.version).peekable();
            if of_device.peek().is_none() {
                devices.unknown.push(address);
                continue;
            }
            devices.undecided |= of_device.clone().any(|key| key.trust == Trust::Undecided);
            if of_device.clone().all(|key| key.stale) {
                devices.unknown.push(address);
                continue;
            }
            if let Some(key) = of_device.find(|key| key.trust.may_read() && !key.stale) {
                devices.targets.push(Target { address, fingerprint: key.fingerprint.clone() });
            }
        }
        Ok(devices)
    }

    /// Whether the session with a device is to be begun anew before something is sent in it.
    fn is_old_and_unused(&mut self, target: &Target) -> Result<bool, Ended> {
        if self.omemo.fetched.get(&target.address).is_some_and(|at| at.elapsed() < UNUSED) {
            return Ok(false);
        }
        let store = self.engine.store.borrow();
        Ok(self.omemo.vault.is_unused(&store, target)?)
    }

    /// Somebody looks at an address's devices.
    pub(in crate::client::session) fn look_at_devices(&mut self, of: BareJid, answer: Answer<()>) -> Result<(), Ended> {
        self.omemo.lists.retain(|(jid, _), _| *jid != of);
        self.omemo.looking.push((of, answer));
        self.look()
    }

    /// Answers those whose devices are known now, and asks for the others.
    pub(super) fn look(&mut self) -> Result<(), Ended> {
        for (of, answer) in std::mem::take(&mut self.omemo.looking) {
            let unknown = if self.knows_lists(&of) { self.devices(&of)?.unknown } else { Vec::new() };
            let known = unknown.is_empty() && self.knows_lists(&of);
            unknown.into_iter().for_each(|address| self.ask_bundle(address));
            if known {
                // Who asked may have gone.
                let _ = answer.send(Ok(()));
            } else {
                self.omemo.looking.push((of, answer));
            }
        }
        Ok(())
    }

    /// The session in use with a device, if it is trusted.
    pub(super) fn target_of(&self, address: &Address) -> Result<Option<Target>, Ended> {
        let keys = self.engine.store.borrow().session_keys(self.account, &address.jid)?;
        let of_device = |key: &crate::model::omemo::SessionKey| {
            key.device == address.device && key.version == address.version && key.trust.may_read() && !key.stale
        };
        let found = keys.into_iter().find(of_device);
        Ok(found.map(|key| Target { address: address.clone(), fingerprint: key.fingerprint }))
    }

    /// Asks for a device's bundle, unless that is under way.
    pub(super) fn ask_bundle(&mut self, address: Address) {
        let omemo = &mut self.omemo;
        if !omemo.bundles_asked.contains(&address) && !omemo.bundles_waiting.contains(&address) {
            omemo.bundles_waiting.push_back(address);
            self.ask_waiting_bundles();
        }
    }

    pub(super) fn ask_waiting_bundles(&mut self) {
        while self.omemo.bundles_asked.len() < SIDE_BY_SIDE
            && let Some(address) = self.omemo.bundles_waiting.pop_front()
        {
            let Address { jid, version, device } = &address;
            let (to, question) = (self.service_of(jid), bundle_request(*version, *device));
            self.omemo.bundles_asked.insert(address.clone());
            self.request(to, false, question, Purpose::Bundle(address));
        }
    }
}
