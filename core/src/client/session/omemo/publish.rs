//! Our own device as others find it: in our lists, with a bundle for each version.

use std::time::Duration;

use super::{Omemo, bundle_of, bundle_request};
use crate::client::session::purpose::Purpose;
use crate::client::session::{Ended, Session};
use crate::model::omemo::Version;
use crate::platform;
use crate::platform::time::Instant;
use crate::sorted::Set;
use crate::sync::omemo::Vault;
use crate::xep::iq::{Iq, Kind};
use crate::xep::omemo::{self, Entry};
use crate::xep::pubsub::{self, Access, MaxItems, Options};
use crate::xep::xml::Tag;

/// What our device is called in our own list (omemo:2).
const LABEL: &str = "Larimar";
/// A list that we have changed is published once more after this time: ejabberd notifies only those contacts whose presence the
/// publishing connection has seen, and a new one has not seen them all yet.
const TELL_AGAIN: Duration = Duration::from_secs(3);
/// For how long prekeys are made before others have their turn.
const MOMENT: Duration = Duration::from_millis(8);
/// How often our list is mended in one session: another client that always takes us out is not fought for ever.
const MOST_MENDED: u32 = 10;

/// What is published.
#[derive(Clone)]
pub(crate) enum Publication {
    /// Our list, with its other entries.
    Devices(Vec<Entry>),
    /// Our bundle, and then our list with these other entries: nobody is to find us without a bundle.
    Bundle(Option<Vec<Entry>>),
}

/// How it is published: servers differ in what they accept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// The node is to be open, and to keep so many items if they are bundles of several devices.
    Open(Option<MaxItems>),
    /// After the node was configured, without saying how it is to be.
    Configured,
}

impl Attempt {
    /// The first one.
    fn first(version: Version, what: &Publication) -> Attempt {
        // All bundles of an account are items of one node in omemo:2; of all else there is one item, which is usual.
        let many = version == Version::Omemo2 && matches!(what, Publication::Bundle(_));
        Attempt::Open(many.then_some(MaxItems::Max))
    }

    /// What to try after a refusal. ejabberd 23.01 does not know "max", and takes no number above its own limit.
    fn next(self) -> Option<Attempt> {
        match self {
            Attempt::Open(Some(MaxItems::Max)) => Some(Attempt::Open(Some(MaxItems::Number(100)))),
            Attempt::Open(Some(MaxItems::Number(11..))) => Some(Attempt::Open(Some(MaxItems::Number(10)))),
            Attempt::Open(Some(MaxItems::Number(_))) => Some(Attempt::Open(None)),
            Attempt::Open(None) => Some(Attempt::Configured),
            Attempt::Configured => None,
        }
    }
}

/// Makes missing prekeys for a moment; says whether more are missing.
pub(super) fn make_prekeys(vault: &mut Vault) -> bool {
    let end = Instant::now() + MOMENT;
    while vault.make_prekey(&mut platform::random) {
        if Instant::now() >= end {
            return true;
        }
    }
    false
}

impl Omemo {
    /// Makes some of the missing prekeys if it is time: in between, others have as long.
    pub(super) fn make_prekeys(&mut self) {
        let began = Instant::now();
        if self.prekeys_at.is_none_or(|at| at <= began) {
            let more = make_prekeys(&mut self.vault);
            self.prekeys_at = more.then(|| Instant::now() + began.elapsed());
        }
    }
}

impl Session {
    /// When more prekeys are to be made.
    pub(in crate::client::session) fn prekeys_at(&self) -> Option<Instant> {
        self.omemo.prekeys_at.filter(|_| self.may_settle())
    }

    /// A list of our own was told: if we are not in it, it is mended. The bundle is looked at first.
    pub(super) fn mend_list(&mut self, version: Version, list: Vec<Entry>) {
        let before = self.omemo.own_lists.insert(version, list.clone());
        if before.is_some_and(|before| ids(&before) != ids(&list)) {
            // Our share of others' prekeys is another now: what was taken and is not used yet may be in a new device's share.
            self.omemo.fetched.retain(|address, _| address.version != version);
        }
        let ours = self.omemo.vault.device();
        let missing = !list.iter().any(|entry| entry.id == ours);
        if missing {
            self.omemo.announcing.insert(version);
        } else {
            self.omemo.announcing.remove(&version);
        }
        if !self.omemo.published.contains_key(&version) {
            let list = missing.then_some(list);
            self.request(None, false, bundle_request(version, ours), Purpose::OwnBundle { version, list });
        } else if missing {
            self.publish_list(version, list);
        }
    }

    /// The server told what it has of our bundle.
    pub(in crate::client::session) fn own_bundle_answer(
        &mut self,
        answer: &Iq,
        version: Version,
        list: Option<Vec<Entry>>,
    ) -> Result<(), Ended> {
        let ours = self.omemo.vault.bundle(version);
        let differs = bundle_of(answer, version).is_none_or(|theirs| theirs != ours);
        self.omemo.published.insert(version, ours);
        if differs {
            self.publish_first(version, Publication::Bundle(list));
        } else if let Some(list) = list {
            self.publish_list(version, list);
        }
        self.send_outbox()
    }

