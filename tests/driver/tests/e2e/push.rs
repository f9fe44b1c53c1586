//! Push (XEP-0357): the server tells a push service that something came for somebody whose devices are all away.

use larimar_testbed::{Options, PushService, Server};
use serde_json::{Value, json};

use crate::on_servers;
use crate::world::{Device, World};

on_servers! {
    the_server_pushes_while_nobody_is_connected: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    what_the_server_was_told_is_taken_back: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
}

/// A server of the same kind that has a push service.
fn with_service(world: World) -> (World, PushService) {
    let server = Server::start(world.server.kind(), Options::new("one.test").push_service()).unwrap();
    let server: &'static Server = Box::leak(Box::new(server));
    (World { server }, PushService::start(server).unwrap())
}

/// Asks the device's server to push under this node, and waits until it has promised to.
fn push_to(device: &Device, service: &PushService, node: &str) {
    let secret = format!("secret of {node}");
    device.driver.ok(json!({"cmd": "push", "service": service.address(), "node": node, "secret": secret}));
    device.wait_until("the server promises to push", pushes);
}

fn pushes(device: &Device) -> bool {
    let accounts = device.driver.ok(json!({"cmd": "accounts"}))["accounts"].clone();
    accounts[0]["pushes"] == Value::Bool(true)
}

fn the_server_pushes_while_nobody_is_connected(world: World) {
    let (world, service) = with_service(world);
    let (alice, bob) = world.encrypted().friends();
    push_to(&alice, &service, "alice's phone");
    bob.send(&alice, "you are here");
    alice.wait_text("you are here");
    assert_eq!(service.untaken(), 0, "who is here needs no push");

    let alice = alice.sleep();
    bob.send_to(alice.address(), "you are not here");
    let pushed = service.pushed("alice's phone").unwrap();
    assert_eq!(pushed["secret"], "secret of alice's phone");
    let alice = alice.wake();
    alice.wait_text("you are not here");

    push_to(&alice, &service, "alice's new browser");
    let alice = alice.killed();
    bob.send_to(alice.address(), "you are gone");
    service.pushed("alice's new browser").unwrap();
    alice.wake().wait_text("you are gone");
}

fn what_the_server_was_told_is_taken_back(world: World) {
    let (world, service) = with_service(world);
    let bob = world.person("bob").device("phone");
    let device = |node: &str| {
        let device = world.person("alice").device("phone");
        device.befriend(&bob);
        push_to(&device, &service, node);
        device
    };
    let (told, switched_off, removed, stays) = (device("told"), device("off"), device("removed"), device("stays"));

    told.driver.ok(json!({"cmd": "push"}));
    assert!(!pushes(&told));
    told.sync();
    switched_off.driver.ok(json!({"cmd": "enable-account", "account": switched_off.address, "on": false}));
    removed.driver.ok(json!({"cmd": "remove-account", "account": removed.address}));
    let [told, switched_off, removed, stays] = [told, switched_off, removed, stays].map(Device::sleep);
    for asleep in [told, switched_off, removed] {
        bob.send_to(asleep.address(), "nobody is to be woken");
    }
    bob.send_to(stays.address(), "wake up");
    service.pushed("stays").unwrap();
    assert_eq!(service.untaken(), 0, "the others have taken it back");
}
