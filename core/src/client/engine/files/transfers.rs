//! Files on their way. They outlive the session in which they began: an upload goes on while the connection comes back.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::sync::futures::Notified;

use crate::client::engine::Engine;
use crate::client::listener::Event;
use crate::client::session::Command;
use crate::file::open::Wanted as Expectation;
use crate::model::attachment::{FileOf, FileProblem, Seen, Source, Wanted};
use crate::model::changes::{Change, FileChange};
use crate::model::file::{Expected, Slot};
use crate::model::ids::{AccountId, FileId};
use crate::model::message::FailureReason;
use crate::platform::task::{self, AbortHandle};
use crate::platform::time::{self, Instant};
use crate::sorted::Map;
use crate::transfer::{Progress, TransferError};

/// How many files are fetched at the same time; the others wait. As many may be uploaded.
pub(crate) const SIDE_BY_SIDE: usize = 3;
/// When a transfer is tried again that could not reach its server.
const LATER: Duration = Duration::from_secs(30);
/// How often it is told how far a file is.
const TOLD: Duration = Duration::from_millis(100);

/// One file on its way.
struct Running {
    task: AbortHandle,
    account: AccountId,
    is_upload: bool,
    moved: u64,
}

/// All files on their way.
#[derive(Default)]
pub(crate) struct Transfers {
    running: RefCell<Map<FileId, Running>>,
    /// A transfer has ended.
    ended: Notify,
    /// There is a connection again: what waits for one may go on.
    nudge: Notify,
    /// When it was told last how far a file is.
    told: Cell<Option<Instant>>,
}

impl Transfers {
    /// True while a file is on its way, or waits to be tried again.
    pub fn is_running(&self, file: FileId) -> bool {
        self.running.borrow().contains_key(&file)
    }

    /// How many uploads are under way.
    pub fn uploads(&self) -> usize {
        self.running.borrow().values().filter(|running| running.is_upload).count()
    }

    fn downloads(&self) -> usize {
        self.running.borrow().len() - self.uploads()
    }

    /// How many bytes of a file have gone, if it is on its way.
    pub fn moved(&self, file: FileId) -> Option<u64> {
        self.running.borrow().get(&file).map(|running| running.moved)
    }

    /// Waits until a transfer has ended after this call.
    pub fn ended(&self) -> Notified<'_> {
        self.ended.notified()
    }

    /// A connection is there again.
    pub fn go_on(&self) {
        self.nudge.notify_waiters();
    }

    /// Nobody wants a file any more. What was fetched is kept for the next time.
    pub fn cancel(&self, file: FileId) {
        if let Some(running) = self.running.borrow_mut().remove(&file) {
            running.task.abort();
        }
        self.ended.notify_waiters();
    }

    /// An account ends: so do its transfers.
    pub fn cancel_all(&self, account: AccountId) {
        let of_account = |(file, running): (&FileId, &Running)| (running.account == account).then_some(*file);
        let files: Vec<FileId> = self.running.borrow().iter().filter_map(of_account).collect();
        files.into_iter().for_each(|file| self.cancel(file));
    }

    fn forget(&self, file: FileId) {
        self.running.borrow_mut().remove(&file);
        self.ended.notify_waiters();
    }
}

impl Engine {
    fn run(&self, (account, file): (AccountId, FileId), is_upload: bool, work: impl Future<Output = ()> + 'static) {
        let mut running = self.transfers.running.borrow_mut();
        let task = task::spawn_local(work).abort_handle();
        running.insert(file, Running { task, account, is_upload, moved: 0 });
    }

    /// Puts a file into its slot; `encrypt` says how. Its message leaves after that.
    pub fn upload(self: &Rc<Self>, found: FileOf, slot: Slot, encrypt: bool) {
        let (engine, id) = (Rc::clone(self), found.file.id);
        self.run((found.account, id), true, async move {
            let outcome = engine.put(&found, &slot, encrypt).await;
            let change = match outcome {
                Ok(source) => FileChange::Placed(Box::new(source)),
                Err(error) if error.is_passing() => {
                    engine.wait_for_a_connection().await;
                    engine.transfers.forget(id);
                    engine.tell(found.account, Command::Outbox);
                    return;
                }
                Err(TransferError::TooLarge { .. }) => FileChange::Failed(FailureReason::FileTooLarge),
                Err(TransferError::SourceChanged | TransferError::Disk { .. } | TransferError::File(_)) => {
                    FileChange::Failed(FailureReason::FileUnreadable)
                }
                Err(_) => FileChange::Failed(FailureReason::FileRefused),
            };
            engine.transfers.forget(id);
            engine.file_changed(&found, change);
            engine.tell(found.account, Command::Outbox);
        });
    }

