//! Stories of alice and bob, each with a vault and a store.

mod trust_tests;

use super::*;
use crate::model::account::ConnectionSettings;
use crate::model::changes::{Changes, NewAccount};
use crate::model::omemo::Sealed;
use crate::store::Store;
use crate::xep::Element;
use crate::xep::envelope;
use crate::xep::message::Message;
use crate::xep::omemo::Encrypted;
use crate::xep::xml::Tag;

const NOON: Micros = 1_700_000_000_000_000;

/// Randomness that is the same in each run.
struct Chance(u64);

impl Chance {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = self.0.to_be_bytes()[0];
        }
    }
}

struct Person {
    jid: BareJid,
    vault: Vault,
    store: Store,
    chance: Chance,
    _folder: tempfile::TempDir,
}

fn person(jid: &str, seed: u64) -> Person {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(folder.path()).unwrap();
    let jid = BareJid::new(jid).unwrap();
    let new = NewAccount { jid: jid.clone(), connection: ConnectionSettings::default(), device: "d".into() };
    let account = store.add_account(&new).unwrap().id;
    let mut chance = Chance(seed);
    let identity = Identity::generate(&mut |bytes| chance.fill(bytes));
    let vault = Vault::new(account, jid.clone(), identity, NOON, &mut |bytes| chance.fill(bytes));
    let mut person = Person { jid, vault, store, chance, _folder: folder };
    person.save();
    person
}

impl Person {
    /// Stores what has changed.
    fn save(&mut self) {
        let list = self.vault.changes();
        let changes = Changes { account: self.vault.account, now: NOON, catching_up: false, list };
        self.store.apply(&changes).unwrap();
    }

    /// The process was killed: what is stored is all there is.
    fn restart(&mut self) {
        let keys = self.store.omemo_own(self.vault.account).unwrap().unwrap();
        let identity = self.vault.identity.clone();
        self.vault = Vault::load(self.vault.account, self.jid.clone(), identity, &keys).unwrap();
    }

    fn address(&self, version: Version) -> Address {
        Address { jid: self.jid.clone(), version, device: self.vault.device() }
    }

    fn begin(&mut self, with: &Person, version: Version) -> Target {
        let chance = &mut self.chance;
        let bundle = with.vault.bundle(version);
        let random = &mut |bytes: &mut [u8]| chance.fill(bytes);
        self.vault.begin(&self.store, &with.address(version), &bundle, random).unwrap().unwrap()
    }

    fn says(&mut self, targets: &[Target], words: &str) -> Vec<Encrypted> {
        let body = Tag::new("body", "jabber:client").text(words);
        let envelope = envelope::write([body], &self.jid, NOON, "padding");
        let parts = Parts { body: Some(words), envelope: Some(&envelope) };
        let chance = &mut self.chance;
        self.vault.seal(&self.store, targets, parts, &mut |bytes| chance.fill(bytes)).unwrap()
    }

    fn reads(&mut self, from: &BareJid, elements: &[Encrypted]) -> (Opened, Option<String>) {
        let to = if *from == self.jid { "bob@example.net" } else { self.jid.as_str() };
        let stanza = Tag::new("message", "jabber:client").attr("from", from.as_str()).attr("to", to).attr("id", "s1");
        let stanza = stanza
            .child(Tag::new("body", "jabber:client").text("cannot be read"))
            .children(elements.iter().map(Encrypted::tag));
        let mut message = Message::parse(&stanza.to_string().parse::<Element>().unwrap()).unwrap();
        let mut opening = Opening::new(&mut self.vault, &self.store, NOON);
        let opened = opening.open(&mut message, from);
        assert!(opening.failed.is_none());
        let words = matches!(opened, Opened::Read(..)).then(|| message.body.unwrap());
        (opened, words)
    }

    fn hears(&mut self, from: &BareJid, elements: &[Encrypted]) -> Option<String> {
        self.reads(from, elements).1
    }
}

fn both() -> [Person; 2] {
    [person("alice@example.org", 1), person("bob@example.net", 2)]
}

#[test]
fn what_one_says_the_other_reads_in_either_version_across_restarts() {
    for version in Version::ALL {
        let [mut alice, mut bob] = both();
        let to_bob = [alice.begin(&bob, version)];
        for words in ["first", "second"] {
            let sent = alice.says(&to_bob, words);
            alice.save();
            alice.restart();
            assert_eq!((sent.len(), sent[0].version), (1, version));
            assert_eq!(bob.hears(&alice.jid.clone(), &sent).as_deref(), Some(words));
            bob.save();
            bob.restart();
        }
        assert_eq!(bob.vault.take_owed().len(), 0, "a restart forgets who waits");
        let fingerprint = alice.vault.identity().public(version).fingerprint();
        let to_alice = [Target { address: alice.address(version), fingerprint }];
        let answer = bob.says(&to_alice, "answer");
        assert!(!answer[0].keys[0].key_exchange);
        assert_eq!(alice.hears(&bob.jid.clone(), &answer).as_deref(), Some("answer"));
    }
}

