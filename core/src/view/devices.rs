//! Devices and their keys, as people decide on them.

use crate::model::omemo::{KnownDevice, Sealed, Trust, Version};
use crate::view::EncryptionState;

/// How far a device's key is trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrustState {
    /// Waits for a decision: nothing is encrypted for it until then.
    Undecided,
    /// Trusted, because none of this contact's keys was compared yet.
    Blind,
    /// Compared by a person.
    Verified,
    /// Not wanted.
    Distrusted,
}

/// One device in one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceRow {
    /// Its id.
    pub id: u32,
    /// In which version it is met.
    pub version: EncryptionState,
    /// Its key as people compare it: 64 hexadecimal digits, shown in groups of eight. The same in both versions.
    pub fingerprint: String,
    /// How far its key is trusted.
    pub trust: TrustState,
    /// What its owner calls it.
    pub label: Option<String>,
    /// When a message of it was last read; None: never.
    pub last_seen_ms: Option<i64>,
    /// Its owner's list has it. Messages are encrypted for these alone.
    pub listed: bool,
    /// It is the one that this is shown on.
    pub this: bool,
}

/// The devices of a contact, or of the account itself, at one moment: this one first, then those in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DevicesSnapshot {
    /// The account's address.
    pub account: String,
    /// Whose devices.
    pub jid: String,
    /// Its rows.
    pub devices: Vec<DeviceRow>,
}

impl From<Trust> for TrustState {
    fn from(trust: Trust) -> TrustState {
        match trust {
            Trust::Undecided => TrustState::Undecided,
            Trust::Blind => TrustState::Blind,
            Trust::Verified => TrustState::Verified,
            Trust::Distrusted => TrustState::Distrusted,
        }
    }
}

impl From<Version> for EncryptionState {
    fn from(version: Version) -> EncryptionState {
        match version {
            Version::Legacy => EncryptionState::Omemo,
            Version::Omemo2 => EncryptionState::Omemo2,
        }
    }
}

impl From<KnownDevice> for DeviceRow {
    fn from(known: KnownDevice) -> DeviceRow {
        DeviceRow {
            id: known.id,
            version: known.version.into(),
            fingerprint: known.fingerprint,
            trust: known.trust.into(),
            label: known.label,
            last_seen_ms: known.last_seen.map(|time| time / 1000),
            listed: known.listed,
            this: false,
        }
    }
}

/// The name of why a message cannot be read, for the apps' texts.
pub(crate) fn sealed_name(reason: Sealed) -> String {
    format!("{reason:?}")
}
