//! One device of a person: a driver process that is signed in.

use std::path::Path;
use std::time::Duration;

use larimar_testbed::{Driver, PATIENCE, Server};
use serde_json::{Value, json};

/// A signed-in device.
pub struct Person {
    pub driver: Driver,
    pub address: String,
}

impl Person {
    /// Opens the store of a device that was away, and catches up.
    pub fn wake(binary: &Path, folder: &Path, address: &str, device: &str) -> Result<Person, String> {
        let person = Person { driver: Driver::open(binary, device, folder, "auto"), address: address.to_owned() };
        person.expect("it is online", |line| line["event"] == "account" && line["state"] == "online")?;
        person.call(json!({"cmd": "sync", "account": person.address}))?;
        Ok(person)
    }

    /// Waits until so many devices of somebody's can be written to.
    pub fn expect_devices(&self, of: &str, number: usize) -> Result<(), String> {
        let met = self.driver.meet_devices(&self.address, of, number);
        met.map_err(|known| format!("{} finds only these devices of {of}: {known}", self.address))
    }

    /// Opens an empty store and signs the account in.
    pub fn sign_in(
        binary: &Path,
        server: &Server,
        folder: &Path,
        account: &str,
        device: &str,
    ) -> Result<Person, String> {
        let address = format!("{account}@{}", server.domain());
        let driver = Driver::open(binary, device, folder, "auto");
        let person = Person { driver, address };
        person.call(json!({
            "cmd": "add-account", "jid": person.address, "password": format!("demo-{account}"),
            "server": server.direct_tls_address().to_string(), "tls": "direct", "ca": server.ca_path(),
        }))?;
        person.expect("it is online", |line| line["event"] == "account" && line["state"] == "online")?;
        Ok(person)
    }

    /// A request; what was refused is the error.
    pub fn call(&self, request: Value) -> Result<Value, String> {
        let command = request["cmd"].clone();
        self.driver.call(request).map_err(|refused| format!("{command} was refused: {}", refused.error))
    }

    /// Waits for something that this device says.
    pub fn expect(&self, what: &str, wanted: impl Fn(&Value) -> bool) -> Result<Value, String> {
        self.expect_within(PATIENCE, what, wanted)
    }

    /// Waits for so long.
    pub fn expect_within(
        &self,
        patience: Duration,
        what: &str,
        wanted: impl Fn(&Value) -> bool,
    ) -> Result<Value, String> {
        let found = self.driver.find(0, patience, wanted);
        found.map(|(_, line)| line).ok_or_else(|| format!("{}: it did not happen that {what}", self.address))
    }

    /// Adds a contact and waits until both see each other.
    pub fn befriend(&self, contact: &str) -> Result<(), String> {
        self.call(json!({"cmd": "add-contact", "account": self.address, "jid": contact, "name": "Echo"}))?;
        let deadline = std::time::Instant::now() + PATIENCE;
        loop {
            let mark = self.driver.mark();
            let roster = self.call(json!({"cmd": "roster", "account": self.address}))?;
            let both = |row: &Value| row["jid"] == contact && row["subscription"] == "both";
            if roster["contacts"].as_array().is_some_and(|rows| rows.iter().any(both)) {
                return Ok(());
            }
            if std::time::Instant::now() > deadline {
                return Err(format!("{contact} does not answer the request"));
            }
            // The roster has no event of its own: look again when anything happened, or soon.
            self.driver.find(mark, Duration::from_millis(100), |line| !line["event"].is_null());
        }
    }

    /// The conversation with a contact, oldest first.
    pub fn conversation(&self, contact: &str) -> Result<Vec<Value>, String> {
        let page = self.call(json!({
            "cmd": "timeline", "account": self.address, "chat": contact, "limit": 200,
        }))?;
        Ok(page["rows"].as_array().cloned().unwrap_or_default())
    }

    /// Sends a text; its row.
    pub fn send(&self, to: &str, text: &str) -> Result<Value, String> {
        let sent = self.call(json!({"cmd": "send", "account": self.address, "to": to, "text": text}))?;
        Ok(sent["message"].clone())
    }

    /// Sends a file; its row.
    pub fn send_file(&self, to: &str, path: &Path) -> Result<Value, String> {
        let request = json!({"cmd": "send-file", "account": self.address, "to": to, "path": path});
        Ok(self.call(request)?["message"].clone())
    }

    /// Waits until a message of ours has come so far.
    pub fn expect_state(&self, message: &Value, state: &str) -> Result<(), String> {
        let wanted = |line: &Value| line["event"] == "message" && line["message"] == *message && line["state"] == state;
        self.expect(&format!("the message is {state}"), wanted).map(|_| ())
    }
}
