//! What the engine tells an app: events as they happen, and snapshots of the views it subscribed to. Listeners are called
//! from the engine's thread (of a backup's progress from a thread of its own) and must return quickly.

use crate::client::Error;
use crate::view::{
    AccountState, ChatRow, ChatsSnapshot, ContactsSnapshot, DevicesSnapshot, MessageRow, TimelineSnapshot,
};

/// Something that happened.
#[derive(Clone, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, ts_rs::TS),
    serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")
)]
pub enum Event {
    /// An account's connection changed.
    Account {
        /// The account's address.
        account: String,
        /// How it stands.
        state: AccountState,
        /// Why it is offline or failed.
        error: Option<Error>,
    },
    /// A message is new or looks different. Only with [`crate::client::OpenOptions::message_events`].
    #[cfg_attr(feature = "serde", serde(skip))]
    Message(MessageRow),
    /// A row of the chat list is new or looks different. Only with [`crate::client::OpenOptions::message_events`].
    #[cfg_attr(feature = "serde", serde(skip))]
    Chat(ChatRow),
    /// A contact began or stopped typing (XEP-0085).
    Typing {
        /// The account's address.
        account: String,
        /// The chat.
        chat: String,
        /// Who types.
        from: String,
        /// True: began.
        on: bool,
    },
    /// The archive is being caught up with.
    Sync {
        /// The account's address.
        account: String,
        /// True once everything missed is here.
        done: bool,
        /// How many pages have been stored in this session.
        page: u32,
    },
    /// A person should be told of a new message: incoming, unread, its chat not muted, and not seen on another device yet.
    Notify {
        /// The account's address.
        account: String,
        /// The chat.
        chat: String,
        /// The message's row.
        message: i64,
    },
    /// A file is on its way.
    Transfer {
        /// The account's address.
        account: String,
        /// The message's row.
        message: i64,
        /// The file's row.
        file: i64,
        /// How many bytes have gone.
        moved: u64,
        /// All of them, if that is known.
        total: Option<u64>,
    },
    /// A backup is being written or restored ([`crate::client::BackupTask`]).
    Backup {
        /// How many bytes are done.
        done: u64,
        /// Of how many; 0 until that is known.
        total: u64,
    },
    /// A contact asks to see our presence (RFC 6121 section 3.1).
    SubscriptionRequest {
        /// The account's address.
        account: String,
        /// Who asks.
        from: String,
        /// The name they gave.
        nick: Option<String>,
    },
}

/// Receives everything that happens.
pub trait EventListener: Send + Sync {
    /// Something happened.
    fn on_event(&self, event: Event);
}

/// Receives the chat list.
pub trait ChatsListener: Send + Sync {
    /// The list as it is now.
    fn on_chats(&self, snapshot: ChatsSnapshot);
}

/// Receives one conversation.
pub trait TimelineListener: Send + Sync {
    /// The conversation as it is now.
    fn on_timeline(&self, snapshot: TimelineSnapshot);
}

/// Receives an account's contacts.
pub trait ContactsListener: Send + Sync {
    /// The contacts as they are now.
    fn on_contacts(&self, snapshot: ContactsSnapshot);
}

/// Receives the devices of one address.
pub trait DevicesListener: Send + Sync {
    /// The devices as they are now.
    fn on_devices(&self, snapshot: DevicesSnapshot);
}
