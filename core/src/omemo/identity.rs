//! Who a device is: one Ed25519 seed that serves both versions, what it signs, and what people compare.

use curve25519_dalek::edwards::CompressedEdwardsY;
use curve25519_dalek::montgomery::MontgomeryPoint;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha512};
use zeroize::Zeroizing;

use super::error::OmemoError;
use super::keys::{self, KeyPair, Random, Secret, Wiped, Wire};
use super::version::Version;
use crate::model::trust::{from_hex, to_hex};

/// Bit 7 of the last byte: of an Ed25519 key it is the sign; of an XEdDSA signature it is the sign of the key that made it.
const SIGN: u8 = 0x80;

/// A device's public identity key in one version: what trust is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdentityKey {
    version: Version,
    /// Curve25519 in legacy, Ed25519 in omemo:2.
    bytes: [u8; 32],
}

impl std::fmt::Debug for IdentityKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "IdentityKey({:?}, {})", self.version, self.fingerprint())
    }
}

impl IdentityKey {
    /// Reads one as bundles and key exchanges carry it: 0x05 and 32 bytes of Curve25519 in legacy, 32 bytes of Ed25519 in
    /// omemo:2. [`OmemoError::Malformed`] if it is no such key.
    pub fn from_wire(version: Version, wire: &[u8]) -> Result<IdentityKey, OmemoError> {
        let key = IdentityKey::from_record(version, wire)?;
        let bytes = key.bytes;
        let on_curve = match version {
            Version::Legacy => MontgomeryPoint(bytes).to_edwards(0).is_some(),
            // A point that can be written in two ways is taken in one of them only.
            Version::Omemo2 => CompressedEdwardsY(bytes).decompress().is_some_and(|point| point.compress().0 == bytes),
        };
        if on_curve { Ok(key) } else { Err(OmemoError::Malformed("an identity key is no key")) }
    }

    /// Reads one that [`IdentityKey::to_wire`] wrote into a record of ours. That it is on the curve was seen when it came, and is
    /// not computed again: it would take several times as long as the encryption of a message does.
    pub(super) fn from_record(version: Version, wire: &[u8]) -> Result<IdentityKey, OmemoError> {
        let bytes = match version {
            Version::Legacy => keys::from_wire(version, wire)?,
            Version::Omemo2 => {
                wire.try_into().map_err(|_| OmemoError::Malformed("an identity key's length is wrong"))?
            }
        };
        Ok(IdentityKey { version, bytes })
    }

    /// As bundles and key exchanges carry it: 33 bytes in legacy, 32 in omemo:2.
    pub fn to_wire(self) -> Vec<u8> {
        self.wire().to_vec()
    }

    /// The same on the stack.
    pub(super) fn wire(self) -> Wire {
        keys::to_wire(self.version, &self.bytes)
    }

    /// The version in which it stands.
    pub fn version(self) -> Version {
        self.version
    }

    /// Its Curve25519 form, which keys are agreed on with, and which is the same in both versions.
    pub(super) fn curve(self) -> [u8; 32] {
        match self.version {
            Version::Legacy => self.bytes,
            // It is on the curve, as the constructor has seen; zeros would be refused by the agreement.
            Version::Omemo2 => CompressedEdwardsY(self.bytes)
                .decompress()
                .map(|point| point.to_montgomery().to_bytes())
                .unwrap_or_default(),
        }
    }

    /// The key that has this fingerprint. None if there is none.
    pub fn from_fingerprint(fingerprint: &str) -> Option<IdentityKey> {
        let bytes = from_hex(fingerprint)?;
        IdentityKey::from_wire(Version::Legacy, &keys::to_wire(Version::Legacy, &bytes)).ok()
    }

    /// Its Ed25519 form, which legacy does not tell.
    pub fn ed25519(self) -> Option<[u8; 32]> {
        (self.version == Version::Omemo2).then_some(self.bytes)
    }

    /// Whether it has signed what its device is called (XEP-0384 section 5.3.1, omemo:2). The sign of the key does not matter:
    /// who can sign with the one can sign with the other.
    pub fn has_signed_label(self, label: &str, signature: &[u8]) -> bool {
        let Ok(signature) = <[u8; 64]>::try_from(signature) else { return false };
        let curve = IdentityKey { version: Version::Legacy, bytes: self.curve() };
        [0, SIGN].into_iter().any(|sign| {
            let mut signature = signature;
            signature[63] |= sign;
            curve.verify(label.as_bytes(), &signature).is_ok()
        })
    }

    /// What people compare: the Curve25519 form in 64 hexadecimal digits, the same in both versions
    /// (XEP-0384). They are shown in eight groups of eight.
    pub fn fingerprint(self) -> String {
        to_hex(&self.curve())
    }

    /// Checks a signature by this key: XEdDSA in legacy, whose bit 511 is the sign of the key, and Ed25519 in omemo:2.
    pub(super) fn verify(self, message: &[u8], signature: &[u8; 64]) -> Result<(), OmemoError> {
        let mut signature = *signature;
        let key = match self.version {
            Version::Legacy => {
                let sign = signature[63] >> 7;
                signature[63] &= !SIGN;
                MontgomeryPoint(self.bytes).to_edwards(sign).ok_or(OmemoError::Signature)?.into()
            }
            Version::Omemo2 => VerifyingKey::from_bytes(&self.bytes).map_err(|_| OmemoError::Signature)?,
        };
        key.verify_strict(message, &Signature::from_bytes(&signature)).map_err(|_| OmemoError::Signature)
    }
}

/// Our own device's identity. Its bytes are a secret for the keystore.
#[derive(Clone)]
pub struct Identity {
    seed: Secret,
    agreement: KeyPair,
    signing: SigningKey,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Identity({})", self.public(Version::Omemo2).fingerprint())
    }
}

impl Identity {
    /// A new one.
    pub fn generate(random: Random<'_>) -> Identity {
        Identity::from_seed(*keys::secret(random))
    }

    /// The identity that has this Ed25519 seed (RFC 8032 section 5.1.5).
    pub fn from_seed(seed: [u8; 32]) -> Identity {
        let seed = Secret::from(seed);
        let signing = SigningKey::from_bytes(&seed);
        let hash = Wiped::from(<[u8; 64]>::from(Sha512::digest(*seed)));
        let mut secret = Secret::default();
        secret.copy_from_slice(&hash[..32]);
        Identity { agreement: KeyPair::from_secret(secret), signing, seed }
    }

    /// The seed, for the keystore.
    pub fn seed(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(*self.seed)
    }

    /// The public key in this version's form.
    pub fn public(&self, version: Version) -> IdentityKey {
        let bytes = match version {
            Version::Legacy => self.agreement.public,
            Version::Omemo2 => self.signing.verifying_key().to_bytes(),
        };
        IdentityKey { version, bytes }
    }

    /// Signs what our device is called (XEP-0384 section 5.3.1, omemo:2).
    pub fn sign_label(&self, label: &str) -> [u8; 64] {
        self.sign(Version::Omemo2, label.as_bytes())
    }

    /// Curve25519's pair of it.
    pub(super) fn agreement(&self) -> &KeyPair {
        &self.agreement
    }

    /// Signs: Ed25519, to which legacy adds the sign of the key, as verifiers of XEdDSA know only the unsigned form.
    pub(super) fn sign(&self, version: Version, message: &[u8]) -> [u8; 64] {
        let mut signature = self.signing.sign(message).to_bytes();
        if version == Version::Legacy {
            signature[63] |= self.signing.verifying_key().to_bytes()[31] & SIGN;
        }
        signature
    }
}

#[cfg(test)]
mod identity_tests;
