//! Accounts: adding, changing, stopping and removing them, and their secrets.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use jid::BareJid;
use tokio::sync::{mpsc, oneshot, watch};
use zeroize::Zeroizing;

use super::{Engine, Handle, address};
use crate::client::session::{self, Command, Presences};
use crate::client::{AccountRow, AccountSetup, Error};
use crate::model::account::{Account, ConnectionSettings};
use crate::model::changes::{Change, NewAccount};
use crate::model::ids::AccountId;
use crate::platform;
use crate::platform::task;
use crate::view::AccountState;
use crate::xep::register;

impl Engine {
    /// Starts the sessions of all stored accounts.
    pub fn start(self: &Rc<Self>) -> Result<(), Error> {
        self.keep_within_limit();
        self.tidy_files();
        let accounts = self.store.borrow().accounts()?;
        for account in accounts {
            self.start_account(account.id, account.jid);
        }
        Ok(())
    }

    fn start_account(self: &Rc<Self>, id: AccountId, jid: BareJid) {
        let (commands, receiver) = mpsc::unbounded_channel();
        let (status, _) = watch::channel((AccountState::Offline, None));
        let presences = RefCell::new(Presences::default());
        let handle = Handle {
            jid,
            commands,
            status,
            presences,
            features: RefCell::default(),
            pre_approval: Cell::default(),
            push: RefCell::default(),
        };
        self.handles.borrow_mut().insert(id, Rc::new(handle));
        task::spawn_local(session::account_task(Rc::clone(self), id, receiver));
    }

    /// Adds an account and starts to sign it in. Its password is kept before its row is.
    pub fn add_account(self: &Rc<Self>, setup: AccountSetup) -> Result<AccountId, Error> {
        let jid = address(&setup.jid)?;
        check_password(&setup.password)?;
        if self.account(&setup.jid).is_ok() {
            return Err(Error::AccountExists);
        }
        let connection = setup.connection()?;
        let device = platform::uuid();
        self.keep_secret(&session::password_name(&device), setup.password.as_bytes())?;
        let new = NewAccount { jid, connection, device: device.clone() };
        let added = self.store.borrow_mut().add_account(&new);
        match added {
            Ok(account) => {
                self.start_account(account.id, account.jid);
                Ok(account.id)
            }
            Err(error) => {
                self.forget_secrets(&device);
                Err(error.into())
            }
        }
    }

    /// Gives an account a new password, and signs in with it.
    pub fn set_password(&self, account: AccountId, password: &str) -> Result<(), Error> {
        check_password(password)?;
        let stored = self.stored_account(account)?;
        self.keep_secret(&session::password_name(&stored.device), password.as_bytes())?;
        self.tell(account, Command::Restart);
        Ok(())
    }

    /// Changes the password on the server (XEP-0077), then here.
    pub async fn change_password(
        self: &Rc<Self>,
        account: AccountId,
        password: Zeroizing<String>,
    ) -> Result<(), Error> {
        check_password(&password)?;
        let stored = self.stored_account(account)?;
        let name = stored.jid.node().map(|node| node.as_str().to_owned()).unwrap_or_default();
        let server = session::server_of(&stored.jid);
        self.request(account, Some(server), true, register::change_password(&name, &password)).await?;
        self.keep_secret(&session::password_name(&stored.device), password.as_bytes())
    }

    /// Removes an account from this device, with everything stored of it. With `on_server` the account itself is removed
    /// first (XEP-0077); if the server does not do it, nothing is removed here either.
    pub async fn remove_account(self: &Rc<Self>, account: AccountId, on_server: bool) -> Result<(), Error> {
        let stored = self.stored_account(account)?;
        if on_server {
            let server = session::server_of(&stored.jid);
            match self.request(account, Some(server), true, register::remove_account()).await {
                // Some servers end the stream before they answer.
                Ok(_) | Err(Error::Offline) => {}
                Err(error) => return Err(error),
            }
        }
        let online = self.handle(account).is_some_and(|handle| handle.status.borrow().0 == AccountState::Online);
        if online && !on_server {
            self.end_push(account).await;
        }
        self.stop_account(account).await;
        if online && !on_server {
            session::sign_out(self, &stored).await;
        }
        self.store.borrow_mut().remove_account(account)?;
        self.remove_gone_files();
        self.forget_secrets(&stored.device);
        self.all_views_changed();
        Ok(())
    }

