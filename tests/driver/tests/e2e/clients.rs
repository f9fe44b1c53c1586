//! Other people's clients on the far side: slixmpp as the contact, profanity as another device of ours.

use larimar_testbed::{Profanity, SignIn, Slixmpp};
use serde_json::json;

use crate::on_servers;
use crate::world::{Device, PASSWORD, World};

on_servers! {
    slixmpp_hears_and_is_heard: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    profanity_is_one_of_three_devices_in_step: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
}

/// Somebody with slixmpp, who is a contact of the device's person.
fn slixmpp(world: World, device: &Device) -> Slixmpp {
    let bob = world.person("bob");
    let bob = Slixmpp::sign_in(&SignIn::to(world.server, &bob.address, PASSWORD)).unwrap();
    let address = bob.jid().split('/').next().unwrap().to_owned();
    device.driver.ok(json!({"cmd": "add-contact", "account": device.address, "jid": address}));
    bob.subscribe(&device.address).unwrap();
    device.wait_until("both are contacts", |device| device.contact(&address)["subscription"] == "both");
    bob
}

fn slixmpp_hears_and_is_heard(world: World) {
    let alice = world.person("alice").device("phone");
    let bob = slixmpp(world, &alice);
    let address = bob.jid().split('/').next().unwrap().to_owned();

    let message = alice.send_to(&address, "helo slixmpp");
    let heard = bob.message_with("helo slixmpp").unwrap();
    alice.wait_state(&message, "delivered");
    bob.displayed(&alice.address, heard["id"].as_str().unwrap()).unwrap();
    alice.wait_state(&message, "displayed");
    alice.driver.ok(json!({"cmd": "correct", "message": message, "text": "hello slixmpp"}));
    assert_eq!(bob.message_with("hello slixmpp").unwrap()["replaces"], heard["id"]);
    bob.react(&alice.address, heard["id"].as_str().unwrap(), &["🎉"]).unwrap();
    alice.wait_row(&message, "a reaction", |row| row["reactions"][0]["emoji"] == "🎉");

    let id = bob.send(&alice.address, "helo larimar").unwrap();
    let row = alice.wait_text("helo larimar")["message"].clone();
    bob.correct(&alice.address, &id, "hello larimar").unwrap();
    alice.wait_row(&row, "a correction", |row| row["text"] == "hello larimar" && row["edited"] == true);
    alice.driver.ok(json!({"cmd": "react", "message": row, "emojis": ["👍"]}));
    let reaction = bob.message("a reaction", |event| event["reacts_to"] == json!(id)).unwrap();
    assert_eq!(reaction["emojis"], json!(["👍"]));
    alice.driver.ok(json!({"cmd": "mark-read", "account": alice.address, "chat": address}));
    bob.chat_state(&alice.address, "composing").unwrap();
    alice.driver.wait("typing", |line| line["event"] == "typing" && line["from"] == address && line["on"] == true);
    bob.retract(&alice.address, &id).unwrap();
    alice.wait_row(&row, "it is taken back", |row| row["retracted"] == true);
    bob.sign_out().unwrap();
}

fn profanity_is_one_of_three_devices_in_step(world: World) {
    let (phone, bob) = world.friends();
    let tablet = crate::world::Person { world, address: phone.address.clone() }.device("tablet");
    let sign_in = SignIn::to(world.server, &phone.address, PASSWORD).starttls(world.server);
    let mut terminal = Profanity::sign_in(&sign_in).unwrap();
    terminal.send(&bob.address, "from the terminal").unwrap();
    bob.wait_text("from the terminal");
    for device in [&phone, &tablet] {
        assert_eq!(device.wait_text("from the terminal")["outgoing"], true);
    }
    bob.send(&phone, "to the terminal and all others");
    terminal.wait_for("to the terminal and all others").unwrap();
    phone.send(&bob, "seen by a carbon");
    terminal.wait_for("seen by a carbon").unwrap();
    for device in [&phone, &tablet] {
        device.wait_text("to the terminal and all others");
        device.wait_text("seen by a carbon");
        device.sync();
        assert_eq!(device.texts(&bob.address).len(), 3);
    }
}
