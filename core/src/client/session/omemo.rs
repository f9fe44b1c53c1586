//! OMEMO in a session: our own device is published, lists of devices are known before anything is encrypted, and what could
//! not be read is healed.

mod plan;
mod publish;
mod send;

use std::collections::VecDeque;
use std::time::Duration;

use jid::BareJid;

use super::purpose::Purpose;
use super::{Answer, Ended, Session};
use crate::client::Error;
use crate::client::engine::Engine;
use crate::model::account::Account;
use crate::model::changes::Change;
use crate::model::omemo::{ChatEncryption, OmemoChange, Version};
use crate::omemo::{Bundle, Identity};
use crate::platform;
use crate::platform::time::Instant;
use crate::sorted::{Map, Set};
use crate::sync::omemo::{Address, Opening, Vault};
use crate::xep::iq::{Iq, Kind};
use crate::xep::omemo::{self, Entry};
use crate::xep::pubsub::{self, Event, Items};
use crate::xep::xml::Tag;

pub(super) use plan::Plan;
pub(crate) use publish::{Attempt, Publication};

/// For how long it counts that there was no list, or no bundle: nobody tells everybody when that changes, and some clients
/// publish the one before the other.
const NOTHING: Duration = Duration::from_secs(10);

/// A list that is older is asked for once more beside a message: ejabberd was seen to notify some contacts and not others.
const FRESH: Duration = Duration::from_secs(60);

/// A session that was begun longer ago, and that nothing was sent in, is begun anew before something is: by now somebody else
/// may have used the same one-time prekey, which strict clients delete at once.
const UNUSED: Duration = Duration::from_secs(10);

/// That a list was told.
#[derive(Clone, Copy)]
struct Told {
    at: Instant,
    is_empty: bool,
}

/// A session's state of OMEMO.
pub(super) struct Omemo {
    pub vault: Vault,
    /// Lists that were told in this session: when, and whether there was anything in them.
    lists: Map<(BareJid, Version), Told>,
    lists_asked: Set<(BareJid, Version)>,
    /// Bundles that were asked for, and those that will be.
    bundles_asked: Set<Address>,
    bundles_waiting: VecDeque<Address>,
    /// Devices that have no bundle that can be used, and until when that counts.
    useless: Map<Address, Instant>,
    /// When bundles came, or did not: of devices with which there is a session.
    fetched: Map<Address, Instant>,
    /// Devices that a new session was begun with because their messages could not be read: once a session each.
    healed: Set<Address>,
    /// Of those, the ones whose bundle is still to come.
    healing: Set<Address>,
    /// What of ours the server has.
    published: Map<Version, Bundle>,
    /// The versions in which our device is about to be in our list: nothing is encrypted before that, because many read
    /// nothing of a device that they do not find there.
    announcing: Set<Version>,
    /// When more prekeys are made; None while none is missing.
    prekeys_at: Option<Instant>,
    /// How often our list was mended.
    mended: u32,
    /// Our lists as they were told last, and when those that we mended are published once more.
    own_lists: Map<Version, Vec<Entry>>,
    tell_again: Map<Version, Instant>,
    /// Who waits for an address's devices to be known.
    looking: Vec<(BareJid, Answer<()>)>,
}

/// The name of our device's identity in the keystore.
pub(crate) fn identity_name(device: &str) -> String {
    format!("identity-{device}")
}