#[test]
fn one_message_serves_both_versions_and_the_newer_one_is_read() {
    let [mut alice, mut bob] = both();
    let targets = Version::ALL.map(|version| alice.begin(&bob, version));
    let sent = alice.says(&targets, "hello");
    assert_eq!(sent.iter().map(|element| element.version).collect::<Vec<_>>(), [Version::Omemo2, Version::Legacy]);
    let from = alice.jid.clone();
    let (opened, words) = bob.reads(&from, &sent);
    assert!(matches!(opened, Opened::Read(Encryption::Omemo2, _)) && words.as_deref() == Some("hello"));
    // Who cannot be reached in the newer one reads the older one.
    let legacy_only = alice.says(&targets[..1], "old");
    let not_for_bob = Encrypted { keys: Vec::new(), ..sent[0].clone() };
    let both = [not_for_bob, legacy_only[0].clone()];
    assert_eq!(bob.hears(&from, &both).as_deref(), Some("old"));
}

#[test]
fn a_message_that_comes_again_is_known_also_after_a_restart() {
    let [mut alice, mut bob] = both();
    let from = alice.jid.clone();
    let to_bob = [alice.begin(&bob, Version::Omemo2)];
    let sent = alice.says(&to_bob, "once");
    assert!(bob.hears(&from, &sent).is_some());
    assert_eq!(bob.reads(&from, &sent).0, Opened::Again(Encryption::Omemo2));
    bob.save();
    bob.restart();
    assert_eq!(bob.reads(&from, &sent).0, Opened::Again(Encryption::Omemo2));
    let own = alice.jid.clone();
    let news = Opened::Sealed(Encryption::Omemo2, Sealed::KeysMissing);
    assert_eq!(alice.reads(&own, &sent).0, news, "our own copy, of which this store knows nothing");
    assert!(alice.vault.restored);
    // Its sessions encrypt no more, and other prekeys are published, once.
    let before = alice.vault.bundle(Version::Omemo2);
    assert!(alice.says(&to_bob, "with a key that was used").is_empty());
    alice.save();
    alice.restart();
    assert!(alice.says(&to_bob, "also after a restart").is_empty());
    assert_eq!(alice.reads(&own, &sent).0, news);
    let mut published = Vec::new();
    for _ in 0..2 {
        let chance = &mut alice.chance;
        alice.vault.tidy(NOON, &mut |bytes| chance.fill(bytes));
        while alice.vault.make_prekey(&mut |bytes| chance.fill(bytes)) {}
        alice.reads(&own, &sent);
        published.push(alice.vault.bundle(Version::Omemo2));
    }
    assert!(
        published[0] == published[1] && !published[0].prekeys().any(|prekey| before.prekeys().any(|old| old == prekey))
    );
    let again = [alice.begin(&bob, Version::Omemo2)];
    assert_eq!(bob.hears(&from, &alice.says(&again, "anew")).as_deref(), Some("anew"));
    assert!(bob.vault.take_broken().is_empty());
}

#[test]
fn what_is_not_for_us_or_was_changed_or_lacks_keys_is_told_apart() {
    let [mut alice, mut bob] = both();
    let from = alice.jid.clone();
    for (version, kind) in [(Version::Legacy, Encryption::Omemo), (Version::Omemo2, Encryption::Omemo2)] {
        let to_bob = [alice.begin(&bob, version)];
        let sent = alice.says(&to_bob, "words");
        let changed = |change: &dyn Fn(&mut Encrypted)| {
            let mut other = sent[0].clone();
            change(&mut other);
            [other]
        };
        let elsewhere = changed(&|sent| sent.keys[0].rid ^= 1);
        assert_eq!(bob.reads(&from, &elsewhere).0, Opened::Sealed(kind, Sealed::NotForThisDevice));
        let unreadable = changed(&|sent| sent.keys[0].data.truncate(5));
        assert_eq!(bob.reads(&from, &unreadable).0, Opened::Sealed(kind, Sealed::Damaged));
        // A stranger passes it on: in legacy only the stanza says who sent it, in omemo:2 the envelope does.
        let mallory = BareJid::new("mallory@example.com").unwrap();
        if version == Version::Omemo2 {
            assert_eq!(bob.reads(&mallory, &sent).0, Opened::Sealed(kind, Sealed::Damaged));
        }
        let payload = changed(&|sent| sent.payload.as_mut().unwrap()[0] ^= 1);
        assert_eq!(bob.reads(&from, &payload).0, Opened::Sealed(kind, Sealed::Damaged));
        assert!(bob.vault.take_broken().is_empty());
        // A message of a session that bob does not have any more.
        let later = alice.says(&to_bob, "later");
        let plain = [Encrypted {
            keys: vec![crate::xep::omemo::Key { key_exchange: false, ..later[0].keys[0].clone() }],
            ..later[0].clone()
        }];
        let mut other = person("bob@example.net", 3);
        other.vault.device = bob.vault.device();
        let (opened, _) = other.reads(&from, &plain);
        assert!(matches!(opened, Opened::Sealed(_, Sealed::KeysMissing | Sealed::Damaged)), "{opened:?}");
    }
}

