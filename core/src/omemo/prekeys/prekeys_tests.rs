//! Prekeys that are used, replaced and replenished, and the bundles that are made of them.

use std::collections::BTreeSet;

use super::*;

fn counting() -> impl FnMut(&mut [u8]) {
    let mut count = 0_u64;
    move |buffer| {
        buffer.fill(0);
        count += 1;
        // Not in the lowest bits, which X25519 does not look at.
        let end = buffer.len().min(16);
        buffer[end - 8..end].copy_from_slice(&(count << 20).to_le_bytes());
    }
}

/// Makes all that are missing; how many these were.
fn complete(prekeys: &mut Prekeys, random: Random<'_>) -> usize {
    (1..).find(|_| prekeys.make(random)).unwrap()
}

#[test]
fn a_device_begins_with_some_prekeys_and_publishes_the_others_when_none_is_missing() {
    let mut random = counting();
    let identity = Identity::generate(&mut random);
    let mut prekeys = Prekeys::begin(Version::Omemo2, &identity, 1, &mut random);
    let first = prekeys.bundle(&identity);
    assert!(prekeys.is_short() && first.prekeys().count() == 25);
    assert!(!prekeys.make(&mut random) && prekeys.bundle(&identity) == first);
    // Nobody knows those that are coming: they need not be stored.
    let stored = Prekeys::from_bytes(&prekeys.to_bytes()).unwrap();
    assert!(stored.is_short() && stored.bundle(&identity) == first);
    // One that is used meanwhile is missing as well.
    prekeys.mark_used(1 + first.signed_prekey_id);
    assert_eq!(complete(&mut prekeys, &mut random), 75);
    let all: Map<u32, Vec<u8>> = prekeys.bundle(&identity).prekeys().collect();
    assert!(!prekeys.is_short() && all.len() == 100);
    assert_eq!(first.prekeys().filter(|(id, key)| all.get(id) == Some(key)).count(), 24);
    assert!(Prekeys::from_bytes(&prekeys.to_bytes()).unwrap() == prekeys);
}

#[test]
fn used_prekeys_leave_the_bundle_at_once_and_the_store_later_and_their_ids_do_not_return() {
    for version in [Version::Legacy, Version::Omemo2] {
        let mut random = counting();
        let identity = Identity::generate(&mut random);
        let mut prekeys = Prekeys::generate(version, &identity, 1, &mut random);
        let before: BTreeSet<u32> = prekeys.bundle(&identity).prekeys().map(|(id, _)| id).collect();
        assert_eq!(before.len(), 100);
        let used = *before.first().unwrap();
        prekeys.mark_used(used);
        prekeys.mark_used(9_999);
        assert!(!prekeys.bundle(&identity).prekeys().any(|(id, _)| id == used));
        assert!(prekeys.is_short() && prekeys.make(&mut random) && !prekeys.is_short());
        assert!(prekeys.one_time(used).is_some());
        let mut prekeys = Prekeys::from_bytes(&prekeys.to_bytes()).unwrap();
        assert!(prekeys.forget_used() && !prekeys.forget_used());
        assert!(prekeys.one_time(used).is_none());
        let after: BTreeSet<u32> = prekeys.bundle(&identity).prekeys().map(|(id, _)| id).collect();
        assert_eq!((after.len(), after.difference(&before).count(), after.contains(&used)), (100, 1, false));
        assert!(format!("{prekeys:?}").ends_with("1 signed, 100 one-time, 0 of them used)"));
    }
}

#[test]
fn prekeys_of_an_older_copy_are_published_no_more_and_serve_until_used_ones_go() {
    let mut random = counting();
    let identity = Identity::generate(&mut random);
    let mut prekeys = Prekeys::generate(Version::Omemo2, &identity, 1, &mut random);
    let before = prekeys.bundle(&identity);
    prekeys.renew(&identity, 2, &mut random);
    complete(&mut prekeys, &mut random);
    let after = prekeys.bundle(&identity);
    let old: BTreeSet<u32> = before.prekeys().map(|(id, _)| id).collect();
    let new: BTreeSet<u32> = after.prekeys().map(|(id, _)| id).collect();
    assert_eq!((new.len(), old.intersection(&new).count(), prekeys.rotated()), (100, 0, 2));
    // The owner of the original has given the ids that follow to other keys.
    assert!(new.iter().all(|id| *id > 5_000), "{new:?}");
    assert!(old.iter().all(|id| prekeys.one_time(*id).is_some()) && prekeys.signed(before.signed_prekey_id).is_some());
    assert!(prekeys.forget_used() && !old.iter().any(|id| prekeys.one_time(*id).is_some()));
}

#[test]
fn a_replaced_signed_prekey_is_kept_for_a_time() {
    let mut random = counting();
    let identity = Identity::generate(&mut random);
    let mut prekeys = Prekeys::generate(Version::Legacy, &identity, 1, &mut random);
    let first = prekeys.bundle(&identity).signed_prekey_id;
    prekeys.rotate(&identity, 8, &mut random);
    let second = prekeys.bundle(&identity).signed_prekey_id;
    assert!(first != second && prekeys.rotated() == 8);
    prekeys.forget_replaced_before(8);
    assert!(prekeys.signed(first).is_some());
    prekeys.forget_replaced_before(9);
    assert!(prekeys.signed(first).is_none() && prekeys.signed(second).is_some());
    prekeys.forget_replaced_before(Micros::MAX);
    assert!(prekeys.signed(second).is_some());
}

#[test]
fn a_bundle_is_read_only_if_its_identity_signed_it() {
    for version in [Version::Legacy, Version::Omemo2] {
        let mut random = counting();
        let identity = Identity::generate(&mut random);
        let ours = Prekeys::generate(version, &identity, 1, &mut random).bundle(&identity);
        let (wire, (id, key)) = (ours.identity().to_wire(), ours.signed_prekey());
        let prekeys: Vec<_> = ours.prekeys().collect();
        let read = |wire: &[u8], key: &[u8], signature: &[u8]| {
            let prekeys = prekeys.iter().map(|(id, key)| (*id, &key[..])).chain([(7, &[1, 2, 3][..])]);
            Bundle::from_wire(version, wire, (id, key), signature, prekeys)
        };
        assert_eq!(read(&wire, &key, ours.signature()), Ok(ours.clone()));
        let other = Identity::generate(&mut random).public(version).to_wire();
        assert_eq!(read(&other, &key, ours.signature()), Err(OmemoError::Signature));
        assert_eq!(read(&wire, &prekeys[0].1, ours.signature()), Err(OmemoError::Signature));
        assert!(read(&wire, &key, &ours.signature()[1..]).is_err());
    }
}

#[test]
fn damaged_prekeys_are_no_prekeys() {
    let mut random = counting();
    let identity = Identity::generate(&mut random);
    let bytes = Prekeys::generate(Version::Omemo2, &identity, -5, &mut random).to_bytes();
    let prekeys = Prekeys::from_bytes(&bytes).unwrap();
    assert_eq!((prekeys.rotated(), prekeys.to_bytes()), (-5, bytes.clone()));
    assert!(Prekeys::from_bytes(&[]).is_err() && Prekeys::from_bytes(&bytes[..bytes.len() - 1]).is_err());
}
