//! A file on its way in: decrypted while it passes, and checked at the end.
//!
//! What comes out in the meantime is nobody's word: keep it where nobody looks until [`Open::finish`] has accepted it.

use aes::Aes256;
use aes::cipher::{BlockDecryptMut as _, KeyIvInit as _};
use subtle::ConstantTimeEq as _;

use crate::model::file::{Cipher, Expected, FileKey, TAG_BYTES};

use super::check::{Check, Digest};
use super::error::FileError;
use super::gcm::Gcm;

const TAG: usize = TAG_BYTES as usize;
const BLOCK: usize = 16;

/// What a file that comes must be.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Its key, if it is encrypted.
    pub key: Option<FileKey>,
    /// What it is itself.
    pub file: Expected,
    /// What it is while it is encrypted; without a key it is not looked at.
    pub encrypted: Expected,
}

impl Wanted {
    /// How many bytes come, if that is known. An encrypted file may be padded.
    pub fn size_on_the_way(&self) -> Option<u64> {
        if self.key.is_some() { self.encrypted.size } else { self.file.size }
    }

    /// Whether other bytes in its place would be found out at the end.
    pub fn is_verifiable(&self) -> bool {
        let has_tag = self.key.as_ref().is_some_and(|key| key.cipher() != Cipher::Aes256Cbc);
        self.file.has_hash() || has_tag || (self.key.is_some() && self.encrypted.has_hash())
    }
}

/// Decrypts and checks a file in pieces.
pub struct Open {
    decryption: Option<Decryption>,
    /// How many bytes came.
    came: u64,
    /// A check of what came, if anything is known of that: of what is encrypted, usually nothing is.
    encrypted: Option<Check>,
    file: Check,
    /// The file's size, if its sender told it: what comes after it is padding (XEP-0448 section 3.2).
    size: Option<u64>,
    verifiable_by_hash: bool,
}

enum Decryption {
    Gcm {
        gcm: Box<Gcm>,
        /// The newest bytes: perhaps they are the tag.
        held: Vec<u8>,
    },
    Cbc {
        cipher: Box<cbc::Decryptor<Aes256>>,
        /// The bytes of blocks that are not whole, or perhaps the last.
        held: Vec<u8>,
    },
}

impl Open {
    /// Before the first byte.
    ///
    /// # Errors
    /// [`FileError::NotVerifiable`] if the file is encrypted in a way that proves nothing, and no hash is known.
    pub fn new(wanted: &Wanted) -> Result<Open, FileError> {
        let decryption = match &wanted.key {
            Some(_) if !wanted.is_verifiable() => return Err(FileError::NotVerifiable),
            Some(key) => Some(Decryption::new(key)?),
            None => None,
        };
        let known = wanted.key.is_some() && wanted.encrypted != Expected::default();
        Ok(Open {
            decryption,
            came: 0,
            encrypted: known.then(|| Check::new(&wanted.encrypted)),
            file: Check::new(&wanted.file),
            size: wanted.file.size,
            verifiable_by_hash: wanted.file.has_hash() || wanted.encrypted.has_hash(),
        })
    }

    /// Whether it can go on after bytes that came out before, in another life.
    pub fn can_resume(&self) -> bool {
        !matches!(self.decryption, Some(Decryption::Cbc { .. }))
    }

    /// Bytes that came out before, in another life, instead of those that came in; a piece of them at a time. The next byte to
    /// come in is the one after them: [`Open::position`].
    ///
    /// # Errors
    /// As [`Open::update`], and [`FileError::NotVerifiable`] where it cannot go on (see [`Open::can_resume`]).
    pub fn resume(&mut self, plain: &[u8]) -> Result<(), FileError> {
        match &mut self.decryption {
            Some(Decryption::Gcm { gcm, .. }) => {
                let mut again = plain.to_vec();
                gcm.encrypt(&mut again)?;
                self.encrypted.as_mut().map_or(Ok(()), |check| check.update(&again))?;
            }
            Some(Decryption::Cbc { .. }) => return Err(FileError::NotVerifiable),
            None => {}
        }
        self.came += plain.len() as u64;
        self.file.update(plain)
    }

    /// How many bytes have come in: the place in what lies on the web from which to go on.
    pub fn position(&self) -> u64 {
        self.came
    }

    /// The next bytes that came in; what comes out, not verified yet, is added to `plain`.
    ///
    /// # Errors
    /// [`FileError::WrongLength`] as soon as there are too many, [`FileError::TooLarge`].
    pub fn update(&mut self, bytes: &[u8], plain: &mut Vec<u8>) -> Result<(), FileError> {
        let before = plain.len();
        self.came += bytes.len() as u64;
        self.encrypted.as_mut().map_or(Ok(()), |check| check.update(bytes))?;
        match &mut self.decryption {
            Some(decryption) => {
                decryption.update(bytes, plain)?;
                self.cut(plain, before);
            }
            None => plain.extend_from_slice(bytes),
        }
        self.file.update(&plain[before..])
    }

