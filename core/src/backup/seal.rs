//! The payload of an age file: pieces of 64 KiB, each encrypted with its number and whether it is the last (STREAM, by Hoang,
//! Reyhanitabar, Rogaway and Vizár). So pieces can be taken one by one, and none can be left out, moved or added.

use std::io::{self, ErrorKind, Read, Write};

use chacha20poly1305::aead::{AeadInPlace as _, KeyInit as _};
use chacha20poly1305::{ChaCha20Poly1305, Nonce, Tag};
use zeroize::Zeroizing;

use super::recipient::{FileKey, derive};
use super::{BackupError, Random};

/// Bytes of one piece.
pub(super) const PIECE: usize = 64 << 10;
const TAG: usize = 16;
/// Length of what each file's key is made of, beside the key in its header.
const NONCE: usize = 16;

fn cipher(key: &FileKey, nonce: &[u8; NONCE]) -> Result<ChaCha20Poly1305, BackupError> {
    let key = derive(&key[..], nonce, b"payload")?;
    Ok(ChaCha20Poly1305::new((&*key).into()))
}

/// The nonce of a piece: 11 bytes of its number, and whether it is the last.
fn nonce(number: u64, is_last: bool) -> Nonce {
    let mut nonce = Nonce::default();
    nonce[3..11].copy_from_slice(&number.to_be_bytes());
    nonce[11] = u8::from(is_last);
    nonce
}

fn damaged() -> io::Error {
    io::Error::from(ErrorKind::InvalidData)
}

/// Encrypts what is written, until [`Sealer::finish`].
pub(super) struct Sealer<W> {
    out: W,
    cipher: ChaCha20Poly1305,
    number: u64,
    piece: Zeroizing<Vec<u8>>,
}

impl<W: Write> Sealer<W> {
    pub fn new(mut out: W, key: &FileKey, random: Random<'_>) -> Result<Sealer<W>, BackupError> {
        let mut nonce = [0; NONCE];
        random(&mut nonce);
        out.write_all(&nonce)?;
        let piece = Zeroizing::new(Vec::with_capacity(PIECE));
        Ok(Sealer { out, cipher: cipher(key, &nonce)?, number: 0, piece })
    }

    pub fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            // A full piece leaves when something follows it: the last one is never empty, unless nothing was written.
            if self.piece.len() == PIECE {
                self.leave(false)?;
            }
            let (fits, rest) = bytes.split_at(bytes.len().min(PIECE - self.piece.len()));
            self.piece.extend_from_slice(fits);
            bytes = rest;
        }
        Ok(())
    }

    fn leave(&mut self, is_last: bool) -> io::Result<()> {
        let nonce = nonce(self.number, is_last);
        let tag = self.cipher.encrypt_in_place_detached(&nonce, &[], &mut self.piece).map_err(|_| damaged())?;
        self.out.write_all(&self.piece)?;
        self.out.write_all(&tag)?;
        self.piece.clear();
        self.number += 1;
        Ok(())
    }

    /// Writes the last piece, and gives back what was written to.
    pub fn finish(mut self) -> io::Result<W> {
        self.leave(true)?;
        Ok(self.out)
    }
}

/// Decrypts what is read. Nothing of a piece is given away before it was verified, and the end only if it is the end.
pub(super) struct Opener<R> {
    input: R,
    cipher: ChaCha20Poly1305,
    number: u64,
    /// What was read and not decrypted: a byte more than a piece tells that it is not the last.
    read: Vec<u8>,
    piece: Zeroizing<Vec<u8>>,
    /// How much of the piece was given away.
    given: usize,
    ended: bool,
}

impl<R: Read> Opener<R> {
    pub fn new(mut input: R, key: &FileKey) -> Result<Opener<R>, BackupError> {
        let mut nonce = [0; NONCE];
        input.read_exact(&mut nonce)?;
        let (read, piece) = (Vec::with_capacity(PIECE + TAG + 1), Zeroizing::new(Vec::with_capacity(PIECE + TAG)));
        Ok(Opener { input, cipher: cipher(key, &nonce)?, number: 0, read, piece, given: 0, ended: false })
    }

    /// Decrypts the next piece.
    fn next(&mut self) -> io::Result<()> {
        let missing = PIECE + TAG + 1 - self.read.len();
        (&mut self.input).take(missing as u64).read_to_end(&mut self.read)?;
        let is_last = self.read.len() <= PIECE + TAG;
        let length = self.read.len().min(PIECE + TAG).checked_sub(TAG).ok_or_else(damaged)?;
        if length == 0 && self.number > 0 {
            return Err(damaged());
        }
        self.piece.clear();
        self.piece.extend_from_slice(&self.read[..length]);
        let tag = Tag::clone_from_slice(&self.read[length..length + TAG]);
        self.read.drain(..length + TAG);
        let nonce = nonce(self.number, is_last);
        let opened = self.cipher.decrypt_in_place_detached(&nonce, &[], &mut self.piece, &tag);
        if opened.is_err() {
            self.piece.clear();
            return Err(damaged());
        }
        (self.given, self.ended) = (0, is_last);
        self.number += 1;
        Ok(())
    }
}

impl<R: Read> Read for Opener<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.piece.len() {
            if self.ended {
                return Ok(0);
            }
            self.next()?;
        }
        let length = buffer.len().min(self.piece.len() - self.given);
        buffer[..length].copy_from_slice(&self.piece[self.given..self.given + length]);
        self.given += length;
        Ok(length)
    }
}
