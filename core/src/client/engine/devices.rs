//! Devices of contacts and of ourselves, and what a person decides on them.

use std::rc::Rc;

use jid::BareJid;
use tokio::sync::oneshot;

use super::{Engine, address};
use crate::client::Error;
use crate::client::session::{Command, identity_name};
use crate::model::changes::Change;
use crate::model::ids::AccountId;
use crate::model::omemo::{KnownDevice, OmemoChange, Trust, Version};
use crate::omemo::{Identity, IdentityKey};
use crate::view::{DeviceRow, DevicesSnapshot, EncryptionState, TrustState};
use crate::xep::omemo;

/// The length of a fingerprint, in hexadecimal digits.
const FINGERPRINT: usize = 64;

impl Engine {
    /// The devices of an address as far as they are known here.
    pub fn devices(&self, account: AccountId, of: &BareJid) -> Result<DevicesSnapshot, Error> {
        let store = self.store.borrow();
        let own = store.account(account)?;
        let mut devices = Vec::new();
        if own.jid == *of {
            devices.extend(self.this_device(account, &own.device)?);
        }
        for known in store.known_devices(account, of)? {
            let label = shown_label(&known);
            let row = DeviceRow { label, ..DeviceRow::from(known) };
            // One that is met in both versions is one device: it is written to in the newer one.
            let same = |other: &&mut DeviceRow| other.id == row.id && other.fingerprint == row.fingerprint;
            match devices.iter_mut().find(same) {
                None => devices.push(row),
                Some(other) if (row.listed, row.version == EncryptionState::Omemo2) > (other.listed, false) => {
                    let seen = row.last_seen_ms.max(other.last_seen_ms);
                    *other = DeviceRow { last_seen_ms: seen, ..row };
                }
                Some(other) => other.last_seen_ms = other.last_seen_ms.max(row.last_seen_ms),
            }
        }
        Ok(DevicesSnapshot { account: own.jid.to_string(), jid: of.to_string(), devices })
    }

    /// Our own device, once it has keys.
    fn this_device(&self, account: AccountId, installation: &str) -> Result<Option<DeviceRow>, Error> {
        let Some((id, identity)) = self.identity(account, installation)? else { return Ok(None) };
        Ok(Some(DeviceRow {
            id,
            version: Version::Omemo2.into(),
            fingerprint: identity.public(Version::Omemo2).fingerprint(),
            trust: TrustState::Verified,
            label: None,
            last_seen_ms: None,
            listed: true,
            this: true,
        }))
    }

    /// Our own device's id and identity, once it has keys.
    pub(super) fn identity(&self, account: AccountId, installation: &str) -> Result<Option<(u32, Identity)>, Error> {
        let Some(keys) = self.store.borrow().omemo_own(account)? else { return Ok(None) };
        let seed = self.secret(&identity_name(installation))?;
        let seed = seed.and_then(|seed| seed.as_slice().try_into().ok());
        Ok(seed.map(|seed| (keys.device, Identity::from_seed(seed))))
    }

    /// The same, asked now where there is a connection; else as far as they are known here.
    pub async fn look_at_devices(&self, account: AccountId, jid: &str) -> Result<DevicesSnapshot, Error> {
        let of = address(jid)?;
        let (answer, looked) = oneshot::channel();
        self.tell(account, Command::Devices { of: of.clone(), answer });
        // Without an answer what is here is what there is.
        let _ = looked.await;
        self.devices(account, &of)
    }

    /// A person compared a key, or does not want it.
    pub fn decide(
        self: &Rc<Self>,
        account: AccountId,
        jid: &str,
        fingerprint: &str,
        trusted: bool,
    ) -> Result<(), Error> {
        let jid = address(jid)?;
        let fingerprint: String =
            fingerprint.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()).collect();
        if fingerprint.len() != FINGERPRINT || !fingerprint.chars().all(|c| c.is_ascii_hexdigit()) {
            return Err(Error::BadValue { field: "fingerprint".into() });
        }
        let trust = if trusted { Trust::Verified } else { Trust::Distrusted };
        self.commit(account, vec![Change::Omemo(OmemoChange::Decided { jid, keys: vec![(fingerprint, trust)] })])?;
        Ok(())
    }
}

/// What a device is called, if its key has signed that (XEP-0384 section 5.3.1).
fn shown_label(known: &KnownDevice) -> Option<String> {
    let label = known.label.as_ref()?;
    let key = IdentityKey::from_fingerprint(&known.fingerprint)?;
    key.has_signed_label(&label.text, &label.signature).then(|| omemo::shown_label(&label.text))?
}

#[cfg(test)]
mod devices_tests {
    use super::*;
    use crate::model::omemo::Label;

    #[test]
    fn a_label_is_shown_only_if_the_devices_own_key_signed_it() {
        let [bob, mallory] = [[1; 32], [2; 32]].map(Identity::from_seed);
        let shown = |text: &str, signer: &Identity, signed: &str| {
            let label = Label { text: text.to_owned(), signature: signer.sign_label(signed).to_vec() };
            shown_label(&KnownDevice {
                id: 1,
                version: Version::Omemo2,
                fingerprint: bob.public(Version::Omemo2).fingerprint(),
                ed25519: None,
                trust: Trust::Blind,
                label: Some(label),
                last_seen: None,
                listed: true,
            })
        };
        assert_eq!(shown("Phone\u{202e}", &bob, "Phone\u{202e}").as_deref(), Some("Phone"));
        assert_eq!(shown("Tablet", &bob, "Phone"), None);
        assert_eq!(shown("Phone", &mallory, "Phone"), None);
        assert_eq!(shown(" ", &bob, " "), None);
    }
}
