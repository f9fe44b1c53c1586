//! Encrypted backups, computed only: bytes in, bytes out, in pieces of bounded size. Whoever calls it knows what is worth
//! keeping.
//!
//! A backup is a small header in clear (see header.rs), which says how a key is made of the passphrase by Argon2id (RFC 9106),
//! and then an age file (C2SP, age-encryption.org/v1) with one X25519 recipient, who has that key. It is written and read here and
//! not by the crate `age`, which brings some seventy more with it (translations, two more families of ciphers, P-256 and
//! ML-KEM) and takes a key only as text, while all that this one kind of recipient needs is in the core already, but
//! ChaCha20-Poly1305. So whoever has the key can read a backup with any age: `tail -c +53 backup | age -d -i key`.
//!
//! What is inside is a row of entries, each a kind, a name and its content in pieces: the manifest first, then secrets, the
//! database, the files, and an end without which it is not whole.

mod archive;
mod error;
mod header;
mod manifest;
mod passphrase;
mod recipient;
mod seal;

pub use archive::{Entry, Kind, Reader, Writer};
pub use error::BackupError;
pub use manifest::{Manifest, is_file_name};
pub use passphrase::{Cost, Passphrase};

/// Where randomness comes from: this fills a buffer.
pub type Random<'a> = &'a mut dyn FnMut(&mut [u8]);

#[cfg(test)]
mod backup_tests;
