//! Decisions on keys: a person's, what other devices are told of them, and what those tell.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::model::message::FailureReason;
use crate::model::omemo::{OmemoChange, Sender, SessionRecord, Trust, Version};
use crate::model::outbox::Payload;
use crate::model::trust::{Decision, Statement, Told, to_hex};
use crate::store::codes::Code as _;

/// A key whose fingerprint and Ed25519 form are of this one byte.
fn hex(key: u8) -> String {
    to_hex(&[key; 32])
}

fn shows(jid: &BareJid, key: u8) -> Change {
    Change::Omemo(OmemoChange::Sessions(SessionRecord {
        jid: jid.clone(),
        device: key.into(),
        version: Version::Omemo2,
        fingerprint: hex(key),
        ed25519: Some([key; 32]),
        bytes: vec![1].into(),
        seen: false,
        begun: true,
    }))
}

fn decides(jid: &BareJid, keys: &[(u8, Trust)]) -> Change {
    let keys = keys.iter().map(|(key, trust)| (hex(*key), *trust)).collect();
    Change::Omemo(OmemoChange::Decided { jid: jid.clone(), keys })
}

/// A device of the contact's, or of our own, told this at a time.
fn tells(outgoing: bool, key: u8, time: i64, said: &[(&BareJid, u8, bool)]) -> Arrived {
    let decisions = said.iter().map(|(owner, key, trusted)| Decision {
        owner: (*owner).clone(),
        fingerprint: hex(*key),
        trusted: *trusted,
    });
    let told = Told { decisions: decisions.collect(), time };
    Arrived {
        outgoing,
        chat: if outgoing { alice() } else { bob() },
        encryption: Encryption::Omemo2,
        sender: Some(Sender { device: key.into(), fingerprint: hex(key) }),
        ..from_bob(&format!("t{time}"), Content::Trust(told))
    }
}

fn alice() -> BareJid {
    jid("alice@example.org")
}

fn carol() -> BareJid {
    jid("carol@example.org")
}

impl Device {
    fn trusts(&self, jid: &BareJid, key: u8) -> Option<Trust> {
        let sql = "SELECT trust FROM omemo_key WHERE jid = ?1 AND fingerprint = ?2";
        let mut statement = self.store.db.prepare(sql).unwrap();
        let mut rows = statement.query([jid.as_str(), &hex(key)]).unwrap();
        rows.next().unwrap().map(|row| Trust::from_code(row.get(0).unwrap()).unwrap())
    }

    /// Takes what waits to be told: to whom, of whose key, and what.
    fn told(&mut self) -> Vec<(String, String, u8, bool)> {
        let mut told = Vec::new();
        for item in self.store.outbox(self.account, 100).unwrap() {
            let Payload::Trust { said } = &item.payload else { continue };
            for Statement { owner, key, trusted } in said {
                told.push((item.to.to_string(), owner.to_string(), key[0], *trusted));
            }
            self.apply(vec![Change::Failed { item: item.id, reason: FailureReason::NoDevice }]);
        }
        told
    }

    fn waiting(&self) -> i64 {
        self.store.db.query_row("SELECT count(*) FROM trust_waiting", [], |row| row.get(0)).unwrap()
    }
}

fn all(told: &[(&BareJid, &BareJid, u8, bool)]) -> Vec<(String, String, u8, bool)> {
    told.iter().map(|(to, owner, key, trusted)| (to.to_string(), owner.to_string(), *key, *trusted)).collect()
}

#[test]
fn nobody_is_told_while_there_is_nobody_to_tell() {
    let mut device = device();
    device.apply(vec![shows(&bob(), 1), decides(&bob(), &[(1, Trust::Verified)])]);
    assert_eq!(device.told(), []);
    // The first own device that is verified is told of all that was verified before, the contact of that device.
    device.apply(vec![shows(&alice(), 10), decides(&alice(), &[(10, Trust::Verified)])]);
    assert_eq!(device.told(), all(&[(&bob(), &alice(), 10, true), (&alice(), &bob(), 1, true)]));
    assert!(device.store.chat_list(Some(device.account), 10).unwrap().is_empty());
    device.check();
}

