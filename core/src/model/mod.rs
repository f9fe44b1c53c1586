//! The plain types that every layer shares: ids, messages, chats, contacts, accounts and the changes that are stored.

pub mod account;
pub mod archive;
pub mod attachment;
pub mod changes;
pub mod chat;
pub mod contact;
pub mod file;
pub mod ids;
pub mod message;
pub mod omemo;
pub mod outbox;
pub mod profile;
pub mod trust;

/// Microseconds since the Unix epoch, UTC.
pub type Micros = i64;
