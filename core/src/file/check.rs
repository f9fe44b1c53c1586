//! Whether bytes that come in pieces are those that were promised.

use sha2::{Digest as _, Sha256, Sha512};
use subtle::ConstantTimeEq as _;

use crate::model::file::Expected;

use super::error::FileError;

/// What a file turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digest {
    /// Its length in bytes.
    pub size: u64,
    /// The SHA-256 of its bytes.
    pub sha256: [u8; 32],
}

/// Measures a file and compares it with what is expected.
pub struct Check {
    expected: Expected,
    size: u64,
    sha256: Sha256,
    sha512: Option<Sha512>,
}

impl Check {
    /// Before the first byte.
    pub fn new(expected: &Expected) -> Check {
        let sha512 = expected.sha512.map(|_| Sha512::new());
        Check { expected: expected.clone(), size: 0, sha256: Sha256::new(), sha512 }
    }

    /// The next bytes.
    ///
    /// # Errors
    /// [`FileError::WrongLength`] as soon as there are more than expected.
    pub fn update(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        self.size += bytes.len() as u64;
        if let Some(expected) = self.expected.size.filter(|expected| self.size > *expected) {
            return Err(FileError::WrongLength { expected, got: self.size });
        }
        self.sha256.update(bytes);
        if let Some(sha512) = &mut self.sha512 {
            sha512.update(bytes);
        }
        Ok(())
    }

    /// How many bytes there were.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// After the last byte.
    ///
    /// # Errors
    /// [`FileError::WrongLength`] and [`FileError::Changed`].
    pub fn finish(self) -> Result<Digest, FileError> {
        if let Some(expected) = self.expected.size.filter(|expected| self.size != *expected) {
            return Err(FileError::WrongLength { expected, got: self.size });
        }
        let sha256: [u8; 32] = self.sha256.finalize().into();
        let right =
            |expected: Option<&[u8]>, got: &[u8]| expected.is_none_or(|expected| bool::from(expected.ct_eq(got)));
        let sha512 = self.sha512.map(|sha512| sha512.finalize());
        let both = right(self.expected.sha256.as_ref().map(|hash| &hash[..]), &sha256)
            && sha512.is_none_or(|got| right(self.expected.sha512.as_ref().map(|hash| &hash[..]), &got));
        if both { Ok(Digest { size: self.size, sha256 }) } else { Err(FileError::Changed) }
    }
}

#[cfg(test)]
mod check_tests {
    use super::*;

    fn check(expected: &Expected, bytes: &[u8]) -> Result<Digest, FileError> {
        let mut check = Check::new(expected);
        bytes.chunks(2).try_for_each(|piece| check.update(piece))?;
        check.finish()
    }

    #[test]
    fn bytes_are_those_that_were_promised_or_an_error() {
        let (sha256, sha512) = (Sha256::digest(b"hello").into(), Sha512::digest(b"hello").into());
        let nothing = Expected::default();
        assert_eq!(check(&nothing, b"hello"), Ok(Digest { size: 5, sha256 }));
        let all = Expected { size: Some(5), sha256: Some(sha256), sha512: Some(sha512) };
        assert_eq!(check(&all, b"hello").unwrap().size, 5);
        assert_eq!(check(&all, b"hallo"), Err(FileError::Changed));
        assert_eq!(check(&all, b"hell"), Err(FileError::WrongLength { expected: 5, got: 4 }));
        assert_eq!(check(&all, b"hello, world"), Err(FileError::WrongLength { expected: 5, got: 6 }));
        assert_eq!(check(&Expected { sha512: Some([0; 64]), ..all.clone() }, b"hello"), Err(FileError::Changed));
        assert_eq!(check(&Expected { sha256: Some([0; 32]), ..all }, b"hello"), Err(FileError::Changed));
        assert!(check(&Expected { size: Some(0), ..nothing }, b"").is_ok());
    }
}
