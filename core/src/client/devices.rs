//! The front door's part for devices and their keys.

use std::sync::Arc;

use super::{Client, DevicesListener, Error, Subscription};
use crate::view::{AccountUri, DevicesSnapshot, Verification};

impl Client {
    /// The devices of a contact, or of the account itself, with their keys. They are asked for now, if there is a connection.
    ///
    /// # Errors
    /// `NoSuchAccount`, `BadAddress`.
    pub async fn devices(&self, account: String, jid: String) -> Result<DevicesSnapshot, Error> {
        self.thread
            .call(move |engine| async move { engine.look_at_devices(engine.account(&account)?, &jid).await })
            .await
    }

    /// A person compared a fingerprint (64 hexadecimal digits) and trusts it, or does not want it. From the first one that
    /// is trusted on, new devices of the same address wait for a decision.
    ///
    /// # Errors
    /// `NoSuchAccount`, `BadAddress`, `BadValue` for what is no fingerprint.
    pub async fn set_trust(
        &self,
        account: String,
        jid: String,
        fingerprint: String,
        trusted: bool,
    ) -> Result<(), Error> {
        self.thread
            .call(move |engine| async move { engine.decide(engine.account(&account)?, &jid, &fingerprint, trusted) })
            .await
    }

    /// What others scan to verify the account's devices: this one, and those that were verified on it.
    ///
    /// # Errors
    /// `NoSuchAccount`.
    pub async fn account_uri(&self, account: String) -> Result<AccountUri, Error> {
        self.thread.call(move |engine| async move { engine.account_uri(engine.account(&account)?) }).await
    }

    /// A person scanned another's address, or that of another device of their own. The keys in it are verified; those that no
    /// device has shown yet, from the moment on that one does. If none of them is known, the devices are asked for first.
    /// A link that was only clicked is to be confirmed by the person first: anybody can write one.
    ///
    /// # Errors
    /// `NoSuchAccount`, `BadValue` for what is no address of XMPP, `BadAddress` for one that nobody can have.
    pub async fn verify_uri(&self, account: String, uri: String) -> Result<Verification, Error> {
        self.thread.call(move |engine| async move { engine.verify_uri(engine.account(&account)?, &uri).await }).await
    }

    /// Subscribes to the devices of a contact, or of the account itself: as they are known at once, then whenever that
    /// changed.
    pub async fn subscribe_devices(
        &self,
        account: String,
        jid: String,
        listener: Arc<dyn DevicesListener>,
    ) -> Result<Subscription, Error> {
        self.subscribe(move |engine| engine.subscribe_devices(engine.account(&account)?, &jid, listener)).await
    }
}
