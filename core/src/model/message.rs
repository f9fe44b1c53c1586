//! A message as it is stored and shown, and what arrives to become one or to change one.

use jid::BareJid;

use super::Micros;
use super::attachment::{Attachment, StoredFile};
use super::ids::{ChatId, MessageId};
use super::omemo::{Sealed, Sender, Trust};
use super::trust::Told;

/// How far an outgoing message has come. An incoming one is always `Delivered`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Delivery {
    /// In the outbox; the server does not have it yet, as far as we know.
    Queued,
    /// The server has it (XEP-0198 acknowledgement, or seen in the archive).
    Sent,
    /// A device of the contact has it (XEP-0184).
    Delivered,
    /// The contact has seen it (XEP-0333).
    Displayed,
    /// It came back, or cannot be sent; `Message::error` says why. A retry queues it again.
    Failed,
}

/// Under which encryption a message travelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// In clear inside TLS.
    None,
    /// `eu.siacs.conversations.axolotl`.
    Omemo,
    /// `urn:xmpp:omemo:2`.
    Omemo2,
}

/// The ids by which the same message is known to different parties (XEP-0359).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ids {
    /// The stanza's `id` attribute, which receipts, corrections, reactions and replies refer to in one-to-one chats.
    pub stanza: Option<String>,
    /// `<origin-id/>`, as the sender chose it.
    pub origin: Option<String>,
    /// `<stanza-id/>` given by our own account's archive, or the id of the archive's result: the archive position.
    pub archive: Option<String>,
}

/// How certain the place of a row in its chat is. The order of a chat is that of its account's archive; a row whose place
/// there is not known yet floats at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The archive has been read up to it or beyond: it does not move any more.
    Fixed,
    /// It stands where it came, as far as this device could see; the archive may tell better.
    Provisional,
    /// After all others: not yet at the server, or received while older messages were still being fetched.
    Floating,
}

/// By which way a message came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// In the stream, as it was sent to this device.
    Live,
    /// A copy of what another of our devices received or sent (XEP-0280).
    Carbon,
    /// Kept by the server while we were away (a delay stamp by the server, no archive result).
    Offline,
    /// From a forward catch-up of the archive: items of one [`super::changes::Changes`] stand in archive order.
    Archive,
    /// From an older page of the archive: items of one `Changes` stand in archive order as well, oldest first.
    ArchiveOlder,
}

/// What a message refers to when it answers another (XEP-0461).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplyTo {
    /// The id of the message that is answered, as `Ids::stanza` or `Ids::origin` of it.
    pub id: String,
    /// Who wrote that message, where it was said.
    pub author: Option<String>,
}

/// One arrived message stanza that has to do with stored messages: a new one, or one that changes another.
#[derive(Clone)]
pub struct Arrived {
    /// The chat it belongs to: the contact's bare address.
    pub chat: BareJid,
    /// The sender's full address as the stanza gave it.
    pub from: String,
    /// True if our own account wrote it, on whichever device.
    pub outgoing: bool,
    /// Its ids.
    pub ids: Ids,
    /// The way it came.
    pub way: Way,
    /// The time to show: the archive's or delay's stamp, else the time of arrival.
    pub time: Micros,
    /// True if its sender would like to know when it was displayed (`<markable/>`, XEP-0333).
    pub markable: bool,
    /// Under which encryption it came.
    pub encryption: Encryption,
    /// The device and key it was encrypted with, if it could be read.
    pub sender: Option<Sender>,
    /// What it says.
    pub content: Content,
}