    /// Switches an account on or off without removing it.
    pub async fn enable_account(self: &Rc<Self>, account: AccountId, on: bool) -> Result<(), Error> {
        if !on {
            self.end_push(account).await;
        }
        self.commit(account, vec![Change::Enabled(on)])?;
        self.tell(account, Command::Restart);
        Ok(())
    }

    /// Changes where an account connects, for instance to pin a certificate that a person looked at.
    pub fn set_connection(self: &Rc<Self>, account: AccountId, settings: ConnectionSettings) -> Result<(), Error> {
        self.commit(account, vec![Change::Connection(settings)])?;
        self.tell(account, Command::Restart);
        Ok(())
    }

    /// The accounts and how they stand.
    pub fn account_rows(&self) -> Result<Vec<AccountRow>, Error> {
        let accounts = self.store.borrow().accounts()?;
        let row = |account: Account| {
            let status = self.handle(account.id).map(|handle| handle.status.borrow().clone());
            let (state, error) = status.unwrap_or((AccountState::Offline, None));
            AccountRow {
                account: account.jid.to_string(),
                enabled: account.enabled,
                state,
                error,
                pushes: self.handle(account.id).is_some_and(|handle| handle.push.borrow().promised),
            }
        };
        Ok(accounts.into_iter().map(row).collect())
    }

    /// Ends all sessions politely.
    pub async fn stop(&self) {
        let accounts: Vec<AccountId> = self.handles.borrow().keys().copied().collect();
        let stops = accounts.into_iter().map(|account| self.stop_account(account));
        futures_util::future::join_all(stops).await;
    }

    async fn stop_account(&self, account: AccountId) {
        let (answer, stopped) = oneshot::channel();
        self.transfers.cancel_all(account);
        self.tell(account, Command::Stop(answer));
        // An error means that the session has ended already.
        let _ = stopped.await;
        self.handles.borrow_mut().remove(&account);
    }

    /// An account as it is stored.
    pub fn stored_account(&self, account: AccountId) -> Result<Account, Error> {
        Ok(self.store.borrow().session_start(account)?.account)
    }

    /// A secret of the platform's keystore.
    pub fn secret(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
        Ok(self.keystore.load(name)?.map(Zeroizing::new))
    }

    /// Keeps a secret.
    pub fn keep_secret(&self, name: &str, secret: &[u8]) -> Result<(), Error> {
        Ok(self.keystore.save(name, secret)?)
    }

    /// Forgets a secret. One that cannot be forgotten now opens nothing any more once its account is gone.
    pub fn forget_secret(&self, name: &str) {
        if self.keystore.remove(name).is_err() {
            log::warn!("a secret could not be removed from the keystore");
        }
    }

    fn forget_secrets(&self, device: &str) {
        self.forget_secret(&session::password_name(device));
        self.forget_secret(&session::token_name(device));
        self.forget_secret(&session::identity_name(device));
    }
}

/// The longest password, in bytes: far more than anybody uses, and what every server can be told.
const LONGEST_PASSWORD: usize = 1023;

/// A password may be anything but empty, and has no control characters (RFC 8265 section 4.2): what XML cannot carry would
/// be another password at the server.
pub(super) fn check_password(password: &str) -> Result<(), Error> {
    let usable = !password.is_empty() && password.len() <= LONGEST_PASSWORD && !password.chars().any(char::is_control);
    if usable { Ok(()) } else { Err(Error::BadValue { field: "password".into() }) }
}