    /// After the last byte: the rest that comes out, and what the file is, proved as far as it can be.
    ///
    /// # Errors
    /// [`FileError::WrongLength`], [`FileError::Changed`]: throw away what came out.
    pub fn finish(mut self, plain: &mut Vec<u8>) -> Result<Digest, FileError> {
        let before = plain.len();
        if let Some(check) = self.encrypted.take() {
            check.finish()?;
        }
        if let Some(decryption) = self.decryption.take() {
            // A tag is only recommended (XEP-0448 section 4): what is as long as the file has none. Its hash tells then.
            let untagged = self.size == Some(self.came) && self.verifiable_by_hash;
            decryption.finish(untagged, self.came, plain)?;
            self.cut(plain, before);
            self.file.update(&plain[before..])?;
        }
        self.file.finish()
    }

    /// Cuts padding off.
    fn cut(&self, plain: &mut Vec<u8>, before: usize) {
        if let Some(size) = self.size {
            let room = usize::try_from(size.saturating_sub(self.file.size())).unwrap_or(usize::MAX);
            plain.truncate(before.saturating_add(room));
        }
    }
}

impl Decryption {
    fn new(key: &FileKey) -> Result<Decryption, FileError> {
        match key.cipher() {
            Cipher::Aes128Gcm | Cipher::Aes256Gcm => {
                let gcm = Gcm::new(key).ok_or(FileError::NotVerifiable)?;
                Ok(Decryption::Gcm { gcm: Box::new(gcm), held: Vec::new() })
            }
            Cipher::Aes256Cbc => {
                let cipher =
                    cbc::Decryptor::new_from_slices(key.key(), key.iv()).map_err(|_| FileError::NotVerifiable)?;
                Ok(Decryption::Cbc { cipher: Box::new(cipher), held: Vec::new() })
            }
        }
    }

    fn update(&mut self, bytes: &[u8], plain: &mut Vec<u8>) -> Result<(), FileError> {
        let before = plain.len();
        match self {
            Decryption::Gcm { gcm, held } => {
                let ready = release(held, bytes, TAG, 1, plain);
                gcm.decrypt(&mut plain[before..before + ready])
            }
            Decryption::Cbc { cipher, held } => {
                release(held, bytes, 1, BLOCK, plain);
                for block in plain[before..].chunks_exact_mut(BLOCK) {
                    cipher.decrypt_block_mut(block.into());
                }
                Ok(())
            }
        }
    }

    fn finish(self, untagged: bool, received: u64, plain: &mut Vec<u8>) -> Result<(), FileError> {
        match self {
            Decryption::Gcm { mut gcm, mut held } if untagged => {
                gcm.decrypt(&mut held)?;
                plain.append(&mut held);
                Ok(())
            }
            Decryption::Gcm { gcm, held } => {
                if held.len() < TAG {
                    return Err(FileError::WrongLength { expected: TAG_BYTES, got: received });
                }
                if bool::from(gcm.tag().ct_eq(&held)) { Ok(()) } else { Err(FileError::Changed) }
            }
            Decryption::Cbc { mut cipher, held } => {
                let Ok(mut block) = <[u8; BLOCK]>::try_from(held) else {
                    let whole = received.next_multiple_of(BLOCK as u64).max(BLOCK as u64);
                    return Err(FileError::WrongLength { expected: whole, got: received });
                };
                cipher.decrypt_block_mut((&mut block).into());
                // PKCS #7: as many bytes as each of them says. The hash vouches for the rest.
                let padding = usize::from(block[BLOCK - 1]);
                let right = (1..=BLOCK).contains(&padding)
                    && block[BLOCK - padding..].iter().all(|byte| usize::from(*byte) == padding);
                if !right {
                    return Err(FileError::Changed);
                }
                plain.extend_from_slice(&block[..BLOCK - padding]);
                Ok(())
            }
        }
    }
}

/// Adds what was held and what is new to `out`, but holds at least `keep` bytes back and gives only multiples of `unit`. How
/// many bytes it gave.
fn release(held: &mut Vec<u8>, new: &[u8], keep: usize, unit: usize, out: &mut Vec<u8>) -> usize {
    let ready = (held.len() + new.len()).saturating_sub(keep) / unit * unit;
    let old = ready.min(held.len());
    out.extend(held.drain(..old));
    let (now, later) = new.split_at(ready - old);
    out.extend_from_slice(now);
    held.extend_from_slice(later);
    ready
}

#[cfg(test)]
mod open_tests;
