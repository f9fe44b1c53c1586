//! Contacts and the caches of what they publish.

use jid::BareJid;
use rusqlite::{OptionalExtension as _, Row, params};

use super::Queries;
use crate::model::contact::{Avatar, Contact, RosterItem};
use crate::model::ids::AccountId;
use crate::sorted::Map;
use crate::store::Result;
use crate::store::codes::{Code, jid};

const CONTACT: &str =
    "SELECT jid, subscription, name, ask, approved, nick, requests, blocked, avatar FROM contact WHERE account = ?1";

fn contact(row: &Row, groups: &mut Map<String, Vec<String>>) -> Result<Contact> {
    let text: String = row.get(0)?;
    let jid = jid(&text)?;
    let subscription: Option<i64> = row.get(1)?;
    let roster = match subscription {
        None => None,
        Some(code) => Some(RosterItem {
            jid: jid.clone(),
            name: row.get(2)?,
            subscription: Code::from_code(code)?,
            ask: row.get(3)?,
            approved: row.get(4)?,
            groups: groups.get_mut(&text).map(std::mem::take).unwrap_or_default(),
        }),
    };
    Ok(Contact { jid, roster, nick: row.get(5)?, requests: row.get(6)?, blocked: row.get(7)?, avatar: row.get(8)? })
}

impl Queries {
    /// An account's contacts, by address: who is in the roster, asks for our presence, or is blocked.
    ///
    /// # Errors
    /// Those of reading.
    pub fn contacts(&self, account: AccountId) -> Result<Vec<Contact>> {
        let mut groups: Map<String, Vec<String>> = Map::new();
        let mut statement =
            self.db.prepare_cached("SELECT jid, name FROM contact_group WHERE account = ?1 ORDER BY jid, name")?;
        let mut rows = statement.query([account.0])?;
        while let Some(row) = rows.next()? {
            groups.entry(row.get(0)?).or_default().push(row.get(1)?);
        }
        let listed = format!("{CONTACT} AND (subscription IS NOT NULL OR requests OR blocked) ORDER BY jid");
        let mut statement = self.db.prepare_cached(&listed)?;
        let mut rows = statement.query([account.0])?;
        let mut contacts = Vec::new();
        while let Some(row) = rows.next()? {
            contacts.push(contact(row, &mut groups)?);
        }
        Ok(contacts)
    }

    /// What is known of one address, if anything is.
    ///
    /// # Errors
    /// Those of reading.
    pub fn contact(&self, account: AccountId, jid: &BareJid) -> Result<Option<Contact>> {
        let sql = "SELECT name FROM contact_group WHERE account = ?1 AND jid = ?2 ORDER BY name";
        let mut statement = self.db.prepare_cached(sql)?;
        let names = statement.query_map(params![account.0, jid.as_str()], |row| row.get(0))?;
        let mut groups = Map::from_iter([(jid.to_string(), names.collect::<rusqlite::Result<_>>()?)]);
        let mut statement = self.db.prepare_cached(&format!("{CONTACT} AND jid = ?2"))?;
        let mut rows = statement.query(params![account.0, jid.as_str()])?;
        rows.next()?.map(|row| contact(row, &mut groups)).transpose()
    }

    /// True if a message was ever written to this address from the account, on whichever device.
    pub fn has_written_to(&self, account: AccountId, jid: &BareJid) -> Result<bool> {
        let mut statement = self.db.prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM chat JOIN message ON message.chat = chat.id
              WHERE chat.account = ?1 AND chat.peer = ?2 AND message.outgoing = 1 AND message.kind = 0)",
        )?;
        Ok(statement.query_row((account.0, jid.as_str()), |row| row.get(0))?)
    }

    /// True if an address is blocked (XEP-0191).
    ///
    /// # Errors
    /// Those of reading.
    pub fn is_blocked(&self, account: AccountId, jid: &BareJid) -> Result<bool> {
        let sql = "SELECT 1 FROM contact WHERE account = ?1 AND jid = ?2 AND blocked";
        Ok(self.db.prepare_cached(sql)?.exists(params![account.0, jid.as_str()])?)
    }

    /// An avatar of the cache.
    ///
    /// # Errors
    /// Those of reading.
    pub fn avatar(&self, hash: &str) -> Result<Option<Avatar>> {
        let mut statement = self.db.prepare_cached("SELECT media_type, bytes FROM avatar WHERE hash = ?1")?;
        let found = statement
            .query_row([hash], |row| Ok(Avatar { hash: hash.to_owned(), media_type: row.get(0)?, bytes: row.get(1)? }));
        Ok(found.optional()?)
    }

    /// True if an avatar's bytes are in the cache.
    ///
    /// # Errors
    /// Those of reading.
    pub fn has_avatar(&self, hash: &str) -> Result<bool> {
        Ok(self.db.prepare_cached("SELECT 1 FROM avatar WHERE hash = ?1")?.exists([hash])?)
    }

    /// What a capabilities hash stands for, as serialised disco#info XML, if it is in the cache.
    ///
    /// # Errors
    /// Those of reading.
    pub fn capabilities(&self, key: &str) -> Result<Option<String>> {
        let mut statement = self.db.prepare_cached("SELECT info FROM capability WHERE key = ?1")?;
        Ok(statement.query_row([key], |row| row.get(0)).optional()?)
    }
}
