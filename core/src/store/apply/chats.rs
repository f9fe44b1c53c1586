//! Chats: opened, arranged, removed.

use jid::BareJid;
use rusqlite::params;

use super::step::Step;
use crate::model::Micros;
use crate::model::ids::ChatId;
use crate::store::{Result, search};

impl Step<'_> {
    /// The person opens a chat: it is in the list from now on.
    pub(super) fn open_chat(&mut self, peer: &BareJid) -> Result<()> {
        let chat = self.chat_of(peer)?;
        let sql = "UPDATE chat SET opened = ?2, archived = 0 WHERE id = ?1 AND (opened = 0 OR archived)";
        let opened = self.now.max(1);
        self.arrange(chat, sql, params![chat.0, opened])
    }

    /// The text that was typed and not sent.
    pub(super) fn draft(&mut self, chat: ChatId, text: &str) -> Result<()> {
        let draft = Some(text).filter(|text| !text.is_empty());
        let sql = "UPDATE chat SET draft = ?2, draft_time = ?3 WHERE id = ?1 AND draft IS NOT ?2";
        let now = self.now;
        self.arrange(chat, sql, params![chat.0, draft, now])
    }

    /// How a chat stands in the list.
    pub(super) fn chat_settings(
        &mut self,
        chat: ChatId,
        muted_until: Option<Micros>,
        archived: Option<bool>,
        pinned: Option<bool>,
    ) -> Result<()> {
        let sql = "UPDATE chat SET muted_until = coalesce(?2, muted_until), archived = coalesce(?3, archived),
                   pinned = coalesce(?4, pinned) WHERE id = ?1 AND (muted_until, archived, pinned) IS NOT
                   (coalesce(?2, muted_until), coalesce(?3, archived), coalesce(?4, pinned))";
        self.chat(chat)?.is_back = false;
        self.arrange(chat, sql, params![chat.0, muted_until, archived, pinned])
    }

    /// Something new in a chat brings it back into the list.
    pub(super) fn bring_back(&mut self, chat: ChatId) -> Result<()> {
        if std::mem::replace(&mut self.chat(chat)?.is_back, true) {
            return Ok(());
        }
        self.arrange(chat, "UPDATE chat SET archived = 0 WHERE id = ?1 AND archived", params![chat.0])
    }

    fn arrange(&mut self, chat: ChatId, sql: &str, parameters: impl rusqlite::Params) -> Result<()> {
        self.chat(chat)?;
        if self.db.prepare_cached(sql)?.execute(parameters)? > 0 {
            self.list_changed(chat);
        }
        Ok(())
    }

    /// A chat's row in the list looks different.
    pub(super) fn list_changed(&mut self, chat: ChatId) {
        if !self.applied.chats.contains(&chat) {
            self.applied.chats.push(chat);
        }
    }

    /// A chat is removed from this device, with its texts, their words, and what was to be sent in it. One that is not here
    /// is removed already.
    pub(super) fn remove_chat(&mut self, chat: ChatId) -> Result<()> {
        let sql = "SELECT 1 FROM chat WHERE id = ?1 AND account = ?2";
        if !self.db.prepare_cached(sql)?.exists(params![chat.0, self.account.0])? {
            return Ok(());
        }
        // What this step has already put aside for the index is part of what is removed.
        self.flush_index()?;
        search::forget_chat(self.db, chat)?;
        for sql in [
            "DELETE FROM outbox WHERE chat = ?1",
            "DELETE FROM message WHERE chat = ?1",
            "DELETE FROM chat WHERE id = ?1",
        ] {
            self.db.prepare_cached(sql)?.execute([chat.0])?;
        }
        self.chats.remove(&chat);
        self.by_peer.retain(|_, known| *known != chat);
        self.touched.remove(&chat);
        self.list_changed(chat);
        self.erased = true;
        Ok(())
    }
}