impl Omemo {
    /// The device as it was stored; where it, or its identity, is missing it is made anew. What is new is stored with the
    /// first step.
    pub fn load(engine: &Engine, account: &Account) -> Result<Omemo, Error> {
        let name = identity_name(&account.device);
        let stored = engine.store.borrow().omemo_own(account.id)?;
        let identity =
            engine.secret(&name)?.and_then(|seed| Some(Identity::from_seed(seed.as_slice().try_into().ok()?)));
        let known = match (identity, stored) {
            (Some(identity), Some(keys)) => Vault::load(account.id, account.jid.clone(), identity, &keys).ok(),
            _ => None,
        };
        let vault = match known {
            Some(vault) => vault,
            None => {
                let identity = Identity::generate(&mut platform::random);
                engine.keep_secret(&name, &identity.seed()[..])?;
                let own = account.jid.clone();
                let mut vault = Vault::new(account.id, own, identity, platform::now(), &mut platform::random);
                publish::make_prekeys(&mut vault);
                vault
            }
        };
        Ok(Omemo {
            vault,
            lists: Map::new(),
            lists_asked: Set::new(),
            bundles_asked: Set::new(),
            bundles_waiting: VecDeque::new(),
            useless: Map::new(),
            fetched: Map::new(),
            healed: Set::new(),
            healing: Set::new(),
            published: Map::new(),
            announcing: Set::new(),
            prekeys_at: None,
            mended: 0,
            own_lists: Map::new(),
            tell_again: Map::new(),
            looking: Vec::new(),
        })
    }
}

