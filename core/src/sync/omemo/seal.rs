//! Encrypting for devices: each gets the key of the one payload of its version.

use super::{Address, RecordKey, Vault};
use crate::model::omemo::Version;
use crate::omemo::{self, OmemoError, Random};
use crate::store::{Queries, StoreError};
use crate::xep::omemo::{Encrypted, Key};

/// What a message without words carries in the place of a key.
const EMPTY: [u8; 32] = [0; 32];

/// A device with a session, and the key it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Which device.
    pub address: Address,
    /// Its key's fingerprint.
    pub fingerprint: String,
}

/// What is to be encrypted, for the versions that can carry it. None: a message about keys alone.
#[derive(Clone, Copy, Default)]
pub struct Parts<'a> {
    /// The body, for devices with legacy OMEMO.
    pub body: Option<&'a str>,
    /// The envelope (XEP-0420), for those with omemo:2.
    pub envelope: Option<&'a str>,
}

impl Vault {
    /// Encrypts for devices, each in its version. The result has one element a version that anybody gets; devices with
    /// which there is no session any more are left out. What changes is to be stored before the elements leave.
    ///
    /// # Errors
    /// Those of reading the store.
    pub fn seal(
        &mut self,
        store: &Queries,
        targets: &[Target],
        parts: Parts<'_>,
        random: Random<'_>,
    ) -> Result<Vec<Encrypted>, StoreError> {
        let mut elements = Vec::new();
        for version in Version::ALL.into_iter().rev() {
            let of_version = |target: &&Target| target.address.version == version;
            let (key, iv, payload) = match (version, parts.body, parts.envelope) {
                (Version::Legacy, Some(body), _) => {
                    let sealed = omemo::seal_legacy_payload(body.as_bytes(), random);
                    (sealed.key, sealed.iv, Some(sealed.ciphertext))
                }
                (Version::Omemo2, _, Some(envelope)) => {
                    let sealed = omemo::seal_payload(envelope.as_bytes(), random);
                    (sealed.key, sealed.iv, Some(sealed.ciphertext))
                }
                // It has words, but not for this version.
                (_, Some(_), _) | (_, _, Some(_)) => continue,
                (Version::Legacy, ..) => {
                    let mut iv = vec![0; 12];
                    random(&mut iv);
                    (EMPTY.to_vec().into(), iv, None)
                }
                (Version::Omemo2, ..) => (EMPTY.to_vec().into(), Vec::new(), None),
            };
            let mut keys = Vec::new();
            for target in targets.iter().filter(of_version) {
                if let Some((data, key_exchange)) = self.encrypt_key(store, target, &key, random)? {
                    let jid = (version == Version::Omemo2).then(|| target.address.jid.clone());
                    keys.push(Key { jid, rid: target.address.device, key_exchange, data });
                }
            }
            if !keys.is_empty() {
                elements.push(Encrypted { version, sid: self.device, keys, iv, payload });
            }
        }
        Ok(elements)
    }

    fn encrypt_key(
        &mut self,
        store: &Queries,
        target: &Target,
        key: &[u8],
        random: Random<'_>,
    ) -> Result<Option<(Vec<u8>, bool)>, StoreError> {
        let record = RecordKey { address: target.address.clone(), fingerprint: target.fingerprint.clone() };
        self.hold(store, &record)?;
        let Some(held) = self.held.get_mut(&record) else { return Ok(None) };
        match held.device.encrypt(key, random) {
            Ok(encrypted) => {
                held.changed = true;
                Ok(Some((encrypted.bytes, encrypted.key_exchange)))
            }
            Err(OmemoError::NoSession) => Ok(None),
            Err(error) => {
                log::warn!("a device is left out: {error}");
                Ok(None)
            }
        }
    }
}
