//! Payloads that come back, that were changed, and that other clients send in other shapes.

use super::*;

fn random() -> impl FnMut(&mut [u8]) {
    let mut next = 0_u8;
    move |buffer: &mut [u8]| {
        for byte in buffer {
            *byte = next;
            next = next.wrapping_add(1);
        }
    }
}

#[test]
fn a_payload_comes_back_and_every_change_of_it_is_refused() {
    for length in [0, 1, 15, 16, 1_000] {
        let body = vec![b'x'; length];
        let legacy = seal_legacy_payload(&body, &mut random());
        assert_eq!((legacy.key.len(), legacy.iv.len(), legacy.ciphertext.len()), (32, 12, length));
        assert_eq!(*open_legacy_payload(&legacy.key, &legacy.iv, &legacy.ciphertext).unwrap(), body);
        let two = seal_payload(&body, &mut random());
        assert_eq!((two.key.len(), two.iv.len(), two.ciphertext.len() % 16), (48, 0, 0));
        assert_eq!(*open_payload(&two.key, &two.ciphertext).unwrap(), body);
        assert_eq!(format!("{two:?}"), format!("Payload({} bytes)", two.ciphertext.len()));
        let changed = |bytes: &[u8], at: usize| {
            let mut bytes = bytes.to_vec();
            bytes[at] ^= 1;
            bytes
        };
        for at in 0..length.min(64) {
            let ciphertext = changed(&legacy.ciphertext, at);
            assert_eq!(open_legacy_payload(&legacy.key, &legacy.iv, &ciphertext), Err(OmemoError::Forged));
            assert_eq!(open_payload(&two.key, &changed(&two.ciphertext, at)), Err(OmemoError::Forged));
        }
        for at in 0..32 {
            let key = changed(&legacy.key, at);
            assert_eq!(open_legacy_payload(&key, &legacy.iv, &legacy.ciphertext), Err(OmemoError::Forged));
        }
        for at in 0..48 {
            assert_eq!(open_payload(&changed(&two.key, at), &two.ciphertext), Err(OmemoError::Forged));
        }
    }
}

/// Computed with Python's cryptography 50: key 00 to 0f, iv 10 to 1b or 10 to 1f, body `hello`.
#[test]
fn payloads_of_others_are_opened_in_each_of_their_shapes() {
    let key: Vec<u8> = (0..32).collect();
    let long: Vec<u8> = LONG.to_vec();
    let short: Vec<u8> = SHORT.to_vec();
    for (iv, sealed) in [(&key[16..28], short), (&key[16..32], long)] {
        let (ciphertext, tag) = sealed.split_at(5);
        let with_tag = [&key[..16], tag].concat();
        assert_eq!(*open_legacy_payload(&with_tag, iv, ciphertext).unwrap(), b"hello");
        assert_eq!(*open_legacy_payload(&key[..16], iv, &sealed).unwrap(), b"hello");
        assert!(open_legacy_payload(&with_tag[..31], iv, ciphertext).is_err());
        assert!(open_legacy_payload(&with_tag, &iv[1..], ciphertext).is_err());
        assert!(open_legacy_payload(&key[..15], iv, ciphertext).is_err());
    }
    assert!(open_payload(&key[..31], &[]).is_err() && open_payload(&key, &[]).is_err());
}

/// The envelope `hello` with the key 00 to 1f: computed with Python's cryptography 50.
#[test]
fn a_payload_of_omemo_2_is_as_elsewhere() {
    let payload = seal_payload(b"hello", &mut random());
    assert_eq!(payload.ciphertext, TWO);
    assert_eq!(payload.key[32..], TWO_MAC);
}

const SHORT: [u8; 21] = [
    0xac, 0x4b, 0x6f, 0xc3, 0x60, 0x4d, 0x3e, 0xea, 0xea, 0xca, 0x97, 0x53, 0x5a, 0x7b, 0xf5, 0x40, 0x0d, 0xd3, 0x73,
    0x83, 0xc2,
];
const LONG: [u8; 21] = [
    0xad, 0xfb, 0x9b, 0xda, 0x12, 0xfd, 0xa7, 0xd0, 0x5d, 0xf6, 0x2e, 0x74, 0xd1, 0x6a, 0x44, 0x55, 0x5d, 0x68, 0x6f,
    0xf0, 0x04,
];
const TWO: [u8; 16] = [0x83, 0x3d, 0xb8, 0xba, 0x8a, 0xb0, 0x3b, 0x93, 0x11, 0x6d, 0xda, 0xe4, 0x1e, 0x45, 0x30, 0x10];
const TWO_MAC: [u8; 16] =
    [0x5c, 0x74, 0x88, 0x12, 0xa8, 0x44, 0xa7, 0x1c, 0x75, 0x2b, 0x41, 0xa3, 0xe4, 0xcc, 0x1c, 0x71];
