//! The rows and snapshots that apps receive: owned, plain values with stable ids. Times are milliseconds since the Unix
//! epoch, UTC; addresses are bare.

use crate::model::chat::Chat;
use crate::model::contact::{Contact, Subscription};
use crate::model::message::{Delivery, Encryption, FailureReason, Message};
use crate::model::omemo::ChatEncryption;
use crate::view::styling::{self, Style};
use crate::view::{FileRow, TrustState, sealed_name, text};

/// How an account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, ts_rs::TS), serde(rename_all = "camelCase"))]
pub enum AccountState {
    /// A connection is being made.
    Connecting,
    /// Signed in.
    Online,
    /// Not connected; the next attempt comes by itself.
    Offline,
    /// Not connected, and it waits for a person; the error says for what.
    Failed,
}

/// How far an outgoing message has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, ts_rs::TS), serde(rename_all = "camelCase"))]
pub enum DeliveryState {
    /// Waiting to leave.
    Queued,
    /// The server has it.
    Sent,
    /// The contact's device has it.
    Delivered,
    /// The contact has seen it.
    Displayed,
    /// It failed; the row's error says why.
    Failed,
}

/// Under which encryption a message travelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, ts_rs::TS), serde(rename_all = "camelCase"))]
pub enum EncryptionState {
    /// Inside TLS only.
    None,
    /// The legacy OMEMO.
    Omemo,
    /// omemo:2.
    Omemo2,
}

/// One message.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, ts_rs::TS), serde(rename_all = "camelCase"))]
pub struct MessageRow {
    /// Stable id.
    pub id: i64,
    /// The account's address.
    pub account: String,
    /// The contact's address.
    pub chat: String,
    /// The sender's address.
    pub from: String,
    /// True if this account wrote it.
    pub outgoing: bool,
    /// The text as it is now; empty once retracted.
    pub text: String,
    /// True if the text is an action (`/me waves`, XEP-0245): show it as "name waves".
    pub action: bool,
    /// Parts of the text that are to look different (XEP-0393).
    pub spans: Vec<SpanRow>,
    /// When it was written, as far as is known.
    pub time_ms: i64,
    /// Under which encryption it travelled.
    pub encryption: EncryptionState,
    /// How far the key is trusted that it came under, if it came encrypted.
    pub trust: Option<TrustState>,
    /// The device that it came from, if it came encrypted.
    pub device: Option<u32>,
    /// Why it cannot be read, if it cannot: the name of the reason. Its text is empty then.
    pub sealed: Option<String>,
    /// Its files; then its text may be empty.
    pub files: Vec<FileRow>,
    /// How far it has come.
    pub delivery: DeliveryState,
    /// Why it failed: the name of the reason.
    pub error: Option<String>,
    /// What it answers.
    pub reply: Option<ReplyRow>,
    /// The text was corrected.
    pub edited: bool,
    /// It was taken back.
    pub retracted: bool,
    /// Reactions by emoji.
    pub reactions: Vec<ReactionRow>,
    /// Messages are missing above this one, which the archive may have.
    pub gap_before: bool,
}

/// A part of a text that is to look different, its signs included. Parts may lie in each other, the outer one first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, ts_rs::TS), serde(rename_all = "camelCase"))]
pub struct SpanRow {
    /// Its first UTF-16 code unit, as Kotlin, Swift's NSString and JavaScript count.
    pub start: u32,
    /// Behind its last one.
    pub end: u32,
    /// How.
    pub style: Style,
}

/// What a row shows of the message it answers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, ts_rs::TS), serde(rename_all = "camelCase"))]
pub struct ReplyRow {
    /// The answered row, if it is here.
    pub message: Option<i64>,
    /// One line of its text, if it is here.
    pub preview: Option<String>,
    /// True if this account wrote it.
    pub outgoing: bool,
}

/// One emoji under a message.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, ts_rs::TS), serde(rename_all = "camelCase"))]
pub struct ReactionRow {
    /// The emoji.
    pub emoji: String,
    /// Who chose it.
    pub from: Vec<String>,
}