/// What an arrived message does. `target` is always a stanza or origin id of another message in the same chat.
#[derive(Clone, PartialEq, Eq)]
pub enum Content {
    /// A message of its own.
    Text {
        /// The text, with reply fallbacks already removed.
        body: String,
        /// What it answers.
        reply: Option<ReplyTo>,
        /// Its files; then there may be no text.
        files: Vec<Attachment>,
    },
    /// The sender replaces the text of an own earlier message (XEP-0308). The last one wins.
    Correction {
        /// Which message.
        target: String,
        /// The new text.
        body: String,
    },
    /// The sender takes back an own earlier message (XEP-0424).
    Retraction {
        /// Which message.
        target: String,
    },
    /// The sender's whole set of reactions to a message (XEP-0444); empty takes them back.
    Reactions {
        /// Which message.
        target: String,
        /// The emojis, each once, in the sender's order.
        emojis: Vec<String>,
    },
    /// A device of the contact has our message (XEP-0184).
    Receipt {
        /// Which message of ours.
        target: String,
    },
    /// The sender has seen the chat up to this message (XEP-0333). Outgoing: another device of ours has.
    Displayed {
        /// Up to which message.
        target: String,
    },
    /// Our message could not be delivered (a message stanza of type error).
    Error {
        /// Which message of ours.
        target: String,
        /// Why: a key that the apps translate (see [`FailureReason`]).
        reason: FailureReason,
    },
    /// Another device says what was decided on keys (XEP-0450). Nothing of it is shown.
    Trust(Told),
    /// An encrypted message that cannot be read here, which people are told. It is shown if it comes again and can be.
    Sealed {
        /// Why it cannot be read.
        reason: Sealed,
    },
    /// An encrypted message that was read before, and can be read only once: its ids and its place count.
    Again,
    /// Nothing that is stored; its archive position counts all the same.
    Nothing,
}

/// Why a message of ours failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureReason {
    /// The address does not exist.
    NoSuchAddress,
    /// The contact's server cannot be reached.
    ServerUnreachable,
    /// The contact does not accept messages from us.
    Blocked,
    /// The server does not allow it (policy, size, rate).
    NotAllowed,
    /// The message is too large.
    TooLarge,
    /// Anything else that the server said.
    Refused,
    /// The chat is encrypted, and the contact has no device that can read it.
    NoDevice,
    /// The chat is encrypted, and a person has to decide on the contact's devices first.
    Undecided,
    /// The server takes no files.
    NoFiles,
    /// The file is larger than the server takes.
    FileTooLarge,
    /// The server refused the file.
    FileRefused,
    /// The file is gone from this device, or cannot be read.
    FileUnreadable,
    /// It waited in a backup that was restored, and the archive cannot tell whether it was sent since.
    MaybeSent,
}

/// One row of a timeline.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// Its stable id.
    pub id: MessageId,
    /// Its chat.
    pub chat: ChatId,
    /// The contact's bare address.
    pub peer: String,
    /// The sender's address: bare for one-to-one chats.
    pub from: String,
    /// True if our account wrote it.
    pub outgoing: bool,
    /// Its ids.
    pub ids: Ids,
    /// The text as it is now: corrected, or empty once retracted.
    pub body: String,
    /// The time to show.
    pub time: Micros,
    /// Its place in the chat: rows are ordered floating ones last, then by position, then by id.
    pub position: Micros,
    /// How certain that place is.
    pub place: Place,
    /// How far it has come.
    pub delivery: Delivery,
    /// Why it failed, if it did.
    pub error: Option<FailureReason>,
    /// What it answers.
    pub reply: Option<Reply>,
    /// True once the text was corrected.
    pub edited: bool,
    /// True once it was taken back.
    pub retracted: bool,
    /// Reactions, grouped by emoji in the order of their first use.
    pub reactions: Vec<Reaction>,
    /// Under which encryption it travelled.
    pub encryption: Encryption,
    /// The device that it came from, where it was encrypted, and how far its key is trusted now.
    pub sender: Option<(u32, Trust)>,
    /// Why it cannot be read, if it cannot.
    pub sealed: Option<Sealed>,
    /// Its files.
    pub files: Vec<StoredFile>,
    /// True if messages are missing between this row and the one before it, which the archive may have.
    pub gap_before: bool,
}

/// What a row shows of the message it answers.
#[derive(Clone, PartialEq, Eq)]
pub struct Reply {
    /// The id it refers to.
    pub to: ReplyTo,
    /// The row of that message, if it is here.
    pub message: Option<MessageId>,
    /// That message's text as it is now, cut to a line; None if it is not here.
    pub preview: Option<String>,
    /// True if our own account wrote that message.
    pub outgoing: bool,
}

/// One emoji under a message and who chose it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reaction {
    /// The emoji.
    pub emoji: String,
    /// Bare addresses.
    pub from: Vec<String>,
}
