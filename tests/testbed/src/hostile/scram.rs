//! The server's side of SCRAM (RFC 5802, RFC 7677), and ways to lie in it.

use std::num::NonZeroU32;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ring::{digest, hmac, pbkdf2};

/// The hash of a SCRAM mechanism.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hash {
    /// SCRAM-SHA-1.
    Sha1,
    /// SCRAM-SHA-256.
    Sha256,
    /// SCRAM-SHA-512.
    Sha512,
}

impl Hash {
    /// The mechanism's name.
    pub fn mechanism(self) -> &'static str {
        match self {
            Hash::Sha1 => "SCRAM-SHA-1",
            Hash::Sha256 => "SCRAM-SHA-256",
            Hash::Sha512 => "SCRAM-SHA-512",
        }
    }

    fn algorithms(self) -> (&'static digest::Algorithm, hmac::Algorithm, pbkdf2::Algorithm) {
        match self {
            Hash::Sha1 => {
                (&digest::SHA1_FOR_LEGACY_USE_ONLY, hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, pbkdf2::PBKDF2_HMAC_SHA1)
            }
            Hash::Sha256 => (&digest::SHA256, hmac::HMAC_SHA256, pbkdf2::PBKDF2_HMAC_SHA256),
            Hash::Sha512 => (&digest::SHA512, hmac::HMAC_SHA512, pbkdf2::PBKDF2_HMAC_SHA512),
        }
    }
}

/// In what a server lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forge {
    /// In nothing.
    Nothing,
    /// Its signature is not that of one who knows the password.
    Signature,
    /// It sends no signature at all.
    NoSignature,
    /// Its nonce does not begin with the client's.
    Nonce,
    /// Its nonce is the client's alone.
    ShortNonce,
}

/// One exchange.
pub(super) struct Scram {
    pub(super) hash: Hash,
    pub(super) password: String,
    pub(super) iterations: u32,
    pub(super) forge: Forge,
}

const SALT: &[u8] = b"a salt for tests";

impl Scram {
    /// The answer to the client's first message, and that message without its GS2 header.
    pub(super) fn first(&self, client_first: &str) -> Option<(String, String)> {
        let bare = client_first.splitn(3, ',').nth(2)?;
        let nonce = bare.split(',').find_map(|field| field.strip_prefix("r="))?;
        let nonce = match self.forge {
            Forge::Nonce => "somebody-else's-nonce".to_owned(),
            Forge::ShortNonce => nonce.to_owned(),
            _ => format!("{nonce}server"),
        };
        let salt = BASE64.encode(SALT);
        Some((format!("r={nonce},s={salt},i={}", self.iterations), bare.to_owned()))
    }

    /// The answer to the client's last message; `None` when its proof is wrong.
    pub(super) fn last(&self, client_first_bare: &str, server_first: &str, client_last: &str) -> Option<String> {
        let (without_proof, proof) = client_last.rsplit_once(",p=")?;
        let (digest_algorithm, hmac_algorithm, pbkdf2_algorithm) = self.hash.algorithms();
        let mut salted = vec![0; digest_algorithm.output_len()];
        let iterations = NonZeroU32::new(self.iterations)?;
        pbkdf2::derive(pbkdf2_algorithm, iterations, SALT, self.password.as_bytes(), &mut salted);
        let mac = |key: &[u8], text: &[u8]| hmac::sign(&hmac::Key::new(hmac_algorithm, key), text).as_ref().to_vec();
        let message = format!("{client_first_bare},{server_first},{without_proof}");
        let client_key = mac(&salted, b"Client Key");
        let stored_key = digest::digest(digest_algorithm, &client_key);
        let signature = mac(stored_key.as_ref(), message.as_bytes());
        let expected: Vec<u8> = client_key.iter().zip(&signature).map(|(key, sign)| key ^ sign).collect();
        if BASE64.decode(proof).ok()? != expected {
            return None;
        }
        let server_key = mac(&salted, b"Server Key");
        let mut signature = mac(&server_key, message.as_bytes());
        if self.forge == Forge::Signature {
            signature.iter_mut().for_each(|byte| *byte = !*byte);
        }
        Some(if self.forge == Forge::NoSignature { String::new() } else { format!("v={}", BASE64.encode(signature)) })
    }
}

#[cfg(test)]
mod scram_tests {
    use super::{BASE64, Forge, Hash, SALT, Scram};
    use base64::Engine as _;
    use ring::{digest, hmac, pbkdf2};

    /// A client of its own, in SHA-256, over the same fields.
    fn proof(password: &str, message: &str) -> String {
        let mut salted = [0; 32];
        let iterations = std::num::NonZeroU32::new(4096).unwrap();
        pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, iterations, SALT, password.as_bytes(), &mut salted);
        let mac = |key: &[u8], text: &[u8]| hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text).as_ref().to_vec();
        let key = mac(&salted, b"Client Key");
        let signature = mac(digest::digest(&digest::SHA256, &key).as_ref(), message.as_bytes());
        BASE64.encode(key.iter().zip(&signature).map(|(key, sign)| key ^ sign).collect::<Vec<u8>>())
    }

    #[test]
    fn a_right_proof_is_answered_and_a_wrong_one_is_not() {
        let scram =
            Scram { hash: Hash::Sha256, password: "pencil".to_owned(), iterations: 4096, forge: Forge::Nothing };
        let (server_first, bare) = scram.first("n,,n=user,r=abc").unwrap();
        assert_eq!(bare, "n=user,r=abc");
        assert!(server_first.starts_with("r=abcserver,s="));
        let message = format!("{bare},{server_first},c=biws,r=abcserver");
        for (password, right) in [("pencil", true), ("wrong", false)] {
            let last = format!("c=biws,r=abcserver,p={}", proof(password, &message));
            assert_eq!(scram.last(&bare, &server_first, &last).is_some_and(|answer| answer.starts_with("v=")), right);
        }
    }

    #[test]
    fn each_lie_differs_from_the_truth() {
        let answers = |forge| {
            let scram = Scram { hash: Hash::Sha256, password: "pencil".to_owned(), iterations: 4096, forge };
            let (server_first, bare) = scram.first("n,,n=user,r=abc").unwrap();
            let message = format!("{bare},{server_first},c=biws,r=abcserver");
            let last = format!("c=biws,r=abcserver,p={}", proof("pencil", &message));
            (server_first.clone(), scram.last(&bare, &server_first, &last).unwrap())
        };
        let truth = answers(Forge::Nothing);
        for lie in [Forge::Signature, Forge::NoSignature, Forge::Nonce, Forge::ShortNonce] {
            let (first, last) = answers(lie);
            let in_nonce = matches!(lie, Forge::Nonce | Forge::ShortNonce);
            assert_eq!((first != truth.0, last == truth.1), (in_nonce, false), "{lie:?}");
        }
    }
}
