//! The driver's own manners, and what it says to bad arguments.

use larimar_testbed::{Driver, Folder};
use serde_json::{Value, json};

use crate::world::{Device, binary};

#[test]
fn a_line_that_is_no_request_gets_an_error_and_the_driver_goes_on() {
    let driver = Driver::start(binary(), "driver");
    for (line, kind) in [
        ("not json", "BadRequest"),
        ("[1]", "BadRequest"),
        ("{\"x\": 7}", "BadValue"),
        ("{\"cmd\": \"chats\"}", "NotOpen"),
    ] {
        let mark = driver.mark();
        driver.write_line(line);
        let answer = driver.find(mark, larimar_testbed::PATIENCE, |line| !line["error"].is_null()).unwrap().1;
        assert_eq!(answer["error"]["kind"], kind, "{line}");
    }
    let folder = Folder::new("store").unwrap();
    driver.ok(json!({"cmd": "open", "dir": folder.path().join("store")}));
    assert_eq!(driver.call(json!({"cmd": "fly"})).unwrap_err().kind, "UnknownCommand");
    driver.quit();
}

#[test]
fn bad_arguments_are_refused_by_name() {
    let folder = Folder::new("store").unwrap();
    let device = Device::open(folder, "alice@one.test", "phone");
    let refused = |request: Value| device.driver.call(request).unwrap_err();
    for jid in ["", "@", "one.test", "a b@one.test", "alice@", "alice@one..test/"] {
        let request = json!({"cmd": "add-account", "jid": jid, "password": "x"});
        assert_eq!(refused(request).kind, "BadAddress", "{jid:?}");
    }
    let request = json!({"cmd": "add-account", "jid": "alice@one.test", "password": "x", "tls": "none"});
    assert_eq!(refused(request).error["field"], "tls");
    assert_eq!(refused(json!({"cmd": "correct", "message": 99, "text": "x"})).kind, "NoSuchMessage");
    assert_eq!(refused(json!({"cmd": "chats", "account": "alice@one.test"})).kind, "NoSuchAccount");
    assert_eq!(refused(json!({"cmd": "correct", "message": "one", "text": "x"})).error["field"], "message");
}

#[test]
fn a_store_has_one_owner_at_a_time() {
    let folder = Folder::new("store").unwrap();
    let store = folder.path().join("store");
    let first = Driver::open(binary(), "first", &store, "auto");
    let second = Driver::start(binary(), "second");
    let open = json!({"cmd": "open", "dir": store});
    assert_eq!(second.call(open.clone()).unwrap_err().kind, "StoreInUse");
    first.kill();
    second.ok(open);
}

#[test]
fn a_folder_that_cannot_be_used_is_said() {
    let folder = Folder::new("store").unwrap();
    let file = folder.path().join("a-file");
    std::fs::write(&file, "not a folder").unwrap();
    let driver = Driver::start(binary(), "driver");
    let refused = driver.call(json!({"cmd": "open", "dir": file})).unwrap_err();
    assert_eq!(refused.kind, "StoreUnusable");
    let damaged = folder.path().join("damaged");
    std::fs::create_dir(&damaged).unwrap();
    std::fs::write(damaged.join("larimar.db"), vec![0x5a; 8192]).unwrap();
    let refused = driver.call(json!({"cmd": "open", "dir": damaged})).unwrap_err();
    assert_eq!(refused.kind, "StoreDamaged");
    assert_eq!(std::fs::read(damaged.join("larimar.db")).unwrap(), vec![0x5a; 8192], "it was left as it was");
}
