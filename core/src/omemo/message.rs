//! The messages of a session as they stand on the wire, in both formats.

use zeroize::Zeroizing;

use super::cipher::Keys;
use super::error::OmemoError;
use super::identity::IdentityKey;
use super::keys::{self, Secret, Wire};
use super::protobuf::{Reader, Writer};
use super::version::Version;

/// What libsignal puts before its messages: the version in use, and the newest one known.
const LEGACY_VERSION: u8 = 0x33;

/// Only the high half of that byte counts.
const LEGACY_CURRENT: u8 = 3;

/// What a message's MAC is over besides the message: both identities, the one that comes first first.
pub(super) type Associated = [Wire; 2];

/// Where in its session a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// The sender's ratchet key.
    pub ratchet_key: [u8; 32],
    /// The message's number in its chain, from 0.
    pub number: u32,
    /// How many messages the sender's chain before had, or one less: see [`Version::chains`].
    pub previous: u32,
}

/// One message of a session (SignalMessage, OMEMOMessage), read, but not verified yet.
pub(super) struct Message<'a> {
    version: Version,
    pub header: Header,
    ciphertext: &'a [u8],
    /// What the MAC is over, beside the associated data.
    covered: &'a [u8],
    mac: &'a [u8],
}

impl<'a> Message<'a> {
    /// Reads one.
    pub fn read(version: Version, bytes: &'a [u8]) -> Result<Message<'a>, OmemoError> {
        let (covered, mac, fields) = match version {
            Version::Legacy => {
                let split = bytes.len().checked_sub(version.mac_length()).and_then(|at| bytes.split_at_checked(at));
                let (covered, mac) = split.ok_or(OmemoError::Malformed("a message is too short"))?;
                (covered, mac, after_version(covered)?)
            }
            Version::Omemo2 => {
                let [mac, message] = read_bytes(bytes, [1, 2])?;
                let covered = required(message)?;
                (covered, required(mac)?, covered)
            }
        };
        let [key_field, number_field, previous_field] = header_fields(version);
        let (mut key, mut number, mut previous, mut ciphertext) = (None, None, 0, None);
        for field in Reader::new(fields) {
            let (at, value) = field?;
            match at {
                _ if at == u64::from(key_field) => key = Some(value.bytes()?),
                _ if at == u64::from(number_field) => number = Some(value.number()?),
                _ if at == u64::from(previous_field) => previous = value.number()?,
                4 => ciphertext = Some(value.bytes()?),
                _ => {}
            }
        }
        let header =
            Header { ratchet_key: keys::from_wire(version, required(key)?)?, number: required(number)?, previous };
        Ok(Message { version, header, ciphertext: required(ciphertext)?, covered, mac })
    }

    /// Decrypts it with its key if it is as it was sent; else [`OmemoError::Forged`].
    pub fn open(&self, key: &Secret, associated: &Associated) -> Result<Zeroizing<Vec<u8>>, OmemoError> {
        let keys = Keys::new(&key[..], self.version.message_info());
        if !keys.verifies(&[&associated[0], &associated[1], self.covered], self.mac, self.version.mac_length()) {
            return Err(OmemoError::Forged);
        }
        keys.decrypt(self.ciphertext)
    }
}

/// Encrypts and writes a message.
pub(super) fn seal(
    version: Version,
    header: &Header,
    key: &Secret,
    associated: &Associated,
    plaintext: &[u8],
) -> Vec<u8> {
    let keys = Keys::new(&key[..], version.message_info());
    let [key_field, number_field, previous_field] = header_fields(version);
    let ratchet_key = keys::to_wire(version, &header.ratchet_key);
    let mut writer = Writer::with_room(plaintext.len() + 96);
    match version {
        Version::Legacy => {
            writer.append(&[LEGACY_VERSION]);
            writer.bytes(key_field, &ratchet_key).number(number_field, header.number);
            writer.number(previous_field, header.previous);
        }
        Version::Omemo2 => {
            writer.number(number_field, header.number).number(previous_field, header.previous);
            writer.bytes(key_field, &ratchet_key);
        }
    }
    writer.bytes(4, &keys.encrypt(plaintext));
    let mut covered = writer.finish_public();
    let mac = keys.mac(&[&associated[0], &associated[1], &covered]);
    let mac = &mac[..version.mac_length()];
    match version {
        Version::Legacy => {
            covered.extend_from_slice(mac);
            covered
        }
        Version::Omemo2 => {
            let mut writer = Writer::with_room(covered.len() + 32);
            writer.bytes(1, mac).bytes(2, &covered);
            writer.finish_public()
        }
    }
}

/// A session's first message, and the following ones until an answer came: what is needed to begin the session, and a message
/// of it (PreKeySignalMessage, OMEMOKeyExchange). It is read, but nothing of it is verified yet.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyExchange {
    pub(super) identity: IdentityKey,
    pub(super) base_key: [u8; 32],
    pub(super) signed_prekey: u32,
    pub(super) prekey: Option<u32>,
    /// What legacy calls the registration id: the sender's device, and 0 where it does not say.
    pub(super) device: u32,
    pub(super) message: Vec<u8>,
}

