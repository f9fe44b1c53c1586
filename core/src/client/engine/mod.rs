//! The engine: everything that all accounts share, owned by one task on one thread. Sessions and commands borrow it for
//! the length of a step and never across an await.

mod accounts;
mod archive;
mod contacts;
mod devices;
mod files;
mod messages;
mod profiles;
mod publish;
mod push;
mod registration;
mod rest;
mod trust;
mod views;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

use jid::BareJid;
use tokio::sync::{mpsc, watch};

use crate::client::listener::{Event, EventListener};
use crate::client::session::{Command, Presences};
use crate::client::{Error, OpenOptions, PushTarget};
use crate::model::changes::{Applied, Change, Changes};
use crate::model::ids::{AccountId, ChatId};
use crate::platform::task;
use crate::platform::{self, Keystore};
use crate::sorted::{Map, Set};
use crate::store::{Queries, Reader, Store, StoreError};
use crate::view::{AccountState, ChatRow, MessageRow};

#[cfg(target_arch = "wasm32")]
pub(crate) use files::Kept;
pub(crate) use files::SIDE_BY_SIDE;
use files::Transfers;
pub(crate) use push::Told;
use registration::Registrations;
use rest::Rest;
pub(crate) use views::{ViewId, Views};

/// An account's connection as last told.
pub(crate) type Status = (AccountState, Option<Error>);

/// The engine's end of one account's session task.
pub(crate) struct Handle {
    pub jid: BareJid,
    pub commands: mpsc::UnboundedSender<Command>,
    pub status: watch::Sender<Status>,
    pub presences: RefCell<Presences>,
    /// What the account and its server can do (XEP-0030).
    pub features: RefCell<Set<String>>,
    /// True where the server grants requests ahead (RFC 6121 section 3.4).
    pub pre_approval: Cell<bool>,
    pub push: RefCell<Told>,
}

impl Handle {
    /// True if the account or its server has said that it can do this.
    pub fn can(&self, feature: &str) -> bool {
        self.features.borrow().contains(feature)
    }
}

/// Bytes, stanzas and round trips of all sessions since the engine began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Bytes received inside TLS.
    pub bytes_in: u64,
    /// Bytes sent inside TLS.
    pub bytes_out: u64,
    /// Requests that were answered.
    pub round_trips: u64,
    /// Stanzas received.
    pub stanzas_in: u64,
    /// Stanzas sent.
    pub stanzas_out: u64,
}

/// What all sessions share.
pub(crate) struct Engine {
    /// What follows from a commit leaves when it is written.
    #[cfg(target_arch = "wasm32")]
    pub gate: platform::gate::Gate,
    /// Where files are kept.
    #[cfg(target_arch = "wasm32")]
    pub files: Kept,
    /// A second, read-only connection for what may take long. It is closed first: the last one to be closed tidies up.
    reader: Arc<Mutex<Reader>>,
    pub store: RefCell<Store>,
    pub keystore: Arc<dyn Keystore>,
    pub options: OpenOptions,
    pub traffic: Cell<Traffic>,
    pub views: Views,
    pub transfers: Transfers,
    pub listener: Arc<dyn EventListener>,
    handles: RefCell<Map<AccountId, Rc<Handle>>>,
    registrations: RefCell<Registrations>,
    rest: Rest,
    push: RefCell<Option<PushTarget>>,
    active: Cell<bool>,
    ended: Cell<bool>,
}

impl Engine {
    /// An engine over an open store. No session runs yet.
    pub fn new(
        store: Store,
        keystore: Arc<dyn Keystore>,
        listener: Arc<dyn EventListener>,
        options: OpenOptions,
        #[cfg(target_arch = "wasm32")] (gate, files): (platform::gate::Gate, Kept),
    ) -> Result<Rc<Engine>, Error> {
        let reader = Arc::new(Mutex::new(store.reader()?));
        Ok(Rc::new(Engine {
            #[cfg(target_arch = "wasm32")]
            gate,
            #[cfg(target_arch = "wasm32")]
            files,
            reader,
            store: RefCell::new(store),
            keystore,
            options,
            traffic: Cell::default(),
            views: Views::default(),
            transfers: Transfers::default(),
            listener,
            handles: RefCell::default(),
            registrations: RefCell::default(),
            rest: Rest::default(),
            push: RefCell::default(),
            active: Cell::new(true),
            ended: Cell::new(false),
        }))
    }

    /// The engine's thread is to end.
    pub fn end(&self) {
        self.ended.set(true);
    }

    /// True once the engine's thread is to end.
    pub fn has_ended(&self) -> bool {
        self.ended.get()
    }

    /// Stores what a person did, in one transaction.
    pub fn commit(self: &Rc<Self>, account: AccountId, list: Vec<Change>) -> Result<Applied, Error> {
        self.commit_step(account, false, list)
    }

