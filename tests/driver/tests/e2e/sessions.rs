//! Cut connections, killed processes, restarted servers: nothing lost, nothing doubled.

use larimar_testbed::{Cut, Direction, Proxy};
use serde_json::json;

use crate::on_servers;
use crate::world::World;

on_servers! {
    a_cut_connection_is_resumed: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    a_killed_process_resumes_its_session: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    what_was_written_without_a_connection_leaves_later: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    a_session_that_was_cut_while_it_began_hears_everything: Prosody12, Ejabberd24;
    a_chat_opens_without_a_network: Prosody12, Ejabberd23;
}

fn online(line: &serde_json::Value) -> bool {
    line["event"] == "account" && line["state"] == "online"
}

fn a_cut_connection_is_resumed(world: World) {
    let (alice, bob) = world.friends();
    for round in 0..5 {
        let mark = alice.driver.mark();
        alice.send(&bob, &format!("before cut {round}"));
        alice.driver.ok(json!({"cmd": "cut", "account": alice.address}));
        alice.send(&bob, &format!("after cut {round}"));
        bob.send(&alice, &format!("meanwhile {round}"));
        alice.driver.wait_after(mark, "it is back", online);
        bob.wait_text(&format!("after cut {round}"));
        alice.wait_text(&format!("meanwhile {round}"));
    }
    alice.sync();
    bob.sync();
    let (here, there) = (alice.texts(&bob.address), bob.texts(&alice.address));
    assert_eq!(here.len(), 15, "{here:#?}");
    assert_eq!(here, world.archived_texts(&alice.address));
    assert_eq!(there, world.archived_texts(&bob.address));
    for round in 0..5 {
        assert_eq!(here.iter().filter(|text| text.ends_with(&format!("cut {round}"))).count(), 2);
    }
}

fn a_killed_process_resumes_its_session(world: World) {
    let (mut alice, bob) = world.friends();
    for round in 0..3 {
        alice.send(&bob, &format!("from alice {round}"));
        bob.send(&alice, &format!("from bob {round}"));
        alice = alice.kill_and_restart();
        alice.wait_online();
        alice.sync();
    }
    bob.sync();
    for (device, other) in [(&alice, &bob), (&bob, &alice)] {
        let texts = device.texts(&other.address);
        assert_eq!(texts.len(), 6, "{texts:#?}");
        // Each side's order is that of its own archive; two servers, or one with a process a person, may see it differently.
        assert_eq!(texts, world.archived_texts(&device.address));
    }
}

fn what_was_written_without_a_connection_leaves_later(world: World) {
    let (alice, bob) = world.friends();
    alice.driver.ok(json!({"cmd": "enable-account", "account": alice.address, "on": false}));
    alice.driver.wait("it is offline", |line| line["event"] == "account" && line["state"] == "offline");
    let messages: Vec<_> = (0..5).map(|number| alice.send(&bob, &format!("later {number}"))).collect();
    let rows = alice.timeline(&bob.address);
    assert!(rows.iter().all(|row| row["state"] == "queued"), "{rows:?}");
    let alice = alice.restart();
    alice.driver.ok(json!({"cmd": "enable-account", "account": alice.address, "on": true}));
    for message in &messages {
        alice.wait_state(message, "delivered");
    }
    let expected: Vec<String> = (0..5).map(|number| format!("later {number}")).collect();
    bob.sync();
    assert_eq!(bob.texts(&alice.address), expected);
}

/// Wherever the first connection dies: what comes after it gives the server everything that a session begins with, and so
/// hears what is sent, without asking the archive.
fn a_session_that_was_cut_while_it_began_hears_everything(world: World) {
    let (alice, bob) = (world.person("alice"), world.person("bob").device("phone"));
    for bytes in (1_600..).step_by(500) {
        let proxy = Proxy::start(world.server.direct_tls_address()).unwrap();
        proxy.cut_after(bytes, Direction::ToServer, Cut::Reset);
        let mut setup = alice.setup();
        setup["server"] = json!(proxy.address().to_string());
        let phone = alice.device_with("phone", setup);
        let happened = phone.driver.wait("its connection dies or lasts", |line| {
            line["event"] == "account" && line["state"] == "offline" || line["event"] == "sync" && line["done"] == true
        });
        if happened["event"] == "sync" {
            return;
        }
        let mark = phone.driver.mark();
        phone.driver.ok(json!({"cmd": "network-changed"}));
        phone.driver.wait_after(mark, "it is back", online);
        phone.sync();
        let text = format!("after {bytes} bytes");
        bob.send_to(&alice.address, &text);
        phone.wait_text(&text);
    }
}

fn a_chat_opens_without_a_network(world: World) {
    let (alice, bob) = world.friends();
    bob.send(&alice, "remember this");
    alice.wait_text("remember this");
    alice.driver.ok(json!({"cmd": "enable-account", "account": alice.address, "on": false}));
    let alice = alice.restart();
    assert_eq!(alice.texts(&bob.address), ["remember this"]);
    assert_eq!(alice.chat(&bob.address)["preview"], "remember this");
    assert_eq!(alice.contact(&bob.address)["subscription"], "both");
    let refused = alice.driver.call(json!({"cmd": "block", "account": alice.address, "jid": bob.address})).unwrap_err();
    assert_eq!(refused.kind, "Offline");
}
