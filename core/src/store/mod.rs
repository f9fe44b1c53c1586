//! One SQLite file; one set of changes is one transaction.
//!
//! [`Store`] has the file's only writing connection and a lease that dies with the process; [`Reader`] is a second, read-only
//! connection for slow reads on another thread. Both answer the questions of [`Queries`].

mod accounts;
mod apply;
mod codes;
mod copy;
mod error;
mod migrate;
mod open;
mod queries;
mod search;

#[cfg(test)]
mod store_tests;

pub use copy::{FILES, Restoring, StoreCopy, remove_folder, restoring};
pub use error::StoreError;
pub use migrate::schema_version;
pub use queries::{Page, Queries, Stats};

use std::fs::File;
use std::ops::{Deref, DerefMut};
use std::path::PathBuf;

/// What the store's functions return.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// The store, with the right to write.
pub struct Store {
    queries: Queries,
    path: PathBuf,
    kept: Kept,
}

/// Where the database is.
enum Kept {
    OnDisk {
        /// Held as long as the store is: the system releases it when the process ends, however it ends.
        _lease: File,
    },
    /// In pages that somebody else writes, and whose lease he has.
    #[cfg_attr(not(any(target_arch = "wasm32", test)), expect(dead_code, reason = "what has files needs no pages"))]
    InPages {
        /// SQLite's name of the file layer.
        layer: String,
    },
    /// In memory, for what is tried out: nobody else's.
    InMemory,
}

/// A second connection that only reads. It can be given to another thread.
pub struct Reader {
    queries: Queries,
}

impl Deref for Store {
    type Target = Queries;
    fn deref(&self) -> &Queries {
        &self.queries
    }
}

impl DerefMut for Store {
    fn deref_mut(&mut self) -> &mut Queries {
        &mut self.queries
    }
}

impl Deref for Reader {
    type Target = Queries;
    fn deref(&self) -> &Queries {
        &self.queries
    }
}
