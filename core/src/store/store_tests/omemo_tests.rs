//! Keys, sessions and devices; encrypted messages that come again, cannot be read, or can be read later.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use rusqlite::OptionalExtension as _;

use super::*;
use crate::model::omemo::Version;
use crate::model::omemo::{
    ChatEncryption, Label, ListedDevice, OmemoChange, OwnKeys, Sealed, Sender, SessionRecord, Trust,
};
use crate::store::codes::Code as _;

const KEY: &str = "aa";

fn record(fingerprint: &str, bytes: &[u8]) -> Change {
    Change::Omemo(OmemoChange::Sessions(SessionRecord {
        jid: bob(),
        device: 7,
        version: Version::Omemo2,
        fingerprint: fingerprint.into(),
        ed25519: None,
        bytes: bytes.to_vec().into(),
        seen: false,
        begun: false,
    }))
}

fn decide(fingerprint: &str, trust: Trust) -> Change {
    Change::Omemo(OmemoChange::Decided { jid: bob(), keys: vec![(fingerprint.into(), trust)] })
}

fn encrypted(message: Arrived) -> Arrived {
    let sender = Some(Sender { device: 7, fingerprint: KEY.into() });
    Arrived { encryption: Encryption::Omemo2, sender, ..message }
}

fn sealed(id: &str, reason: Sealed) -> Arrived {
    Arrived { encryption: Encryption::Omemo2, ..from_bob(id, Content::Sealed { reason }) }
}

impl Device {
    fn trust(&self, fingerprint: &str) -> Option<Trust> {
        let sql = "SELECT trust FROM omemo_key WHERE jid = ?1 AND fingerprint = ?2";
        let found = self.store.db.query_row(sql, [bob().as_str(), fingerprint], |row| row.get(0)).optional().unwrap();
        found.map(|code| Trust::from_code(code).unwrap())
    }

    fn encryption(&self) -> (ChatEncryption, bool) {
        self.store.chat_encryption(self.chat()).unwrap()
    }
}

#[test]
fn our_own_keys_and_the_sessions_are_kept_as_they_were_last() {
    let mut alice = device();
    assert!(alice.store.omemo_own(alice.account).unwrap().is_none());
    for number in [1_u8, 2] {
        let prekeys = [vec![number].into(), vec![number, 2].into()];
        let own = OwnKeys { device: 5, prekeys };
        alice.apply(vec![Change::Omemo(OmemoChange::Own(own.clone())), record(KEY, &[number])]);
        assert!(alice.store.omemo_own(alice.account).unwrap() == Some(own));
        let stored = alice.store.session_record(alice.account, &bob(), 7, Version::Omemo2, KEY).unwrap();
        assert_eq!(stored, Some((vec![number].into(), false)));
    }
    assert!(alice.store.session_record(alice.account, &bob(), 7, Version::Legacy, KEY).unwrap().is_none());
    alice.check();
}

#[test]
fn keys_are_trusted_until_one_was_verified_and_then_new_ones_wait() {
    let mut alice = device();
    assert_eq!(alice.trust(KEY), None);
    alice.apply(vec![record(KEY, b"1"), record("bb", b"1")]);
    assert_eq!((alice.trust(KEY), alice.trust("bb")), (Some(Trust::Blind), Some(Trust::Blind)));
    alice.apply(vec![decide("bb", Trust::Distrusted), record("cc", b"1")]);
    assert_eq!(alice.trust("cc"), Some(Trust::Blind));
    assert!(alice.apply(vec![decide(KEY, Trust::Verified)]).devices);
    alice.apply(vec![record("dd", b"1")]);
    alice.apply(vec![record(KEY, b"2")]);
    assert_eq!((alice.trust("dd"), alice.trust(KEY)), (Some(Trust::Undecided), Some(Trust::Verified)));
    let keys = alice.store.session_keys(alice.account, &bob()).unwrap();
    assert_eq!(keys[0].fingerprint, KEY, "the one used last comes first");
    assert_eq!(keys.len(), 4);
    alice.check();
}

