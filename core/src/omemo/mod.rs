//! OMEMO's keys, sessions and ciphers (XEP-0384), computed only: no network, no store, no clock, and randomness comes in as an
//! argument. One implementation of X3DH and the Double Ratchet serves both [`Version`]s that are in use.
//!
//! What its owner does with it: keep one [`Identity`] an account, one [`Prekeys`] a version, and one [`Device`] for each
//! device of each contact, version and identity key, all as the bytes that they write; store what changed before anything
//! leaves, and in the same transaction as what arrived.

mod bundle;
mod cipher;
mod device;
mod error;
mod identity;
mod keys;
mod message;
mod payload;
mod prekeys;
mod protobuf;
mod ratchet;
mod record;
mod session;
mod version;
mod x3dh;

pub use bundle::Bundle;
pub use device::{Device, Received};
pub use error::OmemoError;
pub use identity::{Identity, IdentityKey};
pub use keys::Random;
pub use message::KeyExchange;
pub use payload::{Payload, open_legacy_payload, open_payload, seal_legacy_payload, seal_payload};
pub use prekeys::Prekeys;
pub use session::{Encrypted, Session};
pub use version::Version;

#[cfg(test)]
mod omemo_tests;
