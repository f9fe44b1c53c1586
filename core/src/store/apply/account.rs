//! What concerns an account itself: its session, where it connects, whether it is on.

use rusqlite::params;

use super::step::Step;
use crate::model::account::{ConnectionSettings, ResumableSession};
use crate::store::{Result, accounts};

impl Step<'_> {
    /// The session to resume, or that there is none.
    pub(super) fn session(&mut self, session: Option<&ResumableSession>) -> Result<()> {
        let Some(session) = session else {
            self.db.prepare_cached("DELETE FROM session WHERE account = ?1")?.execute([self.account.0])?;
            return Ok(());
        };
        let sql = "INSERT INTO session (account, id, inbound, jid, location, max_seconds, saved)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                   ON CONFLICT (account) DO UPDATE SET id = excluded.id, inbound = excluded.inbound, jid = excluded.jid,
                   location = excluded.location, max_seconds = excluded.max_seconds, saved = excluded.saved";
        self.db.prepare_cached(sql)?.execute(params![
            self.account.0,
            session.id,
            session.inbound,
            session.jid,
            session.location,
            session.max_seconds,
            session.saved
        ])?;
        Ok(())
    }

    /// Where to connect.
    pub(super) fn connection(&mut self, connection: &ConnectionSettings) -> Result<()> {
        accounts::save_connection(self.db, self.account, connection)
    }

    /// What a login taught. The strongest mechanism never becomes a weaker one.
    pub(super) fn logged_in(&mut self, best_mechanism: i64, resource: &str) -> Result<()> {
        let sql = "UPDATE account SET best_mechanism = max(best_mechanism, ?2), resource = ?3 WHERE id = ?1";
        self.db.prepare_cached(sql)?.execute(params![self.account.0, best_mechanism, resource])?;
        Ok(())
    }

    /// The account is switched on or off.
    pub(super) fn enabled(&mut self, enabled: bool) -> Result<()> {
        let sql = "UPDATE account SET enabled = ?2 WHERE id = ?1";
        self.db.prepare_cached(sql)?.execute(params![self.account.0, enabled])?;
        Ok(())
    }
}
