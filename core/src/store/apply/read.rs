//! How far chats were read, on this device and on our others.

use jid::BareJid;
use rusqlite::params;

use super::row::select_row;
use super::step::Step;
use crate::model::ids::{ChatId, MessageId};
use crate::store::codes::Sends;
use crate::store::{Result, StoreError};

impl Step<'_> {
    /// The person read up to a message here.
    pub(super) fn read(&mut self, chat: ChatId, message: MessageId, marker: bool) -> Result<()> {
        self.chat(chat)?;
        let row = self.text(message.0)?;
        if row.chat != chat {
            return Err(StoreError::NoSuchMessage);
        }
        if self.read_up_to(chat, (row.position, row.id))? {
            self.to_be_published(chat)?;
        }
        if marker { self.mark_displayed(chat, row.position) } else { Ok(()) }
    }

    /// Answers the last message up to a position that asked to know when it is displayed (XEP-0333), once.
    fn mark_displayed(&mut self, chat: ChatId, position: i64) -> Result<()> {
        let sql =
            select_row!("WHERE chat = ?1 AND markable = 1 AND position <= ?2 ORDER BY position DESC, id DESC LIMIT 1");
        let Some(asked) = self.rows(sql, params![chat.0, position])?.into_iter().next() else { return Ok(()) };
        let sql = "SELECT m.position FROM chat JOIN message m ON m.id = chat.marked WHERE chat.id = ?1";
        let told = self.number(sql, [chat.0])?;
        let Some(target) = asked.stanza.filter(|_| told.is_none_or(|told| told < asked.position)) else {
            return Ok(());
        };
        self.db.prepare_cached("UPDATE chat SET marked = ?2 WHERE id = ?1")?.execute(params![chat.0, asked.id])?;
        self.forget_displayed(chat)?;
        self.enqueue_for(chat, Sends::Displayed, &target)
    }

    /// A chat was read up to a row, if it was not read further. True if that was news.
    pub(super) fn read_up_to(&mut self, chat: ChatId, row: (i64, i64)) -> Result<bool> {
        if self.chat(chat)?.read.is_some_and(|read| read >= row) {
            return Ok(false);
        }
        self.set_read(chat, row)?;
        Ok(true)
    }

    /// The row up to which a chat was read is this one, or has this position now.
    pub(super) fn set_read(&mut self, chat: ChatId, row: (i64, i64)) -> Result<()> {
        let before = self.chat(chat)?.read.replace(row);
        let (position, id) = row;
        self.db
            .prepare_cached("UPDATE chat SET read_position = ?2, read_message = ?3 WHERE id = ?1")?
            .execute(params![chat.0, position, id])?;
        self.db
            .prepare_cached(
                "UPDATE message SET unread = 0
                 WHERE chat = ?1 AND unread = 1 AND position <= ?2 AND (position < ?2 OR id <= ?3)",
            )?
            .execute(params![chat.0, position, id])?;
        if let Some((old, old_id)) = before.filter(|before| *before > row) {
            self.db
                .prepare_cached(
                    "UPDATE message SET unread = 1 WHERE chat = ?1 AND kind = 0 AND outgoing = 0
                     AND position BETWEEN ?2 AND ?4 AND (position > ?2 OR id > ?3) AND (position < ?4 OR id <= ?5)",
                )?
                .execute(params![chat.0, position, id, old, old_id])?;
        }
        self.touched.insert(chat);
        Ok(())
    }

    /// Our other devices are to know how far a chat was read here.
    pub(super) fn to_be_published(&self, chat: ChatId) -> Result<()> {
        self.db.prepare_cached("UPDATE chat SET publish = 1 WHERE id = ?1")?.execute([chat.0])?;
        Ok(())
    }

    /// Our other devices can know it (XEP-0490).
    pub(super) fn read_published(&mut self, chat: ChatId, archive_id: &str) -> Result<()> {
        self.chat(chat)?;
        self.db.prepare_cached("UPDATE chat SET published = ?2 WHERE id = ?1")?.execute(params![chat.0, archive_id])?;
        Ok(())
    }

    /// Another device of ours read up to an archive id, which may not be here yet.
    pub(super) fn read_elsewhere(&mut self, peer: &BareJid, archive_id: &str) -> Result<()> {
        let chat = self.chat_of(peer)?;
        self.read_published(chat, archive_id)?;
        let sql = select_row!("WHERE chat = ?1 AND archive_id = ?2");
        match self.rows(sql, params![chat.0, archive_id])?.first() {
            Some(row) => self.read_up_to(chat, (row.position, row.id)).map(|_| ()),
            None => self.remember_elsewhere(chat, Some(archive_id)),
        }
    }

    /// A row has an archive id: another device may have read up to it.
    pub(super) fn archive_id_known(&mut self, chat: ChatId, id: Option<&str>, row: (i64, i64)) -> Result<()> {
        if id.is_none() || self.chat(chat)?.read_elsewhere.as_deref() != id {
            return Ok(());
        }
        self.remember_elsewhere(chat, None)?;
        self.read_up_to(chat, row).map(|_| ())
    }

    fn remember_elsewhere(&mut self, chat: ChatId, archive_id: Option<&str>) -> Result<()> {
        self.chat(chat)?.read_elsewhere = archive_id.map(str::to_owned);
        self.db
            .prepare_cached("UPDATE chat SET read_elsewhere = ?2 WHERE id = ?1")?
            .execute(params![chat.0, archive_id])?;
        Ok(())
    }
}
