//! Pages of a chat, and where something is missing in it.

use rusqlite::{OptionalExtension as _, params};

use super::messages::{Found, MESSAGE};
use super::{Page, Queries};
use crate::model::ids::{ChatId, MessageId};
use crate::model::message::Place;
use crate::store::{Result, StoreError};

impl Queries {
    /// The newest texts of a chat, or those before one of its texts; oldest first.
    ///
    /// # Errors
    /// [`StoreError::NoSuchMessage`] if `before` is not in that chat.
    pub fn timeline(&self, chat: ChatId, before: Option<MessageId>, limit: u32) -> Result<Page> {
        let (position, id) = match before {
            None => (i64::MAX, i64::MAX),
            Some(id) => self
                .db
                .prepare_cached("SELECT position FROM message WHERE id = ?1 AND chat = ?2")?
                .query_row(params![id.0, chat.0], |row| Ok((row.get(0)?, id.0)))
                .optional()?
                .ok_or(StoreError::NoSuchMessage)?,
        };
        let sql = format!(
            "{MESSAGE} WHERE m.chat = ?1 AND m.position <= ?2 AND (m.position < ?2 OR m.id < ?3) AND m.kind = 0
             ORDER BY m.position DESC, m.id DESC LIMIT ?4"
        );
        let mut statement = self.db.prepare_cached(&sql)?;
        // One more row than wanted shows what the first one follows.
        let mut rows = statement.query(params![chat.0, position, id, i64::from(limit) + 1])?;
        let mut found = Vec::with_capacity(limit as usize + 1);
        while let Some(row) = rows.next()? {
            found.push(self.read_message(row)?);
        }
        found.reverse();
        let holes = self.open_holes(chat)?;
        mark_gaps(&mut found, &holes);
        let has_older = found.len() > limit as usize;
        let rows = found.into_iter().skip(usize::from(has_older)).map(|found| found.message).collect();
        Ok(Page { rows, complete: !has_older && holes.is_empty() && self.begins_here(chat)? })
    }

    /// Whether the beginning of a chat is here: its archive was read to the beginning, or the account's was.
    fn begins_here(&self, chat: ChatId) -> Result<bool> {
        let sql = "SELECT chat.complete OR account.newest_id IS NOT NULL
                   FROM chat JOIN account ON account.id = chat.account WHERE chat.id = ?1";
        Ok(self.db.prepare_cached(sql)?.query_row([chat.0], |row| row.get(0)).optional()?.unwrap_or(false))
    }

    /// Whether something is missing before one row.
    pub(super) fn mark_gap(&self, found: &mut Found) -> Result<()> {
        let message = &found.message;
        let holes = self.open_holes(message.chat)?;
        if holes.is_empty() {
            return Ok(());
        }
        let sql = "SELECT after_hole, place FROM message WHERE chat = ?1 AND position <= ?2
                   AND (position < ?2 OR id < ?3) AND kind = 0 ORDER BY position DESC, id DESC LIMIT 1";
        let before = self
            .db
            .prepare_cached(sql)?
            .query_row(params![message.chat.0, message.position, message.id.0], |row| {
                Ok(if row.get::<_, i64>(1)? == 2 { i64::MAX } else { row.get(0)? })
            })
            .optional()?;
        let after = stretch(found);
        found.message.gap_before = holes.iter().any(|hole| *hole <= after && before.is_none_or(|b| b < *hole));
        Ok(())
    }
}

/// The newest hole before a row. What floats stands after all of them.
fn stretch(found: &Found) -> i64 {
    if found.message.place == Place::Floating { i64::MAX } else { found.after_hole }
}

/// Marks the rows of a stretch before which something is missing. What is before its first row is not known here: that
/// row is either the chat's first one, or the one that is not shown.
fn mark_gaps(found: &mut [Found], holes: &[i64]) {
    let mut before = None;
    for row in found {
        let after = stretch(row);
        row.message.gap_before = holes.iter().any(|hole| *hole <= after && before.is_none_or(|b| b < *hole));
        before = Some(after);
    }
}
