//! Devices are verified by scanning, and what was decided on one is known on the others (XEP-0450).

use larimar_testbed::Slixmpp;
use serde_json::{Value, json};

use crate::encryption::{devices, friends, nothing_in_clear, trust, wait_devices, wait_encrypted};
use crate::interop::other::{Other, another};
use crate::on_servers;
use crate::world::{Device, Person, World};

on_servers! {
    a_contact_is_verified_before_the_first_message: Prosody12, Ejabberd24;
    what_one_device_verified_the_others_know: Prosody13, Ejabberd23;
    a_contacts_new_device_is_trusted_by_the_word_of_a_verified_one: Prosody12, Ejabberd24;
    what_was_forged_changes_nothing: Prosody13, Ejabberd24;
}

/// What others scan of a device.
fn shown(device: &Device, form: &str) -> String {
    let answer = device.driver.ok(json!({"cmd": "account-uri", "account": device.address}));
    answer[form].as_str().unwrap().to_owned()
}

#[track_caller]
fn scan(device: &Device, uri: &str) -> Value {
    device.driver.ok(json!({"cmd": "verify-uri", "account": device.address, "uri": uri}))
}

/// Both scan each other.
#[track_caller]
fn meet(one: &Device, other: &Device) {
    for (by, of) in [(one, other), (other, one)] {
        let verification = scan(by, &shown(of, "uri"));
        let verified = verification["verified"].as_array().unwrap();
        assert!(verified.contains(&fingerprint(of)), "{} ({}): {verification}", by.address, by.name);
    }
}

/// A device's own fingerprint.
fn fingerprint(device: &Device) -> Value {
    devices(device, &device.address)[0]["fingerprint"].clone()
}

/// How far a device trusts a key of somebody's.
fn trust_of(device: &Device, of: &str, fingerprint: &Value) -> Value {
    let known = devices(device, of);
    let found = known.iter().find(|known| known["fingerprint"] == *fingerprint);
    found.map_or(Value::Null, |found| found["trust"].clone())
}

/// Waits until a device trusts another so far.
#[track_caller]
fn wait_trust(device: &Device, other: &Device, wanted: &str) {
    let key = fingerprint(other);
    let what = format!("{} of {} is {wanted}", other.name, other.address);
    device.wait_until(&what, |device| trust_of(device, &other.address, &key) == wanted);
}

/// Nothing of it is shown, and nothing of it stands on the server in clear.
fn nobody_sees_it(world: World, device: &Device) {
    let words = ["trust-message", "urn:xmpp:tm:1", "urn:xmpp:atm:1", "key-owner"];
    nothing_in_clear(world, &device.address, &words);
    assert_eq!(device.chat(&device.address), Value::Null, "a chat with oneself");
}

