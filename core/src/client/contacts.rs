//! The front door's part for contacts and for what we publish of ourselves.

use std::sync::Arc;

use super::{Client, ContactsListener, Error, Profile, Subscription};
use crate::model::contact::Avatar;
use crate::view::ContactsSnapshot;

impl Client {
    /// An account's contacts, by name.
    pub async fn contacts(&self, account: String) -> Result<ContactsSnapshot, Error> {
        self.thread.call(move |engine| async move { engine.contacts(engine.account(&account)?) }).await
    }

    /// Adds a contact, asks to see its presence, and lets it see ours.
    ///
    /// # Errors
    /// `BadAddress`, `Offline`, `Refused`, `TimedOut`.
    pub async fn add_contact(
        &self,
        account: String,
        jid: String,
        name: Option<String>,
        groups: Vec<String>,
    ) -> Result<(), Error> {
        self.thread
            .call(move |engine| async move { engine.add_contact(engine.account(&account)?, &jid, name, groups).await })
            .await
    }

    /// Removes a contact; both sides see each other's presence no more.
    pub async fn remove_contact(&self, account: String, jid: String) -> Result<(), Error> {
        self.thread
            .call(move |engine| async move { engine.remove_contact(engine.account(&account)?, &jid).await })
            .await
    }

    /// Answers a contact's request to see our presence.
    pub async fn answer_request(&self, account: String, jid: String, allow: bool) -> Result<(), Error> {
        self.thread
            .call(move |engine| async move { engine.answer_request(engine.account(&account)?, &jid, allow) })
            .await
    }

    /// Blocks an address, or no longer (XEP-0191).
    pub async fn block(&self, account: String, jid: String, on: bool) -> Result<(), Error> {
        self.thread.call(move |engine| async move { engine.block(engine.account(&account)?, &jid, on).await }).await
    }

    /// Publishes our nickname (XEP-0172).
    pub async fn set_nick(&self, account: String, name: String) -> Result<(), Error> {
        self.thread.call(move |engine| async move { engine.set_nick(engine.account(&account)?, &name).await }).await
    }

    /// Publishes our avatar (XEP-0084).
    pub async fn set_avatar(&self, account: String, media_type: String, bytes: Vec<u8>) -> Result<(), Error> {
        let image = crate::xep::avatar::image(Some(&media_type), bytes);
        self.thread.call(move |engine| async move { engine.set_avatar(engine.account(&account)?, image).await }).await
    }

    /// An avatar of the cache, by its hash.
    pub async fn avatar(&self, hash: String) -> Result<Option<Avatar>, Error> {
        self.thread.call(move |engine| async move { Ok(engine.store.borrow().avatar(&hash)?) }).await
    }

    /// What a contact, or the account's own person, says of themselves, asked now (XEP-0054, XEP-0292).
    ///
    /// # Errors
    /// `BadAddress`, `Offline`, `TimedOut`. Somebody who tells nothing is no error but an empty profile.
    pub async fn profile(&self, account: String, jid: String) -> Result<Profile, Error> {
        self.thread.call(move |engine| async move { engine.profile(engine.account(&account)?, &jid).await }).await
    }

    /// Says this of the account's person; what is empty is taken back.
    ///
    /// # Errors
    /// `Offline`, `Refused`, `TimedOut`.
    pub async fn set_profile(&self, account: String, profile: Profile) -> Result<(), Error> {
        self.thread
            .call(move |engine| async move { engine.set_profile(engine.account(&account)?, &profile).await })
            .await
    }

    /// Subscribes to an account's contacts: the list as it is at once, then whenever it changed.
    pub async fn subscribe_contacts(
        &self,
        account: String,
        listener: Arc<dyn ContactsListener>,
    ) -> Result<Subscription, Error> {
        self.subscribe(move |engine| Ok(engine.subscribe_contacts(engine.account(&account)?, listener))).await
    }
}
