//! The list of an account's devices (XEP-0384 section 5.3.1).

use super::encoding::{decoded_text, encoded};
use crate::model::omemo::{Label, ListedDevice, Version};
use crate::xep::Element;
use crate::xep::xml::{self, Tag};

/// Further devices are not read. Accounts of many years have some dozens.
const MOST: usize = 1_000;

/// The longest label that is kept, in bytes.
const LONGEST: usize = 1024;

/// The length of a signature, in bytes.
const SIGNATURE: usize = 64;

/// The longest label that people see, in code points (section 5.3.1 recommends less than 53).
pub const LONGEST_LABEL: usize = 53;

/// A device as it stands in the list of its account. What other devices of ours say of themselves is written again as it came,
/// when we add ourselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Its id, which lies between 1 and 2^31 - 1 (section 5.1).
    pub id: u32,
    /// What its owner calls it, as it came (omemo:2).
    pub label: Option<String>,
    /// The signature of the label's bytes by the device's identity key. It was not verified: the key is in the bundle.
    pub label_signature: Option<Vec<u8>>,
}

impl Entry {
    /// The device as it is stored. A label that nobody signed does not count (section 5.3.1); whether the signature is right is
    /// for who has the key.
    pub fn listed(&self) -> ListedDevice {
        let signature = self.label_signature.clone().filter(|signature| signature.len() == SIGNATURE);
        let label = self.label.clone().zip(signature);
        ListedDevice { id: self.id, label: label.map(|(text, signature)| Label { text, signature }) }
    }
}

/// A label as people see it: short, and without what would disturb the text around it. None if nothing is left.
pub fn shown_label(label: &str) -> Option<String> {
    let changes_direction = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let cleaned: String =
        label.chars().filter(|c| !changes_direction(*c)).map(|c| if c.is_control() { ' ' } else { c }).collect();
    let cut: String = cleaned.trim().chars().take(LONGEST_LABEL).collect();
    Some(cut.trim_end().to_owned()).filter(|label| !label.is_empty())
}

/// The node of the list, in the account's own service (XEP-0163).
pub const fn devices_node(version: Version) -> &'static str {
    match version {
        Version::Legacy => "eu.siacs.conversations.axolotl.devicelist",
        Version::Omemo2 => "urn:xmpp:omemo:2:devices",
    }
}

/// Reads the payload of the node's item; None if it is no list. Each device once, and none whose id cannot be one.
pub fn read_devices(version: Version, payload: &Element) -> Option<Vec<Entry>> {
    if !payload.is(list_name(version), version.namespace()) {
        return None;
    }
    let mut entries: Vec<Entry> = Vec::new();
    for device in payload.children().filter(|child| child.is("device", version.namespace())) {
        let id = xml::number(device, "id").filter(|id| (1..=0x7fff_ffff).contains(id));
        let Some(id) = id.filter(|id| entries.iter().all(|known| known.id != *id)) else { continue };
        entries.push(match version {
            Version::Legacy => Entry { id, ..Entry::default() },
            Version::Omemo2 => Entry {
                id,
                label: device.attr("label").filter(|label| label.len() <= LONGEST).map(str::to_owned),
                label_signature: device.attr("labelsig").and_then(|text| decoded_text(text.to_owned())),
            },
        });
        if entries.len() == MOST {
            break;
        }
    }
    Some(entries)
}

/// The payload of the node's item, [`ITEM`](super::ITEM).
pub fn devices_tag(version: Version, entries: &[Entry]) -> Tag {
    let devices = entries.iter().map(|entry| {
        let device = Tag::new("device", version.namespace()).attr("id", entry.id.to_string());
        match version {
            Version::Legacy => device,
            Version::Omemo2 => device
                .attr_opt("label", entry.label.as_deref())
                .attr_opt("labelsig", entry.label_signature.as_deref().map(encoded)),
        }
    });
    Tag::new(list_name(version), version.namespace()).children(devices)
}

fn list_name(version: Version) -> &'static str {
    match version {
        Version::Legacy => "list",
        Version::Omemo2 => "devices",
    }
}

#[cfg(test)]
mod devices_tests;
