//! The outbox on its way: in flight, acknowledged, lost, looked for in the archive, queued again.

use rusqlite::params;

use super::place::QUEUE;
use super::row::Row;
use super::step::Step;
use crate::model::ids::{ChatId, OutboxId};
use crate::model::message::{Arrived, Delivery, Encryption, FailureReason, Place};
use crate::store::Result;
use crate::store::codes::{Code as _, IN_FLIGHT, QUEUED, Sends, UNSURE};
use crate::store::copy::SETTING as RESTORED;

impl Step<'_> {
    /// An item is about to be written. Its row stands behind all that is on its way before it.
    pub(super) fn in_flight(&mut self, item: OutboxId, number: i64, encryption: Encryption) -> Result<()> {
        let sql = "SELECT message FROM outbox WHERE id = ?1 AND account = ?2 AND NOT (state = ?3 AND number = ?4)";
        let parameters = params![item.0, self.account.0, IN_FLIGHT, number];
        let Some(message) = self.number_or_null(sql, parameters)? else { return Ok(()) };
        self.set_state(item.0, IN_FLIGHT, number)?;
        let Some(mut row) = message.map(|id| self.row(id)).transpose()?.flatten() else { return Ok(()) };
        self.leaves_as(&row, encryption)?;
        if row.place == Place::Floating { self.float(&mut row) } else { Ok(()) }
    }

    /// The server has everything up to a number: it leaves the outbox and gets its place.
    pub(super) fn acknowledged(&mut self, number: i64) -> Result<()> {
        for (_, row) in self.leaving(number)? {
            if let Some(mut row) = row {
                self.reached_server(&mut row)?;
                self.place_acknowledged(&mut row)?;
            }
        }
        Ok(())
    }

    /// A session was resumed. What the server had floats on, because the catch-up that follows tells its place; it tells as
    /// well whether the rest is really not there (some servers handle more than they counted).
    pub(super) fn resumed(&mut self, number: i64) -> Result<()> {
        for (_, row) in self.leaving(number)? {
            if let Some(mut row) = row {
                self.reached_server(&mut row)?;
            }
        }
        self.in_flight_is_unsure()
    }

    fn in_flight_is_unsure(&mut self) -> Result<()> {
        self.db
            .prepare_cached("UPDATE outbox SET state = ?2, number = 0 WHERE account = ?1 AND state = ?3")?
            .execute(params![self.account.0, UNSURE, IN_FLIGHT])?;
        Ok(())
    }

    /// The session is lost for good.
    pub(super) fn session_lost(&mut self) -> Result<()> {
        self.in_flight_is_unsure()?;
        self.db.prepare_cached("DELETE FROM session WHERE account = ?1")?.execute([self.account.0])?;
        Ok(())
    }

    /// The archive cannot tell what became of the unsure items. Those of this device are as likely as ever not to have been sent;
    /// those of a backup have had all the time since to be.
    pub(super) fn archive_forgot(&mut self) -> Result<()> {
        let sql = "SELECT 1 FROM setting WHERE account = ?1 AND key = ?2";
        if !self.db.prepare_cached(sql)?.exists(params![self.account.0, RESTORED])? {
            return Ok(());
        }
        let sql = "SELECT id, message FROM outbox WHERE account = ?1 AND state = ?2 ORDER BY id";
        for (item, _) in self.items(sql, params![self.account.0, UNSURE])? {
            self.failed(OutboxId(item), FailureReason::MaybeSent)?;
        }
        Ok(())
    }

    /// The archive does not have the unsure items.
    pub(super) fn requeue_unsure(&mut self) -> Result<()> {
        let sql = "DELETE FROM setting WHERE account = ?1 AND key = ?2";
        self.db.prepare_cached(sql)?.execute(params![self.account.0, RESTORED])?;
        self.requeue(UNSURE)
    }

    /// Items that the server has by their number, with their rows. Those without a row leave the outbox here.
    fn leaving(&mut self, number: i64) -> Result<Vec<(i64, Option<Row>)>> {
        let sql =
            "SELECT id, message FROM outbox WHERE account = ?1 AND state = ?2 AND number <= ?3 ORDER BY number, id";
        let items = self.items(sql, params![self.account.0, IN_FLIGHT, number])?;
        let mut leaving = Vec::with_capacity(items.len());
        for (item, message) in items {
            if message.is_none() {
                self.db.prepare_cached("DELETE FROM outbox WHERE id = ?1")?.execute([item])?;
            }
            leaving.push((item, message.map(|id| self.row(id)).transpose()?.flatten()));
        }
        Ok(leaving)
    }

    /// Items are queued again, in the order in which they were written by the person. What was taken back since does not
    /// leave any more.
    fn requeue(&mut self, state: i64) -> Result<()> {
        let sql = "SELECT id, message FROM outbox WHERE account = ?1 AND state = ?2 ORDER BY id";
        for (item, message) in self.items(sql, params![self.account.0, state])? {
            self.applied.outbox = true;
            self.set_state(item, QUEUED, 0)?;
            let Some(mut row) = message.map(|id| self.row(id)).transpose()?.flatten() else { continue };
            if row.retracted {
                self.reached_server(&mut row)?;
                self.place_acknowledged(&mut row)?;
            } else if row.place == Place::Floating {
                self.move_row(&mut row, QUEUE + item, Place::Floating, self.last_hole)?;
            }
        }
        Ok(())
    }

    /// The server has what a row of ours says: it leaves the outbox. True if it was there.
    pub(super) fn reached_server(&mut self, row: &mut Row) -> Result<bool> {
        if !row.outgoing {
            return Ok(false);
        }
        let left = self.db.prepare_cached("DELETE FROM outbox WHERE message = ?1")?.execute([row.id])? > 0;
        if row.delivery == Delivery::Queued || (row.delivery == Delivery::Failed && !row.bounced) {
            self.set_delivery(row, Delivery::Sent, None)?;
        }
        Ok(left)
    }

    /// A row that the server has is placed, or floats until the catch-up has ended.
    pub(super) fn place_acknowledged(&mut self, row: &mut Row) -> Result<()> {
        match row.place {
            Place::Floating if !self.catching_up => self.place_at_end(row),
            Place::Floating if row.position >= QUEUE => self.float(row),
            _ => Ok(()),
        }
    }

    /// Something of ours without a row, such as a receipt, was found at the server: it left.
    pub(super) fn left_outbox(&mut self, message: &Arrived) -> Result<()> {
        for name in [&message.ids.stanza, &message.ids.origin].into_iter().flatten() {
            self.db
                .prepare_cached("DELETE FROM outbox WHERE account = ?1 AND stanza_id = ?2 AND message IS NULL")?
                .execute(params![self.account.0, name])?;
        }
        Ok(())
    }

    /// A marker that was not sent yet says nothing when a newer one follows.
    pub(super) fn forget_displayed(&mut self, chat: ChatId) -> Result<()> {
        self.db
            .prepare_cached("DELETE FROM outbox WHERE chat = ?1 AND payload = ?2 AND state = ?3")?
            .execute(params![chat.0, Sends::Displayed.code(), QUEUED])?;
        Ok(())
    }

    fn set_state(&self, item: i64, state: i64, number: i64) -> Result<()> {
        self.db
            .prepare_cached("UPDATE outbox SET state = ?2, number = ?3 WHERE id = ?1")?
            .execute(params![item, state, number])?;
        Ok(())
    }

    fn items(&self, sql: &str, parameters: impl rusqlite::Params) -> Result<Vec<(i64, Option<i64>)>> {
        let mut statement = self.db.prepare_cached(sql)?;
        let found = statement.query_map(parameters, |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(found.collect::<rusqlite::Result<_>>()?)
    }

    /// A column that may be NULL, if the query has a row.
    pub(super) fn number_or_null(&self, sql: &str, parameters: impl rusqlite::Params) -> Result<Option<Option<i64>>> {
        let mut statement = self.db.prepare_cached(sql)?;
        let mut rows = statement.query(parameters)?;
        Ok(rows.next()?.map(|row| row.get(0)).transpose()?)
    }
}
