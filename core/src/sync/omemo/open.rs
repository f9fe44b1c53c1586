//! Reading what is encrypted: the words come into the message, or it is told why they do not.

use jid::BareJid;

use super::{Address, Held, RecordKey, Vault, encryption, place};
use crate::model::Micros;
use crate::model::message::Encryption;
use crate::model::omemo::{Sealed, Sender, Version};
use crate::omemo::{self, Device, KeyExchange, OmemoError, Received};
use crate::store::{Queries, StoreError};
use crate::xep::envelope::Envelope;
use crate::xep::message::Message;
use crate::xep::omemo::{Encrypted, Key};
use crate::xep::trust_message::TrustMessage;

/// What became of an encrypted message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// It was not encrypted.
    Clear,
    /// Its words stand in the message now.
    Read(Encryption, Sender),
    /// It has no words: it is about keys.
    Empty,
    /// It was read before, or we wrote it.
    Again(Encryption),
    /// It cannot be read.
    Sealed(Encryption, Sealed),
}

/// Somebody who can read encrypted messages.
pub trait Opener {
    /// Reads a message from an address: its words come into the message, and what stands outside of them goes.
    fn open(&mut self, message: &mut Message, from: &BareJid) -> Opened;
}

/// Has no keys, and reads nothing that is encrypted.
pub struct NoKeys;

impl Opener for NoKeys {
    fn open(&mut self, message: &mut Message, _: &BareJid) -> Opened {
        match message.encrypted.first() {
            Some(encrypted) if encrypted.payload.is_none() => Opened::Empty,
            Some(encrypted) => Opened::Sealed(encryption(encrypted.version), Sealed::NotForThisDevice),
            None => Opened::Clear,
        }
    }
}

/// A vault that reads with what the store has. An error of the store is kept: nothing that was read until then may be stored.
pub struct Opening<'a> {
    vault: &'a mut Vault,
    store: &'a Queries,
    /// Why the store could not be read.
    pub failed: Option<StoreError>,
}

impl<'a> Opening<'a> {
    /// Reads messages with these keys.
    pub fn new(vault: &'a mut Vault, store: &'a Queries, now: Micros) -> Opening<'a> {
        vault.now = now;
        Opening { vault, store, failed: None }
    }
}

impl Opener for Opening<'_> {
    fn open(&mut self, message: &mut Message, from: &BareJid) -> Opened {
        // The newer version says more; one that is not for us may still be in the other.
        let mut last = Opened::Clear;
        for encrypted in std::mem::take(&mut message.encrypted) {
            let opened = self.vault.open(self.store, message, &encrypted, from);
            match opened {
                Ok(Opened::Sealed(version, Sealed::NotForThisDevice)) => {
                    if last == Opened::Clear {
                        last = Opened::Sealed(version, Sealed::NotForThisDevice);
                    }
                }
                Ok(opened) => return opened,
                Err(error) => {
                    self.failed = Some(error);
                    return Opened::Empty;
                }
            }
        }
        last
    }
}

impl Vault {
    fn open(
        &mut self,
        store: &Queries,
        message: &mut Message,
        encrypted: &Encrypted,
        from: &BareJid,
    ) -> Result<Opened, StoreError> {
        let version = encrypted.version;
        let kind = encryption(version);
        if *from == self.own && encrypted.sid == self.device {
            let is_news = self.is_news(store, message, encrypted)?;
            if is_news {
                self.is_a_copy();
            }
            return Ok(if is_news { Opened::Sealed(kind, Sealed::KeysMissing) } else { Opened::Again(kind) });
        }
        let address = Address { jid: from.clone(), version, device: encrypted.sid };
        let mut found = Opened::Sealed(kind, Sealed::NotForThisDevice);
        let for_us = |key: &&Key| key.rid == self.device && key.jid.as_ref().is_none_or(|jid| *jid == self.own);
        let keys: Vec<&Key> = encrypted.keys.iter().filter(for_us).collect();
        for key in keys {
            match self.decrypt(store, &address, key)? {
                Ok((received, fingerprint)) => {
                    let sender = Sender { device: encrypted.sid, fingerprint };
                    let opened = read_payload(message, encrypted, &received, from, sender);
                    self.ignore_us(message);
                    return Ok(opened);
                }
                Err(error) => found = self.explain(error, &address, kind),
            }
        }
        // About keys alone, there is nothing in it that people miss.
        Ok(if encrypted.payload.is_none() { Opened::Empty } else { found })
    }

    /// What is said of our own device's key says nothing here.
    fn ignore_us(&self, message: &mut Message) {
        let key = self.identity.public(Version::Omemo2).to_wire();
        if let Some(trust) = &mut message.trust {
            trust.said.retain(|said| said.owner != self.own || said.key[..] != key);
        }
    }

    /// Whether this device has sent a text of which nothing is known here: then there was a later state of this store, and the
    /// keys of its sessions were used.
    fn is_news(&self, store: &Queries, message: &Message, encrypted: &Encrypted) -> Result<bool, StoreError> {
        let is_text = message.body.is_some() && encrypted.payload.is_some();
        match (&message.to, &message.id) {
            (Some(to), Some(id)) if is_text => Ok(!store.is_ours(self.account, &to.to_bare(), id)?),
            _ => Ok(false),
        }
    }

