//! All sessions with one device of a contact, in one version and with one identity key: the one that is used, and older ones,
//! because both sides may begin at the same time, or begin anew while messages are on their way.

use zeroize::Zeroizing;

use super::bundle::Bundle;
use super::error::OmemoError;
use super::identity::{Identity, IdentityKey};
use super::keys::Random;
use super::message::{KeyExchange, Message};
use super::prekeys::Prekeys;
use super::protobuf::{Reader, Writer};
use super::ratchet::MOST_SKIPPED;
use super::session::{Encrypted, Session};
use super::version::Version;

/// How many sessions are kept: the one in use, and 40 older ones, as the libsignal family does.
const MOST_SESSIONS: usize = 41;

/// The record of a device. It belongs to one identity key: a device that comes with another key is somebody else until people
/// have decided, gets a record of its own, and cannot touch the sessions here.
#[derive(Clone, PartialEq, Eq)]
pub struct Device {
    identity: IdentityKey,
    /// The one in use first, the one that was not used for the longest time last.
    pub(super) sessions: Vec<Session>,
}

/// What was decrypted.
#[derive(Clone, PartialEq, Eq)]
pub struct Received {
    /// The key of the message, and what verifies it, as the payload's functions take it.
    pub plaintext: Zeroizing<Vec<u8>>,
    /// The one-time prekey that this began a session with, for [`Prekeys::mark_used`].
    pub prekey: Option<u32>,
    /// Whether this began a session: it should be answered, if only with an empty message, because until then all messages
    /// of the other side are key exchanges.
    pub began: bool,
    /// The message's number in its chain. XEP-0384 wants an empty message as an answer when it is 53 or more, so that the
    /// ratchet does a step.
    pub number: u32,
}

impl std::fmt::Debug for Received {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Received { prekey, began, number, .. } = self;
        write!(f, "Received(number {number}, prekey {prekey:?}, began: {began})")
    }
}

impl std::fmt::Debug for Device {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Device({:?}, {} sessions)", self.identity, self.sessions.len())
    }
}

impl Device {
    /// One without a session.
    pub fn new(identity: IdentityKey) -> Device {
        Device { identity, sessions: Vec::new() }
    }

    /// The identity key that all its sessions are with.
    pub fn identity(&self) -> IdentityKey {
        self.identity
    }

    /// The version that it speaks.
    pub fn version(&self) -> Version {
        self.identity.version()
    }

    /// Whether there is a session to encrypt in.
    pub fn has_session(&self) -> bool {
        !self.sessions.is_empty()
    }

    /// The session in use, for a look at its state.
    pub fn session(&self) -> Option<&Session> {
        self.sessions.first()
    }

    /// Begins a session, which is the one in use from now on, in the place of those that nothing was sent in. `device` is our own device's id.
    /// [`OmemoError::OtherIdentity`] if the bundle is another identity's.
    pub fn begin(
        &mut self,
        ours: &Identity,
        device: u32,
        bundle: &Bundle,
        random: Random<'_>,
    ) -> Result<(), OmemoError> {
        if bundle.identity() != self.identity {
            return Err(OmemoError::OtherIdentity);
        }
        let session = Session::begin(ours, device, bundle, random)?;
        self.sessions.retain(|session| !session.is_unused());
        self.use_session(session);
        Ok(())
    }

    /// Encrypts in the session in use; [`OmemoError::NoSession`] if there is none. The record must be stored before the
    /// result leaves: a key must never be used twice.
    pub fn encrypt(&mut self, plaintext: &[u8], random: Random<'_>) -> Result<Encrypted, OmemoError> {
        self.sessions.first_mut().ok_or(OmemoError::NoSession)?.encrypt(plaintext, random)
    }

    /// This record is a copy of an older state: what was encrypted since is not known, so no session of it encrypts any more
    /// before the other side has made a step in it. They decrypt as before.
    pub fn retire(&mut self) {
        self.sessions.iter_mut().for_each(|session| session.ratchet.spent = true);
    }

