//! Files in conversations: taken in, uploaded, fetched, checked, and gone with their message.

use std::fs;
use std::path::{Path, PathBuf};

use larimar_testbed::Folder;
use serde_json::{Value, json};

use crate::encryption::nothing_in_clear;
use crate::on_servers;
use crate::world::{Device, World};

on_servers! {
    a_picture_goes_each_way_encrypted: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    a_file_goes_in_clear_where_people_want_that: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    files_of_any_size_come_whole: Prosody12, Ejabberd23, Prosody13, Ejabberd24;
    a_large_file_is_fetched_when_somebody_asks: Prosody13, Ejabberd24;
    a_file_waits_for_a_connection_and_a_text_does_not_wait_for_it: Prosody12, Ejabberd24;
    a_file_that_the_server_does_not_take_says_so: Prosody12, Prosody13, Ejabberd23, Ejabberd24;
    the_oldest_files_go_and_can_be_fetched_again: Prosody13, Ejabberd24;
    files_go_with_their_message: Prosody13, Ejabberd23;
}

/// What a camera writes beside a picture, and nobody is to learn.
const SECRET: &[u8] = b"GPS 46.5763 N 7.9904 E";

/// A photograph as cameras make them: lying on its side, with the place where it was taken.
pub fn photograph(width: u32, height: u32) -> Vec<u8> {
    let pixel = |x: u32, y: u32| image::Rgb([(x * 255 / width) as u8, (y * 255 / height) as u8, (x ^ y) as u8]);
    let picture = image::RgbImage::from_fn(width, height, pixel);
    let mut plain = Vec::new();
    picture.write_to(&mut std::io::Cursor::new(&mut plain), image::ImageFormat::Jpeg).unwrap();
    // TIFF, one entry: orientation 6 (to be turned clockwise), and behind it a text.
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
    exif.extend(SECRET);
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    let mut whole = plain[..2].to_vec();
    whole.extend([0xff, 0xe1, length[0], length[1]]);
    whole.extend(exif);
    whole.extend(&plain[2..]);
    whole
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// Files outside of any store.
pub struct Outside(Folder);

impl Outside {
    pub fn new() -> Outside {
        Outside(Folder::new("files").unwrap())
    }

    pub fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        self.0.write(name, bytes).unwrap()
    }
}

/// Bytes that compress badly and never repeat.
pub fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    let mut bytes: Vec<u8> = std::iter::repeat_with(&mut next).take(length / 8 + 1).flatten().collect();
    bytes.truncate(length);
    bytes
}

pub fn send_file(device: &Device, to: &str, path: &Path, caption: Option<&str>) -> Value {
    let request = json!({"cmd": "send-file", "account": device.address, "to": to, "path": path, "caption": caption});
    device.driver.ok(request)["message"].clone()
}

/// Waits for a message from somebody whose one file is so.
#[track_caller]
pub fn wait_file(device: &Device, name: &str, state: &str) -> Value {
    let wanted = |line: &Value| {
        line["event"] == "message" && line["files"][0]["name"] == name && line["files"][0]["state"] == state
    };
    device.driver.wait(&format!("the file {name:?} is {state}"), wanted)
}

/// The bytes of a message's file, as the device keeps them.
pub fn kept(device: &Device, row: &Value) -> Vec<u8> {
    fs::read(device.store().join(row["files"][0]["path"].as_str().unwrap())).unwrap()
}

/// What lies in the folder of files.
fn folder(device: &Device) -> Vec<String> {
    let entries = fs::read_dir(device.store().join("files")).into_iter().flatten();
    entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
}

fn friends(world: World) -> (Device, Device) {
    let (alice, bob) = world.encrypted().friends();
    for (device, other) in [(&alice, &bob), (&bob, &alice)] {
        device.driver.meet_devices(&device.address, &other.address, 1).unwrap();
    }
    (alice, bob)
}

