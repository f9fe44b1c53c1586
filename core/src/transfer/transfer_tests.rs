//! Transfers, with a server on loopback that does what each test says.

mod download_tests;
mod large_tests;
mod trouble_tests;
mod upload_tests;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest as _, Sha256};

use super::*;
use crate::file::FileError;
use crate::file::check::Digest;
use crate::file::open::Wanted;
use crate::file::seal::Seal;
use crate::model::account::ConnectionSettings;
use crate::model::file::{Expected, FileKey, FileUrl, Slot};
use crate::transport::https;

/// What reaches the servers of these tests, and does not wait long.
fn options() -> Options {
    Options {
        reach: Reach { private: true, http_on_loopback: true },
        stall: Duration::from_secs(20),
        retries: 2,
        pause: Duration::from_millis(1),
    }
}

fn web_with(settings: &ConnectionSettings, options: Options) -> Web {
    let https = https(settings).unwrap();
    Web::new(https.tls, https.names, options).unwrap()
}

fn web() -> Web {
    // Whoever trusts one certificate needs nothing of the machine.
    web_with(&ConnectionSettings { pinned: Some([1; 32]), ..ConnectionSettings::default() }, options())
}

/// Bytes that are not the same anywhere.
fn content(length: usize) -> Arc<Vec<u8>> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    Arc::new((0..length).map(|_| next()).collect())
}

fn expected(bytes: &[u8]) -> Expected {
    Expected { size: Some(bytes.len() as u64), sha256: Some(Sha256::digest(bytes).into()), sha512: None }
}

fn key() -> FileKey {
    FileKey::generate(&mut |buffer| buffer.fill(7))
}

/// The file as it lies on the web, encrypted.
fn sealed(bytes: &[u8]) -> Arc<Vec<u8>> {
    let mut seal = Seal::new(Some(&key())).unwrap();
    let mut sealed = bytes.to_vec();
    seal.update(&mut sealed).unwrap();
    sealed.extend(seal.finish().0);
    Arc::new(sealed)
}

/// A folder with the place of one file.
struct Place {
    folder: tempfile::TempDir,
    path: PathBuf,
}

impl Place {
    fn new() -> Place {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file.bin");
        Place { folder, path }
    }

    fn bytes(&self) -> Vec<u8> {
        std::fs::read(&self.path).unwrap()
    }

    /// The names of what lies in the folder.
    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    async fn fetch(&self, web: &Web, url: &FileUrl, wanted: &Wanted) -> Result<Digest, TransferError> {
        let mut last = 0;
        let download = Download { url, wanted, largest: 1 << 30, place: &self.path };
        super::download(web, &download, &mut |progress| last = progress.done).await
    }
}

fn plain(bytes: &[u8]) -> Wanted {
    Wanted { file: expected(bytes), ..Wanted::default() }
}

fn encrypted() -> Wanted {
    Wanted { key: Some(key()), ..Wanted::default() }
}
