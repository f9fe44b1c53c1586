//! Files as a browser has them: Blobs, whose bytes it keeps wherever it likes, read and made in pieces.

use std::io::{self, Read, Seek, SeekFrom, Write};

use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsValue;
use web_sys::{Blob, FileReaderSync};

use super::gate::NotWritten;

/// Where files are kept, by name.
#[async_trait::async_trait(?Send)]
pub trait Blobs {
    /// A file, if there is one of that name.
    ///
    /// # Errors
    /// [`NotWritten::Unusable`]: nobody can tell.
    async fn file(&self, name: &str) -> Result<Option<Blob>, NotWritten>;

    /// Keeps a file. It is there for ever when this returns.
    ///
    /// # Errors
    /// [`NotWritten`]: it is not.
    async fn keep(&self, name: &str, file: &Blob) -> Result<(), NotWritten>;

    /// Removes a file, sooner or later.
    fn remove(&self, name: &str);

    /// The names of all files.
    ///
    /// # Errors
    /// [`NotWritten::Unusable`]: nobody can tell.
    async fn names(&self) -> Result<Vec<String>, NotWritten>;
}

/// How many bytes a Blob has.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a size is a whole number below 2^53")]
pub fn size_of(blob: &Blob) -> u64 {
    blob.size() as u64
}

fn unreadable(_: JsValue) -> io::Error {
    io::ErrorKind::InvalidData.into()
}

/// Reads a Blob. It waits for the disk: only workers may.
pub struct BlobReader {
    blob: Blob,
    reader: FileReaderSync,
    at: u64,
}

impl BlobReader {
    /// From its first byte on.
    ///
    /// # Errors
    /// The browser refuses.
    pub fn new(blob: Blob) -> io::Result<BlobReader> {
        Ok(BlobReader { blob, reader: FileReaderSync::new().map_err(unreadable)?, at: 0 })
    }
}

impl Read for BlobReader {
    #[expect(clippy::cast_precision_loss, reason = "a size is below 2^53")]
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = size_of(&self.blob).saturating_sub(self.at);
        let length = left.min(buffer.len() as u64);
        if length == 0 {
            return Ok(0);
        }
        let piece = self.blob.slice_with_f64_and_f64(self.at as f64, (self.at + length) as f64).map_err(unreadable)?;
        let bytes = Uint8Array::new(&self.reader.read_as_array_buffer(&piece).map_err(unreadable)?.into());
        let read = bytes.length() as usize;
        // A file of the page's that has changed meanwhile.
        let buffer = buffer.get_mut(..read).filter(|_| read > 0).ok_or(io::ErrorKind::UnexpectedEof)?;
        bytes.copy_to(buffer);
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for BlobReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => size_of(&self.blob).checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

/// Makes a Blob of what is written: pieces leave the engine's memory as they come.
#[derive(Default)]
pub struct BlobWriter {
    pieces: Array,
}

impl BlobWriter {
    /// What was written.
    ///
    /// # Errors
    /// The browser has no room.
    pub fn blob(&self) -> io::Result<Blob> {
        Blob::new_with_blob_sequence(&self.pieces).map_err(|_| io::ErrorKind::StorageFull.into())
    }
}

impl Write for BlobWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let piece = Array::of1(&Uint8Array::from(bytes));
        let piece = Blob::new_with_u8_array_sequence(&piece).map_err(|_| io::ErrorKind::StorageFull)?;
        self.pieces.push(&piece);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
