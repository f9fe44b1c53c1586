//! The chat list: read from columns that every transaction keeps up to date, so that its cost is that of its rows.

use jid::BareJid;
use rusqlite::{OptionalExtension as _, Row, params};
use unicode_segmentation::UnicodeSegmentation as _;

use super::Queries;
use crate::model::chat::{Chat, LastMessage};
use crate::model::ids::{AccountId, ChatId, MessageId};
use crate::store::codes::{Code, jid};
use crate::store::{Result, StoreError};

/// Visible characters of a preview.
const PREVIEW: usize = 120;

const CHAT: &str = "SELECT chat.id, chat.account, chat.peer, contact.name, contact.nick, chat.last, chat.last_preview,
    chat.last_time, chat.last_outgoing, chat.last_delivery, chat.last_retracted, chat.last_encryption, chat.unread,
    chat.draft, chat.muted_until, chat.archived, chat.pinned, contact.avatar, chat.last_file, chat.encryption
    FROM chat LEFT JOIN contact ON contact.account = chat.account AND contact.jid = chat.peer";

/// One line of a text, at most 120 visible characters.
pub(in crate::store) fn preview(text: &str) -> String {
    let mut out = String::new();
    let mut length = 0;
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
            length += 1;
        }
        for character in word.graphemes(true) {
            if length >= PREVIEW {
                return out.trim_end().to_owned();
            }
            out.push_str(character);
            length += 1;
        }
    }
    out
}

fn chat(row: &Row) -> Result<Chat> {
    let peer: String = row.get(2)?;
    let name: Option<String> = row.get(3)?;
    let nick: Option<String> = row.get(4)?;
    let given = name.or(nick).filter(|name| !name.trim().is_empty());
    let last: Option<i64> = row.get(5)?;
    let last = match last {
        None => None,
        Some(id) => Some(LastMessage {
            id: MessageId(id),
            preview: row.get(6)?,
            time: row.get(7)?,
            outgoing: row.get(8)?,
            delivery: Code::from_code(row.get(9)?)?,
            retracted: row.get(10)?,
            encryption: Code::from_code(row.get(11)?)?,
            file: row.get(18)?,
        }),
    };
    Ok(Chat {
        id: ChatId(row.get(0)?),
        account: AccountId(row.get(1)?),
        name: given.unwrap_or_else(|| peer.split_once('@').map_or(peer.as_str(), |(local, _)| local).to_owned()),
        peer,
        last,
        unread: row.get(12)?,
        draft: row.get(13)?,
        muted_until: row.get(14)?,
        archived: row.get(15)?,
        pinned: row.get(16)?,
        avatar: row.get(17)?,
        chosen: Code::from_code(row.get(19)?)?,
    })
}

impl Queries {
    /// The chat with an address, if it has a row.
    ///
    /// # Errors
    /// Those of reading.
    pub fn chat(&self, account: AccountId, peer: &BareJid) -> Result<Option<ChatId>> {
        let mut statement = self.db.prepare_cached("SELECT id FROM chat WHERE account = ?1 AND peer = ?2")?;
        Ok(statement.query_row(params![account.0, peer.as_str()], |row| row.get(0)).optional()?.map(ChatId))
    }

    /// One chat.
    ///
    /// # Errors
    /// [`StoreError::NoSuchChat`].
    pub fn chat_row(&self, id: ChatId) -> Result<Chat> {
        let mut statement = self.db.prepare_cached(&format!("{CHAT} WHERE chat.id = ?1"))?;
        let mut rows = statement.query([id.0])?;
        rows.next()?.map_or(Err(StoreError::NoSuchChat), chat)
    }

    /// The chats of one account or of all: pinned ones first, then those where something was said or typed last. Archived
    /// chats stand among them, marked as such; a chat in which nothing ever happened is not in the list.
    ///
    /// # Errors
    /// Those of reading.
    pub fn chat_list(&self, account: Option<AccountId>, limit: u32) -> Result<Vec<Chat>> {
        let sql = format!(
            "{CHAT} WHERE (?1 IS NULL OR chat.account = ?1)
             AND (chat.last IS NOT NULL OR chat.opened > 0 OR chat.draft IS NOT NULL)
             ORDER BY chat.pinned DESC, max(chat.last_time, chat.opened, iif(chat.draft IS NULL, 0, chat.draft_time)) DESC,
             chat.id DESC LIMIT ?2"
        );
        let mut statement = self.db.prepare_cached(&sql)?;
        let mut rows = statement.query(params![account.map(|id| id.0), limit])?;
        let mut chats = Vec::new();
        while let Some(row) = rows.next()? {
            chats.push(chat(row)?);
        }
        Ok(chats)
    }

