//! Encrypted with other people's clients: slixmpp with its OMEMO plugin, in each version and in both, and profanity.

mod mixed;
pub mod other;
mod stale;
mod terminal;

use larimar_testbed::PATIENCE;
use serde_json::{Value, json};

use self::other::{Other, wait_sealed};
use crate::encryption::{devices, nothing_in_clear};
use crate::on_servers;
use crate::world::{Device, Person, World};

on_servers! {
    slixmpp_with_legacy_alone_talks: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    slixmpp_with_omemo2_alone_talks: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    slixmpp_with_both_talks: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    slixmpp_begins: Prosody12, Ejabberd24;
    a_new_device_is_in_the_list_before_it_writes: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    both_begin_at_once: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    slixmpp_as_it_is_shipped_is_heard: Prosody13, Ejabberd23;
}

/// How many messages go each way at once.
const MANY: usize = 30;

fn slixmpp_with_legacy_alone_talks(world: World) {
    conversation(world, &["legacy"], "omemo");
}

fn slixmpp_with_omemo2_alone_talks(world: World) {
    conversation(world, &["omemo2"], "omemo2");
}

fn slixmpp_with_both_talks(world: World) {
    conversation(world, &["legacy", "omemo2"], "omemo2");
}

/// A conversation with slixmpp in these versions, which has to be in this one.
fn conversation(world: World, versions: &[&str], version: &str) {
    let alice = world.encrypted().person("alice").device("phone");
    let bob = Other::meets(world, &alice, versions);
    let mut said = Vec::new();

    // Larimar begins.
    let first = alice.send_to(&bob.address, "walrus begins");
    assert_eq!(bob.device.opened("walrus begins").unwrap()["encryption"], version);
    alice.wait_row(&first, "in this version", |row| row["encryption"] == version);
    let id = bob.device.send_sealed(&alice.address, "ostrich answers").unwrap();
    let answer = wait_sealed(&alice, "ostrich answers", version);
    assert_eq!(answer["trust"], "blind");
    said.extend(["walrus begins", "ostrich answers"].map(str::to_owned));
    let known = devices(&alice, &bob.address);
    assert!(known.iter().any(|device| device["version"] == version && device["last_seen"].is_i64()), "{known:?}");

    // Many, one way and the other.
    let many: Vec<String> = (0..MANY).map(|number| format!("walrus number {number}")).collect();
    many.iter().for_each(|text| drop(alice.send_to(&bob.address, text)));
    many.iter().for_each(|text| assert_eq!(bob.device.opened(text).unwrap()["encryption"], version));
    said.extend(many);
    let many: Vec<String> = (0..MANY).map(|number| format!("ostrich number {number}")).collect();
    many.iter().for_each(|text| drop(bob.device.send_sealed(&alice.address, text).unwrap()));
    many.iter().for_each(|text| drop(wait_sealed(&alice, text, version)));
    said.extend(many);

    corrections_and_replies(&alice, &bob, &id, &answer["message"]);
    said[1] = "ostrich corrected".to_owned();
    said.extend(["walrus corrected", "ostrich replies", "walrus replies"].map(str::to_owned));
    let words = ["walrus", "ostrich"];
    bob.spy_heard_no_word(&words, 2 * MANY + 8);

    // One is away, and the other.
    let sent: Vec<String> = (0..3).map(|number| format!("walrus waits {number}")).collect();
    let bob = bob.away(world, || {
        let last = sent.iter().map(|text| alice.send_to(&said_to(&alice), text)).last().unwrap();
        alice.wait_row(&last, "it left", |row| row["state"] == "sent");
    });
    sent.iter().for_each(|text| drop(bob.device.opened(text).unwrap()));
    said.extend(sent);
    alice.send_to(&bob.address, "walrus is killed");
    said.push("walrus is killed".to_owned());
    bob.device.opened("walrus is killed").unwrap();
    let killed = alice.killed();
    let sent: Vec<String> = (0..3).map(|number| format!("ostrich waits {number}")).collect();
    sent.iter().for_each(|text| drop(bob.device.send_sealed(killed.address(), text).unwrap()));
    said.extend(sent);
    let alice = killed.wake();
    alice.wait_online();
    alice.sync();
    alice.send_to(&bob.address, "walrus is back");
    bob.device.opened("walrus is back").unwrap();
    bob.device.send_sealed(&alice.address, "ostrich is glad").unwrap();
    wait_sealed(&alice, "ostrich is glad", version);
    said.extend(["walrus is back", "ostrich is glad"].map(str::to_owned));

    let rows = alice.timeline(&bob.address);
    assert!(rows.iter().all(|row| row["sealed"].is_null() && row["encryption"] == version), "{rows:?}");
    assert_eq!(alice.texts(&bob.address), said);
    bob.spy_heard_no_word(&words, 6);
    nothing_in_clear(world, &alice.address, &words);
    nothing_in_clear(world, &bob.address, &words);
}

/// The one contact of somebody's.
fn said_to(alice: &Device) -> String {
    let roster = alice.driver.ok(json!({"cmd": "roster", "account": alice.address}));
    roster["contacts"][0]["jid"].as_str().unwrap().to_owned()
}

