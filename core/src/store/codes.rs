//! The numbers under which the model's enumerations are stored. They are part of the file's format: never renumber.

use jid::BareJid;

use super::StoreError;
use crate::model::account::TlsChoice;
use crate::model::attachment::{FileProblem, Wanted};
use crate::model::contact::Subscription;
use crate::model::file::Cipher;
use crate::model::message::{Delivery, Encryption, FailureReason, Place};
use crate::model::omemo::{ChatEncryption, Sealed, Trust};
use crate::model::trust::{Statement, from_hex, to_hex};

/// Gives an enumeration its numbers in both directions.
macro_rules! numbered {
    ($type:ty, $what:literal, $($variant:path = $number:literal),+ $(,)?) => {
        impl Code for $type {
            fn code(self) -> i64 {
                match self { $($variant => $number),+ }
            }
            fn from_code(code: i64) -> Result<Self, StoreError> {
                match code {
                    $($number => Ok($variant),)+
                    _ => Err(StoreError::Damaged { detail: format!("unknown {} {code}", $what) }),
                }
            }
        }
    };
}

/// An enumeration with stored numbers.
pub(super) trait Code: Sized + Copy {
    /// The number.
    fn code(self) -> i64;
    /// What the number stands for.
    fn from_code(code: i64) -> Result<Self, StoreError>;
}

numbered!(
    Delivery,
    "delivery",
    Delivery::Queued = 0,
    Delivery::Sent = 1,
    Delivery::Delivered = 2,
    Delivery::Displayed = 3,
    Delivery::Failed = 4
);
numbered!(Encryption, "encryption", Encryption::None = 0, Encryption::Omemo = 1, Encryption::Omemo2 = 2);
numbered!(Place, "place", Place::Fixed = 0, Place::Provisional = 1, Place::Floating = 2);
numbered!(TlsChoice, "kind of TLS", TlsChoice::Any = 0, TlsChoice::Direct = 1, TlsChoice::StartTls = 2);
numbered!(
    Subscription,
    "subscription",
    Subscription::None = 0,
    Subscription::To = 1,
    Subscription::From = 2,
    Subscription::Both = 3
);
numbered!(
    FailureReason,
    "reason",
    FailureReason::NoSuchAddress = 0,
    FailureReason::ServerUnreachable = 1,
    FailureReason::Blocked = 2,
    FailureReason::NotAllowed = 3,
    FailureReason::TooLarge = 4,
    FailureReason::Refused = 5,
    FailureReason::NoDevice = 6,
    FailureReason::Undecided = 7,
    FailureReason::NoFiles = 8,
    FailureReason::FileTooLarge = 9,
    FailureReason::FileRefused = 10,
    FailureReason::FileUnreadable = 11,
    FailureReason::MaybeSent = 12
);
numbered!(Trust, "trust", Trust::Undecided = 0, Trust::Blind = 1, Trust::Verified = 2, Trust::Distrusted = 3);
numbered!(
    Sealed,
    "reason of a sealed message",
    Sealed::NotForThisDevice = 1,
    Sealed::KeysMissing = 2,
    Sealed::Damaged = 3
);
numbered!(
    ChatEncryption,
    "encryption of a chat",
    ChatEncryption::Automatic = 0,
    ChatEncryption::Always = 1,
    ChatEncryption::Never = 2
);
numbered!(
    FileProblem,
    "problem of a file",
    FileProblem::Unreachable = 1,
    FileProblem::Certificate = 2,
    FileProblem::Forbidden = 3,
    FileProblem::Gone = 4,
    FileProblem::Refused = 5,
    FileProblem::TooLarge = 6,
    FileProblem::Damaged = 7,
    FileProblem::DiskFull = 8,
    FileProblem::Disk = 9
);
numbered!(Wanted, "wish for a file", Wanted::No = 0, Wanted::ByItself = 1, Wanted::Asked = 2);
numbered!(Cipher, "cipher", Cipher::Aes128Gcm = 1, Cipher::Aes256Gcm = 2, Cipher::Aes256Cbc = 3);
numbered!(Kind, "kind", Kind::Text = 0, Kind::Correction = 1, Kind::Retraction = 2, Kind::Reactions = 3);
numbered!(
    Sends,
    "payload",
    Sends::Text = 0,
    Sends::Correction = 1,
    Sends::Retraction = 2,
    Sends::Reactions = 3,
    Sends::Receipt = 4,
    Sends::Displayed = 5,
    Sends::Trust = 6
);
numbered!(
    Waits,
    "waiting",
    Waits::Receipt = 0,
    Waits::Displayed = 1,
    Waits::DisplayedByUs = 2,
    Waits::Error = 3,
    Waits::Answered = 4
);

/// What a row of `message` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A text that is shown.
    Text,
    /// New words for a text.
    Correction,
    /// A text is taken back.
    Retraction,
    /// One side's set of reactions to a text.
    Reactions,
}

/// What an item of the outbox says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sends {
    /// A text.
    Text,
    /// A correction.
    Correction,
    /// A retraction.
    Retraction,
    /// Reactions.
    Reactions,
    /// A receipt.
    Receipt,
    /// A marker.
    Displayed,
    /// Decisions on keys.
    Trust,
}

/// What waits for a message that is not here yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Waits {
    /// Our message reached a device.
    Receipt,
    /// Our message was seen.
    Displayed,
    /// Another device of ours saw the contact's message.
    DisplayedByUs,
    /// Our message came back.
    Error,
    /// Not a wait: a receipt was given for a stanza that has no row.
    Answered,
}

/// States of an outbox item.
pub(super) const QUEUED: i64 = 0;
/// Written to the stream, not acknowledged.
pub(super) const IN_FLIGHT: i64 = 1;
/// Its session is lost.
pub(super) const UNSURE: i64 = 2;

/// A stored address.
pub(super) fn jid(text: &str) -> Result<BareJid, StoreError> {
    BareJid::new(text).map_err(|_| StoreError::Damaged { detail: "an address that is none".to_owned() })
}

/// Decisions on keys as the outbox keeps them: one a line, `+` or `-`, the key, and whose it is.
pub(super) fn statement_lines(said: &[Statement]) -> String {
    let line = |Statement { owner, key, trusted }: &Statement| {
        format!("{}{} {owner}\n", if *trusted { '+' } else { '-' }, to_hex(key))
    };
    said.iter().map(line).collect()
}

/// Reads them.
pub(super) fn read_statements(lines: &str) -> Result<Vec<Statement>, StoreError> {
    let read = |line: &str| {
        let (sign, rest) = line.split_at_checked(1)?;
        let (key, owner) = rest.split_once(' ')?;
        Some(Statement { owner: jid(owner).ok()?, key: from_hex(key)?, trusted: sign == "+" })
    };
    let damaged = || StoreError::Damaged { detail: "a decision on a key that is none".to_owned() };
    lines.lines().map(|line| read(line).ok_or_else(damaged)).collect()
}
