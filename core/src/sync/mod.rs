//! The one pipeline from parsed stanzas to [`crate::model::changes::Changes`], and back from the outbox to stanzas: carbons,
//! archive, dedupe and order. Pure: no network, no clock, no database; what it decides is stored by its caller.

pub mod archive;
pub mod files;
pub mod incoming;
pub mod omemo;
pub mod outgoing;
