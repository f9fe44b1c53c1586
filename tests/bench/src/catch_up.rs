//! Catching up with an archive: fetched, stored and indexed, from the first byte of the connection to the last commit.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use larimar::client::ChatEncryption;
use larimar_testbed::{Folder, Options, Server, ServerKind};

use crate::app::{App, Secrets, setup};
use crate::filling::Prose;
use crate::floor::{self, Door, Wire};
use crate::report::{Pair, Table, against_floor, median, ms};
use crate::{Result, Size};

const ALICE: &str = "alice@one.test";
const BOB: &str = "bob@one.test";
const PASSWORD: &str = "a secret of alice and bob";

/// Measures on every server, at pages of 50 and at the largest that it gives.
pub fn run(size: Size) -> Result<Vec<Table>> {
    let about = format!(
        "{} messages that were written to an account while it was away, from the connection's first byte until everything is stored, \
         indexed and shown. The largest page is ejabberd's 250; Prosody gives what its operator allows, here 1,000. The last column is the \
         time with a tenth of the messages, ten times: above 1x the time grows more slowly than the messages do.",
        size.archive
    );
    let columns = ["server", "page", "bytes", "bare socket", "Larimar", "ratio", "goal", "", "a tenth, times ten"];
    let mut table = Table::new("Catching up with an archive", &about, &columns);
    for kind in ServerKind::ALL {
        let largest = if kind.is_prosody() { 1_000 } else { 250 };
        let world = World::new(kind, largest)?;
        let tenth = size.archive / 10;
        println!("{}: writing", kind.name());
        world.write(tenth)?;
        let short = world.measure(largest, tenth, size.rounds)?;
        world.write(size.archive - tenth)?;
        for page in [50, largest] {
            let long = world.measure(page, size.archive, size.rounds)?;
            println!(
                "{}, pages of {page}: {}",
                kind.name(),
                long.pairs.iter().map(both).collect::<Vec<_>>().join(", ")
            );
            let goal = if kind.is_prosody() { 1.10 } else { 1.15 };
            let mut row = vec![kind.name().to_owned(), page.to_string(), format!("{:.1} MB", long.bytes as f64 / 1e6)];
            row.extend(against_floor(&long.pairs, goal));
            row.push(if page == largest {
                ms(median(short.pairs.iter().map(|pair| pair.ours).collect()) * 10)
            } else {
                String::new()
            });
            table.row(row);
        }
    }
    Ok(vec![table])
}

struct Measured {
    pairs: Vec<Pair>,
    bytes: u64,
}

fn both(pair: &Pair) -> String {
    format!("{} and {}", ms(pair.floor), ms(pair.ours))
}

/// A server, an account that was away, and the store that its device left.
struct World {
    server: Server,
    alice: Door,
    bob: Door,
    /// The archive's newest message that the device knows.
    known: String,
    store: Folder,
    secrets: Arc<Secrets>,
}

impl World {
    fn new(kind: ServerKind, largest: u32) -> Result<World> {
        let options = Options::new("one.test").account(ALICE, PASSWORD).account(BOB, PASSWORD).page_limit(largest);
        let server = Server::start(kind, options)?;
        let door =
            |account| Door::new(server.direct_tls_address(), &server.ca_path(), account, PASSWORD, kind.is_newer());
        let (alice, bob) = (door(ALICE)?, door(BOB)?);
        let secrets = Arc::new(Secrets::default());
        let store = Folder::on_disk("bench")?;
        let app = App::open(store.path(), &secrets, None, ChatEncryption::Never)?;
        app.run(app.client.add_account(setup(&server, ALICE, PASSWORD)))?;
        app.told.caught_up()?;
        // Something is known, so that what follows is a catch-up and no first look.
        let mut wire = floor::cold(&bob)?;
        send(&mut wire, ALICE, 0, 1)?;
        app.told.event("a message", |event| matches!(event, larimar::client::Event::Notify { .. }))?;
        app.run(app.client.sync(ALICE.to_owned()))?;
        app.close();
        let known = floor::newest(&mut floor::cold(&alice)?)?;
        Ok(World { server, alice, bob, known, store, secrets })
    }

