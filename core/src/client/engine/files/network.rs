//! How a file gets from the folder of files onto the network and back.

use std::fs::File;
use std::rc::Rc;

use super::intake;
use crate::client::engine::Engine;
use crate::file::open::Wanted as Expectation;
use crate::model::attachment::{FileOf, Seen, Source, Wanted};
use crate::model::changes::FileChange;
use crate::model::file::{Expected, FileUrl, Slot};
use crate::model::ids::{AccountId, FileId};
use crate::platform::task;
use crate::transfer::{self, Download, Options, Reach, TransferError, Upload, Web};
use crate::transport;

impl Engine {
    pub(super) async fn put(
        self: &Rc<Self>,
        found: &FileOf,
        slot: &Slot,
        encrypt: bool,
    ) -> Result<Source, TransferError> {
        let file = &found.file.file;
        let (Some(path), Some(size)) = (&file.path, file.expected.size) else {
            return Err(TransferError::SourceChanged);
        };
        let web = self.web(found.account, &slot.put, true).await?;
        let source = self.files_folder().join(path);
        let upload = Upload { source: &source, size, slot, media_type: file.media_type.as_deref(), encrypt };
        let mut progress = self.progress_of(found);
        let uploaded = transfer::upload(&web, &upload, &mut progress).await?;
        Ok(Source { url: slot.get.clone(), key: uploaded.key, encrypted: Expected::default() })
    }

    /// Fetches a file; the name of its contents, and what was seen of them.
    pub(super) async fn get(self: &Rc<Self>, found: &FileOf) -> Result<(String, Seen), TransferError> {
        let file = &found.file.file;
        let source = file.source.as_ref().ok_or(TransferError::Gone)?;
        let folder = self.files_folder();
        let place = folder.join(incoming(found.file.id));
        task::aside(move || std::fs::create_dir_all(folder)).await.map_err(|_| TransferError::Unreachable)??;
        let web = self.web(found.account, &source.url, false).await?;
        let wanted =
            Expectation { key: source.key.clone(), file: file.expected.clone(), encrypted: source.encrypted.clone() };
        let by_itself = found.file.wanted == Wanted::ByItself;
        let largest = if by_itself { self.options.fetch_files_up_to } else { u64::MAX };
        let download = Download { url: &source.url, wanted: &wanted, largest, place: &place };
        let digest = transfer::download(&web, &download, &mut self.progress_of(found)).await?;
        let looked = move || intake::look(&mut File::open(place)?, &digest);
        Ok(task::aside(looked).await.map_err(|_| TransferError::Unreachable)??)
    }

    /// A file is whole and right: it gets the name of its contents.
    pub(super) fn arrived(&self, id: FileId, path: String, seen: Seen) -> Result<FileChange, TransferError> {
        self.settle(&self.files_folder().join(incoming(id)), &path)?;
        Ok(FileChange::Here { path, seen })
    }

    /// The way to a file. Whoever runs a server in a network of his own, and says so in the account's settings, has his
    /// neighbours there as well. An account's pinned certificate is its own server's.
    async fn web(&self, account: AccountId, url: &FileUrl, is_ours: bool) -> Result<Web, TransferError> {
        let account = self.store.borrow().account(account).map_err(|_| TransferError::Unreachable)?;
        let is_here = account.is_served_here();
        let mut settings = account.connection;
        let domain = account.jid.domain().as_str();
        let is_ours = is_ours || url.host() == domain || url.host().ends_with(&format!(".{domain}"));
        if !is_ours {
            settings.pinned = None;
        }
        let is_private = settings.server.is_some() || settings.ca.is_some() || settings.dns.is_some();
        let reach = Reach { private: is_ours || is_private, http_on_loopback: is_ours && is_here };
        let made = move || {
            let https = transport::https(&settings).map_err(|_| TransferError::Certificate)?;
            Web::new(https.tls, https.names, Options { reach, ..Options::default() })
        };
        task::aside(made).await.map_err(|_| TransferError::Unreachable)?
    }
}

/// The name of a file that is not whole yet.
pub(super) fn incoming(file: FileId) -> String {
    format!("incoming-{}", file.0)
}
