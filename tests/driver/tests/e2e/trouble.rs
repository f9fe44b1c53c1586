//! Trouble on the device itself: a full disk, a locked or damaged database, a clock that jumps. A clear error, and nothing
//! is lost.

use std::io::Write as _;
use std::path::Path;

use larimar_testbed::{Driver, Folder, Proxy, SmallDisk, WrongClock};
use serde_json::{Value, json};

use crate::on_servers;
use crate::world::{Device, Person, World, binary};

on_servers! {
    a_full_disk_loses_nothing: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    a_locked_database_is_waited_for_and_then_said: Ejabberd23, Prosody13;
    a_damaged_database_is_said_and_can_be_begun_anew: Prosody12, Ejabberd24;
    a_clock_that_jumps_changes_no_order: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
}

/// Says why a story was not played, past what catches the output of tests.
pub fn skipped(why: &str) {
    let _ = writeln!(std::io::stderr(), "\nSKIPPED, so it is not shown to hold here: {why}\n");
}

fn has_error(kind: &str) -> impl Fn(&Value) -> bool {
    move |line| line["event"] == "account" && line["error"]["kind"] == kind
}

/// Signs alice in through a proxy, and makes bob her friend.
fn signed_in_through(proxy: &Proxy, world: &World, person: &Person, alice: &Device) -> Device {
    let mut setup = person.setup();
    setup["server"] = json!(proxy.address().to_string());
    alice.driver.ok(setup);
    alice.wait_online();
    let bob = world.person("bob").device("phone");
    alice.befriend(&bob);
    bob
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
    let bob = signed_in_through(&proxy, &world, &person, &alice);
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

/// Another program that keeps a store's database locked, until it is dropped.
struct Locked {
    _database: rusqlite::Connection,
}

impl Locked {
    fn by_another(store: &Path) -> Locked {
        let database = rusqlite::Connection::open(store.join("larimar.db")).unwrap();
        database.execute_batch("BEGIN EXCLUSIVE").unwrap();
        Locked { _database: database }
    }
}

fn a_locked_database_is_waited_for_and_then_said(world: World) {
    let (alice, bob) = world.friends();
    let send = |text: &str| json!({"cmd": "send", "account": alice.address, "to": bob.address, "text": text});
    let locked = Locked::by_another(&alice.store());
    let waiting = alice.driver.begin(send("waited for the lock"));
    let meanwhile = bob.send(&alice, "came to a locked database");
    bob.wait_state(&meanwhile, "sent");
    drop(locked);
    alice.driver.answer(waiting).unwrap();
    alice.wait_text("came to a locked database");

    let locked = Locked::by_another(&alice.store());
    bob.send(&alice, "came to one that stays locked");
    let refused = alice.driver.call(send("refused")).unwrap_err();
    assert_eq!(
        (refused.kind.as_str(), &refused.error["text"]),
        ("StoreInUse", &json!("another program is using this store"))
    );
    drop(locked);
    alice.wait_text("came to one that stays locked");
    alice.driver.ok(send("and now"));
    bob.wait_text("and now");
    alice.sync();
    bob.sync();
    assert_eq!(alice.texts(&bob.address), world.archived_texts(&alice.address));
    assert_eq!(bob.texts(&alice.address), world.archived_texts(&bob.address));
    assert_eq!(alice.texts(&bob.address).len(), 4);
}

fn a_damaged_database_is_said_and_can_be_begun_anew(world: World) {
    let (alice, bob) = world.friends();
    for number in 0..50 {
        bob.send(&alice, &format!("number {number}"));
    }
    alice.wait_text("number 49");
    let store = alice.store();
    let asleep = alice.sleep();
    let file = store.join("larimar.db");
    let whole = std::fs::read(&file).unwrap();
    assert!(!store.join("larimar.db-wal").exists(), "a polite end leaves one file");
    let half = whole.len() / 2;
    let overwritten = |from: usize, to: usize| {
        let mut bytes = whole.clone();
        bytes[from..to].fill(0xa5);
        bytes
    };
    for (what, bytes) in [
        ("cut in half", whole[..half].to_vec()),
        ("no database", b"a text ".repeat(5_000)),
        ("without its beginning", overwritten(0, 100)),
        ("with another middle", overwritten(4096, whole.len() - 4096)),
    ] {
        std::fs::write(&file, &bytes).unwrap();
        let driver = Driver::start(binary(), what);
        let refused = driver.call(json!({"cmd": "open", "dir": store})).unwrap_err();
        assert_eq!(refused.kind, "StoreDamaged", "{what}");
        let text = refused.error["text"].as_str().unwrap();
        assert!(text.contains("set it aside and sign in again"), "{what}: {text}");
        assert_eq!(driver.call(json!({"cmd": "accounts"})).unwrap_err().kind, "NotOpen", "it lives");
        driver.quit();
        assert!(std::fs::read(&file).unwrap() == bytes, "{what}: it was left as it was");
    }
    let driver = Driver::start(binary(), "begun anew");
    let moved = driver.ok(json!({"cmd": "set-aside", "dir": store}))["moved_to"].as_str().unwrap().to_owned();
    assert_eq!(std::fs::metadata(moved).unwrap().len(), u64::try_from(whole.len()).unwrap());
    driver.quit();
    let alice = asleep.wake();
    alice.driver.ok(crate::world::Person { world, address: alice.address.clone() }.setup());
    alice.wait_online();
    alice.sync();
    let expected: Vec<String> = (0..50).map(|number| format!("number {number}")).collect();
    assert_eq!(alice.texts(&bob.address), expected);
}

fn a_clock_that_jumps_changes_no_order(world: World) {
    let Some(clock) = WrongClock::new().unwrap() else {
        return skipped("a clock that jumps (libfaketime is not installed)");
    };
    let proxy = Proxy::start(world.server.direct_tls_address()).unwrap();
    let person = world.person("alice");
    let folder = Folder::new("phone").unwrap();
    let alice = Device::open_by(clock.command(binary()), folder, &person.address, "phone with a wrong clock");
    clock.started(alice.driver.pid()).unwrap();
    let bob = signed_in_through(&proxy, &world, &person, &alice);
    for (round, wrong_by) in ["+0", "+1d", "-7d", "+30d", "-7d"].iter().enumerate() {
        clock.set(wrong_by).unwrap();
        let message = alice.send(&bob, &format!("asked {round}"));
        bob.wait_text(&format!("asked {round}"));
        bob.send(&alice, &format!("answered {round}"));
        alice.wait_text(&format!("answered {round}"));
        alice.wait_state(&message, "delivered");
        alice.sync();
    }
    let expected: Vec<String> =
        (0..5).flat_map(|round| [format!("asked {round}"), format!("answered {round}")]).collect();
    assert_eq!(alice.texts(&bob.address), expected);
    assert_eq!(bob.texts(&alice.address), expected);
    assert_eq!(world.archived_texts(&alice.address), expected);
    assert_eq!(proxy.connections().accepted, 1, "no deadline went by the wall clock");
    let found = alice.driver.ok(json!({"cmd": "search", "query": "answer", "limit": 10}));
    assert_eq!(found["rows"].as_array().unwrap().len(), 5);

    // A week ago the server's certificate was not valid yet. It is said, and over when the clock is right.
    let mark = alice.driver.mark();
    alice.driver.ok(json!({"cmd": "cut", "account": alice.address}));
    let refused = alice.driver.wait_after(mark, "it is said", has_error("CertificateInvalid"));
    assert!(refused["error"]["reason"].as_str().unwrap().contains("not valid yet"), "{refused}");
    bob.send(&alice, "what time is it?");
    clock.set("+1d").unwrap();
    alice.driver.ok(json!({"cmd": "network-changed"}));
    alice.wait_text("what time is it?");
    alice.sync();
    assert_eq!(alice.texts(&bob.address).len(), 11);
}
