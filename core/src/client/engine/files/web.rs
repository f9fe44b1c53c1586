//! Files in a browser: kept as Blobs, under the names of their contents, and brought over by the browser itself.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use web_sys::Blob;

use super::{destination, intake, is_own};
use crate::client::Error;
use crate::client::engine::Engine;
use crate::client::messages::PageFile;
use crate::file::kind::UNKNOWN;
use crate::file::open::Wanted;
use crate::file::picture::{self, Drawn};
use crate::file::{FileError, name};
use crate::model::attachment::{FileOf, Seen};
use crate::model::changes::FileChange;
use crate::model::file::{FileKey, FileUrl, Slot};
use crate::model::ids::{AccountId, FileId, MessageId};
use crate::platform::blobs::{BlobReader, BlobWriter, Blobs};
use crate::platform::gate::NotWritten;
use crate::platform::task;
use crate::platform::time::Instant;
use crate::sorted::Map;
use crate::transfer::{self, Download, Options, Part, Reach, TransferError, Upload};

/// A file that was kept is not removed for so long, whatever the store says: its message is about to be stored.
const SETTLING: Duration = Duration::from_secs(60);

/// Where files are kept.
pub(crate) struct Kept {
    blobs: Rc<dyn Blobs>,
    settling: RefCell<Map<String, Instant>>,
    /// What has come of files that are not whole yet, as long as this page lives.
    parts: RefCell<Map<FileId, Rc<RefCell<Part>>>>,
}

impl Kept {
    pub fn new(blobs: Rc<dyn Blobs>) -> Kept {
        Kept { blobs, settling: RefCell::default(), parts: RefCell::default() }
    }

    async fn file(&self, name: &str) -> Result<Option<Blob>, NotWritten> {
        self.blobs.file(name).await
    }

    async fn keep(&self, name: &str, file: &Blob) -> Result<(), NotWritten> {
        self.settle(name);
        self.blobs.keep(name, file).await
    }

    fn settle(&self, name: &str) {
        let mut settling = self.settling.borrow_mut();
        settling.retain(|_, since| since.elapsed() < SETTLING);
        settling.insert(name.to_owned(), Instant::now());
    }

    fn remove(&self, name: &str) {
        if self.settling.borrow().get(name).is_none_or(|since| since.elapsed() >= SETTLING) {
            self.blobs.remove(name);
        }
    }
}

impl Engine {
    /// Takes a file in and stores a message with it to be sent. Of a picture that leaves which the page has drawn, upright, of a
    /// sensible size and silent about where it was taken, unless it is to go as it is. A caption follows as a message of its own.
    pub async fn send_file(
        self: &Rc<Self>,
        account: AccountId,
        peer: &str,
        file: (Blob, String),
        caption: Option<String>,
        (as_it_is, drawn): (bool, Option<Drawn>),
    ) -> Result<MessageId, Error> {
        let (chat, body) = destination(peer, caption)?;
        let mut out = BlobWriter::default();
        let mut reader = BlobReader::new(file.0).map_err(|_| Error::FileUnreadable)?;
        let prepare = (!as_it_is).then_some(|bytes: &[u8]| {
            // A browser that cannot draw a picture leaves it to the person to send it as it is.
            drawn.map_or(Err(FileError::PictureDamaged), |drawn| picture::prepare(bytes, drawn))
        });
        let taken = intake::take(&mut reader, Some(&file.1), prepare, &mut out)?;
        let kept = out.blob().map_err(|error| intake::io_error(&error))?;
        self.files.keep(&taken.digest_name, &kept).await?;
        self.send_taken(account, chat, body, taken)
    }

    pub(super) fn remove_unless_used(&self, name: &str) {
        if matches!(self.store.borrow().has_path(name), Ok(false)) {
            self.files.remove(name);
        }
    }

