//! The ciphers of what a message says, whose keys the sessions carry. Legacy: AES-128-GCM. Omemo:2: AES-256-CBC and HMAC-SHA-256.

use aes_gcm::aead::consts::{U12, U16};
use aes_gcm::aead::{Aead as _, AeadCore, KeyInit as _, Payload as Text};
use aes_gcm::aes::Aes128;
use aes_gcm::{Aes128Gcm, AesGcm, Nonce};
use zeroize::Zeroizing;

use super::cipher::Keys;
use super::error::OmemoError;
use super::keys::{self, Random};

/// What omemo:2 derives the payload's keys with.
const INFO: &[u8] = b"OMEMO Payload";

/// How many bytes of the HMAC omemo:2 carries.
const MAC_LENGTH: usize = 16;

/// The length of legacy's key and of its tag.
const LEGACY_LENGTH: usize = 16;

/// A payload, and what each device is to get to open it.
#[derive(Clone, PartialEq, Eq)]
pub struct Payload {
    /// What sessions encrypt: 32 bytes in legacy (key, tag), 48 in omemo:2 (key, HMAC).
    pub key: Zeroizing<Vec<u8>>,
    /// Legacy's iv, 12 bytes; empty in omemo:2.
    pub iv: Vec<u8>,
    /// The content of the payload element.
    pub ciphertext: Vec<u8>,
}

impl std::fmt::Debug for Payload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Payload({} bytes)", self.ciphertext.len())
    }
}

/// Encrypts a body for legacy.
pub fn seal_legacy_payload(body: &[u8], random: Random<'_>) -> Payload {
    let mut key = Zeroizing::new(vec![0; LEGACY_LENGTH]);
    random(&mut key);
    let mut iv = [0; 12];
    random(&mut iv);
    let mut ciphertext = gcm_encrypt(&key, &iv, body);
    // The tag goes with the key, to each device, so that a device that has the key cannot change what the others read.
    let tag = ciphertext.split_off(ciphertext.len() - LEGACY_LENGTH);
    let mut both = Zeroizing::new(Vec::with_capacity(2 * LEGACY_LENGTH));
    both.extend_from_slice(&key);
    both.extend_from_slice(&tag);
    Payload { key: both, iv: iv.to_vec(), ciphertext }
}

/// Decrypts a legacy payload, with an iv of 12 bytes, or of 16 as some send it. A key without a tag has the tag at the end
/// of its payload, as older clients sent it. [`OmemoError::Forged`] if it is not as it was sent.
pub fn open_legacy_payload(key: &[u8], iv: &[u8], ciphertext: &[u8]) -> Result<Zeroizing<Vec<u8>>, OmemoError> {
    let (key, tag) =
        key.split_at_checked(LEGACY_LENGTH).ok_or(OmemoError::Malformed("a payload's key is too short"))?;
    if !tag.is_empty() && tag.len() != LEGACY_LENGTH {
        return Err(OmemoError::Malformed("a payload's tag has the wrong length"));
    }
    let whole = [ciphertext, tag].concat();
    match iv.len() {
        12 => gcm_decrypt::<Aes128Gcm, U12>(key, iv, &whole),
        16 => gcm_decrypt::<AesGcm<Aes128, U16>, U16>(key, iv, &whole),
        _ => Err(OmemoError::Malformed("a payload's iv has the wrong length")),
    }
}

#[expect(clippy::expect_used, reason = "the key has 16 bytes, and AES-GCM takes 64 GiB")]
fn gcm_encrypt(key: &[u8], iv: &[u8; 12], plaintext: &[u8]) -> Vec<u8> {
    let cipher = Aes128Gcm::new_from_slice(key).expect("the key has 16 bytes");
    cipher.encrypt(Nonce::from_slice(iv), Text::from(plaintext)).expect("the plaintext is not too long")
}

fn gcm_decrypt<C, N>(key: &[u8], iv: &[u8], ciphertext: &[u8]) -> Result<Zeroizing<Vec<u8>>, OmemoError>
where
    C: aes_gcm::KeyInit + aes_gcm::aead::Aead + AeadCore<NonceSize = N>,
    N: aes_gcm::aead::generic_array::ArrayLength<u8>,
{
    let cipher = C::new_from_slice(key).map_err(|_| OmemoError::Malformed("a payload's key has the wrong length"))?;
    let plaintext = cipher.decrypt(Nonce::<N>::from_slice(iv), Text::from(ciphertext));
    plaintext.map(Zeroizing::new).map_err(|_| OmemoError::Forged)
}

/// Encrypts an envelope (XEP-0420) for omemo:2.
pub fn seal_payload(envelope: &[u8], random: Random<'_>) -> Payload {
    let secret = keys::secret(random);
    let payload_keys = Keys::new(&secret[..], INFO);
    let ciphertext = payload_keys.encrypt(envelope);
    let mut key = Zeroizing::new(Vec::with_capacity(secret.len() + MAC_LENGTH));
    key.extend_from_slice(&secret[..]);
    key.extend_from_slice(&payload_keys.mac(&[&ciphertext])[..MAC_LENGTH]);
    Payload { key, iv: Vec::new(), ciphertext }
}

/// Decrypts a payload of omemo:2 with the key and HMAC that a session carried. [`OmemoError::Forged`] if it is not as it
/// was sent.
pub fn open_payload(key: &[u8], ciphertext: &[u8]) -> Result<Zeroizing<Vec<u8>>, OmemoError> {
    let (secret, mac) = key.split_at_checked(32).ok_or(OmemoError::Malformed("a payload's key is too short"))?;
    let payload_keys = Keys::new(secret, INFO);
    if !payload_keys.verifies(&[ciphertext], mac, MAC_LENGTH) {
        return Err(OmemoError::Forged);
    }
    payload_keys.decrypt(ciphertext)
}

#[cfg(test)]
mod payload_tests;
