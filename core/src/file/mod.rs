//! Files without a disk or a network: how they are encrypted and checked on their way, what they are, what they may be called,
//! and what of a picture leaves this machine.
//!
//! Everything here is given bytes and gives bytes back, in pieces, so that a file of any size passes through a little memory.
//! What comes out of [`open`] is not to be shown before its `finish` has said that it is what its sender sent.

pub mod aesgcm;
pub mod blurhash;
pub mod check;
mod error;
mod gcm;
pub mod kind;
pub mod name;
pub mod open;
pub mod picture;
pub mod seal;
pub mod voice;

pub use error::FileError;
