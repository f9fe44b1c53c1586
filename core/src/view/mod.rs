//! What screens show: plain rows and snapshots, decided once for all apps. Nothing here reaches the network.

mod devices;
mod files;
mod rows;
pub mod styling;
pub mod text;

pub(crate) use devices::sealed_name;
pub use devices::{AccountUri, Contradiction, DeviceRow, DevicesSnapshot, TrustState, Verification};
pub use files::{FileRow, FileState};
pub use rows::{
    AccountState, Availability, ChatRow, ChatsSnapshot, ContactRow, ContactsSnapshot, DeliveryState, EncryptionState,
    MessageRow, ReactionRow, ReplyRow, SpanRow, TimelinePage, TimelineSnapshot,
};