fn a_picture_goes_each_way_encrypted(world: World) {
    let (alice, bob) = friends(world);
    let outside = Outside::new();
    for (from, to, name) in [(&alice, &bob, "summit.jpg"), (&bob, &alice, "valley.jpg")] {
        let caption = format!("walrus on {name}");
        let path = outside.file(name, &photograph(1800, 1350));
        let sent = send_file(from, &to.address, &path, Some(&caption));
        from.wait_state(&sent, "delivered");
        let row = wait_file(to, name, "here");
        assert_eq!((&row["encryption"], &row["text"]), (&json!("omemo2"), &json!("")));
        let file = &row["files"][0];
        assert_eq!(
            (&file["type"], &file["width"], &file["height"]),
            (&json!("image/jpeg"), &json!(1200), &json!(1600))
        );
        assert!(file["blurhash"].is_string() && file["preview"].as_u64().unwrap() > 100, "{file}");
        let bytes = kept(to, &row);
        assert_eq!(file["size"], bytes.len());
        assert!(!contains(&bytes, SECRET) && !contains(&bytes, b"Exif"), "the picture tells where it was taken");
        let own = from.wait_row(&sent, "has its file", |row| row["files"][0]["state"] == "here");
        assert!(kept(from, &own) == bytes);
        // Behind its picture.
        to.wait_text(&caption);
        assert_eq!(to.chat(&from.address)["preview"], caption);
    }
    let shown = |device: &Device, with: &Device| -> Vec<(Value, Value)> {
        let rows = device.timeline(&with.address);
        rows.into_iter().map(|row| (row["text"].clone(), row["files"][0]["name"].clone())).collect()
    };
    let said: Vec<(Value, Value)> = ["summit.jpg", "valley.jpg"]
        .into_iter()
        .flat_map(|name| [(json!(""), json!(name)), (json!(format!("walrus on {name}")), Value::Null)])
        .collect();
    assert_eq!(shown(&alice, &bob), said);
    assert_eq!(shown(&bob, &alice), said);
    for account in [&alice.address, &bob.address] {
        nothing_in_clear(world, account, &["walrus", "summit", "valley", "aesgcm", "https://", "image/"]);
    }
    let bob = bob.restart();
    let row = bob.timeline(&alice.address).remove(0);
    assert!(kept(&bob, &row).starts_with(b"\xff\xd8"), "{row}");
}

fn a_file_goes_in_clear_where_people_want_that(world: World) {
    let (alice, bob) = world.friends();
    let tablet = crate::world::Person { world, address: alice.address.clone() }.device("tablet");
    let text = b"eggs, bread, ostrich";
    let path = Outside::new();
    let path = path.file("shopping list.txt", text);
    let sent = send_file(&alice, &bob.address, &path, None);
    alice.wait_state(&sent, "delivered");
    let row = wait_file(&bob, "shopping list.txt", "here");
    assert_eq!((&row["encryption"], &row["files"][0]["type"]), (&json!("none"), &json!("text/plain")));
    assert_eq!(kept(&bob, &row), text);
    assert_eq!(bob.chat(&alice.address)["file"], "text/plain");
    // Our own other device has it too, and a device that comes later finds it in the archive.
    assert_eq!(kept(&tablet, &wait_file(&tablet, "shopping list.txt", "here")), text);
    let later = crate::world::Person { world, address: bob.address.clone() }.device("later");
    later.wait_until("the file is here", |later| {
        later.timeline(&alice.address).iter().any(|row| row["files"][0]["name"] == "shopping list.txt")
    });
}

