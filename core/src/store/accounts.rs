//! Accounts: added, removed with everything that is theirs.

use rusqlite::{OptionalExtension, TransactionBehavior, params};

use super::codes::Code;
use super::{Result, Store, StoreError};
use crate::model::account::{Account, ConnectionSettings};
use crate::model::changes::NewAccount;
use crate::model::ids::AccountId;

impl Store {
    /// Adds an account.
    ///
    /// # Errors
    /// [`StoreError::AccountExists`], and those of writing.
    pub fn add_account(&mut self, new: &NewAccount) -> Result<Account> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let known = tx.query_row("SELECT 1 FROM account WHERE jid = ?1", [new.jid.as_str()], |_| Ok(())).optional()?;
        if known.is_some() {
            return Err(StoreError::AccountExists);
        }
        tx.execute("INSERT INTO account (jid, device) VALUES (?1, ?2)", params![new.jid.as_str(), new.device])?;
        let id = AccountId(tx.last_insert_rowid());
        save_connection(&tx, id, &new.connection)?;
        tx.commit()?;
        self.account(id)
    }

    /// Removes an account and everything that is its own, also from the search index and the write-ahead log. An account
    /// that is not here is removed already.
    ///
    /// # Errors
    /// Those of writing; nothing is removed then.
    pub fn remove_account(&mut self, account: AccountId) -> Result<()> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        super::search::forget_account(&tx, account)?;
        // Children first: the cascade would look for each parent row one by one.
        for table in ["outbox", "waiting", "message", "contact_group", "contact", "hole", "chat", "session", "setting"]
        {
            tx.execute(&format!("DELETE FROM {table} WHERE account = ?1"), [account.0])?;
        }
        tx.execute("DELETE FROM account WHERE id = ?1", [account.0])?;
        tx.commit()?;
        self.wipe_log();
        Ok(())
    }

    /// Names of the folder of files under which nothing lies any more.
    ///
    /// # Errors
    /// Those of writing.
    pub fn files_removed(&mut self, paths: &[String]) -> Result<()> {
        for path in paths {
            self.db.execute("DELETE FROM file_gone WHERE path = ?1", [path])?;
        }
        Ok(())
    }

    /// Keeps a small value for an account, such as what a server offers; None removes it.
    ///
    /// # Errors
    /// [`StoreError::NoSuchAccount`], and those of writing.
    pub fn set_setting(&mut self, account: AccountId, key: &str, value: Option<&str>) -> Result<()> {
        self.account(account)?;
        match value {
            Some(value) => self.db.execute(
                "INSERT INTO setting (account, key, value) VALUES (?1, ?2, ?3)
                 ON CONFLICT (account, key) DO UPDATE SET value = excluded.value",
                params![account.0, key, value],
            )?,
            None => self.db.execute("DELETE FROM setting WHERE account = ?1 AND key = ?2", params![account.0, key])?,
        };
        Ok(())
    }

    /// Moves the write-ahead log into the database and empties it, so that deleted text is not left there. A reader that is
    /// busy can prevent that; the next commit that fills the log does it then.
    pub(super) fn wipe_log(&self) {
        let emptied = self.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0));
        if !matches!(emptied, Ok(0)) {
            log::debug!("the write-ahead log could not be emptied yet");
        }
    }
}

/// Writes where to connect.
pub(super) fn save_connection(
    db: &rusqlite::Connection,
    account: AccountId,
    connection: &ConnectionSettings,
) -> Result<()> {
    db.execute(
        "UPDATE account SET server = ?2, tls = ?3, ca = ?4, pinned = ?5, websocket = ?6, dns = ?7 WHERE id = ?1",
        params![
            account.0,
            connection.server,
            connection.tls.code(),
            connection.ca,
            connection.pinned,
            connection.websocket,
            connection.dns
        ],
    )?;
    Ok(())
}
