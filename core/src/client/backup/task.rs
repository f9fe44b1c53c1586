//! A backup that is being written or restored, on a thread of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::watch;

use super::Job;
use crate::client::Error;
use crate::client::listener::{Event, EventListener};

/// What was written or restored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BackupSummary {
    /// The addresses of the accounts.
    pub accounts: Vec<String>,
    /// How many files of messages.
    pub files: u64,
    /// The size of the backup, in bytes.
    pub bytes: u64,
    /// When it was written, in milliseconds since the Unix epoch.
    pub time_ms: i64,
}

type Outcome = Option<Result<BackupSummary, Error>>;

/// A backup that is being written or restored. Dropping this cancels it.
pub struct BackupTask {
    cancelled: Arc<AtomicBool>,
    outcome: watch::Receiver<Outcome>,
}

impl BackupTask {
    /// Begins.
    pub(super) fn start(
        listener: Arc<dyn EventListener>,
        job: Job,
        run: fn(&Job, &mut Progress) -> Result<BackupSummary, Error>,
    ) -> Result<BackupTask, Error> {
        let cancelled = Arc::new(AtomicBool::new(false));
        let (tell, outcome) = watch::channel(None);
        let mut progress = Progress::new(Arc::clone(&cancelled), listener);
        let body = move || {
            let outcome = run(&job, &mut progress);
            // Nobody may wait any more.
            let _ = tell.send(Some(outcome));
        };
        let thread = std::thread::Builder::new().name("larimar-backup".into()).spawn(body);
        thread.map_err(|error| Error::BackupUnusable { detail: error.kind().to_string() })?;
        Ok(BackupTask { cancelled, outcome })
    }

    /// Waits until it is done.
    ///
    /// # Errors
    /// Nothing was written or restored then: `Cancelled`, `StorageFull`, `BackupUnusable`, `StoreUnusable`, `KeystoreUnusable`;
    /// of restoring `NotABackup`, `BackupDamaged`, `BackupTooNew`, `WrongPassphrase`, `StoreExists`, `StoreInUse`.
    pub async fn finished(&self) -> Result<BackupSummary, Error> {
        let mut outcome = self.outcome.clone();
        let ended = outcome.wait_for(Option::is_some).await.map_err(|_| Error::Closed)?;
        ended.clone().unwrap_or(Err(Error::Closed))
    }

    /// Ends it at the next piece; what was written or restored until then is removed.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }
}

impl Drop for BackupTask {
    fn drop(&mut self) {
        self.cancel();
    }
}

/// How far a task is, and whether it is to go on.
pub(super) struct Progress {
    cancelled: Arc<AtomicBool>,
    listener: Arc<dyn EventListener>,
    done: u64,
    total: u64,
    told: u64,
}

impl Progress {
    pub fn new(cancelled: Arc<AtomicBool>, listener: Arc<dyn EventListener>) -> Progress {
        Progress { cancelled, listener, done: 0, total: 0, told: 0 }
    }

    /// What is looked at by what cannot ask.
    pub fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.cancelled)
    }

    /// So many bytes are to be done.
    pub fn of(&mut self, total: u64) {
        self.total = total;
        self.tell();
    }

    /// So many more bytes are done; told about a hundred times in all.
    pub fn add(&mut self, bytes: usize) -> Result<(), Error> {
        self.done += bytes as u64;
        if self.done - self.told >= (self.total / 100).max(1) {
            self.tell();
        }
        self.check()
    }

    /// # Errors
    /// `Cancelled`.
    pub fn check(&self) -> Result<(), Error> {
        if self.cancelled.load(Ordering::Relaxed) { Err(Error::Cancelled) } else { Ok(()) }
    }

    fn tell(&mut self) {
        self.told = self.done;
        // What grew meanwhile is done as well.
        let total = self.total.max(self.done);
        self.listener.on_event(Event::Backup { done: self.done, total });
    }
}
