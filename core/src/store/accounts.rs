//! Accounts: added, removed with everything that is theirs.

use rusqlite::{OptionalExtension, TransactionBehavior, params};

use super::codes::Code;
use super::{Result, Store, StoreError};
use crate::model::account::{Account, ConnectionSettings};
use crate::model::changes::NewAccount;
use crate::model::ids::AccountId;
use crate::sorted::Set;

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

    /// Lets the files of the oldest messages go, as many as it takes to keep at most so many bytes here; their messages stay, and
    /// tell where they can be had again. What is still to be uploaded is kept. Which accounts look different now; the names in the
    /// folder are among [`super::Queries::files_gone`].
    ///
    /// # Errors
    /// Those of writing; nothing changed then.
    pub fn let_old_files_go(&mut self, most: u64) -> Result<Vec<AccountId>> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut goes = Vec::new();
        {
            let sql =
                "SELECT f.path, max(f.size), min(f.url IS NOT NULL) FROM file f JOIN message m ON m.id = f.message
                       WHERE f.path IS NOT NULL GROUP BY f.path ORDER BY max(m.time) DESC, max(m.id) DESC";
            let mut statement = tx.prepare_cached(sql)?;
            let mut rows = statement.query([])?;
            let mut kept = 0_u64;
            while let Some(row) = rows.next()? {
                kept = kept.saturating_add(row.get::<_, Option<i64>>(1)?.unwrap_or(0).unsigned_abs());
                if kept > most && row.get(2)? {
                    goes.push(row.get::<_, String>(0)?);
                }
            }
        }
        let mut accounts = Set::new();
        for path in &goes {
            let sql = "UPDATE file SET path = NULL, wanted = 0, problem = NULL WHERE path = ?1
                       RETURNING (SELECT account FROM message WHERE id = file.message)";
            let mut statement = tx.prepare_cached(sql)?;
            let changed = statement.query_map([path], |row| row.get(0).map(AccountId))?;
            accounts.extend(changed.collect::<rusqlite::Result<Vec<_>>>()?);
            tx.prepare_cached("INSERT OR IGNORE INTO file_gone (path) VALUES (?1)")?.execute([path])?;
        }
        tx.commit()?;
        Ok(accounts.into_iter().collect())
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
