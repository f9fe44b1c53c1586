//! A file on its way out: hashed and, if it has a key, encrypted while it passes.

use sha2::{Digest as _, Sha256};

use crate::model::file::{FileKey, TAG_BYTES};

use super::check::Digest;
use super::error::FileError;
use super::gcm::{self, Gcm};

/// The largest file that is encrypted, in bytes: 64 GiB, a little less.
pub const LARGEST: u64 = gcm::LONGEST;

/// How many bytes go over HTTP for a file of this size: a slot is asked for with it.
pub fn size_on_the_way(size: u64, encrypted: bool) -> u64 {
    if encrypted { size.saturating_add(TAG_BYTES) } else { size }
}

/// Hashes and encrypts a file in pieces.
pub struct Seal {
    gcm: Option<Gcm>,
    sha256: Sha256,
    size: u64,
}

impl Seal {
    /// Before the first byte. A key is for AES-GCM, and for this one passage of a file alone: make another for the next try.
    /// None for a key of another cipher.
    pub fn new(key: Option<&FileKey>) -> Option<Seal> {
        let gcm = match key {
            Some(key) => Some(Gcm::new(key).filter(|_| key.cipher() != crate::model::file::Cipher::Aes256Cbc)?),
            None => None,
        };
        Some(Seal { gcm, sha256: Sha256::new(), size: 0 })
    }

    /// The next piece, which becomes what goes out.
    ///
    /// # Errors
    /// [`FileError::TooLarge`].
    pub fn update(&mut self, piece: &mut [u8]) -> Result<(), FileError> {
        self.sha256.update(&*piece);
        self.size += piece.len() as u64;
        self.gcm.as_mut().map_or(Ok(()), |gcm| gcm.encrypt(piece))
    }

    /// After the last piece: what goes out behind it (the tag, or nothing), and what the file was before it was encrypted.
    pub fn finish(self) -> (Vec<u8>, Digest) {
        let digest = Digest { size: self.size, sha256: self.sha256.finalize().into() };
        (self.gcm.map_or_else(Vec::new, |gcm| gcm.tag().to_vec()), digest)
    }
}
