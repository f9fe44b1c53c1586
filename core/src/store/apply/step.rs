//! What one transaction knows while it runs: the account's counters, the chats it touches, and what it changed.

use jid::BareJid;
use litemap::Entry;
use rusqlite::{Connection, OptionalExtension as _, params};

use crate::model::Micros;
use crate::model::changes::{Applied, Changes};
use crate::model::ids::{AccountId, ChatId, MessageId};
use crate::sorted::{Map, Set};
use crate::store::{Result, StoreError};

/// A chat as this transaction knows it.
#[derive(Default)]
pub(super) struct ChatState {
    /// The last row that was read: its position and id.
    pub(super) read: Option<(i64, i64)>,
    pub(super) read_elsewhere: Option<String>,
    /// The position of the last item of a forward page that was placed.
    pub(super) forward: Option<i64>,
    /// Nothing that has a place stands behind that item.
    pub(super) at_end: bool,
    /// Changes wait in this chat for their texts; None: not asked yet.
    pub(super) has_waiting: Option<bool>,
    /// The chat is in the list.
    pub(super) is_back: bool,
    /// The position before which the next item of an older page belongs.
    pub(super) bound: Option<Bound>,
}

/// Where an older page stands in a chat.
#[derive(Clone, Copy)]
pub(super) struct Bound {
    /// Rows go before this position; `i64::MAX`: nothing follows.
    pub(super) position: i64,
    /// Rows of the hole go behind this position.
    pub(super) lower: i64,
    /// The hole that the page fills, which is before its rows.
    pub(super) hole: i64,
    /// What stands here is fixed, so that everything before it is as well.
    pub(super) certain: bool,
    /// What stands here is certainly newer: an item of the page, or a fixed row with a later stamp.
    pub(super) walked: bool,
}

/// A text whose words in the search index are to be changed at the end.
pub(super) struct Reindex {
    pub(super) row: i64,
    pub(super) chat: ChatId,
    /// What the index has, if it has the row.
    pub(super) indexed: Option<String>,
    /// The text as it will be, if nothing changes it after this.
    pub(super) body: Option<String>,
}

/// One transaction under way.
pub(super) struct Step<'c> {
    pub(super) db: &'c Connection,
    pub(super) account: AccountId,
    pub(super) now: Micros,
    pub(super) catching_up: bool,
    /// The greatest position of the account.
    pub(super) top: i64,
    /// How many floating rows there were.
    pub(super) floats: i64,
    /// The newest hole of the account.
    pub(super) last_hole: i64,
    /// This is a page of a forward catch-up.
    pub(super) is_page: bool,
    /// The rest of the page may still move.
    pub(super) recent: bool,
    /// A hole of the account that this page has found before itself.
    pub(super) found_hole: Option<i64>,
    /// The hole that this older page fills.
    pub(super) filling: Option<i64>,
    /// This older page is from before what this device ever had, not from a hole in between.
    pub(super) is_history: bool,
    /// Nothing but pages has given rows their places.
    pub(super) only_pages: bool,
    /// Something waits in this account for its message; None: not asked yet.
    pub(super) has_waiting: Option<bool>,
    /// The rows that this page has placed.
    pub(super) placed: Set<i64>,
    /// The archive ids of this older page.
    pub(super) older_ids: Set<String>,
    /// The id of the last row that was written.
    pub(super) last_row: Option<i64>,
    pub(super) chats: Map<ChatId, ChatState>,
    pub(super) by_peer: Map<String, ChatId>,
    /// Chats whose row in the list may have to be changed.
    pub(super) touched: Set<ChatId>,
    pub(super) reindex: Map<i64, Reindex>,
    /// Incoming texts that are new and came now.
    pub(super) fresh: Vec<MessageId>,
    pub(super) applied: Applied,
    pub(super) seen: Set<MessageId>,
    /// A text was taken back or removed: nothing of it is to stay in the file.
    pub(super) erased: bool,
}

