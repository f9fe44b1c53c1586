//! AES-GCM (NIST SP 800-38D) of a text that comes in pieces: only its tag tells at the end whether all of it was right.
//!
//! The crates for AEAD want the whole text in memory; this puts their parts together: AES in counter mode, and GHASH.

use aes::cipher::{BlockEncrypt, KeyInit, KeyIvInit, StreamCipher};
use aes::{Aes128, Aes256};
use ctr::Ctr32BE;
use ghash::GHash;
use ghash::universal_hash::UniversalHash;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::model::file::FileKey;

use super::error::FileError;

/// The longest text, in bytes: 2^32 - 2 blocks is what the counter can tell apart, and less is enough.
pub(super) const LONGEST: u64 = (1 << 36) - (1 << 20);

const BLOCK: usize = 16;
type Block = [u8; BLOCK];

enum Keystream {
    Aes128(Box<Ctr32BE<Aes128>>),
    Aes256(Box<Ctr32BE<Aes256>>),
}

/// The state between two pieces. It works in both directions, because the hash is one of the ciphertext.
pub(super) struct Gcm {
    keystream: Keystream,
    hash: GHash,
    /// What the tag is hidden under.
    mask: Block,
    /// The bytes of the ciphertext that do not fill a block yet.
    begun: Block,
    /// All bytes of the ciphertext so far.
    length: u64,
}

impl Gcm {
    /// A state before the first byte. None for a key of another cipher.
    pub fn new(key: &FileKey) -> Option<Gcm> {
        let mut subkey = Block::default();
        match key.key().len() {
            16 => Aes128::new_from_slice(key.key()).ok()?.encrypt_block((&mut subkey).into()),
            _ => Aes256::new_from_slice(key.key()).ok()?.encrypt_block((&mut subkey).into()),
        }
        let hash = GHash::new((&subkey).into());
        subkey.zeroize();
        let counter = first_counter(key.iv(), hash.clone());
        let mut keystream = match key.key().len() {
            16 => Keystream::Aes128(Box::new(Ctr32BE::new_from_slices(key.key(), &counter).ok()?)),
            _ => Keystream::Aes256(Box::new(Ctr32BE::new_from_slices(key.key(), &counter).ok()?)),
        };
        let mut mask = Block::default();
        keystream.apply(&mut mask);
        Some(Gcm { keystream, hash, mask, begun: Block::default(), length: 0 })
    }

    /// Encrypts the next piece where it stands.
    pub fn encrypt(&mut self, piece: &mut [u8]) -> Result<(), FileError> {
        self.room_for(piece.len())?;
        self.keystream.apply(piece);
        self.absorb(piece);
        Ok(())
    }

    /// Decrypts the next piece where it stands. Nothing vouches for it before the tag was compared.
    pub fn decrypt(&mut self, piece: &mut [u8]) -> Result<(), FileError> {
        self.room_for(piece.len())?;
        self.absorb(piece);
        self.keystream.apply(piece);
        Ok(())
    }

    fn room_for(&self, more: usize) -> Result<(), FileError> {
        if self.length + more as u64 > LONGEST { Err(FileError::TooLarge { limit: LONGEST }) } else { Ok(()) }
    }

    fn absorb(&mut self, mut ciphertext: &[u8]) {
        let begun = (self.length % BLOCK as u64) as usize;
        self.length += ciphertext.len() as u64;
        if begun > 0 {
            let taken = ciphertext.len().min(BLOCK - begun);
            self.begun[begun..begun + taken].copy_from_slice(&ciphertext[..taken]);
            if begun + taken < BLOCK {
                return;
            }
            self.hash.update_padded(&self.begun);
            ciphertext = &ciphertext[taken..];
        }
        let (whole, rest) = ciphertext.split_at(ciphertext.len() / BLOCK * BLOCK);
        self.hash.update_padded(whole);
        self.begun[..rest.len()].copy_from_slice(rest);
    }

    /// The tag of everything so far.
    pub fn tag(mut self) -> Block {
        let begun = (self.length % BLOCK as u64) as usize;
        self.hash.update_padded(&self.begun[..begun]);
        let mut lengths = Block::default();
        lengths[8..].copy_from_slice(&(self.length * 8).to_be_bytes());
        self.hash.update_padded(&lengths);
        let mut tag: Block = self.hash.clone().finalize().into();
        tag.iter_mut().zip(self.mask).for_each(|(byte, mask)| *byte ^= mask);
        tag
    }
}

