//! The front door's part for messages, chats and search.

use std::sync::Arc;

#[cfg(target_arch = "wasm32")]
use send_wrapper::SendWrapper;
#[cfg(target_arch = "wasm32")]
use web_sys::Blob;

use super::{ChatSettings, ChatsListener, Client, Error, Subscription, TimelineListener};
#[cfg(target_arch = "wasm32")]
use crate::file::picture::Drawn;
#[cfg(target_arch = "wasm32")]
use crate::model::ids::FileId;
use crate::model::ids::MessageId;
use crate::view::{ChatRow, MessageRow, TimelinePage};

/// A file as a page shows it or gives it out.
#[cfg(target_arch = "wasm32")]
#[derive(Clone, Debug)]
pub struct PageFile {
    /// The file.
    pub blob: Blob,
    /// What it may be called.
    pub name: String,
    /// What it is, if that is known.
    pub media_type: Option<String>,
}

impl Client {
    /// Stores a text to be sent, and returns its row's id. It leaves when there is a connection.
    ///
    /// # Errors
    /// `NoSuchAccount`, `BadAddress`, `BadValue`, `NoSuchMessage` (the answered one), `StorageFull`.
    pub async fn send(&self, account: String, to: String, text: String, reply_to: Option<i64>) -> Result<i64, Error> {
        self.thread
            .call(move |engine| async move {
                let account = engine.account(&account)?;
                engine.send_text(account, &to, text, reply_to.map(MessageId)).map(|id| id.0)
            })
            .await
    }

    /// Takes a file in and stores a message with it to be sent; returns its row's id. Pictures become upright, of a sensible size,
    /// and silent about where they were taken, unless they are to go as they are. A caption follows as a message of its own.
    ///
    /// # Errors
    /// `NoSuchAccount`, `BadAddress`, `BadValue`, `FileUnreadable`, `PictureUnusable`, `StorageFull`, `StoreUnusable`.
    #[cfg(not(target_arch = "wasm32"))]
    pub async fn send_file(
        &self,
        account: String,
        to: String,
        path: String,
        caption: Option<String>,
        as_it_is: bool,
    ) -> Result<i64, Error> {
        self.thread
            .call(move |engine| async move {
                let account = engine.account(&account)?;
                engine.send_file(account, &to, path.into(), caption, as_it_is).await.map(|id| id.0)
            })
            .await
    }

    /// Takes a file in and stores a message with it to be sent; returns its row's id. `picture` is whether it is to go as it is, and
    /// what the page has drawn if it is a picture: that leaves, upright, of a sensible size, and silent about where it was taken. A
    /// caption follows as a message of its own.
    ///
    /// # Errors
    /// `NoSuchAccount`, `BadAddress`, `BadValue`, `FileUnreadable`, `PictureUnusable`, `StorageFull`, `StoreUnusable`.
    #[cfg(target_arch = "wasm32")]
    pub async fn send_file(
        &self,
        account: String,
        to: String,
        file: (Blob, String),
        caption: Option<String>,
        picture: (bool, Option<Drawn>),
    ) -> Result<i64, Error> {
        let file = SendWrapper::new(file);
        self.thread
            .call(move |engine| async move {
                let account = engine.account(&account)?;
                engine.send_file(account, &to, file.take(), caption, picture).await.map(|id| id.0)
            })
            .await
    }

    /// A file of a message, which is fetched first if it is not here.
    ///
    /// # Errors
    /// As [`Client::fetch_files`], and `FileUnreadable` if the browser has lost it.
    #[cfg(target_arch = "wasm32")]
    pub async fn file(&self, message: i64, file: i64) -> Result<PageFile, Error> {
        let found = self.thread.call(move |engine| async move {
            engine.page_file(MessageId(message), FileId(file)).await.map(SendWrapper::new)
        });
        found.await.map(SendWrapper::take)
    }

    /// Fetches the files of a message, of any size; they are here when this returns.
    ///
    /// # Errors
    /// `NoSuchMessage`, `FileNotHere` with the reason, `StorageFull`.
    pub async fn fetch_files(&self, message: i64) -> Result<(), Error> {
        self.thread.call(move |engine| async move { engine.fetch_files(MessageId(message)).await.map(|_| ()) }).await
    }

    /// Copies a message's file to a place outside, or into a folder there under its own name as far as that is safe, and
    /// fetches it first if it is not here. Returns the path and its size in bytes.
    ///
    /// # Errors
    /// As [`Client::fetch_files`], and `StoreUnusable` if the place cannot be written.
    #[cfg(not(target_arch = "wasm32"))]
    pub async fn save_file(&self, message: i64, path: String) -> Result<(String, u64), Error> {
        self.thread
            .call(move |engine| async move {
                let (place, bytes) = engine.save_file(MessageId(message), path.into()).await?;
                Ok((place.display().to_string(), bytes))
            })
            .await
    }