#[test]
fn our_devices_are_told_of_a_contacts_and_the_contacts_of_ours() {
    let mut device = device();
    device.apply(vec![shows(&alice(), 10), decides(&alice(), &[(10, Trust::Verified)])]);
    assert_eq!(device.told(), []);
    device.apply(vec![shows(&bob(), 1), shows(&bob(), 2)]);
    device.apply(vec![decides(&bob(), &[(1, Trust::Verified), (2, Trust::Distrusted)])]);
    let expected = [(&alice(), &bob(), 1, true), (&alice(), &bob(), 2, false), (&bob(), &alice(), 10, true)];
    assert_eq!(device.told(), all(&expected));
    // What was decided so before is told once.
    device.apply(vec![decides(&bob(), &[(1, Trust::Verified)])]);
    assert_eq!(device.told(), []);
    // What is distrusted later is told to our own devices; our own to all who trust us.
    device.apply(vec![shows(&alice(), 11), decides(&alice(), &[(11, Trust::Distrusted)])]);
    assert_eq!(device.told(), all(&[(&alice(), &alice(), 11, false), (&bob(), &alice(), 11, false)]));
    device.apply(vec![decides(&bob(), &[(1, Trust::Distrusted)])]);
    assert_eq!(device.told(), all(&[(&alice(), &bob(), 1, false)]));
    device.check();
}

#[test]
fn what_was_scanned_before_the_device_appeared_is_told_when_it_does() {
    let mut device = device();
    device.apply(vec![shows(&alice(), 10), decides(&alice(), &[(10, Trust::Verified)])]);
    device.apply(vec![decides(&bob(), &[(1, Trust::Verified)])]);
    assert_eq!(device.told(), []);
    device.apply(vec![shows(&bob(), 2)]);
    assert_eq!((device.trusts(&bob(), 2), device.told()), (Some(Trust::Undecided), vec![]));
    device.apply(vec![shows(&bob(), 1)]);
    assert_eq!(device.trusts(&bob(), 1), Some(Trust::Verified));
    assert_eq!(device.told(), all(&[(&alice(), &bob(), 1, true), (&bob(), &alice(), 10, true)]));
    device.apply(vec![shows(&bob(), 1)]);
    assert_eq!(device.told(), []);
}

#[test]
fn much_is_told_in_several_messages() {
    let mut device = device();
    for key in 100..200 {
        device.apply(vec![shows(&bob(), key), decides(&bob(), &[(key, Trust::Verified)])]);
    }
    device.apply(vec![shows(&alice(), 10), decides(&alice(), &[(10, Trust::Verified)])]);
    let items = device.store.outbox(device.account, 100).unwrap();
    let length = |item: &crate::model::outbox::OutboxItem| match &item.payload {
        Payload::Trust { said } => said.len(),
        _ => 0,
    };
    assert_eq!(items.iter().map(length).collect::<Vec<_>>(), [1, 40, 40, 20]);
}

#[test]
fn a_verified_device_of_ours_decides_on_anybodys_keys() {
    let mut device = device();
    device.apply(vec![shows(&alice(), 10), shows(&bob(), 1), decides(&alice(), &[(10, Trust::Verified)])]);
    let said = [(&bob(), 1, true), (&alice(), 11, true), (&carol(), 5, false)];
    assert!(device.arrive(tells(true, 10, NOON - SECOND, &said)).devices);
    assert_eq!(device.trusts(&bob(), 1), Some(Trust::Verified));
    assert_eq!(device.trusts(&alice(), 11), Some(Trust::Verified));
    assert_eq!(device.trusts(&carol(), 5), Some(Trust::Distrusted));
    // Nobody is told of what another device has told.
    assert_eq!((device.told(), device.waiting()), (vec![], 0));
    assert_eq!(device.store.chat(device.account, &bob()).unwrap(), None, "nothing of it is shown");
}

#[test]
fn a_contacts_verified_device_decides_on_that_contacts_keys_alone() {
    let mut device = device();
    device.apply(vec![shows(&bob(), 1), shows(&bob(), 2), decides(&bob(), &[(1, Trust::Verified)])]);
    let said = [(&bob(), 2, false), (&bob(), 3, true), (&alice(), 11, true), (&carol(), 5, true)];
    device.arrive(tells(false, 1, NOON - SECOND, &said));
    assert_eq!(device.trusts(&bob(), 2), Some(Trust::Distrusted));
    assert_eq!(device.trusts(&bob(), 3), Some(Trust::Verified));
    assert_eq!((device.trusts(&alice(), 11), device.trusts(&carol(), 5), device.waiting()), (None, None, 0));
}

#[test]
fn what_a_device_said_waits_until_it_is_verified_and_then_carries_on() {
    let mut device = device();
    device.apply(vec![shows(&bob(), 1), shows(&bob(), 2), shows(&bob(), 3)]);
    device.arrive(tells(false, 2, NOON - 3 * SECOND, &[(&bob(), 3, false), (&bob(), 4, true), (&carol(), 5, true)]));
    device.arrive(tells(false, 1, NOON - 2 * SECOND, &[(&bob(), 2, true)]));
    let trusts = |device: &Device| [1, 2, 3, 4].map(|key| device.trusts(&bob(), key));
    let blind = Some(Trust::Blind);
    assert_eq!((trusts(&device), device.waiting()), ([blind, blind, blind, None], 3));
    // The first one's word makes the second one's count.
    device.apply(vec![decides(&bob(), &[(1, Trust::Verified)])]);
    let verified = Some(Trust::Verified);
    assert_eq!(trusts(&device), [verified, verified, Some(Trust::Distrusted), verified]);
    assert_eq!((device.trusts(&carol(), 5), device.waiting()), (None, 0));
    device.check();
}

