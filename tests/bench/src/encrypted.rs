//! Catching up with messages that are encrypted, beside the same number of messages that are not.

use std::sync::Arc;
use std::time::{Duration, Instant};

use larimar::client::{ChatEncryption, Event};
use larimar::view::{DeliveryState, EncryptionState};
use larimar_testbed::{Folder, Options, Server, ServerKind};

use crate::app::{App, Secrets, setup, wait};
use crate::catch_up::copy;
use crate::filling::Prose;
use crate::report::{Pair, Table, against_floor};
use crate::{Result, Size};

const PASSWORD: &str = "a secret of four people";
/// Who reads and who writes: encrypted, and in clear.
const PAIRS: [(&str, &str, ChatEncryption); 2] = [
    ("alice@one.test", "bob@one.test", ChatEncryption::Always),
    ("anna@one.test", "ben@one.test", ChatEncryption::Never),
];

/// Measures on one server of each kind.
pub fn run(size: Size) -> Result<Vec<Table>> {
    let about = format!(
        "{} messages of another Larimar that were written to an account while it was away: from opening the store until everything is \
         decrypted, stored, indexed and shown, beside the same in clear.",
        size.archive
    );
    let columns = ["server", "in clear", "encrypted", "ratio", "goal", ""];
    let mut table = Table::new("Catching up with encrypted messages", &about, &columns);
    for kind in [ServerKind::Prosody13, ServerKind::Ejabberd24] {
        let mut options = Options::new("one.test").page_limit(250);
        for account in PAIRS.iter().flat_map(|(reader, writer, _)| [reader, writer]) {
            options = options.account(account, PASSWORD);
        }
        let server = Server::start(kind, options)?;
        println!("{}: writing", kind.name());
        let [encrypted, clear] = PAIRS;
        let (encrypted, clear) = (Reader::new(&server, encrypted, size)?, Reader::new(&server, clear, size)?);
        let mut pairs = Vec::new();
        for _ in 0..size.rounds {
            let floor = clear.catch_up(size)?;
            pairs.push(Pair { floor, ours: encrypted.catch_up(size)? });
        }
        let mut row = vec![kind.name().to_owned()];
        row.extend(against_floor(&pairs, 1.5));
        table.row(row);
    }
    Ok(vec![table])
}

/// An account that was away, and the store that its device left.
struct Reader {
    encryption: ChatEncryption,
    store: Folder,
    secrets: Arc<Secrets>,
}

impl Reader {
    /// The device meets the writer, goes away, and is written to.
    fn new(server: &Server, (reader, writer, encryption): (&str, &str, ChatEncryption), size: Size) -> Result<Reader> {
        let secrets = Arc::new(Secrets::default());
        let store = Folder::on_disk("bench")?;
        let device = App::open(store.path(), &secrets, None, encryption)?;
        device.run(device.client.add_account(setup(server, reader, PASSWORD)))?;
        device.told.caught_up()?;
        let folder = Folder::on_disk("bench")?;
        let app = App::open(folder.path(), &Arc::new(Secrets::default()), None, encryption)?;
        app.run(app.client.add_account(setup(server, writer, PASSWORD)))?;
        app.told.caught_up()?;
        if encryption == ChatEncryption::Always {
            wait("the keys of the device", || {
                let known = app.run(app.client.devices(writer.to_owned(), reader.to_owned())).ok()?.devices;
                known.iter().any(|device| device.version == EncryptionState::Omemo2).then_some(())
            })?;
        }
        let send = |text: String| app.run(app.client.send(writer.to_owned(), reader.to_owned(), text, None));
        send("the first".to_owned())?;
        device.told.event("a message", |event| matches!(event, Event::Notify { .. }))?;
        device.run(device.client.sync(reader.to_owned()))?;
        device.close();
        let mut prose = Prose::new(11);
        for _ in 0..size.archive {
            send(prose.sentence())?;
        }
        wait("the server to have all", || {
            let page = app.run(app.client.timeline(writer.to_owned(), reader.to_owned(), None, 1)).ok()?;
            page.rows.iter().all(|row| row.delivery != DeliveryState::Queued).then_some(())
        })?;
        app.close();
        let reader = Reader { encryption, store, secrets };
        // What the server kept beside its archive comes with the first presence: not while it is measured.
        reader.catch_up(size)?;
        Ok(reader)
    }

    fn catch_up(&self, size: Size) -> Result<Duration> {
        let folder = Folder::on_disk("bench")?;
        copy(self.store.path(), folder.path())?;
        let started = Instant::now();
        let app = App::open(folder.path(), &self.secrets, None, self.encryption)?;
        let ended = app.told.caught_up()?;
        let stored = app.run(app.client.stats())?.messages;
        let account = app.run(app.client.accounts())?.into_iter().next().ok_or("no account")?.account;
        let chat = app.run(app.client.chats(None))?.into_iter().next().ok_or("no chat")?.chat;
        let last = app.run(app.client.timeline(account, chat, None, 1000))?;
        app.close();
        if stored != size.archive as u64 + 1 || last.rows.iter().any(|row| row.sealed.is_some()) {
            return Err(format!("{stored} messages are stored, not all of them can be read").into());
        }
        Ok(ended - started)
    }
}
