//! What a device publishes so that others can begin a session with it (XEP-0384 section 5.3.2), read without a look at what
//! the keys are worth.

use super::ITEM;
use super::encoding::{decoded, encoded};
use crate::model::omemo::Version;
use crate::xep::Element;
use crate::xep::xml::{self, Tag};

/// Further one-time prekeys are not read; clients publish a hundred.
const MOST: usize = 1_000;

/// A bundle as it stands on the wire: its public keys in the form of its version, and nothing verified.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bundle {
    /// The identity key.
    pub identity: Vec<u8>,
    /// The signed prekey's id and public key.
    pub signed_prekey: (u32, Vec<u8>),
    /// The identity key's signature of the signed prekey.
    pub signature: Vec<u8>,
    /// The one-time prekeys' ids and public keys.
    pub prekeys: Vec<(u32, Vec<u8>)>,
}

/// What the elements of a bundle are called, and the attributes with their ids.
struct Names {
    signed_prekey: &'static str,
    signed_prekey_id: &'static str,
    signature: &'static str,
    identity: &'static str,
    prekey: &'static str,
    prekey_id: &'static str,
}

const LEGACY: Names = Names {
    signed_prekey: "signedPreKeyPublic",
    signed_prekey_id: "signedPreKeyId",
    signature: "signedPreKeySignature",
    identity: "identityKey",
    prekey: "preKeyPublic",
    prekey_id: "preKeyId",
};

const OMEMO_2: Names = Names {
    signed_prekey: "spk",
    signed_prekey_id: "id",
    signature: "spks",
    identity: "ik",
    prekey: "pk",
    prekey_id: "id",
};

fn names(version: Version) -> &'static Names {
    match version {
        Version::Legacy => &LEGACY,
        Version::Omemo2 => &OMEMO_2,
    }
}

/// The node in which a device's bundle is. In legacy each device has a node of its own.
pub fn bundle_node(version: Version, device: u32) -> String {
    match version {
        Version::Legacy => format!("eu.siacs.conversations.axolotl.bundles:{device}"),
        Version::Omemo2 => "urn:xmpp:omemo:2:bundles".to_owned(),
    }
}

/// The item to ask for. None: the newest of the node, because older clients of legacy gave it any id.
pub fn bundle_item_id(version: Version, device: u32) -> Option<String> {
    match version {
        Version::Legacy => None,
        Version::Omemo2 => Some(device.to_string()),
    }
}

/// The item to publish.
pub fn published_item_id(version: Version, device: u32) -> String {
    bundle_item_id(version, device).unwrap_or_else(|| ITEM.to_owned())
}

/// Reads the payload of a bundle's item; None without an identity key, or without a signed prekey with its signature. A
/// one-time prekey that cannot be read is left out: a bundle without any is still good.
pub fn read_bundle(version: Version, payload: &Element) -> Option<Bundle> {
    let ns = version.namespace();
    if !payload.is("bundle", ns) {
        return None;
    }
    let names = names(version);
    let bytes = |element: &Element| decoded(element).filter(|bytes| !bytes.is_empty());
    let key = |element: &Element, id: &str| Some((xml::number(element, id)?, bytes(element)?));
    let prekeys = payload.get_child("prekeys", ns).into_iter().flat_map(Element::children);
    let prekeys = prekeys.filter(|child| child.is(names.prekey, ns)).filter_map(|child| key(child, names.prekey_id));
    Some(Bundle {
        identity: bytes(payload.get_child(names.identity, ns)?)?,
        signed_prekey: key(payload.get_child(names.signed_prekey, ns)?, names.signed_prekey_id)?,
        signature: bytes(payload.get_child(names.signature, ns)?)?,
        prekeys: prekeys.take(MOST).collect(),
    })
}

/// The payload of a bundle's item.
pub fn bundle_tag(version: Version, bundle: &Bundle) -> Tag {
    let ns = version.namespace();
    let names = names(version);
    let part = |name: &'static str, bytes: &[u8]| Tag::new(name, ns).text(&encoded(bytes));
    let key = |name, attribute, id: u32, bytes: &[u8]| {
        Tag::new(name, ns).attr(attribute, id.to_string()).text(&encoded(bytes))
    };
    let (id, signed_prekey) = &bundle.signed_prekey;
    let prekeys = bundle.prekeys.iter().map(|(id, bytes)| key(names.prekey, names.prekey_id, *id, bytes));
    Tag::new("bundle", ns)
        .child(key(names.signed_prekey, names.signed_prekey_id, *id, signed_prekey))
        .child(part(names.signature, &bundle.signature))
        .child(part(names.identity, &bundle.identity))
        .child(Tag::new("prekeys", ns).children(prekeys))
}

#[cfg(test)]
mod bundle_tests;
