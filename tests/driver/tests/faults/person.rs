//! One person: a device behind a proxy of its own, what it wrote, and what it said of that.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use larimar_testbed::{Driver, Folder, PATIENCE, Proxy, Server};
use serde_json::{Value, json};

const PASSWORD: &str = "correct horse battery staple";

/// How many texts may be on their way.
const OUTSTANDING: usize = 40;

/// How long nothing may happen on a connection that died without a word, before its end is told as a phone would: longer
/// than a resumed session waits for what may come late into the archive.
const SILENCE: Duration = Duration::from_millis(1500);
/// How long something may take. A connection that died without a word, and of which nobody told, is noticed after 20 seconds,
/// and the next one may die in the same way.
const UNNOTICED: Duration = PATIENCE.saturating_mul(3);

/// Somebody with one device.
pub struct Person {
    pub address: String,
    pub proxy: Proxy,
    /// The connection may be dead without anybody knowing.
    pub silent: bool,
    letter: char,
    encrypted: bool,
    /// Of somebody who encrypts: a device that is away until the end.
    away: Option<Folder>,
    setup: Value,
    folder: Folder,
    driver: Option<Driver>,
    /// How many events of the running process were looked at.
    seen: usize,
    online: bool,
    losses: usize,
    numbered: usize,
    /// Requests to send whose answer was not taken yet.
    asked: Vec<(Option<u64>, String)>,
    /// Texts that the store took; and those that a killed process may have stored or not.
    stored: Vec<String>,
    unsure: BTreeSet<String>,
    /// Texts that the server does not have yet, as far as the running process said.
    outstanding: BTreeSet<String>,
    acknowledged: usize,
}

impl Person {
    /// With a new account, online and caught up.
    pub fn new(server: &Server, name: &str, encrypted: bool) -> Person {
        let address = format!("{name}@{}", server.domain());
        server.register(&address, PASSWORD).unwrap();
        let proxy = Proxy::start(server.direct_tls_address()).unwrap();
        let setup = json!({
            "cmd": "add-account", "jid": address, "password": PASSWORD, "server": proxy.address().to_string(),
            "tls": "direct", "ca": server.ca_path(),
        });
        let folder = Folder::new(name).unwrap();
        let letter = name.chars().next().unwrap();
        let mut person = Person {
            address,
            proxy,
            silent: false,
            letter,
            encrypted,
            away: None,
            setup,
            folder,
            driver: None,
            seen: 0,
            online: false,
            losses: 0,
            numbered: 0,
            asked: Vec::new(),
            stored: Vec::new(),
            unsure: BTreeSet::new(),
            outstanding: BTreeSet::new(),
            acknowledged: 0,
        };
        person.begin();
        person.driver().ok(person.setup.clone());
        person.wait_online();
        person.sync();
        if encrypted {
            let folder = Folder::new("away").unwrap();
            let device = person.sign_in(&folder);
            person.wait_devices(&person.address, 2);
            device.quit();
            person.away = Some(folder);
        }
        person
    }

    /// Whether it encrypts.
    pub fn is_encrypted(&self) -> bool {
        self.encrypted
    }