    /// Decrypts what a message carries for us, with the fingerprint of the key that it came under.
    fn decrypt(
        &mut self,
        store: &Queries,
        address: &Address,
        key: &Key,
    ) -> Result<Result<(Received, String), OmemoError>, StoreError> {
        if key.key_exchange {
            let identity = match KeyExchange::from_wire(address.version, &key.data) {
                Ok(exchange) => exchange.identity(),
                Err(error) => return Ok(Err(error)),
            };
            let record = RecordKey { address: address.clone(), fingerprint: identity.fingerprint() };
            self.hold(store, &record)?;
            let held = self.held.entry(record.clone()).or_insert_with(|| Held::new(Device::new(identity)));
            let prekeys = &self.prekeys[place(address.version)];
            let received = held.device.decrypt(&self.identity, prekeys, &key.data, true);
            if received.is_err() && !held.device.has_session() {
                self.held.remove(&record);
            }
            return Ok(received.map(|received| (self.received(&record, received), record.fingerprint)));
        }
        // The one in memory first: the store does not know yet what this step has begun.
        let held = self.held.keys().filter(|record| record.address == *address);
        let held: Vec<RecordKey> = held.cloned().collect();
        let mut found = OmemoError::NoSession;
        if let Some(received) = self.try_records(address.version, &held, &key.data, &mut found) {
            return Ok(Ok(received));
        }
        let mut stored = store.session_keys(self.account, &address.jid)?;
        stored.retain(|known| known.device == address.device && known.version == address.version);
        let records =
            stored.into_iter().map(|known| RecordKey { address: address.clone(), fingerprint: known.fingerprint });
        let records: Vec<RecordKey> = records.filter(|record| !held.contains(record)).collect();
        for record in &records {
            self.hold(store, record)?;
        }
        Ok(self.try_records(address.version, &records, &key.data, &mut found).ok_or(found))
    }

    /// Tries records that are in memory. Of several answers the one that recognised the message is the error.
    fn try_records(
        &mut self,
        version: Version,
        records: &[RecordKey],
        data: &[u8],
        error: &mut OmemoError,
    ) -> Option<(Received, String)> {
        for record in records {
            let Some(held) = self.held.get_mut(record) else { continue };
            match held.device.decrypt(&self.identity, &self.prekeys[place(version)], data, false) {
                Ok(received) => return Some((self.received(record, received), record.fingerprint.clone())),
                Err(OmemoError::NoSession) => {}
                Err(other) => *error = other,
            }
        }
        None
    }

    fn received(&mut self, record: &RecordKey, received: Received) -> Received {
        if let Some(held) = self.held.get_mut(record) {
            (held.changed, held.seen) = (true, true);
        }
        if let Some(prekey) = received.prekey {
            self.prekeys[place(record.address.version)].mark_used(prekey);
            (self.prekeys_changed, self.prekey_used) = (true, Some(self.now));
        }
        self.broken.remove(&record.address);
        if received.began || received.number >= ANSWER_FROM {
            self.owed.insert(record.address.clone());
        }
        received
    }

    /// What to tell of a message that could not be decrypted.
    fn explain(&mut self, error: OmemoError, address: &Address, kind: Encryption) -> Opened {
        match error {
            OmemoError::Duplicate => Opened::Again(kind),
            // Nobody can tell whether it was read before: if it was, its row is here and stays as it is.
            OmemoError::Gone => Opened::Sealed(kind, Sealed::KeysMissing),
            OmemoError::Malformed(_) | OmemoError::Signature | OmemoError::OtherIdentity | OmemoError::Forged => {
                Opened::Sealed(kind, Sealed::Damaged)
            }
            OmemoError::NoSession
            | OmemoError::WeakKey
            | OmemoError::NoPrekeys
            | OmemoError::TooFar(_)
            | OmemoError::UnknownPrekey(_)
            | OmemoError::UnknownSignedPrekey(_) => {
                self.broken.insert(address.clone());
                Opened::Sealed(kind, Sealed::KeysMissing)
            }
        }
    }
}

/// A message of this number or more in its chain is to be answered (XEP-0384 section 4.6), so that the ratchet does a step.
const ANSWER_FROM: u32 = 53;

fn read_payload(
    message: &mut Message,
    encrypted: &Encrypted,
    received: &Received,
    from: &BareJid,
    sender: Sender,
) -> Opened {
    let kind = encryption(encrypted.version);
    let Some(payload) = &encrypted.payload else { return Opened::Empty };
    let damaged = Opened::Sealed(kind, Sealed::Damaged);
    match encrypted.version {
        Version::Legacy => {
            let body = omemo::open_legacy_payload(&received.plaintext, &encrypted.iv, payload);
            let Some(body) = body.ok().and_then(|body| String::from_utf8(body.to_vec()).ok()) else { return damaged };
            message.body = Some(body);
            // Where a file lies is said in the body: what stands outside anybody could have written.
            (message.oob, message.files) = (Vec::new(), Vec::new());
        }
        Version::Omemo2 => {
            let envelope = omemo::open_payload(&received.plaintext, payload);
            let Some(envelope) = envelope.ok().and_then(|bytes| Envelope::parse(&bytes)) else { return damaged };
            // XEP-0420 section 4.4: who wrote it is inside as well, so that nobody can pass it on as their own.
            if envelope.from.as_ref().map(jid::Jid::to_bare).as_ref() != Some(from) {
                return damaged;
            }
            message.read_content(&envelope.content);
            message.trust = TrustMessage::read(&envelope);
        }
    }
    Opened::Read(kind, sender)
}
