//! The front door's part for accounts.

use zeroize::Zeroizing;

use super::session::Command;
use super::{AccountRow, AccountSetup, ArchivePreferences, Client, Error};

impl Client {
    /// The accounts and how they stand.
    pub async fn accounts(&self) -> Result<Vec<AccountRow>, Error> {
        self.thread.call(|engine| async move { engine.account_rows() }).await
    }

    /// Adds an account and begins to sign it in; how that goes comes as [`super::Event::Account`].
    ///
    /// # Errors
    /// `BadAddress`, `BadValue`, `AccountExists`, `KeystoreUnusable`, `StorageFull`.
    pub async fn add_account(&self, setup: AccountSetup) -> Result<(), Error> {
        self.thread.call(move |engine| async move { engine.add_account(setup).map(|_| ()) }).await
    }

    /// Signs in with a new password, after the old one was refused.
    pub async fn set_password(&self, account: String, password: String) -> Result<(), Error> {
        let password = Zeroizing::new(password);
        self.thread.call(move |engine| async move { engine.set_password(engine.account(&account)?, &password) }).await
    }

    /// Changes the account's password on its server (XEP-0077) and here.
    ///
    /// # Errors
    /// `Offline`, `Refused`, `TimedOut`.
    pub async fn change_password(&self, account: String, password: String) -> Result<(), Error> {
        let password = Zeroizing::new(password);
        self.thread
            .call(move |engine| async move { engine.change_password(engine.account(&account)?, password).await })
            .await
    }

    /// Removes an account and all that is stored of it from this device; with `on_server`, the account itself as well.
    pub async fn remove_account(&self, account: String, on_server: bool) -> Result<(), Error> {
        self.thread
            .call(move |engine| async move { engine.remove_account(engine.account(&account)?, on_server).await })
            .await
    }

    /// Switches an account on or off without removing it.
    pub async fn enable_account(&self, account: String, on: bool) -> Result<(), Error> {
        self.thread.call(move |engine| async move { engine.enable_account(engine.account(&account)?, on).await }).await
    }

    /// Changes where an account connects; its address and password in the setup are not looked at.
    pub async fn set_connection(&self, account: String, setup: AccountSetup) -> Result<(), Error> {
        self.thread
            .call(move |engine| async move { engine.set_connection(engine.account(&account)?, setup.connection()?) })
            .await
    }

    /// Lets the account's connection die without a goodbye, as when a network is lost. For tests.
    pub async fn cut(&self, account: String) -> Result<(), Error> {
        self.thread
            .call(move |engine| async move {
                engine.tell(engine.account(&account)?, Command::Cut);
                Ok(())
            })
            .await
    }

    /// Waits until the archive has been caught up with and everything received is stored. Without a connection it waits
    /// for the next one.
    pub async fn sync(&self, account: String) -> Result<(), Error> {
        self.thread.call(move |engine| async move { engine.sync(engine.account(&account)?).await }).await
    }

    /// What the account's archive keeps by itself (XEP-0441).
    ///
    /// # Errors
    /// `Offline`, `TimedOut`, `Refused` by a server that has no archive or lets nobody choose.
    pub async fn archive_preferences(&self, account: String) -> Result<ArchivePreferences, Error> {
        self.thread.call(move |engine| async move { engine.archive_preferences(engine.account(&account)?).await }).await
    }

    /// Changes what the account's archive keeps by itself; what the server made of it is the answer.
    pub async fn set_archive_preferences(
        &self,
        account: String,
        preferences: ArchivePreferences,
    ) -> Result<ArchivePreferences, Error> {
        self.thread
            .call(move |engine| async move {
                engine.set_archive_preferences(engine.account(&account)?, &preferences).await
            })
            .await
    }
}