/// One chat in the list.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, ts_rs::TS), serde(rename_all = "camelCase"))]
pub struct ChatRow {
    /// Stable id.
    pub id: i64,
    /// The account's address.
    pub account: String,
    /// The contact's address.
    pub chat: String,
    /// The name to show.
    pub name: String,
    /// One line of the last message, or the name of its file.
    pub preview: String,
    /// The media type of the last message's file, empty if it is not known. None: it has no file.
    pub file: Option<String>,
    /// True if this account wrote the last message.
    pub outgoing: bool,
    /// How far the last message has come.
    pub delivery: DeliveryState,
    /// Under which encryption the last message travelled.
    pub encryption: EncryptionState,
    /// Time of the last message; 0 if there is none.
    pub time_ms: i64,
    /// Unread messages.
    pub unread: u32,
    /// What was typed and not sent.
    pub draft: Option<String>,
    /// Nothing is notified at present.
    pub muted: bool,
    /// Out of the list.
    pub archived: bool,
    /// At the top of the list.
    pub pinned: bool,
    /// The avatar's hash in the cache.
    pub avatar: Option<String>,
    /// How a person wants it to be encrypted.
    pub chosen: ChatEncryption,
}

/// The chat list at one moment, in the order to show.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, ts_rs::TS), serde(rename_all = "camelCase"))]
pub struct ChatsSnapshot {
    /// Its rows.
    pub rows: Vec<ChatRow>,
}

/// The newest part of a conversation, oldest row first.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, ts_rs::TS), serde(rename_all = "camelCase"))]
pub struct TimelineSnapshot {
    /// The account's address.
    pub account: String,
    /// The contact's address.
    pub chat: String,
    /// Its rows.
    pub rows: Vec<MessageRow>,
    /// There is nothing older, neither here nor in the archive.
    pub complete: bool,
    /// True while older messages are being fetched.
    pub loading: bool,
    /// True while the contact types.
    pub typing: bool,
}

/// A part of a conversation, oldest row first.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, ts_rs::TS), serde(rename_all = "camelCase"))]
pub struct TimelinePage {
    /// Its rows.
    pub rows: Vec<MessageRow>,
    /// There is nothing older than the first row, neither here nor in the archive.
    pub complete: bool,
}

/// Whether a contact can be reached just now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, ts_rs::TS), serde(rename_all = "camelCase"))]
pub enum Availability {
    /// No presence is known.
    #[default]
    Offline,
    /// Available.
    Online,
    /// Away for a while, or for long.
    Away,
    /// Does not want to be disturbed.
    Busy,
}

/// One contact.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, ts_rs::TS), serde(rename_all = "camelCase"))]
pub struct ContactRow {
    /// The contact's address.
    pub jid: String,
    /// The name to show.
    pub name: String,
    /// "none", "to", "from" or "both" (RFC 6121 section 2.1.2.5).
    pub subscription: String,
    /// Our request waits for an answer.
    pub asked: bool,
    /// Their request waits for our answer.
    pub requests: bool,
    /// Blocked.
    pub blocked: bool,
    /// Groups.
    pub groups: Vec<String>,
    /// Whether it can be reached.
    pub availability: Availability,
    /// What it says of itself.
    pub status: Option<String>,
    /// The avatar's hash in the cache.
    pub avatar: Option<String>,
}

/// An account's contacts at one moment, in the order of their names.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, ts_rs::TS), serde(rename_all = "camelCase"))]
pub struct ContactsSnapshot {
    /// The account's address.
    pub account: String,
    /// Its rows.
    pub rows: Vec<ContactRow>,
}

impl From<Delivery> for DeliveryState {
    fn from(delivery: Delivery) -> DeliveryState {
        match delivery {
            Delivery::Queued => DeliveryState::Queued,
            Delivery::Sent => DeliveryState::Sent,
            Delivery::Delivered => DeliveryState::Delivered,
            Delivery::Displayed => DeliveryState::Displayed,
            Delivery::Failed => DeliveryState::Failed,
        }
    }
}

