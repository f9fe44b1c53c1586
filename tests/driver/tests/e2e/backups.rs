//! A phone is gone, and another one goes on with its backup.

use std::fs;
use std::path::{Path, PathBuf};

use larimar_testbed::{Driver, Folder, SmallDisk};
use serde_json::{Value, json};

use crate::encryption::{devices, friends, trust, wait_encrypted};
use crate::files::{Outside, kept, noise, send_file, wait_file};
use crate::interop::other::{Other, wait_sealed};
use crate::keys;
use crate::on_servers;
use crate::trouble::skipped;
use crate::world::{Device, World, binary};

on_servers! {
    a_phone_that_is_gone_comes_back_from_its_backup: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    what_waited_in_a_backup_is_sent_once: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
}

const WORDS: &str = "larimar is a stone";

fn export(device: &Device, path: &Path) -> Value {
    device.driver.ok(json!({"cmd": "export", "path": path, "passphrase": WORDS}))
}

fn restore_request(folder: &Folder, path: &Path) -> Value {
    json!({"cmd": "restore", "dir": folder.join("store"), "path": path, "passphrase": WORDS})
}

/// A new phone with what a backup has.
fn restored(address: &str, path: &Path) -> Device {
    let folder = Folder::new("restored").unwrap();
    let driver = Driver::start(binary(), "restoring");
    let summary = driver.ok(restore_request(&folder, path));
    assert_eq!(summary["accounts"], json!([address]));
    assert!(driver.all(|line| line["event"] == "backup").iter().any(|line| line["done"].as_i64() > Some(0)));
    driver.quit();
    Device::open(folder, address, "new phone")
}

/// What is in a folder, without the file of a lease.
fn entries(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name != "larimar.lock").collect()
}

