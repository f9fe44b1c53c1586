//! The whole store elsewhere: a copy of a store that is in use, to be put into a backup, and a store that comes out of one.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::{Connection, OpenFlags, TransactionBehavior, params};

use super::codes::UNSURE;
use super::open::{DATABASE, LEASE, PATIENCE, beside, take_lease};
use super::{Queries, Result, Store, StoreError};
use crate::model::ids::AccountId;

/// The name of the folder of files, in the store's folder.
pub const FILES: &str = "files";
/// How the names of copies begin, in the store's folder.
const COPY: &str = "larimar.copy-";
/// Where a store is restored, in the folder in which it will be: nothing of it counts.
const RESTORING: &str = "restoring";
/// The same once it is whole: everything of it counts, and has only to be moved to its place.
const RESTORED: &str = "restored";
/// The setting of an account that came out of a backup, until its archive was read.
pub(super) const SETTING: &str = "restored";
/// SQLite looks at each so many steps whether it is to go on.
const STEPS: i32 = 10_000;

/// A copy of a store as it was at one moment, without what was deleted from it. The copy is gone when it is dropped.
pub struct StoreCopy {
    queries: Queries,
    file: Temporary,
}

/// A file that is gone when this is dropped.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        // Should it stay, the store's next opening removes it.
        let _ = fs::remove_file(&self.0);
    }
}

impl Deref for StoreCopy {
    type Target = Queries;
    fn deref(&self) -> &Queries {
        &self.queries
    }
}

impl StoreCopy {
    /// Copies the store in a folder, which somebody has open; `name` is nobody else's. Ends early once `cancelled` is true.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::InUse`] while it is locked, [`StoreError::Damaged`], and [`StoreError::Unusable`], also
    /// when it was cancelled.
    pub fn make(folder: &Path, name: &str, cancelled: Arc<AtomicBool>) -> Result<StoreCopy> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut db = Connection::open_with_flags(folder.join(DATABASE), flags)?;
        db.busy_timeout(PATIENCE)?;
        db.progress_handler(STEPS, Some(move || cancelled.load(Ordering::Relaxed)))?;
        let file = Temporary(folder.join(format!("{COPY}{name}")));
        let into = file.0.to_str().ok_or(StoreError::BadValue { field: "folder" })?;
        db.execute("VACUUM INTO ?1", [into])?;
        let queries = Queries::new(Connection::open_with_flags(&file.0, flags)?);
        Ok(StoreCopy { queries, file })
    }

    /// The file with the database.
    pub fn path(&self) -> &Path {
        &self.file.0
    }
}

/// A folder in which a store is being restored: nobody else can use it until this is dropped.
pub struct Restoring {
    folder: PathBuf,
    _lease: File,
}

impl Restoring {
    /// Takes a folder, which is made if it is not there.
    ///
    /// # Errors
    /// [`StoreError::Exists`] if there is a store, or are files of one; [`StoreError::InUse`], [`StoreError::Full`],
    /// [`StoreError::Unusable`].
    pub fn begin(folder: &Path) -> Result<Restoring> {
        fs::create_dir_all(folder)?;
        let lease = take_lease(&folder.join(LEASE))?;
        tidy(folder)?;
        let files = match fs::read_dir(folder.join(FILES)) {
            Ok(mut files) => files.next().is_some(),
            Err(error) if error.kind() == ErrorKind::NotFound => false,
            Err(error) => return Err(error.into()),
        };
        let database = folder.join(DATABASE);
        if files || database.exists() || beside(&database, "-wal").exists() {
            return Err(StoreError::Exists);
        }
        Ok(Restoring { folder: folder.to_owned(), _lease: lease })
    }

    /// Where the store is made meanwhile. It is there after [`Restoring::clear`].
    pub fn beside(&self) -> PathBuf {
        restoring(&self.folder)
    }

    /// An empty folder to restore in.
    ///
    /// # Errors
    /// Those of the system.
    pub fn clear(&self) -> Result<()> {
        remove_folder(&self.beside())?;
        Ok(fs::create_dir_all(self.beside().join(FILES))?)
    }

    /// Nothing is restored.
    pub fn abandon(&self) {
        // Should it stay, whoever opens or restores here next removes it.
        let _ = remove_folder(&self.beside());
    }

    /// What was restored is the store. It is from the first step on, whatever happens to the process.
    ///
    /// # Errors
    /// Those of the system; nothing is restored then, unless the last steps failed, which the next opening does again.
    pub fn commit(&self) -> Result<()> {
        let beside = self.beside();
        match fs::remove_file(beside.join(LEASE)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        sync_folder(&beside.join(FILES))?;
        sync_folder(&beside)?;
        fs::rename(&beside, self.folder.join(RESTORED))?;
        sync_folder(&self.folder)?;
        tidy(&self.folder)
    }
}

/// Where a store is restored in a folder.
pub fn restoring(folder: &Path) -> PathBuf {
    folder.join(RESTORING)
}

/// A process that was killed may have left copies, which go, and a restored store, which is put in its place.
pub(super) fn tidy(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(COPY) {
            fs::remove_file(entry.path())?;
        }
    }
    let restored = folder.join(RESTORED);
    if !restored.is_dir() {
        return Ok(());
    }
    if restored.join(FILES).is_dir() {
        // An empty one may be there.
        if folder.join(FILES).is_dir() {
            fs::remove_dir(folder.join(FILES))?;
        }
        fs::rename(restored.join(FILES), folder.join(FILES))?;
    }
    if restored.join(DATABASE).exists() {
        fs::rename(restored.join(DATABASE), folder.join(DATABASE))?;
    }
    sync_folder(folder)?;
    remove_folder(&restored)
}

/// Removes a folder with all in it, if it is there.
pub fn remove_folder(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// What was named in a folder is on the disk. Only Unix has a way to say that.
fn sync_folder(folder: &Path) -> Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

impl Store {
    /// An account of a store that came out of a backup. This is another installation (`device` names it) of the same OMEMO
    /// device, and not the last state of it: its session has gone on without us, what waited to be sent may have been sent, and
    /// the keys of its encrypted sessions were used.
    ///
    /// # Errors
    /// Those of writing.
    pub fn account_restored(&mut self, account: AccountId, device: &str) -> Result<()> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        tx.execute("UPDATE account SET device = ?2, resource = NULL WHERE id = ?1", params![account.0, device])?;
        tx.execute("DELETE FROM session WHERE account = ?1", [account.0])?;
        tx.execute("UPDATE outbox SET state = ?2, number = 0 WHERE account = ?1", params![account.0, UNSURE])?;
        tx.execute("UPDATE omemo_session SET stale = 1 WHERE account = ?1", [account.0])?;
        let sql = "INSERT OR REPLACE INTO setting (account, key, value) VALUES (?1, ?2, '')";
        tx.execute(sql, params![account.0, SETTING])?;
        Ok(tx.commit()?)
    }
}
