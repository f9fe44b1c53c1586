//! Verification by scanning: what others scan of us, and what a person scanned of others.

use std::rc::Rc;

use jid::BareJid;

use super::Engine;
use crate::client::Error;
use crate::model::changes::Change;
use crate::model::ids::AccountId;
use crate::model::omemo::{KnownDevice, OmemoChange, Trust, Version};
use crate::model::trust::to_hex;
use crate::omemo::IdentityKey;
use crate::sorted::Map;
use crate::view::{AccountUri, Contradiction, Verification};
use crate::xep::uri::{Action, UriKey, XmppUri};

/// A key that a URI names.
struct Named {
    fingerprint: String,
    /// Whose device's it is, if it says so.
    device: Option<u32>,
    trusted: bool,
}

impl Engine {
    /// What others scan to verify our devices: this one, and those of the account that were verified on it.
    pub fn account_uri(&self, account: AccountId) -> Result<AccountUri, Error> {
        let own = self.store.borrow().account(account)?;
        let mut devices: Vec<(u32, IdentityKey)> = Vec::new();
        if let Some((id, identity)) = self.identity(account, &own.device)? {
            devices.push((id, identity.public(Version::Omemo2)));
        }
        for known in self.store.borrow().known_devices(account, &own.jid)? {
            let is_new = devices.iter().all(|(_, key)| key.fingerprint() != known.fingerprint);
            if known.listed && known.trust == Trust::Verified && is_new {
                devices.extend(key_of(&known).map(|key| (known.id, key)));
            }
        }
        let ids = devices.iter().map(|(id, key)| UriKey::Device { id: *id, fingerprint: key.fingerprint() });
        let keys = devices.iter().filter_map(|(_, key)| Some(UriKey::Key { key: key.ed25519()?, trusted: true }));
        let uri = |action, keys| XmppUri { address: own.jid.clone(), action, keys }.to_string();
        Ok(AccountUri { uri: uri(Action::Address, ids.collect()), trust_message: uri(Action::Trust, keys.collect()) })
    }

    /// A person scanned this. If nothing of it is known here, the devices are looked at first.
    pub async fn verify_uri(self: &Rc<Self>, account: AccountId, text: &str) -> Result<Verification, Error> {
        let uri = XmppUri::parse(text)?;
        let of = uri.address;
        if of.node().is_none() {
            return Err(Error::BadAddress);
        }
        let mut known = self.store.borrow().known_devices(account, &of)?;
        let mut named = self.named(account, &of, &uri.keys, &known)?;
        let is_known = |named: &Named| known.iter().any(|known| known.fingerprint == named.fingerprint);
        if !named.is_empty() && !named.iter().any(is_known) {
            // What cannot be asked now waits until the devices come.
            let _ = self.look_at_devices(account, of.as_str()).await;
            known = self.store.borrow().known_devices(account, &of)?;
            named = self.named(account, &of, &uri.keys, &known)?;
        }
        let (verification, keys) = weigh(&of, named, &known);
        if !keys.is_empty() {
            self.commit(account, vec![Change::Omemo(OmemoChange::Decided { jid: of, keys })])?;
        }
        Ok(verification)
    }

    /// The keys that a URI names. There is nothing to decide on this device's own one.
    fn named(
        &self,
        account: AccountId,
        of: &BareJid,
        keys: &[UriKey],
        known: &[KnownDevice],
    ) -> Result<Vec<Named>, Error> {
        let own = self.store.borrow().account(account)?;
        let us = if own.jid == *of { self.identity(account, &own.device)? } else { None };
        let us = us.map(|(_, identity)| identity.public(Version::Omemo2).fingerprint());
        let named = keys.iter().filter_map(|key| match key {
            UriKey::Device { id, fingerprint } => {
                Some(Named { fingerprint: fingerprint.clone(), device: Some(*id), trusted: true })
            }
            UriKey::Key { key, trusted } => {
                // Some may name it by its fingerprint, as XEP-0384 shows it to people.
                let shown = Some(to_hex(key)).filter(|hex| known.iter().any(|known| known.fingerprint == *hex));
                let read = || IdentityKey::from_wire(Version::Omemo2, key).ok().map(IdentityKey::fingerprint);
                Some(Named { fingerprint: shown.or_else(read)?, device: None, trusted: *trusted })
            }
        });
        Ok(named.filter(|named| us.as_ref() != Some(&named.fingerprint)).collect())
    }
}

