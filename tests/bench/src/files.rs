//! Files on their way, beside curl on the same server.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use larimar::file::open::Wanted;
use larimar::file::seal::size_on_the_way;
use larimar::model::account::ConnectionSettings;
use larimar::model::file::{Expected, FileUrl, PutHeader, Slot};
use larimar::transfer::{self, Download, Options as WebOptions, Progress, Reach, Upload, Web};
use larimar::transport;
use larimar_testbed::{Folder, Options, Server, ServerKind, SignIn, Slixmpp};
use serde_json::{Value, json};

use crate::report::{Pair, Table, against_floor, verdict};
use crate::{Result, Size};

const ACCOUNT: &str = "alice@one.test";
const PASSWORD: &str = "a secret of alice";
/// How much slower than curl it may be, in clear and encrypted.
const GOALS: [(bool, f64); 2] = [(false, 1.1), (true, 1.3)];
/// How many megabytes more may be resident meanwhile.
const MEMORY: f64 = 30.0;
/// More rounds would fill the memory in which servers keep files.
const MOST_ROUNDS: usize = 5;

/// Measures on one server of each kind.
pub fn run(size: Size) -> Result<Vec<Table>> {
    let about = format!(
        "A file of {} MB to and from a server's file store over HTTPS: read, encrypted, decrypted and checked on the way, beside curl, \
         which does none of that but the way. How much more is resident meanwhile, at the most.",
        size.file / 1_000_000
    );
    let columns = ["server", "what", "curl", "Larimar", "ratio", "goal", "", "memory", "goal", ""];
    let mut table = Table::new("Files", &about, &columns);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    for kind in [ServerKind::Prosody13, ServerKind::Ejabberd24] {
        println!("{}", kind.name());
        let store = Store::new(kind, size.file)?;
        for (encrypt, goal) in GOALS {
            let mut measured = Measured::default();
            for _ in 0..size.rounds.min(MOST_ROUNDS) {
                runtime.block_on(store.round(encrypt, &mut measured))?;
            }
            let how = if encrypt { "encrypted" } else { "in clear" };
            for (what, pairs, memory) in
                [("up", measured.up, measured.memory_up), ("down", measured.down, measured.memory_down)]
            {
                let mut row = vec![kind.name().to_owned(), format!("{what}, {how}")];
                row.extend(against_floor(&pairs, goal));
                row.extend([format!("{memory:.1} MB"), format!("{MEMORY:.0} MB"), verdict(memory, MEMORY, " MB")]);
                table.row(row);
            }
        }
    }
    Ok(vec![table])
}

#[derive(Default)]
struct Measured {
    up: Vec<Pair>,
    down: Vec<Pair>,
    memory_up: f64,
    memory_down: f64,
}

/// A server's file store, somebody who asks it for places, and a file.
struct Store {
    server: Server,
    asks: Slixmpp,
    web: Web,
    folder: Folder,
    size: u64,
}

impl Store {
    fn new(kind: ServerKind, size: u64) -> Result<Store> {
        let server = Server::start(kind, Options::new("one.test").account(ACCOUNT, PASSWORD))?;
        let asks = Slixmpp::sign_in(&SignIn::to(&server, ACCOUNT, PASSWORD))?;
        let settings =
            ConnectionSettings { ca: Some(server.ca_path().display().to_string()), ..ConnectionSettings::default() };
        let https = transport::https(&settings)?;
        let reach = Reach { private: true, http_on_loopback: false };
        let web = Web::new(https.tls, Arc::clone(&https.names), WebOptions { reach, ..WebOptions::default() })?;
        let folder = Folder::on_disk("bench")?;
        let bytes: Vec<u8> = (0..size).map(|at| (at.wrapping_mul(0x9e37_79b9) >> 7) as u8).collect();
        folder.write("file", bytes)?;
        Ok(Store { server, asks, web, folder, size })
    }

    /// A file goes up and down, each by turns with curl.
    async fn round(&self, encrypt: bool, measured: &mut Measured) -> Result {
        let source = self.folder.join("file");
        let slot = self.slot(self.size)?;
        let curl_up = self.curl(&slot, Some(&source))?;
        let curl_down = self.curl(&slot, None)?;
        let slot = self.slot(size_on_the_way(self.size, encrypt))?;
        let upload = Upload { source: &source, size: self.size, slot: &slot, media_type: None, encrypt };
        let (mut memory, started) = (Memory::now(), Instant::now());
        let uploaded = transfer::upload(&self.web, &upload, &mut |_: Progress| memory.look()).await?;
        measured.up.push(Pair { floor: curl_up, ours: started.elapsed() });
        measured.memory_up = measured.memory_up.max(memory.more());
        let file = Expected { size: Some(self.size), sha256: Some(uploaded.file.sha256), sha512: None };
        let wanted = Wanted { key: uploaded.key, file, ..Wanted::default() };
        let place = self.folder.join("came");
        let download = Download { url: &slot.get, wanted: &wanted, largest: u64::MAX, place: &place };
        let (mut memory, started) = (Memory::now(), Instant::now());
        transfer::download(&self.web, &download, &mut |_: Progress| memory.look()).await?;
        measured.down.push(Pair { floor: curl_down, ours: started.elapsed() });
        measured.memory_down = measured.memory_down.max(memory.more());
        if std::fs::metadata(&place)?.len() != self.size {
            return Err("the file that came is another one".into());
        }
        std::fs::remove_file(place)?;
        Ok(())
    }

    fn slot(&self, size: u64) -> Result<Slot> {
        let slot = self.asks.call("slot", json!({"name": "file.bin", "size": size}))?;
        let url = |value: &Value| value.as_str().and_then(FileUrl::parse).ok_or("no address");
        let header = |(name, value): (&String, &Value)| Some((PutHeader::named(name)?, value.as_str()?.to_owned()));
        let headers = slot["headers"].as_object().into_iter().flatten().filter_map(header).collect();
        Ok(Slot { put: url(&slot["put"])?, headers, get: url(&slot["get"])? })
    }

    /// How long curl takes to put a file, or to fetch it.
    fn curl(&self, slot: &Slot, put: Option<&Path>) -> Result<Duration> {
        let mut command = Command::new("curl");
        command.args(["-sS", "--fail", "--cacert"]).arg(self.server.ca_path());
        match put {
            Some(source) => {
                command.arg("-T").arg(source).args(["-o", "/dev/null"]);
                for (name, value) in &slot.headers {
                    command.arg("-H").arg(format!("{}: {value}", name.name()));
                }
                command.arg(slot.put.as_str());
            }
            None => drop(command.arg("-o").arg(self.folder.join("curl")).arg(slot.get.as_str())),
        }
        let started = Instant::now();
        let done = command.status()?;
        let time = started.elapsed();
        if done.success() { Ok(time) } else { Err("curl failed".into()) }
    }
}

/// How much of this process is resident, in bytes.
struct Memory {
    before: u64,
    most: u64,
}

impl Memory {
    fn now() -> Memory {
        Memory { before: resident(), most: 0 }
    }

    fn look(&mut self) {
        self.most = self.most.max(resident());
    }

    /// Megabytes that came beside what was there before.
    fn more(&self) -> f64 {
        self.most.saturating_sub(self.before) as f64 / 1e6
    }
}

fn resident() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: u64 = statm.split(' ').nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(0);
    pages * 4096
}
