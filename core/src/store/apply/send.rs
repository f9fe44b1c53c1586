//! The person sends something: it is stored, and shown, before it leaves.

use jid::BareJid;
use rusqlite::params;

use super::arrive::{New, Stored, emoji_lines};
use super::place::QUEUE;
use super::row::{Row, select_row};
use super::step::Step;
use crate::model::ids::{ChatId, MessageId};
use crate::model::message::{Delivery, Encryption, FailureReason, Place};
use crate::model::outbox::Payload;
use crate::store::codes::{Code as _, Kind, QUEUED, Sends, statement_lines};
use crate::store::{Result, StoreError};

impl Step<'_> {
    /// A command to send. One with a stanza id that is known was stored already.
    pub(super) fn send(&mut self, peer: &BareJid, stanza_id: &str, payload: &Payload) -> Result<()> {
        if stanza_id.is_empty() {
            return Err(StoreError::BadValue { field: "stanza id" });
        }
        let chat = self.chat_of(peer)?;
        if self.named(chat, stanza_id)?.iter().any(|row| row.outgoing) || self.is_queued(stanza_id)? {
            self.applied.duplicate = true;
            return Ok(());
        }
        match payload {
            Payload::Text { body, reply, quoted, files } => {
                if body.is_empty() && files.is_empty() {
                    return Err(StoreError::BadValue { field: "text" });
                }
                self.read_what_is_here(chat)?;
                self.bring_back(chat)?;
                let body = if files.is_empty() { body.clone() } else { String::new() };
                let text = Stored { reply: reply.as_ref(), files, ..Stored::of(Kind::Text, body, None) };
                let row = self.send_row(chat, stanza_id, &text, Sends::Text)?;
                self.db
                    .prepare_cached("UPDATE outbox SET quoted = ?2 WHERE message = ?1")?
                    .execute(params![row.id, quoted])?;
                self.send_caption(chat, payload, row.id)
            }
            Payload::Correction { target, body } => self.correct(chat, stanza_id, target, body),
            Payload::Retraction { target } => self.take_back(chat, stanza_id, target),
            Payload::Reactions { target, emojis } => {
                if !self.named(chat, target)?.iter().any(|row| row.kind == Kind::Text && !row.retracted) {
                    return Err(StoreError::NoSuchMessage);
                }
                let set = Stored::of(Kind::Reactions, emoji_lines(emojis), Some(target));
                self.send_row(chat, stanza_id, &set, Sends::Reactions).map(|_| ())
            }
            Payload::Receipt { target } => self.enqueue(chat, stanza_id, Sends::Receipt, None, Some(target)),
            Payload::Displayed { target } => {
                self.forget_displayed(chat)?;
                self.enqueue(chat, stanza_id, Sends::Displayed, None, Some(target))
            }
            Payload::Trust { said } => self.enqueue(chat, stanza_id, Sends::Trust, None, Some(&statement_lines(said))),
        }
    }

    /// The text beside files: a message of its own, which leaves when the server has that of the files. Most clients show a
    /// file only if its address is all that the message says.
    fn send_caption(&mut self, chat: ChatId, payload: &Payload, follows: i64) -> Result<()> {
        let Payload::Text { body, files, .. } = payload else { return Ok(()) };
        if body.is_empty() || files.is_empty() {
            return Ok(());
        }
        let id = self.new_id()?;
        let row = self.send_row(chat, &id, &Stored::of(Kind::Text, body.clone(), None), Sends::Text)?;
        self.db
            .prepare_cached("UPDATE outbox SET follows = ?2 WHERE message = ?1")?
            .execute(params![row.id, follows])?;
        Ok(())
    }

    fn correct(&mut self, chat: ChatId, stanza_id: &str, target: &str, body: &str) -> Result<()> {
        if body.is_empty() {
            return Err(StoreError::BadValue { field: "text" });
        }
        let text = self.own_text(chat, target)?;
        let new = |kind| Stored::of(kind, body.to_owned(), Some(target));
        if text.delivery == Delivery::Failed {
            // Nobody has the first version: the next attempt is the new one.
            let print = Stored { target: None, ..new(Kind::Text) }.print();
            return self.rewrite(&text, body, print.digest);
        }
        self.send_row(chat, stanza_id, &new(Kind::Correction), Sends::Correction).map(|_| ())
    }

    fn rewrite(&mut self, text: &Row, body: &str, digest: i64) -> Result<()> {
        let sql = "SELECT body, search_key FROM message WHERE id = ?1";
        let (old, key): (String, i64) =
            self.db.prepare_cached(sql)?.query_row([text.id], |row| Ok((row.get(0)?, row.get(1)?)))?;
        self.db
            .prepare_cached("UPDATE message SET body = ?2, digest = ?3 WHERE id = ?1")?
            .execute(params![text.id, body, digest])?;
        self.reindex(key, text.id, text.chat, Some(&old));
        self.show(text.id, text.chat);
        Ok(())
    }

    /// A text that has not left is not sent any more; otherwise the contact is asked to forget it.
    fn take_back(&mut self, chat: ChatId, stanza_id: &str, target: &str) -> Result<()> {
        let mut text = self.own_text(chat, target)?;
        let sql = "DELETE FROM outbox WHERE message = ?1 AND state = ?2";
        let unsent = self.db.prepare_cached(sql)?.execute(params![text.id, QUEUED])? > 0;
        let stored = Stored::of(Kind::Retraction, String::new(), Some(target));
        let nobody_has_it = unsent || (text.delivery == Delivery::Failed && !text.bounced);
        let row = self.send_row(chat, stanza_id, &stored, Sends::Retraction)?;
        if nobody_has_it {
            // Neither the text nor what changes it is for anybody but this device.
            let sql = "DELETE FROM outbox WHERE state = ?2 AND message IN
                       (SELECT ?1 UNION SELECT id FROM message WHERE target_row = ?3)";
            self.db.prepare_cached(sql)?.execute(params![row.id, QUEUED, text.id])?;
            self.set_delivery(&mut text, Delivery::Sent, None)?;
            if text.place == Place::Floating {
                self.place_at_end(&mut text)?;
            }
        }
        Ok(())
    }

    fn own_text(&self, chat: ChatId, target: &str) -> Result<Row> {
        let mut named = self.named(chat, target)?;
        named.retain(|row| row.kind == Kind::Text);
        named.sort_by_key(|row| (!row.outgoing, -row.position));
        let text = named.into_iter().next().ok_or(StoreError::NoSuchMessage)?;
        match (text.outgoing, text.retracted) {
            (false, _) => Err(StoreError::NotYours),
            (_, true) => Err(StoreError::NoSuchMessage),
            _ => Ok(text),
        }
    }

    /// A row that waits in the outbox, at the end of its chat.
    fn send_row(&mut self, chat: ChatId, stanza_id: &str, stored: &Stored, sends: Sends) -> Result<Row> {
        let mut row = self.insert_row(&New {
            chat,
            outgoing: true,
            local: true,
            stanza: Some(stanza_id),
            origin: None,
            archive: None,
            digest: stored.print().digest,
            time: self.now,
            stamped: false,
            position: QUEUE,
            place: Place::Floating,
            after_hole: self.last_hole,
            delivery: Delivery::Queued,
            encryption: Encryption::None,
            sender: None,
            markable: false,
            stored,
        })?;
        self.insert_files(row.id, stored.files)?;
        self.enqueue(chat, stanza_id, sends, Some(row.id), stored.target)?;
        let item = self.db.last_insert_rowid();
        self.move_row(&mut row, QUEUE + item, Place::Floating, self.last_hole)?;
        if stored.kind == Kind::Text {
            self.bind_waiting_changes(&row)?;
        } else {
            self.bind_change(&row)?;
        }
        Ok(row)
    }

    /// The person asks to send a failed text once more: as the same stanza, unless the network has had that one.
    pub(super) fn retry(&mut self, message: MessageId) -> Result<()> {
        let mut row = self.text(message.0)?;
        if !row.outgoing {
            return Err(StoreError::NotYours);
        }
        if row.delivery != Delivery::Failed || row.retracted {
            self.applied.duplicate = true;
            return Ok(());
        }
        if row.bounced {
            self.rename(&mut row)?;
        }
        let stanza_id = row.stanza.clone().ok_or(StoreError::NoSuchMessage)?;
        self.enqueue(row.chat, &stanza_id, Sends::Text, Some(row.id), None)?;
        let item = self.db.last_insert_rowid();
        self.set_delivery(&mut row, Delivery::Queued, None)?;
        self.bring_back(row.chat)?;
        self.move_row(&mut row, QUEUE + item, Place::Floating, self.last_hole)
    }

    /// The text becomes a new stanza. Its old names are remembered: what comes with them is no second text.
    fn rename(&mut self, row: &mut Row) -> Result<()> {
        for old in [row.archive.take(), row.stanza.take(), row.origin.take()].into_iter().flatten() {
            self.db
                .prepare_cached("INSERT OR IGNORE INTO retired (chat, id) VALUES (?1, ?2)")?
                .execute(params![row.chat.0, old])?;
        }
        let new = self.new_id()?;
        let sql = "UPDATE message SET stanza_id = ?2, origin_id = NULL, archive_id = NULL, bounced = 0, stamped = 0,
                   local = 1 WHERE id = ?1";
        self.db.prepare_cached(sql)?.execute(params![row.id, new])?;
        row.stanza = Some(new);
        (row.bounced, row.stamped, row.local) = (false, false, true);
        Ok(())
    }

    /// An item cannot be sent: its text fails where it stands, and a change is undone.
    pub(super) fn failed(&mut self, item: crate::model::ids::OutboxId, reason: FailureReason) -> Result<()> {
        let sql = "SELECT message FROM outbox WHERE id = ?1 AND account = ?2";
        let Some(message) = self.number_or_null(sql, params![item.0, self.account.0])? else { return Ok(()) };
        self.db.prepare_cached("DELETE FROM outbox WHERE id = ?1")?.execute([item.0])?;
        let Some(mut row) = message.map(|id| self.row(id)).transpose()?.flatten() else { return Ok(()) };
        if row.kind != Kind::Text {
            return self.undo_change(&row);
        }
        self.set_delivery(&mut row, Delivery::Failed, Some(reason))?;
        self.place_at_end(&mut row)
    }

    /// The last row that was shown above something written now.
    fn read_what_is_here(&mut self, chat: ChatId) -> Result<()> {
        let sql = select_row!("WHERE chat = ?1 AND unread = 1 ORDER BY position DESC, id DESC LIMIT 1");
        if let Some(row) = self.rows(sql, [chat.0])?.first()
            && self.read_up_to(chat, (row.position, row.id))?
        {
            self.to_be_published(chat)?;
        }
        Ok(())
    }

    fn is_queued(&self, stanza_id: &str) -> Result<bool> {
        let sql = "SELECT 1 FROM outbox WHERE account = ?1 AND stanza_id = ?2";
        Ok(self.db.prepare_cached(sql)?.exists(params![self.account.0, stanza_id])?)
    }

    /// Puts an item at the end of the outbox.
    pub(super) fn enqueue(
        &mut self,
        chat: ChatId,
        stanza_id: &str,
        sends: Sends,
        message: Option<i64>,
        target: Option<&str>,
    ) -> Result<()> {
        let sql =
            "INSERT INTO outbox (account, chat, stanza_id, payload, message, target) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let parameters = params![self.account.0, chat.0, stanza_id, sends.code(), message, target];
        self.db.prepare_cached(sql)?.execute(parameters)?;
        self.applied.outbox = true;
        Ok(())
    }

    /// Puts an item without a row, such as a receipt, at the end of the outbox, under a new id.
    pub(super) fn enqueue_for(&mut self, chat: ChatId, sends: Sends, target: &str) -> Result<()> {
        let id = self.new_id()?;
        self.enqueue(chat, &id, sends, None, Some(target))
    }
}
