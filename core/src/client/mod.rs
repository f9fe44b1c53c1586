//! The front door: what an app, a binding or the test driver sees of Larimar. A [`Client`] is a cheap handle; the engine
//! behind it owns all state on one thread, so calls never block on each other and need no locks.

mod accounts;
#[cfg(not(target_arch = "wasm32"))]
mod backup;
mod connect_errors;
mod contacts;
mod devices;
mod dial;
mod engine;
mod error;
mod listener;
mod login_errors;
mod messages;
mod registration;
mod session;
mod setup;
mod store_errors;
mod thread;
mod uri;

use std::rc::Rc;
use std::sync::Arc;

#[cfg(not(target_arch = "wasm32"))]
pub use backup::{BackupSummary, BackupTask};
pub use error::Error;
pub use listener::{ChatsListener, ContactsListener, DevicesListener, Event, EventListener, TimelineListener};
#[cfg(target_arch = "wasm32")]
pub use messages::PageFile;
pub use registration::{RegistrationChoice, RegistrationField, RegistrationForm, RegistrationMedia};
#[doc(hidden)]
pub use session::{Page, Pages};
pub use setup::{AccountRow, AccountSetup, ArchivePreferences, ChatSettings, OpenOptions, PushTarget, Stats};
pub use uri::{Scanned, UriAction};

pub use crate::model::omemo::ChatEncryption;
pub use crate::model::profile::Profile;
use crate::platform::Keystore;
#[cfg(not(target_arch = "wasm32"))]
use crate::{platform, store::Store};
use engine::{Engine, ViewId};
use thread::{EngineThread, Subscription as Cancel};

/// Larimar, opened on one store. Dropping it ends the engine at once; [`Client::close`] says goodbye first.
pub struct Client {
    thread: EngineThread,
}

/// A subscription to a view; dropping it ends it.
pub struct Subscription {
    cancel: Cancel,
}

impl Client {
    /// Opens or creates the store in the options' folder; its accounts begin to connect. The listener is called from the
    /// engine's thread, and must return quickly.
    ///
    /// # Errors
    /// `StoreInUse` while another process has the store, `StoreDamaged`, `StoreTooNew`, `StoreUnusable`, `StorageFull`.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn open(
        options: OpenOptions,
        keystore: Arc<dyn Keystore>,
        listener: Arc<dyn EventListener>,
    ) -> Result<Client, Error> {
        Ok(Client { thread: EngineThread::start(options, keystore, listener)? })
    }

    /// Opens or creates the store in these pages; its accounts begin to connect. What the listener is told, and what calls
    /// answer, may be ahead of what is written: let it out through an [`crate::platform::gate::Outlet`]. Files of messages are kept
    /// in `files`.
    ///
    /// # Errors
    /// `StoreDamaged`, `StoreTooNew`, `StoreUnusable`.
    #[cfg(target_arch = "wasm32")]
    pub fn open(
        pages: &larimar_pages::Pages,
        gate: &crate::platform::gate::Gate,
        files: Rc<dyn crate::platform::blobs::Blobs>,
        options: OpenOptions,
        keystore: Arc<dyn Keystore>,
        listener: Arc<dyn EventListener>,
    ) -> Result<Client, Error> {
        Ok(Client { thread: EngineThread::start(pages, gate, files, options, keystore, listener)? })
    }

    /// Moves a store that is damaged, or from a newer version, out of the way inside its folder, and says where it is now;
    /// nothing of it is removed. The next [`Client::open`] begins with an empty store.
    ///
    /// # Errors
    /// `StoreInUse` while somebody has the store, `StoreUnusable`, `StorageFull`.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn set_aside(folder: &str) -> Result<String, Error> {
        Ok(Store::set_aside(folder.as_ref(), platform::now())?.display().to_string())
    }

    /// Ends all sessions politely and closes the store.
    pub async fn close(&self) {
        // An engine that has ended already is closed.
        let _ = self
            .thread
            .call(|engine| async move {
                engine.stop().await;
                Ok(())
            })
            .await;
        self.thread.end().await;
    }

    /// The app came to the front (true), or left it (XEP-0352).
    pub async fn set_active(&self, active: bool) -> Result<(), Error> {
        self.thread
            .call(move |engine| async move {
                engine.set_active(active);
                Ok(())
            })
            .await
    }

    /// The phone says that its network changed: connect now.
    pub async fn network_changed(&self) -> Result<(), Error> {
        self.thread
            .call(|engine| async move {
                engine.tell_all(|| session::Command::NetworkChanged);
                Ok(())
            })
            .await
    }

    /// Where the servers of all accounts are to tell of news while this device is not connected (XEP-0357); None: nowhere any
    /// more. It is not kept: an app says it each time it is opened. Whether a server does is in [`AccountRow::pushes`].
    ///
    /// # Errors
    /// `BadValue` with the field's name.
    pub async fn set_push(&self, target: Option<PushTarget>) -> Result<(), Error> {
        self.thread.call(move |engine| async move { engine.set_push(target) }).await
    }

    /// Counters since the client was opened, and the store's size.
    pub async fn stats(&self) -> Result<Stats, Error> {
        self.thread
            .call(|engine| async move {
                let stored = engine.store.borrow().stats()?;
                let traffic = engine.traffic.get();
                Ok(Stats {
                    db_bytes: stored.bytes,
                    messages: stored.messages,
                    bytes_in: traffic.bytes_in,
                    bytes_out: traffic.bytes_out,
                    round_trips: traffic.round_trips,
                    stanzas_in: traffic.stanzas_in,
                    stanzas_out: traffic.stanzas_out,
                })
            })
            .await
    }
}

impl Client {
    /// Adds a view, which is drawn until the subscription is dropped.
    async fn subscribe(
        &self,
        add: impl FnOnce(&Rc<Engine>) -> Result<ViewId, Error> + Send + 'static,
    ) -> Result<Subscription, Error> {
        let view = self.thread.call(move |engine| async move { add(&engine) }).await?;
        Ok(Subscription { cancel: self.thread.subscription(view) })
    }
}

impl Subscription {
    /// For a conversation: shows `rows` more of its past. What is not here is fetched from the archive.
    pub async fn load_older(&self, rows: u32) -> Result<(), Error> {
        self.cancel.load_older(rows).await
    }
}