    /// Unread messages of all chats.
    ///
    /// # Errors
    /// Those of reading.
    pub fn unread_total(&self) -> Result<u64> {
        let total: i64 =
            self.db.prepare_cached("SELECT coalesce(sum(unread), 0) FROM chat")?.query_row([], |row| row.get(0))?;
        Ok(total.unsigned_abs())
    }

    /// Chats that were read here further than our other devices can know (XEP-0490): the chat, its contact, and the archive
    /// id up to which it was read.
    ///
    /// # Errors
    /// Those of reading.
    pub fn unpublished_reads(&self, account: AccountId) -> Result<Vec<(ChatId, BareJid, String)>> {
        let sql = "SELECT chat.id, chat.peer, chat.published,
                   (SELECT archive_id FROM message WHERE message.chat = chat.id AND kind = 0
                    AND (position, message.id) <= (chat.read_position, chat.read_message) AND archive_id IS NOT NULL
                    ORDER BY position DESC, message.id DESC LIMIT 1)
                   FROM chat WHERE chat.account = ?1 AND chat.publish AND chat.read_message IS NOT NULL";
        let mut statement = self.db.prepare_cached(sql)?;
        let mut rows = statement.query([account.0])?;
        let mut reads = Vec::new();
        while let Some(row) = rows.next()? {
            let published: Option<String> = row.get(2)?;
            let read: Option<String> = row.get(3)?;
            if let Some(read) = read.filter(|read| published.as_ref() != Some(read)) {
                reads.push((ChatId(row.get(0)?), jid(&row.get::<_, String>(1)?)?, read));
            }
        }
        Ok(reads)
    }

    /// The archive id from which older messages of a chat are to be asked for: that of the oldest row of its newest stretch
    /// without a hole. None: its newest messages are not here.
    ///
    /// # Errors
    /// Those of reading.
    pub fn oldest_archive_id(&self, chat: ChatId) -> Result<Option<String>> {
        let hole = self.open_holes(chat)?.into_iter().max();
        let before = hole.map(|hole| self.last_before_hole(chat, hole)).transpose()?.flatten();
        let sql =
            "SELECT archive_id FROM message WHERE chat = ?1 AND position > ?2 AND place < 2 AND archive_id IS NOT NULL
                   AND after_hole >= ?3 ORDER BY position, id LIMIT 1";
        let parameters = params![chat.0, before.unwrap_or(i64::MIN), hole.unwrap_or(0)];
        Ok(self.db.prepare_cached(sql)?.query_row(parameters, |row| row.get(0)).optional()?)
    }

    /// The holes that a chat still has.
    pub(in crate::store) fn open_holes(&self, chat: ChatId) -> Result<Vec<i64>> {
        open_holes(&self.db, chat)
    }

    fn last_before_hole(&self, chat: ChatId, hole: i64) -> Result<Option<i64>> {
        last_before_hole(&self.db, chat, hole)
    }
}

/// The holes that a chat still has: its own, and those of the account that were not filled in it.
pub(in crate::store) fn open_holes(db: &rusqlite::Connection, chat: ChatId) -> Result<Vec<i64>> {
    let sql = "SELECT hole.id FROM chat CROSS JOIN hole ON hole.account = chat.account
               WHERE chat.id = ?1 AND (hole.chat IS NULL OR hole.chat = chat.id)
               AND NOT EXISTS (SELECT 1 FROM filled WHERE filled.chat = chat.id AND filled.hole = hole.id)";
    let mut statement = db.prepare_cached(sql)?;
    let holes = statement.query_map([chat.0], |row| row.get(0))?;
    Ok(holes.collect::<rusqlite::Result<_>>()?)
}

/// The position of the last row of a chat that certainly stands before a hole: what came live may stand in it.
pub(in crate::store) fn last_before_hole(db: &rusqlite::Connection, chat: ChatId, hole: i64) -> Result<Option<i64>> {
    let mut history = db.prepare_cached("SELECT 1 FROM hole WHERE id = ?1 AND history = 1")?;
    if history.exists([hole])? {
        return Ok(None);
    }
    let sql = "SELECT position FROM message WHERE chat = ?1 AND place = 0 AND after_hole < ?2
               ORDER BY position DESC LIMIT 1";
    Ok(db.prepare_cached(sql)?.query_row(params![chat.0, hole], |row| row.get(0)).optional()?)
}

#[cfg(test)]
mod chats_tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::preview;

    #[test]
    fn a_preview_is_one_line_of_whole_visible_characters() {
        assert_eq!(preview("  a\n\tb  "), "a b");
        for one in ["ж", "e\u{301}", "👍🏽", "👨‍👩‍👧", "🇰🇪", "क्षि", "กำ", "عَ", "한"]
        {
            assert_eq!(preview(&one.repeat(200)), one.repeat(120));
        }
        assert_eq!(preview(&"word ".repeat(50)).chars().count(), 119);
    }
}
