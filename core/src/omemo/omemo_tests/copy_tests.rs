//! A record that is an older copy: what was encrypted after it was made is not known to it.

use super::world::{BOTH, Side};
use crate::omemo::OmemoError;

fn encrypts(side: &mut Side) -> Result<(), OmemoError> {
    let mut other = side.device.clone();
    other.encrypt(b"walrus", &mut |buffer| side.chance.fill(buffer)).map(drop)
}

#[test]
fn a_copy_reads_and_does_not_write_until_a_session_is_begun_and_the_old_one_stays_behind() {
    for version in BOTH {
        let (mut alice, mut bob) = Side::talking(version, 5);
        alice.send("before the copy");
        let copy = alice.device.clone();
        // The key that the copy would use next.
        alice.send("after the copy");
        alice.device = copy;
        alice.device.retire();
        alice.reload();
        assert_eq!(encrypts(&mut alice), Err(OmemoError::NoSession));
        alice.begin(&bob);
        // Bob, who has not heard of that, goes on in the old one: there is no way back into it.
        let mut late = bob.device.clone();
        let late = late.encrypt(b"late", &mut |buffer| bob.chance.fill(buffer)).unwrap();
        alice.hears(&late, "late");
        let news = alice.send("in a new session");
        assert!(news.key_exchange);
        bob.hears(&news, "in a new session");
        let answer = bob.send("so be it");
        alice.hears(&answer, "so be it");
    }
}

#[test]
fn a_copy_does_not_go_on_in_a_chain_that_the_other_side_has_not_left() {
    for version in BOTH {
        let (mut alice, mut bob) = Side::talking(version, 6);
        // Bob's chain stays the same while alice only reads.
        let second = bob.send("second");
        let third = bob.send("third");
        alice.hears(&second, "second");
        let sent = alice.send("a key of the chain");
        let copy = alice.device.clone();
        alice.send("the next one");
        alice.device = copy;
        alice.device.retire();
        alice.hears(&third, "third");
        assert_eq!(encrypts(&mut alice), Err(OmemoError::NoSession));
        // What bob says next is a step of his: from there on new keys are made.
        bob.hears(&sent, "a key of the chain");
        let step = bob.send("a step");
        alice.hears(&step, "a step");
        let answer = alice.send("with new keys");
        bob.hears(&answer, "with new keys");
    }
}
