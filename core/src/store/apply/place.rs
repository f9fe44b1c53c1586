//! Where rows stand. Rows with a place have a position near their time; floating ones are counted up from [`FLOATS`], those
//! that have not been sent yet from [`QUEUE`], so that one number orders a chat.

use rusqlite::params;

use super::row::Row;
use super::step::Step;
use crate::model::Micros;
use crate::model::message::Place;
use crate::store::Result;
use crate::store::codes::{Code as _, Kind};

/// Positions of what floats: received while the archive is read, or on its way to the server.
pub(super) const FLOATS: i64 = 1 << 60;
/// Positions of what waits in the outbox.
pub(super) const QUEUE: i64 = 1 << 61;
/// No stamp is later (the year 2112): what comes with a wilder one stands there.
const LATEST: Micros = 1 << 52;

/// A time that can be calculated with.
pub(super) fn sensible(time: Micros) -> Micros {
    time.clamp(0, LATEST)
}

impl Step<'_> {
    /// The next position at the end of all rows that have a place.
    pub(super) fn next_position(&mut self) -> i64 {
        self.top = self.now.max(self.top + 1);
        self.only_pages = false;
        self.top
    }

    /// The next position after all that floats.
    pub(super) fn next_float(&mut self) -> i64 {
        self.floats += 1;
        FLOATS + self.floats
    }

    /// A row gets its place at the end, as far as this device can see: the archive may have named it, but has not placed it.
    pub(super) fn place_at_end(&mut self, row: &mut Row) -> Result<()> {
        let position = self.next_position();
        if std::mem::take(&mut row.stamped) {
            self.db.prepare_cached("UPDATE message SET stamped = 0 WHERE id = ?1")?.execute([row.id])?;
        }
        self.move_row(row, position, Place::Provisional, self.last_hole)
    }

    /// A row is moved behind all that floats.
    pub(super) fn float(&mut self, row: &mut Row) -> Result<()> {
        let position = self.next_float();
        self.move_row(row, position, Place::Floating, self.last_hole)
    }

    /// A row gets another place; what is read or unread follows.
    pub(super) fn move_row(&mut self, row: &mut Row, position: i64, place: Place, after_hole: i64) -> Result<()> {
        if (row.position, row.place, row.after_hole) == (position, place, after_hole) {
            return Ok(());
        }
        let moved = row.position != position;
        self.db
            .prepare_cached("UPDATE message SET position = ?2, place = ?3, after_hole = ?4 WHERE id = ?1")?
            .execute(params![row.id, position, place.code(), after_hole])?;
        (row.position, row.place, row.after_hole) = (position, place, after_hole);
        if place != Place::Floating {
            self.top = self.top.max(position);
        }
        if !moved {
            return Ok(());
        }
        if row.kind == Kind::Text {
            self.show(row.id, row.chat);
        } else {
            self.moved_change(row)?;
        }
        let read = self.chat(row.chat)?.read;
        if read.is_some_and(|(_, id)| id == row.id) {
            self.set_read(row.chat, (position, row.id))?;
        } else if row.kind == Kind::Text && !row.outgoing {
            let unread = read.is_none_or(|read| (position, row.id) > read);
            self.db
                .prepare_cached("UPDATE message SET unread = ?2 WHERE id = ?1 AND unread <> ?2")?
                .execute(params![row.id, unread])?;
        }
        Ok(())
    }

    /// The catch-up has ended: what was received meanwhile, and what the server has, gets its place.
    pub(super) fn settle(&mut self) -> Result<()> {
        let sql = "SELECT id FROM message WHERE account = ?1 AND place = 2 AND position < ?2
                   AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.message = message.id) ORDER BY position";
        let mut statement = self.db.prepare_cached(sql)?;
        let ids = statement.query_map(params![self.account.0, QUEUE], |row| row.get(0))?;
        let ids: Vec<i64> = ids.collect::<rusqlite::Result<_>>()?;
        for id in ids {
            if let Some(mut row) = self.row(id)? {
                self.place_at_end(&mut row)?;
            }
        }
        Ok(())
    }
}