    /// Stores a step in one transaction, then shows and sends what follows from it.
    pub fn commit_step(
        self: &Rc<Self>,
        account: AccountId,
        catching_up: bool,
        list: Vec<Change>,
    ) -> Result<Applied, Error> {
        self.uses_store();
        let changes = Changes { account, now: platform::now(), catching_up, list };
        let applied = self.store.borrow_mut().apply(&changes)?;
        if applied.outbox {
            self.tell(account, Command::Outbox);
        }
        self.publish(account, &applied);
        if applied.files_gone {
            self.remove_gone_files();
        }
        if !applied.files.is_empty() {
            self.files_came(account, &applied);
        }
        Ok(applied)
    }

    /// Tells the app.
    pub fn emit(&self, event: Event) {
        self.listener.on_event(event);
    }

    /// Tells one account's session; one that has ended hears nothing.
    pub fn tell(&self, account: AccountId, command: Command) {
        if let Some(handle) = self.handles.borrow().get(&account) {
            // The session task ended with its account: nobody is left to be told.
            let _ = handle.commands.send(command);
        }
    }

    /// Tells every session.
    pub fn tell_all(&self, command: impl Fn() -> Command) {
        for handle in self.handles.borrow().values() {
            let _ = handle.commands.send(command());
        }
    }

    /// True while the app is in front.
    pub fn is_active(&self) -> bool {
        self.active.get()
    }

    /// The app came to the front, or left it.
    pub fn set_active(&self, active: bool) {
        if self.active.replace(active) != active {
            self.tell_all(|| Command::Active(active));
        }
    }

    /// The handle of an account.
    pub fn handle(&self, account: AccountId) -> Option<Rc<Handle>> {
        self.handles.borrow().get(&account).cloned()
    }

    /// The account of an address.
    pub fn account(&self, jid: &str) -> Result<AccountId, Error> {
        let jid = address(jid)?;
        let handles = self.handles.borrow();
        handles.iter().find(|(_, handle)| handle.jid == jid).map(|(id, _)| *id).ok_or(Error::NoSuchAccount)
    }

    /// The address of an account; empty if it has just gone.
    pub fn address_of(&self, account: AccountId) -> String {
        self.handles.borrow().get(&account).map(|handle| handle.jid.to_string()).unwrap_or_default()
    }

    /// The chat with an address, which must exist.
    pub fn chat(&self, account: AccountId, peer: &str) -> Result<ChatId, Error> {
        self.store.borrow().chat(account, &address(peer)?)?.ok_or(Error::NoSuchChat)
    }

    /// The chat list of one account, or of all.
    pub fn chat_rows(&self, account: Option<AccountId>) -> Result<Vec<ChatRow>, Error> {
        let now = platform::now();
        let chats = self.store.borrow().chat_list(account, views::CHATS)?;
        Ok(chats.into_iter().map(|chat| ChatRow::new(&self.address_of(chat.account), chat, now)).collect())
    }

    /// Reads on the second connection, away from the engine's thread. None if that one is busy, with a search for example:
    /// then it is quicker to read here.
    async fn read_aside<T: Send + 'static>(
        self: &Rc<Self>,
        question: impl FnOnce(&Queries) -> Result<T, StoreError> + Send + 'static,
    ) -> Option<Result<T, StoreError>> {
        let reader = Arc::clone(&self.reader);
        let read = move || reader.try_lock().ok().map(|reader| question(&reader));
        let answer = task::aside(read).await.ok().flatten();
        self.uses_store();
        answer
    }

    /// Searches all messages, away from the engine's thread.
    pub async fn search(self: &Rc<Self>, query: String, limit: u32) -> Result<Vec<MessageRow>, Error> {
        let reader = Arc::clone(&self.reader);
        let search = move || reader.lock().unwrap_or_else(PoisonError::into_inner).search(&query, limit.clamp(1, 1000));
        let found = task::aside(search).await.map_err(|_| Error::Closed)?;
        self.uses_store();
        let found = found?;
        let row = |message: crate::model::message::Message| {
            let account = self.store.borrow().chat_row(message.chat).ok().map(|chat| chat.account)?;
            Some(self.with_transfers(MessageRow::new(&self.address_of(account), message)))
        };
        Ok(found.into_iter().filter_map(row).collect())
    }

    /// Adds to the counters.
    pub fn count(&self, add: impl FnOnce(&mut Traffic)) {
        let mut traffic = self.traffic.get();
        add(&mut traffic);
        self.traffic.set(traffic);
    }

    /// An account's connection changed.
    pub fn set_status(&self, account: AccountId, state: AccountState, error: Option<Error>) {
        let Some(handle) = self.handle(account) else { return };
        let changed = handle.status.send_if_modified(|status| {
            let new = (state, error.clone());
            let changed = *status != new;
            *status = new;
            changed
        });
        if changed {
            self.emit(Event::Account { account: handle.jid.to_string(), state, error });
        }
    }
}

/// Parses a bare address as people type it.
pub(crate) fn address(text: &str) -> Result<BareJid, Error> {
    let jid = crate::xep::address::bare(text.trim()).ok_or(Error::BadAddress)?;
    if jid.node().is_none() { Err(Error::BadAddress) } else { Ok(jid) }
}
