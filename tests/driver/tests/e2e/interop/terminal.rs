//! profanity, which is built with libsignal and speaks legacy OMEMO, as the contact.

use larimar_testbed::{Profanity, SignIn, Slixmpp};
use serde_json::json;

use super::other::{heard_no_word, wait_sealed};
use crate::encryption::{devices, nothing_in_clear};
use crate::on_servers;
use crate::world::{Device, PASSWORD, World};

on_servers! {
    larimar_begins_with_profanity: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    profanity_begins: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
}

const EMPTY_LIST: &str = "<pubsub xmlns='http://jabber.org/protocol/pubsub'>\
    <publish node='eu.siacs.conversations.axolotl.devicelist'><item id='current'>\
    <list xmlns='eu.siacs.conversations.axolotl'/></item></publish><publish-options><x xmlns='jabber:x:data' type='submit'>\
    <field var='FORM_TYPE' type='hidden'><value>http://jabber.org/protocol/pubsub#publish-options</value></field>\
    <field var='pubsub#access_model'><value>open</value></field></x></publish-options></pubsub>";

/// A contact with profanity that has keys, alice's device, and another client of the contact's that encrypts nothing.
struct Contact {
    alice: Device,
    bob: String,
    terminal: Profanity,
    spy: Slixmpp,
}

fn contact(world: World) -> Contact {
    let alice = world.encrypted().person("alice").device("phone");
    let bob = world.person("bob").address;
    // profanity 0.13 adds itself to a list, and makes one only after an error with the code "404", which Prosody does not give.
    let spy = Slixmpp::sign_in(&SignIn::to(world.server, &bob, PASSWORD)).unwrap();
    spy.call("iq", json!({"type": "set", "to": bob, "xml": EMPTY_LIST})).unwrap();
    let sign_in = SignIn::to(world.server, &bob, PASSWORD).starttls(world.server);
    let mut terminal = Profanity::sign_in(&sign_in).unwrap();
    terminal.type_line("/omemo trustmode blind").unwrap();
    terminal.type_line("/omemo gen").unwrap();
    terminal.wait_for("Blind trust for").unwrap();
    alice.driver.ok(json!({"cmd": "add-contact", "account": alice.address, "jid": bob}));
    terminal.wait_for("Received authorization request").unwrap();
    terminal.type_line(&format!("/sub allow {}", alice.address)).unwrap();
    terminal.type_line(&format!("/sub request {}", alice.address)).unwrap();
    alice.wait_until("both are contacts", |alice| alice.contact(&bob)["subscription"] == "both");
    alice.wait_until("its device is known", |alice| devices(alice, &bob).len() == 1);
    Contact { alice, bob, terminal, spy }
}

impl Contact {
    /// Opens the chat and says that it is to be encrypted.
    fn open_chat(&mut self) {
        self.terminal.type_line(&format!("/msg {}", self.alice.address)).unwrap();
        self.terminal.type_line("/omemo start").unwrap();
        self.terminal.wait_for("[OMEMO]").unwrap();
        // It has met the device when it trusts it, which it tells in its first window.
        self.terminal.type_line("/win 1").unwrap();
        self.terminal.wait_for(&format!("Blind trust for {}", self.alice.address)).unwrap();
        self.terminal.type_line("/win 2").unwrap();
    }

    /// Types a message until it leaves: profanity refuses while the list of devices that it has asked for is still to come.
    fn say(&mut self, text: &str) {
        for _ in 0..10 {
            self.terminal.type_line("/clear").unwrap();
            self.terminal.type_line(text).unwrap();
            let left = format!("me: {text}");
            let answered = |screen: &str| screen.contains(&left) || screen.contains("Can't find a OMEMO device id");
            if self.terminal.wait_until("an answer", answered).unwrap().contains(&left) {
                return;
            }
        }
        panic!("profanity never finds alice's device");
    }

    /// Five messages each way, and five more after Larimar was killed; then that nothing of it was heard.
    fn talks(mut self, world: World) {
        for number in 0..10 {
            if number == 5 {
                self.alice = self.alice.kill_and_restart();
                self.alice.wait_online();
            }
            self.say(&format!("ostrich {number}"));
            wait_sealed(&self.alice, &format!("ostrich {number}"), "omemo");
            self.alice.send_to(&self.bob, &format!("walrus {number}"));
            self.terminal.wait_for(&format!("walrus {number}")).unwrap();
        }
        heard_no_word(&self.spy, &["walrus", "ostrich"], 20);
        nothing_in_clear(world, &self.alice.address, &["walrus", "ostrich"]);
        nothing_in_clear(world, &self.bob, &["walrus", "ostrich"]);
    }
}

fn larimar_begins_with_profanity(world: World) {
    let mut contact = contact(world);
    let first = contact.alice.send_to(&contact.bob, "walrus begins");
    contact.alice.wait_row(&first, "in legacy", |row| row["encryption"] == "omemo");
    contact.open_chat();
    contact.terminal.wait_for("walrus begins").unwrap();
    contact.talks(world);
}

fn profanity_begins(world: World) {
    let mut contact = contact(world);
    contact.open_chat();
    contact.talks(world);
}
