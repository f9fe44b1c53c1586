//! What waits to leave, put together from the outbox and the rows it belongs to.

use rusqlite::{Row, params};

use super::Queries;
use crate::model::ids::{AccountId, ChatId, MessageId, OutboxId};
use crate::model::message::ReplyTo;
use crate::model::outbox::{OutboxItem, OutboxState, Payload};
use crate::sorted::Set;
use crate::store::codes::{Code as _, IN_FLIGHT, QUEUED, Sends, UNSURE, jid, read_statements};
use crate::store::{Result, StoreError};

impl Queries {
    /// The items that were not sent in this session, in the order in which they are to leave. Those whose files have no place
    /// on the web yet, and texts beside files that have not left, are not among them.
    ///
    /// # Errors
    /// Those of reading.
    pub fn outbox(&self, account: AccountId, limit: u32) -> Result<Vec<OutboxItem>> {
        self.outbox_in(account, QUEUED, (&Set::new(), true), limit)
    }

    /// As [`Queries::outbox`], without the items of some chats, and perhaps without receipts.
    ///
    /// # Errors
    /// Those of reading.
    pub fn outbox_without(
        &self,
        account: AccountId,
        chats: &Set<ChatId>,
        receipts: bool,
        limit: u32,
    ) -> Result<Vec<OutboxItem>> {
        self.outbox_in(account, QUEUED, (chats, receipts), limit)
    }

    /// The items whose session was lost before they were acknowledged.
    ///
    /// # Errors
    /// Those of reading.
    pub fn unsure(&self, account: AccountId) -> Result<Vec<OutboxItem>> {
        self.outbox_in(account, UNSURE, (&Set::new(), true), u32::MAX)
    }

    /// True if there are items whose session was lost before they were acknowledged.
    ///
    /// # Errors
    /// Those of reading.
    pub fn has_unsure(&self, account: AccountId) -> Result<bool> {
        let sql = "SELECT 1 FROM outbox WHERE account = ?1 AND state = ?2";
        Ok(self.db.prepare_cached(sql)?.exists(params![account.0, UNSURE])?)
    }

    fn outbox_in(
        &self,
        account: AccountId,
        state: i64,
        (without, receipts): (&Set<ChatId>, bool),
        limit: u32,
    ) -> Result<Vec<OutboxItem>> {
        let sql = "SELECT outbox.id, outbox.chat, chat.peer, outbox.stanza_id, outbox.message, outbox.payload,
                   outbox.target, outbox.quoted, outbox.state, outbox.number, m.original, m.body, m.reply_id, m.reply_author,
                   coalesce(m.files, 0) FROM outbox JOIN chat ON chat.id = outbox.chat LEFT JOIN message m ON m.id = outbox.message
                   WHERE outbox.account = ?1 AND outbox.state = ?2
                   AND instr(?4, ',' || outbox.chat || ',') = 0 AND (?6 OR outbox.payload <> ?7)
                   AND (outbox.state <> ?5 OR (
                     NOT EXISTS (SELECT 1 FROM file WHERE file.message = outbox.message AND url IS NULL) AND NOT EXISTS (
                       SELECT 1 FROM message b WHERE b.id = outbox.follows AND b.delivery IN (0, 4) AND b.retracted = 0)))
                   ORDER BY outbox.id LIMIT ?3";
        let without: Vec<String> = without.iter().map(|chat| chat.0.to_string()).collect();
        // Between commas, each of them: a browser's SQLite has no JSON.
        let without = format!(",{},", without.join(","));
        let mut statement = self.db.prepare_cached(sql)?;
        let mut rows =
            statement.query(params![account.0, state, limit, without, QUEUED, receipts, Sends::Receipt.code()])?;
        let mut items = Vec::new();
        while let Some(row) = rows.next()? {
            let mut item = item(row)?;
            if let (Payload::Text { files, .. }, Some(message)) = (&mut item.payload, item.message) {
                let stored = if row.get::<_, i64>(14)? > 0 { self.files_of(message.0)? } else { Vec::new() };
                *files = stored.into_iter().map(|stored| stored.file).collect();
            }
            items.push(item);
        }
        Ok(items)
    }
}

fn item(row: &Row) -> Result<OutboxItem> {
    let sends = Sends::from_code(row.get(5)?)?;
    let number = row.get(9)?;
    let state = match row.get::<_, i64>(8)? {
        QUEUED => OutboxState::Queued,
        IN_FLIGHT => OutboxState::InFlight { number },
        UNSURE => OutboxState::Unsure,
        _ => return Err(StoreError::Damaged { detail: "an outbox item in no state".to_owned() }),
    };
    let message = row.get::<_, Option<i64>>(4)?.filter(|_| sends == Sends::Text).map(MessageId);
    Ok(OutboxItem {
        id: OutboxId(row.get(0)?),
        chat: ChatId(row.get(1)?),
        to: jid(&row.get::<_, String>(2)?)?,
        stanza_id: row.get(3)?,
        message,
        payload: payload(row, sends)?,
        state,
    })
}

fn payload(row: &Row, sends: Sends) -> Result<Payload> {
    let body = || row.get::<_, Option<String>>(11).map(Option::unwrap_or_default);
    let target = || row.get::<_, Option<String>>(6).map(Option::unwrap_or_default);
    Ok(match sends {
        Sends::Text => {
            // What was corrected since leaves as it was written; the correction follows it.
            let body = row.get::<_, Option<String>>(10)?.map_or_else(body, Ok)?;
            let reply = row.get::<_, Option<String>>(12)?;
            let author = row.get(13)?;
            Payload::Text {
                body,
                reply: reply.map(|id| ReplyTo { id, author }),
                quoted: row.get(7)?,
                files: Vec::new(),
            }
        }
        Sends::Correction => Payload::Correction { target: target()?, body: body()? },
        Sends::Retraction => Payload::Retraction { target: target()? },
        Sends::Reactions => {
            Payload::Reactions { target: target()?, emojis: body()?.lines().map(str::to_owned).collect() }
        }
        Sends::Receipt => Payload::Receipt { target: target()? },
        Sends::Displayed => Payload::Displayed { target: target()? },
        Sends::Trust => Payload::Trust { said: read_statements(&target()?)? },
    })
}
