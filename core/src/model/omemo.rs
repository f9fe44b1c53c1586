//! What OMEMO (XEP-0384) leaves in the store and on the screen: versions, devices, and how far they are trusted.

use jid::BareJid;
use zeroize::Zeroizing;

use super::Micros;

/// Which OMEMO a device speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// `eu.siacs.conversations.axolotl` (XEP-0384 0.3.0), which follows libsignal's formats.
    Legacy,
    /// `urn:xmpp:omemo:2` (XEP-0384 0.8 and later).
    Omemo2,
}

impl Version {
    /// Both.
    pub const ALL: [Version; 2] = [Version::Legacy, Version::Omemo2];

    /// The namespace of its elements.
    pub fn namespace(self) -> &'static str {
        match self {
            Version::Legacy => "eu.siacs.conversations.axolotl",
            Version::Omemo2 => "urn:xmpp:omemo:2",
        }
    }

    /// The number that stands for it in records.
    pub(crate) fn code(self) -> u32 {
        match self {
            Version::Legacy => 1,
            Version::Omemo2 => 2,
        }
    }

    /// The version with this number.
    pub(crate) fn from_code(code: u32) -> Option<Version> {
        Version::ALL.into_iter().find(|version| version.code() == code)
    }
}

/// How far an identity key is trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// It waits for a person's decision, because another of the same contact's was verified: nothing is encrypted for it.
    Undecided,
    /// Trusted because nobody has verified any of this contact's keys yet.
    Blind,
    /// A person has compared it.
    Verified,
    /// A person does not want it: nothing is encrypted for it.
    Distrusted,
}

impl Trust {
    /// Whether messages are encrypted for it.
    pub fn may_read(self) -> bool {
        matches!(self, Trust::Blind | Trust::Verified)
    }
}

/// A device of somebody's, in one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedDevice {
    /// Its id.
    pub id: u32,
    /// What its owner calls it (omemo:2).
    pub label: Option<Label>,
}

/// What a device is called, as it came: it counts only if the device's key has signed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The text, which may have anything in it.
    pub text: String,
    /// The signature.
    pub signature: Vec<u8>,
}

/// An identity key of a contact's, or of our own account's, as people see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownDevice {
    /// Its id.
    pub id: u32,
    /// In which version.
    pub version: Version,
    /// Its Curve25519 form in 64 hexadecimal digits.
    pub fingerprint: String,
    /// Its Ed25519 form, if a device of omemo:2 has shown it.
    pub ed25519: Option<[u8; 32]>,
    /// How far it is trusted.
    pub trust: Trust,
    /// What its owner calls it.
    pub label: Option<Label>,
    /// When a message of it was last read; None: never.
    pub last_seen: Option<Micros>,
    /// Its owner's list has it now.
    pub listed: bool,
}

/// The device and the key that a message came under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    /// The device's id.
    pub device: u32,
    /// Its key's fingerprint.
    pub fingerprint: String,
}

/// Why an encrypted message cannot be read here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sealed {
    /// It was not encrypted for this device, for instance because it is older.
    NotForThisDevice,
    /// The keys that it needs are not here (any more): a new session is made.
    KeysMissing,
    /// It is not as it was sent.
    Damaged,
}

/// What a person wants for a chat.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize, ts_rs::TS), serde(rename_all = "camelCase"))]
pub enum ChatEncryption {
    /// Encrypted as soon as the contact can, and from then on.
    #[default]
    Automatic,
    /// Nothing leaves in clear.
    Always,
    /// Nothing is encrypted.
    Never,
}

/// Our own device in the store. Its identity is in the keystore.
#[derive(Clone, PartialEq, Eq)]
pub struct OwnKeys {
    /// Our device's id.
    pub device: u32,
    /// The prekeys of either version, as [`Version::ALL`] names them.
    pub prekeys: [Zeroizing<Vec<u8>>; 2],
}

/// The sessions with one key of a device.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionRecord {
    /// Whose.
    pub jid: BareJid,
    /// Which of its devices.
    pub device: u32,
    /// In which version.
    pub version: Version,
    /// The key's fingerprint.
    pub fingerprint: String,
    /// Its Ed25519 form, which omemo:2 shows.
    pub ed25519: Option<[u8; 32]>,
    /// The record, a secret.
    pub bytes: Zeroizing<Vec<u8>>,
    /// True if something of the device's was read.
    pub seen: bool,
    /// True if a session was begun, with which may be encrypted.
    pub begun: bool,
}

/// A device that there are sessions with, without them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionKey {
    /// Which device.
    pub device: u32,
    /// In which version.
    pub version: Version,
    /// The key's fingerprint.
    pub fingerprint: String,
    /// How far it is trusted.
    pub trust: Trust,
    /// Nothing may be encrypted with it: a new session has to be begun.
    pub stale: bool,
}

/// What OMEMO wants stored.
#[derive(Clone)]
pub enum OmemoChange {
    /// Our own device.
    Own(OwnKeys),
    /// A list of devices, which replaces the one before.
    Devices {
        /// Whose.
        jid: BareJid,
        /// In which version.
        version: Version,
        /// All of them.
        devices: Vec<ListedDevice>,
    },
    /// Sessions that changed. A key that is new is trusted blindly, unless another one of the same address was verified.
    Sessions(SessionRecord),
    /// Our device has sent what is not here: the store is an older copy, and its sessions' keys were used already.
    Restored,
    /// A person's decisions, of which other devices are told.
    Decided {
        /// Whose keys.
        jid: BareJid,
        /// Their fingerprints, and the decisions.
        keys: Vec<(String, Trust)>,
    },
}
