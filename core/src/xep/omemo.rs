//! XEP-0384, in both versions that are in use, as XML: the encrypted message, the list of devices and the bundle. What is in
//! the decoded bytes is for those who have the keys.
//!
//! The elements of `urn:xmpp:omemo:2` are in sections 5.3 and 5.5 of version 0.9.1; those of the older namespace are in
//! version 0.3.0.

mod bundle;
mod devices;
mod encoding;

use jid::BareJid;

use self::encoding::{decoded, encoded};
use super::xml::{self, Tag};
use super::{Element, address};
use crate::model::omemo::Version;

pub use bundle::{Bundle, bundle_item_id, bundle_node, bundle_tag, published_item_id, read_bundle};
pub use devices::{Entry, LONGEST_LABEL, devices_node, devices_tag, read_devices, shown_label};

/// The item in which a device list is published (XEP-0060 section 12.20), and in legacy a bundle too.
pub const ITEM: &str = "current";

/// Keys for further devices are not read: large group chats have some hundreds.
pub const MOST_KEYS: usize = 2_000;

/// What a message carries: a key for each device, and the text that this key opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encrypted {
    /// In which version.
    pub version: Version,
    /// The device that sent it.
    pub sid: u32,
    /// The keys, those of one address together.
    pub keys: Vec<Key>,
    /// Legacy's iv. Omemo:2 has none.
    pub iv: Vec<u8>,
    /// The ciphertext. None: the message is only there for its keys (a key transport, an empty message).
    pub payload: Option<Vec<u8>>,
}

/// What a message carries for one device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Whose device it is. Legacy does not say: it can be anybody's to whom the stanza goes, or the sender's own, so that two
    /// keys may have the same device id.
    pub jid: Option<BareJid>,
    /// The device's id.
    pub rid: u32,
    /// Whether it begins a session (PreKeySignalMessage, OMEMOKeyExchange).
    pub key_exchange: bool,
    /// The message of the session, as bytes.
    pub data: Vec<u8>,
}

impl Encrypted {
    /// Reads `<encrypted/>` of either version; None without a header that names the sending device. A key that cannot be read
    /// is left out. A payload or an iv that cannot be read is there but empty: it opens nothing, and that is told to people,
    /// where a message without a payload would not be.
    pub fn parse(element: &Element) -> Option<Encrypted> {
        let version = Version::ALL.into_iter().find(|version| element.is("encrypted", version.namespace()))?;
        let ns = version.namespace();
        let header = element.get_child("header", ns)?;
        let keys: Vec<Key> = match version {
            Version::Legacy => keys_inside(version, header, None).take(MOST_KEYS).collect(),
            Version::Omemo2 => {
                let groups = header.children().filter(|child| child.is("keys", ns)).take(MOST_KEYS);
                let named = groups.filter_map(|group| Some((group, address::read(group.attr("jid")?)?.to_bare())));
                named.flat_map(|(group, jid)| keys_inside(version, group, Some(jid))).take(MOST_KEYS).collect()
            }
        };
        let iv = (version == Version::Legacy).then(|| header.get_child("iv", ns)).flatten();
        let payload = element.get_child("payload", ns);
        Some(Encrypted {
            version,
            sid: xml::number(header, "sid")?,
            keys,
            iv: iv.and_then(decoded).unwrap_or_default(),
            payload: payload.map(|payload| decoded(payload).unwrap_or_default()),
        })
    }

    /// The element. In omemo:2, a key without an address cannot be written.
    pub fn tag(&self) -> Tag {
        let ns = self.version.namespace();
        let header = Tag::new("header", ns).attr("sid", self.sid.to_string());
        let header = match self.version {
            Version::Legacy => {
                let iv = Tag::new("iv", ns).text(&encoded(&self.iv));
                header.children(self.keys.iter().map(|key| key.tag(self.version))).child(iv)
            }
            Version::Omemo2 => header.children(self.groups()),
        };
        let payload = self.payload.as_deref().map(|payload| Tag::new("payload", ns).text(&encoded(payload)));
        Tag::new("encrypted", ns).child(header).children(payload)
    }

    /// Omemo:2's keys, by their addresses in the order in which these first occur.
    fn groups(&self) -> impl Iterator<Item = Tag> {
        let mut groups: Vec<(&BareJid, Vec<&Key>)> = Vec::new();
        for (jid, key) in self.keys.iter().filter_map(|key| Some((key.jid.as_ref()?, key))) {
            match groups.iter_mut().find(|(known, _)| *known == jid) {
                Some((_, keys)) => keys.push(key),
                None => groups.push((jid, vec![key])),
            }
        }
        groups.into_iter().map(|(jid, keys)| {
            let group = Tag::new("keys", self.version.namespace()).attr("jid", jid.as_str());
            group.children(keys.into_iter().map(|key| key.tag(self.version)))
        })
    }
}

impl Key {
    fn tag(&self, version: Version) -> Tag {
        Tag::new("key", version.namespace())
            .attr_opt(exchange_attribute(version), self.key_exchange.then_some("true"))
            .attr("rid", self.rid.to_string())
            .text(&encoded(&self.data))
    }
}

fn keys_inside(version: Version, around: &Element, jid: Option<BareJid>) -> impl Iterator<Item = Key> {
    let elements = around.children().filter(move |child| child.is("key", version.namespace()));
    elements.filter_map(move |key| {
        Some(Key {
            jid: jid.clone(),
            rid: xml::number(key, "rid")?,
            key_exchange: xml::flag(key, exchange_attribute(version)),
            data: decoded(key).filter(|data| !data.is_empty())?,
        })
    })
}

fn exchange_attribute(version: Version) -> &'static str {
    match version {
        Version::Legacy => "prekey",
        Version::Omemo2 => "kex",
    }
}

#[cfg(test)]
mod omemo_tests;
