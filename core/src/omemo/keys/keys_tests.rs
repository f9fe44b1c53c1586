//! Agreement as elsewhere, keys that only an attacker sends, and the one spelling of each key.

use super::*;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The values were computed with Python's cryptography 50.
#[test]
fn pairs_agree_as_elsewhere() {
    let alice = KeyPair::from_secret(Secret::from(std::array::from_fn(|at| at as u8)));
    let bob = KeyPair::from_secret(Secret::from(std::array::from_fn(|at| at as u8 + 32)));
    assert_eq!(hex(&alice.public), "8f40c5adb68f25624ae5b214ea767a6ec94d829d3d7b5e1ad1ba6f3e2138285f");
    assert_eq!(hex(&bob.public), "358072d6365880d1aeea329adf9121383851ed21a28e3b75e965d0d2cd166254");
    let shared = alice.agree(&bob.public).unwrap();
    assert_eq!(shared, bob.agree(&alice.public).unwrap());
    assert_eq!(hex(&shared[..]), "9663aa1da97e848a914a436d04163dfbb89178f107f1b5b77ed3854203382854");
    assert_eq!(format!("{alice:?}"), "KeyPair");
}

#[test]
fn a_key_of_small_order_is_refused() {
    let pair = KeyPair::generate(&mut |buffer| buffer.fill(7));
    let mut one = [0; 32];
    one[0] = 1;
    for point in curve25519_dalek::constants::EIGHT_TORSION {
        assert_eq!(pair.agree(&point.to_montgomery().to_bytes()), Err(OmemoError::WeakKey));
    }
    assert_eq!(pair.agree(&one), Err(OmemoError::WeakKey));
}

#[test]
fn a_public_key_has_one_spelling() {
    let key: [u8; 32] = std::array::from_fn(|at| at as u8);
    for version in [Version::Legacy, Version::Omemo2] {
        let wire = to_wire(version, &key);
        assert_eq!(from_wire(version, &wire), Ok(key));
        assert!(from_wire(version, &wire[1..]).is_err() && from_wire(version, &[]).is_err());
        assert!(from_wire(version, &[&wire[..], &[0]].concat()).is_err());
        let spelled = |change: fn(&mut [u8; 32])| {
            let mut key = [0xff; 32];
            change(&mut key);
            from_wire(version, &to_wire(version, &key)).is_ok()
        };
        // 2^255 - 20 is the largest; the top bit means nothing to X25519, and so it must not be set.
        assert!(spelled(|key| (key[0], key[31]) = (0xec, 0x7f)));
        assert!(!spelled(|key| (key[0], key[31]) = (0xed, 0x7f)));
        assert!(!spelled(|key| (key[0], key[31]) = (0xec, 0xff)));
    }
    assert_eq!(from_wire(Version::Legacy, &[&[6], &key[..]].concat()).ok(), None);
}
