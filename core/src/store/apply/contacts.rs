//! The roster, requests, the block list, and what contacts publish of themselves.

use jid::BareJid;
use rusqlite::params;

use super::step::Step;
use crate::model::contact::RosterItem;
use crate::store::Result;
use crate::store::codes::Code as _;

impl Step<'_> {
    /// The roster as a whole.
    pub(super) fn roster(&mut self, version: Option<&str>, items: &[RosterItem]) -> Result<()> {
        let gone = "UPDATE contact SET subscription = NULL, name = NULL, ask = 0, approved = 0
                    WHERE account = ?1 AND subscription IS NOT NULL RETURNING jid";
        let mut statement = self.db.prepare_cached(gone)?;
        let were = statement.query_map([self.account.0], |row| row.get(0))?;
        let were: Vec<String> = were.collect::<rusqlite::Result<_>>()?;
        self.db.prepare_cached("DELETE FROM contact_group WHERE account = ?1")?.execute([self.account.0])?;
        for item in items {
            self.put_item(item)?;
        }
        for jid in were {
            self.forget_empty(&jid)?;
            self.contact_changed(&jid)?;
        }
        self.roster_version(version)
    }

    /// One entry changed or went.
    pub(super) fn roster_item(
        &mut self,
        version: Option<&str>,
        item: Option<&RosterItem>,
        jid: &BareJid,
    ) -> Result<()> {
        let gone = "UPDATE contact SET subscription = NULL, name = NULL, ask = 0, approved = 0
                    WHERE account = ?1 AND jid = ?2";
        self.db
            .prepare_cached("DELETE FROM contact_group WHERE account = ?1 AND jid = ?2")?
            .execute(params![self.account.0, jid.as_str()])?;
        match item {
            Some(item) => self.put_item(item)?,
            None => {
                self.db.prepare_cached(gone)?.execute(params![self.account.0, jid.as_str()])?;
                self.forget_empty(jid.as_str())?;
                self.contact_changed(jid.as_str())?;
            }
        }
        self.roster_version(version)
    }

    fn put_item(&mut self, item: &RosterItem) -> Result<()> {
        let jid = item.jid.as_str();
        let sql =
            "INSERT INTO contact (account, jid, subscription, name, ask, approved) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                   ON CONFLICT (account, jid) DO UPDATE SET subscription = excluded.subscription, name = excluded.name,
                   ask = excluded.ask, approved = excluded.approved";
        let (name, code) = (&item.name, item.subscription.code());
        self.db.prepare_cached(sql)?.execute(params![self.account.0, jid, code, name, item.ask, item.approved])?;
        for group in &item.groups {
            self.db
                .prepare_cached("INSERT OR IGNORE INTO contact_group (account, jid, name) VALUES (?1, ?2, ?3)")?
                .execute(params![self.account.0, jid, group])?;
        }
        self.contact_changed(jid)
    }

    fn roster_version(&mut self, version: Option<&str>) -> Result<()> {
        self.db
            .prepare_cached("UPDATE account SET roster_version = ?2 WHERE id = ?1")?
            .execute(params![self.account.0, version])?;
        Ok(())
    }

    /// Somebody asks to see our presence, or no longer does.
    pub(super) fn request(&mut self, jid: &BareJid, nick: Option<&str>, pending: bool) -> Result<()> {
        let sql = "INSERT INTO contact (account, jid, requests, nick) VALUES (?1, ?2, ?3, ?4)
                   ON CONFLICT (account, jid) DO UPDATE SET requests = excluded.requests,
                   nick = coalesce(excluded.nick, nick)
                   WHERE requests <> excluded.requests OR nick IS NOT coalesce(excluded.nick, nick)";
        let account = self.account.0;
        self.alter(jid.as_str(), sql, params![account, jid.as_str(), pending, nick])
    }

    /// The block list as a whole.
    pub(super) fn block_list(&mut self, jids: &[BareJid]) -> Result<()> {
        let mut statement = self.db.prepare_cached("SELECT jid FROM contact WHERE account = ?1 AND blocked")?;
        let were = statement.query_map([self.account.0], |row| row.get(0))?;
        let were: Vec<String> = were.collect::<rusqlite::Result<_>>()?;
        for jid in were.iter().filter(|were| !jids.iter().any(|jid| jid.as_str() == **were)) {
            self.block(jid, false)?;
        }
        jids.iter().try_for_each(|jid| self.block(jid.as_str(), true))
    }

    /// Addresses were blocked or unblocked.
    pub(super) fn blocked(&mut self, jids: &[BareJid], blocked: bool) -> Result<()> {
        jids.iter().try_for_each(|jid| self.block(jid.as_str(), blocked))
    }

    fn block(&mut self, jid: &str, blocked: bool) -> Result<()> {
        let sql = "INSERT INTO contact (account, jid, blocked) VALUES (?1, ?2, ?3)
                   ON CONFLICT (account, jid) DO UPDATE SET blocked = excluded.blocked WHERE blocked <> excluded.blocked";
        let account = self.account.0;
        self.alter(jid, sql, params![account, jid, blocked])
    }

    /// The name that somebody gave themselves.
    pub(super) fn nickname(&mut self, jid: &BareJid, nick: Option<&str>) -> Result<()> {
        let sql = "INSERT INTO contact (account, jid, nick) VALUES (?1, ?2, ?3)
                   ON CONFLICT (account, jid) DO UPDATE SET nick = excluded.nick WHERE nick IS NOT excluded.nick";
        let account = self.account.0;
        self.alter(jid.as_str(), sql, params![account, jid.as_str(), nick])
    }

    /// Whose avatar is which image.
    pub(super) fn avatar_of(&mut self, jid: &BareJid, hash: Option<&str>) -> Result<()> {
        let sql = "INSERT INTO contact (account, jid, avatar) VALUES (?1, ?2, ?3)
                   ON CONFLICT (account, jid) DO UPDATE SET avatar = excluded.avatar WHERE avatar IS NOT excluded.avatar";
        let account = self.account.0;
        self.alter(jid.as_str(), sql, params![account, jid.as_str(), hash])
    }

    fn alter(&mut self, jid: &str, sql: &str, parameters: impl rusqlite::Params) -> Result<()> {
        if self.db.prepare_cached(sql)?.execute(parameters)? > 0 {
            self.forget_empty(jid)?;
            self.contact_changed(jid)?;
        }
        Ok(())
    }

    /// A contact of whom nothing is known has no row.
    fn forget_empty(&mut self, jid: &str) -> Result<()> {
        let sql = "DELETE FROM contact WHERE account = ?1 AND jid = ?2 AND subscription IS NULL AND nick IS NULL
                   AND avatar IS NULL AND NOT requests AND NOT blocked";
        self.db.prepare_cached(sql)?.execute(params![self.account.0, jid])?;
        Ok(())
    }

    /// A contact looks different, and so does its chat.
    fn contact_changed(&mut self, jid: &str) -> Result<()> {
        self.applied.contacts = true;
        let sql = "SELECT id FROM chat WHERE account = ?1 AND peer = ?2";
        if let Some(chat) = self.number(sql, params![self.account.0, jid])? {
            self.list_changed(crate::model::ids::ChatId(chat));
        }
        Ok(())
    }
}
