//! The end of a transaction: the search index, the rows of the chat list, the account's counters.

use rusqlite::{OptionalExtension as _, params};

use super::step::Step;
use crate::model::changes::Applied;
use crate::model::ids::ChatId;
use crate::store::queries::preview;
use crate::store::{Result, search};

/// Messages of one microsecond that still stand in the order of their rows in the index.
const SAME_TIME: i64 = 1024;

/// What the list shows of a chat's last text and its unread ones.
#[derive(Default, PartialEq)]
struct Summary {
    last: Option<i64>,
    time: i64,
    preview: String,
    outgoing: bool,
    delivery: i64,
    retracted: bool,
    encryption: i64,
    file: Option<String>,
    unread: i64,
}

impl Step<'_> {
    /// Brings everything that is derived up to date. The result, and whether something is to vanish from the file.
    pub(super) fn finish(mut self) -> Result<(Applied, bool)> {
        self.flush_index()?;
        for chat in std::mem::take(&mut self.touched) {
            self.summarise(chat)?;
        }
        self.db
            .prepare_cached("UPDATE account SET top = ?2, floats = ?3, last_hole = ?4 WHERE id = ?1 AND (top, floats, last_hole) IS NOT (?2, ?3, ?4)")?
            .execute(params![self.account.0, self.top, self.floats, self.last_hole])?;
        for id in std::mem::take(&mut self.fresh) {
            if self.db.prepare_cached("SELECT 1 FROM message WHERE id = ?1 AND unread = 1")?.exists([id.0])? {
                self.applied.notify.push(id);
            }
        }
        if self.erased {
            self.applied.files_gone |= self.db.prepare_cached("SELECT 1 FROM file_gone")?.exists([])?;
        }
        let news = !self.applied.messages.is_empty() || !self.applied.chats.is_empty();
        self.applied.duplicate &= !(news || self.applied.outbox || self.applied.contacts);
        Ok((self.applied, self.erased))
    }

    /// The index wants its rows in ascending order: each step back makes it write what it has gathered.
    pub(super) fn flush_index(&mut self) -> Result<()> {
        for (key, reindex) in std::mem::take(&mut self.reindex) {
            if let Some(old) = reindex.indexed.filter(|old| !old.is_empty()) {
                search::remove(self.db, key, reindex.chat, &old)?;
            }
            let body = match reindex.body {
                Some(body) => Some(body),
                None => self.text_value("SELECT body FROM message WHERE id = ?1", [reindex.row])?,
            };
            if let Some(body) = body.filter(|body| !body.is_empty()) {
                search::insert(self.db, key, reindex.chat, &body)?;
            }
        }
        Ok(())
    }

    /// The key of a text in the index: its time, made unique.
    pub(super) fn search_key(&self, time: i64, id: i64) -> Result<i64> {
        let mut key = time * SAME_TIME + id % SAME_TIME;
        while self.db.prepare_cached("SELECT 1 FROM message WHERE search_key = ?1")?.exists([key])? {
            key += 1;
        }
        Ok(key)
    }

    fn summarise(&mut self, chat: ChatId) -> Result<()> {
        let mut new = self.last_text(chat)?.unwrap_or_default();
        let unread = "SELECT count(*) FROM message WHERE chat = ?1 AND unread = 1";
        new.unread = self.number(unread, [chat.0])?.unwrap_or(0);
        if self.shown_summary(chat)? == new {
            return Ok(());
        }
        let sql =
            "UPDATE chat SET last = ?2, last_time = ?3, last_preview = ?4, last_outgoing = ?5, last_delivery = ?6,
                   last_retracted = ?7, last_encryption = ?8, unread = ?9, last_file = ?10 WHERE id = ?1";
        self.db.prepare_cached(sql)?.execute(params![
            chat.0,
            new.last,
            new.time,
            new.preview,
            new.outgoing,
            new.delivery,
            new.retracted,
            new.encryption,
            new.unread,
            new.file
        ])?;
        self.list_changed(chat);
        Ok(())
    }

    fn last_text(&self, chat: ChatId) -> Result<Option<Summary>> {
        let sql = "SELECT id, time, body, outgoing, delivery, retracted, encryption, files FROM message
                   WHERE chat = ?1 AND kind = 0 ORDER BY position DESC, id DESC LIMIT 1";
        let found = self.db.prepare_cached(sql)?.query_row([chat.0], |row| {
            Ok((
                Summary {
                    last: Some(row.get(0)?),
                    time: row.get(1)?,
                    preview: preview(&row.get::<_, String>(2)?),
                    outgoing: row.get(3)?,
                    delivery: row.get(4)?,
                    retracted: row.get(5)?,
                    encryption: row.get(6)?,
                    file: None,
                    unread: 0,
                },
                row.get::<_, i64>(7)?,
            ))
        });
        let Some((mut summary, files)) = found.optional()? else { return Ok(None) };
        if files > 0 {
            let sql =
                "SELECT coalesce(media_type, ''), coalesce(name, '') FROM file WHERE message = ?1 ORDER BY id LIMIT 1";
            let (media_type, name): (String, String) =
                self.db.prepare_cached(sql)?.query_row([summary.last], |row| Ok((row.get(0)?, row.get(1)?)))?;
            summary.file = Some(media_type);
            if summary.preview.is_empty() {
                summary.preview = preview(&name);
            }
        }
        Ok(Some(summary))
    }

    fn shown_summary(&self, chat: ChatId) -> Result<Summary> {
        let sql = "SELECT last, last_time, last_preview, last_outgoing, last_delivery, last_retracted, last_encryption, unread,
                   last_file
                   FROM chat WHERE id = ?1";
        Ok(self.db.prepare_cached(sql)?.query_row([chat.0], |row| {
            Ok(Summary {
                last: row.get(0)?,
                time: row.get(1)?,
                preview: row.get(2)?,
                outgoing: row.get(3)?,
                delivery: row.get(4)?,
                retracted: row.get(5)?,
                encryption: row.get(6)?,
                unread: row.get(7)?,
                file: row.get(8)?,
            })
        })?)
    }
}
