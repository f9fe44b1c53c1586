//! What is bounded: messages missing in a row, keys kept, sessions kept.

use super::world::{BOTH, Side, turns};
use crate::omemo::OmemoError;
use crate::omemo::Version;
use crate::omemo::ratchet::{FARTHEST, MOST_SKIPPED};

#[test]
fn two_thousand_may_be_missing_and_no_more() {
    for version in BOTH {
        let (mut alice, mut bob) = Side::talking(version, 20);
        let messages: Vec<_> = (0..2_003).map(|n| alice.send(&n.to_string())).collect();
        assert_eq!(bob.receive(&messages[2_001]), Err(OmemoError::TooFar(2_001)));
        bob.hears(&messages[2_000], "2000");
        bob.hears(&messages[2_002], "2002");
        assert_eq!(bob.device.session().unwrap().ratchet.skipped.len(), FARTHEST as usize + 1);
        for n in [0, 1_999, 2_001, 1_000] {
            bob.hears(&messages[n], &n.to_string());
            assert_eq!(bob.receive(&messages[n]), Err(OmemoError::Duplicate));
        }
        turns(&mut alice, &mut bob, 2);
    }
}

#[test]
fn the_oldest_keys_are_given_up_first_and_it_is_said() {
    for version in BOTH {
        let (mut alice, mut bob) = Side::talking(version, 21);
        let messages: Vec<_> = (0..4_200).map(|n| alice.send(&n.to_string())).collect();
        for n in [2_000, 4_000, 4_199] {
            bob.hears(&messages[n], &n.to_string());
        }
        assert_eq!(bob.device.session().unwrap().ratchet.skipped.len(), MOST_SKIPPED);
        let gone = 4_197 - MOST_SKIPPED;
        assert_eq!(bob.receive(&messages[0]), Err(OmemoError::Gone));
        assert_eq!(bob.receive(&messages[gone - 1]), Err(OmemoError::Gone));
        bob.hears(&messages[gone], &gone.to_string());
        assert_eq!(bob.receive(&messages[gone]), Err(OmemoError::Duplicate));
        // It is still known when the chain itself is only remembered.
        turns(&mut alice, &mut bob, 45);
        assert_eq!(bob.receive(&messages[0]), Err(OmemoError::Gone));
        assert_eq!(bob.receive(&messages[gone]), Err(OmemoError::Duplicate));
        bob.hears(&messages[gone + 1], &(gone + 1).to_string());
    }
}

/// A step goes on where more are missing at the end of the chain before than keys are kept for.
#[test]
fn a_step_is_not_stopped_by_a_long_gap_before_it() {
    for version in BOTH {
        let (mut alice, mut bob) = Side::talking(version, 22);
        let messages: Vec<_> = (0..4_100).map(|n| alice.send(&n.to_string())).collect();
        bob.hears(&messages[0], "0");
        let answer = bob.send("answer");
        alice.hears(&answer, "answer");
        let next = alice.send("next");
        bob.hears(&next, "next");
        // The chain before was kept, and what comes within its limit is read.
        bob.hears(&messages[1_500], "1500");
        bob.hears(&messages[3], "3");
        turns(&mut alice, &mut bob, 2);
    }
}

/// Longer than any chain can be continued: the keys of what is missing were kept when its successor told where it ended.
#[test]
fn messages_of_a_chain_that_is_long_over_are_still_read() {
    for version in BOTH {
        let (mut alice, mut bob) = Side::talking(version, 26);
        let texts = ["heard", "late", "later", "last"];
        let messages = texts.map(|text| alice.send(text));
        bob.hears(&messages[0], "heard");
        // With an answer to it, Alice's next message belongs to a new chain.
        let answer = bob.send("answer");
        alice.hears(&answer, "answer");
        turns(&mut alice, &mut bob, 45);
        for at in [2, 1, 3] {
            bob.hears(&messages[at], texts[at]);
        }
        messages.iter().for_each(|message| assert_eq!(bob.receive(message), Err(OmemoError::Duplicate)));
    }
}

/// The libsignal family tells the number of the last message where others tell how many there were.
#[test]
fn the_last_message_of_a_chain_of_libsignal_is_not_lost() {
    let (mut alice, mut bob) = Side::talking(Version::Legacy, 23);
    let mut late = Vec::new();
    for turn in 0..30 {
        let texts = [format!("{turn} first"), format!("{turn} last")];
        let [first, last] = texts.clone().map(|text| alice.send(&text));
        bob.hears(&first, &texts[0]);
        late.push((last, texts[1].clone()));
        let answer = bob.send("answer");
        alice.hears(&answer, "answer");
        let ratchet = &mut alice.device.sessions[0].ratchet;
        ratchet.previous = ratchet.previous.saturating_sub(1);
    }
    for (message, text) in &late {
        bob.hears(message, text);
        assert_eq!(bob.receive(message), Err(OmemoError::Duplicate));
    }
}

/// Whatever a contact does, a record stays below half a megabyte.
#[test]
fn all_sessions_of_a_device_together_keep_no_more_keys_than_one() {
    for version in BOTH {
        let (mut alice, mut bob) = Side::pair(version, 25);
        let mut first = Vec::new();
        for _ in 0..4 {
            alice.begin(&bob);
            first.push(alice.send("first"));
            (0..1_998).for_each(|_| drop(alice.device.encrypt(b"missing", &mut |buffer| buffer.fill(1))));
            let last = alice.send("last");
            bob.hears(&last, "last");
        }
        let kept: Vec<_> = bob.device.sessions.iter().map(|session| session.ratchet.skipped.len()).collect();
        assert_eq!(kept, [1_999, 1_999, 2, 0]);
        assert!(bob.device.to_bytes().len() < 400_000);
        assert_eq!(bob.receive(&first[0]), Err(OmemoError::Gone));
        assert_eq!(bob.receive(&first[1]), Err(OmemoError::Gone));
        bob.hears(&first[2], "first");
        bob.hears(&first[3], "first");
    }
}

#[test]
fn forty_older_sessions_are_kept_and_no_more() {
    for version in BOTH {
        let (mut alice, mut bob) = Side::pair(version, 24);
        let mut late = Vec::new();
        for n in 0..42 {
            alice.begin(&bob);
            let begin = alice.send("begin");
            bob.hears(&begin, "begin");
            late.push((alice.send(&n.to_string()), n.to_string()));
        }
        assert_eq!(bob.device.sessions.len(), 41);
        let (first, rest) = late.split_first().unwrap();
        assert_eq!(bob.receive(&first.0).map(|received| received.began), Ok(true), "its prekey is not deleted yet");
        bob.prekeys.forget_used();
        // That pushed out the second; the others are read.
        assert!(matches!(bob.receive(&rest[0].0), Err(OmemoError::UnknownPrekey(_))));
        for (message, text) in &rest[1..] {
            bob.hears(message, text);
        }
    }
}
