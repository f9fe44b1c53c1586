//! The questions that both connections answer.

mod accounts;
mod chats;
mod contacts;
mod files;
mod messages;
mod omemo;
mod outbox;
mod timeline;

pub(in crate::store) use chats::{last_before_hole, open_holes, preview};

use rusqlite::Connection;

use super::Result;
use crate::model::message::Message;

/// One connection and what can be asked of it.
pub struct Queries {
    pub(in crate::store) db: Connection,
}

/// A stretch of a chat.
#[derive(Clone, PartialEq, Eq)]
pub struct Page {
    /// Its texts, oldest first.
    pub rows: Vec<Message>,
    /// There is nothing older, neither here nor in the archive, as far as is known.
    pub complete: bool,
}

/// How large the store is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stats {
    /// Bytes of the database, without its write-ahead log.
    pub bytes: u64,
    /// Texts of all accounts.
    pub messages: u64,
}

impl Queries {
    pub(in crate::store) fn new(db: Connection) -> Queries {
        Queries { db }
    }

    /// How large the store is. Counting looks at every row.
    ///
    /// # Errors
    /// Those of reading.
    pub fn stats(&self) -> Result<Stats> {
        let one = |sql: &str| self.db.query_row(sql, [], |row| row.get::<_, i64>(0));
        let bytes = one("PRAGMA page_count")?.saturating_mul(one("PRAGMA page_size")?);
        let messages = one("SELECT count(*) FROM message WHERE kind = 0")?;
        Ok(Stats { bytes: bytes.unsigned_abs(), messages: messages.unsigned_abs() })
    }

    /// What SQLite finds wrong with the file: nothing, if all is well.
    ///
    /// # Errors
    /// Those of reading.
    pub fn integrity_check(&self) -> Result<Vec<String>> {
        let mut found = Vec::new();
        let mut statement = self.db.prepare("PRAGMA integrity_check")?;
        for line in statement.query_map([], |row| row.get::<_, String>(0))? {
            found.push(line?);
        }
        let mut statement = self.db.prepare("PRAGMA foreign_key_check")?;
        for table in statement.query_map([], |row| row.get::<_, String>(0))? {
            found.push(format!("a row of {} has no parent", table?));
        }
        found.retain(|line| line != "ok");
        Ok(found)
    }
}