fn a_contact_is_verified_before_the_first_message(world: World) {
    let world = world.encrypted();
    let (alice, bob) = (world.person("alice").device("phone"), world.person("bob").device("phone"));
    bob.wait_until("bob's keys are there", |bob| devices(bob, &bob.address).len() == 1);
    let uri = shown(&bob, "uri");
    assert!(uri.starts_with("xmpp:bob") && uri.contains("?omemo-sid-"), "{uri}");
    // Of somebody of whom nothing is known the devices are looked at first; carol sees when they are there.
    wait_devices(&world.person("carol").device("phone"), &alice.address, 1);
    assert_eq!(scan(&bob, &shown(&alice, "uri"))["verified"], json!([fingerprint(&alice)]));
    // Without a connection it waits.
    let switch = |on: bool| json!({"cmd": "enable-account", "account": alice.address, "on": on});
    alice.driver.ok(switch(false));
    let verification = scan(&alice, &uri);
    assert_eq!((&verification["jid"], &verification["waiting"]), (&json!(bob.address), &json!([fingerprint(&bob)])));
    assert!(devices(&alice, &bob.address).is_empty());
    alice.driver.ok(switch(true));
    alice.wait_online();
    wait_trust(&alice, &bob, "verified");
    alice.send(&bob, "walrus");
    bob.send(&alice, "ostrich");
    wait_encrypted(&bob, "walrus");
    assert_eq!(wait_encrypted(&alice, "ostrich")["trust"], "verified");
    // What Kaidan shows is the same; a key that is another than the device's is told.
    let again = scan(&alice, &shown(&bob, "trust_message"));
    assert_eq!(again["verified"], json!([fingerprint(&bob)]));
    let (place, _) = uri.split_once('=').unwrap();
    let forged = scan(&alice, &format!("{place}={}", "ab".repeat(32)));
    assert_eq!(forged["contradicted"][0]["found"], fingerprint(&bob), "{forged}");
    assert_eq!(trust_of(&alice, &bob.address, &fingerprint(&bob)), "verified", "a person has verified it before");
    let meaning = alice.driver.ok(json!({"cmd": "read-uri", "uri": uri}));
    assert_eq!(meaning, json!({"address": bob.address, "action": "", "keys": 1}));
    let invitation = format!("xmpp:{}?roster;preauth=TOKEN;name=B%20B", bob.address);
    let meaning = alice.driver.ok(json!({"cmd": "read-uri", "uri": invitation}));
    assert_eq!(
        (&meaning["action"], &meaning["name"], &meaning["preauth"]),
        (&json!("roster"), &json!("B B"), &json!("TOKEN"))
    );
    for odd in ["https://example.org", "", "xmpp:@"] {
        let refused = alice.driver.call(json!({"cmd": "verify-uri", "account": alice.address, "uri": odd}));
        assert!(refused.is_err(), "{odd}");
    }
}

/// How many messages with a payload to the own address an account's archive has for a device.
fn told(world: World, device: &Device) -> usize {
    let key = format!("rid='{}'", devices(device, &device.address)[0]["id"]);
    let archive = world.server.archive(&device.address).unwrap();
    let of_own = archive.iter().filter(|stanza| stanza.with == device.address && stanza.xml.contains("<payload"));
    of_own.filter(|stanza| stanza.xml.contains(&key)).count()
}

fn what_one_device_verified_the_others_know(world: World) {
    let (phone, bob) = friends(world);
    let alice = Person { world, address: phone.address.clone() };
    let (tablet, laptop) = (alice.device("tablet"), alice.device("laptop"));
    [&phone, &tablet, &laptop].into_iter().for_each(|device| wait_devices(device, &phone.address, 3));
    meet(&phone, &tablet);
    // What is decided while a device is away reaches it.
    let tablet = tablet.sleep();
    let verification = scan(&phone, &shown(&bob, "uri"));
    assert_eq!(verification["verified"], json!([fingerprint(&bob)]));
    let tablet = tablet.wake();
    tablet.wait_online();
    wait_trust(&tablet, &bob, "verified");
    // The third device is trusted blindly: it is written to, and told nothing.
    assert_eq!(trust_of(&phone, &phone.address, &fingerprint(&laptop)), "blind");
    assert!(told(world, &tablet) > 0);
    assert_eq!(told(world, &laptop), 0);
    // Once it is verified, those of ours that know the one know the other, and what was verified before.
    meet(&phone, &laptop);
    wait_trust(&tablet, &laptop, "verified");
    wait_trust(&laptop, &tablet, "verified");
    wait_trust(&laptop, &bob, "verified");
    trust(&laptop, &bob.address, &fingerprint(&bob), "distrusted");
    wait_trust(&phone, &bob, "distrusted");
    wait_trust(&tablet, &bob, "distrusted");
    nobody_sees_it(world, &phone);
}

fn a_contacts_new_device_is_trusted_by_the_word_of_a_verified_one(world: World) {
    let (alice, bob) = friends(world);
    meet(&alice, &bob);
    let tablet = Person { world, address: bob.address.clone() }.device("tablet");
    [&alice, &bob, &tablet].into_iter().for_each(|device| wait_devices(device, &bob.address, 2));
    wait_devices(&tablet, &alice.address, 1);
    assert_eq!(trust_of(&alice, &bob.address, &fingerprint(&tablet)), "undecided");
    meet(&bob, &tablet);
    wait_trust(&alice, &tablet, "verified");
    wait_trust(&tablet, &alice, "verified");
    alice.send(&bob, "for both");
    wait_encrypted(&bob, "for both");
    wait_encrypted(&tablet, "for both");
    // It was lost.
    trust(&bob, &bob.address, &fingerprint(&tablet), "distrusted");
    wait_trust(&alice, &tablet, "distrusted");
    alice.send(&bob, "for the phone alone");
    wait_encrypted(&bob, "for the phone alone");
    assert_eq!(alice.texts(&bob.address), ["for both", "for the phone alone"]);
    let chat = bob.chat(&alice.address);
    assert_eq!((&chat["unread"], &chat["preview"]), (&json!(2), &json!("for the phone alone")));
    nobody_sees_it(world, &alice);
    nobody_sees_it(world, &bob);
}

