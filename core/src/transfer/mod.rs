//! Files on their way over HTTP: put into a slot, and fetched, in pieces, with the disk behind them.
//!
//! Whoever no longer wants a transfer drops its future: what has been fetched stays beside the file's place, and the next
//! [`download()`] goes on from there.

mod download;
mod error;
mod part;
mod upload;
mod web;

pub use download::{Download, download};
pub use error::TransferError;
pub use upload::{Upload, Uploaded, upload};
pub use web::{Options, Reach, Web};

use crate::platform::task;

/// How far a transfer is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// The bytes that have gone over the network.
    pub done: u64,
    /// All of them, if that is known.
    pub total: Option<u64>,
}

/// Runs what reads or writes the disk, or computes for long, on a thread of its own.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, TransferError> {
    task::aside(work).await.map_err(|_| TransferError::Disk { kind: std::io::ErrorKind::Interrupted })
}

#[cfg(test)]
mod test_server;
#[cfg(test)]
mod transfer_tests;
