//! The row of entries inside. An entry is its kind (a byte), the length of its name (a byte), its name, and its content in
//! pieces, each behind its length (two bytes, big-endian; 0 ends the content). So nobody has to know beforehand how long a file is
//! that may still grow. The entry of kind 0 ends the archive.

use std::io::{Read, Write};

use super::passphrase::{Cost, Passphrase};
use super::seal::{Opener, Sealer};
use super::{BackupError, Random, header};

/// The longest piece of content, in bytes.
const PIECE: usize = 0xffff;

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// What the backup is of: the first one, without a name.
    Manifest,
    /// A secret of the keystore, under its name there.
    Secret,
    /// The database, without a name.
    Database,
    /// A file of the store's folder of files.
    File,
}

impl Kind {
    const ALL: [(Kind, u8); 4] = [(Kind::Manifest, 1), (Kind::Secret, 2), (Kind::Database, 3), (Kind::File, 4)];

    fn code(self) -> u8 {
        Kind::ALL.into_iter().find(|(kind, _)| *kind == self).map_or(END, |(_, code)| code)
    }
}

const END: u8 = 0;

/// What stands before an entry's content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it is.
    pub kind: Kind,
    /// Its name, as whoever wrote the backup wanted it: to be looked at before it is used.
    pub name: String,
}

/// Writes a backup.
pub struct Writer<W: Write> {
    out: Sealer<W>,
    /// True while an entry's content is written.
    open: bool,
}

impl<W: Write> Writer<W> {
    /// Begins one for a passphrase, which takes a moment.
    ///
    /// # Errors
    /// Those of writing.
    pub fn begin(mut out: W, passphrase: &Passphrase, cost: Cost, random: Random<'_>) -> Result<Self, BackupError> {
        let key = header::write(&mut out, passphrase, cost, random)?;
        Ok(Writer { out: Sealer::new(out, &key, random)?, open: false })
    }

    /// Begins an entry.
    ///
    /// # Errors
    /// Those of writing; `Unusable` for a name of more than 255 bytes.
    pub fn entry(&mut self, kind: Kind, name: &str) -> Result<(), BackupError> {
        let too_long = || BackupError::Unusable { detail: "a name is too long".into() };
        let length = u8::try_from(name.len()).map_err(|_| too_long())?;
        self.end_entry()?;
        self.out.write(&[kind.code(), length])?;
        self.out.write(name.as_bytes())?;
        self.open = true;
        Ok(())
    }

    /// Writes content of the entry.
    ///
    /// # Errors
    /// Those of writing.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), BackupError> {
        for piece in bytes.chunks(PIECE) {
            // No piece is longer than what two bytes can say.
            self.out.write(&u16::try_from(piece.len()).unwrap_or(u16::MAX).to_be_bytes())?;
            self.out.write(piece)?;
        }
        Ok(())
    }

    fn end_entry(&mut self) -> Result<(), BackupError> {
        if std::mem::take(&mut self.open) {
            self.out.write(&[0, 0])?;
        }
        Ok(())
    }

    /// Ends the backup, and gives back what was written to.
    ///
    /// # Errors
    /// Those of writing.
    pub fn finish(mut self) -> Result<W, BackupError> {
        self.end_entry()?;
        self.out.write(&[END])?;
        Ok(self.out.finish()?)
    }
}

/// Reads a backup.
pub struct Reader<R: Read> {
    input: Opener<R>,
    /// How much of a piece is still to come.
    piece: usize,
    /// True while the entry's content is not at its end.
    open: bool,
}

impl<R: Read> Reader<R> {
    /// Opens one with its passphrase, which takes a moment.
    ///
    /// # Errors
    /// `NotABackup`, `TooNew`, `WrongPassphrase`, `Damaged`, and those of reading.
    pub fn open(mut input: R, passphrase: &Passphrase) -> Result<Self, BackupError> {
        let key = header::read(&mut input, passphrase)?;
        Ok(Reader { input: Opener::new(input, &key)?, piece: 0, open: false })
    }

    /// The next entry; what was not read of the one before is passed over. None at the end, behind which nothing is.
    ///
    /// # Errors
    /// `Damaged`, `TooNew` for a kind that is not known here, and those of reading.
    pub fn entry(&mut self) -> Result<Option<Entry>, BackupError> {
        let mut rest = [0; 4096];
        while self.read(&mut rest)? > 0 {}
        let mut code = [0];
        self.input.read_exact(&mut code)?;
        if code[0] == END {
            let behind = self.input.read(&mut code)?;
            return if behind == 0 { Ok(None) } else { Err(BackupError::Damaged) };
        }
        let known = Kind::ALL.into_iter().find(|(_, known)| *known == code[0]);
        let (kind, _) = known.ok_or(BackupError::TooNew)?;
        let mut length = [0];
        self.input.read_exact(&mut length)?;
        let mut name = vec![0; usize::from(length[0])];
        self.input.read_exact(&mut name)?;
        self.open = true;
        Ok(Some(Entry { kind, name: String::from_utf8(name).map_err(|_| BackupError::Damaged)? }))
    }

    /// Reads content of the entry, and says how much: nothing at its end.
    ///
    /// # Errors
    /// `Damaged`, and those of reading.
    pub fn read(&mut self, buffer: &mut [u8]) -> Result<usize, BackupError> {
        if !self.open || buffer.is_empty() {
            return Ok(0);
        }
        if self.piece == 0 {
            let mut length = [0; 2];
            self.input.read_exact(&mut length)?;
            self.piece = usize::from(u16::from_be_bytes(length));
            self.open = self.piece > 0;
            if !self.open {
                return Ok(0);
            }
        }
        let length = buffer.len().min(self.piece);
        let read = self.input.read(&mut buffer[..length])?;
        if read == 0 {
            return Err(BackupError::Damaged);
        }
        self.piece -= read;
        Ok(read)
    }

    /// All of a small entry's content; `Damaged` if it is longer than this.
    ///
    /// # Errors
    /// As [`Reader::read`].
    pub fn read_all(&mut self, most: usize) -> Result<zeroize::Zeroizing<Vec<u8>>, BackupError> {
        let mut all = zeroize::Zeroizing::new(vec![0; most + 1]);
        let mut length = 0;
        loop {
            match self.read(&mut all[length..])? {
                0 if length > most => return Err(BackupError::Damaged),
                0 => break,
                read => length += read,
            }
        }
        all.truncate(length);
        Ok(all)
    }
}
