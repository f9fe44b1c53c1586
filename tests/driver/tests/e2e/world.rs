//! Servers, people and devices of the stories.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use larimar_testbed::{Driver, Folder, Options, PATIENCE, Server, ServerKind};
use serde_json::{Value, json};

/// The password of everybody.
pub const PASSWORD: &str = "correct horse battery staple";

thread_local! {
    /// Whether the devices of this story encrypt. Each story has a thread of its own.
    static ENCRYPTED: Cell<bool> = const { Cell::new(false) };
}

/// One server with the people on it.
#[derive(Clone, Copy)]
pub struct World {
    pub server: &'static Server,
}

impl World {
    /// The server of a kind: started by the first story that needs it, ended with the test process.
    pub fn of(kind: ServerKind) -> World {
        static SERVERS: [OnceLock<Server>; 4] = [const { OnceLock::new() }; 4];
        let at = ServerKind::ALL.iter().position(|one| *one == kind).unwrap();
        let server = SERVERS[at].get_or_init(|| {
            let options = Options::new("one.test").open_registration();
            Server::start(kind, options).unwrap_or_else(|error| panic!("{} does not start: {error}", kind.name()))
        });
        World { server }
    }

    /// From here on devices of this story encrypt by themselves. The other stories are about what is said, and look for it on
    /// the server.
    pub fn encrypted(self) -> World {
        ENCRYPTED.set(true);
        self
    }

    /// A person with a new account.
    pub fn person(&self, name: &str) -> Person {
        static PEOPLE: AtomicU32 = AtomicU32::new(0);
        let number = PEOPLE.fetch_add(1, Ordering::Relaxed);
        let address = format!("{name}{number}@{}", self.server.domain());
        self.server.register(&address, PASSWORD).unwrap();
        Person { world: *self, address }
    }

    /// The texts in an account's archive on the server, in its order, each once.
    pub fn archived_texts(&self, account: &str) -> Vec<String> {
        let archived = self.server.archive(account).unwrap();
        let body = |xml: &str| {
            let (_, rest) = xml.split_once("<body>").or_else(|| xml.split_once("<body xmlns='jabber:client'>"))?;
            rest.split_once("</body>").map(|(body, _)| body.to_owned())
        };
        archived.iter().filter_map(|message| body(&message.xml)).collect()
    }

    /// Two people who are each other's contacts, one device each, both online.
    pub fn friends(&self) -> (Device, Device) {
        let (alice, bob) = (self.person("alice").device("phone"), self.person("bob").device("phone"));
        alice.befriend(&bob);
        (alice, bob)
    }
}

/// Somebody with an account.
#[derive(Clone)]
pub struct Person {
    pub world: World,
    pub address: String,
}

impl Person {
    /// How a device connects.
    pub fn setup(&self) -> Value {
        let server = self.world.server;
        json!({
            "cmd": "add-account", "jid": self.address, "password": PASSWORD,
            "server": server.direct_tls_address().to_string(), "tls": "direct", "ca": server.ca_path(),
        })
    }

    /// A device with an empty store, online and caught up.
    pub fn device(&self, name: &str) -> Device {
        let device = self.device_with(name, self.setup());
        device.wait_online();
        device.sync();
        device
    }

    /// A device with an empty store and the account as given; whether it gets online is for the story to say.
    pub fn device_with(&self, name: &str, setup: Value) -> Device {
        let folder = Folder::new(name).unwrap();
        let device = Device::open(folder, &self.address, name);
        device.driver.ok(setup);
        device
    }
}

/// The driver's program, built with these tests.
pub fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_larimar-driver"))
}

/// One device of somebody: a driver with its store.
pub struct Device {
    pub driver: Driver,
    pub address: String,
    pub name: String,
    folder: Folder,
}

impl Device {
    /// Opens the store in a folder.
    pub fn open(folder: Folder, address: &str, name: &str) -> Device {
        Device::open_by(Command::new(binary()), folder, address, name)
    }

    /// The same with a process that is started in another way.
    pub fn open_by(command: Command, folder: Folder, address: &str, name: &str) -> Device {
        Device::open_with(command, folder, address, name, json!({}))
    }

    fn open_with(command: Command, folder: Folder, address: &str, name: &str, mut options: Value) -> Device {
        let driver = Driver::run(command, &format!("{address} ({name})"));
        options["cmd"] = json!("open");
        options["dir"] = json!(store(&folder));
        options["encryption"] = json!(if ENCRYPTED.get() { "auto" } else { "none" });
        driver.ok(options);
        Device { driver, address: address.to_owned(), name: name.to_owned(), folder }
    }

    /// The folder of its store.
    pub fn store(&self) -> PathBuf {
        store(&self.folder)
    }

    /// Ends the process politely and starts it again on the same store.
    pub fn restart(self) -> Device {
        self.sleep().wake()
    }

    /// Ends the process politely and starts it again with other options of `open`.
    pub fn restart_with(self, options: Value) -> Device {
        let Asleep { address, name, folder } = self.sleep();
        Device::open_with(Command::new(binary()), folder, &address, &name, options)
    }