impl Keystream {
    /// The length was checked before: the counter does not come round.
    fn apply(&mut self, bytes: &mut [u8]) {
        match self {
            Keystream::Aes128(cipher) => cipher.apply_keystream(bytes),
            Keystream::Aes256(cipher) => cipher.apply_keystream(bytes),
        }
    }
}

impl Drop for Gcm {
    fn drop(&mut self) {
        self.mask.zeroize();
    }
}

/// The keystreams and GHASH wipe themselves.
impl ZeroizeOnDrop for Gcm {}

/// The first counter (section 7.1): an iv of 12 bytes stands in it, another one is hashed.
fn first_counter(iv: &[u8], mut hash: GHash) -> Block {
    let mut counter = Block::default();
    if iv.len() == 12 {
        counter[..12].copy_from_slice(iv);
        counter[15] = 1;
        return counter;
    }
    hash.update_padded(iv);
    counter[8..].copy_from_slice(&(iv.len() as u64 * 8).to_be_bytes());
    hash.update_padded(&counter);
    hash.finalize().into()
}

#[cfg(test)]
mod gcm_tests {
    use aes_gcm::AesGcm;
    use aes_gcm::aead::consts::{U12, U16};
    use aes_gcm::aead::{Aead, KeyInit};
    use proptest::prelude::*;

    use super::*;
    use crate::model::file::Cipher;

    /// What the crate `aes-gcm` makes of it: the ciphertext with its tag.
    fn elsewhere(key: &FileKey, text: &[u8]) -> Vec<u8> {
        match (key.key().len(), key.iv().len()) {
            (16, 12) => AesGcm::<Aes128, U12>::new(key.key().into()).encrypt(key.iv().into(), text),
            (16, _) => AesGcm::<Aes128, U16>::new(key.key().into()).encrypt(key.iv().into(), text),
            (_, 12) => AesGcm::<Aes256, U12>::new(key.key().into()).encrypt(key.iv().into(), text),
            _ => AesGcm::<Aes256, U16>::new(key.key().into()).encrypt(key.iv().into(), text),
        }
        .unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn pieces_are_encrypted_as_the_whole_is_elsewhere(
            text in prop::collection::vec(any::<u8>(), 0..300), cuts in prop::collection::vec(0_usize..40, 0..20),
            key in any::<[u8; 32]>(), iv in any::<[u8; 16]>(), small in any::<bool>(), short in any::<bool>(),
        ) {
            let (cipher, key) = if small { (Cipher::Aes128Gcm, &key[..16]) } else { (Cipher::Aes256Gcm, &key[..]) };
            let key = FileKey::new(cipher, key, if short { &iv[..12] } else { &iv[..] }).unwrap();
            let (mut seal, mut open) = (Gcm::new(&key).unwrap(), Gcm::new(&key).unwrap());
            let (mut ciphertext, mut at) = (text.clone(), 0_usize);
            for cut in cuts.iter().copied().chain([usize::MAX]) {
                let end = at.max(text.len().min(at.saturating_add(cut)));
                seal.encrypt(&mut ciphertext[at..end]).unwrap();
                at = end;
            }
            let mut plain = ciphertext.clone();
            plain.chunks_mut(7).for_each(|piece| open.decrypt(piece).unwrap());
            prop_assert_eq!(&plain, &text);
            let tag = seal.tag();
            prop_assert_eq!(open.tag(), tag);
            ciphertext.extend(tag);
            prop_assert_eq!(ciphertext, elsewhere(&key, &text));
        }
    }

    #[test]
    fn a_text_beyond_what_the_counter_can_tell_apart_is_refused() {
        let key = FileKey::generate(&mut |buffer| buffer.fill(1));
        let mut gcm = Gcm::new(&key).unwrap();
        gcm.length = LONGEST - 16;
        assert!(gcm.encrypt(&mut [0; 16]).is_ok());
        assert_eq!(gcm.encrypt(&mut [0; 1]), Err(FileError::TooLarge { limit: LONGEST }));
    }
}