    /// Nobody waits for a message's files any more; a message whose files have not been uploaded is not sent.
    pub async fn cancel_files(&self, message: i64) -> Result<(), Error> {
        self.thread.call(move |engine| async move { engine.cancel_files(MessageId(message)) }).await
    }

    /// Replaces the text of an own message (XEP-0308).
    pub async fn correct(&self, message: i64, text: String) -> Result<(), Error> {
        self.thread.call(move |engine| async move { engine.correct(MessageId(message), text) }).await
    }

    /// Takes an own message back (XEP-0424). Devices that do not know how keep it.
    pub async fn retract(&self, message: i64) -> Result<(), Error> {
        self.thread.call(move |engine| async move { engine.retract(MessageId(message)) }).await
    }

    /// Sets our reactions to a message (XEP-0444): the whole set; an empty one takes them back.
    pub async fn react(&self, message: i64, emojis: Vec<String>) -> Result<(), Error> {
        self.thread.call(move |engine| async move { engine.react(MessageId(message), emojis) }).await
    }

    /// Sends a failed message once more.
    pub async fn retry(&self, message: i64) -> Result<(), Error> {
        self.thread.call(move |engine| async move { engine.retry(MessageId(message)) }).await
    }

    /// Tells the contact that the person types, or stopped (XEP-0085).
    pub async fn typing(&self, account: String, chat: String, on: bool) -> Result<(), Error> {
        self.thread.call(move |engine| async move { engine.typing(engine.account(&account)?, &chat, on) }).await
    }

    /// The person has read a chat to its end: here, on the other devices (XEP-0490), and for the contact (XEP-0333).
    pub async fn mark_read(&self, account: String, chat: String) -> Result<(), Error> {
        self.thread.call(move |engine| async move { engine.mark_read(engine.account(&account)?, &chat) }).await
    }

    /// Keeps what was typed and not sent; an empty text forgets it.
    pub async fn set_draft(&self, account: String, chat: String, text: String) -> Result<(), Error> {
        self.thread.call(move |engine| async move { engine.set_draft(engine.account(&account)?, &chat, text) }).await
    }

    /// Mutes, archives or pins a chat.
    pub async fn set_chat(&self, account: String, chat: String, settings: ChatSettings) -> Result<(), Error> {
        self.thread
            .call(move |engine| async move { engine.set_chat(engine.account(&account)?, &chat, &settings) })
            .await
    }

    /// Removes a chat and its messages from this device.
    pub async fn remove_chat(&self, account: String, chat: String) -> Result<(), Error> {
        self.thread.call(move |engine| async move { engine.remove_chat(engine.account(&account)?, &chat) }).await
    }

    /// The chat list of one account, or of all.
    pub async fn chats(&self, account: Option<String>) -> Result<Vec<ChatRow>, Error> {
        self.thread
            .call(move |engine| async move {
                let account = account.map(|account| engine.account(&account)).transpose()?;
                engine.chat_rows(account)
            })
            .await
    }

    /// A page of a conversation, oldest row first: the newest `limit` rows, or those before a row. What is not here is
    /// fetched from the archive, if there is a connection.
    pub async fn timeline(
        &self,
        account: String,
        chat: String,
        before: Option<i64>,
        limit: u32,
    ) -> Result<TimelinePage, Error> {
        self.thread
            .call(move |engine| async move {
                let account = engine.account(&account)?;
                engine.page(account, &chat, before.map(MessageId), limit).await
            })
            .await
    }

    /// Messages with these words, newest first; the last word may be unfinished. Searched on a connection of its own, so
    /// that nothing else waits.
    pub async fn search(&self, query: String, limit: u32) -> Result<Vec<MessageRow>, Error> {
        self.thread.call(move |engine| async move { engine.search(query, limit).await }).await
    }

    /// Subscribes to the chat list of one account, or of all: the list as it is at once, then whenever it changed.
    pub async fn subscribe_chats(
        &self,
        account: Option<String>,
        listener: Arc<dyn ChatsListener>,
    ) -> Result<Subscription, Error> {
        self.subscribe(move |engine| {
            let account = account.map(|account| engine.account(&account)).transpose()?;
            Ok(engine.subscribe_chats(account, listener))
        })
        .await
    }

    /// Subscribes to the newest `window` rows of a conversation.
    pub async fn subscribe_timeline(
        &self,
        account: String,
        chat: String,
        window: u32,
        listener: Arc<dyn TimelineListener>,
    ) -> Result<Subscription, Error> {
        self.subscribe(move |engine| Ok(engine.subscribe_timeline(engine.account(&account)?, chat, window, listener)))
            .await
    }
}