impl From<Encryption> for EncryptionState {
    fn from(encryption: Encryption) -> EncryptionState {
        match encryption {
            Encryption::None => EncryptionState::None,
            Encryption::Omemo => EncryptionState::Omemo,
            Encryption::Omemo2 => EncryptionState::Omemo2,
        }
    }
}

/// The reason's name, for the apps' texts.
pub(crate) fn failure_name(reason: FailureReason) -> String {
    format!("{reason:?}")
}

/// The parts of a text that are to look different.
fn spans(text: &str) -> Vec<SpanRow> {
    let unit = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let row =
        |span: styling::Span| SpanRow { start: unit(span.range.start), end: unit(span.range.end), style: span.style };
    styling::in_utf16(text, styling::spans(text)).into_iter().map(row).collect()
}

impl MessageRow {
    /// The row of a stored message.
    pub(crate) fn new(account: &str, message: Message) -> MessageRow {
        let (action, text) = match text::action(&message.body) {
            Some(rest) => (true, rest.to_owned()),
            None => (false, message.body),
        };
        MessageRow {
            id: message.id.0,
            account: account.to_owned(),
            chat: message.peer,
            from: message.from,
            outgoing: message.outgoing,
            spans: spans(&text),
            text,
            action,
            time_ms: message.time / 1000,
            encryption: message.encryption.into(),
            trust: message.sender.map(|(_, trust)| trust.into()),
            device: message.sender.map(|(device, _)| device),
            sealed: message.sealed.map(sealed_name),
            files: message.files.into_iter().map(FileRow::new).collect(),
            delivery: message.delivery.into(),
            error: message.error.map(failure_name),
            reply: message.reply.map(|reply| ReplyRow {
                message: reply.message.map(|id| id.0),
                preview: reply.preview,
                outgoing: reply.outgoing,
            }),
            edited: message.edited,
            retracted: message.retracted,
            reactions: message
                .reactions
                .into_iter()
                .map(|reaction| ReactionRow { emoji: reaction.emoji, from: reaction.from })
                .collect(),
            gap_before: message.gap_before,
        }
    }
}

impl ChatRow {
    /// The row of a stored chat.
    pub(crate) fn new(account: &str, chat: Chat, now: i64) -> ChatRow {
        let muted = chat.muted_until > now;
        let last = chat.last;
        ChatRow {
            id: chat.id.0,
            account: account.to_owned(),
            chat: chat.peer,
            name: chat.name,
            outgoing: last.as_ref().is_some_and(|l| l.outgoing),
            delivery: last.as_ref().map_or(DeliveryState::Delivered, |l| l.delivery.into()),
            encryption: last.as_ref().map_or(EncryptionState::None, |l| l.encryption.into()),
            time_ms: last.as_ref().map_or(0, |l| l.time / 1000),
            file: last.as_ref().and_then(|l| l.file.clone()),
            preview: last.map(|l| l.preview).unwrap_or_default(),
            unread: chat.unread,
            draft: chat.draft,
            muted,
            archived: chat.archived,
            pinned: chat.pinned,
            avatar: chat.avatar,
            chosen: chat.chosen,
        }
    }
}

impl ContactRow {
    /// The row of a stored contact, with what its devices say just now.
    pub(crate) fn new(contact: Contact, (availability, status): (Availability, Option<String>)) -> ContactRow {
        let subscription = match contact.roster.as_ref().map(|item| item.subscription) {
            None | Some(Subscription::None) => "none",
            Some(Subscription::To) => "to",
            Some(Subscription::From) => "from",
            Some(Subscription::Both) => "both",
        };
        ContactRow {
            jid: contact.jid.to_string(),
            name: contact.shown_name(),
            subscription: subscription.to_owned(),
            asked: contact.roster.as_ref().is_some_and(|item| item.ask),
            requests: contact.requests,
            blocked: contact.blocked,
            groups: contact.roster.map(|item| item.groups).unwrap_or_default(),
            availability,
            status,
            avatar: contact.avatar,
        }
    }
}
