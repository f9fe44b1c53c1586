//! Both forms of an identity and its signatures, against values of other implementations (Python's cryptography 50 and xeddsa 1.2).

use super::*;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes<const N: usize>(hex: &str) -> [u8; N] {
    std::array::from_fn(|at| u8::from_str_radix(&hex[at * 2..at * 2 + 2], 16).unwrap())
}

/// A seed, the Ed25519 form, the Curve25519 form and the signature of `message`: one key whose sign is set, one whose is not.
const KNOWN: [(u8, &str, &str, &str); 2] = [
    (
        0,
        "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8",
        "4701d08488451f545a409fb58ae3e58581ca40ac3f7f114698cd71deac73ca01",
        "7bc0ea578290c8dcf6fc8a6e134a7f3e794ddd7e8922108bccd6202f95de532b92c2298dc8e161ac2b5e3653f92c5b0e12adf26b3d46e7bd2057715f25d3e205",
    ),
    (
        1,
        "ca93ac1705187071d67b83c7ff0efe8108e8ec4530575d7726879333dbdabe7c",
        "edd03cade80d29de6ea313a74ab369f4732ecb36649066b78b5b2dd664cb0417",
        "1bb1a6d8affd139548d2821552021eb914a1eb00680807db909b6cca66273963157068ff098311a7bc72ae25a66d53396c92f4c35fda7e133c3c4ad98bca860f",
    ),
];

fn known(at: usize) -> Identity {
    Identity::from_seed(if at == 0 { std::array::from_fn(|at| at as u8) } else { [4; 32] })
}

#[test]
fn both_forms_and_both_signatures_are_those_of_other_implementations() {
    for (at, ed, curve, signature) in KNOWN {
        let identity = known(at.into());
        let (legacy, two) = (identity.public(Version::Legacy), identity.public(Version::Omemo2));
        assert_eq!(hex(&two.to_wire()), ed);
        assert_eq!(hex(&legacy.to_wire()), format!("05{curve}"));
        assert_eq!((legacy.fingerprint(), two.fingerprint()), (curve.to_owned(), curve.to_owned()));
        assert_eq!(hex(&identity.sign(Version::Omemo2, b"message")), signature);
        let mut signed: [u8; 64] = bytes(signature);
        signed[63] |= if at == 0 { SIGN } else { 0 };
        assert_eq!(identity.sign(Version::Legacy, b"message"), signed);
        for key in [legacy, two] {
            assert_eq!(IdentityKey::from_wire(key.version(), &key.to_wire()), Ok(key));
            assert_eq!(key.verify(b"message", &identity.sign(key.version(), b"message")), Ok(()));
            assert_eq!(key.verify(b"massage", &identity.sign(key.version(), b"message")), Err(OmemoError::Signature));
        }
        assert_eq!(*identity.seed(), *Identity::from_seed(*identity.seed()).seed);
        assert_eq!(format!("{identity:?}"), format!("Identity({curve})"));
    }
}

/// What devices of the libsignal family send: made with the Curve25519 key alone, in either sign.
#[test]
fn signatures_of_xeddsa_are_accepted_with_both_signs() {
    let signatures = [
        "26b239806c331b2cc74df19c036ad4bf69109851503385b80404324be94344f8f4a058121091547523f4e5c6298f6403924daeaf835d30ad60b1d888a1263507",
        "da1c68399c51ede036dbb4abe59d6bf9c61146db17216ca31ca3052b5fb533fe9b874e75ae0681fb03d9dec19e058a3abff955e06cefe14abe47d956156ebd8e",
    ];
    for signature in signatures {
        let key = known(0).public(Version::Legacy);
        let signature: [u8; 64] = bytes(signature);
        assert_eq!(key.verify(b"message", &signature), Ok(()));
        for at in 0..512 {
            let mut changed = signature;
            changed[at / 8] ^= 1 << (at % 8);
            assert_eq!(key.verify(b"message", &changed), Err(OmemoError::Signature), "bit {at}");
        }
    }
}

#[test]
fn what_is_no_identity_key_is_refused() {
    let sign_of_zero: [u8; 32] = std::array::from_fn(|at| {
        if at == 0 {
            1
        } else if at == 31 {
            SIGN
        } else {
            0
        }
    });
    for wire in [&[2; 32][..], &[0xff; 32], &sign_of_zero, &[], &[4; 31], &[4; 33]] {
        assert!(IdentityKey::from_wire(Version::Omemo2, wire).is_err(), "{wire:?}");
    }
    let on_twist: [u8; 33] = std::array::from_fn(|at| {
        if at == 0 {
            5
        } else if at == 1 {
            2
        } else {
            0
        }
    });
    assert!(IdentityKey::from_wire(Version::Legacy, &on_twist).is_err());
    assert!(IdentityKey::from_wire(Version::Legacy, &[5; 32]).is_err());
}
