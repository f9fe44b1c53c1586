//! Devices of both versions at once, on both sides.

use serde_json::json;

use super::other::{Other, another, wait_sealed};
use crate::encryption::{devices, nothing_in_clear};
use crate::on_servers;
use crate::world::{Device, Person, World};

on_servers! {
    devices_of_both_versions_read_everything: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
}

/// Waits until a device knows these of an account's, by their versions.
#[track_caller]
fn wait_versions(device: &Device, of: &str, versions: &[&str]) {
    device.wait_until(&format!("{of} has {versions:?}"), |device| {
        let known = devices(device, of);
        let mut found: Vec<&str> = known.iter().map(|known| known["version"].as_str().unwrap()).collect();
        found.sort_unstable();
        found == versions
    });
}

fn devices_of_both_versions_read_everything(world: World) {
    let phone = world.encrypted().person("alice").device("phone");
    let alice = Person { world, address: phone.address.clone() };
    let with = |version| json!({"versions": [version]});
    let bob = Other::with(world, &phone, with("legacy"));
    let new = another(world, &bob.address, "new", with("omemo2"));
    let terminal = another(world, &alice.address, "terminal", with("legacy"));
    let tablet = alice.device("tablet");
    for device in [&phone, &tablet] {
        wait_versions(device, &bob.address, &["omemo", "omemo2"]);
        wait_versions(device, &alice.address, &["omemo", "omemo2", "omemo2"]);
    }

    let mut said = Vec::new();
    for round in 0..3 {
        for device in [&phone, &tablet] {
            let text = format!("walrus {round} of the {}", device.name);
            device.send_to(&bob.address, &text);
            assert_eq!(bob.device.opened(&text).unwrap()["encryption"], "omemo");
            assert_eq!(new.opened(&text).unwrap()["encryption"], "omemo2");
            assert_eq!(terminal.opened(&text).unwrap()["carbon"], "sent");
            for other in [&phone, &tablet] {
                assert_eq!(other.wait_text(&text)["outgoing"], true);
            }
            said.push(text);
        }
        // What slixmpp's devices cannot read of each other is no matter of ours: they have no version in common.
        for (device, version, to) in [
            (&bob.device, "omemo", &alice.address),
            (&new, "omemo2", &alice.address),
            (&terminal, "omemo", &bob.address),
        ] {
            let text = format!("ostrich {round} of {}", device.jid());
            device.send_sealed(to, &text).unwrap();
            for ours in [&phone, &tablet] {
                wait_sealed(ours, &text, version);
            }
            match device.jid() {
                jid if jid == bob.device.jid() => drop(terminal.opened(&text).unwrap()),
                jid if jid == terminal.jid() => drop(bob.device.opened(&text).unwrap()),
                _ => {}
            }
            said.push(text);
        }
    }
    let words = ["walrus", "ostrich"];
    bob.spy_heard_no_word(&words, said.len());
    for device in [&phone, &tablet] {
        device.sync();
        assert_eq!(device.texts(&bob.address), said);
    }
    for account in [&alice.address, &bob.address] {
        nothing_in_clear(world, account, &words);
    }
}