    /// Kills the process and starts it again on the same store.
    pub fn kill_and_restart(self) -> Device {
        self.killed().wake()
    }

    /// Kills the process; the store stays for [`Asleep::wake`].
    pub fn killed(self) -> Asleep {
        let Device { driver, address, name, folder } = self;
        driver.kill();
        Asleep { address, name, folder }
    }

    /// Ends the process politely; the store stays for [`Asleep::wake`].
    pub fn sleep(self) -> Asleep {
        let Device { driver, address, name, folder } = self;
        driver.quit();
        Asleep { address, name, folder }
    }

    #[track_caller]
    pub fn wait_online(&self) {
        self.driver.wait("it is online", |line| line["event"] == "account" && line["state"] == "online");
    }

    /// Everything the server has is here.
    #[track_caller]
    pub fn sync(&self) {
        self.driver.ok(json!({"cmd": "sync", "account": self.address}));
    }

    #[track_caller]
    pub fn send(&self, to: &Device, text: &str) -> Value {
        self.send_to(&to.address, text)
    }

    #[track_caller]
    pub fn send_to(&self, to: &str, text: &str) -> Value {
        self.driver.ok(json!({"cmd": "send", "account": self.address, "to": to, "text": text}))["message"].clone()
    }

    /// Waits for a row with this text, and returns it.
    #[track_caller]
    pub fn wait_text(&self, text: &str) -> Value {
        self.driver.wait(&format!("the message {text:?}"), |line| line["event"] == "message" && line["text"] == text)
    }

    /// Waits until a row looks as wanted.
    #[track_caller]
    pub fn wait_row(&self, message: &Value, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        self.driver.wait(what, |line| line["event"] == "message" && line["message"] == *message && wanted(line))
    }

    #[track_caller]
    pub fn wait_state(&self, message: &Value, state: &str) {
        self.wait_row(message, &format!("the message is {state}"), |line| line["state"] == state);
    }

    /// The conversation with somebody, oldest first, as far as it is here or can be fetched.
    #[track_caller]
    pub fn timeline(&self, with: &str) -> Vec<Value> {
        let request = json!({"cmd": "timeline", "account": self.address, "chat": with, "limit": 1000});
        self.driver.ok(request)["rows"].as_array().unwrap().clone()
    }

    /// Its texts.
    #[track_caller]
    pub fn texts(&self, with: &str) -> Vec<String> {
        self.timeline(with).iter().map(|row| row["text"].as_str().unwrap().to_owned()).collect()
    }

    /// The chat list's row of a conversation.
    #[track_caller]
    pub fn chat(&self, with: &str) -> Value {
        let chats = self.driver.ok(json!({"cmd": "chats", "account": self.address}));
        chats["chats"].as_array().unwrap().iter().find(|chat| chat["chat"] == with).cloned().unwrap_or(Value::Null)
    }

    /// The roster's row of a contact.
    #[track_caller]
    pub fn contact(&self, jid: &str) -> Value {
        let roster = self.driver.ok(json!({"cmd": "roster", "account": self.address}));
        roster["contacts"].as_array().unwrap().iter().find(|row| row["jid"] == jid).cloned().unwrap_or(Value::Null)
    }

    /// Waits until something that has no event of its own is so: looked at again whenever anything happened.
    #[track_caller]
    pub fn wait_until(&self, what: &str, so: impl Fn(&Device) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let mark = self.driver.mark();
            if so(self) {
                return;
            }
            assert!(Instant::now() < deadline, "{} ({}): waited in vain for: {what}", self.address, self.name);
            self.driver.find(mark, Duration::from_millis(50), |line| !line["event"].is_null());
        }
    }

    /// Both become each other's contacts.
    #[track_caller]
    pub fn befriend(&self, other: &Device) {
        self.driver.ok(json!({"cmd": "add-contact", "account": self.address, "jid": other.address}));
        other.driver.wait("a request", |line| line["event"] == "subscription-request" && line["from"] == self.address);
        other.driver.ok(json!({"cmd": "add-contact", "account": other.address, "jid": self.address}));
        for (one, two) in [(self, other), (other, self)] {
            one.wait_until("both are contacts", |one| one.contact(&two.address)["subscription"] == "both");
        }
    }
}

fn store(folder: &Folder) -> PathBuf {
    folder.path().join("store")
}

/// A device whose process has ended.
pub struct Asleep {
    address: String,
    name: String,
    folder: Folder,
}

impl Asleep {
    /// Whose it is.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// A copy of its store, secrets included.
    pub fn copy(&self) -> Folder {
        let copy = Folder::new("copy").unwrap();
        copy_folder(&store(&self.folder), &store(&copy));
        copy
    }

    /// The store is as it was when it was copied.
    pub fn restore(self, copy: Folder) -> Asleep {
        Asleep { folder: copy, ..self }
    }

    /// Starts it again.
    pub fn wake(self) -> Device {
        Device::open(self.folder, &self.address, &self.name)
    }
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}
