//! Files of messages on this machine: taken in to be sent, fetched, given out, and removed when their message is gone.

mod intake;
mod transfers;

use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::messages::sendable;
use super::{Engine, address};
use crate::client::Error;
use crate::file::kind::{self, BEGINNING};
use crate::file::name;
use crate::model::attachment::{FileOf, Wanted};
use crate::model::changes::{Applied, Change, FileChange};
use crate::model::ids::{AccountId, FileId, MessageId};
use crate::model::outbox::Payload;
use crate::model::trust::to_hex;
use crate::platform;
use crate::store::FILES;
use crate::view::MessageRow;

pub(crate) use transfers::{SIDE_BY_SIDE, Transfers};

impl Engine {
    /// The folder of files.
    fn files_folder(&self) -> PathBuf {
        Path::new(&self.options.folder).join(FILES)
    }

    /// Takes a file in and stores a message with it to be sent. Pictures become upright, of a sensible size, and silent about
    /// where they were taken, unless they are to go as they are. A caption follows as a message of its own.
    pub async fn send_file(
        self: &Rc<Self>,
        account: AccountId,
        peer: &str,
        path: PathBuf,
        caption: Option<String>,
        as_it_is: bool,
    ) -> Result<MessageId, Error> {
        let (chat, folder) = (address(peer)?, self.files_folder());
        let body = caption.map(|caption| sendable(&caption)).transpose()?.unwrap_or_default();
        let taken = move || intake::take(&path, &folder, as_it_is);
        let taken = tokio::task::spawn_blocking(taken).await.map_err(|_| Error::Closed)??;
        let mut file = taken.file;
        self.settle(&taken.place, &taken.digest_name).map_err(|error| intake::io_error(&error))?;
        file.path = Some(taken.digest_name.clone());
        let payload = Payload::Text { body, reply: None, quoted: None, files: vec![file] };
        let sent = self.commit(account, vec![Change::Send { chat, stanza_id: platform::uuid(), payload }]);
        if sent.is_err() {
            self.remove_unless_used(&taken.digest_name);
        }
        // The file's message, not that of the caption behind it.
        sent?.messages.first().copied().ok_or(Error::NoSuchMessage)
    }

    /// A file that was written beside the others gets the name of its contents: what is sent or comes twice is kept once. This
    /// and the commit that follows are one step: nothing removes the file in between.
    fn settle(&self, from: &Path, name: &str) -> std::io::Result<()> {
        fs::rename(from, self.files_folder().join(name))
    }

    fn remove_unless_used(&self, path: &str) {
        if matches!(self.store.borrow().has_path(path), Ok(false)) {
            // What stays behind is removed at the next start.
            let _ = fs::remove_file(self.files_folder().join(path));
        }
    }

    /// Removes files whose messages are gone.
    pub(super) fn remove_gone_files(&self) {
        let gone = self.store.borrow().files_gone().unwrap_or_default();
        gone.iter().for_each(|path| self.remove_unless_used(path));
        if self.store.borrow_mut().files_removed(&gone).is_err() {
            log::warn!("files that were removed could not be forgotten");
        }
    }

