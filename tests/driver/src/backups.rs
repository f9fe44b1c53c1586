//! Backups: written while a store is open, restored while none is.

use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use larimar::client::{BackupTask, Client, Error};
use larimar::platform::FileKeystore;
use serde_json::{Value, json};

use crate::fields::{self, Refusal, text};
use crate::output::Output;

/// The backup that is written or restored now.
#[derive(Default)]
pub struct Backups(RefCell<Option<Rc<BackupTask>>>);

impl Backups {
    /// Writes one, and answers when it is whole.
    pub async fn export(&self, client: &Client, request: &Value) -> Result<Value, Refusal> {
        let (path, passphrase) = (text(request, "path")?, text(request, "passphrase")?);
        let task = client.export_backup(path, passphrase).await;
        self.finish(task).await
    }

    /// Makes a store of one, and answers when it can be opened.
    pub async fn restore(&self, output: &Arc<Output>, request: &Value) -> Result<Value, Refusal> {
        let (folder, path, passphrase) = (text(request, "dir")?, text(request, "path")?, text(request, "passphrase")?);
        let keystore = Arc::new(FileKeystore::new(Path::new(&folder).join("secrets")));
        let task = Client::restore_backup(path, folder, passphrase, keystore, Arc::clone(output) as _);
        self.finish(task).await
    }

    /// Ends what runs.
    pub fn cancel(&self) {
        if let Some(task) = self.0.borrow().as_ref() {
            task.cancel();
        }
    }

    async fn finish(&self, task: Result<BackupTask, Error>) -> Result<Value, Refusal> {
        let task = Rc::new(task.map_err(|error| fields::error(&error))?);
        *self.0.borrow_mut() = Some(Rc::clone(&task));
        let summary = task.finished().await.map_err(|error| fields::error(&error))?;
        Ok(json!({
            "accounts": summary.accounts, "files": summary.files, "bytes": summary.bytes, "time": summary.time_ms,
        }))
    }
}
