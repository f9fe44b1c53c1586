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

/// Whether a provisional row stands where an older page wants it: behind the hole's older edge, and before the item that
/// follows it. What stands behind the
/// page's first item is not in the page; a row that another older page has brought stands right.
fn stands_right(row: &Row, bound: &Bound) -> bool {
    let brought = row.stamped && bound.hole > 0 && row.after_hole >= bound.hole;
    row.position > bound.lower && (row.position < bound.position || (!bound.walked && brought))
}

impl Step<'_> {
    /// Where an arrival belongs; for a row that is here already (`known`), where it stands or should stand.
    pub(super) fn spot(&mut self, chat: ChatId, message: &Arrived, known: Option<&Row>) -> Result<Spot> {
        match (message.way, known) {
            // A message that the archive has twice stands where the page has it first.
            (Way::Archive | Way::ArchiveOlder, Some(row)) if self.placed.contains(&row.id) => Ok(row.spot()),
            (Way::Archive, _) => self.forward(chat, sensible(message.time), known),
            (Way::ArchiveOlder, _) => self.backward(chat, message, known),
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
        let walked = self.chat(chat)?.forward;
        let previous = match walked {
            Some(position) => position,
            // Before a page that begins behind a hole there may be anything that was here.
            None if self.found_hole.is_some() => self.last_placed(chat, 1)?.unwrap_or(-1),
            None => self.last_placed(chat, 0)?.unwrap_or(-1),
        };
        let (position, after_hole) = match known {
            Some(row) if row.place == Place::Fixed => {
                (row.position, self.found_hole.map_or(row.after_hole, |hole| row.after_hole.max(hole)))
            }
            Some(row) if row.place == Place::Provisional && row.position > previous => (row.position, self.last_hole),
            _ if self.only_pages && self.chat(chat)?.at_end => (stamp.max(previous + 1), self.last_hole),
            _ => (self.behind(chat, previous, stamp, known)?, self.last_hole),
        };
        self.chat(chat)?.forward = Some(previous.max(position));
        self.top = self.top.max(position);
        let fixed = !self.recent || known.is_some_and(|row| row.place == Place::Fixed);
        Ok(Spot { position, place: if fixed { Place::Fixed } else { Place::Provisional }, after_hole })
    }

    /// A position behind `previous` and, where that is possible, before the row that follows it. If it is not, the row that
    /// follows is a provisional one, which moves on when its own turn comes.
    fn behind(&mut self, chat: ChatId, previous: i64, stamp: i64, known: Option<&Row>) -> Result<i64> {
        let known = known.map_or(0, |row| row.id);
        // What an older page has brought is older than this, if its stamp says so: its own turn may have been before.
        let sql =
            "SELECT position FROM message WHERE chat = ?1 AND place = 1 AND stamped = 1 AND time <= ?2 AND id <> ?3
                   ORDER BY position DESC LIMIT 1";
        let previous = self.number(sql, params![chat.0, stamp, known])?.map_or(previous, |older| previous.max(older));
        let sql = "SELECT position FROM message WHERE chat = ?1 AND position > ?2 AND position < ?3 AND id <> ?4
                   ORDER BY position LIMIT 1";
        let next = self.number(sql, params![chat.0, previous, FLOATS, known])?;
        // As long as only pages place rows, each stands behind the one before it.
        self.chat(chat)?.at_end = next.is_none() && known == 0;
        Ok(match next {
            Some(next) if stamp >= next => previous + 1,
            _ => stamp.max(previous + 1),
        })
    }

    /// The last position that is this certain or more.
    fn last_placed(&self, chat: ChatId, place: i64) -> Result<Option<i64>> {
        let sql = "SELECT position FROM message WHERE chat = ?1 AND position < ?2 AND place <= ?3
                   ORDER BY position DESC LIMIT 1";
        self.number(sql, params![chat.0, FLOATS, place])
    }

    /// An older page, newest item first: each belongs before the one that follows it. Pages of one chat may bring what the
    /// catch-up has not reached yet, and then its order with others is still to be told.
    fn backward(&mut self, chat: ChatId, message: &Arrived, known: Option<&Row>) -> Result<Spot> {
        let stamp = sensible(message.time);
        let mut bound = match self.chat(chat)?.bound {
            Some(bound) => bound,
            None => self.first_bound(chat, stamp)?,
        };
        bound.certain |= known.is_some_and(|row| row.place == Place::Fixed) || self.was_reached(message, stamp)?;
        let place = if bound.certain { Place::Fixed } else { Place::Provisional };
        let spot = match known {
            Some(row) if row.place == Place::Fixed => {
                let mut spot = row.spot();
                // The page has reached what was here before the hole.
                if row.after_hole < bound.hole {
                    bound.lower = i64::MIN;
                    if self.filling.is_some() {
                        spot.after_hole = bound.hole;
                    } else {
                        // In the account the hole stays, and its pages are to know what stands before it.
                        self.fill_in_chat(chat, bound.hole)?;
                    }
                }
                spot
            }
            Some(row) if row.place == Place::Provisional && stands_right(row, &bound) => {
                Spot { place, after_hole: row.after_hole.max(bound.hole), ..row.spot() }
            }
            // The catch-up that is under way, or its end, gives it its place.
            Some(row)
                if row.place == Place::Floating && self.catching_up && !bound.certain && bound.position == i64::MAX =>
            {
                row.spot()
            }
            _ => Spot { position: self.before(chat, bound.position, stamp, known)?, place, after_hole: bound.hole },
        };
        if spot.place == Place::Floating {
            self.chat(chat)?.bound = Some(bound);
            return Ok(spot);
        }
        self.chat(chat)?.bound = Some(Bound { position: spot.position, walked: true, ..bound });
        self.top = self.top.max(spot.position);
        Ok(spot)
    }

    /// Whether the archive was certainly read up to an item or beyond.
    fn was_reached(&self, message: &Arrived, stamp: i64) -> Result<bool> {
        let sql = "SELECT coalesce(newest_stamp > ?2, 0) OR coalesce(newest_id = ?3, 0) FROM account WHERE id = ?1";
        Ok(self.number(sql, params![self.account.0, stamp, message.ids.archive])? == Some(1))
    }

    /// Where an older page begins in a chat: before the first row behind the hole that it fills.
    fn first_bound(&mut self, chat: ChatId, stamp: i64) -> Result<Bound> {
        let hole = match self.filling {
            Some(hole) => Some(hole),
            None => open_holes(self.db, chat)?.into_iter().max(),
        };
        let before = match hole {
            Some(hole) => last_before_hole(self.db, chat, hole)?,
            None => None,
        };
        let sql = "SELECT position, place = 0, archive_id, place = 0 AND stamped = 1 AND time < ?5,
                   place = 0 AND stamped = 1 AND time > ?5 FROM message
                   WHERE chat = ?1 AND position > ?2 AND position < ?3 AND after_hole >= ?4 ORDER BY position";
        let mut statement = self.db.prepare_cached(sql)?;
        let before = before.unwrap_or(i64::MIN);
        let mut rows = statement.query(params![chat.0, before, FLOATS, hole.unwrap_or(0), stamp])?;
        let certain = self.filling.is_some();
        let mut bound = Bound { position: i64::MAX, lower: before, hole: hole.unwrap_or(0), certain, walked: false };
        while let Some(row) = rows.next()? {
            // What the page has itself is here already, wherever it stands. What is older than the page came by pages of
            // the chat that have gone further back.
            let in_page = row.get::<_, Option<String>>(2)?.is_some_and(|id| self.older_ids.contains(&id));
            if !in_page && !row.get::<_, bool>(3)? {
                bound.position = row.get(0)?;
                bound.certain |= row.get::<_, bool>(1)?;
                bound.walked = row.get(4)?;
                break;
            }
        }
        Ok(bound)
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
