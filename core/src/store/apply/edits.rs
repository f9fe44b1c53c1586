//! Corrections, retractions and reactions: rows that change another row. Each is bound to its text when both are here; the
//! text is then what the last of its changes in the chat's order says.

use rusqlite::params;

use super::row::{self, Row, select_row};
use super::step::Step;
use crate::model::ids::ChatId;
use crate::model::message::Place;
use crate::store::Result;
use crate::store::codes::Kind;

impl Step<'_> {
    /// A new change looks for its text. Without one it waits.
    pub(super) fn bind_change(&mut self, change: &Row) -> Result<()> {
        let Some(name) = change.target.as_deref() else { return Ok(()) };
        let mut best: Option<(i64, Row)> = None;
        for candidate in self.named(change.chat, name)? {
            let text = match candidate.kind {
                Kind::Text => candidate.id,
                // Some clients correct the correction instead of the first version.
                Kind::Correction => candidate.target_row.unwrap_or(0),
                Kind::Retraction | Kind::Reactions => 0,
            };
            if text == 0 || candidate.id == change.id || !may_change(change, &candidate) {
                continue;
            }
            if best.as_ref().is_none_or(|(_, known)| is_nearer(change, &candidate, known)) {
                best = Some((text, candidate));
            }
        }
        match best {
            Some((text, _)) => self.bind(change, text),
            None => {
                self.chat(change.chat)?.has_waiting = Some(true);
                Ok(())
            }
        }
    }

    fn has_waiting_changes(&mut self, chat: ChatId) -> Result<bool> {
        if let Some(known) = self.chat(chat)?.has_waiting {
            return Ok(known);
        }
        let sql = "SELECT 1 FROM message WHERE chat = ?1 AND kind > 0 AND target_row IS NULL";
        let waits = self.db.prepare_cached(sql)?.exists([chat.0])?;
        self.chat(chat)?.has_waiting = Some(waits);
        Ok(waits)
    }

    /// A new text, or new names of one: changes that waited for it are bound to it.
    pub(super) fn bind_waiting_changes(&mut self, text: &Row) -> Result<()> {
        if !self.has_waiting_changes(text.chat)? {
            return Ok(());
        }
        for name in text.names() {
            let sql =
                select_row!("WHERE chat = ?1 AND target = ?2 AND kind > 0 AND target_row IS NULL ORDER BY position");
            for change in self.rows(sql, params![text.chat.0, name])? {
                if may_change(&change, text) {
                    self.bind(&change, text.id)?;
                }
            }
        }
        Ok(())
    }

    fn bind(&mut self, change: &Row, text: i64) -> Result<()> {
        self.db
            .prepare_cached("UPDATE message SET target_row = ?2 WHERE id = ?1")?
            .execute(params![change.id, text])?;
        self.changed(change, text)
    }

    /// A change came, moved or went: its text may look different.
    fn changed(&mut self, change: &Row, text: i64) -> Result<()> {
        if change.kind == Kind::Reactions {
            self.db.prepare_cached("UPDATE message SET reacted = 1 WHERE id = ?1 AND reacted = 0")?.execute([text])?;
            self.show(text, change.chat);
            return Ok(());
        }
        self.recompute(text)
    }

    /// A change got another place among the others of its text.
    pub(super) fn moved_change(&mut self, change: &Row) -> Result<()> {
        match change.target_row {
            Some(text) => self.changed(change, text),
            None => Ok(()),
        }
    }

    /// A change of ours did not reach anybody: it is undone. What was taken back stays so: its text is gone.
    pub(super) fn undo_change(&mut self, change: &Row) -> Result<()> {
        if change.kind == Kind::Retraction {
            return Ok(());
        }
        self.db.prepare_cached("DELETE FROM message WHERE id = ?1")?.execute([change.id])?;
        self.moved_change(change)
    }

    /// What a text says after all its changes.
    pub(super) fn recompute(&mut self, text: i64) -> Result<()> {
        let retraction = "SELECT 1 FROM message WHERE target_row = ?1 AND kind = 2";
        if self.db.prepare_cached(retraction)?.exists([text])? {
            return self.erase(text);
        }
        let (body, original, key): (String, Option<String>, i64) = self
            .db
            .prepare_cached("SELECT body, original, search_key FROM message WHERE id = ?1")?
            .query_row([text], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let sql = "SELECT body FROM message WHERE target_row = ?1 AND kind = 1 ORDER BY position DESC, id DESC LIMIT 1";
        let mut statement = self.db.prepare_cached(sql)?;
        let mut corrections = statement.query([text])?;
        let correction: Option<String> = corrections.next()?.map(|row| row.get(0)).transpose()?;
        let (edited, new, kept) = match (correction, original) {
            (Some(new), original) => (true, new, Some(original.unwrap_or_else(|| body.clone()))),
            (None, Some(original)) => (false, original, None),
            (None, None) => return Ok(()),
        };
        let sql =
            "UPDATE message SET body = ?2, original = ?3, edited = ?4 WHERE id = ?1 AND (body, edited) IS NOT (?2, ?4)";
        if self.db.prepare_cached(sql)?.execute(params![text, new, kept, edited])? > 0
            && let Some(row) = self.row(text)?
        {
            self.reindex(key, text, row.chat, Some(&body));
            self.show(text, row.chat);
        }
        Ok(())
    }

    /// A text was taken back: nothing of it stays, nor of its corrections.
    fn erase(&mut self, text: i64) -> Result<()> {
        let erased = self
            .db
            .prepare_cached(
                "UPDATE message SET body = '', digest = NULL WHERE target_row = ?1 AND kind = 1 AND body <> ''",
            )?
            .execute([text])?;
        self.erased |= erased > 0;
        let sql = "SELECT body, search_key, chat FROM message WHERE id = ?1 AND retracted = 0";
        let mut statement = self.db.prepare_cached(sql)?;
        let mut rows = statement.query([text])?;
        let Some(found) = rows.next()? else { return Ok(()) };
        let (body, key, chat): (String, i64, i64) = (found.get(0)?, found.get(1)?, found.get(2)?);
        let chat = ChatId(chat);
        self.db
            .prepare_cached(
                "UPDATE message SET body = '', original = NULL, digest = NULL, edited = 0, retracted = 1 WHERE id = ?1",
            )?
            .execute([text])?;
        self.db.prepare_cached("UPDATE outbox SET quoted = NULL WHERE message = ?1")?.execute([text])?;
        self.forget_files(text)?;
        self.reindex(key, text, chat, Some(&body));
        self.show(text, chat);
        self.erased = true;
        Ok(())
    }

    /// Rows of a chat with this stanza or origin id.
    pub(super) fn named(&self, chat: ChatId, name: &str) -> Result<Vec<Row>> {
        let mut found = self.rows(select_row!("WHERE chat = ?1 AND stanza_id = ?2"), params![chat.0, name])?;
        found.extend(self.rows(select_row!("WHERE chat = ?1 AND origin_id = ?2"), params![chat.0, name])?);
        Ok(found)
    }

    /// All rows of a query of [`select_row`].
    pub(super) fn rows(&self, sql: &str, parameters: impl rusqlite::Params) -> Result<Vec<Row>> {
        let mut statement = self.db.prepare_cached(sql)?;
        let mut rows = statement.query(parameters)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(row::read(row)?);
        }
        Ok(found)
    }
}

/// Only the sender may change a text; both sides may react to it. A text that certainly came later has the same id by
/// chance.
fn may_change(change: &Row, text: &Row) -> bool {
    let rightful = change.kind == Kind::Reactions || change.outgoing == text.outgoing;
    let certain = change.place == Place::Fixed && text.place == Place::Fixed;
    rightful && !(certain && text.position > change.position)
}

/// Of texts with the same id the last one before the change is meant, else the first one after it.
fn is_nearer(change: &Row, candidate: &Row, known: &Row) -> bool {
    match (candidate.position <= change.position, known.position <= change.position) {
        (true, true) => candidate.position > known.position,
        (false, false) => candidate.position < known.position,
        (before, _) => before,
    }
}

impl Row {
    /// The ids by which others refer to it.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        [self.stanza.as_deref(), self.origin.as_deref()].into_iter().flatten()
    }
}
