//! Larimar as an app uses it: the front door in this process, a keystore in memory, and what it tells, waited for.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use larimar::client::{
    AccountSetup, ChatEncryption, Client, ContactsListener, Error, Event, EventListener, OpenOptions,
};
use larimar::platform::{Keystore, KeystoreError};
use larimar::view::{AccountState, ContactsSnapshot};
use larimar_testbed::Server;

use crate::Result;

/// How long something may take before the bench gives up.
const PATIENCE: Duration = Duration::from_secs(120);

/// A keystore that forgets with the process; several clients can share it.
#[derive(Default)]
pub struct Secrets(Mutex<BTreeMap<String, Vec<u8>>>);

impl Secrets {
    /// Forgets the tokens, so that the next login needs the password.
    pub fn forget_tokens(&self) {
        self.lock().retain(|name, _| !name.starts_with("token-"));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Keystore for Secrets {
    fn load(&self, name: &str) -> Result<Option<Vec<u8>>, KeystoreError> {
        Ok(self.lock().get(name).cloned())
    }

    fn save(&self, name: &str, secret: &[u8]) -> Result<(), KeystoreError> {
        self.lock().insert(name.to_owned(), secret.to_owned());
        Ok(())
    }

    fn remove(&self, name: &str) -> Result<(), KeystoreError> {
        self.lock().remove(name);
        Ok(())
    }
}

/// What was told, and when.
#[derive(Default)]
pub struct Told {
    events: Mutex<Vec<(Instant, Event)>>,
    contacts: Mutex<Vec<(Instant, ContactsSnapshot)>>,
}

impl EventListener for Told {
    fn on_event(&self, event: Event) {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).push((Instant::now(), event));
    }
}

impl ContactsListener for Told {
    fn on_contacts(&self, snapshot: ContactsSnapshot) {
        self.contacts.lock().unwrap_or_else(PoisonError::into_inner).push((Instant::now(), snapshot));
    }
}

impl Told {
    /// Forgets what was told until now.
    pub fn forget(&self) {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.contacts.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// When an event was told, waited for.
    ///
    /// # Errors
    /// If it is not told in time.
    pub fn event(&self, what: &str, wanted: impl Fn(&Event) -> bool) -> Result<Instant> {
        wait(what, || first(&self.events, &wanted))
    }

    /// When an account stood like this.
    ///
    /// # Errors
    /// If it does not in time.
    pub fn state(&self, wanted: AccountState) -> Result<Instant> {
        self.event(&format!("{wanted:?}"), |event| matches!(event, Event::Account { state, .. } if *state == wanted))
    }

    /// When everything missed was stored.
    ///
    /// # Errors
    /// If it is not in time.
    pub fn caught_up(&self) -> Result<Instant> {
        self.event("the end of the catch-up", |event| matches!(event, Event::Sync { done: true, .. }))
    }

    /// When a contact was in the view.
    ///
    /// # Errors
    /// If it is not shown in time.
    pub fn contact(&self, jid: &str) -> Result<Instant> {
        let has = |snapshot: &ContactsSnapshot| snapshot.rows.iter().any(|row| row.jid == jid);
        wait("a contact", || first(&self.contacts, has))
    }
}

fn first<T>(told: &Mutex<Vec<(Instant, T)>>, wanted: impl Fn(&T) -> bool) -> Option<Instant> {
    let told = told.lock().unwrap_or_else(PoisonError::into_inner);
    told.iter().find(|(_, what)| wanted(what)).map(|(when, _)| *when)
}

/// Looks until it is there. The time that counts is the listener's, so that looking seldom costs nothing.
pub fn wait<T>(what: &str, look: impl Fn() -> Option<T>) -> Result<T> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return Ok(found);
        }
        if Instant::now() > deadline {
            return Err(format!("waited in vain for {what}").into());
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// One opened store.
pub struct App {
    pub client: Client,
    pub told: Arc<Told>,
    runtime: tokio::runtime::Runtime,
}

impl App {
    /// Opens it.
    ///
    /// # Errors
    /// Those of the store.
    pub fn open(
        folder: &Path,
        secrets: &Arc<Secrets>,
        archive_page: Option<u32>,
        encryption: ChatEncryption,
    ) -> Result<App> {
        let told = Arc::new(Told::default());
        let options = OpenOptions { archive_page, encryption, ..OpenOptions::new(folder.to_string_lossy()) };
        let client = Client::open(options, Arc::clone(secrets) as _, Arc::clone(&told) as _)?;
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        Ok(App { client, told, runtime })
    }

    /// Waits for an answer of the front door.
    ///
    /// # Errors
    /// The answer's.
    pub fn run<T>(&self, answer: impl Future<Output = Result<T, Error>>) -> Result<T> {
        Ok(self.runtime.block_on(answer)?)
    }

    /// Closes it politely.
    pub fn close(self) {
        self.runtime.block_on(self.client.close());
    }
}

/// How to reach an account on a server of the testbed, by TLS from the first byte.
pub fn setup(server: &Server, jid: &str, password: &str) -> AccountSetup {
    AccountSetup {
        jid: jid.to_owned(),
        password: password.to_owned(),
        server: Some(server.direct_tls_address().to_string()),
        tls: Some("direct".to_owned()),
        ca: Some(server.ca_path().to_string_lossy().into_owned()),
        ..AccountSetup::default()
    }
}
