//! Applies one [`Changes`] in one transaction.

mod account;
mod archive;
mod arrive;
mod cache;
mod chats;
mod contacts;
mod dedupe;
mod delivery;
mod edits;
mod files;
mod finish;
mod omemo;
mod outbox;
mod place;
mod read;
mod row;
mod send;
mod step;
mod trust;
mod walk;

use rusqlite::TransactionBehavior;

use step::Step;

use super::{Result, Store};
use crate::model::changes::{Applied, Change, Changes};
use crate::model::message::Way;

impl Store {
    /// Applies one set of changes, all or nothing. When this returns, the changes are on the disk.
    ///
    /// # Errors
    /// Those of writing, and [`super::StoreError::NoSuchAccount`], `NoSuchChat`, `NoSuchMessage`, `NotYours`, `BadValue` for
    /// what the person asked; nothing is changed then.
    pub fn apply(&mut self, changes: &Changes) -> Result<Applied> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut step = Step::new(&tx, changes)?;
        step.run(&changes.list)?;
        let (applied, erased) = step.finish()?;
        tx.commit()?;
        if erased {
            self.wipe_log();
        }
        Ok(applied)
    }
}

/// True if this is an item of an older page.
fn is_older(change: &Change) -> bool {
    matches!(change, Change::Arrived { message, .. } if message.way == Way::ArchiveOlder)
}

impl Step<'_> {
    /// Holes first, because they decide what the page's rows stand behind. The items of an older page are taken newest
    /// first: each finds its place before the one that follows it.
    fn run(&mut self, list: &[Change]) -> Result<()> {
        self.foresee(list)?;
        let mut older = list.iter().rev().filter(|change| is_older(change)).peekable();
        for change in list {
            if is_older(change) {
                older.by_ref().try_for_each(|change| self.change(change))?;
            } else {
                self.change(change)?;
            }
        }
        Ok(())
    }

    fn change(&mut self, change: &Change) -> Result<()> {
        match change {
            Change::Arrived { message, receipt } => self.arrived(message, receipt.as_deref()),
            Change::Send { chat, stanza_id, payload } => self.send(chat, stanza_id, payload),
            Change::InFlight { item, number, encryption } => self.in_flight(*item, *number, *encryption),
            Change::Acknowledged { number } => self.acknowledged(*number),
            Change::Resumed { number } => self.resumed(*number),
            Change::SessionLost => self.session_lost(),
            Change::ArchiveForgot => self.archive_forgot(),
            Change::ArchiveEmpty => self.archive_empty(),
            Change::RequeueUnsure => self.requeue_unsure(),
            Change::Settle => self.settle(),
            Change::Failed { item, reason } => self.failed(*item, *reason),
            Change::Retry { message } => self.retry(*message),
            Change::Session(session) => self.session(session.as_ref()),
            Change::ArchiveNewest { id, stamp } => self.archive_newest(id, *stamp),
            Change::Recent => {
                self.recent = true;
                Ok(())
            }
            // Found before the rows: see `foresee`.
            Change::HoleFound { .. } => Ok(()),
            Change::HoleFilled { hole, newer } => self.hole_filled(*hole, newer.as_ref()),
            Change::ChatComplete { chat } => self.chat_complete(chat),
            Change::Read { chat, message, marker } => self.read(*chat, *message, *marker),
            Change::ReadPublished { chat, archive_id } => self.read_published(*chat, archive_id),
            Change::ReadElsewhere { chat, archive_id } => self.read_elsewhere(chat, archive_id),
            Change::Draft { chat, text } => self.draft(*chat, text),
            Change::ChatSettings { chat, muted_until, archived, pinned, encryption } => {
                self.chat_settings(*chat, *muted_until, *archived, *pinned)?;
                self.chat_encryption(*chat, *encryption)
            }
            Change::OpenChat { peer } => self.open_chat(peer),
            Change::RemoveChat { chat } => self.remove_chat(*chat),
            other => self.account_change(other),
        }
    }

    fn account_change(&mut self, change: &Change) -> Result<()> {
        match change {
            Change::Roster { version, items } => self.roster(version.as_deref(), items),
            Change::RosterItem { version, item, jid } => self.roster_item(version.as_deref(), item.as_ref(), jid),
            Change::SubscriptionRequest { jid, nick, pending } => self.request(jid, nick.as_deref(), *pending),
            Change::BlockList(jids) => self.block_list(jids),
            Change::Blocked { jids, blocked } => self.blocked(jids, *blocked),
            Change::Nickname { jid, nick } => self.nickname(jid, nick.as_deref()),
            Change::AvatarOf { jid, hash } => self.avatar_of(jid, hash.as_deref()),
            Change::AvatarImage(avatar) => self.avatar_image(avatar),
            Change::Capabilities { key, info } => self.capabilities(key, info),
            Change::Connection(connection) => self.connection(connection),
            Change::LoggedIn { best_mechanism, resource } => self.logged_in(*best_mechanism, resource),
            Change::Enabled(enabled) => self.enabled(*enabled),
            Change::Omemo(change) => self.omemo(change),
            Change::File { file, change } => self.file(*file, change),
            // All others are in `change`.
            _ => Ok(()),
        }
    }
}
