//! What this client is and can do, as it tells others (XEP-0030) and hashes into its presence (see [`super::caps`]).

use super::disco::{Identity, Info};
use super::ns;
use super::omemo::devices_node;
use crate::model::omemo::Version;

/// Names the software in XEP-0115's capabilities.
pub const CAPS_NODE: &str = "urn:larimar:client";

/// What is answered to whoever may send us messages.
const FEATURES: [&str; 23] = [
    ns::AVATAR_METADATA,
    ns::CAPS,
    ns::CAPS_2,
    ns::CHAT_STATES,
    ns::CORRECTION,
    ns::DELAY,
    ns::DISCO_INFO,
    ns::DISPLAYED_SYNC,
    ns::ENCRYPTED_FILES,
    ns::FALLBACK,
    ns::FILE_METADATA,
    ns::FILE_SHARING,
    ns::FORWARD,
    ns::MARKERS,
    ns::NICK,
    ns::OOB,
    ns::PING,
    ns::REACTIONS,
    ns::RECEIPTS,
    ns::REPLY,
    ns::RETRACTION,
    ns::STANZA_IDS,
    ns::VERSION,
];

/// The nodes of contacts, and our own, whose news is to come by itself (XEP-0163, `+notify`).
const NOTIFY: [&str; 5] =
    [ns::AVATAR_METADATA, ns::DISPLAYED_SYNC, ns::NICK, devices_node(Version::Legacy), devices_node(Version::Omemo2)];

/// What this client is (its type after XEP-0030's registry: `phone`, `pc`, `web`) and can do.
pub fn ours(kind: &str) -> Info {
    let identity =
        Identity { category: "client".to_owned(), kind: kind.to_owned(), lang: None, name: Some("Larimar".to_owned()) };
    let notify = NOTIFY.iter().map(|node| format!("{node}+notify"));
    let mut features: Vec<String> = FEATURES.iter().map(|feature| (*feature).to_owned()).chain(notify).collect();
    features.sort();
    Info { node: None, identities: vec![identity], features, forms: Vec::new() }
}

#[cfg(test)]
mod features_tests {
    use super::*;
    use crate::xep::caps::{Caps, Caps2};

    #[test]
    fn what_we_say_of_ourselves_can_be_verified() {
        let ours = ours("phone");
        assert!(ours.has("urn:xmpp:mds:displayed:0+notify") && ours.is("client", "phone"));
        assert!(Caps::of(&ours, CAPS_NODE).unwrap().verifies(&ours));
        assert!(Caps2::of(&ours).usable().unwrap().verifies(&ours));
        let mut once = ours.features.clone();
        once.dedup();
        assert_eq!(once, ours.features);
    }
}
