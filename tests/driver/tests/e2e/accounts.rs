//! Accounts: signing in, wrong passwords, registration, changed passwords, removal.

use larimar_testbed::Folder;
use serde_json::{Value, json};

use crate::on_servers;
use crate::world::{Device, PASSWORD, Person, World};

on_servers! {
    a_wrong_password_is_said_once_and_waits_for_a_new_one: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    an_account_is_registered_used_and_removed: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    a_changed_password_is_used_from_then_on: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    two_accounts_live_in_one_store: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    an_account_is_forgotten_with_everything_of_it: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
}

fn a_wrong_password_is_said_once_and_waits_for_a_new_one(world: World) {
    let alice = world.person("alice");
    let mut setup = alice.setup();
    setup["password"] = json!("wrong");
    let phone = alice.device_with("phone", setup);
    let failed = |line: &Value| line["event"] == "account" && line["state"] == "failed";
    let event = phone.driver.wait("it fails", failed);
    assert_eq!(event["error"]["kind"], "WrongPassword");
    phone.driver.ok(json!({"cmd": "network-changed"}));
    phone.driver.ok(json!({"cmd": "set-password", "account": alice.address, "password": PASSWORD}));
    phone.wait_online();
    assert_eq!(phone.driver.all(failed).len(), 1, "a refused password is not tried again by itself");
}

/// An address that nobody has yet.
fn new_address(world: World, name: &str) -> String {
    format!("{name}{}@{}", std::process::id(), world.server.domain())
}

fn register(world: World, name: &str) -> Device {
    let person = Person { world, address: new_address(world, name) };
    let device = Device::open(Folder::new("phone").unwrap(), &person.address, "phone");
    let mut setup = person.setup();
    setup["cmd"] = json!("register");
    device.driver.ok(setup);
    device.wait_online();
    device
}

fn an_account_is_registered_used_and_removed(world: World) {
    let newcomer = register(world, "newcomer");
    let bob = world.person("bob").device("phone");
    newcomer.befriend(&bob);
    newcomer.send(&bob, "I am new here");
    bob.wait_text("I am new here");
    let again = Device::open(Folder::new("other").unwrap(), &newcomer.address, "other");
    let mut setup = Person { world, address: newcomer.address.clone() }.setup();
    setup["cmd"] = json!("register");
    assert_eq!(again.driver.call(setup.clone()).unwrap_err().kind, "NameTaken");
    newcomer.driver.ok(json!({"cmd": "remove-account", "account": newcomer.address, "on_server": true}));
    assert_eq!(newcomer.driver.ok(json!({"cmd": "accounts"}))["accounts"], json!([]));
    setup["cmd"] = json!("add-account");
    again.driver.ok(setup);
    let event = again.driver.wait("it is gone", |line| line["event"] == "account" && line["state"] == "failed");
    assert_eq!(event["error"]["kind"], "WrongPassword");
}

fn a_changed_password_is_used_from_then_on(world: World) {
    let phone = register(world, "changing");
    phone.driver.ok(json!({"cmd": "change-password", "account": phone.address, "password": "a new one"}));
    let phone = phone.restart();
    phone.wait_online();
    let mut setup = Person { world, address: phone.address.clone() }.setup();
    setup["password"] = json!("a new one");
    let tablet = Person { world, address: phone.address.clone() }.device_with("tablet", setup);
    tablet.wait_online();
}

fn two_accounts_live_in_one_store(world: World) {
    let (alice, bob) = (world.person("alice").device("phone"), world.person("bob").device("phone"));
    let work = world.person("work");
    alice.driver.ok(work.setup());
    alice.driver.wait("both are online", |line| line["account"] == work.address && line["state"] == "online");
    bob.send_to(&alice.address, "to you at home");
    bob.send_to(&work.address, "to you at work");
    assert_eq!(alice.wait_text("to you at home")["account"], alice.address);
    assert_eq!(alice.wait_text("to you at work")["account"], work.address);
    assert_eq!(alice.texts(&bob.address), ["to you at home"]);
    let all = alice.driver.ok(json!({"cmd": "chats"}));
    assert_eq!(all["chats"].as_array().unwrap().len(), 2);
    assert_eq!(alice.driver.call(work.setup()).unwrap_err().kind, "AccountExists");
}

fn an_account_is_forgotten_with_everything_of_it(world: World) {
    let (alice, bob) = world.friends();
    bob.send(&alice, "soon forgotten");
    alice.wait_text("soon forgotten");
    alice.driver.ok(json!({"cmd": "remove-account", "account": alice.address}));
    let store = alice.store();
    let phone = alice.restart();
    assert_eq!(phone.driver.ok(json!({"cmd": "accounts"}))["accounts"], json!([]));
    let found = phone.driver.ok(json!({"cmd": "search", "query": "forgotten", "limit": 10}));
    assert_eq!(found["rows"], json!([]));
    phone.driver.ok(json!({"cmd": "quit"}));
    phone.driver.wait_end();
    let left = std::fs::read_dir(&store).unwrap().filter_map(|file| std::fs::read(file.unwrap().path()).ok());
    for bytes in left {
        assert!(!contains(&bytes, b"soon forgotten"), "a removed message is still on the disk");
        assert!(!contains(&bytes, PASSWORD.as_bytes()));
    }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
