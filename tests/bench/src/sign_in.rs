//! Signing in: from a known address and password (or token, or session) until the roster is in the view.

use std::sync::Arc;
use std::time::{Duration, Instant};

use larimar::client::ChatEncryption;
use larimar::view::AccountState;
use larimar_testbed::{Folder, Options, Server, ServerKind};

use crate::app::{App, Secrets, setup};
use crate::floor::{self, Door, Wire};
use crate::report::{Pair, Table, against_floor};
use crate::{Result, Size};

const ALICE: &str = "alice@one.test";
const PASSWORD: &str = "a secret of alice alone";
const GOAL: f64 = 1.5;
/// How long the device is away: longer than a frame.
const AWAY: Duration = Duration::from_millis(50);
/// Signing in is quick, and varies.
const ROUNDS: usize = 5;

/// Measures on every server, in each way that it has.
pub fn run(size: Size) -> Result<Vec<Table>> {
    let about = "From the first byte of the connection until the roster, in which something has changed each time, is in the view; a resumed \
                 session needs no roster and ends when it is online. Cold is by password, whose hash is computed anew on both sides; FAST is by token \
                 (XEP-0484). On loopback the time is nearly all computation, ours and the server's.";
    let columns = ["server", "how", "bare socket", "Larimar", "ratio", "goal", ""];
    let mut table = Table::new("Signing in", about, &columns);
    for kind in ServerKind::ALL {
        println!("{}", kind.name());
        let mut world = World::new(kind)?;
        let ways: &[Way] = if kind.is_newer() {
            &[("cold", World::cold), ("FAST", World::fast), ("resumed", World::resumed)]
        } else {
            &[("cold", World::cold), ("resumed", World::resumed)]
        };
        for (how, measure) in ways {
            let pairs = (0..size.rounds * ROUNDS).map(|_| measure(&mut world)).collect::<Result<Vec<Pair>>>()?;
            let mut row = vec![kind.name().to_owned(), (*how).to_owned()];
            row.extend(against_floor(&pairs, GOAL));
            table.row(row);
        }
        world.app.close();
    }
    Ok(vec![table])
}

/// A way of signing in, and one measurement of it.
type Way = (&'static str, fn(&mut World) -> Result<Pair>);

struct World {
    app: App,
    secrets: Arc<Secrets>,
    door: Door,
    /// Changes the roster, as another device would.
    other: Wire,
    changes: u32,
    _subscription: larimar::client::Subscription,
    _store: Folder,
    _server: Server,
}

impl World {
    fn new(kind: ServerKind) -> Result<World> {
        let server = Server::start(kind, Options::new("one.test").account(ALICE, PASSWORD))?;
        let door = Door::new(server.direct_tls_address(), &server.ca_path(), ALICE, PASSWORD, kind.is_newer())?;
        let mut other = floor::cold(&door.other_device())?;
        for number in 0..50 {
            change_roster(&mut other, &format!("friend{number}@one.test"))?;
        }
        let secrets = Arc::new(Secrets::default());
        let store = Folder::on_disk("bench")?;
        let app = App::open(store.path(), &secrets, None, ChatEncryption::Never)?;
        app.run(app.client.add_account(setup(&server, ALICE, PASSWORD)))?;
        app.told.caught_up()?;
        let listener = Arc::clone(&app.told) as _;
        let subscription = app.run(app.client.subscribe_contacts(ALICE.to_owned(), listener))?;
        Ok(World { app, secrets, door, other, changes: 0, _subscription: subscription, _store: store, _server: server })
    }

    fn cold(&mut self) -> Result<Pair> {
        let started = Instant::now();
        let wire = floor::cold(&self.door)?;
        let floor = started.elapsed();
        drop(wire);
        Ok(Pair { floor, ours: self.ours(true)? })
    }

    fn fast(&mut self) -> Result<Pair> {
        let mut token = floor::token(&self.door)?;
        let started = Instant::now();
        let wire = floor::with_token(&self.door, &mut token)?;
        let floor = started.elapsed();
        drop(wire);
        Ok(Pair { floor, ours: self.ours(false)? })
    }

    /// Away, while another device changes the roster, and back.
    fn ours(&mut self, cold: bool) -> Result<Duration> {
        self.enable(false)?;
        self.app.told.state(AccountState::Offline)?;
        self.changes += 1;
        let new = format!("new{}@one.test", self.changes);
        change_roster(&mut self.other, &new)?;
        if cold {
            self.secrets.forget_tokens();
        }
        self.app.told.forget();
        // The view was drawn when the connection ended, and is drawn anew a frame later at the earliest.
        std::thread::sleep(AWAY);
        let started = Instant::now();
        self.enable(true)?;
        let taken = self.app.told.contact(&new)? - started;
        self.app.told.caught_up()?;
        Ok(taken)
    }

    fn enable(&self, on: bool) -> Result {
        self.app.run(self.app.client.enable_account(ALICE.to_owned(), on))
    }

    fn resumed(&mut self) -> Result<Pair> {
        let mut token = if self.door.sasl2 { Some(floor::token(&self.door)?) } else { None };
        let session = floor::resumable(&self.door)?;
        let started = Instant::now();
        let wire = floor::resume(&self.door, &session, token.as_mut())?;
        let floor = started.elapsed();
        drop(wire);
        let told = &self.app.told;
        self.app.run(self.app.client.sync(ALICE.to_owned()))?;
        told.forget();
        self.app.run(self.app.client.cut(ALICE.to_owned()))?;
        told.state(AccountState::Offline)?;
        let started = Instant::now();
        self.app.run(self.app.client.network_changed())?;
        Ok(Pair { floor, ours: told.state(AccountState::Online)? - started })
    }
}

fn change_roster(wire: &mut Wire, jid: &str) -> Result {
    wire.write(&format!("<iq type='set' id='{jid}'><query xmlns='jabber:iq:roster'><item jid='{jid}'/></query></iq>"))?;
    wire.until(&format!("id='{jid}'"))?;
    Ok(())
}