/// The identity key of the only device of somebody's that publishes a bundle of omemo:2, as it stands there.
fn key_in_bundle(peer: &Slixmpp, of: &str, device: &Value) -> String {
    let question = format!(
        "<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='urn:xmpp:omemo:2:bundles'>\
         <item id='{device}'/></items></pubsub>"
    );
    let answer = peer.call("iq", json!({"to": of, "xml": question})).unwrap();
    let xml = answer["xml"].as_str().unwrap();
    let (_, rest) = xml.split_once("ik>").unwrap_or_else(|| panic!("no key in {xml}"));
    rest.split_once("</").unwrap().0.to_owned()
}

fn says(said: &[(&str, &str, &str)]) -> String {
    let owner =
        |(jid, what, key): &(&str, &str, &str)| format!("<key-owner jid='{jid}'><{what}>{key}</{what}></key-owner>");
    let owners: String = said.iter().map(owner).collect();
    format!(
        "<trust-message xmlns='urn:xmpp:tm:1' usage='urn:xmpp:atm:1' encryption='urn:xmpp:omemo:2'>{owners}</trust-message>"
    )
}

fn what_was_forged_changes_nothing(world: World) {
    let (alice, carol) = friends(world);
    let mallory = Other::meets(world, &alice, &["omemo2"]);
    let _second = another(world, &mallory.address, "second", json!({"versions": ["omemo2"]}));
    wait_devices(&alice, &mallory.address, 2);
    let of_carol = devices(&alice, &carol.address)[0].clone();
    mallory.device.send_sealed(&alice.address, "first").unwrap();
    alice.wait_text("first");
    let known = devices(&alice, &mallory.address);
    let speaks = known.iter().find(|known| known["last_seen"].is_i64()).unwrap().clone();
    let other = known.iter().find(|known| known["last_seen"].is_null()).unwrap().clone();
    let carols_key = key_in_bundle(&mallory.device, &carol.address, &of_carol["id"]);
    let others_key = key_in_bundle(&mallory.device, &mallory.address, &other["id"]);
    let said = says(&[(&carol.address, "distrust", &carols_key), (&mallory.address, "distrust", &others_key)]);
    let trusts = |alice: &Device| {
        [(&carol.address, &of_carol), (&mallory.address, &other)]
            .map(|(of, device)| trust_of(alice, of, &device["fingerprint"]))
    };
    // In clear it says nothing at all.
    let clear = format!("<message to='{}' type='chat' xmlns='jabber:client'>{said}</message>", alice.address);
    mallory.device.call("raw", json!({ "xml": clear })).unwrap();
    // From a device that nobody has verified it waits.
    mallory.device.seal(json!({"to": alice.address, "text": "", "xml": said})).unwrap();
    mallory.device.send_sealed(&alice.address, "second").unwrap();
    alice.wait_text("second");
    assert_eq!(trusts(&alice), ["blind", "blind"]);
    // From a verified one it counts, for keys of the same account alone.
    trust(&alice, &mallory.address, &speaks["fingerprint"], "trusted");
    assert_eq!(trusts(&alice), ["blind", "distrusted"]);
    mallory.device.seal(json!({"to": alice.address, "text": "", "xml": said})).unwrap();
    mallory.device.send_sealed(&alice.address, "third").unwrap();
    alice.wait_text("third");
    assert_eq!(trusts(&alice), ["blind", "distrusted"]);
    assert_eq!(alice.texts(&mallory.address), ["first", "second", "third"]);
}
