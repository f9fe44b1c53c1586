//! How far the archive was read, and the holes in what is here.

use jid::BareJid;
use rusqlite::{OptionalExtension as _, params};

use super::step::Step;
use crate::model::Micros;
use crate::model::changes::Change;
use crate::model::ids::ChatId;
use crate::model::message::Way;
use crate::store::Result;

impl Step<'_> {
    /// What has to be known before the first row is placed: holes that were found, and the one that a page fills.
    pub(super) fn foresee(&mut self, list: &[Change]) -> Result<()> {
        for change in list {
            match change {
                Change::Arrived { message, .. } if message.way == Way::ArchiveOlder => {
                    self.older_ids.extend(message.ids.archive.clone());
                }
                Change::Arrived { message, .. } => self.is_page |= message.way == Way::Archive,
                Change::HoleFound { chat, newer, newer_stamp, older_stamp } => {
                    self.hole_found(*chat, newer, *newer_stamp, *older_stamp)?;
                }
                Change::HoleFilled { hole, .. } => {
                    let sql = "SELECT history FROM hole WHERE id = ?1 AND account = ?2";
                    let history = self.number(sql, params![hole, self.account.0])?;
                    self.filling = history.map(|_| *hole);
                    self.is_history = history != Some(0);
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn hole_found(
        &mut self,
        chat: Option<ChatId>,
        newer: &str,
        newer_stamp: Micros,
        older_stamp: Option<Micros>,
    ) -> Result<()> {
        let sql = "SELECT id FROM hole WHERE account = ?1 AND chat IS ?2 AND newer = ?3";
        let chat_id = chat.map(|chat| chat.0);
        if let Some(hole) = self.number(sql, params![self.account.0, chat_id, newer])? {
            self.found_hole = Some(hole);
            return Ok(());
        }
        self.db
            .prepare_cached(
                "INSERT INTO hole (account, chat, newer, newer_stamp, older_stamp, history)
                 SELECT ?1, ?2, ?3, ?4, ?5, newest_id IS NULL AND ?2 IS NULL FROM account WHERE id = ?1",
            )?
            .execute(params![self.account.0, chat_id, newer, newer_stamp, older_stamp])?;
        let hole = self.db.last_insert_rowid();
        self.last_hole = hole;
        match chat {
            None => self.found_hole = Some(hole),
            // The rows behind a hole of one chat are here already.
            Some(chat) => {
                self.db
                    .prepare_cached(
                        "UPDATE message SET after_hole = ?2 WHERE chat = ?1 AND position >=
                         (SELECT position FROM message WHERE chat = ?1 AND archive_id = ?3)",
                    )?
                    .execute(params![chat.0, hole, newer])?;
            }
        }
        Ok(())
    }

    /// A hole became smaller, or is filled.
    pub(super) fn hole_filled(&mut self, hole: i64, newer: Option<&(String, Micros)>) -> Result<()> {
        match newer {
            Some((id, stamp)) => self
                .db
                .prepare_cached("UPDATE hole SET newer = ?3, newer_stamp = ?4 WHERE id = ?1 AND account = ?2")?
                .execute(params![hole, self.account.0, id, stamp])?,
            None => self
                .db
                .prepare_cached("DELETE FROM hole WHERE id = ?1 AND account = ?2")?
                .execute(params![hole, self.account.0])?,
        };
        Ok(())
    }

    /// A hole of the account is filled in one chat: the pages of that chat have reached what was here before it.
    pub(super) fn fill_in_chat(&self, chat: ChatId, hole: i64) -> Result<()> {
        self.db
            .prepare_cached("INSERT OR IGNORE INTO filled (chat, hole) VALUES (?1, ?2)")?
            .execute(params![chat.0, hole])?;
        Ok(())
    }

    /// A chat is here back to its beginning.
    pub(super) fn chat_complete(&mut self, peer: &BareJid) -> Result<()> {
        let chat = self.chat_of(peer)?;
        self.db.prepare_cached("UPDATE chat SET complete = 1 WHERE id = ?1")?.execute([chat.0])?;
        self.db.prepare_cached("DELETE FROM hole WHERE chat = ?1")?.execute([chat.0])?;
        self.db
            .prepare_cached(
                "INSERT OR IGNORE INTO filled (chat, hole) SELECT ?1, id FROM hole WHERE account = ?2 AND chat IS NULL",
            )?
            .execute(params![chat.0, self.account.0])?;
        Ok(())
    }

    /// Everything up to an archive id is here. A page fixes its own rows, one by one: provisional rows behind its end may
    /// still have others before them. When nothing is being read, all rows that have a place are fixed.
    pub(super) fn archive_newest(&mut self, id: &str, stamp: Option<Micros>) -> Result<()> {
        let sql = "UPDATE account SET newest_id = ?2, newest_stamp = coalesce(?3, newest_stamp) WHERE id = ?1";
        self.db.prepare_cached(sql)?.execute(params![self.account.0, id, stamp])?;
        if !self.is_page && !self.catching_up {
            self.db
                .prepare_cached("UPDATE message SET place = 0 WHERE account = ?1 AND place = 1")?
                .execute([self.account.0])?;
        }
        Ok(())
    }

    /// Nothing is in the archive: its beginning is what is known of it.
    pub(super) fn archive_empty(&mut self) -> Result<()> {
        let sql = "UPDATE account SET newest_stamp = 0 WHERE id = ?1 AND newest_id IS NULL AND newest_stamp IS NULL";
        self.db.prepare_cached(sql)?.execute([self.account.0])?;
        Ok(())
    }

    /// One value, if the query has a row.
    pub(super) fn text_value(&self, sql: &str, parameters: impl rusqlite::Params) -> Result<Option<String>> {
        let found = self.db.prepare_cached(sql)?.query_row(parameters, |row| row.get::<_, Option<String>>(0));
        Ok(found.optional()?.flatten())
    }
}