    /// The contact writes while the device is away.
    fn write(&self, messages: usize) -> Result {
        let mut wire = floor::cold(&self.bob)?;
        let there = self.archived()?;
        send(&mut wire, ALICE, there + 1, messages)?;
        let deadline = Instant::now() + Duration::from_secs(120);
        while self.archived()? < there + messages {
            if Instant::now() > deadline {
                return Err("the server does not archive what it was given".into());
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        // What the server kept beside its archive comes with the first presence: not while it is measured.
        self.catch_up(250, there + messages)?;
        Ok(())
    }

    /// How many messages the device does not know.
    fn archived(&self) -> Result<usize> {
        Ok(floor::fetch(&mut floor::cold(&self.alice.other_device())?, &self.known, 250)?.messages)
    }

    fn measure(&self, page: u32, messages: usize, rounds: usize) -> Result<Measured> {
        let mut token = if self.alice.sasl2 { Some(floor::token(&self.alice)?) } else { None };
        let (mut pairs, mut bytes) = (Vec::new(), 0);
        for round in 0..rounds {
            // By turns, so that neither always finds the server as the other left it.
            let (floor, ours) = if round % 2 == 0 {
                let floor = self.floor(page, token.as_mut())?;
                (floor, self.catch_up(page, messages)?)
            } else {
                let ours = self.catch_up(page, messages)?;
                (self.floor(page, token.as_mut())?, ours)
            };
            bytes = floor.1;
            pairs.push(Pair { floor: floor.0, ours });
        }
        Ok(Measured { pairs, bytes })
    }

    /// A bare socket reads the same; how long it takes, and how many bytes come.
    fn floor(&self, page: u32, token: Option<&mut floor::Token>) -> Result<(Duration, u64)> {
        let started = Instant::now();
        let mut wire = match token {
            Some(token) => floor::with_token(&self.alice, token)?,
            None => floor::cold(&self.alice)?,
        };
        let bytes = floor::fetch(&mut wire, &self.known, page)?.bytes;
        Ok((started.elapsed(), bytes))
    }

    /// The device comes back, with the store that it had.
    fn catch_up(&self, page: u32, messages: usize) -> Result<Duration> {
        let folder = Folder::on_disk("bench")?;
        copy(self.store.path(), folder.path())?;
        let started = Instant::now();
        let app = App::open(folder.path(), &self.secrets, Some(page), ChatEncryption::Never)?;
        let ended = app.told.caught_up()?;
        let stored = app.run(app.client.stats())?.messages;
        app.close();
        if stored != messages as u64 + 1 {
            return Err(format!("{stored} messages are stored on {}", self.server.kind().name()).into());
        }
        Ok(ended - started)
    }
}

/// Copies the files of a folder.
pub fn copy(from: &Path, to: &Path) -> Result {
    for entry in from.read_dir()? {
        let entry = entry?;
        std::fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}

/// Writes messages to somebody as people do. What comes back, such as word of a full mailbox, is read, or the server would wait
/// for it.
///
/// # Errors
/// The connection's.
pub fn send(wire: &mut Wire, to: &str, first: usize, messages: usize) -> Result {
    let mut prose = Prose::new(first as u64);
    for number in first..first + messages {
        let body = prose.sentence();
        wire.write(&format!(
            "<message to='{to}' type='chat' id='7f0c8a52-6c1e-4d6f-9a35-{number:012}'><body>{body}</body>\
             <markable xmlns='urn:xmpp:chat-markers:0'/></message>"
        ))?;
        if number % 100 == 0 || number + 1 == first + messages {
            // The server has handled everything before it answers.
            wire.write(&format!("<iq type='get' id='all-{number}' ><ping xmlns='urn:xmpp:ping'/></iq>"))?;
            wire.until(&format!("id='all-{number}'"))?;
        }
    }
    Ok(())
}