#[test]
fn what_a_distrusted_device_says_never_counts() {
    let mut device = device();
    device.apply(vec![shows(&bob(), 1), shows(&bob(), 2)]);
    device.arrive(tells(false, 1, NOON - 2 * SECOND, &[(&bob(), 2, true)]));
    device.apply(vec![decides(&bob(), &[(1, Trust::Distrusted)])]);
    device.arrive(tells(false, 1, NOON - SECOND, &[(&bob(), 2, true)]));
    assert_eq!(device.waiting(), 0);
    device.apply(vec![decides(&bob(), &[(1, Trust::Verified)])]);
    assert_eq!(device.trusts(&bob(), 2), Some(Trust::Blind));
}

#[test]
fn what_was_decided_last_counts_however_late_it_is_heard() {
    let mut device = device();
    device.apply(vec![shows(&alice(), 10), decides(&alice(), &[(10, Trust::Verified)])]);
    device.arrive(tells(true, 10, NOON - SECOND, &[(&bob(), 1, false)]));
    device.arrive(tells(true, 10, NOON - 2 * SECOND, &[(&bob(), 1, true)]));
    assert_eq!(device.trusts(&bob(), 1), Some(Trust::Distrusted));
    // What a person decides here is newest, also if a clock was wrong.
    device.arrive(tells(true, 10, i64::MAX, &[(&bob(), 1, true)]));
    assert_eq!(device.trusts(&bob(), 1), Some(Trust::Verified));
    device.now = NOON + 3600 * SECOND;
    device.arrive(tells(true, 10, device.now, &[(&bob(), 1, false)]));
    assert_eq!(device.trusts(&bob(), 1), Some(Trust::Distrusted));
    device.arrive(tells(true, 10, i64::MAX, &[(&bob(), 1, true)]));
    device.apply(vec![decides(&bob(), &[(1, Trust::Distrusted)])]);
    assert_eq!(device.trusts(&bob(), 1), Some(Trust::Distrusted));
    device.arrive(tells(true, 10, NOON - SECOND, &[(&bob(), 1, true)]));
    assert_eq!(device.trusts(&bob(), 1), Some(Trust::Distrusted));
}

#[test]
fn the_archive_brings_what_was_said_while_we_were_away() {
    let mut device = device();
    device.apply(vec![shows(&bob(), 1), decides(&bob(), &[(1, Trust::Verified)])]);
    let said = archived(tells(false, 1, NOON - SECOND, &[(&bob(), 2, true)]), Way::Archive, "x1", NOON);
    device.apply(page(vec![said]));
    assert_eq!(device.trusts(&bob(), 2), Some(Trust::Verified));
    assert_eq!(device.store.unread_total().unwrap(), 0);
}

#[test]
fn made_up_decisions_do_not_fill_the_store() {
    let mut device = device();
    let named = |from: u32| -> Vec<Decision> {
        let name = |number| Decision { owner: bob(), fingerprint: format!("{number:064}"), trusted: true };
        (from..from + 400).map(name).collect()
    };
    let say = |key: u8, from: u32| {
        let told = Told { decisions: named(from), time: NOON - SECOND };
        Arrived { content: Content::Trust(told), ..tells(false, key, i64::from(from), &[]) }
    };
    device.apply(vec![shows(&bob(), 1), shows(&bob(), 2), decides(&bob(), &[(1, Trust::Verified)])]);
    for from in [0, 400, 800] {
        device.arrive(say(2, from));
    }
    assert_eq!(device.waiting(), 500);
    for from in [0, 400, 800] {
        device.arrive(say(1, from));
    }
    let keys: i64 = device.store.db.query_row("SELECT count(*) FROM omemo_key", [], |row| row.get(0)).unwrap();
    assert_eq!(keys, 502);
}

#[test]
fn accounts_do_not_decide_for_each_other() {
    let mut device = device();
    let other = device.store.add_account(&new_account("carol@example.org")).unwrap().id;
    device.apply(vec![shows(&bob(), 1), decides(&bob(), &[(1, Trust::Verified)])]);
    let mine = std::mem::replace(&mut device.account, other);
    device.apply(vec![shows(&bob(), 1)]);
    device.arrive(tells(false, 1, NOON - SECOND, &[(&bob(), 2, true)]));
    assert_eq!(device.waiting(), 1);
    device.account = mine;
    assert_eq!(device.trusts(&bob(), 2), None);
}
