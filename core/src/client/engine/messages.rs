//! What a person does with messages and chats: all of it is stored first, and leaves when it can.

use std::rc::Rc;

use tokio::sync::oneshot;

use super::{Engine, address};
use crate::client::session::Command;
use crate::client::{ChatSettings, Error};
use crate::model::changes::Change;
use crate::model::ids::{AccountId, ChatId, MessageId};
use crate::model::message::{Message, ReplyTo};
use crate::model::outbox::Payload;
use crate::platform;
use crate::platform::task;
use crate::store::{Page, Queries};
use crate::view::text;
use crate::view::{MessageRow, TimelinePage};
use crate::xep::xml::clean;

/// The largest text that is sent, in bytes: servers refuse stanzas beyond 256 KiB, and a person never types that much.
const LARGEST_TEXT: usize = 64 * 1024;

impl Engine {
    /// Stores a text to be sent, and returns its row.
    pub fn send_text(
        self: &Rc<Self>,
        account: AccountId,
        to: &str,
        body: String,
        reply_to: Option<MessageId>,
    ) -> Result<MessageId, Error> {
        let body = sendable(&body)?;
        let chat = address(to)?;
        let (reply, quoted) = match reply_to {
            Some(id) => {
                let answered = self.own_chat_message(account, id)?;
                if answered.peer != chat.to_string() {
                    return Err(Error::NoSuchMessage);
                }
                let quoted = answered.body.clone();
                let author = Some(answered.from.clone());
                let id = reference(&answered).ok_or(Error::NoSuchMessage)?;
                (Some(ReplyTo { id, author }), Some(quoted))
            }
            None => (None, None),
        };
        let payload = Payload::Text { body, reply, quoted, files: Vec::new() };
        let applied = self.commit(account, vec![Change::Send { chat, stanza_id: platform::uuid(), payload }])?;
        applied.messages.first().copied().ok_or(Error::NoSuchMessage)
    }

    /// Replaces the text of an own message (XEP-0308).
    pub fn correct(self: &Rc<Self>, id: MessageId, body: String) -> Result<(), Error> {
        let body = sendable(&body)?;
        let (account, message) = self.own_message(id)?;
        if message.retracted {
            return Err(Error::NoSuchMessage);
        }
        let target = message.ids.stanza.clone().ok_or(Error::NotYours)?;
        self.change_message(account, &message, Payload::Correction { target, body })
    }

    /// Takes an own message back (XEP-0424).
    pub fn retract(self: &Rc<Self>, id: MessageId) -> Result<(), Error> {
        let (account, message) = self.own_message(id)?;
        let target = message.ids.origin.clone().or(message.ids.stanza.clone()).ok_or(Error::NotYours)?;
        self.change_message(account, &message, Payload::Retraction { target })
    }

    /// Sets our reactions to a message (XEP-0444); none takes them back.
    pub fn react(self: &Rc<Self>, id: MessageId, emojis: Vec<String>) -> Result<(), Error> {
        if emojis.iter().any(|emoji| !text::is_emoji(emoji)) {
            return Err(Error::BadValue { field: "emojis".into() });
        }
        let (account, message) = self.message(id)?;
        if message.retracted {
            return Err(Error::NoSuchMessage);
        }
        let target = reference(&message).ok_or(Error::NoSuchMessage)?;
        let mut once: Vec<String> = Vec::new();
        for emoji in emojis {
            if !once.contains(&emoji) {
                once.push(emoji);
            }
        }
        self.change_message(account, &message, Payload::Reactions { target, emojis: once })
    }

    fn change_message(self: &Rc<Self>, account: AccountId, message: &Message, payload: Payload) -> Result<(), Error> {
        let chat = address(&message.peer)?;
        self.commit(account, vec![Change::Send { chat, stanza_id: platform::uuid(), payload }])?;
        Ok(())
    }

    /// Sends a failed message once more.
    pub fn retry(self: &Rc<Self>, id: MessageId) -> Result<(), Error> {
        let (account, _) = self.own_message(id)?;
        self.commit(account, vec![Change::Retry { message: id }])?;
        Ok(())
    }

    /// Tells the contact that we type, or stopped (XEP-0085). Not stored, and not told without a connection.
    pub fn typing(&self, account: AccountId, peer: &str, on: bool) -> Result<(), Error> {
        let peer = address(peer)?;
        if self.may_be_seen_by(account, &peer)? {
            self.tell(account, Command::Typing { to: peer, on });
        }
        Ok(())
    }

    /// The person has read a chat to its end.
    pub fn mark_read(self: &Rc<Self>, account: AccountId, peer: &str) -> Result<(), Error> {
        let chat = self.chat(account, peer)?;
        let last = self.store.borrow().timeline(chat, None, 1)?.rows.pop();
        let Some(last) = last else { return Ok(()) };
        let marker = self.may_be_seen_by(account, &address(peer)?)?;
        self.commit(account, vec![Change::Read { chat, message: last.id, marker }])?;
        self.tell(account, Command::PublishRead);
        Ok(())
    }

    /// Keeps what was typed and not sent.
    pub fn set_draft(self: &Rc<Self>, account: AccountId, peer: &str, text: String) -> Result<(), Error> {
        if text.len() > LARGEST_TEXT {
            return Err(Error::BadValue { field: "text".into() });
        }
        let chat = self.open_chat(account, peer)?;
        self.commit(account, vec![Change::Draft { chat, text }])?;
        Ok(())
    }

