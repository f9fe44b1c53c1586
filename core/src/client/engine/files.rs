//! Files of messages on this machine: taken in to be sent, fetched, given out, and removed when their message is gone.

#[cfg(not(target_arch = "wasm32"))]
mod disk;
mod intake;
#[cfg(not(target_arch = "wasm32"))]
mod network;
mod transfers;
#[cfg(target_arch = "wasm32")]
mod web;

use std::rc::Rc;

use jid::BareJid;

use super::messages::sendable;
use super::{Engine, address};
use crate::client::Error;
use crate::model::account::Account;
use crate::model::attachment::{Attachment, FileOf, Wanted};
use crate::model::changes::{Applied, Change, FileChange};
use crate::model::file::FileUrl;
use crate::model::ids::{AccountId, FileId, MessageId};
use crate::model::outbox::Payload;
use crate::platform;
use crate::view::MessageRow;

use intake::Taken;
pub(crate) use transfers::{SIDE_BY_SIDE, Transfers};
#[cfg(target_arch = "wasm32")]
pub(crate) use web::Kept;

/// Where a file goes, and the words behind it.
fn destination(peer: &str, caption: Option<String>) -> Result<(BareJid, String), Error> {
    let words = caption.map(|caption| sendable(&caption)).transpose()?;
    Ok((address(peer)?, words.unwrap_or_default()))
}

/// Whether an address is one of the account's own server.
fn is_own(account: &Account, url: &FileUrl) -> bool {
    let domain = account.jid.domain().as_str();
    url.host() == domain || url.host().ends_with(&format!(".{domain}"))
}

impl Engine {
    /// Stores a message with a file that was taken in, to be sent.
    fn send_taken(
        self: &Rc<Self>,
        account: AccountId,
        chat: BareJid,
        body: String,
        taken: Taken,
    ) -> Result<MessageId, Error> {
        let file = Attachment { path: Some(taken.digest_name.clone()), ..taken.file };
        let payload = Payload::Text { body, reply: None, quoted: None, files: vec![file] };
        let sent = self.commit(account, vec![Change::Send { chat, stanza_id: platform::uuid(), payload }]);
        if sent.is_err() {
            self.remove_unless_used(&taken.digest_name);
        }
        // The file's message, not that of the caption behind it.
        sent?.messages.first().copied().ok_or(Error::NoSuchMessage)
    }

    /// Lets the oldest files go if there are more than people want.
    pub(super) fn keep_within_limit(self: &Rc<Self>) {
        let Some(most) = self.options.keep_files_up_to else { return };
        let changed = self.store.borrow_mut().let_old_files_go(most);
        match changed {
            Ok(accounts) if !accounts.is_empty() => {
                self.remove_gone_files();
                accounts.into_iter().for_each(|account| self.timelines_changed(account));
            }
            Ok(_) => {}
            Err(_) => log::warn!("old files could not be let go"),
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
