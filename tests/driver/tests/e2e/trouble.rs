//! Trouble on the device itself: a full disk, a locked or damaged database, a clock that jumps. A clear error, and nothing
//! is lost.

use std::io::Write as _;

use larimar_testbed::{Folder, Proxy, SmallDisk};
use serde_json::{Value, json};

use crate::on_servers;
use crate::world::{Device, World, binary};

on_servers! {
    a_full_disk_loses_nothing: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
}

/// Says why a story was not played, past what catches the output of tests.
fn skipped(why: &str) {
    let _ = writeln!(std::io::stderr(), "\nSKIPPED, so it is not shown to hold here: {why}\n");
}

fn has_error(kind: &str) -> impl Fn(&Value) -> bool {
    move |line| line["event"] == "account" && line["error"]["kind"] == kind
}

fn a_full_disk_loses_nothing(world: World) {
    if let Some(refusal) = SmallDisk::refusal() {
        return skipped(&format!("a full disk (no disk can be mounted: {refusal})"));
    }
    let proxy = Proxy::start(world.server.direct_tls_address()).unwrap();
    let person = world.person("alice");
    let folder = Folder::new("small").unwrap();
    let disk = SmallDisk::over(folder.path(), 8 << 20);
    let alice = Device::open_by(disk.command(binary()), folder, &person.address, "small phone");
    let mut setup = person.setup();
    setup["server"] = json!(proxy.address().to_string());
    alice.driver.ok(setup);
    alice.wait_online();
    let bob = world.person("bob").device("phone");
    alice.befriend(&bob);
    alice.sync();

    disk.fill(alice.driver.pid()).unwrap();
    let send = |text: &str| {
        alice.driver.call(json!({"cmd": "send", "account": alice.address, "to": bob.address, "text": text}))
    };
    // The database's log may have some room in itself.
    let refused = (0..2_000).find_map(|number| send(&format!("while full {number}")).err()).expect("it gets full");
    assert_eq!(refused.kind, "StorageFull");
    assert_eq!(refused.error["text"], "there is no space left on this device");
    let mark = alice.driver.mark();
    (0..5).for_each(|number| drop(bob.send(&alice, &format!("to a full disk {number}"))));
    alice.driver.wait_after(mark, "it says why", has_error("StorageFull"));
    let connections = proxy.connections();
    for _ in 0..5 {
        // What would end every other pause asks the server nothing.
        alice.driver.ok(json!({"cmd": "network-changed"}));
        assert_eq!(send("still full").unwrap_err().kind, "StorageFull");
    }
    alice.timeline(&bob.address);
    assert_eq!(proxy.connections().accepted, connections.accepted, "the server is left alone until there is room");

    disk.free(alice.driver.pid()).unwrap();
    send("there is room again").unwrap();
    bob.wait_text("there is room again");
    alice.wait_text("to a full disk 4");
    alice.sync();
    bob.sync();
    let here = alice.texts(&bob.address);
    assert_eq!(here, world.archived_texts(&alice.address));
    assert_eq!(bob.texts(&alice.address), world.archived_texts(&bob.address));
    let received: Vec<_> = here.iter().filter(|text| text.starts_with("to a full disk")).collect();
    assert_eq!(
        received,
        ["0", "1", "2", "3", "4"].map(|number| format!("to a full disk {number}")).iter().collect::<Vec<_>>()
    );
    assert!(!here.contains(&"still full".to_owned()), "what was refused was not sent");
}