#[test]
fn sessions_of_an_older_copy_are_not_written_with_until_they_are_begun_anew() {
    let mut alice = device();
    alice.apply(vec![record(KEY, b"1")]);
    let stale = |alice: &Device| alice.store.session_keys(alice.account, &bob()).unwrap()[0].stale;
    alice.apply(vec![Change::Omemo(OmemoChange::Restored)]);
    assert!(stale(&alice));
    alice.apply(vec![record(KEY, b"read in it")]);
    assert!(stale(&alice));
    let Change::Omemo(OmemoChange::Sessions(begun)) = record(KEY, b"2") else { unreachable!() };
    alice.apply(vec![Change::Omemo(OmemoChange::Sessions(SessionRecord { begun: true, ..begun }))]);
    assert!(!stale(&alice));
}

#[test]
fn made_up_devices_do_not_fill_the_store() {
    let mut alice = device();
    alice.apply(vec![record(KEY, b"1")]);
    alice.arrive(encrypted(text("b1", "secret")));
    for number in 0..500 {
        alice.apply(vec![record(&format!("made up {number}"), b"1")]);
    }
    let keys = alice.store.session_keys(alice.account, &bob()).unwrap();
    assert_eq!((keys.len(), keys[0].fingerprint.as_str()), (400, "made up 499"));
    assert_eq!(alice.trust("made up 0"), None);
    assert_eq!(alice.row("secret").sender, Some((7, Trust::Blind)), "what a row came under is still known");
    alice.check();
}

