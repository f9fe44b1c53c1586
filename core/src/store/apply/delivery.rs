//! How far our messages have come: receipts, markers, errors. What refers to a message that is not here yet waits for it.

use jid::BareJid;
use rusqlite::params;

use super::row::Row;
use super::step::Step;
use crate::model::ids::ChatId;
use crate::model::message::{Delivery, FailureReason};
use crate::store::Result;
use crate::store::codes::{Code as _, Kind, QUEUED, Sends, Waits};

/// How much may wait in an account; the oldest goes first.
const WAITING: i64 = 2000;

impl Step<'_> {
    /// A device of the contact has our message (XEP-0184).
    pub(super) fn delivered(&mut self, peer: &BareJid, target: &str) -> Result<()> {
        self.tell(peer, target, Waits::Receipt, 0)
    }

    /// A device of ours has given a receipt: no other need give it once more. Who comes back to a long archive would answer all
    /// of it otherwise.
    pub(super) fn receipted(&mut self, peer: &BareJid, target: &str) -> Result<()> {
        let Some(chat) = self.chat_if_known(peer)? else { return Ok(()) };
        self.db
            .prepare_cached("DELETE FROM outbox WHERE chat = ?1 AND target = ?2 AND payload = ?3 AND state = ?4")?
            .execute(params![chat.0, target, Sends::Receipt.code(), QUEUED])?;
        for row in self.named(chat, target)?.iter().filter(|row| !row.outgoing) {
            self.db.prepare_cached("UPDATE message SET receipted = 1 WHERE id = ?1")?.execute([row.id])?;
        }
        Ok(())
    }

    /// Somebody has seen the chat up to a message (XEP-0333): the contact, or (`by_us`) another device of ours.
    pub(super) fn displayed(&mut self, peer: &BareJid, target: &str, by_us: bool) -> Result<()> {
        self.tell(peer, target, if by_us { Waits::DisplayedByUs } else { Waits::Displayed }, 0)
    }

    /// Our message came back.
    pub(super) fn bounced(&mut self, peer: &BareJid, target: &str, reason: FailureReason) -> Result<()> {
        self.tell(peer, target, Waits::Error, reason.code())
    }

    fn tell(&mut self, peer: &BareJid, target: &str, what: Waits, detail: i64) -> Result<()> {
        let chat = self.chat_of(peer)?;
        let outgoing = what != Waits::DisplayedByUs;
        let mut named = self.named(chat, target)?;
        named.retain(|row| row.outgoing == outgoing);
        // Where ids are used twice, what has left is meant and not what waits; among the same, the newest. A row that waits
        // moves when it turns out to have left: hearing the same once more must mean the same row.
        named.sort_by_key(|row| (row.kind != Kind::Text, row.delivery == Delivery::Queued, -row.position));
        match named.into_iter().next() {
            Some(row) => self.told(row, what, detail),
            None => self.wait(chat, target, what, detail).map(|_| ()),
        }
    }

    fn told(&mut self, mut row: Row, what: Waits, detail: i64) -> Result<()> {
        if row.kind != Kind::Text {
            // A receipt of a change says nothing that is shown; its failure undoes it.
            if what == Waits::Error && row.local && row.delivery <= Delivery::Sent {
                self.db.prepare_cached("DELETE FROM outbox WHERE message = ?1")?.execute([row.id])?;
                self.undo_change(&row)?;
            }
            return Ok(());
        }
        match what {
            Waits::Receipt => self.reached_contact(&mut row, Delivery::Delivered),
            Waits::Displayed => {
                self.reached_contact(&mut row, Delivery::Displayed)?;
                self.displayed_before(&row)
            }
            Waits::DisplayedByUs => {
                self.db
                    .prepare_cached("UPDATE chat SET marked = ?2 WHERE id = ?1")?
                    .execute(params![row.chat.0, row.id])?;
                self.read_up_to(row.chat, (row.position, row.id)).map(|_| ())
            }
            Waits::Error => self.came_back(&mut row, FailureReason::from_code(detail)?),
            Waits::Answered => Ok(()),
        }
    }

    fn reached_contact(&mut self, row: &mut Row, delivery: Delivery) -> Result<()> {
        if row.delivery == Delivery::Queued && self.reached_server(row)? {
            self.place_acknowledged(row)?;
        }
        if row.delivery < delivery || row.delivery == Delivery::Failed {
            self.set_delivery(row, delivery, None)?;
        }
        Ok(())
    }

    /// Who has seen a message has seen those before it.
    fn displayed_before(&mut self, row: &Row) -> Result<()> {
        let sql = "UPDATE message SET delivery = 3 WHERE chat = ?1 AND outgoing = 1 AND kind = 0 AND delivery IN (1, 2)
                   AND position <= ?2 RETURNING id";
        let mut statement = self.db.prepare_cached(sql)?;
        let ids = statement.query_map(params![row.chat.0, row.position], |row| row.get(0))?;
        let ids: Vec<i64> = ids.collect::<rusqlite::Result<_>>()?;
        ids.into_iter().for_each(|id| self.show(id, row.chat));
        Ok(())
    }

    fn came_back(&mut self, row: &mut Row, reason: FailureReason) -> Result<()> {
        // One device's error does not undo what another one received.
        if row.delivery > Delivery::Sent {
            return Ok(());
        }
        if self.reached_server(row)? {
            self.place_acknowledged(row)?;
        }
        row.bounced = true;
        self.db.prepare_cached("UPDATE message SET bounced = 1 WHERE id = ?1")?.execute([row.id])?;
        self.set_delivery(row, Delivery::Failed, Some(reason))
    }

    /// A text is shown with another state.
    pub(super) fn set_delivery(
        &mut self,
        row: &mut Row,
        delivery: Delivery,
        reason: Option<FailureReason>,
    ) -> Result<()> {
        let has_left = matches!(row.delivery, Delivery::Queued | Delivery::Failed) && delivery != Delivery::Failed;
        row.delivery = delivery;
        self.db.prepare_cached("UPDATE message SET delivery = ?2, error = ?3 WHERE id = ?1")?.execute(params![
            row.id,
            delivery.code(),
            reason.map(FailureReason::code)
        ])?;
        if row.kind == Kind::Text {
            self.show(row.id, row.chat);
        }
        if has_left && delivery != Delivery::Queued {
            // What waited to stand behind it may leave.
            self.applied.outbox |=
                self.db.prepare_cached("SELECT 1 FROM outbox WHERE follows = ?1")?.exists([row.id])?;
        }
        Ok(())
    }

    /// Something waits for a message that is not here. False if it waits already.
    pub(super) fn wait(&mut self, chat: ChatId, target: &str, what: Waits, detail: i64) -> Result<bool> {
        let sql = "INSERT OR IGNORE INTO waiting (account, chat, target, what, detail) VALUES (?1, ?2, ?3, ?4, ?5)";
        let parameters = params![self.account.0, chat.0, target, what.code(), detail];
        if self.db.prepare_cached(sql)?.execute(parameters)? == 0 {
            return Ok(false);
        }
        self.has_waiting = Some(true);
        let sql = "DELETE FROM waiting WHERE account = ?1 AND id <= (
                   SELECT id FROM waiting WHERE account = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)";
        self.db.prepare_cached(sql)?.execute(params![self.account.0, WAITING])?;
        Ok(true)
    }

    /// A text is here: what waited for it is done.
    pub(super) fn apply_waiting(&mut self, text: &Row) -> Result<()> {
        let waits = match self.has_waiting {
            Some(known) => known,
            None => {
                let sql = "SELECT 1 FROM waiting WHERE account = ?1";
                self.db.prepare_cached(sql)?.exists([self.account.0])?
            }
        };
        self.has_waiting = Some(waits);
        if !waits {
            return Ok(());
        }
        for name in text.names() {
            let sql = "DELETE FROM waiting WHERE chat = ?1 AND target = ?2 AND what IN (?3, ?4, ?5)
                       RETURNING what, detail";
            // A message of the contact is read by us; a message of ours is received, seen or refused by the contact.
            let whats = if text.outgoing {
                [Waits::Receipt, Waits::Displayed, Waits::Error]
            } else {
                [Waits::DisplayedByUs; 3]
            };
            let [first, second, third] = whats.map(Waits::code);
            let mut statement = self.db.prepare_cached(sql)?;
            let parameters = params![text.chat.0, name, first, second, third];
            let found = statement.query_map(parameters, |row| Ok((row.get(0)?, row.get(1)?)))?;
            let found: Vec<(i64, i64)> = found.collect::<rusqlite::Result<_>>()?;
            for (what, detail) in found {
                if let Some(row) = self.row(text.id)? {
                    self.told(row, Waits::from_code(what)?, detail)?;
                }
            }
        }
        Ok(())
    }
}
