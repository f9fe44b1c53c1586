//! The folder of files: taken in, settled under the name of their contents, given out, and removed.

use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::intake;
use crate::client::Error;
use crate::client::engine::messages::sendable;
use crate::client::engine::{Engine, address};
use crate::file::kind::{self, BEGINNING};
use crate::file::name;
use crate::model::attachment::Wanted;
use crate::model::changes::Change;
use crate::model::ids::{AccountId, FileId, MessageId};
use crate::model::outbox::Payload;
use crate::model::trust::to_hex;
use crate::platform::{self, task};
use crate::store::FILES;

impl Engine {
    /// The folder of files.
    pub(super) fn files_folder(&self) -> PathBuf {
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
        let taken = task::aside(taken).await.map_err(|_| Error::Closed)??;
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
    pub(super) fn settle(&self, from: &Path, name: &str) -> std::io::Result<()> {
        fs::rename(from, self.files_folder().join(name))
    }

    pub(super) fn remove_unless_used(&self, path: &str) {
        if matches!(self.store.borrow().has_path(path), Ok(false)) {
            // What stays behind is removed at the next start.
            let _ = fs::remove_file(self.files_folder().join(path));
        }
    }

    /// Removes what a process before this one left in the folder: half files of messages that are gone, files that no message
    /// ever had. What may go on is kept.
    pub(in crate::client::engine) fn tidy_files(&self) {
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

    /// Gives a copy of a message's file to a place outside: a file of that name, or, if that is a folder, one in it whose name is
    /// the file's own as far as that is safe. Returns where it is, and its size in bytes.
    pub async fn save_file(self: &Rc<Self>, message: MessageId, to: PathBuf) -> Result<(PathBuf, u64), Error> {
        let found = self.fetch_files(message).await?.into_iter().next().ok_or(Error::NoSuchMessage)?;
        let file = found.file.file;
        let from = self.files_folder().join(file.path.as_deref().unwrap_or_default());
        let safe = name::safe(file.name.as_deref(), file.media_type.as_deref());
        let copy = move || intake::copy_out(&from, to, &safe);
        task::aside(copy).await.map_err(|_| Error::Closed)?
    }
}

/// The name of a file that is not whole yet.
pub(super) fn incoming(file: FileId) -> String {
    format!("incoming-{}", file.0)
}

/// Which file a name of one that is not whole belongs to.
fn unfinished(name: &str) -> Option<FileId> {
    name.strip_prefix("incoming-")?.split('.').next()?.parse().ok().map(FileId)
}

/// The name of a file by its contents, with the extension of what its bytes are, so that other programs know it.
pub(super) fn name_of(sha256: &[u8; 32], beginning: &[u8]) -> String {
    let name = to_hex(sha256);
    let media_type = kind::media_type(beginning.get(..BEGINNING).unwrap_or(beginning), None);
    match kind::extension(media_type) {
        Some(extension) => format!("{name}.{extension}"),
        None => name,
    }
}
