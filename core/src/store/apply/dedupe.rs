//! The same message is one row, whichever way and how often it comes.

use rusqlite::params;

use super::row::{self, Row, select_row};
use super::step::Step;
use crate::model::Micros;
use crate::model::ids::ChatId;
use crate::model::message::{Arrived, Encryption};
use crate::store::Result;
use crate::store::codes::Kind;

/// Two arrivals of one incoming stanza lie this far apart at most; ids that come again later are reused ones.
const SAME_ID_WITHIN: Micros = 24 * 60 * 60 * 1_000_000;
/// Two arrivals of one stanza without any id lie this far apart at most: a server's and a device's clock.
const NAMELESS_WITHIN: Micros = 2_000_000;

/// Whether an arrival is here already.
pub(super) enum Known {
    /// It is not.
    No,
    /// It is this row.
    Row(Box<Row>),
    /// It is an earlier attempt of a message that was sent again.
    Retired,
}

/// What recognises an arrival.
pub(super) struct Print {
    pub(super) kind: Kind,
    pub(super) digest: i64,
    /// It cannot be read: nobody knows what it is.
    pub(super) sealed: bool,
}

impl Step<'_> {
    /// Looks for the row of an arrival: by its place in the archive, by the sender's ids, or by what it says. Without a
    /// `print` (it cannot be read here, or not again) only what was written on this device or encrypted is looked for.
    pub(super) fn find_known(&self, chat: ChatId, message: &Arrived, print: Option<&Print>) -> Result<Known> {
        let ids = &message.ids;
        if let Some(archive) = &ids.archive {
            let sql = select_row!("WHERE chat = ?1 AND archive_id = ?2");
            let mut statement = self.db.prepare_cached(sql)?;
            let mut rows = statement.query(params![chat.0, archive])?;
            if let Some(found) = rows.next()? {
                return Ok(Known::Row(Box::new(row::read(found)?)));
            }
        }
        let mut names: Vec<&str> = [&ids.stanza, &ids.origin].into_iter().flatten().map(String::as_str).collect();
        names.dedup();
        for name in &names {
            if let Some(row) = self.by_name(chat, message, print, name)? {
                return Ok(Known::Row(Box::new(row)));
            }
        }
        if message.outgoing && self.is_retired(chat, message)? {
            return Ok(Known::Retired);
        }
        match print {
            Some(print) if names.is_empty() => self.nameless(chat, message, print),
            _ => Ok(Known::No),
        }
    }

    fn by_name(&self, chat: ChatId, message: &Arrived, print: Option<&Print>, name: &str) -> Result<Option<Row>> {
        // Without the sign the order would be had from the index of the order: through the whole chat.
        let by_stanza = select_row!("WHERE chat = ?1 AND stanza_id = ?2 ORDER BY +position DESC");
        let by_origin = select_row!("WHERE chat = ?1 AND origin_id = ?2 ORDER BY +position DESC");
        for sql in [by_stanza, by_origin] {
            let mut statement = self.db.prepare_cached(sql)?;
            let mut rows = statement.query(params![chat.0, name])?;
            while let Some(found) = rows.next()? {
                let row = row::read(found)?;
                if is_same(&row, message, print) {
                    return Ok(Some(row));
                }
            }
        }
        Ok(None)
    }

    fn nameless(&self, chat: ChatId, message: &Arrived, print: &Print) -> Result<Known> {
        let sql = select_row!("WHERE chat = ?1 AND digest = ?2 AND stanza_id IS NULL AND origin_id IS NULL");
        let mut statement = self.db.prepare_cached(sql)?;
        let mut rows = statement.query(params![chat.0, print.digest])?;
        while let Some(found) = rows.next()? {
            let row = row::read(found)?;
            let near = row.time.abs_diff(super::place::sensible(message.time)) <= NAMELESS_WITHIN.unsigned_abs();
            let one_unarchived = row.archive.is_none() || message.ids.archive.is_none();
            if row.outgoing == message.outgoing && row.kind == print.kind && near && one_unarchived {
                return Ok(Known::Row(Box::new(row)));
            }
        }
        Ok(Known::No)
    }

    fn is_retired(&self, chat: ChatId, message: &Arrived) -> Result<bool> {
        let ids = &message.ids;
        let mut statement = self.db.prepare_cached("SELECT 1 FROM retired WHERE chat = ?1 AND id IN (?2, ?3, ?4)")?;
        Ok(statement.exists(params![chat.0, ids.archive, ids.stanza, ids.origin])?)
    }
}

/// Whether an arrival with the same id is the same message. An id of this device is one of its own; others may reuse
/// theirs, so that their words must be the same as well.
fn is_same(row: &Row, message: &Arrived, print: Option<&Print>) -> bool {
    if row.outgoing != message.outgoing {
        return false;
    }
    if row.local {
        return true;
    }
    let one_unarchived = row.archive.is_none() || message.ids.archive.is_none();
    let near = row.time.abs_diff(super::place::sensible(message.time)) <= SAME_ID_WITHIN.unsigned_abs();
    let same_words = match print {
        Some(print) if !print.sealed => {
            row.kind == print.kind && row.digest.is_none_or(|digest| digest == print.digest)
        }
        // It is not to be read, or not a second time.
        _ => row.encryption != Encryption::None,
    };
    (same_words || row.sealed.is_some()) && (one_unarchived || near)
}
