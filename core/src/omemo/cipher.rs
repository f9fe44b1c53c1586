//! What both wire formats compute with a key: derivation (HKDF), the steps of a chain, and AES-256-CBC with an HMAC.

use std::sync::LazyLock;

use aes::{Aes256Dec, Aes256Enc};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockDecryptMut as _, BlockEncryptMut as _, KeyIvInit as _};
use hkdf::Hkdf;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::error::OmemoError;
use super::keys::{Secret, Wiped};

/// HKDF-SHA-256 (RFC 5869).
#[expect(clippy::expect_used, reason = "HKDF gives up to 8,160 bytes, and at most 80 are asked for")]
pub(super) fn derive<const N: usize>(salt: &[u8; 32], secret: &[u8], info: &[u8]) -> Wiped<N> {
    let mut derived = Wiped::default();
    Hkdf::<Sha256>::new(Some(salt), secret).expand(info, &mut derived[..]).expect("80 bytes are not too many");
    derived
}

/// HMAC-SHA-256 over these parts, one after the other.
pub(super) fn mac(key: &[u8], parts: &[&[u8]]) -> Secret {
    finish(keyed(key), parts)
}

/// HMAC-SHA-256 over 0x01, and over 0x02: the key is prepared once for both.
pub(super) fn chain_step(key: &Secret) -> (Secret, Secret) {
    let keyed = keyed(&key[..]);
    (finish(keyed.clone(), &[&[1]]), finish(keyed, &[&[2]]))
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
fn keyed(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes keys of every length")
}

fn finish(mut mac: Hmac<Sha256>, parts: &[&[u8]]) -> Secret {
    parts.iter().for_each(|part| mac.update(part));
    Secret::from(<[u8; 32]>::from(mac.finalize().into_bytes()))
}

/// 32 bytes out of 64 and the rest.
pub(super) fn halves(both: &[u8; 64]) -> (Secret, Secret) {
    let (mut first, mut second) = (Secret::default(), Secret::default());
    first.copy_from_slice(&both[..32]);
    second.copy_from_slice(&both[32..]);
    (first, second)
}

/// Three keys from one: for AES-256-CBC, for the HMAC, and the first block.
pub(super) struct Keys(Wiped<80>);

impl Keys {
    /// Stretches a key: HKDF with a salt of zeros, which is prepared once.
    #[expect(clippy::expect_used, reason = "32 bytes are no short key, and 80 are not too many")]
    pub fn new(secret: &[u8], info: &[u8]) -> Keys {
        static ZEROS: LazyLock<Hmac<Sha256>> = LazyLock::new(|| keyed(&[0; 32]));
        let key = finish(ZEROS.clone(), &[secret]);
        let mut keys = Keys(Wiped::default());
        let stretched = Hkdf::<Sha256>::from_prk(&key[..]).expect("32 bytes are a key");
        stretched.expand(info, &mut keys.0[..]).expect("80 bytes are not too many");
        keys
    }

    fn cipher_key(&self) -> &[u8] {
        &self.0[..32]
    }

    fn first_block(&self) -> &[u8] {
        &self.0[64..]
    }

    /// The HMAC over these parts, of which the beginning is sent.
    pub fn mac(&self, parts: &[&[u8]]) -> Secret {
        mac(&self.0[32..64], parts)
    }

    /// Compares it with one that was received, in constant time.
    pub fn verifies(&self, parts: &[&[u8]], received: &[u8], length: usize) -> bool {
        received.len() == length && bool::from(self.mac(parts)[..length].ct_eq(received))
    }

    /// AES-256-CBC with PKCS #7's padding: 1 to 16 bytes more than the plaintext.
    #[expect(clippy::expect_used, reason = "the lengths of the key and the block are those of AES-256")]
    pub fn encrypt(&self, plaintext: &[u8]) -> Vec<u8> {
        let cipher = cbc::Encryptor::<Aes256Enc>::new_from_slices(self.cipher_key(), self.first_block());
        cipher.expect("the lengths are right").encrypt_padded_vec_mut::<Pkcs7>(plaintext)
    }

    /// The way back, of a ciphertext that was verified before: whether a padding is right tells an attacker nothing then.
    #[expect(clippy::expect_used, reason = "the lengths of the key and the block are those of AES-256")]
    pub fn decrypt(&self, ciphertext: &[u8]) -> Result<Zeroizing<Vec<u8>>, OmemoError> {
        let cipher = cbc::Decryptor::<Aes256Dec>::new_from_slices(self.cipher_key(), self.first_block());
        let plaintext = cipher.expect("the lengths are right").decrypt_padded_vec_mut::<Pkcs7>(ciphertext);
        plaintext.map(Zeroizing::new).map_err(|_| OmemoError::Malformed("a ciphertext is not padded as it should be"))
    }
}

#[cfg(test)]
mod cipher_tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The values were computed with Python's hmac.
    #[test]
    fn a_step_gives_first_the_message_s_key_and_then_the_chain_s() {
        let (message, chain) = chain_step(&Secret::from(std::array::from_fn(|at| at as u8)));
        assert_eq!(hex(&message[..]), "9b4c8120a4823a95f47cde17a244f4507244ee6e3957d1fab9fa29b44d3829b7");
        assert_eq!(hex(&chain[..]), "4304c22c84a53755ab08ead8d97a8d429be5efa480682d7ad1da27f73e1fbe1d");
    }

    /// The value was computed with Python's cryptography 50.
    #[test]
    fn a_message_key_is_stretched_as_elsewhere() {
        let secret: [u8; 32] = std::array::from_fn(|at| at as u8);
        let keys = Keys::new(&secret, b"WhisperMessageKeys");
        let hex = hex(&keys.0[..]);
        assert_eq!(
            hex,
            "b818cf662a1eaf9ded79df503b322cd36850a2f61db0703882cd0c5a73b4103e81f29940c87867fc2eb7f29f1719c398ea89c3dab6f7749b2e070cb3751001a224d3cb64e9b5119c24f1e7aee85280e9"
        );
    }

    #[test]
    fn a_mac_must_be_whole_and_a_padding_right() {
        let keys = Keys::new(b"secret", b"info");
        let whole = keys.mac(&[b"a", b"b"]);
        let mac = &whole[..8];
        assert!(keys.verifies(&[b"ab"], mac, 8));
        assert!(!keys.verifies(&[b"ab"], &mac[..7], 8) && !keys.verifies(&[b"ab"], &[], 8));
        assert!(!keys.verifies(&[b"ac"], mac, 8) && !keys.verifies(&[b"ab"], mac, 16));
        for length in [0, 1, 15, 16, 17, 48] {
            let plaintext = vec![7; length];
            let ciphertext = keys.encrypt(&plaintext);
            assert_eq!(ciphertext.len(), length / 16 * 16 + 16);
            assert_eq!(*keys.decrypt(&ciphertext).unwrap(), plaintext);
            assert!(keys.decrypt(&ciphertext[1..]).is_err() && keys.decrypt(&[]).is_err());
        }
    }
}