impl Session {
    /// Reads messages with what is stored: the result counts only if the store could be read.
    pub(super) fn opening<T>(&mut self, read: impl FnOnce(&mut Opening<'_>) -> T) -> Result<T, Ended> {
        let store = self.engine.store.borrow();
        let mut opening = Opening::new(&mut self.omemo.vault, &store, platform::now());
        let result = read(&mut opening);
        match opening.failed {
            None => Ok(result),
            Some(error) => Err(error.into()),
        }
    }

    /// Asks for a list of devices, once.
    fn ask_devices(&mut self, of: &BareJid, version: Version) {
        if self.omemo.lists_asked.insert((of.clone(), version)) {
            let to = self.service_of(of);
            let payload = pubsub::items(omemo::devices_node(version), None);
            self.request(to, false, payload, Purpose::Devices { of: of.clone(), version });
        }
    }

    /// Our own lists, which tell whether we are in them. Who encrypts nothing is not found by others either.
    pub(super) fn ask_own_devices(&mut self) {
        if self.engine.options.encryption == ChatEncryption::Never {
            return;
        }
        let own = self.own.clone();
        Version::ALL.into_iter().for_each(|version| self.ask_devices(&own, version));
    }

    /// A list, or that there is none.
    pub(super) fn devices_answer(&mut self, answer: &Iq, of: BareJid, version: Version) -> Result<(), Ended> {
        let items = items_of(answer);
        let list = items.as_ref().and_then(Items::newest).and_then(|payload| omemo::read_devices(version, payload));
        // What nobody could tell leaves what is known as it is.
        let told = list.is_some() || answer.kind == Kind::Result || is_none(answer);
        self.devices_told(of, version, told.then(|| list.unwrap_or_default()))
    }

    /// A list changed.
    pub(super) fn devices_event(&mut self, of: BareJid, version: Version, event: &Event) -> Result<(), Ended> {
        let list = event.newest().and_then(|payload| omemo::read_devices(version, payload));
        if list.is_none() && !event.emptied && event.retracted.is_empty() {
            return Ok(());
        }
        self.devices_told(of, version, Some(list.unwrap_or_default()))
    }

    /// A list is known now; None: as far as it can be.
    pub(super) fn devices_told(
        &mut self,
        of: BareJid,
        version: Version,
        list: Option<Vec<Entry>>,
    ) -> Result<(), Ended> {
        let is_empty = list.as_ref().is_some_and(Vec::is_empty);
        if let Some(list) = list {
            let devices = list.iter().map(Entry::listed).collect();
            self.omemo.useless.retain(|address, _| address.jid != of || address.version != version);
            self.commit(vec![Change::Omemo(OmemoChange::Devices { jid: of.clone(), version, devices })])?;
            if of == self.own {
                self.mend_list(version, list);
            }
        }
        self.omemo.lists_asked.remove(&(of.clone(), version));
        self.omemo.lists.insert((of, version), Told { at: Instant::now(), is_empty });
        self.look()?;
        self.send_outbox()
    }

    /// A bundle came: a session is begun with the device.
    pub(super) fn bundle_answer(&mut self, answer: &Iq, address: Address) -> Result<(), Ended> {
        let bundle = bundle_of(answer, address.version);
        let bundle = bundle.map(|bundle| self.our_share(bundle));
        self.bundle_told(address, bundle.as_ref())
    }

    /// What of a bundle our device takes from, so that no other device of ours takes the same.
    fn our_share(&self, bundle: Bundle) -> Bundle {
        let ours = self.omemo.vault.device();
        let Some(list) = self.omemo.own_lists.get(&bundle.version()) else { return bundle };
        let ids: Set<u32> = list.iter().map(|entry| entry.id).chain([ours]).collect();
        bundle.share(ids.iter().take_while(|id| **id < ours).count(), ids.len())
    }

    /// A bundle came, or none that can be used.
    pub(super) fn bundle_told(&mut self, address: Address, bundle: Option<&Bundle>) -> Result<(), Ended> {
        self.omemo.bundles_asked.remove(&address);
        let target = match bundle {
            Some(bundle) => {
                let store = self.engine.store.borrow();
                self.omemo.vault.begin(&store, &address, bundle, &mut platform::random)?.ok()
            }
            None => None,
        };
        let heals = self.omemo.healing.remove(&address);
        match target {
            Some(target) => {
                self.commit(Vec::new())?;
                self.omemo.fetched.insert(address.clone(), Instant::now());
                if heals {
                    self.send_empty(&address.jid, &[target])?;
                }
            }
            // The session that there is may do.
            None if self.target_of(&address)?.is_some() => drop(self.omemo.fetched.insert(address, Instant::now())),
            None => {
                self.omemo.useless.insert(address, Instant::now() + NOTHING);
            }
        }
        self.ask_waiting_bundles();
        self.look()?;
        self.send_outbox()
    }

    /// Whether no message is to come that was written before this session.
    fn may_settle(&self) -> bool {
        self.available && !self.archive.catching_up()
    }

    /// After a step: devices that wait for an answer get one, and those whose messages could not be read a new session. Not
    /// while the archive is read: what is still to come may say more.
    pub(super) fn settle_sessions(&mut self) -> Result<(), Ended> {
        if !self.may_settle() {
            return Ok(());
        }
        self.omemo.vault.tidy(platform::now(), &mut platform::random);
        self.omemo.make_prekeys();
        self.commit_keys()?;
        if self.omemo.vault.take_bundle_changed() {
            self.publish_bundles();
        }
        if !self.omemo.announcing.is_empty() {
            return Ok(());
        }
        for address in self.omemo.vault.take_owed() {
            if let Some(target) = self.target_of(&address)? {
                self.send_empty(&address.jid, &[target])?;
            }
        }
        for address in self.omemo.vault.take_broken() {
            if self.omemo.healed.insert(address.clone()) {
                self.omemo.healing.insert(address.clone());
                self.ask_bundle(address);
            }
        }
        Ok(())
    }
}

/// Whether an answer says that there is no such thing.
fn is_none(answer: &Iq) -> bool {
    answer
        .error
        .as_ref()
        .is_some_and(|error| matches!(error.condition.as_str(), "item-not-found" | "feature-not-implemented"))
}

/// The items that a request was answered with, if it was not refused.
fn items_of(answer: &Iq) -> Option<Items> {
    answer.payload.as_ref().filter(|_| answer.kind == Kind::Result).and_then(Items::parse)
}

/// Asks for a device's bundle.
fn bundle_request(version: Version, device: u32) -> Tag {
    let node = omemo::bundle_node(version, device);
    match omemo::bundle_item_id(version, device) {
        Some(id) => pubsub::item(&node, &id),
        None => pubsub::items(&node, None),
    }
}

/// The bundle that a request was answered with, if it is signed by its own key.
fn bundle_of(answer: &Iq, version: Version) -> Option<Bundle> {
    let items = items_of(answer)?;
    let read = omemo::read_bundle(version, items.newest()?)?;
    let signed = (read.signed_prekey.0, read.signed_prekey.1.as_slice());
    let prekeys = read.prekeys.iter().map(|(id, key)| (*id, key.as_slice()));
    Bundle::from_wire(version, &read.identity, signed, &read.signature, prekeys).ok()
}