/// The key of a device that is known, in the form that tells most.
fn key_of(known: &KnownDevice) -> Option<IdentityKey> {
    let read = |key: [u8; 32]| IdentityKey::from_wire(Version::Omemo2, &key).ok();
    known.ed25519.and_then(read).or_else(|| IdentityKey::from_fingerprint(&known.fingerprint))
}

/// What follows from what was scanned. A key that a device shows instead of the scanned one waits for a decision.
fn weigh(of: &BareJid, named: Vec<Named>, known: &[KnownDevice]) -> (Verification, Vec<(String, Trust)>) {
    let mut verification = Verification { jid: of.to_string(), ..Verification::default() };
    let mut keys = Vec::new();
    for Named { fingerprint, device, trusted } in named {
        keys.push((fingerprint.clone(), if trusted { Trust::Verified } else { Trust::Distrusted }));
        if !trusted {
            verification.distrusted.push(fingerprint);
            continue;
        }
        if known.iter().any(|known| known.fingerprint == fingerprint) {
            verification.verified.push(fingerprint);
            continue;
        }
        let other: Vec<&KnownDevice> = known.iter().filter(|known| device == Some(known.id)).collect();
        // The same key may be met in both versions.
        let shown: Map<&str, &KnownDevice> = other.iter().map(|known| (known.fingerprint.as_str(), *known)).collect();
        for (found, known) in shown {
            if known.trust == Trust::Blind {
                keys.push((found.to_owned(), Trust::Undecided));
            }
            let (scanned, found) = (fingerprint.clone(), found.to_owned());
            verification.contradicted.push(Contradiction { device: known.id, scanned, found });
        }
        if other.is_empty() {
            verification.waiting.push(fingerprint);
        }
    }
    (verification, keys)
}

#[cfg(test)]
mod trust_tests {
    use super::*;

    fn known(id: u32, fingerprint: &str, trust: Trust) -> KnownDevice {
        KnownDevice {
            id,
            version: Version::Omemo2,
            fingerprint: fingerprint.into(),
            ed25519: None,
            trust,
            label: None,
            last_seen: None,
            listed: true,
        }
    }

    fn weighed(named: &[(&str, Option<u32>, bool)], known: &[KnownDevice]) -> (Verification, Vec<(String, Trust)>) {
        let named = named.iter().map(|(fingerprint, device, trusted)| Named {
            fingerprint: (*fingerprint).into(),
            device: *device,
            trusted: *trusted,
        });
        weigh(&BareJid::new("bob@example.org").unwrap(), named.collect(), known)
    }

    #[test]
    fn what_is_known_is_verified_and_the_rest_waits() {
        let devices = [known(1, "aa", Trust::Blind), known(2, "bb", Trust::Blind)];
        let named = [("aa", Some(1), true), ("cc", Some(3), true), ("dd", None, true), ("bb", None, false)];
        let (verification, keys) = weighed(&named, &devices);
        assert_eq!(verification.verified, ["aa"]);
        assert_eq!(verification.waiting, ["cc", "dd"]);
        assert_eq!(verification.distrusted, ["bb"]);
        assert!(verification.contradicted.is_empty());
        let verified = |key: &str| (key.to_owned(), Trust::Verified);
        assert_eq!(keys, [verified("aa"), verified("cc"), verified("dd"), ("bb".to_owned(), Trust::Distrusted)]);
    }

    #[test]
    fn a_device_that_shows_another_key_is_told_and_waits() {
        // The same device is met in both versions.
        let devices = [
            known(1, "xx", Trust::Blind),
            KnownDevice { version: Version::Legacy, ..known(1, "xx", Trust::Blind) },
            known(2, "yy", Trust::Verified),
        ];
        let (verification, keys) = weighed(&[("aa", Some(1), true), ("bb", Some(2), true)], &devices);
        let told: Vec<_> =
            verification.contradicted.iter().map(|one| (one.device, &*one.scanned, &*one.found)).collect();
        assert_eq!(told, [(1, "aa", "xx"), (2, "bb", "yy")]);
        assert!(verification.waiting.is_empty() && verification.verified.is_empty());
        // What a person verified before stays; both scanned keys count.
        assert!(keys.contains(&("xx".into(), Trust::Undecided)) && !keys.iter().any(|(key, _)| key == "yy"));
        assert_eq!(keys.iter().filter(|(_, trust)| *trust == Trust::Verified).count(), 2);
    }
}