#[test]
fn a_list_replaces_the_one_before_and_keeps_what_is_known_of_devices() {
    let mut alice = device();
    let label = |id: u32| Label { text: format!("phone {id}"), signature: vec![7; 64] };
    let listed = |ids: &[u32]| {
        let devices = ids.iter().map(|id| ListedDevice { id: *id, label: Some(label(*id)) }).collect();
        Change::Omemo(OmemoChange::Devices { jid: bob(), version: Version::Omemo2, devices })
    };
    alice.apply(vec![listed(&[7, 8]), record(KEY, b"1")]);
    let known = alice.store.known_devices(alice.account, &bob()).unwrap();
    assert_eq!(known.len(), 1, "the other one's key is not known yet");
    assert!(known[0].listed && known[0].label == Some(label(7)));
    alice.apply(vec![listed(&[8])]);
    let ids = |alice: &Device| {
        let listed = alice.store.listed_devices(alice.account, &bob(), Version::Omemo2).unwrap();
        listed.into_iter().map(|device| device.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(&alice), [8]);
    assert!(!alice.store.known_devices(alice.account, &bob()).unwrap()[0].listed);
    alice.apply(vec![listed(&[])]);
    assert!(ids(&alice).is_empty());
}

#[test]
fn an_encrypted_message_that_comes_again_unreadable_is_the_same_row() {
    let mut alice = device();
    alice.arrive(encrypted(text("b1", "secret")));
    let again = archived(from_bob("b1", Content::Again), Way::Archive, "x1", NOON + SECOND);
    alice.apply(page(vec![Arrived { encryption: Encryption::Omemo2, ..again }]));
    assert_eq!(alice.bodies(), ["secret"]);
    let row = alice.row("secret");
    assert_eq!((row.ids.archive.as_deref(), row.place), (Some("x1"), Place::Fixed));
    assert_eq!(row.sender, Some((7, Trust::Blind)));
    // What was never here is not shown, and a message in clear is not taken for it.
    alice.arrive(from_bob("b2", Content::Again));
    alice.arrive(text("b3", "clear"));
    alice.arrive(archived(from_bob("b3", Content::Again), Way::Live, "x3", NOON));
    assert_eq!(alice.bodies(), ["secret", "clear"]);
    assert_eq!(alice.row("clear").ids.archive, None);
    alice.check();
}

#[test]
fn what_cannot_be_read_says_so_and_is_shown_once_it_can() {
    let mut alice = device();
    alice.arrive(sealed("b1", Sealed::KeysMissing));
    let row = alice.rows().remove(0);
    assert_eq!((row.body.as_str(), row.sealed, alice.unread()), ("", Some(Sealed::KeysMissing), 1));
    alice.arrive(sealed("b1", Sealed::KeysMissing));
    assert_eq!(alice.rows().len(), 1);
    let archived = archived(encrypted(text("b1", "at last")), Way::Archive, "x1", NOON);
    alice.apply(page(vec![archived]));
    let healed = alice.rows().remove(0);
    assert_eq!((healed.id, healed.body.as_str(), healed.sealed), (row.id, "at last", None));
    assert_eq!(alice.found("last"), ["at last"]);
    // And never back.
    alice.arrive(sealed("b1", Sealed::KeysMissing));
    assert_eq!(alice.bodies(), ["at last"]);
    assert_eq!(alice.unread(), 1);
    alice.check();
}

#[test]
fn where_an_id_is_used_twice_the_readable_words_are_meant_each_time_and_not_the_unreadable_row() {
    let mut alice = device();
    let older = |message| Arrived { way: Way::ArchiveOlder, ..message };
    alice.arrive(text("1", "clear"));
    alice.arrive(older(sealed("1", Sealed::KeysMissing)));
    // Heard as an older one it goes to the front, and the other one is the last.
    for _ in 0..2 {
        alice.arrive(older(text("1", "clear")));
        let mut bodies = alice.bodies();
        bodies.sort();
        assert_eq!(bodies, ["", "clear"]);
    }
    alice.check();
}

#[test]
fn what_turns_out_to_be_a_correction_becomes_one() {
    let mut alice = device();
    alice.arrive(encrypted(text("b1", "helo")));
    alice.arrive(sealed("b2", Sealed::KeysMissing));
    assert_eq!(alice.rows().len(), 2);
    alice.arrive(encrypted(from_bob("b2", Content::Correction { target: "b1".into(), body: "hello".into() })));
    assert_eq!(alice.bodies(), ["hello"]);
    assert_eq!(alice.unread(), 1);
    alice.check();
}

#[test]
fn a_decision_is_seen_on_the_rows_that_came_under_the_key() {
    let mut alice = device();
    alice.arrive(encrypted(text("b1", "secret")));
    let applied = alice.apply(vec![decide(KEY, Trust::Distrusted)]);
    assert_eq!(applied.messages, [alice.row("secret").id]);
    assert_eq!(alice.row("secret").sender, Some((7, Trust::Distrusted)));
    assert!(alice.apply(vec![decide(KEY, Trust::Distrusted)]).messages.is_empty());
}

#[test]
fn a_chat_that_was_encrypted_stays_so_until_a_person_decides() {
    let mut alice = device();
    let id = alice.send("a1", "hi");
    assert_eq!(alice.encryption(), (ChatEncryption::Automatic, false));
    let item = alice.store.outbox(alice.account, 1).unwrap()[0].id;
    alice.apply(vec![Change::InFlight { item, number: 1, encryption: Encryption::Omemo }]);
    assert_eq!(alice.encryption(), (ChatEncryption::Automatic, true));
    assert_eq!(alice.store.message(id).unwrap().encryption, Encryption::Omemo);
    let settings = |chat, encryption| Change::ChatSettings {
        chat,
        muted_until: None,
        archived: None,
        pinned: None,
        encryption: Some(encryption),
    };
    for wanted in [ChatEncryption::Never, ChatEncryption::Always, ChatEncryption::Automatic] {
        let chat = alice.chat();
        alice.apply(vec![settings(chat, wanted)]);
        assert_eq!(alice.encryption(), (wanted, false));
        assert!(alice.store.chat_list(None, 10).unwrap()[0].chosen == wanted);
    }
}
