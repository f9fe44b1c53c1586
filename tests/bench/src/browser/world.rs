//! Who is there: a server with a filled archive, a browser, and the native core beside it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use larimar::client::{ChatEncryption, Event};
use larimar_testbed::{Folder, LineProgram, Options, Server, ServerKind, WebServer, host_meta};
use serde_json::{Value, json};

use crate::app::{App, Secrets, setup, wait};
use crate::catch_up::send;
use crate::floor::{self, Door};
use crate::{Result, Size};

pub const KIND: ServerKind = ServerKind::Prosody13;
/// Conversations; half of the archive is in one of them.
pub const CHATS: usize = 200;
/// How many times slower the processor is made.
pub const SLOWER: u32 = 6;
/// A page of this host finds the server of this domain by asking where it came from itself.
const ALICE: &str = "alice@localhost";
const PASSWORD: &str = "a secret of alice and her contacts";
/// Messages on a page of the archive.
const PAGE: usize = 250;
/// How long one step may take in a browser.
const PATIENCE: Duration = Duration::from_secs(600);

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Where the app is.
///
/// # Errors
/// It is not there.
pub fn built() -> Result<PathBuf> {
    let built = repository().join("target/dist/web");
    // Packed as it is sent: that is what is counted.
    if !built.join("engine/larimar.wasm.gz").is_file() || !built.join("index.html.gz").is_file() {
        return Err("the app is not built and packed: `cargo xtask kaios` does it".into());
    }
    Ok(built)
}

/// A server with so many messages in alice's archive: half of them hers and her last contact's, the others her other contacts'.
///
/// # Errors
/// The server's.
pub fn filled(messages: usize) -> Result<Server> {
    let contacts: Vec<String> = (1..=CHATS).map(|number| format!("contact{number}@localhost")).collect();
    let all = contacts.iter().fold(Options::new("localhost").account(ALICE, PASSWORD), |options, contact| {
        options.account(contact, PASSWORD)
    });
    let server = Server::start(KIND, all)?;
    let door =
        |account: &str| Door::new(server.direct_tls_address(), &server.ca_path(), account, PASSWORD, KIND.is_newer());
    let (last, others) = contacts.split_last().ok_or("no contacts")?;
    let longest = messages / 2;
    let mut number = 0;
    for (place, contact) in others.iter().enumerate() {
        server.befriend(ALICE, contact, &format!("Contact {}", place + 1))?;
        // As many as fall to each, and what is left over to the first ones.
        let own = (messages - longest + others.len() - 1 - place) / others.len();
        send(&mut floor::cold(&door(contact)?)?, ALICE, number, own)?;
        number += own;
    }
    server.befriend(ALICE, last, "The longest")?;
    let (mut alice, mut contact) = (floor::cold(&door(ALICE)?)?, floor::cold(&door(last)?)?);
    while number < messages {
        // Two of theirs, one of hers.
        let theirs = 2.min(messages - number);
        send(&mut contact, ALICE, number, theirs)?;
        number += theirs;
        let hers = 1.min(messages - number);
        send(&mut alice, last, number, hers)?;
        number += hers;
    }
    // What the server kept beside its archive comes with the first presence: not while it is measured.
    drop((alice, contact));
    native(&server, messages)?;
    Ok(server)
}

/// The native core signs in as a new device: how long until it has stored so many messages.
///
/// # Errors
/// It does not.
pub fn native(server: &Server, messages: usize) -> Result<Duration> {
    let folder = Folder::on_disk("bench")?;
    let app = App::open(folder.path(), &Arc::new(Secrets::default()), None, ChatEncryption::Automatic)?;
    let started = Instant::now();
    app.run(app.client.add_account(setup(server, ALICE, PASSWORD)))?;
    let pages = u32::try_from(messages.div_ceil(PAGE))?;
    app.told.event("the last page", |event| matches!(event, Event::Sync { page, .. } if *page >= pages))?;
    wait("all messages", || {
        let stored = app.run(app.client.stats()).ok()?.messages;
        (stored == messages as u64).then_some(())
    })?;
    let took = started.elapsed();
    app.close();
    Ok(took)
}

/// The app for a browser, which is told where the server is.
///
/// # Errors
/// Those of listening.
pub fn serve(server: &Server, built: &Path) -> Result<WebServer> {
    Ok(WebServer::start(built, BTreeMap::from([host_meta(&server.websocket_url())]))?)
}

/// A script that drives a browser.
pub struct Browser(LineProgram);

impl Browser {
    /// Starts it on this page.
    ///
    /// # Errors
    /// There is no node.
    pub fn start(page: &str, size: Size) -> Result<Browser> {
        let world = json!({
            "page": page, "account": ALICE, "password": PASSWORD, "messages": size.archive, "rounds": size.rounds, "slower": SLOWER,
            "pictures": repository().join("target/journeys"),
        });
        let mut command = Command::new("node");
        command.arg(repository().join("kaios/tests/journeys/speed.mjs")).env("LARIMAR_WORLD", world.to_string());
        Ok(Browser(LineProgram::start("the browser", command)?))
    }

    /// What the script tells for the so manieth time.
    ///
    /// # Errors
    /// It does not.
    pub fn told(&self, event: &str, round: usize) -> Result<Value> {
        let wanted = |line: &Value| line["event"] == event && line["round"] == round;
        let told = self.0.find(0, event, PATIENCE, wanted);
        Ok(told.map_err(|error| format!("{error}\n{}", self.0.log()))?.1)
    }

    /// Lets it go on.
    ///
    /// # Errors
    /// It has ended.
    pub fn go_on(&self) -> Result {
        self.0.post("next", json!({}))?;
        Ok(())
    }

    /// Waits until it has ended.
    ///
    /// # Errors
    /// It did not end well.
    pub fn end(self) -> Result {
        self.0.wait_end();
        let log = self.0.log();
        if self.0.finish() == Some(true) { Ok(()) } else { Err(log.into()) }
    }
}
