//! OMEMO's keys, sessions and devices, and how a chat is encrypted.

use jid::BareJid;
use rusqlite::{OptionalExtension as _, Row, params};
use zeroize::Zeroizing;

use super::Queries;
use crate::model::ids::{AccountId, ChatId};
use crate::model::omemo::{ChatEncryption, KnownDevice, Label, ListedDevice, OwnKeys, SessionKey, Trust, Version};
use crate::store::codes::Code as _;
use crate::store::{Result, StoreError};

impl Queries {
    /// Our own device, once it has keys.
    ///
    /// # Errors
    /// Those of reading.
    pub fn omemo_own(&self, account: AccountId) -> Result<Option<OwnKeys>> {
        let sql = "SELECT device, legacy, omemo2 FROM omemo_own WHERE account = ?1";
        let own = self.db.prepare_cached(sql)?.query_row([account.0], |row| {
            let prekeys = [Zeroizing::new(row.get(1)?), Zeroizing::new(row.get(2)?)];
            Ok(OwnKeys { device: row.get(0)?, prekeys })
        });
        Ok(own.optional()?)
    }

    /// The devices that an address's newest list of a version names.
    ///
    /// # Errors
    /// Those of reading.
    pub fn listed_devices(&self, account: AccountId, jid: &BareJid, version: Version) -> Result<Vec<ListedDevice>> {
        let sql = "SELECT device, label, label_signature FROM omemo_device
                   WHERE account = ?1 AND jid = ?2 AND version = ?3 AND listed ORDER BY device";
        let mut statement = self.db.prepare_cached(sql)?;
        let devices = statement.query_map(params![account.0, jid.as_str(), version.code()], |row| {
            Ok(ListedDevice { id: row.get(0)?, label: label(row, 1)? })
        })?;
        Ok(devices.collect::<rusqlite::Result<_>>()?)
    }

    /// The keys under which there are sessions with an address's devices, the one used last first.
    ///
    /// # Errors
    /// Those of reading.
    pub fn session_keys(&self, account: AccountId, jid: &BareJid) -> Result<Vec<SessionKey>> {
        let sql = "SELECT s.device, s.version, k.fingerprint, k.trust, s.stale FROM omemo_session s
                   JOIN omemo_key k ON k.id = s.key WHERE s.account = ?1 AND s.jid = ?2 ORDER BY s.used DESC, s.id DESC";
        let mut statement = self.db.prepare_cached(sql)?;
        let mut rows = statement.query(params![account.0, jid.as_str()])?;
        let mut keys = Vec::new();
        while let Some(row) = rows.next()? {
            let trust = Trust::from_code(row.get(3)?)?;
            keys.push(SessionKey {
                device: row.get(0)?,
                version: version(row, 1)?,
                fingerprint: row.get(2)?,
                trust,
                stale: row.get(4)?,
            });
        }
        Ok(keys)
    }

    /// The record of the sessions with one key of a device, and whether nothing may be encrypted with those of them that are
    /// not newer than the store is.
    ///
    /// # Errors
    /// Those of reading.
    pub fn session_record(
        &self,
        account: AccountId,
        jid: &BareJid,
        device: u32,
        version: Version,
        fingerprint: &str,
    ) -> Result<Option<(Zeroizing<Vec<u8>>, bool)>> {
        let sql = "SELECT record, stale FROM omemo_session JOIN omemo_key k ON k.id = omemo_session.key
                   WHERE omemo_session.account = ?1 AND omemo_session.jid = ?2 AND version = ?3 AND device = ?4
                   AND fingerprint = ?5";
        let parameters = params![account.0, jid.as_str(), version.code(), device, fingerprint];
        let record =
            self.db.prepare_cached(sql)?.query_row(parameters, |row| Ok((Zeroizing::new(row.get(0)?), row.get(1)?)));
        Ok(record.optional()?)
    }

    /// Whether a stanza with this id was written on this device, as far as is known here.
    ///
    /// # Errors
    /// Those of reading.
    pub fn is_ours(&self, account: AccountId, peer: &BareJid, stanza: &str) -> Result<bool> {
        let sql = "SELECT 1 FROM chat WHERE account = ?1 AND peer = ?2 AND (
                     EXISTS (SELECT 1 FROM message m WHERE m.chat = chat.id AND m.stanza_id = ?3 AND m.local)
                     OR EXISTS (SELECT 1 FROM retired WHERE retired.chat = chat.id AND retired.id = ?3))";
        Ok(self.db.prepare_cached(sql)?.exists(params![account.0, peer.as_str(), stanza])?)
    }

    /// What people see of an address's devices: listed ones first, then by when they were last seen.
    ///
    /// # Errors
    /// Those of reading.
    pub fn known_devices(&self, account: AccountId, jid: &BareJid) -> Result<Vec<KnownDevice>> {
        let sql = "SELECT s.device, s.version, k.fingerprint, k.trust, d.label, d.label_signature, s.seen,
                   coalesce(d.listed, 0), k.ed25519
                   FROM omemo_session s JOIN omemo_key k ON k.id = s.key
                   LEFT JOIN omemo_device d ON d.account = s.account AND d.jid = s.jid AND d.version = s.version
                     AND d.device = s.device
                   WHERE s.account = ?1 AND s.jid = ?2
                   ORDER BY coalesce(d.listed, 0) DESC, s.seen DESC, s.device, s.version DESC";
        let mut statement = self.db.prepare_cached(sql)?;
        let mut rows = statement.query(params![account.0, jid.as_str()])?;
        let mut devices = Vec::new();
        while let Some(row) = rows.next()? {
            devices.push(KnownDevice {
                id: row.get(0)?,
                version: version(row, 1)?,
                fingerprint: row.get(2)?,
                ed25519: row.get(8)?,
                trust: Trust::from_code(row.get(3)?)?,
                label: label(row, 4)?,
                last_seen: row.get(6)?,
                listed: row.get(7)?,
            });
        }
        Ok(devices)
    }

    /// What a person wants for a chat, and whether something has left it encrypted since.
    ///
    /// # Errors
    /// [`StoreError::NoSuchChat`].
    pub fn chat_encryption(&self, chat: ChatId) -> Result<(ChatEncryption, bool)> {
        let mut statement = self.db.prepare_cached("SELECT encryption, encrypted FROM chat WHERE id = ?1")?;
        let mut rows = statement.query([chat.0])?;
        let row = rows.next()?.ok_or(StoreError::NoSuchChat)?;
        Ok((ChatEncryption::from_code(row.get(0)?)?, row.get(1)?))
    }
}

/// A label that nobody signed is none.
fn label(row: &Row, column: usize) -> rusqlite::Result<Option<Label>> {
    let parts = (row.get::<_, Option<String>>(column)?, row.get::<_, Option<Vec<u8>>>(column + 1)?);
    Ok(match parts {
        (Some(text), Some(signature)) => Some(Label { text, signature }),
        _ => None,
    })
}

fn version(row: &Row, column: usize) -> Result<Version> {
    let damaged = || StoreError::Damaged { detail: "a session in no version".to_owned() };
    Version::from_code(row.get(column)?).ok_or_else(damaged)
}
