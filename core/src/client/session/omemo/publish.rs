//! Our own device as others find it: in our lists, with a bundle for each version.

use super::bundle_of;
use crate::client::session::purpose::Purpose;
use crate::client::session::{Ended, Session};
use crate::model::omemo::Version;
use crate::xep::iq::{Iq, Kind};
use crate::xep::omemo::{self, Entry};
use crate::xep::pubsub::{self, Access, MaxItems, Options};
use crate::xep::xml::Tag;

/// What our device is called in our own list (omemo:2).
const LABEL: &str = "Larimar";
/// How often our list is mended in one session: another client that always takes us out is not fought for ever.
const MOST_MENDED: u32 = 10;
/// How many bundles a node keeps where the server wants a number.
const FEWER_BUNDLES: u32 = 100;

/// What is published.
#[derive(Clone)]
pub(crate) enum Publication {
    /// Our list, with its other entries.
    Devices(Vec<Entry>),
    /// Our bundle, and then our list with these other entries: nobody is to find us without a bundle.
    Bundle(Option<Vec<Entry>>),
}

/// How often it was tried, and how: servers differ in what they accept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// With the node's options.
    Usual,
    /// With a number of items.
    Limited,
    /// After the node was configured, without options.
    Plain,
}

impl Session {
    /// A list of our own was told: if we are not in it, it is mended. The bundle is looked at first.
    pub(super) fn mend_list(&mut self, version: Version, list: Vec<Entry>) {
        let ours = self.omemo.vault.device();
        let missing = !list.iter().any(|entry| entry.id == ours);
        if !self.omemo.published.contains_key(&version) {
            let node = omemo::bundle_node(version, ours);
            let question = match omemo::bundle_item_id(version, ours) {
                Some(id) => pubsub::item(&node, &id),
                None => pubsub::items(&node, None),
            };
            let list = missing.then_some(list);
            self.request(None, false, question, Purpose::OwnBundle { version, list });
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
            self.publish(version, Publication::Bundle(list), Attempt::Usual);
        } else if let Some(list) = list {
            self.publish_list(version, list);
        }
        Ok(())
    }

    fn publish_list(&mut self, version: Version, mut list: Vec<Entry>) {
        if self.omemo.mended >= MOST_MENDED {
            return;
        }
        self.omemo.mended += 1;
        let has_label = version == Version::Omemo2;
        let signature = has_label.then(|| self.omemo.vault.identity().sign_label(LABEL).to_vec());
        let label = has_label.then(|| LABEL.to_owned());
        list.push(Entry { id: self.omemo.vault.device(), label, label_signature: signature });
        self.publish(version, Publication::Devices(list), Attempt::Usual);
    }

    /// Publishes bundles that have changed.
    pub(super) fn publish_bundles(&mut self) {
        for version in Version::ALL {
            let ours = self.omemo.vault.bundle(version);
            if self.omemo.published.get(&version).is_some_and(|published| *published != ours) {
                self.omemo.published.insert(version, ours);
                self.publish(version, Publication::Bundle(None), Attempt::Usual);
            }
        }
    }

    fn publish(&mut self, version: Version, what: Publication, attempt: Attempt) {
        let device = self.omemo.vault.device();
        let (node, id, payload) = match &what {
            Publication::Devices(list) => {
                (omemo::devices_node(version).to_owned(), "current".to_owned(), omemo::devices_tag(version, list))
            }
            Publication::Bundle(_) => {
                let id = omemo::published_item_id(version, device);
                (omemo::bundle_node(version, device), id, self.bundle_tag(version))
            }
        };
        let options = options(&what, version, attempt);
        if attempt == Attempt::Plain {
            // Its answer says nothing: the publication that follows does.
            self.request(None, true, pubsub::configure(&node, options), Purpose::Configured);
        }
        let options = (attempt != Attempt::Plain).then_some(options);
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
    ) {
        if answer.kind == Kind::Result {
            if let Publication::Bundle(Some(list)) = what {
                self.publish_list(version, list);
            }
            return;
        }
        match attempt {
            Attempt::Usual => self.publish(version, what, Attempt::Limited),
            Attempt::Limited => self.publish(version, what, Attempt::Plain),
            Attempt::Plain => {
                log::warn!("the server does not take our keys: nobody can write to this device encrypted")
            }
        }
    }
}

/// Everybody may read it: who writes to us for the first time as well.
fn options(what: &Publication, version: Version, attempt: Attempt) -> Options {
    let max_items = match (what, version, attempt) {
        // All bundles of an account are items of one node.
        (Publication::Bundle(_), Version::Omemo2, Attempt::Usual) => Some(MaxItems::Max),
        (Publication::Bundle(_), Version::Omemo2, _) => Some(MaxItems::Number(FEWER_BUNDLES)),
        (_, _, Attempt::Usual) => Some(MaxItems::Number(1)),
        _ => None,
    };
    Options { access: Access::Open, persist: true, max_items, send_last: true }
}
