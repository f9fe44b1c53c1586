//! Messages that were changed, cut or made up: each is refused, and changes nothing ([`Side::receive`] looks).

use curve25519_dalek::constants::EIGHT_TORSION;
use curve25519_dalek::montgomery::MontgomeryPoint;

use super::world::{BOTH, Side, turns};
use crate::omemo::{Bundle, Encrypted, KeyExchange, OmemoError, Version};

/// The message with one bit of this byte changed.
fn flipped(message: &Encrypted, at: usize, bit: u8) -> Encrypted {
    let mut message = message.clone();
    message.bytes[at] ^= 1 << bit;
    message
}

#[test]
fn every_changed_bit_of_a_message_is_refused() {
    for version in BOTH {
        let (mut alice, mut bob) = Side::talking(version, 30);
        let [late, newest] = ["late", "newest"].map(|text| alice.send(text));
        // A message of a new chain, one of a known chain, and one whose key was kept.
        for (message, text) in [(&newest, "newest"), (&late, "late"), (&alice.send("next"), "next")] {
            for at in 0..message.bytes.len() {
                for bit in 0..8 {
                    assert!(bob.receive(&flipped(message, at, bit)).is_err(), "byte {at}, bit {bit}");
                }
                assert!(bob.receive(&Encrypted { bytes: message.bytes[..at].to_vec(), ..message.clone() }).is_err());
            }
            assert!(bob.receive(&Encrypted { key_exchange: true, ..message.clone() }).is_err());
            bob.hears(message, text);
        }
        turns(&mut alice, &mut bob, 2);
    }
}

/// Beside the message in it, a key exchange has no MAC of its own; what is not refused must mean nothing.
#[test]
fn every_changed_bit_of_a_key_exchange_is_refused_or_means_nothing() {
    for version in BOTH {
        let (mut alice, bob) = Side::pair(version, 31);
        alice.begin(&bob);
        let message = alice.send("hello");
        let exchange = KeyExchange::from_wire(version, &message.bytes).unwrap();
        let mut harmless = 0;
        for at in 0..message.bytes.len() {
            for bit in 0..8 {
                let (_, mut bob) = Side::pair(version, 31);
                let changed = flipped(&message, at, bit);
                if bob.receive(&changed).is_ok() {
                    harmless += 1;
                    let read = KeyExchange::from_wire(version, &changed.bytes).unwrap();
                    assert!(read == KeyExchange { device: read.device, ..exchange.clone() }, "byte {at}, bit {bit}");
                    // It is the same message, and so the one that was not changed is a duplicate.
                    assert_eq!(bob.receive(&message), Err(OmemoError::Duplicate));
                }
            }
        }
        // Legacy: half of the version, the device and its tag.
        assert_eq!(harmless > 0, version == Version::Legacy);
        assert!(harmless < 20, "{harmless}");
    }
}

/// The other keys that agree on the same secret as a base key does: a replay must not pass for a new session.
#[test]
fn a_base_key_that_was_changed_into_its_equal_is_the_same_session() {
    for version in BOTH {
        let (mut alice, mut bob) = Side::pair(version, 32);
        alice.begin(&bob);
        let message = alice.send("hello");
        bob.hears(&message, "hello");
        let exchange = KeyExchange::from_wire(version, &message.bytes).unwrap();
        let base_key = MontgomeryPoint(exchange.base_key).to_edwards(0).unwrap();
        for point in &EIGHT_TORSION[1..] {
            let equal = KeyExchange { base_key: (base_key + point).to_montgomery().to_bytes(), ..exchange.clone() };
            assert!(equal.base_key != exchange.base_key);
            let replay = Encrypted { bytes: equal.to_wire(), key_exchange: true };
            assert_eq!(bob.receive(&replay), Err(OmemoError::Duplicate));
        }
    }
}

#[test]
fn keys_of_small_order_are_refused_wherever_they_stand() {
    for version in BOTH {
        let (mut alice, mut bob) = Side::talking(version, 33);
        let zero = [0; 32];
        alice.begin(&bob);
        let message = alice.send("hello");
        let exchange = KeyExchange::from_wire(version, &message.bytes).unwrap();
        let weak = KeyExchange { base_key: zero, ..exchange };
        assert_eq!(bob.receive(&Encrypted { bytes: weak.to_wire(), key_exchange: true }), Err(OmemoError::WeakKey));
        // In a bundle that its owner signed.
        let wire = crate::omemo::keys::to_wire(version, &zero);
        let signature = bob.identity.sign(version, &wire);
        let identity = bob.identity.public(version).to_wire();
        let bundle = Bundle::from_wire(version, &identity, (1, &wire), &signature, [(2, &wire[..])]).unwrap();
        let begun = alice.device.begin(&alice.identity, 7, &bundle, &mut |buffer| buffer.fill(9));
        assert_eq!(begun, Err(OmemoError::WeakKey));
        // As the ratchet key of a message.
        let (mut alice, mut bob) = Side::talking(version, 34);
        bob.device.sessions[0].ratchet.ours.public = zero;
        let made_up = bob.send("made up");
        assert_eq!(alice.receive(&made_up), Err(OmemoError::WeakKey));
    }
}

#[test]
fn unknown_fields_are_skipped_and_half_of_the_version_does_not_count() {
    for version in BOTH {
        let (mut alice, mut bob) = Side::pair(version, 35);
        alice.begin(&bob);
        let mut message = alice.send("hello");
        message.bytes.extend_from_slice(b"\xfa\x01\x03new\xf8\x01\x05");
        if version == Version::Legacy {
            message.bytes[0] = 0x34;
        }
        bob.hears(&message, "hello");
        let mut other = alice.send("other");
        if version == Version::Legacy {
            other.bytes[0] = 0x23;
            assert!(bob.receive(&other).is_err());
        }
    }
}

#[test]
fn damaged_records_are_not_read_as_something_else() {
    for version in BOTH {
        let (alice, bob) = Side::talking(version, 36);
        let bytes = alice.device.to_bytes();
        for at in 0..bytes.len() {
            // Cut off between two fields of the record it is a record with fewer sessions, and whole.
            if let Ok(read) = crate::omemo::Device::from_bytes(&bytes[..at]) {
                assert!(!read.has_session());
            }
        }
        let mut other = bob.device.to_bytes().to_vec();
        other.extend_from_slice(&bytes);
        assert!(crate::omemo::Device::from_bytes(&other).is_err(), "a session with another identity");
    }
}

#[test]
fn nothing_secret_stands_in_a_log() {
    for version in BOTH {
        let (alice, _) = Side::talking(version, 37);
        let session = alice.device.session().unwrap();
        let shown = format!("{:?} {session:?} {:?} {:?}", alice.device, alice.prekeys, alice.identity);
        assert!(shown.len() < 600, "{shown}");
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let secrets = [&session.ratchet.root[..], &session.ratchet.ours.secret[..], &alice.identity.seed()[..]];
        for secret in secrets {
            assert!(!shown.contains(&hex(secret)[..16]) && !shown.contains(&format!("{:?}", &secret[..4])[1..8]));
        }
    }
}
