//! OMEMO's keys, sessions and lists of devices.

use jid::BareJid;
use rusqlite::params;

use super::row::Row;
use super::step::Step;
use crate::model::ids::ChatId;
use crate::model::message::{Arrived, Encryption};
use crate::model::omemo::{ChatEncryption, ListedDevice, OmemoChange, SessionRecord, Trust, Version};
use crate::store::Result;
use crate::store::codes::{Code as _, Kind, jid};

/// How many sessions are kept with the devices of one address.
const MOST_SESSIONS: u32 = 400;

impl Step<'_> {
    pub(super) fn omemo(&mut self, change: &OmemoChange) -> Result<()> {
        match change {
            OmemoChange::Own(keys) => {
                let [legacy, omemo2] = &keys.prekeys;
                let sql = "INSERT INTO omemo_own (account, device, legacy, omemo2) VALUES (?1, ?2, ?3, ?4)
                           ON CONFLICT (account) DO UPDATE SET device = ?2, legacy = ?3, omemo2 = ?4";
                let parameters = params![self.account.0, keys.device, legacy.as_slice(), omemo2.as_slice()];
                self.db.prepare_cached(sql)?.execute(parameters)?;
                Ok(())
            }
            OmemoChange::Devices { jid, version, devices } => self.devices(jid, *version, devices),
            OmemoChange::Sessions(record) => self.sessions(record),
            OmemoChange::Restored => {
                let sql = "UPDATE omemo_session SET stale = 1 WHERE account = ?1";
                self.db.prepare_cached(sql)?.execute([self.account.0])?;
                Ok(())
            }
            OmemoChange::Decided { jid, keys } => self.decided(jid, keys),
        }
    }

    /// Devices that are not in the list any more are remembered, for messages of theirs that are on their way.
    fn devices(&mut self, jid: &BareJid, version: Version, devices: &[ListedDevice]) -> Result<()> {
        let (account, version) = (self.account.0, version.code());
        let sql = "UPDATE omemo_device SET listed = 0 WHERE account = ?1 AND jid = ?2 AND version = ?3 AND listed";
        self.db.prepare_cached(sql)?.execute(params![account, jid.as_str(), version])?;
        for device in devices {
            let sql = "INSERT INTO omemo_device (account, jid, version, device, label, label_signature, listed)
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1)
                       ON CONFLICT (account, jid, version, device)
                       DO UPDATE SET label = ?5, label_signature = ?6, listed = 1";
            let (label, signature) = device.label.as_ref().map(|label| (&label.text, &label.signature)).unzip();
            let parameters = params![account, jid.as_str(), version, device.id, label, signature];
            self.db.prepare_cached(sql)?.execute(parameters)?;
        }
        self.applied.devices = true;
        Ok(())
    }

    /// The row of a key, made if it is new: then it is trusted, unless people have begun to decide on this address's keys.
    pub(super) fn key(&mut self, jid: &BareJid, fingerprint: &str) -> Result<i64> {
        if let Some(key) = self.key_if_known(jid, fingerprint)? {
            return Ok(key);
        }
        let sql = "INSERT INTO omemo_key (account, jid, fingerprint, trust) SELECT ?1, ?2, ?3,
                   iif(EXISTS (SELECT 1 FROM omemo_key WHERE account = ?1 AND jid = ?2 AND trust = ?4), ?5, ?6)";
        let codes = [Trust::Verified, Trust::Undecided, Trust::Blind].map(Trust::code);
        let parameters = params![self.account.0, jid.as_str(), fingerprint, codes[0], codes[1], codes[2]];
        self.db.prepare_cached(sql)?.execute(parameters)?;
        self.applied.devices = true;
        Ok(self.db.last_insert_rowid())
    }

    pub(super) fn key_if_known(&self, jid: &BareJid, fingerprint: &str) -> Result<Option<i64>> {
        let sql = "SELECT id FROM omemo_key WHERE account = ?1 AND jid = ?2 AND fingerprint = ?3";
        self.number(sql, params![self.account.0, jid.as_str(), fingerprint])
    }

    fn sessions(&mut self, record: &SessionRecord) -> Result<()> {
        let key = self.key(&record.jid, &record.fingerprint)?;
        let sql = "INSERT INTO omemo_session (account, jid, device, version, key, record, seen, used)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                   ON CONFLICT (account, jid, version, device, key)
                   DO UPDATE SET record = ?6, seen = coalesce(?7, seen), used = ?8, stale = stale AND NOT ?9";
        let seen = record.seen.then_some(self.now);
        let (jid, version) = (record.jid.as_str(), record.version.code());
        self.db.prepare_cached(sql)?.execute(params![
            self.account.0,
            jid,
            record.device,
            version,
            key,
            record.bytes.as_slice(),
            seen,
            self.now,
            record.begun,
        ])?;
        // Anybody can make up devices: those that were not used for longest go.
        let sql = "DELETE FROM omemo_session WHERE account = ?1 AND jid = ?2 AND id NOT IN
                   (SELECT id FROM omemo_session WHERE account = ?1 AND jid = ?2 ORDER BY used DESC, id DESC LIMIT ?3)";
        if self.db.prepare_cached(sql)?.execute(params![self.account.0, jid, MOST_SESSIONS])? > 0 {
            let sql = "DELETE FROM omemo_key WHERE account = ?1 AND jid = ?2 AND trust IN (?3, ?4)
                       AND NOT EXISTS (SELECT 1 FROM omemo_session WHERE key = omemo_key.id)
                       AND NOT EXISTS (SELECT 1 FROM message WHERE message.key = omemo_key.id)";
            let undecided = [Trust::Blind, Trust::Undecided].map(Trust::code);
            let parameters = params![self.account.0, jid, undecided[0], undecided[1]];
            self.db.prepare_cached(sql)?.execute(parameters)?;
        }
        record.ed25519.as_ref().map_or(Ok(()), |ed25519| self.key_shown(&record.jid, key, ed25519))
    }

    /// Under which key a message came, for its row.
    pub(super) fn sender_key(&mut self, message: &Arrived) -> Result<Option<(i64, u32)>> {
        let Some(sender) = &message.sender else { return Ok(None) };
        let jid = if message.outgoing { self.own_address()? } else { message.chat.clone() };
        Ok(Some((self.key(&jid, &sender.fingerprint)?, sender.device)))
    }

    pub(super) fn own_address(&self) -> Result<BareJid> {
        let own = self.text_value("SELECT jid FROM account WHERE id = ?1", [self.account.0])?.unwrap_or_default();
        jid(&own)
    }

    /// A message of ours leaves encrypted, or in clear because nothing else was possible or wanted.
    pub(super) fn leaves_as(&mut self, row: &Row, encryption: Encryption) -> Result<()> {
        let sql = "UPDATE message SET encryption = ?2 WHERE id = ?1 AND encryption <> ?2";
        let changed = self.db.prepare_cached(sql)?.execute(params![row.id, encryption.code()])? > 0;
        if changed && row.kind == Kind::Text {
            self.show(row.id, row.chat);
        }
        if encryption != Encryption::None {
            let sql = "UPDATE chat SET encrypted = 1 WHERE id = ?1 AND encrypted = 0 AND encryption = 0";
            if self.db.prepare_cached(sql)?.execute([row.chat.0])? > 0 {
                self.list_changed(row.chat);
            }
        }
        Ok(())
    }

    /// What a person wants for a chat. To choose automatic again forgets that it was encrypted.
    pub(super) fn chat_encryption(&mut self, chat: ChatId, encryption: Option<ChatEncryption>) -> Result<()> {
        let Some(encryption) = encryption else { return Ok(()) };
        let sql = "UPDATE chat SET encryption = ?2, encrypted = 0 WHERE id = ?1 AND (encryption <> ?2 OR encrypted)";
        if self.db.prepare_cached(sql)?.execute(params![chat.0, encryption.code()])? > 0 {
            self.list_changed(chat);
        }
        Ok(())
    }
}
