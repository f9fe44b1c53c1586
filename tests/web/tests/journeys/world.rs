//! Who is there in a journey: a server, a contact with the native driver, and the app in a browser.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use larimar_testbed::{Driver, Folder, LineProgram, Options, Proxy, Server, ServerKind, WebServer, host_meta};
use serde_json::{Value, json};

/// A page of this host finds the server of this domain by asking where it came from itself.
pub const HERE: &str = "localhost";
pub const PASSWORD: &str = "a secret of theirs";

pub struct World {
    pub server: Server,
    pub bob: Driver,
    /// What lies between the browser and the server.
    pub proxy: Proxy,
    web: WebServer,
    pub folder: Folder,
    /// Alice, bob and carol are contacts of each other's.
    are_friends: bool,
}

pub fn repository() -> PathBuf {
    // A browser reads no file whose path goes up.
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

/// The app as it is shipped.
pub fn built() -> PathBuf {
    let built = repository().join("target/dist/web");
    assert!(built.join("engine/larimar.wasm").exists(), "first: cargo xtask kaios");
    built
}

impl World {
    /// Alice, whose the browser is, and bob and carol are accounts of this domain. In this host's they are alice's contacts, where
    /// the server is a Prosody.
    pub fn of(kind: ServerKind, domain: &str) -> World {
        World::with(kind, Options::new(domain), BTreeMap::new())
    }

    /// The same with these options, and documents in the place of the app's own.
    pub fn with(kind: ServerKind, options: Options, mut documents: BTreeMap<String, String>) -> World {
        let domain = options.domains()[0].clone();
        let built = built();
        let options = ["alice", "bob", "carol"]
            .iter()
            .fold(options.open_registration(), |options, name| options.account(&format!("{name}@{domain}"), PASSWORD));
        let server = Server::start(kind, options).unwrap();
        let are_friends = domain == HERE && kind.is_prosody();
        if are_friends {
            for (name, shown) in [("bob", "Bob"), ("carol", "Carol")] {
                server.befriend("alice@localhost", &format!("{name}@localhost"), shown).unwrap();
                server.befriend(&format!("{name}@localhost"), "alice@localhost", "Alice").unwrap();
            }
        }
        let proxy = Proxy::start(([127, 0, 0, 1], server.https_port()).into()).unwrap();
        let port = server.https_port().to_string();
        let websocket = server.websocket_url().replace(&port, &proxy.address().port().to_string());
        documents.extend([host_meta(&websocket)]);
        let web = WebServer::start(&built, documents).unwrap();
        let folder = Folder::new("web").unwrap();
        let bob = device(&server, &folder, "bob", "bob");
        World { server, bob, proxy, web, folder, are_friends }
    }

    /// On Prosody 13, where they see each other.
    pub fn of_friends() -> World {
        World::of(ServerKind::Prosody13, HERE)
    }

    /// The address of somebody here.
    pub fn address(&self, name: &str) -> String {
        format!("{name}@{}", self.server.domain())
    }

    /// Another device of somebody's, signed in.
    pub fn device(&self, name: &str, device: &str) -> Driver {
        self::device(&self.server, &self.folder, name, device)
    }

    /// Begins a journey; what it needs to know is in its environment.
    pub fn begin(&self, script: &str) -> Journey {
        self.begin_with(script, json!({}))
    }

    /// The same with these beside: `size`, `browser`, `websocket`, and `page`, where the app is if it is elsewhere.
    pub fn begin_with(&self, script: &str, mut world: Value) -> Journey {
        if world["page"].is_null() {
            world["page"] = json!(self.web.url());
        }
        world["account"] = json!(self.address("alice"));
        world["password"] = json!(PASSWORD);
        world["contact"] = json!(self.address("bob"));
        world["waits"] = json!(true);
        world["friends"] = json!(self.are_friends);
        // One folder for each test: two of them may drive the same script.
        let test = std::thread::current().name().unwrap_or_default().replace("::", "-");
        world["pictures"] = json!(repository().join("target/journeys").join(test));
        let mut command = Command::new("node");
        command.arg(repository().join("kaios/tests/journeys").join(script)).env("LARIMAR_WORLD", world.to_string());
        let folder = Folder::on_disk("journey").unwrap();
        command.env("TMPDIR", folder.path());
        Journey { program: Some(LineProgram::start(script, command).unwrap()), _folder: folder }
    }

    /// What bob is told, whatever else is said meanwhile.
    #[track_caller]
    pub fn bob_hears(&self, text: &str) -> Value {
        let heard =
            self.bob.wait(text, |line| line["event"] == "message" && line["text"] == text && line["outgoing"] == false);
        assert_eq!(heard["encryption"], "omemo2", "it came encrypted: {heard}");
        heard
    }

    /// Bob writes to alice; the number of his message.
    #[track_caller]
    pub fn bob_says(&self, text: &str) -> Value {
        self.bob_sends(json!({"text": text}))
    }

    /// The same with these fields.
    #[track_caller]
    pub fn bob_sends(&self, mut fields: Value) -> Value {
        fields["cmd"] = json!("send");
        fields["account"] = json!(self.address("bob"));
        fields["to"] = json!(self.address("alice"));
        self.bob.ok(fields)["message"].clone()
    }
}

/// A device with an empty store, signed in.
fn device(server: &Server, folder: &Folder, name: &str, device: &str) -> Driver {
    let binary = std::env::current_exe().unwrap().parent().unwrap().parent().unwrap().join("larimar-driver");
    let driver = Driver::open(&binary, device, &folder.join(device), "auto");
    driver.ok(json!({
        "cmd": "add-account", "jid": format!("{name}@{}", server.domain()), "password": PASSWORD,
        "server": server.starttls_address().to_string(), "ca": server.ca_path(),
    }));
    driver.wait("it is online", |line| line["event"] == "account" && line["state"] == "online");
    driver
}

/// A script that drives a browser. What it says is one JSON object a line.
pub struct Journey {
    program: Option<LineProgram>,
    /// The browser's profile is in it, and goes with it, also where a test has failed.
    _folder: Folder,
}

impl Journey {
    /// Waits until the script tells this.
    #[track_caller]
    pub fn tells(&self, event: &str) -> Value {
        self.program.as_ref().unwrap().event(event, |line| line["event"] == event).unwrap()
    }

    /// Tells the script that it may go on.
    pub fn tell(&self, word: &str) {
        self.program.as_ref().unwrap().post(word, json!({})).unwrap();
    }

    /// Lets it end, and waits until it has ended well.
    #[track_caller]
    pub fn ends(mut self) {
        let program = self.program.take().unwrap();
        // One that has failed does not listen any more.
        let _ = program.post("end", json!({}));
        program.wait_end();
        let log = program.log();
        assert_eq!(program.finish(), Some(true), "{log}");
    }
}

impl Drop for Journey {
    /// Where a test has failed, the script says what its page shows, and keeps a picture of it.
    fn drop(&mut self) {
        if let Some(program) = self.program.take().filter(|_| std::thread::panicking()) {
            program.signal("TERM");
            program.wait_end();
            eprintln!("{}", program.log());
        }
    }
}