#[test]
fn a_session_that_cannot_be_read_is_healed_by_a_new_one() {
    let [mut alice, mut bob] = both();
    let (from, back) = (alice.jid.clone(), bob.jid.clone());
    let to_bob = [alice.begin(&bob, Version::Omemo2)];
    let sent = alice.says(&to_bob, "one");
    assert!(bob.hears(&from, &sent).is_some());
    // Bob's device is restored from before that: it does not know the session.
    bob.save();
    let fingerprint = alice.vault.identity().public(Version::Omemo2).fingerprint();
    let to_alice = [Target { address: alice.address(Version::Omemo2), fingerprint }];
    let answer = bob.says(&to_alice, "answered");
    assert!(alice.hears(&back, &answer).is_some());
    let mut restored = person("bob@example.net", 2);
    let lost = alice.says(&to_bob, "lost");
    assert_eq!(restored.reads(&from, &lost).0, Opened::Sealed(Encryption::Omemo2, Sealed::KeysMissing));
    assert_eq!(restored.vault.take_broken().into_iter().collect::<Vec<_>>(), [alice.address(Version::Omemo2)]);
    let again = [restored.begin(&alice, Version::Omemo2)];
    let chance = &mut restored.chance;
    let empty =
        restored.vault.seal(&restored.store, &again, Parts::default(), &mut |bytes| chance.fill(bytes)).unwrap();
    assert!(empty[0].payload.is_none() && empty[0].keys[0].key_exchange);
    assert_eq!(alice.reads(&back, &empty).0, Opened::Empty);
    assert_eq!(alice.vault.take_owed().len(), 1);
    let healed = alice.says(&to_bob, "healed");
    assert_eq!(restored.hears(&from, &healed).as_deref(), Some("healed"));
}

#[test]
fn prekeys_that_are_published_are_stored() {
    let [_, mut bob] = both();
    bob.save();
    let chance = &mut bob.chance;
    while bob.vault.make_prekey(&mut |bytes| chance.fill(bytes)) {}
    let published = Version::ALL.map(|version| bob.vault.bundle(version));
    assert!(published.iter().all(|bundle| bundle.prekeys().count() == 100));
    bob.save();
    bob.restart();
    assert!(published == Version::ALL.map(|version| bob.vault.bundle(version)));
}

#[test]
fn prekeys_that_were_used_are_replaced_when_nothing_is_on_its_way() {
    let [mut alice, mut bob] = both();
    let to_bob = [alice.begin(&bob, Version::Legacy)];
    let sent = alice.says(&to_bob, "hello");
    let before = bob.vault.bundle(Version::Legacy);
    assert!(bob.hears(&alice.jid.clone(), &sent).is_some());
    let left = bob.vault.bundle(Version::Legacy).prekeys().count();
    assert_eq!(left, before.prekeys().count() - 1);
    let chance = &mut bob.chance;
    bob.vault.tidy(NOON, &mut |bytes| chance.fill(bytes));
    assert_eq!(bob.vault.bundle(Version::Legacy).prekeys().count(), left);
    while bob.vault.make_prekey(&mut |bytes| chance.fill(bytes)) {}
    let after = bob.vault.bundle(Version::Legacy);
    assert_eq!(after.prekeys().count(), 100);
    // Somebody else had fetched the same bundle and took the same prekey: read for a while, and then not any more.
    let key = &sent[0].keys[0].data;
    for (now, readable) in [(NOON + 1, true), (NOON + 11 * 60 * 1_000_000, false)] {
        let chance = &mut bob.chance;
        bob.vault.tidy(now, &mut |bytes| chance.fill(bytes));
        let mut another = Device::new(alice.vault.identity().public(Version::Legacy));
        let read = another.decrypt(&bob.vault.identity, &bob.vault.prekeys[0], key, true);
        assert_eq!(read.is_ok(), readable, "{read:?}");
    }
    assert_eq!(after.signed_prekey(), before.signed_prekey());
    let week = NOON + ROTATE_AFTER + 1;
    let chance = &mut bob.chance;
    bob.vault.tidy(week, &mut |bytes| chance.fill(bytes));
    assert_ne!(bob.vault.bundle(Version::Legacy).signed_prekey(), before.signed_prekey());
    // Who has the old bundle is still understood.
    let chance = &mut alice.chance;
    let late = alice.vault.begin(&alice.store, &bob.address(Version::Legacy), &before, &mut |bytes| chance.fill(bytes));
    let late = alice.says(&[late.unwrap().unwrap()], "late");
    let heard = bob.hears(&alice.jid.clone(), &late);
    assert!(heard.is_some() || bob.vault.take_broken().len() == 1);
}