    fn publish_list(&mut self, version: Version, mut list: Vec<Entry>) {
        if self.omemo.mended >= MOST_MENDED {
            self.omemo.announcing.remove(&version);
            return;
        }
        self.omemo.mended += 1;
        let has_label = version == Version::Omemo2;
        let signature = has_label.then(|| self.omemo.vault.identity().sign_label(LABEL).to_vec());
        let label = has_label.then(|| LABEL.to_owned());
        list.push(Entry { id: self.omemo.vault.device(), label, label_signature: signature });
        self.omemo.own_lists.insert(version, list.clone());
        self.omemo.tell_again.insert(version, Instant::now() + TELL_AGAIN);
        self.publish_first(version, Publication::Devices(list));
    }

    /// When a list is published once more.
    pub(in crate::client::session) fn tells_again(&self) -> Option<Instant> {
        self.omemo.tell_again.values().min().copied()
    }

    /// Publishes lists once more whose time has come, and looks whether our bundle is still there: another device that began at
    /// the same time pushes it out of a node that keeps one item, until the first of them has configured it.
    pub(in crate::client::session) fn tell_again(&mut self, now: Instant) {
        for version in Version::ALL {
            if self.omemo.tell_again.get(&version).is_some_and(|at| *at <= now) {
                self.omemo.tell_again.remove(&version);
                let question = bundle_request(version, self.omemo.vault.device());
                self.request(None, false, question, Purpose::OwnBundle { version, list: None });
                if let Some(list) = self.omemo.own_lists.get(&version).cloned() {
                    self.publish_first(version, Publication::Devices(list));
                }
            }
        }
    }

    /// Publishes bundles that have changed.
    pub(super) fn publish_bundles(&mut self) {
        for version in Version::ALL {
            let ours = self.omemo.vault.bundle(version);
            if self.omemo.published.get(&version).is_some_and(|published| *published != ours) {
                self.omemo.published.insert(version, ours);
                self.publish_first(version, Publication::Bundle(None));
            }
        }
    }

    fn publish_first(&mut self, version: Version, what: Publication) {
        let attempt = Attempt::first(version, &what);
        self.publish(version, what, attempt);
    }

    fn publish(&mut self, version: Version, what: Publication, attempt: Attempt) {
        let device = self.omemo.vault.device();
        let (node, id, payload) = match &what {
            Publication::Devices(list) => {
                (omemo::devices_node(version).to_owned(), omemo::ITEM.to_owned(), omemo::devices_tag(version, list))
            }
            Publication::Bundle(_) => {
                let id = omemo::published_item_id(version, device);
                (omemo::bundle_node(version, device), id, self.bundle_tag(version))
            }
        };
        let options = match attempt {
            Attempt::Open(max_items) => Some(open(max_items)),
            Attempt::Configured => {
                // Its answer says nothing: the publication that follows does.
                self.request(None, true, pubsub::configure(&node, open(None)), Purpose::Configured);
                None
            }
        };
        let payload = pubsub::publish(&node, Some(&id), payload, options);
        self.request(None, true, payload, Purpose::Published { version, what, attempt });
    }

    fn bundle_tag(&self, version: Version) -> Tag {
        let bundle = self.omemo.vault.bundle(version);
        omemo::bundle_tag(
            version,
            &omemo::Bundle {
                identity: bundle.identity().to_wire(),
                signed_prekey: bundle.signed_prekey(),
                signature: bundle.signature().to_vec(),
                prekeys: bundle.prekeys().collect(),
            },
        )
    }

    /// A publication was accepted, or is tried in another way.
    pub(in crate::client::session) fn published(
        &mut self,
        answer: &Iq,
        version: Version,
        what: Publication,
        attempt: Attempt,
    ) -> Result<(), Ended> {
        if answer.kind == Kind::Result {
            if attempt == Attempt::Open(None) && Attempt::first(version, &what) != attempt {
                // It may still take it from its owner; else the bundle of the last device is the only one.
                let node = omemo::bundle_node(version, self.omemo.vault.device());
                let options = open(Some(MaxItems::Number(10)));
                self.request(None, true, pubsub::configure(&node, options), Purpose::Configured);
            }
            match what {
                Publication::Bundle(Some(list)) => self.publish_list(version, list),
                Publication::Bundle(None) => {}
                Publication::Devices(_) => drop(self.omemo.announcing.remove(&version)),
            }
        } else if let Some(attempt) = attempt.next() {
            self.publish(version, what, attempt);
        } else {
            log::warn!("the server does not take our keys: nobody can write to this device encrypted");
            return self.announced(version);
        }
        self.send_outbox()
    }

    /// Our device is in its list, or cannot come into it: what it writes can be read by some all the same.
    pub(in crate::client::session) fn announced(&mut self, version: Version) -> Result<(), Ended> {
        self.omemo.announcing.remove(&version);
        self.send_outbox()
    }
}

/// The devices of a list.
fn ids(list: &[Entry]) -> Set<u32> {
    list.iter().map(|entry| entry.id).collect()
}

/// Everybody may read it: who writes to us for the first time as well.
fn open(max_items: Option<MaxItems>) -> Options {
    Options { access: Access::Open, persist: true, max_items, send_last: true }
}