    /// Removes what a process before this one left in the folder: half files of messages that are gone, files that no message
    /// ever had. What may go on is kept.
    pub(super) fn tidy_files(&self) {
        self.remove_gone_files();
        let Ok(entries) = fs::read_dir(self.files_folder()) else { return };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let is_used = match unfinished(&name) {
                Some(file) => self.store.borrow().file(file).is_ok_and(|file| file.file.wanted != Wanted::No),
                None => self.store.borrow().has_path(&name).unwrap_or(true),
            };
            if !is_used {
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// Files came: those of contacts, and our own from other devices, are fetched by themselves if they are not too large.
    pub(super) fn files_came(self: &Rc<Self>, account: AccountId, applied: &Applied) {
        let mut changes = Vec::new();
        for id in &applied.files {
            let Ok(found) = self.store.borrow().file(*id) else { continue };
            if self.may_fetch_by_itself(&found) {
                changes.push(Change::File { file: *id, change: FileChange::Wanted { asked: false } });
            }
        }
        if !changes.is_empty() && self.commit(account, changes).is_ok() {
            self.fetch_wanted(account);
        }
    }

    /// Whoever fetches a file shows the server where it lies his address: not for strangers.
    fn may_fetch_by_itself(&self, found: &FileOf) -> bool {
        let limit = self.options.fetch_files_up_to;
        let store = self.store.borrow();
        let Ok(message) = store.message(found.message) else { return false };
        let peer = address(&message.peer).ok();
        let is_contact = peer.and_then(|peer| store.contact(found.account, &peer).ok().flatten());
        let is_contact = is_contact.is_some_and(|contact| contact.roster.is_some() && !contact.blocked);
        let fits = found.file.file.expected.size.is_none_or(|size| size <= limit);
        limit > 0 && fits && found.file.file.path.is_none() && (message.outgoing || is_contact)
    }

    /// A person asks for the files of a message; they are here when this returns.
    pub async fn fetch_files(self: &Rc<Self>, message: MessageId) -> Result<Vec<FileOf>, Error> {
        let (account, row) = self.message(message)?;
        let missing = row.files.iter().filter(|file| file.file.path.is_none() && file.file.source.is_some());
        let wanted = |id: FileId| Change::File { file: id, change: FileChange::Wanted { asked: true } };
        let wanted: Vec<Change> = missing.map(|file| wanted(file.id)).collect();
        if !wanted.is_empty() {
            self.commit(account, wanted)?;
            // What waits for a better moment need not wait any more.
            self.transfers.go_on();
            self.fetch_wanted(account);
        }
        let mut files = Vec::new();
        for file in &row.files {
            files.push(self.fetched(file.id).await?);
        }
        Ok(files)
    }

    async fn fetched(&self, id: FileId) -> Result<FileOf, Error> {
        loop {
            let ended = self.transfers.ended();
            let found = self.store.borrow().file(id)?;
            if found.file.file.path.is_some() {
                return Ok(found);
            }
            if let Some(problem) = found.file.problem {
                return Err(Error::FileNotHere { problem: format!("{problem:?}") });
            }
            if found.file.wanted == Wanted::No {
                return Err(Error::FileNotHere { problem: "Cancelled".into() });
            }
            ended.await;
        }
    }

    /// Gives a copy of a message's file to a place outside: a file of that name, or, if that is a folder, one in it whose name is
    /// the file's own as far as that is safe. Returns where it is, and its size in bytes.
    pub async fn save_file(self: &Rc<Self>, message: MessageId, to: PathBuf) -> Result<(PathBuf, u64), Error> {
        let found = self.fetch_files(message).await?.into_iter().next().ok_or(Error::NoSuchMessage)?;
        let file = found.file.file;
        let from = self.files_folder().join(file.path.as_deref().unwrap_or_default());
        let safe = name::safe(file.name.as_deref(), file.media_type.as_deref());
        let copy = move || intake::copy_out(&from, to, &safe);
        tokio::task::spawn_blocking(copy).await.map_err(|_| Error::Closed)?
    }

    /// Nobody waits for the files of a message any more; one that was to be sent is not.
    pub fn cancel_files(self: &Rc<Self>, message: MessageId) -> Result<(), Error> {
        let (account, row) = self.message(message)?;
        for file in &row.files {
            self.transfers.cancel(file.id);
            if file.file.path.is_none() {
                let changes = vec![Change::File { file: file.id, change: FileChange::Unwanted }];
                self.commit(account, changes)?;
            }
        }
        if row.outgoing && row.files.iter().any(|file| file.file.source.is_none()) {
            self.retract(message)?;
        }
        Ok(())
    }

    /// How far files are that are on their way.
    pub(super) fn with_transfers(&self, row: MessageRow) -> MessageRow {
        let mut row = row;
        for file in &mut row.files {
            file.moved = self.transfers.moved(FileId(file.id));
        }
        row
    }
}

/// The name of a file that is not whole yet.
fn incoming(file: FileId) -> String {
    format!("incoming-{}", file.0)
}

/// Which file a name of one that is not whole belongs to.
fn unfinished(name: &str) -> Option<FileId> {
    name.strip_prefix("incoming-")?.split('.').next()?.parse().ok().map(FileId)
}

/// The name of a file by its contents, with the extension of what its bytes are, so that other programs know it.
fn name_of(sha256: &[u8; 32], beginning: &[u8]) -> String {
    let name = to_hex(sha256);
    let media_type = kind::media_type(beginning.get(..BEGINNING).unwrap_or(beginning), None);
    match kind::extension(media_type) {
        Some(extension) => format!("{name}.{extension}"),
        None => name,
    }
}
