//! Several devices of one account, in step.

use serde_json::json;

use crate::on_servers;
use crate::world::World;

on_servers! {
    what_one_device_sends_the_others_have: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    what_one_device_read_the_others_know: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    a_device_that_was_away_has_everything_in_the_same_order: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
}

fn what_one_device_sends_the_others_have(world: World) {
    let (phone, bob) = world.friends();
    let alice = crate::world::Person { world, address: phone.address.clone() };
    let (tablet, laptop) = (alice.device("tablet"), alice.device("laptop"));
    phone.send(&bob, "from the phone");
    bob.wait_text("from the phone");
    for device in [&tablet, &laptop] {
        let copy = device.wait_text("from the phone");
        assert_eq!(copy["outgoing"], true);
    }
    bob.send(&phone, "to all of you");
    for device in [&phone, &tablet, &laptop] {
        assert_eq!(device.wait_text("to all of you")["outgoing"], false);
    }
    let message = tablet.send_to(&bob.address, "from the tablet");
    phone.wait_text("from the tablet");
    tablet.driver.ok(json!({"cmd": "correct", "message": message, "text": "from my tablet"}));
    phone.wait_text("from my tablet");
    for device in [&phone, &tablet, &laptop] {
        device.sync();
        assert_eq!(device.texts(&bob.address), ["from the phone", "to all of you", "from my tablet"]);
    }
}

fn what_one_device_read_the_others_know(world: World) {
    let (phone, bob) = world.friends();
    let alice = crate::world::Person { world, address: phone.address.clone() };
    let tablet = alice.device("tablet");
    bob.send(&phone, "one");
    bob.send(&phone, "two");
    for device in [&phone, &tablet] {
        device.wait_until("two are unread", |device| device.chat(&bob.address)["unread"] == 2);
    }
    phone.driver.ok(json!({"cmd": "mark-read", "account": phone.address, "chat": bob.address}));
    tablet.wait_until("the tablet knows", |tablet| tablet.chat(&bob.address)["unread"] == 0);
    let laptop = alice.device("laptop");
    laptop.wait_until("a new device knows", |laptop| {
        let chat = laptop.chat(&bob.address);
        chat["preview"] == "two" && chat["unread"] == 0
    });
}

fn a_device_that_was_away_has_everything_in_the_same_order(world: World) {
    let (phone, bob) = world.friends();
    let alice = crate::world::Person { world, address: phone.address.clone() };
    let tablet = alice.device("tablet").sleep();
    for number in 0..30 {
        let (from, to) = if number % 3 == 0 { (&phone, &bob) } else { (&bob, &phone) };
        from.send(to, &format!("message {number}"));
        to.wait_text(&format!("message {number}"));
    }
    let tablet = tablet.wake();
    tablet.sync();
    phone.sync();
    let expected: Vec<String> = (0..30).map(|number| format!("message {number}")).collect();
    assert_eq!(tablet.texts(&bob.address), expected);
    assert_eq!(phone.texts(&bob.address), expected);
}
