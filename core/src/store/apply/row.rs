//! A stored row as the transaction looks at it.

use rusqlite::{OptionalExtension as _, params};

use super::step::Step;
use crate::model::Micros;
use crate::model::ids::ChatId;
use crate::model::message::{Delivery, Encryption, Place};
use crate::model::omemo::Sealed;
use crate::store::codes::{Code, Kind};
use crate::store::{Result, StoreError};

/// What decisions need to know of a row; never its text.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) id: i64,
    pub(super) chat: ChatId,
    pub(super) kind: Kind,
    pub(super) outgoing: bool,
    pub(super) local: bool,
    pub(super) stanza: Option<String>,
    pub(super) origin: Option<String>,
    pub(super) archive: Option<String>,
    pub(super) digest: Option<i64>,
    pub(super) time: Micros,
    pub(super) stamped: bool,
    pub(super) position: i64,
    pub(super) place: Place,
    pub(super) after_hole: i64,
    pub(super) delivery: Delivery,
    pub(super) bounced: bool,
    pub(super) encryption: Encryption,
    pub(super) retracted: bool,
    pub(super) receipted: bool,
    /// For a change: the id it refers to, and that row once it is here.
    pub(super) target: Option<String>,
    pub(super) target_row: Option<i64>,
    pub(super) sealed: Option<Sealed>,
}

/// A query for [`Row`]s, which [`read`] reads.
macro_rules! select_row {
    ($rest:literal) => {
        concat!(
            "SELECT id, chat, kind, outgoing, local, stanza_id, origin_id, archive_id, digest, time, stamped, position, ",
            "place, after_hole, delivery, bounced, encryption, retracted, receipted, target, target_row, sealed FROM message ",
            $rest
        )
    };
}
pub(super) use select_row;

/// Reads a row of [`select_row`].
pub(super) fn read(row: &rusqlite::Row) -> Result<Row> {
    Ok(Row {
        id: row.get(0)?,
        chat: ChatId(row.get(1)?),
        kind: Kind::from_code(row.get(2)?)?,
        outgoing: row.get(3)?,
        local: row.get(4)?,
        stanza: row.get(5)?,
        origin: row.get(6)?,
        archive: row.get(7)?,
        digest: row.get(8)?,
        time: row.get(9)?,
        stamped: row.get(10)?,
        position: row.get(11)?,
        place: Place::from_code(row.get(12)?)?,
        after_hole: row.get(13)?,
        delivery: Delivery::from_code(row.get(14)?)?,
        bounced: row.get(15)?,
        encryption: Encryption::from_code(row.get(16)?)?,
        retracted: row.get(17)?,
        receipted: row.get(18)?,
        target: row.get(19)?,
        target_row: row.get(20)?,
        sealed: row.get::<_, Option<i64>>(21)?.map(Sealed::from_code).transpose()?,
    })
}

impl Step<'_> {
    /// One row of this account.
    pub(super) fn row(&self, id: i64) -> Result<Option<Row>> {
        let mut statement = self.db.prepare_cached(select_row!("WHERE id = ?1 AND account = ?2"))?;
        let mut rows = statement.query(params![id, self.account.0])?;
        rows.next()?.map(read).transpose()
    }

    /// A text of this account that must be there.
    pub(super) fn text(&self, id: i64) -> Result<Row> {
        self.row(id)?.filter(|row| row.kind == Kind::Text).ok_or(StoreError::NoSuchMessage)
    }

    /// One number, if the query has one.
    pub(super) fn number(&self, sql: &str, parameters: impl rusqlite::Params) -> Result<Option<i64>> {
        Ok(self.db.prepare_cached(sql)?.query_row(parameters, |row| row.get(0)).optional()?)
    }
}