    /// Decrypts what a message carries for us; `key_exchange` is what the element says of it. On an error nothing has
    /// changed. The session that a new message came in is the one in use from now on: both sides then end in the same one.
    pub fn decrypt(
        &mut self,
        ours: &Identity,
        prekeys: &Prekeys,
        bytes: &[u8],
        key_exchange: bool,
    ) -> Result<Received, OmemoError> {
        if !key_exchange {
            return self.decrypt_message(bytes);
        }
        let exchange = KeyExchange::from_wire(self.version(), bytes)?;
        if exchange.identity() != self.identity {
            return Err(OmemoError::OtherIdentity);
        }
        if let Some(at) = self.sessions.iter().position(|session| session.began_with(&exchange)) {
            return self.decrypt_in(at, &Message::read(self.version(), &exchange.message)?);
        }
        let mut session = Session::answer(ours, prekeys, &exchange)?;
        let message = Message::read(self.version(), &exchange.message)?;
        // The same secret means the same session, whatever else was changed.
        if let Some(at) = self.sessions.iter().position(|known| known.mark == session.mark) {
            return self.decrypt_in(at, &message);
        }
        let (plaintext, _) = session.decrypt_message(&message)?;
        self.use_session(session);
        Ok(Received { plaintext, prekey: exchange.prekey, began: true, number: message.header.number })
    }

    fn decrypt_message(&mut self, bytes: &[u8]) -> Result<Received, OmemoError> {
        let message = Message::read(self.version(), bytes)?;
        let known = self.sessions.iter().position(|session| session.ratchet.knows(&message.header.ratchet_key));
        if let Some(at) = known {
            return self.decrypt_in(at, &message);
        }
        // A new ratchet key: only trying tells whose it is.
        let mut found = Err(OmemoError::NoSession);
        for at in 0..self.sessions.len() {
            match self.decrypt_in(at, &message) {
                Ok(received) => return Ok(received),
                Err(error @ (OmemoError::WeakKey | OmemoError::TooFar(_))) => found = Err(error),
                Err(_) => {}
            }
        }
        found
    }

    fn decrypt_in(&mut self, at: usize, message: &Message<'_>) -> Result<Received, OmemoError> {
        let session = self.sessions.get_mut(at).ok_or(OmemoError::NoSession)?;
        let (plaintext, newest) = session.decrypt_message(message)?;
        // A message that was overtaken tells nothing about which session the other side uses now, and one that may not be
        // encrypted with is never in use.
        if newest && !session.ratchet.spent {
            self.sessions[..=at].rotate_right(1);
        }
        self.bound_keys();
        Ok(Received { plaintext, prekey: None, began: false, number: message.header.number })
    }

    fn use_session(&mut self, session: Session) {
        self.sessions.insert(0, session);
        self.sessions.truncate(MOST_SESSIONS);
        self.bound_keys();
    }

    /// Gives up keys of missing messages where all sessions together keep too many, those of the least used session first:
    /// a record must not grow without end, whatever somebody sends.
    fn bound_keys(&mut self) {
        let kept: usize = self.sessions.iter().map(|session| session.ratchet.skipped.len()).sum();
        let mut excess = kept.saturating_sub(MOST_SKIPPED);
        for session in self.sessions.iter_mut().rev() {
            let gone = excess.min(session.ratchet.skipped.len());
            session.ratchet.give_up(gone);
            excess -= gone;
        }
    }

    /// For the store: it is a secret.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let room: usize = self.sessions.iter().map(Session::room).sum();
        let mut writer = Writer::with_room(room + 64);
        writer.number(1, self.version().code()).bytes(2, &self.identity.wire());
        for session in &self.sessions {
            writer.message(3, |inner| session.write(inner));
        }
        writer.finish()
    }

    /// From the store. [`OmemoError::Malformed`] if it is not what [`Device::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Device, OmemoError> {
        let (mut version, mut identity, mut sessions) = (None, None, Vec::new());
        for field in Reader::new(bytes) {
            match field? {
                (1, value) => version = Version::from_code(value.number()?),
                (2, value) => identity = Some(value.bytes()?),
                (3, value) => sessions.push(Session::from_bytes(value.bytes()?)?),
                _ => {}
            }
        }
        let (Some(version), Some(identity)) = (version, identity) else {
            return Err(OmemoError::Malformed("a device's record is not whole"));
        };
        let identity = IdentityKey::from_record(version, identity)?;
        if sessions.iter().any(|session| session.theirs != identity) {
            return Err(OmemoError::Malformed("a session is with another identity"));
        }
        Ok(Device { identity, sessions })
    }
}