    async fn put(self: &Rc<Self>, found: &FileOf, slot: &Slot, encrypt: bool) -> Result<Source, TransferError> {
        let file = &found.file.file;
        let (Some(path), Some(size)) = (&file.path, file.expected.size) else {
            return Err(TransferError::SourceChanged);
        };
        let key = self.put_file(found, (path, size), slot, encrypt).await?;
        Ok(Source { url: slot.get.clone(), key, encrypted: Expected::default() })
    }

    /// Fetches a file; the name of its contents, and what was seen of them.
    async fn get(self: &Rc<Self>, found: &FileOf) -> Result<(String, Seen), TransferError> {
        let file = &found.file.file;
        let source = file.source.as_ref().ok_or(TransferError::Gone)?;
        let wanted =
            Expectation { key: source.key.clone(), file: file.expected.clone(), encrypted: source.encrypted.clone() };
        let by_itself = found.file.wanted == Wanted::ByItself;
        let largest = if by_itself { self.options.fetch_files_up_to } else { u64::MAX };
        self.get_file(found, &source.url, &wanted, largest).await
    }

    /// Fetches files that somebody waits for, so many at a time.
    pub fn fetch_wanted(self: &Rc<Self>, account: AccountId) {
        let wanted = self.store.borrow().files_wanted(account).unwrap_or_default();
        for found in wanted {
            if self.transfers.downloads() >= SIDE_BY_SIDE {
                return;
            }
            if !self.transfers.is_running(found.file.id) {
                self.download(found);
            }
        }
    }

    fn download(self: &Rc<Self>, found: FileOf) {
        let (engine, id, account) = (Rc::clone(self), found.file.id, found.account);
        self.run((account, id), false, async move {
            let outcome = engine.get(&found).await;
            // The file gets its name, and its message knows it, in one step.
            let change = match outcome.and_then(|(path, seen)| engine.arrived(id, path, seen)) {
                Ok(change) => change,
                // A person may still ask for it.
                Err(TransferError::TooLarge { .. }) if found.file.wanted == Wanted::ByItself => FileChange::Unwanted,
                Err(error) => FileChange::Problem(problem(&error)),
            };
            let passes = matches!(change, FileChange::Problem(FileProblem::Unreachable));
            engine.file_changed(&found, change);
            engine.transfers.ended.notify_waiters();
            if passes {
                engine.wait_for_a_connection().await;
            }
            engine.transfers.forget(id);
            engine.fetch_wanted(account);
        });
    }

    fn file_changed(self: &Rc<Self>, found: &FileOf, change: FileChange) {
        let changes = vec![Change::File { file: found.file.id, change }];
        if let Err(error) = self.commit(found.account, changes) {
            // The next start finds it as it was.
            log::warn!("what became of a file could not be stored: {}", error.kind());
        }
        // What a person has just asked for is not the first to go, however old its message is.
        if found.file.wanted != Wanted::Asked {
            self.keep_within_limit();
        }
    }

    async fn wait_for_a_connection(&self) {
        // It is tried again after a while in any case.
        let _ = time::timeout(LATER, self.transfers.nudge.notified()).await;
    }

    /// Tells how far a file is, now and then.
    pub(super) fn progress_of(self: &Rc<Self>, found: &FileOf) -> impl FnMut(Progress) + use<> {
        let (engine, found) = (Rc::clone(self), found.clone());
        move |progress: Progress| {
            let transfers = &engine.transfers;
            if let Some(running) = transfers.running.borrow_mut().get_mut(&found.file.id) {
                running.moved = progress.done;
            }
            let is_done = progress.total == Some(progress.done);
            if !is_done && transfers.told.get().is_some_and(|told| told.elapsed() < TOLD) {
                return;
            }
            transfers.told.set(Some(Instant::now()));
            engine.emit(Event::Transfer {
                account: engine.address_of(found.account),
                message: found.message.0,
                file: found.file.id.0,
                moved: progress.done,
                total: progress.total,
            });
            engine.timelines_changed(found.account);
        }
    }
}

/// What a failure means to whoever waits for the file.
fn problem(error: &TransferError) -> FileProblem {
    match error {
        TransferError::Unreachable | TransferError::Stalled => FileProblem::Unreachable,
        error if error.is_passing() => FileProblem::Unreachable,
        TransferError::Certificate => FileProblem::Certificate,
        TransferError::Forbidden => FileProblem::Forbidden,
        TransferError::Gone => FileProblem::Gone,
        TransferError::Refused { .. } => FileProblem::Refused,
        TransferError::TooLarge { .. } => FileProblem::TooLarge,
        TransferError::SourceChanged | TransferError::File(_) => FileProblem::Damaged,
        TransferError::DiskFull => FileProblem::DiskFull,
        TransferError::Disk { .. } => FileProblem::Disk,
    }
}
