//! The published vectors, and messages that a hostile server could send.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::stream::mechanism::BindingType;

const NONCE_5802: &str = "fyko+d2lbbFgONRv9qkxdawL";
const FIRST_5802: &[u8] = b"r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096";

fn exchange() -> Exchange {
    Exchange::new(Hash::Sha1, Binding::Impossible, &[], "user", NONCE_5802)
}

fn refused(text: &[u8]) -> ScramError {
    exchange().challenge(text, &Offer::default()).unwrap_err()
}

#[tokio::test]
async fn the_vectors_of_rfc_5802_and_rfc_7677_hold() {
    let sha256_nonce = "rOprNGfwEbeRWgbNEkqO";
    let cases = [
        (
            exchange(),
            FIRST_5802,
            "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
            "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
        ),
        (
            Exchange::new(Hash::Sha256, Binding::Impossible, &[], "user", sha256_nonce),
            b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,\
             p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
            "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
        ),
    ];
    for (exchange, first, last, signature) in cases {
        assert!(exchange.first().starts_with("n,,n=user,r="));
        let challenge = exchange.challenge(first, &Offer::default()).unwrap();
        let salted = exchange.salt(&challenge, "pencil").await;
        assert!(exchange.accepts(&challenge, &salted));
        let (answer, expected) = exchange.answer(&challenge, &salted);
        assert_eq!(answer, last);
        assert_eq!(expected.verify(Some(signature.as_bytes())), Ok(()));
        assert_eq!(expected.verify(Some(b"v=rmF9pqV8S7suAoZWja4dJRkFsKR=")), Err(ScramError::Signature));
        assert_eq!(expected.verify(Some(b"v=")), Err(ScramError::Signature));
        assert_eq!(expected.verify(Some(b"e=other-error")), Err(ScramError::Signature));
        assert_eq!(expected.verify(None), Err(ScramError::Signature));
    }
}

/// XEP-0474 section 5.3: the hash over both lists, and the channel's data in the answer.
#[tokio::test]
async fn the_offer_of_xep_0474_is_checked_against_what_was_seen() {
    let nonce = "12C4CD5C-E38E-4A98-8F6D-15C38F51CCC6";
    let flag = Binding::Bound(BindingType::Exporter);
    let exchange = Exchange::new(Hash::Sha1, flag, b"THIS IS FAKE CB DATA", "user", nonce);
    assert_eq!(exchange.first(), format!("p=tls-exporter,,n=user,r={nonce}"));
    let first = b"r=12C4CD5C-E38E-4A98-8F6D-15C38F51CCC6a09117a6-ac50-4f2f-93f1-93799c2bddf6,s=QSXCR+Q6sek8bf92,i=4096,h=G6k/rBLDqgOhRRaCuuatSDFkJ08=";
    let mut offer = Offer {
        mechanisms: vec!["SCRAM-SHA-1-PLUS".into(), "SCRAM-SHA-1".into()],
        bindings: Some(vec!["tls-server-end-point".into(), "tls-exporter".into()]),
    };
    let challenge = exchange.challenge(first, &offer).unwrap();
    let salted = exchange.salt(&challenge, "pencil").await;
    let (answer, _) = exchange.answer(&challenge, &salted);
    assert!(answer.starts_with("c=cD10bHMtZXhwb3J0ZXIsLFRISVMgSVMgRkFLRSBDQiBEQVRB,r="));
    offer.bindings = Some(vec!["tls-server-end-point".into()]);
    assert_eq!(exchange.challenge(first, &offer), Err(ScramError::Downgraded));
    offer.mechanisms.pop();
    assert_eq!(exchange.challenge(first, &offer), Err(ScramError::Downgraded));
}

