//! Files on their way over HTTP: put into a slot, and fetched, in pieces, with the disk behind them.
//!
//! Whoever no longer wants a transfer drops its future: what has been fetched stays beside the file's place (of a browser's, in its
//! `Part`), and the next [`download()`] goes on from there.

#[cfg(not(target_arch = "wasm32"))]
mod download;
mod error;
#[cfg(target_arch = "wasm32")]
mod page;
#[cfg(not(target_arch = "wasm32"))]
mod part;
mod reach;
#[cfg(not(target_arch = "wasm32"))]
mod upload;
mod validators;
#[cfg(not(target_arch = "wasm32"))]
mod web;

#[cfg(not(target_arch = "wasm32"))]
pub use download::{Download, download};
pub use error::TransferError;
#[cfg(target_arch = "wasm32")]
pub use page::{Download, Part, Upload, download, upload};
pub use reach::{Options, Reach};
#[cfg(not(target_arch = "wasm32"))]
pub use upload::{Upload, Uploaded, upload};
#[cfg(not(target_arch = "wasm32"))]
pub use web::Web;

#[cfg(not(target_arch = "wasm32"))]
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
#[cfg(not(target_arch = "wasm32"))]
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, TransferError> {
    task::aside(work).await.map_err(|_| TransferError::Disk { kind: std::io::ErrorKind::Interrupted })
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod test_server;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod transfer_tests;
