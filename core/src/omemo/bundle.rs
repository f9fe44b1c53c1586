//! What a device publishes so that others can begin a session with it while it is away (XEP-0384's bundle).

use super::error::OmemoError;
use super::identity::IdentityKey;
use super::keys::{self, Random};
use super::version::Version;

/// A bundle whose signature was verified: there is no other way to make one of somebody else's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    pub(super) identity: IdentityKey,
    pub(super) signed_prekey_id: u32,
    pub(super) signed_prekey: [u8; 32],
    pub(super) signature: [u8; 64],
    pub(super) prekeys: Vec<(u32, [u8; 32])>,
}

impl Bundle {
    /// Reads a bundle from the decoded contents of its elements, public keys as they stand on the wire. One-time prekeys that
    /// are no keys are left out, as one broken key does not harm the others.
    /// [`OmemoError::Malformed`], or [`OmemoError::Signature`] if the identity key did not sign it.
    pub fn from_wire<'a>(
        version: Version,
        identity: &[u8],
        signed_prekey: (u32, &[u8]),
        signature: &[u8],
        prekeys: impl IntoIterator<Item = (u32, &'a [u8])>,
    ) -> Result<Bundle, OmemoError> {
        let identity = IdentityKey::from_wire(version, identity)?;
        let signature = signature.try_into().map_err(|_| OmemoError::Malformed("a signature has the wrong length"))?;
        let key = keys::from_wire(version, signed_prekey.1)?;
        identity.verify(signed_prekey.1, &signature)?;
        let prekeys = prekeys.into_iter();
        let prekeys = prekeys.filter_map(|(id, wire)| Some((id, keys::from_wire(version, wire).ok()?))).collect();
        Ok(Bundle { identity, signed_prekey_id: signed_prekey.0, signed_prekey: key, signature, prekeys })
    }

    /// The version that it is for.
    pub fn version(&self) -> Version {
        self.identity.version()
    }

    /// The identity key that signed it: what trust is about.
    pub fn identity(&self) -> IdentityKey {
        self.identity
    }

    /// The id of the signed prekey, and the key as it stands on the wire.
    pub fn signed_prekey(&self) -> (u32, Vec<u8>) {
        (self.signed_prekey_id, keys::to_wire(self.version(), &self.signed_prekey).to_vec())
    }

    /// The identity key's signature of the signed prekey, 64 bytes.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// The one-time prekeys: their ids, and the keys as they stand on the wire.
    pub fn prekeys(&self) -> impl Iterator<Item = (u32, Vec<u8>)> {
        self.prekeys.iter().map(|(id, key)| (*id, keys::to_wire(self.version(), key).to_vec()))
    }

    /// The bundle with that part of its one-time prekeys from which one of several devices takes: `place` of `many`. Devices of
    /// one account which know of each other cannot take the same one then, although each has fetched the same bundle before
    /// any has written. If the part is empty, all are left: to share one is better than to have none.
    #[must_use]
    pub fn share(mut self, place: usize, many: usize) -> Bundle {
        let many = u32::try_from(many.max(1)).unwrap_or(u32::MAX);
        let is_ours = |id: u32| usize::try_from(id % many).is_ok_and(|part| part == place);
        if self.prekeys.iter().any(|(id, _)| is_ours(*id)) {
            self.prekeys.retain(|(id, _)| is_ours(*id));
        }
        self
    }

    /// One of the one-time prekeys by chance, so that two who begin at the same time seldom take the same.
    pub(super) fn any_prekey(&self, random: Random<'_>) -> Option<(u32, [u8; 32])> {
        if self.prekeys.is_empty() { None } else { self.prekeys.get(keys::pick(self.prekeys.len(), random)).copied() }
    }
}