    fn encryption(&self) -> &'static str {
        if self.encrypted { "omemo" } else { "none" }
    }

    /// Waits until so many devices of somebody's can be written to.
    #[track_caller]
    pub fn wait_devices(&self, of: &str, number: usize) {
        let met = self.driver().meet_devices(&self.address, of, number);
        met.unwrap_or_else(|known| panic!("{} knows only these devices of {of}: {known}", self.address));
    }

    /// The running process.
    pub fn driver(&self) -> &Driver {
        self.driver.as_ref().unwrap()
    }

    /// Starts the process on the store.
    pub fn begin(&mut self) {
        (self.seen, self.online) = (0, false);
        self.driver = Some(Driver::open(binary(), &self.address, &self.store(), self.encryption()));
    }

    /// The store's folder.
    pub fn store(&self) -> PathBuf {
        self.folder.path().join("store")
    }

    /// Another device of the same person, online and caught up: the one that was away, or where nothing is encrypted a new
    /// one.
    pub fn other_device(&self, new: &Folder) -> Driver {
        match &self.away {
            Some(folder) => self.caught_up(self.open(folder)),
            None => self.sign_in(new),
        }
    }

    fn sign_in(&self, folder: &Folder) -> Driver {
        let driver = self.open(folder);
        driver.ok(self.setup.clone());
        self.caught_up(driver)
    }

    fn open(&self, folder: &Folder) -> Driver {
        let name = format!("{} (other)", self.address);
        Driver::open(binary(), &name, &folder.path().join("store"), self.encryption())
    }

    fn caught_up(&self, driver: Driver) -> Driver {
        driver.wait("it is online", |line| line["event"] == "account" && line["state"] == "online");
        let asked = driver.begin(json!({"cmd": "sync", "account": self.address}));
        // A long archive comes page by page: it is waited for as long as pages come.
        let mut mark = 0;
        while let Some((place, event)) = driver.find(mark, PATIENCE, |line| line["event"] == "sync") {
            mark = place + 1;
            if event["done"] == true {
                break;
            }
        }
        if let Err(refused) = driver.answer(asked) {
            panic!("{} (other): not caught up: {refused:?}", self.address);
        }
        driver
    }

    /// Writes the next numbered text, unless too many are on their way.
    pub fn write(&mut self, to: &str) {
        if self.outstanding.len() >= OUTSTANDING {
            return;
        }
        self.numbered += 1;
        let text = format!("{}-{:05}", self.letter, self.numbered);
        let request = json!({"cmd": "send", "account": self.address, "to": to, "text": text});
        self.outstanding.insert(text.clone());
        self.asked.push((self.driver().begin(request), text));
    }

    /// Takes the answers of all requests to send.
    fn settle(&mut self) {
        for (id, text) in std::mem::take(&mut self.asked) {
            match self.driver().answer(id) {
                Ok(_) => self.stored.push(text),
                Err(refused) if refused.kind == "NoAnswer" => drop(self.unsure.insert(text)),
                Err(refused) => panic!("{}: a text was refused: {refused:?}", self.address),
            }
        }
    }

    /// Kills the process (SIGKILL).
    pub fn kill(&mut self) {
        let group = format!("-{}", self.driver().pid());
        Command::new("kill").args(["-s", "KILL", "--", &group]).status().unwrap();
        self.driver().wait_end();
        // What it answered before it died is true.
        self.settle();
        self.outstanding.clear();
        self.driver = None;
    }

    /// Ends the process politely.
    pub fn quit(&mut self) {
        self.settle();
        self.driver.take().unwrap().quit();
    }

    /// The next event, if one comes in time.
    pub fn event(&mut self, patience: Duration) -> Option<Value> {
        let (place, event) = self.driver().find(self.seen, patience, |line| !line["event"].is_null())?;
        self.seen = place + 1;
        self.note(&event);
        Some(event)
    }

    fn note(&mut self, event: &Value) {
        if event["event"] == "account" {
            assert_ne!(event["state"], "failed", "{}: {event}", self.address);
            self.online = event["state"] == "online";
            if event["state"] == "offline" {
                self.losses += 1;
                self.driver().begin(json!({"cmd": "network-changed"}));
            }
        } else if event["event"] == "message" && event["outgoing"] == true {
            assert_ne!(event["state"], "failed", "{}: {event}", self.address);
            let text = event["text"].as_str().unwrap_or_default();
            if event["state"] != "queued" && self.outstanding.remove(text) {
                self.acknowledged += 1;
            }
        }
    }

    /// Waits until it looks as wanted, looking again after each event.
    #[track_caller]
    pub fn wait_until(&mut self, what: &str, so: impl Fn(&Person) -> bool) {
        let deadline = Instant::now() + UNNOTICED;
        while !so(self) {
            let patience = if self.silent { SILENCE } else { UNNOTICED };
            let happened = self.event(patience).is_some();
            let told = !happened && std::mem::take(&mut self.silent);
            if told {
                // Whatever died without a word is gone now.
                self.lose_network();
            }
            if !happened && !told || Instant::now() > deadline {
                panic!(
                    "{}: waited in vain for: {what}; online: {}, on their way: {:?}\n{:#?}",
                    self.address,
                    self.online,
                    self.outstanding,
                    self.last_events()
                );
            }
        }
    }

    fn last_events(&self) -> Vec<Value> {
        let all = self.driver().all(|line| !line["event"].is_null());
        let short = |event: &Value| match event["event"].as_str() {
            Some("message") => json!([event["text"], event["state"]]),
            _ => event.clone(),
        };
        all.iter().rev().take(30).rev().map(short).collect()
    }

    /// Waits until it is online and one more of its texts was acknowledged.
    #[track_caller]
    pub fn wait_progress(&mut self, to: &str) {
        self.losses();
        self.wait_until("being online", |person| person.online);
        self.write(to);
        let before = self.acknowledged;
        self.wait_until("one more acknowledgement", |person| person.online && person.acknowledged > before);
        // Not before: the loss that was seen may have been another one than the silent one.
        self.silent = false;
    }

    /// Waits until everything it wrote is at the server.
    #[track_caller]
    pub fn wait_sent(&mut self) {
        self.settle();
        self.wait_until("all being sent", |person| person.online && person.outstanding.is_empty());
    }

    /// Waits until it has shown these texts of the other.
    #[track_caller]
    pub fn wait_heard(&mut self, texts: &[String]) {
        let mut missing: BTreeSet<String> = texts.iter().cloned().collect();
        let deadline = Instant::now() + PATIENCE;
        loop {
            let shown = self.driver().all(|line| line["event"] == "message" && line["outgoing"] == false);
            let shown: BTreeSet<&str> = shown.iter().filter_map(|line| line["text"].as_str()).collect();
            missing.retain(|text| !shown.contains(text.as_str()));
            if missing.is_empty() {
                return;
            }
            assert!(Instant::now() < deadline, "{} has not heard {missing:?}", self.address);
            self.event(Duration::from_millis(200));
        }
    }

    #[track_caller]
    pub fn wait_online(&mut self) {
        self.wait_until("being online", |person| person.online);
    }

    /// A phone tells when its network is gone: what a connection that died without a word does not.
    pub fn lose_network(&self) {
        self.driver().begin(json!({"cmd": "cut", "account": self.address}));
        self.driver().begin(json!({"cmd": "network-changed"}));
    }

    /// Whether it believes to be online.
    pub fn is_online(&self) -> bool {
        self.online
    }

    /// How often a connection was lost or an attempt to connect failed, as far as the process has said.
    pub fn losses(&mut self) -> usize {
        while self.event(Duration::ZERO).is_some() {}
        self.losses
    }

    /// Waits until there was one more loss than that.
    #[track_caller]
    pub fn wait_loss(&mut self, before: usize) {
        self.wait_until("losing its connection", |person| person.losses > before);
    }

    /// Waits until there was one more loss than that, or it is online and a text written from now on is acknowledged.
    /// Whether there was a loss.
    #[track_caller]
    pub fn wait_loss_or_progress(&mut self, losses: usize, to: &str) -> bool {
        self.wait_until("losing its connection or being online", |person| person.losses > losses || person.online);
        self.write(to);
        let all = self.acknowledged + self.outstanding.len();
        self.wait_until("losing its connection or an acknowledgement", |person| {
            person.losses > losses || person.acknowledged >= all
        });
        self.losses > losses
    }

    #[track_caller]
    pub fn wait_for(&self, what: &str, wanted: impl Fn(&Value) -> bool) {
        self.driver().wait(what, wanted);
    }

    /// Everything the server has is here.
    #[track_caller]
    pub fn sync(&self) {
        self.driver().ok(json!({"cmd": "sync", "account": self.address}));
    }

    #[track_caller]
    pub fn add_contact(&self, jid: &str) {
        self.driver().ok(json!({"cmd": "add-contact", "account": self.address, "jid": jid}));
    }

    /// Waits until both see each other.
    #[track_caller]
    pub fn wait_contact(&mut self, jid: &str) {
        let is_contact = |person: &Person| {
            let roster = person.driver().ok(json!({"cmd": "roster", "account": person.address}));
            let rows = roster["contacts"].as_array().cloned().unwrap_or_default();
            rows.iter().any(|row| row["jid"] == jid && row["subscription"] == "both")
        };
        let deadline = Instant::now() + PATIENCE;
        while !is_contact(self) {
            assert!(Instant::now() < deadline, "{}: {jid} is no contact", self.address);
            self.event(Duration::from_millis(50));
        }
    }

    /// What it wrote and must be everywhere.
    pub fn written(&self) -> &[String] {
        &self.stored
    }

    /// What it may have written before it was killed.
    pub fn may_have_written(&self) -> &BTreeSet<String> {
        &self.unsure
    }
}

/// The driver's program, built with these tests.
fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_larimar-driver"))
}
