//! Accounts, where their sessions and archives stand.

use rusqlite::{OptionalExtension as _, Row, params};

use super::Queries;
use crate::model::account::{Account, ConnectionSettings, ResumableSession};
use crate::model::archive::{ArchivePosition, Hole};
use crate::model::changes::SessionStart;
use crate::model::ids::{AccountId, ChatId};
use crate::store::codes::{Code, jid};
use crate::store::{Result, StoreError};

const ACCOUNT: &str =
    "SELECT id, jid, server, tls, ca, pinned, websocket, dns, enabled, best_mechanism, device, resource FROM account";

fn account(row: &Row) -> Result<Account> {
    Ok(Account {
        id: AccountId(row.get(0)?),
        jid: jid(&row.get::<_, String>(1)?)?,
        connection: ConnectionSettings {
            server: row.get(2)?,
            tls: Code::from_code(row.get(3)?)?,
            ca: row.get(4)?,
            pinned: row.get(5)?,
            websocket: row.get(6)?,
            dns: row.get(7)?,
        },
        enabled: row.get(8)?,
        best_mechanism: row.get(9)?,
        device: row.get(10)?,
        resource: row.get(11)?,
    })
}

impl Queries {
    /// All accounts, in the order in which they were added.
    ///
    /// # Errors
    /// Those of reading.
    pub fn accounts(&self) -> Result<Vec<Account>> {
        let mut statement = self.db.prepare_cached(&format!("{ACCOUNT} ORDER BY id"))?;
        let mut rows = statement.query([])?;
        let mut accounts = Vec::new();
        while let Some(row) = rows.next()? {
            accounts.push(account(row)?);
        }
        Ok(accounts)
    }

    /// One account.
    ///
    /// # Errors
    /// [`StoreError::NoSuchAccount`].
    pub fn account(&self, id: AccountId) -> Result<Account> {
        let mut statement = self.db.prepare_cached(&format!("{ACCOUNT} WHERE id = ?1"))?;
        let mut rows = statement.query([id.0])?;
        rows.next()?.map_or(Err(StoreError::NoSuchAccount), account)
    }

    /// What a session of an account starts from.
    ///
    /// # Errors
    /// [`StoreError::NoSuchAccount`].
    pub fn session_start(&self, id: AccountId) -> Result<SessionStart> {
        let account = self.account(id)?;
        let sql = "SELECT id, inbound, jid, location, max_seconds, saved FROM session WHERE account = ?1";
        let resume = self
            .db
            .prepare_cached(sql)?
            .query_row([id.0], |row| {
                Ok(ResumableSession {
                    id: row.get(0)?,
                    inbound: row.get(1)?,
                    jid: row.get(2)?,
                    location: row.get(3)?,
                    max_seconds: row.get(4)?,
                    saved: row.get(5)?,
                })
            })
            .optional()?;
        let sql = "SELECT roster_version FROM account WHERE id = ?1";
        let roster_version = self.db.prepare_cached(sql)?.query_row([id.0], |row| row.get(0))?;
        Ok(SessionStart { account, resume, roster_version })
    }

    /// How far an account's archive was read, and what is missing.
    ///
    /// # Errors
    /// [`StoreError::NoSuchAccount`].
    pub fn archive_position(&self, id: AccountId) -> Result<ArchivePosition> {
        let sql = "SELECT newest_id, newest_stamp FROM account WHERE id = ?1";
        let newest = self.db.prepare_cached(sql)?.query_row([id.0], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let (newest, newest_stamp) = newest.ok_or(StoreError::NoSuchAccount)?;
        Ok(ArchivePosition { newest, newest_stamp, holes: self.holes(id)? })
    }

    /// An account's holes, newest first.
    pub(in crate::store) fn holes(&self, id: AccountId) -> Result<Vec<Hole>> {
        let sql = "SELECT id, chat, newer, newer_stamp, older_stamp FROM hole WHERE account = ?1
                   ORDER BY newer_stamp DESC, id DESC";
        let mut statement = self.db.prepare_cached(sql)?;
        let holes = statement.query_map([id.0], hole)?;
        Ok(holes.collect::<rusqlite::Result<_>>()?)
    }

    /// A small value kept for an account.
    ///
    /// # Errors
    /// Those of reading.
    pub fn setting(&self, account: AccountId, key: &str) -> Result<Option<String>> {
        let sql = "SELECT value FROM setting WHERE account = ?1 AND key = ?2";
        Ok(self.db.prepare_cached(sql)?.query_row(params![account.0, key], |row| row.get(0)).optional()?)
    }
}

/// A row of `hole`: id, chat, newer, newer_stamp, older_stamp.
pub(in crate::store) fn hole(row: &Row) -> rusqlite::Result<Hole> {
    Ok(Hole {
        id: row.get(0)?,
        chat: row.get::<_, Option<i64>>(1)?.map(ChatId),
        newer: row.get(2)?,
        newer_stamp: row.get(3)?,
        older_stamp: row.get(4)?,
    })
}
