//! How a file gets from the folder of files onto the network and back.

use std::fs::File;
use std::rc::Rc;

use super::{intake, is_own};
use crate::client::engine::Engine;
use crate::file::open::Wanted;
use crate::model::attachment::{FileOf, Seen};
use crate::model::changes::FileChange;
use crate::model::file::{FileKey, FileUrl, Slot};
use crate::model::ids::{AccountId, FileId};
use crate::platform::task;
use crate::transfer::{self, Download, Options, Reach, TransferError, Upload, Web};
use crate::transport;

impl Engine {
    /// Puts a file of the folder into its slot; its key, if it is encrypted.
    pub(super) async fn put_file(
        self: &Rc<Self>,
        found: &FileOf,
        (path, size): (&str, u64),
        slot: &Slot,
        encrypt: bool,
    ) -> Result<Option<FileKey>, TransferError> {
        let web = self.web(found.account, &slot.put, true).await?;
        let source = self.files_folder().join(path);
        let media_type = found.file.file.media_type.as_deref();
        let upload = Upload { source: &source, size, slot, media_type, encrypt };
        Ok(transfer::upload(&web, &upload, &mut self.progress_of(found)).await?.key)
    }

    /// Fetches a file into the folder; the name of its contents, and what was seen of them.
    pub(super) async fn get_file(
        self: &Rc<Self>,
        found: &FileOf,
        url: &FileUrl,
        wanted: &Wanted,
        largest: u64,
    ) -> Result<(String, Seen), TransferError> {
        let folder = self.files_folder();
        let place = folder.join(incoming(found.file.id));
        task::aside(move || std::fs::create_dir_all(folder)).await.map_err(|_| TransferError::Unreachable)??;
        let web = self.web(found.account, url, false).await?;
        let download = Download { url, wanted, largest, place: &place };
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
        let is_ours = is_ours || is_own(&account, url);
        let is_here = account.is_served_here();
        let mut settings = account.connection;
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
