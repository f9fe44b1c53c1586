//! The same message is one row, whichever way and how often it comes.

use std::cmp::Reverse;

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

    /// Of several rows with the id the one that fits best is meant. An arrival makes the row that it is taken for fit better
    /// and no other, so that the same arrival once more means the same row; where rows stand would not do, as they move.
    fn by_name(&self, chat: ChatId, message: &Arrived, print: Option<&Print>, name: &str) -> Result<Option<Row>> {
        let by_stanza = select_row!("WHERE chat = ?1 AND stanza_id = ?2");
        let by_origin = select_row!("WHERE chat = ?1 AND origin_id = ?2");
        for sql in [by_stanza, by_origin] {
            let mut best: Option<(Fit, Row)> = None;
            for row in self.rows(sql, params![chat.0, name])? {
                if let Some(fit) = fit(&row, message, print)
                    && best.as_ref().is_none_or(|(known, _)| fit < *known)
                {
                    best = Some((fit, row));
                }
            }
            if let Some((_, row)) = best {
                return Ok(Some(row));
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

/// How well a row fits an arrival with the same id, best first: by what it says and not by being unreadable, then the nearest in
/// time, then the newest.
type Fit = (bool, u64, Reverse<i64>);

/// How well an arrival with the same id is the same message, if it is. An id of this device is one of its own; others may
/// reuse theirs, so that their words must be the same as well.
fn fit(row: &Row, message: &Arrived, print: Option<&Print>) -> Option<Fit> {
    if row.outgoing != message.outgoing {
        return None;
    }
    let apart = row.time.abs_diff(super::place::sensible(message.time));
    let one_unarchived = row.archive.is_none() || message.ids.archive.is_none();
    let may_be = one_unarchived || apart <= SAME_ID_WITHIN.unsigned_abs();
    let same_words = match print {
        Some(print) if !print.sealed => {
            row.kind == print.kind && row.digest.is_none_or(|digest| digest == print.digest)
        }
        // It is not to be read, or not a second time.
        _ => row.encryption != Encryption::None,
    };
    let surely = row.local || (same_words && may_be);
    (surely || (row.sealed.is_some() && may_be)).then_some((!surely, apart, Reverse(row.id)))
}