#[tokio::test]
async fn stretching_agrees_with_an_independent_implementation() {
    for (hash, iterations) in [(Hash::Sha1, 4_096), (Hash::Sha256, 5_000), (Hash::Sha512, 8_193)] {
        let challenge = Challenge { text: String::new(), nonce: String::new(), salt: b"salt".to_vec(), iterations };
        let exchange = Exchange::new(hash, Binding::Impossible, &[], "user", "n");
        let salted = exchange.salt(&challenge, "päßwörd").await;
        let mut expected = vec![0; salted.key.len()];
        let password = "päßwörd".as_bytes();
        match hash {
            Hash::Sha1 => pbkdf2::pbkdf2_hmac::<Sha1>(password, b"salt", iterations, &mut expected),
            Hash::Sha256 => pbkdf2::pbkdf2_hmac::<Sha256>(password, b"salt", iterations, &mut expected),
            Hash::Sha512 => pbkdf2::pbkdf2_hmac::<Sha512>(password, b"salt", iterations, &mut expected),
        }
        assert_eq!(*salted.key, expected);
    }
}

#[test]
fn names_are_prepared_and_escaped() {
    let exchange = Exchange::new(Hash::Sha1, Binding::NotOffered, b"unused", "a=b,c\u{00AD}\u{00AA}", "n");
    assert_eq!(exchange.first(), "y,,n=a=3Db=2Cca,r=n");
    assert_eq!(prepare("I\u{00AD}X"), "IX");
    assert_eq!(prepare("\u{2168}"), "IX");
    assert_eq!(prepare("pass\u{1F600}"), "pass\u{1F600}", "what RFC 4013 forbids goes as it is");
}

#[test]
fn a_nonce_that_is_not_ours_is_refused() {
    let other = String::from_utf8(FIRST_5802.to_vec()).unwrap().replace("r=fyko", "r=gyko");
    assert_eq!(refused(other.as_bytes()), ScramError::Nonce);
    let only_ours = format!("r={NONCE_5802},s=QSXCR+Q6sek8bf92,i=4096");
    assert_eq!(refused(only_ours.as_bytes()), ScramError::Nonce);
}

#[test]
fn iterations_outside_of_what_is_computed_are_refused() {
    let with = |n: &str| format!("r={NONCE_5802}x,s=QSXCR+Q6sek8bf92,i={n}");
    for n in [0, 1, 4_095, 1_000_001, 1 << 31, u64::MAX] {
        assert_eq!(refused(with(&n.to_string()).as_bytes()), ScramError::Iterations(n));
    }
    for n in ["-1", "", "4096 ", "1e5", "99999999999999999999999"] {
        assert!(matches!(refused(with(n).as_bytes()), ScramError::Malformed(_)), "{n}");
    }
    assert!(exchange().challenge(with("1000000").as_bytes(), &Offer::default()).is_ok());
}

#[test]
fn malformed_messages_are_refused() {
    let texts: &[&[u8]] = &[
        b"",
        b"\xff\xfe",
        b"m=x,r=fyko+d2lbbFgONRv9qkxdawL3,s=QSXCR+Q6sek8bf92,i=4096",
        b"r=fyko+d2lbbFgONRv9qkxdawL3,i=4096,s=QSXCR+Q6sek8bf92",
        b"r=fyko+d2lbbFgONRv9qkxdawL3,s=!,i=4096",
        b"e=invalid-proof",
    ];
    for text in texts {
        assert!(matches!(refused(text), ScramError::Malformed(_)));
    }
}

/// With one thread, a million iterations must not keep everything else waiting.
#[tokio::test]
async fn other_tasks_run_while_a_password_is_stretched() {
    let iterations = SLICE * 5 + 1;
    let challenge = Challenge { text: String::new(), nonce: String::new(), salt: b"salt".to_vec(), iterations };
    let exchange = exchange();
    let turns = std::cell::Cell::new(0);
    let others = async {
        loop {
            turns.set(turns.get() + 1);
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        biased;
        () = others => unreachable!(),
        _ = exchange.salt(&challenge, "pencil") => {}
    }
    assert!(turns.get() >= 5, "{} turns", turns.get());
}

proptest::proptest! {
    #[test]
    fn no_message_of_a_server_is_fatal(text in proptest::collection::vec(proptest::num::u8::ANY, 0..200), tail in "[a-z0-9=,+/]{0,40}") {
        let _ = exchange().challenge(&text, &Offer::default());
        let plausible = format!("r={NONCE_5802}{tail},s={tail},i={tail}");
        let _ = exchange().challenge(plausible.as_bytes(), &Offer::default());
        proptest::prop_assert!(Expected(vec![1; 20]).verify(Some(&text)).is_err());
    }
}
