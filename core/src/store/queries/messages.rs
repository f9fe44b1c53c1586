//! One row of a timeline, with what it answers and how it was reacted to; and the search over all of them.

use rusqlite::{OptionalExtension as _, Row, params};

use super::{Queries, preview};
use crate::model::ids::{ChatId, MessageId};
use crate::model::message::{Ids, Message, Place, Reaction, Reply, ReplyTo};
use crate::store::codes::Code;
use crate::store::{Result, StoreError, search};

/// The columns that [`Queries::read_message`] reads.
pub(super) const MESSAGE: &str = "SELECT m.id, m.chat, chat.peer, account.jid, m.outgoing, m.stanza_id, m.origin_id,
    m.archive_id, m.body, m.time, m.position, m.place, m.delivery, m.error, m.edited, m.retracted, m.encryption,
    m.reply_id, m.reply_author, m.reacted, m.after_hole, m.device, omemo_key.trust, m.sealed, m.files
    FROM message m JOIN chat ON chat.id = m.chat JOIN account ON account.id = m.account
    LEFT JOIN omemo_key ON omemo_key.id = m.key";

/// A text, and the newest hole before it.
pub(super) struct Found {
    pub(super) message: Message,
    pub(super) after_hole: i64,
}

impl Queries {
    /// One message.
    ///
    /// # Errors
    /// [`StoreError::NoSuchMessage`].
    pub fn message(&self, id: MessageId) -> Result<Message> {
        let mut statement = self.db.prepare_cached(&format!("{MESSAGE} WHERE m.id = ?1 AND m.kind = 0"))?;
        let mut rows = statement.query([id.0])?;
        let mut found = rows.next()?.map_or(Err(StoreError::NoSuchMessage), |row| self.read_message(row))?;
        self.mark_gap(&mut found)?;
        Ok(found.message)
    }

    /// The texts that have all typed words, the last one as a beginning, newest first.
    ///
    /// # Errors
    /// Those of reading.
    pub fn search(&self, typed: &str, limit: u32) -> Result<Vec<Message>> {
        self.find(search::query(typed, None), limit)
    }

    /// As [`Queries::search`], in one chat.
    ///
    /// # Errors
    /// Those of reading.
    pub fn search_chat(&self, chat: ChatId, typed: &str, limit: u32) -> Result<Vec<Message>> {
        self.find(search::query(typed, Some(chat)), limit)
    }

    fn find(&self, query: Option<String>, limit: u32) -> Result<Vec<Message>> {
        let Some(query) = query else { return Ok(Vec::new()) };
        let mut keys =
            self.db.prepare_cached("SELECT rowid FROM search WHERE search MATCH ?1 ORDER BY rowid DESC LIMIT ?2")?;
        let mut row_of = self.db.prepare_cached(&format!("{MESSAGE} WHERE m.search_key = ?1"))?;
        let mut found = Vec::new();
        let mut matches = keys.query(params![query, limit])?;
        while let Some(key) = matches.next()? {
            let mut rows = row_of.query([key.get::<_, i64>(0)?])?;
            if let Some(row) = rows.next()? {
                found.push(self.read_message(row)?.message);
            }
        }
        Ok(found)
    }

    /// Reads a row of [`MESSAGE`]. Whether something is missing before it is left to the caller.
    pub(super) fn read_message(&self, row: &Row) -> Result<Found> {
        let id = row.get::<_, i64>(0)?;
        let chat = ChatId(row.get(1)?);
        let peer: String = row.get(2)?;
        let own: String = row.get(3)?;
        let outgoing: bool = row.get(4)?;
        let retracted: bool = row.get(15)?;
        let reply = match row.get::<_, Option<String>>(17)? {
            Some(to) if !retracted => Some(self.reply(chat, &own, ReplyTo { id: to, author: row.get(18)? })?),
            _ => None,
        };
        let reactions = if row.get(19)? && !retracted { self.reactions(id, &own, &peer)? } else { Vec::new() };
        let stanza: Option<String> = row.get(5)?;
        let origin: Option<String> = row.get(6)?;
        let message = Message {
            id: MessageId(id),
            chat,
            from: if outgoing { own } else { peer.clone() },
            peer,
            outgoing,
            ids: Ids { stanza, origin, archive: row.get(7)? },
            body: row.get(8)?,
            time: row.get(9)?,
            position: row.get(10)?,
            place: Place::from_code(row.get(11)?)?,
            delivery: Code::from_code(row.get(12)?)?,
            error: row.get::<_, Option<i64>>(13)?.map(Code::from_code).transpose()?,
            reply,
            edited: row.get(14)?,
            retracted,
            reactions,
            encryption: Code::from_code(row.get(16)?)?,
            sender: match (row.get::<_, Option<u32>>(21)?, row.get::<_, Option<i64>>(22)?) {
                (Some(device), Some(trust)) => Some((device, Code::from_code(trust)?)),
                _ => None,
            },
            sealed: row.get::<_, Option<i64>>(23)?.map(Code::from_code).transpose()?,
            files: if row.get::<_, i64>(24)? > 0 { self.files_of(id)? } else { Vec::new() },
            gap_before: false,
        };
        Ok(Found { message, after_hole: row.get(20)? })
    }

    fn reply(&self, chat: ChatId, own: &str, to: ReplyTo) -> Result<Reply> {
        // A reused id means the last message that had it; MATERIALIZED would cost more than two look-ups.
        let sql = "SELECT id, body, outgoing FROM (
                     SELECT id, body, outgoing, position FROM message WHERE chat = ?1 AND stanza_id = ?2 AND kind = 0
                     UNION ALL
                     SELECT id, body, outgoing, position FROM message WHERE chat = ?1 AND origin_id = ?2 AND kind = 0)
                   ORDER BY position DESC LIMIT 1";
        let mut statement = self.db.prepare_cached(sql)?;
        let answered = statement.query_row(params![chat.0, to.id], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get::<_, bool>(2)?))
        });
        Ok(match answered.optional()? {
            Some((id, body, outgoing)) => {
                Reply { to, message: Some(MessageId(id)), preview: Some(preview(&body)), outgoing }
            }
            None => {
                let author = to.author.as_deref().map(|author| author.split_once('/').map_or(author, |(bare, _)| bare));
                Reply { outgoing: author == Some(own), to, message: None, preview: None }
            }
        })
    }

    /// The last set of either side, grouped by emoji.
    fn reactions(&self, id: i64, own: &str, peer: &str) -> Result<Vec<Reaction>> {
        let sql = "SELECT body, position FROM message WHERE target_row = ?1 AND kind = 3 AND outgoing = ?2
                   ORDER BY position DESC, id DESC LIMIT 1";
        let mut statement = self.db.prepare_cached(sql)?;
        let mut sides: Vec<(i64, &str, String)> = Vec::new();
        for (outgoing, who) in [(false, peer), (true, own)] {
            let set = statement.query_row(params![id, outgoing], |row| Ok((row.get(1)?, who, row.get(0)?)));
            sides.extend(set.optional()?);
        }
        sides.sort_by_key(|(position, ..)| *position);
        let mut reactions: Vec<Reaction> = Vec::new();
        for (_, who, emojis) in &sides {
            for emoji in emojis.lines() {
                match reactions.iter_mut().find(|reaction| reaction.emoji == emoji) {
                    Some(reaction) => reaction.from.push((*who).to_owned()),
                    None => reactions.push(Reaction { emoji: emoji.to_owned(), from: vec![(*who).to_owned()] }),
                }
            }
        }
        Ok(reactions)
    }
}
