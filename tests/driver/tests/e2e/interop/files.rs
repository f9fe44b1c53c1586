//! Files to and from people with slixmpp.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use larimar_testbed::{SignIn, Slixmpp};
use serde_json::{Value, json};

use super::other::Other;
use crate::files::{Outside, kept, noise, photograph, send_file, wait_file};
use crate::on_servers;
use crate::world::{PASSWORD, World};

on_servers! {
    files_go_both_ways_as_encrypted_links: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    files_go_both_ways_as_plain_addresses: Prosody13, Ejabberd23;
}

/// What lies at an address, as the other client fetches it.
fn fetched(by: &Slixmpp, url: &Value) -> Vec<u8> {
    let data = by.call("fetch", json!({ "url": url })).unwrap();
    BASE64.decode(data["data"].as_str().unwrap()).unwrap()
}

fn uploaded(by: &Slixmpp, name: &str, bytes: &[u8], encrypt: bool) -> Value {
    let request = json!({"name": name, "data": BASE64.encode(bytes), "encrypt": encrypt});
    by.call("upload", request).unwrap()["url"].clone()
}

fn files_go_both_ways_as_encrypted_links(world: World) {
    let alice = world.encrypted().person("alice").device("phone");
    let bob = Other::meets(world, &alice, &["legacy"]);
    let outside = Outside::new();
    let sent = send_file(&alice, &bob.address, &outside.file("walrus.jpg", &photograph(300, 200)), Some("ostrich"));
    let is_link = |event: &Value| {
        event["event"] == "opened" && event["body"].as_str().is_some_and(|body| body.starts_with("aesgcm://"))
    };
    let opened = bob.device.program().event("a file", is_link).unwrap();
    let own = alice.wait_row(&sent, "is sent", |row| row["state"] != "queued");
    assert!(fetched(&bob.device, &opened["body"]) == kept(&alice, &own), "{opened}");
    assert_eq!((&opened["encryption"], &opened["oob"]), (&json!("omemo"), &Value::Null));
    // Some clients look at the end of the address to tell what it is.
    let link = opened["body"].as_str().unwrap();
    assert!(link.split_once('#').unwrap().0.ends_with(".jpg"), "what it is called is not to be seen");
    bob.device.opened("ostrich").unwrap();

    // Nothing but the bytes says what it is.
    let bytes = photograph(90, 60);
    let link = uploaded(&bob.device, "reply.bin", &bytes, true);
    bob.device.send_sealed(&alice.address, link.as_str().unwrap()).unwrap();
    let row = wait_file(&alice, "reply.bin", "here");
    assert_eq!((&row["encryption"], &row["text"]), (&json!("omemo"), &json!("")));
    assert!(kept(&alice, &row) == bytes);
    // It lies on its side.
    assert_eq!((&row["files"][0]["width"], &row["files"][0]["height"]), (&json!(60), &json!(90)));
    bob.spy_heard_no_word(&["walrus", "ostrich", "aesgcm", "https://localhost", "reply.bin"], 2);
}

fn files_go_both_ways_as_plain_addresses(world: World) {
    let alice = world.person("alice").device("phone");
    let address = world.person("bob").address;
    let bob = Slixmpp::sign_in(&SignIn::to(world.server, &address, PASSWORD)).unwrap();
    alice.driver.ok(json!({"cmd": "add-contact", "account": alice.address, "jid": address}));
    alice.wait_until("both are contacts", |alice| alice.contact(&address)["subscription"] == "both");
    let bytes = noise(9_000);
    send_file(&alice, &address, &Outside::new().file("walrus.bin", &bytes), None);
    let message = bob.message("a file", |event| event["oob"].is_string()).unwrap();
    assert_eq!(message["oob"], message["body"]);
    assert!(message["body"].as_str().unwrap().ends_with("/walrus.bin"), "{message}");
    assert!(fetched(&bob, &message["oob"]) == bytes);

    let url = uploaded(&bob, "ostrich.txt", b"back", false);
    bob.call("send-file", json!({"to": alice.address, "url": url})).unwrap();
    let row = wait_file(&alice, "ostrich.txt", "here");
    assert_eq!((kept(&alice, &row).as_slice(), &row["text"]), (&b"back"[..], &json!("")));
}
