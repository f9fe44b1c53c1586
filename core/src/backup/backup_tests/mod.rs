//! Backups in memory: what is written is read, and whatever was done to it is noticed.

mod age_tests;
mod hostile_tests;

use proptest::prelude::*;

use super::*;

/// Randomness that is the same in each run.
pub struct Chance(pub u64);

impl Chance {
    pub fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = self.0.to_be_bytes()[0];
        }
    }
}

pub fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(text).unwrap()
}

type Content = (Entry, Vec<u8>);

pub fn entry(kind: Kind, name: &str, content: &[u8]) -> Content {
    (Entry { kind, name: name.to_owned() }, content.to_vec())
}

pub fn write(entries: &[Content]) -> Vec<u8> {
    let mut chance = Chance(1);
    let random = &mut |bytes: &mut [u8]| chance.fill(bytes);
    let mut out = Writer::begin(Vec::new(), &passphrase("walrus"), Cost::LEAST, random).unwrap();
    for (Entry { kind, name }, content) in entries {
        out.entry(*kind, name).unwrap();
        // In two steps, as a file is.
        let (first, second) = content.split_at(content.len() / 3);
        out.write(first).unwrap();
        out.write(second).unwrap();
    }
    out.finish().unwrap()
}

pub fn read(bytes: &[u8]) -> Result<Vec<Content>, BackupError> {
    read_with(bytes, "walrus")
}

fn read_with(bytes: &[u8], words: &str) -> Result<Vec<Content>, BackupError> {
    let mut reader = Reader::open(bytes, &passphrase(words))?;
    let mut entries = Vec::new();
    while let Some(entry) = reader.entry()? {
        let content = reader.read_all(1 << 20)?.to_vec();
        entries.push((entry, content));
    }
    Ok(entries)
}

/// Some entries, with several pieces of the cipher.
pub fn some() -> Vec<Content> {
    let mut large = vec![0; 150_000];
    Chance(7).fill(&mut large);
    vec![
        entry(Kind::Manifest, "", b"{}"),
        entry(Kind::Secret, "password-1", b"secret"),
        entry(Kind::Database, "", &large),
        entry(Kind::File, "empty", b""),
        entry(Kind::File, "picture.jpg", &large[..70_000]),
    ]
}

#[test]
fn what_was_written_is_read_by_who_knows_the_passphrase() {
    let backup = write(&some());
    assert!(read(&backup).unwrap() == some());
    assert!(read(&write(&[])).unwrap().is_empty());
    assert_eq!(read_with(&backup, "Walrus").unwrap_err(), BackupError::WrongPassphrase);
    let words = b"secret";
    assert!(!backup.windows(words.len()).any(|window| window == words));
}

#[test]
fn a_passphrase_is_the_same_whichever_way_its_letters_are_written_and_is_never_shown() {
    assert!(Passphrase::new("").is_none());
    let salt = [5; 16];
    let key = |text: &str| passphrase(text).key(&salt, Cost::LEAST).unwrap();
    assert_eq!(key("caf\u{e9}"), key("cafe\u{301}"));
    assert_ne!(key("café"), key("cafe"));
    assert_ne!(key("café"), passphrase("café").key(&[6; 16], Cost::LEAST).unwrap());
    assert_eq!(format!("{:?}", passphrase("walrus")), "Passphrase");
}

/// The value is what the reference implementation computes (the Python package argon2-cffi).
#[test]
fn the_key_is_argon2id() {
    let cost = Cost::bounded(64, 3, 4).unwrap();
    let key = passphrase("correct horse").key(b"sixteen bytes ok", cost).unwrap();
    let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, "21d6498cb108b9149270eceaba7ef674b9bd4b2a234258f6163ebb6a445512ec");
}

#[test]
fn what_is_not_read_of_an_entry_is_passed_over() {
    let backup = write(&some());
    let mut reader = Reader::open(&backup[..], &passphrase("walrus")).unwrap();
    let mut names = Vec::new();
    while let Some(entry) = reader.entry().unwrap() {
        names.push(entry.name);
        reader.read(&mut [0; 7]).unwrap();
    }
    assert_eq!(names, ["", "password-1", "", "empty", "picture.jpg"]);
    let mut reader = Reader::open(&backup[..], &passphrase("walrus")).unwrap();
    for _ in 0..2 {
        reader.entry().unwrap();
    }
    assert_eq!(reader.read_all(5).unwrap_err(), BackupError::Damaged);
}

#[test]
fn a_manifest_is_read_as_it_was_written_and_a_newer_one_is_not() {
    let manifest = Manifest { app: "0.1.0".into(), time: -5, schema: 2, accounts: vec!["alice@example.org".into()] };
    let bytes = manifest.to_bytes();
    assert_eq!(Manifest::from_bytes(&bytes).unwrap(), manifest);
    let text = String::from_utf8(bytes).unwrap();
    let newer = text.replace("\"format\":1", "\"format\":2,\"accounts_\":3");
    assert_eq!(Manifest::from_bytes(newer.as_bytes()), Err(BackupError::TooNew));
    for damaged in ["", "[]", "{\"format\":1}", &text.replace("-5", "\"x\""), &text.replace("\"alice", "7,\"alice")] {
        assert_eq!(Manifest::from_bytes(damaged.as_bytes()), Err(BackupError::Damaged), "{damaged}");
    }
}

#[test]
fn a_name_is_of_a_file_in_its_folder_and_of_nothing_else() {
    for good in ["a", "picture.jpg", ".hidden", "über.png", "a..b", &"x".repeat(255)] {
        assert!(is_file_name(good), "{good}");
    }
    for bad in ["", ".", "..", "../../x", "/etc/x", "a/b", "a\\b", "c:x", "a\0b", "a\nb", &"x".repeat(256)] {
        assert!(!is_file_name(bad), "{bad}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn entries_of_any_size_come_back(sizes in prop::collection::vec(0_usize..140_000, 0..4), name in "[a-z]{0,9}") {
        let content = |size: &usize| {
            let mut bytes = vec![0; *size];
            Chance(*size as u64).fill(&mut bytes);
            entry(Kind::File, &name, &bytes)
        };
        let entries: Vec<Content> = sizes.iter().map(content).collect();
        prop_assert!(read(&write(&entries)).unwrap() == entries);
    }
}