fn files_of_any_size_come_whole(world: World) {
    let (alice, bob) = friends(world);
    let outside = Outside::new();
    let largest = if std::env::var_os("LARIMAR_FULL").is_some() { 100 << 20 } else { 3 << 20 };
    for (name, bytes) in [("nothing", Vec::new()), ("one", vec![7]), ("much", noise(largest))] {
        let sent = send_file(&alice, &bob.address, &outside.file(name, &bytes), None);
        let came = bob
            .driver
            .wait(&format!("the file {name:?}"), |line| line["event"] == "message" && line["files"][0]["name"] == name);
        let saved = bob
            .driver
            .ok(json!({"cmd": "save-file", "message": came["message"], "path": outside.0.path().join("out")}));
        assert_eq!(saved["bytes"], bytes.len());
        assert!(fs::read(saved["path"].as_str().unwrap()).unwrap() == bytes, "{name} is not whole");
        alice.wait_state(&sent, "delivered");
    }
    let told = |device: &Device, total: usize| {
        let of_large = |line: &Value| line["event"] == "transfer" && line["total"].as_u64() > Some(total as u64 - 1);
        device.driver.all(of_large).last().cloned().unwrap_or_default()
    };
    for device in [&alice, &bob] {
        let last = told(device, largest);
        assert_eq!(last["sent"], last["total"], "{} was told how far it is", device.address);
    }
}

fn a_large_file_is_fetched_when_somebody_asks(world: World) {
    let (alice, bob) = friends(world);
    let bob = bob.restart_with(json!({"fetch_files_up_to": 10_000}));
    let outside = Outside::new();
    let bytes = noise(50_000);
    send_file(&alice, &bob.address, &outside.file("talk.bin", &bytes), None);
    let row = wait_file(&bob, "talk.bin", "remote");
    assert_eq!((&row["files"][0]["size"], folder(&bob)), (&json!(50_000), Vec::new()));
    let downloads = outside.0.path().join("downloads");
    fs::create_dir(&downloads).unwrap();
    let save = json!({"cmd": "save-file", "message": row["message"], "path": downloads});
    for name in ["talk.bin", "talk (2).bin"] {
        assert_eq!(bob.driver.ok(save.clone())["path"], json!(downloads.join(name)));
        assert!(fs::read(downloads.join(name)).unwrap() == bytes);
    }
    // A small one comes by itself.
    send_file(&alice, &bob.address, &outside.file("note.bin", &noise(9_000)), None);
    wait_file(&bob, "note.bin", "here");
}

fn the_oldest_files_go_and_can_be_fetched_again(world: World) {
    let (alice, bob) = friends(world);
    let bob = bob.restart_with(json!({"keep_files_up_to": 25_000}));
    let outside = Outside::new();
    let names = ["one.bin", "two.bin", "three.bin"];
    for (place, name) in names.iter().enumerate() {
        send_file(&alice, &bob.address, &outside.file(name, &noise(10_000 + place)), None);
        wait_file(&bob, name, "here");
    }
    bob.wait_until("one of them has gone", |bob| folder(bob).len() == 2);
    let rows = bob.timeline(&alice.address);
    assert_eq!(rows[0]["files"][0]["state"], "remote", "{}", rows[0]);
    // What a person asks for stays, until something else comes.
    bob.driver.ok(json!({"cmd": "fetch-file", "message": rows[0]["message"]}));
    assert!(kept(&bob, &bob.timeline(&alice.address)[0]) == noise(10_000));
    let saved = outside.0.path().join("saved.bin");
    bob.driver.ok(json!({"cmd": "save-file", "message": rows[0]["message"], "path": saved}));
    assert!(fs::read(saved).unwrap() == noise(10_000));
    send_file(&alice, &bob.address, &outside.file("four.bin", &noise(10_004)), None);
    wait_file(&bob, "four.bin", "here");
    bob.wait_until("the oldest have gone", |bob| folder(bob).len() == 2);
}

