//! Pairs of keys on Curve25519, agreement between them (X25519), and how their public halves stand on the wire.

use curve25519_dalek::EdwardsPoint;
use curve25519_dalek::montgomery::MontgomeryPoint;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroize as _;

use super::error::OmemoError;
use super::version::Version;

/// Where randomness comes from: this fills a buffer. In the messenger that is `platform::random`, in a test something that
/// repeats.
pub type Random<'a> = &'a mut dyn FnMut(&mut [u8]);

/// Secret bytes, wiped when they go: at one stroke, where `Zeroizing` writes byte after byte, which takes as long as hashing
/// does. Copies that moving them leaves behind are not wiped: this is care, and no guarantee.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Wiped<const N: usize>([u8; N]);

/// A secret key.
pub(super) type Secret = Wiped<32>;

impl<const N: usize> std::fmt::Debug for Wiped<N> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Wiped")
    }
}

impl<const N: usize> Drop for Wiped<N> {
    fn drop(&mut self) {
        self.0.as_mut_slice().zeroize();
    }
}

impl<const N: usize> Default for Wiped<N> {
    fn default() -> Wiped<N> {
        Wiped([0; N])
    }
}

impl<const N: usize> From<[u8; N]> for Wiped<N> {
    fn from(bytes: [u8; N]) -> Wiped<N> {
        Wiped(bytes)
    }
}

impl<const N: usize> std::ops::Deref for Wiped<N> {
    type Target = [u8; N];

    fn deref(&self) -> &[u8; N] {
        &self.0
    }
}

impl<const N: usize> std::ops::DerefMut for Wiped<N> {
    fn deref_mut(&mut self) -> &mut [u8; N] {
        &mut self.0
    }
}

/// What libsignal puts before each public key.
const LEGACY_KEY_TYPE: u8 = 5;

/// A pair of keys. The public half is kept, because computing it costs several times what encrypting a message does.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct KeyPair {
    pub secret: Secret,
    pub public: [u8; 32],
}

impl std::fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyPair")
    }
}

impl KeyPair {
    pub fn generate(random: Random<'_>) -> KeyPair {
        KeyPair::from_secret(secret(random))
    }

    pub fn from_secret(secret: Secret) -> KeyPair {
        let public = EdwardsPoint::mul_base_clamped(*secret).to_montgomery().to_bytes();
        KeyPair { secret, public }
    }

    /// X25519 (RFC 7748). A result of zeros, which only a key of small order has, is refused.
    pub fn agree(&self, theirs: &[u8; 32]) -> Result<Secret, OmemoError> {
        agree(&self.secret, theirs)
    }
}

/// X25519 with a bare secret.
pub(super) fn agree(secret: &Secret, theirs: &[u8; 32]) -> Result<Secret, OmemoError> {
    let shared = Secret::from(MontgomeryPoint(*theirs).mul_clamped(**secret).to_bytes());
    if bool::from(shared.ct_eq(&[0; 32])) { Err(OmemoError::WeakKey) } else { Ok(shared) }
}

/// 32 random bytes.
pub(super) fn secret(random: Random<'_>) -> Secret {
    let mut secret = Secret::default();
    random(&mut secret[..]);
    secret
}

/// A random number below this one, which is not 0. The bias of a remainder does not matter for what this picks from.
pub(super) fn pick(below: usize, random: Random<'_>) -> usize {
    let mut bytes = [0; 8];
    random(&mut bytes);
    (u64::from_le_bytes(bytes) % below as u64) as usize
}

/// A public key as it stands on the wire, on the stack: several are written for each message.
#[derive(Clone, Copy)]
pub(super) struct Wire {
    bytes: [u8; 33],
    start: usize,
}

impl std::ops::Deref for Wire {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes[self.start..]
    }
}

/// A Curve25519 public key as it stands on the wire.
pub(super) fn to_wire(version: Version, key: &[u8; 32]) -> Wire {
    let mut bytes = [LEGACY_KEY_TYPE; 33];
    bytes[1..].copy_from_slice(key);
    Wire { bytes, start: usize::from(version == Version::Omemo2) }
}

/// Reads one. Only the one spelling of each key is taken: a key that can be written in two ways would let a message that is a
/// replay look like a new one.
pub(super) fn from_wire(version: Version, wire: &[u8]) -> Result<[u8; 32], OmemoError> {
    let key = match version {
        Version::Legacy => {
            wire.strip_prefix(&[LEGACY_KEY_TYPE]).ok_or(OmemoError::Malformed("a public key is of another type"))?
        }
        Version::Omemo2 => wire,
    };
    let key: [u8; 32] = key.try_into().map_err(|_| OmemoError::Malformed("a public key has the wrong length"))?;
    if is_reduced(&key) { Ok(key) } else { Err(OmemoError::Malformed("a public key is not reduced")) }
}

/// Whether this number, little-endian, is below 2^255 - 19.
fn is_reduced(key: &[u8; 32]) -> bool {
    let all_ones = key[1..31].iter().all(|byte| *byte == 0xff);
    key[31] < 0x7f || (key[31] == 0x7f && !(all_ones && key[0] >= 0xed))
}

#[cfg(test)]
mod keys_tests;
