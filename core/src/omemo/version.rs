//! Every value in which the two versions differ where they are computed alike.

pub use crate::model::omemo::Version;

impl Version {
    /// HKDF's info for the secret that X3DH agrees on.
    pub(super) fn x3dh_info(self) -> &'static [u8] {
        match self {
            Version::Legacy => b"WhisperText",
            Version::Omemo2 => b"OMEMO X3DH",
        }
    }

    /// HKDF's info for a step of the root chain.
    pub(super) fn root_info(self) -> &'static [u8] {
        match self {
            Version::Legacy => b"WhisperRatchet",
            Version::Omemo2 => b"OMEMO Root Chain",
        }
    }

    /// HKDF's info for what a message key is stretched to.
    pub(super) fn message_info(self) -> &'static [u8] {
        match self {
            Version::Legacy => b"WhisperMessageKeys",
            Version::Omemo2 => b"OMEMO Message Key Material",
        }
    }

    /// How many bytes of the HMAC a message carries.
    pub(super) fn mac_length(self) -> usize {
        match self {
            Version::Legacy => 8,
            Version::Omemo2 => 16,
        }
    }

    /// How many of the other side's chains can still be continued after newer ones were begun. In omemo:2 a chain's successor
    /// tells how long it was. In legacy the libsignal family tells one less, or 0 for both 0 and 1: whether the last message
    /// is still on its way can only be found out by keeping the chain.
    pub(super) fn chains(self) -> usize {
        match self {
            Version::Legacy => 40,
            Version::Omemo2 => 5,
        }
    }
}