fn a_phone_that_is_gone_comes_back_from_its_backup(world: World) {
    let (alice, bob) = friends(world);
    let carol = Other::meets(world, &alice, &["legacy"]);
    // Everything that a conversation can have.
    let first = alice.send(&bob, "walrus");
    let at_bob = wait_encrypted(&bob, "walrus")["message"].clone();
    bob.driver.ok(json!({"cmd": "react", "message": at_bob, "emojis": ["🎉"]}));
    alice.wait_row(&first, "a reaction", |row| row["reactions"][0]["emoji"] == "🎉");
    bob.driver.ok(json!({"cmd": "mark-read", "account": bob.address, "chat": alice.address}));
    alice.wait_state(&first, "displayed");
    bob.send(&alice, "ostrich");
    let read = wait_encrypted(&alice, "ostrich")["message"].clone();
    alice.driver.ok(json!({"cmd": "mark-read", "account": alice.address, "chat": bob.address}));
    let corrected = alice.send(&bob, "walros");
    alice.wait_state(&corrected, "delivered");
    alice.driver.ok(json!({"cmd": "correct", "message": corrected, "text": "walrus again"}));
    wait_encrypted(&bob, "walrus again");
    let fingerprint = devices(&alice, &bob.address)[0]["fingerprint"].clone();
    trust(&alice, &bob.address, &fingerprint, "trusted");
    alice.send_to(&carol.address, "walrus for carol");
    carol.device.opened("walrus for carol").unwrap();
    carol.device.send_sealed(&alice.address, "ostrich of carol").unwrap();
    wait_sealed(&alice, "ostrich of carol", "omemo");
    bob.send(&alice, "not read yet");
    wait_encrypted(&alice, "not read yet");
    send_file(&bob, &alice.address, &Outside::new().file("walrus.bin", &noise(300_000)), None);
    let picture = wait_file(&alice, "walrus.bin", "here");
    alice.sync();

    let folder = Folder::new("backup").unwrap();
    let backup = folder.join("backup");
    let before = [&bob.address, &carol.address].map(|with| (with.clone(), alice.timeline(with), alice.chat(with)));
    let ours = devices(&bob, &alice.address)[0].clone();
    let written = export(&alice, &backup);
    assert_eq!((&written["files"], entries(folder.path()).len()), (&json!(1), 1));
    assert!(entries(&alice.store()).iter().all(|name| !name.starts_with("larimar.copy")));
    let bytes = fs::read(&backup).unwrap();
    assert!(!bytes.windows(6).any(|window| window == b"walrus" || window == b"battery"));

    // Afterwards both say something, and the phone is gone.
    let sent = alice.send(&bob, "sent between");
    alice.wait_state(&sent, "delivered");
    bob.send(&alice, "said between");
    wait_encrypted(&alice, "said between");
    carol.device.send_sealed(&alice.address, "carol between").unwrap();
    wait_sealed(&alice, "carol between", "omemo");
    let address = alice.address.clone();
    drop(alice.killed());

    let alice = restored(&address, &backup);
    alice.wait_online();
    alice.sync();
    assert!(kept(&alice, &picture) == noise(300_000));
    assert_eq!(entries(&alice.store().join("files")).len(), 1);
    for (with, rows, chat) in &before {
        let here = alice.timeline(with);
        assert_eq!(&here[..rows.len()], &rows[..], "with {with}");
        // What was said between stands behind it, once: it says so where it cannot be read.
        let between = here[rows.len()..].iter();
        let said: Vec<_> =
            between.map(|row| if row["sealed"].is_null() { &row["text"] } else { &row["sealed"] }).collect();
        let expected = if *with == bob.address { 2 } else { 1 };
        assert_eq!(said.len(), expected, "{said:?}");
        assert!(
            said.iter().all(|said| **said == "KeysMissing" || said.as_str().unwrap().contains("between")),
            "{said:?}"
        );
        // What was read stays so, and what was not as well.
        let came = here[rows.len()..].iter().filter(|row| row["outgoing"] == false).count();
        // Who wrote there since has read what stands before that.
        let wrote = here.len() - rows.len() > came;
        let unread = came as u64 + if wrote { 0 } else { chat["unread"].as_u64().unwrap() };
        assert_eq!(alice.chat(with)["unread"], unread, "with {with}: {here:?}");
    }
    assert!(alice.timeline(&bob.address).iter().any(|row| row["message"] == read));

    // Both directions, with everybody; the device is the one that they know, and so is what was decided.
    for number in 0..3 {
        let text = format!("walrus of the new phone {number}");
        alice.send(&bob, &text);
        wait_encrypted(&bob, &text);
        let text = format!("ostrich for the new phone {number}");
        bob.send(&alice, &text);
        assert_eq!(wait_encrypted(&alice, &text)["trust"], "verified");
        let text = format!("walrus for carol again {number}");
        alice.send_to(&carol.address, &text);
        carol.device.opened(&text).unwrap();
        let text = format!("ostrich of carol again {number}");
        carol.device.send_sealed(&alice.address, &text).unwrap();
        wait_sealed(&alice, &text, "omemo");
    }
    let now = devices(&bob, &alice.address);
    let same = |device: &Value| (device["id"].clone(), device["fingerprint"].clone(), device["trust"].clone());
    assert_eq!((now.len(), same(&now[0])), (1, same(&ours)));
    assert_eq!(devices(&alice, &bob.address)[0]["trust"], "verified");
    for account in [&alice.address, &bob.address] {
        assert_eq!(keys::problems(&world.server.archive(account).unwrap()), Vec::<String>::new());
    }
}

