//! What OMEMO (XEP-0384) leaves in the store and on the screen: versions, devices, and how far they are trusted.

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
    pub label: Option<String>,
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
    /// How far it is trusted.
    pub trust: Trust,
    /// What its owner calls it.
    pub label: Option<String>,
    /// When a message of it was last read; None: never.
    pub last_seen: Option<Micros>,
    /// Its owner's list has it now.
    pub listed: bool,
}
