//! Devices and their keys, as people decide on them.

use crate::model::omemo::{KnownDevice, Sealed, Trust, Version};
use crate::view::EncryptionState;

/// How far a device's key is trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, ts_rs::TS), serde(rename_all = "camelCase"))]
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
#[cfg_attr(feature = "serde", derive(serde::Serialize, ts_rs::TS), serde(rename_all = "camelCase"))]
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
#[cfg_attr(feature = "serde", derive(serde::Serialize, ts_rs::TS), serde(rename_all = "camelCase"))]
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

/// What others scan to verify an account's devices.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, ts_rs::TS), serde(rename_all = "camelCase"))]
pub struct AccountUri {
    /// What an app shows as a QR code: the address with the fingerprint of each device, as Conversations and Dino read it, and
    /// Larimar. Before the account has keys, the address alone.
    pub uri: String,
    /// The same for Kaidan (XEP-0434 section 7).
    pub trust_message: String,
}

/// What became of what was scanned. Without anything in the lists there was no key in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, ts_rs::TS), serde(rename_all = "camelCase"))]
pub struct Verification {
    /// Whose keys they are: an app compares it with whom the person meant.
    pub jid: String,
    /// Fingerprints of devices that are known and verified now.
    pub verified: Vec<String>,
    /// Those of devices that are not known yet: they are verified the moment they appear.
    pub waiting: Vec<String>,
    /// Those that their owner does not want any more.
    pub distrusted: Vec<String>,
    /// Devices that show another key than the scanned one: somebody may read along, and a person is to be warned. Nothing is
    /// encrypted for that key, unless it was verified before.
    pub contradicted: Vec<Contradiction>,
}

/// A device that shows another key than the scanned one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, ts_rs::TS), serde(rename_all = "camelCase"))]
pub struct Contradiction {
    /// Its id.
    pub device: u32,
    /// The fingerprint that was scanned.
    pub scanned: String,
    /// The one that the device shows.
    pub found: String,
}

/// Without its label, which has to be checked first.
impl From<KnownDevice> for DeviceRow {
    fn from(known: KnownDevice) -> DeviceRow {
        DeviceRow {
            id: known.id,
            version: known.version.into(),
            fingerprint: known.fingerprint,
            trust: known.trust.into(),
            label: None,
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