/// Each corrects and replies. `id` and `row` are the first message of bob's.
fn corrections_and_replies(alice: &Device, bob: &Other, id: &str, row: &Value) {
    let ours = alice.send_to(&bob.address, "walrus to correct");
    let heard = bob.device.opened("walrus to correct").unwrap();
    alice.driver.ok(json!({"cmd": "correct", "message": ours, "text": "walrus corrected"}));
    assert_eq!(bob.device.opened("walrus corrected").unwrap()["replaces"], heard["id"]);
    bob.device.seal(json!({"to": alice.address, "text": "ostrich corrected", "replaces": id})).unwrap();
    alice.wait_row(row, "a correction", |row| row["text"] == "ostrich corrected" && row["edited"] == true);
    bob.device.seal(json!({"to": alice.address, "text": "ostrich replies", "reply_to": heard["id"]})).unwrap();
    let reply = alice.wait_text("ostrich replies");
    assert_eq!(reply["reply_to"]["text"], "walrus corrected");
    alice.driver.ok(json!({
        "cmd": "send", "account": alice.address, "to": bob.address, "text": "walrus replies", "reply_to": row,
    }));
    // What it replies to stands before it, for clients that know no replies; and its id beside it.
    let heard = bob.device.opened("> ostrich corrected\nwalrus replies").unwrap();
    assert_eq!(heard["replies_to"], id);
}

fn slixmpp_begins(world: World) {
    for (versions, version) in [(&["legacy"][..], "omemo"), (&["omemo2"], "omemo2"), (&["legacy", "omemo2"], "omemo2")]
    {
        let alice = world.encrypted().person("alice").device("phone");
        let bob = Other::meets(world, &alice, versions);
        let sent: Vec<String> = (0..5).map(|number| format!("ostrich begins {number}")).collect();
        sent.iter().for_each(|text| drop(bob.device.send_sealed(&alice.address, text).unwrap()));
        sent.iter().for_each(|text| drop(wait_sealed(&alice, text, version)));
        alice.send_to(&bob.address, "walrus answers");
        assert_eq!(bob.device.opened("walrus answers").unwrap()["encryption"], version);
        bob.spy_heard_no_word(&["walrus", "ostrich"], 6);
    }
}

/// slixmpp reads nothing of a device that it does not find in the sender's list.
fn a_new_device_is_in_the_list_before_it_writes(world: World) {
    for (versions, version) in [(&["legacy"][..], "omemo"), (&["omemo2"], "omemo2")] {
        let phone = world.encrypted().person("alice").device("phone");
        let bob = Other::meets(world, &phone, versions);
        for name in ["tablet", "laptop", "watch"] {
            let person = Person { world, address: phone.address.clone() };
            let device = person.device_with(name, person.setup());
            let text = format!("walrus of the {name}");
            device.send_to(&bob.address, &text);
            assert_eq!(bob.device.opened(&text).unwrap()["encryption"], version);
        }
    }
}

/// The plugin keeps one session a device: what Larimar sends in the other one, until it hears that, is lost to slixmpp, which
/// says so. From then on nothing is.
fn both_begin_at_once(world: World) {
    for (versions, version) in [(&["legacy"][..], "omemo"), (&["omemo2"], "omemo2")] {
        let alice = world.encrypted().person("alice").device("phone");
        let bob = Other::meets(world, &alice, versions);
        let sealed = json!({"to": alice.address, "text": "ostrich begins"});
        let sent = bob.device.program().post("send-sealed", sealed).unwrap();
        alice.send_to(&bob.address, "walrus begins");
        bob.device.program().answer(sent, "send", PATIENCE).unwrap();
        wait_sealed(&alice, "ostrich begins", version);
        bob.device.opened("walrus begins").unwrap();
        bob.device.send_sealed(&alice.address, "ostrich goes on").unwrap();
        wait_sealed(&alice, "ostrich goes on", version);
        for number in 0..5 {
            alice.send_to(&bob.address, &format!("walrus {number}"));
            bob.device.opened(&format!("walrus {number}")).unwrap();
            bob.device.send_sealed(&alice.address, &format!("ostrich {number}")).unwrap();
            wait_sealed(&alice, &format!("ostrich {number}"), version);
        }
        let rows = alice.timeline(&bob.address);
        assert!(rows.iter().all(|row| row["sealed"].is_null() && row["encryption"] == version), "{rows:?}");
        bob.spy_heard_no_word(&["walrus", "ostrich"], 14);
    }
}

/// The plugin publishes omemo:2, but reads no envelope: what it is sent arrives, but it cannot show it.
fn slixmpp_as_it_is_shipped_is_heard(world: World) {
    let alice = world.encrypted().person("alice").device("phone");
    let bob = Other::with(world, &alice, json!({"versions": ["legacy", "omemo2"], "as_shipped": true}));
    bob.device.send_sealed(&alice.address, "ostrich in legacy").unwrap();
    wait_sealed(&alice, "ostrich in legacy", "omemo");
    alice.send_to(&bob.address, "walrus in an envelope");
    let of_ours = |event: &Value| event["text"].as_str().is_some_and(|text| text.contains("walrus in an envelope"));
    let sealed = bob.device.program().event("what it could not show", of_ours).unwrap();
    assert_eq!((&sealed["event"], &sealed["kind"]), (&json!("sealed"), &json!("NotImplementedError")), "{sealed}");
    bob.spy_heard_no_word(&["walrus", "ostrich"], 2);
}