impl std::fmt::Debug for KeyExchange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeyExchange({:?}, prekey {:?})", self.identity, self.prekey)
    }
}

impl KeyExchange {
    /// Reads one. [`OmemoError::Malformed`] if it is none.
    pub fn from_wire(version: Version, bytes: &[u8]) -> Result<KeyExchange, OmemoError> {
        let fields = if version == Version::Legacy { after_version(bytes)? } else { bytes };
        let [prekey_at, signed_at, identity_at, base_at, message_at, device_at] =
            exchange_fields(version).map(u64::from);
        let (mut prekey, mut signed_prekey, mut device) = (None, None, 0);
        let (mut identity, mut base_key, mut message) = (None, None, None);
        for field in Reader::new(fields) {
            let (at, value) = field?;
            match at {
                _ if at == prekey_at => prekey = Some(value.number()?),
                _ if at == signed_at => signed_prekey = Some(value.number()?),
                _ if at == identity_at => identity = Some(value.bytes()?),
                _ if at == base_at => base_key = Some(value.bytes()?),
                _ if at == message_at => message = Some(value.bytes()?),
                _ if at == device_at => device = value.number()?,
                _ => {}
            }
        }
        if version == Version::Omemo2 {
            required(prekey)?;
        }
        Ok(KeyExchange {
            identity: IdentityKey::from_wire(version, required(identity)?)?,
            base_key: keys::from_wire(version, required(base_key)?)?,
            signed_prekey: required(signed_prekey)?,
            prekey,
            device,
            message: required(message)?.to_vec(),
        })
    }

    /// Whose identity it claims to be: the session that it begins belongs to that key's record.
    pub fn identity(&self) -> IdentityKey {
        self.identity
    }

    pub(super) fn to_wire(&self) -> Vec<u8> {
        let version = self.identity.version();
        let [prekey_at, signed_at, identity_at, base_at, message_at, device_at] = exchange_fields(version);
        let base_key = keys::to_wire(version, &self.base_key);
        let mut writer = Writer::with_room(self.message.len() + 128);
        match version {
            Version::Legacy => {
                writer.append(&[LEGACY_VERSION]);
                writer.maybe_number(prekey_at, self.prekey).bytes(base_at, &base_key);
                writer.bytes(identity_at, &self.identity.wire()).bytes(message_at, &self.message);
                writer.number(device_at, self.device).number(signed_at, self.signed_prekey);
            }
            Version::Omemo2 => {
                writer.maybe_number(prekey_at, self.prekey).number(signed_at, self.signed_prekey);
                writer.bytes(identity_at, &self.identity.wire()).bytes(base_at, &base_key);
                writer.bytes(message_at, &self.message);
            }
        }
        writer.finish_public()
    }
}

/// The field numbers of a message's ratchet key, number, and previous counter.
fn header_fields(version: Version) -> [u32; 3] {
    match version {
        Version::Legacy => [1, 2, 3],
        Version::Omemo2 => [3, 1, 2],
    }
}

/// The field numbers of a key exchange's prekey id, signed prekey id, identity key, base key, message and device. Omemo:2 has
/// no device in it: 0 is no field's number.
fn exchange_fields(version: Version) -> [u32; 6] {
    match version {
        Version::Legacy => [1, 6, 3, 2, 4, 5],
        Version::Omemo2 => [1, 2, 3, 4, 5, 0],
    }
}

fn after_version(bytes: &[u8]) -> Result<&[u8], OmemoError> {
    match bytes.split_first() {
        Some((version, rest)) if version >> 4 == LEGACY_CURRENT => Ok(rest),
        _ => Err(OmemoError::Malformed("a message is of another version")),
    }
}

fn read_bytes<const N: usize>(bytes: &[u8], fields: [u64; N]) -> Result<[Option<&[u8]>; N], OmemoError> {
    let mut found = [None; N];
    for field in Reader::new(bytes) {
        let (at, value) = field?;
        if let Some(which) = fields.iter().position(|field| *field == at) {
            found[which] = Some(value.bytes()?);
        }
    }
    Ok(found)
}

fn required<T>(field: Option<T>) -> Result<T, OmemoError> {
    field.ok_or(OmemoError::Malformed("a field is missing"))
}
