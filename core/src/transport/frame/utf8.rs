//! UTF-8 checked in pieces that may be cut inside a character.

use super::TransportError;
use super::grammar::malformed;

/// What has come of a character that is not whole.
#[derive(Debug, Default)]
pub(super) struct Utf8 {
    begun: [u8; 4],
    length: usize,
}

impl Utf8 {
    /// Checks the next piece.
    pub(super) fn check(&mut self, mut piece: &[u8]) -> Result<(), TransportError> {
        while self.length > 0
            && let Some((byte, rest)) = piece.split_first()
        {
            self.begun[self.length] = *byte;
            self.length += 1;
            piece = rest;
            self.length = incomplete(&self.begun[..self.length])?.len();
        }
        if self.length == 0 {
            let rest = incomplete(piece)?;
            self.begun[..rest.len()].copy_from_slice(rest);
            self.length = rest.len();
        }
        Ok(())
    }
}

/// The bytes at the end of a piece that a character begins with: three at most.
fn incomplete(piece: &[u8]) -> Result<&[u8], TransportError> {
    match std::str::from_utf8(piece) {
        Ok(_) => Ok(&[]),
        Err(error) if error.error_len().is_none() => Ok(&piece[error.valid_up_to()..]),
        Err(_) => Err(malformed("bytes that are not UTF-8")),
    }
}

#[cfg(test)]
mod utf8_tests {
    use super::*;

    fn accepted(bytes: &[u8], size: usize) -> bool {
        let mut utf8 = Utf8::default();
        bytes.chunks(size).all(|piece| utf8.check(piece).is_ok()) && utf8.length == 0
    }

    #[test]
    fn any_way_of_cutting_gives_the_same_answer() {
        let good = "aé€😀\u{10ffff}\u{80}".as_bytes();
        for size in 1..=good.len() {
            assert!(accepted(good, size), "{size}");
        }
        for bad in
            [&b"a\xff"[..], b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82", b"\xe2\x82<", b"\x80"]
        {
            for size in 1..=bad.len() {
                assert!(!accepted(bad, size), "{bad:?} {size}");
            }
        }
    }
}
