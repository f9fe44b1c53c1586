//! How sessions begin, are answered, cross, and are begun anew.

use super::world::{BOTH, Side, new_identity, turns};
use crate::omemo::{OmemoError, Prekeys, Version};

#[test]
fn key_exchanges_are_sent_until_an_answer_was_decrypted() {
    for version in BOTH {
        let (mut alice, mut bob) = Side::pair(version, 1);
        assert_eq!(alice.device.encrypt(b"x", &mut |_| {}), Err(OmemoError::NoSession));
        alice.begin(&bob);
        let [first, second, third] = ["1", "2", "3"].map(|text| alice.send(text));
        assert!([&first, &second, &third].iter().all(|message| message.key_exchange));
        let received = bob.hears(&second, "2");
        assert!(received.began && received.number == 1);
        let used = received.prekey.unwrap();
        assert!(!bob.prekeys.bundle(&bob.identity).prekeys().any(|(id, _)| id == used));
        // The others belong to the same session: they need no prekey, which may be gone already.
        bob.prekeys.forget_used();
        let received = bob.hears(&first, "1");
        assert!(!received.began && received.prekey.is_none());
        let answer = bob.send("answer");
        assert!(!answer.key_exchange && !alice.device.session().unwrap().is_answered());
        alice.hears(&answer, "answer");
        assert!(alice.device.session().unwrap().is_answered());
        bob.hears(&third, "3");
        let after = alice.send("after");
        assert!(!after.key_exchange);
        bob.hears(&after, "after");
        turns(&mut alice, &mut bob, 150);
    }
}

#[test]
fn devices_of_one_account_take_different_prekeys() {
    for version in BOTH {
        let (alice, _) = Side::pair(version, 5);
        let bundle = alice.prekeys.bundle(&alice.identity);
        let ids = |place, many| bundle.clone().share(place, many).prekeys().map(|(id, _)| id).collect::<Vec<_>>();
        let mut all: Vec<u32> = (0..3).flat_map(|place| ids(place, 3)).collect();
        assert!((0..3).all(|place| ids(place, 3).len() > 30));
        all.sort_unstable();
        assert_eq!(all, ids(0, 1), "each is in one share");
        // More devices than prekeys: a device whose share is empty takes from all.
        assert_eq!(ids(199, 200), ids(0, 0));
    }
}

#[test]
fn a_session_that_nothing_was_sent_in_gives_way_to_the_next() {
    for version in BOTH {
        let (mut alice, mut bob) = Side::pair(version, 6);
        alice.begin(&bob);
        assert!(alice.device.session().unwrap().is_unused());
        alice.begin(&bob);
        assert_eq!(alice.device.sessions.len(), 1);
        let first = alice.send("first");
        assert!(!alice.device.session().unwrap().is_unused());
        alice.begin(&bob);
        assert_eq!(alice.device.sessions.len(), 2, "an answer to the first message may come");
        bob.hears(&first, "first");
        assert!(!bob.device.session().unwrap().is_unused(), "the other side knows of it");
    }
}

#[test]
fn what_comes_twice_is_told_as_a_duplicate() {
    for version in BOTH {
        let (mut alice, mut bob) = Side::pair(version, 2);
        alice.begin(&bob);
        let mut heard: Vec<_> = ["1", "2"].map(|text| alice.send(text)).into();
        bob.hears(&heard[0], "1");
        bob.hears(&heard[1], "2");
        // Before and after the prekey is deleted, a replayed beginning begins nothing.
        assert_eq!(bob.receive(&heard[0]), Err(OmemoError::Duplicate));
        bob.prekeys.forget_used();
        assert_eq!(bob.receive(&heard[0]), Err(OmemoError::Duplicate));
        // And so it is with every message of each chain, as long as any is remembered.
        for turn in 0..60 {
            let answer = bob.send("back");
            alice.hears(&answer, "back");
            let [late, message] = ["late", "on time"].map(|text| alice.send(text));
            bob.hears(&message, "on time");
            if turn % 2 == 0 {
                bob.hears(&late, "late");
                heard.push(late);
            }
            heard.push(message);
        }
        for message in &heard {
            assert_eq!(bob.receive(message), Err(OmemoError::Duplicate));
        }
    }
}

#[test]
fn both_begin_at_the_same_time_and_nothing_is_lost() {
    for version in BOTH {
        let (mut alice, mut bob) = Side::pair(version, 3);
        alice.begin(&bob);
        bob.begin(&alice);
        let from_alice = ["a1", "a2"].map(|text| alice.send(text));
        let from_bob = ["b1", "b2"].map(|text| bob.send(text));
        alice.hears(&from_bob[0], "b1");
        bob.hears(&from_alice[1], "a2");
        // Each now answers in the session that the other began, and still hears the rest.
        let crossed = alice.send("crossed a");
        let back = bob.send("crossed b");
        bob.hears(&crossed, "crossed a");
        alice.hears(&back, "crossed b");
        alice.hears(&from_bob[1], "b2");
        bob.hears(&from_alice[0], "a1");
        turns(&mut alice, &mut bob, 3);
        assert_eq!(alice.device.session().unwrap().mark, bob.device.session().unwrap().mark);
    }
}