impl<'c> Step<'c> {
    pub(super) fn new(db: &'c Connection, changes: &Changes) -> Result<Step<'c>> {
        let counters = db
            .prepare_cached("SELECT top, floats, last_hole FROM account WHERE id = ?1")?
            .query_row([changes.account.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()?;
        let (top, floats, last_hole) = counters.ok_or(StoreError::NoSuchAccount)?;
        Ok(Step {
            db,
            account: changes.account,
            now: super::place::sensible(changes.now),
            catching_up: changes.catching_up,
            top,
            floats,
            last_hole,
            is_page: false,
            recent: false,
            found_hole: None,
            filling: None,
            is_history: true,
            only_pages: true,
            has_waiting: None,
            placed: Set::new(),
            older_ids: Set::new(),
            last_row: None,
            chats: Map::new(),
            by_peer: Map::new(),
            touched: Set::new(),
            reindex: Map::new(),
            fresh: Vec::new(),
            applied: Applied::default(),
            seen: Set::new(),
            erased: false,
        })
    }

    /// The row of the chat with an address, made if it is not there.
    pub(super) fn chat_of(&mut self, peer: &BareJid) -> Result<ChatId> {
        if let Some(chat) = self.chat_if_known(peer)? {
            return Ok(chat);
        }
        self.db
            .prepare_cached("INSERT INTO chat (account, peer) VALUES (?1, ?2)")?
            .execute(params![self.account.0, peer.as_str()])?;
        let chat = ChatId(self.db.last_insert_rowid());
        let state = ChatState::default();
        self.by_peer.insert(peer.to_string(), chat);
        self.chats.insert(chat, state);
        Ok(chat)
    }

    /// The row of the chat with an address, if there is one.
    pub(super) fn chat_if_known(&mut self, peer: &BareJid) -> Result<Option<ChatId>> {
        if let Some(chat) = self.by_peer.get(peer.as_str()) {
            return Ok(Some(*chat));
        }
        let found = self
            .db
            .prepare_cached("SELECT id FROM chat WHERE account = ?1 AND peer = ?2")?
            .query_row(params![self.account.0, peer.as_str()], |row| row.get(0))
            .optional()?
            .map(ChatId);
        if let Some(chat) = found {
            self.by_peer.insert(peer.to_string(), chat);
        }
        Ok(found)
    }

    /// What is known of a chat of this account.
    pub(super) fn chat(&mut self, id: ChatId) -> Result<&mut ChatState> {
        match self.chats.entry(id) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(free) => {
                let sql = "SELECT read_position, read_message, read_elsewhere FROM chat
                           WHERE id = ?1 AND account = ?2";
                let state = self
                    .db
                    .prepare_cached(sql)?
                    .query_row(params![id.0, self.account.0], |row| {
                        let read: (Option<i64>, Option<i64>) = (row.get(0)?, row.get(1)?);
                        Ok(ChatState { read: read.0.zip(read.1), read_elsewhere: row.get(2)?, ..ChatState::default() })
                    })
                    .optional()?;
                Ok(free.insert(state.ok_or(StoreError::NoSuchChat)?))
            }
        }
    }

    /// A text is new or looks different.
    pub(super) fn show(&mut self, row: i64, chat: ChatId) {
        if self.seen.insert(MessageId(row)) {
            self.applied.messages.push(MessageId(row));
        }
        self.touched.insert(chat);
    }

    /// The words of a text change. `indexed` is what the index has of it now, if it has it.
    pub(super) fn reindex(&mut self, key: i64, row: i64, chat: ChatId, indexed: Option<&str>) {
        let fresh = || Reindex { row, chat, indexed: indexed.map(str::to_owned), body: None };
        self.reindex.entry(key).or_insert_with(fresh).body = None;
    }

    /// An id of which there is no second one.
    pub(super) fn new_id(&self) -> Result<String> {
        Ok(self.db.prepare_cached("SELECT lower(hex(randomblob(16)))")?.query_row([], |row| row.get(0))?)
    }

    /// The id of the next message row: they count up and are never used again.
    pub(super) fn next_row(&mut self) -> Result<i64> {
        let last = match self.last_row {
            Some(last) => last,
            None => self.number("SELECT seq FROM sqlite_sequence WHERE name = 'message'", [])?.unwrap_or(0),
        };
        self.last_row = Some(last + 1);
        Ok(last + 1)
    }
}
