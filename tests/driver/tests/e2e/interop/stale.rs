//! Devices of the contact's that cannot be written to hold up nobody.

use serde_json::{Value, json};

use super::other::{Other, wait_sealed};
use crate::encryption::devices;
use crate::on_servers;
use crate::world::{Person, World};

on_servers! {
    stale_devices_hold_up_nobody: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
}

/// In the list, without a bundle.
const WITHOUT_BUNDLE: u32 = 1_000_001;
/// In the list, with a bundle whose signature is not its key's.
const BROKEN: u32 = 1_000_002;

/// Where a version has its lists and bundles.
struct Names {
    version: &'static str,
    list: &'static str,
    list_node: &'static str,
    namespace: &'static str,
    signature: &'static str,
}

const NAMES: [Names; 2] = [
    Names {
        version: "legacy",
        list: "list",
        list_node: "eu.siacs.conversations.axolotl.devicelist",
        namespace: "eu.siacs.conversations.axolotl",
        signature: "signedPreKeySignature",
    },
    Names {
        version: "omemo2",
        list: "devices",
        list_node: "urn:xmpp:omemo:2:devices",
        namespace: "urn:xmpp:omemo:2",
        signature: "spks",
    },
];

impl Names {
    /// A bundle's node and item.
    fn bundle(&self, device: u64) -> (String, String) {
        match self.version {
            "legacy" => (format!("eu.siacs.conversations.axolotl.bundles:{device}"), "current".to_owned()),
            _ => ("urn:xmpp:omemo:2:bundles".to_owned(), device.to_string()),
        }
    }
}

/// All bundles of an account's stay, and not the last one alone.
const KEEP_TEN: &str = "<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'>\
    <configure node='urn:xmpp:omemo:2:bundles'><x xmlns='jabber:x:data' type='submit'>\
    <field var='FORM_TYPE' type='hidden'><value>http://jabber.org/protocol/pubsub#node_config</value></field>\
    <field var='pubsub#max_items'><value>10</value></field></x></configure></pubsub>";

fn publish(bob: &Other, node: &str, item: &str, payload: &str) {
    let xml = format!(
        "<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='{node}'><item id='{item}'>{payload}</item>\
         </publish></pubsub>"
    );
    bob.spy.call("iq", json!({"type": "set", "to": bob.address, "xml": xml})).unwrap();
}

/// The bundle of bob's real device, signed by nobody.
fn unsigned_bundle(bob: &Other, names: &Names, device: u64) -> String {
    let (node, item) = names.bundle(device);
    let xml = format!(
        "<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='{node}'><item id='{item}'/></items></pubsub>"
    );
    let answer = bob.spy.call("iq", json!({"to": bob.address, "xml": xml})).unwrap();
    let answer = answer["xml"].as_str().unwrap();
    let bundle = &answer[answer.find("<bundle").unwrap()..answer.find("</bundle>").unwrap()];
    let (before, rest) = bundle.split_once(&format!("<{}>", names.signature)).unwrap();
    let (_, after) = rest.split_once('<').unwrap();
    let signature = "A".repeat(86) + "==";
    format!("{before}<{}>{signature}<{after}</bundle>", names.signature)
}

fn stale_devices_hold_up_nobody(world: World) {
    for names in &NAMES {
        let phone = world.encrypted().person("alice").device("phone");
        let bob = Other::meets(world, &phone, &[names.version]);
        phone.send_to(&bob.address, "walrus before");
        bob.device.opened("walrus before").unwrap();
        let real = devices(&phone, &bob.address)[0]["id"].as_u64().unwrap();
        let (node, item) = names.bundle(BROKEN.into());
        if names.version == "omemo2" {
            // ejabberd 23.01 refuses the "max" that slixmpp asks for, and keeps one item then.
            bob.spy.call("iq", json!({"type": "set", "to": bob.address, "xml": KEEP_TEN})).unwrap();
        }
        publish(&bob, &node, &item, &unsigned_bundle(&bob, names, real));
        // The stale ones stand first.
        let entries = [WITHOUT_BUNDLE.into(), BROKEN.into(), real].map(|id| format!("<device id='{id}'/>")).concat();
        let list = format!("<{0} xmlns='{1}'>{entries}</{0}>", names.list, names.namespace);
        publish(&bob, names.list_node, "current", &list);
        bob.spy.call("stanzas", json!({})).unwrap();

        phone.send_to(&bob.address, "walrus after");
        bob.device.opened("walrus after").unwrap();
        // A device that has never met any of them.
        let tablet = Person { world, address: phone.address.clone() }.device("tablet");
        let first = tablet.send_to(&bob.address, "walrus of the tablet");
        bob.device.opened("walrus of the tablet").unwrap();
        tablet.wait_row(&first, "it left", |row| row["state"] != "queued" && row["state"] != "failed");
        bob.device.send_sealed(&phone.address, "ostrich").unwrap();
        for device in [&phone, &tablet] {
            wait_sealed(device, "ostrich", if names.version == "legacy" { "omemo" } else { "omemo2" });
        }
        let heard = bob.spy.call("stanzas", json!({})).unwrap();
        let keys = |id: u64| {
            let rid = format!("rid=\"{id}\"");
            heard["stanzas"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(Value::as_str)
                .filter(|xml| xml.contains(&rid))
                .count()
        };
        assert!(keys(real) >= 2, "{heard}");
        assert_eq!((keys(WITHOUT_BUNDLE.into()), keys(BROKEN.into())), (0, 0), "{heard}");
    }
}