fn a_file_waits_for_a_connection_and_a_text_does_not_wait_for_it(world: World) {
    let (alice, bob) = friends(world);
    let outside = Outside::new();
    alice.driver.ok(json!({"cmd": "enable-account", "account": alice.address, "on": false}));
    alice.driver.wait("offline", |line| line["event"] == "account" && line["state"] == "offline");
    let file = send_file(&alice, &bob.address, &outside.file("late.bin", &noise(20_000)), Some("ostrich"));
    let text = alice.send_to(&bob.address, "walrus");
    // The person's file goes away, and the app dies: what was taken in is kept.
    fs::remove_file(outside.0.path().join("late.bin")).unwrap();
    let alice = alice.kill_and_restart();
    alice.driver.ok(json!({"cmd": "enable-account", "account": alice.address, "on": true}));
    let row = wait_file(&bob, "late.bin", "here");
    assert!(kept(&bob, &row) == noise(20_000));
    for message in [&file, &text] {
        alice.wait_state(message, "delivered");
    }
    bob.wait_text("walrus");
    bob.wait_text("ostrich");
    let texts = bob.texts(&alice.address);
    let place = |text: &str| texts.iter().position(|known| known == text).unwrap();
    assert!(place("") < place("ostrich"), "a caption stands behind its file: {texts:?}");
    assert_eq!(texts.len(), 3);
}

fn a_file_that_the_server_does_not_take_says_so(world: World) {
    let (alice, bob) = friends(world);
    let outside = Outside::new();
    let path = outside.0.path().join("film.bin");
    fs::File::create(&path).unwrap().set_len((100 << 20) + 1).unwrap();
    let sent = send_file(&alice, &bob.address, &path, None);
    let row = alice.wait_row(&sent, "failed", |row| row["state"] == "failed");
    assert_eq!(row["error"], "FileTooLarge");
    // One that cannot be read, one that is none, and a picture that nobody can make silent.
    let damaged = outside.file("damaged.jpg", &photograph(64, 64)[..200]);
    for (path, kind) in [
        (outside.0.path().join("missing"), "FileUnreadable"),
        (outside.0.path().to_owned(), "FileUnreadable"),
        (damaged, "PictureUnusable"),
    ] {
        let request = json!({"cmd": "send-file", "account": alice.address, "to": bob.address, "path": path});
        assert_eq!(alice.driver.call(request).unwrap_err().kind, kind);
    }
    assert_eq!(folder(&alice).len(), 1, "only what belongs to a message is kept");
    // Whoever wants to, sends it as it is.
    let damaged = outside.0.path().join("damaged.jpg");
    let request =
        json!({"cmd": "send-file", "account": alice.address, "to": bob.address, "path": damaged, "as_it_is": true});
    alice.driver.ok(request);
    assert!(kept(&bob, &wait_file(&bob, "damaged.jpg", "here")) == fs::read(damaged).unwrap());
    alice.send(&bob, "still here");
    bob.wait_text("still here");
}

fn files_go_with_their_message(world: World) {
    let (alice, bob) = friends(world);
    let outside = Outside::new();
    let bytes = noise(5_000);
    let first = send_file(&alice, &bob.address, &outside.file("one.bin", &bytes), None);
    wait_file(&bob, "one.bin", "here");
    let second = send_file(&alice, &bob.address, &outside.file("two.bin", &bytes), None);
    let row = wait_file(&bob, "two.bin", "here");
    alice.wait_state(&second, "delivered");
    assert_eq!((folder(&alice).len(), folder(&bob).len()), (1, 1), "the same bytes are kept once");
    alice.driver.ok(json!({"cmd": "retract", "message": first}));
    bob.driver.wait("it was taken back", |line| line["event"] == "message" && line["retracted"] == true);
    assert!(kept(&bob, &row) == bytes, "the other message has it still");
    alice.driver.ok(json!({"cmd": "retract", "message": second}));
    for device in [&alice, &bob] {
        device.wait_until("nothing of it is left", |device| folder(device).is_empty());
    }
    // And with the whole chat.
    send_file(&alice, &bob.address, &outside.file("three.bin", &bytes), None);
    wait_file(&bob, "three.bin", "here");
    bob.driver.ok(json!({"cmd": "remove-chat", "account": bob.address, "chat": alice.address}));
    assert_eq!(folder(&bob), Vec::<String>::new());
    // A process that died has left something behind.
    fs::write(alice.store().join("files/outgoing-9"), b"half").unwrap();
    let alice = alice.kill_and_restart();
    assert_eq!(folder(&alice).len(), 1);
}
