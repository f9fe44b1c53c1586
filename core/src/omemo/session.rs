//! One session with one device of a contact, in one version: X3DH at its beginning, the Double Ratchet after that.

use zeroize::Zeroizing;

use super::bundle::Bundle;
use super::cipher;
use super::error::OmemoError;
use super::identity::{Identity, IdentityKey};
use super::keys::{KeyPair, Random, Secret};
use super::message::{Associated, KeyExchange, Message};
use super::prekeys::Prekeys;
use super::ratchet::Ratchet;
use super::version::Version;
use super::x3dh;

/// A session. What it encrypts is short: the key of a message, and what verifies that message.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    pub(super) ours: IdentityKey,
    pub(super) theirs: IdentityKey,
    /// Whether we began it.
    pub(super) began: bool,
    /// The key that was made for its beginning: a key exchange that comes again has the same.
    pub(super) base_key: [u8; 32],
    /// A mark of the secret that was agreed on. A base key can be changed into others that agree on the same secret.
    pub(super) mark: [u8; 16],
    /// What our messages tell besides until an answer came.
    pub(super) pending: Option<Pending>,
    pub(super) ratchet: Ratchet,
}

/// The rest of a key exchange.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Pending {
    pub signed_prekey: u32,
    pub prekey: Option<u32>,
    pub device: u32,
}

/// What goes into the header of a message for one device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encrypted {
    /// The bytes of it.
    pub bytes: Vec<u8>,
    /// Whether it is a key exchange (`prekey='true'` in legacy, `kex='true'` in omemo:2).
    pub key_exchange: bool,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let state = if self.pending.is_some() { "not answered yet" } else { "answered" };
        write!(f, "Session({:?}, {state}, {} keys kept)", self.theirs, self.ratchet.skipped.len())
    }
}

impl Session {
    /// Begins one with the device that published this bundle. `device` is our own device's id, which legacy tells.
    pub fn begin(ours: &Identity, device: u32, bundle: &Bundle, random: Random<'_>) -> Result<Session, OmemoError> {
        let version = bundle.version();
        let prekey = bundle.any_prekey(random);
        if version == Version::Omemo2 && prekey.is_none() {
            return Err(OmemoError::NoPrekeys);
        }
        let base = KeyPair::generate(random);
        let prekey_key = prekey.as_ref().map(|(_, key)| key);
        let secret = x3dh::begin(version, ours, &base, bundle.identity, &bundle.signed_prekey, prekey_key)?;
        let prekey = prekey.map(|(id, _)| id);
        Ok(Session {
            ours: ours.public(version),
            theirs: bundle.identity,
            began: true,
            base_key: base.public,
            mark: mark(&secret),
            pending: Some(Pending { signed_prekey: bundle.signed_prekey_id, prekey, device }),
            ratchet: Ratchet::begin(version, secret, &bundle.signed_prekey, random)?,
        })
    }

    /// Makes the one that a key exchange is the beginning of. Its message has to be decrypted before the session is worth
    /// anything: until then nothing is verified.
    pub fn answer(ours: &Identity, prekeys: &Prekeys, exchange: &KeyExchange) -> Result<Session, OmemoError> {
        let version = prekeys.version();
        if exchange.identity.version() != version {
            return Err(OmemoError::Malformed("a key exchange is of another version"));
        }
        let signed = prekeys.signed(exchange.signed_prekey);
        let signed = signed.ok_or(OmemoError::UnknownSignedPrekey(exchange.signed_prekey))?;
        let one_time = |id: u32| prekeys.one_time(id).ok_or(OmemoError::UnknownPrekey(id));
        let prekey = exchange.prekey.map(one_time).transpose()?;
        let secret = x3dh::answer(version, ours, signed, prekey, exchange.identity, &exchange.base_key)?;
        Ok(Session {
            ours: ours.public(version),
            theirs: exchange.identity,
            began: false,
            base_key: exchange.base_key,
            mark: mark(&secret),
            pending: None,
            ratchet: Ratchet::answer(version, secret, signed.clone()),
        })
    }

    /// The version that it speaks.
    pub fn version(&self) -> Version {
        self.theirs.version()
    }

    /// The identity of the device it is with.
    pub fn identity(&self) -> IdentityKey {
        self.theirs
    }

    /// Whether the other side has answered, or began it.
    pub fn is_answered(&self) -> bool {
        self.pending.is_none()
    }

    /// Whether we began it and have sent nothing in it: nobody but us knows of it.
    pub fn is_unused(&self) -> bool {
        self.pending.is_some() && self.ratchet.sending.as_ref().is_none_or(|chain| chain.next == 0)
    }

    /// Encrypts for the other side. The session must be stored before the result leaves: a key must never be used twice.
    pub fn encrypt(&mut self, plaintext: &[u8], random: Random<'_>) -> Result<Encrypted, OmemoError> {
        let associated = self.associated(self.ours, self.theirs);
        let message = self.ratchet.encrypt(plaintext, &associated, random)?;
        let Some(Pending { signed_prekey, prekey, device }) = self.pending else {
            return Ok(Encrypted { bytes: message, key_exchange: false });
        };
        let (identity, base_key) = (self.ours, self.base_key);
        let exchange = KeyExchange { identity, base_key, signed_prekey, prekey, device, message };
        Ok(Encrypted { bytes: exchange.to_wire(), key_exchange: true })
    }

    /// Decrypts a message of the other side, in whichever order they come. On an error nothing has changed.
    pub fn decrypt(&mut self, bytes: &[u8]) -> Result<Zeroizing<Vec<u8>>, OmemoError> {
        self.decrypt_message(&Message::read(self.version(), bytes)?).map(|(plaintext, _)| plaintext)
    }

    /// The same for a message that was read; says as well whether it was the newest of its chain.
    pub(super) fn decrypt_message(&mut self, message: &Message<'_>) -> Result<(Zeroizing<Vec<u8>>, bool), OmemoError> {
        let associated = self.associated(self.theirs, self.ours);
        let decrypted = self.ratchet.decrypt(message, &associated)?;
        // Whatever they sent in this session, they have it.
        self.pending = None;
        Ok(decrypted)
    }

    /// Whether a key exchange is the one that began this session, by its base key.
    pub(super) fn began_with(&self, exchange: &KeyExchange) -> bool {
        !self.began && self.base_key == exchange.base_key && self.theirs == exchange.identity
    }

    /// Both identities: legacy puts the sender first, omemo:2 who began the session.
    fn associated(&self, sender: IdentityKey, receiver: IdentityKey) -> Associated {
        let sender_first = match self.version() {
            Version::Legacy => true,
            Version::Omemo2 => self.began == (sender == self.ours),
        };
        let (first, second) = if sender_first { (sender, receiver) } else { (receiver, sender) };
        [first.wire(), second.wire()]
    }
}

fn mark(secret: &Secret) -> [u8; 16] {
    let mac = cipher::mac(&secret[..], &[b"Larimar: which session"]);
    std::array::from_fn(|at| mac[at])
}
