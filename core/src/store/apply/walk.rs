//! The place of an arrival in its chat, which is that of the archive as soon as the archive has told.

use rusqlite::params;

use super::place::{FLOATS, sensible};
use super::row::Row;
use super::step::{Bound, Step};
use crate::model::ids::ChatId;
use crate::model::message::{Arrived, Place, Way};
use crate::store::Result;
use crate::store::queries::{last_before_hole, open_holes};

/// Between two rows that leave no room, this much is made.
const ROOM: i64 = 1 << 20;

/// Where a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    pub(super) position: i64,
    pub(super) place: Place,
    pub(super) after_hole: i64,
}

impl Row {
    fn spot(&self) -> Spot {
        Spot { position: self.position, place: self.place, after_hole: self.after_hole }
    }
}

impl Step<'_> {
    /// Where an arrival belongs; for a row that is here already (`known`), where it stands or should stand.
    pub(super) fn spot(&mut self, chat: ChatId, message: &Arrived, known: Option<&Row>) -> Result<Spot> {
        match (message.way, known) {
            (Way::Archive, _) => self.forward(chat, sensible(message.time), known),
            (Way::ArchiveOlder, _) => self.backward(chat, sensible(message.time), known),
            (_, Some(row)) => Ok(row.spot()),
            (_, None) if self.catching_up => {
                Ok(Spot { position: self.next_float(), place: Place::Floating, after_hole: self.last_hole })
            }
            (_, None) => {
                Ok(Spot { position: self.next_position(), place: Place::Provisional, after_hole: self.last_hole })
            }
        }
    }

    /// A page of a catch-up, oldest item first: each belongs behind the one before it, and the first one behind all rows
    /// that are fixed.
    fn forward(&mut self, chat: ChatId, stamp: i64, known: Option<&Row>) -> Result<Spot> {
        let previous = match self.chat(chat)?.forward {
            Some(position) => position,
            None => self.last_fixed(chat)?.unwrap_or(-1),
        };
        let (position, after_hole) = match known {
            Some(row) if row.place == Place::Fixed => {
                (row.position, self.found_hole.map_or(row.after_hole, |hole| row.after_hole.max(hole)))
            }
            Some(row) if row.place == Place::Provisional && row.position > previous => (row.position, self.last_hole),
            _ => (self.behind(chat, previous, stamp, known)?, self.last_hole),
        };
        self.chat(chat)?.forward = Some(previous.max(position));
        self.top = self.top.max(position);
        Ok(Spot { position, place: Place::Fixed, after_hole })
    }

    /// A position behind `previous` and, where that is possible, before the row that follows it. If it is not, the row that
    /// follows is a provisional one, which moves on when its own turn comes.
    fn behind(&self, chat: ChatId, previous: i64, stamp: i64, known: Option<&Row>) -> Result<i64> {
        let sql = "SELECT position FROM message WHERE chat = ?1 AND position > ?2 AND position < ?3 AND id <> ?4
                   ORDER BY position LIMIT 1";
        let next = self.number(sql, params![chat.0, previous, FLOATS, known.map_or(0, |row| row.id)])?;
        Ok(match next {
            Some(next) if stamp >= next => previous + 1,
            _ => stamp.max(previous + 1),
        })
    }

    fn last_fixed(&self, chat: ChatId) -> Result<Option<i64>> {
        let sql = "SELECT position FROM message WHERE chat = ?1 AND position < ?2 AND place = 0
                   ORDER BY position DESC LIMIT 1";
        self.number(sql, params![chat.0, FLOATS])
    }

    /// An older page, newest item first: each belongs before the one that follows it.
    fn backward(&mut self, chat: ChatId, stamp: i64, known: Option<&Row>) -> Result<Spot> {
        let bound = match self.chat(chat)?.bound {
            Some(bound) => bound,
            None => self.first_bound(chat)?,
        };
        let spot = match known {
            Some(row) if row.place == Place::Fixed => {
                // The page has reached what was here before the hole.
                if row.after_hole < bound.hole {
                    self.fill_in_chat(chat, bound.hole)?;
                }
                row.spot()
            }
            Some(row) if row.place == Place::Provisional && row.position < bound.position => {
                Spot { place: Place::Fixed, ..row.spot() }
            }
            _ => {
                let position = self.before(chat, bound.position, stamp, known)?;
                Spot { position, place: Place::Fixed, after_hole: bound.hole }
            }
        };
        self.chat(chat)?.bound = Some(Bound { position: spot.position, ..bound });
        self.top = self.top.max(spot.position);
        Ok(spot)
    }

    /// Where an older page begins in a chat: before the first row behind the hole that it fills.
    fn first_bound(&mut self, chat: ChatId) -> Result<Bound> {
        let hole = match self.filling {
            Some(hole) => Some(hole),
            None => open_holes(self.db, chat)?.into_iter().max(),
        };
        let before = match hole {
            Some(hole) => last_before_hole(self.db, chat, hole)?,
            None => None,
        };
        let sql = "SELECT position FROM message WHERE chat = ?1 AND position > ?2 AND position < ?3
                   ORDER BY position LIMIT 1";
        let first = self.number(sql, params![chat.0, before.unwrap_or(-1), FLOATS])?;
        Ok(Bound { position: first.unwrap_or(i64::MAX), hole: hole.unwrap_or(0) })
    }

    /// A position before `bound` and behind all rows that stand before it.
    fn before(&mut self, chat: ChatId, bound: i64, stamp: i64, known: Option<&Row>) -> Result<i64> {
        let sql = "SELECT position FROM message WHERE chat = ?1 AND position < ?2 AND id <> ?3
                   ORDER BY position DESC LIMIT 1";
        let lower = self.number(sql, params![chat.0, bound.min(FLOATS), known.map_or(0, |row| row.id)])?;
        let lower = lower.unwrap_or(i64::MIN);
        if bound == i64::MAX {
            return Ok(stamp.max(lower.saturating_add(1)));
        }
        if (lower.saturating_add(1)..bound).contains(&stamp) {
            return Ok(stamp);
        }
        if lower < bound - 1 {
            return Ok(bound - 1);
        }
        self.make_room(chat, bound, known.map_or(0, |row| row.id))?;
        Ok(bound + ROOM - 1)
    }

    /// Moves everything from a position on up, without changing its order.
    fn make_room(&mut self, chat: ChatId, from: i64, except: i64) -> Result<()> {
        let sql = "UPDATE message SET position = position + ?4
                   WHERE chat = ?1 AND position >= ?2 AND position < ?3 AND id <> ?5";
        self.db.prepare_cached(sql)?.execute(params![chat.0, from, FLOATS, ROOM, except])?;
        self.top += ROOM;
        let state = self.chat(chat)?;
        state.forward = state.forward.map(|position| if position >= from { position + ROOM } else { position });
        if let Some((position, id)) = state.read.filter(|(position, _)| (from..FLOATS).contains(position)) {
            state.read = Some((position + ROOM, id));
            self.db
                .prepare_cached("UPDATE chat SET read_position = read_position + ?2 WHERE id = ?1")?
                .execute(params![chat.0, ROOM])?;
        }
        Ok(())
    }
}
