//! What has come of a file to a browser, until there is all of it.

use js_sys::{Array, Uint8Array};
use web_sys::Blob;

use crate::file::open::Wanted;
use crate::platform::blobs::size_of;

use super::super::error::TransferError;
use super::stream::Answer;

/// So many bytes are gathered before the browser may keep them where it likes.
const GATHERED: u64 = 1 << 20;

/// What has come of a file, as it lies on the web. A cut leaves it, and so does whoever drops a download: the next one goes on from
/// there.
#[derive(Default)]
pub struct Part {
    kept: Array,
    /// What came behind that.
    gathered: Array,
    gathered_bytes: u64,
    came: u64,
    version: Option<String>,
    is_patched: bool,
}

impl Part {
    /// Nothing yet, of what is this version.
    pub(super) fn of(version: Option<String>) -> Part {
        Part { version, ..Part::default() }
    }

    /// All of a file.
    pub(super) fn whole(file: &Blob) -> Part {
        Part { kept: Array::of1(file), came: size_of(file), ..Part::default() }
    }

    /// How many bytes have come.
    pub(super) fn position(&self) -> u64 {
        self.came
    }

    /// From where a file can be gone on with: from its beginning, if nothing would tell whether the rest is the rest of this.
    pub(super) fn usable(&self, wanted: &Wanted) -> u64 {
        if wanted.is_verifiable() || self.version.is_some() { self.came } else { 0 }
    }

    /// Whether an answer is the rest of this, as far as it tells: a browser lets a page of elsewhere see little of it. `If-Range`
    /// would make many servers refuse such a page; what has changed meanwhile is known by its version, or in the end.
    pub(super) fn fits(&self, answer: &Answer, wanted: &Wanted) -> bool {
        let begins = answer.range_start();
        let (version, proof) = (answer.version(), wanted.is_verifiable());
        let is_same = version == self.version || (proof && (version.is_none() || self.version.is_none()));
        is_same && begins.map_or(proof, |begins| begins == self.came)
    }

    /// What follows is a piece of which only the end tells whether it belongs to this.
    pub(super) fn patch(&mut self) {
        self.is_patched = true;
    }

    pub(super) fn is_patched(&self) -> bool {
        self.is_patched
    }

    /// The next bytes. How many there are now.
    pub(super) fn push(&mut self, bytes: &Uint8Array) -> Result<u64, TransferError> {
        self.gathered.push(bytes);
        self.gathered_bytes += u64::from(bytes.length());
        self.came += u64::from(bytes.length());
        if self.gathered_bytes >= GATHERED {
            self.kept.push(&*blob(&self.gathered)?);
            (self.gathered, self.gathered_bytes) = (Array::new(), 0);
        }
        Ok(self.came)
    }

    /// All that came.
    pub(super) fn blob(&self) -> Result<Blob, TransferError> {
        blob(&self.kept.concat(&self.gathered))
    }
}

/// Of Blobs and bytes, one behind the other.
fn blob(pieces: &Array) -> Result<Blob, TransferError> {
    Blob::new_with_blob_sequence(pieces).map_err(|_| TransferError::DiskFull)
}