fn what_waited_in_a_backup_is_sent_once(world: World) {
    let enable = |alice: &Device, on: bool| {
        alice.driver.ok(json!({"cmd": "enable-account", "account": alice.address, "on": on}));
    };
    // In clear, what waits leaves as soon as it may.
    let (alice, bob) = world.friends();
    alice.send(&bob, "walrus");
    bob.wait_text("walrus");
    let folder = Folder::new("backup").unwrap();
    let backup = folder.join("backup");
    enable(&alice, false);
    alice.driver.wait("it is offline", |line| line["event"] == "account" && line["state"] == "offline");
    alice.send(&bob, "left after the backup");
    alice.send(&bob, "left as well");
    export(&alice, &backup);
    enable(&alice, true);
    bob.wait_text("left as well");
    alice.sync();
    let mark = alice.driver.mark();
    enable(&alice, false);
    alice.driver.wait_after(mark, "it is offline", |line| line["event"] == "account" && line["state"] == "offline");
    // Nobody ever hears of this one from the old phone.
    alice.send(&bob, "never left");
    let second = folder.join("second");
    export(&alice, &second);
    let address = alice.address.clone();
    drop(alice.killed());
    for (backup, said) in [
        (&backup, vec!["walrus", "left after the backup", "left as well"]),
        (&second, vec!["walrus", "left after the backup", "left as well", "never left"]),
    ] {
        let alice = restored(&address, backup);
        enable(&alice, true);
        alice.wait_online();
        alice.sync();
        alice.wait_until("nothing waits", |alice| {
            alice.timeline(&bob.address).iter().all(|row| row["state"] != "queued")
        });
        bob.wait_until("all is there", |bob| bob.texts(&alice.address).len() >= said.len());
        alice.sync();
        bob.sync();
        assert_eq!(alice.texts(&bob.address), said);
        assert_eq!(bob.texts(&alice.address), said);
        drop(alice.killed());
    }
    let all = ["walrus", "left after the backup", "left as well", "never left"];
    assert_eq!(world.archived_texts(&bob.address), all);
}

/// A store with an account that reaches nobody, and many bytes of files; and its backup.
fn much(bytes: usize) -> (Driver, Folder, PathBuf) {
    let folder = Folder::new("much").unwrap();
    let driver = Driver::open(binary(), "old phone", &folder.join("store"), "none");
    let account = json!({"cmd": "add-account", "jid": "alice@one.test", "password": "secret", "server": "127.0.0.1:1"});
    driver.ok(account);
    for number in 0..4 {
        let path = folder.write("file", vec![number; bytes / 4]).unwrap();
        driver.ok(json!({"cmd": "send-file", "account": "alice@one.test", "to": "bob@one.test", "path": path}));
    }
    fs::remove_file(folder.join("file")).unwrap();
    let backup = folder.join("backup");
    driver.ok(json!({"cmd": "export", "path": backup, "passphrase": WORDS}));
    (driver, folder, backup)
}

#[test]
fn what_cannot_be_restored_is_said_and_leaves_nothing() {
    let (old, folder, backup) = much(100_000);
    let new = Folder::new("new").unwrap();
    let driver = Driver::start(binary(), "new phone");
    let refused = |change: &dyn Fn(&mut Value)| {
        let mut request = restore_request(&new, &backup);
        change(&mut request);
        driver.call(request).unwrap_err()
    };
    assert_eq!(refused(&|request| request["passphrase"] = json!("")).error["field"], "passphrase");
    assert_eq!(refused(&|request| request["passphrase"] = json!("another")).kind, "WrongPassphrase");
    assert_eq!(refused(&|request| request["path"] = json!(binary())).kind, "NotABackup");
    assert_eq!(refused(&|request| request["path"] = json!(folder.join("nowhere"))).kind, "BackupUnusable");
    assert_eq!(refused(&|request| request["dir"] = json!(folder.join("store"))).kind, "StoreInUse");
    let whole = fs::read(&backup).unwrap();
    fs::write(&backup, &whole[..whole.len() / 2]).unwrap();
    assert_eq!(refused(&|_| {}).kind, "BackupDamaged");
    assert!(entries(&new.join("store")).is_empty());
    fs::write(&backup, &whole).unwrap();
    driver.ok(restore_request(&new, &backup));
    assert_eq!(refused(&|_| {}).kind, "StoreExists");
    driver.ok(json!({"cmd": "open", "dir": new.join("store")}));
    assert_eq!(driver.ok(json!({"cmd": "accounts"}))["accounts"][0]["account"], "alice@one.test");
    let refused =
        old.call(json!({"cmd": "export", "path": folder.join("no/folder"), "passphrase": WORDS})).unwrap_err();
    assert_eq!(refused.kind, "BackupUnusable");
    assert_eq!(old.call(json!({"cmd": "export", "path": backup, "passphrase": ""})).unwrap_err().kind, "BadValue");
}

