//! Opening the file: the lease, the connection's settings, the schema.

use std::fs::{self, File, TryLockError};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::queries::Queries;
use super::{Kept, Reader, Result, Store, StoreError, copy, migrate};
use crate::model::Micros;

/// The database's name in the store's folder.
pub(super) const DATABASE: &str = "larimar.db";
/// The lease's name in the store's folder.
pub(super) const LEASE: &str = "larimar.lock";
/// How long a call waits for another program that has the database locked (a backup, a shell). All of Larimar waits with it.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);
/// The name of a file by which it is seen whether there is room, in the store's folder.
const PROBE: &str = "larimar.room";
/// What a disk must have room for before more is asked of it, in bytes: a page of the archive with its index.
const ROOM: usize = 1 << 20;
/// Statements kept prepared by a connection.
const STATEMENTS: usize = 256;

impl Store {
    /// Opens the store in a folder, which is made if it is not there.
    ///
    /// # Errors
    /// [`StoreError::InUse`] while another process has it; [`StoreError::TooNew`], [`StoreError::Damaged`] (nothing was
    /// written then), [`StoreError::Unusable`], [`StoreError::Full`].
    pub fn open(folder: &Path) -> Result<Store> {
        fs::create_dir_all(folder)?;
        let lease = take_lease(&folder.join(LEASE))?;
        copy::tidy(folder)?;
        let path = folder.join(DATABASE);
        let db = Connection::open(&path)?;
        Store::on(db, path, Kept::OnDisk { _lease: lease })
    }

    /// A store that is gone when it is dropped, and has no second connection: for what is tried out thousands of times.
    ///
    /// # Errors
    /// Those of SQLite.
    #[doc(hidden)]
    pub fn in_memory() -> Result<Store> {
        Store::on(Connection::open_in_memory()?, PathBuf::new(), Kept::InMemory)
    }

    /// The store in a file's pages. A second connection, on the same thread, sees what the first has committed.
    ///
    /// # Errors
    /// [`StoreError::TooNew`], [`StoreError::Damaged`], [`StoreError::Unusable`].
    #[cfg(any(target_arch = "wasm32", test))]
    pub fn in_pages(pages: &larimar_pages::Pages) -> Result<Store> {
        let refused = || StoreError::Unusable { detail: "SQLite refused the file layer".into() };
        let layer = pages.register().map_err(|_| refused())?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags_and_vfs(DATABASE, flags, layer.as_str())?;
        Store::on(db, DATABASE.into(), Kept::InPages { layer })
    }

    fn on(mut db: Connection, path: PathBuf, kept: Kept) -> Result<Store> {
        db.busy_timeout(PATIENCE)?;
        // A database that turns out to be damaged or too new is closed without moving its log into it.
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        migrate::check(&db)?;
        configure(&db, &kept)?;
        migrate::run(&mut db)?;
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
        Ok(Store { queries: Queries::new(db), path, kept })
    }

    /// Moves a database that cannot be opened out of the way, under a name with this time in it, and says where it is. Nothing
    /// of it is lost: who can repair it still may.
    ///
    /// # Errors
    /// [`StoreError::InUse`] while somebody has the store, [`StoreError::Unusable`], [`StoreError::Full`].
    pub fn set_aside(folder: &Path, time: Micros) -> Result<PathBuf> {
        let _lease = take_lease(&folder.join(LEASE))?;
        let name = |number: u32| format!("damaged-{}-{number}.db", time / 1_000_000);
        let mut free = (1..).map(|number| folder.join(name(number))).filter(|path| !path.exists());
        let aside = free.next().ok_or(StoreError::Full)?;
        // The log and its index are the database's only under its own name; the log may hold what the file has not.
        for suffix in ["-wal", "-shm"] {
            match fs::rename(beside(&folder.join(DATABASE), suffix), beside(&aside, suffix)) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        fs::rename(folder.join(DATABASE), &aside)?;
        Ok(aside)
    }

    /// After the disk was full: whether it has room again for more than a commit or two.
    pub fn has_room(&self) -> bool {
        if matches!(self.kept, Kept::InPages { .. }) {
            // Pages lie in memory; what cannot be written of them is said by those who write it.
            return true;
        }
        let probe = self.path.with_file_name(PROBE);
        let written = File::create(&probe).and_then(|mut file| {
            file.write_all(&vec![0; ROOM])?;
            file.sync_all()
        });
        // Should it stay, the next probe takes its place.
        let _ = fs::remove_file(&probe);
        written.is_ok()
    }

    /// A second connection that only reads, for another thread.
    ///
    /// # Errors
    /// Those of opening the file once more.
    pub fn reader(&self) -> Result<Reader> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = match &self.kept {
            Kept::InPages { layer } => Connection::open_with_flags_and_vfs(&self.path, flags, layer.as_str())?,
            Kept::OnDisk { .. } | Kept::InMemory => Connection::open_with_flags(&self.path, flags)?,
        };
        db.busy_timeout(PATIENCE)?;
        keep_statements(&db)?;
        db.execute_batch("PRAGMA query_only = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -4000;")?;
        Ok(Reader { queries: Queries::new(db) })
    }
}

impl Queries {
    /// Gives back the memory that this connection keeps pages in, as after a long catch-up or when the app is put aside.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn release_memory(&self) -> Result<()> {
        self.db.execute_batch("PRAGMA shrink_memory")?;
        Ok(())
    }
}

/// The path of a file that SQLite keeps beside a database.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(suffix);
    path.into()
}

pub(super) fn take_lease(path: &Path) -> Result<File> {
    let file = File::options().create(true).truncate(false).read(true).write(true).open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// Statements stay prepared. Without the guarantee SQLite would plan some of them again for every value that is bound.
fn keep_statements(db: &Connection) -> Result<()> {
    db.set_prepared_statement_cache_capacity(STATEMENTS);
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

/// FULL, because a commit is acknowledged to the server; secure_delete, because what is taken back is to be gone.
fn configure(db: &Connection, kept: &Kept) -> Result<()> {
    keep_statements(db)?;
    // A commit of pages is whole or not there: what undoes a step need not outlive the process.
    let journal = if matches!(kept, Kept::InPages { .. }) { "memory" } else { "wal" };
    db.pragma_update(None, "page_size", 4096)?;
    db.pragma_update_and_check(None, "journal_mode", journal, |_| Ok(()))?;
    db.execute_batch(
        "PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA secure_delete = ON;
         PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -8000;
         PRAGMA journal_size_limit = 4194304;",
    )?;
    Ok(())
}

#[cfg(test)]
mod open_tests;