    /// Removes files that no message has.
    pub(in crate::client::engine) fn tidy_files(self: &Rc<Self>) {
        self.remove_gone_files();
        let engine = Rc::clone(self);
        task::spawn_local(async move {
            // What nobody can list stays.
            let names = engine.files.blobs.names().await.unwrap_or_default();
            names.iter().for_each(|name| engine.remove_unless_used(name));
        });
    }

    /// A file of a message, fetched first if it is not here.
    pub async fn page_file(self: &Rc<Self>, message: MessageId, file: FileId) -> Result<PageFile, Error> {
        let found = self.fetch_files(message).await?.into_iter().find(|found| found.file.id == file);
        let file = found.ok_or(Error::NoSuchMessage)?.file.file;
        let path = file.path.as_deref().unwrap_or_default();
        let blob = self.files.file(path).await?;
        let blob = blob.ok_or(Error::FileUnreadable)?;
        // What is shown or played says what it is; anything else a browser only gives out.
        let is_shown = |kind: &&str| ["image/", "audio/", "video/"].iter().any(|shown| kind.starts_with(shown));
        let kind = file.media_type.as_deref().filter(is_shown).unwrap_or(UNKNOWN);
        let typed = blob.slice_with_f64_and_f64_and_content_type(0.0, blob.size(), kind);
        let name = name::safe(file.name.as_deref(), file.media_type.as_deref());
        Ok(PageFile { blob: typed.map_err(|_| Error::FileUnreadable)?, name, media_type: file.media_type })
    }

    /// Puts a file that is kept into its slot; its key, if it is encrypted.
    pub(super) async fn put_file(
        self: &Rc<Self>,
        found: &FileOf,
        (name, size): (&str, u64),
        slot: &Slot,
        encrypt: bool,
    ) -> Result<Option<FileKey>, TransferError> {
        let source = self.files.file(name).await?.ok_or(TransferError::SourceChanged)?;
        let options = self.way(found.account, &slot.put, true)?;
        let media_type = found.file.file.media_type.as_deref();
        let upload = Upload { source: &source, size, slot, media_type, encrypt };
        transfer::upload(&options, &upload, &mut self.progress_of(found)).await
    }

    /// Fetches a file and keeps it; the name of its contents, and what was seen of them.
    pub(super) async fn get_file(
        self: &Rc<Self>,
        found: &FileOf,
        url: &FileUrl,
        wanted: &Wanted,
        largest: u64,
    ) -> Result<(String, Seen), TransferError> {
        let options = self.way(found.account, url, false)?;
        let part = self.part_of(found.file.id);
        let download = Download { url, wanted, largest, part: &part };
        let (blob, digest) = transfer::download(&options, &download, &mut self.progress_of(found)).await?;
        let (name, seen) = intake::look(&mut BlobReader::new(blob.clone())?, &digest)?;
        self.files.keep(&name, &blob).await?;
        Ok((name, seen))
    }

    /// What has come of a file before. Those of others go that nobody can ask for any more.
    fn part_of(&self, file: FileId) -> Rc<RefCell<Part>> {
        let mut parts = self.files.parts.borrow_mut();
        parts.retain(|id, _| self.store.borrow().file(*id).is_ok_and(|known| known.file.file.path.is_none()));
        Rc::clone(parts.entry(file).or_default())
    }

    /// A file is whole, right, and kept.
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "elsewhere it gets its name now")]
    pub(super) fn arrived(&self, _: FileId, path: String, seen: Seen) -> Result<FileChange, TransferError> {
        Ok(FileChange::Here { path, seen })
    }

    /// Where files may be asked for. A browser's names cannot be looked at here; what it lets a page ask is its own matter.
    fn way(&self, account: AccountId, url: &FileUrl, is_ours: bool) -> Result<Options, TransferError> {
        let account = self.store.borrow().account(account).map_err(|_| TransferError::Unreachable)?;
        let is_ours = is_ours || is_own(&account, url);
        let private = is_ours || account.connection.websocket.is_some();
        Ok(Options {
            reach: Reach { private, http_on_loopback: is_ours && account.is_served_here() },
            ..Options::default()
        })
    }
}
