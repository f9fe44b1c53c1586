//! One conversation as the chat list shows it.

use super::Micros;
use super::ids::{AccountId, ChatId, MessageId};
use super::message::{Delivery, Encryption};
use super::omemo::ChatEncryption;

/// One row of the chat list.
#[derive(Clone, PartialEq, Eq)]
pub struct Chat {
    /// Its stable id.
    pub id: ChatId,
    /// Whose it is.
    pub account: AccountId,
    /// The contact's bare address.
    pub peer: String,
    /// The name to show: the roster's, else the contact's own nickname, else the address's local part.
    pub name: String,
    /// The last message, if there is one.
    pub last: Option<LastMessage>,
    /// Incoming messages after the last one read.
    pub unread: u32,
    /// The unsent text that was typed, if any.
    pub draft: Option<String>,
    /// Until when nothing is notified; `i64::MAX` is for ever, 0 is not muted.
    pub muted_until: Micros,
    /// Out of the list until something new comes.
    pub archived: bool,
    /// At the top of the list.
    pub pinned: bool,
    /// Hash of the avatar in the cache, if there is one.
    pub avatar: Option<String>,
    /// How a person wants it to be encrypted.
    pub chosen: ChatEncryption,
}

/// What a row of the chat list shows of the last message.
#[derive(Clone, PartialEq, Eq)]
pub struct LastMessage {
    /// Its row.
    pub id: MessageId,
    /// One line of its text, or of its file's name, at most 120 visible characters; empty if retracted.
    pub preview: String,
    /// Its time.
    pub time: Micros,
    /// True if our account wrote it.
    pub outgoing: bool,
    /// How far it has come.
    pub delivery: Delivery,
    /// True once taken back.
    pub retracted: bool,
    /// Under which encryption it travelled.
    pub encryption: Encryption,
    /// The media type of its first file, empty if that is not known. None: it has no file.
    pub file: Option<String>,
}
