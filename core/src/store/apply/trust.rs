//! Decisions on keys: a person's, of which other devices are told, and those that other devices tell (XEP-0450).

use jid::BareJid;
use rusqlite::params;

use super::step::Step;
use crate::model::Micros;
use crate::model::ids::ChatId;
use crate::model::message::Arrived;
use crate::model::omemo::Trust;
use crate::model::trust::{Decision, Statement, Told};
use crate::sorted::Set;
use crate::store::Result;
use crate::store::codes::{Code as _, Sends, jid, statement_lines};

/// How many decisions of devices whose keys are not verified are kept for one address.
const MOST_WAITING: u32 = 500;
/// How many keys of one address are remembered that no device has shown yet, because others have named them.
const MOST_NAMED: i64 = 500;
/// How many keys one message tells of: it stays below what every server accepts (RFC 6120 section 13.12).
const MOST_TOLD: usize = 40;

/// A decision that is about to be made.
struct Next {
    owner: BareJid,
    fingerprint: String,
    trust: Trust,
    time: Micros,
}

impl Step<'_> {
    /// A person decided. What others can be told of it goes into the outbox.
    pub(super) fn decided(&mut self, owner: &BareJid, keys: &[(String, Trust)]) -> Result<()> {
        for (fingerprint, trust) in keys {
            let key = self.key(owner, fingerprint)?;
            let sql = "UPDATE omemo_key SET decided = ?2 WHERE id = ?1";
            self.db.prepare_cached(sql)?.execute(params![key, self.now])?;
            if self.set_trust(key, *trust)? {
                let tells = matches!(trust, Trust::Verified | Trust::Distrusted);
                let sql = "UPDATE omemo_key SET to_tell = ?2 WHERE id = ?1";
                self.db.prepare_cached(sql)?.execute(params![key, tells])?;
                self.follow(owner, fingerprint, *trust)?;
            }
        }
        self.share(owner)
    }

    /// A device told what it decided. That counts if its own key is verified; otherwise it waits until that is. Our own devices
    /// may speak of anybody's keys, those of a contact of that contact's.
    pub(super) fn device_decided(&mut self, message: &Arrived, told: &Told) -> Result<()> {
        let (Some(sender), own) = (&message.sender, self.own_address()?) else { return Ok(()) };
        let from = if message.outgoing { own.clone() } else { message.chat.clone() };
        let sql = "SELECT trust FROM omemo_key WHERE account = ?1 AND jid = ?2 AND fingerprint = ?3";
        let trust = self.number(sql, params![self.account.0, from.as_str(), sender.fingerprint])?;
        let trust = trust.map(Trust::from_code).transpose()?;
        let time = told.time.min(self.now);
        for decision in told.decisions.iter().filter(|decision| from == own || decision.owner == from) {
            match trust {
                Some(Trust::Verified) => self.decide_all(vec![next(decision, time)])?,
                Some(Trust::Distrusted) => {}
                _ => self.keep_decision(&from, &sender.fingerprint, decision, time)?,
            }
        }
        Ok(())
    }

    fn keep_decision(&mut self, from: &BareJid, fingerprint: &str, decision: &Decision, time: Micros) -> Result<()> {
        let sql = "INSERT INTO trust_waiting (account, sender, sender_fingerprint, owner, fingerprint, trusted, time)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                   ON CONFLICT DO UPDATE SET trusted = ?6, time = ?7 WHERE time <= ?7";
        let Decision { owner, fingerprint: key, trusted } = decision;
        let account = self.account.0;
        self.db.prepare_cached(sql)?.execute(params![
            account,
            from.as_str(),
            fingerprint,
            owner.as_str(),
            key,
            trusted,
            time
        ])?;
        let sql = "DELETE FROM trust_waiting WHERE account = ?1 AND sender = ?2 AND id NOT IN
                   (SELECT id FROM trust_waiting WHERE account = ?1 AND sender = ?2 ORDER BY id DESC LIMIT ?3)";
        self.db.prepare_cached(sql)?.execute(params![account, from.as_str(), MOST_WAITING])?;
        Ok(())
    }

    /// What follows from a decision on a key: what its device said counts now, or never will.
    fn follow(&mut self, owner: &BareJid, fingerprint: &str, trust: Trust) -> Result<()> {
        let waited = self.take_waiting(owner, fingerprint, trust)?;
        self.decide_all(waited)
    }

    fn take_waiting(&mut self, owner: &BareJid, fingerprint: &str, trust: Trust) -> Result<Vec<Next>> {
        if !matches!(trust, Trust::Verified | Trust::Distrusted) {
            return Ok(Vec::new());
        }
        let sql = "DELETE FROM trust_waiting WHERE account = ?1 AND sender = ?2 AND sender_fingerprint = ?3
                   RETURNING owner, fingerprint, trusted, time";
        let mut statement = self.db.prepare_cached(sql)?;
        let mut rows = statement.query(params![self.account.0, owner.as_str(), fingerprint])?;
        let mut waited = Vec::new();
        while let Some(row) = rows.next()? {
            let decision =
                Decision { owner: jid(&row.get::<_, String>(0)?)?, fingerprint: row.get(1)?, trusted: row.get(2)? };
            waited.push(next(&decision, row.get(3)?));
        }
        Ok(if trust == Trust::Verified { waited } else { Vec::new() })
    }

    /// Makes decisions that devices told, and those that follow. What was decided later stays.
    fn decide_all(&mut self, mut list: Vec<Next>) -> Result<()> {
        while let Some(Next { owner, fingerprint, trust, time }) = list.pop() {
            if !self.may_name(&owner, &fingerprint)? {
                continue;
            }
            let key = self.key(&owner, &fingerprint)?;
            let sql = "UPDATE omemo_key SET decided = ?2 WHERE id = ?1 AND decided <= ?2";
            let is_newer = self.db.prepare_cached(sql)?.execute(params![key, time])? > 0;
            if is_newer && self.set_trust(key, trust)? {
                list.extend(self.take_waiting(&owner, &fingerprint, trust)?);
            }
        }
        Ok(())
    }

    /// Whether a key that others name may be remembered: one that is known, or one of not too many.
    fn may_name(&self, owner: &BareJid, fingerprint: &str) -> Result<bool> {
        if self.key_if_known(owner, fingerprint)?.is_some() {
            return Ok(true);
        }
        let sql = "SELECT count(*) FROM omemo_key k WHERE k.account = ?1 AND k.jid = ?2
                   AND NOT EXISTS (SELECT 1 FROM omemo_session WHERE key = k.id)";
        let named = self.number(sql, params![self.account.0, owner.as_str()])?;
        Ok(named.is_none_or(|named| named < MOST_NAMED))
    }

    /// True if it was another. Rows that came under the key look different.
    fn set_trust(&mut self, key: i64, trust: Trust) -> Result<bool> {
        let sql = "UPDATE omemo_key SET trust = ?2 WHERE id = ?1 AND trust <> ?2";
        if self.db.prepare_cached(sql)?.execute(params![key, trust.code()])? == 0 {
            return Ok(false);
        }
        self.applied.devices = true;
        let mut statement = self.db.prepare_cached("SELECT id, chat FROM message WHERE key = ?1 AND kind = 0")?;
        let mut rows = statement.query([key])?;
        while let Some(row) = rows.next()? {
            let (id, chat) = (row.get(0)?, row.get(1)?);
            self.show(id, ChatId(chat));
        }
        Ok(true)
    }

    /// A device of omemo:2 has shown its key: others can be told of it from now on.
    pub(super) fn key_shown(&mut self, owner: &BareJid, key: i64, ed25519: &[u8; 32]) -> Result<()> {
        let sql = "UPDATE omemo_key SET ed25519 = ?2 WHERE id = ?1 AND ed25519 IS NULL";
        let is_new = self.db.prepare_cached(sql)?.execute(params![key, &ed25519[..]])? > 0;
        if is_new { self.share(owner) } else { Ok(()) }
    }

    /// Tells other devices what a person decided on somebody's keys (XEP-0450 section 4): our own devices of anybody's,
    /// contacts' devices of ours; and a device that was verified is told of those that were verified before.
    fn share(&mut self, owner: &BareJid) -> Result<()> {
        let said = self.unshared(owner)?;
        if said.is_empty() {
            return Ok(());
        }
        let (own, known) = (self.own_address()?, self.verified()?);
        let is_new = |key: &Statement| said.iter().any(|told| told.owner == key.owner && told.key == key.key);
        let (ours, theirs): (Vec<&Statement>, Vec<&Statement>) = known.iter().partition(|key| key.owner == own);
        let verifies = said.iter().any(|told| told.trusted);
        if ours.iter().any(|key| !is_new(key)) {
            self.share_with(&own, said.iter())?;
        }
        if *owner != own {
            return if verifies { self.share_with(owner, ours) } else { Ok(()) };
        }
        for contact in theirs.iter().map(|key| &key.owner).collect::<Set<_>>() {
            self.share_with(contact, said.iter())?;
        }
        if verifies { self.share_with(&own, known.iter().filter(|key| !is_new(key))) } else { Ok(()) }
    }

    /// What is to be told of somebody's keys; from here on it was.
    fn unshared(&mut self, owner: &BareJid) -> Result<Vec<Statement>> {
        let sql = "UPDATE omemo_key SET to_tell = 0 WHERE account = ?1 AND jid = ?2 AND to_tell AND ed25519 IS NOT NULL
                   RETURNING jid, ed25519, trust";
        self.statements(sql, params![self.account.0, owner.as_str()])
    }

    /// All keys that are verified and can be told of.
    fn verified(&self) -> Result<Vec<Statement>> {
        let sql = "SELECT jid, ed25519, trust FROM omemo_key WHERE account = ?1 AND trust = ?2 AND ed25519 IS NOT NULL
                   ORDER BY id";
        self.statements(sql, params![self.account.0, Trust::Verified.code()])
    }

    fn statements(&self, sql: &str, parameters: impl rusqlite::Params) -> Result<Vec<Statement>> {
        let mut statement = self.db.prepare_cached(sql)?;
        let mut rows = statement.query(parameters)?;
        let mut statements = Vec::new();
        while let Some(row) = rows.next()? {
            let trusted = Trust::from_code(row.get(2)?)? == Trust::Verified;
            statements.push(Statement { owner: jid(&row.get::<_, String>(0)?)?, key: row.get(1)?, trusted });
        }
        Ok(statements)
    }

    fn share_with<'s>(&mut self, to: &BareJid, said: impl IntoIterator<Item = &'s Statement>) -> Result<()> {
        let said: Vec<Statement> = said.into_iter().cloned().collect();
        for part in said.chunks(MOST_TOLD) {
            let chat = self.chat_of(to)?;
            self.enqueue_for(chat, Sends::Trust, &statement_lines(part))?;
        }
        Ok(())
    }
}

fn next(decision: &Decision, time: Micros) -> Next {
    let Decision { owner, fingerprint, trusted } = decision.clone();
    let trust = if trusted { Trust::Verified } else { Trust::Distrusted };
    Next { owner, fingerprint, trust, time }
}