    /// Mutes, archives or pins a chat.
    pub fn set_chat(self: &Rc<Self>, account: AccountId, peer: &str, settings: &ChatSettings) -> Result<(), Error> {
        let chat = self.open_chat(account, peer)?;
        let change = Change::ChatSettings {
            chat,
            muted_until: settings.muted_until_ms.map(|ms| ms.saturating_mul(1000)),
            archived: settings.archived,
            pinned: settings.pinned,
            encryption: settings.encryption,
        };
        self.commit(account, vec![change])?;
        Ok(())
    }

    /// Gives a chat its row, as when a person opens it before anything was said.
    pub fn open_chat(self: &Rc<Self>, account: AccountId, peer: &str) -> Result<ChatId, Error> {
        match self.chat(account, peer) {
            Err(Error::NoSuchChat) => {
                self.commit(account, vec![Change::OpenChat { peer: address(peer)? }])?;
                self.chat(account, peer)
            }
            found => found,
        }
    }

    /// Removes a chat and its messages from this device.
    pub fn remove_chat(self: &Rc<Self>, account: AccountId, peer: &str) -> Result<(), Error> {
        let chat = self.chat(account, peer)?;
        self.commit(account, vec![Change::RemoveChat { chat }])?;
        self.all_views_changed();
        Ok(())
    }

    /// A page of a conversation: the newest rows, or those before a row. What is not here is fetched from the archive,
    /// if there is a connection.
    pub async fn page(
        self: &Rc<Self>,
        account: AccountId,
        peer: &str,
        before: Option<MessageId>,
        limit: u32,
    ) -> Result<TimelinePage, Error> {
        let limit = limit.clamp(1, 1000);
        let mut page = self.read_page(account, peer, before, limit).await;
        let short = page.as_ref().map_or(true, |page| page.rows.len() < limit as usize && !page.complete);
        if short && self.fetch_older(account, peer).await.is_ok() {
            page = self.read_page(account, peer, before, limit).await;
        }
        match page {
            Err(Error::NoSuchChat) => Ok(TimelinePage { rows: Vec::new(), complete: false }),
            page => page,
        }
    }

    /// A page as far as it is here. An old one is read away from the engine's thread, for which a large page would be a
    /// long step; the newest one here, because a chat is to open at once.
    async fn read_page(
        self: &Rc<Self>,
        account: AccountId,
        peer: &str,
        before: Option<MessageId>,
        limit: u32,
    ) -> Result<TimelinePage, Error> {
        let (chat, jid) = (self.chat(account, peer)?, self.address_of(account));
        let read = move |store: &Queries| store.timeline(chat, before, limit).map(|page| shown(&jid, page));
        if before.is_some()
            && let Some(page) = self.read_aside(read.clone()).await
        {
            return Ok(page?);
        }
        self.uses_store();
        Ok(read(&self.store.borrow())?)
    }

    /// Fetches messages of a chat that are older than all that are here.
    pub async fn fetch_older(&self, account: AccountId, peer: &str) -> Result<(), Error> {
        let before = match self.chat(account, peer) {
            Ok(chat) => self.store.borrow().oldest_archive_id(chat)?,
            Err(_) => None,
        };
        let (answer, fetched) = oneshot::channel();
        self.tell(account, Command::Older { peer: address(peer)?, before, answer });
        fetched.await.map_err(|_| Error::Offline)?
    }

    /// Waits until the archive is caught up with and everything received is stored.
    pub async fn sync(&self, account: AccountId) -> Result<(), Error> {
        loop {
            let (answer, done) = oneshot::channel();
            self.tell(account, Command::CatchUp(answer));
            match done.await {
                // The connection went away meanwhile: the next one is waited for.
                Ok(Err(Error::Offline)) => task::yield_now().await,
                Ok(result) => return result,
                Err(_) => return Err(Error::Closed),
            }
        }
    }

    /// A message with its account.
    pub fn message(&self, id: MessageId) -> Result<(AccountId, Message), Error> {
        let store = self.store.borrow();
        let message = store.message(id)?;
        let account = store.chat_row(message.chat)?.account;
        Ok((account, message))
    }

    fn own_message(&self, id: MessageId) -> Result<(AccountId, Message), Error> {
        let (account, message) = self.message(id)?;
        if message.outgoing { Ok((account, message)) } else { Err(Error::NotYours) }
    }

    fn own_chat_message(&self, account: AccountId, id: MessageId) -> Result<Message, Error> {
        let (of, message) = self.message(id)?;
        if of == account { Ok(message) } else { Err(Error::NoSuchMessage) }
    }
}

fn shown(account: &str, page: Page) -> TimelinePage {
    let rows = page.rows.into_iter().map(|message| MessageRow::new(account, message)).collect();
    TimelinePage { rows, complete: page.complete }
}

/// The id by which others refer to a one-to-one message (XEP-0461 section 3.1).
fn reference(message: &Message) -> Option<String> {
    message.ids.origin.clone().or(message.ids.stanza.clone())
}

/// The text as it is sent, and therefore stored: as XML can carry it, with something to be seen in it.
pub(super) fn sendable(body: &str) -> Result<String, Error> {
    let body = clean(body);
    let nothing = body.chars().all(|c| c.is_whitespace() || c == char::REPLACEMENT_CHARACTER);
    if nothing || body.len() > LARGEST_TEXT {
        return Err(Error::BadValue { field: "text".into() });
    }
    Ok(body.into_owned())
}