#[test]
fn who_is_killed_while_restoring_or_exporting_has_all_or_nothing() {
    let (old, folder, backup) = much(8 << 20);
    let mut whole = 0;
    for percent in [Some(0), Some(30), Some(70), Some(98), Some(98), None] {
        let new = Folder::new("new").unwrap();
        let driver = Driver::start(binary(), "new phone");
        let restoring = driver.begin(restore_request(&new, &backup));
        match percent {
            Some(percent) => {
                let reached =
                    |line: &Value| line["done"].as_u64() >= line["total"].as_u64().map(|all| all * percent / 100);
                driver.wait("it is so far", |line| line["event"] == "backup" && reached(line));
            }
            None => drop(driver.answer(restoring).unwrap()),
        }
        driver.kill();
        let driver = Driver::open(binary(), "new phone", &new.join("store"), "none");
        let accounts = driver.ok(json!({"cmd": "accounts"}))["accounts"].as_array().unwrap().len();
        let mut there = entries(&new.join("store"));
        there.retain(|name| !name.starts_with("larimar.db"));
        there.sort();
        let secrets = fs::read_to_string(new.join("store/secrets")).unwrap_or_default();
        if accounts == 1 {
            whole += 1;
            assert_eq!((there, secrets.lines().count()), (vec!["files".to_owned(), "secrets".to_owned()], 1));
            assert_eq!(fs::read_dir(new.join("store/files")).unwrap().count(), 4);
        } else {
            there.retain(|name| name != "secrets");
            assert_eq!((there, secrets), (Vec::new(), String::new()));
        }
    }
    assert!((1..6).contains(&whole));
    // The same of who writes one.
    let mark = old.mark();
    old.begin(json!({"cmd": "export", "path": folder.join("second"), "passphrase": WORDS}));
    old.find(mark, larimar_testbed::PATIENCE, |line| line["event"] == "backup" && line["done"].as_i64() > Some(0))
        .unwrap();
    old.kill();
    assert!(!folder.join("second").exists());
    let old = Driver::open(binary(), "old phone", &folder.join("store"), "none");
    assert!(entries(&folder.join("store")).iter().all(|name| !name.starts_with("larimar.copy")));
    // Who cancels is told so.
    let mark = old.mark();
    let export = old.begin(json!({"cmd": "export", "path": folder.join("second"), "passphrase": WORDS}));
    old.find(mark, larimar_testbed::PATIENCE, |line| line["event"] == "backup").unwrap();
    old.ok(json!({"cmd": "cancel-backup"}));
    assert_eq!(old.answer(export).unwrap_err().kind, "Cancelled");
    assert!(!folder.join("second").exists() && !folder.join("second.part").exists());
}

#[test]
fn a_full_disk_is_said_and_nothing_is_left_on_it() {
    if let Some(refusal) = SmallDisk::refusal() {
        return skipped(&format!("a backup on a full disk (no disk can be mounted: {refusal})"));
    }
    let (_old, _folder, backup) = much(4 << 20);
    let small = Folder::new("small").unwrap();
    let disk = SmallDisk::over(small.path(), 2 << 20);
    let driver = Driver::run(disk.command(binary()), "small phone");
    assert_eq!(driver.call(restore_request(&small, &backup)).unwrap_err().kind, "StorageFull");
    let inside = small.path().strip_prefix("/").unwrap();
    let seen = Path::new("/proc").join(driver.pid().to_string()).join("root").join(inside);
    assert!(entries(&seen.join("store")).is_empty());
    // A store fits, and its backup does not.
    driver.ok(json!({"cmd": "open", "dir": small.join("store")}));
    disk.fill(driver.pid()).unwrap();
    let refused = driver.call(json!({"cmd": "export", "path": small.join("backup"), "passphrase": WORDS})).unwrap_err();
    assert_eq!(refused.kind, "StorageFull");
    let mut there = entries(&seen);
    there.sort();
    assert_eq!(there, ["filler", "store"]);
    assert!(entries(&seen.join("store")).iter().all(|name| !name.starts_with("larimar.copy")));
}