#[test]
fn a_new_session_begins_while_messages_of_the_old_one_are_on_their_way() {
    for version in BOTH {
        let (mut alice, mut bob) = Side::talking(version, 4);
        let old = ["old 1", "old 2"].map(|text| alice.send(text));
        let from_bob = bob.send("from bob");
        alice.begin(&bob);
        let new = alice.send("new");
        assert!(new.key_exchange);
        bob.hears(&new, "new");
        bob.hears(&old[1], "old 2");
        bob.hears(&old[0], "old 1");
        alice.hears(&from_bob, "from bob");
        turns(&mut alice, &mut bob, 3);
    }
}

/// A message that was overtaken says nothing about the session that the other side is in.
#[test]
fn a_late_message_of_an_older_session_does_not_bring_it_back() {
    for version in BOTH {
        let (mut alice, mut bob) = Side::talking(version, 5);
        let [late, in_time] = ["late", "in time"].map(|text| alice.send(text));
        bob.hears(&in_time, "in time");
        alice.begin(&bob);
        let new = alice.send("new");
        bob.hears(&new, "new");
        let used = bob.device.session().unwrap().mark;
        bob.hears(&late, "late");
        assert_eq!(bob.device.session().unwrap().mark, used);
    }
}

#[test]
fn one_time_prekeys_may_be_missing_in_legacy_only() {
    for version in BOTH {
        let (mut alice, mut bob) = Side::pair(version, 6);
        let mut bundle = bob.prekeys.bundle(&bob.identity);
        bundle.prekeys.clear();
        let begun = alice.device.begin(&alice.identity, 7, &bundle, &mut |buffer| alice.chance.fill(buffer));
        if version == Version::Omemo2 {
            assert_eq!(begun, Err(OmemoError::NoPrekeys));
            continue;
        }
        let first = alice.send("without");
        assert_eq!(bob.hears(&first, "without").prekey, None);
        assert_eq!(bob.receive(&first), Err(OmemoError::Duplicate));
        turns(&mut alice, &mut bob, 2);
    }
}

#[test]
fn another_identity_of_the_same_device_touches_nothing() {
    for version in BOTH {
        let (_, mut bob) = Side::talking(version, 7);
        let (mut eve, _) = Side::pair(version, 8);
        let bundle = bob.prekeys.bundle(&bob.identity);
        assert_eq!(
            eve.device.begin(&eve.identity, 7, &bundle, &mut |buffer| eve.chance.fill(buffer)),
            Err(OmemoError::OtherIdentity)
        );
        eve.device = crate::omemo::Device::new(bob.identity.public(version));
        eve.begin(&bob);
        let message = eve.send("I am Alice");
        assert_eq!(bob.receive(&message), Err(OmemoError::OtherIdentity));
        let told = crate::omemo::KeyExchange::from_wire(version, &message.bytes).unwrap().identity();
        assert_eq!(told, eve.identity.public(version));
    }
}

#[test]
fn a_key_exchange_with_a_key_that_is_gone_says_which() {
    for version in BOTH {
        let (mut alice, mut bob) = Side::pair(version, 9);
        alice.begin(&bob);
        let message = alice.send("too late");
        let id = crate::omemo::KeyExchange::from_wire(version, &message.bytes).unwrap().prekey.unwrap();
        bob.prekeys.mark_used(id);
        bob.prekeys.forget_used();
        assert_eq!(bob.receive(&message), Err(OmemoError::UnknownPrekey(id)));
        let signed = bob.prekeys.bundle(&bob.identity).signed_prekey().0;
        bob.prekeys = Prekeys::generate(version, &new_identity(&mut bob.chance), 0, &mut |buffer| buffer.fill(3));
        for time in [1, 2] {
            bob.prekeys.rotate(&bob.identity, time, &mut |buffer| buffer.fill(4));
        }
        bob.prekeys.forget_replaced_before(9);
        assert_eq!(bob.receive(&message), Err(OmemoError::UnknownSignedPrekey(signed)));
    }
}

/// A rotated signed prekey still serves for who read the bundle before.
#[test]
fn an_old_signed_prekey_begins_sessions_until_it_is_forgotten() {
    for version in BOTH {
        let (mut alice, mut bob) = Side::pair(version, 10);
        alice.begin(&bob);
        bob.prekeys.rotate(&bob.identity, 1, &mut |buffer| bob.chance.fill(buffer));
        let message = alice.send("hello");
        bob.hears(&message, "hello");
        turns(&mut alice, &mut bob, 2);
    }
}
